#include "core/number/ball.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "core/error.hpp"
#include "core/number/flint.hpp"

namespace statewright::core {
namespace {

/// Elements of Arb's types as a vector that frees them.
class Arbs {
 public:
  explicit Arbs(std::size_t size) : at_(_arb_vec_init(length(size))), size_(size) {}
  ~Arbs() {
    if (at_ != nullptr) _arb_vec_clear(at_, length(size_));
  }
  Arbs(const Arbs& other) : Arbs(other.size_) { _arb_vec_set(at_, other.at_, length(size_)); }
  Arbs(Arbs&& other) noexcept : at_(std::exchange(other.at_, nullptr)), size_(other.size_) {}
  Arbs& operator=(Arbs other) noexcept {
    std::swap(at_, other.at_);
    std::swap(size_, other.size_);
    return *this;
  }
  arb_ptr operator[](std::size_t i) { return at_ + i; }
  arb_srcptr operator[](std::size_t i) const { return at_ + i; }
  std::size_t size() const noexcept { return size_; }

 private:
  static slong length(std::size_t size) { return static_cast<slong>(size); }

  arb_ptr at_;
  std::size_t size_;
};

/// A radius: Arb's mag_t, whose operations round up and whose exponents do not end.
class Mag {
 public:
  Mag() { mag_init(at_); }
  ~Mag() { mag_clear(at_); }
  Mag(const Mag& other) { mag_init_set(at_, other.at_); }
  Mag& operator=(const Mag& other) {
    mag_set(at_, other.at_);
    return *this;
  }
  mag_ptr get() { return at_; }
  mag_srcptr get() const { return at_; }

 private:
  mag_t at_;
};

/// An enclosure of a rational number.
void set(arb_t out, const Rational& value, slong p) {
  fmpq_t q;
  fmpq_init(q);
  fmpq_set_mpq(q, value.backend().data());
  arb_set_fmpq(out, q, p);
  fmpq_clear(q);
}

/// An enclosure of `value` with about p bits.
void set(arb_t out, const Real& value, slong p) {
  if (value.is_rational()) {
    set(out, value.rational(), p);
    return;
  }
  const auto [lower, upper] = value.cyclotomic().bounds(static_cast<int>(p) + 20);
  arb_t high;
  arb_init(high);
  set(out, lower, p + 20);
  set(high, upper, p + 20);
  arb_union(out, out, high, p);
  arb_clear(high);
}

/// Moves the radii of all entries into one: sqrt(sum rad_i^2), by the triangle inequality.
void take_radii(Arbs& entries, Mag& radius) {
  Mag sum;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    mag_addmul(sum.get(), arb_radref(entries[i]), arb_radref(entries[i]));
    mag_zero(arb_radref(entries[i]));
  }
  mag_sqrt(radius.get(), sum.get());
}

double up_to_double(mag_srcptr x) {
  if (mag_is_zero(x)) return 0;
  if (mag_is_inf(x) || mag_cmp_2exp_si(x, 1023) >= 0) {
    return std::numeric_limits<double>::infinity();
  }
  if (mag_cmp_2exp_si(x, -1022) < 0) return std::numeric_limits<double>::min();
  return mag_get_d(x);  // 30 bits: exact
}

Rational exact(const arf_t x) {
  fmpq_t q;
  mpq_t out;
  fmpq_init(q);
  mpq_init(out);
  arf_get_fmpq(q, x);
  fmpq_get_mpq(out, q);
  Rational value;
  mpq_set(value.backend().data(), out);
  mpq_clear(out);
  fmpq_clear(q);
  return value;
}

void check_precision(int p) {
  if (p < 2 || p > 100'000) {
    throw Error({Fault::range, "ball", "a precision between 2 and 100000 bits", std::to_string(p)});
  }
}

}  // namespace

struct Ball::Data {
  int p;
  Arbs centre;  ///< radii 0
  Mag radius;
};

Ball::Ball(const std::vector<Real>& values, int p) {
  check_precision(p);
  data_ = std::make_unique<Data>(Data{p, Arbs(values.size()), {}});
  for (std::size_t i = 0; i < values.size(); ++i) set(data_->centre[i], values[i], p);
  take_radii(data_->centre, data_->radius);
}

Ball::~Ball() = default;
Ball::Ball(const Ball& other) : data_(std::make_unique<Data>(*other.data_)) {}
Ball::Ball(Ball&&) noexcept = default;
Ball& Ball::operator=(const Ball& other) {
  data_ = std::make_unique<Data>(*other.data_);
  return *this;
}
Ball& Ball::operator=(Ball&&) noexcept = default;

std::size_t Ball::size() const noexcept { return data_->centre.size(); }
int Ball::precision() const noexcept { return data_->p; }

std::vector<Rational> Ball::centre() const {
  std::vector<Rational> out;
  for (std::size_t i = 0; i < size(); ++i) out.push_back(exact(arb_midref(data_->centre[i])));
  return out;
}

double Ball::centre_near(std::size_t i) const {
  return arf_get_d(arb_midref(data_->centre[i]), ARF_RND_NEAR);
}

double Ball::radius() const { return up_to_double(data_->radius.get()); }

bool Ball::is_point() const noexcept { return mag_is_zero(data_->radius.get()) != 0; }

bool Ball::contains(const std::vector<Real>& x) const {
  const std::vector<Rational> c = centre();
  Real squared = 0;
  for (std::size_t i = 0; i < c.size(); ++i) squared += (x[i] - c[i]) * (x[i] - c[i]);
  arf_t r;
  arf_init(r);
  arf_set_mag(r, data_->radius.get());
  const bool infinite = arf_is_finite(r) == 0;
  const Rational radius = infinite ? Rational(0) : exact(r);
  arf_clear(r);
  return infinite || squared <= Real(Rational(radius * radius));
}

std::optional<bool> Ball::positive(const std::vector<Real>& w, const Real& c) const {
  Arbs weights(w.size() + 1), value(1);
  Mag norm, squared;
  const slong p = data_->p + 10;
  for (std::size_t j = 0; j < w.size(); ++j) {
    set(weights[j], w[j], p);
    Mag entry;
    arb_get_mag(entry.get(), weights[j]);
    mag_addmul(squared.get(), entry.get(), entry.get());
  }
  mag_sqrt(norm.get(), squared.get());
  set(weights[w.size()], c, p);
  arb_dot(value[0], weights[w.size()], 0, weights[0], 1, data_->centre[0], 1,
          static_cast<slong>(w.size()), p);
  mag_mul(norm.get(), norm.get(), data_->radius.get());
  arb_add_error_mag(value[0], norm.get());
  if (arb_is_positive(value[0])) return true;
  if (arb_is_nonpositive(value[0])) return false;
  return {};
}

struct BallMap::Data {
  int p;
  std::size_t rows, columns;
  Arbs entries;  ///< row by row
  Arbs add;      ///< empty or [rows]
  Mag norm;
};

BallMap::BallMap(const Matrix<Real>& M, const std::vector<Real>& b, int p) {
  check_precision(p);
  data_ = std::make_unique<Data>(
      Data{p, M.rows(), M.columns(), Arbs(M.entries().size()), Arbs(b.size()), {}});
  for (std::size_t i = 0; i < M.entries().size(); ++i) set(data_->entries[i], M.entries()[i], p);
  for (std::size_t i = 0; i < b.size(); ++i) set(data_->add[i], b[i], p);

  // |M|_2^2 = |M^T M|_2 <= |M^T M|_inf because M^T M is symmetric. Entries enclosed as above, so
  // the bound holds for every matrix within them; 256 bits so that an orthogonal M gives hardly
  // over 1.
  constexpr slong kBits = 256;
  Arbs sum(3);
  for (std::size_t i = 0; i < M.columns(); ++i) {
    arb_zero(sum[1]);
    for (std::size_t j = 0; j < M.columns(); ++j) {
      arb_dot(sum[0], nullptr, 0, data_->entries[i], static_cast<slong>(M.columns()),
              data_->entries[j], static_cast<slong>(M.columns()), static_cast<slong>(M.rows()),
              kBits);
      arb_abs(sum[0], sum[0]);
      arb_add(sum[1], sum[1], sum[0], kBits);
    }
    arb_max(sum[2], sum[2], sum[1], kBits);
  }
  arb_sqrt(sum[2], sum[2], kBits);
  arb_get_mag(data_->norm.get(), sum[2]);
}

BallMap::~BallMap() = default;
BallMap::BallMap(BallMap&&) noexcept = default;
BallMap& BallMap::operator=(BallMap&&) noexcept = default;

double BallMap::norm() const noexcept { return up_to_double(data_->norm.get()); }

void BallMap::apply(Ball& ball) const {
  const auto columns = static_cast<slong>(data_->columns);
  Arbs next(data_->rows);
  for (std::size_t i = 0; i < data_->rows; ++i) {
    arb_dot(next[i], data_->add.size() == 0 ? nullptr : data_->add[i], 0,
            data_->entries[i * data_->columns], 1, ball.data_->centre[0], 1, columns, data_->p);
  }
  Mag error, radius;
  take_radii(next, error);
  mag_mul(radius.get(), data_->norm.get(), ball.data_->radius.get());
  mag_add(ball.data_->radius.get(), radius.get(), error.get());
  ball.data_->centre = std::move(next);
}

}  // namespace statewright::core
