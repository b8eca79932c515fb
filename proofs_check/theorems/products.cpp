// Distinct products of 2^j matrices are the distinct products of two distinct products of 2^(j-1):
// where the matrices generate few, as those of permutations do, there are few at every length.

#include "proofs_check/theorems/products.hpp"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>

namespace statewright::proofs {

using core::Matrix;
using core::Model;
using core::Real;

namespace {

constexpr std::uint64_t kMostProducts = 20'000;
/// Inputs in all words that are kept, and in one that is shown.
constexpr std::uint64_t kMostInputs = 20'000'000;
constexpr std::uint64_t kLongestShown = 4'096;

std::string key_of(const Matrix<Real>& a) {
  std::string key;
  for (const Real& entry : a.entries()) key += core::to_string(entry) + " ";
  return key;
}

struct Word {
  std::vector<std::size_t> inputs;
  Matrix<Real> matrix;
};

/// Keeps the first of equal matrices.
class Distinct {
 public:
  void add(Word word) {
    if (keys_.insert(key_of(word.matrix)).second) words.push_back(std::move(word));
  }
  std::vector<Word> words;

 private:
  std::unordered_set<std::string> keys_;
};

/// The product that shows that not all are >= 0 although all are triangular: its diagonal has a
/// negative entry. Empty if there is none.
std::vector<std::size_t> negative_word(const std::vector<std::size_t>& inputs,
                                       const std::vector<Matrix<Real>>& matrices,
                                       std::uint64_t length) {
  const std::size_t n = matrices.front().rows();
  for (std::size_t i = 0; i < n; ++i) {
    std::optional<std::size_t> negative, positive;
    for (std::size_t x = 0; x < inputs.size(); ++x) {
      const int sign = matrices[x](i, i).sign();
      if (sign < 0 && !negative) negative = inputs[x];
      if (sign > 0 && !positive) positive = inputs[x];
    }
    if (!negative || (length > 1 && !positive)) continue;
    std::vector<std::size_t> word = {*negative};
    if (length > 1) word.resize(std::min(length, kLongestShown), *positive);
    return word;
  }
  return {};
}

}  // namespace

std::vector<std::size_t> inputs_under(const Model& model, std::size_t layer, core::Letter letter) {
  const std::vector<core::Source>& reads = model.layers[layer].reads;
  const std::size_t count = core::input_count(model, layer);
  const auto symbols_of = [&](const core::Source& source) {
    return source.layer ? model.layers[*source.layer].readout.W.rows() : model.letters.size();
  };
  std::vector<std::size_t> inputs;
  for (std::size_t x = 0; x < count; ++x) {
    std::vector<std::optional<std::size_t>> read(layer + 1);  // of each layer before; last: token
    read[layer] = letter;
    bool consistent = true;
    std::size_t rest = x;
    for (std::size_t r = reads.size(); r-- > 0;) {
      const std::size_t symbols = symbols_of(reads[r]), symbol = rest % symbols;
      rest /= symbols;
      auto& known = read[reads[r].layer.value_or(layer)];
      consistent = consistent && known.value_or(symbol) == symbol;
      known = symbol;
    }
    if (consistent) inputs.push_back(x);
  }
  return inputs;
}

core::Outcome LayerSpectra::outcome() const noexcept {
  if (violation() != nullptr) return core::Outcome::refuted;
  return unknown ? core::Outcome::unknown : core::Outcome::proved;
}

const InputProduct* LayerSpectra::violation() const noexcept {
  if (products.empty() || products.back().spectrum.verdict.witness() == nullptr) return nullptr;
  return &products.back();
}

LayerSpectra spectra_of_products(const Model& model, std::size_t layer,
                                 std::vector<std::size_t> inputs, std::uint64_t length,
                                 Spectra demand, const core::Limits& limits) {
  const core::Layer& here = model.layers[layer];
  LayerSpectra result;
  result.layer = layer;
  result.length = length;
  result.demand = demand;
  std::vector<Matrix<Real>> matrices;
  for (const std::size_t x : inputs) matrices.push_back(core::to_matrix(here.table[x], here.n));
  result.inputs = inputs;
  if (inputs.empty()) return result;

  const BlockOrder common = block_order(matrices, here.n);
  if (common.is_triangular() && (length > 1 || inputs.size() > 1)) {
    result.common_order = common.order;
    std::vector<std::size_t> word;
    if (demand == Spectra::nonnegative) word = negative_word(inputs, matrices, length);
    if (word.empty()) return result;
    if (length > kLongestShown) {
      result.unknown = core::Unknown{{"products of at most 4,096 matrices", ""},
                                     "one of " + std::to_string(length) + " has a negative entry"};
      return result;
    }
    Matrix<Real> product = Matrix<Real>::identity(here.n);
    for (const std::size_t x : word) product = core::to_matrix(here.table[x], here.n) * product;
    result.products.push_back({std::move(word), decide_spectrum(product, demand)});
    return result;
  }

  core::Limits few = limits;
  few.max_states = limits.max_states.value_or(kMostProducts);
  core::Meter meter(few, "products of matrices");
  const auto stopped = [&](std::size_t stored, std::uint64_t inputs_of_each = 1) {
    auto hit = meter.check(stored);
    if (!hit && stored > kMostInputs / inputs_of_each) {
      hit = core::LimitHit{"20,000,000 inputs of products", ""};
    }
    if (hit) {
      result.unknown = core::Unknown{
          *std::move(hit), "no product of " + std::to_string(length) + " matrices of layer " +
                               std::to_string(layer) + " among the first " +
                               std::to_string(result.products.size()) + " violates"};
    }
    return result.unknown.has_value();
  };
  Distinct distinct;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    distinct.add({{inputs[k]}, std::move(matrices[k])});
  }
  for (std::uint64_t at = 1; at < length; at *= 2) {
    const bool last = at * 2 == length;
    Distinct next;
    for (const Word& a : distinct.words) {
      for (const Word& b : distinct.words) {
        if (stopped(next.words.size(), 2 * at)) return result;
        const std::size_t before = next.words.size();
        Word word{a.inputs, b.matrix * a.matrix};
        word.inputs.insert(word.inputs.end(), b.inputs.begin(), b.inputs.end());
        next.add(std::move(word));
        if (!last || next.words.size() == before) continue;
        const Word& added = next.words.back();
        result.products.push_back({added.inputs, decide_spectrum(added.matrix, demand)});
        if (result.violation() != nullptr) return result;
      }
    }
    distinct = std::move(next);
  }
  if (length == 1) {
    for (const Word& word : distinct.words) {
      if (stopped(result.products.size())) return result;
      // The transition itself, whose factors may decide.
      result.products.push_back(
          {word.inputs, decide_spectrum(here.table[word.inputs[0]], here.n, demand)});
      if (result.violation() != nullptr) return result;
    }
  }
  for (const InputProduct& product : result.products) {
    if (const core::Unknown* open = product.spectrum.verdict.unknown()) result.unknown = *open;
  }
  return result;
}

}  // namespace statewright::proofs
