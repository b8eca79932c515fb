#include "proofs_check/validate/validate.hpp"

#include <string>

#include "automata/compile/compile.hpp"
#include "automata/language/language.hpp"
#include "core/error.hpp"
#include "core/lrnn/rounded.hpp"
#include "kernels/generator.hpp"
#include "tests/catch.hpp"
#include "tests/fault_of.hpp"

using namespace statewright;
using namespace statewright::proofs;
using kernels::Backend;

namespace {

core::Semantics semantics_of(const std::string& text) {
  return core::parse_semantics(text, "test");
}

Model compiled(const std::string& name) { return automata::compile(automata::load_language(name)); }

/// A word problem's automaton with two successors of every fifth state exchanged.
Dfa spoiled(const std::string& name) {
  Dfa dfa = automata::load_language(name).dfa;
  const std::size_t letters = dfa.letters.size();
  for (std::size_t q = 0; q < dfa.size(); q += 5) {
    std::swap(dfa.next[q * letters], dfa.next[q * letters + 1]);
  }
  return dfa;
}

/// Letters read until the first wrong output of word `number`, by core alone.
std::optional<std::uint64_t> wrong_after(const core::RoundedModel& network, const Dfa& automaton,
                                         std::uint64_t seed, std::uint64_t number,
                                         std::uint64_t length) {
  const Model& model = network.model();
  const auto letters = static_cast<std::uint32_t>(model.letters.size());
  core::RoundedStep step = network.start();
  automata::State q = automaton.start;
  for (std::uint64_t t = 0;; ++t) {
    if (model.labels[step.output] != automaton.labels[automaton.output[q]]) return t;
    if (t == length) return {};
    const core::Letter letter = kernels::letter_at(kernels::word_keys(seed, number), t, letters);
    step = network.next(step, letter);
    q = automaton.step(q, *automaton.letters.find(model.letters.name(letter)));
  }
}

}  // namespace

TEST_CASE("validate: right networks have no mismatch", "[proofs][validate]") {
  for (const char* name : {"S4", "parity", "cyclenav:5"}) {
    for (const char* text : {"bf16", "mixed:state=fp32,io=bf16,acc=fp32,readout=exact", "exact",
                             "once:bf16", "mixed:state=fp32,io=bf16,acc=hopper", "fp64/rz"}) {
      ValidateOptions options{.words = 37, .length = 20, .seed = 3};
      const Model model = compiled(name);
      const Dfa dfa = automata::load_language(name).dfa;
      const Validation result = validate(model, dfa, semantics_of(text), options);
      CAPTURE(name, text);
      CHECK(result.words == 37);
      CHECK(result.wrong == 0);
      CHECK_FALSE(result.first);
      CHECK_FALSE(result.stopped);
      CHECK(result.slow_because.empty() == (std::string(text) != "exact"));
    }
  }
}

TEST_CASE("validate: the first mismatch is that of core", "[proofs][validate][oracle]") {
  const Model model = compiled("S4");
  const Dfa dfa = spoiled("S4");
  const core::RoundedModel network(model, semantics_of("bf16"));
  ValidateOptions options{.words = 50, .length = 6, .seed = 9, .first = 1000};
  std::optional<Validation::First> first;
  std::uint64_t wrong = 0;
  for (std::uint64_t w = 1000; w < 1050; ++w) {
    if (const auto at = wrong_after(network, dfa, 9, w, 6)) {
      ++wrong;
      if (!first) first = Validation::First{w, *at};
    }
  }
  REQUIRE(first);
  REQUIRE(wrong < 50);
  // S4 is exact in bf16, so that words evaluated in other ways have the same mismatches.
  for (const char* text :
       {"bf16", "mixed:state=bf16,readout=exact", "exact", "once:bf16", "chunk:bf16,C=4",
        "mixed:state=bf16,acc=ampere", "fp64/ru", "fixed:i=12,f=8,wrap"}) {
    for (const std::optional<Backend> backend :
         {std::optional<Backend>(), std::optional(Backend::cpu),
          std::optional(Backend::reference)}) {
      const bool by_kernels = std::string(text) != "exact";
      if (backend && !by_kernels) continue;
      options.backend = backend;
      const Validation result = validate(model, dfa, semantics_of(text), options);
      CAPTURE(text);
      CHECK(result.slow_because.empty() == by_kernels);
      CHECK(result.wrong == wrong);
      CHECK(result.first == first);
      REQUIRE(result.shortened);
      const Word& word = result.shortened->word;
      CHECK(result.shortened->minimal);
      CHECK(word.size() <= first->position);
      CHECK(result.shortened->automaton_label == dfa.labels[dfa.output[dfa.run(word)]]);
      CHECK(result.shortened->network_label ==
            model.labels[core::simulate(network, word).back().output]);
      CHECK(result.shortened->network_label != result.shortened->automaton_label);
    }
  }
}

TEST_CASE("validate: words one by one, whatever the number of threads", "[proofs][validate][law]") {
  const Model model = compiled("S4");
  const Dfa dfa = spoiled("S4");
  // Stochastic rounding depends on the place in a word, which no division of words changes.
  for (const char* text :
       {"exact", "cast:bf16", "once:bf16", "bf16/sr:1", "chunk:bf16,C=8", "chunk:bf16/sr:1,C=8"}) {
    ValidateOptions options{.words = 41, .length = 6, .seed = 5, .first = 3};
    options.threads = 1;
    const Validation one = validate(model, dfa, semantics_of(text), options);
    REQUIRE(one.first);
    REQUIRE(one.wrong < 41);
    for (const unsigned threads : {2U, 3U, 64U}) {
      CAPTURE(text, threads);
      options.threads = threads;
      const Validation many = validate(model, dfa, semantics_of(text), options);
      CHECK(many.words == one.words);
      CHECK(many.wrong == one.wrong);
      CHECK(many.first == one.first);
      CHECK(many.shortened->word == one.shortened->word);
    }
  }
}

TEST_CASE("validate: exact readouts are core's", "[proofs][validate][oracle]") {
  const Model model = compiled("cyclenav:5");
  const Dfa dfa = automata::load_language("cyclenav:5").dfa;
  for (const char* text : {"mixed:state=e4m3,readout=exact", "mixed:state=bf16,readout=exact"}) {
    const core::RoundedModel network(model, semantics_of(text));
    std::optional<Validation::First> first;
    std::uint64_t wrong = 0;
    for (std::uint64_t w = 0; w < 20; ++w) {
      if (const auto at = wrong_after(network, dfa, 4, w, 60)) {
        ++wrong;
        if (!first) first = Validation::First{w, *at};
      }
    }
    const Validation result =
        validate(model, dfa, semantics_of(text), {.words = 20, .length = 60, .seed = 4});
    CAPTURE(text);
    CHECK(result.slow_because.empty());
    CHECK(result.wrong == wrong);
    CHECK(result.first == first);
  }
}

TEST_CASE("validate: parts make the whole", "[proofs][validate][law]") {
  const Model model = compiled("S4");
  const Dfa dfa = spoiled("S4");
  ValidateOptions whole{.words = 300, .length = 5, .seed = 2};
  ValidateOptions early = whole, late = whole;
  early.words = 120;
  late.words = 180;
  late.first = 120;
  const auto run = [&](const ValidateOptions& options) {
    return validate(model, dfa, semantics_of("bf16"), options);
  };
  const Validation all = run(whole), one = run(early), two = run(late);
  CHECK(all.wrong == one.wrong + two.wrong);
  CHECK(all.first == (one.first ? one.first : two.first));
}

TEST_CASE("validate: labels that the network lacks are wrong", "[proofs][validate]") {
  const Model model = compiled("parity");
  Dfa dfa = automata::load_language("parity").dfa;
  dfa.labels[0] = "something else";
  const Validation result =
      validate(model, dfa, semantics_of("bf16"), {.words = 10, .length = 10, .seed = 1});
  CHECK(result.wrong == 10);
  CHECK(result.first == Validation::First{0, 0});
  REQUIRE(result.shortened);
  CHECK(result.shortened->automaton_label == "something else");
}

TEST_CASE("validate: stops when told to", "[proofs][validate]") {
  const Model model = compiled("parity");
  const Dfa dfa = automata::load_language("parity").dfa;
  std::stop_source source;
  source.request_stop();
  ValidateOptions options{.words = 1'000'000'000'000, .length = 1'000, .seed = 1};
  options.limits.stop = source.get_token();
  Validation result = validate(model, dfa, semantics_of("bf16"), options);
  CHECK(result.words == 0);
  REQUIRE(result.stopped);
  CHECK(result.stopped->limit == "interrupted");
  options.limits.stop = {};
  options.limits.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(200);
  result = validate(model, dfa, semantics_of("bf16"), options);
  CHECK(result.words > 0);
  CHECK(result.words < options.words);
  REQUIRE(result.stopped);
  CHECK(result.stopped->raise == "--timeout");
}

TEST_CASE("validate: stops in the middle of long words", "[proofs][validate]") {
  const Model model = compiled("parity");
  const Dfa dfa = automata::load_language("parity").dfa;
  struct Way {
    const char* arithmetic;
    std::optional<Backend> backend;
  };
  for (const Way& way : {Way{"bf16", Backend::cpu}, Way{"bf16", Backend::reference},
                         Way{"exact", {}}, Way{"once:bf16", {}}}) {
    CAPTURE(way.arithmetic);
    ValidateOptions options{.words = 3, .length = std::uint64_t{1} << 40U, .seed = 1};
    options.backend = way.backend;
    options.limits.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(50);
    const Validation result = validate(model, dfa, semantics_of(way.arithmetic), options);
    CHECK(result.words == 0);
    REQUIRE(result.stopped);
    CHECK(result.stopped->raise == "--timeout");
  }
}

TEST_CASE("validate: what cannot be done is said", "[proofs][validate]") {
  using core::Fault;
  const Model model = compiled("parity");
  const Dfa dfa = automata::load_language("parity").dfa;
  const auto fault = [&](const char* text, std::optional<Backend> backend, const Dfa& automaton) {
    ValidateOptions options{.words = 5, .length = 5};
    options.backend = backend;
    return fault_of([&] { validate(model, automaton, semantics_of(text), options); });
  };
  CHECK(fault("exact", Backend::cpu, dfa) == Fault::unsupported);
  CHECK(fault("ball:p=53", {}, dfa) == Fault::unsupported);
  CHECK(fault("bf16", {}, automata::load_language("S3").dfa) == Fault::shape);
  if (kernels::cuda_devices().empty()) {
    CHECK(fault("bf16", Backend::cuda, dfa) == Fault::unavailable);
  }
  ValidateOptions options{.words = 5, .length = 5, .first = ~std::uint64_t{0} - 2};
  CHECK(fault_of([&] { validate(model, dfa, semantics_of("bf16"), options); }) == Fault::range);
}
