// reach on several GPUs together, for searches that one has not the memory for. Each pair has an
// owner (reach_owners.hpp), which has its bit and, when it has been reached, its row; so n devices
// have room for n times as many.
//
// Levels go in rounds. In each, every device steps some rows of its part of the level. Successors
// that are its own it marks and appends; the others it puts into lists, one for each owner, which
// the owner fetches when all devices are done, marks and appends. Copies between devices are the
// runtime's, which has a way where they do not reach each other's memory. On the way back it is
// the same, but that what the owner of a successor answers, whether it leads on, is fetched as
// well. What a level is made of does not depend on the order of all this, nor on the number of
// devices.
//
// A round takes some tens of microseconds, whatever is in it: searches of many small levels are
// slower than on one device. So this is only for what does not fit.

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "kernels/devices.cuh"
#include "kernels/reach_divided.cuh"
#include "kernels/reach_memory.cuh"

namespace statewright::kernels {
namespace {

constexpr std::uint64_t kExchanged = std::uint64_t{1} << 23U;  // rows of all outboxes of a device

unsigned blocks_of(std::uint64_t count) {
  return static_cast<unsigned>((count + kThreads - 1) / kThreads);
}

void started() { check_cuda(cudaGetLastError(), "a kernel that starts"); }

template <class T>
void clear(const DeviceArray<T>& array, int byte = 0) {
  check_cuda(cudaMemsetAsync(array.get(), byte, array.size() * sizeof(T)), "cleared memory");
}

/// While it lasts, copies from one device to another go directly, where that can be.
class DirectCopies {
 public:
  DirectCopies(int to, int from) : to_(to), from_(from) {
    int can = 0;
    if (to == from || cudaDeviceCanAccessPeer(&can, to, from) != cudaSuccess || can == 0) return;
    const OnDevice on(to);
    enabled_ = cudaDeviceEnablePeerAccess(from, 0) == cudaSuccess;
    cudaGetLastError();  // it may be enabled already
  }
  ~DirectCopies() {
    if (!enabled_) return;
    int before = 0;
    cudaGetDevice(&before);
    cudaSetDevice(to_);
    cudaDeviceDisablePeerAccess(from_);
    cudaSetDevice(before);
  }
  DirectCopies(DirectCopies&& other) noexcept
      : to_(other.to_), from_(other.from_), enabled_(std::exchange(other.enabled_, false)) {}
  DirectCopies& operator=(DirectCopies&&) = delete;

 private:
  int to_, from_;
  bool enabled_ = false;
};

/// One device's part of everything. All of it is used with the device as the current one.
template <class T>
struct Side {
  int device = 0;
  ReachTables<T> tables;
  RingMemory rows;
  DeviceArray<unsigned> visited, leads[2];  // leads: of levels of even and of odd depth
  DeviceArray<unsigned long long> counted;  // a Tally, then the outbox's counts
  DeviceArray<std::uint64_t> doubts, out, in;
  DeviceArray<std::uint32_t> out_items, best;
  DeviceArray<std::uint8_t> answers, answered;
  DeviceArray<std::uint64_t> goal_rows;
  DeviceArray<std::uint32_t> goal_depths;
  DeviceArray<unsigned long long> goal_count;
  DeviceArray<std::uint64_t> memo_steps, memo_successors;

  std::vector<std::uint64_t> ends;  // of levels, among this device's rows
  std::uint64_t written = 0;        // positions
  // Of the level that is expanded.
  std::uint64_t done = 0, fresh = 0;
  std::vector<unsigned long long> numbers;  // what `counted` was

  Side(int number, const ReachProgram<T>& program, const Machine& machine)
      : device(number), tables(program, machine) {}

  std::uint64_t begin_of(std::uint64_t depth) const { return depth == 0 ? 0 : ends[depth - 1]; }
  std::uint64_t size_of(std::uint64_t depth) const { return ends[depth] - begin_of(depth); }
  Tally* tally() const { return reinterpret_cast<Tally*>(counted.get()); }
  unsigned long long sent(std::size_t to) const { return numbers[kTallied + to]; }

  static constexpr std::size_t kTallied = sizeof(Tally) / sizeof(unsigned long long);
};

template <class T>
class ReachDivided {
 public:
  ReachDivided(const Network& network, const Machine& machine, const ReachOptions& options,
               const Plan<T>& plan, const std::vector<int>& devices)
      : options_(options),
        program_(network, machine, options, plan),
        steps_(network, machine, options),
        pairs_(reach_size(network, machine).pairs),
        owners_(static_cast<std::uint32_t>(devices.size())),
        items_(kExchanged / devices.size()) {
    memory_ = options.memory != 0 ? options.memory : ~std::uint64_t{0};
    const std::set<int> each(devices.begin(), devices.end());
    for (const int to : each) {
      for (const int from : each) direct_.emplace_back(to, from);
    }
    for (const int device : devices) {
      const OnDevice on(device);
      sides_.emplace_back(device, program_, machine);
      std::size_t there = 0, all = 0;
      check_cuda(cudaMemGetInfo(&there, &all), "the memory of the device");
      const auto times =
          static_cast<std::uint64_t>(std::count(devices.begin(), devices.end(), device));
      memory_ = std::min(memory_, there > kSpare ? (there - kSpare) / times : 0);
    }
    if (bytes(1) > memory_) refuse("one bit for every pair of states", bytes(1));
    const std::uint64_t bits = bytes(2) <= memory_ ? bytes(2) : bytes(1);
    capacity_ = std::min((memory_ - bits) / 8, owners_.bits(pairs_) + 1);
    if (capacity_ < 2) refuse("the bits and two levels of pairs", bits + 16);
    for (Side<T>& side : sides_) side.rows = RingMemory(capacity_);
  }

  ReachResult run() {
    using End = ReachResult::End;
    ReachResult result;
    const std::uint64_t start = steps_.start();
    if ((start & kFlag) != 0) {
      result.end = End::wrong;
      return result;
    }
    on_each([&](Side<T>& side) {
      side.counted = DeviceArray<unsigned long long>(Side<T>::kTallied + sides_.size());
      side.doubts = DeviceArray<std::uint64_t>(options_.exact ? kDoubts : 0);
      side.out = DeviceArray<std::uint64_t>(items_ * sides_.size());
      side.in = DeviceArray<std::uint64_t>(items_ * (sides_.size() - 1));
    });
    result.end = forward(start, ~std::uint64_t{0});
    result.states = reached();
    result.length = length_;
    if (result.end == End::wrong) go_back(start, result);
    return result;
  }

 private:
  /// Of each device, for so many sets of bits.
  std::uint64_t bytes(unsigned sets) const { return sets * ((owners_.bits(pairs_) + 63) / 64 * 8); }

  [[noreturn]] void refuse(const std::string& what, std::uint64_t wanted) const {
    const std::string on = what + ", of each of " + std::to_string(sides_.size()) + " GPUs";
    refuse_reach(on.c_str(), wanted, memory_, kReachHint);
  }

  template <class Use>
  void on_each(const Use& use) {
    for (Side<T>& side : sides_) {
      const OnDevice on(side.device);
      use(side);
    }
  }

  std::uint64_t reached() const {
    std::uint64_t all = 0;
    for (const Side<T>& side : sides_) all += side.ends.back();
    return all;
  }
  /// Whether the rings still have that level.
  bool has_level(std::uint64_t depth) const {
    return std::all_of(sides_.begin(), sides_.end(), [&](const Side<T>& side) {
      return side.begin_of(depth) + capacity_ >= side.written;
    });
  }

  /// The next rows of the level of this depth; how many is said in it.
  Round round_of(Side<T>& side, std::uint64_t depth, bool has_items) const {
    const std::uint64_t most = items_ / side.tables.job().program.letters;
    Round round = {};
    round.ring = side.rows.ring();
    round.from = (side.begin_of(depth) + side.done) % capacity_;
    round.rows = static_cast<std::uint32_t>(std::min(most, side.size_of(depth) - side.done));
    round.owners = owners_;
    round.self = static_cast<std::uint32_t>(&side - sides_.data());
    round.outbox = {side.out.get(), has_items ? side.out_items.get() : nullptr,
                    side.counted.get() + Side<T>::kTallied, items_};
    return round;
  }

  /// The grid of a kernel over items, each thread some of them.
  static unsigned grid(const Round& round, std::uint32_t letters) {
    return std::min(blocks_of(std::uint64_t{round.rows} * letters), 1U << 13U);
  }

  Insertion insertion_of(const Side<T>& side, std::uint64_t depth) const {
    const std::uint64_t room = capacity_ - side.size_of(depth);
    return {side.visited.get(), (side.ends[depth] + side.fresh) % capacity_,
            room > side.fresh ? room - side.fresh : 0, side.tally(), side.doubts.get()};
  }

  /// Fetches what others have put into their outboxes for this side; how many.
  std::uint64_t fetch(Side<T>& side) {
    const auto self = static_cast<std::size_t>(&side - sides_.data());
    std::uint64_t count = 0;
    for (Side<T>& from : sides_) {
      const std::uint64_t sent = &from == &side ? 0 : from.sent(self);
      if (sent == 0) continue;
      check_cuda(cudaMemcpyPeerAsync(side.in.get() + count, side.device,
                                     from.out.get() + self * items_, from.device, sent * 8),
                 "a copy between devices");
      count += sent;
    }
    return count;
  }

  /// All levels from the start until one is empty or disagrees, or until that of depth `until` is
  /// there. length_: the depth of the last that was found to agree.
  ReachResult::End forward(std::uint64_t start, std::uint64_t until) {
    using End = ReachResult::End;
    const std::uint64_t index = sides_.front().tables.job().index(start);
    const std::uint32_t owner = owners_.owner(index);
    on_each([&](Side<T>& side) {
      side.visited = DeviceArray<unsigned>(bytes(1) / 4);
      clear(side.visited);
      side.rows.take(1);
      const bool owns = &side == &sides_[owner];
      side.ends.assign(1, owns ? 1 : 0);
      side.written = side.ends[0];
      if (!owns) return;
      const std::uint64_t place = owners_.place(index);
      const unsigned bit = 1U << (place % 32);
      check_cuda(
          cudaMemcpy(side.visited.get() + place / 32, &bit, sizeof bit, cudaMemcpyHostToDevice),
          "a copy to the device");
      check_cuda(
          cudaMemcpy(side.rows.ring().chunks[0], &start, sizeof start, cudaMemcpyHostToDevice),
          "a copy to the device");
    });
    End end = End::closed;
    for (length_ = 0; length_ < until; ++length_) {
      if (options_.proceed && !options_.proceed(reached())) {
        end = End::stopped;
        break;
      }
      if (expand(length_)) {
        end = End::wrong;
        break;
      }
      std::uint64_t fresh = 0;
      for (const Side<T>& side : sides_) fresh += side.fresh;
      if (fresh == 0) break;
      for (Side<T>& side : sides_) side.ends.push_back(side.ends.back() + side.fresh);
    }
    for (Side<T>& side : sides_) side.visited = {};
    return end;
  }

  /// Makes the level after that of this depth, of which side.fresh is the size; whether some pair
  /// disagrees.
  bool expand(std::uint64_t depth) {
    bool wrong = false;
    for (Side<T>& side : sides_) side.done = side.fresh = 0;
    const auto has_more = [&] {
      return std::any_of(sides_.begin(), sides_.end(),
                         [&](const Side<T>& side) { return side.done < side.size_of(depth); });
    };
    while (has_more()) wrong = expand_round_of(depth) || wrong;
    std::uint64_t most = 0;
    for (Side<T>& side : sides_) {
      most = std::max(most, side.size_of(depth) + side.fresh);
      side.written = std::max(
          side.written, std::min(side.ends[depth] + side.fresh, side.begin_of(depth) + capacity_));
    }
    if (most > capacity_ && !wrong) {
      refuse("the bits and two levels of pairs", bytes(1) + 8 * most);
    }
    return wrong;
  }

  bool expand_round_of(std::uint64_t depth) {
    bool wrong = false;
    std::vector<Round> rounds;
    on_each([&](Side<T>& side) {
      const ReachJob<T>& job = side.tables.job();
      Round round = round_of(side, depth, false);
      take_for(side, depth, std::uint64_t{round.rows} * job.program.letters, round);
      clear(side.counted);
      if (round.rows != 0) {
        side.tables.with_kernel([&]<Kind kind, bool plane>() {
          expand_round<T, kind, plane><<<grid(round, job.program.letters), kThreads>>>(
              job, round, insertion_of(side, depth));
        });
        started();
      }
      rounds.push_back(round);
    });
    std::vector<std::vector<std::uint64_t>> decided(sides_.size());
    on_each([&](Side<T>& side) {
      side.numbers = side.counted.read();
      side.done += rounds[static_cast<std::size_t>(&side - sides_.data())].rows;
      wrong = side.numbers[2] != 0 || wrong;
      wrong = decide(side, side.numbers[1], decided) || wrong;
    });
    on_each([&](Side<T>& side) {
      const auto self = static_cast<std::size_t>(&side - sides_.data());
      const std::uint64_t fetched = fetch(side);
      const DeviceArray<std::uint64_t> of_host(decided[self]);
      take_for(side, depth, side.numbers[0] + fetched + of_host.size(), rounds[self]);
      const auto insert = [&](const std::uint64_t* rows, std::uint64_t count) {
        if (count == 0) return;
        insert_round<T><<<blocks_of(count), kThreads>>>(side.tables.job(), rounds[self],
                                                        insertion_of(side, depth), rows, count);
        started();
      };
      insert(side.in.get(), fetched);
      insert(of_host.get(), of_host.size());
      if (of_host.size() != 0) check_cuda(cudaDeviceSynchronize(), "a kernel that ends");
    });
    // Nothing is written into an outbox before it has been fetched.
    on_each([&](Side<T>& side) {
      unsigned long long fresh = 0;
      check_cuda(cudaMemcpy(&fresh, &side.tally()->fresh, sizeof fresh, cudaMemcpyDeviceToHost),
                 "a copy from the device");
      side.fresh += fresh;
    });
    return wrong;
  }

  /// Takes memory for so many rows more of the level after this depth's.
  void take_for(Side<T>& side, std::uint64_t depth, std::uint64_t rows, Round& round) {
    side.rows.take(side.ends[depth] + side.fresh + rows);
    round.ring = side.rows.ring();
  }

  /// Steps in doubt, by the reference; whether one disagrees. Successors go to their owners' lists.
  bool decide(const Side<T>& side, std::uint64_t count,
              std::vector<std::vector<std::uint64_t>>& decided) {
    check_doubts(count);
    std::vector<std::uint64_t> steps(count);
    if (count == 0) return false;
    check_cuda(cudaMemcpy(steps.data(), side.doubts.get(), count * 8, cudaMemcpyDeviceToHost),
               "a copy from the device");
    bool wrong = false;
    for (const std::uint64_t step : steps) {
      const std::uint64_t next =
          steps_.next(step & kRowMask, static_cast<std::uint32_t>(step >> kRowBits));
      memo_.emplace(step, next);
      wrong = (next & kFlag) != 0 || wrong;
      if ((next & kFlag) == 0) {
        decided[owners_.owner(side.tables.job().index(next))].push_back(next);
      }
    }
    return wrong;
  }

  /// Finds result.word; or that it was stopped.
  void go_back(std::uint64_t start, ReachResult& result) {
    if (bytes(2) > memory_) refuse("two bits for every pair of states", bytes(2));
    std::vector<std::uint64_t> steps, successors;
    for (const auto& [step, next] : memo_) {
      steps.push_back(step);
      successors.push_back(next);
    }
    const std::uint64_t most = std::min(result.states, kMostGoals / sides_.size());
    on_each([&](Side<T>& side) {
      side.memo_steps = DeviceArray<std::uint64_t>(steps);
      side.memo_successors = DeviceArray<std::uint64_t>(successors);
      side.goal_rows = DeviceArray<std::uint64_t>(most);
      side.goal_depths = DeviceArray<std::uint32_t>(most);
      side.goal_count = DeviceArray<unsigned long long>(std::vector<unsigned long long>{0});
      side.out_items = DeviceArray<std::uint32_t>(items_ * sides_.size());
      side.best = DeviceArray<std::uint32_t>(items_ / side.tables.job().program.letters);
      side.answers = DeviceArray<std::uint8_t>(items_ * sides_.size());
      side.answered = DeviceArray<std::uint8_t>(items_ * (sides_.size() - 1));
    });
    for (std::uint64_t depth = result.length + 1; depth != 0;) {
      const std::uint64_t top = depth - 1;
      for (Side<T>& side : sides_) side.leads[top % 2] = {};  // to go forward takes bits, too
      if (!has_level(top) && forward(start, top) == ReachResult::End::stopped) {
        result.end = ReachResult::End::stopped;
        return;
      }
      on_each([&](Side<T>& side) {
        for (DeviceArray<unsigned>& bits : side.leads) {
          if (bits.size() != 0) continue;
          bits = DeviceArray<unsigned>(bytes(1) / 4);
          clear(bits);
        }
      });
      for (; depth != 0 && has_level(depth - 1); --depth) {
        for (Side<T>& side : sides_) side.done = 0;
        while (return_round_of(depth - 1, depth - 1 == result.length)) {
        }
      }
    }
    ReachGoals levels(result.length + 1);
    on_each([&](Side<T>& side) {
      const std::uint64_t found = side.goal_count.read()[0];
      if (found > most) refuse("pairs that lead to wrong words", 12 * found);
      const std::vector<std::uint64_t> rows = side.goal_rows.read();
      const std::vector<std::uint32_t> depths = side.goal_depths.read();
      for (std::size_t i = 0; i < found; ++i) levels[depths[i]].push_back(rows[i]);
    });
    result.word = word_through(levels, steps_);
  }

  /// Whether there was something to do.
  bool return_round_of(std::uint64_t depth, bool last) {
    bool any = false;
    std::vector<Round> rounds;
    std::vector<Return> returns;
    on_each([&](Side<T>& side) {
      const ReachJob<T>& job = side.tables.job();
      const Round round = round_of(side, depth, true);
      const Return back{side.leads[(depth + 1) % 2].get(),
                        side.leads[depth % 2].get(),
                        {side.memo_steps.get(), side.memo_successors.get(), side.memo_steps.size()},
                        {side.goal_rows.get(), side.goal_depths.get(), side.goal_rows.size(),
                         side.goal_count.get()},
                        side.best.get(),
                        static_cast<std::uint32_t>(depth),
                        last};
      clear(side.counted);
      clear(side.best, 0xff);
      if (round.rows != 0) {
        any = true;
        side.tables.with_kernel([&]<Kind kind, bool plane>() {
          look_on<T, kind, plane><<<grid(round, job.program.letters), kThreads>>>(job, round, back);
        });
        started();
      }
      rounds.push_back(round);
      returns.push_back(back);
    });
    if (!any) return false;
    on_each([&](Side<T>& side) { side.numbers = side.counted.read(); });
    on_each([&](Side<T>& side) {
      const std::uint64_t fetched = fetch(side);
      if (fetched == 0) return;
      answer<T><<<blocks_of(fetched), kThreads>>>(side.tables.job(), owners_,
                                                  side.leads[(depth + 1) % 2].get(), side.in.get(),
                                                  fetched, side.answered.get());
      started();
    });
    on_each([&](Side<T>&) { check_cuda(cudaDeviceSynchronize(), "a kernel that ends"); });
    on_each([&](Side<T>& side) {
      const auto self = static_cast<std::size_t>(&side - sides_.data());
      const Round& round = rounds[self];
      side.done += round.rows;
      if (round.rows == 0) return;
      for (std::size_t to = 0; to < sides_.size(); ++to) {
        const std::uint64_t count = to == self ? 0 : side.sent(to);
        if (count == 0) continue;
        std::uint64_t before = 0;  // of those that it fetched
        for (std::size_t other = 0; other < self; ++other) {
          before += other == to ? 0 : sides_[other].sent(to);
        }
        check_cuda(
            cudaMemcpyPeerAsync(side.answers.get() + to * items_, side.device,
                                sides_[to].answered.get() + before, sides_[to].device, count),
            "a copy between devices");
        take_answers<<<blocks_of(count), kThreads>>>(side.answers.get() + to * items_,
                                                     side.out_items.get() + to * items_, count,
                                                     round.rows, side.best.get());
        started();
      }
      keep_round<T><<<blocks_of(round.rows), kThreads>>>(side.tables.job(), round, returns[self]);
      started();
    });
    on_each([&](Side<T>&) { check_cuda(cudaDeviceSynchronize(), "a kernel that ends"); });
    return true;
  }

  const ReachOptions& options_;
  ReachProgram<T> program_;
  ReachSteps steps_;
  std::uint64_t pairs_;
  ReachOwners owners_;
  std::uint64_t items_;  // of a round on each device, and rows of each outbox
  std::uint64_t memory_ = 0, capacity_ = 0;
  std::vector<DirectCopies> direct_;
  std::vector<Side<T>> sides_;
  std::uint64_t length_ = 0;
  std::map<std::uint64_t, std::uint64_t> memo_;
};

}  // namespace

ReachResult reach_divided(const Network& network, const Machine& machine,
                          const ReachOptions& options, const std::vector<int>& devices) {
  return with_reach_plan(network, options, [&](const auto& plan) {
    return ReachDivided(network, machine, options, plan, devices).run();
  });
}

}  // namespace statewright::kernels
