#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "automata/compile/partial_action.hpp"
#include "automata/language/dfa.hpp"

namespace statewright::automata {

/// A set of states without the start state, which stands for its complement too: one bit a state.
/// As a coordinate of a network it says on which side the state lies.
using Cut = std::vector<std::uint64_t>;

/// All cuts of one automaton that were looked at, numbered, with their preimages under letters.
///
/// The preimage of cut f under letter a is {q : a(q) in f}: another cut, or all or nothing. A set
/// of cuts is *closed* if it has every preimage of its cuts that is a cut, and *injective* if no
/// letter gives two of its cuts the same preimage. A closed and injective set is a block of
/// coordinates of one layer (cuts.cpp).
class CutTable {
 public:
  /// `dfa` must outlive the table; all its states are reachable.
  explicit CutTable(const Dfa& dfa);

  /// The number of the cut that separates `states` from the rest; nothing if one side is empty.
  std::optional<std::uint32_t> cut_of(const std::vector<bool>& states);

  /// What a preimage is: a cut, or constant.
  struct Image {
    std::uint32_t cut = 0;    ///< core::kNothing if constant
    bool complement = false;  ///< the other side of it; if constant: everything
  };
  const Image& preimage(std::uint32_t cut, Letter a);
  bool contains(std::uint32_t cut, State q) const;
  std::size_t size() const noexcept { return cuts_.size(); }

  /// The smallest closed set with this cut, sorted; nothing if it has more than `limit` cuts or is
  /// not injective.
  std::optional<std::vector<std::uint32_t>> injective_closure(std::uint32_t cut, std::size_t limit);
  /// Whether a closed set of cuts is injective.
  bool is_injective(const std::vector<std::uint32_t>& closed);

 private:
  struct Hash {
    std::size_t operator()(const Cut& cut) const noexcept;
  };
  std::uint32_t intern(Cut cut);

  const Dfa& dfa_;
  std::vector<Cut> cuts_;
  std::unordered_map<Cut, std::uint32_t, Hash> number_;
  std::vector<std::vector<Image>> preimages_;  // [cut][letter], or empty: not computed yet
  std::vector<bool> bad_;                      // known to have no injective closure
};

/// The coordinates of closed injective sets of cuts side by side; sets whose union is injective too
/// share their common cuts. A coordinate is 0 or 1, and +-1 where letters turn a cut over.
PartialAction action_of(CutTable& table, const Dfa& dfa,
                        const std::vector<std::vector<std::uint32_t>>& sets);

/// A one-layer network for the outputs of `dfa` whose coordinates are cuts of its states, if the
/// search finds one: of few coordinates, though not always of the fewest. All cuts are candidates
/// if there are not more than some thousand; of larger automata those that constructions are known
/// to need (cuts.cpp). All states must be reachable. With
/// Decoder::table the outputs need not be linear in the coordinates. Deterministic. Cost: usually
/// milliseconds, at most some seconds.
std::optional<core::Model> compile_cuts(const Dfa& dfa, Decoder decoder = Decoder::linear);

}  // namespace statewright::automata
