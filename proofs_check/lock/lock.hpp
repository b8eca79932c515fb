#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "automata/language/dfa.hpp"
#include "core/limits.hpp"
#include "core/lrnn/model.hpp"
#include "core/number/semantics.hpp"
#include "core/verdict.hpp"
#include "proofs_check/verify/verify.hpp"

namespace statewright::proofs {

/// A small change of a network: what is added to its inexact constants and where it starts.
struct LockCandidate {
  std::vector<int> ulps;  ///< [constants] steps to neighbouring values, positive away from zero
  double scale = 1;       ///< every entry of the start state times this
  double phase = 0;       ///< start states of two numbers, one of them zero: that zero is now this
  bool operator==(const LockCandidate&) const = default;
};

struct LockOptions {
  std::uint64_t candidates = 20'000;  ///< networks tried at most
  std::uint64_t states = 1'024;       ///< pairs of network and automaton state searched in each
  int ulps = 2;                       ///< steps that a constant may be moved by
  std::uint64_t wanted = 1;           ///< how many proved networks end the search
  core::Limits limits = {};           ///< of the whole search, and max_states of each proof
};

/// A network that is proved in the semantics, for words of every length.
struct Lock {
  LockCandidate candidate;
  std::string change;        ///< in words: "start (1.0859375, 0)", "as compiled, rounded"
  core::Model model;         ///< all parameters rational, dyadic, and values of the format
  std::uint64_t states = 0;  ///< reachable pairs of network and automaton state
};

struct LockResult {
  std::vector<Lock> found;            ///< in the order of the search: smaller changes first
  std::vector<core::Real> constants;  ///< positive; what LockCandidate::ulps belong to
  std::uint64_t planned = 0;          ///< candidates that the options allow
  std::uint64_t refuted = 0;          ///< wrong on some word
  std::uint64_t undecided = 0;        ///< more than LockOptions::states pairs, all of them right
  core::Outcome as_compiled = core::Outcome::unknown;  ///< of the network only rounded
  Word witness;                                        ///< as_compiled refuted: a shortest word
  std::optional<core::LimitHit> stopped;               ///< the search ended early
  std::uint64_t tried() const noexcept { return found.size() + refuted + undecided; }
};

/// Looks for a network close to `model` that `verify` proves in `semantics` for words of every
/// length: rounding errors can be made to cancel for ever, so that a rounded rotation walks through
/// finitely many states (theory: phase locking; here for all words, not one letter repeated).
///
/// Candidates, in this order; parameters are rounded to the semantics' parameter format first (for
/// `once` to its state format), readouts to the readout's, or to 24 bits where readouts are exact
/// and irrational:
///   1. the network itself
///   2. start states scaled by 1 + i ulp(1)
///   3. constants moved by up to `ulps` neighbours, least sum of steps first. The constants are the
///      distinct absolute values of transition parameters that the format cannot hold; each moves
///      everywhere at once, so that a rotation and its inverse share their two
///   4. start states off the axis, (1 + i ulp(1), j ulp(1)), least max(i, j) first
///   5. starts on the uniform grid of the least values (subnormal ones; fixed point: below 1)
///   6. starts of 2 and 5 with constants of 3
/// 2 to 6 move the starts of those layers only that have such constants; a model without any has no
/// candidate but itself. Each is given to verify with `states` as its limit, the network itself
/// with 65,536 or, where it is the only candidate, with no other limits than `limits`. In semantics
/// without a format (exact, cast) the model itself is the one candidate, unchanged.
///
/// Deterministic. Errors: those of verify. Cost: `candidates` searches of `states` pairs at most.
/// Source: none known; the effect is described for one letter in digital filters (limit cycles).
LockResult lock(const Model& model, const Dfa& automaton, const core::Semantics& semantics,
                const LockOptions& options = {});

}  // namespace statewright::proofs
