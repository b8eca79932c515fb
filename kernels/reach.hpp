#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "kernels/backend.hpp"
#include "kernels/network.hpp"

namespace statewright::kernels {

/// The most pairs that there may be: one bit for each, 8 GiB.
constexpr std::uint64_t kMostReachPairs = std::uint64_t{1} << 36U;

struct ReachOptions {
  unsigned threads = 0;  ///< cpu: 0 for all processors
  /// Bytes that bits and levels may take, of the machine (cpu) or of each device (cuda); 0: three
  /// quarters of the machine's, all that is free on the device but 1 GiB. `reference` takes what
  /// it needs.
  std::uint64_t memory = 0;
  /// If set, readouts are exact: `network.formats.readout` is not looked at, W and c are taken as
  /// roundings to double of parameters that only `exact` knows, and it is asked wherever scores in
  /// the carrier are not further apart than their errors. Called by several threads at once.
  ExactReadout exact = {};
  /// Called now and then with the number of pairs reached; false ends the search.
  std::function<bool(std::uint64_t states)> proceed = {};
};

struct ReachResult {
  enum class End : std::uint8_t {
    closed,   ///< network and machine agree on every word
    wrong,    ///< they disagree on `word`
    stopped,  ///< by `proceed`
  };
  End end = End::closed;
  /// The shortest word on which they disagree, of these the first in the order of letters.
  std::vector<std::uint32_t> word;
  /// Pairs reached: closed: all; wrong: by words shorter than `word`; stopped: by words of at most
  /// `length` letters.
  std::uint64_t states = 0;
  /// They agree on all words of at most so many letters; closed: of which new pairs were reached.
  std::uint64_t length = 0;
  bool operator==(const ReachResult&) const = default;
};

/// Whether a network agrees with a machine on every word: a search in breadth over the pairs
/// (states of all layers, state of the machine) that words reach, with one bit for every pair that
/// there could be. Values are told apart as bit patterns are (-0 is not 0), but NaN is one. An
/// output of the machine that the network does not have agrees with nothing.
///
/// The result does not depend on threads and backend. Pairs of one level, reached by words of one
/// length, come in any order; which word is returned is decided afterwards, by going back through
/// the levels: from the last one, of each only those pairs are kept that lead on to a disagreement,
/// with the first letter that does. That computes every step a second time where a word is found,
/// and needs a second bit for every pair then.
///
/// Memory: a bit (two) for every pair, 8 bytes for every pair reached. Levels that no longer fit
/// are dropped; where a word is sought, they are computed again, from the start.
/// cuda: on the first GPU; if that has not the memory and there are several, once more from the
/// start on all of them, each with its share of bits and rows.
/// If the outputs of the machine are distinct, the network's states determine its state in all
/// pairs that agree, and no bits are spent on it.
/// Errors: those of validate, resolve and plan_in_double; Error{unsupported} for more than
/// kMostReachPairs pairs, 2^15 letters and more, 2^12 states of the machine and more; Error{limit}
/// with the bytes wanted and there if the bits, or two successive levels besides them, do not fit.
/// Cost: letters steps for each pair reached, twice where a word is sought.
ReachResult reach(const Network& network, const Machine& machine, Backend backend,
                  const ReachOptions& options = {});

/// How many pairs there could be: what `reach` compares with kMostReachPairs. 2^64 - 1 for more
/// than 2^62.
std::uint64_t reach_pairs(const Network& network, const Machine& machine);

}  // namespace statewright::kernels
