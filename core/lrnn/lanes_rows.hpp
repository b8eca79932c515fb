#pragma once

// Internal to lanes: one word through one layer, with the rows of a column in the vectors.
// Additions of one dot product wait for each other, those of different rows do not.

#include <span>

#include "core/lrnn/lanes_kernel.hpp"

namespace statewright::core::detail {

/// A LanePlan with columns in one piece: rows padded with zeros to `rows`, a multiple of any
/// vector's width.
template <class T>
struct RowPlan {
  struct Factor {
    std::vector<T> v;                ///< [rows], as the key is stored
    std::vector<std::uint32_t> row;  ///< of its entries other than 0
    T scale = 0;
  };
  struct Move {
    typename LanePlan<T>::Move::Kind kind = LanePlan<T>::Move::Kind::product;
    std::vector<Factor> factors;
    std::vector<T> A;  ///< diagonal: [rows]; dense: column by column, [n, rows]
    std::vector<T> B;  ///< column by column, [d, rows], or empty
  };
  std::size_t n = 0, d = 1, rows = 0;
  std::vector<Move> moves;
};

template <class T>
RowPlan<T> make_row_plan(const LanePlan<T>& plan) {
  constexpr std::size_t kWidest = 64 / sizeof(T);
  RowPlan<T> result;
  result.n = plan.n;
  result.d = plan.d;
  result.rows = (plan.n + kWidest - 1) / kWidest * kWidest;
  for (const auto& move : plan.moves) {
    auto& to = result.moves.emplace_back();
    to.kind = move.kind;
    for (const auto& factor : move.factors) {
      auto& f = to.factors.emplace_back();
      f.v.resize(result.rows);
      f.scale = factor.scale.value;
      for (const auto& key : factor.keys) {
        f.v[key.row] = key.of_state.value;
        f.row.push_back(key.row);
      }
    }
    if (move.kind == LanePlan<T>::Move::Kind::diagonal) {
      to.A.resize(result.rows);
      for (std::size_t i = 0; i < plan.n; ++i) to.A[i] = move.A[i].value;
    }
    if (move.kind == LanePlan<T>::Move::Kind::dense) {
      to.A.resize(plan.n * result.rows);
      for (std::size_t i = 0; i < plan.n; ++i) {
        for (std::size_t j = 0; j < plan.n; ++j) {
          to.A[j * result.rows + i] = move.A[i * plan.n + j].value;
        }
      }
    }
    if (!move.B.empty()) {
      to.B.resize(plan.d * result.rows);
      for (std::size_t i = 0; i < plan.n; ++i) {
        for (std::size_t c = 0; c < plan.d; ++c) to.B[c * result.rows + i] = move.B[i * plan.d + c];
      }
    }
  }
  return result;
}

template <class Operations>
struct RowLoops {
  using T = typename Operations::T;
  using V = typename Operations::V;
  using I = typename Operations::I;
  using Store = LaneStore<T, Operations::bytes>;
  using Kind = typename LanePlan<T>::Move::Kind;
  static constexpr std::size_t kWidth = sizeof(V) / sizeof(T);

  /// state, scratch: column by column, [d, rows]; every input below plan.moves.size().
  STATEWRIGHT_INLINE static void run(const LaneFormat<T>& accumulate, const LaneFormat<T>& format,
                                     const RowPlan<T>& plan, std::span<const std::uint32_t> inputs,
                                     T* state, T* scratch) {
    const Operations fl(accumulate);
    const Store st(format);
    const std::size_t used = (plan.n + kWidth - 1) / kWidth * kWidth;
    for (const std::uint32_t input : inputs) {
      const auto& move = plan.moves[input];
      for (std::size_t c = 0; c < plan.d; ++c) {
        T* const h = state + c * plan.rows;
        const T* const B = move.B.empty() ? nullptr : move.B.data() + c * plan.rows;
        if (move.kind == Kind::dense) {
          std::size_t i = 0;
          constexpr std::size_t strip = Operations::strip;
          for (; i + strip * kWidth <= used; i += strip * kWidth) {
            dense<strip>(fl, st, plan, move.A.data() + i, B == nullptr ? B : B + i, h, scratch + i);
          }
          if (i < used) {
            dense<1>(fl, st, plan, move.A.data() + i, B == nullptr ? B : B + i, h, scratch + i);
          }
          for (i = 0; i < used; i += kWidth) copy(h + i, scratch + i);
          continue;
        }
        if (move.kind == Kind::diagonal) {
          for (std::size_t i = 0; i < used; i += kWidth) {
            V x, a;
            load_lanes(x, h + i);
            load_lanes(a, move.A.data() + i);
            x = a * x;
            fl.round(x);
            st(x);
            store_lanes(h + i, x);
          }
        } else {
          for (const auto& factor : move.factors) apply(fl, st, factor, used, h, scratch);
        }
        if (B == nullptr) continue;
        for (std::size_t i = 0; i < used; i += kWidth) {
          V x, b;
          load_lanes(x, h + i);
          load_lanes(b, B + i);
          fl.add(x, b);
          st(x);
          store_lanes(h + i, x);
        }
      }
    }
  }

 private:
  STATEWRIGHT_INLINE static void copy(T* to, const T* from) {
    V x;
    load_lanes(x, from);
    store_lanes(to, x);
  }

  /// `vectors` vectors of rows of A H + B.
  template <std::size_t vectors>
  STATEWRIGHT_INLINE static void dense(const Operations& fl, const Store& st,
                                       const RowPlan<T>& plan, const T* A, const T* B, const T* h,
                                       T* out) {
    V s[vectors], p;
    STATEWRIGHT_UNROLL
    for (std::size_t v = 0; v < vectors; ++v) {
      load_lanes(p, A + v * kWidth);
      s[v] = p * h[0];
      fl.round(s[v]);
    }
    for (std::size_t j = 1; j < plan.n; ++j) {
      STATEWRIGHT_UNROLL
      for (std::size_t v = 0; v < vectors; ++v) {
        load_lanes(p, A + j * plan.rows + v * kWidth);
        p = p * h[j];
        fl.round(p);
        fl.add(s[v], p);
      }
    }
    STATEWRIGHT_UNROLL
    for (std::size_t v = 0; v < vectors; ++v) {
      if (B != nullptr) {
        load_lanes(p, B + v * kWidth);
        fl.add(s[v], p);
      }
      st(s[v]);
      store_lanes(out + v * kWidth, s[v]);
    }
  }

  STATEWRIGHT_INLINE static void apply(const Operations& fl, const Store& st,
                                       const typename RowPlan<T>::Factor& factor, std::size_t used,
                                       T* h, T* products) {
    V s, x, v, p;
    for (std::size_t i = 0; i < used; i += kWidth) {
      load_lanes(v, factor.v.data() + i);
      load_lanes(x, h + i);
      p = v * x;
      fl.round(p);
      store_lanes(products + i, p);
    }
    s = products[factor.row[0]] - V{};
    for (std::size_t k = 1; k < factor.row.size(); ++k) fl.add(s, products[factor.row[k]] - V{});
    s = s * factor.scale;
    fl.round(s);
    for (std::size_t i = 0; i < used; i += kWidth) {
      load_lanes(v, factor.v.data() + i);
      load_lanes(x, h + i);
      const V before = x;
      p = v * s;
      fl.round(p);
      fl.add(x, -p);
      st(x);
      x = v == T(0) ? before : x;  // entries that are 0 are left out
      store_lanes(h + i, x);
    }
  }
};

}  // namespace statewright::core::detail
