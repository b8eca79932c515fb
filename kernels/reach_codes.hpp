#pragma once

// Internal: values of a format as short whole numbers, so that a state is an index.
//
// A float's bits without its lowest ones are the code already, less the difference of the biases
// (offset); that holds for normal values of the format. Subnormal ones are a distance from 0 in
// units of the format's least value, and so are fixed-point ones from the lowest of them: adding
// `base`, around which neighbours in the carrier are one unit apart, makes the distance the low
// bits of the sum.

#include "kernels/arithmetic.hpp"
#include "kernels/constants.hpp"

namespace statewright::kernels {

/// The codes of one format, as plain data for numbers in a carrier T.
template <class T>
struct CodePlan {
  using U = typename Carrier<T>::U;
  bool fixed = false;
  unsigned bits = 0;  ///< of a code
  int drop = 0;       ///< low bits of the carrier that the format does not have
  U offset = 0;       ///< what the exponents differ by
  U first_normal = 0;
  U infinity = 0, nan = 0;  ///< codes without sign
  T base = 0, normal = 0;   ///< normal: the least normal value
  T lowest = 0;             ///< fixed: what has code 0
};

/// Bits of a code for states in these formats: those of the format, and one more where NaN can
/// come up and has no code in it.
unsigned code_bits(const Formats& formats);

template <class T>
CodePlan<T> code_plan(const Formats& formats);

/// code of x, a value of the format, an infinity it has, or NaN
template <class T, class V, class U>
STATEWRIGHT_ANYWHERE void encode_into(const CodePlan<T>& k, U& code, const V& x) {
  const V none = {};
  const U no_units = {};
  const V base = k.base - none;
  U base_bits, bits;
  bits_of(base_bits, base);
  const U nan = no_units + k.nan;
  if (k.fixed) {
    V shifted;
    carrier_subtract(shifted, x, V(k.lowest - none));
    carrier_add(shifted, shifted, base);
    bits_of(bits, shifted);
    bits = bits - base_bits;
    code = x != x ? nan : bits;
    return;
  }
  bits_of(bits, x);
  const U sign = bits & detail::Fields<T>::kSign;
  const U size = bits ^ sign;
  V a, sum;
  bits_of(a, size);
  carrier_add(sum, a, base);
  U below;
  bits_of(below, sum);
  below = (below - base_bits) >> k.drop;
  U result = (size >> k.drop) - k.offset;
  const V normal = k.normal - none;
  result = a < normal ? below : result;
  const V infinite = V(T(__builtin_huge_val()) - none);
  const U infinity = no_units + k.infinity;
  result = a == infinite ? infinity : result;
  result = result | (sign >> (8 * sizeof(T) - k.bits));
  code = x != x ? nan : result;
}

/// The value of a code that encode_into makes.
template <class T, class V, class U>
STATEWRIGHT_ANYWHERE void decode_into(const CodePlan<T>& k, V& x, const U& code) {
  const V none = {};
  const U no_units = {};
  const V base = k.base - none;
  const V not_a_number = V(T(__builtin_nan("")) - none);
  U base_bits, bits;
  bits_of(base_bits, base);
  if (k.fixed) {
    bits = base_bits + code;
    V shifted;
    bits_of(shifted, bits);
    carrier_subtract(shifted, shifted, base);
    carrier_add(shifted, shifted, V(k.lowest - none));
    const U nan = no_units + k.nan;
    x = code == nan ? not_a_number : shifted;
    return;
  }
  const U sign_bit = no_units + (typename Carrier<T>::U(1) << (k.bits - 1));
  const U sign = code & sign_bit;
  const U size = code ^ sign;
  bits = base_bits + (size << k.drop);
  V below, value;
  bits_of(below, bits);
  carrier_subtract(below, below, base);
  bits = (size + k.offset) << k.drop;
  bits_of(value, bits);
  const U first_normal = no_units + k.first_normal;
  value = size < first_normal ? below : value;
  const V infinite = V(T(__builtin_huge_val()) - none);
  const U infinity = no_units + k.infinity, nan = no_units + k.nan;
  value = size == infinity ? infinite : value;
  bits_of(bits, value);
  bits = bits | (sign << (8 * sizeof(T) - k.bits));
  bits_of(value, bits);
  x = size == nan ? not_a_number : value;
}

}  // namespace statewright::kernels
