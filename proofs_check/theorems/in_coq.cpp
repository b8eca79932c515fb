#include "proofs_check/theorems/in_coq.hpp"

#include <algorithm>

namespace statewright::proofs {

using core::Layer;
using core::Model;

namespace {

bool is_rational(const Model& model) {
  return std::all_of(model.layers.begin(), model.layers.end(),
                     [](const Layer& layer) { return core::is_rational(layer); });
}

/// Whether the first layer reads the token, and each later one the layer before it.
bool is_chain(const Model& model) {
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    const auto& reads = model.layers[i].reads;
    if (reads.size() != 1 || reads[0].layer.has_value() != (i > 0)) return false;
    if (i > 0 && *reads[0].layer != i - 1) return false;
  }
  return true;
}

}  // namespace

std::string no_parity_in_coq(const Model& model) {
  if (is_rational(model)) return "Statewright.CastNetwork.no_parity_check_sound";
  return is_chain(model) ? "Statewright.ParityImpossible.no_parity" : "";
}

std::string no_counting_in_coq(const Model& model, std::uint64_t modulus) {
  if (is_rational(model)) return "Statewright.CountingNetwork.no_counting_check_sound";
  const std::size_t layers = model.layers.size();
  const bool divides =
      layers >= 64 ? (modulus & (modulus - 1)) == 0 : (std::uint64_t{1} << layers) % modulus == 0;
  return is_chain(model) && !divides ? "Statewright.RealCounting.real_no_mod_count" : "";
}

std::string bounded_in_coq(const Model& model) {
  return is_rational(model) ? "Statewright.StabilityCheck.bounded_check_sound" : "";
}

std::string unbounded_in_coq(const Model& model) {
  return is_rational(model) ? "Statewright.StabilityCheck.unbounded_check_sound" : "";
}

std::string factors_in_coq(const Model& model) {
  return is_rational(model) ? "Statewright.FactorCheck.factors_check_sound" : "";
}

std::string no_single_factor_in_coq() { return "Statewright.NoSingleFactor.no_single_factor"; }

}  // namespace statewright::proofs
