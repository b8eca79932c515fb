#include <atomic>
#include <cmath>
#include <limits>
#include <mutex>
#include <thread>

#include "kernels/orbit_parts.hpp"

namespace statewright::kernels {
namespace {

constexpr std::size_t kPart = 1024;  // candidates that one thread takes at once

struct Loops {
  RunOrbits run;
  TurnOrbits turn;
};

Loops widest() {
#ifdef STATEWRIGHT_WIDE_VECTORS
  if (vector_bytes() == 64) return {run_orbits_64, turn_orbits_64};
  if (vector_bytes() == 32) return {run_orbits_32, turn_orbits_32};
#endif
  return {run_orbits_16, turn_orbits_16};
}

/// Calls work(part) for all parts, each on one of the threads.
template <class Work>
void in_parts(std::uint64_t parts, unsigned threads, const Work& make_worker) {
  const auto used = static_cast<unsigned>(
      std::max<std::uint64_t>(1, std::min<std::uint64_t>(thread_count(threads), parts)));
  std::atomic<std::uint64_t> next = 0;
  const auto work = [&] {
    auto worker = make_worker();
    for (std::uint64_t part; (part = next.fetch_add(1)) < parts;) worker(part);
  };
  std::vector<std::thread> others;
  for (unsigned i = 1; i < used; ++i) others.emplace_back(work);
  work();
  for (std::thread& thread : others) thread.join();
}

/// Candidates begin, .., end - 1 that are not absent.
void fill(OrbitLanes& lanes, const OrbitFamily& family, const OrbitRotation& rotation,
          std::size_t begin, std::size_t end) {
  lanes.resize(end - begin);
  std::size_t count = 0;
  for (std::size_t i = begin; i < end; ++i) {
    const OrbitCandidate& candidate = family.candidates[i];
    const auto [c, s] = rotation.constants[candidate.constants];
    if (std::isnan(c) || std::isnan(s)) continue;
    lanes.x[count] = static_cast<float>(candidate.x);
    lanes.y[count] = static_cast<float>(candidate.y);
    lanes.c[count] = static_cast<float>(c);
    lanes.s[count] = static_cast<float>(s);
    lanes.candidate[count] = static_cast<std::uint32_t>(i);
    ++count;
  }
  lanes.resize(count);
}

template <Kind kind>
class Closures {
 public:
  Closures(const Constants<float>& format, std::uint32_t states)
      : queue_(states), counts_(states), table_(orbit_table_size(states)) {
    closure_.step.format = format;
    closure_.most = states;
    closure_.mask = static_cast<std::uint32_t>(table_.size()) - 1;
    closure_.queue = queue_.data();
    closure_.counts = counts_.data();
    closure_.table = table_.data();
  }

  OrbitFate run(const OrbitRotation& rotation, const OrbitCandidate& from, double& gap) {
    const auto [c, s] = rotation.constants[from.constants];
    closure_.readout = rotation.readout.data();
    closure_.m = rotation.m;
    std::uint32_t size = 0;
    const OrbitFate fate =
        closure_.run(static_cast<float>(c), static_cast<float>(s), static_cast<float>(from.x),
                     static_cast<float>(from.y), gap, size);
    std::fill(table_.begin(), table_.end(), 0);
    return fate;
  }

 private:
  OrbitClosure<kind> closure_;
  std::vector<typename OrbitClosure<kind>::State> queue_;
  std::vector<std::uint32_t> counts_, table_;
};

template <Kind kind>
std::vector<OrbitResult> search(const OrbitFamily& family,
                                const std::vector<OrbitRotation>& rotations, unsigned threads) {
  static const Loops loops = widest();
  const Constants<float> format = orbit_constants(family.format);
  const std::size_t candidates = family.candidates.size();
  const std::uint64_t per_rotation = (candidates + kPart - 1) / kPart;
  std::vector<OrbitResult> results(rotations.size());
  std::mutex mutex;
  in_parts(per_rotation * rotations.size(), threads, [&] {
    return [&, closures = Closures<kind>(format, family.states),
            lanes = OrbitLanes()](std::uint64_t part) mutable {
      const std::size_t r = part / per_rotation, begin = part % per_rotation * kPart;
      const OrbitRotation& rotation = rotations[r];
      OrbitResult result;
      fill(lanes, family, rotation, begin, std::min(candidates, begin + kPart));
      result.tried = lanes.count;
      const OrbitSector first(rotation.readout.data(), rotation.m, 0);
      for (std::size_t i = 0; i < lanes.count; ++i) {
        lanes.alive[i] = is_right(first, lanes.x[i], lanes.y[i], lanes.gap[i]) ? -1 : 0;
      }
      const auto close = [&](std::size_t lane, bool locked) {
        const std::uint32_t i = lanes.candidate[lane];
        const OrbitCandidate& candidate = family.candidates[i];
        result.one_letter.add(locked ? OrbitFate::locked : OrbitFate::undecided, i,
                              locked ? orbit_margin(lanes.gap[lane], rotation, candidate) : 0);
        double gap = 0;
        const OrbitFate fate = closures.run(rotation, candidate, gap);
        result.all_words.add(
            fate, i, fate == OrbitFate::locked ? orbit_margin(gap, rotation, candidate) : 0);
      };
      lanes.sort_out();
      for (const OrbitSegment& segment : orbit_segments(rotation.m, family.states)) {
        if (lanes.count == 0) break;
        loops.run(format, rotation.readout.data(), rotation.m, segment, lanes);
        for (std::size_t i = 0; i < lanes.count; ++i) {
          if (lanes.alive[i] != 1) continue;
          if (lanes.period[i] == rotation.m) ++result.cycles;
          close(i, true);
        }
        lanes.sort_out();
      }
      for (std::size_t i = 0; i < lanes.count; ++i) close(i, false);
      const std::lock_guard<std::mutex> guard(mutex);
      results[r].merge(result);
    };
  });
  return results;
}

}  // namespace

std::vector<OrbitResult> orbits_cpu(const OrbitFamily& family,
                                    const std::vector<OrbitRotation>& rotations, unsigned threads) {
  switch (orbit_constants(family.format).kind) {
    case Kind::cut:
      return search<Kind::cut>(family, rotations, threads);
    case Kind::plain:
      return search<Kind::plain>(family, rotations, threads);
    default:
      return search<Kind::native>(family, rotations, threads);
  }
}

std::vector<double> orbit_ends_cpu(const OrbitFamily& family, const OrbitRotation& rotation,
                                   std::uint64_t steps, unsigned threads) {
  static const Loops loops = widest();
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  const Constants<float> format = orbit_constants(family.format);
  const std::size_t candidates = family.candidates.size();
  std::vector<double> ends(2 * candidates, none);
  in_parts((candidates + kPart - 1) / kPart, threads, [&] {
    return [&, lanes = OrbitLanes()](std::uint64_t part) mutable {
      const std::size_t begin = part * kPart;
      fill(lanes, family, rotation, begin, std::min(candidates, begin + kPart));
      loops.turn(format, steps, lanes);
      for (std::size_t i = 0; i < lanes.count; ++i) {
        const float x = lanes.x[i], y = lanes.y[i];
        ends[2 * std::size_t{lanes.candidate[i]}] = x == x ? double{x} : none;
        ends[2 * std::size_t{lanes.candidate[i]} + 1] = y == y ? double{y} : none;
      }
    };
  });
  return ends;
}

}  // namespace statewright::kernels
