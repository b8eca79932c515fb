#include "proofs_check/theorems/spectrum_certificate.hpp"

#include <stdexcept>
#include <utility>
#include <variant>

#include "core/error.hpp"
#include "core/linalg/exact.hpp"
#include "proofs_check/theorems/certificate_lines.hpp"

namespace statewright::proofs {
namespace {

using core::Model;

std::string evidence_lines(const SpectrumProof& proof) {
  if (proof.by_factors) return "factors\n";
  std::string text = "blocks " + std::to_string(proof.order.sizes.size()) +
                     joined(proof.order.sizes) + joined(proof.order.order) + "\n";
  for (const BlockProof& block : proof.blocks) {
    if (block.kind == BlockProof::Kind::entry) continue;
    text += block.kind == BlockProof::Kind::symmetric ? "symmetric\n" : "hankel\n";
    for (const SumOfSquares& squares : block.squares) text += squares_lines(squares);
  }
  return text;
}

std::string layer_lines(const LayerSpectra& spectra) {
  std::string text = "layer " + std::to_string(spectra.layer) +
                     (spectra.demand == Spectra::nonnegative ? " nonnegative\n" : " real\n");
  if (spectra.common_order) return text + "common" + joined(*spectra.common_order) + "\n";
  text += "products " + std::to_string(spectra.products.size()) + "\n";
  for (const InputProduct& product : spectra.products) {
    text += evidence_lines(*product.spectrum.verdict.proof());
  }
  return text;
}

std::string written(const Model& model, const std::string& claim, const std::string& modulus,
                    const std::vector<core::Letter>& letters, const std::string& layers) {
  if (letters.empty()) {
    throw core::Error({core::Fault::unsupported,
                       "certificate",
                       "a letter for which the theorem applies",
                       "none: there is nothing to certify",
                       {}});
  }
  return certificate_head(model, claim) + modulus + "letters " + std::to_string(letters.size()) +
         joined(letters) + "\n" + layers + "end\n";
}

}  // namespace

std::string write_no_parity_certificate(const Model& model,
                                        const std::vector<LetterParity>& letters) {
  std::vector<core::Letter> proved;
  std::string layers;
  for (const LetterParity& one : letters) {
    if (one.outcome() != core::Outcome::proved) continue;
    proved.push_back(one.letter);
    for (const LayerSpectra& layer : one.layers) layers += layer_lines(layer);
  }
  return written(model, "no-parity", "", proved, layers);
}

std::string write_no_counting_certificate(const Model& model,
                                          const std::vector<LetterCounting>& letters,
                                          std::uint64_t modulus) {
  std::vector<core::Letter> proved;
  std::string layers;
  for (const LetterCounting& one : letters) {
    if (one.outcome(modulus) != core::Outcome::proved) continue;
    proved.push_back(one.letter);
    for (const LayerSpectra& layer : one.layers) layers += layer_lines(layer);
  }
  return written(model, "no-counting", "modulus " + std::to_string(modulus) + "\n", proved, layers);
}

std::string write_eigenvalue_certificate(const Model& model, const LayerSpectra& spectra) {
  require_rational(model);
  const core::Layer& layer = model.layers[spectra.layer];
  const std::vector<std::size_t>& inputs = spectra.violation()->inputs;
  core::Matrix<core::Real> product = core::Matrix<core::Real>::identity(layer.n);
  for (const std::size_t x : inputs) product = core::to_matrix(layer.table[x], layer.n) * product;
  core::Matrix<core::Rational> rational(layer.n, layer.n);
  rational.entries() = core::rationals(product.entries());
  const core::Matrix<core::Integer> m = primitive_integers(rational);
  core::Rational scale = 0;  // m = scale P
  for (std::size_t i = 0; i < m.entries().size() && scale == 0; ++i) {
    if (m.entries()[i] != 0) scale = m.entries()[i] / rational.entries()[i];
  }
  for (std::size_t r = 0; r < (spectra.demand == Spectra::real ? 1U : 2U); ++r) {
    const auto squares = squares_of(trace_hankel(m, r));
    const auto* negative = std::get_if<NegativeVector>(&squares);
    if (negative == nullptr) continue;
    // The certificate is about P: q_j lambda^j stays what it is.
    std::vector<core::Rational> q(negative->q.begin(), negative->q.end());
    core::Rational power = 1;
    for (core::Rational& entry : q) {
      entry *= power;
      power *= scale;
    }
    return certificate_head(model, "eigenvalue") + "layer " + std::to_string(spectra.layer) +
           "\nproduct " + std::to_string(inputs.size()) + joined(inputs) + "\nhankel " +
           std::to_string(r) + joined(core::to_primitive(std::move(q))) + "\nend\n";
  }
  throw std::logic_error("the trace-Hankel matrices of a violating product are semidefinite");
}

}  // namespace statewright::proofs
