// Counting in chunked evaluation. A letter that acts j times within a chunk makes something else of
// the chunk's first state than it makes letter by letter; a network counts with it if, whatever the
// numbers of letters in the chunks, no state stands for two residues. Such a state space is closed
// by following chunks only: within a chunk, letters that do nothing change nothing.

#include "proofs_check/theorems/chunk_count.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "core/error.hpp"

namespace statewright::proofs {
namespace {

using core::GhProduct;
using core::Layer;
using core::Matrix;
using core::Rational;
using core::Real;
using core::Transition;

Layer layer_of(std::size_t n, const std::vector<double>& start) {
  Layer layer;
  layer.n = n;
  layer.start = Matrix<Real>(n, 1);
  for (std::size_t i = 0; i < n; ++i) layer.start(i, 0) = core::exact_value(start[i]);
  return layer;
}

}  // namespace

ChunkWalker::ChunkWalker(const Transition& letter, const core::Format& format) : fl_(format) {
  const auto* product = std::get_if<GhProduct>(&letter.A);
  if (product == nullptr || letter.B) {
    throw core::Error(
        {core::Fault::unsupported, "chunks", "factors without addition", "another transition", ""});
  }
  for (const core::Householder& factor : product->factors) {
    Vector& key = keys_.emplace_back();
    Real square = 0;
    for (const Real& entry : factor.v) {
      key.push_back(core::round_exact(entry, format));
      square += entry * entry;
    }
    scales_.push_back(core::round_exact(factor.beta / square, format));
  }
  find_products();
}

ChunkWalker::ChunkWalker(std::vector<Vector> keys, std::vector<double> scales,
                         const core::Format& format)
    : fl_(format), keys_(std::move(keys)), scales_(std::move(scales)) {
  find_products();
}

void ChunkWalker::find_products() {
  for (const Vector& k : keys_) {
    Vector& row = gram_.emplace_back();
    for (const Vector& other : keys_) row.push_back(dot(k, other));
  }
}

double ChunkWalker::dot(const Vector& k, const Vector& a) const {
  double s = fl_.mul(k[0], a[0]);
  for (std::size_t r = 1; r < k.size(); ++r) s = fl_.add(s, fl_.mul(k[r], a[r]));
  return s;
}

void ChunkWalker::walk(const Vector& start, std::size_t letters,
                       const std::function<bool(const Vector&)>& visit) const {
  Vector h = start, u;
  for (const Vector& k : keys_) u.push_back(dot(k, start));
  for (std::size_t t = 0; t < letters; ++t) {
    for (std::size_t f = 0; f < keys_.size(); ++f) {
      const double w = fl_.mul(scales_[f], u[f]);
      for (std::size_t g = 0; g < keys_.size(); ++g) u[g] = fl_.sub(u[g], fl_.mul(gram_[g][f], w));
      for (std::size_t r = 0; r < h.size(); ++r) h[r] = fl_.sub(h[r], fl_.mul(keys_[f][r], w));
    }
    if (!visit(h)) return;
  }
}

std::optional<ChunkCount> chunk_count(const ChunkWalker& walker, const Transition& letter,
                                      const std::vector<double>& start, std::size_t letters,
                                      std::size_t modulus, std::size_t most) {
  ChunkCount count{letter, modulus, {start}, {0}};
  std::map<std::vector<double>, std::size_t> index = {{start, 0}};
  bool right = true;
  for (std::size_t at = 0; at < count.states.size() && right; ++at) {
    const std::vector<double> first = count.states[at];  // the list grows
    std::size_t due = count.residues[at];
    walker.walk(first, letters, [&](const std::vector<double>& h) {
      due = (due + 1) % modulus;
      const auto [found, is_new] = index.try_emplace(h, count.states.size());
      if (!is_new) return right = count.residues[found->second] == due;
      right = count.states.size() < most &&
              std::all_of(h.begin(), h.end(), [](double x) { return std::isfinite(x); });
      count.states.push_back(h);
      count.residues.push_back(due);
      return right;
    });
  }
  if (!right) return {};
  return count;
}

LimitCycle unary_cycle(const ChunkWalker& walker, const ChunkCount& count, std::size_t letters) {
  LimitCycle cycle{count.letter, {}};
  std::map<std::vector<double>, std::size_t> begins;  // where chunks begin, by their first states
  std::vector<double> first = count.states[0];
  std::size_t length = 0;
  for (; begins.try_emplace(first, length).second; length += letters) {
    cycle.states.push_back(first);
    walker.walk(first, letters, [&](const std::vector<double>& h) {
      cycle.states.push_back(h);
      return true;
    });
    first = std::move(cycle.states.back());
    cycle.states.pop_back();
  }
  cycle.states.erase(cycle.states.begin(),
                     cycle.states.begin() + static_cast<std::ptrdiff_t>(begins[first]));
  return cycle;
}

namespace {

/// The only coordinate that is not the same in all states, if there is one.
std::optional<std::size_t> moving(const std::vector<std::vector<double>>& states) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < states[0].size(); ++i) {
    const bool moves = std::any_of(states.begin(), states.end(),
                                   [&](const auto& s) { return s[i] != states[0][i]; });
    if (moves && found) return {};
    if (moves) found = i;
  }
  return found;
}

/// Score k is largest for state k. Of multiples x = (k + a) d of a step, k = 0, 1, .., the scores
/// are 2^(k - z) (x / d - a - k + 2), of which no operation rounds if the numbers of states have no
/// more bits than the format: among 2^-j (j + 2), j = .., -2, -1, 0, 1, .., the largest are those
/// of j = 0 and j = -1, and of two equal scores the first one counts; z keeps them in the format's
/// range. Otherwise score k is
/// |h|^2 / 2 - |h - s_k|^2 / 2, in which rounding can be wrong.
/// Sorts the states.
core::Readout telling_apart(ChunkCount& count, const core::Format& format) {
  const std::size_t n = count.states[0].size(), m = count.states.size();
  std::vector<std::pair<std::vector<double>, std::size_t>> sorted;
  for (std::size_t k = 0; k < m; ++k) sorted.emplace_back(count.states[k], count.residues[k]);
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t k = 0; k < m; ++k) {
    std::tie(count.states[k], count.residues[k]) = std::move(sorted[k]);
  }
  core::Readout readout{Matrix<Real>(m, n), std::vector<Real>(m)};
  const auto exact = [&](std::size_t k, std::size_t i) {
    return core::exact_value(count.states[k][i]);
  };
  if (const auto i = moving(count.states); i && m > 1) {
    const Rational step = exact(1, *i) - exact(0, *i);
    bool regular = true;
    for (std::size_t k = 1; k < m; ++k) regular &= exact(k, *i) - exact(k - 1, *i) == step;
    const Rational reach = 2 + Rational(m) + abs(exact(0, *i) / step);  // of x / d and the scores
    const double most = std::max(1 / step.convert_to<double>(), reach.convert_to<double>());
    const int z = std::max(static_cast<int>(m / 2), static_cast<int>(m) + std::ilogb(most) + 1 -
                                                        std::ilogb(format.largest()));
    for (std::size_t k = 0; regular && k < m; ++k) {
      const double scale = std::ldexp(1.0, static_cast<int>(k) - z);
      readout.W(k, *i) = Real(core::exact_value(scale) / step);
      readout.c[k] = Real(core::exact_value(scale) * (2 - exact(k, *i) / step));
    }
    if (regular) return readout;
  }
  for (std::size_t k = 0; k < m; ++k) {
    for (std::size_t i = 0; i < n; ++i) {
      const Rational moved = exact(k, i) - exact(0, i);  // less what does not depend on k
      readout.W(k, i) = moved;
      readout.c[k] -= Real(moved * (exact(k, i) + exact(0, i)) / 2);
    }
  }
  return readout;
}

}  // namespace

core::Model counter_of(ChunkCount count, Counting counting, const core::Format& format) {
  const std::size_t n = count.states[0].size(), m = count.states.size();
  core::Model model;
  model.letters = core::Alphabet({"0", "1"});
  model.labels = {"reject", "accept"};

  Layer states = layer_of(n, count.states[0]);
  states.reads = {core::Source{}};
  states.table = {Transition{GhProduct{}, {}}, count.letter};
  states.readout = telling_apart(count, format);

  Layer residue = layer_of(1, {0});
  residue.reads = {core::Source{}, core::Source{0}};
  residue.table.assign(2 * m, Transition{GhProduct{}, {}});
  for (std::size_t k = 0; k < m; ++k) {
    Matrix<Real> B(1, 1);
    B(0, 0) = count.residues[k] == 0 ? Real(1) - Real(count.modulus) : Real(1);
    residue.table[m + k].B = std::move(B);
  }
  const int sign = counting == Counting::parity ? 1 : -1;  // an odd number, or residue 0
  residue.readout = {Matrix<Real>(2, 1), {0, Rational(-sign, 2)}};
  residue.readout.W(1, 0) = sign;

  model.layers = {std::move(states), std::move(residue)};
  model.about.language = language_of(counting);
  model.about.construction = "letter 1 leads around " + std::to_string(m) +
                             " states, however many fall into a chunk; none stands for two "
                             "residues modulo " +
                             std::to_string(count.modulus);
  return model;
}

}  // namespace statewright::proofs
