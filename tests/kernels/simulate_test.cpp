// simulate: the reference is core's RoundedModel, and every backend is the reference, bit for bit.

#include "kernels/simulate.hpp"

#include <bit>
#include <cmath>
#include <string>
#include <vector>

#include "automata/compile/compile.hpp"
#include "automata/language/language.hpp"
#include "core/error.hpp"
#include "core/lrnn/rounded.hpp"
#include "kernels/from_model.hpp"
#include "kernels/generator.hpp"
#include "kernels/reference.hpp"
#include "tests/catch.hpp"
#include "tests/core/rounded_models.hpp"
#include "tests/core/seeded.hpp"

using namespace statewright;
using kernels::Backend;
using kernels::Emit;

namespace {

const std::vector<std::string> kSemantics = {"bf16",
                                             "fp16",
                                             "fp32",
                                             "fp64",
                                             "e4m3",
                                             "e5m2",
                                             "e4m3/sat",
                                             "bf16/rz",
                                             "bf16/rd",
                                             "e4m3/ru",
                                             "fixed:i=4,f=6",
                                             "fixed:i=3,f=5/rd",
                                             "float:e=5,m=10,ftz",
                                             "mixed:state=fp32,io=bf16,acc=fp32",
                                             "mixed:state=bf16,acc=fp32,io=bf16",
                                             "mixed:state=e4m3,acc=fp16,io=e4m3,readout=fp32",
                                             "mixed:state=bf16,readout=fp64",
                                             "mixed:state=fp32,acc=fp64,io=fp32"};

core::Semantics semantics_of(const std::string& text) { return core::parse_semantics(text, ""); }

std::vector<std::uint64_t> bits(const std::vector<double>& values) {
  std::vector<std::uint64_t> result;
  for (const double x : values) result.push_back(std::bit_cast<std::uint64_t>(x));
  return result;
}

kernels::Machine machine_of(const automata::Dfa& dfa) { return {dfa.start, dfa.next, dfa.output}; }

/// Some machine over the letters, with outputs that the network has.
kernels::Machine some_machine(std::uint64_t seed, std::uint32_t letters, std::uint32_t outputs) {
  kernels::Machine machine;
  for (int q = 0; q < 5; ++q) {
    for (std::uint32_t a = 0; a < letters; ++a) {
      machine.next.push_back(static_cast<std::uint32_t>(seeded::splitmix(seed) % 5));
    }
    machine.output.push_back(static_cast<std::uint32_t>(seeded::splitmix(seed) % outputs));
  }
  return machine;
}

void check_same(const kernels::SimulateResult& ours, const kernels::SimulateResult& right) {
  CHECK(ours.outputs == right.outputs);
  CHECK(bits(ours.states) == bits(right.states));
  CHECK(ours.wrong_words == right.wrong_words);
  CHECK(ours.first == right.first);
}

std::vector<Backend> fast_backends() {
  std::vector<Backend> backends = {Backend::cpu};
  if (!kernels::cuda_devices().empty()) backends.push_back(Backend::cuda);
  return backends;
}

}  // namespace

TEST_CASE("simulate: the reference is core's RoundedModel", "[kernels][simulate][oracle]") {
  for (const std::string& text : kSemantics) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      CAPTURE(text, seed);
      const core::Model model = samples::random_model(seed);
      const core::Semantics semantics = semantics_of(text);
      const core::RoundedModel theirs(model, semantics);
      const kernels::Network network = kernels::network_of(model, semantics);
      const kernels::ReferenceNetwork ours(network);
      core::RoundedStep step = theirs.start();
      kernels::ReferenceNetwork::State state = ours.start();
      for (const core::Letter letter : samples::letters_of(seed, 40)) {
        for (std::size_t i = 0; i < model.layers.size(); ++i) {
          REQUIRE(bits(state.layers[i]) == samples::bits(step.states[i]));
        }
        REQUIRE(state.emitted == step.emitted);
        step = theirs.next(step, letter);
        ours.step(state, letter);
      }
    }
  }
}

TEST_CASE("simulate: backends return the reference's bits", "[kernels][simulate][oracle]") {
  const std::uint64_t counts[] = {0, 1, 31, 33, 70};
  for (const Backend backend : fast_backends()) {
    for (const std::string& text : kSemantics) {
      for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        CAPTURE(text, seed, kernels::name_of(backend));
        const core::Model model = samples::random_model(seed + 100);
        const kernels::Network network = kernels::network_of(model, semantics_of(text));
        const kernels::Machine machine = some_machine(seed, network.letters, network.outputs());
        const kernels::Simulator fast(network, machine, backend);
        const kernels::Words words{
            .count = counts[seed % 5], .length = 1 + 13 * (seed % 4), .first = seed, .seed = seed};
        for (const Emit emit : {Emit::every, Emit::last}) {
          const kernels::SimulateOptions options{emit, true, 2};
          check_same(fast.run(words, options),
                     simulate(network, machine, words, options, Backend::reference));
        }
        check_same(fast.run(words), simulate(network, machine, words, {}, Backend::reference));
        const kernels::SimulateOptions plain{Emit::last, true, 1};
        check_same(simulate(network, {}, words, plain, backend),
                   simulate(network, {}, words, plain, Backend::reference));
      }
    }
  }
}

TEST_CASE("simulate: awkward numbers of words and letters", "[kernels][simulate][oracle]") {
  const core::Model model = samples::random_model(3);
  const kernels::Network network = kernels::network_of(model, semantics_of("bf16"));
  const kernels::Machine machine = some_machine(3, network.letters, network.outputs());
  for (const Backend backend : fast_backends()) {
    const kernels::Simulator fast(network, machine, backend);
    for (const std::uint64_t count : {0, 1, 15, 16, 17, 31, 32, 33, 1025}) {
      for (const std::uint64_t length : {0, 1, 31, 33, 65}) {
        if (count * length > 20'000 && length != 33) continue;
        CAPTURE(count, length, kernels::name_of(backend));
        const kernels::Words words{.count = count, .length = length, .seed = 9};
        const kernels::SimulateOptions options{Emit::every, true, 7};
        check_same(fast.run(words, options),
                   simulate(network, machine, words, options, Backend::reference));
      }
    }
  }
}

TEST_CASE("simulate: letters from memory are those that were packed",
          "[kernels][simulate][oracle]") {
  const core::Model model = samples::random_model(5);
  const kernels::Network network = kernels::network_of(model, semantics_of("fp16"));
  const kernels::Machine machine = some_machine(5, network.letters, network.outputs());
  const std::uint64_t count = 37, length = 71;
  std::vector<std::uint32_t> letters;
  const kernels::Words generated{.count = count, .length = length, .first = 4, .seed = 11};
  for (std::uint64_t w = 0; w < count; ++w) {
    const kernels::WordKeys keys = kernels::word_keys(11, 4 + w);
    for (std::uint64_t t = 0; t < length; ++t) {
      letters.push_back(kernels::letter_at(keys, t, network.letters));
    }
  }
  const kernels::SimulateOptions options{Emit::every, true, 3};
  const auto right = simulate(network, machine, generated, options, Backend::reference);
  for (const unsigned bits : {2U, 4U, 8U, 16U, 32U}) {
    const std::vector<std::uint32_t> packed = kernels::pack(letters, count, length, bits);
    const kernels::Words words{.count = count, .length = length, .bits = bits, .packed = packed};
    CAPTURE(bits);
    check_same(simulate(network, machine, words, options, Backend::reference), right);
    for (const Backend backend : fast_backends()) {
      check_same(simulate(network, machine, words, options, backend), right);
    }
  }
}

TEST_CASE("simulate: runs can be divided", "[kernels][simulate][law]") {
  const core::Model model = samples::random_model(8);
  const kernels::Network network = kernels::network_of(model, semantics_of("bf16"));
  const kernels::Simulator cpu(network, {}, Backend::cpu);
  const kernels::SimulateOptions options{Emit::last, false, 2};
  const auto whole = cpu.run({.count = 100, .length = 20, .first = 7, .seed = 1}, options).outputs;
  auto parts = cpu.run({.count = 41, .length = 20, .first = 7, .seed = 1}, options).outputs;
  const auto rest = cpu.run({.count = 59, .length = 20, .first = 48, .seed = 1}, options).outputs;
  parts.insert(parts.end(), rest.begin(), rest.end());
  CHECK(parts == whole);
}

TEST_CASE("simulate: S5 in bf16 is right, and a wrong output is found",
          "[kernels][simulate][quick]") {
  const automata::Language language = automata::load_language("S5");
  const core::Model model = automata::compile(language);
  const kernels::Network network = kernels::network_of(model, semantics_of("bf16"));
  kernels::Machine machine = machine_of(language.dfa);
  std::vector<Backend> backends = fast_backends();
  backends.push_back(Backend::reference);
  const kernels::Words words{.count = 65, .length = 130, .seed = 2};
  for (const Backend backend : backends) {
    const auto result = simulate(network, machine, words, {}, backend);
    CHECK(result.wrong_words == 0);
    CHECK_FALSE(result.first);
  }
  // Other successors here and there: some words notice.
  for (std::size_t q = 0; q < 9; ++q) {
    std::swap(machine.next[q * network.letters + 7], machine.next[q * network.letters + 8]);
  }
  const auto right = simulate(network, machine, words, {}, Backend::reference);
  REQUIRE(right.wrong_words > 0);
  REQUIRE(right.wrong_words < words.count);
  for (const Backend backend : backends) {
    check_same(simulate(network, machine, words, {}, backend), right);
  }
}

TEST_CASE("simulate: what cannot be done is said", "[kernels][simulate][quick]") {
  const core::Model model = samples::random_model(1);
  const auto fault = [](const auto& act) {
    try {
      act();
    } catch (const core::Error& error) {
      return error.facts().fault;
    }
    return core::Fault::io;
  };
  using core::Fault;
  for (const char* text :
       {"exact", "once:bf16", "bf16/sr:1", "fixed:i=2,f=3,wrap", "mixed:state=bf16,readout=exact",
        "mixed:state=fp32,io=bf16,acc=hopper"}) {
    CAPTURE(text);
    CHECK(fault([&] { kernels::network_of(model, semantics_of(text)); }) == Fault::unsupported);
  }
  const kernels::Network network = kernels::network_of(model, semantics_of("bf16"));
  if (kernels::cuda_devices().empty()) {
    CHECK(fault([&] { kernels::Simulator(network, {}, Backend::cuda); }) == Fault::unavailable);
    CHECK(kernels::resolve(Backend::automatic) == Backend::cpu);
  }
  const std::vector<std::uint32_t> packed = {3};
  kernels::Words words{.count = 1, .length = 1, .bits = 2, .packed = packed};
  CHECK(fault([&] { simulate(network, {}, words, {}, Backend::cpu); }) == Fault::range);
  words.length = 17;
  CHECK(fault([&] { simulate(network, {}, words, {}, Backend::cpu); }) == Fault::shape);
  words.bits = 3;
  CHECK(fault([&] { simulate(network, {}, words, {}, Backend::cpu); }) == Fault::range);
}
