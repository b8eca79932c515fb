// bench_kernels_orbit [--smoke] [--threads N]: rounded turns of the plane, many at
// once, on every backend that is here, and the lock search.
// Needs nothing but kernels/: constants come from the compiler's library,
// rounded, which is near enough for figures; proofs_check/lock/orbits.hpp has the exact ones.

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <numbers>
#include <string>
#include <vector>

#include "kernels/devices.hpp"
#include "kernels/orbit_parts.hpp"
#include "tests/kernels/sample_networks.hpp"

using namespace statewright;
using kernels::Backend;
using kernels::OrbitFamily;
using kernels::OrbitRotation;

namespace {

bool smoke = false;
unsigned threads = 0;

OrbitRotation rotation_of(std::uint32_t m, const kernels::FormatSpec& format) {
  OrbitRotation rotation{.m = m, .constants = {}, .readout = {}};
  for (std::uint32_t k = 0; k < m; ++k) {
    rotation.readout.push_back(std::cos(2 * std::numbers::pi * k / m));
    rotation.readout.push_back(std::sin(2 * std::numbers::pi * k / m));
  }
  const double c = samples::round_parameter(format, rotation.readout[2]);
  const double s = samples::round_parameter(format, rotation.readout[3]);
  for (int i = -2; i <= 2; ++i) {
    for (int j = -2; j <= 2; ++j) {
      const auto moved = [&](double x, int steps) {
        if (x == 0) return x;
        const int place = std::max(std::ilogb(x), format.emin()) - format.significand_bits;
        return samples::round_parameter(format, x + std::ldexp(steps, place));
      };
      rotation.constants.push_back({moved(c, i), moved(s, j)});
    }
  }
  return rotation;
}

/// Starts (1 + i ulp, j ulp) with moved constants, so many of them.
OrbitFamily family_of(const char* format, std::size_t candidates, std::uint32_t states) {
  OrbitFamily family{kernels::named_format(format), {}, states};
  const int bits = family.format.significand_bits;
  for (std::size_t i = 0; i < candidates; ++i) {
    const auto scale = static_cast<double>(i / 25 % (1U << std::min(bits, 10)));
    const auto phase = static_cast<double>(i / 25 / 1024 % 64);
    const double ulp = std::ldexp(1.0, -bits);
    family.candidates.push_back(
        {1 + scale * ulp, phase * ulp, static_cast<std::uint32_t>((i + 12) % 25)});
  }
  return family;
}

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void check(bool right, const char* what) {
  if (right) return;
  std::fprintf(stderr, "%s: not what the reference says\n", what);
  std::exit(1);
}

std::vector<std::uint64_t> bits(const std::vector<double>& values) {
  std::vector<std::uint64_t> result;
  for (const double x : values) result.push_back(std::bit_cast<std::uint64_t>(x));
  return result;
}

void turns(Backend backend, const char* format, std::size_t candidates, std::uint64_t steps) {
  const OrbitFamily family = family_of(format, smoke ? 4096 : candidates, 1);
  const OrbitFamily few{
      family.format, {family.candidates.begin(), family.candidates.begin() + 2000}, 1};
  const OrbitRotation rotation = rotation_of(5, family.format);
  check(bits(orbit_ends(few, rotation, 300, backend)) ==
            bits(orbit_ends(few, rotation, 300, Backend::reference)),
        "turns");
  std::vector<double> times;
  for (int i = 0; i < (smoke ? 1 : 8); ++i) {
    const double start = now();
    double seconds = 0;
    if (backend == Backend::cuda) {
      kernels::orbit_ends_cuda(family, rotation, steps, kernels::device_numbers(), &seconds);
    } else {
      orbit_ends(family, rotation, steps, backend, threads);
      seconds = now() - start;
    }
    if (i > 0 || smoke) times.push_back(seconds);
  }
  std::sort(times.begin(), times.end());
  const double seconds = times[times.size() / 2];
  std::printf("| %s | %-9s | %9.4g | %9.4g | %8.4g | %8.4g |\n", format,
              std::string(name_of(backend)).c_str(), static_cast<double>(family.candidates.size()),
              static_cast<double>(steps), seconds * 1e3,
              static_cast<double>(family.candidates.size()) * static_cast<double>(steps) / seconds);
  std::fflush(stdout);
}

void searches(Backend backend, const char* format, std::size_t candidates, std::uint32_t most) {
  OrbitFamily family = family_of(format, candidates, 1024);
  std::vector<OrbitRotation> rotations;
  for (std::uint32_t m = 3; m <= (smoke ? 6 : most); ++m) {
    rotations.push_back(rotation_of(m, family.format));
  }
  OrbitFamily few = family;
  few.candidates.resize(std::min<std::size_t>(candidates, 60));
  const std::vector<OrbitRotation> two(rotations.begin(), rotations.begin() + 2);
  check(orbits(few, two, backend, threads) == orbits(few, two, Backend::reference), "orbits");
  std::vector<double> times;
  for (int i = 0; i < (smoke ? 1 : 4); ++i) {
    const double start = now();
    orbits(family, rotations, backend, threads);
    if (i > 0 || smoke) times.push_back(now() - start);
  }
  std::sort(times.begin(), times.end());
  const double seconds = times[times.size() / 2];
  const double members = static_cast<double>(candidates) * static_cast<double>(rotations.size());
  std::printf("| %s | %-9s | %zu | 3 to %u | %8.4g | %8.3g |\n", format,
              std::string(name_of(backend)).c_str(), candidates, rotations.back().m, seconds * 1e3,
              members / seconds);
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
  const bool gpu = !kernels::cuda_devices().empty();
  std::printf(
      "### Turns of the plane, each product and sum rounded\n\n"
      "| format | backend | states | steps | ms (median of 7) | steps/s |\n"
      "|---|---|---|---|---|---|\n");
  for (const char* format : {"bf16", "fp16", "e4m3", "fp32"}) {
    turns(Backend::reference, format, 4096, 100);
    turns(Backend::cpu, format, 65'536, 2'000);
    if (gpu) turns(Backend::cuda, format, std::size_t{132} * 2048 * 4, 200'000);
  }
  std::printf(
      "\n### Lock search, N = 1024\n\n"
      "| format | backend | candidates | m | ms (median of 3) | candidates/s |\n"
      "|---|---|---|---|---|---|\n");
  for (const char* format : {"bf16", "fp16"}) {
    searches(Backend::reference, format, 100, 12);
    searches(Backend::cpu, format, 10'000, 24);
    if (gpu) searches(Backend::cuda, format, 20'000, 300);
  }
  for (const kernels::Device& device : kernels::cuda_devices()) {
    std::printf("\nGPU %d: %s, %d multiprocessors\n", device.index, device.name.c_str(),
                device.multiprocessors);
  }
  return 0;
}
