// A relaxation oscillator made of absorption: in floating-point numbers what is small beside
// something large is lost, and that lets one factor I - b k k^T with 0 <= b <= 1 count modulo m, in
// chunks of any length, as far as the format's bits reach.
//
// The state is (x, o, l, -l, c), of which only x ever moves: b is so small (about 2^-p) that b u
// k_r is below half a unit of the other coordinates, and fl(u - fl(G w)) = u, so that all letters
// of a chunk have the same w = fl(b u), u being k . S for the state S at the chunk's start. Its sum
// is
//   u = fl(fl(fl(fl(k_1 x + g/2) + L) - L) + B),   L = fl(k_3 l), g = ulp(L),
// where fl(.. + L) - L is g if k_1 x + g/2 is above g/2, and 0 if it is below: u is one of two
// numbers, g + B > 0 and B < 0. With B = -(m - 1)/m g, and parameters among which rounding makes
// the ratio exact, each letter then takes one step d away from x, or adds m - 1 steps. Either way x
// / d goes down by 1 modulo m, for every letter, so that x tells how many there were; and x stays
// between m * C neighbouring multiples of d.
//
// Energy arguments do not exclude that: a step is b times the rounding error of k . S, which is of
// the size of ulp(L), and no larger than the error of the new state.

#include "proofs_check/theorems/relaxation.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "core/number/round.hpp"

namespace statewright::proofs {
namespace {

using core::Rational;
using core::Transition;
using Vector = std::vector<double>;

class Design {
 public:
  Design(const core::Format& format, std::size_t letters, std::size_t modulus)
      : format_(format), fl_(format), letters_(letters), modulus_(modulus) {}

  std::optional<ChunkCount> find() {
    const int p = format_.precision();
    // L below a quarter of the largest value, and its unit not far from 1.
    const int scale = std::min(4, format_.emax() - p - 1);
    g_ = std::ldexp(1.0, scale);
    l_ = std::ldexp(1.25, p + scale);
    const double exact = -g_ * static_cast<double>(modulus_ - 1) / static_cast<double>(modulus_);
    const double near = core::round_exact(exact, format_);
    const Vector biases = {near, next(near, true), next(near, false)};
    for (double k = core::round_exact(0.75, format_); k > 0.3; k = next(k, false)) {
      for (double b = std::ldexp(1.0, -p); b >= std::ldexp(1.0, -p - 3); b = next(b, false)) {
        for (const double bias : biases) {
          if (!has_steps(k, b, bias)) continue;
          if (auto count = closed(k, b, bias)) return count;
        }
      }
    }
    return {};
  }

 private:
  double next(double x, bool up) const {
    return up ? core::next_above(format_, x).value() : core::next_below(format_, x).value();
  }

  /// Whether both steps are as they should be: one power of two down, modulus - 1 of them up.
  bool has_steps(double k, double b, double bias) {
    const double down = fl_.mul(k, fl_.mul(b, fl_.add(g_, bias)));
    const double up = fl_.mul(k, fl_.mul(b, bias));
    int exponent = 0;
    step_ = down;
    return down > 0 && std::frexp(down, &exponent) == 0.5 &&
           up == -static_cast<double>(modulus_ - 1) * down;
  }

  std::optional<ChunkCount> closed(double k, double b, double bias) const {
    // The other keys: 1/4 where g / 2 and the bias are, the rest of the norm for l and -l.
    const double kept = 1 - k * k - 2.0 / 16;
    if (kept <= 0) return {};
    double large = core::round_exact(std::sqrt(kept / 2), format_);
    while (2 * large * large > kept) large = next(large, false);  // products of few bits: exact
    const Vector key = {k, 0.25, large, large, 0.25};
    const ChunkWalker walker({key}, {b}, format_);
    Vector start = {0, 2 * g_, l_, -l_, 4 * bias};
    const auto is_above = [&](double x) {
      start[0] = x;
      return walker.dot(key, start) > 0;
    };
    // The least multiple of the step above the threshold.
    const double most = std::ldexp(step_, format_.precision());
    double x = -most;
    while (x < most && !is_above(x)) x += step_;
    start[0] = x;
    const Transition letter = letter_of(key, b);
    auto count = chunk_count(walker, letter, start, letters_, modulus_, letters_ * modulus_ + 1);
    if (!count) return {};
    for (const Vector& state : count->states) {
      for (std::size_t r = 1; r < state.size(); ++r) {
        if (state[r] != start[r]) return {};
      }
    }
    return count;
  }

  static Transition letter_of(const Vector& key, double b) {
    core::Householder factor;
    Rational square = 0;
    for (const double x : key) {
      const Rational entry = core::exact_value(x);
      square += entry * entry;
      factor.v.emplace_back(entry);
    }
    factor.beta = core::exact_value(b) * square;
    return {core::GhProduct{{std::move(factor)}}, {}};
  }

  core::Format format_;
  core::Arithmetic fl_;
  std::size_t letters_, modulus_;
  double g_ = 1, l_ = 1, step_ = 0;
};

}  // namespace

std::optional<ChunkCount> relaxation_count(const core::Format& format, std::size_t letters,
                                           std::size_t modulus) {
  const bool fits = format.precision() < 50 &&
                    static_cast<double>(letters * modulus) <= std::ldexp(1.0, format.precision());
  if (format.is_fixed() || format.is_stochastic() || !fits) return {};
  return Design(format, letters, modulus).find();
}

}  // namespace statewright::proofs
