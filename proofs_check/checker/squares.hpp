#pragma once

#include "files.hpp"

namespace statewright::checker {

// SQUARES of FORMAT.md: evidence that a symmetric matrix is positive semidefinite.

/// scale S = sum of weight w w^T.
struct Squares {
  string place;  // of the line `squares`
  mpz_class scale;
  vector<std::pair<mpz_class, Integers>> terms;
};

/// SQUARES of a matrix of that size.
Squares read_squares(Reader& in, size_t size);

/// The equation holds for S, size x size, and no weight is negative. `section` begins what a
/// refusal says. Errors: Refusal{rejected} with rule `weights` or `squares`.
void check_squares(const Squares& squares, const Integers& S, size_t size, const string& section);

}  // namespace statewright::checker
