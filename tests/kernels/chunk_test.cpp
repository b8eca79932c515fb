// Chunked against letter by letter evaluation: what arithmetic and the definition say, and every
// backend against the reference. chunk_model_test.cpp has the reference against core.

#include "kernels/chunk.hpp"

#include <string>
#include <vector>

#include "core/error.hpp"
#include "kernels/shrink.hpp"
#include "tests/catch.hpp"
#include "tests/kernels/compare.hpp"
#include "tests/kernels/sample_networks.hpp"

using namespace statewright;
using kernels::Backend;
using kernels::ChunkComparer;
using kernels::ChunkedNetwork;
using kernels::ChunkResult;
using kernels::named_format;
using kernels::Network;
using kernels::Words;
using samples::bits;
using samples::fast_backends;

namespace {

/// random_network with its diagonal and dense moves made products of no or two factors, one of
/// which may be 0.
ChunkedNetwork random_chunks(std::uint64_t seed, const kernels::FormatSpec& format,
                             std::uint32_t chunk) {
  ChunkedNetwork result{
      samples::random_network(seed, samples::all_in(format), samples::round_parameter), chunk};
  for (Network::Layer& layer : result.network.layers) {
    for (Network::Move& move : layer.moves) {
      if (move.shape == Network::Shape::product) continue;
      if (move.shape == Network::Shape::dense) {
        const std::vector<double> zeros(layer.n);
        const std::vector<double> row(move.A.begin(),
                                      move.A.begin() + static_cast<std::ptrdiff_t>(layer.n));
        move.factors = {{seed % 2 == 0 ? zeros : row, 1}, {row, 0.5}};
      }
      move.shape = Network::Shape::product;
      move.A.clear();
    }
  }
  return result;
}

}  // namespace

TEST_CASE("chunk: exact integers never differ", "[kernels][chunk][quick]") {
  // Swaps of two numbers: 0, 1 and -1 for w, whatever the order.
  const auto problem = samples::symmetric_group(4, named_format("fp16"), true);
  std::vector<Backend> backends = fast_backends();
  backends.push_back(Backend::reference);
  for (const std::uint32_t chunk : {1U, 3U, 16U}) {
    for (const Backend backend : backends) {
      CAPTURE(chunk, kernels::name_of(backend));
      const ChunkComparer comparer({problem.network, chunk}, backend);
      const ChunkResult result = comparer.run({.count = 20, .length = 70, .seed = 3});
      CHECK(result.different_words == 0);
      CHECK(result.first == std::vector<std::uint64_t>(20, kernels::kNeverDiffers));
    }
  }
}

TEST_CASE("chunk: a chunk of one factor is a step", "[kernels][chunk][law]") {
  for (const char* format : {"bf16", "e4m3", "fp32"}) {
    Network network;
    network.letters = 2;
    network.formats = samples::all_in(named_format(format));
    Network::Layer layer;
    layer.n = 3;
    layer.reads = {-1};
    layer.start = {1, 0.5, -0.75};
    layer.moves.resize(2);
    layer.moves[0].factors = {{{1, -0.5, 0.75}, 1.25}};
    layer.moves[1].factors = {{{0.625, 1, 0.875}, 0.75}};
    layer.W = {1, 0, 0, 0, 1, 0};
    layer.c = {0, 0};
    network.layers = {layer};
    const Words words{.count = 33, .length = 50, .seed = 1};
    const auto steps =
        simulate(network, {}, words, {kernels::Emit::every, true, 0}, Backend::reference);
    for (const Backend backend : fast_backends()) {
      const ChunkResult result = ChunkComparer({network, 1}, backend).run(words, {true, true, 2});
      CHECK(result.different_words == 0);
      CHECK(result.outputs == steps.outputs);
      CHECK(bits(result.states) == bits(steps.states));
    }
  }
}

TEST_CASE("chunk: a difference by hand", "[kernels][chunk][quick]") {
  // e4m3 has 4 bits. h = (1, 1); the letter adds nothing and takes (1, 0) and then (1, 1/16)
  // off: by letters h becomes (0, 1), then s = 1/16. In a chunk u = fl(1 + 1/16) - fl(1 * 1) with
  // 1 + 1/16 a tie that goes to 1, so u = 0: the second factor does nothing.
  Network network;
  network.letters = 1;
  network.formats = samples::all_in(named_format("e4m3"));
  Network::Layer layer;
  layer.n = 2;
  layer.reads = {-1};
  layer.start = {1, 1};
  layer.moves.resize(1);
  layer.moves[0].factors = {{{1, 0}, 1}, {{1, 0.0625}, 1}};
  layer.W = {0, 0, -1, 0};  // 1 if the first entry is negative
  layer.c = {0, 0};
  network.layers = {layer};
  std::vector<Backend> backends = fast_backends();
  backends.push_back(Backend::reference);
  for (const Backend backend : backends) {
    const ChunkResult result =
        ChunkComparer({network, 2}, backend).run({.count = 2, .length = 1}, {true, true, 0});
    CHECK(result.different_words == 2);
    CHECK(result.first == std::vector<std::uint64_t>{1, 1});
    CHECK(result.outputs == std::vector<std::uint32_t>{0, 0});
    CHECK(result.states == std::vector<double>{0, 1, 0, 1});
    // Of no letters both are the start.
    CHECK(ChunkComparer({network, 2}, backend).run({.count = 2}).different_words == 0);
  }
}

TEST_CASE("chunk: backends return the reference's symbols and states", "[kernels][chunk][oracle]") {
  kernels::FormatSpec down = named_format("bf16"), odd = named_format("e4m3");
  down.rounding = kernels::Rounding::down;
  odd.rounding = kernels::Rounding::to_odd;
  const std::vector<kernels::FormatSpec> formats = {named_format("bf16"),
                                                    named_format("fp16"),
                                                    named_format("fp32"),
                                                    named_format("fp64"),
                                                    named_format("e4m3"),
                                                    named_format("e5m2"),
                                                    named_format("e2m1"),
                                                    down,
                                                    odd};
  std::uint64_t different = 0, words_seen = 0;
  for (std::size_t f = 0; f < formats.size(); ++f) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
      const std::uint32_t chunk = std::vector<std::uint32_t>{1, 2, 5, 64, 7, 16}[seed - 1];
      const ChunkedNetwork network = random_chunks(seed * 31 + f, formats[f], chunk);
      const ChunkComparer reference(network, Backend::reference);
      for (const std::uint64_t count : {0, 1, 31, 33}) {
        const Words words{.count = count, .length = count == 33 ? 70U : 19U, .seed = seed};
        for (const bool all : {false, true}) {
          const ChunkResult right = reference.run(words, {all, all, 0});
          different += right.different_words;
          words_seen += count;
          for (const Backend backend : fast_backends()) {
            CAPTURE(f, seed, count, all, kernels::name_of(backend));
            const ChunkResult ours = ChunkComparer(network, backend).run(words, {all, all, 3});
            CHECK(ours.first == right.first);
            CHECK(ours.outputs == right.outputs);
            CHECK(bits(ours.states) == bits(right.states));
          }
        }
      }
    }
  }
  CHECK(different > 0);
  CHECK(different < words_seen);
}

TEST_CASE("chunk: letters from memory, and more words than threads", "[kernels][chunk][oracle]") {
  const ChunkedNetwork network = random_chunks(4, named_format("bf16"), 8);
  std::uint64_t seed = 11;
  std::vector<std::uint32_t> letters;
  for (int i = 0; i < 1025 * 9; ++i) {
    letters.push_back(static_cast<std::uint32_t>(seeded::splitmix(seed) % 3));
  }
  const auto packed = kernels::pack(letters, 1025, 9, 2);
  const Words words{.count = 1025, .length = 9, .bits = 2, .packed = packed};
  const ChunkResult right = ChunkComparer(network, Backend::reference).run(words);
  for (const Backend backend : fast_backends()) {
    CHECK(ChunkComparer(network, backend).run(words) == right);
  }
}

TEST_CASE("chunk: compared with a machine", "[kernels][chunk][oracle]") {
  std::uint64_t wrong = 0, words_seen = 0, later = 0;
  for (const char* name : {"bf16", "fp16", "fp32", "fp64", "e4m3"}) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const ChunkedNetwork network = random_chunks(
          seed * 7, named_format(name), std::vector<std::uint32_t>{1, 3, 5, 8, 64}[seed - 1]);
      const std::uint32_t letters = network.network.letters;
      const kernels::Machine random = samples::random_machine(seed, network.network);
      // One whose output is the network's at first, so that words differ late.
      kernels::Machine constant{0, std::vector<std::uint32_t>(letters, 0), {0}};
      constant.output[0] = kernels::ReferenceChunks(network).start().output();
      for (const kernels::Machine& machine : {random, constant}) {
        for (const std::uint64_t count : {0, 1, 31, 33}) {
          const Words words{.count = count, .length = count == 33 ? 70U : 9U, .seed = seed};
          const ChunkResult emitted = ChunkComparer(network, Backend::reference).run(words, {true});
          std::vector<std::uint64_t> first;
          for (std::uint64_t w = 0; w < count; ++w) {
            std::uint32_t q = machine.start;
            first.push_back(kernels::kNeverDiffers);
            const auto word = kernels::letters_of(words, w, letters);
            if (kernels::ReferenceChunks(network).start().output() != machine.output[q])
              first[w] = 0;
            for (std::uint64_t t = 0; t < words.length && first[w] > t; ++t) {
              q = machine.next[q * letters + word[t]];
              if (emitted.outputs[w * words.length + t] != machine.output[q]) first[w] = t + 1;
            }
            wrong += first[w] != kernels::kNeverDiffers ? 1 : 0;
            later += first[w] != kernels::kNeverDiffers && first[w] > 8 ? 1 : 0;
          }
          words_seen += count;
          std::vector<Backend> backends = fast_backends();
          backends.push_back(Backend::reference);
          for (const Backend backend : backends) {
            CAPTURE(name, seed, count, kernels::name_of(backend));
            const ChunkComparer comparer(network, backend, machine);
            CHECK(comparer.run(words).first == first);
            const ChunkResult all = comparer.run(words, {true, true, 2});
            CHECK(all.first == first);
            CHECK(all.outputs == emitted.outputs);
          }
        }
      }
    }
  }
  CHECK(wrong > 0);
  CHECK(wrong < words_seen);
  CHECK(later > 0);
}

TEST_CASE("chunk: word problems against their machines, and more words than threads",
          "[kernels][chunk][oracle]") {
  // Scale 1 swaps exactly; 0.75 does not, and is wrong soon.
  for (const double scale : {1.0, 0.75}) {
    const samples::WordProblem problem =
        samples::symmetric_group(4, named_format("bf16"), true, 1, scale);
    const ChunkedNetwork network{problem.network, 5};
    const Words words{.count = 1025, .length = 23, .seed = 4};
    const ChunkResult right =
        ChunkComparer(network, Backend::reference, problem.machine).run(words);
    CHECK((right.different_words == 0) == (scale == 1));
    for (const Backend backend : fast_backends()) {
      CHECK(ChunkComparer(network, backend, problem.machine).run(words) == right);
    }
    for (std::uint64_t w = 0; w < 20 && scale != 1; ++w) {
      if (right.first[w] == kernels::kNeverDiffers) continue;
      auto word = kernels::letters_of(words, w, problem.network.letters);
      word.resize(right.first[w]);
      const auto shrunk = kernels::shrink(network, problem.machine, word);
      REQUIRE(shrunk);
      CHECK(shrunk->word.size() <= word.size());
      CHECK(shrunk->minimal);
      CHECK(shrunk->network_output != shrunk->machine_output);
    }
  }
}

TEST_CASE("chunk: what cannot be done is said", "[kernels][chunk][quick]") {
  using core::Fault;
  const auto fault = [](const ChunkedNetwork& network) {
    try {
      ChunkComparer(network, Backend::cpu);
    } catch (const core::Error& error) {
      return error.facts().fault;
    }
    return Fault::io;
  };
  const ChunkedNetwork right = random_chunks(1, named_format("bf16"), 8);
  CHECK(fault(right) == Fault::io);
  ChunkedNetwork wrong = right;
  wrong.chunk = 0;
  CHECK(fault(wrong) == Fault::range);
  wrong.chunk = 4097;
  CHECK(fault(wrong) == Fault::range);
  wrong = right;
  wrong.network.formats.io = named_format("fp16");
  CHECK(fault(wrong) == Fault::unsupported);
  wrong = right;
  wrong.network.layers[0].moves[0].shape = Network::Shape::diagonal;
  wrong.network.layers[0].moves[0].A.resize(wrong.network.layers[0].n);
  CHECK(fault(wrong) == Fault::unsupported);
  wrong = right;
  wrong.network.layers[0].moves[0].factors = {{std::vector<double>(7), 1}};
  CHECK(fault(wrong) == Fault::shape);
}
