#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "core/linalg/matrix.hpp"
#include "core/number/real.hpp"

namespace statewright::core {

/// A rigorous enclosure of a vector: all x with |x - centre|_2 <= radius. The centre is kept in Arb
/// with p bits, the radius is one number for the whole vector, rounded up. An orthogonal map turns
/// such a ball without widening it, where a box around it would grow at every step: after 30 steps
/// of a 16 x 16 rotation in 53 bits nothing is left of a box, a ball has a radius of 1e-9 after a
/// million.
class Ball {
 public:
  /// The ball around `values`, of radius the error of rounding them to p bits. 2 <= p <= 100000.
  Ball(const std::vector<Real>& values, int p);
  ~Ball();
  Ball(const Ball&);
  Ball(Ball&&) noexcept;
  Ball& operator=(const Ball&);
  Ball& operator=(Ball&&) noexcept;

  std::size_t size() const noexcept;
  int precision() const noexcept;
  /// The centre exactly, [size]; dyadic.
  std::vector<Rational> centre() const;
  double centre_near(std::size_t i) const;  ///< for display
  double radius() const;                    ///< rounded up; infinite if too large for a double
  bool is_point() const noexcept;           ///< radius 0
  /// Whether |x - centre|_2 <= radius, exactly.
  bool contains(const std::vector<Real>& x) const;
  /// Whether w . x + c > 0: for all x of the ball, for none, or undecided.
  std::optional<bool> positive(const std::vector<Real>& w, const Real& c) const;

 private:
  friend class BallMap;
  struct Data;
  std::unique_ptr<Data> data_;
};

/// x -> M x + b prepared for balls: M and b in Arb with p bits, and a certified upper bound of
/// |M|_2 (the square root of the largest absolute row sum of M^T M, enclosed with 256 bits and
/// rounded up).
class BallMap {
 public:
  /// M [rows, columns], b [rows] or empty. Irrational entries are enclosed; what they lack is
  /// added to the radius at every application.
  BallMap(const Matrix<Real>& M, const std::vector<Real>& b, int p);
  ~BallMap();
  BallMap(BallMap&&) noexcept;
  BallMap& operator=(BallMap&&) noexcept;

  double norm() const noexcept;  ///< the bound of |M|_2, rounded up to a double
  /// r' = |M| r + (error of the new centre), everything rounded up. Cost: O(rows columns).
  void apply(Ball& ball) const;

 private:
  struct Data;
  std::unique_ptr<Data> data_;
};

}  // namespace statewright::core
