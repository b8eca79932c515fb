#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/linalg/matrix.hpp"
#include "core/number/rational.hpp"

namespace statewright::core {

// Exact linear algebra over the rationals, for matrices of some hundred rows at most. Vectors are
// std::vector<Rational>; inner products and norms are the Euclidean ones, without square roots.

Matrix<Rational> transpose(const Matrix<Rational>& a);
Rational dot(const std::vector<Rational>& x, const std::vector<Rational>& y);

/// A x. Shapes [r, c] and [c]. Cost: r c products.
std::vector<Rational> operator*(const Matrix<Rational>& a, const std::vector<Rational>& x);

/// Rank of A, [r, c], by Gaussian elimination. Cost: O(r c min(r, c)).
std::size_t rank(Matrix<Rational> a);

/// A basis of {x : A x = 0}, one vector for each column without a pivot. Cost: as rank.
std::vector<std::vector<Rational>> kernel(Matrix<Rational> a);

/// Some X with A X = B, shapes [r, c] and [r, k], or nothing if there is none. Cost: O(r c (c +
/// k)).
std::optional<Matrix<Rational>> solve(const Matrix<Rational>& a, const Matrix<Rational>& b);

/// An orthogonal basis of the span of `vectors` whose first elements span the first of them: Gram
/// and Schmidt without normalisation, dependent vectors dropped. Each is scaled to coprime
/// integers.
std::vector<std::vector<Rational>> orthogonal_basis(
    const std::vector<std::vector<Rational>>& vectors);

/// x scaled by a positive number to coprime integers; 0 stays.
std::vector<Rational> to_primitive(std::vector<Rational> x);

/// Whether x^T S x >= 0 for all x, S symmetric [n, n]: elimination S = L D L^T, which stops at a
/// negative pivot or at a zero pivot whose row is not zero. Cost: O(n^3).
bool is_positive_semidefinite(Matrix<Rational> s);
bool is_positive_definite(Matrix<Rational> s);

/// Whether |A x| <= |x| for all x: I - A^T A is positive semidefinite.
bool is_contraction(const Matrix<Rational>& a);

}  // namespace statewright::core
