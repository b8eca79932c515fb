// simulate with exact readouts: every backend is the reference, which asks for every emission. The
// oracle adds up exact products without rounding (Shewchuk 1997). Needs nothing but kernels/.

#include <atomic>
#include <cmath>
#include <string>
#include <vector>

#include "kernels/reference.hpp"
#include "kernels/shrink.hpp"
#include "kernels/simulate.hpp"
#include "kernels/simulate_parts.hpp"
#include "tests/catch.hpp"
#include "tests/kernels/compare.hpp"
#include "tests/kernels/sample_networks.hpp"

using namespace statewright;
using kernels::Backend;
using kernels::Emit;
using kernels::named_format;
using kernels::Network;
using samples::check_same;
using samples::fast_backends;

namespace {

/// A sum of doubles without error, the components in order of magnitude.
class Expansion {
 public:
  void add(double x) {
    std::vector<double> parts;
    for (const double part : parts_) {
      const double sum = x + part, of_part = sum - x, of_x = sum - of_part;
      const double error = (x - of_x) + (part - of_part);
      if (error != 0) parts.push_back(error);
      x = sum;
    }
    parts.push_back(x);
    parts_ = parts;
  }
  void add_product(double a, double b) {
    const double product = a * b;
    add(std::fma(a, b, -product));
    add(product);
  }
  double sign() const { return parts_.empty() ? 0 : parts_.back(); }

 private:
  std::vector<double> parts_;
};

/// The argmax of the scores of W and c as they are; 0 for states that are not finite.
std::uint32_t first_of_largest(const Network::Layer& layer, const double* h) {
  for (std::uint32_t e = 0; e < layer.width(); ++e) {
    if (!std::isfinite(h[e])) return 0;
  }
  std::uint32_t best = 0;
  for (std::uint32_t k = 1; k < layer.outputs(); ++k) {
    Expansion more;
    more.add(layer.c[k]);
    more.add(-layer.c[best]);
    for (std::uint32_t e = 0; e < layer.width(); ++e) {
      more.add_product(layer.W[std::size_t{k} * layer.width() + e], h[e]);
      more.add_product(-layer.W[std::size_t{best} * layer.width() + e], h[e]);
    }
    if (more.sign() > 0) best = k;
  }
  return best;
}

struct Asked {
  const Network* network = nullptr;
  std::atomic<std::size_t>* times = nullptr;
  std::uint32_t operator()(std::size_t k, const double* h) const {
    if (times != nullptr) ++*times;
    return first_of_largest(network->layers[k], h);
  }
};

/// Weights of 53 bits, some rows twice, some nearly: ties, and scores that no carrier tells apart.
void make_close(Network& network, std::uint64_t seed) {
  const auto below = [&](std::uint64_t bound) { return seeded::splitmix(seed) % bound; };
  for (Network::Layer& layer : network.layers) {
    const std::size_t width = layer.width();
    for (double& w : layer.W) w *= 1 + 1e-9 * seeded::unit(seed);
    for (std::uint32_t k = 1; k < layer.outputs(); ++k) {
      const std::uint64_t kind = below(4);
      if (kind == 0) continue;
      const std::size_t like = below(k);
      const double factor = kind == 1 ? 1 : 1 + std::ldexp(1, kind == 2 ? -50 : -20);
      for (std::size_t e = 0; e < width; ++e) {
        layer.W[k * width + e] = layer.W[like * width + e] * factor;
      }
      layer.c[k] = layer.c[like] * factor;
    }
  }
}

struct Arithmetic {
  const char* name;
  kernels::Formats formats;
};

std::vector<Arithmetic> arithmetics() {
  std::vector<Arithmetic> list;
  for (const char* name : {"bf16", "fp16", "fp32", "fp64", "e4m3", "e5m2", "e2m1"}) {
    list.push_back({name, samples::all_in(named_format(name))});
  }
  kernels::FormatSpec down = named_format("bf16");
  down.rounding = kernels::Rounding::down;
  list.push_back({"bf16/rd", samples::all_in(down)});
  const auto bf16 = named_format("bf16"), fp32 = named_format("fp32");
  list.push_back({"state=fp32,io=bf16", {bf16, fp32, fp32, fp32}});
  list.push_back({"state=bf16,acc=fp32", {bf16, bf16, fp32, fp32}});
  list.push_back({"tensor core", {bf16, bf16, fp32, fp32, {4, 24, 23, -126, -133}}});
  kernels::FormatSpec cut = named_format("fp64");
  cut.rounding = kernels::Rounding::toward_zero;
  list.push_back({"fp64/rz", samples::all_in(cut)});
  return list;
}

}  // namespace

TEST_CASE("simulate: exact readouts are the reference's on every backend",
          "[kernels][simulate][exact][oracle]") {
  const std::uint64_t counts[] = {0, 1, 31, 33, 70};
  std::size_t different = 0;
  for (const Arithmetic& arithmetic : arithmetics()) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      Network network =
          samples::random_network(seed + 40, arithmetic.formats, samples::round_parameter);
      const kernels::Machine machine = samples::random_machine(seed, network);
      const kernels::Words words{
          .count = counts[seed % 5], .length = 1 + 13 * (seed % 4), .first = seed, .seed = seed};
      const kernels::SimulateOptions every{Emit::every, true, 2}, last{Emit::last, false, 2};
      const auto rounded = simulate(network, {}, words, every, Backend::reference);
      make_close(network, seed);
      const Asked exact{&network};
      const auto all = simulate(network, machine, words, every, Backend::reference, exact);
      different += rounded.outputs != all.outputs ? 1 : 0;
      const auto ends = simulate(network, machine, words, last, Backend::reference, exact);
      const auto compared = simulate(network, machine, words, {}, Backend::reference, exact);
      for (const Backend backend : fast_backends()) {
        CAPTURE(arithmetic.name, seed, kernels::name_of(backend));
        const kernels::Simulator fast(network, machine, backend, exact);
        check_same(fast.run(words, every), all);
        check_same(fast.run(words, last), ends);
        check_same(fast.run(words), compared);
        check_same(simulate(network, {}, words, every, backend, exact),
                   simulate(network, {}, words, every, Backend::reference, exact));
      }
    }
  }
  CHECK(different > 20);
}

TEST_CASE("simulate: exact readouts, awkward numbers of words and letters from memory",
          "[kernels][simulate][exact][oracle]") {
  Network network =
      samples::random_network(3, samples::all_in(named_format("bf16")), samples::round_parameter);
  make_close(network, 5);
  const kernels::Machine machine = samples::random_machine(3, network);
  const Asked exact{&network};
  std::vector<std::uint32_t> letters(1025 * 17);
  std::uint64_t state = 8;
  for (auto& a : letters) {
    a = static_cast<std::uint32_t>(seeded::splitmix(state) % network.letters);
  }
  const auto packed = kernels::pack(letters, 1025, 17, 8);
  for (const Backend backend : fast_backends()) {
    const kernels::Simulator fast(network, machine, backend, exact);
    for (const std::uint64_t count : {0, 1, 15, 16, 17, 33, 1025}) {
      CAPTURE(count, kernels::name_of(backend));
      const kernels::Words generated{.count = count, .length = 17, .seed = 9};
      kernels::Words from_memory{.count = count, .length = 17, .bits = 8};
      from_memory.packed = std::span(packed).first(count * from_memory.row_size());
      const kernels::SimulateOptions options{Emit::every, true, 7};
      for (const kernels::Words& words : {generated, from_memory}) {
        check_same(fast.run(words, options),
                   simulate(network, machine, words, options, Backend::reference, exact));
      }
    }
  }
}

TEST_CASE("simulate: single words of many are read as they are among all",
          "[kernels][simulate][exact][law]") {
  Network network =
      samples::random_network(4, samples::all_in(named_format("fp16")), samples::round_parameter);
  make_close(network, 6);
  network.formats.readout = named_format("fp64");
  const kernels::Machine machine = samples::random_machine(3, network);
  const Asked exact{&network};
  const auto cpu = kernels::make_simulate_cpu(network, &machine, exact);
  const kernels::Words words{.count = 200, .length = 9, .first = 3, .seed = 2};
  const kernels::SimulateOptions options{Emit::every, true, 2};
  const auto all = cpu->run(words, options);
  std::vector<std::uint64_t> chosen;
  for (std::uint64_t w = 2; w < 200; w += 1 + w % 7) chosen.push_back(w);
  const auto some = cpu->run_chosen(words, chosen, options);
  REQUIRE(some.outputs.size() == chosen.size() * words.length);
  std::uint64_t wrong = 0;
  std::optional<kernels::Mismatch> first;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const kernels::Words one{.count = 1, .length = 9, .first = 3 + chosen[i], .seed = 2};
    const auto alone = simulate(network, machine, one, options, Backend::reference, exact);
    wrong += alone.wrong_words;
    if (alone.first && !first) first = kernels::Mismatch{i, alone.first->position};
    for (std::size_t t = 0; t < words.length; ++t) {
      CHECK(some.outputs[i * words.length + t] == alone.outputs[t]);
      CHECK(some.outputs[i * words.length + t] == all.outputs[chosen[i] * words.length + t]);
    }
  }
  CHECK(some.wrong_words == wrong);
  CHECK(some.first == first);
}

TEST_CASE("simulate: word problems with exact readouts", "[kernels][simulate][exact][oracle]") {
  for (const char* format : {"bf16", "fp16", "tf32"}) {
    for (const std::uint32_t n : {3U, 4U, 5U}) {
      for (const bool one_hot : {false, true}) {
        if (n == 5 && !one_hot && std::string(format) != "bf16") continue;  // 120 outputs
        const double key = samples::round_parameter(named_format(format), std::sqrt(0.5));
        auto [network, machine] = samples::symmetric_group(n, named_format(format), one_hot);
        auto [drifting, same] = samples::symmetric_group(n, named_format(format), one_hot, key, 2);
        const kernels::Words words{
            .count = n < 5 ? 17U : 9U, .length = n < 5 ? 70U : 20U, .seed = n};
        for (const Backend backend : fast_backends()) {
          CAPTURE(format, n, one_hot, kernels::name_of(backend));
          std::atomic<std::size_t> asked = 0;
          const kernels::Simulator fast(network, machine, backend, Asked{&network, &asked});
          asked = 0;
          const auto right = fast.run(words);
          CHECK(right.wrong_words == 0);
          CHECK(asked == 0);  // every state is known, and its scores are far apart
          const Asked exact{&drifting};
          for (const kernels::SimulateOptions& options :
               {kernels::SimulateOptions{}, {Emit::last, true, 2}, {Emit::every, true, 2}}) {
            check_same(simulate(drifting, machine, words, options, backend, exact),
                       simulate(drifting, machine, words, options, Backend::reference, exact));
          }
        }
      }
    }
  }
}

TEST_CASE("simulate: parameters beyond double decide", "[kernels][simulate][exact]") {
  // c_1 is larger than c_0 by less than doubles tell apart, W is 0: output 1 always, which no
  // scores show. The machine says 0 in state 1, which one letter out of three leads to.
  Network network;
  network.letters = 3;
  network.formats = samples::all_in(named_format("bf16"));
  Network::Layer layer;
  layer.n = 1;
  layer.reads = {-1};
  layer.start = {0.5};
  layer.moves.resize(3);
  layer.W = {0, 0};
  layer.c = {0.25, 0.25};
  network.layers = {layer};
  const kernels::Machine machine{0, {0, 0, 1, 1, 1, 1}, {1, 0}};
  const kernels::ExactReadout one = [](std::size_t, const double*) { return 1U; };
  const kernels::Words words{.count = 40, .length = 3, .seed = 4};
  std::vector<Backend> backends = fast_backends();
  backends.push_back(Backend::reference);
  std::uint64_t wrong = 0;
  std::optional<kernels::Mismatch> first;
  for (std::uint64_t w = 0; w < words.count; ++w) {
    const auto letters = kernels::letters_of(words, w, 3);
    for (std::uint64_t t = 0; t < 3; ++t) {
      if (letters[t] != 2) continue;
      ++wrong;
      if (!first) first = kernels::Mismatch{w, t + 1};
      break;
    }
  }
  REQUIRE(first);
  for (const Backend backend : backends) {
    const auto result = simulate(network, machine, words, {Emit::last, false, 1}, backend, one);
    CAPTURE(kernels::name_of(backend));
    CHECK(result.outputs == std::vector<std::uint32_t>(40, 1));
    CHECK(result.wrong_words == wrong);
    CHECK(result.first == first);
  }
  const auto shrunk =
      kernels::shrink(network, machine, kernels::letters_of(words, first->word, 3), 1'000'000, one);
  REQUIRE(shrunk);
  CHECK(shrunk->word == std::vector<std::uint32_t>{2});
  CHECK(shrunk->network_output == 1);
  CHECK(shrunk->machine_output == 0);
  CHECK(shrunk->minimal);
}

TEST_CASE("simulate: weights among the least numbers and beyond float",
          "[kernels][simulate][exact][oracle]") {
  // A weight that is 0 in floats, and one that is infinite there, times states that make up for it.
  Network network;
  network.letters = 2;
  network.formats = samples::all_in(named_format("bf16"));
  Network::Layer layer;
  layer.n = 2;
  layer.reads = {-1};
  layer.start = {0x1p60, 0x1p-60};
  Network::Move halve, turn;
  halve.shape = turn.shape = Network::Shape::diagonal;
  halve.A = {0.5, 1};
  turn.A = {-1, 1};
  layer.moves = {halve, turn};
  for (const double tiny : {0x1p-160, 0x1p-145}) {
    for (const double large : {0.0, 0x1p200}) {
      layer.W = {tiny, 0, 0, large, -tiny, 0};
      layer.c = {0, 0x1p-110, 0x1p-105};
      network.layers = {layer};
      const Asked exact{&network};
      const kernels::Words words{.count = 20, .length = 30, .seed = 4};
      const kernels::SimulateOptions options{Emit::every, false, 1};
      const auto right = simulate(network, {}, words, options, Backend::reference, exact);
      for (const Backend backend : fast_backends()) {
        CAPTURE(tiny, large, kernels::name_of(backend));
        check_same(simulate(network, {}, words, options, backend, exact), right);
      }
    }
  }
}
