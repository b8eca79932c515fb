// A format of 4 bits has 15 values, so that sums, differences and products are tables, two numbers
// have 225 states, and a chunk of letters 1 is a map of these states, for each of the few letters
// and 225 additions. Orbits of the map end in cycles of chunks; what the chunks of all these cycles
// have in common is what a layer has to live with.

#include "proofs_check/theorems/chunk_census.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "core/number/round.hpp"

namespace statewright::proofs {
namespace {

using Code = std::uint16_t;
using Pair = std::array<Code, 2>;

/// The arithmetic of a format as tables over its values, with one zero.
class Tables {
 public:
  explicit Tables(const core::Format& format) {
    for (const double x : core::finite_values(format)) {
      if (x != 0 || !std::signbit(x)) values_.push_back(x);
    }
    if (values_.size() > kMost) return;
    const core::Arithmetic fl(format);
    complete_ = true;
    for (const double a : values_) {
      for (const double b : values_) {
        add_.push_back(code(fl.add(a, b)));
        sub_.push_back(code(fl.sub(a, b)));
        mul_.push_back(code(fl.mul(a, b)));
      }
    }
  }

  bool is_complete() const { return complete_; }
  std::size_t size() const { return values_.size(); }
  double value(Code a) const { return values_[a]; }
  Code add(Code a, Code b) const { return add_[a * size() + b]; }
  Code sub(Code a, Code b) const { return sub_[a * size() + b]; }
  Code mul(Code a, Code b) const { return mul_[a * size() + b]; }
  Code dot(const Pair& a, const Pair& b) const { return add(mul(a[0], b[0]), mul(a[1], b[1])); }

 private:
  static constexpr std::size_t kMost = 300;

  Code code(double x) {
    const auto at = std::lower_bound(values_.begin(), values_.end(), x + 0.0);
    if (at == values_.end() || *at != x) {  // infinite or no value
      complete_ = false;
      return 0;
    }
    return static_cast<Code>(at - values_.begin());
  }

  std::vector<double> values_;
  std::vector<Code> add_, sub_, mul_;
  bool complete_ = false;
};

class Census {
 public:
  Census(const Tables& tables, std::size_t chunk, std::size_t modulus)
      : tables_(tables), chunk_(chunk), states_(tables.size() * tables.size()) {
    for (std::size_t t = 1; t <= chunk; ++t) {
      for (std::size_t s = 0; s < t; ++s) {
        if ((t - s) % modulus != 0) pairs_.emplace_back(s, t);
      }
    }
    at_.resize(states_ * (chunk + 1));
    mark_.resize(states_);
  }

  /// Whether the letter is left.
  bool is_left(const Pair& key, Code beta) {
    std::vector<std::pair<std::size_t, std::size_t>> common = pairs_;
    for (std::size_t b = 0; b < states_; ++b) {
      for (std::size_t s = 0; s < states_; ++s) walk(key, beta, pair(b), s);
      keep_common(common);
      if (common.empty()) return true;
    }
    return false;
  }

 private:
  Pair pair(std::size_t state) const {
    return {static_cast<Code>(state / tables_.size()), static_cast<Code>(state % tables_.size())};
  }

  /// The states of the chunk that begins with `start`.
  void walk(const Pair& key, Code beta, const Pair& added, std::size_t start) {
    std::uint32_t* at = at_.data() + start * (chunk_ + 1);
    Pair h = pair(start);
    Code u = tables_.dot(key, h);
    const Code gram = tables_.dot(key, key), more = tables_.dot(key, added);
    at[0] = static_cast<std::uint32_t>(start);
    for (std::size_t t = 1; t <= chunk_; ++t) {
      const Code w = tables_.mul(beta, u);
      const Code before = u;
      u = tables_.add(tables_.sub(u, tables_.mul(gram, w)), more);
      for (std::size_t i = 0; i < 2; ++i) {
        h[i] = tables_.add(tables_.sub(h[i], tables_.mul(key[i], w)), added[i]);
      }
      at[t] = static_cast<std::uint32_t>(h[0] * tables_.size() + h[1]);
      if (u == before && at[t] == at[t - 1]) {  // at rest
        std::fill(at + t, at + chunk_ + 1, at[t]);
        return;
      }
    }
  }

  /// Drops the pairs of times at which a chunk on a cycle has different states.
  void keep_common(std::vector<std::pair<std::size_t, std::size_t>>& common) {
    std::fill(mark_.begin(), mark_.end(), 0U);
    for (std::size_t s = 0; s < states_; ++s) {
      std::size_t x = s;
      while (mark_[x] == 0) {
        mark_[x] = static_cast<std::uint32_t>(s + 1);
        x = at_[x * (chunk_ + 1) + chunk_];
      }
      if (mark_[x] != s + 1) continue;  // a cycle that was met before
      for (std::size_t y = x;;) {
        const std::uint32_t* at = at_.data() + y * (chunk_ + 1);
        std::erase_if(common,
                      [&](const auto& times) { return at[times.first] != at[times.second]; });
        y = at[chunk_];
        if (y == x) break;
      }
    }
  }

  const Tables& tables_;
  std::size_t chunk_, states_;
  std::vector<std::pair<std::size_t, std::size_t>> pairs_;
  std::vector<std::uint32_t> at_;    ///< [states, chunk + 1]
  std::vector<std::uint32_t> mark_;  ///< [states]: the walk that met it, from 1; 0 none
};

}  // namespace

std::optional<ChunkCensus> chunk_census(const core::Format& format, std::size_t chunk,
                                        double beta_most, std::size_t modulus, std::uint64_t most,
                                        const core::Limits& limits) {
  if (format.width() > 8 || format.is_stochastic()) return {};
  const Tables tables(format);
  if (!tables.is_complete() || chunk == 0) return {};
  std::vector<std::pair<Pair, Code>> letters;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    for (std::size_t j = 0; j < tables.size(); ++j) {
      const Pair key = {static_cast<Code>(i), static_cast<Code>(j)};
      const double x = tables.value(key[0]), y = tables.value(key[1]);
      if (x < 0 || (x == 0 && y <= 0) || x * x + y * y > 1) continue;  // values of 8 bits: exact
      for (std::size_t b = 0; b < tables.size(); ++b) {
        const double beta = tables.value(static_cast<Code>(b));
        if (beta > 0 && beta <= beta_most) letters.emplace_back(key, static_cast<Code>(b));
      }
    }
  }
  ChunkCensus census;
  census.letters = letters.size();
  const double values = static_cast<double>(tables.size());
  const double orbits = static_cast<double>(letters.size()) * values * values * values * values;
  if (orbits > static_cast<double>(most)) return {};
  census.orbits = static_cast<std::uint64_t>(orbits);
  Census all(tables, chunk, modulus);
  for (const auto& [key, beta] : letters) {
    if (limits.is_over()) return {};
    census.left += all.is_left(key, beta) ? 1 : 0;
  }
  return census;
}

}  // namespace statewright::proofs
