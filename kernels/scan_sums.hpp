#pragma once

// Internal: machines whose letters commute, read by adding.
//
// What a word does depends then on how often each letter occurs, and on nothing else: no order, no
// chain from block to block. Let g_1, .., g_r be some of the letters such that every letter a is
// the product of the powers g_i^w(a,i). A word of letters a_1 .. a_n then takes q to
// g_1^(t_1) .. g_r^(t_r) q, where t_i = w(a_1,i) + .. + w(a_n,i): sums of small numbers, at the
// rate at which memory is read. The powers are taken at the end, by the binary expansions of t_i.
//
// A cyclic group needs one sum, its product with a group of order two another. Letters need not be
// invertible: a counter that stops at its last state is one sum as well, and so is what leads to a
// state that is never left, among it every pattern that is no letter.
//
// Only states that the machine reaches count. Each is w(start) for some word w, so commuting
// actions that agree on the start agree everywhere; an element of the monoid is a state. Exponents
// of all states are found by walking from the start along powers of the letters that are chosen,
// those of the longest orbit first, and every letter is then checked against its powers on every
// state: nothing rests on letters commuting that do not.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "kernels/scan_parts.hpp"

namespace statewright::kernels {

constexpr unsigned kMostSums = 4;
/// Sums of so many bytes' letters fit beside each other in 32 bits.
constexpr unsigned kBytesTogether = 32;

struct ScanSums {
  /// One of the letters g_i. For all exponents t >= preperiod: g^(t + period) = g^t.
  struct Generator {
    std::uint64_t preperiod = 0, period = 1;
    std::vector<std::uint32_t> powers;  ///< g^(2^k): [levels, width], 2^levels > preperiod + period
  };

  std::uint32_t width = 0;
  std::vector<Generator> generators;
  std::vector<std::uint32_t> weights;  ///< w(a, i): [patterns, generators]

  /// Sums of a byte's letters, [256]: that of generator i from bit shift[i] on, mask[i] wide.
  std::vector<std::uint32_t> of_byte;
  std::array<std::uint32_t, kMostSums> shift = {}, mask = {};

  /// The state after, from q, letters with these totals. [generators]
  std::uint32_t after(std::uint32_t q, const std::uint64_t* totals) const;

  /// Adds the letters of these bytes to the totals.
  void add(const std::uint8_t* word, std::uint64_t bytes, std::uint64_t* totals) const;
};

/// Nothing if letters do not commute on the states that are reached, or if more sums or wider ones
/// were needed than fit. Cost: patterns times states times the logarithm of the states.
std::optional<ScanSums> scan_sums(const PatternMachine& machine);

}  // namespace statewright::kernels
