// census: the reference against mathematics, every backend against the reference.

#include "kernels/census.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using kernels::Backend;
using kernels::CensusFamily;
using kernels::CensusResult;
using kernels::Fate;
using kernels::named_format;
using kernels::Spectrum;

namespace {

std::vector<Backend> fast_backends() {
  static const bool gpu = !kernels::cuda_devices().empty();
  if (gpu) return {Backend::cpu, Backend::cuda};
  return {Backend::cpu};
}

/// The number of a matrix.
std::uint64_t number_of(const CensusFamily& family, const std::vector<double>& matrix) {
  const std::vector<double> values = kernels::finite_values(family.format);
  std::uint64_t number = 0;
  for (const double entry : matrix) {
    std::uint64_t place = 0;
    while (!(values[place] == entry && !std::signbit(values[place]) == !std::signbit(entry))) {
      ++place;
    }
    number = number * values.size() + place;
  }
  return number;
}

void check_same(const CensusResult& ours, const CensusResult& right) {
  CHECK(ours.steps == right.steps);
  for (std::size_t s = 0; s < kernels::kSpectra; ++s) {
    for (const bool contracts : {false, true}) {
      for (std::size_t f = 0; f < kernels::kFates; ++f) {
        const auto spectrum = static_cast<Spectrum>(s);
        const auto fate = static_cast<Fate>(f);
        const auto& a = ours.cell(spectrum, contracts, fate);
        const auto& b = right.cell(spectrum, contracts, fate);
        CAPTURE(kernels::name_of(spectrum), contracts, kernels::name_of(fate));
        CHECK(a.count == b.count);
        CHECK(a.longest_preperiod == b.longest_preperiod);
        CHECK(a.longest_period == b.longest_period);
        CHECK(a.amplitude == b.amplitude);
        CHECK(a.member == b.member);
      }
    }
  }
}

std::uint64_t count_of(const CensusResult& result) {
  std::uint64_t count = 0;
  for (const auto& spectrum : result.cells) {
    for (const auto& norm : spectrum) {
      for (const auto& cell : norm) count += cell.count;
    }
  }
  return count;
}

}  // namespace

TEST_CASE("census: members that can be told by hand", "[kernels][census][quick]") {
  const CensusFamily family{named_format("e4m3"), {1, 2}, 256};
  const auto member = [&](const std::vector<double>& matrix) {
    return kernels::census_member(family, number_of(family, matrix));
  };
  // The identity: nothing moves. Norm 1.
  auto m = member({1, 0, 0, 1});
  CHECK(m.fate == Fate::rests);
  CHECK(m.spectrum == Spectrum::nonnegative);
  CHECK(m.contracts);
  CHECK(m.preperiod == 0);
  // The swap of two numbers decides parity, eigenvalues 1 and -1; 1 and 2 are 8 values apart.
  m = member({0, 1, 1, 0});
  CHECK(m.fate == Fate::period_2);
  CHECK(m.spectrum == Spectrum::negative);
  CHECK(m.contracts);
  CHECK(m.period == 2);
  CHECK(m.amplitude == 8);
  // Order three: x, y -> -y, x - y. Eigenvalues are cube roots of unity, the norm is above 1.
  m = member({0, -1, 1, -1});
  CHECK(m.fate == Fate::period_3);
  CHECK(m.spectrum == Spectrum::complex);
  CHECK_FALSE(m.contracts);
  // A quarter turn has period 4, a sixth of a turn 6.
  CHECK(member({0, -1, 1, 0}).period == 4);
  CHECK(member({0, -1, 1, 0}).fate == Fate::even);
  CHECK(member({1, -1, 1, 0}).period == 6);
  // Halving: 1 -> .. -> 2^-9 -> 2^-10, a tie that goes to 0; 2 takes one step more: 11 steps.
  m = member({0.5, 0, 0, 0.5});
  CHECK(m.fate == Fate::vanishes);
  CHECK(m.preperiod == 11);
  // Doubling: 2^8 is the last power of two below 448.
  CHECK(member({2, 0, 0, 2}).fate == Fate::explodes);
  // Nilpotent, and a double eigenvalue 0.
  m = member({0, 1, 0, 0});
  CHECK(m.fate == Fate::vanishes);
  CHECK(m.spectrum == Spectrum::nonnegative);
  CHECK(m.contracts);
}

TEST_CASE("census: norms are those of singular values", "[kernels][census][oracle]") {
  const CensusFamily family{named_format("e2m1"), {1, 1}, 16};
  for (std::uint64_t i = 0; i < family.size(); i += 7) {
    const auto m = kernels::census_member(family, i);
    const auto& [a, b, c, d] = m.matrix;
    const double squares = a * a + b * b + c * c + d * d, det = a * d - b * c;
    const double largest = (squares + std::sqrt(squares * squares - 4 * det * det)) / 2;
    // Entries are multiples of 1/2: what is not 1 is further from it than rounding errors reach.
    if (m.contracts != (largest < 1 + 1e-9)) FAIL("member " << i);
    const double discriminant = (a - d) * (a - d) + 4 * b * c;
    if ((m.spectrum == Spectrum::complex) != (discriminant < 0)) FAIL("member " << i);
    if (discriminant < 0) continue;
    const double least = (a + d - std::sqrt(discriminant)) / 2;
    if ((m.spectrum == Spectrum::negative) != (least < -1e-9)) FAIL("member " << i);
  }
}

TEST_CASE("census: backends return the reference's cells", "[kernels][census][oracle]") {
  struct Part {
    const char* format;
    std::array<double, 2> start;
    std::uint32_t horizon;
    std::uint64_t begin, count;
  };
  const std::vector<Part> parts = {{"e2m1", {1, 1}, 64, 0, 65536},
                                   {"e2m1", {0.5, -6}, 3, 0, 65536},
                                   {"e4m3", {1, 1}, 256, 0, 31},
                                   {"e4m3", {1, 0}, 256, 1'000'000'007, 1025},
                                   {"e4m3", {0.5, -3}, 100, 2'081'157'128, 3000},
                                   {"e5m2", {1, 1}, 40, 3'000'000'000, 3000},
                                   {"e3m2", {0.25, 1}, 256, 9'000'000, 3000},
                                   {"e2m3", {1, 1}, 256, 8'000'000, 1},
                                   {"e4m3", {1, 1}, 1, 5, 33},
                                   {"e4m3", {1, 1}, 2, 77'000'000, 500},
                                   {"e4m3", {1, 1}, 256, 12, 0}};
  for (const Part& part : parts) {
    const CensusFamily family{named_format(part.format), part.start, part.horizon};
    const std::uint64_t end = part.begin + part.count;
    const CensusResult right = kernels::census(family, part.begin, end, Backend::reference);
    CHECK(count_of(right) == part.count);
    for (const Backend backend : fast_backends()) {
      CAPTURE(part.format, part.begin, part.horizon, kernels::name_of(backend));
      check_same(kernels::census(family, part.begin, end, backend, 3), right);
    }
  }
}

TEST_CASE("census: parts make the whole", "[kernels][census][law]") {
  const CensusFamily family{named_format("e2m1"), {1, 1}, 64};
  for (const Backend backend : fast_backends()) {
    CensusResult parts = kernels::census(family, 0, 12345, backend);
    parts.merge(kernels::census(family, 40000, family.size(), backend));
    parts.merge(kernels::census(family, 12345, 40000, backend));
    CHECK(parts == kernels::census(family, 0, family.size(), backend));
  }
}

TEST_CASE("census: what cannot be done is said", "[kernels][census][quick]") {
  const auto fault = [](const CensusFamily& family, std::uint64_t end) {
    try {
      kernels::census(family, 0, end, Backend::cpu);
    } catch (const core::Error& error) {
      return error.facts().fault;
    }
    return core::Fault::io;
  };
  using core::Fault;
  CHECK(fault({named_format("bf16")}, 1) == Fault::unsupported);
  CHECK(fault({named_format("e4m3"), {1, 0.3}}, 1) == Fault::range);
  CHECK(fault({named_format("e4m3"), {1, 1}, 0}, 1) == Fault::range);
  CHECK(fault({named_format("e2m1")}, 65537) == Fault::range);
}
