#pragma once

// Internal to proofs_check/verify: what the methods of verification in rounded semantics share.

#include <cstdint>
#include <limits>
#include <optional>
#include <thread>
#include <vector>

#include "core/number/format.hpp"
#include "kernels/backend.hpp"
#include "proofs_check/verify/product_search.hpp"
#include "proofs_check/verify/verify.hpp"

namespace statewright::proofs {

/// What is asked: everything by reference, the caller keeps it.
struct Question {
  const Model& model;
  const Dfa& automaton;
  const core::Semantics& semantics;
  const core::Limits& limits;
  const Correspondence& names;
};

/// How the search goes about it. Verdicts do not depend on `threads` and `window_bytes`.
struct SearchOptions {
  unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  std::uint64_t kept_rows = 5'000'000;  ///< the most rows that a verdict lists
  std::uint64_t kept_rows_of_cycles = 1'000'000;
  /// A search of more rows than this goes on in a dense bitset where that is possible.
  std::uint64_t rows_before_dense = 5'000'000;
  std::uint64_t window_bytes = std::uint64_t{1} << 30U;    ///< for levels of the dense search
  kernels::Backend backend = kernels::Backend::automatic;  ///< as `verify` says
};

/// verify(model, automaton, semantics, limits) with other options.
Verdict verify_rounded(const Model& model, const Dfa& automaton, const core::Semantics& semantics,
                       const core::Limits& limits, const SearchOptions& options);

/// Throws Error{unsupported} for semantics without a state from step to step.
void check_has_steps(const core::Semantics& semantics);

/// The counterexample `word` as RoundedModel sees it, without rows. Throws std::logic_error if it
/// sees none: then a faster evaluation differs from its specification.
Counterexample refute(const Question& question, Word word);

/// "network and language agree on every word of at most 7 letters".
std::string agreement_up_to(std::uint64_t letters);

/// Bit codes of a semantics' states.
class StateCodes {
 public:
  explicit StateCodes(const core::Semantics& semantics);

  const core::Coder& coder() const noexcept { return coder_; }
  /// Bits of a code. One more than the format's where NaN can come up and has no code.
  unsigned bits() const noexcept { return bits_; }
  /// A table of states given as codes, [states, width].
  StateTable table(std::vector<std::uint64_t> codes, std::size_t width) const;

 private:
  core::Coder coder_;
  unsigned bits_;
};

/// The given limits for a method whose memory does not grow with what it stores.
core::Limits only_if_set(const core::Limits& limits);

}  // namespace statewright::proofs
