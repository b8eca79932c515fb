#include "core/lrnn/rounded.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/lrnn/mpfr_replay.hpp"
#include "core/lrnn/rounded_evaluator.hpp"
#include "core/lrnn/simulate.hpp"
#include "core/number/round.hpp"
#include "tests/catch.hpp"
#include "tests/core/rounded_models.hpp"

using namespace statewright::core;
using namespace statewright::samples;
namespace samples = statewright::samples;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// DeltaNet's factor I - beta k k^T with beta = 1 and k as stored: the scale is 1.
Transition delta_rule(const std::vector<double>& key) {
  Householder factor;
  for (const double entry : key) {
    factor.v.emplace_back(exact_value(entry));
    factor.beta += factor.v.back() * factor.v.back();
  }
  return {GhProduct{{factor}}, {}};
}

std::vector<Real> reals(const std::vector<double>& entries) {
  std::vector<Real> result;
  for (const double entry : entries) result.emplace_back(exact_value(entry));
  return result;
}

double after_recurrence(std::size_t n, const std::string& format, std::size_t steps) {
  const RoundedModel model(recurrence(n, format_of(format)), semantics_of(format));
  RoundedStep step = model.start();
  std::uint64_t s = 11;
  for (std::size_t t = 0; t < steps; ++t) {
    step = model.next(step, static_cast<Letter>(splitmix(s) & 1));
  }
  return step.states[0](0, 0);
}

}  // namespace

TEST_CASE("rounded: two steps of a rotation by hand", "[core][quick]") {
  const Real c = Cyclotomic::cosine(1, 5), s = Cyclotomic::sine(1, 5);
  const Model model = model_of(2, {1, 0}, {{Dense{matrix(2, 2, {c, -s, s, c})}, {}}});
  const auto steps = simulate(RoundedModel(model, semantics_of("bf16")), Word{0, 0});
  // c and s in bf16 are 158/512 and 243/256; c c = 195/2048, s s = 231/256, c s = 150/512.
  CHECK(values(steps[1]) == std::vector<double>{158.0 / 512, 243.0 / 256});
  CHECK(values(steps[2]) == std::vector<double>{-207.0 / 256, 150.0 / 256});
  CHECK(difference(steps, simulate_mpfr(model, semantics_of("bf16"), Word{0, 0})).empty());
}

TEST_CASE("rounded: parity stays exact in all formats and semantics", "[core][quick]") {
  const Model model = samples::parity();
  const Word word = letters_of(1, 40, 2);
  const auto exact = simulate(model, word);
  for (const NamedFormat& named : named_formats()) {
    for (const char* kind : {"", "once:", "cast:"}) {
      const std::string text = kind + std::string(named.name);
      CAPTURE(text);
      const auto steps = simulate(RoundedModel(model, semantics_of(text)), word);
      for (std::size_t t = 0; t <= word.size(); ++t) {
        REQUIRE(steps[t].output == exact[t].output);
        REQUIRE(Real(exact_value(steps[t].states[0](0, 0))) == exact[t].states[0](0, 0));
      }
    }
  }
}

TEST_CASE("rounded: cycles that rounding gives birth to", "[core][quick]") {
  // One letter, eigenvalues in [0, 1], and yet periods 2 and 3 (theory: impossible without
  // rounding).
  const Model two =
      model_of(2, reals({1.515625, -1.421875}), {delta_rule({-.68359375, -.7265625})});
  const auto a = simulate(RoundedModel(two, semantics_of("bf16")), Word(4, 0));
  CHECK(values(a[1]) == std::vector<double>{1.5078125, -1.4296875});
  CHECK(values(a[2]) == std::vector<double>{1.515625, -1.421875});
  CHECK(values(a[3]) == values(a[1]));

  const Model three = model_of(4, reals({-.1875, -.765625, 1.75, -.2490234375}),
                               {delta_rule({-.828125, -.466796875, -.302734375, -.06689453125})});
  const auto b = simulate(RoundedModel(three, semantics_of("bf16")), Word(6, 0));
  CHECK(values(b[1])[0] == -.189453125);
  CHECK(values(b[2])[0] == -.1884765625);
  CHECK(values(b[3]) == values(b[0]));
  CHECK(values(b[5]) == values(b[2]));
}

TEST_CASE("rounded: stepwise has MPFR's bits on random networks", "[core][quick]") {
  for (const std::string text :
       {"bf16", "fp16", "tf32", "fp32", "fp64", "e5m2", "e4m3", "e4m3/sat", "e3m2", "e2m1",
        "bf16/rz", "fp16/ru", "bf16/rd", "e4m3/ru", "e5m2/rz/sat", "fp32/rd", "float:e=4,m=5,ftz",
        "float:e=9,m=24", "mixed:state=fp32,io=bf16", "mixed:state=bf16,io=fp16,acc=fp32/rz",
        "mixed:state=bf16,io=bf16,acc=fp32,readout=exact",
        "mixed:state=e4m3,io=e5m2,acc=fp16,readout=e5m2",
        // Operands that neither fp32's own arithmetic nor products in double can take.
        "mixed:state=fp64,io=fp64,acc=bf16", "mixed:state=fp64,io=fp64,acc=fp32",
        "mixed:state=float:e=8,m=24,acc=fp32", "mixed:state=fp64,io=fp32,acc=e4m3/rz"}) {
    const Semantics semantics = semantics_of(text);
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      CAPTURE(text, seed);
      const Model model = random_model(seed);
      const Word word = letters_of(seed, 24);
      const auto ours = simulate(RoundedModel(model, semantics), word);
      REQUIRE(difference(ours, simulate_mpfr(model, semantics, word)) == "");
    }
  }
}

TEST_CASE("rounded: many random networks against MPFR", "[core][.long]") {
  for (const std::string text : {"bf16", "fp16", "fp32", "e5m2", "e4m3", "bf16/rd", "fp16/rz",
                                 "mixed:state=fp32,io=bf16", "mixed:state=fp64,acc=bf16"}) {
    const Semantics semantics = semantics_of(text);
    for (std::uint64_t seed = 100; seed < 1100; ++seed) {
      CAPTURE(text, seed);
      const Model model = random_model(seed);
      const Word word = letters_of(seed, 60);
      const auto ours = simulate(RoundedModel(model, semantics), word);
      REQUIRE(difference(ours, simulate_mpfr(model, semantics, word)) == "");
    }
  }
}

TEST_CASE("rounded: the recurrence P(n) has MPFR's bits", "[core][quick]") {
  std::uint64_t s = 11;
  Word word(400);
  for (Letter& letter : word) letter = static_cast<Letter>(splitmix(s) & 1);
  for (const char* format : {"bf16", "fp16", "e5m2"}) {
    for (const std::size_t n : {std::size_t{4}, std::size_t{16}}) {
      CAPTURE(format, n);
      const Model model = recurrence(n, format_of(format));
      const auto ours = simulate(RoundedModel(model, semantics_of(format)), word);
      CHECK(difference(ours, simulate_mpfr(model, semantics_of(format), word)) == "");
    }
  }
}

TEST_CASE("rounded: P(n) after a million steps", "[core][.long]") {
  CHECK(after_recurrence(4, "bf16", 1'000'000) == -0x1.82p+0);
  CHECK(after_recurrence(16, "bf16", 1'000'000) == 0x1.0ap+0);
  CHECK(after_recurrence(4, "fp16", 1'000'000) == -0x1.7a4p+0);
  CHECK(after_recurrence(16, "fp16", 1'000'000) == 0x1.f8p-1);
}

TEST_CASE("rounded: MPFR with unbounded exponents", "[core][quick]") {
  // 53 bits within the range of double are double; 8 bits within that of bf16 are bf16.
  std::uint64_t s = 11;
  Word word(200);
  for (Letter& letter : word) letter = static_cast<Letter>(splitmix(s) & 1);
  for (const auto& [precision, format] : {std::pair{53, "fp64"}, std::pair{8, "bf16"}}) {
    const Model model = recurrence(4, format_of(format));
    const auto big = simulate_mpfr_bits(model, precision, word);
    const auto ours = simulate(RoundedModel(model, semantics_of(format)), word);
    REQUIRE(big.size() == ours.size());
    for (std::size_t t = 0; t < big.size(); ++t) {
      for (std::size_t e = 0; e < 4; ++e) {
        REQUIRE(big[t].states[0].entries()[e] == Real(exact_value(ours[t].states[0].entries()[e])));
      }
    }
  }
  // 2^-2000 is no double.
  const Model shrinking = model_of(1, {1}, {{Diagonal{{power_of_two(-500)}}, {}}});
  CHECK(simulate_mpfr_bits(shrinking, 2, Word(4, 0)).back().states[0](0, 0) ==
        Real(power_of_two(-2000)));
  CHECK_THROWS_AS(simulate_mpfr_bits(shrinking, 1, Word{}), Error);
  CHECK_THROWS_AS(simulate_mpfr_bits(shrinking, 2, Word{7}), Error);
}

TEST_CASE("rounded: MPFR's settings are left as they were", "[core][quick]") {
  mpfr_set_emin(-1234);
  mpfr_set_emax(4321);
  mpfr_clear_flags();
  simulate_mpfr(samples::parity(), semantics_of("e4m3"), Word{1, 0, 1});
  CHECK(mpfr_get_emin() == -1234);
  CHECK(mpfr_get_emax() == 4321);
  CHECK(mpfr_flags_save() == 0);
  mpfr_set_emin(mpfr_get_emin_min());
  mpfr_set_emax(mpfr_get_emax_max());
}

TEST_CASE("rounded: signs of zero, infinities and NaN are kept", "[core][quick]") {
  const Model model = model_of(1, {1},
                               {{Diagonal{{-power_of_two(-10)}}, {}},
                                {Diagonal{{power_of_two(10)}}, {}},
                                {Diagonal{{0}}, {}},
                                {Dense{matrix(1, 1, {-1})}, matrix(1, 1, {0})}});
  const RoundedModel e5m2(model, semantics_of("e5m2")), e4m3(model, semantics_of("e4m3"));
  const auto small = simulate(e5m2, Word{0, 0, 3});
  CHECK(small[1].states[0](0, 0) == -0x1p-10);
  CHECK(bits(small[2].states[0])[0] == std::bit_cast<std::uint64_t>(0.0));
  // Under -1 the +0 becomes -0, and -0 + 0 is +0.
  CHECK(bits(small[3].states[0])[0] == std::bit_cast<std::uint64_t>(0.0));
  const auto large = simulate(e5m2, Word{1, 1, 0, 2, 3});
  CHECK(large[2].states[0](0, 0) == std::numeric_limits<double>::infinity());
  CHECK(large[3].states[0](0, 0) == -std::numeric_limits<double>::infinity());
  CHECK(bits(large[4].states[0])[0] == std::bit_cast<std::uint64_t>(kNan));
  CHECK(bits(large[5].states[0])[0] == std::bit_cast<std::uint64_t>(kNan));
  CHECK(bits(e4m3.next(e4m3.start(), 1).states[0])[0] == std::bit_cast<std::uint64_t>(kNan));

  // A parameter that rounds to zero has no sign, though it was negative.
  const Model vanishing = model_of(1, {1}, {{Diagonal{{-power_of_two(-40)}}, {}}});
  const auto gone = simulate(RoundedModel(vanishing, semantics_of("e5m2")), Word{0});
  CHECK(bits(gone[1].states[0])[0] == std::bit_cast<std::uint64_t>(0.0));
  CHECK(difference(gone, simulate_mpfr(vanishing, semantics_of("e5m2"), Word{0})) == "");

  // Equal keys, equal futures: -0 and +0 differ.
  RoundedStep plus = e5m2.start(), minus = plus;
  plus.states[0](0, 0) = 0.0;
  minus.states[0](0, 0) = -0.0;
  CHECK(e5m2.key(plus) != e5m2.key(minus));
  CHECK(e5m2.key(plus) == e5m2.key(small[2]));
}

TEST_CASE("rounded: readout breaks ties downwards, and NaN loses", "[core][quick]") {
  Model model = model_of(2, {1, 1}, {{Diagonal{{power_of_two(10), 1}}, {}}});
  model.labels = {"x", "y", "z"};
  model.layers[0].readout = samples::readout(3, 2, {0, 1, 1, 0, 1, 0});
  const auto outputs = [&](const std::string& text) {
    std::vector<std::uint32_t> result;
    for (const RoundedStep& step : simulate(RoundedModel(model, semantics_of(text)), Word(3, 0))) {
      result.push_back(step.output);
    }
    return result;
  };
  using List = std::vector<std::uint32_t>;
  CHECK(outputs("bf16") == List{0, 1, 1, 1});
  // e4m3: the first entry is NaN, and with it all scores, 0 NaN included.
  CHECK(outputs("e4m3") == List{0, 0, 0, 0});
  // e5m2: 2^10, infinity, infinity; 0 times infinity makes the first score NaN.
  CHECK(outputs("e5m2") == List{0, 1, 1, 1});
  // An exact readout cannot score what is no number.
  CHECK(outputs("mixed:state=e5m2,readout=exact") == List{0, 1, 0, 0});
  CHECK(outputs("once:e5m2") == List{0, 1, 0, 0});
}

TEST_CASE("rounded: an exact readout sees what a rounded one cannot", "[core][quick]") {
  // 1 against 1 + 2^-20, and cos(2 pi / 5) against a fraction near it.
  Model model = model_of(1, {1}, {{Diagonal{{1}}, {}}});
  model.labels = {"x", "y"};
  model.layers[0].readout = {matrix(2, 1, {1, Rational(1) + power_of_two(-20)}), {0, 0}};
  CHECK(RoundedModel(model, semantics_of("bf16")).start().output == 0);
  CHECK(RoundedModel(model, semantics_of("mixed:state=bf16,readout=exact")).start().output == 1);
  const Rational below(30'901'699, 100'000'000);
  model.layers[0].readout = {matrix(2, 1, {below, Real(Cyclotomic::cosine(1, 5))}), {0, 0}};
  CHECK(RoundedModel(model, semantics_of("bf16")).start().output == 0);
  CHECK(RoundedModel(model, semantics_of("once:bf16")).start().output == 1);
}
// --- stored parameters
// ---------------------------------------------------------------------------

TEST_CASE("rounded: a quantised model computes the same, and is quantised", "[core][quick]") {
  std::size_t done = 0;
  for (const std::string text :
       {"bf16", "fp16", "e4m3/sat", "e5m2", "fp32/rz", "fixed:i=6,f=8", "bf16/rd",
        "mixed:state=fp32,io=bf16,readout=exact", "mixed:state=bf16,io=e4m3/sat,acc=fp32"}) {
    const Semantics semantics = semantics_of(text);
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      CAPTURE(text, seed);
      const Model model = random_model(seed);
      Model stored;
      try {
        stored = quantise(model, semantics);
      } catch (const Error& error) {
        CHECK((error.facts().fault == Fault::unsupported || error.facts().fault == Fault::shape));
        continue;  // a parameter too large
      }
      ++done;
      validate(stored);
      REQUIRE(quantise(stored, semantics) == stored);
      const Word word = letters_of(seed, 20);
      REQUIRE(difference(simulate(RoundedModel(model, semantics), word),
                         simulate(RoundedModel(stored, semantics), word)) == "");
    }
  }
  CHECK(done > 150);
}

TEST_CASE("rounded: irrational parameters become rational", "[core][quick]") {
  const Real c = Cyclotomic::cosine(1, 5), s = Cyclotomic::sine(1, 5);
  const Model model = model_of(2, {1, 0}, {{Dense{matrix(2, 2, {c, -s, s, c})}, {}}});
  const Model stored = quantise(model, semantics_of("bf16"));
  CHECK(std::get<Dense>(stored.layers[0].table[0].A).matrix.entries()[0] ==
        Real(Rational(158, 512)));
  CHECK(stored.about.note == "parameters as bf16 stores them");
}

TEST_CASE("rounded: what cannot be evaluated is an error", "[core][quick]") {
  const auto fault = [](auto&& act) {
    try {
      act();
    } catch (const Error& error) {
      return error.facts();
    }
    FAIL("accepted");
    return Error::Facts{Fault::syntax, "", "", ""};
  };
  const Model parity = samples::parity(), s3 = samples::s3();
  for (const char* text : {"exact", "ball:p=53", "mpfr:p=100"}) {
    CAPTURE(text);
    const auto facts = fault([&] { RoundedModel(parity, semantics_of(text)); });
    CHECK(facts.fault == Fault::unsupported);
    CHECK(facts.found.find(text) != std::string::npos);
  }
  const auto chunk = fault([&] { RoundedModel(parity, semantics_of("chunk:bf16,C=4")); });
  CHECK(chunk.fault == Fault::unsupported);
  CHECK(chunk.where == "layers[0].transitions on `0`");
  CHECK(chunk.found == "a diagonal matrix");
  CHECK(fault([&] { RoundedModel(parity, semantics_of("float:e=8,m=40")); }).fault ==
        Fault::unsupported);
  const RoundedModel bf16(s3, semantics_of("bf16"));
  CHECK(fault([&] { bf16.next(bf16.start(), 6); }).fault == Fault::range);

  CHECK(fault([&] { quantise(s3, semantics_of("once:bf16")); }).fault == Fault::unsupported);
  const Model large = model_of(1, {1}, {{Diagonal{{1000}}, {}}});
  const auto beyond = fault([&] { quantise(large, semantics_of("e4m3")); });
  CHECK(beyond.fault == Fault::unsupported);
  CHECK(beyond.where == "layers[0].transitions on `a`.diagonal");
  const Householder tiny{1, {power_of_two(-40)}};
  const Model vanishing = model_of(1, {1}, {{GhProduct{{tiny}}, {}}});
  const auto lost = fault([&] { quantise(vanishing, semantics_of("e5m2/sat")); });
  CHECK(lost.fault == Fault::shape);

  for (const char* text : {"fixed:i=3,f=4", "bf16/ro", "bf16/rna", "bf16/sr:1", "once:bf16",
                           "mixed:state=fp32,io=bf16,acc=hopper"}) {
    CAPTURE(text);
    CHECK(fault([&] { simulate_mpfr(s3, semantics_of(text), Word{}); }).fault ==
          Fault::unsupported);
  }
  CHECK(fault([&] { simulate_mpfr(s3, semantics_of("bf16"), Word{9}); }).fault == Fault::range);
}

TEST_CASE("rounded: operands beyond the format's range are numbers", "[lrnn][rounded][quick]") {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const char* text : {"fp32", "bf16", "fp16/rd"}) {
    const detail::Operations fl(format_of(text), {format_of("fp64")});
    detail::Draw draw(1);
    CAPTURE(text);
    const double zero = fl.add(1e300, -1e300, draw);
    CHECK(zero == 0);
    CHECK(std::signbit(zero) == (std::string(text) == "fp16/rd"));
    CHECK(fl.add(1e300, -infinity, draw) == -infinity);
    CHECK(fl.add(1e300, 1e300, draw) ==
          (std::string(text) == "fp16/rd" ? format_of("fp16").largest() : infinity));
    CHECK(std::isnan(fl.add(infinity, -infinity, draw)));
    CHECK(std::signbit(fl.add(-0.0, -0.0, draw)));
  }
}
