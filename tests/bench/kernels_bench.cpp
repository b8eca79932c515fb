// Batched simulation, each backend beside the others, verified before it is timed. Needs nothing
// but kernels/, so that it runs on a machine with a GPU and little else.
//   bench_kernels [--smoke] [--threads N]

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "kernels/chunk.hpp"
#include "kernels/simulate.hpp"
#include "tests/kernels/sample_networks.hpp"

using namespace statewright;
using kernels::Backend;

namespace {

bool smoke = false;
unsigned threads = 0;

void fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

/// The median of some runs, whose words must all be right.
template <class Run>
void time_row(const std::string& name, Backend backend, kernels::Words words, const Run& run) {
  if (smoke) words.count = std::max<std::uint64_t>(1, words.count / 64);
  const auto seconds = [&] {
    const auto begin = std::chrono::steady_clock::now();
    if (run(words) != 0) fail("a word problem came out wrong");
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  seconds();
  std::vector<double> times;
  for (int i = 0; i < (smoke ? 1 : 7); ++i) times.push_back(seconds());
  std::sort(times.begin(), times.end());
  const double tokens = static_cast<double>(words.count) * static_cast<double>(words.length);
  std::printf("| %-36s | %-9s | %10.3g | %8.4g | %8.3g |\n", name.c_str(),
              std::string(name_of(backend)).c_str(), tokens, times[times.size() / 2] * 1e3,
              tokens / times[times.size() / 2]);
  std::fflush(stdout);
}

/// The same machine but for two letters, so that an error is noticed.
kernels::Machine spoiled(kernels::Machine machine) {
  for (std::size_t q = 0; q < machine.size(); ++q) {
    std::swap(machine.next[q * 120 + 118], machine.next[q * 120 + 119]);
  }
  return machine;
}

void word_problem(Backend backend, const std::string& name, const samples::WordProblem& problem,
                  const kernels::Words& words) {
  const kernels::Simulator simulator(problem.network, problem.machine, backend);
  // The same bits as the reference first.
  const kernels::Words few{.count = 40, .length = 50, .first = words.first, .seed = words.seed};
  const kernels::SimulateOptions all{kernels::Emit::last, true, threads};
  const kernels::Machine wrong = spoiled(problem.machine);
  const bool right = simulator.run(few, all) ==
                         simulate(problem.network, problem.machine, few, all, Backend::reference) &&
                     simulate(problem.network, wrong, few, all, backend) ==
                         simulate(problem.network, wrong, few, all, Backend::reference);
  if (!right) fail(std::string(name_of(backend)) + " differs from the reference: " + name);
  time_row(name, backend, words, [&](const kernels::Words& some) {
    return simulator.run(some, {kernels::Emit::nothing, false, threads}).wrong_words;
  });
}

void chunked(Backend backend, std::uint32_t chunk, const kernels::Words& words) {
  const auto problem = samples::symmetric_group(5, kernels::named_format("bf16"), true);
  const kernels::ChunkedNetwork network{problem.network, chunk};
  const kernels::ChunkComparer comparer(network, backend, problem.machine);
  const std::string name = "S5, chunk:bf16,C=" + std::to_string(chunk);
  const kernels::Words few{.count = 40, .length = 70, .seed = words.seed};
  const kernels::Machine wrong = spoiled(problem.machine);
  const kernels::ChunkOptions all{true, true, threads};
  if (kernels::ChunkComparer(network, backend, wrong).run(few, all) !=
      kernels::ChunkComparer(network, Backend::reference, wrong).run(few, all)) {
    fail(std::string(name_of(backend)) + " differs from the reference: " + name);
  }
  time_row(name, backend, words, [&](const kernels::Words& some) {
    return comparer.run(some, {false, false, threads}).different_words;
  });
}

struct Arithmetic {
  const char* name;
  kernels::Formats formats;
  double words = 1;  ///< of so many for bf16
};

/// Those that need more than a carrier's own roundings.
std::vector<Arithmetic> rarer() {
  const auto bf16 = kernels::named_format("bf16"), fp32 = kernels::named_format("fp32");
  const auto e4m3 = kernels::named_format("e4m3");
  kernels::FormatSpec wraps;
  wraps.fixed = true;
  wraps.exponent_bits = 4;
  wraps.significand_bits = 8;
  wraps.bias = 0;
  wraps.signed_zero = wraps.infinities = false;
  wraps.nans = kernels::Nans::none;
  wraps.overflow = kernels::Overflow::wrap;
  kernels::FormatSpec cut = kernels::named_format("fp64");
  cut.rounding = kernels::Rounding::toward_zero;
  kernels::FormatSpec down = bf16, drawn = bf16;
  down.rounding = kernels::Rounding::down;
  drawn.rounding = kernels::Rounding::stochastic;
  drawn.seed = 1;
  drawn.random_bits = 16;
  return {{"S5, fp32 on bf16", {bf16, fp32, fp32, fp32}, 0.1},
          {"S5, fixed:i=4,f=8,wrap", samples::all_in(wraps), 0.05},
          {"S5, state=fp32,io=bf16,acc=hopper",
           {bf16, fp32, fp32, fp32, {16, 25, 23, -126, -133}},
           0.02},
          {"S5, state=bf16,acc=hopper", {bf16, bf16, fp32, fp32, {16, 25, 23, -126, -133}}, 0.02},
          {"S5, state=e4m3,acc=hopper", {e4m3, e4m3, fp32, fp32, {32, 13, 13, -6, -133}}, 0.02},
          {"S5, bf16/rd", samples::all_in(down), 0.02},
          {"S5, bf16/sr:1", samples::all_in(drawn), 0.01},
          {"S5, fp64/rz", samples::all_in(cut), 0.005}};
}

/// The same network with matrices for letters, each component rounded once.
samples::WordProblem once(samples::WordProblem problem, const kernels::FormatSpec& format) {
  const auto fp64 = kernels::named_format("fp64");
  problem.network.once = true;
  problem.network.formats = {fp64, format, fp64, fp64};
  for (kernels::Network::Layer& layer : problem.network.layers) {
    const std::size_t n = layer.n;
    for (kernels::Network::Move& move : layer.moves) {
      std::vector<double> A(n * n);
      for (std::size_t i = 0; i < n; ++i) A[i * n + i] = 1;
      for (const kernels::Network::Factor& factor : move.factors) {
        for (std::size_t j = 0; j < n; ++j) {  // column by column
          double s = 0;
          for (std::size_t i = 0; i < n; ++i) s += factor.v[i] * A[i * n + j];
          for (std::size_t i = 0; i < n; ++i) A[i * n + j] -= factor.scale * factor.v[i] * s;
        }
      }
      move.factors.clear();
      move.shape = kernels::Network::Shape::dense;
      move.A = A;
    }
  }
  return problem;
}

/// Words for a backend, that many of those for bf16.
kernels::Words words_for(Backend backend, double share = 1) {
  const auto some = [&](double count) { return static_cast<std::uint64_t>(count * share) + 1; };
  if (backend == Backend::reference) return {.count = some(64), .length = 100, .seed = 1};
  if (backend == Backend::cpu) return {.count = some(8192), .length = 2000, .seed = 1};
  // All threads of all multiprocessors, the length by the rate.
  const std::uint64_t count = std::uint64_t{132} * 2048 * (share == 1 ? 4 : 1);
  return {.count = count, .length = share == 1 ? 10'000 : some(10'000), .seed = 1};
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--smoke") == 0) smoke = true;
    if (std::strcmp(argv[i], "--threads") == 0 && i + 1 < argc) {
      threads = static_cast<unsigned>(std::atoi(argv[++i]));
    }
  }
  std::printf(
      "### Batched simulation: n = 5, up to 4 reflections a token, tokens generated, every "
      "output compared\n\n");
  std::printf(
      "| problem | backend | tokens | ms (median of 7) | tokens/s |\n|---|---|---|---|---|\n");
  std::vector<Backend> backends = {Backend::reference, Backend::cpu};
  if (!kernels::cuda_devices().empty()) backends.push_back(Backend::cuda);
  for (const char* format : {"bf16", "fp16"}) {
    for (const bool one_hot : {true, false}) {
      const auto problem = samples::symmetric_group(5, kernels::named_format(format), one_hot);
      const std::string name =
          std::string("S5, ") + format + (one_hot ? ", one-hot" : ", one-line");
      for (const Backend backend : backends) {
        word_problem(backend, name, problem, words_for(backend));
      }
    }
  }
  const auto bf16 = kernels::named_format("bf16");
  for (const Arithmetic& arithmetic : rarer()) {
    auto problem = samples::symmetric_group(5, bf16, true);
    problem.network.formats = arithmetic.formats;
    for (const Backend backend : backends) {
      word_problem(backend, arithmetic.name, problem, words_for(backend, arithmetic.words));
    }
  }
  for (const char* format : {"bf16", "e4m3"}) {
    const auto problem =
        once(samples::symmetric_group(5, bf16, true), kernels::named_format(format));
    for (const Backend backend : backends) {
      word_problem(backend, std::string("S5, once:") + format, problem, words_for(backend, 0.005));
    }
  }
  for (const std::uint32_t chunk : {8U, 64U}) {
    for (const Backend backend : backends) chunked(backend, chunk, words_for(backend, 0.02));
  }
  for (const kernels::Device& device : kernels::cuda_devices()) {
    std::printf("\nGPU %d: %s, %d multiprocessors\n", device.index, device.name.c_str(),
                device.multiprocessors);
  }
  return 0;
}
