#include "core/lrnn/rounded.hpp"

#include "core/error.hpp"
#include "core/lrnn/input.hpp"
#include "core/lrnn/rounded_evaluator.hpp"

namespace statewright::core {
namespace {

using Kind = Semantics::Kind;

std::unique_ptr<detail::LayerEvaluator> evaluator_of(const Model& model, std::size_t layer,
                                                     const Semantics& semantics) {
  switch (semantics.kind) {
    case Kind::stepwise:
      return detail::make_stepwise(model.layers[layer], semantics);
    case Kind::once:
      return detail::make_once(model.layers[layer], semantics);
    case Kind::cast:
      return detail::make_cast(model.layers[layer], semantics);
    case Kind::chunk:
      return detail::make_chunk(model, layer, semantics);
    case Kind::exact:
    case Kind::ball:
    case Kind::mpfr:
      break;
  }
  throw Error({Fault::unsupported, "arithmetic", "a semantics that rounds to a number format",
               core::quoted(semantics.id())});
}

/// The readout of all kinds but `stepwise` and `chunk` is exact, whatever is set.
std::optional<Format> readout_format(const Semantics& semantics) {
  const bool rounds = semantics.kind == Kind::stepwise || semantics.kind == Kind::chunk;
  return rounds ? semantics.readout : std::nullopt;
}

bool draws(const Semantics& semantics) {
  const auto* accumulate = std::get_if<Format>(&semantics.accumulate);
  const auto readout = readout_format(semantics);
  return semantics.state.is_stochastic() || (accumulate && accumulate->is_stochastic()) ||
         (readout && readout->is_stochastic()) ||
         (!accumulate && semantics.io.is_stochastic());  // operands of the tensor core
}

}  // namespace

struct RoundedModel::Data {
  Model model;
  Semantics semantics;
  std::vector<std::unique_ptr<detail::LayerEvaluator>> layers;
  std::vector<detail::RoundedReadout> readouts;
  bool draws = false;      ///< roundings are random: a step knows its position
  bool remembers = false;  ///< layers keep more than their states

  /// The visible part of a step whose states stand, layer by layer.
  void emit(RoundedStep& step, detail::Draw& draw) const {
    const std::size_t layer = step.emitted.size();
    step.emitted.push_back(readouts[layer](step.states[layer], draw));
  }

  void finish(RoundedStep& step, RoundedMemory memory) const {
    step.output = step.emitted.back();
    if (draws || remembers) step.memory = std::make_shared<const RoundedMemory>(std::move(memory));
  }
};

RoundedModel::RoundedModel(const Model& model, const Semantics& semantics)
    : data_(std::make_unique<Data>()) {
  data_->model = model;
  data_->semantics = semantics;
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    data_->layers.push_back(evaluator_of(model, i, semantics));
    data_->readouts.emplace_back(model.layers[i].readout, readout_format(semantics),
                                 semantics.state);
  }
  data_->draws = draws(semantics);
  data_->remembers = semantics.kind == Kind::cast || semantics.kind == Kind::chunk;
}

RoundedModel::~RoundedModel() = default;
RoundedModel::RoundedModel(RoundedModel&&) noexcept = default;
RoundedModel& RoundedModel::operator=(RoundedModel&&) noexcept = default;

const Model& RoundedModel::model() const noexcept { return data_->model; }
const Semantics& RoundedModel::semantics() const noexcept { return data_->semantics; }

RoundedStep RoundedModel::start() const {
  RoundedStep first;
  RoundedMemory memory;
  detail::Draw draw(0);
  for (const auto& layer : data_->layers) {
    first.states.push_back(layer->start(memory.layers.emplace_back(), draw));
    data_->emit(first, draw);
  }
  data_->finish(first, std::move(memory));
  return first;
}

RoundedStep RoundedModel::next(const RoundedStep& step, Letter letter) const {
  const Model& model = data_->model;
  if (letter >= model.letters.size()) {
    throw Error({Fault::range, "word", "a letter below " + std::to_string(model.letters.size()),
                 std::to_string(letter)});
  }
  RoundedStep after;
  RoundedMemory memory;
  if (step.memory) {
    memory = *step.memory;
  } else {
    memory.layers.resize(model.layers.size());
  }
  if (data_->draws) ++memory.position;
  detail::Draw draw(memory.position);
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    const std::size_t input =
        input_of(model, model.layers[i], letter, [&](std::size_t j) { return after.emitted[j]; });
    after.states.push_back(data_->layers[i]->next(step.states[i], input, memory.layers[i], draw));
    data_->emit(after, draw);
  }
  data_->finish(after, std::move(memory));
  return after;
}

std::string RoundedModel::key(const RoundedStep& step) const {
  static const detail::LayerMemory none;
  std::string key;
  for (std::size_t i = 0; i < step.states.size(); ++i) {
    key += data_->layers[i]->key(step.states[i], step.memory ? step.memory->layers[i] : none);
  }
  if (data_->draws) key += std::to_string(step.memory->position);
  return key;
}

std::vector<RoundedStep> simulate(const RoundedModel& model, std::span<const Letter> word) {
  std::vector<RoundedStep> steps;
  steps.reserve(word.size() + 1);
  steps.push_back(model.start());
  for (const Letter letter : word) steps.push_back(model.next(steps.back(), letter));
  return steps;
}

}  // namespace statewright::core
