#include "proofs_check/theorems/householder_certificate.hpp"

#include <utility>

#include "core/error.hpp"
#include "core/linalg/exact.hpp"
#include "core/linalg/factorise.hpp"
#include "core/lrnn/model_canonical.hpp"
#include "core/text/digest.hpp"

namespace statewright::proofs {

using core::Householder;
using core::Integer;
using core::Matrix;
using core::Model;
using core::Rational;
using core::Real;

namespace {

constexpr std::string_view kFactors = "statewright-certificate 1\nclaim factors\n";

/// " DEN INT*k"
std::string fractions(const std::vector<Rational>& values) {
  const Integer denominator = core::common_denominator(values);
  std::string text = " " + core::to_string(denominator);
  core::append_scaled(values, denominator, text);
  return text;
}

/// " INT*k" of values that are integers.
std::string integers(const std::vector<Rational>& values) {
  std::string text;
  core::append_scaled(values, 1, text);
  return text;
}

std::string factor_line(const Householder& factor) {
  const Rational& beta = factor.beta.rational();
  const auto v = core::to_primitive(core::rationals(factor.v));
  return "factor " + core::to_string(core::numerator_of(beta)) + " " +
         core::to_string(core::denominator_of(beta)) + fractions(v) + "\n";
}

/// The least 2^-k with |A - product|_F <= 2^-k, or 0.
Rational error_of(const Matrix<Rational>& a, const std::vector<Householder>& factors) {
  const Matrix<Real> product = core::product_of(factors, a.rows());
  Rational square = 0;
  for (std::size_t i = 0; i < a.entries().size(); ++i) {
    const Rational difference = a.entries()[i] - product.entries()[i].rational();
    square += difference * difference;
  }
  if (square == 0) return 0;
  Rational bound = 1;
  while (bound * bound < square) bound *= 2;
  while (bound * bound >= 4 * square) bound /= 2;
  return bound;
}

std::string places(std::string_view word, const std::vector<std::size_t>& numbers) {
  std::string text(word);
  for (const std::size_t number : numbers) text += " " + std::to_string(number);
  return text + "\n";
}

/// The factors to show: exact ones if there are any.
std::optional<std::vector<Householder>> shown(const Factorisation& f) {
  if (f.factors) return f.factors;
  if (f.rational) return f.rational;
  if (f.enclosed) return middle_factors(*f.enclosed);
  return {};
}

std::string matrix_lines(const Model& model, const FactoredInput& one) {
  const Factorisation& f = one.factorisation;
  std::string text = "matrix " + std::to_string(one.layer) + " " + std::to_string(one.input) + "\n";
  if (f.expanded) {
    return text + "expanding" + integers(*f.expanded) + "\n";
  }
  if (const auto factors = shown(f)) {
    Matrix<Rational> a(f.n, f.n);
    a.entries() =
        core::rationals(core::to_matrix(model.layers[one.layer].table[one.input], f.n).entries());
    const Rational error = error_of(a, *factors);
    text += "product 1 " + std::to_string(factors->size()) + " " +
            core::to_string(core::numerator_of(error)) + " " +
            core::to_string(core::denominator_of(error)) + "\n";
    for (const Householder& factor : *factors) text += factor_line(factor);
  } else {
    text += "product 0\n";
  }
  text += "minor " + std::to_string(f.minor.rows.size()) + "\n";
  text += places("rows", f.minor.rows) + places("columns", f.minor.columns);
  if (f.pencil) {
    text +=
        "pencil 1" + fractions(f.pencil->z.entries()) + "\nnegative" + integers(f.pencil->q) + "\n";
  } else {
    text += "pencil 0\n";
  }
  if (!f.norm) return text + "norm 0\n";
  return text + "norm 1" + fractions(f.norm->pivots) + "\nlower" +
         fractions(f.norm->lower.entries()) + "\n";
}

}  // namespace

std::vector<FactoredInput> factorise_inputs(const Model& model, const core::Limits& limits) {
  std::vector<FactoredInput> inputs;
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    const core::Layer& layer = model.layers[i];
    for (std::size_t x = 0; x < layer.table.size(); ++x) {
      inputs.push_back({i, x, factorise(core::to_matrix(layer.table[x], layer.n), limits)});
    }
  }
  return inputs;
}

Model matrix_model(const Matrix<Real>& a) {
  Model model;
  model.letters = core::Alphabet({"A"});
  model.labels = {"any"};
  core::Layer layer;
  layer.n = a.rows();
  layer.reads = {core::Source{}};
  layer.start = Matrix<Real>(layer.n, 1);
  layer.table = {{core::Dense{a}, {}}};
  layer.readout = {Matrix<Real>(1, layer.n), std::vector<Real>(1)};
  model.layers.push_back(std::move(layer));
  model.about.construction = "a single matrix";
  return model;
}

std::string write_factor_certificate(const Model& model, const std::vector<FactoredInput>& inputs) {
  std::string text(kFactors);
  text += "arithmetic exact\nmodel " + core::sha256(core::write_model_canonical(model)) +
          "\nmatrices " + std::to_string(inputs.size()) + "\n";
  for (const FactoredInput& one : inputs) text += matrix_lines(model, one);
  return text + "end\n";
}

bool is_network_certificate(std::string_view text) {
  constexpr std::string_view kHead = "statewright-certificate 1\nclaim ";
  if (!text.starts_with(kHead)) return false;
  const std::string_view claim = text.substr(kHead.size());
  return claim.starts_with("factors\n") || claim.starts_with("no-parity\n") ||
         claim.starts_with("no-counting\n") || claim.starts_with("eigenvalue\n") ||
         claim.starts_with("bounded\n") || claim.starts_with("unbounded\n");
}

}  // namespace statewright::proofs
