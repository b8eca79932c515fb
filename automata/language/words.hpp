#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "automata/language/dfa.hpp"
#include "core/number/rational.hpp"

namespace statewright::automata {

using core::Integer;

/// How many words of each length 0..max_length have output `output`. Exact.
/// Cost: O(max_length * states * letters) big-integer additions.
std::vector<Integer> count_words(const Dfa& dfa, std::size_t max_length, Output output = kAccept);

/// Calls `visit` with the words of output `output` in length-lexicographic order (letters in
/// alphabet order), lengths 0..max_length, until it returns false. Never explores a prefix that
/// cannot be completed. Cost: O(max_length * states * letters) preparation, then O(length) a word.
void for_each_word(const Dfa& dfa, std::size_t max_length, Output output,
                   const std::function<bool(const Word&)>& visit);

/// Draws words of one length and output uniformly, independently.
class UniformWords {
 public:
  /// Errors: Error{range} if no word of that length has that output.
  /// Cost: O(length * states * letters) big-integer additions and as many stored numbers.
  UniformWords(const Dfa& dfa, std::size_t length, Output output = kAccept);
  Word draw(std::mt19937_64& random) const;

 private:
  const Dfa& dfa_;
  std::size_t length_;
  std::vector<std::vector<Integer>> completions_;  // [remaining][state]
};

/// The least word, in length-lexicographic order, that leads to each state; empty for the start and
/// for states that no word reaches. Cost: O(states letters).
std::vector<Word> access_words(const Dfa& dfa);

}  // namespace statewright::automata
