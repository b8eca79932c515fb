// Every backend of verification in rounded arithmetic gives one verdict, word and number of states.

#include "automata/language/named.hpp"
#include "automata/language/random_dfa.hpp"
#include "core/error.hpp"
#include "proofs_check/verify/rounded_search.hpp"
#include "proofs_check/verify/verify.hpp"
#include "tests/catch.hpp"
#include "tests/core/sample_models.hpp"
#include "tests/kernels/compare.hpp"
#include "tests/proofs_check/rotation_models.hpp"
#include "tests/proofs_check/sample_automata.hpp"

using namespace statewright;
using namespace statewright::proofs;
using core::Outcome;
using core::Rational;
using core::Real;
using core::Semantics;
using kernels::Backend;
using samples::fast_backends;
using samples::walker;
using samples::walker_dfa;

namespace {

Semantics semantics_of(const std::string& text) { return core::parse_semantics(text, "test"); }

std::string spelled(const Verdict& verdict) {
  if (const Proof* proof = verdict.proof()) {
    return "proved, " + std::to_string(proof->states) + " states";
  }
  if (const Counterexample* found = verdict.witness()) {
    return "refuted, " + std::to_string(found->word.size()) + " letters";
  }
  return "unknown, " + verdict.unknown()->hit.limit;
}

void check_same(const Verdict& ours, const Verdict& right) {
  REQUIRE(ours.outcome() == right.outcome());
  if (right.proof() != nullptr) {
    CHECK(ours.proof()->states == right.proof()->states);
    CHECK(ours.proof()->order_free == right.proof()->order_free);
  }
  if (right.witness() != nullptr) {
    CHECK(ours.witness()->word == right.witness()->word);
    CHECK(ours.witness()->network_label == right.witness()->network_label);
    CHECK(ours.witness()->automaton_label == right.witness()->automaton_label);
  }
}

/// One or two layers of one or two numbers with dyadic parameters, so that all bits fit.
Model random_model(automata::SplitMix64& random) {
  const auto parameter = [&]() -> Real {
    return Rational(static_cast<int>(random() % 17) - 8, 1 << (random() % 4));
  };
  Model model{automata::plain_alphabet(2), {"reject", "accept"}, {}, {}};
  const std::size_t layers = 1 + random() % 2;
  for (std::size_t i = 0; i < layers; ++i) {
    core::Layer layer;
    layer.n = 1 + random() % (layers == 1 ? 2 : 1);
    layer.reads = {core::Source{}};
    if (i > 0) layer.reads.push_back(core::Source{0});
    layer.start = core::Matrix<Real>(layer.n, 1);
    for (Real& x : layer.start.entries()) x = parameter();
    for (std::size_t x = 0; x < (i == 0 ? 2 : 4); ++x) {
      core::Transition transition;
      core::Dense dense{core::Matrix<Real>(layer.n, layer.n)};
      for (Real& e : dense.matrix.entries()) e = parameter();
      transition.A = dense;
      if (random() % 2 == 0) {
        transition.B = core::Matrix<Real>(layer.n, 1);
        for (Real& e : transition.B->entries()) e = parameter();
      }
      layer.table.push_back(transition);
    }
    layer.readout = samples::readout(2, layer.n, {});
    for (Real& w : layer.readout.W.entries()) w = Rational(static_cast<int>(random() % 5) - 2);
    layer.readout.c = {Rational(static_cast<int>(random() % 5) - 2, 2), 0};
    model.layers.push_back(layer);
  }
  return model;
}

}  // namespace

TEST_CASE("backends: rotations, with exact readouts", "[verify][backend]") {
  struct Row {
    const char* format;
    std::uint32_t m;
    const char* verdict;
  };
  const auto row = GENERATE(values<Row>({{"e4m3", 3, "proved, 3 states"},
                                         {"e4m3", 8, "proved, 14 states"},
                                         {"e4m3", 5, "refuted, 34 letters"},
                                         {"e4m3", 60, "refuted, 8 letters"},
                                         {"e5m2", 12, "proved, 12 states"},
                                         {"e5m2", 5, "refuted, 20 letters"},
                                         {"bf16", 3, "proved, 27 states"},
                                         {"bf16", 12, "proved, 75 states"},
                                         {"bf16", 5, "refuted, 491 letters"},
                                         {"bf16", 60, "refuted, 39 letters"},
                                         {"fp16", 5, "proved, 5 states"},
                                         {"fp16", 16, "proved, 31 states"}}));
  const Model model = walker(row.m, row.format);
  const Semantics semantics = semantics_of(samples::walker_semantics(row.format));
  const Verdict right = verify(model, walker_dfa(row.m), semantics);
  CHECK(spelled(right) == row.verdict);
  for (const Backend backend : fast_backends()) {
    CAPTURE(row.format, row.m, kernels::name_of(backend));
    check_same(verify(model, walker_dfa(row.m), semantics, {}, backend), right);
  }
}

TEST_CASE("backends: rotations of many states", "[.long]") {
  struct Row {
    const char* format;
    std::uint32_t m;
    const char* verdict;
  };
  const auto row = GENERATE(values<Row>({{"fp16", 7, "refuted, 2196 letters"},
                                         {"fp16", 12, "refuted, 2066 letters"},
                                         {"fp16", 3, "refuted, 8214 letters"}}));
  const Model model = walker(row.m, row.format);
  const Semantics semantics = semantics_of(samples::walker_semantics(row.format));
  SearchOptions options;
  options.rows_before_dense = 0;
  const Verdict right = verify_rounded(model, walker_dfa(row.m), semantics, {}, options);
  CHECK(spelled(right) == row.verdict);
  for (const Backend backend : fast_backends()) {
    CAPTURE(row.format, row.m, kernels::name_of(backend));
    check_same(verify(model, walker_dfa(row.m), semantics, {}, backend), right);
  }
}

TEST_CASE("backends: random networks and automata", "[verify][backend]") {
  const std::vector<std::string> spellings = {"e2m1",
                                              "e4m3",
                                              "e5m2",
                                              "e3m2/rz",
                                              "fixed:i=2,f=3",
                                              "mixed:state=e4m3,io=e2m3,acc=bf16,readout=exact",
                                              "mixed:state=e3m2,acc=fp32"};
  std::size_t proved = 0, refuted = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    automata::SplitMix64 random(seed);
    const Semantics semantics = semantics_of(spellings[seed % spellings.size()]);
    const Model model = random_model(random);
    Dfa dfa = automata::random_dfa(1 + random() % 3, 2, seed);
    dfa.letters = model.letters;
    dfa.labels = random() % 4 == 0 ? std::vector<std::string>{"accept", "reject"} : model.labels;
    if (seed % 3 == 0) std::fill(dfa.output.begin(), dfa.output.end(), automata::Output{0});
    if (seed % 7 == 0) dfa.labels[1] = "neither";
    CAPTURE(seed, semantics.id());
    core::Limits limits;
    limits.max_states = 3000;
    const Verdict right = verify(model, dfa, semantics, limits, Backend::reference);
    if (right.unknown() != nullptr) continue;
    proved += right.proof() != nullptr ? 1 : 0;
    refuted += right.witness() != nullptr ? 1 : 0;
    for (const Backend backend : fast_backends()) {
      CAPTURE(kernels::name_of(backend));
      const Verdict ours = verify(model, dfa, semantics, limits, backend);
      REQUIRE(ours.outcome() == right.outcome());
      if (right.proof() != nullptr) CHECK(ours.proof()->states == right.proof()->states);
      if (right.witness() != nullptr) CHECK(ours.witness()->word == right.witness()->word);
    }
  }
  CHECK(proved > 5);
  CHECK(refuted > 50);
}

TEST_CASE("backends: limits, one letter, and what they do not do", "[verify][backend]") {
  const Model model = walker(5, "bf16");
  const Dfa dfa = walker_dfa(5);
  const Semantics semantics = semantics_of(samples::walker_semantics("bf16"));
  core::Limits limits;
  limits.max_states = 1000;
  const Verdict open = verify(model, dfa, semantics, limits, Backend::cpu);
  REQUIRE(open.unknown() != nullptr);
  CHECK(open.unknown()->hit.raise == "--max-states");
  CHECK(open.unknown()->reached.find("agree on every word of at most") != std::string::npos);

  const Model climber = samples::climber(5, "bf16");
  const Verdict cycle = verify(climber, samples::climber_dfa(5), semantics, {}, Backend::cpu);
  REQUIRE(cycle.proof() != nullptr);
  CHECK(cycle.proof()->cycle->preperiod == 108);

  const auto fault = [&](const Model& network, const Dfa& automaton, const char* arithmetic,
                         Backend backend) {
    try {
      verify(network, automaton, semantics_of(arithmetic), {}, backend);
    } catch (const core::Error& error) {
      return error.facts().fault;
    }
    return core::Fault::io;
  };
  const Dfa parity = samples::parity_dfa();
  CHECK(fault(samples::parity(), parity, "exact", Backend::cpu) == core::Fault::unsupported);
  CHECK(fault(samples::parity(), parity, "once:e4m3", Backend::cpu) == core::Fault::unsupported);
  CHECK(fault(samples::parity(), parity, "exact", Backend::reference) == core::Fault::io);
  CHECK(fault(model, dfa, "fp32", Backend::cpu) == core::Fault::unsupported);  // 2^64 codes
  if (!kernels::cuda_devices().empty()) return;
  CHECK(fault(model, dfa, "bf16", Backend::cuda) == core::Fault::unavailable);
}
