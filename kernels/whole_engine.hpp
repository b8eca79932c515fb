#pragma once

// Internal: one step in whole numbers, one word at a time: for formats that carriers cannot do, and
// for steps that round each component once. The operations are those of RoundedModel, in its order,
// each with the counter that stochastic roundings draw by.

#include "kernels/engine_rows.hpp"
#include "kernels/program.hpp"
#include "kernels/tensor_dot.hpp"
#include "kernels/whole_arithmetic.hpp"
#include "kernels/whole_plan.hpp"

namespace statewright::kernels {

/// Entries of a state as a tensor core's inputs.
struct WholeInput {
  const WholeFormat& format;
  std::uint64_t counter;

  STATEWRIGHT_ANYWHERE void get(double& to, const Rows<double>& column, std::size_t j) const {
    to = round_whole(format, column[j], counter + j);
  }
};

struct WholeEngine {
  using View = LayerView<double>;
  using Counter = std::uint64_t;

  const WholePlan& plan;

  /// Layer k. The counter is that of its first rounding, and becomes that of its readout's first.
  STATEWRIGHT_BOTH void step(std::uint32_t k, const View& layer, std::uint64_t move,
                             const Rows<double>& h, const Rows<double>& scratch,
                             Counter& counter) const {
    if (plan.limbs == 3) return step_once<3>(k, layer, move, h, scratch, counter);
    if (plan.limbs == 6) return step_once<6>(k, layer, move, h, scratch, counter);
    if (layer.has_dense && layer.dense[move] != 0) {
      return multiply_dense(layer, move, h, scratch, counter);
    }
    for (std::uint32_t slot = 0; slot < layer.slots; ++slot) apply(layer, slot, move, h, counter);
    if (layer.has_diagonal && layer.diagonal[move] != 0) {
      for (std::uint32_t e = 0; e < layer.n * layer.d; ++e) {
        h[e] = store(product(layer.A[e / layer.d * layer.moves + move], h[e], counter), counter);
      }
    }
    if (layer.has_B && layer.adds[move] != 0) {
      for (std::uint32_t e = 0; e < layer.n * layer.d; ++e) {
        h[e] = store(sum(h[e], layer.B[e * layer.moves + move], counter), counter);
      }
    }
  }

  /// What the layer emits by rounded scores.
  STATEWRIGHT_BOTH std::uint32_t read_out(const View& layer, const Rows<double>& h,
                                          Counter counter) const {
    const std::size_t width = layer.n * layer.d;
    std::uint32_t best = 0;
    double best_score = 0;
    for (std::uint32_t k = 0; k < layer.outputs; ++k) {
      const double* row = layer.W + k * width;
      double score = multiply_whole(plan.readout, row[0], h[0], counter++);
      for (std::size_t e = 1; e < width; ++e) {
        const double term = multiply_whole(plan.readout, row[e], h[e], counter++);
        score = add_whole(plan.readout, score, term, counter++);
      }
      score = add_whole(plan.readout, score, layer.c[k], counter++);
      const bool first_number = best_score != best_score && score == score;
      if (k != 0 && !(score > best_score) && !first_number) continue;
      best = k;
      best_score = score;
    }
    return best;
  }

 private:
  STATEWRIGHT_ANYWHERE double product(double a, double b, Counter& counter) const {
    return multiply_whole(plan.accumulate, a, b, counter++);
  }
  STATEWRIGHT_ANYWHERE double sum(double a, double b, Counter& counter) const {
    return add_whole(plan.accumulate, a, b, counter++);
  }
  STATEWRIGHT_ANYWHERE double store(double x, Counter& counter) const {
    return plan.stores ? round_whole(plan.state, x, counter++) : x;
  }

  /// By the tensor core: a_0, a_1, .. stand `stride` apart.
  STATEWRIGHT_BOTH double tensor_sum(const View& layer, const double* a, std::size_t stride,
                                     std::uint64_t move, const Rows<double>& column,
                                     Counter& counter) const {
    double total;
    tensor_dot(plan.tensor, layer.n, a, stride, move, column, WholeInput{plan.input, counter},
               total);
    counter += layer.n;
    return total;
  }

  STATEWRIGHT_BOTH void apply(const View& layer, std::uint32_t slot, std::uint64_t move,
                              const Rows<double>& h, Counter& counter) const {
    const std::size_t n = layer.n, d = layer.d, moves = layer.moves;
    const double* keys = layer.keys + slot * n * moves;
    bool is_there = false;
    for (std::size_t j = 0; j < n; ++j) is_there = is_there || keys[j * moves + move] != 0;
    if (!is_there) return;
    for (std::size_t c = 0; c < d; ++c) {
      double s = 0;
      bool first = true;
      if (plan.tensor.group != 0) {
        s = tensor_sum(layer, keys, moves, move, column_of(h, c, d), counter);
        first = false;
      }
      for (std::size_t j = 0; j < n && plan.tensor.group == 0; ++j) {
        const double v = keys[j * moves + move];
        if (v == 0) continue;
        const double term = product(v, h[j * d + c], counter);
        s = first ? term : sum(s, term, counter);
        first = false;
      }
      const double w = product(layer.scales[slot * moves + move], s, counter);
      for (std::size_t j = 0; j < n; ++j) {
        const double v = keys[j * moves + move];
        if (v == 0) continue;
        const double term = product(v, w, counter);
        h[j * d + c] = store(sum(h[j * d + c], -term, counter), counter);
      }
    }
  }

  STATEWRIGHT_BOTH void multiply_dense(const View& layer, std::uint64_t move, const Rows<double>& h,
                                       const Rows<double>& scratch, Counter& counter) const {
    const std::size_t n = layer.n, d = layer.d, moves = layer.moves;
    const bool adds = layer.has_B && layer.adds[move] != 0;
    for (std::size_t c = 0; c < d; ++c) {
      for (std::size_t i = 0; i < n; ++i) {
        const double* row = layer.A + i * n * moves;
        double s = 0;
        if (plan.tensor.group != 0) {
          s = tensor_sum(layer, row, moves, move, column_of(h, c, d), counter);
        } else {
          s = product(row[move], h[c], counter);
          for (std::size_t j = 1; j < n; ++j) {
            const double term = product(row[j * moves + move], h[j * d + c], counter);
            s = sum(s, term, counter);
          }
        }
        if (adds) s = sum(s, layer.B[(i * d + c) * moves + move], counter);
        scratch[i * d + c] = store(s, counter);
      }
    }
    for (std::size_t e = 0; e < n * d; ++e) h[e] = scratch[e];
  }

  /// st(A h + B); moves are dense.
  template <int limbs>
  STATEWRIGHT_BOTH void step_once(std::uint32_t k, const View& layer, std::uint64_t move,
                                  const Rows<double>& h, const Rows<double>& scratch,
                                  Counter& counter) const {
    const std::size_t n = layer.n, d = layer.d, moves = layer.moves;
    const bool adds = layer.has_B && layer.adds[move] != 0;
    for (std::size_t c = 0; c < d; ++c) {
      bool finite = true;
      for (std::size_t j = 0; j < n; ++j) finite = finite && detail::is_finite(h[j * d + c]);
      for (std::size_t i = 0; i < n; ++i) {
        double& to = scratch[i * d + c];
        if (!finite) {  // no number A h + B
          to = __builtin_nan("");
          continue;
        }
        ExactTotal<limbs> total;
        if (adds) total.add(layer.B[(i * d + c) * moves + move], 1, plan.base[k]);
        for (std::size_t j = 0; j < n; ++j) {
          total.add(layer.A[(i * n + j) * moves + move], h[j * d + c], plan.base[k]);
        }
        to = total.round(plan.state, plan.base[k], counter++);
      }
    }
    for (std::size_t e = 0; e < n * d; ++e) h[e] = scratch[e];
  }
};

}  // namespace statewright::kernels
