// reach on a GPU. All rows reached stand in one ring in the order in which they came, level after
// level: a level is an interval of it, and appending is a counter. Kernels are persistent: all
// blocks expand a level, wait for each other, and go on to the next one, many levels a launch,
// because levels can be as small as a few thousand rows, which a launch each would dwarf.
//
// Going back needs no atomics: each level's rows are flagged in place first, then marked in a
// second bitset and copied to a list; so a row is not taken for one of the level before it.
//
// Steps whose emission is in doubt (exact readouts) are listed with their letters; the host
// computes their successors, inserts them, and remembers them for the way back.

#include <algorithm>
#include <cooperative_groups.h>
#include <map>

#include "core/error.hpp"
#include "kernels/cuda_support.cuh"
#include "kernels/reach_step.hpp"

namespace statewright::kernels {
namespace {

constexpr unsigned kThreads = 256;
constexpr std::uint32_t kLevels = 512;                            // of a launch, at most
constexpr std::uint64_t kRowsOfLaunch = std::uint64_t{1} << 31U;  // then the host is asked
constexpr std::uint64_t kDoubts = std::uint64_t{1} << 20U;        // listed for a level
constexpr std::uint64_t kSpare = std::uint64_t{1} << 30U;         // bytes left to others

/// What a level makes known; one of three, so that the next level's is not mixed with it.
struct Found {
  unsigned long long fresh, doubts;
  unsigned wrong;
};

struct Control {
  Found found[3];
  unsigned levels;                        // expanded by this launch
  unsigned stop;                          // bits: wrong 1, doubts 2, full 4
  unsigned long long doubts;              // of the last level
  unsigned long long level_end[kLevels];  // of those made
};

/// A ring of rows; positions count from the start of the search.
struct Ring {
  std::uint64_t* rows;
  std::uint64_t capacity;

  __device__ std::uint64_t place(std::uint64_t from, std::uint64_t i) const {
    const std::uint64_t at = from + i;
    return at < capacity ? at : at - capacity;
  }
};

struct Search {
  Ring ring;
  unsigned* visited;
  std::uint64_t* doubts;
  Control* control;
  std::uint64_t begin, end;  // of the first level to expand
  std::uint32_t most_levels;
};

__device__ bool has_bit(const unsigned* bits, std::uint64_t index) {
  return (bits[index / 32] >> (index % 32) & 1U) != 0;
}

/// Marks a bit; whether it was not marked, which one thread alone is told.
__device__ bool mark_bit(unsigned* bits, std::uint64_t index) {
  const unsigned bit = 1U << (index % 32);
  unsigned* word = bits + index / 32;
  if ((__ldcg(word) & bit) != 0) return false;
  return (atomicOr(word, bit) & bit) == 0;
}

/// Places for those lanes of a warp that `take` one; all 32 lanes call it.
__device__ std::uint64_t next_place(unsigned long long* counter, bool take) {
  const unsigned takers = __ballot_sync(~0U, take);
  if (takers == 0) return 0;
  const unsigned lane = threadIdx.x & 31U;
  unsigned long long first = 0;
  if (lane == static_cast<unsigned>(__ffs(takers)) - 1) {
    first = atomicAdd(counter, static_cast<unsigned long long>(__popc(takers)));
  }
  first = __shfl_sync(~0U, first, __ffs(takers) - 1);
  return first + __popc(takers & ((1U << lane) - 1));
}

/// One thread's row and what its letters make of it.
template <class T, Kind kind, bool plane>
struct Expander {
  using U = typename Carrier<T>::U;
  using I = typename Carrier<T>::I;

  const ReachJob<T>& job;
  ReachStep<T, kind, plane> step;
  static constexpr std::uint32_t entries = ReachStep<T, kind, plane>::kEntries;
  T before[entries], after[entries], scratch[entries];
  U emitted[kMostLayers];
  std::uint64_t q = 0;

  __device__ explicit Expander(const ReachJob<T>& of) : job(of), step(of) {}

  __device__ void load(std::uint64_t row) {
    const std::uint64_t mask = (std::uint64_t{1} << job.codes.bits) - 1;
    q = row >> job.state_bits;
    for (std::uint32_t e = 0; e < step.width(job); ++e) {
      decode_into(job.codes, before[e], static_cast<U>(row >> (e * job.codes.bits) & mask));
    }
  }
  /// The successor, kFlag if it disagrees; nothing said if `doubtful`.
  __device__ std::uint64_t next(std::uint32_t letter, bool& doubtful) {
    for (std::uint32_t e = 0; e < step.width(job); ++e) after[e] = before[e];
    I doubts = 0;
    step.run(job, letter, Rows<T>{after, 1}, Rows<T>{scratch, 1}, emitted,
             [&](std::uint32_t, const Rows<T>&, U&, const I& doubt) { doubts |= doubt; });
    doubtful = doubts != 0;
    const std::uint32_t to = job.next[q * job.program.letters + letter];
    std::uint64_t row = std::uint64_t{to} << job.state_bits;
    if (emitted[job.program.layer_count - 1] != job.output[to]) row |= kFlag;
    for (std::uint32_t e = 0; e < step.width(job); ++e) {
      U code;
      encode_into(job.codes, code, after[e]);
      row |= std::uint64_t{code} << (e * job.codes.bits);
    }
    return row;
  }
};

template <class T, Kind kind, bool plane>
__global__ void __launch_bounds__(kThreads)
    search_levels(const __grid_constant__ ReachJob<T> job, const Search search) {
  const auto grid = cooperative_groups::this_grid();
  Expander<T, kind, plane> expander(job);
  const std::uint64_t threads = std::uint64_t{gridDim.x} * kThreads;
  const std::uint64_t thread = std::uint64_t{blockIdx.x} * kThreads + threadIdx.x;
  const std::uint64_t lane = threadIdx.x & 31U;
  const Ring& ring = search.ring;
  Control& control = *search.control;
  std::uint64_t begin = search.begin, end = search.end;
  for (std::uint32_t level = 0;; ++level) {
    Found& found = control.found[level % 3];
    const std::uint64_t from = begin % ring.capacity, to = end % ring.capacity;
    const std::uint64_t rows = end - begin, room = ring.capacity - rows;
    for (std::uint64_t i = thread; i - lane < rows; i += threads) {
      const bool is_row = i < rows;
      std::uint64_t row = 0;
      if (is_row) {
        row = ring.rows[ring.place(from, i)];
        expander.load(row);
      }
      for (std::uint32_t a = 0; a < job.program.letters; ++a) {
        bool fresh = false, doubtful = false;
        std::uint64_t next = 0;
        if (is_row) {
          next = expander.next(a, doubtful);
          if (!doubtful) {
            if ((next & kFlag) != 0) {
              found.wrong = 1;
            } else {
              fresh = mark_bit(search.visited, job.index(next));
            }
          }
        }
        const std::uint64_t place = next_place(&found.fresh, fresh);
        if (fresh && place < room) ring.rows[ring.place(to, place)] = next;
        if (!job.exact) continue;
        const std::uint64_t doubt = next_place(&found.doubts, doubtful);
        if (doubtful && doubt < kDoubts) search.doubts[doubt] = row | std::uint64_t{a} << kRowBits;
      }
    }
    grid.sync();
    const Found made = {__ldcg(&found.fresh), __ldcg(&found.doubts), __ldcg(&found.wrong)};
    const unsigned stop =
        (made.wrong != 0 ? 1U : 0U) | (made.doubts != 0 ? 2U : 0U) | (made.fresh > room ? 4U : 0U);
    begin = end;
    end += made.fresh;
    const bool last = stop != 0 || made.fresh == 0 || level + 1 == search.most_levels ||
                      end - search.end > kRowsOfLaunch;
    if (thread == 0) {
      control.found[(level + 2) % 3] = {0, 0, 0};
      control.level_end[level] = end;
      if (last) {
        control.levels = level + 1;
        control.stop = stop;
        control.doubts = made.doubts;
      }
    }
    if (last) return;
  }
}

/// Rows that the host has computed.
template <class T>
__global__ void insert_rows(const ReachJob<T> job, const Search search, const std::uint64_t* rows,
                            std::uint64_t count, std::uint64_t room, unsigned long long* fresh) {
  const std::uint64_t i = std::uint64_t{blockIdx.x} * kThreads + threadIdx.x;
  const bool is_new = i < count && mark_bit(search.visited, job.index(rows[i]));
  const std::uint64_t place = next_place(fresh, is_new);
  if (is_new && place < room) {
    search.ring.rows[search.ring.place(search.end % search.ring.capacity, place)] = rows[i];
  }
}

/// What the host knows of steps in doubt: [count] of row and letter, ascending, and the successor.
struct Memo {
  const std::uint64_t* steps;
  const std::uint64_t* successors;
  std::uint64_t count;

  __device__ std::uint64_t find(std::uint64_t step) const {
    std::uint64_t low = 0, high = count;
    while (low < high) {
      const std::uint64_t middle = (low + high) / 2;
      if (steps[middle] < step) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return successors[low];
  }
};

/// Flags the rows of one level that lead on, with the first letter that does.
template <class T, Kind kind, bool plane>
__global__ void __launch_bounds__(kThreads)
    flag_rows(const __grid_constant__ ReachJob<T> job, const Ring ring, const unsigned* leads,
              const Memo memo, std::uint64_t begin, std::uint64_t count, bool last) {
  Expander<T, kind, plane> expander(job);
  const std::uint64_t threads = std::uint64_t{gridDim.x} * kThreads;
  const std::uint64_t from = begin % ring.capacity;
  for (std::uint64_t i = std::uint64_t{blockIdx.x} * kThreads + threadIdx.x; i < count;
       i += threads) {
    std::uint64_t& row = ring.rows[ring.place(from, i)];
    expander.load(row);
    for (std::uint32_t a = 0; a < job.program.letters; ++a) {
      bool doubtful;
      std::uint64_t next = expander.next(a, doubtful);
      if (doubtful) next = memo.find(row | std::uint64_t{a} << kRowBits);
      if (last ? (next & kFlag) == 0 : !has_bit(leads, job.index(next & kRowMask))) continue;
      row |= kFlag | std::uint64_t{a} << kRowBits;
      break;
    }
  }
}

struct Goals {
  std::uint64_t* rows;
  std::uint32_t* depths;
  std::uint64_t capacity;
  unsigned long long* count;
};

template <class T>
__global__ void mark_flagged(const ReachJob<T> job, const Ring ring, unsigned* leads,
                             const Goals goals, std::uint64_t begin, std::uint64_t count,
                             std::uint32_t depth) {
  const std::uint64_t threads = std::uint64_t{gridDim.x} * kThreads;
  const std::uint64_t from = begin % ring.capacity, lane = threadIdx.x & 31U;
  for (std::uint64_t i = std::uint64_t{blockIdx.x} * kThreads + threadIdx.x; i - lane < count;
       i += threads) {
    const std::uint64_t row = i < count ? ring.rows[ring.place(from, i)] : 0;
    const bool flagged = (row & kFlag) != 0;
    if (flagged) mark_bit(leads, job.index(row & kRowMask));
    const std::uint64_t place = next_place(goals.count, flagged);
    if (!flagged || place >= goals.capacity) continue;
    goals.rows[place] = row;
    goals.depths[place] = depth;
  }
}

template <class T>
class ReachCuda {
 public:
  ReachCuda(const Network& network, const Machine& machine, const ReachOptions& options,
            const Plan<T>& plan)
      : options_(options),
        program_(network, machine, options, plan),
        steps_(network, machine, options),
        size_(reach_size(network, machine)),
        numbers_(program_.program.numbers),
        whole_(program_.program.whole),
        layers_(program_.program.place_layers(numbers_.get())),
        next_(machine.next),
        output_(machine.output),
        job_(program_.job) {
    job_.program = program_.program.place(numbers_.get(), whole_.get(), layers_.get());
    job_.next = next_.get();
    job_.output = output_.get();
    std::size_t there = 0, all = 0;
    check_cuda(cudaMemGetInfo(&there, &all), "the memory of the device");
    memory_ = there > kSpare ? there - kSpare : 0;
    if (options.memory != 0) memory_ = std::min(memory_, options.memory);
    if (size_.bytes(1) > memory_) refuse("one bit for every pair of states", size_.bytes(1));
    // A second bitset should it come to going back, if that leaves the larger part for rows.
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
    rows_ = DeviceArray<std::uint64_t>(capacity_);
    control_ = DeviceArray<Control>(1);
    doubts_ = DeviceArray<std::uint64_t>(options_.exact ? kDoubts : 0);
    fresh_ = DeviceArray<unsigned long long>(1);
    result.end = forward(start, ~std::uint64_t{0});
    result.states = ends_.back();
    result.length = length_;
    if (result.end != End::wrong) return result;
    go_back(start, result);
    return result;
  }

 private:
  [[noreturn]] void refuse(const char* what, std::uint64_t wanted) const {
    refuse_reach(what, wanted, memory_, kReachHint);
  }

  std::uint64_t begin_of(std::uint64_t depth) const { return depth == 0 ? 0 : ends_[depth - 1]; }
  /// Whether the ring still has that level.
  bool has_level(std::uint64_t depth) const { return begin_of(depth) + capacity_ >= written_; }

  template <class Use>
  void with_kernel(const Use& use) {
    const Kind kind = job_.program.plan.accumulate.kind;
    const auto sized = [&]<Kind of>() {
      if (job_.is_plane) return use.template operator()<of, true>();
      return use.template operator()<of, false>();
    };
    if (kind == Kind::native) return sized.template operator()<Kind::native>();
    if (kind == Kind::plain) return sized.template operator()<Kind::plain>();
    if constexpr (sizeof(T) == 4) {
      if (kind == Kind::cut) return sized.template operator()<Kind::cut>();
    } else {
      if (kind == Kind::general) return sized.template operator()<Kind::general>();
    }
  }

  void launch_search(const Search& search) {
    check_cuda(cudaMemset(control_.get(), 0, sizeof(Control::found)), "a launch");
    with_kernel([&]<Kind kind, bool plane>() {
      const auto kernel = search_levels<T, kind, plane>;
      static const int blocks = [&] {
        int per = 0;
        check_cuda(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&per, kernel, kThreads, 0),
                   "the size of a grid");
        return std::max(1, per) * properties_of_device().multiProcessorCount;
      }();
      ReachJob<T> job = job_;
      Search with = search;
      void* arguments[] = {&job, &with};
      check_cuda(cudaLaunchCooperativeKernel(reinterpret_cast<const void*>(kernel),
                                             dim3(static_cast<unsigned>(blocks)), dim3(kThreads),
                                             arguments, 0, nullptr),
                 "a kernel that starts");
    });
    check_cuda(cudaDeviceSynchronize(), "a kernel that ends");
  }

  /// All levels from the start until one is empty or disagrees, or until that of depth `until` is
  /// there. ends_[k] is where level k ends, length_ the depth of the last that was found to agree.
  ReachResult::End forward(std::uint64_t start, std::uint64_t until) {
    using End = ReachResult::End;
    DeviceArray<unsigned> visited(size_.bytes(1) / 4);
    check_cuda(cudaMemset(visited.get(), 0, size_.bytes(1)), "bits");
    const std::uint64_t index = job_.index(start);
    const unsigned bit = 1U << (index % 32);
    check_cuda(cudaMemcpy(visited.get() + index / 32, &bit, sizeof bit, cudaMemcpyHostToDevice),
               "a copy to the device");
    check_cuda(cudaMemcpy(rows_.get(), &start, sizeof start, cudaMemcpyHostToDevice),
               "a copy to the device");
    Search search{{rows_.get(), capacity_}, visited.get(), doubts_.get(), control_.get(), 0, 1, 1};
    ends_.assign(1, 1);
    length_ = 0;
    written_ = 1;
    for (;;) {
      if (ends_.size() - 1 >= until) return End::closed;
      if (options_.proceed && !options_.proceed(ends_.back())) return End::stopped;
      search.most_levels =
          static_cast<std::uint32_t>(std::min<std::uint64_t>(kLevels, until - (ends_.size() - 1)));
      // Where the caller counts, it is asked before every level, as the others ask.
      if (options_.proceed && ends_.back() < kCountedRows) search.most_levels = 1;
      launch_search(search);
      Control control;
      control_.read(&control);
      for (unsigned k = 0; k < control.levels; ++k) {
        const std::uint64_t before = ends_.back();
        if (control.level_end[k] > before) ends_.push_back(control.level_end[k]);
      }
      const bool made = control.level_end[control.levels - 1] > begin_before(control, search);
      // The level that was expanded last, and the end of what it made.
      const std::uint64_t expanded = made ? ends_.size() - 2 : ends_.size() - 1;
      std::uint64_t end = ends_.back();
      bool wrong = (control.stop & 1U) != 0;
      if ((control.stop & 2U) != 0) {
        search.end = ends_[expanded];
        wrong = resolve(search, control.doubts, wrong, end, expanded);
      }
      const std::uint64_t most = begin_of(expanded) + capacity_;
      if (end > most && !wrong) {
        refuse("the bits and two levels of pairs", size_.bytes(1) + 8 * (end - begin_of(expanded)));
      }
      written_ = std::max(written_, std::min(end, most));
      length_ = expanded;
      if (wrong) {
        ends_.resize(expanded + 1);
        return End::wrong;
      }
      if (end == ends_[expanded]) return End::closed;
      if (ends_.size() == expanded + 1) {
        ends_.push_back(end);
      } else {
        ends_.back() = end;
      }
      length_ = expanded + 1;
      search.begin = ends_[expanded];
      search.end = end;
    }
  }

  static std::uint64_t begin_before(const Control& control, const Search& search) {
    return control.levels >= 2 ? control.level_end[control.levels - 2] : search.end;
  }

  /// Steps in doubt, by the reference; whether one disagrees. Moves `end`.
  bool resolve(const Search& search, std::uint64_t count, bool wrong, std::uint64_t& end,
               std::uint64_t expanded) {
    if (count > kDoubts) {
      throw core::Error({core::Fault::limit, "reach",
                         "at most " + std::to_string(kDoubts) + " doubtful scores in one level",
                         std::to_string(count), "the cpu decides them at once"});
    }
    std::vector<std::uint64_t> steps(count), successors;
    check_cuda(cudaMemcpy(steps.data(), doubts_.get(), count * 8, cudaMemcpyDeviceToHost),
               "a copy from the device");
    for (const std::uint64_t step : steps) {
      const std::uint64_t row = step & kRowMask;
      const std::uint64_t next = steps_.next(row, static_cast<std::uint32_t>(step >> kRowBits));
      memo_.emplace(step, next);
      if ((next & kFlag) != 0) {
        wrong = true;
      } else {
        successors.push_back(next);
      }
    }
    if (wrong || successors.empty()) return wrong;
    const std::uint64_t room = capacity_ - (ends_[expanded] - begin_of(expanded));
    if (end - ends_[expanded] > room) return false;
    const DeviceArray<std::uint64_t> rows(successors);
    const std::uint64_t base = ends_[expanded];
    unsigned long long fresh = end - base;
    check_cuda(cudaMemcpy(fresh_.get(), &fresh, sizeof fresh, cudaMemcpyHostToDevice),
               "a copy to the device");
    const auto blocks = static_cast<unsigned>((successors.size() + kThreads - 1) / kThreads);
    insert_rows<T>
        <<<blocks, kThreads>>>(job_, search, rows.get(), successors.size(), room, fresh_.get());
    check_cuda(cudaGetLastError(), "a kernel that starts");
    fresh_.read(&fresh);
    end = base + fresh;
    return false;
  }

  /// Finds result.word; or that it was stopped.
  void go_back(std::uint64_t start, ReachResult& result) {
    if (size_.bytes(2) > memory_) refuse("two bits for every pair of states", size_.bytes(2));
    DeviceArray<unsigned> leads(size_.bytes(1) / 4);
    check_cuda(cudaMemset(leads.get(), 0, size_.bytes(1)), "bits");
    const std::uint64_t most = std::min<std::uint64_t>(result.states, std::uint64_t{1} << 26U);
    const DeviceArray<std::uint64_t> goal_rows(most);
    const DeviceArray<std::uint32_t> goal_depths(most);
    const DeviceArray<unsigned long long> goal_count(std::vector<unsigned long long>{0});
    const Goals goals{goal_rows.get(), goal_depths.get(), most, goal_count.get()};
    const Ring ring{rows_.get(), capacity_};
    const auto multiprocessors = static_cast<unsigned>(properties_of_device().multiProcessorCount);
    std::vector<std::uint64_t> steps, successors;
    for (const auto& [step, next] : memo_) {
      steps.push_back(step);
      successors.push_back(next);
    }
    const DeviceArray<std::uint64_t> memo_steps(steps), memo_successors(successors);
    const Memo memo{memo_steps.get(), memo_successors.get(), steps.size()};
    for (std::uint64_t depth = result.length + 1; depth-- > 0;) {
      if (!has_level(depth)) {
        if (forward(start, depth) == ReachResult::End::stopped) {
          result.end = ReachResult::End::stopped;
          return;
        }
      }
      const std::uint64_t begin = begin_of(depth), count = ends_[depth] - begin;
      const unsigned blocks = static_cast<unsigned>(std::min<std::uint64_t>(
          (count + kThreads - 1) / kThreads, std::uint64_t{multiprocessors} * 8));
      with_kernel([&]<Kind kind, bool plane>() {
        flag_rows<T, kind, plane><<<blocks, kThreads>>>(job_, ring, leads.get(), memo, begin, count,
                                                        depth == result.length);
      });
      mark_flagged<T><<<blocks, kThreads>>>(job_, ring, leads.get(), goals, begin, count,
                                            static_cast<std::uint32_t>(depth));
      check_cuda(cudaGetLastError(), "a kernel that starts");
    }
    check_cuda(cudaDeviceSynchronize(), "a kernel that ends");
    unsigned long long found = 0;
    goal_count.read(&found);
    if (found > most) refuse("pairs that lead to wrong words", 12 * std::uint64_t{found});
    ReachGoals levels(result.length + 1);
    const std::vector<std::uint64_t> rows = goal_rows.read();
    const std::vector<std::uint32_t> depths = goal_depths.read();
    for (std::size_t i = 0; i < found; ++i) levels[depths[i]].push_back(rows[i]);
    result.word = word_through(levels, steps_);
  }

  /// Up to so many rows the caller is asked before every level.
  static constexpr std::uint64_t kCountedRows = 1U << 16U;

  const ReachOptions& options_;
  ReachProgram<T> program_;
  ReachSteps steps_;
  ReachSize size_;
  DeviceArray<T> numbers_;
  DeviceArray<typename Carrier<T>::U> whole_;
  DeviceArray<LayerView<T>> layers_;
  DeviceArray<std::uint32_t> next_, output_;
  ReachJob<T> job_;
  std::uint64_t memory_ = 0, capacity_ = 0;

  DeviceArray<std::uint64_t> rows_, doubts_;
  DeviceArray<Control> control_;
  DeviceArray<unsigned long long> fresh_;
  std::vector<std::uint64_t> ends_;
  std::uint64_t length_ = 0, written_ = 0;
  std::map<std::uint64_t, std::uint64_t> memo_;
};

}  // namespace

ReachResult reach_cuda(const Network& network, const Machine& machine,
                       const ReachOptions& options) {
  return with_reach_plan(network, options, [&](const auto& plan) {
    return ReachCuda(network, machine, options, plan).run();
  });
}

}  // namespace statewright::kernels
