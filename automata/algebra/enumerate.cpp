// Enumeration of a transformation monoid (Froidure and Pin 1997).
//
// Elements are found breadth first from the identity, letters in order, so each is met first under
// its length-lexicographically least word. An edge u a of the right Cayley graph is found in one of
// two ways.
//
// Walking: let u = b s, its first letter and the rest. If s a is not the least word of its element
// r, then u a = b r = (b prefix(r)) last(r): two edges that are known, one of each graph, because
// b prefix(r) comes before u, or is u and last(r) < a. A product of maps and a search in the hash
// table remain only where s a is least. The left graph follows by levels:
// a u = (a prefix(u)) last(u).
//
// All products: compose and search always. A product of up to 16 points is one byte shuffle, and
// the products of a block of elements can be hashed and their cache lines asked for before the
// first is searched, whereas walking is a chain of loads that wait for each other. The left graph
// comes in one pass at the end.
//
// Measured, T_7 (823,543 elements, 3 letters) takes 0.65 and S_9 0.8 of the time by all products.
// The two are equal somewhere between 20 and 200 points, depending on the monoid; from 128 points
// on it walks. tests/bench/algebra_bench.cpp keeps both numbers.

#include <algorithm>

#include "automata/algebra/check_maps.hpp"
#include "automata/algebra/compose.hpp"
#include "automata/algebra/monoid.hpp"
#include "automata/algebra/monoid_rows.hpp"
#include "automata/language/minimize.hpp"

namespace statewright::automata {

using core::LimitHit;
using core::Unknown;

/// Fills a TransitionMonoid.
class MonoidBuilder {
 public:
  MonoidBuilder(std::size_t degree, const std::vector<Transformation>& letters,
                const core::Limits& limits)
      : maps_(letters), meter_(limits, "monoid elements"), rows_(degree) {
    monoid_.degree_ = degree;
    monoid_.letters_ = letters.size();
  }

  MonoidResult run(Products products) {
    std::optional<LimitHit> hit;
    const std::size_t degree = monoid_.degree_;
    const bool walk =
        products == Products::walk || (products == Products::automatic && degree > 128);
    if (degree > 256) {
      auto& table = std::get<TransitionMonoid::Rows::States>(rows_.table);
      hit = walk ? by_walking<0>(table) : by_all_products<0>(table);
    } else {
      auto& table = std::get<TransitionMonoid::Rows::Bytes>(rows_.table);
      if (degree <= 8) {
        hit = walk ? by_walking<8>(table) : by_all_products<8>(table);
      } else if (degree <= 16) {
        hit = walk ? by_walking<16>(table) : by_all_products<16>(table);
      } else {
        hit = walk ? by_walking<0>(table) : by_all_products<0>(table);
      }
    }
    if (hit) {
      return Unknown{std::move(*hit), "at least " + std::to_string(monoid_.prefix_.size()) +
                                          " elements in the monoid"};
    }
    monoid_.rows_ = std::make_shared<const TransitionMonoid::Rows>(std::move(rows_));
    return std::move(monoid_);
  }

 private:
  template <class T>
  using Table = detail::RowTable<T>;

  template <std::size_t fixed, class T>
  void begin(Table<T>& table) {
    const std::size_t width = table.width();
    packed_.assign(monoid_.letters_ * width * sizeof(T), 0);
    for (Letter a = 0; a < monoid_.letters_; ++a) pack_map(maps_[a], width, letter<T>(a, width));
    std::vector<T> identity(width);
    pack_map(identity_transformation(monoid_.degree_), width, identity.data());
    table.template insert<fixed>(identity.data(), table.template hash<fixed>(identity.data()));
    append(0, 0);
  }

  template <class T>
  T* letter(Letter a, std::size_t width) {
    return reinterpret_cast<T*>(packed_.data()) + a * width;
  }

  void append(MonoidElement prefix, Letter last) {
    monoid_.prefix_.push_back(prefix);
    monoid_.last_.push_back(last);
  }

  std::optional<LimitHit> check() {
    const std::uint64_t count = monoid_.prefix_.size();
    if (count * monoid_.letters_ > kMaxCayleyEdges) {
      return LimitHit{"at most " + std::to_string(kMaxCayleyEdges) + " edges of a Cayley graph",
                      ""};
    }
    return meter_.check(count);
  }

  template <class T>
  void compose(const T* row, std::size_t count, const T* by, std::size_t width, T* out,
               std::size_t step) const {
    if constexpr (sizeof(T) == 1) {
      compose_(row, count, by, width, out, step);
    } else {
      for (std::size_t j = 0; j < count; ++j) {
        for (std::size_t q = 0; q < width; ++q) out[j * step + q] = by[row[j * width + q]];
      }
    }
  }

  template <std::size_t fixed, class T>
  std::optional<LimitHit> by_all_products(Table<T>& table) {
    static constexpr std::size_t kAtOnce =
        256;  // products whose cache lines are asked for together
    const std::size_t k = monoid_.letters_, width = table.width();
    begin<fixed>(table);
    compose_ = detail::fastest_compose(width);
    const std::size_t most = k == 0 ? 1 : std::max<std::size_t>(kAtOnce / k, 1);
    const std::size_t letters_at_once = std::min(k, kAtOnce);
    std::vector<T> products(most * letters_at_once * width);
    std::vector<std::uint32_t> hashes(most * letters_at_once);
    auto& right = monoid_.right_;
    for (MonoidElement first = 0; first < table.size();) {
      const std::size_t block = std::min(most, table.size() - first);
      for (std::size_t begin_letter = 0; begin_letter < k; begin_letter += letters_at_once) {
        if (auto hit = check()) return hit;
        const std::size_t some = std::min(letters_at_once, k - begin_letter);
        for (std::size_t a = 0; a < some; ++a) {
          compose(table.at(first), block, letter<T>(static_cast<Letter>(begin_letter + a), width),
                  width, products.data() + a * width, some * width);
        }
        const std::size_t count = block * some;
        for (std::size_t p = 0; p < count; ++p) {
          hashes[p] = table.template hash<fixed>(products.data() + p * width);
          table.prefetch_slot(hashes[p]);
        }
        for (std::size_t p = 0; p < count; ++p) table.prefetch_row(hashes[p]);
        std::size_t p = 0;
        for (std::size_t j = 0; j < block; ++j) {
          for (std::size_t a = 0; a < some; ++a, ++p) {
            const auto [id, fresh] =
                table.template insert<fixed>(products.data() + p * width, hashes[p]);
            if (fresh) {
              append(static_cast<MonoidElement>(first + j), static_cast<Letter>(begin_letter + a));
            }
            right.push_back(id);
          }
        }
      }
      first += static_cast<MonoidElement>(block);
    }
    return finish_left();
  }

  std::optional<LimitHit> finish_left() {
    const std::size_t k = monoid_.letters_, count = monoid_.prefix_.size();
    auto& left = monoid_.left_;
    const auto& right = monoid_.right_;
    left.resize(count * k);
    std::copy_n(right.begin(), k, left.begin());
    for (MonoidElement u = 1; u < count; ++u) {
      if (u % 4096 == 0) {
        if (auto hit = check()) return hit;
      }
      const MonoidElement* before = left.data() + std::size_t{monoid_.prefix_[u]} * k;
      const Letter last = monoid_.last_[u];
      for (std::size_t a = 0; a < k; ++a) {
        left[u * k + a] = right[std::size_t{before[a]} * k + last];
      }
    }
    return {};
  }

  template <std::size_t fixed, class T>
  std::optional<LimitHit> by_walking(Table<T>& table) {
    const std::size_t k = monoid_.letters_, width = table.width();
    begin<fixed>(table);
    compose_ = detail::fastest_compose(width);
    std::vector<MonoidElement> suffix = {0};
    std::vector<Letter> first = {0};
    std::vector<T> product(width);
    auto& right = monoid_.right_;
    auto& left = monoid_.left_;
    const auto& prefix = monoid_.prefix_;
    const auto& last = monoid_.last_;

    for (MonoidElement level = 0; level < table.size();) {
      const auto end = static_cast<MonoidElement>(table.size());  // one past this length of words
      for (MonoidElement u = level; u < end; ++u) {
        const MonoidElement s = suffix[u];
        for (Letter a = 0; a < k; ++a) {
          if ((a & 255U) == 0) {
            if (auto hit = check()) return hit;
          }
          if (u != 0) {
            const MonoidElement r = right[std::size_t{s} * k + a];
            if (r == 0) {
              right.push_back(right[first[u]]);
              continue;
            }
            if (prefix[r] != s || last[r] != a) {  // s a is not least
              const MonoidElement b = left[std::size_t{prefix[r]} * k + first[u]];
              right.push_back(right[std::size_t{b} * k + last[r]]);
              continue;
            }
          }
          compose(table.at(u), 1, letter<T>(a, width), width, product.data(), 0);
          const auto [id, fresh] = table.template insert<fixed>(
              product.data(), table.template hash<fixed>(product.data()));
          if (fresh) {
            append(u, a);
            first.push_back(u == 0 ? a : first[u]);
            suffix.push_back(u == 0 ? 0 : right[std::size_t{s} * k + a]);
          }
          right.push_back(id);
        }
      }
      left.resize(std::size_t{end} * k);
      if (level == 0) std::copy_n(right.begin(), k, left.begin());
      for (MonoidElement u = std::max<MonoidElement>(level, 1); u < end; ++u) {
        const MonoidElement* before = left.data() + std::size_t{prefix[u]} * k;
        for (std::size_t a = 0; a < k; ++a) {
          left[u * k + a] = right[std::size_t{before[a]} * k + last[u]];
        }
      }
      level = end;
    }
    return {};
  }

  const std::vector<Transformation>& maps_;
  core::Meter meter_;
  TransitionMonoid monoid_;
  TransitionMonoid::Rows rows_;
  std::vector<std::uint8_t> packed_;  // the letters, as rows
  detail::Compose compose_ = detail::compose_bytes;
};

MonoidResult enumerate_monoid(std::size_t degree, const std::vector<Transformation>& letters,
                              const core::Limits& limits, Products products) {
  check_maps(degree, letters);
  return MonoidBuilder(degree, letters, limits).run(products);
}

MonoidResult enumerate_monoid(std::size_t degree, const std::vector<Transformation>& letters,
                              const core::Limits& limits) {
  return enumerate_monoid(degree, letters, limits, Products::automatic);
}

MonoidResult transition_monoid(const Dfa& dfa, const core::Limits& limits) {
  return enumerate_monoid(dfa.size(), letter_maps(dfa), limits);
}

MonoidResult syntactic_monoid(const Dfa& dfa, const core::Limits& limits) {
  return transition_monoid(minimize(dfa), limits);
}

}  // namespace statewright::automata
