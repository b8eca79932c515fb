#include "automata/algebra/monoid.hpp"

#include <algorithm>

#include "automata/algebra/compose.hpp"
#include "automata/algebra/monoid_rows.hpp"

namespace statewright::automata {

Transformation TransitionMonoid::element(MonoidElement i) const {
  Transformation map(degree_);
  std::visit(
      [&](const auto& table) {
        const auto* row = table.at(i);
        for (std::size_t q = 0; q < degree_; ++q) map[q] = row[q];
      },
      rows_->table);
  return map;
}

State TransitionMonoid::image(MonoidElement i, State point) const {
  return std::visit([&](const auto& table) { return State{table.at(i)[point]}; }, rows_->table);
}

Word TransitionMonoid::word(MonoidElement i) const {
  Word word;
  for (; i != 0; i = prefix_[i]) word.push_back(last_[i]);
  std::reverse(word.begin(), word.end());
  return word;
}

MonoidElement TransitionMonoid::product(MonoidElement i, MonoidElement j) const {
  if (degree_ > 16) return product_by_walking(i, j);
  const auto& table = std::get<Rows::Bytes>(rows_->table);
  std::uint8_t row[16];
  detail::compose_bytes(table.at(i), 1, table.at(j), table.width(), row, 0);
  return table.find(row);
}

MonoidElement TransitionMonoid::product_by_walking(MonoidElement i, MonoidElement j) const {
  for (; i != 0; i = prefix_[i]) j = left(last_[i], j);
  return j;
}

MonoidElement TransitionMonoid::at(const Word& word) const {
  MonoidElement i = 0;
  for (const Letter a : word) i = right(i, a);
  return i;
}

std::optional<MonoidElement> TransitionMonoid::find(const Transformation& map) const {
  if (map.size() != degree_) return {};
  for (const State q : map) {
    if (q >= degree_) return {};
  }
  const MonoidElement found = std::visit(
      [&](const auto& table) {
        using T = std::remove_cvref_t<decltype(*table.at(0))>;
        std::vector<T> row(table.width());
        pack_map(map, row.size(), row.data());
        return table.find(row.data());
      },
      rows_->table);
  if (found == Rows::Bytes::kNone) return {};
  return found;
}

bool TransitionMonoid::is_idempotent(MonoidElement i) const {
  return std::visit(
      [&](const auto& table) {
        const auto* row = table.at(i);
        for (std::size_t q = 0; q < degree_; ++q) {
          if (row[row[q]] != row[q]) return false;
        }
        return true;
      },
      rows_->table);
}

std::vector<MonoidElement> TransitionMonoid::idempotents() const {
  std::vector<MonoidElement> found;
  for (MonoidElement i = 0; i < size(); ++i) {
    if (is_idempotent(i)) found.push_back(i);
  }
  return found;
}

/// A rule's left side is u a where u and suffix(u) a are least words and u a is not. The suffix of
/// u is that of its prefix, one letter longer: suffix(v b) = suffix(v) b.
template <class Visit>
void TransitionMonoid::for_each_rule(const Visit& visit) const {
  std::vector<MonoidElement> suffix(size(), 0);
  for (MonoidElement u = 0; u < size(); ++u) {
    if (u != 0 && prefix_[u] != 0) suffix[u] = right(suffix[prefix_[u]], last_[u]);
    for (Letter a = 0; a < letters_; ++a) {
      if (!is_tree_edge(u, a) && (u == 0 || is_tree_edge(suffix[u], a))) visit(u, a);
    }
  }
}

std::vector<std::pair<Word, Word>> TransitionMonoid::rules() const {
  std::vector<std::pair<Word, Word>> rules;
  for_each_rule([&](MonoidElement u, Letter a) {
    Word from = word(u);
    from.push_back(a);
    rules.emplace_back(std::move(from), word(right(u, a)));
  });
  return rules;
}

std::size_t TransitionMonoid::rule_count() const {
  std::size_t count = 0;
  for_each_rule([&](MonoidElement, Letter) { ++count; });
  return count;
}

}  // namespace statewright::automata
