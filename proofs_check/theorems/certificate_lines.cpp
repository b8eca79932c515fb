#include "proofs_check/theorems/certificate_lines.hpp"

#include "core/error.hpp"
#include "core/lrnn/model_canonical.hpp"
#include "core/text/digest.hpp"

namespace statewright::proofs {

using core::Model;

void require_rational(const Model& model) {
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    if (core::is_rational(model.layers[i])) continue;
    throw core::Error({core::Fault::unsupported, "certificate", "a network of rational numbers",
                       "cosines in layers[" + std::to_string(i) + "]",
                       "the theorem is decided without a certificate all the same"});
  }
}

std::string certificate_head(const Model& model, const std::string& claim) {
  require_rational(model);
  return "statewright-certificate 1\nclaim " + claim + "\narithmetic exact\nmodel " +
         core::sha256(core::write_model_canonical(model)) + "\n";
}

std::string squares_lines(const SumOfSquares& squares) {
  std::string text = "squares " + core::to_string(squares.scale) + " " +
                     std::to_string(squares.terms.size()) + "\n";
  for (const auto& [weight, w] : squares.terms) {
    text += "term " + core::to_string(weight) + joined(w) + "\n";
  }
  return text;
}

}  // namespace statewright::proofs
