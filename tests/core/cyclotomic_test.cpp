#include "core/number/cyclotomic.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "tests/catch.hpp"
#include "tests/core/mpfr_oracle.hpp"
#include "tests/fault_of.hpp"

#ifdef STATEWRIGHT_HAS_ANTIC
#include <antic/nf_elem.h>
#endif

using statewright::fault_of;
using namespace statewright::core;
using statewright::oracle::splitmix;

namespace {

constexpr int kBits = 300;

/// A complex number of 300 bits, evaluated from what coefficients mean and nothing else.
struct Point {
  Point() {
    mpfr_init2(x, kBits);
    mpfr_init2(y, kBits);
    mpfr_set_zero(x, 1);
    mpfr_set_zero(y, 1);
  }
  explicit Point(const Cyclotomic& value) : Point() {
    mpfr_t angle, s, c;
    for (mpfr_ptr p : {angle, s, c}) mpfr_init2(p, kBits + 64);
    const std::vector<Rational> coefficients = value.coefficients();
    for (std::size_t k = 0; k < coefficients.size(); ++k) {
      mpfr_const_pi(angle, MPFR_RNDN);
      mpfr_mul_ui(angle, angle, 2 * k, MPFR_RNDN);
      mpfr_div_ui(angle, angle, value.order(), MPFR_RNDN);
      mpfr_sin_cos(s, c, angle, MPFR_RNDN);
      const auto* q = coefficients[k].backend().data();
      mpfr_mul_q(s, s, q, MPFR_RNDN);
      mpfr_mul_q(c, c, q, MPFR_RNDN);
      mpfr_add(x, x, c, MPFR_RNDN);
      mpfr_add(y, y, s, MPFR_RNDN);
    }
    for (mpfr_ptr p : {angle, s, c}) mpfr_clear(p);
  }
  Point(const Point& other) : Point() {
    mpfr_set(x, other.x, MPFR_RNDN);
    mpfr_set(y, other.y, MPFR_RNDN);
  }
  Point& operator=(const Point&) = delete;
  ~Point() {
    mpfr_clear(x);
    mpfr_clear(y);
  }

  mpfr_t x, y;
};

Point operator+(const Point& a, const Point& b) {
  Point sum;
  mpfr_add(sum.x, a.x, b.x, MPFR_RNDN);
  mpfr_add(sum.y, a.y, b.y, MPFR_RNDN);
  return sum;
}

Point operator*(const Point& a, const Point& b) {
  Point product;
  mpfr_fmms(product.x, a.x, b.x, a.y, b.y, MPFR_RNDN);
  mpfr_fmma(product.y, a.x, b.y, a.y, b.x, MPFR_RNDN);
  return product;
}

/// Values here are below 2^20, so 250 bits agree if the numbers do.
bool near(const Point& a, const Point& b) {
  Point d;
  mpfr_sub(d.x, a.x, b.x, MPFR_RNDN);
  mpfr_sub(d.y, a.y, b.y, MPFR_RNDN);
  const auto small = [](const mpfr_t v) { return mpfr_zero_p(v) || mpfr_get_exp(v) < -250; };
  return small(d.x) && small(d.y);
}

Rational random_rational(std::uint64_t& seed) {
  const auto top = static_cast<std::int64_t>(splitmix(seed) % 19) - 9;
  return Rational(top, static_cast<std::int64_t>(splitmix(seed) % 6 + 1));
}

Cyclotomic random_element(std::uint64_t& seed, std::uint32_t m) {
  std::vector<Rational> powers(m);
  for (Rational& power : powers) {
    if (splitmix(seed) % 3 != 0) power = random_rational(seed);
  }
  return Cyclotomic::sum(m, powers);
}

const std::vector<std::uint32_t> kOrders = {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 20, 21, 25, 36};

std::uint32_t random_order(std::uint64_t& seed) { return kOrders[splitmix(seed) % kOrders.size()]; }

Cyclotomic half() { return Rational(1, 2); }

/// Phi_m as coefficients, the leading one last: zeta^phi(m) is minus the others.
std::vector<Rational> polynomial(std::uint32_t m) {
  std::uint32_t degree = 0;
  for (std::uint32_t k = 1; k <= m; ++k) degree += std::gcd(k, m) == 1 ? 1 : 0;
  std::vector<Rational> powers(degree + 1);
  powers[degree] = 1;
  std::vector<Rational> lower = Cyclotomic::sum(m, powers).coefficients();
  lower.resize(degree);
  for (Rational& c : lower) c = -c;
  lower.push_back(1);
  return lower;
}

/// The product of Phi_d over d | m is x^m - 1, at a random point modulo 2^61 - 1.
void check_polynomials(std::uint32_t largest) {
  constexpr std::uint64_t p = (std::uint64_t{1} << 61) - 1;
  __extension__ using Wide = unsigned __int128;
  const auto times = [](std::uint64_t a, std::uint64_t b) {
    return static_cast<std::uint64_t>(Wide{a} * b % p);
  };
  const std::uint64_t x = 1234567890123456789 % p;
  const auto value_at = [&](const std::vector<Rational>& f, std::uint64_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = f.size(); i-- > 0;) {
      const auto c = static_cast<std::int64_t>(numerator_of(f[i]));
      REQUIRE(std::abs(c) <= 7);
      value = (times(value, at) + (c < 0 ? p + static_cast<std::uint64_t>(c) : c)) % p;
    }
    return value;
  };
  std::vector<std::uint64_t> values(largest + 1);
  values[1] = x - 1;
  values[2] = x + 1;
  for (std::uint32_t m = 3; m <= largest; ++m) {
    // Orders 2 modulo 4 are not kept: Phi_2n(x) is Phi_n(-x).
    values[m] = m % 4 == 2 ? value_at(polynomial(m / 2), p - x) : value_at(polynomial(m), x);
  }
  std::uint64_t of_x = 1;
  for (std::uint32_t m = 1; m <= largest; ++m) {
    of_x = times(of_x, x);
    std::uint64_t product = 1;
    for (std::uint32_t d = 1; d <= m; ++d) {
      if (m % d == 0) product = times(product, values[d]);
    }
    INFO("m = " << m);
    REQUIRE(product == (of_x + p - 1) % p);
  }
}

}  // namespace

TEST_CASE("cyclotomic polynomials multiply to x^m - 1", "[core][cyclotomic]") {
  check_polynomials(420);
  const std::vector<Rational> known = polynomial(105);  // the first with a coefficient -2
  CHECK(known.size() == 49);
  CHECK(known[7] == -2);
  CHECK(known[41] == -2);
}

TEST_CASE("cyclotomic polynomials multiply to x^m - 1 up to the largest order",
          "[.long][core][cyclotomic]") {
  check_polynomials(Cyclotomic::kLargestOrder);
}

TEST_CASE("cyclotomic numbers keep the laws of a field and agree with complex arithmetic",
          "[core][cyclotomic]") {
  const std::uint64_t first = 20260807;
  std::uint64_t seed = first;
  for (int i = 0; i < 150; ++i) {
    const Cyclotomic a = random_element(seed, random_order(seed));
    const Cyclotomic b = random_element(seed, random_order(seed));
    const Cyclotomic c = random_element(seed, random_order(seed));
    INFO("seed " << first << ", round " << i << ", orders " << a.order() << " " << b.order() << " "
                 << c.order());
    REQUIRE(near(Point(a + b), Point(a) + Point(b)));
    REQUIRE(near(Point(a * b), Point(a) * Point(b)));
    REQUIRE(a + b == b + a);
    REQUIRE(a * b == b * a);
    REQUIRE((a + b) - b == a);
    REQUIRE(a + -a == Cyclotomic());
    REQUIRE((a == b) == ((a - b).rational() == Rational(0)));
    REQUIRE((a * b).conjugate() == a.conjugate() * b.conjugate());
    REQUIRE((a * a.conjugate()).is_real());
    REQUIRE(a.is_real() == (a == a.conjugate()));
    if (i % 5 == 0) {
      REQUIRE((a + b) * c == a * c + b * c);
      REQUIRE((a * b) * c == a * (b * c));
    }
    if (!(a == Cyclotomic())) REQUIRE(a * a.inverse() == Cyclotomic(Rational(1)));
  }
}

TEST_CASE("the least field does not depend on where a number was made", "[core][cyclotomic]") {
  const std::uint64_t first = 31;
  std::uint64_t seed = first;
  for (int i = 0; i < 100; ++i) {
    const Cyclotomic a = random_element(seed, random_order(seed));
    const Cyclotomic far = random_element(seed, random_order(seed));
    const Cyclotomic there_and_back = (a + far) - far;
    INFO("seed " << first << ", round " << i << ", orders " << a.order() << " " << far.order());
    REQUIRE(there_and_back == a);
    REQUIRE(there_and_back.least().order() == a.least().order());
    REQUIRE(there_and_back.least().coefficients() == a.least().coefficients());
    REQUIRE(near(Point(a.least()), Point(a)));
    const Cyclotomic moved = a + Cyclotomic::root(1, 25) * Rational(1, 1000);
    REQUIRE_FALSE(moved == a);
  }
  // 2 cos^2 x = 1 + cos 2x, made of 60th roots, needs those of 2 x only.
  const Cyclotomic c = Cyclotomic::cosine(1, 60), square = Rational(2) * c * c;
  CHECK(square.order() == 60);
  CHECK(square.least().order() == 15);
  CHECK(square == Cyclotomic(Rational(1)) + Cyclotomic::cosine(1, 30));
}

TEST_CASE("roots of unity", "[core][cyclotomic]") {
  for (std::uint32_t m = 1; m <= 72; ++m) {
    Cyclotomic sum, power = Rational(1);
    const Cyclotomic zeta = Cyclotomic::root(1, m);
    INFO("m = " << m);
    for (std::uint32_t k = 0; k < m; ++k) {
      REQUIRE(power == Cyclotomic::root(k, m));
      REQUIRE(power == Cyclotomic::root(static_cast<std::int64_t>(k) - 7 * m, m));
      if (k > 0) REQUIRE_FALSE(power == Cyclotomic(Rational(1)));
      sum = sum + power;
      power = power * zeta;
    }
    REQUIRE(power == Cyclotomic(Rational(1)));
    REQUIRE(sum == Cyclotomic(Rational(m == 1 ? 1 : 0)));
    REQUIRE(zeta.order() % 4 != 2);
  }
  CHECK(Cyclotomic::root(2, 10080) == Cyclotomic::root(1, 5040));
}

TEST_CASE("cosines and sines", "[core][cyclotomic]") {
  const auto cosine = Cyclotomic::cosine, sine = Cyclotomic::sine;
  for (std::uint32_t m : {4U, 8U, 12U, 20U, 360U}) {
    const std::uint32_t quarter = m / 4;
    CHECK(cosine(0, m).rational() == Rational(1));
    CHECK(cosine(quarter, m).rational() == Rational(0));
    CHECK(cosine(2 * quarter, m).rational() == Rational(-1));
    CHECK(cosine(-std::int64_t{quarter}, m).rational() == Rational(0));
    CHECK(sine(0, m).rational() == Rational(0));
    CHECK(sine(quarter, m).rational() == Rational(1));
    CHECK(sine(2 * quarter, m).rational() == Rational(0));
    CHECK(sine(3 * quarter, m).rational() == Rational(-1));
  }
  for (std::uint32_t m = 1; m <= 40; ++m) {
    for (const std::int64_t k : {1, 2, 3, -5}) {
      const Cyclotomic c = cosine(k, m), s = sine(k, m);
      INFO("k = " << k << ", m = " << m);
      REQUIRE(c * c + s * s == Cyclotomic(Rational(1)));
      REQUIRE(c + s * Cyclotomic::root(1, 4) == Cyclotomic::root(k, m));
      REQUIRE((c.is_real() && s.is_real()));
    }
  }
  const Cyclotomic c5 = cosine(1, 5);
  CHECK(Rational(4) * c5 * c5 + Rational(2) * c5 == Cyclotomic(Rational(1)));
  CHECK(c5.order() == 5);
  CHECK(cosine(1, 6).rational() == Rational(1, 2));
  CHECK(sine(1, 12).rational() == Rational(1, 2));
  CHECK(sine(1, 12).order() == 1);
  CHECK(cosine(1, 3).rational() == Rational(-1, 2));
  // cos(pi/12) = (sqrt 6 + sqrt 2) / 4
  const Cyclotomic root2 = Rational(2) * cosine(1, 8), root3 = Rational(2) * cosine(1, 12);
  CHECK((root2 * root2).rational() == Rational(2));
  CHECK((root3 * root3).rational() == Rational(3));
  CHECK(cosine(1, 24) == (root2 * root3 + root2) * Rational(1, 4));
  CHECK(root2.inverse() == root2 * half());
  CHECK_FALSE(root2 == root3);
}

TEST_CASE("bounds enclose and signs agree with 300 bits", "[core][cyclotomic]") {
  const std::uint64_t first = 77;
  std::uint64_t seed = first;
  for (int i = 0; i < 60; ++i) {
    const Cyclotomic z = random_element(seed, random_order(seed));
    const Cyclotomic x = z + z.conjugate();
    const Point point(x);
    INFO("seed " << first << ", round " << i << ", order " << x.order());
    REQUIRE(x.sign() == mpfr_sgn(point.x));
    // 300 bits are within 2^-200 of the value, doubles never that near an irrational one.
    const auto [low, high] = x.double_bounds();
    REQUIRE(mpfr_cmp_d(point.x, low) >= 0);
    REQUIRE(mpfr_cmp_d(point.x, high) <= 0);
    double size = 0;
    for (const Rational& c : x.coefficients()) size += std::fabs(c.convert_to<double>());
    REQUIRE(high - low <= size * 1e-12 + 1e-300);
    const auto [low_z, high_z] = z.double_bounds();  // of the real part, half of x
    REQUIRE(mpfr_cmp_d(point.x, 2 * low_z) >= 0);
    REQUIRE(mpfr_cmp_d(point.x, 2 * high_z) <= 0);
    if (const auto rational = x.rational()) {
      REQUIRE(x.bounds(10) == std::pair(*rational, *rational));
      continue;
    }
    for (const int bits : {-3, 0, 10, 64, 200}) {
      const auto [lower, upper] = x.bounds(bits);
      const Integer power = Integer(1) << std::abs(bits);
      REQUIRE(Rational((upper - lower) * (bits < 0 ? Rational(1, power) : Rational(power))) <= 1);
      REQUIRE(mpfr_cmp_q(point.x, lower.backend().data()) >= 0);
      REQUIRE(mpfr_cmp_q(point.x, upper.backend().data()) <= 0);
      REQUIRE(lower < upper);
    }
  }
}

TEST_CASE("signs of differences from best approximations", "[core][cyclotomic]") {
  // cos(2 pi / 5) = (sqrt 5 - 1) / 4 between its convergents, which lie below and above in turn and
  // come closer than 1/q^2; the partial quotients come from an integer square root with
  // 900 bits, enough for denominators of 400.
  const Cyclotomic c = Cyclotomic::cosine(1, 5);
  const Integer scale = Integer(1) << 900;
  Integer top = (sqrt(Integer(5 * scale * scale)) - scale), bottom = 4 * scale;
  Integer p0 = 0, p1 = 1, q0 = 1, q1 = 0;
  for (int i = 0; q1 < Integer(1) << 400; ++i) {
    const Integer quotient = top / bottom, rest = top % bottom;
    const Integer p = quotient * p1 + p0, q = quotient * q1 + q0;
    INFO("convergent " << i << ", " << p << "/" << q);
    REQUIRE((c - Cyclotomic(Rational(p, q))).sign() == (i % 2 == 0 ? 1 : -1));
    p0 = p1, q0 = q1, p1 = p, q1 = q;
    top = bottom;
    bottom = rest;
  }
}

TEST_CASE("cyclotomic numbers as text", "[core][cyclotomic]") {
  CHECK(to_string(Cyclotomic()) == "0");
  CHECK(to_string(Cyclotomic(Rational(-3, 4))) == "-3/4");
  CHECK(to_string(Cyclotomic::cosine(1, 5)) == "cos(2pi/5)");
  CHECK(to_string(-Cyclotomic::cosine(1, 8)) == "-cos(pi/4)");
  CHECK(to_string(Cyclotomic::cosine(2, 5)) == "-1/2 - cos(2pi/5)");
  CHECK(to_string(half() - Rational(3, 4) * Cyclotomic::cosine(1, 5)) == "1/2 - 3/4*cos(2pi/5)");
  CHECK(to_string(Cyclotomic::sine(1, 5)) == "cos(pi/10)");
  // The same number by way of a larger field.
  const Cyclotomic far = Cyclotomic::root(1, 28);
  CHECK(to_string((Cyclotomic::cosine(1, 5) + far) - far) == "cos(2pi/5)");
}

TEST_CASE("cyclotomic numbers refuse what they cannot do", "[core][cyclotomic]") {
  CHECK(fault_of([] { return Cyclotomic::root(1, 0); }) == Fault::range);
  CHECK(fault_of([] { return Cyclotomic::root(1, 5041); }) == Fault::range);
  CHECK(fault_of([] { return Cyclotomic::cosine(1, 4000000000U); }) == Fault::range);
  CHECK(fault_of([] { return Cyclotomic::sine(1, 4999); }) == Fault::range);
  CHECK(fault_of([] { return Cyclotomic::sine(1, 4000000000U); }) == Fault::range);
  CHECK(fault_of([] { return Cyclotomic().inverse(); }) == Fault::range);
  CHECK(fault_of([] { return Cyclotomic::root(1, 5).bounds(10); }) == Fault::range);
  CHECK(fault_of([] { return Cyclotomic::root(1, 5).sign(); }) == Fault::range);
  CHECK(fault_of([] { return to_string(Cyclotomic::root(1, 5)); }) == Fault::range);
  const Cyclotomic a = Cyclotomic::root(1, 97), b = Cyclotomic::root(1, 101);
  CHECK(fault_of([&] { return a + b; }) == Fault::range);
  CHECK(fault_of([&] { return a * b; }) == Fault::range);
  CHECK_FALSE(a == b);
}

#ifdef STATEWRIGHT_HAS_ANTIC

namespace {

/// The field Q(zeta_m) as Antic has it.
class AnticField {
 public:
  explicit AnticField(std::uint32_t m) {
    fmpz_poly_t phi;
    fmpq_poly_t modulus;
    fmpz_poly_init(phi);
    fmpz_poly_cyclotomic(phi, m);
    fmpq_poly_init(modulus);
    fmpq_poly_set_fmpz_poly(modulus, phi);
    nf_init(field, modulus);
    fmpq_poly_clear(modulus);
    fmpz_poly_clear(phi);
  }
  ~AnticField() { nf_clear(field); }
  AnticField(const AnticField&) = delete;
  AnticField& operator=(const AnticField&) = delete;

  nf_t field;
};

struct AnticElement {
  explicit AnticElement(const AnticField& f) : field(f.field) { nf_elem_init(value, field); }
  AnticElement(const AnticField& f, const Cyclotomic& x) : AnticElement(f) {
    fmpq_poly_t p;
    fmpq_poly_init(p);
    const std::vector<Rational> coefficients = x.coefficients();
    for (std::size_t k = 0; k < coefficients.size(); ++k) {
      fmpq_poly_set_coeff_mpq(p, static_cast<slong>(k), coefficients[k].backend().data());
    }
    nf_elem_set_fmpq_poly(value, p, field);
    fmpq_poly_clear(p);
  }
  ~AnticElement() { nf_elem_clear(value, field); }
  AnticElement(const AnticElement&) = delete;
  AnticElement& operator=(const AnticElement&) = delete;

  const nf_struct* field;
  nf_elem_t value;
};

}  // namespace

TEST_CASE("products, inverses and equality are Antic's", "[core][cyclotomic][antic]") {
  const std::uint64_t first = 5;
  std::uint64_t seed = first;
  for (const std::uint32_t m : {5U, 8U, 12U, 15U, 36U, 60U}) {
    const AnticField field(m);
    const nf_struct* nf = field.field;
    for (int i = 0; i < 20; ++i) {
      // In order m, unless rational, which has order 1 and the same meaning.
      const Cyclotomic a = random_element(seed, m), b = random_element(seed, m);
      INFO("seed " << first << ", m = " << m << ", round " << i);
      const AnticElement x(field, a), y(field, b);
      AnticElement result(field);
      nf_elem_mul(result.value, x.value, y.value, nf);
      REQUIRE(nf_elem_equal(result.value, AnticElement(field, a * b).value, nf) != 0);
      nf_elem_sub(result.value, x.value, y.value, nf);
      REQUIRE(nf_elem_equal(result.value, AnticElement(field, a - b).value, nf) != 0);
      REQUIRE((nf_elem_equal(x.value, y.value, nf) != 0) == (a == b));
      if (a == Cyclotomic()) continue;
      nf_elem_inv(result.value, x.value, nf);
      REQUIRE(nf_elem_equal(result.value, AnticElement(field, a.inverse()).value, nf) != 0);
    }
  }
}

#endif
