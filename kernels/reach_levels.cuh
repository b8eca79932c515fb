#pragma once

// Internal: the search of reach on a device, level after level. reach_cuda.cu says how a search is
// made of it.
//
// A level is short: the searches that take most levels have some thousands of pairs in each. What
// it lasts then is a chain of waits, each of half a microsecond and more: for rows, for bits, for
// places to append to, for all blocks. So the chain is kept short. A level takes as many blocks
// as it has work for, a thread for each letter of each row, and only these are waited for. Rows
// stay where they were found: a block holds its share of a level in shared memory, and what it
// finds there is its share of the next one. That it is done it says by adding, to one word, what it
// found; the sum is the size of the level, the sum before it a place in the ring. Writing rows
// there is not waited for. Shares drift apart, as what comes up is chance: when one has grown to
// twice what it was, and after kDealtLevels anyhow, the level is dealt anew, from the ring.
//
// A level that shared memory does not hold is read from the ring, and its successors go there.
// Memory is what counts then: a thread fetches the bits of several letters before it looks at one,
// and marks only what it did not find marked, so that what is known costs no write.

#include "kernels/reach_rows.cuh"

namespace statewright::kernels {
namespace {

constexpr std::uint32_t kLevels = 1024;                           // of a launch, at most
constexpr std::uint32_t kDealtLevels = 64;                        // between two deals, at most
constexpr std::uint64_t kRowsOfLaunch = std::uint64_t{1} << 31U;  // then the host is asked

// The word of a level: places taken, blocks that met something that ends the launch, blocks done.
constexpr unsigned kNoticed = 42, kArrived = 53;
constexpr unsigned kMostBlocks = 2047;

struct Control {
  unsigned wrong;             // some pair disagrees
  unsigned levels;            // expanded by this launch
  unsigned stop;              // bits: wrong 1, doubts 2, full 4
  unsigned long long doubts;  // listed
  unsigned long long words[kLevels];
  unsigned long long deals[kLevels];  // blocks whose rows of the next level are in the ring

  STATEWRIGHT_ANYWHERE static unsigned long long fresh(unsigned long long word) {
    return word & ((1ULL << kNoticed) - 1);
  }
};

struct Search {
  Ring ring;
  unsigned* visited;
  std::uint64_t* doubts;
  Control* control;
  std::uint64_t begin, end;  // of the first level to expand
  std::uint64_t limit;       // of positions in the chunks there are; none where all are there
  std::uint32_t most_levels;
};

/// Rows and letters among threads: items of `span` letters of one row. Where a row is divided into
/// groups of letters, there are fewer than 2^32 items.
struct Division {
  std::uint32_t span = 1, groups = 1;
  std::uint64_t rows = 0, items = 0;

  __device__ Division(std::uint64_t count, std::uint32_t letters, std::uint64_t threads)
      : rows(count) {
    while (span < letters && rows * letters > threads * span) span *= 2;
    span = min(span, letters);
    groups = (letters + span - 1) / span;
    items = rows * groups;
  }
};

/// A block's share of a level and of the next one.
struct Held {
  static constexpr std::uint64_t kRoom = 2048;
  std::uint64_t rows[2][kRoom];
  unsigned count;  // of the next one
};

/// Rows to be appended: a list for each warp.
struct Stage {
  static constexpr unsigned kRoom = 256;
  std::uint64_t rows[kWarps][kRoom];
  unsigned counts[kWarps];
  unsigned long long base;
};

/// Where a warp puts new rows.
struct Appender {
  const Ring& ring;
  Stage& stage;
  unsigned long long* word;
  std::uint64_t to, room;  // the place of the first, and how many there is room for
  unsigned count = 0;

  __device__ void take(std::uint64_t row, bool is_new) {
    const unsigned takers = __ballot_sync(~0U, is_new);
    if (takers == 0) return;
    if (is_new) {
      const unsigned before = takers & ((1U << (threadIdx.x & 31U)) - 1);
      stage.rows[threadIdx.x / 32][count + __popc(before)] = row;
    }
    count += __popc(takers);
    if (count <= Stage::kRoom - 32) return;
    __syncwarp();
    unsigned long long base = 0;
    if ((threadIdx.x & 31U) == 0) base = atomicAdd(word, static_cast<unsigned long long>(count));
    put(Control::fresh(__shfl_sync(~0U, base, 0)));
    __syncwarp();
    count = 0;
  }
  /// What is left, by all threads of a block.
  __device__ void finish() {
    if ((threadIdx.x & 31U) == 0) stage.counts[threadIdx.x / 32] = count;
    __syncthreads();
    unsigned before = 0, all = 0;
    for (unsigned w = 0; w < kWarps; ++w) {
      if (w < threadIdx.x / 32) before += stage.counts[w];
      all += stage.counts[w];
    }
    if (all == 0) return;
    if (threadIdx.x == 0) stage.base = atomicAdd(word, static_cast<unsigned long long>(all));
    __syncthreads();
    put(Control::fresh(stage.base) + before);
  }

 private:
  __device__ void put(std::uint64_t base) {
    for (unsigned i = threadIdx.x & 31U; i < count; i += 32) {
      if (base + i < room) *ring.at(ring.place(to, base + i)) = stage.rows[threadIdx.x / 32][i];
    }
  }
};

/// What a block of threads does with rows: where they are, and where what is new goes.
struct Share {
  bool is_held = false;    // else rows are in the ring, and new ones are appended to it
  unsigned side = 0;       // where held ones are
  std::uint64_t from = 0;  // place in the ring
  std::uint64_t first = 0, stride = kThreads;
};

/// Expands items first + threadIdx.x, and so on by strides. Whether this thread met something that
/// ends the launch.
template <class T, Kind kind, bool plane>
__device__ bool expand_share(const ReachJob<T>& job, const Search& search, const Division& division,
                             const Share& share, Held& held, Expander<T, kind, plane>& expander,
                             Appender& appender) {
  constexpr unsigned batch = plane ? 4 : 1;  // letters whose bits are fetched together
  const std::uint64_t lane = threadIdx.x & 31U;
  const std::uint32_t letters = job.program.letters;
  const bool look_first = division.span > 1;
  bool noticed = false;
  for (std::uint64_t k = share.first + threadIdx.x; k - lane < division.items; k += share.stride) {
    const bool is_item = k < division.items;
    std::uint32_t letter = 0;
    std::uint64_t i = k, row = 0;
    if (division.groups > 1) {
      const std::uint32_t group =
          static_cast<std::uint32_t>(k) / static_cast<std::uint32_t>(division.rows);
      i = k - group * division.rows;
      letter = group * division.span;
    }
    if (is_item) {
      row = share.is_held ? held.rows[share.side][i]
                          : __ldcg(search.ring.at(search.ring.place(share.from, i)));
      expander.load(row);
    }
    for (std::uint32_t done = 0; done < division.span; done += batch) {
      std::uint64_t next[batch];
      bool is_new[batch], doubtful[batch];
#pragma unroll
      for (unsigned b = 0; b < batch; ++b) {
        is_new[b] = doubtful[b] = false;
        if (done + b >= division.span) continue;
        if (!is_item || letter + done + b >= letters) continue;
        next[b] = expander.next(letter + done + b, doubtful[b]);
        is_new[b] = !doubtful[b] && (next[b] & kFlag) == 0;
        if (doubtful[b] || is_new[b]) continue;
        search.control->wrong = 1;
        noticed = true;
      }
      if (look_first) {
        unsigned words[batch];
#pragma unroll
        for (unsigned b = 0; b < batch; ++b) {
          if (is_new[b]) words[b] = __ldcg(search.visited + job.index(next[b]) / 32);
        }
#pragma unroll
        for (unsigned b = 0; b < batch; ++b) {
          if (is_new[b]) is_new[b] = (words[b] >> (job.index(next[b]) % 32) & 1U) == 0;
        }
      }
#pragma unroll
      for (unsigned b = 0; b < batch; ++b) {
        if (is_new[b]) is_new[b] = mark_bit(search.visited, job.index(next[b]));
      }
#pragma unroll
      for (unsigned b = 0; b < batch; ++b) {
        if (done + b >= division.span) continue;
        if (share.is_held) {
          const unsigned place = next_place(&held.count, is_new[b]);
          if (is_new[b]) held.rows[1 - share.side][place] = next[b];
        } else {
          appender.take(next[b], is_new[b]);
        }
      }
      if (!job.exact) continue;
#pragma unroll
      for (unsigned b = 0; b < batch; ++b) {
        const std::uint64_t place = next_place(&search.control->doubts, doubtful[b]);
        if (!doubtful[b]) continue;
        noticed = true;
        const std::uint64_t step = row | std::uint64_t{letter + done + b} << kRowBits;
        if (place < kDoubts) search.doubts[place] = step;
      }
    }
  }
  return noticed;
}

/// How a level is spread over blocks: in shares that they hold, if these are small enough.
struct Deal {
  std::uint32_t blocks = 0;
  std::uint64_t share = 0;  // rows of a block
  bool held = false;

  __device__ Deal(std::uint64_t rows, std::uint32_t letters) {
    const std::uint64_t wanted = (rows * letters + kThreads - 1) / kThreads;
    blocks = static_cast<std::uint32_t>(min(wanted, std::uint64_t{gridDim.x}));
    share = (rows + blocks - 1) / blocks;
    held = share * letters <= Held::kRoom;
  }
};

template <class T, Kind kind, bool plane>
__global__ void __launch_bounds__(kThreads, 3)
    search_levels(const __grid_constant__ ReachJob<T> job, const __grid_constant__ Search search) {
  __shared__ union {
    Held held;
    Stage stage;
  } shared;
  __shared__ unsigned long long seen[2];  // what a level's word was, for levels in turn
  __shared__ unsigned long long taken;    // what it was before this block added to it
  Held& held = shared.held;
  Expander<T, kind, plane> expander(job);
  const Ring& ring = search.ring;
  Control& control = *search.control;
  const std::uint32_t letters = job.program.letters;
  std::uint64_t begin = search.begin, end = search.end;
  std::uint64_t from = begin % ring.capacity;  // a division takes as long as a read of memory
  Deal deal(end - begin, letters);
  std::uint32_t own = 0, side = 0, dealt = 0;  // held rows, where, and for how many levels
  bool is_dealt = false;
  for (std::uint32_t level = 0;; ++level) {
    unsigned long long* word = &control.words[level];
    const std::uint64_t rows = end - begin, room = ring.capacity - rows;
    const std::uint64_t to = ring.place(from, rows);
    const bool works = blockIdx.x < deal.blocks;
    if (works && deal.held && !is_dealt) {
      const std::uint64_t first = deal.share * blockIdx.x;
      own = static_cast<std::uint32_t>(first < rows ? min(deal.share, rows - first) : 0);
      for (std::uint32_t i = threadIdx.x; i < own; i += kThreads) {
        held.rows[side][i] = __ldcg(ring.at(ring.place(from, first + i)));
      }
    }
    bool noticed = false;
    unsigned long long added = 1ULL << kArrived;
    if (works) {
      if (deal.held && threadIdx.x == 0) held.count = 0;
      __syncthreads();
      const std::uint64_t threads = deal.held ? kThreads : std::uint64_t{deal.blocks} * kThreads;
      const Division division(deal.held ? own : rows, letters, threads);
      Share share{deal.held, side, from};
      if (!deal.held) {
        share.first = std::uint64_t{blockIdx.x} * kThreads;
        share.stride = threads;
      }
      Appender appender{ring, shared.stage, word, to, room};
      noticed = expand_share(job, search, division, share, held, expander, appender);
      if (!deal.held) appender.finish();
      noticed = __syncthreads_or(noticed) != 0;
      if (deal.held) {
        own = held.count;
        added += own;
        const std::uint64_t usual = max(std::uint64_t{kThreads}, deal.share * letters);
        const std::uint64_t most = min(2 * usual, Held::kRoom);
        if (noticed || own * std::uint64_t{letters} > most) added += 1ULL << kNoticed;
      } else if (noticed) {
        added += 1ULL << kNoticed;
      }
    }
    if (threadIdx.x == 0) {
      unsigned long long value = added, before = 0;
      if (!deal.held) {
        if (works) add_released(word, added);
        do {
          value = load_word<true>(word);
        } while (value >> kArrived != deal.blocks);
      } else {
        // What others need to know of this block they find in the sum. The marks it made are made:
        // the sum depends on what each of them returned.
        if (noticed) __threadfence();
        if (deal.blocks == 1 && works) {
          atomicAdd(word, added);
        } else {
          if (works) before = atomicAdd(word, added);
          do {
            value = load_word<false>(word);
          } while (value >> kArrived != deal.blocks);
        }
      }
      seen[level % 2] = value;
      taken = before;
    }
    __syncthreads();
    const unsigned long long made = seen[level % 2], fresh = Control::fresh(made);
    if (works && deal.held) {
      side = 1 - side;
      const std::uint64_t base = Control::fresh(taken);
      for (std::uint32_t i = threadIdx.x; i < own; i += kThreads) {
        if (base + i < room) *ring.at(ring.place(to, base + i)) = held.rows[side][i];
      }
    }
    unsigned stop = fresh > room ? 4U : 0U;
    const bool any_noticed = (made >> kNoticed & ((1ULL << (kArrived - kNoticed)) - 1)) != 0;
    if (any_noticed) {
      stop |= __ldcg(&control.wrong) != 0 ? 1U : 0U;
      stop |= __ldcg(&control.doubts) != 0 ? 2U : 0U;
    }
    begin = end;
    from = to;
    end += fresh;
    const bool last = stop != 0 || fresh == 0 || level + 1 == search.most_levels ||
                      end - search.end > kRowsOfLaunch || end + fresh * letters > search.limit;
    if (last) {
      if (blockIdx.x == 0 && threadIdx.x == 0) {
        control.levels = level + 1;
        control.stop = stop;
      }
      return;
    }
    is_dealt = deal.held && !any_noticed && ++dealt < kDealtLevels;
    if (is_dealt) continue;
    if (deal.held) {
      unsigned long long* written = &control.deals[level];
      __syncthreads();
      if (works && threadIdx.x == 0) add_released(written, 1);
      if (threadIdx.x == 0) {
        while (load_word<true>(written) != deal.blocks) {
        }
      }
      __syncthreads();
    }
    deal = Deal(fresh, letters);
    dealt = 0;
  }
}

/// Rows that the host has computed.
template <class T>
__global__ void insert_rows(const ReachJob<T> job, const __grid_constant__ Search search,
                            const std::uint64_t* rows, std::uint64_t count, std::uint64_t room,
                            unsigned long long* fresh) {
  const std::uint64_t i = std::uint64_t{blockIdx.x} * kThreads + threadIdx.x;
  const bool is_new = i < count && mark_bit(search.visited, job.index(rows[i]));
  const std::uint64_t place = next_place(fresh, is_new);
  if (is_new && place < room) {
    *search.ring.at(search.ring.place(search.end % search.ring.capacity, place)) = rows[i];
  }
}

}  // namespace
}  // namespace statewright::kernels
