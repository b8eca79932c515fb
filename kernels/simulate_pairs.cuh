#pragma once

// Internal: networks of reflections that touch two numbers each, at most 6 numbers of bf16 or fp16,
// all operations rounded to that: word problems of symmetric groups and the like.
//
// The state is three registers of two numbers each. Which two numbers a factor touches differs from
// thread to thread, so they are picked by byte permutations (PRMT) whose selectors stand in a
// table, changed by packed arithmetic (HMUL2, HADD2), and put back by permutations; a factor that
// does nothing puts nothing back. bf16x2 and f16x2 instructions round each product and sum once, to
// nearest-even, with subnormals, which is what the emulated operations do (compare_packed in
// kernels_device runs all 2^32 pairs of operands).
//
// Tables in shared memory have a copy for each lane of a quarter warp (or each lane), so that no
// bank is asked twice. A table of factors has 256 bytes a row: the address of a lane's copy is one
// PRMT of the factor's number and the lane's place.

#include <map>
#include <optional>
#include <vector>

#include "kernels/close_readout.hpp"
#include "kernels/generator.hpp"
#include "kernels/packed.cuh"
#include "kernels/simulate_doubts.cuh"
#include "kernels/simulate_outcome.cuh"

namespace statewright::kernels {

namespace pairs {

/// Bytes of a and b by the four lower nibbles of the selector, whose upper half may hold anything:
/// __byte_perm would mask it first.
__device__ __forceinline__ std::uint32_t permute(std::uint32_t a, std::uint32_t b,
                                                 std::uint32_t selector) {
  std::uint32_t d;
  asm("prmt.b32 %0, %1, %2, %3;" : "=r"(d) : "r"(a), "r"(b), "r"(selector));
  return d;
}

/// 16 bytes at an address within shared memory, at once.
__device__ __forceinline__ uint4 load_row(std::uint32_t address) {
  uint4 row;
  asm volatile("ld.shared.v4.u32 {%0, %1, %2, %3}, [%4];"
               : "=r"(row.x), "=r"(row.y), "=r"(row.z), "=r"(row.w)
               : "r"(address)
               : "memory");
  return row;
}

constexpr unsigned kThreads = 512;
constexpr unsigned kMostNumbers = 6;
constexpr unsigned kMostSlots = 4;

/// A factor: bytes that pick h_i and h_j, bytes that put them back, v and scale.
struct Row {
  std::uint32_t pick;       ///< from the first two registers; upper half: from that and the third
  std::uint32_t put_first;  ///< upper half: put_second
  std::uint32_t put_third;  ///< upper half: the scale
  std::uint32_t v;
};

/// Tables as they stand in shared memory, copies and all.
struct Tables {
  std::uint32_t letters = 0, states = 0, outputs = 0, numbers = 0;
  std::uint32_t machine_start = 0;
  std::uint32_t start[3] = {};
  std::uint32_t letters_at = 0, known_at = 0, next_at = 0, bytes = 0;  ///< rows stand at 0
  const std::uint32_t* image = nullptr;                                ///< [bytes / 4]
  const std::uint16_t* W = nullptr;                                    ///< [outputs, 6], codes
  const std::uint16_t* c = nullptr;
  const float* exact_W = nullptr;  ///< [outputs, numbers], for exact readouts; else null
  const float* exact_c = nullptr;
  const std::uint32_t* output = nullptr;  ///< [states]
};

struct Run {
  Tables tables;
  std::uint64_t count = 0, length = 0, first = 0, seed = 0;
  const std::uint32_t* packed = nullptr;  ///< null: letters are generated
  std::uint64_t row = 0;
  std::uint32_t bits = 0;
  bool must_finish = false;
  std::uint32_t* outputs = nullptr;
  double* states = nullptr;
  Finding* findings = nullptr;
  DoubtMarks doubts;
};

struct State {
  std::uint32_t a, b, c;
};

constexpr std::uint32_t kUndecided = ~0U;

/// The output; kUndecided where exact scores are too close to one another.
template <class Packed>
__device__ __noinline__ std::uint32_t read_out(const Tables& tables, State h) {
  const std::uint32_t codes[kMostNumbers] = {h.a & 0xffff, h.a >> 16,    h.b & 0xffff,
                                             h.b >> 16,    h.c & 0xffff, h.c >> 16};
  std::uint32_t best = 0;
  if (tables.exact_W != nullptr) {
    LayerView<float> layer;
    layer.n = tables.numbers;
    layer.outputs = tables.outputs;
    layer.W = tables.exact_W;
    layer.c = tables.exact_c;
    float numbers[kMostNumbers];
    for (std::uint32_t e = 0; e < kMostNumbers; ++e) numbers[e] = Packed::number(codes[e]);
    std::int32_t doubtful;
    read_out_or_doubt(layer, Rows<float>{numbers}, best, doubtful);
    return doubtful != 0 ? kUndecided : best;
  }
  float best_score = 0;
  for (std::uint32_t k = 0; k < tables.outputs; ++k) {
    const std::uint16_t* row = tables.W + k * kMostNumbers;
    std::uint32_t score = Packed::mul(row[0], codes[0]);
#pragma unroll
    for (std::uint32_t e = 1; e < kMostNumbers; ++e) {
      if (e < tables.numbers) score = Packed::add(score, Packed::mul(row[e], codes[e]));
    }
    score = Packed::add(score, tables.c[k]);
    const float x = Packed::number(score & 0xffff);
    if (k == 0 || x > best_score || (best_score != best_score && x == x)) {
      best = k;
      best_score = x;
    }
  }
  return best;
}

/// `unit_scale`: all scales are 1, by which products are exact.
template <class Packed, bool unit_scale>
__device__ __forceinline__ void reflect(State& h, const uint4 row) {
  const std::uint32_t early = permute(h.a, h.b, row.x);
  const std::uint32_t two = permute(early, h.c, row.x >> 16);
  const std::uint32_t products = Packed::mul(two, row.w);
  std::uint32_t w = Packed::add(products, permute(products, products, 0x1032));
  if constexpr (!unit_scale) w = Packed::mul(permute(row.z, row.z, 0x3232), w);
  const std::uint32_t after = Packed::sub(two, Packed::mul(row.w, w));
  h.a = permute(h.a, after, row.y);
  h.b = permute(h.b, after, row.y >> 16);
  h.c = permute(h.c, after, row.z);
}

constexpr unsigned long long kNever = ~0ULL, kInDoubt = ~0ULL - 1;
constexpr unsigned kFromMemory = ~0U;

/// One word: where its first wrong output is, kNever if nowhere; kInDoubt if that is not known.
///
/// `slots`: factors of a letter; `per_half`: letters in half a draw, 0 if to be looked up,
/// kFromMemory if none are drawn; `rows`: the address of the tables in shared memory, a multiple of
/// 256, that numbers of factors count in.
template <class Packed, unsigned slots, unsigned per_half, bool unit_scale>
struct WordLoop {
  const Run& run;
  std::uint32_t letter_rows, known_rows, next, eighth;

  State h;
  std::uint32_t q;
  unsigned long long wrong = kNever;

  __device__ __forceinline__ void judge(unsigned long long position) {
    if (wrong != kNever || run.tables.states == 0) return;
    const std::uint32_t output = read_out<Packed>(run.tables, h);
    if (output != run.tables.output[q]) wrong = output == kUndecided ? kInDoubt : position;
  }

  __device__ __forceinline__ void step(std::uint32_t letter, unsigned long long before) {
    std::uint32_t ids;
    asm volatile("ld.shared.u32 %0, [%1];"
                 : "=r"(ids)
                 : "r"(letter_rows + letter * 128)
                 : "memory");
#pragma unroll
    for (unsigned slot = 0; slot < slots; ++slot) {
      // Byte `slot` of the numbers above the byte of the lane's place: an address.
      reflect<Packed, unit_scale>(h, load_row(permute(ids, eighth, 0x7704 | slot << 4)));
    }
    if (run.tables.states == 0) return;
    asm volatile("ld.shared.u8 %0, [%1];"
                 : "=r"(q)
                 : "r"(next + q * run.tables.letters + letter)
                 : "memory");
    const uint4 known = load_row(known_rows + q * 128);
    if (((h.a ^ known.x) | (h.b ^ known.y) | (h.c ^ known.z)) != 0) judge(before + 1);
  }

  /// Letters of a row of packed ones.
  __device__ __forceinline__ void unpack(const std::uint32_t* numbers) {
    const std::uint32_t per = 32 / run.bits, mask = run.bits == 32 ? ~0U : (1U << run.bits) - 1;
    const bool may_stop = !run.must_finish;
    for (std::uint64_t t = 0; t < run.length; ++numbers) {
      if (may_stop && (wrong != kNever || run.tables.states == 0)) return;
      std::uint64_t number = *numbers;
      const std::uint64_t left = run.length - t;
      const std::uint32_t held = left < per ? static_cast<std::uint32_t>(left) : per;
      for (std::uint32_t i = 0; i < held; ++i, number >>= run.bits) {
        step(static_cast<std::uint32_t>(number) & mask, t++);
      }
    }
  }

  __device__ __forceinline__ void read(const WordKeys& keys) {
    const std::uint32_t letters = run.tables.letters;
    const std::uint32_t held = per_half != 0 ? per_half : letters_in_half(letters);
    const bool may_stop = !run.must_finish;
    std::uint64_t t = 0;
    for (std::uint64_t block = 0; t < run.length; ++block) {
      if (may_stop && (wrong != kNever || run.tables.states == 0)) return;
      const std::uint64_t draw = keys.draw(block);
      std::uint32_t low = static_cast<std::uint32_t>(draw);
      std::uint32_t high = static_cast<std::uint32_t>(draw >> 32);
      if constexpr (per_half != 0) {
        if (run.length - t >= 2 * per_half) {
#pragma unroll
          for (unsigned i = 0; i < per_half; ++i) step(take_letter(low, letters), t + i);
#pragma unroll
          for (unsigned i = 0; i < per_half; ++i)
            step(take_letter(high, letters), t + per_half + i);
          t += 2 * per_half;
          continue;
        }
      }
      for (unsigned i = 0; i < held && t < run.length; ++i) step(take_letter(low, letters), t++);
      for (unsigned i = 0; i < held && t < run.length; ++i) step(take_letter(high, letters), t++);
    }
  }
};

template <class Packed, unsigned slots, unsigned per_half, bool unit_scale>
__global__ void __launch_bounds__(kThreads, 2) simulate_pairs(const __grid_constant__ Run run) {
  extern __shared__ __align__(256) unsigned char memory[];
  const Tables& tables = run.tables;
  const auto base = static_cast<std::uint32_t>(__cvta_generic_to_shared(memory));
  for (std::uint32_t i = threadIdx.x; i < tables.bytes / 4; i += blockDim.x) {
    std::uint32_t value = tables.image[i];
    const bool numbers = 4 * i >= tables.letters_at && 4 * i < tables.known_at;
    if (numbers) value += base / 256 * 0x0101'0101;  // now they are addresses
    reinterpret_cast<std::uint32_t*>(memory)[i] = value;
  }
  __syncthreads();
  const std::uint32_t lane = threadIdx.x & 31, eighth = (lane & 7) * 16;
  const std::uint64_t threads = std::uint64_t{gridDim.x} * blockDim.x;
  Finding finding;
  for (std::uint64_t word = std::uint64_t{blockIdx.x} * blockDim.x + threadIdx.x; word < run.count;
       word += threads) {
    WordLoop<Packed, slots, per_half, unit_scale> loop{
        run,
        base + tables.letters_at + lane * 4,
        base + tables.known_at + eighth,
        base + tables.next_at,
        eighth,
        {tables.start[0], tables.start[1], tables.start[2]},
        tables.machine_start};
    loop.judge(0);
    if constexpr (per_half == kFromMemory) {
      loop.unpack(run.packed + word * run.row);
    } else {
      loop.read(word_keys(run.seed, run.first + word));
    }
    const State& h = loop.h;
    if (run.outputs != nullptr) {
      const std::uint32_t output = read_out<Packed>(tables, h);
      run.outputs[word] = output;
      if (output == kUndecided) loop.wrong = kInDoubt;
    }
    if (loop.wrong == kInDoubt) {
      run.doubts.mark(word);
    } else if (loop.wrong != kNever) {
      finding.note(word, loop.wrong);
    }
    if (run.states != nullptr) {
      const std::uint32_t parts[3] = {h.a, h.b, h.c};
#pragma unroll
      for (std::uint32_t e = 0; e < kMostNumbers; ++e) {
        if (e >= tables.numbers) break;
        const float x = Packed::number(parts[e / 2] >> (e % 2 * 16) & 0xffff);
        run.states[word * tables.numbers + e] = x != x ? quiet_nan() : x;
      }
    }
  }
  publish(finding, run.findings);
}

}  // namespace pairs

/// A network that simulate_pairs can run, with its tables on the device.
class PairProgram {
 public:
  /// Nothing if it cannot. `exact`: readouts are, and the format of the network's means nothing.
  static std::optional<PairProgram> make(const Network& network, const Machine* machine,
                                         const std::vector<double>& known, bool exact);

  bool takes(const SimulateOptions& options) const { return options.emit != Emit::every; }
  /// Words that are in doubt are marked, and count for nothing.
  void run(const Words& words, const SimulateOptions& options, unsigned multiprocessors,
           DoubtMarks doubts, SimulateResult& result) const;

 private:
  bool bf16_ = true, unit_scale_ = true;
  unsigned slots_ = 0;
  pairs::Tables tables_;
  DeviceArray<std::uint32_t> image_, output_;
  DeviceArray<std::uint16_t> W_, c_;
  DeviceArray<float> exact_W_, exact_c_;
};

}  // namespace statewright::kernels
