// bench_kernels_census [--smoke] [--threads N] [--report]: census of every family on every backend
// that is here, each compared with the reference before it is timed. Needs nothing but kernels/.
// --report: the tables of kernels/CENSUS.md instead, by the fastest backend.

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
using kernels::Census;
using kernels::CensusCell;
using kernels::CensusFamily;
using kernels::CensusKind;
using kernels::CensusQuestion;
using kernels::CensusResult;
using kernels::CensusSample;
using kernels::Spectrum;

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

// --- figures

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
                           ", " + spelling_of(family.format) + (family.sample ? ", drawn" : "");
  std::printf("| %-30s | %-9s | %10.4g | %8.4g | %8.3g | %6.2f | %8.3g |\n", name.c_str(),
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

// --- the report

std::string letter_of(const CensusFamily& family, std::uint64_t member) {
  return letter_text(family, kernels::census_member(family, member).parameters);
}

std::string relative_text(std::uint32_t relative) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", relative * kernels::kRelativeUnit);
  return text;
}

/// How many count, in which class, and the most robust one.
std::string answer_text(const Census& census, const CensusQuestion& question) {
  const CensusCell cell = census.answer(question);
  if (cell.count == 0) return "none";
  return std::to_string(cell.count) + ", up to " + std::to_string(cell.amplitude.value) +
         (cell.amplitude.value == 1 ? " value" : " values") + " apart (" +
         letter_of(census.family, cell.amplitude.member) + "), relative " +
         relative_text(cell.relative.value);
}

void summary_line(const Census& census) {
  using Counts = CensusQuestion::Counts;
  std::uint64_t real = 0;
  for (const bool contracts : {false, true}) {
    for (const CensusCell& cell :
         census.result.cells[static_cast<std::size_t>(Spectrum::nonnegative)][contracts]) {
      real += cell.count;
    }
  }
  const auto text = [&](std::optional<bool> contracts, Counts counts) {
    return answer_text(census, {Spectrum::nonnegative, contracts, counts});
  };
  std::printf("| %s | %llu | %llu | %s | %s | %s | %s |\n", census.family.text().c_str(),
              static_cast<unsigned long long>(census.result.members),
              static_cast<unsigned long long>(real), text(true, Counts::parity).c_str(),
              text(true, Counts::modulo_3).c_str(), text({}, Counts::parity).c_str(),
              text({}, Counts::modulo_3).c_str());
}

void cells(const Census& census) {
  std::printf("### %s: %llu members, %llu steps\n\n", census.family.text().c_str(),
              static_cast<unsigned long long>(census.result.members),
              static_cast<unsigned long long>(census.result.steps));
  std::printf(
      "| spectrum | norm | fate | members | longest preperiod | longest period | amplitude | "
      "relative | first of largest amplitude |\n|---|---|---|---|---|---|---|---|---|\n");
  for (std::size_t s = 0; s < kernels::kSpectra; ++s) {
    for (const bool contracts : {true, false}) {
      for (std::size_t f = 0; f < kernels::kFates; ++f) {
        const CensusCell& cell = census.result.cells[s][contracts ? 1 : 0][f];
        if (cell.count == 0) continue;
        std::printf(
            "| %s | %s | %s | %llu | %u | %u | %u | %s | %s |\n",
            std::string(name_of(static_cast<Spectrum>(s))).c_str(), contracts ? "<= 1" : "> 1",
            std::string(name_of(static_cast<kernels::Fate>(f))).c_str(),
            static_cast<unsigned long long>(cell.count), cell.longest_preperiod, cell.period.value,
            cell.amplitude.value, relative_text(cell.relative.value).c_str(),
            letter_of(census.family, cell.amplitude.member).c_str());
      }
    }
  }
  std::printf("\n");
  std::fflush(stdout);
}

void report() {
  const auto matrices = CensusKind::matrices, diagonal = CensusKind::diagonal;
  const auto deltanet = CensusKind::deltanet, pairs = CensusKind::pairs;
  const bool gpu = !kernels::cuda_devices().empty();
  const std::uint64_t drawn = gpu ? 1'000'000'000 : 100'000;
  std::vector<CensusFamily> families;
  for (const char* format : {"e2m1", "e4m3", "e5m2"}) {
    families.push_back(family_of(matrices, 2, format));
  }
  families.push_back(family_of(matrices, 3, "e4m3", 2, drawn));
  families.push_back(family_of(matrices, 4, "e4m3", 2, drawn / 4));
  for (const char* format : {"e2m1", "e4m3", "e5m2"}) {
    families.push_back(family_of(diagonal, 1, format));
  }
  families.push_back(family_of(diagonal, 2, "e2m1"));
  families.push_back(family_of(diagonal, 2, "e4m3"));
  for (const double beta_most : {1.0, 2.0}) {
    for (const char* format : {"e2m1", "e4m3", "e5m2"}) {
      families.push_back(family_of(deltanet, 2, format, beta_most));
    }
    families.push_back(family_of(deltanet, 3, "e4m3", beta_most, drawn));
    families.push_back(family_of(deltanet, 4, "e4m3", beta_most, drawn));
  }
  for (const double beta_most : {1.0, 2.0}) {
    for (const char* format : {"e2m1", "e2m3", "e3m2"}) {
      families.push_back(family_of(pairs, 2, format, beta_most));
    }
    families.push_back(family_of(pairs, 2, "e4m3", beta_most, drawn));
    families.push_back(family_of(pairs, 2, "e5m2", beta_most, drawn));
    families.push_back(family_of(pairs, 3, "e4m3", beta_most, drawn / 4));
  }
  std::vector<Census> done;
  kernels::CensusOptions options;
  options.threads = threads;
  for (const CensusFamily& family : families) {
    if (!gpu && family.size() > 10'000'000) continue;
    const double begin = now();
    done.push_back(run_census(family, options));
    std::fprintf(stderr, "%s: %.2f s\n", family.text().c_str(), now() - begin);
  }
  std::printf(
      "| family | members | real, non-negative eigenvalues | of norm at most 1: decide parity | "
      "count modulo 3 | of any norm: decide parity | count modulo 3 "
      "|\n|---|---|---|---|---|---|---|\n");
  for (const Census& census : done) summary_line(census);
  std::printf("\n");
  for (const Census& census : done) cells(census);
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--smoke") == 0) smoke = true;
    if (std::strcmp(argv[i], "--report") == 0) {
      report();
      return 0;
    }
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
  for (const kernels::Device& device : kernels::cuda_devices()) {
    std::printf("\nGPU %d: %s, %d multiprocessors\n", device.index, device.name.c_str(),
                device.multiprocessors);
  }
  return 0;
}
