// simulate: every backend is the reference, bit for bit. Needs nothing but kernels/, so that it
// runs on a machine with a GPU and little else.

#include <cmath>
#include <string>
#include <vector>

#include "kernels/generator.hpp"
#include "kernels/simulate.hpp"
#include "kernels/simulate_parts.hpp"
#include "tests/catch.hpp"
#include "tests/kernels/compare.hpp"
#include "tests/kernels/sample_networks.hpp"

using namespace statewright;
using kernels::Backend;
using kernels::Emit;
using kernels::FormatSpec;
using kernels::named_format;
using kernels::Rounding;
using samples::check_same;
using samples::fast_backends;

namespace {

FormatSpec with(FormatSpec format, Rounding rounding) {
  format.rounding = rounding;
  return format;
}

FormatSpec drawn(FormatSpec format, int bits, std::uint64_t seed, bool equal = false) {
  format.rounding = equal ? Rounding::stochastic_equal : Rounding::stochastic;
  format.random_bits = bits;
  format.seed = seed;
  return format;
}

FormatSpec fixed_point(int before, int after, Rounding rounding) {
  FormatSpec format;
  format.fixed = true;
  format.exponent_bits = before;
  format.significand_bits = after;
  format.bias = 0;
  format.signed_zero = format.infinities = false;
  format.nans = kernels::Nans::none;
  format.overflow = kernels::Overflow::saturate;
  format.rounding = rounding;
  return format;
}

/// Groups shorter than the widest sample, as long, and longer; of bf16 and of e4m3.
std::vector<kernels::TensorSpec> tensor_cores() {
  return {{2, 24, 23, -126, -133},
          {5, 23, 23, -126, -133},
          {16, 25, 23, -126, -133},
          {3, 13, 13, -6, -133}};
}

struct Arithmetic {
  std::string name;
  kernels::Formats formats;  ///< io, state, accumulate, readout
};

std::vector<Arithmetic> arithmetics() {
  std::vector<Arithmetic> list;
  const auto alike = [&](const std::string& name, const FormatSpec& format) {
    list.push_back({name, samples::all_in(format)});
  };
  for (const char* name :
       {"bf16", "fp16", "fp32", "fp64", "tf32", "e4m3", "e5m2", "e3m2", "e2m1"}) {
    alike(name, named_format(name));
  }
  const FormatSpec bf16 = named_format("bf16"), e4m3 = named_format("e4m3");
  const FormatSpec fp16 = named_format("fp16"), fp32 = named_format("fp32");
  alike("bf16/rz", with(bf16, Rounding::toward_zero));
  alike("bf16/rd", with(bf16, Rounding::down));
  alike("e4m3/ru", with(e4m3, Rounding::up));
  alike("fp16/rna", with(fp16, Rounding::nearest_away));
  alike("bf16/ro", with(bf16, Rounding::to_odd));
  alike("fixed:i=4,f=6", fixed_point(4, 6, Rounding::nearest_even));
  alike("fixed:i=3,f=5/rd", fixed_point(3, 5, Rounding::down));
  const auto wrapping = [](FormatSpec format) {
    format.overflow = kernels::Overflow::wrap;
    return format;
  };
  const FormatSpec wraps = wrapping(fixed_point(2, 5, Rounding::nearest_even));
  alike("fixed:i=2,f=5,wrap", wraps);
  alike("fixed:i=3,f=4,wrap/rd", wrapping(fixed_point(3, 4, Rounding::down)));
  alike("fixed:i=1,f=20,wrap/rna", wrapping(fixed_point(1, 20, Rounding::nearest_away)));
  alike("fixed:i=20,f=1,wrap/ro", wrapping(fixed_point(20, 1, Rounding::to_odd)));
  alike("fixed:i=2,f=5,wrap/sr", drawn(wraps, 7, 4));
  list.push_back({"state=fixed wrap,acc=fp32", {bf16, wraps, fp32, fp32}});
  list.push_back({"state=bf16,acc=fixed wrap", {bf16, bf16, wraps, fp32}});
  for (const kernels::TensorSpec& core : tensor_cores()) {
    const std::string name = "tensor core of " + std::to_string(core.group);
    const bool is_short = core.significand_bits == 13;
    const FormatSpec input = is_short ? e4m3 : bf16;
    list.push_back({name, {input, fp32, fp32, fp32, core}});
    list.push_back({name + ",state=io", {input, input, fp32, fp32, core}});
    list.push_back({name + ",state=io/sr", {input, drawn(input, 8, 3), fp32, fp32, core}});
    list.push_back({name + ",io/sr", {drawn(input, 8, 7), fp16, fp32, fp32, core}});
  }
  const FormatSpec fp64 = named_format("fp64");
  alike("fp64/rz", with(fp64, Rounding::toward_zero));
  alike("fp64/sr", drawn(fp64, 9, 6));
  list.push_back({"state=fp64,acc=bf16", {bf16, fp64, bf16, fp32}});
  list.push_back({"state=fp64,acc=fp16/sr", {fp16, fp64, drawn(fp16, 5, 2), drawn(fp16, 3, 1)}});
  FormatSpec flushed = fp16;
  flushed.subnormals = false;
  alike("fp16 without subnormals", flushed);
  const FormatSpec bf16_sr = drawn(bf16, 16, 3), e4m3_se = drawn(e4m3, 1, 5, true);
  alike("bf16/sr", bf16_sr);
  alike("e4m3/se", e4m3_se);
  alike("fixed:i=3,f=5/sr", drawn(fixed_point(3, 5, Rounding::nearest_even), 3, 1));
  list.push_back({"state=bf16/sr,acc=fp32", {bf16, bf16_sr, fp32, fp32}});
  list.push_back({"state=e4m3/se,acc=fp16/sr", {e4m3, e4m3_se, drawn(fp16, 32, 9), fp16}});
  list.push_back({"readout=bf16/sr", {bf16, bf16, bf16, bf16_sr}});
  list.push_back({"state=fp32,io=bf16", {bf16, fp32, fp32, fp32}});
  list.push_back({"state=bf16,acc=fp32", {bf16, bf16, fp32, fp32}});
  list.push_back({"state=e4m3,acc=fp16,readout=fp32", {e4m3, e4m3, fp16, fp32}});
  list.push_back({"state=fp32,acc=fp64", {fp32, fp32, named_format("fp64"), named_format("fp64")}});
  return list;
}

kernels::Network network_of(std::uint64_t seed, const kernels::Formats& formats) {
  return samples::random_network(seed, formats, samples::round_parameter);
}

/// The same network with every move a matrix, and components rounded once.
kernels::Network once(kernels::Network network) {
  using Shape = kernels::Network::Shape;
  network.once = true;
  network.formats.readout = named_format("fp64");
  for (kernels::Network::Layer& layer : network.layers) {
    for (kernels::Network::Move& move : layer.moves) {
      if (move.shape == Shape::dense) continue;
      std::vector<double> A(std::size_t{layer.n} * layer.n);
      for (std::uint32_t i = 0; i < layer.n; ++i) {
        A[i * layer.n + i] = move.shape == Shape::diagonal ? move.A[i] : 1;
        for (std::uint32_t j = 0; j < layer.n && !move.factors.empty(); ++j) {
          const kernels::Network::Factor& factor = move.factors.front();
          A[i * layer.n + j] -= factor.scale * factor.v[i] * factor.v[j];
        }
      }
      move.shape = Shape::dense;
      move.factors.clear();
      move.A = A;
    }
  }
  return network;
}

}  // namespace

TEST_CASE("kernels: a GPU is compared where there is one", "[kernels][cuda]") {
  if (kernels::cuda_devices().empty()) {
    const bool built = kernels::built_with_cuda();
    WARN((built ? "skipped: no GPU here" : "skipped: a build without CUDA"));
  }
  for (const kernels::Device& device : kernels::cuda_devices()) {
    WARN(device.name << ", " << device.multiprocessors << " multiprocessors");
    CHECK(device.multiprocessors > 0);
  }
}

TEST_CASE("simulate: backends return the reference's bits", "[kernels][simulate][oracle]") {
  const std::uint64_t counts[] = {0, 1, 31, 33, 70};
  for (const Backend backend : fast_backends()) {
    for (const Arithmetic& arithmetic : arithmetics()) {
      for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        CAPTURE(arithmetic.name, seed, kernels::name_of(backend));
        const kernels::Network network = network_of(seed + 100, arithmetic.formats);
        const kernels::Machine machine = samples::random_machine(seed, network);
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
  const kernels::Network network = network_of(3, samples::all_in(named_format("bf16")));
  const kernels::Machine machine = samples::random_machine(3, network);
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
  const kernels::Network network = network_of(5, samples::all_in(named_format("fp16")));
  const kernels::Machine machine = samples::random_machine(5, network);
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

TEST_CASE("simulate: word problems with letters from memory", "[kernels][simulate][oracle]") {
  for (const char* format : {"bf16", "fp16"}) {
    for (const double key : {1.0, std::sqrt(0.5)}) {
      const double stored = samples::round_parameter(named_format(format), key);
      const auto [network, machine] =
          samples::symmetric_group(4, named_format(format), false, stored, key == 1 ? 1 : 2);
      for (const std::uint64_t length : {0U, 1U, 4U, 63U, 64U, 65U, 131U}) {
        const std::uint64_t count = 33;
        std::vector<std::uint32_t> letters;
        std::uint64_t seed = length + 1;
        for (std::uint64_t i = 0; i < count * length; ++i) {
          letters.push_back(static_cast<std::uint32_t>(seeded::splitmix(seed) % network.letters));
        }
        for (const unsigned bits : {8U, 16U, 32U}) {
          const auto packed = kernels::pack(letters, count, length, bits);
          const kernels::Words words{
              .count = count, .length = length, .bits = bits, .packed = packed};
          CAPTURE(format, key, length, bits);
          for (const Backend backend : fast_backends()) {
            for (const Emit emit : {Emit::nothing, Emit::last}) {
              const kernels::SimulateOptions options{emit, emit == Emit::last, 2};
              check_same(simulate(network, machine, words, options, backend),
                         simulate(network, machine, words, options, Backend::reference));
            }
          }
        }
      }
    }
  }
}

TEST_CASE("simulate: components rounded once", "[kernels][simulate][once][oracle]") {
  std::vector<FormatSpec> formats;
  for (const char* name : {"bf16", "fp16", "fp32", "e4m3"}) formats.push_back(named_format(name));
  formats.push_back(with(named_format("bf16"), Rounding::down));
  formats.push_back(drawn(named_format("bf16"), 16, 8));
  formats.push_back(fixed_point(3, 6, Rounding::nearest_even));
  formats.back().overflow = kernels::Overflow::wrap;
  const std::uint64_t counts[] = {0, 1, 31, 33, 70};
  std::size_t emitted = 0;
  for (std::size_t f = 0; f < formats.size(); ++f) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const kernels::Network network = once(network_of(seed * 5 + f, samples::all_in(formats[f])));
      const kernels::Machine machine = samples::random_machine(seed, network);
      const kernels::Words words{.count = counts[seed % 5], .length = 1 + 9 * seed, .seed = seed};
      for (const Backend backend : fast_backends()) {
        CAPTURE(f, seed, kernels::name_of(backend));
        const kernels::SimulateOptions all{Emit::every, true, 2};
        const auto right = simulate(network, machine, words, all, Backend::reference);
        check_same(simulate(network, machine, words, all, backend), right);
        check_same(simulate(network, machine, words, {}, backend),
                   simulate(network, machine, words, {}, Backend::reference));
        for (const std::uint32_t output : right.outputs) emitted += output != 0 ? 1 : 0;
      }
    }
  }
  CHECK(emitted > 0);
}

TEST_CASE("simulate: more words than threads in the rarer arithmetics",
          "[kernels][simulate][oracle]") {
  const FormatSpec bf16 = named_format("bf16"), fp32 = named_format("fp32");
  FormatSpec wraps = fixed_point(2, 6, Rounding::nearest_even);
  wraps.overflow = kernels::Overflow::wrap;
  const FormatSpec cut = with(named_format("fp64"), Rounding::toward_zero);
  const kernels::Formats cores = {bf16, bf16, fp32, fp32, tensor_cores()[0]};
  for (const kernels::Formats& formats : {samples::all_in(wraps), samples::all_in(cut), cores}) {
    const kernels::Network network = network_of(12, formats);
    const kernels::Machine machine = samples::random_machine(3, network);
    const kernels::Words words{.count = 1025, .length = 7, .seed = 2};
    const kernels::SimulateOptions all{Emit::last, true, 3};
    for (const Backend backend : fast_backends()) {
      check_same(simulate(network, machine, words, all, backend),
                 simulate(network, machine, words, all, Backend::reference));
    }
  }
}

TEST_CASE("simulate: words divided over several GPUs", "[kernels][simulate][cuda][law]") {
  if (kernels::cuda_devices().empty()) {
    WARN("skipped: no GPU here");
    return;
  }
  // One GPU several times, and all that are here.
  std::vector<std::vector<int>> choices = {{0}, {0, 0}, {0, 0, 0, 0, 0}};
  choices.emplace_back();
  for (const auto& device : kernels::cuda_devices()) choices.back().push_back(device.index);
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const kernels::Network network = network_of(seed, samples::all_in(named_format("bf16")));
    const kernels::Machine machine = samples::random_machine(seed, network);
    std::vector<std::uint32_t> letters(1025 * 33);
    std::uint64_t state = seed;
    for (auto& a : letters) {
      a = static_cast<std::uint32_t>(seeded::splitmix(state) % network.letters);
    }
    const auto packed = kernels::pack(letters, 1025, 33, 8);
    for (const std::uint64_t count : {0, 1, 4, 1025}) {
      const kernels::SimulateOptions options{Emit::every, true, 1};
      const kernels::Words generated{.count = count, .length = 33, .first = 5, .seed = seed};
      kernels::Words from_memory{.count = count, .length = 33, .bits = 8};
      from_memory.packed = std::span(packed).first(count * from_memory.row_size());
      for (const kernels::Words& words : {generated, from_memory}) {
        const auto right = simulate(network, machine, words, options, Backend::reference);
        for (const auto& devices : choices) {
          CAPTURE(seed, count, devices.size(), words.bits);
          const auto backend = kernels::make_simulate_cuda(network, &machine, {}, devices);
          check_same(backend->run(words, options), right);
          check_same(backend->run(words, {}),
                     simulate(network, machine, words, {}, Backend::reference));
        }
      }
    }
  }
}

TEST_CASE("simulate: generated letters are spread as said", "[kernels][simulate][quick]") {
  for (const std::uint32_t letters : {1U, 2U, 3U, 5U, 120U, 1000U}) {
    std::vector<std::uint64_t> counts(letters);
    constexpr std::uint64_t total = 60'000;
    for (std::uint64_t word = 0; word < 60; ++word) {
      const kernels::WordKeys keys = kernels::word_keys(7, word);
      for (std::uint64_t t = 0; t < total / 60; ++t) {
        const std::uint32_t letter = kernels::letter_at(keys, t, letters);
        REQUIRE(letter < letters);
        ++counts[letter];
      }
    }
    // Six standard deviations around the mean: seldom further away for honest letters, and these
    // are the same in every run.
    const double mean = static_cast<double>(total) / letters;
    for (const std::uint64_t count : counts) {
      CHECK(std::fabs(static_cast<double>(count) - mean) <= 6 * std::sqrt(mean));
    }
  }
}

TEST_CASE("simulate: runs can be divided", "[kernels][simulate][law]") {
  const kernels::Network network = network_of(8, samples::all_in(named_format("bf16")));
  const kernels::SimulateOptions options{Emit::last, false, 2};
  for (const Backend backend : fast_backends()) {
    const kernels::Simulator ours(network, {}, backend);
    const auto whole =
        ours.run({.count = 100, .length = 20, .first = 7, .seed = 1}, options).outputs;
    auto parts = ours.run({.count = 41, .length = 20, .first = 7, .seed = 1}, options).outputs;
    const auto rest =
        ours.run({.count = 59, .length = 20, .first = 48, .seed = 1}, options).outputs;
    parts.insert(parts.end(), rest.begin(), rest.end());
    CHECK(parts == whole);
  }
}

TEST_CASE("simulate: word problems, right and not quite", "[kernels][simulate][oracle]") {
  for (const char* format : {"bf16", "fp16", "tf32"}) {
    for (const std::uint32_t n : {2U, 3U, 4U, 5U}) {
      for (const bool one_hot : {false, true}) {
        auto [network, machine] = samples::symmetric_group(n, named_format(format), one_hot);
        const kernels::Words words{
            .count = n < 5 ? 65U : 33U, .length = n < 5 ? 130U : 70U, .seed = n};
        std::vector<Backend> backends = fast_backends();
        backends.push_back(Backend::reference);
        CAPTURE(format, n, one_hot);
        for (const Backend backend : backends) {
          const auto result = simulate(network, machine, words, {}, backend);
          CHECK(result.wrong_words == 0);
          CHECK_FALSE(result.first);
        }
        // Other successors here and there: some words notice. And keys of length one, which are
        // not values of the format: the state drifts.
        for (std::size_t q = 0; q < machine.size(); ++q) {
          const std::size_t a = q * network.letters + network.letters - 1;
          std::swap(machine.next[a], machine.next[a - 1]);
        }
        const double key = samples::round_parameter(named_format(format), std::sqrt(0.5));
        auto [drifting, right_machine] =
            samples::symmetric_group(n, named_format(format), one_hot, key, 2);
        for (const kernels::SimulateOptions& options :
             {kernels::SimulateOptions{}, {Emit::last, true, 2}, {Emit::every, true, 2}}) {
          const auto right = simulate(network, machine, words, options, Backend::reference);
          CHECK(right.wrong_words > 0);
          const auto drifted =
              simulate(drifting, right_machine, words, options, Backend::reference);
          for (const Backend backend : fast_backends()) {
            check_same(simulate(network, machine, words, options, backend), right);
            check_same(simulate(drifting, right_machine, words, options, backend), drifted);
          }
        }
      }
    }
  }
}
