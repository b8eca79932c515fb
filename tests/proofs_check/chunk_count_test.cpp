#include "proofs_check/theorems/chunk_count.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "automata/language/language.hpp"
#include "core/error.hpp"
#include "core/lrnn/rounded.hpp"
#include "proofs_check/theorems/chunk_census.hpp"
#include "proofs_check/theorems/families.hpp"
#include "proofs_check/theorems/relaxation.hpp"
#include "proofs_check/verify/verify.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using namespace statewright::proofs;
using core::Rational;
using core::Semantics;

namespace {

const core::Format kBf16 = core::parse_format("bf16", "test");

Semantics chunks(const core::Format& format, std::size_t letters) {
  return core::parse_semantics("chunk:" + format.id() + ",C=" + std::to_string(letters), "test");
}

bool is_proved(const core::Model& model, Counting counting, const Semantics& semantics) {
  const automata::Dfa dfa = automata::load_language(language_of(counting)).dfa;
  return verify(model, dfa, semantics).proof() != nullptr;
}

}  // namespace

TEST_CASE("chunks: the walker is core's evaluation", "[theorems][oracle]") {
  automata::SplitMix64 random(5);
  int looked = 0;
  for (int i = 0; i < 60; ++i) {
    const auto transition = family("deltaproduct2_01").draw(random, 3, kBf16);
    if (!transition) continue;
    LimitCycle states{*transition, {}};
    for (int t = 0; t < 2; ++t) {
      std::vector<double>& state = states.states.emplace_back(3);
      for (double& x : state) {
        x = core::round_exact(static_cast<double>(random() >> 11U) * 0x1p-51 - 2, kBf16);
      }
    }
    const auto network = counter_of(states, 3, Counting::parity);
    REQUIRE(network);
    const core::RoundedModel rounded(*network, chunks(kBf16, 6));
    core::RoundedStep step = rounded.start();
    const std::vector<double> start = step.states[0].entries();
    ChunkWalker(*transition, kBf16).walk(start, 6, [&](const std::vector<double>& h) {
      step = rounded.next(step, 1);
      CHECK(h == step.states[0].entries());
      ++looked;
      return true;
    });
  }
  CHECK(looked > 60);
}

TEST_CASE("chunks: what stands for two residues does not count", "[theorems][quick]") {
  // -1/2: signs alternate letter by letter and in chunks, so parity is counted, down to zero.
  const core::Format e2m1 = core::parse_format("e2m1", "test");
  const core::Transition half{core::GhProduct{{{Rational(3, 2), {1}}}}, {}};
  const ChunkWalker walker(half, e2m1);
  const auto parity = chunk_count(walker, half, {4}, 64, 2, 100);
  REQUIRE(parity);
  // 4, -2, 1, -1/2, 1/2 by ties to even, -1/2, ..
  CHECK(parity->states == std::vector<std::vector<double>>{{4}, {-2}, {1}, {-0.5}, {0.5}});
  CHECK(parity->residues == std::vector<std::size_t>{0, 1, 0, 1, 0});
  CHECK(!chunk_count(walker, half, {4}, 64, 3, 100));
  CHECK(!chunk_count(walker, half, {4}, 64, 2, 4));    // too many states
  CHECK(!chunk_count(walker, half, {0}, 64, 2, 100));  // rests
  CHECK_THROWS_AS(ChunkWalker({core::Diagonal{{1}}, {}}, e2m1), core::Error);
}

TEST_CASE("chunks: a DeltaNet letter with beta in [0, 1] counts by absorption",
          "[theorems][quick]") {
  struct Case {
    const char* format;
    std::size_t letters, modulus;
  };
  for (const Case& one : {Case{"bf16", 4, 2},
                          {"bf16", 4, 3},
                          {"bf16", 7, 3},
                          {"bf16", 12, 2},
                          {"bf16", 64, 2},
                          {"bf16", 64, 3},
                          {"fp16", 4, 3},
                          {"e4m3", 4, 2},
                          {"e4m3", 4, 3},
                          {"e5m2", 3, 2}}) {
    CAPTURE(one.format, one.letters, one.modulus);
    const core::Format format = core::parse_format(one.format, "test");
    const auto count = relaxation_count(format, one.letters, one.modulus);
    REQUIRE(count);
    // A member of the family, whose parameters are values of the format.
    const auto& factors = std::get<core::GhProduct>(count->letter.A).factors;
    REQUIRE(factors.size() == 1);
    Rational square = 0;
    for (const auto& entry : factors[0].v) {
      square += entry.rational() * entry.rational();
      CHECK(core::exact_value(core::round_exact(entry, format)) == entry.rational());
    }
    CHECK(square <= 1);
    CHECK(factors[0].beta.rational() > 0);
    CHECK(factors[0].beta.rational() <= square);
    CHECK(count->states.size() == one.letters * one.modulus);
    // Only the first coordinate moves, one step down or modulus - 1 steps up.
    std::set<double> first;
    for (const auto& state : count->states) {
      first.insert(state[0]);
      CHECK(std::equal(state.begin() + 1, state.end(), count->states[0].begin() + 1));
    }
    CHECK(first.size() == count->states.size());
    const double step = *std::next(first.begin()) - *first.begin();
    for (std::size_t s = 0; s < count->states.size(); ++s) {
      const double steps = (count->states[0][0] - count->states[s][0]) / step;
      const auto turned = static_cast<std::int64_t>(steps) + 1024 * 3 * 2;
      CHECK(static_cast<std::size_t>(turned) % one.modulus == count->residues[s]);
    }
    const LimitCycle cycle = unary_cycle(ChunkWalker(count->letter, format), *count, one.letters);
    CHECK(cycle.states.size() % one.letters == 0);
    CHECK(cycle.states.size() % one.modulus == 0);
    for (std::size_t t = 0; t < cycle.states.size(); ++t) {
      const double moved = cycle.states[(t + 1) % cycle.states.size()][0] - cycle.states[t][0];
      CHECK((moved == -step || moved == static_cast<double>(one.modulus - 1) * step));
    }
    if (one.letters > 16) continue;
    const Counting counting = one.modulus == 2 ? Counting::parity : Counting::mod3;
    const core::Model network = counter_of(*count, counting, format);
    core::validate(network);
    CHECK(is_proved(network, counting, chunks(format, one.letters)));
    // It counts by rounding: in exact arithmetic, and letter by letter with more bits, it does not.
    CHECK(!is_proved(network, counting, core::parse_semantics("fp32", "test")));
  }
  CHECK(!relaxation_count(core::parse_format("e4m3", "test"), 64, 2));
  CHECK(!relaxation_count(core::parse_format("e2m1", "test"), 4, 2));
  CHECK(!relaxation_count(core::parse_format("bf16/sr:1", "test"), 4, 2));
  CHECK(!relaxation_count(core::parse_format("fixed:i=8,f=8", "test"), 4, 2));
}

// Counts found by an independent program, which also listed the letters.
TEST_CASE("chunks: all letters of two numbers in 4 bits", "[theorems][quick]") {
  const core::Format e2m1 = core::parse_format("e2m1", "test");
  struct Case {
    std::size_t chunk;
    double beta;
    std::size_t modulus;
    std::uint64_t letters, left;
  };
  for (const Case& one : {Case{4, 1, 2, 12, 2},
                          {4, 1, 3, 12, 2},
                          {4, 2, 2, 24, 14},
                          {4, 2, 3, 24, 10},
                          {64, 1, 2, 12, 0},
                          {64, 1, 3, 12, 0},
                          {64, 2, 2, 24, 4},
                          {64, 2, 3, 24, 0}}) {
    CAPTURE(one.chunk, one.beta, one.modulus);
    const auto census = chunk_census(e2m1, one.chunk, one.beta, one.modulus, 2'000'000, {});
    REQUIRE(census);
    CHECK(census->letters == one.letters);
    CHECK(census->orbits == one.letters * 225 * 225);
    CHECK(census->left == one.left);
  }
  CHECK(!chunk_census(e2m1, 4, 1, 2, 1000, {}));
  CHECK(!chunk_census(kBf16, 4, 1, 2, 1'000'000'000, {}));
}

TEST_CASE("chunks of 64: all numbers of letters, by proof", "[.long][theorems]") {
  for (const auto& [modulus, counting] :
       {std::pair{2, Counting::parity}, std::pair{3, Counting::mod3}}) {
    const auto count = relaxation_count(kBf16, 64, static_cast<std::size_t>(modulus));
    REQUIRE(count);
    CHECK(is_proved(counter_of(*count, counting, kBf16), counting, chunks(kBf16, 64)));
  }
}
