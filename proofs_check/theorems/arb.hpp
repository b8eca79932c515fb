#pragma once

// Internal: a ball of Arb as a value.

#include <utility>

#include "core/number/flint.hpp"
#include "core/number/rational.hpp"
#include "proofs_check/theorems/factor_enclosure.hpp"

namespace statewright::proofs {

class Arb {
 public:
  Arb() { arb_init(at_); }
  Arb(const core::Rational& value, slong precision) : Arb() {
    fmpq_t q;
    fmpq_init(q);
    fmpq_set_mpq(q, value.backend().data());
    arb_set_fmpq(at_, q, precision);
    fmpq_clear(q);
  }
  ~Arb() { arb_clear(at_); }
  Arb(const Arb& other) : Arb() { arb_set(at_, other.at_); }
  Arb(Arb&& other) noexcept : Arb() { arb_swap(at_, other.at_); }
  Arb& operator=(Arb other) noexcept {
    arb_swap(at_, other.at_);
    return *this;
  }
  arb_ptr get() { return at_; }
  arb_srcptr get() const { return at_; }

 private:
  arb_t at_;
};

/// The ball's ends as rational numbers. Requires: it is finite.
inline Interval interval_of(arb_srcptr x, slong precision) {
  const auto rational_of = [](const arf_t bound) {
    fmpq_t q;
    fmpq_init(q);
    arf_get_fmpq(q, bound);
    core::Rational value;
    fmpq_get_mpq(value.backend().data(), q);
    fmpq_clear(q);
    return value;
  };
  Interval interval;
  arf_t bound;
  arf_init(bound);
  arb_get_lbound_arf(bound, x, precision);
  interval.lower = rational_of(bound);
  arb_get_ubound_arf(bound, x, precision);
  interval.upper = rational_of(bound);
  arf_clear(bound);
  return interval;
}

}  // namespace statewright::proofs
