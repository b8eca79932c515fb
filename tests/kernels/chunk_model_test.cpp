// The chunked reference is core's semantics `chunk:`, bit for bit.

#include <bit>
#include <vector>

#include "core/error.hpp"
#include "core/lrnn/rounded.hpp"
#include "kernels/chunk.hpp"
#include "kernels/from_model.hpp"
#include "tests/catch.hpp"
#include "tests/core/rounded_models.hpp"

using namespace statewright;

namespace {

core::Semantics semantics_of(const std::string& text) { return core::parse_semantics(text, ""); }

std::vector<std::uint64_t> bits(const std::vector<double>& values) {
  std::vector<std::uint64_t> result;
  for (const double x : values) result.push_back(std::bit_cast<std::uint64_t>(x));
  return result;
}

}  // namespace

TEST_CASE("chunk: the reference is core's RoundedModel", "[kernels][chunk][oracle]") {
  std::size_t zero_factors = 0;
  for (const char* text :
       {"chunk:bf16,C=1", "chunk:bf16,C=4", "chunk:fp16,C=7", "chunk:fp32,C=64", "chunk:fp64,C=5",
        "chunk:e4m3,C=3", "chunk:e5m2,C=16", "chunk:bf16/rd,C=6", "chunk:e4m3/ru,C=9",
        "chunk:fixed:i=4,f=6,C=4", "chunk:e2m1,C=4", "chunk:e4m3/sat,C=4"}) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      CAPTURE(text, seed);
      core::Model model = samples::random_model(seed, samples::Shapes::products);
      if (seed % 3 == 0) {  // a factor whose key rounds to 0, of scale 1
        auto& product = std::get<core::GhProduct>(model.layers[0].table[1].A);
        const core::Rational tiny = core::power_of_two(-40);
        const core::Rational n(static_cast<std::int64_t>(model.layers[0].n));
        product.factors.insert(
            product.factors.begin(),
            core::Householder{core::Real(n * tiny * tiny),
                              std::vector<core::Real>(model.layers[0].n, core::Real(tiny))});
      }
      const core::Semantics semantics = semantics_of(text);
      const core::RoundedModel theirs(model, semantics);
      const kernels::ChunkedNetwork network = kernels::chunked_network_of(model, semantics);
      REQUIRE(network.chunk == static_cast<std::uint32_t>(semantics.chunk));
      for (const auto& layer : network.network.layers) {
        for (const auto& move : layer.moves) {
          for (const auto& factor : move.factors) {
            if (factor.v == std::vector<double>(layer.n)) ++zero_factors;
          }
        }
      }
      const kernels::ReferenceChunks ours(network);
      core::RoundedStep step = theirs.start();
      kernels::ReferenceChunks::State state = ours.start();
      for (const core::Letter letter : samples::letters_of(seed, 40)) {
        for (std::size_t i = 0; i < model.layers.size(); ++i) {
          REQUIRE(bits(state.layers[i].h) == samples::bits(step.states[i]));
        }
        REQUIRE(state.emitted == step.emitted);
        step = theirs.next(step, letter);
        ours.step(state, letter);
      }
    }
  }
  CHECK(zero_factors > 0);  // `chunk` does not leave them out
}

TEST_CASE("chunk: models that have no chunked form", "[kernels][chunk][quick]") {
  const auto fault = [](const core::Model& model, const char* text) {
    try {
      kernels::chunked_network_of(model, semantics_of(text));
    } catch (const core::Error& error) {
      return error.facts().fault;
    }
    return core::Fault::io;
  };
  const core::Model products = samples::random_model(1, samples::Shapes::products);
  CHECK(fault(products, "bf16") == core::Fault::unsupported);
  CHECK(fault(products, "chunk:bf16/sr:1,C=4") == core::Fault::unsupported);
  std::size_t refused = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    if (fault(samples::random_model(seed), "chunk:bf16,C=4") == core::Fault::unsupported) ++refused;
  }
  CHECK(refused > 0);
}
