// The specifications of verify(): the same breadth-first search, over core::next_step and exact
// numbers, and over core::RoundedModel.

#include <map>
#include <string>
#include <unordered_map>

#include "proofs_check/verify/product_search.hpp"
#include "proofs_check/verify/rounded_search.hpp"
#include "proofs_check/verify/verify.hpp"

namespace statewright::proofs {
namespace {

using core::Matrix;
using core::Real;

class ReferenceMachine {
 public:
  static constexpr std::size_t kExtraIds = 0;

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

  void replay(Counterexample& found) const { found.replay = core::simulate(model_, found.word); }

  std::vector<StateTable> tables() && {
    std::vector<StateTable> out;
    for (const LayerStates& layer : layers_) {
      StateTable table;
      table.width = layer.states.front().entries().size();
      const bool rational = std::all_of(layer.states.begin(), layer.states.end(), [](auto& state) {
        return core::all_rational(state.entries());
      });
      if (!rational) {
        std::vector<Real> entries;
        for (const Matrix<Real>& state : layer.states) {
          entries.insert(entries.end(), state.entries().begin(), state.entries().end());
        }
        table.entries = std::move(entries);
        out.push_back(std::move(table));
        continue;
      }
      for (const Matrix<Real>& state : layer.states) {
        for (const Real& entry : state.entries()) {
          table.denominator =
              boost::multiprecision::lcm(table.denominator, core::denominator_of(entry.rational()));
        }
      }
      std::vector<Integer> entries;
      for (const Matrix<Real>& state : layer.states) {
        for (const Real& entry : state.entries()) {
          entries.emplace_back(core::numerator_of(entry.rational()) *
                               (table.denominator / core::denominator_of(entry.rational())));
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
    std::vector<Matrix<Real>> states;
    std::map<std::vector<Real>, std::uint32_t> index;
  };

  void intern(const core::Step& step, std::uint32_t* ids) {
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      LayerStates& layer = layers_[i];
      const auto [at, is_new] = layer.index.try_emplace(
          step.states[i].entries(), static_cast<std::uint32_t>(layer.states.size()));
      ids[i] = at->second;
      if (!is_new) continue;
      layer.states.push_back(step.states[i]);
      for (const Real& entry : step.states[i].entries()) {
        bits_ += 2 * size_in_bits(entry);
      }
    }
  }

  /// Roughly what an entry takes, in bits.
  static std::size_t size_in_bits(const Real& entry) {
    const auto bits = [](const core::Rational& x) {
      return mpz_sizeinbase(mpq_numref(x.backend().data()), 2) +
             mpz_sizeinbase(mpq_denref(x.backend().data()), 2) + 256;
    };
    if (entry.is_rational()) return bits(entry.rational());
    std::size_t sum = 512;
    for (const core::Rational& c : entry.cyclotomic().coefficients()) sum += bits(c);
    return sum;
  }

  const Model& model_;
  std::vector<LayerStates> layers_;
  std::size_t bits_ = 0;
};

/// States are told apart by RoundedModel::key, which can know more than the layers' states show:
/// the beginning of a chunk, exact summands, the position.
class RoundedReference {
 public:
  static constexpr std::size_t kExtraIds = 1;  // the key's

  explicit RoundedReference(const Question& question)
      : question_(question),
        network_(question.model, question.semantics),
        codes_(question.semantics) {
    for (const core::Layer& layer : question.model.layers) layers_.emplace_back(layer.n * layer.d);
  }

  void start(std::uint32_t* ids, std::uint32_t& output) { intern(network_.start(), ids, output); }

  void step(const std::uint32_t* ids, Letter letter, std::uint32_t* next_ids,
            std::uint32_t& output) {
    intern(network_.next(steps_[ids[layers_.size()]], letter), next_ids, output);
  }

  std::optional<core::LimitHit> full() const {
    if (bytes_ <= kMaxBytes) return {};
    return core::LimitHit{"4 GiB of rounded states", ""};
  }

  void replay(Counterexample& found) const {
    found.rounded_replay = refute(question_, found.word).rounded_replay;
  }

  std::vector<StateTable> tables() && {
    std::vector<StateTable> out;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      const core::Layer& layer = question_.model.layers[i];
      out.push_back(codes_.table(std::move(layers_[i]).release(), layer.n * layer.d));
    }
    return out;
  }

 private:
  static constexpr std::size_t kMaxBytes = std::size_t{1} << 32U;

  void intern(core::RoundedStep step, std::uint32_t* ids, std::uint32_t& output) {
    output = step.output;
    std::vector<std::uint64_t> state;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      state.clear();
      for (const double x : step.states[i].entries()) state.push_back(codes_.coder().encode(x));
      ids[i] = layers_[i].insert(state.data()).first;
    }
    const auto [at, is_new] =
        index_.try_emplace(network_.key(step), static_cast<std::uint32_t>(steps_.size()));
    ids[layers_.size()] = at->second;
    if (!is_new) return;
    bytes_ += 4 * at->first.size() + 512;  // roughly: key, step and what the step remembers
    steps_.push_back(std::move(step));
  }

  const Question& question_;
  core::RoundedModel network_;
  StateCodes codes_;
  std::vector<KeyTable<std::uint64_t>> layers_;  ///< distinct states as codes
  std::unordered_map<std::string, std::uint32_t> index_;
  std::vector<core::RoundedStep> steps_;
  std::size_t bytes_ = 0;
};

bool draws(const core::Semantics& semantics) {
  const auto* accumulate = std::get_if<core::Format>(&semantics.accumulate);
  return semantics.state.is_stochastic() ||
         (accumulate != nullptr && accumulate->is_stochastic()) ||
         (semantics.readout && semantics.readout->is_stochastic());
}

}  // namespace

Verdict verify_reference(const Model& model, const Dfa& automaton, const core::Limits& limits) {
  return search_product(model, automaton, limits, ReferenceMachine(model));
}

Verdict verify_reference(const Model& model, const Dfa& automaton, const core::Semantics& semantics,
                         const core::Limits& limits) {
  if (semantics.kind == core::Semantics::Kind::exact) {
    return verify_reference(model, automaton, limits);
  }
  check_has_steps(semantics);
  const Correspondence names(model, automaton);
  const Question question{model, automaton, semantics, limits, names};
  Verdict verdict = search_product(model, automaton, limits, RoundedReference(question));
  if (const core::Unknown* unknown = verdict.unknown(); unknown != nullptr && draws(semantics)) {
    return core::Unknown{unknown->hit, unknown->reached +
                                           "; random roundings differ from position to position, "
                                           "so the search does not close"};
  }
  return verdict;
}

}  // namespace statewright::proofs
