#pragma once

// Internal to lanes: the loops as functions, compiled for each width of vectors, to be chosen at
// run time. Included by the few files that instantiate them.

#include <limits>

#include "core/lrnn/lanes_engine.hpp"

#if defined(__x86_64__) && defined(__GNUC__)
#define STATEWRIGHT_WIDE_VECTORS 1
#else
#define STATEWRIGHT_WIDE_VECTORS 0
#endif

namespace statewright::core::detail {

/// x in another carrier; there is one NaN.
template <class To, class From>
STATEWRIGHT_INLINE To carried(From x) {
  return static_cast<To>(x != x ? std::numeric_limits<From>::quiet_NaN() : x);
}

/// carried() for `count` values: vectors of doubles as long as there are.
template <int bytes, class To, class From>
STATEWRIGHT_INLINE void carry(const From* from, To* to, std::size_t count) {
  constexpr std::size_t width = bytes / sizeof(double);
  using FromV = typename LaneVector<From, static_cast<int>(width * sizeof(From))>::V;
  using ToV = typename LaneVector<To, static_cast<int>(width * sizeof(To))>::V;
  const FromV nan = std::numeric_limits<From>::quiet_NaN() - FromV{};
  std::size_t i = 0;
  for (; i + width <= count; i += width) {
    FromV x;
    load_lanes(x, from + i);
    x = x == x ? x : nan;
    const ToV y = __builtin_convertvector(x, ToV);
    store_lanes(to + i, y);
  }
  for (; i < count; ++i) to[i] = carried<To>(from[i]);
}

template <Rounding rounding, int bytes>
STATEWRIGHT_INLINE void round_vector(const LaneFormat<double>& format, double* vector) {
  typename LaneVector<double, bytes>::V x;
  load_lanes(x, vector);
  LaneRound<double, bytes, LaneRounding::general, rounding>{format}(x);
  store_lanes(vector, x);
}

// TARGET is an attribute, which takes no parentheses.
// NOLINTBEGIN(bugprone-macro-parentheses)
#define STATEWRIGHT_LANES(NAME, BYTES, TARGET)                                                  \
  struct NAME {                                                                                 \
    static constexpr int bytes = BYTES;                                                         \
    template <class Operations, class T = typename Operations::T>                               \
    TARGET static void advance(const LaneFormat<T>& accumulate, const LaneFormat<T>& state,     \
                               const LanePlan<T>& plan, const typename LanePlan<T>::Move& move, \
                               const LaneBlock<T>& block) {                                     \
      LaneLoops<Operations>::advance(accumulate, state, plan, move, block);                     \
    }                                                                                           \
    template <class Operations, class T = typename Operations::T>                               \
    TARGET static void read_out(const LaneFormat<T>& format, const LanePlan<T>& plan,           \
                                const LaneBlock<T>& block, std::uint32_t* emitted) {            \
      LaneLoops<Operations>::read_out(format, plan, block, emitted);                            \
    }                                                                                           \
    template <class Operations, class T = typename Operations::T>                               \
    TARGET static void run_rows(const LaneFormat<T>& accumulate, const LaneFormat<T>& state,    \
                                const RowPlan<T>& plan, std::span<const std::uint32_t> inputs,  \
                                T* columns, T* scratch) {                                       \
      RowLoops<Operations>::run(accumulate, state, plan, inputs, columns, scratch);             \
    }                                                                                           \
    template <class T>                                                                          \
    TARGET static void load(const double* from, T* to, std::size_t count) {                     \
      carry<bytes>(from, to, count);                                                            \
    }                                                                                           \
    template <class T>                                                                          \
    TARGET static void store(const T* from, double* to, std::size_t count) {                    \
      carry<bytes>(from, to, count);                                                            \
    }                                                                                           \
    template <Rounding rounding>                                                                \
    TARGET static void round(const LaneFormat<double>& format, double* vector) {                \
      round_vector<rounding, bytes>(format, vector);                                            \
    }                                                                                           \
    TARGET static void score(const std::vector<double>& W, const std::vector<double>& c,        \
                             std::size_t width, const LaneBlock<double>& block,                 \
                             const LaneScores& out) {                                           \
      score_lanes<bytes>(W, c, width, block, out);                                              \
    }                                                                                           \
  };
// NOLINTEND(bugprone-macro-parentheses)

STATEWRIGHT_LANES(Baseline, 16, )
#if STATEWRIGHT_WIDE_VECTORS
STATEWRIGHT_LANES(Avx2, 32, [[gnu::target("avx2")]])
STATEWRIGHT_LANES(Avx512, 64, [[gnu::target("avx512f,avx512dq")]])
#endif

template <class Target, class Operations, class T = typename Operations::T>
LaneFunctions<T> functions_of() {
  return {Operations::strip * Target::bytes / sizeof(T),
          Target::template advance<Operations>,
          Target::template read_out<Operations>,
          Target::template run_rows<Operations>,
          Target::template load<T>,
          Target::template store<T>};
}

template <class Target, class T, LaneRounding kind, Rounding rounding, bool odd>
LaneFunctions<T> functions_for() {
  return functions_of<Target, LaneOperations<T, Target::bytes, kind, rounding, odd>>();
}

/// Calls f(Target{}) with the target of that width.
template <class Function>
auto with_target(Rounder::Width width, const Function& f) {
#if STATEWRIGHT_WIDE_VECTORS
  if (width == Rounder::Width::avx512) return f(Avx512{});
  if (width == Rounder::Width::avx2) return f(Avx2{});
#endif
  static_cast<void>(width);
  return f(Baseline{});
}

}  // namespace statewright::core::detail
