#include "automata/language/compare.hpp"

#include <algorithm>
#include <bit>
#include <unordered_map>
#include <utility>

#include "automata/language/fresh_name.hpp"
#include "core/error.hpp"

namespace statewright::automata {
namespace {

using core::Error;
using core::Fault;

constexpr State kNone = 0xffffffffU;

std::string list_of(const Alphabet& letters) {
  static constexpr std::size_t kShown = 8;
  std::string text = std::to_string(letters.size()) + " letters";
  for (Letter a = 0; a < std::min(letters.size(), kShown); ++a) {
    text += (a == 0 ? ": " : ", ") + core::quoted(letters.name(a));
  }
  return letters.size() > kShown ? text + ", .." : text;
}

void require_same_letters(const Dfa& left, const Dfa& right) {
  if (left.letters == right.letters) return;
  throw Error({Fault::shape, "second automaton",
               "the letters of the first (" + list_of(left.letters) + ")", list_of(right.letters),
               "rewrite both over their joined alphabet"});
}

/// Numbers under which labels of both machines can be compared: equal names, equal numbers.
std::vector<std::uint32_t> label_numbers(const std::vector<std::string>& labels,
                                         std::unordered_map<std::string, std::uint32_t>& numbers) {
  std::vector<std::uint32_t> result;
  result.reserve(labels.size());
  for (const std::string& label : labels) {
    const auto fresh = static_cast<std::uint32_t>(numbers.size());
    result.push_back(numbers.emplace(label, fresh).first->second);
  }
  return result;
}

/// A pair of states met by a breadth-first search, and the place of the pair before it.
struct Pair {
  State left, right;
  std::uint32_t from;
};

/// The word along the links that end in pairs[last]: at each step the least letter that leads from
/// one pair to the next.
Word word_to(const std::vector<Pair>& pairs, std::uint32_t last, const Dfa& left,
             const Dfa& right) {
  Word word;
  for (std::uint32_t i = last; i != 0; i = pairs[i].from) {
    const Pair& before = pairs[pairs[i].from];
    Letter a = 0;
    while (left.step(before.left, a) != pairs[i].left ||
           right.step(before.right, a) != pairs[i].right) {
      ++a;
    }
    word.push_back(a);
  }
  std::reverse(word.begin(), word.end());
  return word;
}

/// Union-find over the states of both machines (Tarjan 1975: link by rank, halve paths). The label
/// lies beside the parent because each edge of the search reads both.
class Joined {
 public:
  explicit Joined(std::size_t states) : nodes_(states), rank_(states, 0) {
    for (std::size_t x = 0; x < states; ++x) nodes_[x].parent = static_cast<State>(x);
  }
  std::uint32_t& label(State x) { return nodes_[x].label; }

  /// Returns whether x and y were apart.
  bool join(State x, State y) {
    x = find(x);
    y = find(y);
    if (x == y) return false;
    if (rank_[x] < rank_[y]) std::swap(x, y);
    if (rank_[x] == rank_[y]) ++rank_[x];
    nodes_[y].parent = x;
    return true;
  }

 private:
  struct Node {
    State parent;
    std::uint32_t label;
  };

  State find(State x) {
    while (nodes_[x].parent != x) {
      State& parent = nodes_[x].parent;
      parent = nodes_[parent].parent;
      x = parent;
    }
    return x;
  }

  std::vector<Node> nodes_;
  std::vector<std::uint8_t> rank_;
};

/// An open-addressed set of pairs that lie in an array of their own, found by 64-bit keys.
class PairSet {
 public:
  /// Appends the pair to `pairs` and returns true if it is not there yet.
  bool insert(std::vector<Pair>& pairs, Pair pair) {
    std::size_t slot = slot_of(pair);
    for (std::uint32_t i; (i = slots_[slot]) != kNone; slot = (slot + 1) & (slots_.size() - 1)) {
      if (pairs[i].left == pair.left && pairs[i].right == pair.right) return false;
    }
    if (pairs.size() >= kNone) {
      throw Error({Fault::range, "inclusion", "at most 4294967295 pairs of states", "more"});
    }
    slots_[slot] = static_cast<std::uint32_t>(pairs.size());
    pairs.push_back(pair);
    if (2 * pairs.size() > slots_.size()) grow(pairs);
    return true;
  }

 private:
  std::size_t slot_of(const Pair& pair) const {
    std::uint64_t key = (std::uint64_t{pair.left} << 32U | pair.right) * 0x9e3779b97f4a7c15ULL;
    key = (key ^ (key >> 32U)) * 0x9e3779b97f4a7c15ULL;
    return key >> (64U - static_cast<unsigned>(std::countr_zero(slots_.size())));
  }

  void grow(const std::vector<Pair>& pairs) {
    slots_.assign(2 * slots_.size(), kNone);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      std::size_t slot = slot_of(pairs[i]);
      while (slots_[slot] != kNone) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = static_cast<std::uint32_t>(i);
    }
  }

  std::vector<std::uint32_t> slots_ = std::vector<std::uint32_t>(1024, kNone);
};

void require_acceptor(const Dfa& dfa, const char* which) {
  if (is_acceptor(dfa)) return;
  throw Error({Fault::unsupported, which, "an acceptor, with the outputs reject and accept",
               "a Moore machine with " + std::to_string(dfa.labels.size()) + " outputs"});
}

}  // namespace

std::optional<Difference> find_difference(const Dfa& left, const Dfa& right) {
  static constexpr std::size_t kAhead = 8;  // rows to fetch ahead of use
  require_same_letters(left, right);
  const std::size_t states = left.size() + right.size();
  if (states >= kNone) {
    throw Error({Fault::range, "comparison", "at most 4294967294 states in both automata together",
                 std::to_string(states)});
  }
  const std::size_t k = left.letters.size();
  const auto offset = static_cast<State>(left.size());

  Joined joined(states);
  {
    std::unordered_map<std::string, std::uint32_t> numbers;
    const std::vector<std::uint32_t> of_left = label_numbers(left.labels, numbers);
    const std::vector<std::uint32_t> of_right = label_numbers(right.labels, numbers);
    for (State q = 0; q < left.size(); ++q) joined.label(q) = of_left[left.output[q]];
    for (State q = 0; q < right.size(); ++q) joined.label(offset + q) = of_right[right.output[q]];
  }
  const auto difference = [&](Word word) {
    const std::string& of_left = left.label(word);
    const std::string& of_right = right.label(word);
    return Difference{std::move(word), of_left, of_right};
  };
  if (joined.label(left.start) != joined.label(offset + right.start)) return difference({});

  std::vector<Pair> queue;  // every pair in it was a new join: fewer than `states` of them
  queue.reserve(states);
  joined.join(left.start, offset + right.start);
  queue.push_back({left.start, right.start, 0});
  for (std::uint32_t i = 0; i < queue.size(); ++i) {
    if (i + kAhead < queue.size()) {
      __builtin_prefetch(left.next.data() + std::size_t{queue[i + kAhead].left} * k);
      __builtin_prefetch(right.next.data() + std::size_t{queue[i + kAhead].right} * k);
    }
    const State* of_left = left.next.data() + std::size_t{queue[i].left} * k;
    const State* of_right = right.next.data() + std::size_t{queue[i].right} * k;
    for (std::size_t a = 0; a < k; ++a) {
      if (!joined.join(of_left[a], offset + of_right[a])) continue;
      queue.push_back({of_left[a], of_right[a], i});
      if (joined.label(of_left[a]) != joined.label(offset + of_right[a])) {
        return difference(
            word_to(queue, static_cast<std::uint32_t>(queue.size() - 1), left, right));
      }
    }
  }
  return {};
}

std::optional<Word> find_not_included(const Dfa& left, const Dfa& right) {
  require_same_letters(left, right);
  require_acceptor(left, "first automaton");
  require_acceptor(right, "second automaton");
  std::vector<Pair> queue;
  PairSet seen;
  const auto visit = [&](State p, State q, std::uint32_t from) {
    return seen.insert(queue, {p, q, from}) && left.output[p] == kAccept &&
           right.output[q] == kReject;
  };
  if (visit(left.start, right.start, 0)) return Word{};
  for (std::uint32_t i = 0; i < queue.size(); ++i) {
    const auto [p, q, from] = queue[i];
    for (Letter a = 0; a < left.letters.size(); ++a) {
      if (visit(left.step(p, a), right.step(q, a), i)) {
        return word_to(queue, static_cast<std::uint32_t>(queue.size() - 1), left, right);
      }
    }
  }
  return {};
}

std::optional<Word> shortest_word(const Dfa& dfa, Output output) {
  if (dfa.output[dfa.start] == output) return Word{};
  struct Step {
    State from;
    Letter letter;
  };
  std::vector<Step> step_to(dfa.size(), {kNone, 0});
  std::vector<State> queue = {dfa.start};
  step_to[dfa.start].from = dfa.start;
  for (std::size_t i = 0; i < queue.size(); ++i) {
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      const State q = dfa.step(queue[i], a);
      if (step_to[q].from != kNone) continue;
      step_to[q] = {queue[i], a};
      queue.push_back(q);
      if (dfa.output[q] != output) continue;
      Word word;
      for (State at = q; at != dfa.start; at = step_to[at].from) word.push_back(step_to[at].letter);
      std::reverse(word.begin(), word.end());
      return word;
    }
  }
  return {};
}

Dfa over_alphabet(const Dfa& dfa, const Alphabet& letters) {
  std::vector<Letter> new_of_old;
  for (const std::string& name : dfa.letters.names()) {
    const std::optional<Letter> found = letters.find(name);
    if (!found) {
      throw Error(
          {Fault::shape, "alphabet", "every letter of the automaton", "no " + core::quoted(name)});
    }
    new_of_old.push_back(*found);
  }
  const std::size_t n = dfa.size();
  const std::size_t k = letters.size();
  const bool grows = k > dfa.letters.size();
  if (grows && !is_acceptor(dfa)) {
    throw Error({Fault::unsupported, "alphabet", "no letter that the Moore machine lacks",
                 list_of(letters) + " for " + list_of(dfa.letters),
                 "what would its output be after such a letter?"});
  }
  const auto sink = static_cast<State>(n);
  Dfa result;
  result.letters = letters;
  result.labels = dfa.labels;
  result.start = dfa.start;
  result.output = dfa.output;
  result.state_names = dfa.state_names;
  result.next.assign((n + (grows ? 1 : 0)) * k, sink);
  for (State q = 0; q < n; ++q) {
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      result.next[std::size_t{q} * k + new_of_old[a]] = dfa.step(q, a);
    }
  }
  if (grows) {
    result.output.push_back(kReject);
    if (!dfa.state_names.empty()) result.state_names.push_back(fresh_name(dfa.state_names, "sink"));
  }
  return result;
}

Alphabet joined(const Alphabet& left, const Alphabet& right) {
  std::vector<std::string> names = left.names();
  for (const std::string& name : right.names()) {
    if (!left.find(name)) names.push_back(name);
  }
  return Alphabet(std::move(names));
}

}  // namespace statewright::automata
