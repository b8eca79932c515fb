// Searches for transitions of DeltaNet and DeltaProduct with beta in [0, 1], and in [0, 2], whose
// evaluation in chunks counts letters by rounding, in bf16: hundreds of millions of transitions a
// second. What it found is in proofs_check/theorems/found_cycles.cpp, where every network is proved
// anew.
//
//   nvcc -std=c++20 -O3 -arch=sm_90 chunk_cycles.cu -o chunk_cycles
//   ./chunk_cycles SECONDS          for each of the searches that main lists
//   ./chunk_cycles SECONDS wide     with beta up to 2, modulo 3
//
// A thread draws factors I - b k k^T, |k| at most 1 and nearly 1, and starts; lets a letter 1 in a
// chunk of its own act 24 times; and if the state does not rest then, follows all words of 1s of at
// most C letters from every state reached so far (letters 0 do nothing). States that would have to
// stand for two residues end it, and so does the 25th state. The order of operations is that of
// `chunk:F,C=..` in core/lrnn/rounded.hpp. With beta up to 2 letters also add B, in half of the
// draws, and coordinates have different sizes, so that some round what others do not. Whether two
// linear scores tell one residue from the others is decided on the host, by perceptrons.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

constexpr int kMostStates = 32, kMostNumbers = 8, kMostFactors = 3;
constexpr int kSettle = 24, kStarts = 8, kKept = 20'000, kDraws = 64;
constexpr int kBlocks = 132 * 16, kThreads = 128;

struct Found {
  float k[kMostFactors][kMostNumbers], b[kMostFactors], B[kMostNumbers];
  int states = 0, alone = 0;
  float state[kMostStates][kMostNumbers];
  unsigned char residue[kMostStates];
};

/// Nearest-even to bf16, whose exponents are float's.
__device__ float fl(float x) {
  std::uint32_t bits = __float_as_uint(x);
  bits += 0x7FFFU + (bits >> 16U & 1U);
  return __uint_as_float(bits & 0xFFFF0000U);
}
__device__ float times(float a, float b) { return fl(__fmul_rn(a, b)); }
__device__ float minus(float a, float b) { return fl(__fsub_rn(a, b)); }

class Random {  // SplitMix64
 public:
  __device__ explicit Random(std::uint64_t seed) : state_(seed) { next(); }
  __device__ std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E37'79B9'7F4A'7C15;
    z = (z ^ z >> 30) * 0xBF58'476D'1CE4'E5B9;
    z = (z ^ z >> 27) * 0x94D0'49BB'1331'11EB;
    return z ^ z >> 31;
  }
  __device__ float uniform() { return static_cast<float>(next() >> 40) * 0x1p-24F; }
  __device__ float bell() { return uniform() + uniform() + uniform() + uniform() - 2; }

 private:
  std::uint64_t state_;
};

template <int N>
__device__ float dot(const float* a, const float* b) {
  float s = times(a[0], b[0]);
  for (int i = 1; i < N; ++i) s = fl(__fadd_rn(s, times(a[i], b[i])));
  return s;
}

template <int N>
__device__ bool equal(const float* a, const float* b) {
  for (int i = 0; i < N; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

template <int N, int F, bool wide>
struct Letter {
  float k[F][N], b[F], gram[F][F], B[N], dots[F], scale[N];
  bool adds = false;

  __device__ void draw(Random& random) {
    for (int f = 0; f < F; ++f) {
      float square = 2;
      while (!(square <= 0.9999999F)) {  // also of what float rounds
        float length = 0;
        for (int i = 0; i < N; ++i) length += (k[f][i] = random.bell()) * k[f][i];
        length = sqrtf(length);
        square = 0;
        for (int i = 0; i < N; ++i) {
          k[f][i] = fl(k[f][i] / length);
          square = fmaf(k[f][i], k[f][i], square);
        }
      }
      const float u = random.uniform();
      const int how = static_cast<int>(random.next() % 4);  // often 1, or close to it
      b[f] = how == 0 ? 1.0F : fl(how == 1 ? u : 1 - u * u * (how == 2 ? 0.1F : 0.5F));
      if (wide) b[f] = fl(how == 0 ? u : how == 1 ? 1 + u : how == 2 ? 2 - u * u * 0.5F : 2 * u);
    }
    adds = wide && random.next() % 2 == 0;
    for (int i = 0; i < N; ++i) {
      scale[i] = wide ? ldexpf(1, -static_cast<int>(random.next() % 10)) : 1.0F;
      B[i] = adds ? fl(scale[i] * random.bell()) : 0.0F;
    }
    for (int f = 0; f < F; ++f) dots[f] = dot<N>(k[f], B);
    for (int f = 0; f < F; ++f) {
      for (int g = 0; g < F; ++g) gram[f][g] = dot<N>(k[f], k[g]);
    }
  }

  /// The states after 1, 2, .., `letters` letters of a chunk that begins with `start`, until
  /// `visit` says no. What the products are short of is carried from item to item, as their order
  /// allows.
  template <class Visit>
  __device__ void walk(const float* start, int letters, Visit&& visit) const {
    float h[N], u[F];
    for (int i = 0; i < N; ++i) h[i] = start[i];
    for (int f = 0; f < F; ++f) u[f] = dot<N>(k[f], start);
    for (int t = 0; t < letters; ++t) {
      for (int f = 0; f < F; ++f) {
        const float w = times(b[f], u[f]);
        for (int g = 0; g < F; ++g) u[g] = minus(u[g], times(gram[g][f], w));
        for (int i = 0; i < N; ++i) h[i] = minus(h[i], times(k[f][i], w));
      }
      if (adds) {
        for (int f = 0; f < F; ++f) u[f] = fl(__fadd_rn(u[f], dots[f]));
        for (int i = 0; i < N; ++i) h[i] = fl(__fadd_rn(h[i], B[i]));
      }
      if (!visit(t + 1, h)) return;
    }
  }

  __device__ void step(float* state) const {
    walk(state, 1, [&](int, const float* h) {
      for (int i = 0; i < N; ++i) state[i] = h[i];
      return true;
    });
  }
};

template <int N, int F, int C, bool wide>
__global__ void search(std::uint64_t seed, int modulus, Found* found, int* count) {
  Random random(seed + (std::uint64_t{blockIdx.x} * blockDim.x + threadIdx.x) * 0x5'DEEC'E66DULL);
  for (int draw = 0; draw < kDraws; ++draw) {
    Letter<N, F, wide> letter;
    letter.draw(random);
    for (int start = 0; start < kStarts; ++start) {
      float state[kMostStates][N];
      for (int i = 0; i < N; ++i) state[0][i] = fl(2 * letter.scale[i] * random.bell());
      for (int t = 0; t < kSettle; ++t) letter.step(state[0]);
      float after[N];
      bool tiny = false;  // bf16 has no more room there
      for (int i = 0; i < N; ++i) {
        after[i] = state[0][i];
        tiny |= after[i] != 0 && fabsf(after[i]) < 1e-20F;
      }
      letter.step(after);
      if (tiny || equal<N>(after, state[0])) continue;
      unsigned char residue[kMostStates] = {0};
      int states = 1;
      bool right = true;
      for (int at = 0; at < states && right; ++at) {
        letter.walk(state[at], C, [&](int letters, const float* h) {
          const auto due = static_cast<unsigned char>((residue[at] + letters) % modulus);
          for (int s = 0; s < states; ++s) {
            if (equal<N>(state[s], h)) return right = residue[s] == due;
          }
          if (states == kMostStates) return right = false;
          for (int i = 0; i < N; ++i) state[states][i] = h[i];
          residue[states++] = due;
          return true;
        });
      }
      if (!right) continue;
      const int place = atomicAdd(count, 1);
      if (place >= kKept) continue;
      Found& one = found[place];
      for (int f = 0; f < F; ++f) {
        one.b[f] = letter.b[f];
        for (int i = 0; i < N; ++i) one.k[f][i] = letter.k[f][i];
      }
      for (int i = 0; i < N; ++i) one.B[i] = letter.adds ? letter.B[i] : 0.0F;
      one.states = states;
      for (int s = 0; s < states; ++s) {
        one.residue[s] = residue[s];
        for (int i = 0; i < N; ++i) one.state[s][i] = state[s][i];
      }
    }
  }
}

/// A residue that a linear score tells from the others, as far as 3,000 corrections show, or -1.
int told_apart(const Found& one, int n, int modulus) {
  double mean[kMostNumbers] = {}, scale = 0;
  for (int s = 0; s < one.states; ++s) {
    for (int i = 0; i < n; ++i) mean[i] += one.state[s][i] / one.states;
  }
  for (int s = 0; s < one.states; ++s) {
    for (int i = 0; i < n; ++i) scale = std::max(scale, std::fabs(one.state[s][i] - mean[i]));
  }
  const auto entry = [&](int s, int i) {
    return i < n ? (one.state[s][i] - mean[i]) / scale : 1.0;
  };
  for (int alone = 0; alone < modulus; ++alone) {
    double W[kMostNumbers + 1] = {};
    for (int round = 0; round < 3000; ++round) {
      bool right = true;
      for (int s = 0; s < one.states; ++s) {
        const double sign = one.residue[s] == alone ? 1 : -1;
        double sum = 0;
        for (int i = 0; i <= n; ++i) sum += W[i] * entry(s, i);
        if (sign * sum > 1e-9) continue;
        right = false;
        for (int i = 0; i <= n; ++i) W[i] += sign * entry(s, i);
      }
      if (right) return alone;
    }
  }
  return -1;
}

template <int N, int F, int C, bool wide = false>
void run(double seconds, int modulus) {
  Found* found = nullptr;
  int* count = nullptr;
  cudaEvent_t begin, end;
  if (cudaMallocManaged(&found, kKept * sizeof(Found)) != cudaSuccess ||
      cudaMallocManaged(&count, sizeof(int)) != cudaSuccess ||
      cudaEventCreate(&begin) != cudaSuccess || cudaEventCreate(&end) != cudaSuccess) {
    std::fprintf(stderr, "no GPU, or not enough of its memory\n");
    std::exit(1);
  }
  *count = 0;
  double drawn = 0, milliseconds = 0;
  for (std::uint64_t seed = 1; milliseconds < seconds * 1000; ++seed) {
    cudaEventRecord(begin);
    search<N, F, C, wide><<<kBlocks, kThreads>>>(seed * 0x1'0000'0001ULL, modulus, found, count);
    cudaEventRecord(end);
    if (cudaEventSynchronize(end) != cudaSuccess) std::exit(1);
    float took = 0;
    cudaEventElapsedTime(&took, begin, end);
    milliseconds += took;
    drawn += double{kBlocks} * kThreads * kDraws;
  }
  const int kept = std::min(*count, kKept);
  int separable = 0;
  for (int place = 0; place < kept; ++place) {
    Found& one = found[place];
    one.alone = told_apart(one, N, modulus);
    if (one.alone < 0 || ++separable > 2) continue;
    std::printf("  %d states, residue %d alone:", one.states, one.alone);
    for (int f = 0; f < F; ++f) {
      std::printf(" b %a k (", one.b[f]);
      for (int i = 0; i < N; ++i) std::printf("%s%a", i == 0 ? "" : ", ", one.k[f][i]);
      std::printf(")");
    }
    std::printf(" B (");
    for (int i = 0; i < N; ++i) std::printf("%s%a", i == 0 ? "" : ", ", one.B[i]);
    std::printf(") start (");
    for (int i = 0; i < N; ++i) std::printf("%s%a", i == 0 ? "" : ", ", one.state[0][i]);
    std::printf(")\n");
  }
  std::printf(
      "n = %d, %d factors%s, chunks of %d, modulo %d: %.2g transitions, %d starts each, in %.1f s; "
      "%d consistent, of %d looked at %d separable\n",
      N, F, wide ? " up to 2" : "", C, modulus, drawn, kStarts, milliseconds / 1000, *count, kept, separable);
  std::fflush(stdout);
  cudaFree(found);
  cudaFree(count);
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 1;
  if (argc < 3) {
  run<4, 1, 2>(seconds, 2);
  run<8, 1, 2>(seconds, 2);
  run<8, 1, 4>(seconds, 2);
  run<2, 2, 4>(seconds, 2);
  run<3, 2, 16>(seconds, 2);
  run<4, 2, 64>(seconds, 2);
  run<3, 3, 4>(seconds, 2);
  run<3, 3, 64>(seconds, 2);
  run<6, 1, 4>(seconds, 3);
  run<3, 2, 4>(seconds, 3);
  run<6, 2, 4>(seconds, 3);
  run<3, 3, 4>(seconds, 3);
  run<4, 3, 4>(seconds, 3);
  }
  run<2, 1, 4, true>(seconds, 3);
  run<3, 1, 4, true>(seconds, 3);
  run<4, 1, 4, true>(seconds, 3);
  run<6, 1, 4, true>(seconds, 3);
  run<8, 1, 4, true>(seconds, 3);
  run<4, 1, 2, true>(seconds, 3);
  run<8, 1, 2, true>(seconds, 3);
  run<4, 1, 3, true>(seconds, 3);
  run<4, 1, 64, true>(seconds, 3);
  run<8, 1, 64, true>(seconds, 3);
  return 0;
}
