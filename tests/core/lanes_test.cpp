#include "core/lrnn/lanes.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/lrnn/rounded.hpp"
#include "tests/catch.hpp"
#include "tests/core/sample_models.hpp"

using namespace statewright::core;

namespace {

struct Random {
  std::uint64_t state;

  std::uint64_t operator()() {
    state += 0x9E3779B97F4A7C15;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t n) { return (*this)() % n; }
};

/// 0, +-1, small fractions, and now and then something huge or tiny for the format.
Real parameter(Random& random, const Format& format) {
  const int sign = random.below(2) == 0 ? 1 : -1;
  switch (random.below(8)) {
    case 0:
      return 0;
    case 1:
      return sign;
    case 2: {
      const int range = format.is_fixed() ? 8 : std::min(format.emax(), 300);
      const int exponent = static_cast<int>(random.below(2 * static_cast<std::size_t>(range) + 9));
      return Rational(sign * static_cast<int>(random.below(100))) *
             power_of_two(exponent - range - 6);
    }
    default:
      return Rational(sign * static_cast<int>(random.below(200)),
                      1 + static_cast<int>(random.below(150)));
  }
}

Transition transition(Random& random, std::size_t n, std::size_t d, const Format& format) {
  const auto numbers = [&](std::size_t count) {
    std::vector<Real> values(count);
    for (Real& x : values) x = parameter(random, format);
    return values;
  };
  Transition result;
  switch (random.below(4)) {
    case 0:
      result.A = Diagonal{numbers(n)};
      break;
    case 1: {
      Matrix<Real> matrix(n, n);
      matrix.entries() = numbers(n * n);
      result.A = Dense{matrix};
      break;
    }
    default: {
      GhProduct product;
      for (std::size_t i = random.below(4); i > 0; --i) {
        Householder factor{parameter(random, format), numbers(n)};
        if (n > 1 && random.below(2) == 0) {  // a swap
          factor = {2, std::vector<Real>(n)};
          factor.v[0] = 1;
          factor.v[1 + random.below(n - 1)] = -1;
        }
        bool zero = true;
        for (const Real& v : factor.v) zero = zero && v == 0;
        if (zero) factor.v[0] = 3;
        product.factors.push_back(std::move(factor));
      }
      result.A = std::move(product);
    }
  }
  if (random.below(2) == 0) {
    result.B = Matrix<Real>(n, d);
    result.B->entries() = numbers(n * d);
  }
  return result;
}

Model random_model(Random& random, std::size_t n, std::size_t d, const Format& format) {
  Model model{Alphabet({"a", "b", "c"}), {"0", "1", "2"}, {}, {}};
  Layer layer;
  layer.n = n;
  layer.d = d;
  layer.reads = {Source{}};
  layer.start = Matrix<Real>(n, d);
  for (Real& x : layer.start.entries()) x = parameter(random, format);
  for (int i = 0; i < 3; ++i) layer.table.push_back(transition(random, n, d, format));
  if (random.below(4) == 0) {  // inputs that differ in B only
    for (Transition& t : layer.table) t.A = layer.table[0].A;
  }
  layer.readout = {Matrix<Real>(3, n * d), std::vector<Real>(3)};
  for (Real& x : layer.readout.W.entries()) x = parameter(random, format);
  for (Real& x : layer.readout.c) x = parameter(random, format);
  if (random.below(2) == 0) {  // ties
    for (std::size_t e = 0; e < n * d; ++e) layer.readout.W(2, e) = layer.readout.W(0, e);
    layer.readout.c[2] = layer.readout.c[0];
  }
  model.layers = {layer};
  return model;
}

/// A value of the format: any code, or a number of middling size.
double random_value(Random& random, const Format& format) {
  const Rounder round(format);
  const std::uint64_t bits = random();
  if (random.below(3) != 0) {
    return round(std::ldexp(static_cast<double>(static_cast<std::int64_t>(bits) >> 40), -22));
  }
  const int width = format.width();
  return round(decode(format, width == 64 ? bits : bits & ((std::uint64_t{1} << width) - 1)));
}

/// The specification, for one lane.
struct Reference {
  RoundedModel model;

  Matrix<double> next(const Matrix<double>& state, Letter letter) const {
    RoundedStep step;
    step.states = {state};
    step.emitted = {0};
    return model.next(step, letter).states[0];
  }
  std::uint32_t emitted_after(const Matrix<double>& state, Letter letter) const {
    RoundedStep step;
    step.states = {state};
    step.emitted = {0};
    return model.next(step, letter).emitted[0];
  }
};

struct Block {
  std::size_t width, lanes;
  std::vector<double> states;

  Block(std::size_t w, std::size_t l) : width(w), lanes(l), states(w * l) {}
  void set(std::size_t lane, const Matrix<double>& state) {
    for (std::size_t e = 0; e < width; ++e) states[e * lanes + lane] = state.entries()[e];
  }
};

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

std::string difference(const Block& ours, const Block& theirs) {
  for (std::size_t i = 0; i < ours.states.size(); ++i) {
    if (std::bit_cast<std::uint64_t>(ours.states[i]) ==
        std::bit_cast<std::uint64_t>(theirs.states[i])) {
      continue;
    }
    char text[120];
    std::snprintf(text, sizeof text, "entry %zu of lane %zu: %a, not %a", i / ours.lanes,
                  i % ours.lanes, ours.states[i], theirs.states[i]);
    return text;
  }
  return "none";
}

std::vector<Rounder::Width> widths() {
  std::vector<Rounder::Width> result = {Rounder::Width::baseline};
  if (Rounder::widest() != Rounder::Width::baseline) result.push_back(Rounder::Width::avx2);
  if (Rounder::widest() == Rounder::Width::avx512) result.push_back(Rounder::Width::avx512);
  return result;
}

/// Random layers and states: steps, emitted symbols, and rows, against the specification.
void compare(const std::string& arithmetic, std::uint64_t seed, std::size_t models,
             std::size_t lanes, std::size_t most_rows = 5) {
  const Semantics semantics = parse_semantics(arithmetic, "test");
  Random random{seed};
  for (std::size_t m = 0; m < models; ++m) {
    const std::size_t n = 1 + random.below(most_rows), d = 1 + random.below(2);
    const Model model = random_model(random, n, d, semantics.io);
    const Reference reference{RoundedModel(model, semantics)};
    const Layer& layer = model.layers[0];
    std::vector<Matrix<double>> states(lanes, Matrix<double>(n, d));
    Block before(n * d, lanes);
    std::vector<std::uint32_t> inputs(lanes);
    for (std::size_t l = 0; l < lanes; ++l) {
      for (double& x : states[l].entries()) x = random_value(random, semantics.state);
      before.set(l, states[l]);
      inputs[l] = static_cast<std::uint32_t>(random.below(3));
    }
    Block mixed(n * d, lanes), same(n * d, lanes);
    std::vector<std::uint32_t> emitted(lanes);
    const auto input = static_cast<Letter>(random.below(3));
    for (std::size_t l = 0; l < lanes; ++l) {
      mixed.set(l, reference.next(states[l], inputs[l]));
      same.set(l, reference.next(states[l], input));
      emitted[l] = reference.emitted_after(states[l], inputs[l]);
    }
    for (const Rounder::Width width : widths()) {
      const LaneLayer ours(layer, semantics, width);
      INFO(arithmetic << ", seed " << seed << ", model " << m << ", width "
                      << static_cast<int>(width) << ", " << lanes << " lanes");
      REQUIRE(ours.width() == n * d);
      REQUIRE(same_bits({ours.start().begin(), ours.start().end()},
                        reference.model.start().states[0].entries()));
      Block block = before;
      ours.step(input, block.states, lanes);
      INFO("one input, " << difference(block, same));
      REQUIRE(same_bits(block.states, same.states));
      block = before;
      ours.step(inputs, block.states, lanes);
      INFO("an input for each, " << difference(block, mixed));
      REQUIRE(same_bits(block.states, mixed.states));
      std::vector<std::uint32_t> symbols(lanes, 77);
      ours.read_out(block.states, lanes, symbols);
      REQUIRE(symbols == emitted);
    }
    std::vector<std::uint32_t> word(7);
    for (std::uint32_t& letter : word) letter = static_cast<std::uint32_t>(random.below(3));
    Matrix<double> state = states[0];
    for (const std::uint32_t letter : word) state = reference.next(state, letter);
    for (const Rounder::Width width : widths()) {
      std::vector<double> rows = states[0].entries();
      run_rows(layer, semantics, word, rows, width);
      INFO(arithmetic << ", rows, seed " << seed << ", model " << m << ", width "
                      << static_cast<int>(width));
      REQUIRE(same_bits(rows, state.entries()));
    }
  }
}

const std::vector<std::string> kArithmetics = {"bf16",
                                               "fp16",
                                               "e4m3",
                                               "e5m2",
                                               "tf32",
                                               "fp32",
                                               "fp64",
                                               "e2m1",
                                               "e4m3/sat",
                                               "fp16/sat",
                                               "bf16/sat",
                                               "bf16/rz",
                                               "bf16/ru",
                                               "bf16/rd",
                                               "bf16/rna",
                                               "bf16/ro",
                                               "fp16/rd",
                                               "fp16/rz",
                                               "fp32/ru",
                                               "fp32/rd",
                                               "e5m2/rd",
                                               "float:e=5,m=7,ftz",
                                               "float:e=7,m=10",
                                               "float:e=9,m=20",
                                               "fixed:i=4,f=12",
                                               "fixed:i=4,f=12,wrap",
                                               "fixed:i=6,f=6/rd",
                                               "mixed:state=fp32,io=bf16",
                                               "mixed:state=bf16,io=bf16,acc=fp32",
                                               "mixed:state=fp16,io=bf16,acc=fp32,readout=exact",
                                               "mixed:state=e4m3,io=e4m3,acc=fp32",
                                               "mixed:state=bf16,io=e5m2,acc=fp16,readout=bf16",
                                               "mixed:state=fp32,io=fp32,acc=bf16",
                                               "mixed:state=tf32,io=bf16,acc=fp32,readout=exact",
                                               "mixed:state=bf16/rz,io=bf16,acc=fp32",
                                               "mixed:state=fp64,io=fp32,acc=fp64",
                                               "mixed:state=fp64,io=bf16,acc=fp32",
                                               "mixed:state=bf16,io=fp64,acc=bf16",
                                               "mixed:state=fp16/rd,io=fp16,acc=fp64",
                                               "mixed:state=fixed:i=4,f=12,io=bf16,acc=fp32",
                                               "mixed:state=float:e=5,m=10,ftz,io=fp16,acc=fp16",
                                               "mixed:state=bf16,io=bf16,readout=exact",
                                               "mixed:state=fp64,readout=exact",
                                               "mixed:state=e4m3,io=bf16,acc=bf16",
                                               "mixed:state=fp16,io=fp16,acc=tf32"};

}  // namespace

TEST_CASE("lanes: the bits of the specification in every format", "[core][quick]") {
  std::uint64_t seed = 1;
  for (const std::string& arithmetic : kArithmetics) {
    compare(arithmetic, seed++, 8, 3);
    compare(arithmetic, seed++, 4, 64);
    compare(arithmetic, seed++, 4, 1);
  }
}

TEST_CASE("lanes: many rows, many lanes", "[core][quick]") {
  std::uint64_t seed = 500;
  for (const char* arithmetic : {"bf16", "fp16", "tf32", "fp64", "bf16/rd", "fixed:i=4,f=12"}) {
    compare(arithmetic, seed++, 3, 3, 40);
  }
  for (const char* arithmetic : {"bf16", "fp64"}) compare(arithmetic, seed++, 1, 1000);
}

TEST_CASE("lanes: exact readouts decide ties and near ties", "[core][quick]") {
  Layer layer;
  layer.n = 2;
  layer.reads = {Source{}};
  layer.start = Matrix<Real>::column({1, 1});
  layer.table = {{GhProduct{}, {}}};
  // 0: h0. 1: the same. 2: larger by h1 / 2^80. 3: larger by 2^-90, whatever h is.
  const Rational tiny = power_of_two(-80);
  layer.readout = {Matrix<Real>(4, 2), {0, 0, 0, power_of_two(-90)}};
  for (std::size_t k = 0; k < 4; ++k) layer.readout.W(k, 0) = 1;
  layer.readout.W(2, 1) = tiny;
  const Semantics semantics = parse_semantics("mixed:state=fp16,readout=exact", "test");
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> h0 = {1, 1, 1, -0.0, 60000, infinity, nan, 0x1p-24, 1};
  const std::vector<double> h1 = {1, -1, 0x1p-10, 0, -0x1p-24, 0, 1, 0x1p-9, infinity};
  const std::vector<std::uint32_t> expected = {2, 3, 2, 3, 3, 0, 0, 2, 0};
  std::vector<double> states = h0;
  states.insert(states.end(), h1.begin(), h1.end());
  for (const Rounder::Width width : widths()) {
    const LaneLayer lanes(layer, semantics, width);
    std::vector<std::uint32_t> emitted(h0.size());
    lanes.read_out(states, h0.size(), emitted);
    REQUIRE(emitted == expected);
  }
  // Scores that are equal numbers: the first of them.
  layer.readout.W(2, 1) = 0;
  layer.readout.c[3] = 0;
  std::vector<std::uint32_t> emitted(h0.size());
  LaneLayer(layer, semantics).read_out(states, h0.size(), emitted);
  REQUIRE(emitted == std::vector<std::uint32_t>(h0.size(), 0));
}

TEST_CASE("lanes: a long word", "[core][quick]") {
  Random random{9};
  const Semantics semantics = parse_semantics("bf16", "test");
  Model model = random_model(random, 4, 1, semantics.io);
  Layer& layer = model.layers[0];
  for (Transition& t : layer.table) {
    Dense dense{Matrix<Real>(4, 4)};
    for (Real& x : dense.matrix.entries()) {
      x = Rational(static_cast<int>(random.below(255)) - 127, 256);
    }
    t = {dense, Matrix<Real>::column({Rational(1, 2), Rational(1, 3), 0, Rational(-1, 5)})};
  }
  std::vector<std::uint32_t> word(5000);
  for (std::uint32_t& x : word) x = static_cast<std::uint32_t>(random.below(3));
  const LaneLayer lanes(layer, semantics);
  std::vector<double> one(lanes.start().begin(), lanes.start().end()), rows = one;
  for (const std::uint32_t x : word) lanes.step(x, one, 1);
  run_rows(layer, semantics, word, rows);
  const auto steps = simulate(RoundedModel(model, semantics), word);
  REQUIRE(same_bits(one, steps.back().states[0].entries()));
  REQUIRE(same_bits(rows, one));
}

TEST_CASE("lanes: what cannot run in lock-step, and sizes that do not fit", "[core][quick]") {
  const Layer layer = statewright::samples::s3().layers[0];
  for (const char* arithmetic :
       {"exact", "once:bf16", "cast:bf16", "chunk:bf16,C=4", "bf16/sr:1",
        "mixed:state=fp32,io=bf16,acc=hopper", "mixed:state=bf16/sr:1,acc=fp32"}) {
    const Semantics semantics = parse_semantics(arithmetic, "test");
    INFO(arithmetic);
    try {
      const LaneLayer lanes(layer, semantics);
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.facts().fault == Fault::unsupported);
      CHECK(error.facts().found.find(semantics.id()) != std::string::npos);
    }
    CHECK_THROWS_AS(run_rows(layer, semantics, {}, {}), Error);
  }
  const Semantics semantics = parse_semantics("bf16", "test");
  const LaneLayer lanes(layer, semantics);
  std::vector<double> states(6), few(5);
  std::vector<std::uint32_t> inputs = {0, 6}, symbols(1);
  CHECK_THROWS_AS(lanes.step(0, few, 2), Error);
  CHECK_THROWS_AS(lanes.step(6, states, 2), Error);
  CHECK_THROWS_AS(lanes.step(inputs, states, 2), Error);
  CHECK_THROWS_AS(lanes.read_out(states, 2, symbols), Error);
  CHECK_THROWS_AS(run_rows(layer, semantics, inputs, few), Error);
}

TEST_CASE("lanes: many random layers", "[core][.long]") {
  std::uint64_t seed = 1000;
  for (const std::string& arithmetic : kArithmetics) {
    for (const std::size_t lanes : {1, 3, 64, 1000}) {
      compare(arithmetic, seed++, lanes == 1000 ? 10 : 200, lanes);
    }
  }
}
