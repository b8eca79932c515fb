// Greedy deletion, as delta debugging does it (Zeller and Hildebrandt 2002), but from left to
// right: what stands before a deleted block has been read, so that a try reads only what follows. A
// word that is wrong earlier than before is cut there.

#include "kernels/shrink.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "core/error.hpp"
#include "kernels/generator.hpp"
#include "kernels/reference.hpp"
#include "kernels/shrinking.hpp"
#include "kernels/simulate_parts.hpp"

namespace statewright::kernels {
namespace {

using Letters = std::vector<std::uint32_t>;

/// Products of a step, about.
std::uint64_t products_of_step(const Network& network) {
  std::uint64_t products = 0;
  for (const Network::Layer& layer : network.layers) {
    std::uint64_t most = 0;
    for (const Network::Move& move : layer.moves) {
      most = std::max<std::uint64_t>(most, 2 * move.factors.size() + move.A.size() / layer.n);
    }
    products += layer.width() * (most + layer.outputs());
  }
  return std::max<std::uint64_t>(1, products);
}

/// Both, side by side.
template <class Reference>
class Reader {
 public:
  struct State {
    typename Reference::State network;
    std::uint32_t q = 0;
  };

  Reader(std::uint32_t letters, const Machine& machine, Reference reference)
      : letters_(letters), machine_(machine), reference_(std::move(reference)) {}

  State start() const { return {reference_.start(), machine_.start}; }
  void read(State& state, std::uint32_t letter) const {
    reference_.step(state.network, letter);
    state.q = machine_.next[std::size_t{state.q} * letters_ + letter];
  }
  bool is_wrong(const State& state) const {
    return state.network.output() != machine_.output[state.q];
  }

 private:
  std::uint32_t letters_;
  const Machine& machine_;
  Reference reference_;
};

/// `steps`: at most so many are read.
template <class Reference>
std::optional<Shrunk> shrink_by(Reference reference, const Network& network, const Machine& machine,
                                Letters word, std::uint64_t steps) {
  validate(machine, network);
  for (const std::uint32_t letter : word) {
    if (letter < network.letters) continue;
    throw core::Error({core::Fault::range, "word",
                       "letters below " + std::to_string(network.letters), std::to_string(letter)});
  }
  Reader<Reference> reader(network.letters, machine, std::move(reference));
  auto result = Shrinking<Reader<Reference>>(reader, steps).run(std::move(word));
  if (!result) return {};
  const auto& last = result->last;
  return Shrunk{std::move(result->word), last.network.output(), machine.output[last.q],
                result->minimal};
}

}  // namespace

Letters letters_of(const Words& words, std::uint64_t index, std::uint32_t letters) {
  if (index >= words.count) {
    throw core::Error({core::Fault::range, "word", "below " + std::to_string(words.count),
                       std::to_string(index)});
  }
  const WordKeys keys = word_keys(words.seed, words.first + index);
  const std::uint64_t row = words.row_size();
  Letters word;
  word.reserve(words.length);
  for (std::uint64_t t = 0; t < words.length; ++t) {
    word.push_back(words.bits != 0 ? packed_letter(words, row, index, t)
                                   : letter_at(keys, t, letters));
  }
  return word;
}

std::optional<Shrunk> shrink(const Network& network, const Machine& machine, Letters word,
                             std::uint64_t products, const ExactReadout& exact) {
  return shrink_by(ReferenceNetwork(network, exact), network, machine, std::move(word),
                   products / products_of_step(network));
}

std::optional<Shrunk> shrink(const ChunkedNetwork& network, const Machine& machine, Letters word,
                             std::uint64_t products) {
  // A factor is projected past those of its chunk so far.
  const std::uint64_t of_step = products_of_step(network.network) * (1 + network.chunk / 2);
  return shrink_by(ReferenceChunks(network), network.network, machine, std::move(word),
                   products / of_step);
}

}  // namespace statewright::kernels
