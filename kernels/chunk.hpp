#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "kernels/backend.hpp"
#include "kernels/network.hpp"
#include "kernels/simulate.hpp"

namespace statewright::kernels {

/// A network whose moves are products, evaluated in chunks of letters: the WY form of chunked
/// training kernels, in the order of core's semantics `chunk:F,C=..` (core/lrnn/rounded.hpp), which
/// is normative. All formats are F, but for the readout's. With fl rounding to F, per layer and
/// column, S the state at the chunk's start, factors and additions of the chunk numbered in their
/// order:
///   factor i:  u = dot(v_i, S); for each earlier j of the chunk: a factor, u = fl(u - fl(G w_j))
///     with G = dot(v_i, v_j); an addition, u = fl(u + dot(v_i, B_j)); then w_i = fl(scale_i u);
///   state:  h_r = S_r, then in order h_r = fl(h_r - fl(v_jr w_j)) or h_r = fl(h_r + B_jr).
/// dot is s = fl(a_0 b_0), then s = fl(s + fl(a_r b_r)), and nothing is skipped, so that factors
/// may be 0 here. After `chunk` letters S = h. The readout is network.hpp's.
struct ChunkedNetwork {
  Network network;
  std::uint32_t chunk = 64;  ///< C: letters of a chunk, 1 to 4096
};

/// Errors: those of validate(Network), but factors of zeros are right; Error{unsupported} for
/// diagonal and dense moves and for formats that differ; Error{range} for C.
void validate(const ChunkedNetwork& network);

/// The same network evaluated letter by letter: its factors of zeros left out.
Network sequential_of(const ChunkedNetwork& network);

/// A chunked network one letter at a time: the definition above in plain loops, every rounding by
/// the most general way.
class ReferenceChunks {
 public:
  /// What was read since the chunk began.
  struct Item {
    std::size_t move = 0;
    std::size_t factor = 0;  ///< number of factors: the move's addition
    std::vector<double> w;   ///< [d], factors only
  };
  struct LayerState {
    std::vector<double> h, S;  ///< [n d]
    std::vector<Item> items;
    std::uint32_t letters = 0;  ///< of the chunk so far
  };
  struct State {
    std::vector<LayerState> layers;
    std::vector<std::uint32_t> emitted;  ///< by each layer, the last one's the output
    std::uint32_t output() const noexcept { return emitted.back(); }
  };

  /// Keeps a reference. Errors: those of validate and plan_reference.
  explicit ReferenceChunks(const ChunkedNetwork& network);
  ~ReferenceChunks();
  ReferenceChunks(ReferenceChunks&&) noexcept;
  ReferenceChunks& operator=(ReferenceChunks&&) noexcept;

  State start() const;
  void step(State& state, std::uint32_t letter) const;

  struct Data;

 private:
  std::unique_ptr<Data> data_;
};

struct ChunkOptions {
  bool outputs = false;                 ///< return every output of the chunked evaluation
  bool states = false;                  ///< return its states at the end
  unsigned threads = 0;                 ///< cpu: 0 for all processors
  std::function<bool()> gives_up = {};  ///< as SimulateOptions has it
};

constexpr std::uint64_t kNeverDiffers = ~std::uint64_t{0};

/// Where chunked evaluation of words emits other symbols than what it is compared with.
struct ChunkResult {
  std::uint64_t different_words = 0;
  std::vector<std::uint64_t> first;    ///< [count]: letters read where they first differ
  std::vector<std::uint32_t> outputs;  ///< chunked, after each letter: [count, length]
  std::vector<double> states;          ///< chunked: [count, width], layers in order; NaN is one
  bool operator==(const ChunkResult&) const = default;
};

/// A chunked network and what it is compared with, letter by letter evaluation or a machine, made
/// ready for one backend.
///
/// The letters that a word has after its first difference are not read unless outputs or states are
/// asked for.
class ChunkComparer {
 public:
  /// Without a machine both evaluations of the network are compared; with one, whose outputs mean
  /// what the network's mean, the chunked one with it, and there is no other.
  /// Errors: those of validate, resolve and plan_in_double; Error{limit} for more than 2^14 factors
  /// of all moves of a layer together, whose products of keys are tabulated.
  ChunkComparer(ChunkedNetwork network, Backend backend, std::optional<Machine> machine = {});
  ~ChunkComparer();
  ChunkComparer(ChunkComparer&&) noexcept;
  ChunkComparer& operator=(ChunkComparer&&) noexcept;

  Backend backend() const noexcept;  ///< never `automatic`

  /// Errors: as Simulator::run. Cost: count times length steps, each of a factor for every factor
  /// that its chunk holds so far.
  ChunkResult run(const Words& words, const ChunkOptions& options = {}) const;

  struct Data;

 private:
  std::unique_ptr<Data> data_;
};

}  // namespace statewright::kernels
