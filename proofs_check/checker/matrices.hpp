#pragma once

#include "files.hpp"

namespace statewright::checker {

// Square matrices of fractions, N x N, for claims about the matrices of a network.

Fractions identity(size_t N);
/// C A for the factor C.
void apply(const Factor& factor, size_t N, Fractions& A);
/// The matrix A of an input.
Fractions matrix_of(const Input& input, size_t N);
/// A B, not in lowest terms.
Fractions times(const Fractions& A, const Fractions& B, size_t N);

}  // namespace statewright::checker
