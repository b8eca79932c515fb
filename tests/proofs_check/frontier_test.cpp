#include "proofs_check/theorems/frontier.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "automata/language/language.hpp"
#include "core/error.hpp"
#include "core/linalg/exact.hpp"
#include "core/lrnn/rounded.hpp"
#include "core/number/round.hpp"
#include "proofs_check/theorems/found_cycles.hpp"
#include "proofs_check/verify/verify.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using namespace statewright::proofs;
using core::GhProduct;
using core::Householder;
using core::Rational;
using core::Semantics;
using core::Transition;

namespace {

Semantics semantics_of(const char* text) { return core::parse_semantics(text, "test"); }

/// I - k k^T for a key of doubles, which are dyadic numbers.
Transition delta(const std::vector<double>& key) {
  Householder factor;
  Rational square = 0;
  for (const double x : key) {
    factor.v.emplace_back(core::exact_value(x));
    square += core::exact_value(x) * core::exact_value(x);
  }
  factor.beta = square;
  return {GhProduct{{factor}}, {}};
}

bool is_proved(const core::Model& model, Counting counting, const Semantics& semantics) {
  const automata::Dfa dfa = automata::load_language(language_of(counting)).dfa;
  return verify(model, dfa, semantics).proof() != nullptr;
}

const core::Format kBf16 = core::parse_format("bf16", "test");

}  // namespace

// Found by a search in Python that knows nothing of this code, and checked there in rationals.
TEST_CASE("limit cycles: published ones of a DeltaNet factor with beta 1", "[theorems][quick]") {
  LimitCycle two{delta({-0.68359375, -0.7265625}),
                 {{1.515625, -1.421875}, {1.5078125, -1.4296875}}};
  const Semantics bf16 = semantics_of("bf16");
  std::vector<double> state = two.states[0];
  const Stepper stepper(two.transition, 2, bf16);
  stepper.step(state, 1);
  CHECK(state == two.states[1]);
  stepper.step(state, 1);
  CHECK(state == two.states[0]);
  const auto parity = counter_of(two, 2, Counting::parity);
  REQUIRE(parity);
  CHECK(is_proved(*parity, Counting::parity, bf16));
  // In exact arithmetic the same network is wrong.
  CHECK(!is_proved(*parity, Counting::parity, Semantics{}));
  const Amplitude amplitude = amplitude_of(two, 2, kBf16);
  CHECK(amplitude.ulps == Approx(1));  // 2^-7 between 1 and 2
  CHECK(
      amplitude.mean_step ==
      Approx(std::hypot(0x1p-7, 0x1p-7) / (0x1p-8 * std::hypot(1.515625, 1.421875))).epsilon(0.01));
  CHECK(!counter_of(two, 2, Counting::mod3));

  const Transition four = delta({-0.828125, -0.466796875, -0.302734375, -0.06689453125});
  const Stepper four_stepper(four, 4, bf16);
  LimitCycle three{four, {{-0.1875, -0.765625, 1.75, -0.2490234375}}};
  for (int t = 0; t < 2; ++t) {
    three.states.push_back(three.states.back());
    four_stepper.step(three.states.back(), 1);
  }
  CHECK(three.states[1][0] == -0.189453125);
  CHECK(three.states[2][0] == -0.1884765625);
  const auto mod3 = counter_of(three, 4, Counting::mod3);
  REQUIRE(mod3);
  CHECK(is_proved(*mod3, Counting::mod3, bf16));
}

TEST_CASE("limit cycles: a letter as a chunk of its own", "[theorems][oracle]") {
  // The specification reads the letter at the beginning of a chunk of one.
  automata::SplitMix64 random(11);
  const Semantics chunk = semantics_of("chunk:bf16,C=1");
  int looked = 0;
  for (int i = 0; i < 200; ++i) {
    const auto transition = family("deltaproduct3_01").draw(random, 3, kBf16);
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
    const core::RoundedModel rounded(*network, chunk);
    core::RoundedStep step = rounded.start();
    std::vector<double> state = step.states[0].entries();
    const Stepper stepper(*transition, 3, chunk);
    for (int t = 0; t < 5; ++t, ++looked) {
      step = rounded.next(step, 1);
      stepper.step(state, 1);
      CHECK(state == step.states[0].entries());
    }
  }
  CHECK(looked > 50);
  // With several factors that is not the evaluation letter by letter: the second one's product is
  // with the state before the first.
  for (const auto& [id, letters] :
       {std::pair{"deltaproduct2_01", "4"}, {"deltaproduct3_01", "64"}}) {
    const Semantics semantics = semantics_of(("chunk:bf16,C=" + std::string(letters)).c_str());
    const auto cycles = found_cycles(id, semantics, Counting::parity);
    REQUIRE(cycles.size() == 1);
    for (const auto& factor : std::get<core::GhProduct>(cycles[0].transition.A).factors) {
      Rational square = 0;
      for (const auto& entry : factor.v) square += entry.rational() * entry.rational();
      CHECK(square <= 1);
      CHECK(factor.beta.rational() <= square);  // b = beta / (v . v) is at most 1
      CHECK(factor.beta.rational() > 0);
    }
    const auto network = counter_of(cycles[0], cycles[0].states[0].size(), Counting::parity);
    REQUIRE(network);
    CHECK(is_proved(*network, Counting::parity, semantics));
    CHECK(!is_proved(*network, Counting::parity, semantics_of("bf16")));
    CHECK(found_cycles(id, semantics, Counting::mod3).empty());
  }
}

TEST_CASE("limit cycles: what the theorems exclude is not found", "[theorems][quick]") {
  for (const auto& [id, spelling] :
       {std::pair{"deltanet01", "once:bf16"}, std::pair{"diagonal01", "bf16"},
        std::pair{"diagonal01", "once:e4m3"},
        std::pair{"diagonal01", "mixed:state=fp32,io=bf16"}}) {
    CAPTURE(id, spelling);
    const Semantics semantics = semantics_of(spelling);
    automata::SplitMix64 random(7);
    for (int i = 0; i < 60; ++i) {
      const auto transition = family(id).draw(random, 3, semantics.io);
      if (!transition) continue;
      for (const std::size_t period : {2U, 3U, 4U}) {
        CHECK(!find_cycle(*transition, 3, semantics, period, random()));
      }
    }
  }
}

TEST_CASE("families: drawn transitions are members", "[theorems][quick]") {
  automata::SplitMix64 random(3);
  std::size_t seen = 0;
  for (int i = 0; i < 300; ++i) {
    for (const char* id : {"contraction2x2", "any2x2"}) {
      const auto transition = family(id).draw(random, 2, kBf16);
      if (!transition) continue;
      ++seen;
      core::Matrix<Rational> A(2, 2);
      const auto exact = core::to_matrix(*transition, 2);
      for (std::size_t k = 0; k < 4; ++k) A.entries()[k] = exact.entries()[k].rational();
      const Rational trace = A(0, 0) + A(1, 1), det = A(0, 0) * A(1, 1) - A(0, 1) * A(1, 0);
      CHECK(trace * trace >= 4 * det);
      CHECK(det >= 0);
      CHECK(trace >= 0);
      CHECK(1 - trace + det >= 0);
      CHECK(trace <= 2);
      if (id == std::string("contraction2x2")) CHECK(core::is_contraction(A));
    }
    const auto factor = family("deltanet01").draw(random, 3, kBf16);
    if (!factor) continue;
    const auto exact = core::to_matrix(*factor, 3);
    core::Matrix<Rational> A(3, 3);
    for (std::size_t k = 0; k < 9; ++k) A.entries()[k] = exact.entries()[k].rational();
    CHECK(core::is_contraction(A));
    CHECK(core::is_positive_semidefinite(A));
  }
  CHECK(seen > 300);
  CHECK_THROWS_AS(family("deltanet"), core::Error);
}

// On a cycle of h' = A h + e with A symmetric and positive semidefinite the sum of |h' - h|^2 is at
// most 4 times the sum of |e|^2 (README of proofs_check/theorems; RoundingCycles.v). Exactly.
TEST_CASE("limit cycles: of a DeltaNet factor, steps are bounded by rounding errors",
          "[theorems][quick]") {
  std::size_t cycles = 0;
  for (const char* spelling : {"bf16", "fp16", "e5m2", "mixed:state=fp32,io=bf16"}) {
    const Semantics semantics = semantics_of(spelling);
    automata::SplitMix64 random(11);
    for (int i = 0; i < 60; ++i) {
      const std::size_t n = 2 + random() % 3;
      const auto transition = family("deltanet01").draw(random, n, semantics.io);
      if (!transition) continue;
      const auto A = core::to_matrix(*transition, n);
      for (const std::size_t period : {2U, 3U, 5U}) {
        const auto cycle = find_cycle(*transition, n, semantics, period, random());
        if (!cycle) continue;
        ++cycles;
        Rational steps = 0, errors = 0;
        for (std::size_t t = 0; t < period; ++t) {
          const auto& here = cycle->states[t];
          const auto& next = cycle->states[(t + 1) % period];
          for (std::size_t row = 0; row < n; ++row) {
            const Rational step = core::exact_value(next[row]) - core::exact_value(here[row]);
            Rational error = core::exact_value(next[row]);
            for (std::size_t j = 0; j < n; ++j) {
              error -= A(row, j).rational() * core::exact_value(here[j]);
            }
            steps += step * step;
            errors += error * error;
          }
        }
        CHECK(steps > 0);
        CHECK(steps <= 4 * errors);
      }
    }
  }
  CHECK(cycles > 30);
}

TEST_CASE("frontier: the table for bf16", "[theorems][quick]") {
  FrontierOptions options;
  options.format = kBf16;
  options.candidates = 150;
  options.states = 5'000;  // so that chunks of 64 stay open
  const auto table = frontier(options);
  CHECK(table.size() == families().size() * 6 * 2);
  const auto answer = [&](const char* id, const char* semantics, Counting counting) {
    const auto at = std::find_if(table.begin(), table.end(), [&](const FrontierCell& cell) {
      return cell.family == id && cell.semantics.id() == semantics && cell.counting == counting;
    });
    REQUIRE(at != table.end());
    return at->answer;
  };
  using Answer = FrontierCell::Answer;
  const auto parity = Counting::parity, mod3 = Counting::mod3;
  CHECK(answer("diagonal01", "bf16", parity) == Answer::theorem);
  CHECK(answer("diagonal11", "bf16", parity) == Answer::counterexample);
  CHECK(answer("diagonal11", "bf16", mod3) == Answer::theorem);
  CHECK(answer("deltanet01", "cast:bf16", parity) == Answer::theorem);
  CHECK(answer("deltanet01", "once:bf16", parity) == Answer::theorem);
  CHECK(answer("deltanet01", "bf16", parity) == Answer::counterexample);
  CHECK(answer("deltanet01", "bf16", mod3) == Answer::counterexample);
  CHECK(answer("deltanet11", "once:bf16", mod3) == Answer::theorem);
  CHECK(answer("deltanet_open", "once:bf16", mod3) == Answer::theorem);
  CHECK(answer("deltanet11", "bf16", mod3) == Answer::counterexample);
  CHECK(answer("deltanet01", "mixed:state=fp32,io=bf16", parity) == Answer::counterexample);
  CHECK(answer("kda01", "bf16", parity) == Answer::counterexample);
  CHECK(answer("kda01", "once:bf16", parity) == Answer::theorem);
  CHECK(answer("deltaproduct3_01", "cast:bf16", parity) == Answer::counterexample);
  CHECK(answer("deltaproduct3_01", "cast:bf16", mod3) == Answer::counterexample);
  CHECK(answer("deltaproduct2_11", "chunk:bf16,C=4", mod3) == Answer::counterexample);
  CHECK(answer("deltaproduct2_01", "chunk:bf16,C=4", parity) == Answer::counterexample);
  CHECK(answer("deltanet01", "chunk:bf16,C=4", parity) == Answer::counterexample);
  CHECK(answer("kda01", "chunk:bf16,C=4", mod3) == Answer::counterexample);
  CHECK(answer("deltanet11", "chunk:bf16,C=4", mod3) == Answer::open);  // of one layer
  for (const char* semantics : {"cast:bf16", "once:bf16", "chunk:bf16,C=4", "chunk:bf16,C=64"}) {
    CHECK(answer("deltanet11_deep", semantics, mod3) == Answer::counterexample);
  }
  CHECK(answer("deltaproduct3_01", "chunk:bf16,C=64", parity) == Answer::counterexample);
  CHECK(answer("contraction2x2", "cast:bf16", mod3) == Answer::theorem);
  CHECK(answer("any2x2", "chunk:bf16,C=4", mod3) == Answer::undefined);
  for (const FrontierCell& cell : table) {
    CAPTURE(cell.family, cell.semantics.id(), cell.reason);
    CHECK((cell.answer == Answer::counterexample) == cell.network.has_value());
    if (!cell.network) continue;
    core::validate(*cell.network);
    if (cell.product_states > 0) CHECK(is_proved(*cell.network, cell.counting, cell.semantics));
  }
  // One thread finds the same.
  options.threads = 1;
  const auto again = frontier(options);
  REQUIRE(again.size() == table.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    CHECK(again[i].answer == table[i].answer);
    CHECK(again[i].network == table[i].network);
    CHECK(again[i].tried == table[i].tried);
  }
}

// What the census says of letters and states, core's own steps must say: fates by following them.
TEST_CASE("exhaustive: a census follows the orbits of the arithmetic it stands for",
          "[theorems][oracle][quick]") {
  for (const char* spelling : {"e2m1", "once:e2m1", "e4m3", "once:e4m3", "e2m3", "once:e5m2"}) {
    const Semantics semantics = semantics_of(spelling);
    for (const char* id :
         {"deltanet01", "deltanet11", "deltaproduct2_01", "contraction2x2", "any2x2"}) {
      auto letters = census_of(family(id), semantics);
      const bool none =
          std::string(spelling) == "once:e5m2" && id == std::string("deltaproduct2_01");
      CHECK(letters.has_value() == !none);
      if (!letters) continue;
      letters->sample = kernels::CensusSample{40, 5};
      letters->horizon = 40;
      for (std::uint64_t i = 0; i < 40; ++i) {
        const kernels::CensusMember member = kernels::census_member(*letters, i);
        if (member.fate == kernels::Fate::outside) continue;
        CAPTURE(spelling, id, i, kernels::letter_text(*letters, member.parameters));
        const Stepper stepper(transition_of(*letters, member.parameters), 2, semantics);
        std::vector<std::vector<double>> states = {
            {member.parameters.end() - 2, member.parameters.end()}};
        bool finite = true;
        for (int t = 0; t < 80 && finite; ++t) {
          states.push_back(states.back());
          stepper.step(states.back(), 1);
          finite = std::isfinite(states.back()[0]) && std::isfinite(states.back()[1]);
        }
        CHECK(finite == (member.fate != kernels::Fate::explodes));
        if (!finite) continue;
        std::uint32_t period = 40;
        while (period > 0 && states[40 + period] != states[40]) --period;
        for (std::uint32_t p = 1; p < period; ++p) {
          if (states[40 + p] == states[40]) period = p;
        }
        CHECK(member.period == period);
      }
    }
  }
  CHECK(!census_of(family("deltanet01"), semantics_of("bf16")));
  CHECK(!census_of(family("deltanet01"), semantics_of("chunk:e4m3,C=4")));
  CHECK(!census_of(family("deltanet01"), semantics_of("mixed:state=fp32,io=e4m3")));
  CHECK(!census_of(family("kda01"), semantics_of("e4m3")));
  CHECK(!census_of(family("deltaproduct3_01"), semantics_of("e4m3")));
}

TEST_CASE("frontier: a small format is searched through", "[theorems][quick]") {
  FrontierOptions options;
  options.format = core::parse_format("e2m1", "test");
  options.candidates = 1;
  std::size_t exhaustive = 0, in_chunks = 0;
  for (const FrontierCell& cell : frontier(options)) {
    CAPTURE(cell.family, cell.semantics.id(), cell.reason);
    CHECK((cell.census.has_value() || cell.chunk_orbits > 0) ==
          (cell.answer == FrontierCell::Answer::exhaustive));
    in_chunks += cell.chunk_orbits > 0;
    if (cell.network && cell.product_states > 0) {
      CHECK(is_proved(*cell.network, cell.counting, cell.semantics));
    }
    if (!cell.census) continue;
    ++exhaustive;
    // Random members, by core's steps: none has such a period.
    automata::SplitMix64 random(5);
    for (int i = 0; i < 30; ++i) {
      const auto member = kernels::census_member(*cell.census, random() % cell.census->size());
      if (member.fate == kernels::Fate::outside) continue;
      const Stepper stepper(transition_of(*cell.census, member.parameters), 2, cell.semantics);
      std::vector<double> state(member.parameters.end() - 2, member.parameters.end());
      for (int t = 0; t < 300; ++t) stepper.step(state, 1);
      const std::vector<double> before = state;
      std::size_t period = 0;
      do {
        stepper.step(state, 1);
        ++period;
      } while (state != before && period < 300);
      CHECK(period % modulus_of(cell.counting) != 0);
    }
  }
  CHECK(exhaustive > 0);
  // DeltaNet, Gated DeltaNet and KDA with beta in [0, 1], both statements; with beta in [0, 2]
  // counting modulo 3: in chunks of 64.
  CHECK(in_chunks == 8);
  // Fewer members than any census has: nothing is counted.
  options.members = 1000;
  for (const FrontierCell& cell : frontier(options)) CHECK(!cell.census);
}

TEST_CASE("frontier: a deadline leaves cells open", "[theorems][quick]") {
  FrontierOptions options;
  options.format = kBf16;
  options.limits.deadline = std::chrono::steady_clock::now();
  for (const FrontierCell& cell : frontier(options)) {
    if (cell.answer == FrontierCell::Answer::counterexample) CHECK(!cell.amplitude);
  }
}
