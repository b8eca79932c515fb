#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "kernels/backend.hpp"
#include "kernels/network.hpp"

namespace statewright::kernels {

/// Many words of one length.
struct Words {
  std::uint64_t count = 0;
  std::uint64_t length = 0;  ///< letters of each
  std::uint64_t first = 0;   ///< generated: number of the first word, so that runs can be divided
  std::uint64_t seed = 0;    ///< generated, as generator.hpp says
  /// If not 0, letters come from memory instead: `bits` bits for each, from the low end of a 32-bit
  /// number on, none across two numbers; every word begins with a new one. 1, 2, 4, 8, 16 or 32.
  unsigned bits = 0;
  std::span<const std::uint32_t> packed = {};  ///< [count, row_size()]

  std::uint64_t row_size() const noexcept;
};

/// Packs letters, [count, length] row by row; those that do not fit are not checked.
std::vector<std::uint32_t> pack(std::span<const std::uint32_t> letters, std::uint64_t count,
                                std::uint64_t length, unsigned bits);

/// Which outputs are returned.
enum class Emit : std::uint8_t {
  nothing,
  last,   ///< of each whole word: [count]
  every,  ///< after each letter: [count, length]
};

struct SimulateOptions {
  Emit emit = Emit::nothing;
  bool states = false;   ///< return the states at the end
  unsigned threads = 0;  ///< cpu: 0 for all processors
  /// Asked by every thread every few letters, so that long words can be left in the middle: once it
  /// says true the run ends early, and what it returns means nothing. GPUs do not ask.
  std::function<bool()> gives_up = {};
};

/// Where the network and the machine disagree first.
struct Mismatch {
  std::uint64_t word = 0;      ///< index among the words of the run
  std::uint64_t position = 0;  ///< letters read
  bool operator==(const Mismatch&) const = default;
};

struct SimulateResult {
  std::vector<std::uint32_t> outputs;  ///< as Emit says
  std::vector<double> states;          ///< [count, width], layers in order; NaN is one
  std::uint64_t wrong_words = 0;       ///< in which some output, of no letters on, is wrong
  std::optional<Mismatch> first;       ///< the least word, its least position
  bool operator==(const SimulateResult&) const = default;
};

/// A network, and if wanted a machine to compare every output with, made ready for one backend.
///
/// The letters that a word has after its first wrong output are not read unless outputs or states
/// are asked for. Comparison does not compute scores where it need not: a state of the last layer
/// that equals one already known to give the machine's output is right.
class Simulator {
 public:
  /// With `exact`, readouts are exact: `network.formats.readout` is not looked at, W and c are
  /// taken as roundings to double of parameters that only `exact` knows, and it is asked wherever
  /// scores in the carrier are not further apart than their errors (reference: always). Several
  /// threads ask at once. A GPU cannot ask: words in which it would have to are read by the CPU
  /// instead. Errors: those of validate, resolve and plan_in_double; Error{unsupported} on cuda for
  /// more than 2^31 table entries.
  Simulator(Network network, std::optional<Machine> machine, Backend backend,
            ExactReadout exact = {});
  ~Simulator();
  Simulator(Simulator&&) noexcept;
  Simulator& operator=(Simulator&&) noexcept;

  Backend backend() const noexcept;  ///< never `automatic`

  /// Errors: Error{shape} if `packed` has not the size it should; Error{range} for numbers of bits,
  /// and for a packed letter that the network does not have.
  /// Cost: count times length steps.
  SimulateResult run(const Words& words, const SimulateOptions& options = {}) const;

  struct Data;

 private:
  std::unique_ptr<Data> data_;
};

/// All of it once.
SimulateResult simulate(const Network& network, const std::optional<Machine>& machine,
                        const Words& words, const SimulateOptions& options, Backend backend,
                        const ExactReadout& exact = {});

}  // namespace statewright::kernels
