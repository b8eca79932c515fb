#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "kernels/chunk.hpp"
#include "kernels/network.hpp"
#include "kernels/simulate.hpp"

namespace statewright::kernels {

/// The letters of word number `index` of a run, whether packed or generated.
/// Errors: Error{range} for an index beyond the run.
std::vector<std::uint32_t> letters_of(const Words& words, std::uint64_t index,
                                      std::uint32_t letters);

/// A word on which a network and a machine differ.
struct Shrunk {
  std::vector<std::uint32_t> word;
  std::uint32_t network_output = 0, machine_output = 0;  ///< after all of it
  bool minimal = false;  ///< no letter can be left out, and no shorter prefix is wrong
  bool operator==(const Shrunk&) const = default;
};

/// Replays a word by the reference, cuts it after its first wrong output and leaves letters out,
/// first many at a time, as long as some output is wrong still. Nothing if no output is wrong.
/// Deterministic. `exact` decides what is emitted if it is set. What comes out need not be a
/// shortest wrong word. Errors: those of validate; Error{range} for a letter that the network does
/// not have. Cost: at most `products` rounded products, or one replay if that takes more, which
/// `minimal` then tells.
std::optional<Shrunk> shrink(const Network& network, const Machine& machine,
                             std::vector<std::uint32_t> word, std::uint64_t products = 200'000'000,
                             const ExactReadout& exact = {});

/// The same for a chunked network, evaluated in its chunks.
std::optional<Shrunk> shrink(const ChunkedNetwork& network, const Machine& machine,
                             std::vector<std::uint32_t> word, std::uint64_t products = 200'000'000);

}  // namespace statewright::kernels
