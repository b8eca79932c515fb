#pragma once

// Internal: which states of a machine are followed, so that what becomes of them says what becomes
// of all, and the tables for it. scan_transposed.hpp follows them, in 64 stretches of a word at
// once.
//
// A region's transformation f is wanted on every state, but a few images may tell the others:
//  - a state that is never left needs none;
//  - where letters permute the states, the last image is the one that is missing, and the last two
//    are told apart by the sign of f. The sign is a sum over letters: where it is linear in their
//    bits, the parity of the word's bits under a mask;
//  - where the transition monoid is small, a set of states whose images are different for any two
//    elements, a base in the sense of Sims (1970), of a monoid instead of a group: dihedral groups
//    need two states, however many corners. It is found greedily over the list of the elements; a
//    tree over the images of the base leads to the element, thus to all images.
// Where letters merge states, images soon are equal and stay so: after the first bytes of a stretch
// only different ones are followed, at most as many as the largest rank among the 64
// transformations so far. For most machines that do not permute that is one.
//
// Letters of eight bits are too many for tables in registers. Those that permute at most five
// states are products of three factors, of at most 6, 5 and 4 choices: f = v w c where c is a power
// of the cycle (0 1 2 3 4) such that f c^-1 fixes 4, v a transposition (3 d) or nothing, w what is
// left: it moves 0, 1, 2. So one look-up makes a byte of three short letters of each of them.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "kernels/scan_parts.hpp"

namespace statewright::kernels {

constexpr std::uint32_t kMostFollowed = 64;

struct ScanFollowed {
  /// Letters' bits that are looked up together: state_bits + block_bits are 6, or 7 or 8 where two
  /// or four registers hold the table. 3 and 3: blocks of three, three and two bits of each byte.
  unsigned state_bits = 2, block_bits = 4;
  /// [block, 2^state_bits]; of 3 and 3: one for each of the three blocks, 64 entries each.
  alignas(64) std::array<std::uint8_t, 256> tables = {};
  bool recodes = false;
  alignas(64) std::array<std::uint8_t, 256> code = {};  ///< of each byte of the word, if it recodes

  std::uint32_t width = 0, letters = 0;
  std::vector<std::uint8_t> chains;  ///< the states that are followed
  bool merges = false;               ///< images may become equal
  std::uint32_t most_chains = 0;     ///< more different images than this: composing is faster

  /// One or two states of 0, .., permuted - 1 whose images are those that are missing.
  std::vector<std::uint8_t> missing;
  std::uint32_t permuted = 0;
  bool has_sink = false;       ///< `permuted`, where all are if there was no letter
  std::uint8_t sign_bits = 0;  ///< of each byte: the sign is their parity over a stretch

  /// Or a tree: node 0, then child[begin[i] + node 2^state_bits + image of chain i]; the last are
  /// elements. [elements, width]
  std::vector<std::uint16_t> child;
  std::vector<std::uint32_t> begin;
  std::vector<std::uint8_t> images;

  bool is_listed() const { return !images.empty(); }
};

/// Nothing where composing images is faster, or more than kMostFollowed states. `stride`: bytes of
/// an image there, 16 or 64.
std::optional<ScanFollowed> scan_followed(const PatternMachine& machine, std::uint32_t stride);

}  // namespace statewright::kernels
