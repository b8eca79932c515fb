// Batched simulation and census, each backend beside the others, verified before it is timed. Needs
// nothing but kernels/, so that it runs on a machine with a GPU and little else.
//   bench_kernels [--smoke] [--threads N] [--report]
// --report: the census of all 2 x 2 matrices of e2m1, e4m3 and e5m2 instead, by the fastest
// backend.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "kernels/census.hpp"
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

// --- census -------------------------------------------------------------------------------------

void census_speed(Backend backend, const char* format, std::uint64_t members) {
  const kernels::CensusFamily family{kernels::named_format(format), {1, 1}, 256};
  const std::uint64_t few = std::min<std::uint64_t>(family.size(), 3000);
  const std::uint64_t middle = (family.size() - few) / 3;
  if (!(kernels::census(family, middle, middle + few, backend) ==
        kernels::census(family, middle, middle + few, Backend::reference))) {
    std::fprintf(stderr, "census: %s differs from the reference\n",
                 std::string(name_of(backend)).c_str());
    std::exit(1);
  }
  const std::uint64_t count = std::min(family.size(), smoke ? members / 64 : members);
  const std::uint64_t begin = (family.size() - count) / 3;
  std::vector<double> times;
  std::uint64_t steps = 0;
  for (int i = 0; i < (smoke ? 1 : 4); ++i) {
    const auto start = std::chrono::steady_clock::now();
    steps = kernels::census(family, begin, begin + count, backend, threads).steps;
    const auto end = std::chrono::steady_clock::now();
    if (i > 0 || smoke) times.push_back(std::chrono::duration<double>(end - start).count());
  }
  std::sort(times.begin(), times.end());
  const double seconds = times[times.size() / 2];
  std::printf("| %s | %-9s | %10.4g | %6.2f | %8.4g | %8.3g | %8.3g |\n", format,
              std::string(name_of(backend)).c_str(), static_cast<double>(count),
              static_cast<double>(steps) / static_cast<double>(count), seconds * 1e3,
              static_cast<double>(steps) / seconds, static_cast<double>(count) / seconds);
  std::fflush(stdout);
}

void report(const char* format, std::array<double, 2> start) {
  const kernels::CensusFamily family{kernels::named_format(format), start, 256};
  const auto begin = std::chrono::steady_clock::now();
  const kernels::CensusResult result =
      kernels::census(family, 0, family.size(), Backend::automatic, threads);
  const auto end = std::chrono::steady_clock::now();
  std::printf("### %s, x_0 = (%g, %g), T = 256: %llu matrices, %llu steps, %.2f s\n\n", format,
              start[0], start[1], static_cast<unsigned long long>(family.size()),
              static_cast<unsigned long long>(result.steps),
              std::chrono::duration<double>(end - begin).count());
  std::printf(
      "| spectrum | norm | fate | members | longest preperiod | longest period | amplitude | "
      "first with it |\n|---|---|---|---|---|---|---|---|\n");
  for (std::size_t s = 0; s < kernels::kSpectra; ++s) {
    for (const bool contracts : {true, false}) {
      for (std::size_t f = 0; f < kernels::kFates; ++f) {
        const auto spectrum = static_cast<kernels::Spectrum>(s);
        const auto fate = static_cast<kernels::Fate>(f);
        const kernels::CensusCell& cell = result.cell(spectrum, contracts, fate);
        if (cell.count == 0) continue;
        const kernels::CensusMember member = kernels::census_member(family, cell.member);
        std::printf("| %s | %s | %s | %llu | %u | %u | %u | [[%g, %g], [%g, %g]] |\n",
                    std::string(name_of(spectrum)).c_str(), contracts ? "<= 1" : "> 1",
                    std::string(name_of(fate)).c_str(), static_cast<unsigned long long>(cell.count),
                    cell.longest_preperiod, cell.longest_period, cell.amplitude, member.matrix[0],
                    member.matrix[1], member.matrix[2], member.matrix[3]);
      }
    }
  }
  std::printf("\n");
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--smoke") == 0) smoke = true;
    if (std::strcmp(argv[i], "--report") == 0) {
      for (const char* format : {"e2m1", "e4m3", "e5m2"}) report(format, {1, 1});
      return 0;
    }
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
  std::printf("\n### Census of 2 x 2 matrices, horizon 256, x_0 = (1, 1)\n\n");
  std::printf(
      "| format | backend | matrices | steps each | ms (median of 3) | steps/s | matrices/s "
      "|\n|---|---|---|---|---|---|---|\n");
  for (const char* format : {"e4m3", "e5m2"}) {
    census_speed(Backend::reference, format, 20'000);
    census_speed(Backend::cpu, format, 8'000'000);
    if (!kernels::cuda_devices().empty()) census_speed(Backend::cuda, format, ~0ULL);
  }
  for (const kernels::Device& device : kernels::cuda_devices()) {
    std::printf("\nGPU %d: %s, %d multiprocessors\n", device.index, device.name.c_str(),
                device.multiprocessors);
  }
  return 0;
}
