#include "proofs_check/verify/verify.hpp"

#include "automata/language/random_dfa.hpp"
#include "core/error.hpp"
#include "tests/catch.hpp"
#include "tests/core/sample_models.hpp"
#include "tests/proofs_check/same_rows.hpp"
#include "tests/proofs_check/sample_automata.hpp"

using namespace statewright;
using namespace statewright::proofs;
using core::Outcome;
using samples::check_same_rows;
using samples::parity_dfa;

namespace {

/// What two_layers() computes: "minus" after an odd number of b's at odd positions.
Dfa two_layers_dfa() {
  Dfa dfa;
  dfa.letters = core::Alphabet({"a", "b"});
  dfa.labels = {"plus", "minus"};
  dfa.next = {1, 3, 0, 0, 3, 1, 2, 2};  // state = 2 * flipped + (length mod 2)
  dfa.output = {0, 0, 1, 1};
  return dfa;
}

void check_same(const Verdict& a, const Verdict& b) {
  REQUIRE(a.outcome() == b.outcome());
  if (a.proof() != nullptr) check_same_rows(a.proof()->rows, b.proof()->rows);
  if (a.witness() != nullptr) {
    CHECK(a.witness()->word == b.witness()->word);
    CHECK(a.witness()->network_label == b.witness()->network_label);
    CHECK(a.witness()->automaton_label == b.witness()->automaton_label);
    check_same_rows(a.witness()->rows, b.witness()->rows);
  }
  if (a.unknown() != nullptr) {
    CHECK(a.unknown()->hit.limit == b.unknown()->hit.limit);
    CHECK(a.unknown()->reached == b.unknown()->reached);
  }
}

/// The length-lexicographically first word of at most `longest` letters on which they differ.
std::optional<Word> brute_force(const Model& model, const Dfa& dfa, std::size_t longest) {
  std::vector<Word> words = {{}};
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Word word = words[i];
    if (model.labels[core::run(model, word)] != dfa.label(word)) return word;
    if (word.size() == longest) continue;
    for (core::Letter a = 0; a < model.letters.size(); ++a) {
      words.push_back(word);
      words.back().push_back(a);
    }
  }
  return {};
}

/// A random model with small integers: one or two layers, every kind of transition.
Model random_model(automata::SplitMix64& random) {
  Model model{core::Alphabet({"a", "b"}), {"reject", "accept"}, {}, {}};
  const auto draw = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<std::uint64_t>(high - low + 1));
  };
  const std::size_t layers = 1 + random() % 2;
  for (std::size_t i = 0; i < layers; ++i) {
    core::Layer layer;
    layer.n = 1 + random() % 3;
    layer.d = 1 + random() % 2;
    layer.reads = {core::Source{}};
    if (i > 0) layer.reads.push_back(core::Source{0});
    layer.start = core::Matrix<core::Real>(layer.n, layer.d);
    for (core::Real& x : layer.start.entries()) x = core::Rational(draw(-1, 1), draw(1, 2));
    for (std::size_t x = 0; x < (i == 0 ? 2U : 4U); ++x) {
      core::Transition transition;
      switch (random() % 3) {
        case 0: {
          core::Permutation p(layer.n);
          for (std::uint32_t k = 0; k < layer.n; ++k) p[k] = k;
          for (std::size_t k = layer.n; k-- > 1;) std::swap(p[k], p[random() % (k + 1)]);
          transition.A = core::GhProduct{core::reflections_of(p)};
          break;
        }
        case 1: {
          core::Diagonal diagonal;
          for (std::size_t k = 0; k < layer.n; ++k) diagonal.entries.emplace_back(draw(-1, 1));
          transition.A = diagonal;
          break;
        }
        default: {
          core::Dense dense{core::Matrix<core::Real>(layer.n, layer.n)};
          for (core::Real& e : dense.matrix.entries()) e = draw(-1, 1);
          transition.A = dense;
        }
      }
      if (random() % 3 == 0) {
        transition.B = core::Matrix<core::Real>(layer.n, layer.d);
        for (core::Real& e : transition.B->entries()) e = core::Rational(draw(-1, 1), draw(1, 3));
      }
      layer.table.push_back(transition);
    }
    layer.readout = samples::readout(2, layer.n * layer.d, {});
    for (core::Real& w : layer.readout.W.entries()) w = draw(-2, 2);
    layer.readout.c = {core::Rational(draw(-1, 1), 2), 0};
    model.layers.push_back(layer);
  }
  return model;
}

/// The automaton of what a finite-state model computes, by exploring core::next_step.
std::optional<Dfa> automaton_of(const Model& model, std::size_t limit) {
  std::vector<core::Step> steps = {core::initial_step(model)};
  Dfa dfa;
  dfa.letters = model.letters;
  dfa.labels = model.labels;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    dfa.output.push_back(steps[i].output);
    for (core::Letter a = 0; a < model.letters.size(); ++a) {
      core::Step next = core::next_step(model, steps[i], a);
      std::size_t j = 0;
      while (j < steps.size() && steps[j].states != next.states) ++j;
      if (j == steps.size()) steps.push_back(std::move(next));
      if (steps.size() > limit) return {};
      dfa.next.push_back(static_cast<State>(j));
    }
  }
  return dfa;
}

}  // namespace

TEST_CASE("verify: small networks are proved, with the rows one expects", "[proofs][quick]") {
  const Verdict parity = verify(samples::parity(), parity_dfa());
  REQUIRE(parity.proof() != nullptr);
  CHECK(parity.proof()->rows.size() == 2);
  CHECK(parity.proof()->rows.next == std::vector<std::uint32_t>{0, 1, 1, 0});
  CHECK(parity.proof()->rows.layers[0].at(1, 0) == -1);

  const Verdict stacked = verify(samples::two_layers(), two_layers_dfa());
  REQUIRE(stacked.proof() != nullptr);
  CHECK(stacked.proof()->rows.size() == 4);
}

TEST_CASE("verify: letters and labels are matched by name, not by position", "[proofs][quick]") {
  Dfa dfa = parity_dfa();
  dfa.letters = core::Alphabet({"1", "0"});
  dfa.labels = {"unused", "odd", "even"};
  dfa.next = {1, 0, 0, 1};
  dfa.output = {2, 1};
  CHECK(verify(samples::parity(), dfa).outcome() == Outcome::proved);
  dfa.letters = core::Alphabet({"1", "2"});
  CHECK_THROWS_WITH(verify(samples::parity(), dfa),
                    Catch::Contains("letter `0` only in the model"));
}

TEST_CASE("verify: a damaged weight is refuted by the shortest word", "[proofs][quick]") {
  Model model = samples::two_layers();
  model.layers[1].table[1].A = core::Diagonal{{-1}};  // (a, 1) now flips as well
  const Verdict verdict = verify(model, two_layers_dfa());
  REQUIRE(verdict.witness() != nullptr);
  CHECK(verdict.witness()->word == Word{0});
  CHECK(verdict.witness()->network_label == "minus");
  CHECK(verdict.witness()->automaton_label == "plus");
  CHECK(verdict.witness()->rows.depths == std::vector<std::size_t>{1});

  model = samples::parity();
  model.layers[0].start = core::Matrix<core::Real>::column({-1});
  const Verdict empty = verify(model, parity_dfa());
  REQUIRE(empty.witness() != nullptr);
  CHECK(empty.witness()->word.empty());
  CHECK(empty.witness()->rows.size() == 0);
}

TEST_CASE("verify: an infinite state space ends in unknown, with what holds so far",
          "[proofs][quick]") {
  Dfa dfa;
  dfa.letters = core::Alphabet({"a"});
  dfa.labels = {"low", "high"};
  dfa.next = {1, 2, 2};
  dfa.output = {0, 0, 1};  // h = 0, 1, 3/2, 7/4, ..; 1 is a tie
  core::Limits limits;
  limits.max_states = 50;
  const Verdict verdict = verify(samples::halving(), dfa, limits);
  REQUIRE(verdict.unknown() != nullptr);
  CHECK(verdict.unknown()->hit.raise == "--max-states");
  CHECK(verdict.unknown()->reached ==
        "network and language agree on every word of at most 50 letters");

  std::stop_source stop;
  stop.request_stop();
  limits.stop = stop.get_token();
  CHECK(verify(samples::halving(), dfa, limits).unknown()->hit.limit == "interrupted");
}

TEST_CASE("verify: numbers that leave 64 bits fall back to big ones, with the same answer",
          "[proofs][oracle][quick]") {
  Model model = samples::halving();
  core::Matrix<core::Real> ten(1, 1);
  ten(0, 0) = -10;  // 0, 1, -9, 91, .. : 64 bits are left after 19 letters
  model.layers[0].table[0].A = core::Dense{ten};
  Dfa dfa;
  dfa.letters = core::Alphabet({"a"});
  dfa.labels = {"low", "high"};
  dfa.next = {1, 2, 3, 2};
  dfa.output = {0, 0, 0, 1};
  core::Limits limits;
  limits.max_states = 60;
  const Verdict verdict = verify(model, dfa, limits);
  REQUIRE(verdict.unknown() != nullptr);
  CHECK(verdict.unknown()->reached ==
        "network and language agree on every word of at most 60 letters");
  check_same(verdict, verify_reference(model, dfa, limits));
}

TEST_CASE("verify: fast = reference = brute force on random networks",
          "[proofs][oracle][fuzz][quick]") {
  std::size_t proved = 0, refuted = 0, deep = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    CAPTURE(seed);
    automata::SplitMix64 random(seed);
    const Model model = random_model(random);
    auto dfa = automaton_of(model, 40);
    if (!dfa) dfa = automata::random_dfa(3, 2, seed);
    dfa->labels = model.labels;
    // Half of the automata differ from the network in one transition or output.
    if (random() % 2 == 0) dfa->output[random() % dfa->size()] ^= 1U;
    core::Limits limits;
    limits.max_states = 200;
    const Verdict fast = verify(model, *dfa, limits);
    check_same(fast, verify_reference(model, *dfa, limits));
    const auto brute = brute_force(model, *dfa, 6);
    proved += fast.proof() != nullptr;
    if (fast.witness() != nullptr) {
      ++refuted;
      const Counterexample& found = *fast.witness();
      deep += found.word.size() >= 3;
      if (found.word.size() <= 6) {
        CHECK(brute == std::optional<Word>(found.word));
      } else {
        CHECK_FALSE(brute.has_value());
      }
    } else {
      CHECK_FALSE(brute.has_value());
    }
  }
  // The test would say little if one of the answers never came up.
  CHECK(proved > 50);
  CHECK(refuted > 50);
  CHECK(deep > 5);
}
