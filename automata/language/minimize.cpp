// Partition refinement. Two states are equivalent if every word leads them to the same output; the
// classes of that relation are the states of the minimal machine (Nerode 1958). Every method starts
// from the blocks of equal output and splits blocks until all members of a block have successors in
// the same blocks. They differ in where they look for the next split.
//
// Moore (1956) looks forward: split a block by the blocks of its members' successors. Each pass
// costs O(n) a letter, and n passes can be needed; but machines without long chains need few (on
// average O(log log n): David, "The average complexity of Moore's state minimization algorithm is
// O(n log log n)", MFCS 2010), and a pass needs no reverse table and skips states that are alone.
//
// Hopcroft (1971) looks backward: take a block S as splitter and split the blocks that some but not
// all edges of letter a lead into S. Since only the smaller part of every split block has to become
// a splitter again, each edge is looked at O(log n) times.
//
// Here passes of the first kind run while they pay, then Hopcroft's method finishes from the
// partition they left (any partition between the outputs and the answer is a valid start). Passes
// that refine by a constant factor are O(log n) in number, and the others are rationed, so the
// whole stays O(k n log n). All of it is flat 32-bit arrays: blocks are ranges of one array of
// states.
//
// Three remarks save work in Hopcroft's part. (1) If the smaller part of a split always gets the
// new number, "waiting" is simply "number not yet passed": the array of blocks is the queue. (2) A
// state that is alone needs no marking, and when all are alone the end is reached. (3) States come
// in breadth-first order, so a block's place in the breadth-first order of the answer is the rank
// of its least state: the least length-lexicographic word that reaches the block leads there.

#include "automata/language/minimize.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

namespace statewright::automata {
namespace {

constexpr State kNone = 0xffffffffU;

/// The reachable part of a machine: its states in breadth-first order, renumbered by it.
struct Reachable {
  std::vector<State> order;  ///< [states]: the old number
  std::vector<State> next;   ///< [states, letters]: new numbers
};

Reachable explore(const Dfa& dfa) {
  static constexpr std::size_t kAhead = 8;  // rows to fetch ahead of use
  const std::size_t k = dfa.letters.size();
  Reachable part;
  part.order.reserve(dfa.size());
  part.next.reserve(dfa.next.size());
  std::vector<State> number(dfa.size(), kNone);
  part.order.push_back(dfa.start);
  number[dfa.start] = 0;
  for (std::size_t i = 0; i < part.order.size(); ++i) {
    if (i + kAhead < part.order.size()) {
      __builtin_prefetch(dfa.next.data() + std::size_t{part.order[i + kAhead]} * k);
    }
    const State* row = dfa.next.data() + std::size_t{part.order[i]} * k;
    for (std::size_t a = 0; a < k; ++a) {
      State& mapped = number[row[a]];
      if (mapped == kNone) {
        mapped = static_cast<State>(part.order.size());
        part.order.push_back(row[a]);
      }
      part.next.push_back(mapped);
    }
  }
  return part;
}

/// A partition of the states 0..n-1 of a complete machine, and the two ways of refining it.
class Refinement {
 public:
  Refinement(std::span<const State> next, std::size_t letters, std::vector<Output> output)
      : next_(next), letters_(letters), block_of_(std::move(output)) {
    start_from_outputs();
  }

  /// Splits until stable. Returns the block of each state.
  std::vector<State> run() && {
    if (!forward_passes()) backward_splits();
    return std::move(block_of_);
  }

 private:
  struct Block {
    State begin, end;  // a range of elements_
    State size() const { return end - begin; }
  };

  std::size_t states() const { return block_of_.size(); }

  /// Turns output numbers in block_of_ into numbers of non-empty blocks.
  void start_from_outputs() {
    const std::size_t outputs =
        1 + std::size_t{*std::max_element(block_of_.begin(), block_of_.end())};
    std::vector<State> place(outputs + 1, 0);
    for (const State output : block_of_) ++place[output + 1];
    std::vector<State> block_number(outputs, kNone);
    for (std::size_t o = 0; o < outputs; ++o) {
      if (place[o + 1] != 0) {
        block_number[o] = static_cast<State>(blocks_.size());
        blocks_.push_back({place[o], place[o] + place[o + 1]});
      }
      place[o + 1] += place[o];
    }
    blocks_.reserve(states());  // address space only, until there are that many
    elements_.resize(states());
    for (State q = 0; q < states(); ++q) {
      elements_[place[block_of_[q]]++] = q;
      block_of_[q] = block_number[block_of_[q]];
    }
  }

  State successor_block(State q, std::size_t a) const {
    return block_of_[next_[std::size_t{q} * letters_ + a]];
  }

  /// Moore's passes, one letter at a time, each using the splits of those before. Returns whether
  /// the partition is stable; if not, the passes had stopped paying.
  bool forward_passes() {
    std::vector<State> active;  // blocks of two or more states
    for (State b = 0; b < blocks_.size(); ++b) {
      if (blocks_[b].size() > 1) active.push_back(b);
    }
    std::size_t ration = kRation * states();
    std::size_t quiet = 0;  // letters in a row that split nothing
    while (true) {
      const std::size_t before = blocks_.size();
      std::size_t work = 0;
      for (std::size_t a = 0; a < letters_; ++a) {
        if (active.empty() || quiet == letters_) return true;
        const std::size_t blocks = blocks_.size();
        work += forward_pass(a, active);
        quiet = blocks_.size() == blocks ? quiet + 1 : 0;
      }
      if (letters_ == 0) return true;
      work /= letters_;
      if (2 * blocks_.size() < 3 * before) {
        if (work > ration) return false;
        ration -= work;
      }
    }
  }

  /// Splits each active block by its members' successors under `a`; `active` becomes the list of
  /// blocks that still have two or more states. Returns the number of states looked at.
  std::size_t forward_pass(std::size_t a, std::vector<State>& active) {
    std::size_t looked_at = 0;
    still_active_.clear();
    for (const State b : active) {
      const auto [begin, end] = blocks_[b];
      looked_at += end - begin;
      const State first = successor_block(elements_[begin], a);
      if (end - begin == 2) {
        if (successor_block(elements_[begin + 1], a) == first) {
          still_active_.push_back(b);
        } else {
          blocks_[b].end = begin + 1;
          open_block(begin + 1, end);
        }
        continue;
      }
      State i = begin + 1;
      while (i < end && successor_block(elements_[i], a) == first) ++i;
      if (i == end) {
        still_active_.push_back(b);
      } else {
        split_by_successor(b, a);
      }
    }
    active.swap(still_active_);
    return looked_at;
  }

  /// A counting sort of one block by successor block. `piece_at_` is indexed by successor block and
  /// holds 1 + the piece's number; all zero between calls.
  void split_by_successor(State b, std::size_t a) {
    const auto [begin, end] = blocks_[b];
    piece_at_.resize(blocks_.size());
    pieces_.clear();
    piece_of_.clear();
    for (State i = begin; i < end; ++i) {
      const State key = successor_block(elements_[i], a);
      if (piece_at_[key] == 0) {
        pieces_.push_back({key, 0});
        piece_at_[key] = static_cast<State>(pieces_.size());
      }
      const State piece = piece_at_[key] - 1;
      ++pieces_[piece].size;
      piece_of_.push_back(piece);
    }
    copy_.assign(elements_.begin() + begin, elements_.begin() + end);
    State place = begin;
    for (Piece& piece : pieces_) {
      piece_at_[piece.key] = 0;
      const State size = piece.size;
      const bool keeps_number = place == begin;
      if (keeps_number) {
        blocks_[b].end = begin + size;
        piece.block = b;
      } else {
        piece.block = static_cast<State>(blocks_.size());
        blocks_.push_back({place, place + size});
      }
      if (size > 1) still_active_.push_back(piece.block);
      piece.place = place;
      place += size;
    }
    for (std::size_t i = 0; i < copy_.size(); ++i) {
      Piece& piece = pieces_[piece_of_[i]];
      elements_[piece.place++] = copy_[i];
      block_of_[copy_[i]] = piece.block;
    }
  }

  /// Makes elements_[begin..end), part of a block until now, a block of its own.
  void open_block(State begin, State end) {
    const auto fresh = static_cast<State>(blocks_.size());
    blocks_.push_back({begin, end});
    for (State i = begin; i < end; ++i) block_of_[elements_[i]] = fresh;
  }

  /// Hopcroft's method, with every block but a largest one waiting.
  void backward_splits() {
    build_reverse_table();
    location_.resize(states());
    for (State i = 0; i < states(); ++i) location_[elements_[i]] = i;
    marked_.reserve(states());
    marked_.assign(blocks_.size(), 0);

    State largest = 0;
    for (State b = 1; b < blocks_.size(); ++b) {
      if (blocks_[b].size() > blocks_[largest].size()) largest = b;
    }
    for (State splitter = 0; splitter < blocks_.size() && blocks_.size() < states(); ++splitter) {
      if (splitter == largest) continue;
      const auto [begin, end] = blocks_[splitter];
      copy_.assign(elements_.begin() + begin, elements_.begin() + end);  // it may split itself
      for (std::size_t a = 0; a < letters_; ++a) split_by(copy_, a);
    }
  }

  /// Sources of edges by letter and target: those into t under a are
  /// source_[a * n + first_[a * (n + 1) + t]] .. up to that of t + 1, exclusive.
  void build_reverse_table() {
    const std::size_t n = states();
    first_.assign(letters_ * (n + 1), 0);
    source_.resize(letters_ * n);
    for (std::size_t a = 0; a < letters_; ++a) {
      State* first = first_.data() + a * (n + 1);
      State* source = source_.data() + a * n;
      for (std::size_t q = 0; q < n; ++q) ++first[next_[q * letters_ + a]];
      std::partial_sum(first, first + n + 1, first);  // first[t] is now the end of t's sources
      for (std::size_t q = n; q-- > 0;)
        source[--first[next_[q * letters_ + a]]] = static_cast<State>(q);
    }
  }

  /// Splits all blocks by whether their members' successors under `a` lie in `targets`. Marked
  /// members gather at the front of their block.
  void split_by(const std::vector<State>& targets, std::size_t a) {
    const State* first = first_.data() + a * (states() + 1);
    const State* source = source_.data() + a * states();
    touched_.clear();
    for (const State t : targets) {
      for (State i = first[t]; i < first[t + 1]; ++i) {
        const State q = source[i];
        const State b = block_of_[q];
        const Block block = blocks_[b];
        if (block.size() == 1) continue;
        if (marked_[b] == 0) touched_.push_back(b);
        const State front = block.begin + marked_[b]++;
        const State other = elements_[front];
        std::swap(elements_[front], elements_[location_[q]]);
        location_[other] = location_[q];
        location_[q] = front;
      }
    }
    for (const State b : touched_) {
      const State marked = std::exchange(marked_[b], 0);
      Block& block = blocks_[b];
      if (marked == block.size()) continue;
      const State cut = block.begin + marked;
      if (2 * std::uint64_t{marked} <= block.size()) {  // the smaller part becomes the new block
        const State begin = std::exchange(block.begin, cut);
        open_block(begin, cut);
      } else {
        const State end = std::exchange(block.end, cut);
        open_block(cut, end);
      }
      marked_.push_back(0);
    }
  }

  /// How many times all states may be looked at, for each letter, by passes that split little.
  static constexpr std::size_t kRation = 3;

  struct Piece {
    State key, size, block = 0, place = 0;
  };

  std::span<const State> next_;
  std::size_t letters_;
  std::vector<State> block_of_;  // [states]
  std::vector<State> elements_;  // [states], ordered by block
  std::vector<Block> blocks_;
  // Forward passes.
  std::vector<State> still_active_, piece_at_, piece_of_, copy_;
  std::vector<Piece> pieces_;
  // Backward splits.
  std::vector<State> first_, source_, location_, marked_, touched_;
};

}  // namespace

Dfa reachable(const Dfa& dfa) {
  Reachable part = explore(dfa);
  Dfa result;
  result.letters = dfa.letters;
  result.labels = dfa.labels;
  result.next = std::move(part.next);
  result.next.shrink_to_fit();
  result.output.reserve(part.order.size());
  for (const State q : part.order) result.output.push_back(dfa.output[q]);
  if (!dfa.state_names.empty()) {
    result.state_names.reserve(part.order.size());
    for (const State q : part.order) result.state_names.push_back(dfa.state_names[q]);
  }
  return result;
}

Dfa minimize(const Dfa& dfa) {
  const std::size_t k = dfa.letters.size();
  const Reachable part = explore(dfa);
  const std::size_t n = part.order.size();
  std::vector<Output> output(n);
  for (std::size_t q = 0; q < n; ++q) output[q] = dfa.output[part.order[q]];
  const std::vector<State> block_of = Refinement(part.next, k, std::move(output)).run();

  std::vector<State> number(n, kNone);  // of a block: the rank of its least state
  std::vector<State> least;
  for (State q = 0; q < n; ++q) {
    if (number[block_of[q]] != kNone) continue;
    number[block_of[q]] = static_cast<State>(least.size());
    least.push_back(q);
  }
  Dfa result;
  result.letters = dfa.letters;
  result.labels = dfa.labels;
  result.next.reserve(least.size() * k);
  result.output.reserve(least.size());
  for (const State q : least) {
    for (std::size_t a = 0; a < k; ++a) {
      result.next.push_back(number[block_of[part.next[std::size_t{q} * k + a]]]);
    }
    result.output.push_back(dfa.output[part.order[q]]);
  }
  return result;
}

Dfa minimize_moore(const Dfa& dfa) {
  const Dfa part = reachable(dfa);
  const std::size_t k = part.letters.size();
  std::vector<State> class_of(part.output.begin(), part.output.end());
  std::size_t classes = 0;
  while (true) {
    // The new class of a state: its old class and those of its successors, numbered as they occur.
    std::map<std::vector<State>, State> number;
    std::vector<State> refined;
    for (State q = 0; q < part.size(); ++q) {
      std::vector<State> signature = {class_of[q]};
      for (Letter a = 0; a < k; ++a) signature.push_back(class_of[part.step(q, a)]);
      refined.push_back(number.emplace(std::move(signature), number.size()).first->second);
    }
    class_of = std::move(refined);
    if (number.size() == classes) break;
    classes = number.size();
  }
  Dfa quotient;
  quotient.letters = part.letters;
  quotient.labels = part.labels;
  quotient.start = class_of[part.start];
  quotient.next.resize(classes * k);
  quotient.output.resize(classes);
  for (State q = 0; q < part.size(); ++q) {
    for (Letter a = 0; a < k; ++a) {
      quotient.next[std::size_t{class_of[q]} * k + a] = class_of[part.step(q, a)];
    }
    quotient.output[class_of[q]] = part.output[q];
  }
  return reachable(quotient);
}

}  // namespace statewright::automata
