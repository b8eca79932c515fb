#pragma once

// Internal: rows by vectors. Included by files that are each compiled for vectors of one width.

#include "kernels/reach_step.hpp"
#include "kernels/vectors.hpp"

namespace statewright::kernels {
namespace {

template <class T, Kind kind, bool plane>
void expand_rows_as(const ReachJob<T>& job, const ExactReadout& exact, const std::uint64_t* rows,
                    std::size_t count, std::uint64_t* successors, const std::uint64_t* bits) {
  using V = typename LanesOf<T>::V;
  using U = typename Carrier<V>::U;
  using I = typename Carrier<V>::I;
  constexpr std::size_t lanes = sizeof(V) / sizeof(T);
  const ProgramView<T>& program = job.program;
  const std::uint32_t width = ReachStep<V, kind, plane>::width(job), letters = program.letters;
  const unsigned code_bits = job.codes.bits;
  const std::uint64_t code_mask = (std::uint64_t{1} << code_bits) - 1;
  const ReachStep<V, kind, plane> step(job);
  constexpr std::size_t entries = ReachStep<V, kind, plane>::kEntries;
  V before[entries], after[entries], scratch[entries];
  U emitted[kMostLayers];
  const auto decide = [&](std::uint32_t k, const Rows<V>& h, U& best, const I& doubtful) {
    if (!any(doubtful)) return;
    const LayerView<T>& layer = program.layers[k];
    double state[kMostReachEntries];
    for (std::size_t l = 0; l < lanes; ++l) {
      if (doubtful[l] == 0) continue;
      for (std::uint32_t e = 0; e < layer.n * layer.d; ++e) state[e] = double{h[e][l]};
      best[l] = exact(k, state);
    }
  };
  for (std::size_t first = 0; first < count; first += lanes) {
    const std::size_t used = count - first < lanes ? count - first : lanes;
    std::uint64_t row[lanes];
    std::uint32_t q[lanes];
    for (std::size_t l = 0; l < lanes; ++l) {
      row[l] = rows[first + (l < used ? l : 0)] & kRowMask;
      q[l] = static_cast<std::uint32_t>(row[l] >> job.state_bits);
    }
    for (std::uint32_t e = 0; e < width; ++e) {
      typename Carrier<T>::U codes[lanes];
      for (std::size_t l = 0; l < lanes; ++l) {
        codes[l] = static_cast<typename Carrier<T>::U>(row[l] >> (e * code_bits) & code_mask);
      }
      U code;
      std::memcpy(&code, codes, sizeof code);
      decode_into(job.codes, before[e], code);
    }
    for (std::uint32_t a = 0; a < letters; ++a) {
      for (std::uint32_t e = 0; e < width; ++e) after[e] = before[e];
      step.run(job, a, Rows<V>{after}, Rows<V>{scratch}, emitted, decide);
      for (std::size_t l = 0; l < lanes; ++l) {
        q[l] = job.next[(row[l] >> job.state_bits) * letters + a];
      }
      std::uint64_t made[lanes];
      typename Carrier<T>::U outputs[lanes];
      std::memcpy(outputs, &emitted[program.layer_count - 1], sizeof outputs);
      for (std::size_t l = 0; l < lanes; ++l) {
        made[l] =
            std::uint64_t{q[l]} << job.state_bits | (outputs[l] != job.output[q[l]] ? kFlag : 0);
      }
      for (std::uint32_t e = 0; e < width; ++e) {
        U code;
        encode_into(job.codes, code, after[e]);
        typename Carrier<T>::U codes[lanes];
        std::memcpy(codes, &code, sizeof codes);
        for (std::size_t l = 0; l < lanes; ++l)
          made[l] |= std::uint64_t{codes[l]} << (e * code_bits);
      }
      std::memcpy(successors + a * count + first, made, used * sizeof(std::uint64_t));
      if (bits == nullptr) continue;
      for (std::size_t l = 0; l < lanes; ++l) {
        __builtin_prefetch(bits + job.index(made[l] & kRowMask) / 64, 1);
      }
    }
  }
}

template <class T, Kind kind>
void expand_rows_in(const ReachJob<T>& job, const ExactReadout& exact, const std::uint64_t* rows,
                    std::size_t count, std::uint64_t* successors, const std::uint64_t* bits) {
  if (job.is_plane) return expand_rows_as<T, kind, true>(job, exact, rows, count, successors, bits);
  expand_rows_as<T, kind, false>(job, exact, rows, count, successors, bits);
}

template <class T>
void expand_rows(const ReachJob<T>& job, const ExactReadout& exact, const std::uint64_t* rows,
                 std::size_t count, std::uint64_t* successors, const std::uint64_t* bits) {
  switch (kind_of(job.program.plan)) {
    case Kind::native:
      return expand_rows_in<T, Kind::native>(job, exact, rows, count, successors, bits);
    case Kind::cut:
      if constexpr (sizeof(T) == 4) {
        expand_rows_in<T, Kind::cut>(job, exact, rows, count, successors, bits);
      }
      return;
    case Kind::plain:
      return expand_rows_in<T, Kind::plain>(job, exact, rows, count, successors, bits);
    case Kind::general:
      if constexpr (sizeof(T) == 8) {
        expand_rows_in<T, Kind::general>(job, exact, rows, count, successors, bits);
      }
      return;
    case Kind::wrapping:
      if constexpr (sizeof(T) == 8) {
        expand_rows_in<T, Kind::wrapping>(job, exact, rows, count, successors, bits);
      }
      return;
  }
}

}  // namespace
}  // namespace statewright::kernels
