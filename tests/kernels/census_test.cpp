// census: the reference against mathematics, every backend against the reference.

#include "kernels/census.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "tests/catch.hpp"
#include "tests/kernels/compare.hpp"

using namespace statewright;
using kernels::Backend;
using kernels::CensusFamily;
using kernels::CensusKind;
using kernels::CensusResult;
using kernels::CensusRounding;
using kernels::CensusSample;
using kernels::Fate;
using kernels::named_format;
using kernels::Spectrum;
using samples::fast_backends;

namespace {

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

CensusFamily family_of(CensusKind kind, std::uint32_t n, const char* format,
                       std::optional<CensusSample> sample = {}, double beta_most = 2,
                       std::uint32_t horizon = 256) {
  CensusFamily family;
  family.format = named_format(format);
  family.kind = kind;
  family.n = n;
  family.beta_most = beta_most;
  family.horizon = horizon;
  family.sample = sample;
  return family;
}

/// The first member with these parameters, by going through all; for small families.
kernels::CensusMember member_with(const CensusFamily& family,
                                  const std::vector<double>& parameters) {
  for (std::uint64_t i = 0; i < family.size(); ++i) {
    const auto member = kernels::census_member(family, i);
    if (member.parameters == parameters) return member;
  }
  FAIL("no such member");
  return {};
}

void check_same(const CensusResult& ours, const CensusResult& right) {
  CHECK(ours.members == right.members);
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
        CHECK(a.first == b.first);
        CHECK(a.longest_preperiod == b.longest_preperiod);
        CHECK(a.period.value == b.period.value);
        CHECK(a.period.member == b.period.member);
        CHECK(a.amplitude.value == b.amplitude.value);
        CHECK(a.amplitude.member == b.amplitude.member);
        CHECK(a.relative.value == b.relative.value);
        CHECK(a.relative.member == b.relative.member);
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
  const CensusFamily family{named_format("e4m3"), {1, 2, 0, 0}, 256};
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
  m = member({1, -1, 1, 0});
  CHECK(m.period == 6);
  CHECK(m.fate == Fate::sixfold);
  // From (1, 2): -1, 1, 2, 1, -1, -2 and back, so from -2 to 2 over a largest magnitude of 2.
  CHECK(m.relative == 2 << 20);
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
  const CensusFamily family{named_format("e2m1"), {1, 1, 0, 0}, 16};
  for (std::uint64_t i = 0; i < family.size(); i += 7) {
    const auto m = kernels::census_member(family, i);
    const double a = m.parameters[0], b = m.parameters[1], c = m.parameters[2], d = m.parameters[3];
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
    std::array<double, 4> start;
    std::uint32_t horizon;
    std::uint64_t begin, count;
  };
  const std::vector<Part> parts = {{"e2m1", {1, 1}, 64, 20000, 20000},
                                   {"e2m1", {0.5, -6}, 3, 30000, 9000},
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
  const CensusFamily family{named_format("e2m1"), {1, 1, 0, 0}, 64};
  for (const Backend backend : fast_backends()) {
    CensusResult parts = kernels::census(family, 0, 12345, backend);
    parts.merge(kernels::census(family, 40000, family.size(), backend));
    parts.merge(kernels::census(family, 12345, 40000, backend));
    CHECK(parts == kernels::census(family, 0, family.size(), backend));
  }
}

TEST_CASE("census: letters that can be told by hand", "[kernels][census][quick]") {
  // 1 -> -1 -> 1, and what is added: a h + b = -h + 1: 1 -> 0 -> 1.
  auto m = member_with(family_of(CensusKind::diagonal, 1, "e2m1"), {-1, 1});
  CHECK(m.fate == Fate::period_2);
  CHECK(m.spectrum == Spectrum::negative);
  CHECK(m.contracts);
  CHECK(m.preperiod == 0);
  CHECK(m.relative == 1 << 20);
  // A reflection with input: k = 1, beta = 2, v = 2: h + 2 (2 - h) = 4 - h: 1 -> 3 -> 1, which are
  // 1.5, 2 and 3 values apart.
  m = member_with(family_of(CensusKind::deltanet, 1, "e2m1"), {2, 2, 1});
  CHECK(m.fate == Fate::period_2);
  CHECK(m.spectrum == Spectrum::negative);
  CHECK(m.contracts);
  CHECK(m.amplitude == 3);
  // Overwriting: beta = 1, k = e_1, v = 3 leads to (3, 1) in one step; eigenvalues 0 and 1.
  m = member_with(family_of(CensusKind::deltanet, 2, "e2m1", {}, 1), {1, 3, 1, 0});
  CHECK(m.fate == Fate::rests);
  CHECK(m.preperiod == 1);
  CHECK(m.spectrum == Spectrum::nonnegative);
  CHECK(m.contracts);
  // beta k^T k = 2: the reflection at (1, -1) is not contracting too little, and one of norm 3 is.
  const auto family = family_of(CensusKind::deltanet, 2, "e2m1");
  CHECK(member_with(family, {1, 0, 1, -1}).contracts);
  CHECK_FALSE(member_with(family, {2, 0, 1, -1}).contracts);
  // Two reflections of the plane turn it: (1, -1) after e_1 is x, y -> y, -x, a quarter turn.
  const CensusFamily turns = family_of(CensusKind::pairs, 2, "e2m1");
  // Places: beta 2 is the 4th of 0 .5 1 1.5 2, k_i = -1 -.5 -0 0 .5 1.
  const auto number = [](std::vector<std::uint64_t> digits) {
    std::uint64_t at = 0;
    for (std::size_t j = 0; j < digits.size(); ++j) at = at * (j % 3 == 0 ? 5 : 6) + digits[j];
    return at;
  };
  m = kernels::census_member(turns, number({4, 5, 3, 2, 5, 0}));
  CHECK(m.parameters == std::vector<double>{2, 1, 0, 1, 1, -1});
  CHECK(m.spectrum == Spectrum::complex);
  CHECK(m.contracts);
  CHECK(m.period == 4);
  // The identity from factors of beta 0.
  m = kernels::census_member(turns, number({0, 5, 3, 0, 5, 0}));
  CHECK(m.spectrum == Spectrum::nonnegative);
  CHECK(m.fate == Fate::rests);
  CHECK(turns.size() == 32400);
}

TEST_CASE("census: backends return the reference's cells for all families",
          "[kernels][census][oracle]") {
  struct Part {
    CensusFamily family;
    std::uint64_t begin, count;
  };
  const auto matrices = CensusKind::matrices, diagonal = CensusKind::diagonal;
  const auto deltanet = CensusKind::deltanet, pairs = CensusKind::pairs;
  const std::vector<Part> parts = {{family_of(diagonal, 1, "e2m1"), 0, 256},
                                   {family_of(diagonal, 2, "e4m3"), 2'000'000'000, 1025},
                                   {family_of(diagonal, 4, "e5m2", CensusSample{500, 3}), 0, 500},
                                   {family_of(deltanet, 1, "e4m3"), 0, 5000},
                                   {family_of(deltanet, 2, "e2m1"), 0, 2880},
                                   {family_of(deltanet, 2, "e2m1", {}, 1, 5), 0, 33},
                                   {family_of(deltanet, 2, "e4m3", {}, 1), 50'000'001, 1025},
                                   {family_of(deltanet, 3, "e4m3", CensusSample{700, 11}), 0, 700},
                                   {family_of(deltanet, 4, "e5m2", CensusSample{700, 11}), 0, 700},
                                   {family_of(pairs, 1, "e3m2"), 10, 500},
                                   {family_of(pairs, 2, "e2m1"), 0, 6000},
                                   {family_of(pairs, 2, "e2m3"), 7'000'000, 1000},
                                   {family_of(pairs, 2, "e4m3", CensusSample{1000, 5}), 0, 1000},
                                   {family_of(pairs, 2, "e5m2", CensusSample{1000, 6}, 1), 0, 1000},
                                   {family_of(pairs, 3, "e4m3", CensusSample{200, 7}), 0, 200},
                                   {family_of(pairs, 4, "e4m3", CensusSample{100, 7}, 1), 0, 100},
                                   {family_of(pairs, 4, "e5m2", CensusSample{100, 8}), 0, 100},
                                   {family_of(matrices, 1, "e4m3"), 0, 254},
                                   {family_of(matrices, 2, "e5m2", CensusSample{1000, 1}), 0, 1000},
                                   {family_of(matrices, 3, "e2m1", CensusSample{600, 2}), 0, 600},
                                   {family_of(matrices, 3, "e2m1"), 9'000'000'000, 300},
                                   {family_of(matrices, 4, "e2m1", CensusSample{300, 2}), 0, 300},
                                   {family_of(matrices, 4, "e4m3", CensusSample{200, 9}), 0, 200},
                                   {family_of(matrices, 4, "e5m2", CensusSample{31, 9}), 0, 31},
                                   {family_of(matrices, 3, "e4m3", CensusSample{1, 9}), 0, 1}};
  for (const Part& part : parts) {
    const std::uint64_t end = part.begin + part.count;
    const CensusResult right = kernels::census(part.family, part.begin, end, Backend::reference);
    CHECK(count_of(right) == part.count);
    CHECK(right.members == part.count);
    for (const Backend backend : fast_backends()) {
      CAPTURE(part.family.text(), part.begin, kernels::name_of(backend));
      check_same(kernels::census(part.family, part.begin, end, backend, 3), right);
    }
  }
}

namespace {

/// A family that also has what only some have.
CensusFamily wider(CensusFamily family, CensusRounding rounding, bool adds, bool unit_keys,
                   bool all_starts) {
  family.rounding = rounding;
  family.adds = adds;
  family.unit_keys = unit_keys;
  family.all_starts = all_starts;
  return family;
}

}  // namespace

TEST_CASE("census: one rounding, additions, every start: backends return the reference's cells",
          "[kernels][census][oracle]") {
  const auto each = CensusRounding::each, once = CensusRounding::once;
  const auto matrices = CensusKind::matrices, diagonal = CensusKind::diagonal;
  const auto deltanet = CensusKind::deltanet, pairs = CensusKind::pairs,
             factor = CensusKind::factor;
  const std::vector<std::pair<CensusFamily, std::uint64_t>> parts = {
      {wider(family_of(factor, 2, "e4m3"), each, false, false, false), 70'000},
      {wider(family_of(factor, 2, "e2m1"), each, true, true, true), 900'000},
      {wider(family_of(factor, 3, "e5m2", CensusSample{300, 4}), each, true, false, true), 0},
      {wider(family_of(matrices, 2, "e2m1"), each, true, false, false), 5'000'000},
      {wider(family_of(matrices, 2, "e4m3", CensusSample{300, 5}), each, false, false, true), 0},
      {wider(family_of(deltanet, 2, "e2m3"), each, false, true, true), 5'000'000},
      {wider(family_of(pairs, 2, "e2m1", {}, 1), each, true, true, true), 100'000'000},
      {wider(family_of(pairs, 4, "e4m3", CensusSample{40, 5}, 1), each, true, true, true), 0},
      {wider(family_of(diagonal, 2, "e3m2"), each, false, false, true), 30'000'000},
      {wider(family_of(matrices, 2, "e2m1"), once, false, false, false), 20'000},
      {wider(family_of(matrices, 2, "e4m3", CensusSample{200, 6}), once, true, false, true), 0},
      {wider(family_of(matrices, 3, "e5m2", CensusSample{100, 6}), once, false, false, true), 0},
      {wider(family_of(matrices, 4, "e4m3", CensusSample{60, 6}), once, false, false, false), 0},
      {wider(family_of(diagonal, 1, "e4m3"), once, false, false, true), 4'000'000},
      {wider(family_of(diagonal, 4, "e2m1", CensusSample{200, 6}), once, false, false, true), 0},
      {wider(family_of(deltanet, 2, "e4m3"), once, false, false, false), 60'000'000},
      {wider(family_of(deltanet, 3, "e5m2", CensusSample{100, 6}), once, false, true, true), 0},
      {wider(family_of(factor, 1, "e4m3"), once, true, false, true), 1'000'000},
      {wider(family_of(factor, 2, "e2m1"), once, true, true, true), 5'000'000},
      {wider(family_of(factor, 4, "e5m2", CensusSample{100, 6}), once, true, false, true), 0},
      {wider(family_of(pairs, 2, "e2m1"), once, false, false, false), 20'000},
      {wider(family_of(pairs, 3, "e4m3", CensusSample{60, 6}, 1), once, true, false, true), 0},
      {wider(family_of(pairs, 4, "e3m2", CensusSample{60, 6}), once, true, true, true), 0}};
  for (const auto& [family, begin] : parts) {
    CAPTURE(family.text(), begin);
    const std::uint64_t end = std::min<std::uint64_t>(family.size(), begin + 130);
    const CensusResult right = kernels::census(family, begin, end, Backend::reference);
    CHECK(count_of(right) == end - begin);
    for (const Backend backend : fast_backends()) {
      CAPTURE(kernels::name_of(backend));
      check_same(kernels::census(family, begin, end, backend, 3), right);
    }
  }
}

TEST_CASE("census: one rounding is one, where each operation has its own",
          "[kernels][census][quick]") {
  // h_1' = 1.125 h_1 + h_2 from (1.125, 0.171875): the product 1.265625 becomes 1.25, the sum
  // 1.421875 then 1.375. The exact sum 1.4375 is halfway from 1.375 to 1.5, whose code is even.
  // From there h_2 is 0 and h_1 grows by one product a step, which takes 1.375 to 1.5.
  CensusFamily family = family_of(CensusKind::matrices, 2, "e4m3");
  family.start = {1.125, 0.171875, 0, 0};
  const std::uint64_t number = number_of(family, {1.125, 1, 0, 0});
  const auto each = kernels::census_member(family, number);
  family.rounding = CensusRounding::once;
  const auto once = kernels::census_member(family, number);
  CHECK(each.fate == Fate::explodes);
  CHECK(once.fate == Fate::explodes);
  CHECK(once.steps + 1 == each.steps);
}

TEST_CASE("census: all starts of a letter are what one start after another is",
          "[kernels][census][law]") {
  CensusFamily all = family_of(CensusKind::factor, 2, "e2m1");
  all.all_starts = true;
  const std::uint64_t states = 15 * 15;
  CHECK(all.size() == 5 * 6 * 6 * states);
  const std::uint64_t letter = 4 * 36 + 5 * 6 + 4;  // beta = 2, k = (1, 0.5)
  CensusResult ours = kernels::census(all, letter * states, (letter + 1) * states, Backend::cpu);
  CensusResult one_by_one;
  CensusFamily one = family_of(CensusKind::factor, 2, "e2m1");
  std::uint64_t at = letter * states;
  for (const double x : kernels::finite_values(one.format)) {
    for (const double y : kernels::finite_values(one.format)) {
      if ((x == 0 && std::signbit(x)) || (y == 0 && std::signbit(y))) continue;
      one.start = {x, y, 0, 0};
      one_by_one.add(kernels::census_member(one, letter), at++);
    }
  }
  check_same(ours, one_by_one);
  const auto member = kernels::census_member(all, letter * states);
  CHECK(member.parameters == std::vector<double>{2, 1, 0.5, -6, -6});
  CHECK(kernels::letter_text(all, member.parameters) == "beta = 2, k = (1, 0.5), x_0 = (-6, -6)");
}

TEST_CASE("census: keys of at most unit length", "[kernels][census][law]") {
  CensusFamily family = family_of(CensusKind::factor, 2, "e2m1");
  family.unit_keys = true;
  const CensusResult result = kernels::census(family, 0, family.size(), Backend::cpu);
  // Of the 36 keys with entries -1 -.5 -0 0 .5 1 those longer than 1: (1, 1) and (1, .5) with
  // their signs and orders.
  std::uint64_t outside = 0;
  for (const auto& spectrum : result.cells) {
    for (const auto& norm : spectrum)
      outside += norm[static_cast<std::size_t>(Fate::outside)].count;
  }
  CHECK(outside == 5 * (4 + 8));
  CHECK(result.members == family.size());
}

TEST_CASE("census: symmetric letters under one rounding have periods 1 and 2",
          "[kernels][census][law]") {
  // E. Goles and J. Olivos, 1981; proofs_check/theorems/README.md has the proof. With a rounding
  // for each operation the same letters do have other periods.
  CensusFamily family = family_of(CensusKind::factor, 2, "e2m1");
  family.all_starts = true;
  family.adds = true;
  family.sample = CensusSample{200'000, 3};
  family.rounding = CensusRounding::once;
  CHECK(kernels::census(family, 0, 200'000, Backend::cpu).answer({}).period.value == 2);
  CensusFamily larger = family_of(CensusKind::factor, 3, "e4m3", CensusSample{60'000, 2});
  larger.all_starts = true;
  larger.rounding = CensusRounding::once;
  CHECK(kernels::census(larger, 0, 60'000, Backend::cpu).answer({}).period.value == 2);
  larger.rounding = CensusRounding::each;
  CHECK(kernels::census(larger, 0, 60'000, Backend::cpu).answer({}).period.value > 2);
}

TEST_CASE("census: what theorems say of a letter alone", "[kernels][census][law]") {
  // Rounding is monotone: a diagonal letter without negative entries brings every state to rest,
  // one with negative entries to a period of 2 at most.
  for (const char* format : {"e2m1", "e2m3", "e4m3"}) {
    const CensusFamily family = family_of(CensusKind::diagonal, 1, format);
    const CensusResult result = kernels::census(family, 0, family.size(), Backend::cpu);
    CHECK(result.answer({Spectrum::nonnegative}).count == 0);
    CHECK(result.answer({}).period.value == 2);
    CHECK(result.answer({{}, {}, kernels::CensusQuestion::Counts::modulo_3}).count == 0);
    CHECK(result.cell(Spectrum::complex, true, Fate::rests).count == 0);
  }
}

TEST_CASE("census: questions", "[kernels][census][law]") {
  using Counts = kernels::CensusQuestion::Counts;
  const CensusFamily family{named_format("e2m1"), {1, 1, 0, 0}, 64};
  const std::uint64_t begin = 25000, end = 45000;
  const CensusResult result = kernels::census(family, begin, end, Backend::cpu);
  // By going through the members.
  kernels::CensusCell parity, modulo_3;
  for (std::uint64_t i = begin; i < end; ++i) {
    const auto member = kernels::census_member(family, i);
    if (member.spectrum != Spectrum::nonnegative || member.period < 2) continue;
    if (member.period % 2 == 0) parity.add(member, i);
    if (member.period % 3 == 0) modulo_3.add(member, i);
  }
  CHECK(parity.count > 0);
  CHECK(result.answer({Spectrum::nonnegative, {}, Counts::parity}) == parity);
  CHECK(result.answer({Spectrum::nonnegative, {}, Counts::modulo_3}) == modulo_3);
  CHECK(result.answer({Spectrum::nonnegative, true, Counts::parity}).count == 0);
  const auto strongest = kernels::census_member(family, parity.amplitude.member);
  CHECK(strongest.amplitude == parity.amplitude.value);
  CHECK(strongest.period % 2 == 0);
  // The swap of two numbers is a contraction with eigenvalues 1 and -1, but from (1, 1) it rests.
  CHECK(result.answer({Spectrum::negative, true, Counts::parity}).count > 0);
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
  CHECK(fault({named_format("e4m3"), {1, 0.3, 0, 0}}, 1) == Fault::range);
  CHECK(fault({named_format("e4m3"), {1, 1, 0, 0}, 0}, 1) == Fault::range);
  CHECK(fault({named_format("e2m1")}, 65537) == Fault::range);
  const auto kinds = family_of(CensusKind::matrices, 5, "e4m3");
  CHECK(fault(kinds, 1) == Fault::range);
  CHECK(fault(family_of(CensusKind::deltanet, 2, "e4m3", {}, 1.5), 1) == Fault::range);
  CensusFamily wrong = family_of(CensusKind::deltanet, 2, "e4m3");
  wrong.adds = true;
  CHECK(fault(wrong, 1) == Fault::unsupported);
  wrong = family_of(CensusKind::diagonal, 2, "e4m3");
  wrong.unit_keys = true;
  CHECK(fault(wrong, 1) == Fault::unsupported);
  wrong = family_of(CensusKind::pairs, 2, "e5m2");
  wrong.rounding = CensusRounding::once;  // 2^-112 to 2^20
  CHECK(fault(wrong, 1) == Fault::unsupported);
  CHECK(fault(family_of(CensusKind::matrices, 4, "e4m3"), 1) == Fault::range);  // too many to list
  CHECK(fault(family_of(CensusKind::matrices, 4, "e4m3", CensusSample{10, 1}), 11) == Fault::range);
}
