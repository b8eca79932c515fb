// From inner products to a network.
//
// Let G > 0 be the inner products of the differences e_q - e_start, and T_a what letter a does to
// them (metric.hpp). Elimination gives G = L D L^T with L unit lower triangular and rational pivots
// d_i > 0. By Lagrange each pivot is a sum of at most four rational squares s_ik^2, and the rows
// s_ik (row i of L^T), one for each square, make a matrix Phi with Phi^T Phi = G: rational
// coordinates for points with these inner products. G may be scaled by any c > 0 first, which
// changes the number of squares; c = 1 / d_i and small integers are tried.
//
// Letter a acts by A_a = Phi T_a Phi^+ with Phi^+ = G^-1 Phi^T: as T_a on the span of the points,
// as 0 on its complement. So |A_a| <= 1 in the Euclidean norm because T_a^T G T_a <= G. B_a is the
// point of the state that a leads to from the start, whose point is 0. All points are scaled to
// integers together, which leaves A_a as it is.
//
// Factors. A partial isometry has rank(A_a - I) rational factors, a contraction of rational
// singular values at most 2 n. Any other contraction is completed: P - A^T A, P the projection onto
// the points' span, is positive semidefinite, so again a sum of squares C^T C of rational rows, and
// (A; C) is isometric on that span. Letter a writes C_a times the old state into scratch
// coordinates that nobody reads: [[A, 0], [C, 0]] is a rational partial isometry. (Halmos's
// dilation, one-sided, so that no square root is needed.) Letters that need no scratch leave it as
// it is.

#include "automata/compile/affine_layer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "automata/compile/partial_action.hpp"
#include "automata/compile/partial_isometry.hpp"
#include "core/linalg/exact.hpp"
#include "core/linalg/factorise.hpp"

namespace statewright::automata {
namespace {

using core::Integer;
using core::Matrix;
using core::Rational;

std::int64_t root_of(std::int64_t n) {
  auto root = static_cast<std::int64_t>(std::sqrt(static_cast<double>(n)));
  while (root * root > n) --root;
  while ((root + 1) * (root + 1) <= n) ++root;
  return root;
}

/// n > 0 as a sum of `count` positive squares with the largest first, if it is one.
bool as_squares(std::int64_t n, int count, std::vector<std::int64_t>& out) {
  if (count == 1) {
    const std::int64_t root = root_of(n);
    if (root * root != n || root == 0) return false;
    out.push_back(root);
    return true;
  }
  for (std::int64_t first = root_of(n); first * first * count >= n; --first) {
    out.push_back(first);
    if (n > first * first && as_squares(n - first * first, count - 1, out)) return true;
    out.pop_back();
  }
  return false;
}

/// The fewest rational squares that sum to d > 0, as their roots; nothing if the numbers are large.
std::optional<std::vector<Rational>> squares_of(const Rational& d) {
  constexpr std::int64_t kMost = 100'000'000'000'000, kMostForTwo = 10'000'000'000;
  const Integer product = core::numerator_of(d) * core::denominator_of(d);
  if (product > kMost) return {};
  const auto n = product.convert_to<std::int64_t>();
  std::int64_t odd = n;
  while (odd % 4 == 0) odd /= 4;
  std::vector<std::int64_t> roots;
  for (int count = 1; count <= 4; ++count) {
    if (count == 2 && n > kMostForTwo) continue;  // rare, and the search is linear in sqrt n
    if (count == 3 && odd % 8 == 7) continue;     // Legendre: not a sum of three
    if (!as_squares(n, count, roots)) continue;
    std::vector<Rational> out;
    out.reserve(roots.size());
    for (const std::int64_t root : roots) out.push_back(Rational(root) / core::denominator_of(d));
    return out;
  }
  return {};
}

/// Rows r_1, r_2, .. with sum r_k^T r_k = c S, S positive semidefinite [n, n], fewest over the
/// scales c that are allowed; nothing if the numbers are large for all of them.
std::optional<Matrix<Rational>> rows_of(const Matrix<Rational>& s, bool any_scale) {
  const std::size_t n = s.rows();
  Matrix<Rational> rest = s;
  std::vector<std::pair<Rational, std::vector<Rational>>> terms;  // pivot and row of L^T
  for (std::size_t k = 0; k < n; ++k) {
    const Rational pivot = rest(k, k);
    if (pivot == 0) continue;  // then its row is 0
    std::vector<Rational> row(n);
    for (std::size_t j = k; j < n; ++j) row[j] = rest(k, j) / pivot;
    for (std::size_t i = k + 1; i < n; ++i) {
      for (std::size_t j = k + 1; j < n; ++j) rest(i, j) -= pivot * row[i] * row[j];
    }
    terms.emplace_back(pivot, std::move(row));
  }
  std::vector<Rational> scales = {1};
  if (any_scale) {
    scales.insert(scales.end(), {2, 3, 5, 6, 7});
    for (const auto& [pivot, row] : terms) scales.push_back(1 / pivot);
  }
  std::optional<Matrix<Rational>> best;
  for (const Rational& scale : scales) {
    std::vector<std::vector<Rational>> rows;
    bool is_complete = true;
    for (const auto& [pivot, row] : terms) {
      const auto squares = squares_of(scale * pivot);
      is_complete = is_complete && squares.has_value();
      if (!is_complete) break;
      for (const Rational& root : *squares) {
        rows.push_back(row);
        for (Rational& x : rows.back()) x *= root;
      }
    }
    if (!is_complete || (best && best->rows() <= rows.size())) continue;
    best.emplace(rows.size(), n);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (std::size_t j = 0; j < n; ++j) (*best)(i, j) = rows[i][j];
    }
  }
  return best;
}

/// A letter on the points' coordinates: factored as it stands, or with the rows that make it an
/// isometry.
struct Factored {
  std::optional<std::vector<core::Householder>> factors;
  std::optional<Matrix<Rational>> completion;  ///< C with A^T A + C^T C = 1 on the points' span
};

/// `span` is the projection onto the span of the points, outside of which A is 0.
Factored factored(const Matrix<Rational>& a, const Matrix<Rational>& span) {
  if (a * (core::transpose(a) * a) == a) return {core::partial_isometry_factors(a), {}};
  auto answer = core::contraction_factors(a);
  if (auto* factors = std::get_if<std::vector<core::Householder>>(&answer)) {
    return {std::move(*factors), {}};
  }
  Matrix<Rational> defect = core::transpose(a) * a;
  for (std::size_t i = 0; i < defect.rows(); ++i) {
    for (std::size_t j = 0; j < defect.columns(); ++j) {
      defect(i, j) = span(i, j) - defect(i, j);
    }
  }
  return {{}, rows_of(defect, false)};
}

Matrix<Rational> corner(const Matrix<Rational>& a, std::size_t size) {
  Matrix<Rational> out(size, size);
  for (std::size_t i = 0; i < a.rows(); ++i) {
    for (std::size_t j = 0; j < a.columns(); ++j) out(i, j) = a(i, j);
  }
  return out;
}

}  // namespace

std::optional<core::Model> affine_model(const Dfa& dfa, const Matrix<Rational>& g) {
  auto phi = rows_of(g, true);
  if (!phi) return {};
  const Integer scale = core::common_denominator(phi->entries());
  for (Rational& x : phi->entries()) x *= scale;
  const std::size_t rows = phi->rows();

  // Points; the start is 0.
  std::vector<std::vector<std::int64_t>> points;
  for (State q = 0; q < dfa.size(); ++q) {
    std::vector<std::int64_t> point(rows);
    for (std::size_t i = 0; i < rows && q != dfa.start; ++i) {
      const auto value = core::small_integer((*phi)(i, q < dfa.start ? q : q - 1));
      if (!value || std::abs(*value) > (std::int64_t{1} << 24)) return {};
      point[i] = *value;
    }
    points.push_back(std::move(point));
  }
  auto readout = affine_readout(points, dfa.output, dfa.labels.size());
  if (!readout) return {};

  const Matrix<Rational> transposed = core::transpose(*phi);
  const auto pseudo_inverse = core::solve(transposed * *phi, transposed);
  const Matrix<Rational> span = *phi * *pseudo_inverse;
  std::vector<Matrix<Rational>> matrices;
  std::vector<Factored> letters;
  std::size_t scratch = 0;  // coordinates that are written and never read
  for (Letter a = 0; a < dfa.letters.size(); ++a) {
    matrices.push_back(*phi * (difference_map(dfa, a) * *pseudo_inverse));
    letters.push_back(factored(matrices.back(), span));
    if (letters.back().completion) scratch = std::max(scratch, letters.back().completion->rows());
  }
  core::Model model;
  model.letters = dfa.letters;
  model.labels = dfa.labels;
  core::Layer layer;
  layer.n = rows + scratch;
  layer.reads = {core::Source{}};
  layer.start = Matrix<core::Real>(layer.n, 1);
  std::string dense;
  for (Letter a = 0; a < dfa.letters.size(); ++a) {
    core::Transition transition;
    if (letters[a].factors) {
      for (core::Householder& factor : *letters[a].factors) factor.v.resize(layer.n);
      transition.A = core::GhProduct{std::move(*letters[a].factors)};
    } else {
      Matrix<Rational> matrix = corner(matrices[a], layer.n);
      if (const auto& c = letters[a].completion) {
        for (std::size_t i = 0; i < c->rows(); ++i) {
          for (std::size_t j = 0; j < rows; ++j) matrix(rows + i, j) = (*c)(i, j);
        }
        transition.A = core::GhProduct{core::partial_isometry_factors(matrix)};
      } else {
        Matrix<core::Real> real(layer.n, layer.n);
        for (std::size_t i = 0; i < real.entries().size(); ++i) {
          real.entries()[i] = matrix.entries()[i];
        }
        transition.A = core::Dense{std::move(real)};
        dense += (dense.empty() ? "" : ", ") + dfa.letters.name(a);
      }
    }
    const State to = dfa.step(dfa.start, a);
    if (to != dfa.start) {
      transition.B = Matrix<core::Real>::column({points[to].begin(), points[to].end()});
      transition.B->entries().resize(layer.n);
      transition.B = Matrix<core::Real>::column(std::move(transition.B->entries()));
    }
    layer.table.push_back(std::move(transition));
  }
  if (scratch > 0) {
    Matrix<core::Real> weights(readout->W.rows(), layer.n);
    for (std::size_t k = 0; k < weights.rows(); ++k) {
      for (std::size_t j = 0; j < rows; ++j) weights(k, j) = readout->W(k, j);
    }
    readout->W = std::move(weights);
  }
  layer.readout = std::move(*readout);
  model.layers = {std::move(layer)};
  std::string note;
  if (scratch > 0) {
    note = std::to_string(scratch) +
           " coordinates are written and never read: they complete contractions to isometries";
  }
  if (!dense.empty()) {
    note += (note.empty() ? "" : "; ") +
            ("left as matrices of norm <= 1, for their numbers are large: " + dense);
  }
  model.about = {"",
                 std::to_string(dfa.size()) + " states as points of dimension " +
                     std::to_string(rows) + ", letters as affine contractions",
                 "Grazzi et al., Unlocking State-Tracking in Linear RNNs Through Negative "
                 "Eigenvalues, ICLR 2025, Proposition 1; points by semidefinite programming, "
                 "certified in rationals",
                 std::move(note)};
  return model;
}

AffineSearch find_affine_layer(const Language& minimal, const core::Limits& limits) {
  constexpr std::size_t kMostStates = 24;
  const Dfa& dfa = minimal.dfa;
  if (dfa.size() == 1) return NoMetric{true, "one state: its output never changes"};
  const auto layer_of = [&](Dfa automaton,
                            const MetricSearch& found) -> std::optional<AffineLayer> {
    const auto* metric = std::get_if<Metric>(&found);
    if (metric == nullptr) return {};
    auto model = affine_model(automaton, metric->G);
    if (!model) return {};
    model->about.language = minimal.name;
    return AffineLayer{std::move(*model), metric->G, std::move(automaton)};
  };
  const MetricSearch first = find_metric(dfa, limits);
  if (auto layer = layer_of(dfa, first)) return std::move(*layer);
  if (const auto elements = monoid_automaton(dfa, kMostStates);
      elements && elements->size() > dfa.size() && !limits.is_over()) {
    if (auto layer = layer_of(*elements, find_metric(*elements, limits))) return std::move(*layer);
  }
  if (2 * dfa.size() <= kMostStates && dfa.letters.size() <= 2) {
    const std::size_t codes = std::size_t{1} << (2 * dfa.letters.size());
    for (std::size_t code = 1; code < codes && !limits.is_over(); ++code) {
      std::vector<BitAction> bit;
      for (Letter a = 0; a < dfa.letters.size(); ++a) {
        bit.push_back(static_cast<BitAction>((code >> (2 * a)) & 3U));
      }
      const Dfa pairs = with_bit(dfa, bit);
      if (pairs.size() == dfa.size()) continue;
      if (auto layer = layer_of(pairs, find_metric(pairs, limits))) return std::move(*layer);
    }
  }
  if (const auto* unknown = std::get_if<MetricUnknown>(&first)) return *unknown;
  if (const auto* none = std::get_if<NoMetric>(&first)) return *none;
  return NoMetric{false, "inner products were found, but with numbers too large for coordinates"};
}

}  // namespace statewright::automata
