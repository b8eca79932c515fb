#include "proofs_check/theorems/families.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/number/round.hpp"

namespace statewright::proofs {
namespace {

using automata::SplitMix64;
using core::Dense;
using core::Diagonal;
using core::Format;
using core::GhProduct;
using core::Householder;
using core::Matrix;
using core::Rational;
using core::Real;
using core::Transition;

double uniform(SplitMix64& random, double low, double high) {
  return low + (high - low) * (static_cast<double>(random() >> 11U) * 0x1p-53);
}

double drawn(SplitMix64& random, double low, double high, const Format& format) {
  return core::round_exact(uniform(random, low, high), format);
}

/// I - b k k^T with |k| at most 1 and nearly 1, as implementations round a normalised key, and b in
/// [0, most], often `most`.
std::optional<Householder> delta_factor(SplitMix64& random, std::size_t n, const Format& format,
                                        double most = 1) {
  std::vector<double> key(n);
  double square = 0;
  for (double& x : key) {
    x = uniform(random, -1, 1);
    square += x * x;
  }
  if (square == 0) return {};
  Householder factor;
  Rational length = 0;
  for (double& x : key) {
    const Rational entry = core::exact_value(core::round_exact(x / std::sqrt(square), format));
    length += entry * entry;
    factor.v.emplace_back(entry);
  }
  if (length == 0 || length > 1) return {};
  const double b = random() % 2 == 0 ? most : drawn(random, 0, most, format);
  factor.beta = core::exact_value(b) * length;
  return factor;
}

auto delta_product(std::size_t factors, double most = 1) {
  return [factors, most](SplitMix64& random, std::size_t n, const Format& format) {
    GhProduct product;
    for (std::size_t f = 0; f < factors; ++f) {
      auto factor = delta_factor(random, n, format, most);
      if (!factor) return std::optional<Transition>{};
      product.factors.push_back(*std::move(factor));
    }
    return std::optional<Transition>{Transition{std::move(product), {}}};
  };
}

/// (I - b k k^T) diag(a), 0 <= a <= 1, as a matrix; all a equal unless `channels`.
auto gated(bool channels) {
  return [channels](SplitMix64& random, std::size_t n,
                    const Format& format) -> std::optional<Transition> {
    const auto factor = delta_factor(random, n, format);
    if (!factor) return {};
    Matrix<Real> a = core::to_matrix(*factor);
    Real gate;
    for (std::size_t j = 0; j < n; ++j) {
      if (j == 0 || channels) gate = core::exact_value(drawn(random, 0, 1, format));
      for (std::size_t i = 0; i < n; ++i) a(i, j) = a(i, j) * gate;
    }
    return Transition{Dense{std::move(a)}, {}};
  };
}

std::optional<Transition> diagonal(SplitMix64& random, std::size_t n, const Format& format,
                                   double low) {
  Diagonal result;
  for (std::size_t i = 0; i < n; ++i) {
    result.entries.emplace_back(core::exact_value(drawn(random, low, 1, format)));
  }
  return Transition{std::move(result), {}};
}

/// A h + B with a 2 x 2 matrix A that has both eigenvalues real and in [0, 1], of norm at most 1 if
/// asked. Decided exactly: discriminant, determinant, trace and the values of the characteristic
/// polynomial at 1 and of that of A^T A.
std::optional<Transition> plane(SplitMix64& random, const Format& format, bool contraction) {
  // Schur's form, turned: eigenvalues on the diagonal, what makes A asymmetric above it.
  const double x = uniform(random, 0, 1), y = uniform(random, 0, 1);
  const double most = contraction ? std::sqrt((1 - x * x) * (1 - y * y)) : 4;
  const double above = uniform(random, -most, most);
  const double turn = uniform(random, 0, 3.1415926535897932);
  const double c0 = std::cos(turn), s0 = std::sin(turn);
  const std::vector<double> turned = {
      c0 * (c0 * x - s0 * above) + s0 * s0 * y, c0 * (s0 * x + c0 * above) - s0 * c0 * y,
      s0 * (c0 * x - s0 * above) - c0 * s0 * y, s0 * (s0 * x + c0 * above) + c0 * c0 * y};
  std::vector<double> e;
  e.reserve(turned.size());
  for (const double entry : turned) e.push_back(core::round_exact(entry, format));
  const auto q = [&](std::size_t i) { return core::exact_value(e[i]); };
  const Rational a = q(0), b = q(1), c = q(2), d = q(3);
  const Rational trace = a + d, det = a * d - b * c;
  if (det < 0 || 1 - trace + det < 0 || trace * trace < 4 * det) return {};
  if (contraction) {
    const Rational frobenius = a * a + b * b + c * c + d * d;
    if (frobenius > 2 || 1 - frobenius + det * det < 0) return {};
  }
  Matrix<Real> A(2, 2), B(2, 1);
  for (std::size_t i = 0; i < 4; ++i) A.entries()[i] = q(i);
  for (Real& entry : B.entries()) entry = core::exact_value(drawn(random, -1, 1, format));
  return Transition{Dense{std::move(A)}, std::move(B)};
}

Transition flip(bool as_factor) {
  if (as_factor) return {GhProduct{{Householder{2, {1}}}}, {}};
  return {Diagonal{{-1}}, {}};
}

/// The cycle of three coordinates as two reflections.
Transition three_cycle() {
  const std::vector<std::uint32_t> shift = {1, 2, 0};
  return {GhProduct{core::reflections_of(shift)}, {}};
}

/// Letter 1 swaps the first two of three numbers after odd numbers of ones and the last two after
/// even ones, as the layer before tells: the one among zeros is in the middle after 3 k ones (two
/// layers of single reflections turn: Theorem 6 of Grazzi et al.).
core::Model two_reflections() {
  core::Model model;
  model.letters = core::Alphabet({"0", "1"});
  model.labels = {"reject", "accept"};
  core::Layer parity;
  parity.n = 1;
  parity.reads = {core::Source{}};
  parity.start = Matrix<Real>::column({1});
  parity.table = {Transition{GhProduct{}, {}}, flip(true)};
  parity.readout = {Matrix<Real>(2, 1), std::vector<Real>(2)};
  parity.readout.W(0, 0) = 1;
  parity.readout.W(1, 0) = -1;
  core::Layer turn;
  turn.n = 3;
  turn.reads = {core::Source{}, core::Source{0}};
  turn.start = Matrix<Real>::column({0, 1, 0});
  const Transition stay{GhProduct{}, {}}, first{GhProduct{{Householder{2, {1, -1, 0}}}}, {}},
      last{GhProduct{{Householder{2, {0, 1, -1}}}}, {}};
  turn.table = {stay, stay, last, first};
  turn.readout = {Matrix<Real>(2, 3), std::vector<Real>(2)};
  turn.readout.W(0, 0) = turn.readout.W(0, 2) = turn.readout.W(1, 1) = 1;
  model.layers = {std::move(parity), std::move(turn)};
  model.about.language = "mod:3";
  return model;
}

std::vector<Family> all() {
  std::vector<Family> list;
  list.push_back(
      {.id = "diagonal01",
       .name = "diagonal [0,1]",
       .transitions = "diag(a), 0 <= a <= 1 (Mamba, GLA, mLSTM, RetNet)",
       .nonnegative = true,
       .triangular = true,
       .draw = [](SplitMix64& r, std::size_t n, const Format& f) { return diagonal(r, n, f, 0); },
       .sizes = {1}});
  list.push_back(
      {.id = "diagonal11",
       .name = "diagonal [-1,1]",
       .transitions = "diag(a), -1 <= a <= 1",
       .contains = {"diagonal01"},
       .triangular = true,
       .draw = [](SplitMix64& r, std::size_t n, const Format& f) { return diagonal(r, n, f, -1); },
       .sizes = {1},
       .alternating = flip(false)});
  list.push_back({.id = "deltanet01",
                  .name = "DeltaNet [0,1]",
                  .transitions = "I - b k k^T, |k| <= 1 (a rounded unit key), 0 <= b <= 1",
                  .nonnegative = true,
                  .draw = delta_product(1),
                  .sizes = {2, 3, 4}});
  list.push_back({.id = "gated01",
                  .name = "Gated DeltaNet [0,1]",
                  .transitions = "a (I - b k k^T), 0 <= a <= 1",
                  .contains = {"deltanet01"},
                  .nonnegative = true,
                  .draw = gated(false)});
  list.push_back({.id = "kda01",
                  .name = "KDA [0,1]",
                  .transitions = "(I - b k k^T) diag(a), 0 <= a <= 1",
                  .contains = {"gated01", "deltanet01", "diagonal01"},
                  .nonnegative = true,
                  .draw = gated(true)});
  list.push_back({.id = "deltaproduct2_01",
                  .name = "DeltaProduct [0,1], 2 factors",
                  .transitions = "two factors I - b k k^T, 0 <= b <= 1",
                  .contains = {"deltanet01"},
                  .nonnegative = true,
                  .draw = delta_product(2),
                  .sizes = {2, 3, 4}});
  list.push_back({.id = "deltaproduct3_01",
                  .name = "DeltaProduct [0,1], 3 factors",
                  .transitions = "three factors I - b k k^T, 0 <= b <= 1",
                  .contains = {"deltaproduct2_01", "deltanet01"},
                  .draw = delta_product(3),
                  .sizes = {2, 3, 4}});
  list.push_back({.id = "deltanet11",
                  .name = "DeltaNet [-1,1], one layer",
                  .transitions = "I - b k k^T, 0 <= b <= 2",
                  .contains = {"deltanet01"},
                  .draw = delta_product(1, 2),
                  .sizes = {2, 3, 4},
                  .alternating = flip(true),
                  .one_layer = true});
  list.push_back(
      {.id = "deltanet_open",
       .name = "DeltaNet (-1,1], one layer",
       .transitions = "I - b k k^T, 0 <= b < 2 (2 sigmoid, which never reaches 2)",
       .contains = {"deltanet01"},
       .draw = [](SplitMix64& r, std::size_t n, const Format& f) -> std::optional<Transition> {
         auto factor = delta_factor(r, n, f, 2);
         if (!factor) return {};
         if (factor->beta >= 2) return {};
         return Transition{GhProduct{{*std::move(factor)}}, {}};
       },
       .sizes = {2, 3, 4},
       .one_layer = true});
  list.push_back({.id = "deltanet11_deep",
                  .name = "DeltaNet [-1,1], any depth",
                  .transitions = "I - b k k^T, 0 <= b <= 2",
                  .contains = {"deltanet11", "deltanet_open", "deltanet01"},
                  .draw = delta_product(1, 2),
                  .alternating = flip(true),
                  .deep = two_reflections()});
  list.push_back({.id = "deltaproduct2_11",
                  .name = "DeltaProduct [-1,1], 2 factors",
                  .transitions = "two factors I - b k k^T, 0 <= b <= 2",
                  .contains = {"deltanet11", "deltaproduct2_01"},
                  .draw = delta_product(2, 2),
                  .alternating = flip(true),
                  .turning = three_cycle()});
  list.push_back(
      {.id = "contraction2x2",
       .name = "any 2 x 2, eigenvalues in [0,1], norm <= 1",
       .transitions = "A with real eigenvalues in [0, 1] and |A| <= 1",
       .nonnegative = true,
       .draw = [](SplitMix64& r, std::size_t, const Format& f) { return plane(r, f, true); },
       .only_size = 2,
       .sizes = {2}});
  list.push_back(
      {.id = "any2x2",
       .name = "any 2 x 2, eigenvalues in [0,1]",
       .transitions = "A with real eigenvalues in [0, 1], of any norm",
       .contains = {"contraction2x2"},
       .nonnegative = true,
       .draw = [](SplitMix64& r, std::size_t, const Format& f) { return plane(r, f, false); },
       .only_size = 2,
       .sizes = {2}});
  return list;
}

}  // namespace

const std::vector<Family>& families() {
  static const std::vector<Family> list = all();
  return list;
}

const Family& family(std::string_view id) {
  const auto& list = families();
  const auto at =
      std::find_if(list.begin(), list.end(), [&](const Family& f) { return f.id == id; });
  if (at != list.end()) return *at;
  std::string ids;
  for (const Family& f : list) ids += (ids.empty() ? "" : ", ") + f.id;
  throw core::Error({core::Fault::range, "family", "one of " + ids, core::quoted(id), ""});
}

}  // namespace statewright::proofs
