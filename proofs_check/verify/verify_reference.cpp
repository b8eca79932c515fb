// The specification of verify(): the same breadth-first search, over core::next_step and rationals.

#include <map>

#include "proofs_check/verify/product_search.hpp"
#include "proofs_check/verify/verify.hpp"

namespace statewright::proofs {
namespace {

using core::Matrix;
using core::Rational;

class ReferenceMachine {
 public:
  explicit ReferenceMachine(const Model& model) : model_(model), layers_(model.layers.size()) {}

  void start(std::uint32_t* ids, std::uint32_t& output) {
    intern(core::initial_step(model_), ids);
    output = core::initial_step(model_).output;
  }

  void step(const std::uint32_t* ids, Letter letter, std::uint32_t* next_ids,
            std::uint32_t& output) {
    core::Step before;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      before.states.push_back(layers_[i].states[ids[i]]);
    }
    const core::Step after = core::next_step(model_, before, letter);
    output = after.output;
    intern(after, next_ids);
  }

  std::optional<core::LimitHit> full() const {
    if (bits_ <= kMaxBits) return {};
    return core::LimitHit{"1 GiB of exact numbers", ""};
  }

  std::vector<StateTable> tables() && {
    std::vector<StateTable> out;
    for (const LayerStates& layer : layers_) {
      StateTable table;
      table.width = layer.states.front().entries().size();
      for (const Matrix<Rational>& state : layer.states) {
        for (const Rational& entry : state.entries()) {
          table.denominator =
              boost::multiprecision::lcm(table.denominator, core::denominator_of(entry));
        }
      }
      std::vector<Integer> entries;
      for (const Matrix<Rational>& state : layer.states) {
        for (const Rational& entry : state.entries()) {
          entries.emplace_back(core::numerator_of(entry) *
                               (table.denominator / core::denominator_of(entry)));
        }
      }
      table.entries = std::move(entries);
      out.push_back(std::move(table));
    }
    return out;
  }

 private:
  static constexpr std::size_t kMaxBits = std::size_t{1} << 33U;

  struct LayerStates {
    std::vector<Matrix<Rational>> states;
    std::map<std::vector<Rational>, std::uint32_t> index;
  };

  void intern(const core::Step& step, std::uint32_t* ids) {
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      LayerStates& layer = layers_[i];
      const auto [at, is_new] = layer.index.try_emplace(
          step.states[i].entries(), static_cast<std::uint32_t>(layer.states.size()));
      ids[i] = at->second;
      if (!is_new) continue;
      layer.states.push_back(step.states[i]);
      for (const Rational& entry : step.states[i].entries()) {
        bits_ += 2 * (mpz_sizeinbase(mpq_numref(entry.backend().data()), 2) +
                      mpz_sizeinbase(mpq_denref(entry.backend().data()), 2) + 256);
      }
    }
  }

  const Model& model_;
  std::vector<LayerStates> layers_;
  std::size_t bits_ = 0;
};

}  // namespace

Verdict verify_reference(const Model& model, const Dfa& automaton, const core::Limits& limits) {
  return search_product(model, automaton, limits, ReferenceMachine(model));
}

}  // namespace statewright::proofs
