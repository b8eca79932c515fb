#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "kernels/backend.hpp"
#include "kernels/format.hpp"

namespace statewright::kernels {

/// All 2 x 2 matrices over the finite values of a small format, and what becomes of one state under
/// each of them applied again and again, every operation rounded:
///   x_0 = start;  x_{t+1} = (fl(fl(a x) + fl(b y)), fl(fl(c x) + fl(d y)))  with x_t = (x, y).
///
/// Member number i is the matrix [[v_p, v_q], [v_r, v_s]], i = ((p N + q) N + r) N + s, where v_0,
/// .., v_{N-1} are finite_values(format), -0 and +0 being two of them.
struct CensusFamily {
  FormatSpec format;
  std::array<double, 2> start = {1, 1};  ///< values of the format
  std::uint32_t horizon = 256;           ///< T

  std::uint64_t size() const;  ///< N^4
};

/// The eigenvalues, of the exact matrix, in exact whole numbers.
enum class Spectrum : std::uint8_t {
  complex,      ///< a pair that is not real
  negative,     ///< real, at least one below 0
  nonnegative,  ///< real, none below 0
};

/// What becomes of the state. States count as equal if their values do: -0 is 0.
enum class Fate : std::uint8_t {
  vanishes,   ///< period 1, at the state 0
  rests,      ///< period 1, elsewhere
  period_2,   ///< decides parity: two states are told apart by some linear readout
  period_3,   ///< counts modulo 3: three states are, each by a score of its own
  even,       ///< an even period above 2
  triple,     ///< an odd period above 3 that 3 divides
  other,      ///< any other period
  explodes,   ///< some x_t, t <= 2 T, is infinite or no value
  undecided,  ///< none of these: x_T does not recur within T steps
};

std::string_view name_of(Spectrum spectrum) noexcept;
std::string_view name_of(Fate fate) noexcept;

constexpr std::size_t kSpectra = 3, kFates = 9;

/// The members that share spectrum, norm and fate.
struct CensusCell {
  std::uint64_t count = 0;
  std::uint32_t longest_preperiod = 0, longest_period = 0;
  /// The largest amplitude, which is, of the coordinate for which it is larger, how many values of
  /// the format the largest is above the smallest one on the cycle; and the first member with it.
  std::uint32_t amplitude = 0;
  std::uint64_t member = 0;

  void add(std::uint32_t preperiod, std::uint32_t period, std::uint32_t amplitude_of,
           std::uint64_t index) noexcept;
  void merge(const CensusCell& other) noexcept;
  bool operator==(const CensusCell&) const = default;
};

struct CensusResult {
  /// [spectrum][norm <= 1, the spectral one, exactly][fate]
  std::array<std::array<std::array<CensusCell, kFates>, 2>, kSpectra> cells;
  std::uint64_t steps = 0;  ///< until orbits recur (preperiod + period), explode or are given up

  CensusCell& cell(Spectrum spectrum, bool contracts, Fate fate) noexcept;
  const CensusCell& cell(Spectrum spectrum, bool contracts, Fate fate) const noexcept;
  /// Results of disjoint parts of a family become that of their union.
  void merge(const CensusResult& other) noexcept;
  bool operator==(const CensusResult&) const = default;
};

/// One member: what the cells are made of.
struct CensusMember {
  std::array<double, 4> matrix = {};  ///< row by row
  Spectrum spectrum = Spectrum::complex;
  bool contracts = false;  ///< norm <= 1
  Fate fate = Fate::undecided;
  std::uint32_t preperiod = 0, period = 0, amplitude = 0;  ///< 0 where there is no period
  std::uint32_t steps = 0;
};
CensusMember census_member(const CensusFamily& family, std::uint64_t index);

/// The members begin, .., end - 1: runs may be divided and resumed anywhere.
/// Errors: Error{unsupported} for formats of more than 8 bits or that floats cannot compute in;
/// Error{range} for a start that is no finite value of the format, a horizon outside 1 to 65535, or
/// members beyond the family; those of resolve.
/// Cost: about CensusResult::steps, each a matrix times a vector.
CensusResult census(const CensusFamily& family, std::uint64_t begin, std::uint64_t end,
                    Backend backend, unsigned threads = 0);

}  // namespace statewright::kernels
