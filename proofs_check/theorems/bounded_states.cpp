// Does the state of a layer H <- A(x) H + B(x) stay bounded, on every word?
//
// It is not bounded if the powers of (A B; 0 1) are not for the A H + B that some word makes of H:
// because of A, or because A H + B moves every H in a direction that A leaves alone. Words are
// looked at by their length; of those with the same matrix the first.

#include "proofs_check/theorems/bounded_states.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/linalg/exact.hpp"
#include "proofs_check/theorems/common_form.hpp"
#include "proofs_check/theorems/contraction_form.hpp"
#include "proofs_check/theorems/spectrum.hpp"

namespace statewright::proofs {

using core::Integer;
using core::Layer;
using core::Matrix;
using core::Outcome;
using core::Rational;
using core::Real;

namespace {

constexpr std::uint64_t kMostProducts = 400, kFewProducts = 60;

Matrix<Rational> rational(const Matrix<Real>& a) {
  Matrix<Rational> r(a.rows(), a.columns());
  r.entries() = core::rationals(a.entries());
  return r;
}

/// (A B; 0 1)
Matrix<Rational> extended(const RationalStep& step) {
  const std::size_t n = step.a.rows(), d = step.b.columns();
  Matrix<Rational> e(n + d, n + d);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) e(i, j) = step.a(i, j);
    for (std::size_t j = 0; j < d; ++j) e(i, n + j) = step.b(i, j);
  }
  for (std::size_t j = n; j < n + d; ++j) e(j, j) = 1;
  return e;
}

InputStability input_stability(const Matrix<Real>& a, std::size_t input) {
  InputStability one;
  one.input = input;
  const std::size_t n = a.rows();
  Matrix<Real> rest(n, n);  // 1 - A^T A
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      Real sum = i == j ? 1 : 0;
      for (std::size_t k = 0; k < n; ++k) {
        if (!(a(k, i) == 0) && !(a(k, j) == 0)) sum -= a(k, i) * a(k, j);
      }
      rest(i, j) = std::move(sum);
    }
  }
  one.is_isometry = std::all_of(rest.entries().begin(), rest.entries().end(),
                                [](const Real& x) { return x == 0; });
  one.is_contraction = one.is_isometry || is_positive_semidefinite(rest);
  if (!one.is_isometry && core::all_rational(a.entries())) {
    one.stability = decide_stability(rational(a));
  }
  return one;
}

struct Word {
  std::vector<std::size_t> inputs;
  Matrix<Rational> matrix;  // (A B; 0 1)
};

/// The evidence that the word makes states grow.
std::optional<GrowingWord> growing_word(const Word& word, Stability stability,
                                        const Matrix<Rational>& start) {
  const std::size_t n = start.rows(), d = start.columns();
  GrowingWord grows;
  grows.inputs = word.inputs;
  auto growth = growth_form(word.matrix, stability);
  if (!growth) return {};
  grows.growth = *std::move(growth);
  grows.stability = std::move(stability);
  Matrix<Rational> a(n, n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) a(i, j) = word.matrix(i, j);
  }
  grows.by_additions = decide_stability(a).is_bounded();
  for (std::size_t c = 0; c < d; ++c) {
    std::vector<Rational> column(n + d);
    for (std::size_t i = 0; i < n; ++i) column[i] = start(i, c);
    column[n + c] = 1;
    std::vector<Integer> x;
    for (const Rational& entry : core::to_primitive(column)) {
      x.push_back(core::numerator_of(entry));
    }
    if (quadratic_form(grows.growth.gained, x) <= 0) continue;
    grows.start = std::move(x);
    grows.from_start = true;
    return grows;
  }
  auto x = growing_vector(grows.growth, n);
  if (!x) x = growing_vector(grows.growth, n + d);
  grows.start = *std::move(x);
  return grows;
}

/// Words by their length, each matrix once, until one grows, none is new, or the limit is met.
struct Words {
  std::vector<std::pair<Word, Stability>> bounded;
  std::optional<GrowingWord> growing;
  bool are_all = false;
  std::optional<core::LimitHit> hit;
};

Words look_at_words(const std::vector<RationalStep>& steps, const Matrix<Rational>& start,
                    std::uint64_t most, const core::Limits& limits) {
  constexpr std::size_t kLargest = 24;
  Words words;
  std::set<std::vector<Rational>> seen;
  std::vector<Matrix<Rational>> letters;
  letters.reserve(steps.size());
  for (const RationalStep& step : steps) letters.push_back(extended(step));
  const std::size_t size = letters.front().rows();
  const auto add = [&](Word word) {  // false: it is time to stop
    if (limits.is_over()) {
      words.hit = {limits.stop.stop_requested() ? "interrupted" : "the deadline", "--timeout"};
      return false;
    }
    if (!seen.insert(word.matrix.entries()).second) return true;
    Stability stability = decide_stability(word.matrix);
    if (!stability.is_bounded()) {
      words.growing = growing_word(word, std::move(stability), start);
      return false;
    }
    words.bounded.emplace_back(std::move(word), std::move(stability));
    return true;
  };
  for (std::size_t x = 0; x < letters.size(); ++x) {
    if (!add({{x}, letters[x]})) return words;
  }
  std::size_t next = 0;
  const std::size_t first = words.bounded.size();
  for (; next < words.bounded.size(); ++next) {
    for (std::size_t k = 0; k < first; ++k) {
      if (words.bounded.size() >= most || size > kLargest) return words;
      Word word = words.bounded[next].first;
      const std::size_t x = words.bounded[k].first.inputs.front();
      word.inputs.push_back(x);
      word.matrix = letters[x] * word.matrix;
      if (!add(std::move(word))) return words;
    }
  }
  words.are_all = true;
  return words;
}

/// Rational matrices without repetition.
std::vector<Matrix<Rational>> distinct_matrices(const std::vector<RationalStep>& steps) {
  std::vector<Matrix<Rational>> distinct;
  for (const RationalStep& step : steps) {
    if (std::find(distinct.begin(), distinct.end(), step.a) == distinct.end()) {
      distinct.push_back(step.a);
    }
  }
  return distinct;
}

/// Forms that serve all matrices, one after the other, until one holds the states within a ball
/// that is not large.
class CommonForms {
 public:
  CommonForms(LayerStability& layer, const std::vector<RationalStep>& steps,
              const Matrix<Rational>& start)
      : layer_(layer), steps_(steps), start_(start) {
    for (std::size_t x = 0; x < steps.size(); ++x) inputs_.push_back(x);
  }

  /// Keeps the form if it is better than those before.
  void offer(const std::string& how, Matrix<Integer> p) {
    FormPart part = part_of(layer_.layer, how, std::move(p), steps_, inputs_);
    set_states(part, steps_, start_);
    auto& best = layer_.common;
    const auto is_better = [&] {
      if (!part.states || !best->states) return part.states && !best->states;
      const Rational ours = part.square_of_distance(), theirs = best->square_of_distance();
      return ours < theirs || (ours == theirs && part.contraction() < best->contraction());
    };
    if (!best || is_better()) {
      best = std::move(part);
    }
  }
  bool has_ball() const { return layer_.common && layer_.common->states; }

 private:
  LayerStability& layer_;
  const std::vector<RationalStep>& steps_;
  const Matrix<Rational>& start_;
  std::vector<std::size_t> inputs_;
};

Matrix<Integer> integer_identity(std::size_t n) { return Matrix<Integer>::identity(n); }

/// The largest |lambda|^2 of the matrices, about.
Rational largest_square(const std::vector<Matrix<Rational>>& matrices) {
  constexpr int kParts = 1024;
  Rational largest = 0;
  for (const auto& a : matrices) {
    largest = std::max(largest, largest_eigenvalue(decide_stability(a)).square);
  }
  const Rational parts = largest * kParts;
  return Rational(core::numerator_of(parts) / core::denominator_of(parts), kParts);
}

void search_forms(CommonForms& forms, const std::vector<RationalStep>& steps, const Words& words,
                  const core::Limits& limits) {
  constexpr std::size_t kLongestRigid = 4, kMostSpaces = 64;
  constexpr int kParts = 4;
  const auto matrices = distinct_matrices(steps);
  const std::size_t n = matrices.front().rows();
  std::vector<RigidSpace> rigid;
  for (const auto& [word, ignored] : words.bounded) {
    if (word.inputs.size() > kLongestRigid || rigid.size() > kMostSpaces) break;
    std::vector<std::size_t> places;
    Matrix<Rational> product = Matrix<Rational>::identity(n);
    for (const std::size_t x : word.inputs) {
      places.push_back(static_cast<std::size_t>(
          std::find(matrices.begin(), matrices.end(), steps[x].a) - matrices.begin()));
      product = steps[x].a * product;
    }
    if (product == Matrix<Rational>::identity(n) && word.inputs.size() == 1) continue;
    auto spaces = rigid_spaces(matrices, places, product, decide_stability(product));
    std::move(spaces.begin(), spaces.end(), std::back_inserter(rigid));
  }
  if (matrices.size() == 1) {
    if (auto p = contraction_form(matrices[0], decide_stability(matrices[0]))) {
      forms.offer("one matrix", *std::move(p));
    }
  }
  // Weaker contractions may hold the states in smaller balls: their forms are rounder.
  std::vector<Matrix<Rational>> free;
  for (std::size_t m = 0; m < matrices.size(); ++m) {
    const bool is_rigid =
        std::any_of(rigid.begin(), rigid.end(), [&](const RigidSpace& s) { return s.matrix == m; });
    if (!is_rigid && !(matrices[m] == Matrix<Rational>::identity(n))) free.push_back(matrices[m]);
  }
  std::vector<Matrix<Rational>> demanding;
  for (const auto& a : matrices) {
    if (!(a == Matrix<Rational>::identity(n))) demanding.push_back(a);
  }
  if (demanding.empty()) return;
  for (RigidSpace& space : rigid) {  // as places in `demanding`
    space.matrix = static_cast<std::size_t>(
        std::find(demanding.begin(), demanding.end(), matrices[space.matrix]) - demanding.begin());
  }
  std::erase_if(rigid, [&](const RigidSpace& s) { return s.matrix == demanding.size(); });
  const Rational least = free.empty() ? Rational(1) : largest_square(free);
  for (int k = kParts; k >= 1; --k) {
    const Rational square = least + (1 - least) * Rational(k, kParts);
    if (auto p = search_common_form(demanding, rigid, square, limits)) {
      forms.offer("a search", *std::move(p));
    } else if (k == kParts) {
      break;
    }
    if (least == 1 || n > kLargestSearch) break;
  }
}

LayerStability irrational_layer(const Layer& layer, LayerStability result) {
  result.irrational = true;
  const bool contracts = std::all_of(result.inputs.begin(), result.inputs.end(),
                                     [](const InputStability& one) { return one.is_contraction; });
  const bool adds =
      std::any_of(layer.table.begin(), layer.table.end(), [](const core::Transition& t) {
        return t.B && std::any_of(t.B->entries().begin(), t.B->entries().end(),
                                  [](const Real& x) { return !(x == 0); });
      });
  if (!contracts) {
    result.open = "irrational numbers, where only |A| <= 1 is decided";
  } else if (adds) {
    result.open = "irrational numbers, where additions are not followed";
  }
  return result;
}

LayerStability layer_stability(const core::Model& model, std::size_t index,
                               const core::Limits& limits) {
  const Layer& layer = model.layers[index];
  LayerStability result;
  result.layer = index;
  if (layer.table.empty()) {  // no letters: only the empty product
    result.products = 0;
    return result;
  }
  std::map<std::string, std::size_t> seen;  // of a matrix the first input
  for (std::size_t x = 0; x < layer.table.size(); ++x) {
    const Matrix<Real> a = core::to_matrix(layer.table[x], layer.n);
    std::string key;
    for (const Real& entry : a.entries()) key += core::to_string(entry) + " ";
    const auto [found, is_new] = seen.emplace(std::move(key), x);
    result.inputs.push_back(is_new ? input_stability(a, x) : result.inputs[found->second]);
    result.inputs.back().input = x;
  }
  if (!core::is_rational(layer)) return irrational_layer(layer, std::move(result));

  std::vector<RationalStep> steps;
  for (const core::Transition& transition : layer.table) {
    steps.push_back({rational(core::to_matrix(transition, layer.n)),
                     transition.B ? rational(*transition.B) : Matrix<Rational>(layer.n, layer.d)});
  }
  const Matrix<Rational> start = rational(layer.start), one = Matrix<Rational>::identity(layer.n);
  for (InputStability& input : result.inputs) {
    const RationalStep& step = steps[input.input];
    const auto powers = input.powers();
    const bool is_bounded = *powers == Powers::vanish || *powers == Powers::bounded;
    input.drifts = is_bounded && !is_zero(step.b) && !core::solve(one - step.a, step.b);
  }

  CommonForms forms(result, steps, start);
  if (std::all_of(result.inputs.begin(), result.inputs.end(),
                  [](const InputStability& input) { return input.is_contraction; })) {
    forms.offer("the norm", integer_identity(layer.n));
  }
  if (forms.has_ball()) return result;
  // A few words for what a form has to keep; if none is found, many for one that grows.
  const std::uint64_t most = limits.max_states.value_or(kMostProducts);
  Words words = look_at_words(steps, start, std::min(most, kFewProducts), limits);
  if (!words.growing) {
    search_forms(forms, steps, words, limits);
    if (forms.has_ball()) return result;
    if (!words.are_all) words = look_at_words(steps, start, most, limits);
  }
  if (words.growing) {
    result.growing = std::move(words.growing);
  } else if (words.are_all) {
    result.products = words.bounded.size();
  } else {
    result.open = words.hit ? words.hit->limit
                            : "no quadratic form was found, and none of " +
                                  std::to_string(words.bounded.size()) + " products grows";
  }
  if (result.common) return result;
  // What can be said of single inputs.
  for (const InputStability& input : result.inputs) {
    const auto powers = input.powers();
    if (*powers != Powers::vanish && *powers != Powers::bounded) continue;
    const RationalStep& step = steps[input.input];
    std::optional<Matrix<Integer>> p;
    if (input.is_contraction) {
      p = integer_identity(layer.n);
    } else if (!limits.is_over()) {
      p = contraction_form(step.a, *input.stability);
    }
    if (!p) continue;
    result.single.push_back(part_of(index, input.is_contraction ? "the norm" : "one matrix",
                                    *std::move(p), steps, {input.input}));
  }
  return result;
}

}  // namespace

std::optional<Powers> InputStability::powers() const noexcept {
  if (is_isometry) return Powers::bounded;
  if (stability) return stability->powers;
  return {};
}

Outcome LayerStability::outcome() const noexcept {
  if (growing) return Outcome::refuted;
  if (irrational) return open.empty() ? Outcome::proved : Outcome::unknown;
  return (common && common->states) || products ? Outcome::proved : Outcome::unknown;
}

std::vector<LayerStability> bounded_states(const core::Model& model, const core::Limits& limits) {
  std::vector<LayerStability> layers;
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    layers.push_back(layer_stability(model, i, limits));
  }
  return layers;
}

}  // namespace statewright::proofs
