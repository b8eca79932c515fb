#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/backend.hpp"
#include "kernels/format.hpp"

namespace statewright::kernels {

/// What the members of a census do with a state h of n numbers under their letter. Each product,
/// sum and difference is rounded on its own, in the order written; sums run from the left.
enum class CensusKind : std::uint8_t {
  /// h'_i = a_i1 h_1 + .. + a_in h_n. Parameters: A, row by row.
  matrices,
  /// h'_i = a_i h_i + b_i. Parameters: a_1 .. a_n b_1 .. b_n.
  diagonal,
  /// The delta rule: s = k_1 h_1 + .. + k_n h_n;  e = beta (v - s);  h'_i = h_i + k_i e. Exactly,
  /// A = I - beta k k^T. Parameters: beta v k_1 .. k_n.
  /// Source: Schlag et al. 2021; the order is that of the recurrent form of the public kernels.
  deltanet,
  /// A generalised Householder factor I - beta k k^T: s as above;  w = beta s;
  /// h'_i = h_i - k_i w. Parameters: beta k_1 .. k_n.
  factor,
  /// Two of them, the first one first. Parameters: beta k_1 .. k_n, twice.
  pairs,
};
std::string_view name_of(CensusKind kind) noexcept;
constexpr std::size_t kCensusKinds = 5;

/// What is rounded.
enum class CensusRounding : std::uint8_t {
  each,  ///< every operation
  once,  ///< each coordinate of the exact A h + b, once: `once:F` of core
};
std::string_view name_of(CensusRounding rounding) noexcept;

/// Members drawn instead of listed.
struct CensusSample {
  std::uint64_t count = 0, seed = 0;
  bool operator==(const CensusSample&) const = default;
};

/// A family of letters over a small format, and one state that each is applied to again and again:
///   x_0 = start;  x_{t+1} = h' for h = x_t.
///
/// Parameters are finite values of the format, -0 and +0 being two of them; those of A, a, b and v
/// are any, those of k are at most 1 in magnitude, as in keys of unit length, and those of beta are
/// in [+0, beta_most].
///
/// Member number i of all: its parameters are the digits of i, the last one fastest, each the place
/// of a value among those allowed, ascending, -0 before +0. Of a sample: digit j is
/// floor(r u / 2^32), r the number of values allowed and u the low (j even) or high half of
/// word_keys(seed, i).draw(j / 2) of generator.hpp.
///
/// Parameters that some families have beyond those of their kind, in this order: b_1 .. b_n, added
/// to h' by one more operation a coordinate (`adds`; matrices, factor and pairs), and the start
/// (`all_starts`), so that a member is a letter with a start, and what no member does no network
/// with such letters does. Both are any values of the format, a single zero among them.
struct CensusFamily {
  FormatSpec format;
  std::array<double, 4> start = {1, 1, 1, 1};  ///< values of the format, of which n count
  std::uint32_t horizon = 256;                 ///< T
  CensusKind kind = CensusKind::matrices;
  std::uint32_t n = 2;   ///< 1 to 4
  double beta_most = 2;  ///< 1 or 2; of deltanet and pairs
  std::optional<CensusSample> sample = {};
  CensusRounding rounding = CensusRounding::each;
  bool adds = false;
  bool unit_keys = false;   ///< letters with a key longer than 1 are `outside`
  bool all_starts = false;  ///< start does not count then

  std::size_t parameters() const noexcept;  ///< numbers that a member consists of
  /// How many members there are, listed or drawn.
  /// Errors: Error{range} if they are listed and more than kMostMembers: draw some.
  std::uint64_t size() const;
  /// "deltanet n = 2, beta in [0, 2], e4m3, x_0 = (1, 1), T = 256"; ", 1000 drawn with seed 7"
  std::string text() const;
  bool operator==(const CensusFamily&) const = default;
};

constexpr std::uint64_t kMostMembers = std::uint64_t{1} << 42;

/// The eigenvalues of the exact A, in exact whole numbers.
enum class Spectrum : std::uint8_t {
  complex,      ///< some are not real
  negative,     ///< real, at least one below 0
  nonnegative,  ///< real, none below 0
};

/// What becomes of the state. States count as equal if their values do: -0 is 0. The states of an
/// orbit that recurs are told apart by some readout, so that even periods decide parity, and
/// periods that 3 divides count modulo 3 (with period 2 and period 3 by linear scores).
enum class Fate : std::uint8_t {
  vanishes,   ///< period 1, at the state 0
  rests,      ///< period 1, elsewhere
  period_2,   ///< decides parity
  period_3,   ///< counts modulo 3
  even,       ///< decides parity: an even period above 2 that 3 does not divide
  sixfold,    ///< both: a period that 6 divides
  triple,     ///< counts modulo 3: an odd period above 3 that 3 divides
  other,      ///< any other period
  explodes,   ///< some x_t, t <= 2 T, is infinite or no value
  undecided,  ///< none of these: x_T does not recur within T steps
  outside,    ///< not looked at: a key is longer than 1 in a family of unit keys
};

std::string_view name_of(Spectrum spectrum) noexcept;
std::string_view name_of(Fate fate) noexcept;

constexpr std::size_t kSpectra = 3, kFates = 11;

/// One member: what the cells are made of.
struct CensusMember {
  std::vector<double> parameters;
  Spectrum spectrum = Spectrum::complex;
  bool contracts = false;  ///< the spectral norm of A is at most 1, exactly
  Fate fate = Fate::undecided;
  std::uint32_t preperiod = 0, period = 0;  ///< 0 where there is no period
  /// Of the coordinate for which it is larger: how many values of the format the largest is above
  /// the smallest one on the cycle, that is, in units in the last place of what lies between.
  std::uint32_t amplitude = 0;
  /// The same as numbers, over the largest magnitude of a coordinate on the cycle, in units of
  /// 2^-20 rounded down: 2 is most. Both differences and quotients are first rounded to doubles.
  std::uint32_t relative = 0;
  std::uint32_t steps = 0;  ///< until it recurs (preperiod + period), explodes or is given up
};
constexpr double kRelativeUnit = 0x1p-20;

/// The largest of some number over members, and the first member that has it.
struct CensusBest {
  std::uint32_t value = 0;
  std::uint64_t member = 0;
  bool operator==(const CensusBest&) const = default;
};

/// The members that share spectrum, norm and fate.
struct CensusCell {
  std::uint64_t count = 0;
  std::uint64_t first = 0;  ///< the least number; like all below 0 if count is
  std::uint32_t longest_preperiod = 0;
  CensusBest period, amplitude, relative;  ///< the largest

  void add(const CensusMember& member, std::uint64_t index) noexcept;
  void merge(const CensusCell& other) noexcept;
  bool operator==(const CensusCell&) const = default;
};

/// Which cells are meant; what is left out does not matter.
struct CensusQuestion {
  enum class Counts : std::uint8_t { anything, parity, modulo_3 };
  std::optional<Spectrum> spectrum = {};
  std::optional<bool> contracts = {};
  Counts counts = Counts::anything;  ///< anything: a period above 1
};

struct CensusResult {
  /// [spectrum][contracts][fate]
  std::array<std::array<std::array<CensusCell, kFates>, 2>, kSpectra> cells;
  std::uint64_t members = 0;  ///< in all
  std::uint64_t steps = 0;    ///< of all

  CensusCell& cell(Spectrum spectrum, bool contracts, Fate fate) noexcept;
  const CensusCell& cell(Spectrum spectrum, bool contracts, Fate fate) const noexcept;
  void add(const CensusMember& member, std::uint64_t index) noexcept;
  /// Results of disjoint parts of a family become that of their union.
  void merge(const CensusResult& other) noexcept;
  /// All members that the question means, as one cell: how many, the first, and the most robust
  /// ones by amplitude and by relative amplitude.
  CensusCell answer(const CensusQuestion& question) const noexcept;
  bool operator==(const CensusResult&) const = default;
};

/// Whether the question means this fate.
bool counts(Fate fate, CensusQuestion::Counts what) noexcept;

/// A single member, by the reference. Errors: as census.
CensusMember census_member(const CensusFamily& family, std::uint64_t index);

/// A member's parameters as people write them: "[[0.5, -1], [0, 2]]", "a = (1, -1), b = (0, 2)",
/// "beta = 1, v = 0, k = (1, -1)", "beta = 1, k = (1, 0); beta = 2, k = (1, -1)"; then, of families
/// that have them, "b = (0, 1)" and "x_0 = (1, 1)".
std::string letter_text(const CensusFamily& family, const std::vector<double>& parameters);

/// Refuses what census cannot do. Errors: those of census that concern the family.
void check_family(const CensusFamily& family);

/// The members begin, .., end - 1: runs may be divided and resumed anywhere.
/// Errors: Error{unsupported} for formats of more than 8 bits, that floats cannot compute in, or
/// whose values are too far apart (with one rounding, for exact sums in 126 bits), for `adds` in
/// families that have additions of their own and `unit_keys` in those without keys; Error{range}
/// for a start that is no finite value of the format, a horizon outside 1 to 65535, n outside 1
/// to 4, a beta_most other than 1 and 2, or members beyond the family; those of resolve. Cost:
/// about CensusResult::steps, each as many operations as the letter has.
CensusResult census(const CensusFamily& family, std::uint64_t begin, std::uint64_t end,
                    Backend backend, unsigned threads = 0);

}  // namespace statewright::kernels
