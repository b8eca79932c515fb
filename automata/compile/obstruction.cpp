// What a single non-expansive layer cannot do.
//
// THEOREM. Let a layer H <- A(a) H + B(a) have |A(a)| <= 1 for all letters a (operator norm) and
// finitely many reachable states, and let its output after a word be any function of the state and
// of the last letter. Let x and y be words that act idempotently on the states of an automaton with
// the same outputs. Then that automaton has the same output after u x y x z and u y x z, for all
// words u and z.
//
// PROOF. Let V be the span of the differences of reachable states. A word w acts on their affine
// hull by an affine map T_w; it is determined by what it does to the reachable states, which it
// maps to reachable states, so that T = {T_w} is a finite monoid. Its linear parts map V to V, have
// norm <= 1 there, and form a finite monoid as well.
//   (1) The linear part of an idempotent is idempotent; a projection of norm <= 1 is an orthogonal
//       one (a vector that it changes orthogonally to its kernel would grow).
//   (2) Let E and F be two such projections. EFE = (FE)^T (FE) is positive semidefinite, and it has
//       finitely many powers, so its eigenvalues are 0 and 1. If EFE v = 0 then |FE v|^2 = 0. If
//       EFE v = v then |v| <= |FE v| <= |E v| <= |v|, so that E v = v and F v = v. Hence FE is the
//       orthogonal projection P onto the common image, and EF = (FE)^T = P too.
//   (3) Let f and g be idempotents of T with linear parts E and F. The linear part of f o g is P,
//   so
//       (f o g)(h) = P h + c, and its powers are P h + (k - 1) P c + c; there are finitely many, so
//       P c = 0. In the same way (g o f)(h) = P h + c' with P c' = 0. Hence
//       (f o g) o (g o f) (h) = P (P h + c') + c = P h + c = (f o g)(h), and as g o g = g,
//       f o g o f = f o g.
//   (4) Take powers with (T_x)^k and (T_y)^m idempotent, k, m >= 1. The map of a word reads its
//       letters first to last, so f = T_(x^k) and g = T_(y^m) give, by (3), the same state after
//       u x^k y^m x^k z and u y^m x^k z. Neither x nor y can be empty where the automaton's outputs
//       differ, so both words end in the same letter, and the layer gives them the same output. In
//       the automaton x^k acts as x and y^m as y.   QED
//
// So all idempotents of the syntactic monoid of a behaviour of one such layer satisfy x y x = y x,
// read left to right. "First letter is e" (first:e,f) fails with x = e, y = f: e f e begins with e,
// f e does not. Resets satisfy it (y x = x for a reset x), commuting idempotents satisfy it, and
// groups have only one. Memory of what came first does not.
//
// First noted for linear parts in section 5.4 of the reference notes of this project; the step (3),
// which makes it an identity of the monoid itself, is ours.
//
// The search. x y x = y x can only fail for x y != y x. Elements are kept as maps, breadth-first
// with a parent each, so that a word is read off and is a shortest one of its element. Outputs are
// compared state by state through the behaviour: in a minimal automaton two states always differ by
// some z.

#include "automata/compile/obstruction.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace statewright::automata {
namespace {

constexpr std::uint32_t kNone = 0xffffffffU;

/// The transition monoid, breadth-first: maps of the states, row by row.
class Monoid {
 public:
  explicit Monoid(const Dfa& dfa) : dfa_(dfa), n_(dfa.size()), seen_(16, Hash{this}, Equal{this}) {
    for (State q = 0; q < n_; ++q) maps_.push_back(q);
    parent_.push_back(kNone);
    letter_.push_back(0);
    seen_.insert(0);
  }

  std::size_t size() const { return parent_.size(); }
  const State* map(std::size_t i) const { return maps_.data() + i * n_; }

  /// Adds the products of element `i` with every letter that are new.
  void expand(std::size_t i) {
    for (Letter a = 0; a < dfa_.letters.size(); ++a) {
      maps_.resize(maps_.size() + n_);
      State* product = maps_.data() + size() * n_;
      for (State q = 0; q < n_; ++q) product[q] = dfa_.step(map(i)[q], a);
      parent_.push_back(static_cast<std::uint32_t>(i));
      letter_.push_back(a);
      if (!seen_.insert(static_cast<std::uint32_t>(size() - 1)).second) {
        maps_.resize(maps_.size() - n_);
        parent_.pop_back();
        letter_.pop_back();
      }
    }
  }

  bool is_idempotent(std::size_t i) const {
    for (State q = 0; q < n_; ++q) {
      if (map(i)[map(i)[q]] != map(i)[q]) return false;
    }
    return true;
  }

  Word word(std::size_t i) const {
    Word word;
    for (; parent_[i] != kNone; i = parent_[i]) word.push_back(letter_[i]);
    std::reverse(word.begin(), word.end());
    return word;
  }

 private:
  struct Hash {
    const Monoid* monoid;
    std::size_t operator()(std::uint32_t i) const {
      return std::hash<std::string_view>()(
          {reinterpret_cast<const char*>(monoid->map(i)), monoid->n_ * sizeof(State)});
    }
  };
  struct Equal {
    const Monoid* monoid;
    bool operator()(std::uint32_t i, std::uint32_t j) const {
      return std::equal(monoid->map(i), monoid->map(i) + monoid->n_, monoid->map(j));
    }
  };

  const Dfa& dfa_;
  std::size_t n_;
  std::vector<State> maps_;
  std::vector<std::uint32_t> parent_;
  std::vector<Letter> letter_;
  std::unordered_set<std::uint32_t, Hash, Equal> seen_;
};

/// A shortest word z after which p and q have different outputs, or nothing.
std::optional<Word> difference(const Dfa& dfa, State p, State q) {
  struct Node {
    State p, q;
    std::size_t parent;
    Letter letter;
  };
  std::vector<Node> queue = {{p, q, 0, 0}};
  std::set<std::pair<State, State>> seen = {{p, q}};
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const Node node = queue[i];
    if (dfa.output[node.p] != dfa.output[node.q]) {
      Word word;
      for (std::size_t k = i; k != 0; k = queue[k].parent) word.push_back(queue[k].letter);
      std::reverse(word.begin(), word.end());
      return word;
    }
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      const State s = dfa.step(node.p, a), t = dfa.step(node.q, a);
      if (s != t && seen.emplace(s, t).second) queue.push_back({s, t, i, a});
    }
  }
  return {};
}

/// A shortest word to each state from the start, if it is reachable.
std::vector<std::optional<Word>> access_words(const Dfa& dfa) {
  std::vector<std::optional<Word>> words(dfa.size());
  std::vector<State> queue = {dfa.start};
  words[dfa.start] = Word{};
  for (std::size_t i = 0; i < queue.size(); ++i) {
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      const State next = dfa.step(queue[i], a);
      if (words[next]) continue;
      words[next] = words[queue[i]];
      words[next]->push_back(a);
      queue.push_back(next);
    }
  }
  return words;
}

}  // namespace

bool is_obstruction(const Dfa& dfa, const Obstruction& found) {
  const auto after = [&](State q, const Word& word) {
    for (const Letter a : word) q = dfa.step(q, a);
    return q;
  };
  for (State q = 0; q < dfa.size(); ++q) {
    for (const Word* word : {&found.x, &found.y}) {
      if (after(after(q, *word), *word) != after(q, *word)) return false;
    }
  }
  const State p = after(dfa.start, found.u);
  const State yx = after(after(after(p, found.y), found.x), found.z);
  const State xyx = after(after(after(after(p, found.x), found.y), found.x), found.z);
  return dfa.output[xyx] != dfa.output[yx];
}

ObstructionSearch find_obstruction(const Dfa& dfa, const core::Limits& limits) {
  constexpr std::uint64_t kElements = 200'000, kStoredStates = 64U << 20U;
  constexpr std::uint64_t kComparisons = 2'000'000'000;
  const std::size_t n = dfa.size();
  const std::vector<std::optional<Word>> access = access_words(dfa);
  std::vector<State> sources;  // reachable states, by length of their words
  for (State q = 0; q < n; ++q) {
    if (access[q]) sources.push_back(q);
  }
  std::stable_sort(sources.begin(), sources.end(),
                   [&](State p, State q) { return access[p]->size() < access[q]->size(); });

  // Pairs of states whose behaviours are known to be equal are not asked about again.
  std::set<std::pair<State, State>> equal;
  std::uint64_t work = 0;
  const auto obstruction_of = [&](const State* x,
                                  const State* y) -> std::optional<std::pair<State, Word>> {
    work += n;
    for (const State q : sources) {
      const State yx = x[y[q]], xyx = x[y[x[q]]];
      if (yx == xyx || equal.count({xyx, yx}) != 0) continue;
      if (auto z = difference(dfa, xyx, yx)) return {{q, std::move(*z)}};
      equal.emplace(xyx, yx);
    }
    return {};
  };

  const std::uint64_t most = std::min(limits.max_states.value_or(kElements),
                                      std::max<std::uint64_t>(kStoredStates / n, 2));
  core::Meter meter(limits, "monoid elements");
  std::optional<core::LimitHit> hit;
  Monoid monoid(dfa);
  std::vector<std::size_t> idempotents;
  std::size_t examined = 0;
  for (std::size_t i = 0; i < monoid.size() && !hit; ++i) {
    if (monoid.is_idempotent(i)) {
      // Against itself x y x = y x holds; against earlier ones both ways round.
      for (const std::size_t j : idempotents) {
        for (const auto& [x, y] : {std::pair{j, i}, std::pair{i, j}}) {
          if (const auto found = obstruction_of(monoid.map(x), monoid.map(y))) {
            return Obstruction{*access[found->first], monoid.word(x), monoid.word(y),
                               found->second};
          }
        }
        if (work > kComparisons) hit = core::LimitHit{"two billion comparisons of idempotents", ""};
        if (!hit) hit = meter.check(examined);
        if (hit) break;
      }
      idempotents.push_back(i);
    }
    ++examined;
    if (monoid.size() < most) {
      monoid.expand(i);
      if (!hit) hit = meter.check(examined);
    } else if (examined == monoid.size()) {
      hit = core::LimitHit{"at most " + std::to_string(most) + " elements of the transition monoid",
                           limits.max_states ? "--max-states" : ""};
    }
  }
  if (hit) return ObstructionUnknown{std::move(*hit)};
  return NoObstruction{};
}

}  // namespace statewright::automata
