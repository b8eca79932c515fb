// The recurrence P(n) with every operation rounded: h <- fl-by-fl A h + x_t b, A a random
// orthogonal matrix shrunk a little, x_t random bits, 2 n^2 rounded operations a step. One word
// through the specification, through MPFR and with rows in vectors; 64 words in lock-step; plain
// doubles beside them. The states after 10^6 steps are compared with published ones before anything
// is timed.

#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "core/lrnn/lanes.hpp"
#include "core/lrnn/rounded.hpp"
#include "core/number/round.hpp"
#include "tests/bench/table.hpp"
#include "tests/core/seeded.hpp"
#ifdef STATEWRIGHT_HAS_MPFR
#include <mpfr.h>
#endif

namespace {

using namespace statewright::core;
using namespace statewright::bench;
using namespace statewright::seeded;

/// Times 31/32, so that the recurrence forgets its start.
Matrix<double> shrunk_orthogonal(std::size_t n) {
  Matrix<double> a(n, n);
  a.entries() = orthogonal(n);
  for (double& x : a.entries()) x *= 0.96875;
  return a;
}

/// P(n) as a model of one layer; letter x adds x b.
Model recurrence(std::size_t n, const Format& format) {
  Model model{Alphabet({"0", "1"}), {"low", "high"}, {}, {}};
  Layer layer;
  layer.n = n;
  layer.reads = {Source{}};
  layer.start = Matrix<Real>(n, 1);
  const Rounder round(format);
  const auto rounded = [&](double x) { return Real(exact_value(round(x))); };
  Dense dense{Matrix<Real>(n, n)};
  const Matrix<double> a = shrunk_orthogonal(n);
  Matrix<Real> b(n, 1);
  for (std::size_t i = 0; i < n * n; ++i) dense.matrix.entries()[i] = rounded(a.entries()[i]);
  for (std::size_t i = 0; i < n; ++i) {
    b(i, 0) = rounded(1.0 / static_cast<double>(i + 2));
    layer.start(i, 0) = rounded(1.0 / static_cast<double>(i + 1));
  }
  layer.table = {{dense, Matrix<Real>(n, 1)}, {dense, b}};
  layer.readout = {Matrix<Real>(2, n), std::vector<Real>(2)};
  layer.readout.W(1, 0) = 1;
  model.layers = {layer};
  return model;
}

std::vector<std::uint32_t> bits(std::size_t count, std::uint64_t seed) {
  std::vector<std::uint32_t> word(count);
  for (std::uint32_t& x : word) x = static_cast<std::uint32_t>(splitmix(seed) & 1);
  return word;
}

/// The parameters of the layer as doubles, for the contestants that are not ours.
struct Plain {
  std::size_t n;
  std::vector<double> A, b, start;

  explicit Plain(const Layer& layer) : n(layer.n) {
    const Format fp64 = parse_format("fp64", "bench");
    for (const Real& x : std::get<Dense>(layer.table[0].A).matrix.entries()) {
      A.push_back(round_exact(x, fp64));
    }
    for (const Real& x : layer.table[1].B->entries()) b.push_back(round_exact(x, fp64));
    for (const Real& x : layer.start.entries()) start.push_back(round_exact(x, fp64));
  }
};

std::vector<double> run_double(const Plain& p, const std::vector<std::uint32_t>& word) {
  std::vector<double> h = p.start, next(p.n);
  for (const std::uint32_t x : word) {
    for (std::size_t i = 0; i < p.n; ++i) {
      double s = p.A[i * p.n] * h[0];
      for (std::size_t j = 1; j < p.n; ++j) s += p.A[i * p.n + j] * h[j];
      next[i] = s + (x != 0 ? p.b[i] : 0.0);
    }
    h.swap(next);
  }
  return h;
}

#ifdef STATEWRIGHT_HAS_MPFR
/// As one writes it with MPFR: numbers of the format's precision and exponents, each result made
/// subnormal where it must.
std::vector<double> run_mpfr(const Plain& p, const Format& format,
                             const std::vector<std::uint32_t>& word) {
  const auto least = mpfr_get_emin(), most = mpfr_get_emax();
  mpfr_set_emin(format.emin() - format.precision() + 2);
  mpfr_set_emax(format.emax() + 1);
  const auto number = [&](double x) {
    mpfr_t value;
    mpfr_init2(value, format.precision());
    mpfr_set_d(value, x, MPFR_RNDN);
    return *value;
  };
  std::vector<__mpfr_struct> A, b, h, next;
  for (const double x : p.A) A.push_back(number(x));
  for (const double x : p.b) b.push_back(number(x));
  for (const double x : p.start) h.push_back(number(x));
  for (std::size_t i = 0; i < p.n; ++i) next.push_back(number(0));
  __mpfr_struct product = number(0);
  const __mpfr_struct none = number(0);
  for (const std::uint32_t x : word) {
    for (std::size_t i = 0; i < p.n; ++i) {
      mpfr_ptr s = &next[i];
      mpfr_subnormalize(s, mpfr_mul(s, &A[i * p.n], &h[0], MPFR_RNDN), MPFR_RNDN);
      for (std::size_t j = 1; j < p.n; ++j) {
        mpfr_subnormalize(&product, mpfr_mul(&product, &A[i * p.n + j], &h[j], MPFR_RNDN),
                          MPFR_RNDN);
        mpfr_subnormalize(s, mpfr_add(s, s, &product, MPFR_RNDN), MPFR_RNDN);
      }
      mpfr_subnormalize(s, mpfr_add(s, s, x != 0 ? &b[i] : &none, MPFR_RNDN), MPFR_RNDN);
    }
    h.swap(next);
  }
  std::vector<double> result;
  for (auto& x : h) result.push_back(mpfr_get_d(&x, MPFR_RNDN));
  for (auto* list : {&A, &b, &h, &next}) {
    for (auto& x : *list) mpfr_clear(&x);
  }
  mpfr_clear(&product);
  mpfr_clear(const_cast<__mpfr_struct*>(&none));
  mpfr_set_emin(least);
  mpfr_set_emax(most);
  return result;
}
#endif

std::vector<double> run_specification(const RoundedModel& model,
                                      const std::vector<std::uint32_t>& word) {
  RoundedStep step = model.start();
  for (const std::uint32_t x : word) step = model.next(step, x);
  return step.states[0].entries();
}

std::vector<double> run_rows_of(const Layer& layer, const Semantics& semantics,
                                const std::vector<std::uint32_t>& word) {
  const LaneLayer lanes(layer, semantics);
  std::vector<double> h(lanes.start().begin(), lanes.start().end());
  run_rows(layer, semantics, word, h);
  return h;
}

constexpr std::size_t kLanes = 64;

/// 64 words in lock-step, letter t of word l at inputs[64 t + l]. `alike`: all read what the first
/// reads.
std::vector<double> run_lanes(const LaneLayer& layer, std::span<const std::uint32_t> inputs,
                              bool alike) {
  std::vector<double> states;
  for (const double x : layer.start()) states.insert(states.end(), kLanes, x);
  for (std::size_t t = 0; t < inputs.size(); t += kLanes) {
    if (alike) {
      layer.step(inputs[t], states, kLanes);
    } else {
      layer.step(inputs.subspan(t, kLanes), states, kLanes);
    }
  }
  return states;
}

bool same(const std::vector<double>& a, const std::vector<double>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::bit_cast<std::uint64_t>(a[i]) != std::bit_cast<std::uint64_t>(b[i])) return false;
  }
  return a.size() == b.size();
}

struct Case {
  const char* format;
  std::size_t n;
  double final;  ///< h_0 after 10^6 steps
};

void simulate_table(bool smoke) {
#ifdef STATEWRIGHT_HAS_MPFR
  const std::string head = std::string("MPFR ") + mpfr_get_version();
#else
  const std::string head = "MPFR";
#endif
  const char* widths[] = {"baseline", "AVX2", "AVX-512"};
  Table table("P(n): ns a rounded operation, widest vectors here: " +
                  std::string(widths[static_cast<int>(Rounder::widest())]),
              {"format, n", "64 words, one input", "64 words", "one word, rows", "specification",
               "double", head, "million steps/s", "MPFR / 64 words"});
  const std::vector<Case> cases = {{"bf16", 4, -0x1.82p+0},
                                   {"bf16", 16, 0x1.0ap+0},
                                   {"fp16", 4, -0x1.7a4p+0},
                                   {"fp16", 16, 0x1.f8p-1}};
  const auto word = bits(1'000'000, 11);
  for (const Case& c : cases) {
    const std::string name = std::string(c.format) + ", " + std::to_string(c.n);
    const Format format = parse_format(c.format, "bench");
    const Semantics semantics = Semantics::in(format);
    const Model model = recurrence(c.n, format);
    const Layer& layer = model.layers[0];
    const RoundedModel specification(model, semantics);
    const LaneLayer lanes(layer, semantics);
    const Plain plain(layer);
    verify(run_rows_of(layer, semantics, word)[0] == c.final, name + ": 10^6 steps");
    const std::size_t steps = (smoke ? 4'000 : 40'000) / c.n;
    const std::vector<std::uint32_t> part(word.begin(),
                                          word.begin() + static_cast<std::ptrdiff_t>(steps));
    const auto reference = run_specification(specification, part);
    verify(same(run_rows_of(layer, semantics, part), reference), name + ": rows");
    // Rows get a longer word, so that preparing the layer does not count.
    const std::vector<std::uint32_t> longer(word.begin(),
                                            word.begin() + static_cast<std::ptrdiff_t>(20 * steps));
    const auto mixed = bits(steps * kLanes, 12);
    std::vector<std::uint32_t> of_first(steps);
    for (std::size_t t = 0; t < steps; ++t) of_first[t] = mixed[t * kLanes];
    const auto first = run_specification(specification, of_first);
    for (const bool alike : {false, true}) {
      const auto states = run_lanes(lanes, mixed, alike);
      for (std::size_t e = 0; e < c.n; ++e) {
        verify(states[e * kLanes] == first[e], name + ": 64 words");
      }
    }
    std::vector<std::function<void()>> contestants = {
        [&] { run_lanes(lanes, mixed, true); }, [&] { run_lanes(lanes, mixed, false); },
        [&] { run_rows_of(layer, semantics, longer); },
        [&] { run_specification(specification, part); }, [&] { run_double(plain, part); }};
#ifdef STATEWRIGHT_HAS_MPFR
    verify(same(run_mpfr(plain, format, part), reference), name + ": MPFR");
    contestants.emplace_back([&] { run_mpfr(plain, format, part); });
#endif
    const std::vector<double> times = interleaved(smoke ? 3 : 9, contestants);
    const double operations = 2.0 * static_cast<double>(c.n * c.n * steps);
    std::vector<double> each;
    for (const double ms : times) each.push_back(1e6 * ms / operations);
    each[0] /= kLanes;
    each[1] /= kLanes;
    each[2] /= 20;
    std::vector<std::string> row = {name};
    for (std::size_t i = 0; i < 5; ++i) row.push_back(number(each[i]));
    row.push_back(each.size() > 5 ? number(each[5]) : "not installed");
    row.push_back(number(static_cast<double>(steps * kLanes) / (1e3 * times[0])));
    row.push_back(each.size() > 5 ? ratio(each[5], each[0]) : "");
    table.add(std::move(row));
  }
  table.print();
}

}  // namespace

int main(int argc, char** argv) {
  const bool smoke = smoke_asked(argc, argv);
  print_machine(smoke);
  simulate_table(smoke);
  return 0;
}
