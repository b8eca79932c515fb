#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "automata/algebra/transformation.hpp"
#include "automata/language/dfa.hpp"

namespace statewright::automata {

/// Yes-or-no questions about the state of an automaton that answer each other: the answer to
/// question f after letter a is the answer to question pull[a][f] before it. They are the states of
/// the automaton of the reversed language, and as coordinates they turn every letter into a map
/// that copies coordinates, h'[f] = h[pull[a][f]].
struct Observations {
  std::vector<std::vector<bool>> answers;  ///< [questions][states]
  std::vector<Transformation> pull;        ///< [letters][questions]
  /// The questions that tell the output: it is asked[k] for the last k whose answer is yes, or
  /// `otherwise` if there is none.
  std::vector<std::uint32_t> base;
  std::vector<Output> asked;  ///< [base]
  /// Present if the questions are ordered, "is the output asked[k] or a later one?", so that the
  /// first so many are answered yes; absent if they are "is the output asked[k]?".
  std::optional<Output> otherwise;

  std::size_t size() const noexcept { return answers.size(); }
};

/// The questions about the output, of the kind that leads to fewer questions in all, and with f
/// also "f after letter a". In the order in which a breadth-first search finds them. Nothing if
/// there are more than `most`. At least one question: if the output never changes, one whose answer
/// is yes, which is not asked for.
/// Cost: O(questions letters (states + log questions)).
std::optional<Observations> observations(const Dfa& dfa, std::size_t most);

}  // namespace statewright::automata
