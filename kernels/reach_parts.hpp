#pragma once

// Internal: what the definitions of reach share. A pair is a row of 64 bits: from the low end the
// codes of the states' entries, then the machine's state; above it room for a letter and a flag.

#include <cstdint>
#include <optional>
#include <vector>

#include "core/error.hpp"
#include "kernels/program.hpp"
#include "kernels/reach.hpp"
#include "kernels/reach_codes.hpp"
#include "kernels/reference.hpp"

namespace statewright::kernels {

constexpr unsigned kRowBits = 48;  // of a pair
constexpr std::uint64_t kRowMask = (std::uint64_t{1} << kRowBits) - 1;
constexpr std::uint64_t kFlag = std::uint64_t{1} << 63U;  // disagrees, or leads to it
constexpr std::uint64_t kMostReachLetters = std::uint64_t{1} << (63U - kRowBits);
constexpr std::uint32_t kMostReachEntries = 36;  // of one bit each

/// A network and a machine laid out for the search; pointers as in ProgramView.
template <class T>
struct ReachJob {
  ProgramView<T> program;
  CodePlan<T> codes;
  unsigned state_bits = 0;  ///< of a row: the codes
  bool told = false;        ///< the machine's state is known from the network's
  bool exact = false;       ///< scores are doubtful where they are close
  bool is_plane = false;    ///< one layer of two numbers that reads the letter once
  bool is_dense = false;    ///< a plane all of whose moves are matrices
  std::uint32_t states = 0;
  const std::uint32_t* next = nullptr;    ///< [states, letters]
  const std::uint32_t* output = nullptr;  ///< [states]

  /// The bit of a row.
  STATEWRIGHT_ANYWHERE std::uint64_t index(std::uint64_t row) const {
    return told ? row & ((std::uint64_t{1} << state_bits) - 1) : row & kRowMask;
  }
};

/// What is searched, and whether it can be: facts about a network and a machine.
struct ReachSize {
  unsigned state_bits = 0;
  bool told = false;
  std::uint64_t pairs = 0;  ///< bits needed, 2^64 - 1 for more than 2^62

  /// For `bits` one-bit sets of all pairs.
  std::uint64_t bytes(unsigned sets) const noexcept { return sets * ((pairs + 63) / 64 * 8); }
};
ReachSize reach_size(const Network& network, const Machine& machine);

/// Formats to plan with: exact readouts are estimated in the carrier, in floats if weights are
/// neither so large nor so small that this would cost them their relative precision.
std::optional<Plan<float>> reach_plan_in_float(const Network& network, const ReachOptions& options);
Plan<double> reach_plan_in_double(const Network& network, const ReachOptions& options);

/// A job and the arrays behind it.
template <class T>
struct ReachProgram {
  Program<T> program;
  std::vector<LayerView<T>> layers;
  ReachJob<T> job;

  ReachProgram(const Network& network, const Machine& machine, const ReachOptions& options,
               const Plan<T>& plan);
};

/// Calls `with(plan)` with the fastest plan that the formats allow.
template <class With>
auto with_reach_plan(const Network& network, const ReachOptions& options, const With& with) {
  if (const auto plan = reach_plan_in_float(network, options)) return with(*plan);
  return with(reach_plan_in_double(network, options));
}

/// Steps one pair at a time through the reference, rows in and out.
class ReachSteps {
 public:
  ReachSteps(const Network& network, const Machine& machine, const ReachOptions& options);

  std::uint64_t start() const;  ///< kFlag if it disagrees
  /// The successor, kFlag if it disagrees.
  std::uint64_t next(std::uint64_t row, std::uint32_t letter) const;

 private:
  std::uint64_t row_of(const ReferenceNetwork::State& state, std::uint32_t q) const;

  const Network& network_;
  const Machine& machine_;
  ReferenceNetwork reference_;
  CodePlan<double> codes_;
  unsigned state_bits_;
};

/// Pairs of each level that lead on to a disagreement, kFlag and the first such letter in each row.
using ReachGoals = std::vector<std::vector<std::uint64_t>>;

/// The first of the shortest wrong words.
std::vector<std::uint32_t> word_through(const ReachGoals& goals, const ReachSteps& steps);

/// The bits or two successive levels do not fit into memory.
struct ReachTooLarge : core::Error {
  using core::Error::Error;
};

/// Throws it, naming what is wanted.
[[noreturn]] void refuse_reach(const char* what, std::uint64_t wanted, std::uint64_t there,
                               const char* hint);

constexpr const char* kReachHint = "a smaller format, fewer states of the automaton, more memory";

ReachResult reach_cpu(const Network& network, const Machine& machine, const ReachOptions& options);
/// Only where resolve() says cuda. `devices`: see devices.hpp. On the first device; if the search
/// does not fit into its memory, from its start on all of them together.
ReachResult reach_cuda(const Network& network, const Machine& machine, const ReachOptions& options,
                       const std::vector<int>& devices);
/// On all of at least two devices together, each with the bits and rows of its share of the pairs.
ReachResult reach_divided(const Network& network, const Machine& machine,
                          const ReachOptions& options, const std::vector<int>& devices);

/// Rows and their successors by vectors of the width in the name, [letters, count], kFlag where the
/// network disagrees with the machine; count is at most kReachBlock. The words of `bits` in which
/// successors are to be looked up are fetched meanwhile, if it is not null.
constexpr std::size_t kReachBlock = 256;
template <class T>
using ExpandRows = void (*)(const ReachJob<T>& job, const ExactReadout& exact,
                            const std::uint64_t* rows, std::size_t count, std::uint64_t* successors,
                            const std::uint64_t* bits);
void expand_rows_16(const ReachJob<float>&, const ExactReadout&, const std::uint64_t*, std::size_t,
                    std::uint64_t*, const std::uint64_t*);
void expand_rows_16(const ReachJob<double>&, const ExactReadout&, const std::uint64_t*, std::size_t,
                    std::uint64_t*, const std::uint64_t*);
void expand_rows_32(const ReachJob<float>&, const ExactReadout&, const std::uint64_t*, std::size_t,
                    std::uint64_t*, const std::uint64_t*);
void expand_rows_32(const ReachJob<double>&, const ExactReadout&, const std::uint64_t*, std::size_t,
                    std::uint64_t*, const std::uint64_t*);
void expand_rows_64(const ReachJob<float>&, const ExactReadout&, const std::uint64_t*, std::size_t,
                    std::uint64_t*, const std::uint64_t*);
void expand_rows_64(const ReachJob<double>&, const ExactReadout&, const std::uint64_t*, std::size_t,
                    std::uint64_t*, const std::uint64_t*);

}  // namespace statewright::kernels
