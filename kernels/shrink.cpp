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

class Shrinking {
 public:
  Shrinking(const Network& network, const Machine& machine, std::uint64_t products)
      : network_(network),
        machine_(machine),
        reference_(network),
        steps_left_(products / products_of_step(network)) {}

  std::optional<Shrunk> run(Letters word) {
    Place place = start();
    const auto wrong = first_wrong(place, word, 0);
    if (!wrong) return {};
    word.resize(*wrong);
    bool minimal = false;
    std::size_t block = 1;
    while (block < word.size()) block *= 2;
    for (; !minimal && steps_left_ > 0; block = std::max<std::size_t>(1, block / 2)) {
      const bool shorter = pass(word, block);
      minimal = block == 1 && !shorter && steps_left_ > 0;
    }
    for (place = start(); place.read < word.size();) read(place, word[place.read]);
    return Shrunk{std::move(word), place.state.output(), machine_.output[place.q], minimal};
  }

 private:
  /// What has been read.
  struct Place {
    ReferenceNetwork::State state;
    std::uint32_t q = 0;
    std::size_t read = 0;
  };

  Place start() const { return {reference_.start(), machine_.start, 0}; }

  void read(Place& place, std::uint32_t letter) {
    reference_.step(place.state, letter);
    place.q = machine_.next[std::size_t{place.q} * network_.letters + letter];
    ++place.read;
    if (steps_left_ > 0) --steps_left_;
  }

  bool is_wrong(const Place& place) const {
    return place.state.output() != machine_.output[place.q];
  }

  /// Letters read from `place` on, word[from], .., until the first wrong output.
  std::optional<std::size_t> first_wrong(Place& place, const Letters& word, std::size_t from) {
    if (is_wrong(place)) return 0;
    for (std::size_t i = from; i < word.size(); ++i) {
      read(place, word[i]);
      if (is_wrong(place)) return i + 1 - from;
    }
    return {};
  }

  /// Tries to leave out each block once; whether some was.
  bool pass(Letters& word, std::size_t block) {
    bool shorter = false;
    for (Place before = start(); before.read < word.size() && steps_left_ > 0;) {
      const std::size_t at = before.read, end = std::min(word.size(), at + block);
      Place tried = before;
      if (const auto wrong = first_wrong(tried, word, end)) {
        word.erase(word.begin() + static_cast<std::ptrdiff_t>(end + *wrong), word.end());
        word.erase(word.begin() + static_cast<std::ptrdiff_t>(at),
                   word.begin() + static_cast<std::ptrdiff_t>(end));
        shorter = true;
        continue;
      }
      while (before.read < end) read(before, word[before.read]);
    }
    return shorter;
  }

  const Network& network_;
  const Machine& machine_;
  ReferenceNetwork reference_;
  std::uint64_t steps_left_;
};

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
                             std::uint64_t products) {
  validate(network);
  validate(machine, network);
  for (const std::uint32_t letter : word) {
    if (letter < network.letters) continue;
    throw core::Error({core::Fault::range, "word",
                       "letters below " + std::to_string(network.letters), std::to_string(letter)});
  }
  return Shrinking(network, machine, products).run(std::move(word));
}

}  // namespace statewright::kernels
