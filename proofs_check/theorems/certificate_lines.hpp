#pragma once

// Internal: what the certificates of the theorems have in common, FORMAT.md 4 and 4.7.

#include <string>
#include <type_traits>

#include "core/lrnn/model.hpp"
#include "core/number/rational.hpp"
#include "proofs_check/theorems/squares.hpp"

namespace statewright::proofs {

/// To be called before long work of which a certificate is to come. Errors: Error{unsupported} with
/// the layer if a parameter is irrational: certificates hold integers only.
void require_rational(const core::Model& model);

/// The lines from the first to `model`, for a claim in exact arithmetic. Errors: as
/// require_rational.
std::string certificate_head(const core::Model& model, const std::string& claim);

/// SQUARES of FORMAT.md 4.7: a line `squares` and a line `term` for each.
std::string squares_lines(const SumOfSquares& squares);

/// " INT" for each.
template <class Numbers>
std::string joined(const Numbers& numbers) {
  std::string text;
  for (const auto& number : numbers) {
    if constexpr (std::is_integral_v<std::decay_t<decltype(number)>>) {
      text += " " + std::to_string(number);
    } else {
      text += " " + core::to_string(number);
    }
  }
  return text;
}

}  // namespace statewright::proofs
