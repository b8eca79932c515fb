#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "core/lrnn/model.hpp"
#include "core/number/format.hpp"
#include "proofs_check/theorems/limit_cycle.hpp"

namespace statewright::proofs {

/// A network that counts letters 1 modulo `period` in cast:F although no eigenvalue of its letters
/// but 1 has modulus 1: A(1) w = w and A(1)^period v = r v with 0 < r < 1, H_0 = m w + e v, where m
/// is a midpoint of neighbouring values of F. After k letters the state is m w + e A(1)^k v, whose
/// coordinates lie on that side of the midpoints m w_i that the sign of (A(1)^k v)_i says; these
/// signs have the period for ever, and cast shows them. Accepts after k ones iff k is `accepted`
/// modulo `period`, which one coordinate must show, or two together. Letter 0 is the identity.
///
/// `transition` must be linear with such vectors w and v, given. Every equation and every sign is
/// checked in exact numbers, which is the whole proof.
/// Errors: Error{range} if one does not hold, if no coordinates show the residue at midpoints of
/// the format, or if the format does not round to nearest.
core::Model straddling(const core::Transition& transition, std::size_t n,
                       const std::vector<core::Rational>& w, const std::vector<core::Rational>& v,
                       std::size_t period, std::size_t accepted, const core::Format& format);

/// Three factors with beta = 15/16, 7/8 and 1 - 128 rho^2, in three numbers, which keep (1, 2, 2)
/// and on the plane orthogonal to it have the characteristic polynomial x^2 - c rho x + rho^2,
/// c = 2 cos t, if  75 rho^2 / 2 - c rho - 3/128 = 0: eigenvalues rho e^(+-i t).
/// Errors: Error{range} unless 0 < rho and 128 rho^2 <= 1.
core::Transition three_factors(const core::Rational& rho);

/// The network of a family by `straddling`, if one is known: deltanet_open counts modulo 2, and
/// deltaproduct3_01 modulo 2 and 3.
std::optional<core::Model> known_straddling(std::string_view family, Counting counting,
                                            const core::Format& format);

}  // namespace statewright::proofs
