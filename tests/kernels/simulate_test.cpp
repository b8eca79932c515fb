// simulate: the reference is core's RoundedModel, bit for bit; backend_test.cpp has the rest.

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
#include "kernels/reference.hpp"
#include "tests/catch.hpp"
#include "tests/core/rounded_models.hpp"

using namespace statewright;
using kernels::Backend;

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
                                             "mixed:state=fp32,acc=fp64,io=fp32",
                                             "mixed:state=bf16,readout=exact",
                                             "bf16/sr:1",
                                             "fp16/se:2",
                                             "e4m3/sat/sr:7:3",
                                             "float:e=5,m=10,ftz/sr:4",
                                             "fixed:i=3,f=5/sr:11",
                                             "mixed:state=bf16/sr:3,acc=fp32,io=bf16",
                                             "mixed:state=fp32,acc=bf16/sr:3,io=bf16",
                                             "mixed:state=e4m3/se:3,acc=fp16/sr:9:32,io=e4m3",
                                             "mixed:state=bf16,acc=fp32,readout=bf16/sr:5",
                                             "mixed:state=bf16/sr:8,io=bf16,readout=exact"};

core::Semantics semantics_of(const std::string& text) { return core::parse_semantics(text, ""); }

std::vector<std::uint64_t> bits(const std::vector<double>& values) {
  std::vector<std::uint64_t> result;
  for (const double x : values) result.push_back(std::bit_cast<std::uint64_t>(x));
  return result;
}

kernels::Machine machine_of(const automata::Dfa& dfa) { return {dfa.start, dfa.next, dfa.output}; }

}  // namespace

TEST_CASE("simulate: the reference is core's RoundedModel", "[kernels][simulate][oracle]") {
  for (const std::string& text : kSemantics) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      CAPTURE(text, seed);
      const core::Model model = samples::random_model(seed);
      const core::Semantics semantics = semantics_of(text);
      const core::RoundedModel theirs(model, semantics);
      const auto [network, exact] = kernels::readable_network_of(model, semantics);
      const kernels::ReferenceNetwork ours(network, exact);
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

TEST_CASE("simulate: exact readouts and stochastic rounding are core's",
          "[kernels][simulate][exact][oracle]") {
  std::size_t different = 0;
  for (const char* text :
       {"mixed:state=bf16,readout=exact", "mixed:state=fp32,io=bf16,acc=fp32,readout=exact",
        "mixed:state=e4m3,io=bf16,acc=fp16,readout=exact", "mixed:state=fp64,readout=exact",
        "mixed:state=fixed:i=3,f=5,readout=exact", "mixed:state=bf16/sr:8,readout=exact",
        "bf16/sr:1", "mixed:state=e4m3/se:3,acc=fp16/sr:9,io=e4m3"}) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      CAPTURE(text, seed);
      const core::Model model = samples::random_model(seed);
      const core::Semantics semantics = semantics_of(text);
      const core::RoundedModel theirs(model, semantics);
      const kernels::ReadableNetwork ours = kernels::readable_network_of(model, semantics);
      const std::uint64_t count = 20, length = 30;
      std::vector<std::uint32_t> letters, outputs;
      for (std::uint64_t w = 0; w < count; ++w) {
        core::RoundedStep step = theirs.start();
        for (const core::Letter letter : samples::letters_of(seed + 100 * w, length)) {
          letters.push_back(letter);
          step = theirs.next(step, letter);
          outputs.push_back(step.output);
        }
      }
      const auto packed = kernels::pack(letters, count, length, 32);
      const kernels::Words words{.count = count, .length = length, .bits = 32, .packed = packed};
      const kernels::SimulateOptions options{kernels::Emit::every, false, 2};
      for (const Backend backend : {Backend::reference, Backend::cpu}) {
        CHECK(simulate(ours.network, {}, words, options, backend, ours.exact).outputs == outputs);
      }
      const auto near = kernels::network_of(model, semantics_of("mixed:state=bf16"));
      different += simulate(near, {}, words, options, Backend::cpu).outputs != outputs ? 1 : 0;
    }
  }
  CHECK(different > 0);
}

TEST_CASE("simulate: compiled networks are right in bf16, and a wrong output is found",
          "[kernels][simulate][quick]") {
  for (const char* name : {"S5", "A5", "D4"}) {
    const automata::Language language = automata::load_language(name);
    const core::Model model = automata::compile(language);
    const kernels::Network network = kernels::network_of(model, semantics_of("bf16"));
    const kernels::Words words{.count = 40, .length = 100, .seed = 2};
    const auto result = simulate(network, machine_of(language.dfa), words, {}, Backend::cpu);
    CHECK(result.wrong_words == 0);
    CHECK_FALSE(result.first);
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
  for (const char* text : {"exact", "once:bf16", "chunk:bf16,C=4", "fixed:i=2,f=3,wrap",
                           "mixed:state=fp32,io=bf16,acc=hopper", "fp64/sr:1"}) {
    CAPTURE(text);
    CHECK(fault([&] { kernels::readable_network_of(model, semantics_of(text)); }) ==
          Fault::unsupported);
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
