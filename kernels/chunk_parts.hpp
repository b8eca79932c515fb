#pragma once

// Internal: what the definitions of the chunked comparison share, and one letter of it for numbers
// in V, a float or double of a CUDA thread or a vector of them.

#include "kernels/chunk.hpp"
#include "kernels/engine.hpp"
#include "kernels/program.hpp"

namespace statewright::kernels {

/// What chunks need of a layer beyond its LayerView; factor `slot` of a move has the number
/// slot moves + move. Pointers into ChunkProgram's numbers, or into a device's copy.
template <class T>
struct ChunkView {
  std::uint32_t factors = 0;  ///< slots times moves
  const T* there = nullptr;   ///< [factors]: 1 if the move has that many, else 0
  const T* gram = nullptr;    ///< [factors, factors]: dot(v of the column, v of the row)
  const T* shifts = nullptr;  ///< [d, moves, factors]: dot(v, column of the move's B)
  std::size_t w_offset = 0;   ///< where the layer's w stand among those of all layers
  std::size_t m_offset = 0;   ///< where its moves do
};

/// Both evaluations of a network laid out.
template <class T>
struct ChunkProgram {
  Network sequential_network;
  Program<T> sequential, chunked;
  std::vector<T> numbers;
  std::vector<ChunkView<T>> layers;  ///< pointers that count from 0
  std::uint32_t chunk = 64;
  std::size_t w_count = 0, m_count = 0;  ///< numbers and moves that a chunk of all layers holds

  std::vector<ChunkView<T>> place_layers(const T* numbers_at) const;
};

/// With a machine, the chunked program has it.
template <class T>
ChunkProgram<T> make_chunk_program(const ChunkedNetwork& network, const Plan<T>& plan,
                                   const Machine* machine);

/// One run.
template <class T>
struct ChunkJob {
  ProgramView<T> sequential, chunked;
  const ChunkView<T>* layers = nullptr;
  std::uint32_t chunk = 64;
  std::size_t w_count = 0, m_count = 0;
  std::uint32_t widest = 0;  ///< numbers of the widest layer's state
  Words words;
  std::uint64_t* first = nullptr;                   ///< [count]
  std::uint32_t* outputs = nullptr;                 ///< null: not wanted
  double* states = nullptr;                         ///< null: not wanted
  const std::function<bool()>* gives_up = nullptr;  ///< as SimulateOptions has it; null: never

  /// Whether words are compared with a machine, not with the sequential evaluation.
  STATEWRIGHT_ANYWHERE bool is_judged() const { return chunked.machine.states != 0; }
  STATEWRIGHT_ANYWHERE bool must_finish() const { return outputs != nullptr || states != nullptr; }
  /// Numbers that a word needs: states of both evaluations, the chunk's start, w, scratch.
  STATEWRIGHT_ANYWHERE std::size_t memory() const {
    return std::size_t{3} * chunked.width + w_count + widest;
  }
};

/// The words begin, .., end - 1 by vectors of the width in the name.
template <class T>
using CompareWords = void (*)(const ChunkJob<T>& job, std::uint64_t begin, std::uint64_t end);
void compare_words_16(const ChunkJob<float>&, std::uint64_t, std::uint64_t);
void compare_words_16(const ChunkJob<double>&, std::uint64_t, std::uint64_t);
void compare_words_32(const ChunkJob<float>&, std::uint64_t, std::uint64_t);
void compare_words_32(const ChunkJob<double>&, std::uint64_t, std::uint64_t);
void compare_words_64(const ChunkJob<float>&, std::uint64_t, std::uint64_t);
void compare_words_64(const ChunkJob<double>&, std::uint64_t, std::uint64_t);

/// A backend with its tables in place; `result` has arrays of the right size.
class ChunkBackend {
 public:
  virtual ~ChunkBackend() = default;
  virtual void run(const Words& words, const ChunkOptions& options, ChunkResult& result) const = 0;
};

/// `machine`: null for letter by letter evaluation.
std::unique_ptr<ChunkBackend> make_chunk_cpu(const ChunkedNetwork& network, const Machine* machine);
/// Only where resolve() says cuda. `devices`: see devices.hpp.
std::unique_ptr<ChunkBackend> make_chunk_cuda(const ChunkedNetwork& network, const Machine* machine,
                                              const std::vector<int>& devices);

/// One layer and one letter of the chunked evaluation.
template <class V, Kind kind>
struct ChunkEngine {
  using T = typename Carrier<V>::T;
  using U = typename Carrier<V>::U;
  using View = LayerView<T>;

  const Constants<V>& fl;

  /// `at`: letters of the chunk before this one. w: [at, slots, d]; moves: [at].
  STATEWRIGHT_ANYWHERE void step(const View& layer, const ChunkView<T>& chunk, const U& move,
                                 std::uint32_t at, const Rows<V>& h, const Rows<V>& S,
                                 const Rows<V>& w, const Rows<U>& moves) const {
    const V none = {};
    const std::size_t n = layer.n, d = layer.d;
    for (std::uint32_t slot = 0; slot < layer.slots; ++slot) {
      const T* keys = layer.keys + slot * n * layer.moves;
      const U factor = move + slot * layer.moves;
      V scale, there, v, p, x, u;
      gather(scale, layer.scales + slot * layer.moves, move);
      gather(there, chunk.there, factor);
      for (std::size_t c = 0; c < d; ++c) {
        gather(v, keys, move);
        multiply<kind>(fl, u, v, S[c]);
        for (std::size_t r = 1; r < n; ++r) {
          gather(v, keys + r * layer.moves, move);
          multiply<kind>(fl, p, v, S[r * d + c]);
          add<kind>(fl, x, u, p);
          u = x;
        }
        for (std::uint32_t i = 0; i < at; ++i) {
          const U earlier = moves[i];
          take_factors(layer, chunk, factor, earlier, layer.slots, i, c, w, u);
          if (layer.has_B) take_addition(layer, chunk, factor, earlier, c, u);
        }
        take_factors(layer, chunk, factor, move, slot, at, c, w, u);
        V& product = w[(std::size_t{at} * layer.slots + slot) * d + c];
        multiply<kind>(fl, product, scale, u);
        for (std::size_t r = 0; r < n; ++r) {
          gather(v, keys + r * layer.moves, move);
          multiply<kind>(fl, p, v, product);
          subtract<kind>(fl, x, h[r * d + c], p);
          h[r * d + c] = there != none ? x : h[r * d + c];
        }
      }
    }
    if (layer.has_B) {
      V adds, b, x;
      gather(adds, layer.adds, move);
      for (std::size_t e = 0; e < n * d; ++e) {
        gather(b, layer.B + e * layer.moves, move);
        add<kind>(fl, x, h[e], b);
        h[e] = adds != none ? x : h[e];
      }
    }
    moves[at] = move;
  }

  /// The first `slots` factors of the chunk's letter i.
  STATEWRIGHT_ANYWHERE void take_factors(const View& layer, const ChunkView<T>& chunk,
                                         const U& factor, const U& earlier, std::uint32_t slots,
                                         std::uint32_t i, std::size_t c, const Rows<V>& w,
                                         V& u) const {
    const V none = {};
    for (std::uint32_t s = 0; s < slots; ++s) {
      const U other = earlier + s * layer.moves;
      V there, gram, p, x;
      gather(there, chunk.there, other);
      gather(gram, chunk.gram, U(other * chunk.factors + factor));
      multiply<kind>(fl, p, gram, w[(std::size_t{i} * layer.slots + s) * layer.d + c]);
      subtract<kind>(fl, x, u, p);
      u = there != none ? x : u;
    }
  }

  STATEWRIGHT_ANYWHERE void take_addition(const View& layer, const ChunkView<T>& chunk,
                                          const U& factor, const U& earlier, std::size_t c,
                                          V& u) const {
    const V none = {};
    V adds, shift, x;
    gather(adds, layer.adds, earlier);
    gather(shift, chunk.shifts + c * layer.moves * chunk.factors,
           U(earlier * chunk.factors + factor));
    add<kind>(fl, x, u, shift);
    u = adds != none ? x : u;
  }
};

}  // namespace statewright::kernels
