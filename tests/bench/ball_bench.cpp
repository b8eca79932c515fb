// Enclosing a recurrence h <- A h with a random orthogonal A of doubles: one radius for the whole
// vector, beside balls entry by entry (plain Arb), which lose everything after some tens of steps.
// The inputs are those of the study that set the aim: 10^6 steps, n = 16, radius <= 1e-9, <= 6 s.

#include <cmath>
#include <cstring>
#include <numbers>

#include "core/number/ball.hpp"
#include "core/number/flint.hpp"
#include "core/number/format.hpp"
#include "tests/bench/table.hpp"
#include "tests/core/seeded.hpp"
namespace {

using namespace statewright::core;
using namespace statewright::bench;
using namespace statewright::seeded;

/// Steps of plain Arb until an entry's radius is 1, and microseconds a step.
std::pair<int, double> entry_by_entry(const std::vector<double>& a, std::size_t n, slong p) {
  arb_mat_t A, h;
  arb_mat_init(A, static_cast<slong>(n), static_cast<slong>(n));
  arb_mat_init(h, static_cast<slong>(n), 1);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      arb_set_d(arb_mat_entry(A, static_cast<slong>(i), static_cast<slong>(j)), a[i * n + j]);
    }
    arb_set_d(arb_mat_entry(h, static_cast<slong>(i), 0), 1.0 / static_cast<double>(i + 1));
  }
  const double begin = cpu_ms();
  int steps = 0;
  for (bool wide = false; !wide && steps < 200'000; ++steps) {
    arb_mat_mul(h, A, h, p);
    for (std::size_t i = 0; i < n; ++i) {
      wide =
          wide || mag_cmp_2exp_si(arb_radref(arb_mat_entry(h, static_cast<slong>(i), 0)), 0) >= 0;
    }
  }
  const double micros = 1e3 * (cpu_ms() - begin) / steps;
  arb_mat_clear(A);
  arb_mat_clear(h);
  return {steps, micros};
}

}  // namespace

int main(int argc, char** argv) {
  const bool smoke = argc > 1 && std::strcmp(argv[1], "--smoke") == 0;
  const int steps = smoke ? 10'000 : 1'000'000;
  Table table("Enclosing " + std::to_string(steps) + " steps of an orthogonal recurrence",
              {"n, bits", "us/step", "seconds", "final radius", "Arb entry by entry: dies after",
               "us/step"});
  for (const std::size_t n : {2, 4, 16}) {
    const std::vector<double> a = orthogonal(n);
    Matrix<Real> A(n, n);
    std::vector<Real> h;
    for (std::size_t i = 0; i < n * n; ++i) A.entries()[i] = exact_value(a[i]);
    for (std::size_t i = 0; i < n; ++i)
      h.emplace_back(exact_value(1.0 / static_cast<double>(i + 1)));
    for (const int p : {53, 128}) {
      const BallMap map(A, {}, p);
      {  // verify before timing: 40 exact steps stay inside
        Ball ball(h, p);
        std::vector<Real> x = h;
        for (int t = 0; t < (n == 16 ? 4 : 20); ++t) {
          map.apply(ball);
          std::vector<Real> next(n);
          for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < n; ++j) next[i] += A(i, j) * x[j];
          }
          x = std::move(next);
          verify(ball.contains(x), "enclosure");
        }
      }
      Ball ball(h, p);
      const double begin = cpu_ms();
      for (int t = 0; t < steps; ++t) map.apply(ball);
      const double ms = cpu_ms() - begin;
      const auto [died, micros] = entry_by_entry(a, n, p);
      char radius[32];
      std::snprintf(radius, sizeof radius, "%.2g", ball.radius());
      table.add({"n = " + std::to_string(n) + ", " + std::to_string(p), number(1e3 * ms / steps),
                 number(ms / 1e3), radius, std::to_string(died) + " steps", number(micros)});
    }
  }
  table.print();
}
