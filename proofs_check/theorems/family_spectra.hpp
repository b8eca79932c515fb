#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/limits.hpp"
#include "core/number/format.hpp"
#include "proofs_check/theorems/families.hpp"

namespace statewright::proofs {

/// The eigenvalues of products of transitions that were drawn from a family.
struct ProductSpectra {
  std::uint64_t length = 1;          ///< transitions in a product
  std::uint64_t drawn = 0;           ///< products
  std::uint64_t nonnegative = 0;     ///< all eigenvalues are real and >= 0: what Theorem 1 asks for
  std::uint64_t real = 0;            ///< all are real: what Theorem 2 asks for; those among them
  std::optional<double> least = {};  ///< the least negative eigenvalue, if there is one
  std::optional<double> widest = {};  ///< the largest argument of a non-real one, in degrees
};

/// An experiment with one family and size.
struct FamilySpectra {
  const Family* family = nullptr;
  std::size_t n = 0;
  std::vector<ProductSpectra> products;  ///< of each length asked for

  /// Whether all drawn are as theory has it: Family::nonnegative of single transitions,
  /// Family::triangular of all products.
  bool agrees() const;
};

/// Draws `count` products of each length from every family that networks of any depth may be made
/// of, on n numbers (families of another single size are left out), and decides their spectra
/// exactly. The parameters are values of `format`. A function of the arguments alone. Limits: rows
/// are cut short. Errors: std::logic_error if the two decisions, by trace-Hankel matrices and by
/// the roots of characteristic polynomials, differ. Cost: two decisions (spectrum.hpp,
/// eigenvalue.hpp) each.
std::vector<FamilySpectra> spectra_of_families(const core::Format& format, std::size_t n,
                                               const std::vector<std::uint64_t>& lengths,
                                               std::uint64_t count,
                                               const core::Limits& limits = {});

}  // namespace statewright::proofs
