// Rows are expanded in blocks by all workers while the successors of the block before are stored in
// order by one thread, which alone decides: so ids, levels and the first disagreement are those of
// a search that takes one row after the other.
//
// The last layer's readout can cost more than its step (a group has as many outputs as elements),
// so it is evaluated for new rows only. A pair that disagrees is never stored before, because it
// would have been noticed then; so the first disagreement in the order of storing is the first of
// all.

#include "proofs_check/verify/row_search.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace statewright::proofs {
namespace {

constexpr std::size_t kBlockWords = std::size_t{1} << 18U;  // successors of a block, 2 MiB
constexpr std::size_t kLeastRows = 1024;                    // worth a block
constexpr std::size_t kAhead = 16;                          // slots fetched before they are needed
constexpr std::size_t kWorthSharing = 256;                  // rows times letters

class RowSearch {
 public:
  RowSearch(const Question& question, const BlockMachine& machine, Workers& workers,
            const core::Limits& limits, std::uint64_t kept_rows, std::uint64_t most)
      : question_(question),
        machine_(machine),
        workers_(workers),
        meter_(limits, "product states"),
        kept_rows_(kept_rows),
        most_(most),
        words_(machine.words()),
        letters_(machine.letters()),
        rows_(words_),
        scratch_(workers.size()) {}

  ~RowSearch() { workers_.cancel(); }
  RowSearch(const RowSearch&) = delete;
  RowSearch& operator=(const RowSearch&) = delete;

  std::optional<Verdict> run() {
    const std::vector<std::uint64_t> first = machine_.start();
    rows_.insert(first.data());
    parent_.push_back(0);
    by_.push_back(0);
    if (machine_.judge(first.data(), 1, scratch_[0]) != BlockMachine::kNone) {
      depths_.clear();
      Counterexample found = refute(question_, {});
      found.rows = collect(0, 0);
      return found;
    }
    std::size_t turn = 0;
    begin(blocks_[0]);
    while (blocks_[turn].count > 0) {
      Block& block = blocks_[turn];
      Block& after = blocks_[1 - turn];
      finish(block);
      begin(after);
      if (auto verdict = store(block)) return verdict;
      if (rows_.size() > most_) return {};
      if (after.count == 0) begin(after);  // what was stored just now
      turn = 1 - turn;
    }
    Proof proof;
    proof.states = rows_.size();
    if (keeps_next_) proof.rows = collect(rows_.size(), rows_.size());
    return proof;
  }

 private:
  /// Rows that are expanded together; copies, because storing moves the originals.
  struct Block {
    std::size_t first = 0, count = 0;
    bool shared = false;
    std::vector<std::uint64_t> rows, successors;
    std::vector<std::uint32_t> hashes;
  };

  /// Takes the next rows, as many as there are for a block, and has them expanded.
  void begin(Block& block) {
    // Half of what there is, so that one half is expanded while the other is stored.
    const std::size_t known = rows_.size() - taken_;
    const std::size_t most_rows =
        std::max<std::size_t>(1, kBlockWords / std::max<std::size_t>(1, letters_ * words_));
    block.first = taken_;
    block.count = std::min({known, std::max(known / 2, kLeastRows), most_rows});
    taken_ += block.count;
    if (block.count == 0) return;
    const std::size_t size = block.count * letters_;
    const std::uint64_t* from = rows_.key(block.first);
    block.rows.assign(from, from + block.count * words_);
    block.successors.resize(size * words_);
    block.hashes.resize(size);
    const auto [parts, rows_of_part] = split(block.count);
    const auto expand = [this, &block, per = rows_of_part](std::size_t part, std::size_t worker) {
      const std::size_t begin = part * per, end = std::min(block.count, begin + per);
      std::uint64_t* successors = block.successors.data() + begin * letters_ * words_;
      machine_.expand(block.rows.data() + begin * words_, end - begin, successors,
                      scratch_[worker]);
      for (std::size_t s = begin * letters_; s < end * letters_; ++s, successors += words_) {
        block.hashes[s] = rows_.hash(successors);
      }
    };
    block.shared = parts > 1 && size >= kWorthSharing;
    if (block.shared) {
      workers_.begin(parts, expand);
    } else {
      for (std::size_t part = 0; part < parts; ++part) expand(part, 0);
    }
  }

  void finish(Block& block) {
    if (std::exchange(block.shared, false)) workers_.finish();
  }

  /// Parts of a block, and rows in each: at most lanes(), and something for every worker.
  std::pair<std::size_t, std::size_t> split(std::size_t count) const {
    const std::size_t share = (count + workers_.size() - 1) / workers_.size();
    const std::size_t per = std::clamp((share + 7) / 8 * 8, std::size_t{8}, machine_.lanes());
    return {(count + per - 1) / per, per};
  }

  /// Stores the successors of a block in order and judges the new ones.
  std::optional<Verdict> store(const Block& block) {
    const std::size_t known = rows_.size(), size = block.count * letters_;
    for (std::size_t i = 0; i < std::min(kAhead, size); ++i) rows_.prefetch(block.hashes[i]);
    std::size_t s = 0;
    for (std::size_t i = 0; i < block.count; ++i) {
      const std::size_t row = block.first + i;
      enter(row);
      if (auto hit = meter_.check(rows_.size())) {
        if (auto found = judge(known)) return found;
        return core::Unknown{*std::move(hit), agreement_up_to(depths_.size() - 1)};
      }
      for (std::size_t a = 0; a < letters_; ++a, ++s) {
        if (s + kAhead < size) rows_.prefetch(block.hashes[s + kAhead]);
        if (s + kAhead / 2 < size) rows_.prefetch_key(block.hashes[s + kAhead / 2]);
        const auto [index, is_new] =
            rows_.insert(block.successors.data() + s * words_, block.hashes[s]);
        if (keeps_next_) next_.push_back(index);
        if (!is_new) continue;
        parent_.push_back(static_cast<std::uint32_t>(row));
        by_.push_back(static_cast<Letter>(a));
      }
    }
    if (rows_.size() > kept_rows_ && std::exchange(keeps_next_, false)) next_ = {};
    return judge(known);
  }

  /// Called for each row before its successors are stored.
  void enter(std::size_t row) {
    if (row != level_end_) return;
    level_begin_ = level_end_;
    level_end_ = rows_.size();
    depths_.push_back(level_end_ - level_begin_);
  }

  /// Looks at the rows from `known` on, all of them new.
  std::optional<Verdict> judge(std::size_t known) {
    const std::size_t per = machine_.lanes();
    for (std::size_t first = known; first < rows_.size(); first += per) {
      const std::size_t wrong =
          machine_.judge(rows_.key(first), std::min(per, rows_.size() - first), scratch_[0]);
      if (wrong != BlockMachine::kNone) return refuted(first + wrong);
    }
    return {};
  }

  Verdict refuted(std::size_t row) {
    // The level of its parent is the last one whose rows all agree. Judging lags behind storing, by
    // a block at most, so that may be the level before the last one entered.
    const std::size_t last = parent_[row];
    while (last < level_begin_) {
      depths_.pop_back();
      level_end_ = level_begin_;
      level_begin_ -= depths_.back();
    }
    Word word;
    for (std::size_t r = row; r != 0; r = parent_[r]) word.push_back(by_[r]);
    std::reverse(word.begin(), word.end());
    Counterexample found = refute(question_, std::move(word));
    if (keeps_next_) found.rows = collect(level_end_, level_begin_);
    return found;
  }

  /// The first `count` rows, the first `expanded` of them with successors.
  ProductRows collect(std::size_t count, std::size_t expanded) const {
    const auto& layers = question_.model.layers;
    ProductRows out;
    std::vector<KeyTable<std::uint64_t>> tables;
    tables.reserve(layers.size());
    for (const core::Layer& layer : layers) tables.emplace_back(layer.n * layer.d);
    std::vector<std::uint64_t> codes;
    for (std::size_t r = 0; r < count; ++r) {
      codes.clear();
      machine_.unpack(rows_.key(r), codes);
      const std::uint64_t* at = codes.data();
      for (std::size_t i = 0; i < layers.size(); ++i) {
        out.states.push_back(tables[i].insert(at).first);
        at += layers[i].n * layers[i].d;
      }
      out.automaton.push_back(machine_.automaton_state(rows_.key(r)));
    }
    out.next.assign(next_.begin(),
                    next_.begin() + static_cast<std::ptrdiff_t>(expanded * letters_));
    out.depths = depths_;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      out.layers.push_back(
          machine_.codes().table(std::move(tables[i]).release(), layers[i].n * layers[i].d));
    }
    return out;
  }

  const Question& question_;
  const BlockMachine& machine_;
  Workers& workers_;
  core::Meter meter_;
  std::uint64_t kept_rows_, most_;
  std::size_t words_, letters_;

  KeyTable<std::uint64_t> rows_;
  bool keeps_next_ = true;
  std::vector<std::uint32_t> next_, parent_;
  std::vector<Letter> by_;
  std::vector<std::size_t> depths_ = {1};
  std::size_t level_begin_ = 0, level_end_ = 1;  ///< rows of the last level entered
  std::size_t taken_ = 0;                        ///< rows that blocks have taken
  std::array<Block, 2> blocks_;
  std::vector<BlockMachine::Scratch> scratch_;
};

}  // namespace

std::optional<Verdict> search_rows(const Question& question, const BlockMachine& machine,
                                   Workers& workers, const core::Limits& limits,
                                   std::uint64_t kept_rows, std::uint64_t most) {
  return RowSearch(question, machine, workers, limits, kept_rows, most).run();
}

}  // namespace statewright::proofs
