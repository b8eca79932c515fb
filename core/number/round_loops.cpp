#include "core/number/round_loops.hpp"

// Loops compiled for several widths of vectors, chosen at run time.
#if defined(__x86_64__) && defined(__GNUC__)
#define STATEWRIGHT_WIDE_VECTORS 1
#ifdef __clang__
#define STATEWRIGHT_AVX512 "avx512f,avx512dq,fma"
#else
#define STATEWRIGHT_AVX512 "avx512f,avx512dq,fma,prefer-vector-width=512"
#endif
#else
#define STATEWRIGHT_WIDE_VECTORS 0
#endif

namespace statewright::core::detail {
namespace {

// A body rounds one element; `target` is what it is compiled for. `place` grows by
// kStep from `begin` on: additions, where multiplying i would cost as much as the rounding.

struct Placeless {
  static constexpr std::uint64_t kStep = 0;
  std::uint64_t begin() const { return 0; }
};

template <class T, Rounding rounding, Shape shape>
struct Deterministic : Placeless {
  explicit Deterministic(const RoundKernelOf<T>& given) : kernel(given) {}
  RoundKernelOf<T> kernel;

  template <Target target>
  [[gnu::always_inline]] T at(T x, std::uint64_t) const {
    return round_one<rounding, shape, target>(kernel, x);
  }
};

template <Rounding rounding, Shape shape>
struct Random {
  RoundKernel kernel;
  RandomKernel random;
  std::uint64_t first = 0;

  static constexpr std::uint64_t kStep = kGolden;
  std::uint64_t begin() const { return random_place(random.keys, first); }

  template <Target target>
  [[gnu::always_inline]] double at(double x, std::uint64_t place) const {
    const std::uint64_t product = product_at(random.keys, place);
    return round_random<rounding, shape, target>(kernel, random, x, product);
  }
};

/// Floating formats without subnormals, to nearest-even: as if there were some, then small results
/// to zero. Magnitudes from the midpoint below 2^emin on round to 2^emin, which is even, or above;
/// so AVX-512 asks the argument while its sum is formed, and clears with the mask of the last FMA.
struct Flushed : Placeless {
  explicit Flushed(const RoundKernel& given)
      : kernel(given), first_kept(given.least - 0.5 * given.step * given.least) {}
  RoundKernel kernel;
  double first_kept;

  template <Target target>
  [[gnu::always_inline]] double at(double x, std::uint64_t) const {
    const auto [a, scale, nearest] = to_grid<double, Shape::plain, target>(kernel, x);
    double r = 0;
    if constexpr (target == Target::avx512) {
      r = a >= first_kept ? nearest : 0.0;
    } else {
      r = only_if<target>(!(nearest < kernel.least), nearest);  // NaN of infinities stays
    }
    return finish<Shape::plain, Ends::alike>(kernel, x, a, r);
  }
};

/// Fixed point that saturates, to nearest-even. Rounding is monotone and the ends are values, so x
/// may be brought between them first; then doubles around x + c, c = 3/2 2^(52-f), are 2^-f apart
/// whatever the sign of x, and the sum is never -0.
struct Fixed : Placeless {
  explicit Fixed(const RoundKernel& kernel)
      : low(-kernel.largest[1]), high(kernel.largest[0]), c(1.5 * kernel.shift) {}
  double low, high, c;

  template <Target>
  [[gnu::always_inline]] double at(double x, std::uint64_t) const {
    double y = x < low ? low : x;
    y = y > high ? high : y;
    const double r = (y + c) - c;
    return x != x ? std::numeric_limits<double>::quiet_NaN() : r;
  }
};

template <class T>
struct Native : Placeless {
  explicit Native(const RoundKernelOf<T>& given) : kernel(given) {}
  RoundKernelOf<T> kernel;

  template <Target>
  [[gnu::always_inline]] T at(T x, std::uint64_t) const {
    return round_native(kernel, x);
  }
};

/// The bits of a float's magnitude as an integer: adding to them carries into the exponent as it
/// should, and subnormals are no special case. Beyond the largest float are the bits of infinity.
template <Rounding rounding, Shape shape>
struct ByBits : Placeless {
  ByBits(const RoundKernelOf<float>& given, std::uint32_t bits) : kernel(given), drop(bits) {}
  RoundKernelOf<float> kernel;
  std::uint32_t drop = 0;

  template <Target>
  [[gnu::always_inline]] float at(float x, std::uint64_t) const {
    const auto bits = std::bit_cast<std::uint32_t>(x);
    const std::uint32_t size = bits & 0x7fff'ffff;
    const std::uint32_t unit = std::uint32_t{1} << drop, rest = unit - 1;
    std::uint32_t moved = size;
    if constexpr (rounding == Rounding::nearest_even) {
      moved += (rest >> 1) + (size >> drop & 1);
    } else if constexpr (rounding == Rounding::nearest_away) {
      moved += unit >> 1;
    } else if constexpr (rounding == Rounding::to_odd) {
      moved |= (size & rest) != 0 ? unit : 0;
    } else if constexpr (rounding != Rounding::toward_zero) {
      moved += (rounding == Rounding::down ? x < 0 : x > 0) ? rest : 0;
    }
    moved &= ~rest;
    moved = moved < 0x7f80'0000 ? moved : 0x7f80'0000;  // NaN payloads could run over
    return finish<shape, ends_of(rounding)>(kernel, x, std::bit_cast<float>(size),
                                            std::bit_cast<float>(moved));
  }
};

template <Target target, class T, class Body>
[[gnu::always_inline]] inline void all(const RoundTask<T>& task, const Body& given) {
  const Body body = given;  // ours: no store through `out` changes it
  const T* in = task.in;
  T* out = task.out;
  std::uint64_t place = body.begin();
  for (std::size_t i = 0, count = task.count; i < count; ++i) {
    out[i] = body.template at<target>(in[i], place);
    place += Body::kStep;
  }
}

template <class T, class Body>
void run_baseline(const RoundTask<T>& task, const Body& body) {
  all<Target::baseline>(task, body);
}

#if STATEWRIGHT_WIDE_VECTORS
template <class T, class Body>
[[gnu::target("avx2,fma")]] void run_avx2(const RoundTask<T>& task, const Body& body) {
  all<Target::avx2>(task, body);
}

template <class T, class Body>
[[gnu::target(STATEWRIGHT_AVX512)]] void run_avx512(const RoundTask<T>& task, const Body& body) {
  all<Target::avx512>(task, body);
}
#endif

template <class T, class Body>
void run(const RoundTask<T>& task, const Body& body) {
#if STATEWRIGHT_WIDE_VECTORS
  if (task.width == Rounder::Width::avx512) return run_avx512(task, body);
  if (task.width == Rounder::Width::avx2) return run_avx2(task, body);
#endif
  run_baseline(task, body);
}

template <class T, Shape shape>
void run_mode(const RoundTask<T>& task, const RoundKernelOf<T>& kernel, Rounding rounding) {
  switch (rounding) {
    case Rounding::nearest_away:
      return run(task, Deterministic<T, Rounding::nearest_away, shape>{kernel});
    case Rounding::toward_zero:
      return run(task, Deterministic<T, Rounding::toward_zero, shape>{kernel});
    case Rounding::up:
      return run(task, Deterministic<T, Rounding::up, shape>{kernel});
    case Rounding::down:
      return run(task, Deterministic<T, Rounding::down, shape>{kernel});
    case Rounding::to_odd:
      return run(task, Deterministic<T, Rounding::to_odd, shape>{kernel});
    default:
      return run(task, Deterministic<T, Rounding::nearest_even, shape>{kernel});
  }
}

template <class T>
void run_mode(const RoundTask<T>& task, const RoundKernelOf<T>& kernel, Rounding rounding,
              Shape shape) {
  if (shape == Shape::plain) return run_mode<T, Shape::plain>(task, kernel, rounding);
  run_mode<T, Shape::general>(task, kernel, rounding);
}

template <Shape shape>
void run_random(const RoundTask<double>& task, const RoundKernel& kernel,
                const RandomKernel& random, Rounding rounding, std::uint64_t first) {
  if (rounding == Rounding::stochastic) {
    return run(task, Random<Rounding::stochastic, shape>{kernel, random, first});
  }
  run(task, Random<Rounding::stochastic_equal, shape>{kernel, random, first});
}

template <Shape shape>
void run_bits(const RoundTask<float>& task, const RoundKernelOf<float>& kernel, Rounding rounding,
              std::uint32_t bits) {
  switch (rounding) {
    case Rounding::nearest_away:
      return run(task, ByBits<Rounding::nearest_away, shape>{kernel, bits});
    case Rounding::toward_zero:
      return run(task, ByBits<Rounding::toward_zero, shape>{kernel, bits});
    case Rounding::up:
      return run(task, ByBits<Rounding::up, shape>{kernel, bits});
    case Rounding::down:
      return run(task, ByBits<Rounding::down, shape>{kernel, bits});
    case Rounding::to_odd:
      return run(task, ByBits<Rounding::to_odd, shape>{kernel, bits});
    default:
      return run(task, ByBits<Rounding::nearest_even, shape>{kernel, bits});
  }
}

}  // namespace

void round_loop(const RoundTask<double>& task, const RoundKernelOf<double>& kernel,
                Rounding rounding, Shape shape) {
  run_mode(task, kernel, rounding, shape);
}

void round_loop(const RoundTask<float>& task, const RoundKernelOf<float>& kernel, Rounding rounding,
                Shape shape) {
  run_mode(task, kernel, rounding, shape);
}

void random_loop(const RoundTask<double>& task, const RoundKernel& kernel,
                 const RandomKernel& random, Rounding rounding, Shape shape, std::uint64_t first) {
  if (shape == Shape::plain) return run_random<Shape::plain>(task, kernel, random, rounding, first);
  run_random<Shape::general>(task, kernel, random, rounding, first);
}

void flushed_loop(const RoundTask<double>& task, const RoundKernel& kernel) {
  run(task, Flushed{kernel});
}

void fixed_loop(const RoundTask<double>& task, const RoundKernel& kernel) {
  run(task, Fixed{kernel});
}

void native_loop(const RoundTask<double>& task, const RoundKernelOf<double>& kernel) {
  run(task, Native<double>{kernel});
}

void native_loop(const RoundTask<float>& task, const RoundKernelOf<float>& kernel) {
  run(task, Native<float>{kernel});
}

void bits_loop(const RoundTask<float>& task, const RoundKernelOf<float>& kernel, Rounding rounding,
               Shape shape, int drop) {
  const auto bits = static_cast<std::uint32_t>(drop);
  if (shape == Shape::plain) return run_bits<Shape::plain>(task, kernel, rounding, bits);
  run_bits<Shape::general>(task, kernel, rounding, bits);
}

}  // namespace statewright::core::detail

namespace statewright::core {

Rounder::Width Rounder::widest() noexcept {
#if STATEWRIGHT_WIDE_VECTORS
  const bool has_fma = __builtin_cpu_supports("fma") != 0;
  if (has_fma && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) {
    return Width::avx512;
  }
  if (has_fma && __builtin_cpu_supports("avx2")) return Width::avx2;
#endif
  return Width::baseline;
}

}  // namespace statewright::core
