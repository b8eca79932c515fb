#include <cmath>

#include "core/error.hpp"
#include "core/lrnn/rounded_evaluator.hpp"

namespace statewright::core {
namespace {

/// The parameters of one layer as stored, with the place of the part at work for messages.
class Quantiser {
 public:
  Quantiser(const Model& model, std::size_t layer, const Semantics& semantics)
      : model_(model), layer_(layer), semantics_(semantics) {}

  void apply(Layer& layer) const {
    round(layer.start, semantics_.state, ".start");
    for (std::size_t x = 0; x < layer.table.size(); ++x) {
      transition(layer.table[x], ".transitions on " + core::quoted(input_name(model_, layer_, x)));
    }
    if (!semantics_.readout) return;
    round(layer.readout.W, *semantics_.readout, ".readout.scores");
    for (Real& entry : layer.readout.c) round(entry, *semantics_.readout, ".readout.bias");
  }

 private:
  std::string place(const std::string& part) const {
    return "layers[" + std::to_string(layer_) + "]" + part;
  }

  void round(Real& value, const Format& format, const std::string& part) const {
    const double rounded = detail::stored(value, format);
    if (!std::isfinite(rounded)) {
      throw Error({Fault::unsupported, place(part), "parameters that " + format.id() + " can hold",
                   core::quoted(to_string(value), 60)});
    }
    value = exact_value(rounded);
  }

  void round(Matrix<Real>& values, const Format& format, const std::string& part) const {
    for (Real& value : values.entries()) round(value, format, part);
  }

  void transition(Transition& transition, const std::string& part) const {
    const Format& io = semantics_.io;
    if (auto* product = std::get_if<GhProduct>(&transition.A)) {
      for (std::size_t f = 0; f < product->factors.size(); ++f) {
        factor(product->factors[f], part + ".gh[" + std::to_string(f) + "]");
      }
    } else if (auto* diagonal = std::get_if<Diagonal>(&transition.A)) {
      for (Real& entry : diagonal->entries) round(entry, io, part + ".diagonal");
    } else {
      round(std::get<Dense>(transition.A).matrix, io, part + ".dense");
    }
    if (transition.B) round(*transition.B, io, part + ".add");
  }

  void factor(Householder& factor, const std::string& part) const {
    Real scale = detail::scale_of(factor);
    round(scale, semantics_.io, part + ".beta");
    Real squared = 0;
    for (Real& entry : factor.v) {
      round(entry, semantics_.io, part + ".v");
      squared += entry * entry;
    }
    if (squared == 0) {
      throw Error({Fault::shape, place(part + ".v"),
                   "a vector that is not zero in " + semantics_.io.id(), "zero after rounding"});
    }
    factor.beta = scale * squared;
  }

  const Model& model_;
  std::size_t layer_;
  const Semantics& semantics_;
};

}  // namespace

Model quantise(const Model& model, const Semantics& semantics) {
  if (semantics.kind != Semantics::Kind::stepwise) {
    throw Error({Fault::unsupported, "arithmetic", "a semantics that stores parameters in a format",
                 core::quoted(semantics.id())});
  }
  Model result = model;
  for (std::size_t i = 0; i < result.layers.size(); ++i) {
    Quantiser(model, i, semantics).apply(result.layers[i]);
  }
  const std::string note = "parameters as " + semantics.id() + " stores them";
  std::string& said = result.about.note;
  if (said.find(note) == std::string::npos) said += (said.empty() ? "" : "; ") + note;
  return result;
}

}  // namespace statewright::core
