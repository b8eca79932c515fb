// Wrong words made short. Needs nothing but kernels/.

#include "kernels/shrink.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "kernels/reference.hpp"
#include "tests/catch.hpp"
#include "tests/kernels/sample_networks.hpp"

using namespace statewright;
using kernels::Backend;
using kernels::named_format;
using kernels::Words;

namespace {

using Letters = std::vector<std::uint32_t>;

/// How many letters are read until the first wrong output; nothing if none is wrong.
std::optional<std::size_t> wrong_after(const kernels::Network& network,
                                       const kernels::Machine& machine, const Letters& word) {
  const kernels::ReferenceNetwork reference(network);
  auto state = reference.start();
  std::uint32_t q = machine.start;
  for (std::size_t t = 0; t <= word.size(); ++t) {
    if (state.output() != machine.output[q]) return t;
    if (t == word.size()) break;
    reference.step(state, word[t]);
    q = machine.next[q * network.letters + word[t]];
  }
  return {};
}

/// Always says 0.
kernels::Network silent(std::uint32_t letters) {
  kernels::Network network;
  network.letters = letters;
  network.formats = samples::all_in(named_format("bf16"));
  kernels::Network::Layer layer;
  layer.n = 1;
  layer.reads = {-1};
  layer.start = {1};
  layer.moves.resize(letters);
  layer.W = {0, 0};
  layer.c = {0, 0};
  network.layers = {layer};
  return network;
}

/// Says 1 once it has read letter 1 `times` times, for ever.
kernels::Machine count_ones(std::uint32_t letters, std::uint32_t times) {
  kernels::Machine machine;
  for (std::uint32_t q = 0; q <= times; ++q) {
    for (std::uint32_t a = 0; a < letters; ++a) {
      machine.next.push_back(a == 1 ? std::min(q + 1, times) : q);
    }
    machine.output.push_back(q == times ? 1 : 0);
  }
  return machine;
}

}  // namespace

TEST_CASE("shrink: what matters is left", "[kernels][shrink][oracle]") {
  for (const std::uint32_t times : {0U, 1U, 3U, 7U}) {
    const kernels::Network network = silent(4);
    const kernels::Machine machine = count_ones(4, times);
    for (std::uint64_t index = 0; index < 5; ++index) {
      const Words words{.count = 5, .length = 400, .first = 3, .seed = 5};
      const auto shrunk = shrink(network, machine, kernels::letters_of(words, index, 4));
      REQUIRE(shrunk);
      CHECK(shrunk->word == Letters(times, 1));
      CHECK(shrunk->minimal);
      CHECK(shrunk->network_output == 0);
      CHECK(shrunk->machine_output == 1);
    }
  }
  CHECK_FALSE(shrink(silent(4), count_ones(4, 3), {1, 0, 1, 2, 3}));
}

TEST_CASE("shrink: no letter can be left out", "[kernels][shrink][law]") {
  std::size_t found = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    const kernels::Network network = samples::random_network(
        seed, samples::all_in(named_format("bf16")), samples::round_parameter);
    const kernels::Machine machine = samples::random_machine(seed, network);
    const Words words{.count = 3, .length = 50, .seed = seed};
    const auto run = simulate(network, machine, words, {}, Backend::reference);
    for (std::uint64_t index = 0; index < words.count; ++index) {
      const Letters word = kernels::letters_of(words, index, network.letters);
      const auto wrong = wrong_after(network, machine, word);
      const auto shrunk = shrink(network, machine, word);
      REQUIRE(shrunk.has_value() == wrong.has_value());
      if (run.first && run.first->word == index) CHECK(wrong == run.first->position);
      if (!shrunk) continue;
      ++found;
      CHECK(shrunk->minimal);
      CHECK(shrunk->word.size() <= *wrong);
      CHECK(wrong_after(network, machine, shrunk->word) == shrunk->word.size());
      for (std::size_t i = 0; i < shrunk->word.size(); ++i) {
        Letters shorter = shrunk->word;
        shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
        CHECK_FALSE(wrong_after(network, machine, shorter));
      }
      CHECK(shrink(network, machine, word) == shrunk);
    }
  }
  CHECK(found > 20);
}

TEST_CASE("shrink: stops where it may do no more", "[kernels][shrink][quick]") {
  const kernels::Network network = silent(2);
  const kernels::Machine machine = count_ones(2, 50);
  const Letters word = kernels::letters_of({.count = 1, .length = 500, .seed = 1}, 0, 2);
  const auto wrong = wrong_after(network, machine, word);
  REQUIRE(wrong);
  const auto shrunk = shrink(network, machine, word, 1);
  REQUIRE(shrunk);
  CHECK(shrunk->word == Letters(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(*wrong)));
  CHECK_FALSE(shrunk->minimal);
  CHECK_THROWS_AS(shrink(network, machine, {2}), core::Error);
  CHECK_THROWS_AS(kernels::letters_of({.count = 1}, 1, 2), core::Error);
}

TEST_CASE("shrink: letters are those that a run reads", "[kernels][shrink][oracle]") {
  const Letters letters = {3, 1, 0, 2, 2, 1, 0, 3, 3, 0};
  for (const unsigned bits : {2U, 8U, 32U}) {
    const auto packed = kernels::pack(letters, 2, 5, bits);
    const Words words{.count = 2, .length = 5, .bits = bits, .packed = packed};
    CHECK(kernels::letters_of(words, 1, 4) == Letters{1, 0, 3, 3, 0});
  }
}
