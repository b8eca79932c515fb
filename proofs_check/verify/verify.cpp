#include "proofs_check/verify/verify.hpp"

#include "core/error.hpp"
#include "core/lrnn/input.hpp"
#include "proofs_check/verify/layer_machine.hpp"
#include "proofs_check/verify/product_search.hpp"

namespace statewright::proofs {
namespace {

template <class Stored>
class IntegerMachine {
 public:
  static constexpr std::size_t kExtraIds = 0;

  /// Nothing if the model does not run on integers of this width.
  static std::optional<IntegerMachine> make(const Model& model) {
    IntegerMachine machine(model);
    for (const core::Layer& layer : model.layers) {
      auto made = LayerMachine<Stored>::make(layer);
      if (!made) return {};
      machine.layers_.push_back(std::move(*made));
    }
    return machine;
  }

  void start(std::uint32_t* ids, std::uint32_t& output) const {
    for (std::size_t i = 0; i < layers_.size(); ++i) ids[i] = layers_[i].start_id();
    output = layers_.back().emitted(layers_.back().start_id());
  }

  void step(const std::uint32_t* ids, Letter letter, std::uint32_t* next_ids,
            std::uint32_t& output) {
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      const std::size_t input =
          core::input_of(*model_, model_->layers[i], letter,
                         [&](std::size_t j) { return layers_[j].emitted(next_ids[j]); });
      next_ids[i] = layers_[i].step(ids[i], input);
    }
    output = layers_.back().emitted(next_ids[layers_.size() - 1]);
  }

  static std::optional<core::LimitHit> full() { return {}; }

  void replay(Counterexample& found) const { found.replay = core::simulate(*model_, found.word); }

  std::vector<StateTable> tables() && {
    std::vector<StateTable> out;
    for (LayerMachine<Stored>& layer : layers_) out.push_back(std::move(layer).table());
    return out;
  }

 private:
  explicit IntegerMachine(const Model& model) : model_(&model) {}

  const Model* model_;
  std::vector<LayerMachine<Stored>> layers_;
};

[[noreturn]] void refuse_irrational() {
  throw core::Error({core::Fault::unsupported, "certificate", "a network of rational numbers",
                     "irrational states",
                     "certificates in rounded arithmetic (`--arith bf16`) have no such limit"});
}

template <class Stored>
std::optional<Verdict> verify_in(const Model& model, const Dfa& automaton,
                                 const core::Limits& limits) {
  auto machine = IntegerMachine<Stored>::make(model);
  if (!machine) return {};
  try {
    return search_product(model, automaton, limits, std::move(*machine));
  } catch (const Overflow&) {
    return {};
  }
}

}  // namespace

std::size_t StateTable::size() const noexcept {
  return std::visit([&](const auto& list) { return list.size() / width; }, entries);
}

Integer StateTable::at(std::size_t state, std::size_t entry) const {
  return std::visit(
      [&](const auto& list) -> Integer {
        const auto& value = list[state * width + entry];
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, core::Real>) {
          refuse_irrational();
        } else {
          return Integer(value);
        }
      },
      entries);
}

void StateTable::append(std::size_t state, std::string& text) const {
  std::visit(
      [&](const auto& list) {
        for (std::size_t j = 0; j < width; ++j) {
          const auto& entry = list[state * width + j];
          text += ' ';
          if constexpr (std::is_same_v<std::decay_t<decltype(entry)>, core::Real>) {
            refuse_irrational();
          } else if constexpr (std::is_same_v<std::decay_t<decltype(entry)>, Integer>) {
            text += core::to_string(entry);
          } else {
            text += std::to_string(entry);
          }
        }
      },
      entries);
}

Verdict verify(const Model& model, const Dfa& automaton, const core::Limits& limits) {
  // The narrowest integers that hold every state met; if none do, the specification itself.
  if (auto verdict = verify_in<std::int8_t>(model, automaton, limits)) return std::move(*verdict);
  if (auto verdict = verify_in<std::int64_t>(model, automaton, limits)) return std::move(*verdict);
  return verify_reference(model, automaton, limits);
}

}  // namespace statewright::proofs
