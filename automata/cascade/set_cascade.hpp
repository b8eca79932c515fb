#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "automata/cascade/cascade.hpp"
#include "automata/cascade/state_set.hpp"
#include "automata/language/congruence.hpp"

// Cascades whose contexts are sets of states: the one engine behind holonomy.cpp and decompose.cpp.
//
// The coordinates of levels 0, .., l - 1 leave a set P of states possible, the context of level l.
// After the letter a they leave a set Q, and always P a is inside Q. A level *refines* some of its
// contexts: the coordinate then says which *tile* of P the state lies in, and that tile is the
// context below; a context that it does not refine is handed on. Under (P, Q, a), Q refined,
//   - if P is refined too and P a = Q with |P| = |Q|, then tile T of P must become tile T a of Q:
//     a permutation, provided that Q has just the tiles {T a};
//   - if P a is a proper subset of Q, then whatever the coordinate was it becomes the number of the
//     first tile that covers P a: a reset;
//   - P a = Q with |P| > |Q|, or with P not refined, must not occur.
// The invariant "P a inside Q" carries over to the tiles, so by induction the sets of one state at
// the bottom follow the automaton. What is left to choose:
//
// Which contexts are refined. Any ranking works in which P a = Q never leads from a set of a later
// rank to one of an earlier, and within one rank only bijectively; depth and height in the
// subduction order are two. Without a ranking a level refines every context that it may: the
// greatest family of contexts in which no Q has a P with the forbidden P a = Q. The largest sets
// always are in it, so there are at most |Q| - 1 levels.
//
// A bijection P a = Q may lead from P to Q and no word back. Then Q's tiles are pulled back to P,
// the groups that arise need not divide the monoid of the automaton, and an aperiodic automaton may
// get levels that are not pure resets. Where that is not wanted (`divisors`), a component whose
// group is larger than those of its strongly connected parts keeps only the bijections inside
// these, and some of its sets wait for a later level: all groups then are those by which words
// permute the positions of one set, as in the holonomy decomposition.
//
// Which tiles. Contexts joined by bijections form a component, and have the same tiles when these
// are written as sets of positions in an order of the states that the bijections respect (along a
// spanning tree; the bijections that remain permute positions and generate the component's group).
// The holonomy decomposition takes all maximal proper sub-images. It is enough to take the images P
// a that some reset has to cover, closed under the group, the maximal ones of them ("needed"
// tiles); or, which is fewer tiles where the group makes many, all sets of one position less.
//
// Congruences. Given a chain of congruences, coarse to fine, the last the equality, everything
// above is said of blocks instead of states as long as a context has states of two blocks of the
// first congruence, then of blocks of the second inside one block of the first, and so on: P a is
// replaced by the union of the blocks that it meets. So an automaton is decomposed as its quotient
// and then the insides of the blocks.

namespace statewright::automata {

/// The choices above.
template <std::size_t words>
struct SetChoices {
  using Set = StateSet<words>;
  /// Congruences, each coarser than the next; the equality is appended.
  std::vector<Partition> congruences;
  /// The level of a set of several states, or empty for "as early as possible".
  std::function<std::uint32_t(const Set&)> rank;
  /// Permutations only between sets that words lead to and fro, so that all groups divide the
  /// monoid.
  bool divisors = false;
  /// The tiles of a set, or empty for the needed ones.
  std::function<std::vector<Set>(const Set&)> tiles;
  /// Of needed tiles: a component with more takes all sets of one position less, if these are
  /// fewer.
  std::size_t many_tiles = 64;
};

/// The cascade of these choices; method, source and the names of groups are left to the caller.
/// Levels that would have a single coordinate are left out. Starts from the set of all states if
/// there is a ranking, else from that of the reachable ones. Errors: Error{unsupported} for more
/// states than a set holds, Error{limit} when a limit is hit (max_states counts contexts and
/// triples). Cost: levels * triples * tiles of words.
template <std::size_t words>
Cascade set_cascade(const Dfa& dfa, const SetChoices<words>& choices,
                    const core::Limits& limits = {});

extern template Cascade set_cascade<1>(const Dfa&, const SetChoices<1>&, const core::Limits&);
extern template Cascade set_cascade<4>(const Dfa&, const SetChoices<4>&, const core::Limits&);

/// "{0,1,2}", by the states' names, cut short after about 60 characters.
template <std::size_t words>
std::string set_text(const Dfa& dfa, const StateSet<words>& set) {
  std::string text = "{";
  bool cut = false;
  set.for_each([&](std::size_t q) {
    if (cut) return;
    if (text.size() > 60) {
      text += ",..";
      cut = true;
      return;
    }
    text += (text.size() > 1 ? "," : "") + dfa.state_name(static_cast<State>(q));
  });
  return text + "}";
}

/// The states that `letter` takes `set` to. Cost: O(members).
template <std::size_t words>
StateSet<words> image_of(const Dfa& dfa, const StateSet<words>& set, Letter letter) {
  StateSet<words> image;
  set.for_each([&](std::size_t q) { image.insert(dfa.step(static_cast<State>(q), letter)); });
  return image;
}

/// Numbers sets from 0 in the order of insertion.
template <std::size_t words>
class SetNumbers {
 public:
  using Set = StateSet<words>;
  /// The number of `set`, and whether it is new.
  std::pair<std::uint32_t, bool> insert(const Set& set) {
    const auto [at, inserted] = number_.emplace(set, static_cast<std::uint32_t>(sets_.size()));
    if (inserted) sets_.push_back(set);
    return {at->second, inserted};
  }
  const std::uint32_t* find(const Set& set) const {
    const auto at = number_.find(set);
    return at == number_.end() ? nullptr : &at->second;
  }
  const std::vector<Set>& sets() const noexcept { return sets_; }
  std::size_t size() const noexcept { return sets_.size(); }

 private:
  std::vector<Set> sets_;
  std::unordered_map<Set, std::uint32_t, typename Set::Hash> number_;
};

}  // namespace statewright::automata
