#include "kernels/from_model.hpp"

#include <cmath>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/error.hpp"
#include "core/lrnn/lanes.hpp"
#include "core/lrnn/rounded.hpp"
#include "core/lrnn/rounded_evaluator.hpp"
#include "core/number/dot.hpp"
#include "kernels/whole_plan.hpp"

namespace statewright::kernels {
namespace {

using core::Error;
using core::Fault;

Rounding rounding_of(const core::Format& format) {
  switch (format.rounding) {
    case core::Rounding::nearest_even:
      return Rounding::nearest_even;
    case core::Rounding::nearest_away:
      return Rounding::nearest_away;
    case core::Rounding::toward_zero:
      return Rounding::toward_zero;
    case core::Rounding::up:
      return Rounding::up;
    case core::Rounding::down:
      return Rounding::down;
    case core::Rounding::to_odd:
      return Rounding::to_odd;
    case core::Rounding::stochastic:
      return Rounding::stochastic;
    case core::Rounding::stochastic_equal:
      return Rounding::stochastic_equal;
  }
  return Rounding::nearest_even;
}

[[noreturn]] void refuse_random(const std::string& found, std::string_view where) {
  throw Error({Fault::unsupported, std::string(where), "a rounding that is not random",
               core::quoted(found)});
}

Overflow overflow_of(const core::Format& format) {
  switch (format.overflow) {
    case core::Overflow::infinity:
      return Overflow::infinity;
    case core::Overflow::not_a_number:
      return Overflow::not_a_number;
    case core::Overflow::saturate:
      return Overflow::saturate;
    case core::Overflow::wrap:
      break;
  }
  return Overflow::wrap;
}

FormatSpec any_format_of(const core::Format& format) {
  FormatSpec result;
  result.fixed = format.is_fixed();
  result.exponent_bits = format.exponent_bits;
  result.significand_bits = format.significand_bits;
  result.bias = format.bias;
  result.subnormals = format.subnormals;
  result.signed_zero = format.signed_zero;
  result.infinities = format.infinities;
  result.nans = format.nans == core::Nans::ieee       ? Nans::ieee
                : format.nans == core::Nans::all_ones ? Nans::all_ones
                                                      : Nans::none;
  result.overflow = overflow_of(format);
  result.rounding = rounding_of(format);
  result.seed = format.seed;
  result.random_bits = format.random_bits;
  return result;
}

/// What layers emit by their exact readouts; `semantics` draws nothing.
ExactReadout exact_readout_of(const core::Model& model, const core::Semantics& semantics) {
  const auto layers = std::make_shared<std::vector<core::LaneLayer>>();
  for (const core::Layer& layer : model.layers) layers->emplace_back(layer, semantics);
  return [layers](std::size_t index, const double* state) {
    const core::LaneLayer& layer = (*layers)[index];
    std::uint32_t emitted = 0;
    layer.read_out(std::span(state, layer.width()), 1, std::span(&emitted, 1));
    return emitted;
  };
}

core::Format undrawn(core::Format format) {
  if (!format.is_stochastic()) return format;
  format.rounding = core::Rounding::nearest_even;
  format.seed = 0;
  format.random_bits = 0;
  return format;
}

class Rounded {
 public:
  Rounded(const core::Model& model, const core::Semantics& semantics, core::Semantics::Kind kind,
          bool may_draw = false)  // or have a tensor core
      : model_(model), keep_all_(kind == core::Semantics::Kind::chunk) {
    const auto* accumulate = std::get_if<core::Format>(&semantics.accumulate);
    const auto* tensor = std::get_if<core::TensorCore>(&semantics.accumulate);
    const bool stepwise = kind == core::Semantics::Kind::stepwise;
    if (semantics.kind != kind || (tensor != nullptr && !may_draw)) {
      throw Error(
          {Fault::unsupported, "arithmetic", "every operation rounded to a format",
           core::quoted(semantics.id()),
           stepwise ? "e.g. bf16, or mixed:state=bf16,readout=fp64" : "e.g. chunk:bf16,C=64"});
    }
    if (!semantics.readout) {
      throw Error({Fault::unsupported, "arithmetic", "a readout that is rounded to a format",
                   core::quoted(semantics.id()), "e.g. mixed:state=bf16,readout=fp64"});
    }
    network_.formats = {any_format_of(semantics.io), any_format_of(semantics.state),
                        tensor ? named_format("fp32") : any_format_of(*accumulate),
                        any_format_of(*semantics.readout)};
    if (tensor != nullptr) {
      const core::TensorUnit unit = core::tensor_unit(*tensor, semantics.io);
      network_.formats.tensor = {static_cast<std::uint32_t>(unit.group), unit.fraction_bits,
                                 unit.significand_bits, unit.emin, tensor->floor_exponent};
    }
    if (!may_draw && draws(network_.formats)) refuse_random(semantics.id(), "arithmetic");
    io_ = semantics.io;
    state_ = semantics.state;
    readout_ = *semantics.readout;
  }

  Network make() && {
    network_.letters = static_cast<std::uint32_t>(model_.letters.size());
    for (const core::Layer& layer : model_.layers) add(layer);
    if (!keep_all_) validate(network_);
    return std::move(network_);
  }

 private:
  void add(const core::Layer& from) {
    Network::Layer& layer = network_.layers.emplace_back();
    layer.n = static_cast<std::uint32_t>(from.n);
    layer.d = static_cast<std::uint32_t>(from.d);
    for (const core::Source& source : from.reads) {
      layer.reads.push_back(source.layer ? static_cast<std::int32_t>(*source.layer) : -1);
    }
    layer.start = core::detail::stored(from.start.entries(), state_);
    for (const core::Transition& transition : from.table) layer.moves.push_back(move(transition));
    layer.W = core::detail::stored(from.readout.W.entries(), readout_);
    layer.c = core::detail::stored(from.readout.c, readout_);
  }

  Network::Move move(const core::Transition& from) const {
    Network::Move result;
    if (const auto* product = std::get_if<core::GhProduct>(&from.A)) {
      for (const core::Householder& factor : product->factors) add(factor, result);
    } else if (const auto* diagonal = std::get_if<core::Diagonal>(&from.A)) {
      result.shape = Network::Shape::diagonal;
      result.A = core::detail::stored(diagonal->entries, io_);
    } else {
      result.shape = Network::Shape::dense;
      result.A = core::detail::stored(std::get<core::Dense>(from.A).matrix.entries(), io_);
    }
    if (from.B) result.B = core::detail::stored(from.B->entries(), io_);
    return result;
  }

  void add(const core::Householder& factor, Network::Move& move) const {
    Network::Factor result{core::detail::stored(factor.v, io_),
                           core::detail::stored(core::detail::scale_of(factor), io_)};
    bool moves = keep_all_;
    for (const double v : result.v) moves = moves || v != 0;
    if (moves) move.factors.push_back(std::move(result));
  }

  const core::Model& model_;
  bool keep_all_ = false;
  core::Format io_, state_, readout_;
  Network network_;
};

/// `once:F`: matrices as they are, which doubles must hold.
class Exact {
 public:
  Exact(const core::Model& model, const core::Semantics& semantics)
      : model_(model), semantics_(semantics) {}

  ReadableNetwork make() && {
    const FormatSpec fp64 = named_format("fp64");
    network_.once = true;
    network_.letters = static_cast<std::uint32_t>(model_.letters.size());
    network_.formats = {fp64, any_format_of(semantics_.state), fp64, fp64};
    for (std::size_t i = 0; i < model_.layers.size(); ++i) add(i);
    validate(network_);
    plan_whole(network_);  // as far as it can
    core::Semantics plain = core::Semantics::in(undrawn(semantics_.state));
    plain.readout.reset();
    return {std::move(network_), exact_readout_of(model_, plain)};
  }

 private:
  void add(std::size_t index) {
    const core::Layer& from = model_.layers[index];
    static const core::Format fp64 = core::parse_format("fp64", "");
    Network::Layer& layer = network_.layers.emplace_back();
    layer.n = static_cast<std::uint32_t>(from.n);
    layer.d = static_cast<std::uint32_t>(from.d);
    for (const core::Source& source : from.reads) {
      layer.reads.push_back(source.layer ? static_cast<std::int32_t>(*source.layer) : -1);
    }
    layer.start = core::detail::stored(from.start.entries(), semantics_.state);
    for (std::size_t x = 0; x < from.table.size(); ++x) {
      Network::Move& move = layer.moves.emplace_back();
      move.shape = Network::Shape::dense;
      move.A = doubles(core::to_matrix(from.table[x], from.n), index, x);
      if (from.table[x].B) move.B = doubles(*from.table[x].B, index, x);
    }
    layer.W = core::detail::stored(from.readout.W.entries(), fp64);
    layer.c = core::detail::stored(from.readout.c, fp64);
  }

  std::vector<double> doubles(const core::Matrix<core::Real>& exact, std::size_t index,
                              std::size_t input) const {
    static const core::Format fp64 = core::parse_format("fp64", "");
    std::vector<double> result = core::detail::stored(exact.entries(), fp64);
    for (std::size_t e = 0; e < result.size(); ++e) {
      const core::Real& entry = exact.entries()[e];
      if (std::isfinite(result[e]) && core::Real(core::exact_value(result[e])) == entry) continue;
      throw Error({Fault::unsupported,
                   "layers[" + std::to_string(index) + "].transitions on " +
                       core::quoted(core::input_name(model_, index, input)),
                   "matrices whose entries are doubles", core::to_string(entry)});
    }
    return result;
  }

  const core::Model& model_;
  const core::Semantics& semantics_;
  Network network_;
};

}  // namespace

FormatSpec format_of(const core::Format& format, std::string_view where) {
  if (format.is_stochastic()) refuse_random(format.id(), where);
  if (format.overflow == core::Overflow::wrap) {
    throw Error({Fault::unsupported, std::string(where), "a format that does not wrap",
                 core::quoted(format.id())});
  }
  return any_format_of(format);
}

Network network_of(const core::Model& model, const core::Semantics& semantics) {
  return Rounded(model, semantics, core::Semantics::Kind::stepwise).make();
}

ReadableNetwork readable_network_of(const core::Model& model, const core::Semantics& semantics) {
  constexpr auto stepwise = core::Semantics::Kind::stepwise;
  if (semantics.kind == core::Semantics::Kind::once) return Exact(model, semantics).make();
  core::Semantics rounded = semantics;
  const bool exact = semantics.kind == stepwise && !semantics.readout;
  if (exact) rounded.readout = core::parse_format("fp64", "readout");
  ReadableNetwork result{Rounded(model, rounded, stepwise, true).make(), {}};
  if (needs_whole(result.network)) core::RoundedModel(model, semantics);  // whether core takes it
  if (!exact) return result;
  core::Semantics plain = semantics;  // LaneLayer draws nothing, which an exact readout does not
  plain.state = undrawn(plain.state);
  if (auto* accumulate = std::get_if<core::Format>(&plain.accumulate)) {
    *accumulate = undrawn(*accumulate);
  } else {
    plain.accumulate = core::parse_format("fp32", "accumulate");  // LaneLayer reads out only
  }
  result.exact = exact_readout_of(model, plain);
  return result;
}

ChunkedNetwork chunked_network_of(const core::Model& model, const core::Semantics& semantics) {
  ChunkedNetwork result{Rounded(model, semantics, core::Semantics::Kind::chunk).make(),
                        static_cast<std::uint32_t>(semantics.chunk)};
  validate(result);
  return result;
}

}  // namespace statewright::kernels
