// Product reachability, each backend compared with the reference before it is timed. Needs nothing
// but kernels/, so that it runs on a machine with a GPU and little else.
//   bench_kernels_reach [--smoke] [--threads N] [--backend cpu|cuda] [--only TEXT] [--divide]
// --divide: on all GPUs together, which is otherwise done only where one has not the memory.
// "pairs/s" are pairs inserted in a second, "steps/s" pairs times letters: what is computed and
// looked up. Wall time of the whole call: memory taken and cleared, launches, copies.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "kernels/devices.hpp"
#include "kernels/reach_parts.hpp"
#include "tests/kernels/sample_networks.hpp"

using namespace statewright;
using kernels::Backend;
using kernels::Machine;
using kernels::Network;
using kernels::ReachOptions;
using kernels::ReachResult;

namespace {

bool smoke = false, divide = false;
unsigned threads = 0;

struct Problem {
  std::string name;
  Network network;
  Machine machine;
};

/// `letters` affine maps of n numbers: matrices near `norm` times a rotation, small additions. The
/// output is always 0 and so is the machine's: the search closes.
Problem wander(const char* format, std::uint32_t n, std::uint32_t letters, double norm,
               std::uint64_t seed) {
  Problem problem;
  problem.name = std::string(format) + ", n = " + std::to_string(n) + ", " +
                 std::to_string(letters) + " letters";
  const kernels::FormatSpec spec = kernels::named_format(format);
  const auto round = [&](double x) { return samples::round_parameter(spec, x); };
  problem.network.letters = letters;
  problem.network.formats = samples::all_in(spec);
  Network::Layer layer;
  layer.n = n;
  layer.reads = {-1};
  layer.start.assign(n, 1);
  for (std::uint32_t a = 0; a < letters; ++a) {
    Network::Move move;
    move.shape = Network::Shape::dense;
    move.A.assign(std::size_t{n} * n, 0);
    for (std::uint32_t i = 0; i < n; ++i) move.A[i * n + i] = 1;
    for (std::uint32_t i = 0; i + 1 < n; ++i) {  // turns of neighbouring coordinates, one by one
      const double angle = 6.283185307179586 * seeded::unit(seed);
      const double c = std::cos(angle), s = std::sin(angle);
      for (std::uint32_t j = 0; j < n; ++j) {
        const double x = move.A[i * n + j], y = move.A[(i + 1) * n + j];
        move.A[i * n + j] = c * x - s * y;
        move.A[(i + 1) * n + j] = s * x + c * y;
      }
    }
    for (double& x : move.A) x = round(norm * x);
    for (std::uint32_t i = 0; i < n; ++i) move.B.push_back(round(seeded::unit(seed) - 0.5));
    layer.moves.push_back(move);
  }
  layer.W.assign(std::size_t{2} * n, 0);
  layer.c = {1, 0};
  problem.network.layers = {layer};
  problem.machine = {0, std::vector<std::uint32_t>(letters, 0), {0}};
  return problem;
}

Problem ring(const char* format, std::uint32_t m) {
  samples::WordProblem made = samples::ring(m, format, "fp32");
  return {std::string(format) + ", ring of " + std::to_string(m), std::move(made.network),
          std::move(made.machine)};
}

ReachResult search(const Problem& problem, Backend backend, const ReachOptions& options) {
  if (backend == Backend::cuda && divide) {
    return reach_divided(problem.network, problem.machine, options, kernels::device_numbers());
  }
  return reach(problem.network, problem.machine, backend, options);
}

/// The same result as the reference, on a prefix of the search.
void verify(const Problem& problem, Backend backend) {
  ReachOptions options;
  options.threads = threads;
  options.proceed = [](std::uint64_t states) { return states < 20000; };
  if (search(problem, backend, options) ==
      reach(problem.network, problem.machine, Backend::reference, options)) {
    return;
  }
  std::fprintf(stderr, "%s differs from the reference on %s\n",
               std::string(name_of(backend)).c_str(), problem.name.c_str());
  std::exit(1);
}

std::optional<ReachResult> measure(const Problem& problem, Backend backend, std::uint64_t most) {
  verify(problem, backend);
  ReachOptions options;
  options.threads = threads;
  if (most != 0) options.proceed = [most](std::uint64_t states) { return states < most; };
  std::vector<double> times;
  ReachResult result;
  try {
    for (int i = 0; i < (smoke ? 1 : 3); ++i) {
      const auto begin = std::chrono::steady_clock::now();
      result = search(problem, backend, options);
      const auto end = std::chrono::steady_clock::now();
      times.push_back(std::chrono::duration<double>(end - begin).count());
    }
  } catch (const core::Error& error) {
    std::printf("| %-24s | %-9s | %s |\n", problem.name.c_str(),
                std::string(name_of(backend)).c_str(), error.what());
    return {};
  }
  std::sort(times.begin(), times.end());
  const double seconds = times[times.size() / 2], pairs = static_cast<double>(result.states);
  const char* ends[] = {"closed", "wrong", "stopped"};
  std::printf("| %-24s | %-4s | %-7s | %11.4g | %6llu | %9.4g | %8.3g | %8.3g |\n",
              problem.name.c_str(), std::string(name_of(backend)).c_str(),
              ends[static_cast<int>(result.end)], pairs,
              static_cast<unsigned long long>(result.length), seconds * 1e3, pairs / seconds,
              pairs * problem.network.letters / seconds);
  std::fflush(stdout);
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  std::string only;
  std::vector<Backend> backends = {Backend::cpu};
  if (!kernels::cuda_devices().empty()) backends.push_back(Backend::cuda);
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--smoke") == 0) smoke = true;
    if (std::strcmp(argv[i], "--divide") == 0) divide = true;
    if (std::strcmp(argv[i], "--only") == 0 && i + 1 < argc) only = argv[++i];
    if (std::strcmp(argv[i], "--backend") == 0 && i + 1 < argc) {
      backends = {kernels::parse_backend(argv[++i], "--backend")};
    }
    if (std::strcmp(argv[i], "--threads") == 0 && i + 1 < argc) {
      threads = static_cast<unsigned>(std::atoi(argv[++i]));
    }
  }
  if (divide && kernels::cuda_devices().size() < 2) {
    std::fprintf(stderr, "--divide: two GPUs at least\n");
    return 2;
  }
  // Wide levels first; then searches of thousands of narrow ones.
  const std::vector<Problem> problems = {wander("fp16", 2, 4, 1, 1),
                                         wander("fp16", 2, 8, 1, 1),
                                         wander("e4m3", 4, 4, 1, 1),
                                         wander("fp16", 2, 2, 1, 1),
                                         wander("bf16", 2, 4, 1, 1),
                                         wander("bf16", 2, 2, 1, 1),
                                         ring("bf16", 5),
                                         ring("fp16", 7),
                                         ring("fp16", 3)};
  std::printf(
      "| problem                  | by   | end     | pairs       | levels | ms        | "
      "pairs/s  | steps/s  |\n|---|---|---|---|---|---|---|---|\n");
  for (const Problem& problem : problems) {
    if (problem.name.find(only) == std::string::npos) continue;
    std::optional<ReachResult> before;
    for (const Backend backend : backends) {
      // What processors take too long for is cut off.
      const std::uint64_t most = smoke                      ? 100'000
                                 : backend == Backend::cuda ? 0
                                                            : std::uint64_t{60'000'000};
      const auto result = measure(problem, backend, most);
      const bool whole = before && result && before->end != ReachResult::End::stopped;
      if (whole && !(*before == *result)) {
        std::fprintf(stderr, "the backends differ on %s\n", problem.name.c_str());
        return 1;
      }
      before = result;
    }
  }
  return 0;
}
