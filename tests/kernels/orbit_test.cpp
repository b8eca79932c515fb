// orbit: every backend is the reference, bit for bit, and the reference is what mathematics says.
// Needs nothing but kernels/.

#include "kernels/orbit.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "tests/catch.hpp"
#include "tests/fault_of.hpp"
#include "tests/kernels/compare.hpp"
#include "tests/kernels/sample_networks.hpp"

using namespace statewright;
using kernels::Backend;
using kernels::FormatSpec;
using kernels::named_format;
using kernels::OrbitFamily;
using kernels::OrbitFate;
using kernels::OrbitResult;
using kernels::OrbitRotation;
using samples::bits;
using samples::fast_backends;

namespace {

const std::vector<std::string> kFormats = {"bf16", "fp16", "fp32", "e4m3", "e5m2", "e3m2", "e2m3"};

double next(const FormatSpec& format, double value, int steps) {
  const double ulp =
      std::ldexp(1.0, std::max(std::ilogb(value), format.emin()) - format.significand_bits);
  return samples::round_parameter(format, value + steps * ulp);
}

/// Constants as rounded and with last bits changed, one pair of them absent.
OrbitRotation rotation_of(std::uint32_t m, const FormatSpec& format) {
  OrbitRotation rotation{.m = m, .constants = {}, .readout = {}};
  for (std::uint32_t k = 0; k < m; ++k) {
    const double angle = 2 * std::numbers::pi * k / m;
    rotation.readout.push_back(std::cos(angle));
    rotation.readout.push_back(std::sin(angle));
  }
  const double c = samples::round_parameter(format, rotation.readout[2]);
  const double s = samples::round_parameter(format, rotation.readout[3]);
  rotation.constants = {{c, s}};
  if (c != 0 && s != 0) {
    rotation.constants.push_back({next(format, c, 1), s});
    rotation.constants.push_back({c, next(format, s, -1)});
  } else {
    rotation.constants.resize(3, {c, s});
  }
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  rotation.constants.push_back({none, s});
  return rotation;
}

OrbitFamily family_of(const std::string& name, std::size_t candidates, std::uint32_t states) {
  OrbitFamily family{.format = named_format(name), .candidates = {}, .states = states};
  std::uint64_t seed = candidates + 7;
  for (std::size_t i = 0; i < candidates; ++i) {
    const double x = 1 + static_cast<double>(seeded::splitmix(seed) % 1024) / 1024;
    const double y = static_cast<double>(seeded::splitmix(seed) % 512) / 1024;
    // Some starts among the least numbers, on a uniform grid.
    const double scale =
        i % 5 == 4 ? std::ldexp(40.0, family.format.emin() - family.format.significand_bits) : 1.0;
    family.candidates.push_back({samples::round_parameter(family.format, x * scale),
                                 samples::round_parameter(family.format, y * scale),
                                 static_cast<std::uint32_t>(i % 4)});
  }
  return family;
}

}  // namespace

TEST_CASE("orbit: backends return the reference's tallies", "[kernels][orbit][oracle]") {
  for (const std::string& name : kFormats) {
    const OrbitFamily family = family_of(name, 67, 200);
    std::vector<OrbitRotation> rotations;
    for (const std::uint32_t m : {3, 4, 5, 7, 8, 12, 16, 31}) {
      rotations.push_back(rotation_of(m, family.format));
    }
    const auto right = orbits(family, rotations, Backend::reference);
    std::uint64_t locked = 0, refuted = 0;
    for (const OrbitResult& result : right) {
      locked += result.all_words.locked;
      refuted += result.tried - result.all_words.locked - result.all_words.undecided;
    }
    CAPTURE(name);
    CHECK(locked > 0);
    CHECK(refuted > 0);
    for (const Backend backend : fast_backends()) {
      CAPTURE(kernels::name_of(backend));
      CHECK(orbits(family, rotations, backend, 3) == right);
    }
  }
}

TEST_CASE("orbit: awkward numbers of candidates and states", "[kernels][orbit][oracle]") {
  for (const Backend backend : fast_backends()) {
    for (const std::size_t candidates : {0, 1, 15, 16, 17, 31, 33, 1025}) {
      for (const std::uint32_t states : {1U, 4U, 5U, 33U, 64U}) {
        if (candidates > 33 && states != 33) continue;
        const OrbitFamily family = family_of("bf16", candidates, states);
        const std::vector<OrbitRotation> rotations = {rotation_of(5, family.format),
                                                      rotation_of(8, family.format)};
        CAPTURE(candidates, states, kernels::name_of(backend));
        CHECK(orbits(family, rotations, backend, 7) ==
              orbits(family, rotations, Backend::reference));
        CHECK(orbits(family, {}, backend).empty());
      }
    }
  }
}

TEST_CASE("orbit: where orbits end, on every backend", "[kernels][orbit][oracle]") {
  for (const std::string& name : kFormats) {
    for (const std::size_t candidates : {0, 1, 2, 31, 33, 1025}) {
      for (const std::uint64_t steps : {0, 1, 15, 16, 17, 100}) {
        if (candidates == 1025 && steps != 17) continue;
        const OrbitFamily family = family_of(name, candidates, 1);
        const OrbitRotation rotation = rotation_of(7, family.format);
        const auto right = bits(orbit_ends(family, rotation, steps, Backend::reference));
        REQUIRE(right.size() == 2 * candidates);
        for (const Backend backend : fast_backends()) {
          CAPTURE(name, candidates, steps, kernels::name_of(backend));
          CHECK(bits(orbit_ends(family, rotation, steps, backend, 3)) == right);
        }
      }
    }
  }
  // Two steps by hand, in e2m1 (values 0 .5 1 1.5 2 3 4 6): c = 0.5, s = 1 from (1, 0) to (0.5, 1),
  // then to (fl(0.25 - 1), fl(0.5 + 0.5)) with 0.25 a tie that goes to 0.
  const OrbitFamily family{named_format("e2m1"), {{1, 0, 0}}, 1};
  const OrbitRotation rotation{6, {{0.5, 1}}, std::vector<double>(12)};
  for (const Backend backend : fast_backends()) {
    CHECK(orbit_ends(family, rotation, 2, backend) == std::vector<double>{-1, 1});
  }
}

TEST_CASE("orbit: quarter turns are exact in every format", "[kernels][orbit][law]") {
  for (const std::string& name : kFormats) {
    const OrbitFamily family{named_format(name), {{1, 0, 0}}, 8};
    OrbitRotation rotation{4, {{0, 1}}, {1, 0, 0, 1, -1, 0, 0, -1}};
    for (const Backend backend : {Backend::reference, Backend::cpu}) {
      const OrbitResult result = orbits(family, {rotation}, backend).at(0);
      CHECK(result.cycles == 1);
      CHECK(result.one_letter.locked == 1);
      CHECK(result.one_letter.margin == 1);  // 1 - cos(2 pi/4)
      CHECK(result.all_words.locked == 1);
      CHECK(result.all_words.margin == 1);
    }
    const auto member = orbit_member(family, rotation, 0);
    CHECK(member.period == 4);
  }
}

TEST_CASE("orbit: what is known of locks", "[kernels][orbit][oracle]") {
  // bf16, five cells: the start (1.0859375, 0) closes with 5 states for all words, (1, 0) is
  // refuted by a word of 491 letters though `up` alone never fails; found by independent searches.
  const FormatSpec bf16 = named_format("bf16");
  OrbitFamily family{bf16, {{1, 0, 0}, {1.0859375, 0, 0}}, 1'024};
  const auto unlocked = orbit_member(family, rotation_of(5, bf16), 0);
  CHECK(unlocked.one_letter == OrbitFate::locked);
  CHECK(unlocked.period == 5);
  CHECK(unlocked.all_words == OrbitFate::undecided);
  OrbitFamily patient{bf16, {{1, 0, 0}}, 1U << 21U};
  CHECK(orbits(patient, {rotation_of(5, bf16)}, Backend::cpu).at(0).all_words ==
        kernels::OrbitTally{});
  const auto locked = orbit_member(family, rotation_of(5, bf16), 1);
  CHECK(locked.all_words == OrbitFate::locked);
  CHECK(locked.states == 5);
  // Closed with 27, 75 states as compiled, and never closed for 9 cells.
  CHECK(orbit_member(family, rotation_of(3, bf16), 0).states == 27);
  CHECK(orbit_member(family, rotation_of(12, bf16), 0).states == 75);
  CHECK(orbit_member(family, rotation_of(9, bf16), 0).one_letter == OrbitFate::refuted);
}

TEST_CASE("orbit: what cannot be done is said", "[kernels][orbit][quick]") {
  using core::Fault;
  const OrbitFamily family = family_of("bf16", 3, 10);
  const OrbitRotation good = rotation_of(5, family.format);
  const auto fault = [&](const OrbitFamily& of, const OrbitRotation& by) {
    return fault_of([&] { orbits(of, {by}, Backend::cpu); });
  };
  CHECK_NOTHROW(orbits(family, {good}, Backend::cpu));
  OrbitFamily wrong = family;
  wrong.format = named_format("fp64");
  CHECK(fault(wrong, good) == Fault::unsupported);
  wrong.format = named_format("tf32");  // sums of subnormals would need more than a float has
  CHECK(fault(wrong, good) == Fault::unsupported);
  wrong.format = family.format;
  wrong.format.rounding = kernels::Rounding::toward_zero;
  CHECK(fault(wrong, good) == Fault::unsupported);
  wrong = family;
  wrong.states = 0;
  CHECK(fault(wrong, good) == Fault::range);
  wrong = family;
  wrong.candidates[1].y = 1.001;
  CHECK(fault(wrong, good) == Fault::range);
  wrong.candidates[1] = {1, 0, 9};
  CHECK(fault(wrong, good) == Fault::shape);
  OrbitRotation bad = good;
  bad.m = 2;
  CHECK(fault(family, bad) == Fault::range);
  bad = good;
  bad.readout.pop_back();
  CHECK(fault(family, bad) == Fault::shape);
  bad = good;
  bad.constants[0][0] = 0.3;
  CHECK(fault(family, bad) == Fault::range);
  if (kernels::cuda_devices().empty()) {
    CHECK(fault_of([&] { orbits(family, {good}, Backend::cuda); }) == Fault::unavailable);
  }
  CHECK(fault_of([&] { orbit_member(family, good, 3); }) == Fault::range);
}
