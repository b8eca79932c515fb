// Which contractions X are products of rank(X - I) factors, wall_form.cpp says: those whose pencil
// has real eigenvalues. For another contraction A some product of reflections S makes S A such an
// X, because the positive semidefinite factor P of the polar decomposition A = Q P is one. Two
// searches:
//
//   - few reflections: of some hundred short vectors the one that leaves the fewest eigenvalues
//   that
//     are not real, again and again. The first is enough for most A.
//   - towards P: reflections that send the columns of Q to those of the identity. Their vectors are
//     rounded, so that P is not reached; but where the eigenvalues of P are distinct those of the
//     pencil stay real nearby.

#include "proofs_check/theorems/reflection_search.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <tuple>
#include <utility>

#include "core/linalg/exact.hpp"
#include "proofs_check/theorems/polar_hint.hpp"

namespace statewright::proofs {

using core::Matrix;
using core::Rational;

namespace {

using Vector = std::vector<Rational>;

// Reflections tried in front of a contraction: fewer for large ones, whose pencils take longer.
constexpr std::size_t kReflections = 4000, kFewest = 40, kMost = 300;
// Pencils computed at most, times n^4: some seconds at any size.
constexpr std::size_t kTries = 2'000'000;

std::uint64_t split_mix(std::uint64_t& state) {
  state += 0x9E3779B97F4A7C15;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

/// C A for the reflection along v.
Matrix<Rational> reflected(const Vector& v, Matrix<Rational> a) {
  const Rational scale = Rational(2) / core::dot(v, v);
  for (std::size_t j = 0; j < a.columns(); ++j) {
    Rational along = 0;
    for (std::size_t i = 0; i < a.rows(); ++i) along += v[i] * a(i, j);
    along *= scale;
    if (along == 0) continue;
    for (std::size_t i = 0; i < a.rows(); ++i) a(i, j) -= along * v[i];
  }
  return a;
}

/// Vectors with entries in {-1, 0, 1} up to sign, the shortest first, then random ones with entries
/// in {-5, .., 5}: `count` of them, always the same.
std::vector<Vector> small_vectors(std::size_t n, std::size_t count) {
  std::vector<Vector> found;
  for (std::size_t weight = 1; weight <= n && found.size() < count; ++weight) {
    std::vector<std::size_t> place(weight);
    std::iota(place.begin(), place.end(), std::size_t{0});
    for (;;) {
      for (std::size_t signs = 0; signs < (std::size_t{1} << (weight - 1)); ++signs) {
        if (found.size() >= count) return found;
        Vector v(n);
        for (std::size_t i = 0; i < weight; ++i) {
          v[place[i]] = i > 0 && ((signs >> (i - 1)) & 1U) != 0 ? -1 : 1;
        }
        found.push_back(std::move(v));
      }
      std::size_t i = weight;
      while (i > 0 && place[i - 1] == n - weight + i - 1) --i;
      if (i == 0) break;
      ++place[i - 1];
      for (std::size_t j = i; j < weight; ++j) place[j] = place[j - 1] + 1;
    }
  }
  std::uint64_t state = n;
  while (found.size() < count) {
    Vector v(n);
    for (Rational& entry : v) entry = static_cast<int>(split_mix(state) % 11) - 5;
    v[split_mix(state) % n] = 5;
    found.push_back(std::move(v));
  }
  return found;
}

/// Reflections in front until the pencil has real eigenvalues: each time the one of those tried
/// that leaves the fewest pairs that are not real, then the fewest factors, then rational
/// eigenvalues, then the first. Nothing if that takes `most` factors or more than the tries that n
/// allows.
std::optional<Prefixed> with_small_reflections(const Matrix<Rational>& a, std::size_t most,
                                               const core::Limits& limits) {
  const std::size_t n = a.rows();
  const std::vector<Vector> vectors =
      small_vectors(n, std::clamp(kReflections / (n * n), kFewest, kMost));
  std::size_t tries = kTries / (n * n * n * n);
  core::Meter meter(limits, "reflections");
  Prefixed current{{}, a, {}};
  while (current.reflections.size() < n) {
    std::optional<Prefixed> best;
    const auto rank_of = [](const Prefixed& one) {
      return std::tuple(one.wall.complex_pairs(), one.wall.rank(), !one.wall.rational());
    };
    for (const Vector& v : vectors) {
      if (meter.check_time(0) || tries-- == 0) return {};
      Prefixed next{current.reflections, reflected(v, current.rest), {}};
      next.reflections.push_back(v);
      next.wall = wall_form(next.rest);
      if (best && rank_of(next) >= rank_of(*best)) continue;
      best = std::move(next);
    }
    if (!best || best->factors() >= most) return {};
    current = std::move(*best);
    if (current.wall.attained()) return current;
  }
  return {};
}

/// Reflections that lead towards the positive definite polar factor, until the pencil has real
/// eigenvalues: near a symmetric matrix with distinct eigenvalues it has. Nothing if that takes
/// `most` factors or more.
std::optional<Prefixed> with_polar_reflections(const Matrix<Rational>& a, std::size_t most,
                                               const core::Limits& limits) {
  core::Meter meter(limits, "reflections");
  Prefixed current{{}, a, {}};
  for (Vector& v : polar_reflections(a)) {
    if (meter.check_time(0)) return {};
    current.rest = reflected(v, std::move(current.rest));
    current.reflections.push_back(std::move(v));
    current.wall = wall_form(current.rest);
    if (current.factors() >= most) return {};
    if (current.wall.attained()) return current;
  }
  return {};
}

}  // namespace

std::optional<Prefixed> find_reflections(const Matrix<Rational>& a, std::size_t most,
                                         const core::Limits& limits) {
  auto best = with_small_reflections(a, most, limits);
  if (auto other = with_polar_reflections(a, best ? best->factors() : most, limits)) {
    best = std::move(other);
  }
  return best;
}

}  // namespace statewright::proofs
