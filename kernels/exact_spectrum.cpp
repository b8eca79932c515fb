// Eigenvalues by traces of powers, in whole numbers of any size: what the reference of census
// decides with. The fast definitions (census_spectrum.hpp) take another way, signs of discriminants
// and coefficients in numbers of fixed width.

#include "kernels/exact_spectrum.hpp"

#include <algorithm>

namespace statewright::kernels {
namespace {

using Digits = std::vector<std::uint32_t>;

/// The sign of |a| - |b|.
int compare(const Digits& a, const Digits& b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  for (std::size_t i = a.size(); i-- > 0;) {
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return 0;
}

Digits sum(const Digits& a, const Digits& b) {
  Digits result;
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()) || carry != 0; ++i) {
    carry += (i < a.size() ? a[i] : 0ULL) + (i < b.size() ? b[i] : 0ULL);
    result.push_back(static_cast<std::uint32_t>(carry));
    carry >>= 32;
  }
  return result;
}

/// a - b for a >= b.
Digits difference(const Digits& a, const Digits& b) {
  Digits result = a;
  std::int64_t borrow = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::int64_t digit = std::int64_t{a[i]} - (i < b.size() ? b[i] : 0) + borrow;
    borrow = digit < 0 ? -1 : 0;
    result[i] = static_cast<std::uint32_t>(digit - borrow * (std::int64_t{1} << 32));
  }
  return result;
}

WholeMatrix transposed(const WholeMatrix& a, std::size_t n) {
  WholeMatrix result(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) result[j * n + i] = a[i * n + j];
  }
  return result;
}

/// (tr A^(i + j + shift)), i, j < n
WholeMatrix hankel_of_traces(const WholeMatrix& a, std::size_t n, std::size_t shift) {
  WholeMatrix power(n * n);
  for (std::size_t i = 0; i < n; ++i) power[i * n + i] = 1;
  std::vector<Whole> traces;
  for (std::size_t k = 0; k < 2 * n - 1 + shift; ++k) {
    Whole trace;
    for (std::size_t i = 0; i < n; ++i) trace = trace + power[i * n + i];
    traces.push_back(trace);
    power = product(power, a, n);
  }
  WholeMatrix result(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) result[i * n + j] = traces[i + j + shift];
  }
  return result;
}

}  // namespace

Whole::Whole(std::int64_t value) : negative_(value < 0) {
  auto size = static_cast<std::uint64_t>(value);
  if (negative_) size = ~size + 1;
  for (; size != 0; size >>= 32) digits_.push_back(static_cast<std::uint32_t>(size));
}

Whole Whole::power_of_two(int exponent) {
  Whole result;
  result.digits_.assign(static_cast<std::size_t>(exponent) / 32 + 1, 0);
  result.digits_.back() = std::uint32_t{1} << (exponent % 32);
  return result;
}

void Whole::trim() {
  while (!digits_.empty() && digits_.back() == 0) digits_.pop_back();
  if (digits_.empty()) negative_ = false;
}

Whole Whole::operator-() const {
  Whole result = *this;
  if (!digits_.empty()) result.negative_ = !negative_;
  return result;
}

Whole operator+(const Whole& a, const Whole& b) {
  Whole result;
  if (a.negative_ == b.negative_) {
    result.digits_ = sum(a.digits_, b.digits_);
    result.negative_ = a.negative_;
  } else if (compare(a.digits_, b.digits_) >= 0) {
    result.digits_ = difference(a.digits_, b.digits_);
    result.negative_ = a.negative_;
  } else {
    result.digits_ = difference(b.digits_, a.digits_);
    result.negative_ = b.negative_;
  }
  result.trim();
  return result;
}

Whole operator*(const Whole& a, const Whole& b) {
  Whole result;
  result.digits_.assign(a.digits_.size() + b.digits_.size(), 0);
  for (std::size_t i = 0; i < a.digits_.size(); ++i) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < b.digits_.size(); ++j) {
      carry += std::uint64_t{a.digits_[i]} * b.digits_[j] + result.digits_[i + j];
      result.digits_[i + j] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    result.digits_[i + b.digits_.size()] = static_cast<std::uint32_t>(carry);
  }
  result.negative_ = a.negative_ != b.negative_;
  result.trim();
  return result;
}

WholeMatrix product(const WholeMatrix& a, const WholeMatrix& b, std::size_t n) {
  WholeMatrix result(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k < n; ++k) {
        result[i * n + j] = result[i * n + j] + a[i * n + k] * b[k * n + j];
      }
    }
  }
  return result;
}

bool is_semidefinite(WholeMatrix a, std::size_t n) {
  for (std::size_t k = 0; k < n; ++k) {
    const Whole pivot = a[k * n + k];
    if (pivot.sign() < 0) return false;
    for (std::size_t j = k + 1; pivot.sign() == 0 && j < n; ++j) {
      if (a[k * n + j].sign() != 0) return false;
    }
    if (pivot.sign() == 0) continue;
    // The rest times the pivot, which is positive: signs of later pivots remain.
    for (std::size_t i = k + 1; i < n; ++i) {
      for (std::size_t j = k + 1; j < n; ++j) {
        a[i * n + j] = pivot * a[i * n + j] - a[i * n + k] * a[k * n + j];
      }
    }
  }
  return true;
}

bool has_real_spectrum(const WholeMatrix& a, std::size_t n) {
  return is_semidefinite(hankel_of_traces(a, n, 0), n);
}

bool has_nonnegative_spectrum(const WholeMatrix& a, std::size_t n) {
  return has_real_spectrum(a, n) && is_semidefinite(hankel_of_traces(a, n, 1), n);
}

bool has_norm_at_most(const WholeMatrix& a, std::size_t n, const Whole& bound) {
  WholeMatrix rest = product(transposed(a, n), a, n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      Whole& entry = rest[i * n + j];
      entry = (i == j ? bound * bound : Whole(0)) - entry;
    }
  }
  return is_semidefinite(std::move(rest), n);
}

}  // namespace statewright::kernels
