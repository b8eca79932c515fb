#pragma once

// Internal to lanes: rounded operations on vectors of lanes, and the loops over them.
//
// Everything here is inlined into functions that lanes_engine.cpp compiles for each width of
// vectors, hence references instead of vectors by value. Vectors are the compiler's own (GCC,
// Clang).
//
// When is an operation of the carrier (double or float) and one rounding of its result right?
// Products: if the carrier holds them exactly. Nearest-even sums of values of at most p bits: if
// the carrier has 2p + 1 bits (Figueroa 1995), and also among subnormals as long as both operands
// are multiples of the format's least value. All other sums: if the carrier's result is rounded to
// odd first (Boldo and Melquiond 2008), for which TwoSum gives the error. lanes_engine.cpp chooses.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include "core/lrnn/lanes_plan.hpp"
#include "core/number/format.hpp"

namespace statewright::core::detail {

/// How a carrier's values are rounded.
enum class LaneRounding {
  none,     ///< they are values of the format
  bits16,   ///< nearest-even to bf16, carrier float: the low 16 bits go
  bits,     ///< nearest-even to another format with float's exponents
  plain,    ///< nearest-even, floating, with subnormals and -0
  general,  ///< any rounding and format but those that wrap; carrier double
};

template <class T>
using LaneInt = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;

/// A format as the kernels read it.
template <class T>
struct LaneFormat {
  LaneRounding kind = LaneRounding::none;
  Rounding rounding = Rounding::nearest_even;
  LaneInt<T> low = 0;    ///< bits of 2^emin in T; fixed point: of 1
  LaneInt<T> high = 0;   ///< general: bits of 2^(emax + 1)
  LaneInt<T> shift = 0;  ///< what turns the bits of 2^e into those of c, as in round_kernel.hpp
  T most = 0;            ///< plain: the largest magnitude that does not overflow
  T beyond = 0;          ///< plain: what others become
  int drop = 0;          ///< bits: how many low bits go
  // general, [negative], magnitudes:
  T step = 0, least = 0, zero = 0;
  T largest[2] = {}, overflow[2] = {}, infinite[2] = {};
  void (*round)(const LaneFormat&, T* vector) = nullptr;  ///< one vector in place, as `general`
};

template <class T, int bytes>
struct LaneVector {
  using Int = LaneInt<T>;
  using Unsigned = std::make_unsigned_t<Int>;
  typedef T V __attribute__((vector_size(bytes)));
  typedef Int I __attribute__((vector_size(bytes)));
  typedef Unsigned U __attribute__((vector_size(bytes)));
  static constexpr std::size_t width = bytes / sizeof(T);
};

#define STATEWRIGHT_INLINE [[gnu::always_inline]] inline
#ifdef __clang__
#define STATEWRIGHT_UNROLL _Pragma("clang loop unroll(full)")
#else
#define STATEWRIGHT_UNROLL _Pragma("GCC unroll 4")
#endif

template <class V, class T>
STATEWRIGHT_INLINE void load_lanes(V& to, const T* from) {
  std::memcpy(&to, from, sizeof to);
}

template <class V, class T>
STATEWRIGHT_INLINE void store_lanes(T* to, const V& from) {
  std::memcpy(to, &from, sizeof from);
}

/// The constants of a format, as vectors, and the rounding itself.
template <class T, int bytes, LaneRounding kind, Rounding rounding = Rounding::nearest_even>
struct LaneRound {
  using Vector = LaneVector<T, bytes>;
  using V = typename Vector::V;
  using I = typename Vector::I;
  using U = typename Vector::U;
  using Int = typename Vector::Int;

  static constexpr int kStored = sizeof(T) == 4 ? 23 : 52;
  static constexpr Int kSign = std::numeric_limits<Int>::min();
  static constexpr Int kExponent = sizeof(T) == 4 ? Int{0x7f80'0000} : Int(0x7ff0'0000'0000'0000);

  STATEWRIGHT_INLINE explicit LaneRound(const LaneFormat<T>& format) {
    if constexpr (kind == LaneRounding::bits) {
      drop_ = format.drop;
      half_ = (Int{1} << (format.drop - 1)) - 1 - I{};
      keep_ = -(Int{1} << format.drop) - I{};
    }
    if constexpr (kind == LaneRounding::plain || kind == LaneRounding::general) {
      low_ = format.low - I{};
      shift_ = format.shift - I{};
    }
    if constexpr (kind == LaneRounding::plain) {
      most_ = format.most - V{};
      beyond_ = format.beyond - V{};
    }
    if constexpr (kind == LaneRounding::general) {
      high_ = format.high - I{};
      step_ = format.step - V{};
      least_ = format.least - V{};
      zero_ = format.zero - V{};
      for (int i = 0; i < 2; ++i) {
        largest_[i] = format.largest[i] - V{};
        overflow_[i] = format.overflow[i] - V{};
        infinite_[i] = format.infinite[i] - V{};
      }
    }
  }

  STATEWRIGHT_INLINE void operator()(V& x) const {
    if constexpr (kind == LaneRounding::bits16) {
      // Carries run into the exponent, to infinity at last. NaN: only the quiet one with no further
      // bits arises, and stays. Subnormals have float's exponent, so the low bits are theirs too.
      U b = (U)x;
      b += ((b >> 16) & 1) + 0x7fff;
      x = (V)(b & 0xffff'0000);
    } else if constexpr (kind == LaneRounding::bits) {
      U b = (U)x;
      b += ((b >> drop_) & 1) + (U)half_;
      x = (V)(b & (U)keep_);
    } else if constexpr (kind == LaneRounding::plain) {
      plain(x);
    } else if constexpr (kind == LaneRounding::general) {
      general(x);
    }
  }

 private:
  /// Magnitudes too large are found before rounding, so their c may be anything.
  STATEWRIGHT_INLINE void plain(V& x) const {
    const I bits = (I)x;
    const V a = (V)(bits & ~kSign);
    I exponent = bits & kExponent;
    exponent = exponent > low_ ? exponent : low_;
    const V c = (V)((U)exponent + (U)shift_);
    V r = (a + c) - c;
    r = a > most_ ? beyond_ : r;
    x = (V)((I)r | (bits & kSign));
  }

  /// round_one of round_kernel.hpp.
  STATEWRIGHT_INLINE void general(V& x) const {
    const I bits = (I)x;
    const I sign = bits & kSign;
    const V a = (V)(bits & ~kSign);
    I exponent = bits & kExponent;
    exponent = exponent > low_ ? exponent : low_;
    exponent = exponent < high_ ? exponent : high_;
    const V scale = (V)exponent;
    const V c = (V)((U)exponent + (U)shift_);
    const V none = V{};
    V r = (a + c) - c;
    if constexpr (rounding != Rounding::nearest_even) {
      const V gap = scale * step_;
      const V truncated = r - (r > a ? gap : none);
      if constexpr (rounding == Rounding::toward_zero) {
        r = truncated;
      } else if constexpr (rounding == Rounding::nearest_away) {
        r = r + (a - r == gap * T(0.5) ? gap : none);
      } else if constexpr (rounding == Rounding::to_odd) {
        const V twice = c + c;
        const V even = (truncated + twice) - twice;
        const V inexact = truncated < a ? gap : none;
        r = truncated + (even == truncated ? inexact : none);
      } else {
        const V outward = truncated + (truncated < a ? gap : none);
        r = rounding == Rounding::down ? (sign != 0 ? outward : truncated)
                                       : (sign != 0 ? truncated : outward);
      }
    }
    const V largest = sign != 0 ? largest_[1] : largest_[0];
    const V overflow = sign != 0 ? overflow_[1] : overflow_[0];
    const V infinite = sign != 0 ? infinite_[1] : infinite_[0];
    r = r > largest ? overflow : r;
    r = a == std::numeric_limits<T>::infinity() ? infinite : r;
    r = r < least_ ? none : r;
    x = (V)((I)r | sign) + zero_;
  }

  int drop_ = 0;
  I low_, high_, shift_, half_, keep_;
  V most_, beyond_, step_, least_, zero_, largest_[2], overflow_[2], infinite_[2];
};

/// Operations in an accumulate format. `odd`: sums need their error.
template <class T_, int bytes_, LaneRounding kind, Rounding rounding, bool odd>
struct LaneOperations {
  using T = T_;
  static constexpr int bytes = bytes_;
  using Round = LaneRound<T, bytes, kind, rounding>;
  using V = typename Round::V;
  using I = typename Round::I;
  /// Vectors that go through a loop together: while one waits for its sum, the other computes. Sums
  /// with their error have enough to do alone.
  static constexpr std::size_t strip = odd ? 1 : 2;

  Round round;

  STATEWRIGHT_INLINE explicit LaneOperations(const LaneFormat<T>& format) : round(format) {}

  /// out = fl(a x)
  STATEWRIGHT_INLINE void mul(V& out, const LaneFactorOf<T>& a, const V& x) const {
    out = x * a.value;
    if (!a.exact) round(out);
  }

  /// s = fl(s + x)
  STATEWRIGHT_INLINE void add(V& s, const V& x) const {
    if constexpr (!odd) {
      s = s + x;
    } else {
      const V a = s;
      V sum = a + x;
      const V of_x = sum - a, of_a = sum - of_x;
      const V error = (a - of_a) + (x - of_x);
      // The last bit of an inexact sum becomes 1: one step towards the error's sign. An infinite
      // sum has a NaN for its error, for which both comparisons are false. (No comparison is kept
      // as a vector: GCC 12 takes those apart for AVX-512.)
      const I none = {}, one = I{} + 1;
      I bits = (I)sum;
      I towards = error > T(0) ? one : none;
      towards = error < T(0) ? -one : towards;
      towards = bits < 0 ? -towards : towards;
      bits += towards & ((bits & 1) - 1);
      if constexpr (rounding == Rounding::down) {  // x - x is -0
        bits = sum == T(0) ? bits | (((I)a | (I)x) & Round::kSign) : bits;
      }
      s = (V)bits;
    }
    round(s);
  }
};

/// The last rounding of an entry, to the state's format. Chosen at run time: it is rare.
template <class T, int bytes>
struct LaneStore {
  using V = typename LaneVector<T, bytes>::V;

  const LaneFormat<T>& format;

  STATEWRIGHT_INLINE explicit LaneStore(const LaneFormat<T>& f) : format(f) {}

  STATEWRIGHT_INLINE void operator()(V& x) const {
    if (format.kind == LaneRounding::none) return;
    if constexpr (sizeof(T) == 8) {
      T values[sizeof(V) / sizeof(T)];
      store_lanes(values, x);
      format.round(format, values);
      load_lanes(x, values);
    } else if (format.kind == LaneRounding::plain) {
      LaneRound<T, bytes, LaneRounding::plain>{format}(x);
    } else {
      LaneRound<T, bytes, LaneRounding::bits>{format}(x);
    }
  }
};

/// States of a block: entry e of lane l stands at x[e * stride + l]; `count` lanes, a multiple of
/// LaneOperations::strip vectors.
template <class T>
struct LaneBlock {
  T* x = nullptr;
  T* scratch = nullptr;  ///< as large as x
  std::size_t stride = 0, count = 0;
  const T* b = nullptr;  ///< B of each lane, laid out like x; null: that of the move
};

template <class Operations>
struct LaneLoops {
  using T = typename Operations::T;
  using V = typename Operations::V;
  using Plan = LanePlan<T>;
  using Store = LaneStore<T, Operations::bytes>;
  static constexpr std::size_t kWidth = sizeof(V) / sizeof(T);
  static constexpr std::size_t kStrip = Operations::strip;

  /// H <- A H + B.
  STATEWRIGHT_INLINE static void advance(const LaneFormat<T>& accumulate,
                                         const LaneFormat<T>& state, const Plan& plan,
                                         const typename Plan::Move& move,
                                         const LaneBlock<T>& block) {
    const Operations fl(accumulate);
    const Store st(state);
    for (std::size_t l = 0; l < block.count; l += kStrip * kWidth) {
      for (std::size_t c = 0; c < plan.d; ++c) {
        T* const h = block.x + c * block.stride + l;
        T* const other = block.scratch + c * block.stride + l;
        const std::size_t next = plan.d * block.stride;  // from row to row
        const Addend B{move.B.empty() ? nullptr : move.B.data() + c,
                       block.b == nullptr ? nullptr : block.b + c * block.stride + l, plan.d, next};
        if (move.kind == Plan::Move::Kind::dense) {
          dense(fl, st, plan, move, B, h, other, next);
          continue;
        }
        if (move.kind == Plan::Move::Kind::diagonal) {
          diagonal(fl, st, plan, move, h, next);
        } else {
          for (const auto& factor : move.factors) apply(fl, st, factor, h, next);
        }
        if (B.is_present()) add_input(fl, st, plan, B, h, next);
      }
    }
  }

  /// The symbol of each lane by rounded scores.
  STATEWRIGHT_INLINE static void read_out(const LaneFormat<T>& format, const Plan& plan,
                                          const LaneBlock<T>& block, std::uint32_t* emitted) {
    using I = typename Operations::I;
    const Operations fl(format);
    const std::size_t outputs = plan.scores.c.size(), width = plan.width();
    for (std::size_t l = 0; l < block.count; l += kWidth) {
      V best = {};
      I leader = {};
      for (std::size_t k = 0; k < outputs; ++k) {
        const auto* const w = plan.scores.W.data() + k * width;
        V s, h, p;
        load_lanes(h, block.x + l);
        fl.mul(s, w[0], h);
        for (std::size_t e = 1; e < width; ++e) {
          load_lanes(h, block.x + e * block.stride + l);
          fl.mul(p, w[e], h);
          fl.add(s, p);
        }
        p = plan.scores.c[k] - V{};
        fl.add(s, p);
        if (k == 0) {
          best = s;
          continue;
        }
        // A NaN is never >= s, so any number takes its place.
        const I me = static_cast<LaneInt<T>>(k) - I{};
        const I next_leader = best >= s ? leader : me;
        const V next_best = best >= s ? best : s;
        leader = s == s ? next_leader : leader;
        best = s == s ? next_best : best;
      }
      for (std::size_t i = 0; i < kWidth; ++i) {
        emitted[l + i] = static_cast<std::uint32_t>(leader[i]);
      }
    }
  }

 private:
  /// B, one column: the same for all lanes, or one for each, or absent.
  struct Addend {
    const T* shared;
    const T* lanes;
    std::size_t columns, next;

    STATEWRIGHT_INLINE bool is_present() const { return shared != nullptr || lanes != nullptr; }
    STATEWRIGHT_INLINE void get(V& out, std::size_t row, std::size_t vector) const {
      if (lanes != nullptr) {
        load_lanes(out, lanes + row * next + vector * kWidth);
      } else {
        out = shared[row * columns] - V{};
      }
    }
  };

  STATEWRIGHT_INLINE static void dense(const Operations& fl, const Store& st, const Plan& plan,
                                       const typename Plan::Move& move, const Addend& B, T* h,
                                       T* other, std::size_t next) {
    const std::size_t n = plan.n;
    for (std::size_t i = 0; i < n; ++i) {
      const LaneFactorOf<T>* const a = move.A.data() + i * n;
      V s[kStrip];
      STATEWRIGHT_UNROLL
      for (std::size_t v = 0; v < kStrip; ++v) {
        V x;
        load_lanes(x, h + v * kWidth);
        fl.mul(s[v], a[0], x);
      }
      for (std::size_t j = 1; j < n; ++j) {
        STATEWRIGHT_UNROLL
        for (std::size_t v = 0; v < kStrip; ++v) {
          V x, p;
          load_lanes(x, h + j * next + v * kWidth);
          fl.mul(p, a[j], x);
          fl.add(s[v], p);
        }
      }
      STATEWRIGHT_UNROLL
      for (std::size_t v = 0; v < kStrip; ++v) {
        if (B.is_present()) {
          V b;
          B.get(b, i, v);
          fl.add(s[v], b);
        }
        st(s[v]);
        store_lanes(other + i * next + v * kWidth, s[v]);
      }
    }
    for (std::size_t i = 0; i < n; ++i) {
      std::memcpy(h + i * next, other + i * next, kStrip * sizeof(V));
    }
  }

  STATEWRIGHT_INLINE static void diagonal(const Operations& fl, const Store& st, const Plan& plan,
                                          const typename Plan::Move& move, T* h, std::size_t next) {
    for (std::size_t i = 0; i < plan.n; ++i) {
      STATEWRIGHT_UNROLL
      for (std::size_t v = 0; v < kStrip; ++v) {
        V x, p;
        load_lanes(x, h + i * next + v * kWidth);
        fl.mul(p, move.A[i], x);
        st(p);
        store_lanes(h + i * next + v * kWidth, p);
      }
    }
  }

  STATEWRIGHT_INLINE static void add_input(const Operations& fl, const Store& st, const Plan& plan,
                                           const Addend& B, T* h, std::size_t next) {
    for (std::size_t i = 0; i < plan.n; ++i) {
      STATEWRIGHT_UNROLL
      for (std::size_t v = 0; v < kStrip; ++v) {
        V x, b;
        load_lanes(x, h + i * next + v * kWidth);
        B.get(b, i, v);
        fl.add(x, b);
        st(x);
        store_lanes(h + i * next + v * kWidth, x);
      }
    }
  }

  STATEWRIGHT_INLINE static void apply(const Operations& fl, const Store& st,
                                       const typename Plan::Factor& factor, T* h,
                                       std::size_t next) {
    V s[kStrip];
    STATEWRIGHT_UNROLL
    for (std::size_t v = 0; v < kStrip; ++v) {
      V x;
      load_lanes(x, h + factor.keys[0].row * next + v * kWidth);
      fl.mul(s[v], factor.keys[0].of_state, x);
    }
    for (std::size_t k = 1; k < factor.keys.size(); ++k) {
      const auto& key = factor.keys[k];
      STATEWRIGHT_UNROLL
      for (std::size_t v = 0; v < kStrip; ++v) {
        V x, p;
        load_lanes(x, h + key.row * next + v * kWidth);
        fl.mul(p, key.of_state, x);
        fl.add(s[v], p);
      }
    }
    STATEWRIGHT_UNROLL
    for (std::size_t v = 0; v < kStrip; ++v) {
      fl.mul(s[v], factor.scale, s[v]);
    }
    for (const auto& key : factor.keys) {
      STATEWRIGHT_UNROLL
      for (std::size_t v = 0; v < kStrip; ++v) {
        V x, p;
        load_lanes(x, h + key.row * next + v * kWidth);
        fl.mul(p, key.of_sum, s[v]);
        fl.add(x, -p);
        st(x);
        store_lanes(h + key.row * next + v * kWidth, x);
      }
    }
  }
};

/// Scores in double, for exact readouts.
struct LaneScores {
  double* best = nullptr;           ///< largest score of each lane
  double* second = nullptr;         ///< largest of the others, -infinity without others
  double* size = nullptr;           ///< largest magnitude of an entry; not finite if one is not
  std::uint32_t* leader = nullptr;  ///< smallest index of the largest score
};

template <int bytes>
STATEWRIGHT_INLINE void score_lanes(const std::vector<double>& W, const std::vector<double>& c,
                                    std::size_t width, const LaneBlock<double>& block,
                                    const LaneScores& out) {
  using V = typename LaneVector<double, bytes>::V;
  using I = typename LaneVector<double, bytes>::I;
  constexpr std::size_t lanes = sizeof(V) / sizeof(double);
  const V lowest = -std::numeric_limits<double>::infinity() - V{};
  for (std::size_t l = 0; l < block.count; l += lanes) {
    V size = {}, h;
    for (std::size_t e = 0; e < width; ++e) {
      load_lanes(h, block.x + e * block.stride + l);
      const V a = (V)((I)h & std::numeric_limits<std::int64_t>::max());
      size = a > size ? a : size;
      size = size + (a - a);  // NaN from now on, if a is not finite
    }
    V best = lowest, second = lowest;
    I leader = {};
    for (std::size_t k = 0; k < c.size(); ++k) {
      V s = c[k] - V{};
      for (std::size_t e = 0; e < width; ++e) {
        load_lanes(h, block.x + e * block.stride + l);
        s = s + h * W[k * width + e];
      }
      const I me = static_cast<std::int64_t>(k) - I{};
      const V other = s > best ? best : s;
      second = other > second ? other : second;
      leader = s > best ? me : leader;
      best = s > best ? s : best;
    }
    store_lanes(out.best + l, best);
    store_lanes(out.second + l, second);
    store_lanes(out.size + l, size);
    for (std::size_t i = 0; i < lanes; ++i) {
      out.leader[l + i] = static_cast<std::uint32_t>(leader[i]);
    }
  }
}

}  // namespace statewright::core::detail
