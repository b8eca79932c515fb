// Why the automaton's state can be left out. If no two of its states have one label, the label that
// the network gives in state h determines the automaton's state q in every pair (h, q) that agrees.
// So among pairs that agree, h determines q, and marking h is marking the pair. A pair (h, q') with
// another q' disagrees; to notice it although h is marked, every successor is judged, not only new
// ones.
//
// Why the word is the one of the reference. Rows are expanded in blocks by all workers, but stored,
// and disagreements looked for, in the order (row, letter) by one thread. The first disagreement in
// that order ends the search in the reference, too. A row's parent is the row that led to it first.
// Rows of old lengths are dropped when the window is full; then the search runs again until it
// meets the oldest row known of the path, with a window that ends there, and so on until the start.

#include "proofs_check/verify/dense_search.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <deque>
#include <memory>
#include <new>
#include <utility>

#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
#endif

namespace statewright::proofs {
namespace {

constexpr std::size_t kAhead = 16;             // bits fetched before they are needed
constexpr std::size_t kWorthSharing = 256;     // rows times letters
constexpr std::size_t kLeastRows = 1024;       // worth a block
constexpr std::size_t kBlockRows = 1U << 14U;  // rows of a block, at most

/// 2^bits bits, all zero; pages that are never touched take no memory.
class Bitset {
 public:
  explicit Bitset(unsigned bits) {
    const std::size_t words = std::max<std::size_t>(1, (std::size_t{1} << bits) / 64);
    words_.reset(static_cast<std::uint64_t*>(std::calloc(words, sizeof(std::uint64_t))));
    if (!words_) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
    // Bits are met at random, each on another page: with large pages translations are in cache.
    constexpr std::uintptr_t page = std::uintptr_t{1} << 21U;
    const auto begin = (reinterpret_cast<std::uintptr_t>(words_.get()) + page - 1) & ~(page - 1);
    const auto end = reinterpret_cast<std::uintptr_t>(words_.get() + words) & ~(page - 1);
    // NOLINTNEXTLINE(performance-no-int-to-ptr): an address between those of the words
    if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
#endif
  }

  void prefetch(std::uint64_t index) const { __builtin_prefetch(&words_[index / 64], 1); }

  /// Marks a bit; whether it was not marked.
  bool mark(std::uint64_t index) {
    std::uint64_t& word = words_[index / 64];
    const std::uint64_t bit = std::uint64_t{1} << (index % 64);
    const bool is_new = (word & bit) == 0;
    word |= bit;
    return is_new;
  }

 private:
  struct Free {
    void operator()(std::uint64_t* words) const { std::free(words); }
  };
  std::unique_ptr<std::uint64_t[], Free> words_;
};

/// All rows that words of one length reach and shorter ones do not.
struct Level {
  std::vector<std::uint64_t> rows;
  std::vector<std::uint32_t> parents;  ///< index in the level before

  std::uint64_t bytes() const { return 12 * std::uint64_t{rows.size()}; }
};

/// A row that the search shall lead to.
struct Goal {
  std::size_t depth = 0;
  std::uint64_t row = 0;
};

/// How a search ended.
struct End {
  enum class Kind { closed, disagreement, goal, limit };
  Kind kind = Kind::closed;
  std::size_t depth = 0;  ///< of the row that the disagreement starts from, of the goal, reached
  std::size_t index = 0;  ///< of that row in its level
  Letter letter = 0;      ///< of the disagreement
  std::uint64_t states = 0;
  core::LimitHit limit = {};
};

class DenseSearch {
 public:
  DenseSearch(const BlockMachine& machine, Workers& workers, const core::Limits& limits,
              unsigned bits, std::uint64_t window_bytes)
      : machine_(machine),
        workers_(workers),
        meter_(limits, "product states"),
        letters_(machine.letters()),
        mask_((std::uint64_t{1} << bits) - 1),
        window_bytes_(window_bytes),
        visited_(bits),
        scratch_(workers.size()) {}

  ~DenseSearch() { workers_.cancel(); }
  DenseSearch(const DenseSearch&) = delete;
  DenseSearch& operator=(const DenseSearch&) = delete;

  /// The start agrees: the caller has looked.
  End run(const std::optional<Goal>& goal) {
    const std::uint64_t start = machine_.start().front();
    visited_.mark(start & mask_);
    states_ = 1;
    levels_.push_back({{start}, {0}});
    kept_bytes_ = levels_.back().bytes();
    for (depth_ = 0; !levels_.back().rows.empty(); ++depth_) {
      levels_.emplace_back();
      if (auto end = expand_level()) return *std::move(end);
      if (goal && depth_ + 1 == goal->depth) return find(*goal);
      drop_old_levels();
    }
    return {.states = states_};
  }

  /// Letters that lead to row `index` of level `depth`, last one first, as far as levels are kept;
  /// the row where they start, which is the start of all if its depth is 0.
  Goal trace(std::size_t depth, std::size_t index, Word& reversed) {
    const std::size_t oldest = depth_ + 2 - levels_.size();
    while (depth > oldest) {
      const Level& level = levels_[depth - oldest];
      const std::uint64_t row = level.rows[index];
      index = level.parents[index];
      --depth;
      reversed.push_back(letter_between(levels_[depth - oldest].rows[index], row));
    }
    return {depth, levels_[depth - oldest].rows[index]};
  }

 private:
  /// Rows that are expanded together; copies, because storing moves the originals.
  struct Block {
    std::size_t first = 0, count = 0, per_part = 1;
    bool shared = false;
    std::vector<std::uint64_t> rows, successors;
    std::vector<std::size_t> wrong;  ///< of each part
  };

  void begin(Block& block) {
    const std::vector<std::uint64_t>& rows = levels_[levels_.size() - 2].rows;
    block.first = taken_;
    // Half of what there is, so that one half is expanded while the other is stored.
    const std::size_t known = rows.size() - taken_;
    block.count = std::min(
        {known, std::max(known / 2, kLeastRows), kBlockRows,
         std::max<std::size_t>(1, (kBlockRows << 3U) / std::max<std::size_t>(1, letters_))});
    taken_ += block.count;
    if (block.count == 0) return;
    block.rows.assign(rows.begin() + static_cast<std::ptrdiff_t>(block.first),
                      rows.begin() + static_cast<std::ptrdiff_t>(block.first + block.count));
    block.successors.resize(block.count * letters_);
    const std::size_t share = (block.count + workers_.size() - 1) / workers_.size();
    block.per_part = std::clamp((share + 7) / 8 * 8, std::size_t{8}, machine_.lanes());
    const std::size_t parts = (block.count + block.per_part - 1) / block.per_part;
    block.wrong.resize(parts);
    const auto expand = [this, &block](std::size_t part, std::size_t worker) {
      const std::size_t first = part * block.per_part;
      const std::size_t count = std::min(block.per_part, block.count - first);
      block.wrong[part] =
          machine_.expand_and_judge(block.rows.data() + first, count,
                                    block.successors.data() + first * letters_, scratch_[worker]);
    };
    block.shared = parts > 1 && block.count * letters_ >= kWorthSharing;
    if (block.shared) {
      workers_.begin(parts, expand);
    } else {
      for (std::size_t part = 0; part < parts; ++part) expand(part, 0);
    }
  }

  void finish(Block& block) {
    if (std::exchange(block.shared, false)) workers_.finish();
  }

  /// Fills the last level from the one before.
  std::optional<End> expand_level() {
    taken_ = 0;
    std::size_t turn = 0;
    begin(blocks_[0]);
    while (blocks_[turn].count > 0) {
      finish(blocks_[turn]);
      begin(blocks_[1 - turn]);
      if (auto end = store(blocks_[turn])) return end;
      turn = 1 - turn;
    }
    return {};
  }

  std::optional<End> store(const Block& block) {
    std::size_t wrong = block.count * letters_;
    for (std::size_t part = 0; part < block.wrong.size(); ++part) {
      if (block.wrong[part] == BlockMachine::kNone) continue;
      wrong = part * block.per_part * letters_ + block.wrong[part];
      break;
    }
    Level& level = levels_.back();
    const std::size_t size = block.count * letters_;
    const std::uint64_t* successors = block.successors.data();
    for (std::size_t i = 0; i < std::min(kAhead, size); ++i)
      visited_.prefetch(successors[i] & mask_);
    std::size_t s = 0;
    for (std::size_t i = 0; i < block.count; ++i) {
      if (auto hit = meter_.check(states_)) {
        return End{.kind = End::Kind::limit, .depth = depth_, .limit = *std::move(hit)};
      }
      for (std::size_t a = 0; a < letters_; ++a, ++s) {
        if (s == wrong) {
          return End{.kind = End::Kind::disagreement,
                     .depth = depth_,
                     .index = block.first + i,
                     .letter = static_cast<Letter>(a)};
        }
        if (s + kAhead < size) visited_.prefetch(successors[s + kAhead] & mask_);
        if (!visited_.mark(successors[s] & mask_)) continue;
        ++states_;
        level.rows.push_back(successors[s]);
        level.parents.push_back(static_cast<std::uint32_t>(block.first + i));
      }
    }
    if (level.rows.size() > kMostRowsOfLevel) {
      return End{.kind = End::Kind::limit,
                 .depth = depth_,
                 .limit = {std::to_string(kMostRowsOfLevel) +
                               " product states that one length of words reaches",
                           ""}};
    }
    return {};
  }

  End find(const Goal& goal) const {
    const auto& rows = levels_.back().rows;
    const auto at = std::find(rows.begin(), rows.end(), goal.row);
    return {.kind = End::Kind::goal,
            .depth = goal.depth,
            .index = static_cast<std::size_t>(at - rows.begin())};
  }

  void drop_old_levels() {
    kept_bytes_ += levels_.back().bytes();
    while (levels_.size() > 2 && kept_bytes_ > window_bytes_) {
      kept_bytes_ -= levels_.front().bytes();
      levels_.pop_front();
    }
  }

  Letter letter_between(std::uint64_t from, std::uint64_t to) {
    std::vector<std::uint64_t> successors(letters_);
    machine_.expand(&from, 1, successors.data(), scratch_[0]);
    return static_cast<Letter>(std::find(successors.begin(), successors.end(), to) -
                               successors.begin());
  }

  static constexpr std::size_t kMostRowsOfLevel = std::size_t{1} << 29U;  // 6 GiB

  const BlockMachine& machine_;
  Workers& workers_;
  core::Meter meter_;
  std::size_t letters_;
  std::uint64_t mask_, window_bytes_;
  Bitset visited_;
  std::uint64_t states_ = 0, kept_bytes_ = 0;
  std::deque<Level> levels_;  ///< of depths .., depth_, depth_ + 1
  std::size_t depth_ = 0;     ///< of the level that is being expanded
  std::size_t taken_ = 0;     ///< rows of that level that blocks have taken
  std::array<Block, 2> blocks_;
  std::vector<BlockMachine::Scratch> scratch_;
};

}  // namespace

std::optional<unsigned> dense_bits(const Question& question, const BlockMachine& machine) {
  if (machine.words() != 1) return {};
  std::vector<automata::Output> outputs = question.automaton.output;
  std::sort(outputs.begin(), outputs.end());
  const bool told = std::adjacent_find(outputs.begin(), outputs.end()) == outputs.end();
  const unsigned bits = told ? machine.state_bits() : machine.row_bits();
  return bits <= kMostDenseBits ? std::optional(bits) : std::nullopt;
}

Verdict search_dense(const Question& question, const BlockMachine& machine, Workers& workers,
                     std::uint64_t window_bytes) {
  const std::vector<std::uint64_t> start = machine.start();
  BlockMachine::Scratch scratch;
  if (machine.judge(start.data(), 1, scratch) != BlockMachine::kNone) return refute(question, {});

  const core::Limits limits = only_if_set(question.limits);
  const unsigned bits = dense_bits(question, machine).value();
  Word reversed;
  std::optional<Goal> goal;
  std::size_t length = 0;  // of the counterexample, once there is one
  do {
    DenseSearch search(machine, workers, limits, bits, window_bytes);
    const End end = search.run(goal);
    if (end.kind == End::Kind::limit) {
      return core::Unknown{end.limit, agreement_up_to(goal ? length - 1 : end.depth)};
    }
    if (end.kind == End::Kind::closed) {
      Proof proof;
      proof.states = end.states;
      return proof;
    }
    if (end.kind == End::Kind::disagreement) {
      reversed.push_back(end.letter);
      length = end.depth + 1;
    }
    goal = search.trace(end.depth, end.index, reversed);
  } while (goal->depth > 0);
  std::reverse(reversed.begin(), reversed.end());
  return refute(question, std::move(reversed));
}

}  // namespace statewright::proofs
