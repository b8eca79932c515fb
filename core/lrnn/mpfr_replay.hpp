#pragma once

#include <span>
#include <vector>

#include "core/lrnn/rounded.hpp"
#include "core/lrnn/simulate.hpp"

namespace statewright::core {

/// What RoundedModel computes in a `stepwise` semantics, by MPFR: the same bits, signs of zero and
/// NaN included. Shares no rounding and no step with it, so that each is the other's oracle.
///
/// Order of operations: that of `stepwise` in rounded.hpp. Each operation is one of MPFR's with the
/// format's precision, followed by mpfr_subnormalize with its ternary value; overflow rules are
/// applied by hand, because MPFR knows no largest value such as 448. An exact readout is exact here
/// too. MPFR's exponent range and flags are the caller's again afterwards.
/// Errors: Error{unsupported} for other kinds of semantics, for fixed point, for rounding to odd,
/// ties-away and stochastic rounding, which MPFR lacks, and for tensor cores; Error{range} for a
/// letter outside the alphabet.
/// Cost: about 50 ns for an operation.
std::vector<RoundedStep> simulate_mpfr(const Model& model, const Semantics& semantics,
                                       std::span<const Letter> word);

/// The same with every parameter and every operation rounded to `bits` bits, to nearest-even, with
/// exponents unbounded ("mpfr:p=100"), scores included. States are exact: dyadic numbers.
/// Errors: Error{range} unless 2 <= bits <= 100000, and for a letter outside the alphabet.
std::vector<Step> simulate_mpfr_bits(const Model& model, int bits, std::span<const Letter> word);

}  // namespace statewright::core
