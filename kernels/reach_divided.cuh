#pragma once

// Internal: a round of a search of reach that is divided over devices: some rows of a level, on one
// of them. reach_divided.cu has the method.

#include "kernels/reach_owners.hpp"
#include "kernels/reach_rows.cuh"

namespace statewright::kernels {
namespace {

constexpr std::uint32_t kNoLetter = ~0U;

/// What a round has counted; after it, successors for each device.
struct Tally {
  unsigned long long fresh, doubts, wrong;
};

/// Successors for other devices: [devices, room] of rows and, on the way back, of items.
struct Outbox {
  std::uint64_t* rows;
  std::uint32_t* items;
  unsigned long long* counts;  // [devices]
  std::uint64_t room;
};

/// Rows of a level, and the bits of this device.
struct Round {
  Ring ring;
  std::uint64_t from;  // place of the first row
  std::uint32_t rows;  // times letters fit into an outbox
  ReachOwners owners;
  std::uint32_t self;
  Outbox outbox;
};

/// Where new rows go.
struct Insertion {
  unsigned* visited;
  std::uint64_t to, room;  // place of the first, and how many there is room for
  Tally* tally;
  std::uint64_t* doubts;
};

__device__ bool has_bit(const unsigned* bits, std::uint64_t place) {
  return (__ldcg(bits + place / 32) >> (place % 32) & 1U) != 0;
}

/// By whole warps: marks a pair that this device owns, if there `is_one`, and appends it if it is
/// new.
template <class T>
__device__ void insert_own(const ReachJob<T>& job, const Round& round, const Insertion& insertion,
                           std::uint64_t row, bool is_one) {
  bool is_new = false;
  if (is_one) {
    const std::uint64_t place = round.owners.place(job.index(row));
    is_new = !has_bit(insertion.visited, place) && mark_bit(insertion.visited, place);
  }
  const std::uint64_t at = next_place(&insertion.tally->fresh, is_new);
  if (is_new && at < insertion.room) *round.ring.at(round.ring.place(insertion.to, at)) = row;
}

/// By whole warps: puts a row for another device where it is fetched from. `owner` is `self` where
/// there is none.
__device__ void send(const Round& round, std::uint32_t owner, std::uint64_t row,
                     std::uint32_t item) {
  const Outbox& out = round.outbox;
  for (std::uint32_t to = 0; to < round.owners.count; ++to) {
    if (to == round.self) continue;
    const std::uint64_t at = next_place(out.counts + to, owner == to);
    if (owner != to) continue;
    out.rows[to * out.room + at] = row;
    if (out.items != nullptr) out.items[to * out.room + at] = item;
  }
}

/// visit(item, whether there is one, its row's number, its letter) for all items, by whole warps:
/// neighbours have the same letter.
template <class Visit>
__device__ void for_items(std::uint32_t rows, std::uint32_t letters, const Visit& visit) {
  const std::uint32_t items = rows * letters;
  const std::uint64_t threads = std::uint64_t{gridDim.x} * kThreads;
  for (std::uint64_t first = std::uint64_t{blockIdx.x} * kThreads; first < items;
       first += threads) {
    const auto item = static_cast<std::uint32_t>(first + threadIdx.x);
    const std::uint32_t letter = item / rows;
    visit(item, item < items, item - letter * rows, letter);
  }
}

template <class T, Kind kind, bool plane>
__global__ void __launch_bounds__(kThreads)
    expand_round(const __grid_constant__ ReachJob<T> job, const __grid_constant__ Round round,
                 const __grid_constant__ Insertion insertion) {
  Expander<T, kind, plane> expander(job);
  for_items(round.rows, job.program.letters,
            [&](std::uint32_t item, bool is_item, std::uint32_t i, std::uint32_t letter) {
              std::uint64_t row = 0, next = 0;
              bool doubtful = false, agrees = false;
              if (is_item) {
                row = __ldcg(round.ring.at(round.ring.place(round.from, i)));
                expander.load(row);
                next = expander.next(letter, doubtful);
                agrees = !doubtful && (next & kFlag) == 0;
                if (!doubtful && !agrees) insertion.tally->wrong = 1;
              }
              const std::uint32_t owner = agrees ? round.owners.owner(job.index(next)) : round.self;
              insert_own(job, round, insertion, next, agrees && owner == round.self);
              send(round, owner, next, item);
              if (!job.exact) return;
              const std::uint64_t place = next_place(&insertion.tally->doubts, doubtful);
              if (doubtful && place < kDoubts) {
                insertion.doubts[place] = row | std::uint64_t{letter} << kRowBits;
              }
            });
}

/// Rows that others have sent, or the host.
template <class T>
__global__ void __launch_bounds__(kThreads)
    insert_round(const __grid_constant__ ReachJob<T> job, const __grid_constant__ Round round,
                 const __grid_constant__ Insertion insertion, const std::uint64_t* rows,
                 std::uint64_t count) {
  const std::uint64_t i = std::uint64_t{blockIdx.x} * kThreads + threadIdx.x;
  insert_own(job, round, insertion, i < count ? rows[i] : 0, i < count);
}

// --- the way back -------------------------------------------------------------------------------

/// Of a level: those rows are kept that have a successor among those kept of the next one.
struct Return {
  const unsigned* follow;  // bits of the next level's
  unsigned* kept;          // and of this one's
  Memo memo;
  Goals goals;
  std::uint32_t* best;  // [rows]: the first letter that leads on
  std::uint32_t depth;
  bool last;  // disagreements follow
};

template <class T, Kind kind, bool plane>
__global__ void __launch_bounds__(kThreads)
    look_on(const __grid_constant__ ReachJob<T> job, const __grid_constant__ Round round,
            const __grid_constant__ Return back) {
  Expander<T, kind, plane> expander(job);
  for_items(round.rows, job.program.letters,
            [&](std::uint32_t item, bool is_item, std::uint32_t i, std::uint32_t letter) {
              std::uint64_t next = 0;
              std::uint32_t owner = round.self;
              if (is_item) {
                const std::uint64_t row = __ldcg(round.ring.at(round.ring.place(round.from, i)));
                expander.load(row);
                bool doubtful;
                next = expander.next(letter, doubtful);
                if (doubtful) next = back.memo.find(row | std::uint64_t{letter} << kRowBits);
                const std::uint64_t index = job.index(next & kRowMask);
                if (!back.last) owner = round.owners.owner(index);
                const bool leads = back.last ? (next & kFlag) != 0
                                             : owner == round.self &&
                                                   has_bit(back.follow, round.owners.place(index));
                if (leads) atomicMin(back.best + i, letter);
              }
              send(round, owner, next, item);
            });
}

/// For each row of others: is it kept?
template <class T>
__global__ void __launch_bounds__(kThreads)
    answer(const __grid_constant__ ReachJob<T> job, const ReachOwners owners,
           const unsigned* follow, const std::uint64_t* rows, std::uint64_t count,
           std::uint8_t* answers) {
  const std::uint64_t i = std::uint64_t{blockIdx.x} * kThreads + threadIdx.x;
  if (i < count) answers[i] = has_bit(follow, owners.place(job.index(rows[i] & kRowMask))) ? 1 : 0;
}

__global__ void __launch_bounds__(kThreads)
    take_answers(const std::uint8_t* answers, const std::uint32_t* items, std::uint64_t count,
                 std::uint32_t rows, std::uint32_t* best) {
  const std::uint64_t i = std::uint64_t{blockIdx.x} * kThreads + threadIdx.x;
  if (i < count && answers[i] != 0) atomicMin(best + items[i] % rows, items[i] / rows);
}

template <class T>
__global__ void __launch_bounds__(kThreads)
    keep_round(const __grid_constant__ ReachJob<T> job, const __grid_constant__ Round round,
               const __grid_constant__ Return back) {
  const std::uint32_t i = blockIdx.x * kThreads + threadIdx.x;
  const std::uint32_t letter = i < round.rows ? back.best[i] : kNoLetter;
  const bool leads = letter != kNoLetter;
  std::uint64_t row = 0;
  if (leads) {
    row = __ldcg(round.ring.at(round.ring.place(round.from, i)));
    mark_bit(back.kept, round.owners.place(job.index(row)));
  }
  const std::uint64_t goal = next_place(back.goals.count, leads);
  if (!leads || goal >= back.goals.capacity) return;
  back.goals.rows[goal] = kFlag | row | std::uint64_t{letter} << kRowBits;
  back.goals.depths[goal] = back.depth;
}

}  // namespace
}  // namespace statewright::kernels
