// reach on the CPU: threads take blocks of a level's rows, expand them by vectors and mark their
// successors in one bitset; what is new goes to a list of each thread, and the lists together are
// the next level. A mark is a random access to memory, so bits are fetched ahead, and looked at
// before they are set, which costs a locked instruction.

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
#include <unistd.h>
#endif

#include "kernels/reach_parts.hpp"

namespace statewright::kernels {
namespace {

constexpr std::size_t kAhead = 24;              // bits fetched before they are needed
constexpr std::size_t kSuccessors = 1U << 13U;  // of a block
constexpr std::size_t kWorthSharing = 2048;     // rows times letters
constexpr std::uint64_t kPoll = 1U << 22U;      // rows between two questions whether to go on

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

/// The caller and others that help it, one task at a time: task(worker) on each.
class Team {
 public:
  explicit Team(unsigned threads) {
    for (unsigned i = 1; i < threads; ++i) others_.emplace_back([this, i] { serve(i); });
  }
  ~Team() {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    begun_.notify_all();
    for (std::thread& thread : others_) thread.join();
  }
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  std::size_t size() const { return others_.size() + 1; }

  /// Rethrows what a worker has thrown.
  void run(const std::function<void(std::size_t worker)>& task) {
    {
      const std::lock_guard lock(mutex_);
      task_ = &task;
      at_work_ = others_.size();
      ++round_;
    }
    begun_.notify_all();
    attempt(0);
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return at_work_ == 0; });
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  }

 private:
  void attempt(std::size_t worker) {
    try {
      (*task_)(worker);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
    }
  }
  void serve(std::size_t worker) {
    for (std::uint64_t seen = 0;;) {
      {
        std::unique_lock lock(mutex_);
        begun_.wait(lock, [&] { return closing_ || round_ != seen; });
        if (closing_) return;
        seen = round_;
      }
      attempt(worker);
      const std::lock_guard lock(mutex_);
      if (--at_work_ == 0) done_.notify_one();
    }
  }

  std::mutex mutex_;
  std::condition_variable begun_, done_;
  const std::function<void(std::size_t)>* task_ = nullptr;
  std::uint64_t round_ = 0;
  std::size_t at_work_ = 0;
  bool closing_ = false;
  std::exception_ptr error_;
  std::vector<std::thread> others_;
};

/// One bit for every pair, all zero; pages that are never touched take no memory.
class Bits {
 public:
  explicit Bits(std::uint64_t bytes) {
    words_.reset(static_cast<std::uint64_t*>(std::calloc(bytes / 8, 8)));
    if (!words_) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
    // Bits are met at random, each on another page: with large pages translations are in cache.
    constexpr std::uintptr_t page = std::uintptr_t{1} << 21U;
    const auto begin = (reinterpret_cast<std::uintptr_t>(words_.get()) + page - 1) & ~(page - 1);
    const auto end = reinterpret_cast<std::uintptr_t>(words_.get() + bytes / 8) & ~(page - 1);
    // NOLINTNEXTLINE(performance-no-int-to-ptr): an address between those of the words
    if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
#endif
  }

  void prefetch(std::uint64_t index) const { __builtin_prefetch(&words_[index / 64], 1); }
  bool has(std::uint64_t index) const {
    return (__atomic_load_n(&words_[index / 64], __ATOMIC_RELAXED) >> (index % 64) & 1) != 0;
  }
  /// Marks a bit; whether it was not marked, which one thread alone is told.
  bool mark(std::uint64_t index) {
    const std::uint64_t bit = std::uint64_t{1} << (index % 64);
    std::uint64_t* word = &words_[index / 64];
    if ((__atomic_load_n(word, __ATOMIC_RELAXED) & bit) != 0) return false;
    return (__atomic_fetch_or(word, bit, __ATOMIC_RELAXED) & bit) == 0;
  }

 private:
  struct Free {
    void operator()(std::uint64_t* words) const { std::free(words); }
  };
  std::unique_ptr<std::uint64_t[], Free> words_;
};

/// Rows of one depth, a list from each thread.
struct Level {
  std::vector<std::vector<std::uint64_t>> lists;

  std::uint64_t size() const {
    std::uint64_t count = 0;
    for (const auto& list : lists) count += list.size();
    return count;
  }
};

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
        block_rows_(std::clamp<std::size_t>(kSuccessors / std::max<std::size_t>(1, letters_), 64,
                                            kReachBlock)),
        memory_(options.memory != 0 ? options.memory : memory_of_machine()),
        team_(thread_count(options.threads)),
        workers_(team_.size()) {
    if (size_.bytes(1) > memory_) refuse("one bit for every pair of states", size_.bytes(1));
    for (Worker& worker : workers_) worker.successors.resize(block_rows_ * letters_);
  }

  ReachResult run() {
    ReachResult result;
    const std::uint64_t start = steps_.start();
    if ((start & kFlag) != 0) {
      result.end = ReachResult::End::wrong;
      return result;
    }
    result.end = forward(start, ~std::uint64_t{0});
    result.states = states_;
    result.length = first_ + levels_.size() - 1;
    if (result.end != ReachResult::End::wrong) return result;

    // From the last level back to the start; where levels were dropped, forward again up to them.
    if (size_.bytes(2) > memory_) refuse("two bits for every pair of states", size_.bytes(2));
    ReachGoals goals(result.length + 1);
    Bits leads(size_.bytes(1));
    for (std::uint64_t depth = result.length + 1; depth-- > 0;) {
      if (depth < first_) {
        if (forward(start, depth) == ReachResult::End::stopped) return stopped(result);
      }
      Level& level = levels_.back();
      if (!go_back(level, leads, depth == result.length)) return stopped(result);
      for (auto& list : level.lists) {
        for (const std::uint64_t row : list) leads.mark(program_.job.index(row));
        goals[depth].insert(goals[depth].end(), list.begin(), list.end());
      }
      kept_rows_ -= counts_.back();
      counts_.pop_back();
      levels_.pop_back();
    }
    result.word = word_through(goals, steps_);
    return result;
  }

 private:
  struct Worker {
    std::vector<std::uint64_t> successors, fresh;
    bool wrong = false;
  };
  /// Rows that a thread takes at once.
  struct Piece {
    std::uint64_t* rows = nullptr;
    std::size_t count = 0;
  };

  [[noreturn]] void refuse(const char* what, std::uint64_t wanted) const {
    refuse_reach(what, wanted, memory_, kReachHint);
  }
  static ReachResult stopped(ReachResult result) {
    result.end = ReachResult::End::stopped;
    return result;
  }

  /// All levels from the start until one is empty, disagrees, or is that of depth `until`: then
  /// the last one kept.
  ReachResult::End forward(std::uint64_t start, std::uint64_t until) {
    using End = ReachResult::End;
    Bits visited(size_.bytes(1));
    visited.mark(program_.job.index(start));
    levels_.clear();
    levels_.push_back({{{start}}});
    counts_.assign(1, 1);
    states_ = kept_rows_ = 1;
    for (first_ = 0; first_ + levels_.size() - 1 < until;) {
      Level next;
      const std::optional<End> end = expand_level(levels_.back(), visited, next);
      if (end) return *end;
      const std::uint64_t count = next.size();
      if (count == 0) return End::closed;
      levels_.push_back(std::move(next));
      counts_.push_back(count);
      states_ += count;
      kept_rows_ += count;
      // Two bitsets are needed should it come to going back.
      const std::uint64_t bits = size_.bytes(2) <= memory_ ? size_.bytes(2) : size_.bytes(1);
      while (levels_.size() > 2 && bits + 8 * kept_rows_ > memory_) {
        kept_rows_ -= counts_.front();
        counts_.pop_front();
        levels_.pop_front();
        ++first_;
      }
      if (size_.bytes(1) + 8 * kept_rows_ > memory_) {
        refuse("the bits and two levels of pairs", size_.bytes(1) + 8 * kept_rows_);
      }
    }
    return End::closed;
  }

  /// Calls use(piece, worker) for all rows, on all threads if that pays. False if it was stopped.
  template <class Use>
  bool for_rows(Level& level, const Use& use) {
    std::uint64_t asked = 0;
    for (auto& list : level.lists) {
      for (std::size_t from = 0; from < list.size(); from += kPoll, asked += kPoll) {
        if (options_.proceed && !options_.proceed(states_)) return false;
        std::uint64_t* rows = list.data() + from;
        const std::size_t count = std::min<std::size_t>(list.size() - from, kPoll);
        std::atomic<std::size_t> next = 0;
        const auto work = [&](std::size_t worker) {
          for (;;) {
            const std::size_t begin = next.fetch_add(block_rows_, std::memory_order_relaxed);
            if (begin >= count) break;
            use(Piece{rows + begin, std::min(block_rows_, count - begin)}, workers_[worker]);
          }
        };
        if (team_.size() > 1 && count * letters_ >= kWorthSharing) {
          team_.run(work);
        } else {
          work(0);
        }
      }
    }
    return true;
  }

  void expand(const Piece& piece, Worker& worker) const {
    static const ExpandRows<T> expand_rows = widest<T>();
    expand_rows(program_.job, options_.exact, piece.rows, piece.count, worker.successors.data());
  }

  /// Fills `next`; says how the search ends if it does.
  std::optional<ReachResult::End> expand_level(Level& level, Bits& visited, Level& next) {
    for (Worker& worker : workers_) worker.wrong = false;
    const auto use = [&](const Piece& piece, Worker& worker) {
      if (worker.wrong) return;  // what is marked from now on is not looked at
      expand(piece, worker);
      const std::uint64_t* successors = worker.successors.data();
      const std::size_t size = piece.count * letters_;
      for (std::size_t s = 0; s < std::min(kAhead, size); ++s) {
        visited.prefetch(program_.job.index(successors[s] & kRowMask));
      }
      for (std::size_t s = 0; s < size; ++s) {
        if (s + kAhead < size) {
          visited.prefetch(program_.job.index(successors[s + kAhead] & kRowMask));
        }
        if ((successors[s] & kFlag) != 0) {
          worker.wrong = true;
          return;
        }
        if (visited.mark(program_.job.index(successors[s]))) worker.fresh.push_back(successors[s]);
      }
    };
    const bool whole = for_rows(level, use);
    bool wrong = false;
    for (Worker& worker : workers_) {
      wrong = wrong || worker.wrong;
      if (!worker.fresh.empty()) next.lists.push_back(std::exchange(worker.fresh, {}));
    }
    if (!whole) return ReachResult::End::stopped;
    if (wrong) return ReachResult::End::wrong;
    return {};
  }

  /// Leaves of a level the rows that lead on, with the letter. False if it was stopped.
  bool go_back(Level& level, const Bits& leads, bool last) {
    const auto use = [&](const Piece& piece, Worker& worker) {
      expand(piece, worker);
      for (std::size_t i = 0; i < piece.count; ++i) {
        for (std::size_t a = 0; a < letters_; ++a) {
          const std::uint64_t next = worker.successors[a * piece.count + i];
          const bool goes_on =
              last ? (next & kFlag) != 0 : leads.has(program_.job.index(next & kRowMask));
          if (!goes_on) continue;
          piece.rows[i] |= kFlag | std::uint64_t{a} << kRowBits;
          break;
        }
      }
    };
    if (!for_rows(level, use)) return false;
    for (auto& list : level.lists) {
      list.erase(std::remove_if(list.begin(), list.end(),
                                [](std::uint64_t row) { return (row & kFlag) == 0; }),
                 list.end());
    }
    return true;
  }

  const ReachOptions& options_;
  ReachProgram<T> program_;
  ReachSteps steps_;
  ReachSize size_;
  std::size_t letters_, block_rows_;
  std::uint64_t memory_;
  Team team_;
  std::vector<Worker> workers_;

  std::deque<Level> levels_;  ///< of depths first_, ..
  std::deque<std::uint64_t> counts_;
  std::uint64_t first_ = 0, states_ = 0, kept_rows_ = 0;
};

}  // namespace

ReachResult reach_cpu(const Network& network, const Machine& machine, const ReachOptions& options) {
  return with_reach_plan(network, options, [&](const auto& plan) {
    return ReachCpu(network, machine, options, plan).run();
  });
}

}  // namespace statewright::kernels
