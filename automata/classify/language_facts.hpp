#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "automata/algebra/group_name.hpp"
#include "automata/algebra/reflections.hpp"
#include "automata/algebra/transformation.hpp"
#include "automata/classify/network_shape.hpp"
#include "automata/compile/obstruction.hpp"
#include "automata/language/dfa.hpp"
#include "core/limits.hpp"
#include "core/number/rational.hpp"

namespace statewright::automata {

/// Something found out, or the limit that kept it from being found out. Never both.
template <class T>
class Fact {
 public:
  Fact(T value) : content_(std::in_place_index<0>, std::move(value)) {}               // NOLINT
  Fact(core::LimitHit limit) : content_(std::in_place_index<1>, std::move(limit)) {}  // NOLINT

  bool known() const noexcept { return content_.index() == 0; }
  /// Requires: known().
  const T& value() const { return std::get<0>(content_); }
  /// Requires: not known().
  const core::LimitHit& limit() const { return std::get<1>(content_); }
  /// Known, and equal to `value`.
  bool is(const T& value) const { return known() && this->value() == value; }
  const T* get() const noexcept { return std::get_if<0>(&content_); }

 private:
  std::variant<T, core::LimitHit> content_;
};

/// A word that leads around a circle of states of the minimal automaton: from states[i] to
/// states[i + 1], and from the last to the first. At least two states.
struct Circle {
  Word word;
  std::vector<State> states;
  bool operator==(const Circle&) const = default;
};

/// A maximal subgroup of the syntactic monoid, up to isomorphism; never the trivial one.
struct GroupFact {
  GroupName name;
  core::Integer order;
  bool abelian = false;
  /// Length of the derived series; absent if the group is not solvable.
  std::optional<std::size_t> derived_length;
  /// For groups of order 2^k: the least number of steps of a series with elementary abelian
  /// quotients, which is that of Frattini subgroups.
  std::optional<std::size_t> sign_length;
  bool operator==(const GroupFact&) const = default;
};

/// A network that Statewright compiles for the language.
struct CompiledNetwork {
  enum class Kind { householder, pd, rwkv7 };
  Kind kind = Kind::householder;
  std::string flags;         ///< of the command compile: "", "--code rotation", "--target pd"
  std::string construction;  ///< as in core::About
  std::string source;        ///< as in core::About
  std::string note;          ///< as in core::About: why no earlier construction applies
  NetworkShape shape;
};

/// All that the rules of families.cpp look at. States are those of the minimal automaton, so that
/// any two states have different futures, and all are reachable.
struct LanguageFacts {
  Alphabet letters;
  std::size_t states = 0;
  bool permutation = false;         ///< every letter permutes the states: a group language
  bool letters_idempotent = false;  ///< reading a letter twice is reading it once, in every state
  bool only_resets = false;         ///< every letter is the identity or leads all states to one

  /// The maximal subgroups, trivial ones left out. Empty: the language is star-free.
  Fact<std::vector<GroupFact>> groups = std::vector<GroupFact>{};
  /// Whether a group has an element of odd order > 1, that is, an order that is no power of 2.
  bool odd() const;
  bool solvable() const;   ///< requires groups.known()
  bool star_free() const;  ///< requires groups.known()

  std::optional<Circle> circle;         ///< a short one, if there is any
  std::optional<Circle> brief_circle;   ///< one of a word of at most two letters
  std::optional<Circle> letter_circle;  ///< a longest one of a single letter
  std::optional<Circle> odd_circle;     ///< a short one whose length is no power of 2

  /// For group languages: the syntactic group, or nothing if it is trivial.
  std::optional<GroupFact> group;
  bool letters_are_the_group = false;  ///< every element of the group is what some letter does
  /// One layer in which letters are products of few reflections, for small groups.
  std::optional<ReflectionRepresentation> representation;

  /// Levels of a cascade whose levels all reset or have two coordinates, if one was found.
  std::optional<std::size_t> diagonal_levels;

  ObstructionSearch obstruction = NoObstruction{};
  std::vector<CompiledNetwork> compiled;
  std::optional<core::LimitHit> compile_limit;  ///< what kept the general construction from ending
};

}  // namespace statewright::automata
