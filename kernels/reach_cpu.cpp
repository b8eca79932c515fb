// reach on the CPU. All rows reached stand in one ring in the order in which they came, level after
// level; threads take blocks of a level's rows, expand them by vectors and mark their successors in
// one bitset, and what is new is appended. A mark is a random access to memory: so it is fetched
// while the next vector is computed, and looked at before it is set, which costs a locked
// instruction where threads share the level.
//
// Going back, of each level those rows are kept that have a successor among those kept of the next
// one. Which are kept is marked in bits, of two sets in turn: a successor of a row is at most one
// level further, so in the set of the next level, where each second level only is marked, it is
// found if it is kept there. So a level is one pass, and needs no memory that the search did not.
//
// Levels can be as small as some hundred rows, thousands of them. One thread does those alone;
// larger ones are shared, and who waits for the others, or for the next level, spins for a while
// before it sleeps.

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>

#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
#include <unistd.h>
#endif

#include "core/error.hpp"
#include "kernels/reach_parts.hpp"

namespace statewright::kernels {
namespace {

constexpr std::size_t kSuccessors = 512;     // of a block, whose bits stay in the first cache
constexpr std::size_t kFresh = 1U << 12U;    // rows that a thread appends at once
constexpr std::size_t kWorthSharing = 4096;  // rows times letters
constexpr std::uint64_t kPoll = 1U << 22U;   // rows between two questions whether to go on
constexpr unsigned kSpins = 250;             // some microseconds

template <class T>
ExpandRows<T> widest() {
#ifdef STATEWRIGHT_WIDE_VECTORS
  if (vector_bytes() == 64) return expand_rows_64;
  if (vector_bytes() == 32) return expand_rows_32;
#endif
  return expand_rows_16;
}

std::uint64_t memory_of_machine() {
#if __has_include(<sys/mman.h>)
  const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGE_SIZE);
  if (pages > 0 && size > 0) {
    return static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(size) / 4 * 3;
  }
#endif
  return std::uint64_t{1} << 32U;
}

/// The caller and others that help it, one task at a time: task(worker) on each who comes in time.
/// Who is not there when the caller has done its part is not waited for, so that a task lasts no
/// longer than one thread needs for it even where processors have other work.
class Team {
 public:
  explicit Team(unsigned threads) : size_(std::clamp(threads, 1U, kActive)) {}
  ~Team() {
    closing_ = true;
    gate_ += kRound;
    gate_.notify_all();
    for (std::thread& thread : others_) thread.join();
  }
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  std::size_t size() const { return size_; }

  /// The task has to be done when the caller's own call returns and those that others have begun
  /// do. Rethrows what a worker has thrown.
  void run(const std::function<void(std::size_t worker)>& task) {
    // Threads start when there is work for the first time.
    while (others_.size() + 1 < size_) {
      others_.emplace_back([this, i = others_.size() + 1] { serve(i); });
    }
    task_ = &task;
    gate_ += kRound | kOpen;
    gate_.notify_all();
    attempt(0);
    std::uint32_t gate = gate_ &= ~kOpen;
    while ((gate & kActive) != 0) {
      await(gate);
      gate = gate_;
    }
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  }

 private:
  // The gate: workers at the task, whether others may join them, tasks counted.
  static constexpr std::uint32_t kActive = 0x7ff, kOpen = 0x800, kRound = 0x1000;

  /// Until the gate is no longer as it was, or for no reason.
  void await(std::uint32_t gate) const {
    for (unsigned i = 0; i < kSpins; ++i) {
      if (gate_ != gate) return;
#if defined(__x86_64__)
      __builtin_ia32_pause();
#endif
    }
    gate_.wait(gate);
  }
  void attempt(std::size_t worker) {
    try {
      (*task_)(worker);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
    }
  }
  void serve(std::size_t worker) {
    std::uint32_t seen = 0;  // the last task joined
    while (!closing_) {
      std::uint32_t gate = gate_;
      if ((gate & kOpen) == 0 || gate / kRound == seen) {
        await(gate);
        continue;
      }
      if (!gate_.compare_exchange_strong(gate, gate + 1)) continue;
      seen = gate / kRound;
      attempt(worker);
      const std::uint32_t left = --gate_;
      if ((left & (kActive | kOpen)) == 0) gate_.notify_all();
    }
  }

  const std::size_t size_;
  const std::function<void(std::size_t)>* task_ = nullptr;
  std::atomic<std::uint32_t> gate_ = 0;
  std::atomic<bool> closing_ = false;
  std::mutex mutex_;
  std::exception_ptr error_;
  std::vector<std::thread> others_;
};

/// Words, all zero; pages that are never touched take no memory. Error{limit} if the system
/// refuses.
class Words {
 public:
  Words() = default;
  explicit Words(std::uint64_t count) {
    words_.reset(static_cast<std::uint64_t*>(std::calloc(count, 8)));
    if (!words_) return;
#ifdef MADV_HUGEPAGE
    // Bits are met at random, each on another page: with large pages translations are in cache.
    constexpr std::uintptr_t page = std::uintptr_t{1} << 21U;
    const auto begin = (reinterpret_cast<std::uintptr_t>(words_.get()) + page - 1) & ~(page - 1);
    const auto end = reinterpret_cast<std::uintptr_t>(words_.get() + count) & ~(page - 1);
    // NOLINTNEXTLINE(performance-no-int-to-ptr): an address between those of the words
    if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
#endif
  }

  std::uint64_t* get() const { return words_.get(); }
  explicit operator bool() const { return words_ != nullptr; }

 private:
  struct Free {
    void operator()(std::uint64_t* words) const { std::free(words); }
  };
  std::unique_ptr<std::uint64_t[], Free> words_;
};

bool has_bit(const std::uint64_t* words, std::uint64_t index) {
  return (__atomic_load_n(&words[index / 64], __ATOMIC_RELAXED) >> (index % 64) & 1) != 0;
}

/// Marks a bit; whether it was not marked, which one thread alone is told. `shared`: other threads
/// mark bits now.
template <bool shared>
bool mark_bit(std::uint64_t* words, std::uint64_t index) {
  const std::uint64_t bit = std::uint64_t{1} << (index % 64);
  std::uint64_t& word = words[index / 64];
  if constexpr (shared) return (__atomic_fetch_or(&word, bit, __ATOMIC_RELAXED) & bit) == 0;
  const std::uint64_t before = word;
  word = before | bit;
  return (before & bit) == 0;
}

/// Rows of `rows` that are not marked are marked and put at `to`; how many. Whether a bit is set no
/// processor foresees, so nothing branches on it: first those not seen set are moved to the front,
/// then these are marked.
template <bool shared, class T>
std::size_t mark_rows(const ReachJob<T>& job, std::uint64_t* words, std::uint64_t* rows,
                      std::size_t count, std::uint64_t* to) {
  std::size_t candidates = 0, fresh = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t row = rows[i];
    rows[candidates] = row;
    candidates += has_bit(words, job.index(row)) ? 0 : 1;
  }
  for (std::size_t i = 0; i < candidates; ++i) {
    const std::uint64_t row = rows[i];
    to[fresh] = row;
    fresh += mark_bit<shared>(words, job.index(row)) ? 1 : 0;
  }
  return fresh;
}

template <class T>
class ReachCpu {
 public:
  ReachCpu(const Network& network, const Machine& machine, const ReachOptions& options,
           const Plan<T>& plan)
      : options_(options),
        program_(network, machine, options, plan),
        steps_(network, machine, options),
        size_(reach_size(network, machine)),
        letters_(network.letters),
        block_rows_(std::clamp<std::size_t>(kSuccessors / std::max<std::size_t>(1, letters_), 16,
                                            kReachBlock)),
        memory_(options.memory != 0 ? options.memory : memory_of_machine()),
        team_(thread_count(options.threads)),
        workers_(team_.size()) {
    if (size_.bytes(1) > memory_) refuse("one bit for every pair of states", size_.bytes(1));
    // A second bitset should it come to going back.
    const std::uint64_t bits = size_.bytes(2) <= memory_ ? size_.bytes(2) : size_.bytes(1);
    capacity_ = std::min((memory_ - bits) / 8, size_.pairs + 1);
    if (capacity_ < 2) refuse("the bits and two levels of pairs", bits + 16);
  }

  ReachResult run() {
    using End = ReachResult::End;
    ReachResult result;
    const std::uint64_t start = steps_.start();
    if ((start & kFlag) != 0) {
      result.end = End::wrong;
      return result;
    }
    // A system may refuse address space that would not be used.
    while (!(rows_ = Words(capacity_)) && capacity_ > 2)
      capacity_ = std::max(capacity_ / 2, std::uint64_t{2});
    for (Worker& worker : workers_) {
      worker.successors.resize(block_rows_ * letters_);
      worker.fresh.resize(kFresh + worker.successors.size());
    }
    result.end = forward(start, ~std::uint64_t{0});
    result.states = ends_.back();
    result.length = ends_.size() - 1;
    if (result.end == End::wrong) go_back(start, result);
    return result;
  }

 private:
  struct Worker {
    std::vector<std::uint64_t> successors;
    std::vector<std::uint64_t> fresh;  ///< [found], and room for the successors of a block
    std::size_t found = 0;
    std::vector<std::uint64_t> goals;
    bool wrong = false;
  };
  /// Rows that a thread takes at once.
  struct Piece {
    const std::uint64_t* rows = nullptr;
    std::size_t count = 0;
  };

  [[noreturn]] void refuse(const char* what, std::uint64_t wanted) const {
    refuse_reach(what, wanted, memory_, kReachHint);
  }

  /// One for every pair.
  Words bits() const {
    Words words((size_.pairs + 63) / 64);
    if (words) return words;
    throw core::Error(
        {core::Fault::limit, "reach",
         std::to_string(size_.bytes(1)) + " bytes for one bit for every pair of states",
         "less that the system gives", kReachHint});
  }

  std::uint64_t begin_of(std::uint64_t depth) const { return depth == 0 ? 0 : ends_[depth - 1]; }
  /// Whether the ring still has that level.
  bool has_level(std::uint64_t depth) const { return begin_of(depth) + capacity_ >= written_; }

  /// All levels from the start until one is empty or disagrees, or until that of depth `until` is
  /// there. ends_[k] is where level k ends.
  ReachResult::End forward(std::uint64_t start, std::uint64_t until) {
    using End = ReachResult::End;
    const Words visited = bits();
    mark_bit<false>(visited.get(), program_.job.index(start));
    rows_.get()[0] = start;
    ends_.assign(1, 1);
    written_ = 1;
    while (ends_.size() - 1 < until) {
      const std::optional<End> end = expand_level(visited.get());
      if (end) return *end;
    }
    return End::closed;
  }

  /// Calls use(piece, worker, is_shared) for all rows of a level, on all threads if that pays.
  /// False if it was stopped.
  template <class Use>
  bool for_rows(std::uint64_t depth, const Use& use) {
    for (std::uint64_t from = begin_of(depth); from < ends_[depth];) {
      if (options_.proceed && !options_.proceed(ends_.back())) return false;
      const std::uint64_t place = from % capacity_;
      const std::uint64_t* rows = rows_.get() + place;
      const std::size_t count = std::min({ends_[depth] - from, capacity_ - place, kPoll});
      from += count;
      if (team_.size() == 1 || count * letters_ < kWorthSharing) {
        for (std::size_t i = 0; i < count; i += block_rows_) {
          use(Piece{rows + i, std::min(block_rows_, count - i)}, workers_[0], std::false_type());
        }
        continue;
      }
      const std::size_t block =
          std::clamp<std::size_t>(count / (4 * team_.size()), 16, block_rows_);
      std::atomic<std::size_t> next = 0;
      team_.run([&](std::size_t worker) {
        for (;;) {
          const std::size_t begin = next.fetch_add(block, std::memory_order_relaxed);
          if (begin >= count) break;
          use(Piece{rows + begin, std::min(block, count - begin)}, workers_[worker],
              std::true_type());
        }
      });
    }
    return true;
  }

  void expand(const Piece& piece, Worker& worker, const std::uint64_t* bits) const {
    static const ExpandRows<T> expand_rows = widest<T>();
    expand_rows(program_.job, options_.exact, piece.rows, piece.count, worker.successors.data(),
                bits);
  }

  /// Appends what a worker has found, behind `end`.
  void append(Worker& worker, std::uint64_t end, std::uint64_t room) {
    const std::size_t count = std::exchange(worker.found, 0);
    const std::uint64_t base = fresh_.fetch_add(count, std::memory_order_relaxed);
    const std::uint64_t kept = base < room ? std::min<std::uint64_t>(count, room - base) : 0;
    const std::uint64_t place = (end + base) % capacity_;
    const std::uint64_t before = std::min(kept, capacity_ - place);  // the end of the ring
    std::copy_n(worker.fresh.data(), before, rows_.get() + place);
    std::copy_n(worker.fresh.data() + before, kept - before, rows_.get());
  }

  /// Appends the level that follows the last one; says how the search ends if it does.
  std::optional<ReachResult::End> expand_level(std::uint64_t* visited) {
    using End = ReachResult::End;
    const std::uint64_t depth = ends_.size() - 1, end = ends_.back();
    const std::uint64_t count = end - begin_of(depth), room = capacity_ - count;
    fresh_ = 0;
    for (Worker& worker : workers_) worker.wrong = false;
    const auto use = [&](const Piece& piece, Worker& worker, auto is_shared) {
      if (worker.wrong) return;  // what is marked from now on is not looked at
      expand(piece, worker, visited);
      std::uint64_t* successors = worker.successors.data();
      const std::size_t size = piece.count * letters_;
      std::uint64_t flags = 0;
      for (std::size_t s = 0; s < size; ++s) flags |= successors[s];
      if ((flags & kFlag) != 0) {
        worker.wrong = true;
        return;
      }
      worker.found += mark_rows<decltype(is_shared)::value>(program_.job, visited, successors, size,
                                                            worker.fresh.data() + worker.found);
      if (worker.found >= kFresh) append(worker, end, room);
    };
    const bool whole = for_rows(depth, use);
    bool wrong = false;
    for (Worker& worker : workers_) {
      wrong = wrong || worker.wrong;
      append(worker, end, room);
    }
    written_ = end + std::min<std::uint64_t>(fresh_, room);
    if (!whole) return End::stopped;
    if (wrong) return End::wrong;
    if (fresh_ == 0) return End::closed;
    if (fresh_ > room) {
      refuse("the bits and two levels of pairs", size_.bytes(1) + 8 * (count + fresh_));
    }
    ends_.push_back(end + fresh_);
    return {};
  }

  /// Finds result.word; or that it was stopped.
  void go_back(std::uint64_t start, ReachResult& result) {
    using End = ReachResult::End;
    if (size_.bytes(2) > memory_) refuse("two bits for every pair of states", size_.bytes(2));
    ReachGoals goals(result.length + 1);
    Words leads[2];  // of levels of even and of odd depth
    for (std::uint64_t depth = result.length + 1; depth-- > 0;) {
      if (!has_level(depth)) {
        leads[depth % 2] = {};  // to go forward takes a set of bits, too
        if (forward(start, depth) == End::stopped) {
          result.end = End::stopped;
          return;
        }
      }
      for (Words& set : leads) {
        if (!set) set = bits();
      }
      if (!keep_leading(depth, leads, depth == result.length, goals[depth])) {
        result.end = End::stopped;
        return;
      }
    }
    result.word = word_through(goals, steps_);
  }

  /// Of a level the rows that lead on, with the letters. False if it was stopped.
  bool keep_leading(std::uint64_t depth, Words (&leads)[2], bool last,
                    std::vector<std::uint64_t>& goals) {
    const std::uint64_t* follow = leads[(depth + 1) % 2].get();
    std::uint64_t* kept = leads[depth % 2].get();
    const auto use = [&](const Piece& piece, Worker& worker, auto is_shared) {
      expand(piece, worker, last ? nullptr : follow);
      for (std::size_t i = 0; i < piece.count; ++i) {
        for (std::size_t a = 0; a < letters_; ++a) {
          const std::uint64_t next = worker.successors[a * piece.count + i];
          const bool leads_on =
              last ? (next & kFlag) != 0 : has_bit(follow, program_.job.index(next & kRowMask));
          if (!leads_on) continue;
          mark_bit<decltype(is_shared)::value>(kept, program_.job.index(piece.rows[i]));
          worker.goals.push_back(piece.rows[i] | kFlag | std::uint64_t{a} << kRowBits);
          break;
        }
      }
    };
    if (!for_rows(depth, use)) return false;
    for (Worker& worker : workers_) {
      goals.insert(goals.end(), worker.goals.begin(), worker.goals.end());
      worker.goals.clear();
    }
    return true;
  }

  const ReachOptions& options_;
  ReachProgram<T> program_;
  ReachSteps steps_;
  ReachSize size_;
  std::size_t letters_, block_rows_;
  std::uint64_t memory_, capacity_ = 0;
  Team team_;
  std::vector<Worker> workers_;

  Words rows_;
  std::vector<std::uint64_t> ends_;
  std::uint64_t written_ = 0;             ///< positions up to which the ring has been written
  std::atomic<std::uint64_t> fresh_ = 0;  ///< rows of the level that is being made
};

}  // namespace

ReachResult reach_cpu(const Network& network, const Machine& machine, const ReachOptions& options) {
  return with_reach_plan(network, options, [&](const auto& plan) {
    return ReachCpu(network, machine, options, plan).run();
  });
}

}  // namespace statewright::kernels
