// A machine on one very long packed word, each backend beside the others and beside the memory's
// bandwidth; and chunked beside letter by letter evaluation of a network. Verified before it is
// timed. Needs nothing but kernels/.
//   bench_kernels_scan [--smoke] [--threads N] [--no-cpu] [--no-gpu] [--no-reference] [--machines
//   N] [--mib N]
// --machines: the first N of the list. The form maps/3: three states are followed (ScanPlan).
// --mib: words of so many MiB for the CPU, where 1024 are taken otherwise. Words are made by all
// processors. scan_numpy.py is the loop that a user would write instead.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "kernels/chunk.hpp"
#include "kernels/scan.hpp"
#include "tests/core/seeded.hpp"
#include "tests/kernels/sample_networks.hpp"

using namespace statewright;
using kernels::Backend;
using kernels::Machine;
using kernels::Scanner;

namespace {

bool smoke = false;
unsigned threads = 0;

/// Medians of wall time and of CPU time, that of all threads together: on a busy machine the second
/// still says what a processor does.
struct Seconds {
  double wall = 0, cpu = 0;
};

template <class Body>
Seconds median_seconds(int runs, const Body& body) {
  body();
  std::vector<double> wall, cpu;
  for (int i = 0; i < runs; ++i) {
    const std::clock_t ticks = std::clock();
    const auto begin = std::chrono::steady_clock::now();
    body();
    wall.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    cpu.push_back(static_cast<double>(std::clock() - ticks) / CLOCKS_PER_SEC);
  }
  std::sort(wall.begin(), wall.end());
  std::sort(cpu.begin(), cpu.end());
  return {wall[wall.size() / 2], cpu[cpu.size() / 2]};
}

/// Letters permute the states at random.
Machine permutations(std::uint32_t states, std::uint32_t letters) {
  Machine machine;
  std::uint64_t seed = states * 7919 + letters;
  machine.next.resize(std::size_t{states} * letters);
  for (std::uint32_t a = 0; a < letters; ++a) {
    std::vector<std::uint32_t> to(states);
    std::iota(to.begin(), to.end(), 0U);
    for (std::uint32_t q = 0; q < states; ++q) {
      std::swap(to[q], to[q + seeded::splitmix(seed) % (states - q)]);
      machine.next[std::size_t{q} * letters + a] = to[q];
    }
  }
  for (std::uint32_t q = 0; q < states; ++q) machine.output.push_back(q % 2);
  return machine;
}

/// Letters lead anywhere: images merge.
Machine any_maps(std::uint32_t states, std::uint32_t letters) {
  Machine machine;
  std::uint64_t seed = states * 7919 + letters;
  for (std::uint32_t q = 0; q < states; ++q) {
    for (std::uint32_t a = 0; a < letters; ++a) {
      machine.next.push_back(static_cast<std::uint32_t>(seeded::splitmix(seed) % states));
    }
    machine.output.push_back(q % 2);
  }
  return machine;
}

/// State 1 is not left any more.
Machine stays(Machine machine) {
  const auto letters = static_cast<std::ptrdiff_t>(machine.next.size() / machine.size());
  std::fill_n(machine.next.begin() + letters, letters, 1U);
  return machine;
}

Machine counter(std::uint32_t states, std::uint32_t letters) {
  Machine machine;
  for (std::uint32_t q = 0; q < states; ++q) {
    for (std::uint32_t a = 0; a < letters; ++a) machine.next.push_back((q + a) % states);
    machine.output.push_back(q % 2);
  }
  return machine;
}

/// Letters turn and reflect: a group of 2 corners elements that does not commute.
Machine polygon(std::uint32_t corners) {
  Machine machine;
  for (std::uint32_t q = 0; q < corners; ++q) {
    machine.next.insert(machine.next.end(), {(q + 1) % corners, (corners - q) % corners});
    machine.output.push_back(q % 2);
  }
  return machine;
}

/// Where point 1 is under words of all 120 permutations of five points.
Machine five_points() {
  Machine machine;
  std::vector<std::uint32_t> p = {0, 1, 2, 3, 4};
  std::vector<std::vector<std::uint32_t>> letters;
  do letters.push_back(p);
  while (std::next_permutation(p.begin(), p.end()));
  for (std::uint32_t q = 0; q < 5; ++q) {
    for (const auto& letter : letters) machine.next.push_back(letter[q]);
    machine.output.push_back(q);
  }
  return machine;
}

struct Problem {
  const char* name;
  Machine machine;
};

std::vector<Problem> problems() {
  return {{"parity", counter(2, 2)},
          {"4 states, 2 letters", permutations(4, 2)},
          {"5 states, 2 letters", permutations(5, 2)},
          {"6 states, 2 letters", permutations(6, 2)},
          {"7 states, 2 letters", permutations(7, 2)},
          {"8 states, 2 letters", permutations(8, 2)},
          {"8 states, 16 letters", permutations(8, 16)},
          {"S5, points, 120 letters", five_points()},
          {"12 states, 2 letters", permutations(12, 2)},
          {"16 states, 2 letters", permutations(16, 2)},
          {"16 states, 16 letters", permutations(16, 16)},
          {"8, merge, one is left never", stays(any_maps(8, 2))},
          {"16, merge, one is left never", stays(any_maps(16, 2))},
          {"16 states merge, 16 letters", any_maps(16, 16)},
          {"15, merge, 11 of 16 letters", any_maps(15, 11)},
          {"64, merge, one is left never", stays(any_maps(64, 2))},
          {"polygon, 8 corners", polygon(8)},
          {"polygon, 16 corners", polygon(16)},
          {"polygon, 32 corners", polygon(32)},
          {"mod 100, 2 letters", counter(100, 2)},
          {"mod 10, 10 letters", counter(10, 10)},
          {"mod 256, 256 letters", counter(256, 256)},
          {"polygon, 50 corners", polygon(50)},
          {"64 states, 2 letters", permutations(64, 2)},
          {"256 states, 2 letters", permutations(256, 2)},
          {"mod 999, 2 letters", counter(999, 2)},
          {"300 states, 2 letters", permutations(300, 2)}};
}

std::string name_of_plan(const kernels::ScanPlan& plan) {
  if (plan.followed != 0) return "maps/" + std::to_string(plan.followed);
  if (plan.form == kernels::ScanForm::maps) return "maps";
  if (plan.form == kernels::ScanForm::sums) return "sums";
  return plan.form == kernels::ScanForm::elements ? "elements" : "walk";
}

void verify(const Problem& problem, Backend backend) {
  const Scanner reference(problem.machine, 0, Backend::reference);
  const Scanner scanner(problem.machine, 0, backend);
  const std::vector<std::uint64_t> positions = {0, 12'345, 999'999, 1'000'003};
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const kernels::LongWord word{.length = 1'000'003, .seed = seed};
    const auto packed = reference.place(word).read();
    const kernels::LongWord same{.length = 1'000'003, .packed = packed};
    const auto right = reference.run(same, {positions, true, 0});
    if (scanner.run(same, {positions, true, threads}) == right &&
        scanner.run(same, {{}, false, threads}).state == right.state &&
        scanner.run(word, {positions, true, threads}) == right) {
      continue;
    }
    std::fprintf(stderr, "%s: %s differs from the reference\n", problem.name,
                 std::string(name_of(backend)).c_str());
    std::exit(1);
  }
}

void time_one(const Problem& problem, Backend backend, std::uint64_t bytes, int runs) {
  verify(problem, backend);
  if (smoke) bytes /= 256;
  const Scanner scanner(problem.machine, 0, backend);
  const std::uint64_t letters = bytes * 8 / scanner.bits();
  const kernels::PlacedWord word = scanner.place({.length = letters, .seed = 1});
  std::uint32_t state = 0;
  const Seconds seconds = median_seconds(smoke ? 1 : runs, [&] {
    state = scanner.run(word, {{}, false, threads}).state;
  });
  std::printf("| %-28s | %-9s | %-8s | %4u | %9.3g | %9.4g | %8.3g | %8.4g |", problem.name,
              std::string(name_of(backend)).c_str(), name_of_plan(scanner.plan()).c_str(),
              scanner.bits(), static_cast<double>(letters), seconds.wall * 1e3,
              static_cast<double>(letters) / seconds.wall,
              static_cast<double>(bytes) / seconds.wall / 1e9);
  if (backend == Backend::cuda) {
    std::printf(" |\n");
  } else {
    std::printf(" %6.3g |\n", static_cast<double>(bytes) / seconds.cpu / 1e9);
  }
  std::fflush(stdout);
}

/// What all threads together read, and copy (read and written bytes together), bytes/s.
void memory_bandwidth(std::uint64_t bytes) {
  const unsigned count = kernels::thread_count(threads);
  std::vector<std::uint64_t> from(bytes / 8, 1), to(bytes / 8, 2);
  std::vector<std::uint64_t> sums(count);
  const auto share = [&](const auto& body) {
    std::vector<std::thread> all;
    for (unsigned i = 0; i < count; ++i) {
      all.emplace_back(body, i, from.size() / count * i, from.size() / count * (i + 1));
    }
    for (std::thread& thread : all) thread.join();
  };
  const Seconds read = median_seconds(5, [&] {
    share([&](unsigned i, std::size_t begin, std::size_t end) {
      std::uint64_t s[8] = {};
      for (; begin < end; begin += 8) {
        for (std::size_t k = 0; k < 8; ++k) s[k] ^= from[begin + k];
      }
      sums[i] = std::accumulate(s, s + 8, std::uint64_t{0});
    });
  });
  const Seconds copy = median_seconds(5, [&] {
    share([&](unsigned, std::size_t begin, std::size_t end) {
      std::memcpy(&to[begin], &from[begin], (end - begin) * 8);
    });
  });
  const double size = static_cast<double>(bytes) / 1e9;
  std::printf(
      "Memory, %u threads: read %.3g GB/s (%.3g a CPU second), copied %.3g GB/s (%.3g; read and "
      "written)\n\n",
      count, size / read.wall, size / read.cpu, 2 * size / copy.wall, 2 * size / copy.cpu);
}

// --- chunks -------------------------------------------------------------------------------------

/// The word problem of S5 by reflections whose keys are sqrt(1/2), rounded.
void chunk_speed(Backend backend, const char* format, std::uint32_t chunk, kernels::Words words) {
  const auto problem = samples::symmetric_group(
      5, kernels::named_format(format), true,
      samples::round_parameter(kernels::named_format(format), 0.70710678), 2);
  const kernels::ChunkComparer comparer({problem.network, chunk}, backend);
  const kernels::Words few{.count = 33, .length = 200, .seed = words.seed};
  const kernels::ChunkOptions all{true, true, threads};
  if (!(comparer.run(few, all) ==
        kernels::ChunkComparer({problem.network, chunk}, Backend::reference).run(few, all))) {
    std::fprintf(stderr, "chunk: %s differs from the reference\n",
                 std::string(name_of(backend)).c_str());
    std::exit(1);
  }
  if (smoke) words.count = std::max<std::uint64_t>(1, words.count / 64);
  const auto begin = std::chrono::steady_clock::now();
  const kernels::ChunkResult result = comparer.run(words, {false, true, threads});
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::vector<std::uint64_t> first = result.first;
  std::sort(first.begin(), first.end());
  const double read = static_cast<double>(words.count) * static_cast<double>(words.length);
  const std::uint64_t median = first[first.size() / 2];
  std::printf("| %s | %4u | %-9s | %8llu | %5llu | %8llu | %6s | %6s | %9.3g | %8.3g |\n", format,
              chunk, std::string(name_of(backend)).c_str(),
              static_cast<unsigned long long>(words.count),
              static_cast<unsigned long long>(words.length),
              static_cast<unsigned long long>(result.different_words),
              first[0] == kernels::kNeverDiffers ? "never" : std::to_string(first[0]).c_str(),
              median == kernels::kNeverDiffers ? "never" : std::to_string(median).c_str(),
              seconds * 1e3, read / seconds);
  std::fflush(stdout);
}

void chunks(bool cpu, bool gpu) {
  std::printf(
      "\n### Chunked beside letter by letter: S5, keys sqrt(1/2) rounded, which differ where\n\n"
      "| format | C | backend | words | letters | differ | first | median | ms | letters/s "
      "|\n|---|---|---|---|---|---|---|---|---|---|\n");
  for (const char* format : {"bf16", "fp16", "fp32"}) {
    for (const std::uint32_t chunk : {1U, 16U, 64U}) {
      if (cpu && chunk == 16) {
        chunk_speed(Backend::reference, format, chunk, {.count = 16, .length = 1000, .seed = 1});
      }
      if (cpu) chunk_speed(Backend::cpu, format, chunk, {.count = 512, .length = 1000, .seed = 1});
      if (!gpu) continue;
      chunk_speed(Backend::cuda, format, chunk,
                  {.count = std::uint64_t{132} * 1024, .length = 1000, .seed = 1});
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  bool cpu = true, reference = true, gpu = !kernels::cuda_devices().empty();
  std::size_t machines = problems().size();
  std::uint64_t cpu_bytes = std::uint64_t{1} << 30U;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--smoke") == 0) smoke = true;
    if (std::strcmp(argv[i], "--no-cpu") == 0) cpu = false;
    if (std::strcmp(argv[i], "--no-gpu") == 0) gpu = false;
    if (std::strcmp(argv[i], "--no-reference") == 0) reference = false;
    if (std::strcmp(argv[i], "--threads") == 0 && i + 1 < argc) {
      threads = static_cast<unsigned>(std::atoi(argv[++i]));
    }
    if (std::strcmp(argv[i], "--mib") == 0 && i + 1 < argc) {
      cpu_bytes = static_cast<std::uint64_t>(std::atoi(argv[++i])) << 20U;
    }
    if (std::strcmp(argv[i], "--machines") == 0 && i + 1 < argc) {
      machines = static_cast<std::size_t>(std::atoi(argv[++i]));
    }
  }
  std::printf("### A machine on one long packed word\n\n");
  if (cpu) memory_bandwidth(smoke ? 1U << 24U : cpu_bytes / 2);
  std::printf(
      "| machine | backend | form | bits | letters | ms (median) | letters/s | GB/s | GB a CPU "
      "second "
      "|\n|---|---|---|---|---|---|---|---|---|\n");
  std::vector<Problem> chosen = problems();
  chosen.resize(std::min(machines, chosen.size()));
  for (const Problem& problem : chosen) {
    // By the size of the machine, so that every build reads as much of a word.
    const bool small = problem.machine.size() <= 16 || problem.name[0] == 'm';
    const bool large = problem.machine.size() > 128 && !small;
    if (cpu && reference) time_one(problem, Backend::reference, std::uint64_t{1} << 22U, 3);
    if (cpu) {
      time_one(problem, Backend::cpu, small ? cpu_bytes : cpu_bytes / (large ? 16 : 4), 5);
    }
    if (gpu) time_one(problem, Backend::cuda, std::uint64_t{small ? 16U : 2U} << 30U, 15);
  }
  if (machines >= problems().size()) chunks(cpu, gpu);
  for (const kernels::Device& device : kernels::cuda_devices()) {
    std::printf("\nGPU %d: %s, %d multiprocessors\n", device.index, device.name.c_str(),
                device.multiprocessors);
  }
  return 0;
}
