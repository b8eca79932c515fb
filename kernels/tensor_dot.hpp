#pragma once

// Internal: dot products as a tensor core forms them (core::tensor_dot, which is normative), for
// numbers in V with doubles as carriers.
//
// Doubles suffice, without whole numbers: a product of two inputs has at most 22 bits, and is
// exact; a group's terms are multiples of one unit and below 2^27 of it after they were truncated,
// so that any of their sums is exact, too. Truncating is what arithmetic.hpp does for
// `toward_zero`: rounding to the unit by adding and taking off a large power of two, then one unit
// back where that went up.

#include "kernels/constants.hpp"
#include "kernels/engine_rows.hpp"

namespace statewright::kernels {

template <class V>
STATEWRIGHT_ANYWHERE void spread(TensorConstants<V>& to, const TensorConstants<double>& from) {
  const V none = {};
  to.group = from.group;
  to.unit = from.unit - none;
  to.grid = from.grid - none;
  to.floor = from.floor - none;
  to.input_least = from.input_least - none;
  to.result_unit = from.result_unit - none;
  to.result_grid = from.result_grid - none;
}

namespace detail {

/// 2^e, e the exponent of x, at least that of `least`.
template <class V>
STATEWRIGHT_ANYWHERE void power_below(V& power, const V& x, const V& least) {
  typename Carrier<V>::U bits;
  bits_of(bits, x);
  bits = bits & Fields<V>::kExponent;
  bits_of(power, bits);
  power = power < least ? least : power;
}

/// x truncated toward zero to a multiple of `unit`; grid is 2^52 of them.
template <class V>
STATEWRIGHT_ANYWHERE void truncate(V& x, const V& unit, const V& grid) {
  using U = typename Carrier<V>::U;
  const V none = {};
  U bits;
  bits_of(bits, x);
  const U sign = bits & Fields<V>::kSign;
  bits = bits ^ sign;
  V size, r;
  bits_of(size, bits);
  carrier_add(r, size, grid);
  carrier_subtract(r, r, grid);
  carrier_subtract(r, r, V(r > size ? unit : none));
  bits_of(bits, r);
  bits = bits | sign;
  bits_of(x, bits);
}

}  // namespace detail

/// sum = a_0 b_0 + a_1 b_1 + .., from +0: a_j is found at a[j stride] by the move, b_j is what
/// `input` makes of column[j], by input.get(to, column, j).
template <class V, class Move, class Input>
STATEWRIGHT_ANYWHERE void tensor_dot(const TensorConstants<V>& core, std::size_t n, const double* a,
                                     std::size_t stride, const Move& move, const Rows<V>& column,
                                     const Input& input, V& sum) {
  using U = typename Carrier<V>::U;
  const V none = {};
  const V least = 0x1p-126 - none;  // of fp32
  sum = none;
  for (std::size_t begin = 0; begin < n; begin += core.group) {
    const std::size_t left = n - begin, end = begin + (left < core.group ? left : core.group);
    V most = core.floor, plain = sum, factor, other, product, power, unit, grid, total;
    detail::power_below(power, sum, least);
    power = sum != none ? power : none;
    most = power > most ? power : most;
    for (std::size_t j = begin; j < end; ++j) {
      gather(factor, a + j * stride, move);
      input.get(other, column, j);
      carrier_multiply(product, factor, other);
      carrier_add(plain, plain, product);
      detail::power_below(factor, factor, core.input_least);
      detail::power_below(other, other, core.input_least);
      carrier_multiply(power, factor, other);
      power = product != none ? power : none;
      most = power > most ? power : most;
    }
    carrier_multiply(unit, most, core.unit);
    carrier_multiply(grid, most, core.grid);
    total = sum;
    detail::truncate(total, unit, grid);
    for (std::size_t j = begin; j < end; ++j) {
      gather(factor, a + j * stride, move);
      input.get(other, column, j);
      carrier_multiply(product, factor, other);
      detail::truncate(product, unit, grid);
      carrier_add(total, total, product);
    }
    detail::power_below(power, total, least);
    carrier_multiply(unit, power, core.result_unit);
    carrier_multiply(grid, power, core.result_grid);
    U bits;
    bits_of(bits, total);
    const U sign = bits & detail::Fields<V>::kSign;
    detail::truncate(total, unit, grid);
    V size;
    bits_of(bits, total);
    bits = bits & ~detail::Fields<V>::kSign;
    bits_of(size, bits);
    const V infinity = V(__builtin_huge_val() - none), beyond = 0x1p128 - none;
    size = size < beyond ? size : infinity;
    bits_of(bits, size);
    bits = bits | sign;
    bits_of(total, bits);
    total = size != none ? total : none;  // +0
    carrier_subtract(size, plain, plain);
    sum = size == none ? total : plain;  // infinities and NaN are IEEE 754's
  }
}

}  // namespace statewright::kernels
