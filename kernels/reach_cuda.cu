// reach on a GPU. All rows reached stand in one ring in the order in which they came, level after
// level: a level is an interval of it, and appending is a counter. Kernels are persistent: blocks
// expand a level, wait for each other, and go on to the next one, many levels a launch, because
// levels can be as small as a few hundred rows, which a launch each would dwarf. So does the way
// back.
//
// Steps whose emission is in doubt (exact readouts) are listed with their letters; the host
// computes their successors, inserts them, and remembers them for the way back.
//
// One GPU searches; what does not fit into its memory, all do together (reach_divided.cu).

#include <algorithm>
#include <map>

#include "kernels/devices.cuh"
#include "kernels/reach_back.cuh"
#include "kernels/reach_levels.cuh"
#include "kernels/reach_memory.cuh"

namespace statewright::kernels {
namespace {

template <class T>
class ReachCuda {
 public:
  ReachCuda(const Network& network, const Machine& machine, const ReachOptions& options,
            const Plan<T>& plan)
      : options_(options),
        program_(network, machine, options, plan),
        steps_(network, machine, options),
        size_(reach_size(network, machine)),
        tables_(program_, machine),
        job_(tables_.job()) {
    std::size_t there = 0, all = 0;
    check_cuda(cudaMemGetInfo(&there, &all), "the memory of the device");
    memory_ = there > kSpare ? there - kSpare : 0;
    if (options.memory != 0) memory_ = std::min(memory_, options.memory);
    if (size_.bytes(1) > memory_) refuse("one bit for every pair of states", size_.bytes(1));
    // A second bitset should it come to going back, if that leaves the larger part for rows.
    const std::uint64_t bits = size_.bytes(2) <= memory_ ? size_.bytes(2) : size_.bytes(1);
    capacity_ = std::min((memory_ - bits) / 8, size_.pairs + 1);
    if (capacity_ < 2) refuse("the bits and two levels of pairs", bits + 16);
    rows_ = RingMemory(capacity_);
  }

  ReachResult run() {
    using End = ReachResult::End;
    ReachResult result;
    const std::uint64_t start = steps_.start();
    if ((start & kFlag) != 0) {
      result.end = End::wrong;
      return result;
    }
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

  /// Starts as many blocks as can run at once and waits for them.
  template <class With>
  void launch_together(void (*kernel)(ReachJob<T>, With), const With& with) {
    int per = 0;
    check_cuda(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&per, kernel, kThreads, 0),
               "the size of a grid");
    const auto blocks =
        std::min(static_cast<unsigned>(std::max(1, per)) * multiprocessors_, kMostBlocks);
    ReachJob<T> job = job_;
    With parameters = with;
    void* arguments[] = {&job, &parameters};
    check_cuda(cudaLaunchCooperativeKernel(reinterpret_cast<const void*>(kernel), dim3(blocks),
                                           dim3(kThreads), arguments, 0, nullptr),
               "a kernel that starts");
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
    rows_.take(1);
    check_cuda(cudaMemcpy(rows_.ring().chunks[0], &start, sizeof start, cudaMemcpyHostToDevice),
               "a copy to the device");
    Search search{rows_.ring(), visited.get(), doubts_.get(), control_.get(), 0, 1, 0, 1};
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
      const std::uint64_t rows = search.end - search.begin;
      search.limit = rows_.take(search.end + rows * job_.program.letters);
      search.ring = rows_.ring();
      check_cuda(cudaMemset(control_.get(), 0, sizeof(Control)), "a launch");
      tables_.with_kernel(
          [&]<Kind kind, bool plane>() { launch_together(search_levels<T, kind, plane>, search); });
      Control control;
      control_.read(&control);
      bool made = false;
      for (unsigned k = 0; k < control.levels; ++k) {
        const std::uint64_t fresh = Control::fresh(control.words[k]);
        made = fresh != 0;
        if (made) ends_.push_back(ends_.back() + fresh);
      }
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

  /// Steps in doubt, by the reference; whether one disagrees. Moves `end`.
  bool resolve(Search& search, std::uint64_t count, bool wrong, std::uint64_t& end,
               std::uint64_t expanded) {
    check_doubts(count);
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
    rows_.take(end + successors.size());
    search.ring = rows_.ring();
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
    DeviceArray<unsigned> leads[2];
    const std::uint64_t most = std::min(result.states, kMostGoals);
    const DeviceArray<std::uint64_t> goal_rows(most);
    const DeviceArray<std::uint32_t> goal_depths(most);
    const DeviceArray<unsigned long long> goal_count(std::vector<unsigned long long>{0});
    const Goals goals{goal_rows.get(), goal_depths.get(), most, goal_count.get()};
    std::vector<std::uint64_t> steps, successors;
    for (const auto& [step, next] : memo_) {
      steps.push_back(step);
      successors.push_back(next);
    }
    const DeviceArray<std::uint64_t> memo_steps(steps), memo_successors(successors);
    const Memo memo{memo_steps.get(), memo_successors.get(), steps.size()};
    for (std::uint64_t depth = result.length + 1; depth != 0;) {
      const std::uint64_t top = depth - 1;
      leads[top % 2] = {};  // to go forward takes a set of bits, too
      if (!has_level(top) && forward(start, top) == ReachResult::End::stopped) {
        result.end = ReachResult::End::stopped;
        return;
      }
      for (DeviceArray<unsigned>& bits : leads) {
        if (bits.size() != 0) continue;
        bits = DeviceArray<unsigned>(size_.bytes(1) / 4);
        check_cuda(cudaMemset(bits.get(), 0, size_.bytes(1)), "bits");
      }
      while (depth != 0 && has_level(depth - 1)) --depth;
      const DeviceArray<std::uint64_t> ends(std::span<const std::uint64_t>(ends_.data(), top + 1));
      const DeviceArray<unsigned long long> words(top - depth + 1);
      check_cuda(cudaMemset(words.get(), 0, words.size() * sizeof(unsigned long long)), "a launch");
      const Back back{rows_.ring(),
                      {leads[0].get(), leads[1].get()},
                      memo,
                      goals,
                      ends.get(),
                      words.get(),
                      static_cast<std::uint32_t>(top),
                      static_cast<std::uint32_t>(depth),
                      top == result.length};
      tables_.with_kernel([&]<Kind kind, bool plane>() {
        launch_together(kernels::go_back<T, kind, plane>, back);
      });
    }
    unsigned long long found = 0;
    goal_count.read(&found);
    if (found > most) refuse("pairs that lead to wrong words", 12 * std::uint64_t{found});
    ReachGoals levels(result.length + 1);
    std::vector<std::uint64_t> rows(found);
    std::vector<std::uint32_t> depths(found);
    check_cuda(cudaMemcpy(rows.data(), goal_rows.get(), found * 8, cudaMemcpyDeviceToHost),
               "a copy from the device");
    check_cuda(cudaMemcpy(depths.data(), goal_depths.get(), found * 4, cudaMemcpyDeviceToHost),
               "a copy from the device");
    for (std::size_t i = 0; i < found; ++i) levels[depths[i]].push_back(rows[i]);
    result.word = word_through(levels, steps_);
  }

  /// Up to so many rows the caller is asked before every level.
  static constexpr std::uint64_t kCountedRows = 1U << 16U;

  const ReachOptions& options_;
  ReachProgram<T> program_;
  ReachSteps steps_;
  ReachSize size_;
  ReachTables<T> tables_;
  ReachJob<T> job_;
  std::uint64_t memory_ = 0, capacity_ = 0;
  unsigned multiprocessors_ = static_cast<unsigned>(properties_of_device().multiProcessorCount);

  RingMemory rows_;
  DeviceArray<std::uint64_t> doubts_;
  DeviceArray<Control> control_;
  DeviceArray<unsigned long long> fresh_;
  std::vector<std::uint64_t> ends_;
  std::uint64_t length_ = 0, written_ = 0;
  std::map<std::uint64_t, std::uint64_t> memo_;
};

}  // namespace

ReachResult reach_cuda(const Network& network, const Machine& machine, const ReachOptions& options,
                       const std::vector<int>& devices) {
  try {
    const OnDevice on(devices.front());
    return with_reach_plan(network, options, [&](const auto& plan) {
      return ReachCuda(network, machine, options, plan).run();
    });
  } catch (const ReachTooLarge&) {
    if (devices.size() == 1) throw;
  }
  return reach_divided(network, machine, options, devices);
}

}  // namespace statewright::kernels
