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
#include "kernels/whole_plan.hpp"
#include "tests/catch.hpp"
#include "tests/core/rounded_models.hpp"

using namespace statewright;
using kernels::Backend;

namespace {

const std::vector<std::string> kSemantics = {
    "bf16",
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
    "fixed:i=2,f=3,wrap",
    "fixed:i=4,f=6,wrap/rz",
    "fixed:i=3,f=5,wrap/rd",
    "fixed:i=1,f=7,wrap/ro",
    "fixed:i=2,f=12,wrap/rna",
    "fixed:i=24,f=2,wrap",
    "fixed:i=3,f=23,wrap/ru",
    "mixed:state=fixed:i=2,f=5,wrap,acc=fp32,io=bf16",
    "mixed:state=bf16,acc=fixed:i=3,f=7,wrap,readout=fp32",
    "mixed:state=e4m3,acc=fixed:i=5,f=9,wrap,io=fp16",
    "mixed:state=fp32,io=bf16,acc=hopper",
    "mixed:state=bf16,acc=volta",
    "mixed:state=fp32,io=fp16,acc=ampere,readout=bf16",
    "mixed:state=fp32,io=tf32,acc=blackwell",
    "mixed:state=e4m3,acc=hopper",
    "mixed:state=bf16,io=e5m2,acc=ada,readout=exact",
    "mixed:state=bf16/sr:3,io=bf16,acc=hopper",
    "mixed:state=fp32,io=bf16/sr:4:9,acc=turing",
    "mixed:state=bf16/rz,io=bf16/rz,acc=hopper",
    "fp64/rz",
    "fp64/ru",
    "fp64/ro",
    "fp64/sr:1",
    "fp64/se:3",
    "mixed:state=fp64,acc=bf16",
    "mixed:state=fp64/rd,acc=fp64,readout=fp32",
    "mixed:state=fp64,io=bf16,acc=hopper",
    "mixed:state=fp64,acc=fixed:i=4,f=9,wrap",
    "mixed:state=fp64,io=fp32,acc=fp32/sr:3",
    "mixed:state=float:e=10,m=5,acc=fp32",
    "mixed:state=fp64/rz,readout=exact",
    "fixed:i=3,f=5,wrap/sr:11",
    "fixed:i=2,f=4,wrap/se:5",
    "mixed:state=fixed:i=2,f=7,wrap/sr:3:32,acc=fp32,io=bf16",
    "mixed:state=fixed:i=2,f=7,wrap,readout=exact",
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

TEST_CASE("simulate: components rounded once are core's", "[kernels][simulate][once][oracle]") {
  std::size_t taken = 0, refused = 0, wide = 0;
  for (const char* text :
       {"once:bf16", "once:fp16", "once:e4m3", "once:e4m3/sat", "once:fp32/rz", "once:bf16/sr:1",
        "once:e5m2/se:4", "once:fixed:i=3,f=6,wrap", "once:float:e=5,m=10,ftz/rd"}) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      CAPTURE(text, seed);
      const core::Semantics semantics = semantics_of(text);
      core::Model model = samples::random_model(seed);
      kernels::ReadableNetwork ours;
      try {
        model = core::quantise(model, semantics_of("e3m2"));
        ours = kernels::readable_network_of(model, semantics);
      } catch (const core::Error& error) {  // a key that became 0, or too many bits
        REQUIRE((error.facts().fault == core::Fault::unsupported ||
                 error.facts().fault == core::Fault::shape));
        ++refused;
        continue;
      }
      ++taken;
      wide += kernels::plan_whole(ours.network).limbs == 6 ? 1 : 0;
      const core::RoundedModel theirs(model, semantics);
      const kernels::ReferenceNetwork reference(ours.network, ours.exact);
      core::RoundedStep step = theirs.start();
      kernels::ReferenceNetwork::State state = reference.start();
      for (const core::Letter letter : samples::letters_of(seed, 40)) {
        for (std::size_t i = 0; i < model.layers.size(); ++i) {
          REQUIRE(bits(state.layers[i]) == samples::bits(step.states[i]));
        }
        REQUIRE(state.emitted == step.emitted);
        step = theirs.next(step, letter);
        reference.step(state, letter);
      }
      const kernels::Words words{.count = 33, .length = 20, .seed = seed};
      const kernels::SimulateOptions options{kernels::Emit::every, true, 2};
      const auto right = simulate(ours.network, {}, words, options, Backend::reference, ours.exact);
      const auto fast = simulate(ours.network, {}, words, options, Backend::cpu, ours.exact);
      CHECK(fast.outputs == right.outputs);
      CHECK(bits(fast.states) == bits(right.states));
    }
  }
  CHECK(taken > refused);
  CHECK(wide > 0);
  CHECK(wide < taken);
}

TEST_CASE("simulate: once takes matrices of doubles only", "[kernels][simulate][once][quick]") {
  core::Model model = samples::random_model(1);
  model.layers[0].table[0].A =
      core::Diagonal{std::vector<core::Real>(model.layers[0].n, core::Real(core::Rational(1, 3)))};
  try {
    kernels::readable_network_of(model, semantics_of("once:bf16"));
    FAIL("1/3 is no double");
  } catch (const core::Error& error) {
    CHECK(error.facts().fault == core::Fault::unsupported);
    CHECK(error.facts().where.find("layers[0]") == 0);
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
  for (const char* text : {"exact", "once:bf16", "bf16/sr:1", "mixed:state=bf16,readout=exact",
                           "mixed:state=fp32,io=bf16,acc=hopper"}) {
    CAPTURE(text);
    CHECK(fault([&] { kernels::network_of(model, semantics_of(text)); }) == Fault::unsupported);
  }
  for (const char* text : {"exact", "chunk:bf16,C=4", "cast:bf16"}) {
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
