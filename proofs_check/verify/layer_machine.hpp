#pragma once

// Internal to proofs_check/verify: one layer as a lazily explored automaton over machine integers.

#include <cstdint>
#include <optional>
#include <vector>

#include "core/lrnn/model.hpp"
#include "proofs_check/verify/product_search.hpp"
#include "proofs_check/verify/verify.hpp"

namespace statewright::proofs {

/// Thrown inside the search when a number does not fit; the caller starts again with wider ones.
struct Overflow {};

/// The states that one layer reaches, each with the symbol it emits and, once asked for, its
/// successors. Everything is computed once per (state, input), however often the product search
/// meets it.
///
/// With D the common denominator of H_0 and all B, and A integer, D H stays an integer vector.
/// Computed in 64 bits, kept as `Stored` (std::int8_t or std::int64_t): most compiled networks have
/// states of a few small integers, and the search is bound by memory.
template <class Stored>
class LayerMachine {
 public:
  /// Nothing if some A is not integer or some constant does not fit.
  static std::optional<LayerMachine> make(const core::Layer& layer);

  std::uint32_t start_id() const noexcept { return 0; }
  std::uint32_t emitted(std::uint32_t id) const { return emitted_[id]; }
  /// Throws Overflow.
  std::uint32_t step(std::uint32_t id, std::size_t input);
  StateTable table() &&;

 private:
  struct Term {  // coefficient times the state's row `row`
    std::uint32_t row;
    std::int64_t coefficient;
  };
  struct Action {                        // one transition, as sparse rows
    std::vector<std::uint32_t> row_end;  ///< [n]: end of row i in terms
    std::vector<Term> terms;
    std::vector<std::int64_t> add;  ///< [n d] D B, or empty
    std::vector<std::uint32_t>
        gather;  ///< [n]: A is a permutation matrix, h[i] <- h[gather[i]]; or empty
  };

  explicit LayerMachine(std::size_t width) : states_(width) {}
  std::uint32_t intern(const std::vector<std::int64_t>& state);  ///< throws Overflow
  std::uint32_t read_out(const Stored* state) const;

  std::size_t n_ = 0, d_ = 0, inputs_ = 0;
  core::Integer denominator_ = 1;
  std::vector<Action> actions_;
  std::vector<Stored> weights_;     ///< [outputs, n d], scaled so that scores are integers
  std::vector<std::int64_t> bias_;  ///< [outputs]
  std::optional<KeyTable<Stored>> rows_of_weights_;  ///< see read_out
  std::vector<std::uint32_t> first_row_;
  std::int64_t row_norm_ = 0;
  KeyTable<Stored> states_;
  std::vector<std::uint32_t> emitted_;
  std::vector<std::uint32_t> successors_;  ///< [states, inputs], kUnknown until computed
  std::vector<std::int64_t> scratch_;
  std::vector<Stored> key_;
};

extern template class LayerMachine<std::int8_t>;
extern template class LayerMachine<std::int64_t>;

}  // namespace statewright::proofs
