#include "automata/classify/network_shape.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace statewright::automata {
namespace {

using core::Householder;
using core::Real;
using Vector = std::vector<Real>;

std::vector<std::size_t> support(const Vector& v) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < v.size(); ++i) {
    if (v[i] != 0) out.push_back(i);
  }
  return out;
}

/// Is `target` a combination of `vectors`? Gauss.
bool in_span(std::vector<Vector> vectors, Vector target) {
  const std::size_t n = target.size();
  std::size_t used = 0;
  for (std::size_t i = 0; i < n; ++i) {
    std::size_t pivot = used;
    while (pivot < vectors.size() && vectors[pivot][i] == 0) ++pivot;
    if (pivot == vectors.size()) continue;
    std::swap(vectors[used], vectors[pivot]);
    const auto eliminate = [&](Vector& v) {
      if (v[i] == 0) return;
      const Real by = v[i] / vectors[used][i];
      for (std::size_t j = i; j < n; ++j) v[j] -= by * vectors[used][j];
    };
    for (std::size_t k = used + 1; k < vectors.size(); ++k) eliminate(vectors[k]);
    eliminate(target);
    ++used;
  }
  return std::all_of(target.begin(), target.end(), [](const Real& x) { return x == 0; });
}

/// Coordinates that keys join, as a forest.
class Heads {
 public:
  explicit Heads(std::size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), 0U); }
  std::size_t of(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(const std::vector<std::size_t>& coordinates) {
    for (const std::size_t i : coordinates) parent_[of(i)] = of(coordinates.front());
  }

 private:
  std::vector<std::size_t> parent_;
};

/// The factors of a transition that do something; nothing for a dense matrix.
std::optional<std::vector<Householder>> factors_of(const core::Transition& transition) {
  std::vector<Householder> out;
  if (const auto* product = std::get_if<core::GhProduct>(&transition.A)) {
    for (const Householder& factor : product->factors) {
      if (factor.beta != 0) out.push_back(factor);
    }
    return out;
  }
  if (const auto* diagonal = std::get_if<core::Diagonal>(&transition.A)) {
    for (std::size_t i = 0; i < diagonal->entries.size(); ++i) {
      if (diagonal->entries[i] == 1) continue;
      Vector key(diagonal->entries.size(), Real(0));
      key[i] = Real(1);
      out.push_back({Real(1) - diagonal->entries[i], std::move(key)});
    }
    return out;
  }
  return {};
}

/// Whether the keys of each head can write what B adds to it.
bool keys_write(const std::vector<Householder>& factors, const core::Matrix<Real>& B,
                Heads& heads) {
  const std::size_t n = B.rows();
  // Column j of `carried`: key j as it stands after the factors that follow it.
  std::vector<Vector> carried;
  for (std::size_t j = 0; j < factors.size(); ++j) {
    core::Matrix<Real> key = core::Matrix<Real>::column(factors[j].v);
    for (std::size_t m = j + 1; m < factors.size(); ++m) core::apply(factors[m], key);
    carried.push_back(key.entries());
  }
  for (std::size_t head = 0; head < n; ++head) {
    if (heads.of(head) != head) continue;
    std::vector<Vector> keys;
    for (std::size_t j = 0; j < factors.size(); ++j) {
      if (heads.of(support(factors[j].v).front()) == head) keys.push_back(carried[j]);
    }
    for (std::size_t column = 0; column < B.columns(); ++column) {
      Vector part(n, Real(0));
      bool zero = true;
      for (std::size_t i = 0; i < n; ++i) {
        if (heads.of(i) != head || B(i, column) == 0) continue;
        part[i] = B(i, column);
        zero = false;
      }
      if (!zero && !in_span(keys, std::move(part))) return false;
    }
  }
  return true;
}

void add_layer(const core::Layer& layer, NetworkShape& shape) {
  Heads heads(layer.n);
  std::vector<std::vector<Householder>> table;
  for (const core::Transition& transition : layer.table) {
    auto factors = factors_of(transition);
    if (!factors) {
      shape.factors = shape.factors_per_head = std::nullopt;
      shape.diagonal = shape.non_negative = false;
      return;
    }
    for (const Householder& factor : *factors) heads.join(support(factor.v));
    table.push_back(std::move(*factors));
  }
  for (std::size_t x = 0; x < table.size(); ++x) {
    std::vector<std::size_t> in_head(layer.n, 0);
    for (const Householder& factor : table[x]) {
      const std::vector<std::size_t> touched = support(factor.v);
      const std::size_t count = ++in_head[heads.of(touched.front())];
      if (shape.factors_per_head) {
        shape.factors_per_head = std::max(*shape.factors_per_head, count);
      }
      if (touched.size() > 1) shape.diagonal = false;
      if (factor.beta < 0 || factor.beta > 1) shape.non_negative = false;
    }
    if (shape.factors) shape.factors = std::max(*shape.factors, table[x].size());
    if (shape.factors_per_head && layer.table[x].B &&
        !keys_write(table[x], *layer.table[x].B, heads)) {
      shape.factors_per_head = std::nullopt;
    }
  }
}

}  // namespace

NetworkShape shape_of(const core::Model& model) {
  NetworkShape shape{.factors = 0, .factors_per_head = 0, .diagonal = true, .non_negative = true};
  for (const core::Layer& layer : model.layers) {
    ++shape.layers;
    shape.dimension += layer.n * layer.d;
    add_layer(layer, shape);
  }
  return shape;
}

}  // namespace statewright::automata
