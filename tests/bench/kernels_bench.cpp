// Batched simulation, each backend beside the others, verified before it is timed. Needs nothing
// but kernels/, so that it runs on a machine with a GPU and little else.
//   bench_kernels [--smoke] [--threads N]

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "kernels/simulate.hpp"
#include "tests/kernels/sample_networks.hpp"

using namespace statewright;
using kernels::Backend;

namespace {

bool smoke = false;
unsigned threads = 0;

double seconds_of(const kernels::Simulator& simulator, const kernels::Words& words) {
  const auto begin = std::chrono::steady_clock::now();
  const kernels::SimulateResult result =
      simulator.run(words, {kernels::Emit::nothing, false, threads});
  const auto end = std::chrono::steady_clock::now();
  if (result.wrong_words != 0) {
    std::fprintf(stderr, "a word problem came out wrong\n");
    std::exit(1);
  }
  return std::chrono::duration<double>(end - begin).count();
}

void word_problem(Backend backend, const char* format, bool one_hot, kernels::Words words) {
  const auto problem = samples::symmetric_group(5, kernels::named_format(format), one_hot);
  const kernels::Simulator simulator(problem.network, problem.machine, backend);
  // The same bits as the reference first, and an error is noticed.
  const kernels::Words few{.count = 40, .length = 50, .first = words.first, .seed = words.seed};
  const kernels::SimulateOptions all{kernels::Emit::last, true, threads};
  auto wrong = problem.machine;
  for (std::size_t q = 0; q < wrong.size(); ++q) {
    std::swap(wrong.next[q * 120 + 118], wrong.next[q * 120 + 119]);
  }
  const bool right = simulator.run(few, all) ==
                         simulate(problem.network, problem.machine, few, all, Backend::reference) &&
                     simulate(problem.network, wrong, few, all, backend) ==
                         simulate(problem.network, wrong, few, all, Backend::reference);
  if (!right) {
    std::fprintf(stderr, "%s differs from the reference\n", std::string(name_of(backend)).c_str());
    std::exit(1);
  }
  if (smoke) words.count = std::max<std::uint64_t>(1, words.count / 64);
  seconds_of(simulator, words);
  std::vector<double> times;
  for (int i = 0; i < (smoke ? 1 : 7); ++i) times.push_back(seconds_of(simulator, words));
  std::sort(times.begin(), times.end());
  const double tokens = static_cast<double>(words.count) * static_cast<double>(words.length);
  std::printf("| S5, %s, %-8s | %-9s | %10.3g | %8.4g | %8.3g |\n", format,
              one_hot ? "one-hot" : "one-line", std::string(name_of(backend)).c_str(), tokens,
              times[times.size() / 2] * 1e3, tokens / times[times.size() / 2]);
  std::fflush(stdout);
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
  for (const char* format : {"bf16", "fp16"}) {
    for (const bool one_hot : {true, false}) {
      word_problem(Backend::reference, format, one_hot, {.count = 64, .length = 100, .seed = 1});
      word_problem(Backend::cpu, format, one_hot, {.count = 8192, .length = 2000, .seed = 1});
      if (kernels::cuda_devices().empty()) continue;
      word_problem(Backend::cuda, format, one_hot,
                   {.count = std::uint64_t{132} * 2048 * 4, .length = 10'000, .seed = 1});
    }
  }
  for (const kernels::Device& device : kernels::cuda_devices()) {
    std::printf("\nGPU %d: %s, %d multiprocessors\n", device.index, device.name.c_str(),
                device.multiprocessors);
  }
  return 0;
}
