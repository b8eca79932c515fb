// bench_kernels_census [--smoke] [--threads N]: census of every family on every backend
// that is here, each compared with the reference before it is timed. Needs nothing but kernels/.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "kernels/census_run.hpp"

using namespace statewright;
using kernels::Backend;
using kernels::CensusFamily;
using kernels::CensusKind;
using kernels::CensusSample;

namespace {

bool smoke = false;
unsigned threads = 0;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

CensusFamily family_of(CensusKind kind, std::uint32_t n, const char* format, double beta_most = 2,
                       std::uint64_t sample = 0) {
  CensusFamily family;
  family.format = kernels::named_format(format);
  family.kind = kind;
  family.n = n;
  family.beta_most = beta_most;
  if (sample > 0) family.sample = CensusSample{sample, 1};
  return family;
}

/// `count` members from the first third on, or all.
void speed(Backend backend, CensusFamily family, std::uint64_t count) {
  if (family.sample) family.sample->count = std::max<std::uint64_t>(count, 4000);
  const std::uint64_t size = family.size();
  const std::uint64_t few = std::min<std::uint64_t>(size, 1000), middle = (size - few) / 3;
  if (!(census(family, middle, middle + few, backend) ==
        census(family, middle, middle + few, Backend::reference))) {
    std::fprintf(stderr, "census: %s differs from the reference\n",
                 std::string(name_of(backend)).c_str());
    std::exit(1);
  }
  count = std::min(size, smoke ? count / 64 : count);
  const std::uint64_t begin = (size - count) / 3;
  std::vector<double> times;
  std::uint64_t steps = 0;
  for (int i = 0; i < (smoke ? 1 : 6); ++i) {
    const double start = now();
    steps = census(family, begin, begin + count, backend, threads).steps;
    if (i > 0 || smoke) times.push_back(now() - start);
  }
  std::sort(times.begin(), times.end());
  const double seconds = times[times.size() / 2];
  const std::string name = std::string(name_of(family.kind)) + ", n = " + std::to_string(family.n) +
                           ", " + spelling_of(family.format) + (family.sample ? ", drawn" : "") +
                           (family.all_starts ? ", starts" : "") +
                           (family.rounding == kernels::CensusRounding::once ? ", once" : "");
  std::printf("| %-36s | %-9s | %10.4g | %8.4g | %8.3g | %6.2f | %8.3g |\n", name.c_str(),
              std::string(name_of(backend)).c_str(), static_cast<double>(count), seconds * 1e3,
              static_cast<double>(count) / seconds,
              static_cast<double>(steps) / static_cast<double>(count),
              static_cast<double>(steps) / seconds);
  std::fflush(stdout);
}

void speeds(const CensusFamily& family, std::uint64_t most_on_gpu) {
  if (family.n == 2) speed(Backend::reference, family, 4000);
  speed(Backend::cpu, family, family.n == 2 ? 8'000'000 : 1'000'000);
  if (!kernels::cuda_devices().empty()) speed(Backend::cuda, family, most_on_gpu);
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
      "### Census, horizon 256, x_0 = (1, .., 1)\n\n| family | backend | members | ms (median of "
      "5) | members/s | steps each | steps/s |\n|---|---|---|---|---|---|---|\n");
  const std::uint64_t all = ~std::uint64_t{0};
  speeds(family_of(CensusKind::matrices, 2, "e4m3"), all);
  speeds(family_of(CensusKind::matrices, 2, "e5m2"), all);
  speeds(family_of(CensusKind::diagonal, 2, "e4m3"), all);
  speeds(family_of(CensusKind::deltanet, 2, "e4m3"), all);
  speeds(family_of(CensusKind::pairs, 2, "e2m3"), all);
  speeds(family_of(CensusKind::pairs, 2, "e4m3", 2, 1), 200'000'000);
  speeds(family_of(CensusKind::matrices, 3, "e4m3", 2, 1), 200'000'000);
  speeds(family_of(CensusKind::matrices, 4, "e4m3", 2, 1), 100'000'000);
  speeds(family_of(CensusKind::pairs, 4, "e4m3", 2, 1), 20'000'000);
  CensusFamily states = family_of(CensusKind::factor, 2, "e4m3");  // letters without b
  states.unit_keys = states.all_starts = true;
  speeds(states, 4'000'000'000);
  states.rounding = kernels::CensusRounding::once;
  speeds(states, 4'000'000'000);
  for (const kernels::Device& device : kernels::cuda_devices()) {
    std::printf("\nGPU %d: %s, %d multiprocessors\n", device.index, device.name.c_str(),
                device.multiprocessors);
  }
  return 0;
}
