// What the tensor cores of a Hopper GPU compute, bit for bit, for our model of them
// (core/number/dot.hpp) to be compared with.
//
//   nvcc -std=c++17 -O2 -gencode=arch=compute_90a,code=sm_90a tensor_cores.cu -o tensor_cores
//   ./tensor_cores TILES SEED ROWS > tensor_cores.txt
//
// A tile is 64 rows of A, 8 columns of B and 64 x 8 numbers C; D = A B + C is computed by one
// warp-group instruction (wgmma, m64n8) and by four warp instructions (mma.sync, m16n8). Rows and
// columns have 32 bytes, which is one instruction's k: 16 numbers of fp16 or bf16, 8 of tf32, 32 of
// fp8. The inputs are seeded; TILES of them for each input format go through the classes below.
// Output: text, hexadecimal bit patterns; of each tile the first ROWS rows:
//   tile FORMAT CLASS
//   a  32 bytes of a row, lowest first; ROWS lines
//   b  likewise; 8 lines
//   c  8 numbers, then d by wgmma and d by mma.sync, ROWS lines
// Both instructions are first tried on whole numbers, whose products any order gets right.

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

constexpr int kRows = 64, kColumns = 8, kWords = 8;

enum Input { kFp16, kBf16, kTf32, kE4m3, kE5m2, kInputs };

struct Shape {
  const char* name;
  int exponent_bits, significand_bits, width;  // width: bits that one number takes in a row
  bool has_infinities;
};

constexpr Shape kShapes[kInputs] = {{"fp16", 5, 10, 16, true},
                                    {"bf16", 8, 7, 16, true},
                                    {"tf32", 8, 10, 32, true},
                                    {"e4m3", 4, 3, 8, false},
                                    {"e5m2", 5, 2, 8, true}};

struct Tile {
  std::uint32_t a[kRows][kWords];
  std::uint32_t b[kColumns][kWords];
  float c[kRows][kColumns];
};

struct Result {
  float wgmma[kRows][kColumns];
  float mma[kRows][kColumns];
};

// --- the device

/// Rows of 32 bytes as the instruction wants them without swizzling: 8 x 16 bytes together.
__device__ std::uint64_t descriptor(const void* shared, std::uint32_t leading,
                                    std::uint32_t stride) {
  const auto address = static_cast<std::uint32_t>(__cvta_generic_to_shared(shared));
  return static_cast<std::uint64_t>((address & 0x3ffff) >> 4) |
         static_cast<std::uint64_t>(leading >> 4) << 16 |
         static_cast<std::uint64_t>(stride >> 4) << 32;
}

#define WGMMA(TYPES, REST)                                                                     \
  asm volatile(                                                                                \
      "{\n.reg .pred p;\nsetp.ne.b32 p, 1, 0;\n"                                               \
      "wgmma.mma_async.sync.aligned." TYPES " {%0, %1, %2, %3}, %4, %5, p, 1, 1" REST ";\n}\n" \
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])                                         \
      : "l"(of_a), "l"(of_b))

#define MMA(TYPES)                                               \
  asm volatile("mma.sync.aligned." TYPES                         \
               " {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, " \
               "{%0, %1, %2, %3};\n"                             \
               : "+f"(e[0]), "+f"(e[1]), "+f"(e[2]), "+f"(e[3])  \
               : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]))

template <int input>
__global__ void multiply(const Tile* tiles, Result* results, std::uint32_t leading,
                         std::uint32_t stride) {
  __shared__ alignas(128) std::uint32_t shared_a[kRows / 8 * 2][8][4];  // [8 x 16 bytes]
  __shared__ alignas(128) std::uint32_t shared_b[2][8][4];
  const Tile& tile = tiles[blockIdx.x];
  Result& result = results[blockIdx.x];
  const int thread = threadIdx.x, warp = thread / 32, lane = thread % 32;
  for (int i = thread; i < kRows * kWords; i += 128) {
    const int row = i / kWords, word = i % kWords;
    shared_a[row / 8 * 2 + word / 4][row % 8][word % 4] = tile.a[row][word];
  }
  for (int i = thread; i < kColumns * kWords; i += 128) {
    shared_b[i % kWords / 4][i / kWords][i % 4] = tile.b[i / kWords][i % kWords];
  }
  asm volatile("fence.proxy.async.shared::cta;\n" ::: "memory");
  __syncthreads();

  const int row = 16 * warp + lane / 4, column = lane % 4 * 2;
  float d[4], e[4];
  for (int i = 0; i < 4; ++i) d[i] = e[i] = tile.c[row + (i / 2) * 8][column + i % 2];

  const std::uint64_t of_a = descriptor(shared_a, leading, stride);
  const std::uint64_t of_b = descriptor(shared_b, leading, stride);
  asm volatile("wgmma.fence.sync.aligned;\n" ::: "memory");
  if (input == kFp16) WGMMA("m64n8k16.f32.f16.f16", ", 0, 0");
  if (input == kBf16) WGMMA("m64n8k16.f32.bf16.bf16", ", 0, 0");
  if (input == kTf32) WGMMA("m64n8k8.f32.tf32.tf32", "");
  if (input == kE4m3) WGMMA("m64n8k32.f32.e4m3.e4m3", "");
  if (input == kE5m2) WGMMA("m64n8k32.f32.e5m2.e5m2", "");
  asm volatile("wgmma.commit_group.sync.aligned;\nwgmma.wait_group.sync.aligned 0;\n" ::: "memory");

  const int word = lane % 4;
  const std::uint32_t a[4] = {tile.a[row][word], tile.a[row + 8][word], tile.a[row][word + 4],
                              tile.a[row + 8][word + 4]};
  const std::uint32_t b[2] = {tile.b[lane / 4][word], tile.b[lane / 4][word + 4]};
  if (input == kFp16) MMA("m16n8k16.row.col.f32.f16.f16.f32");
  if (input == kBf16) MMA("m16n8k16.row.col.f32.bf16.bf16.f32");
  if (input == kTf32) MMA("m16n8k8.row.col.f32.tf32.tf32.f32");
  if (input == kE4m3) MMA("m16n8k32.row.col.f32.e4m3.e4m3.f32");
  if (input == kE5m2) MMA("m16n8k32.row.col.f32.e5m2.e5m2.f32");
  for (int i = 0; i < 4; ++i) {
    result.wgmma[row + (i / 2) * 8][column + i % 2] = d[i];
    result.mma[row + (i / 2) * 8][column + i % 2] = e[i];
  }
}

void must(cudaError_t error) {
  if (error == cudaSuccess) return;
  std::fprintf(stderr, "CUDA: %s\n", cudaGetErrorString(error));
  std::exit(1);
}

/// How far apart blocks of 8 x 16 bytes are along k and along rows, as descriptors say it.
struct Layout {
  std::uint32_t leading, stride;
};

std::vector<Result> run(int input, const std::vector<Tile>& tiles, Layout layout) {
  Tile* in = nullptr;
  Result* out = nullptr;
  must(cudaMalloc(&in, tiles.size() * sizeof(Tile)));
  must(cudaMalloc(&out, tiles.size() * sizeof(Result)));
  must(cudaMemcpy(in, tiles.data(), tiles.size() * sizeof(Tile), cudaMemcpyHostToDevice));
  const auto blocks = static_cast<unsigned>(tiles.size());
  switch (input) {
    case kFp16:
      multiply<kFp16><<<blocks, 128>>>(in, out, layout.leading, layout.stride);
      break;
    case kBf16:
      multiply<kBf16><<<blocks, 128>>>(in, out, layout.leading, layout.stride);
      break;
    case kTf32:
      multiply<kTf32><<<blocks, 128>>>(in, out, layout.leading, layout.stride);
      break;
    case kE4m3:
      multiply<kE4m3><<<blocks, 128>>>(in, out, layout.leading, layout.stride);
      break;
    default:
      multiply<kE5m2><<<blocks, 128>>>(in, out, layout.leading, layout.stride);
  }
  must(cudaGetLastError());
  std::vector<Result> results(tiles.size());
  must(cudaMemcpy(results.data(), out, tiles.size() * sizeof(Result), cudaMemcpyDeviceToHost));
  must(cudaFree(in));
  must(cudaFree(out));
  return results;
}

// --- inputs

struct Random {
  std::uint64_t state;
  std::uint64_t operator()() {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  int below(int n) { return static_cast<int>((*this)() % static_cast<std::uint64_t>(n)); }
  int between(int low, int high) { return low + below(high - low + 1); }
  bool one_in(int n) { return below(n) == 0; }
};

/// Numbers of one format, as bit patterns.
struct Numbers {
  const Shape& shape;
  Random& random;

  int bias() const { return (1 << (shape.exponent_bits - 1)) - 1; }
  int fields() const { return 1 << shape.exponent_bits; }
  int significands() const { return 1 << shape.significand_bits; }
  std::uint32_t code(bool negative, int field, int significand) const {
    std::uint32_t bits = static_cast<std::uint32_t>(negative);
    bits = bits << shape.exponent_bits | static_cast<std::uint32_t>(field);
    bits = bits << shape.significand_bits | static_cast<std::uint32_t>(significand);
    return shape.width == 32 ? bits << 13 : bits;
  }
  int largest_field() const { return shape.has_infinities ? fields() - 2 : fields() - 1; }
  std::uint32_t with_field(int field) {
    if (field < 0) field = 0;
    if (field > largest_field()) field = largest_field();
    int significand = random.below(significands());
    // The last one of a format without infinities is NaN.
    if (field == fields() - 1 && significand == significands() - 1) --significand;
    return code(random.one_in(2), field, significand);
  }
  std::uint32_t near(int low, int high) { return with_field(bias() + random.between(low, high)); }
  std::uint32_t any() { return with_field(random.between(0, largest_field())); }
  std::uint32_t special() {
    if (!shape.has_infinities) return code(random.one_in(2), fields() - 1, significands() - 1);
    return code(random.one_in(2), fields() - 1, random.one_in(2) ? 0 : significands() - 1);
  }
  std::uint32_t zero() { return code(random.one_in(2), 0, 0); }
  std::uint32_t negated(std::uint32_t x) const { return x ^ code(true, 0, 0); }
  std::uint32_t next(std::uint32_t x) const { return x ^ code(false, 0, 1); }
};

float float_of(Random& random, int low, int high) {
  const auto significand = static_cast<double>(random() >> 40) * 0x1p-24;
  const double size = std::ldexp(1 + significand, random.between(low, high));
  return static_cast<float>(random.one_in(2) ? -size : size);
}

float float_from(std::uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

std::uint32_t bits_of(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

enum Class {
  kPlain,       // exponents near 0
  kWide,        // all finite codes
  kCancelling,  // products in pairs that cancel, but for a last bit now and then
  kSmall,       // zeros of both signs, subnormal numbers, and some larger ones
  kFaint,       // products down to 2^-30 of the largest
  kSpecial,     // infinities and NaN among all codes
  kSparse,      // few products, far apart
  kLargeSum,    // products far below c
  kTiny,        // bf16 and tf32: products around 2^-149, where the least exponent shows
  kSubnormal,   // subnormal rows, large columns
  kClasses
};
constexpr const char* kClassNames[kClasses] = {"plain", "wide",     "cancelling", "small",
                                               "faint", "special",  "sparse",     "sum",
                                               "tiny",  "subnormal"};

struct Row {
  std::vector<std::uint32_t> codes;
  std::uint32_t words[kWords];
  void pack(int width) {
    std::memset(words, 0, sizeof words);
    for (std::size_t k = 0; k < codes.size(); ++k) {
      const std::size_t bit = k * static_cast<std::size_t>(width);
      words[bit / 32] |= codes[k] << (bit % 32);
    }
  }
};

Tile make_tile(const Shape& shape, int kind, Random& random) {
  Numbers numbers{shape, random};
  const int k = 256 / shape.width, bias = numbers.bias();
  const int most = shape.exponent_bits == 8 ? 60 : bias;  // exponents of products that fp32 has
  const int tiny = shape.exponent_bits == 8 ? 75 : bias / 2;
  Row columns[kColumns];
  for (Row& column : columns) {
    for (int j = 0; j < k; ++j) {
      std::uint32_t x = numbers.near(-2, 2);
      if (kind == kWide || kind == kSpecial) x = numbers.any();
      if (kind == kCancelling && j % 2 == 1) x = column.codes.back();
      if (kind == kSmall && !random.one_in(4)) x = numbers.with_field(random.between(0, 2));
      if (kind == kFaint) x = numbers.near(-1, 1);
      if (kind == kSparse || kind == kLargeSum) x = numbers.code(random.one_in(4), bias, 0);
      if (kind == kSpecial && random.one_in(40)) x = numbers.special();
      if (kind == kTiny) x = numbers.near(-tiny - 3, -tiny + 3);
      if (kind == kSubnormal)
        x = numbers.with_field(numbers.largest_field() - random.between(0, 2));
      column.codes.push_back(x);
    }
    column.pack(shape.width);
  }
  Tile tile;
  for (int i = 0; i < kRows; ++i) {
    Row row;
    for (int j = 0; j < k; ++j) {
      std::uint32_t x = numbers.near(-2, 2);
      switch (kind) {
        case kWide:
          x = numbers.any();
          break;
        case kCancelling:
          x = numbers.near(-4, 4);
          if (j % 2 == 1) x = numbers.negated(row.codes.back());
          if (random.one_in(8)) x = numbers.next(x);
          break;
        case kSmall:
          x = random.one_in(4) ? numbers.zero() : numbers.with_field(random.between(0, 2));
          if (random.one_in(8)) x = numbers.near(-3, 3);
          break;
        case kFaint:
          x = random.one_in(3) ? numbers.zero() : numbers.near(-(bias < 30 ? bias : 30), 0);
          break;
        case kSpecial:
          x = random.one_in(40) ? numbers.special() : numbers.any();
          break;
        case kSparse:
          x = numbers.zero();
          if (random.one_in(k / 4)) {
            const int size = random.one_in(2) ? bias / 2 : -random.between(0, bias);
            x = numbers.code(random.one_in(2), bias + size, random.below(numbers.significands()));
          }
          break;
        case kTiny:
          x = numbers.near(-tiny - 13, -tiny + 2);
          break;
        case kSubnormal:
          x = numbers.with_field(random.one_in(4) ? random.between(1, 3) : 0);
          break;
        case kLargeSum:
          x = numbers.code(random.one_in(4), bias + random.between(-1, 1), 0);
          break;
        default:
          break;
      }
      row.codes.push_back(x);
    }
    row.pack(shape.width);
    std::memcpy(tile.a[i], row.words, sizeof row.words);
    for (int j = 0; j < kColumns; ++j) {
      float c = float_of(random, -4, 4);
      switch (kind) {
        case kWide:
          c = float_of(random, -2 * most, 2 * most < 127 ? 2 * most : 127);
          break;
        case kCancelling:
          c = random.one_in(2) ? 0.0F : float_of(random, -30, 4);
          break;
        case kSmall:
          c = random.one_in(2) ? (random.one_in(2) ? -0.0F : 0.0F)
                               : float_from(static_cast<std::uint32_t>(random()) & 0x80ff'ffff);
          if (random.one_in(3)) c = float_of(random, -2 * bias > -126 ? -2 * bias : -126, -10);
          break;
        case kFaint:
          c = random.one_in(2) ? float_of(random, -30, -10) : float_of(random, -3, 3);
          break;
        case kSpecial:
          c = float_of(random, 0, 127);
          if (random.one_in(30)) c = random.one_in(2) ? INFINITY : -INFINITY;
          if (random.one_in(60)) c = float_from(0x7fc0'0000);
          break;
        case kSparse:
          c = random.one_in(2) ? 0.0F : float_of(random, -bias, bias / 2);
          break;
        case kLargeSum:
          c = float_of(random, 0, 30);
          break;
        case kTiny:
          c = random.one_in(2) ? 0.0F
                               : float_from(static_cast<std::uint32_t>(random()) & 0x8000'000f);
          break;
        case kSubnormal:
          c = random.one_in(2) ? 0.0F : float_of(random, -6, 2);
          break;
        default:
          break;
      }
      tile.c[i][j] = c;
    }
  }
  for (int j = 0; j < kColumns; ++j) std::memcpy(tile.b[j], columns[j].words, sizeof tile.b[j]);
  return tile;
}

// --- the layout, tried on whole numbers

/// Rows of small whole numbers; D is exact in any order.
bool is_right(Layout layout) {
  Tile tile{};
  std::vector<int> a(kRows * 16), b(kColumns * 16);
  Random random{7};
  const auto fp16 = [](int x) {  // 0, +-1, +-2
    const std::uint32_t sizes[] = {0, 0x3c00, 0x4000};
    return sizes[x < 0 ? -x : x] | (x < 0 ? 0x8000U : 0U);
  };
  const auto fill = [&](std::vector<int>& values, std::uint32_t(*rows)[kWords]) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = random.between(-2, 2);
      rows[i / 16][i % 16 / 2] |= fp16(values[i]) << (i % 2 * 16);
    }
  };
  fill(a, tile.a);
  fill(b, tile.b);
  for (auto& row : tile.c) {
    for (float& c : row) c = static_cast<float>(random.between(-9, 9));
  }
  const std::vector<Result> results = run(kFp16, {tile}, layout);
  bool right = true;
  for (std::size_t i = 0; i < kRows; ++i) {
    for (std::size_t j = 0; j < kColumns; ++j) {
      float sum = tile.c[i][j];
      for (std::size_t k = 0; k < 16; ++k) sum += static_cast<float>(a[16 * i + k] * b[16 * j + k]);
      right = right && results[0].wgmma[i][j] == sum && results[0].mma[i][j] == sum;
    }
  }
  return right;
}

void print_row(const char* name, const std::uint32_t* words) {
  std::printf("%s ", name);
  for (int w = 0; w < kWords; ++w) {
    for (int byte = 0; byte < 4; ++byte) std::printf("%02x", words[w] >> (8 * byte) & 0xff);
  }
  std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "tensor_cores TILES SEED ROWS\n");
    return 2;
  }
  const int count = std::atoi(argv[1]), rows = std::atoi(argv[3]);
  const auto seed = static_cast<std::uint64_t>(std::atoll(argv[2]));
  Layout layout{128, 256};
  if (!is_right(layout)) layout = {256, 128};
  if (!is_right(layout)) {
    std::fprintf(stderr, "whole numbers come out wrong: not the layout that the GPU reads\n");
    return 1;
  }
  cudaDeviceProp device{};
  must(cudaGetDeviceProperties(&device, 0));
  std::printf("# %s, seed %s\n", device.name, argv[2]);
  for (int input = 0; input < kInputs; ++input) {
    std::vector<Tile> tiles;
    for (int t = 0; t < count; ++t) {
      Random random{seed * 1'000'003 + static_cast<std::uint64_t>(1000 * input + t)};
      tiles.push_back(make_tile(kShapes[input], t % kClasses, random));
    }
    const std::vector<Result> results = run(input, tiles, layout);
    for (int t = 0; t < count; ++t) {
      std::printf("tile %s %s\n", kShapes[input].name, kClassNames[t % kClasses]);
      for (int i = 0; i < rows; ++i) print_row("a", tiles[t].a[i]);
      for (int j = 0; j < kColumns; ++j) print_row("b", tiles[t].b[j]);
      for (int i = 0; i < rows; ++i) {
        std::printf("c");
        for (const float c : tiles[t].c[i]) std::printf(" %08x", bits_of(c));
        for (const float d : results[t].wgmma[i]) std::printf(" %08x", bits_of(d));
        for (const float d : results[t].mma[i]) std::printf(" %08x", bits_of(d));
        std::printf("\n");
      }
    }
  }
  return 0;
}
