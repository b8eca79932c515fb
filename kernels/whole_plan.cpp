// Which formats carriers cannot do, and how whole numbers do them.

#include "kernels/whole_plan.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "core/error.hpp"
#include "kernels/plan_parts.hpp"

namespace statewright::kernels {
namespace {

WholeFormat whole_format(const FormatSpec& format) {
  static const FormatSpec fp64 = named_format("fp64");
  WholeFormat k;
  k.is_native = format == fp64;
  k.fixed = format.fixed;
  k.wraps = format.overflow == Overflow::wrap;
  k.subnormals = format.subnormals;
  k.signed_zero = format.signed_zero;
  k.rounding = format.rounding;
  k.stored = format.significand_bits;
  k.bits = format.width();
  k.emin = format.emin();
  k.emax = format.emax();
  k.is_drawn = format.is_stochastic();
  if (k.is_drawn) {
    k.random_bits = format.rounding == Rounding::stochastic ? format.random_bits : 1;
    k.first = random_key(format.seed, 1);
    k.second = random_key(format.seed, 2);
  }
  for (const bool negative : {false, true}) {
    k.largest[negative] = negative ? -format.lowest() : format.largest();
    k.overflow[negative] = overflowed(format, negative);
    k.infinite[negative] = of_infinity(format, negative);
  }
  return k;
}

/// The numbers x that are not 0 are multiples of 2^least, and below 2^most.
struct Span {
  int least = std::numeric_limits<int>::max(), most = std::numeric_limits<int>::min();

  void include(double x) {
    if (x == 0) return;
    std::uint64_t units;
    int place;
    detail::take_apart(x, units, place);
    least = std::min(least, place + std::countr_zero(units));
    most = std::max(most, place + static_cast<int>(std::bit_width(units)));
  }
};

/// The base of a layer's totals; `bits` becomes at least their width with sign.
int base_of(const Network::Layer& layer, const FormatSpec& state, int& bits) {
  Span a, b;
  for (const Network::Move& move : layer.moves) {
    for (const double x : move.A) a.include(x);
    for (const double x : move.B) b.include(x);
  }
  Span total;
  if (a.least <= a.most) {
    const int most_of_state = (state.fixed ? state.exponent_bits : state.emax() + 1);
    total = {a.least + state.last_place(), a.most + most_of_state};
  }
  total.least = std::min(total.least, b.least);
  total.most = std::max(total.most, b.most);
  if (total.least > total.most) return 0;
  bits =
      std::max(bits, total.most - total.least + static_cast<int>(std::bit_width(layer.n + 1)) + 1);
  return total.least;
}

}  // namespace

bool needs_whole(const Network& network) {
  if (network.once) return true;
  try {
    plan_drawn(network.formats);
    return false;
  } catch (const core::Error& error) {
    if (error.facts().fault != core::Fault::unsupported) throw;
    return true;
  }
}

WholePlan plan_whole(const Network& network) {
  const Formats& formats = network.formats;
  WholePlan plan;
  plan.accumulate = whole_format(formats.accumulate);
  plan.state = whole_format(formats.state);
  plan.readout = whole_format(formats.readout);
  plan.input = whole_format(formats.io);
  plan.stores = formats.state != formats.accumulate;
  plan.tensor = tensor_constants(formats.tensor);
  if (!network.once) return plan;
  int bits = 1;
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    plan.base[k] = base_of(network.layers[k], formats.state, bits);
  }
  plan.limbs = bits <= 3 * 64 ? 3 : 6;
  if (bits > 6 * 64) {
    throw core::Error({core::Fault::unsupported, "arithmetic",
                       "exact sums of at most " + std::to_string(6 * 64) + " bits",
                       std::to_string(bits) + " bits"});
  }
  return plan;
}

}  // namespace statewright::kernels
