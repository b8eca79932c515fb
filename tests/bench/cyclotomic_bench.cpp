// Affine steps z <- zeta^k z + s zeta^l of random rotations and units, 10^6 of them with equality
// proved at the end, beside products of 2x2 rotation matrices in Antic's number fields (exact) and
// in MPFR (which can refute an equality and never prove one). Seeded; every result is verified
// before it is timed.

#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "core/linalg/matrix.hpp"
#include "core/number/real.hpp"
#include "core/number/root_sum.hpp"
#include "core/number/round.hpp"
#include "tests/bench/table.hpp"
#include "tests/core/seeded.hpp"
#ifdef STATEWRIGHT_HAS_MPFR
#include <mpfr.h>
#endif
#ifdef STATEWRIGHT_HAS_ANTIC
#include <antic/nf_elem.h>
#endif

namespace {

using namespace statewright::core;
using namespace statewright::bench;
using namespace statewright::seeded;

struct Move {
  std::uint32_t k;
  std::int32_t sign;
  std::uint32_t l;
};

std::vector<Move> moves(std::uint32_t m, std::size_t count) {
  std::vector<Move> result(count);
  std::uint64_t seed = 3;
  for (Move& move : result) {
    move.k = static_cast<std::uint32_t>(splitmix(seed) % m);
    move.sign = (splitmix(seed) & 1) != 0 ? 1 : -1;
    move.l = static_cast<std::uint32_t>(splitmix(seed) % m);
  }
  return result;
}

RootSum walk(std::uint32_t m, const std::vector<Move>& path) {
  RootSum z(m);
  for (const Move& move : path) z.step(move.k, move.sign, move.l);
  return z;
}

/// The same number by other counters: each unit as minus the sum of the others of its coset.
RootSum detour(std::uint32_t m, const std::vector<Move>& path) {
  std::uint32_t q = 2;
  while (m % q != 0) ++q;
  RootSum z(m);
  for (const Move& move : path) {
    z.turn(move.k);
    for (std::uint32_t i = 1; i < q; ++i) z.add(-move.sign, (move.l + i * (m / q)) % m);
  }
  return z;
}

using Rotations = std::vector<Matrix<Real>>;

/// All m rotation matrices.
Rotations rotations(std::uint32_t m) {
  Rotations all;
  for (std::uint32_t k = 0; k < m; ++k) {
    const Real c = Cyclotomic::cosine(k, m), s = Cyclotomic::sine(k, m);
    Matrix<Real> r(2, 2);
    r(0, 0) = c;
    r(0, 1) = -s;
    r(1, 0) = s;
    r(1, 1) = c;
    all.push_back(r);
  }
  return all;
}

std::uint32_t total(std::uint32_t m, const std::vector<Move>& path, std::size_t count) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += path[i].k;
  return static_cast<std::uint32_t>(sum % m);
}

#ifdef STATEWRIGHT_HAS_ANTIC

/// All rotations by multiples of 2 pi / m, with entries in one field Q(zeta_lcm(4, m)).
class AnticRotations {
 public:
  AnticRotations(std::uint32_t m, const Rotations& all) : order_(std::lcm(4U, m)) {
    fmpz_poly_t phi;
    fmpq_poly_t modulus;
    fmpz_poly_init(phi);
    fmpz_poly_cyclotomic(phi, order_);
    fmpq_poly_init(modulus);
    fmpq_poly_set_fmpz_poly(modulus, phi);
    nf_init(field_, modulus);
    fmpq_poly_clear(modulus);
    fmpz_poly_clear(phi);
    entries_.resize(4 * all.size());
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      nf_elem_init(&entries_[i], field_);
      set(&entries_[i], all[i / 4].entries()[i % 4].cyclotomic());
    }
    for (auto* list : {product_, next_}) {
      for (int i = 0; i < 4; ++i) nf_elem_init(&list[i], field_);
    }
    nf_elem_init(term_, field_);
  }
  ~AnticRotations() {
    for (auto& entry : entries_) nf_elem_clear(&entry, field_);
    for (auto* list : {product_, next_}) {
      for (int i = 0; i < 4; ++i) nf_elem_clear(&list[i], field_);
    }
    nf_elem_clear(term_, field_);
    nf_clear(field_);
  }
  AnticRotations(const AnticRotations&) = delete;
  AnticRotations& operator=(const AnticRotations&) = delete;

  /// Multiplies `count` rotations; whether the product is the rotation by `expected`.
  bool run(const std::vector<Move>& path, std::size_t count, std::uint32_t expected) {
    for (int i = 0; i < 4; ++i)
      nf_elem_set(&product_[i], &entries_[static_cast<std::size_t>(i)], field_);
    for (std::size_t step = 0; step < count; ++step) {
      const nf_elem_struct* r = &entries_[4 * path[step].k];
      for (int i = 0; i < 4; ++i) {
        nf_elem_mul(&next_[i], &r[i / 2 * 2], &product_[i % 2], field_);
        nf_elem_mul(term_, &r[i / 2 * 2 + 1], &product_[i % 2 + 2], field_);
        nf_elem_add(&next_[i], &next_[i], term_, field_);
      }
      for (int i = 0; i < 4; ++i) nf_elem_swap(&product_[i], &next_[i], field_);
    }
    bool equal = true;
    for (int i = 0; i < 4; ++i) {
      equal = equal &&
              nf_elem_equal(&product_[i], &entries_[4 * expected + static_cast<std::size_t>(i)],
                            field_) != 0;
    }
    return equal;
  }

 private:
  void set(nf_elem_struct* out, const Cyclotomic& value) {
    fmpq_poly_t p;
    fmpq_poly_init(p);
    const std::vector<Rational> coefficients = value.coefficients();
    for (std::size_t k = 0; k < coefficients.size(); ++k) {
      fmpq_poly_set_coeff_mpq(p, static_cast<slong>(k * (order_ / value.order())),
                              coefficients[k].backend().data());
    }
    nf_elem_set_fmpq_poly(out, p, field_);
    nf_elem_reduce(out, field_);
    fmpq_poly_clear(p);
  }

  std::uint32_t order_;
  nf_t field_;
  std::vector<nf_elem_struct> entries_;
  nf_elem_struct product_[4], next_[4];
  nf_elem_t term_;
};

#endif

#ifdef STATEWRIGHT_HAS_MPFR

class MpfrRotations {
 public:
  MpfrRotations(std::uint32_t m, const Rotations& all, int bits) : entries_(4 * m) {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      mpfr_init2(&entries_[i], bits);
      const Rational value = all[i / 4].entries()[i % 4].bounds(bits + 64).first;
      mpfr_set_q(&entries_[i], value.backend().data(), MPFR_RNDN);
    }
    for (auto* list : {product_, next_}) {
      for (int i = 0; i < 4; ++i) mpfr_init2(&list[i], bits);
    }
  }
  ~MpfrRotations() {
    for (auto& entry : entries_) mpfr_clear(&entry);
    for (auto* list : {product_, next_}) {
      for (int i = 0; i < 4; ++i) mpfr_clear(&list[i]);
    }
  }
  MpfrRotations(const MpfrRotations&) = delete;
  MpfrRotations& operator=(const MpfrRotations&) = delete;

  /// Whether the product comes within 2^-20 of the rotation by `expected`.
  bool run(const std::vector<Move>& path, std::size_t count, std::uint32_t expected) {
    for (std::size_t i = 0; i < 4; ++i) mpfr_set(&product_[i], &entries_[i], MPFR_RNDN);
    for (std::size_t step = 0; step < count; ++step) {
      const __mpfr_struct* r = &entries_[4 * path[step].k];
      for (int i = 0; i < 4; ++i) {
        mpfr_fmma(&next_[i], &r[i / 2 * 2], &product_[i % 2], &r[i / 2 * 2 + 1],
                  &product_[i % 2 + 2], MPFR_RNDN);
      }
      for (int i = 0; i < 4; ++i) mpfr_swap(&product_[i], &next_[i]);
    }
    bool close = true;
    for (std::size_t i = 0; i < 4; ++i) {
      mpfr_sub(&next_[i], &product_[i], &entries_[4 * expected + i], MPFR_RNDN);
      close = close && (mpfr_zero_p(&next_[i]) || mpfr_get_exp(&next_[i]) < -20);
    }
    return close;
  }

 private:
  std::vector<__mpfr_struct> entries_;
  __mpfr_struct product_[4], next_[4];
};

#endif

/// Own matrices over Real, the general way.
bool run_reals(const Rotations& all, const std::vector<Move>& path, std::size_t count,
               std::uint32_t expected) {
  Matrix<Real> product = all[0];
  for (std::size_t i = 0; i < count; ++i) product = all[path[i].k] * product;
  return product == all[expected];
}

void table(std::size_t steps, std::size_t runs) {
  Table table(std::to_string(steps) +
                  " affine steps in Z[zeta_m] and the proof of equality: ns a " +
                  "step; 2x2 products: ns each",
              {"m", "steps", "with proof", "primes", "proof us", "Real 2x2", "Antic 2x2",
               "MPFR 256 2x2", "ratio to Antic"});
  for (const std::uint32_t m : {5U, 12U, 60U, 360U}) {
    const std::vector<Move> path = moves(m, steps);
    const RootSum end = walk(m, path), other = detour(m, path);
    const EqualityProof proof = prove_equal(end, other);
    verify(proof.equal && !proof.evaluations.empty(), "proof of equality");
    verify(equal_by_reduction(end, other), "equality by reduction");
    RootSum off = other;
    off.add(1, 1);
    verify(!prove_equal(end, off).equal && !equal_by_reduction(end, off), "inequality");

    bool right = true;
    volatile std::int64_t sink = 0;
    std::vector<std::function<void()>> contestants = {
        [&] { sink = walk(m, path).count(0); },
        [&] { right = right && prove_equal(walk(m, path), other).equal; },
        [&] { right = right && prove_equal(end, other).equal; },
    };
    const Rotations all = rotations(m);
    const std::size_t products = std::min<std::size_t>(steps, m < 60 ? 1000 : 20);
    const std::uint32_t sum = total(m, path, products);
    contestants.emplace_back([&] { right = right && run_reals(all, path, products, sum); });
#ifdef STATEWRIGHT_HAS_ANTIC
    AnticRotations antic(m, all);
    contestants.emplace_back([&] { right = right && antic.run(path, products, sum); });
#endif
#ifdef STATEWRIGHT_HAS_MPFR
    MpfrRotations mpfr(m, all, 256);
    contestants.emplace_back([&] { right = right && mpfr.run(path, products, sum); });
#endif
    for (const auto& contestant : contestants) contestant();
    verify(right, "products of rotations");
    const std::vector<double> times = interleaved(runs, contestants);
    const auto per = [](double ms, std::size_t count) {
      return 1e6 * ms / static_cast<double>(count);
    };
    std::vector<std::string> row = {std::to_string(m),
                                    number(per(times[0], steps)),
                                    number(per(times[1], steps)),
                                    std::to_string(proof.evaluations.size()),
                                    number(1e3 * times[2]),
                                    number(per(times[3], products))};
    std::size_t next = 4;
#ifdef STATEWRIGHT_HAS_ANTIC
    const double of_antic = per(times[next++], products);
    row.push_back(number(of_antic));
#else
    row.emplace_back("not installed");
#endif
#ifdef STATEWRIGHT_HAS_MPFR
    row.push_back(number(per(times[next++], products)));
#else
    row.emplace_back("not installed");
#endif
#ifdef STATEWRIGHT_HAS_ANTIC
    row.push_back(ratio(of_antic, per(times[1], steps)));
#endif
    static_cast<void>(next);
    table.add(std::move(row));
  }
  table.print();
}

/// Which of two cosines is larger, and what one is in bf16: by doubles first, and by rational
/// bounds from MPFR alone, which is what is left where doubles cannot tell.
void order_table(std::size_t count, std::size_t runs) {
  Table table("Order and rounding of irrational numbers: ns each",
              {"m", "compare", "by bounds", "ratio", "round to bf16", "by bounds ", "ratio "});
  const Format bf16 = parse_format("bf16", "bench");
  for (const std::uint32_t m : {5U, 60U, 360U}) {
    std::vector<Real> values;
    std::uint64_t seed = 5;
    while (values.size() < count + 1) {
      const auto k = static_cast<std::int64_t>(splitmix(seed) % m);
      Real x = Real(Cyclotomic::cosine(k, m)) +
               Real(Cyclotomic::cosine(1, m)) * Rational(1 + static_cast<int>(values.size()), 7);
      if (!x.is_rational()) values.push_back(std::move(x));
    }
    const auto by_bounds = [](const Real& a, const Real& b) {
      for (int bits = 32;; bits *= 2) {
        const auto x = a.bounds(bits), y = b.bounds(bits);
        if (x.second < y.first) return true;
        if (y.second < x.first) return false;
      }
    };
    const auto rounded = [&](const Real& x) {
      for (int bits = 64;; bits *= 2) {
        const auto [lower, upper] = x.bounds(bits);
        const double low = round_exact(lower, bf16);
        if (low == round_exact(upper, bf16)) return low;
      }
    };
    bool right = true;
    for (std::size_t i = 0; i < count; ++i) {
      right = right && (values[i] < values[i + 1]) == by_bounds(values[i], values[i + 1]);
      right = right && round_exact(values[i], bf16) == rounded(values[i]);
    }
    verify(right, "order and rounding");
    volatile std::size_t sink = 0;
    const std::vector<double> times =
        interleaved(runs, {[&] {
                             for (std::size_t i = 0; i < count; ++i)
                               sink = sink + (values[i] < values[i + 1]);
                           },
                           [&] {
                             for (std::size_t i = 0; i < count; ++i)
                               sink = sink + by_bounds(values[i], values[i + 1]);
                           },
                           [&] {
                             for (std::size_t i = 0; i < count; ++i)
                               sink = sink + (round_exact(values[i], bf16) > 1);
                           },
                           [&] {
                             for (std::size_t i = 0; i < count; ++i)
                               sink = sink + (rounded(values[i]) > 1);
                           }});
    const auto each = [&](std::size_t i) { return 1e6 * times[i] / static_cast<double>(count); };
    table.add({std::to_string(m), number(each(0)), number(each(1)), ratio(each(1), each(0)),
               number(each(2)), number(each(3)), ratio(each(3), each(2))});
  }
  table.print();
}

}  // namespace

int main(int argc, char** argv) {
  const bool smoke = smoke_asked(argc, argv);
  print_machine(smoke);
  table(smoke ? 10000 : 1000000, smoke ? 3 : 9);
  order_table(smoke ? 20 : 100, smoke ? 3 : 9);
  return 0;
}
