// Eigenvalues by signs of whole numbers: both ways against matrices whose eigenvalues are known.

#include "kernels/exact_spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/census_spectrum.hpp"
#include "kernels/generator.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using kernels::Int128;
using kernels::Spectrum;
using kernels::Whole;
using kernels::WholeMatrix;

namespace {

/// Small whole numbers from a seed.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : keys_(kernels::word_keys(seed, 0)) {}
  std::int64_t operator()(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(keys_.draw(next_++) %
                                             static_cast<std::uint64_t>(most - least + 1));
  }

 private:
  kernels::WordKeys keys_;
  std::uint64_t next_ = 0;
};

using Entries = std::vector<std::int64_t>;

Spectrum by_traces(const Entries& entries, std::size_t n) {
  const WholeMatrix a(entries.begin(), entries.end());
  if (!kernels::has_real_spectrum(a, n)) return Spectrum::complex;
  return kernels::has_nonnegative_spectrum(a, n) ? Spectrum::nonnegative : Spectrum::negative;
}

template <int n>
void by_minors(const Entries& entries, std::int64_t one, Spectrum& spectrum, bool& contracts) {
  Int128 a[n * n];
  std::copy(entries.begin(), entries.end(), a);
  kernels::classify_matrix<n>(a, one, spectrum, contracts);
}

void by_minors(const Entries& entries, std::size_t n, std::int64_t one, Spectrum& spectrum,
               bool& contracts) {
  if (n == 1) by_minors<1>(entries, one, spectrum, contracts);
  if (n == 2) by_minors<2>(entries, one, spectrum, contracts);
  if (n == 3) by_minors<3>(entries, one, spectrum, contracts);
  if (n == 4) by_minors<4>(entries, one, spectrum, contracts);
}

/// A block-triangular matrix with the eigenvalues of its blocks, in another basis: rows i += c row
/// j, columns j -= c column i, which keeps eigenvalues.
void mix(Entries& a, std::size_t n, Draws& draw) {
  for (int times = 0; times < 6 && n > 1; ++times) {
    const auto i = static_cast<std::size_t>(draw(0, static_cast<std::int64_t>(n) - 1));
    const auto j = (i + static_cast<std::size_t>(draw(1, static_cast<std::int64_t>(n) - 1))) % n;
    const std::int64_t c = draw(-2, 2);
    for (std::size_t k = 0; k < n; ++k) a[i * n + k] += c * a[j * n + k];
    for (std::size_t k = 0; k < n; ++k) a[k * n + j] -= c * a[k * n + i];
  }
}

}  // namespace

TEST_CASE("spectrum: of matrices whose eigenvalues are known", "[kernels][census][oracle]") {
  const std::uint64_t seed = 20261128;
  CAPTURE(seed);
  Draws draw(seed);
  int seen[3] = {};
  for (int round = 0; round < 1500; ++round) {
    const auto n = static_cast<std::size_t>(draw(1, 4));
    Entries a(n * n);
    Spectrum right = Spectrum::nonnegative;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = i + 1; j < n; ++j) a[i * n + j] = draw(-2, 2);
    }
    for (std::size_t i = 0; i < n;) {
      if (i + 1 < n && draw(0, 3) == 0) {
        // x + i y and its conjugate
        const std::int64_t x = draw(-3, 3), y = draw(1, 3);
        a[i * n + i] = a[(i + 1) * n + i + 1] = x;
        a[i * n + i + 1] = y;
        a[(i + 1) * n + i] = -y;
        right = Spectrum::complex;
        i += 2;
      } else {
        const std::int64_t x = draw(0, 4) == 0 ? draw(-3, -1) : draw(0, 3);  // often repeated
        a[i * n + i] = x;
        if (x < 0 && right != Spectrum::complex) right = Spectrum::negative;
        ++i;
      }
    }
    mix(a, n, draw);
    CAPTURE(round, n, a);
    CHECK(by_traces(a, n) == right);
    // In several units, so that all widths are taken.
    for (const int shift : {0, 8, 30}) {
      Entries scaled = a;
      for (std::int64_t& x : scaled) x *= (std::int64_t{1} << shift) + 1;  // odd: stays that large
      Spectrum found;
      bool contracts;
      by_minors(scaled, n, 1, found, contracts);
      CHECK(found == right);
    }
    ++seen[static_cast<int>(right)];
  }
  for (const int count : seen) CHECK(count > 100);
}

TEST_CASE("spectrum: norms of matrices whose singular values are known",
          "[kernels][census][oracle]") {
  // Signed permutations times whole numbers, turned by the orthogonal 4 x 4 matrix
  // H / 2, H = (+-1): singular values are those numbers.
  const int H[4][4] = {{1, 1, 1, 1}, {1, -1, 1, -1}, {1, 1, -1, -1}, {1, -1, -1, 1}};
  const std::uint64_t seed = 7;
  CAPTURE(seed);
  Draws draw(seed);
  int small = 0;
  for (int round = 0; round < 500; ++round) {
    const int unit = draw(0, 1) == 0 ? 3 : 20;  // 1 is 2^unit of the units
    const std::int64_t one = std::int64_t{1} << unit;
    Entries values(4);
    for (std::int64_t& x : values) {
      const std::int64_t kind = draw(0, 5);
      x = kind == 0 ? draw(-one, one) : kind == 1 ? 0 : draw(0, 1) == 0 ? one : -one;
      if (draw(0, 9) == 0) x = one + draw(1, 3);
    }
    bool right = true;
    for (const std::int64_t x : values) right = right && x <= one && x >= -one;
    Entries a(16);
    for (int i = 0; i < 4; ++i) {
      for (int j = 0; j < 4; ++j) {
        for (int k = 0; k < 4; ++k) a[4 * i + j] += H[i][k] * values[k] * H[k][(j + round) % 4];
      }
    }
    // H D H / 4 in units of a quarter.
    CAPTURE(round, values);
    Spectrum spectrum;
    bool contracts;
    by_minors(a, 4, 4 * one, spectrum, contracts);
    CHECK(contracts == right);
    const WholeMatrix whole(a.begin(), a.end());
    CHECK(kernels::has_norm_at_most(whole, 4, Whole(4 * one)) == right);
    small += right ? 1 : 0;
  }
  CHECK(small > 100);
  CHECK(small < 450);
}

TEST_CASE("wide integers agree with those of any size", "[kernels][census][law]") {
  const std::uint64_t seed = 3;
  CAPTURE(seed);
  Draws draw(seed);
  for (int round = 0; round < 300; ++round) {
    const std::int64_t most = std::int64_t{1} << draw(1, 61);
    const std::int64_t x = draw(-most, most), y = draw(-most, most), z = draw(-most, most);
    // x y z (x - y) + z^5 - z^5, whose sign is known, with numbers that need five limbs.
    using Wide = kernels::WideInt<5>;
    const Wide a(x), b(y), c(z);
    const Wide fifth = c * c * c * c * c;
    const Wide value = a * b * c * (a - b) + fifth - fifth;
    const Whole p(x), q(y), r(z);
    CHECK(value.sign() == (p * q * r * (p - q)).sign());
    CHECK((a * b - b * a).sign() == 0);
    CHECK((a - b).sign() == (x > y) - (x < y));
    CHECK((fifth + Wide(1) - fifth).sign() == 1);
  }
}
