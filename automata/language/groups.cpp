#include "automata/language/groups.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>
#include <utility>

#include "core/error.hpp"

// The groups of the published word-problem data sets, with their conventions: permutations compose
// as (a b)(i) = a(b(i)), and elements are numbered in the order of Python's itertools.permutations,
// which is lexicographic in one-line notation (data: Merrill, Petty, Sabharwal 2024, "The Illusion
// of State in State-Space Models"; Siems et al. 2025, "DeltaProduct").

namespace statewright::automata {

using core::Error;
using core::Fault;

namespace {

using GroupPointer = std::unique_ptr<const Group>;

std::uint32_t factorial(std::uint32_t n) {
  std::uint32_t value = 1;
  for (std::uint32_t i = 2; i <= n; ++i) value *= i;
  return value;
}

/// kOnes[i] is the number of ones of i in binary (std::popcount is a call on the oldest machines).
constexpr std::array<std::uint8_t, 1U << kMaxDegree> kOnes = [] {
  std::array<std::uint8_t, 1U << kMaxDegree> ones{};
  for (std::size_t i = 1; i < ones.size(); ++i) {
    ones[i] = static_cast<std::uint8_t>(ones[i / 2] + i % 2);
  }
  return ones;
}();

/// S_n or A_n.
class PermutationGroup final : public Group {
 public:
  PermutationGroup(std::uint32_t n, bool even_only)
      : Group(even_only ? GroupKind::alternating : GroupKind::symmetric, n,
              even_only && n > 1 ? factorial(n) / 2 : factorial(n), n),
        even_only_(even_only && n > 1) {
    std::array<std::uint8_t, kMaxDegree> p{};
    std::iota(p.begin(), p.end(), std::uint8_t{0});
    one_line_.reserve(std::size_t{order()} * n);
    do {
      if (!even_only_ || is_even(p)) one_line_.insert(one_line_.end(), p.begin(), p.begin() + n);
    } while (std::next_permutation(p.begin(), p.begin() + n));
  }

  std::string name(Element a) const override {
    std::string text;
    for (std::uint32_t i = 0; i < points(); ++i) text += static_cast<char>('1' + at(a, i));
    return text;
  }

  Element product(Element a, Element b) const override {
    std::array<std::uint8_t, kMaxDegree> p{};
    for (std::uint32_t i = 0; i < points(); ++i) p[i] = at(a, at(b, i));
    return element(p);
  }

  std::uint32_t image(Element a, std::uint32_t point) const override { return at(a, point); }

  std::vector<Element> generators() const override {
    const std::uint32_t n = points();
    std::vector<Element> found;
    std::array<std::uint8_t, kMaxDegree> p{};
    if (kind() == GroupKind::alternating) {
      for (std::uint32_t x = 2; x < n; ++x) {
        std::iota(p.begin(), p.end(), std::uint8_t{0});
        p[0] = 1;
        p[1] = static_cast<std::uint8_t>(x);
        p[x] = 0;
        found.push_back(element(p));
      }
      return found;
    }
    if (n < 2) return found;
    for (std::uint32_t i = 0; i < n; ++i) p[i] = static_cast<std::uint8_t>((i + 1) % n);
    found.push_back(element(p));
    std::iota(p.begin(), p.end(), std::uint8_t{0});
    std::swap(p[0], p[1]);
    if (n > 2) found.push_back(element(p));  // for n = 2 the cycle is the swap
    return found;
  }

  std::vector<std::int64_t> base() const override {
    const std::uint32_t n = points();
    const std::uint32_t numbered =
        kind() == GroupKind::symmetric ? n : std::max<std::uint32_t>(n, 3) - 2;
    std::vector<std::int64_t> values(n, 0);
    std::iota(values.begin(), values.begin() + numbered, std::int64_t{1});
    return values;
  }

 private:
  std::uint8_t at(Element a, std::uint32_t i) const {
    return one_line_[std::size_t{a} * points() + i];
  }

  bool is_even(const std::array<std::uint8_t, kMaxDegree>& p) const {
    bool even = true;
    for (std::uint32_t i = 0; i < points(); ++i) {
      for (std::uint32_t j = i + 1; j < points(); ++j) even ^= p[i] > p[j];
    }
    return even;
  }

  /// The place of p in lexicographic order, by its Lehmer code. Neighbours 2r and 2r + 1 differ in
  /// the swap of the last two entries, so exactly one of them is even: A_n halves the number.
  Element element(const std::array<std::uint8_t, kMaxDegree>& p) const {
    std::uint32_t rank = 0, used = 0;
    for (std::uint32_t i = 0; i < points(); ++i) {
      const std::uint32_t bit = 1U << p[i];
      rank = rank * (points() - i) + p[i] - kOnes[used & (bit - 1)];
      used |= bit;
    }
    return even_only_ ? rank / 2 : rank;
  }

  bool even_only_;
  std::vector<std::uint8_t> one_line_;  // [order, n]
};

/// The prime powers whose product is m, smallest prime first; {1} for m = 1.
std::vector<std::uint32_t> prime_powers(std::uint32_t m) {
  std::vector<std::uint32_t> powers;
  for (std::uint32_t p = 2; std::uint64_t{p} * p <= m; ++p) {
    std::uint32_t power = 1;
    for (; m % p == 0; m /= p) power *= p;
    if (power > 1) powers.push_back(power);
  }
  if (m > 1 || powers.empty()) powers.push_back(m);
  return powers;
}

class CyclicGroup final : public Group {
 public:
  explicit CyclicGroup(std::uint32_t m) : CyclicGroup(m, prime_powers(m)) {}

  std::string name(Element a) const override { return std::to_string(a); }
  Element product(Element a, Element b) const override { return (a + b) % order(); }
  std::uint32_t image(Element a, std::uint32_t point) const override {
    std::uint32_t first = 0;
    for (const std::uint32_t length : cycles_) {
      if (point - first < length) return first + (point - first + a % length) % length;
      first += length;
    }
    return point;
  }
  std::vector<Element> generators() const override {
    return order() == 1 ? std::vector<Element>{} : std::vector<Element>{1};
  }
  std::vector<std::int64_t> base() const override {
    std::vector<std::int64_t> values(points(), 0);
    std::uint32_t first = 0;
    for (const std::uint32_t length : cycles_) {
      values[first] = 1;
      first += length;
    }
    return values;
  }

 private:
  CyclicGroup(std::uint32_t m, std::vector<std::uint32_t> cycles)
      : Group(GroupKind::cyclic, m, m, std::accumulate(cycles.begin(), cycles.end(), 0U)),
        cycles_(std::move(cycles)) {}

  std::vector<std::uint32_t> cycles_;
};

/// Element k + n f is s^f r^k. From r s = s r^-1 follows s^f r^k s^g r^l = s^(f+g) r^(l +- k).
class DihedralGroup final : public Group {
 public:
  explicit DihedralGroup(std::uint32_t n)
      : Group(GroupKind::dihedral, n, 2 * n, n < 3 ? 2 * n : n), n_(n) {}

  std::string name(Element a) const override {
    return (a < n_ ? "r" : "sr") + std::to_string(a % n_);
  }
  Element product(Element a, Element b) const override {
    const bool flip_a = a >= n_, flip_b = b >= n_;
    const std::uint32_t k = a % n_, l = b % n_;
    const std::uint32_t turn = (flip_b ? l + n_ - k : l + k) % n_;
    return turn + (flip_a != flip_b ? n_ : 0);
  }
  std::uint32_t image(Element a, std::uint32_t point) const override {
    const bool flip = a >= n_;
    const std::uint32_t k = a % n_;
    if (n_ == 1) return flip ? 1 - point : point;
    if (n_ == 2) return (point < 2 ? k == 1 : flip) ? point ^ 1U : point;
    const std::uint32_t turned = (point + k) % n_;
    return flip ? (n_ - turned) % n_ : turned;
  }
  std::vector<Element> generators() const override {
    return n_ == 1 ? std::vector<Element>{1} : std::vector<Element>{1, n_};
  }
  /// n >= 3: only s among the others fixes vertex 0, and it moves vertex 1 to n - 1.
  std::vector<std::int64_t> base() const override {
    std::vector<std::int64_t> values(points(), 0);
    values[0] = 1;
    if (n_ == 2) values[2] = 1;
    if (n_ >= 3) values[1] = 2;
    return values;
  }

 private:
  std::uint32_t n_;
};

/// Element 2u + f is the unit u of 1, i, j, k, negated if f = 1.
class QuaternionGroup final : public Group {
 public:
  QuaternionGroup() : Group(GroupKind::quaternion, 8, 8, 8) {}

  std::string name(Element a) const override {
    static constexpr std::array<const char*, 8> kNames = {"1", "-1", "i", "-i",
                                                          "j", "-j", "k", "-k"};
    return kNames[a];
  }
  Element product(Element a, Element b) const override {
    const std::uint32_t u = a / 2, v = b / 2;
    std::uint32_t sign = (a ^ b) & 1U;
    if (u == 0 || v == 0) return 2 * (u + v) + sign;
    if (u == v) return 1 - sign;
    if ((v + 3 - u) % 3 != 1) sign ^= 1U;  // ij = k, jk = i, ki = j; the other way round negative
    return 2 * (6 - u - v) + sign;
  }
  std::uint32_t image(Element a, std::uint32_t point) const override { return product(a, point); }
  std::vector<Element> generators() const override { return {2, 4}; }
  std::vector<std::int64_t> base() const override { return {1, 0, 0, 0, 0, 0, 0, 0}; }
};

class DirectProduct final : public Group {
 public:
  DirectProduct(std::vector<GroupPointer> factors, std::uint32_t order, std::uint32_t points)
      : Group(GroupKind::product, static_cast<std::uint32_t>(factors.size()), order, points),
        factors_(std::move(factors)) {
    std::uint32_t stride = order;
    for (const GroupPointer& factor : factors_) strides_.push_back(stride /= factor->order());
  }

  std::string name(Element a) const override {
    std::string text;
    for (std::size_t i = 0; i < factors_.size(); ++i) {
      text += (i == 0 ? '(' : ',') + factors_[i]->name(part(a, i));
    }
    return text + ')';
  }
  Element product(Element a, Element b) const override {
    Element whole = 0;
    for (std::size_t i = 0; i < factors_.size(); ++i) {
      whole += strides_[i] * factors_[i]->product(part(a, i), part(b, i));
    }
    return whole;
  }
  std::uint32_t image(Element a, std::uint32_t point) const override {
    std::uint32_t first = 0;
    for (std::size_t i = 0; i < factors_.size(); ++i) {
      const std::uint32_t count = factors_[i]->points();
      if (point - first < count) return first + factors_[i]->image(part(a, i), point - first);
      first += count;
    }
    return point;
  }
  std::vector<Element> generators() const override {
    std::vector<Element> found;
    for (std::size_t i = 0; i < factors_.size(); ++i) {
      for (const Element a : factors_[i]->generators()) found.push_back(a * strides_[i]);
    }
    return found;
  }
  std::vector<std::int64_t> base() const override {
    std::vector<std::int64_t> values;
    for (const GroupPointer& factor : factors_) {
      const auto part_values = factor->base();
      values.insert(values.end(), part_values.begin(), part_values.end());
    }
    return values;
  }

 private:
  Element part(Element a, std::size_t i) const { return a / strides_[i] % factors_[i]->order(); }

  std::vector<GroupPointer> factors_;
  std::vector<std::uint32_t> strides_;
};

/// Collects the factors of a product, and refuses the first that makes it too large.
class ProductBuilder {
 public:
  explicit ProductBuilder(std::string_view where) : where_(where) {}

  void add(GroupPointer factor) {
    order_ *= factor->order();
    points_ += factor->points();
    if (order_ > kMaxGroupOrder || points_ > kMaxGroupOrder) {
      throw Error({Fault::range, std::string(where_),
                   "a group of at most " + std::to_string(kMaxGroupOrder) + " elements",
                   "a larger product", "for example `A4xZ5`"});
    }
    factors_.push_back(std::move(factor));
  }
  GroupPointer take() {
    if (factors_.size() == 1) return std::move(factors_.front());
    return std::make_unique<DirectProduct>(std::move(factors_), static_cast<std::uint32_t>(order_),
                                           static_cast<std::uint32_t>(points_));
  }

 private:
  std::string_view where_;
  std::uint64_t order_ = 1, points_ = 0;
  std::vector<GroupPointer> factors_;
};

void check_parameter(std::string_view what, std::uint64_t n, std::uint64_t most,
                     std::string_view where, std::string hint = {}) {
  if (n >= 1 && n <= most) return;
  throw Error({Fault::range, std::string(where),
               std::string(what) + " with n from 1 to " + std::to_string(most),
               "n = " + std::to_string(n), std::move(hint)});
}

constexpr const char* kOneDigit = "elements are written in one-line notation, one digit a point";

/// "S5" at the front of `text`, which is cut off.
GroupPointer take_factor(std::string_view& text, std::string_view where) {
  static constexpr std::string_view kDigits = "0123456789";
  const std::string place(where);
  if (!begins_like_group(text)) {
    throw Error({Fault::syntax, place, "a group such as S5, A4, Z60, D4 or Q8",
                 text.empty() ? "the end of the name" : core::quoted(text), "for example `A4xZ5`"});
  }
  const char family = text.front();
  const std::size_t end = std::min(text.find_first_not_of(kDigits, 1), text.size());
  const std::string_view digits = text.substr(1, end - 1);
  text.remove_prefix(end);
  if (digits.size() > 1 && digits.front() == '0') {
    throw Error({Fault::syntax, place, "a number without leading zeros", core::quoted(digits),
                 "for example `S5`"});
  }
  if (digits.size() > 9) {
    throw Error({Fault::range, place,
                 "a group of at most " + std::to_string(kMaxGroupOrder) + " elements",
                 "the number " + core::quoted(digits), "for example `Z60`"});
  }
  std::uint32_t n = 0;
  for (const char c : digits) n = n * 10 + static_cast<std::uint32_t>(c - '0');
  switch (family) {
    case 'S':
      check_parameter("the symmetric group Sn", n, kMaxDegree, where, kOneDigit);
      return symmetric_group(n);
    case 'A':
      check_parameter("the alternating group An", n, kMaxDegree, where, kOneDigit);
      return alternating_group(n);
    case 'Z':
      check_parameter("the cyclic group Zn", n, kMaxGroupOrder, where);
      return cyclic_group(n);
    case 'D':
      check_parameter("the dihedral group Dn (of order 2n)", n, kMaxGroupOrder / 2, where);
      return dihedral_group(n);
    default:
      if (n != 8) {
        throw Error({Fault::range, place, "the quaternion group Q8", "Q" + std::string(digits),
                     "did you mean `Q8`?"});
      }
      return quaternion_group();
  }
}

}  // namespace

std::unique_ptr<const Group> symmetric_group(std::uint32_t n) {
  check_parameter("the symmetric group Sn", n, kMaxDegree, "symmetric group");
  return std::make_unique<PermutationGroup>(n, false);
}

std::unique_ptr<const Group> alternating_group(std::uint32_t n) {
  check_parameter("the alternating group An", n, kMaxDegree, "alternating group");
  return std::make_unique<PermutationGroup>(n, true);
}

std::unique_ptr<const Group> cyclic_group(std::uint32_t m) {
  check_parameter("the cyclic group Zn", m, kMaxGroupOrder, "cyclic group");
  return std::make_unique<CyclicGroup>(m);
}

std::unique_ptr<const Group> dihedral_group(std::uint32_t n) {
  check_parameter("the dihedral group Dn", n, kMaxGroupOrder / 2, "dihedral group");
  return std::make_unique<DihedralGroup>(n);
}

std::unique_ptr<const Group> quaternion_group() { return std::make_unique<QuaternionGroup>(); }

std::unique_ptr<const Group> direct_product(std::vector<std::unique_ptr<const Group>> factors) {
  if (factors.empty()) return cyclic_group(1);
  ProductBuilder builder("direct product");
  for (auto& factor : factors) builder.add(std::move(factor));
  return builder.take();
}

bool begins_like_group(std::string_view text) {
  return text.size() >= 2 && std::string_view("SAZDQ").find(text[0]) != std::string_view::npos &&
         text[1] >= '0' && text[1] <= '9';
}

std::unique_ptr<const Group> parse_group(std::string_view text, std::string_view where) {
  ProductBuilder builder(where);
  builder.add(take_factor(text, where));
  while (!text.empty()) {
    const std::size_t cut = text.starts_with("_x_") ? 3 : text.starts_with("x") ? 1 : 0;
    if (cut == 0) {
      throw Error({Fault::syntax, std::string(where), "`x` and another group, or `:` and an option",
                   core::quoted(text), "a product is written A4xZ5 or A4_x_Z5"});
    }
    text.remove_prefix(cut);
    builder.add(take_factor(text, where));
  }
  return builder.take();
}

}  // namespace statewright::automata
