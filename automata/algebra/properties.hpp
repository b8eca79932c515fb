#pragma once

#include <optional>
#include <vector>

#include "automata/algebra/green.hpp"
#include "core/verdict.hpp"

namespace statewright::automata {

/// The property holds. There is nothing more to show: what decides it is a finite search that
/// found no witness against it.
struct Holds {
  bool operator==(const Holds&) const = default;
};

/// A letter that takes two states to one.
struct Merge {
  Letter letter = 0;
  State p = 0, q = 0;
  bool operator==(const Merge&) const = default;
};

/// A word that permutes some states in a cycle of at least two: cycle[i] goes to cycle[i + 1], the
/// last to the first.
struct StateCycle {
  Word word;
  std::vector<State> cycle;
};

/// Two letters whose order matters, from `state`.
struct NotCommuting {
  Letter a = 0, b = 0;
  State state = 0;
};

/// Words of different elements of the monoid that are in one class of some relation of Green's.
struct SameClass {
  Word x, y;
};

/// Why letters are no partial injections with an absorbing state as "undefined": a letter takes two
/// states to a state that some letter moves; or two letters (or one) merge states into different
/// ones, of which only one can mean "undefined".
struct NotInjective {
  Merge first;
  std::optional<Merge> second;
};

/// A word that maps a set of at least two states onto itself, so that no number of repetitions of
/// it makes the run forget where it began.
struct NoReset {
  Word word;
  std::vector<State> states;
};

/// All of these speak about the monoid of the maps of all words, the empty one included, on all
/// states. For a language that is its syntactic monoid if the automaton is minimal.

/// Every letter permutes the states.
core::Verdict<Holds, Merge> is_group(const GreenStructure& green);

/// No word permutes two or more states in a cycle: every subgroup is trivial, and the language is
/// star-free (Schuetzenberger 1965). Among the groups found, the witness's word is a shortest one
/// and its cycle the shortest of that word. Needs the groups of images, a witness only one of them.
core::Verdict<Holds, StateCycle> is_aperiodic(const GreenStructure& green);

/// Any two words can be swapped. Always decided, by pairs of letters.
core::Verdict<Holds, NotCommuting> is_commutative(const GreenStructure& green);

/// Different elements are never R-equivalent (x = y u and y = x v). Needs the orbit of images.
core::Verdict<Holds, SameClass> is_r_trivial(const GreenStructure& green);
/// Nor L-equivalent (x = u y and y = v x). Needs the orbit of kernels.
core::Verdict<Holds, SameClass> is_l_trivial(const GreenStructure& green);
/// Nor J-equivalent (each is a factor of the other), the same as D-equivalent and as R-trivial and
/// L-trivial together; the language is then piecewise testable (Simon 1975).
core::Verdict<Holds, SameClass> is_j_trivial(const GreenStructure& green);

/// There is at most one state, which no letter moves, such that letters take different states to
/// different states except to that one.
core::Verdict<Holds, NotInjective> are_partial_injections(const GreenStructure& green);

/// Every sufficiently long word takes all states to one, so the last letters decide. Needs the
/// orbit of images.
core::Verdict<Holds, NoReset> is_definite(const GreenStructure& green);

}  // namespace statewright::automata
