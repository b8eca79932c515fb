// scan: the reference against mathematics, every backend against the reference.

#include "kernels/scan.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "kernels/generator.hpp"
#include "kernels/simulate.hpp"
#include "tests/catch.hpp"
#include "tests/core/seeded.hpp"
#include "tests/kernels/compare.hpp"

using namespace statewright;
using kernels::Backend;
using kernels::LongWord;
using kernels::Machine;
using kernels::ScanForm;
using kernels::Scanner;
using kernels::ScanOptions;
using kernels::ScanResult;
using samples::fast_backends;

namespace {

/// Any machine: successors at random, or (`permutes`) a random permutation for each letter.
Machine random_machine(std::uint64_t seed, std::uint32_t states, std::uint32_t letters,
                       bool permutes) {
  Machine machine;
  machine.start = static_cast<std::uint32_t>(seeded::splitmix(seed) % states);
  machine.next.resize(std::size_t{states} * letters);
  for (std::uint32_t a = 0; a < letters; ++a) {
    std::vector<std::uint32_t> to(states);
    std::iota(to.begin(), to.end(), 0U);
    for (std::uint32_t q = 0; q < states; ++q) {
      if (permutes) {
        std::swap(to[q], to[q + seeded::splitmix(seed) % (states - q)]);
      } else {
        to[q] = static_cast<std::uint32_t>(seeded::splitmix(seed) % states);
      }
    }
    for (std::uint32_t q = 0; q < states; ++q) machine.next[std::size_t{q} * letters + a] = to[q];
  }
  for (std::uint32_t q = 0; q < states; ++q) {
    machine.output.push_back(static_cast<std::uint32_t>(seeded::splitmix(seed) % 5));
  }
  return machine;
}

/// Adds letters modulo `states`.
Machine counter(std::uint32_t states, std::uint32_t letters) {
  Machine machine;
  for (std::uint32_t q = 0; q < states; ++q) {
    for (std::uint32_t a = 0; a < letters; ++a) machine.next.push_back((q + a) % states);
    machine.output.push_back(q);
  }
  return machine;
}

std::vector<std::uint32_t> random_letters(std::uint64_t seed, std::uint64_t length,
                                          std::uint32_t letters) {
  std::vector<std::uint32_t> word;
  for (std::uint64_t t = 0; t < length; ++t) {
    word.push_back(static_cast<std::uint32_t>(seeded::splitmix(seed) % letters));
  }
  return word;
}

std::vector<std::uint64_t> some_positions(std::uint64_t seed, std::uint64_t length) {
  std::vector<std::uint64_t> positions = {length, 0};
  for (int i = 0; i < 7; ++i) positions.push_back(seeded::splitmix(seed) % (length + 1));
  return positions;
}

}  // namespace

TEST_CASE("scan: what arithmetic says", "[kernels][scan][quick]") {
  std::vector<Backend> backends = fast_backends();
  backends.push_back(Backend::reference);
  const std::vector<std::uint32_t> letters = random_letters(5, 100'003, 4);
  std::vector<std::uint64_t> sums = {0};
  for (const std::uint32_t a : letters) sums.push_back(sums.back() + a);
  const std::vector<std::uint32_t> packed = kernels::pack(letters, 1, letters.size(), 2);
  for (const std::uint32_t modulus : {1U, 2U, 4U, 7U, 16U, 17U, 100U, 1000U}) {
    std::vector<std::uint64_t> counts(modulus);
    for (std::size_t t = 1; t < sums.size(); ++t) ++counts[sums[t] % modulus];
    for (const Backend backend : backends) {
      CAPTURE(modulus, kernels::name_of(backend));
      const Scanner scanner(counter(modulus, 4), 0, backend);
      CHECK(scanner.bits() == 2);
      const std::vector<std::uint64_t> positions = {99'999, 0, 64, 100'003, 64, 77};
      const ScanResult result =
          scanner.run({.length = letters.size(), .packed = packed}, {positions, true});
      CHECK(result.state == sums.back() % modulus);
      CHECK(result.counts == counts);
      for (std::size_t i = 0; i < positions.size(); ++i) {
        CHECK(result.states[i] == sums[positions[i]] % modulus);
      }
    }
  }
}

TEST_CASE("scan: backends return the reference's states", "[kernels][scan][oracle]") {
  struct Case {
    std::uint32_t states, letters;
    bool permutes;
    unsigned bits;
  };
  const std::vector<Case> cases = {
      {1, 1, true, 1},    {2, 2, true, 1},   {4, 2, true, 1},     {3, 2, false, 4},
      {5, 4, true, 2},    {8, 2, false, 1},  {7, 3, true, 2},     {8, 16, true, 4},
      {8, 256, true, 8},  {8, 120, true, 8}, {15, 11, true, 4},   {16, 2, true, 1},
      {16, 4, false, 2},  {16, 3, true, 2},  {17, 2, true, 1},    {40, 16, true, 4},
      {64, 200, true, 8}, {65, 2, true, 1},  {128, 4, false, 2},  {200, 2, true, 1},
      {256, 2, true, 1},  {257, 2, true, 1}, {300, 256, true, 8}, {1000, 4, false, 2}};
  for (const Case& c : cases) {
    const std::uint64_t seed = c.states * 1000 + c.letters;
    const Machine machine = random_machine(seed, c.states, c.letters, c.permutes);
    const Scanner reference(machine, c.bits, Backend::reference);
    for (const Backend backend : fast_backends()) {
      const Scanner scanner(machine, c.bits, backend);
      for (const std::uint64_t length : {0, 1, 31, 33, 1025, 9999, 177'777}) {
        CAPTURE(c.states, c.letters, c.bits, length, kernels::name_of(backend));
        const auto packed =
            kernels::pack(random_letters(seed + length, length, c.letters), 1, length, c.bits);
        const auto positions = some_positions(seed + length, length);
        const LongWord word{.length = length, .packed = packed};
        for (const bool counts : {false, true}) {
          const ScanOptions options{positions, counts, 3};
          CHECK(scanner.run(word, options) == reference.run(word, options));
        }
        CHECK(scanner.run(scanner.place(word)) == reference.run(word));
      }
    }
  }
}

TEST_CASE("scan: generated words are those of generator.hpp", "[kernels][scan][oracle]") {
  std::vector<Backend> backends = fast_backends();
  backends.push_back(Backend::reference);
  for (const std::uint32_t letters : {1U, 2U, 3U, 5U, 16U, 100U, 256U}) {
    const Machine machine = random_machine(letters, 12, letters, true);
    const kernels::WordKeys keys = kernels::word_keys(9, 4);
    for (const std::uint64_t length : {1, 33, 1025, 200'001}) {
      std::uint32_t q = machine.start;
      for (std::uint64_t t = 0; t < length; ++t) {
        q = machine.next[std::size_t{q} * letters + kernels::letter_at(keys, t, letters)];
      }
      for (const Backend backend : backends) {
        CAPTURE(letters, length, kernels::name_of(backend));
        const Scanner scanner(machine, 0, backend);
        const LongWord word{.length = length, .seed = 9, .number = 4};
        CHECK(scanner.run(word).state == q);
        const kernels::PlacedWord placed = scanner.place(word);
        const std::vector<std::uint32_t> packed = placed.read();
        const auto positions = some_positions(1, length);
        CHECK(scanner.run(placed, {positions, true, 2}) ==
              scanner.run({.length = length, .packed = packed}, {positions, true, 2}));
        CHECK(scanner.run(word, {positions, true, 2}) == scanner.run(placed, {positions, true, 2}));
      }
    }
  }
}

TEST_CASE("scan: the longest words come in pieces", "[kernels][scan][.long]") {
  const Machine machine = random_machine(3, 6, 2, true);
  const LongWord word{.length = (std::uint64_t{1} << 25U) + 12345, .seed = 1};
  const std::vector<std::uint64_t> positions = {1U << 24U, (1U << 24U) + 1, 1, 0, 1U << 25U};
  const ScanResult right = Scanner(machine, 0, Backend::reference).run(word, {positions, true, 0});
  for (const Backend backend : fast_backends()) {
    CAPTURE(kernels::name_of(backend));
    CHECK(Scanner(machine, 0, backend).run(word, {positions, true, 0}) == right);
  }
}

TEST_CASE("scan: what cannot be done is said", "[kernels][scan][quick]") {
  using core::Fault;
  const auto fault = [](const auto& body) {
    try {
      body();
    } catch (const core::Error& error) {
      return error.facts().fault;
    }
    return Fault::io;
  };
  std::vector<Backend> backends = fast_backends();
  backends.push_back(Backend::reference);
  for (const Backend backend : backends) {
    CAPTURE(kernels::name_of(backend));
    CHECK(fault([&] { Scanner({}, 0, backend); }) == Fault::shape);
    CHECK(fault([&] { Scanner({0, {0, 1}, {0}}, 0, backend); }) == Fault::range);
    CHECK(fault([&] { Scanner({1, {0, 0}, {0}}, 0, backend); }) == Fault::range);
    CHECK(fault([&] { Scanner(counter(2, 257), 0, backend); }) == Fault::unsupported);
    CHECK(fault([&] { Scanner(counter(2, 2), 3, backend); }) == Fault::range);
    const Scanner scanner(counter(8, 3), 0, backend);
    std::vector<std::uint32_t> letters = random_letters(1, 20'000, 3);
    letters[17'001] = 3;
    letters[17'003] = 3;
    const auto packed = kernels::pack(letters, 1, letters.size(), 2);
    const LongWord word{.length = letters.size(), .packed = packed};
    try {
      scanner.run(word);
      FAIL("no letter, and not noticed");
    } catch (const core::Error& error) {
      CHECK(error.facts().fault == Fault::range);
      CHECK(error.facts().where == "word, letter 17001");
      CHECK(error.facts().found == "3");
    }
    const LongWord shorter{.length = 17'001, .packed = std::span(packed).first(1063)};
    CHECK_NOTHROW(scanner.run(shorter));
    CHECK(fault([&] { scanner.run({.length = 9, .packed = packed}); }) == Fault::shape);
    const std::vector<std::uint64_t> beyond = {17'002};
    CHECK(fault([&] { scanner.run(shorter, {beyond, false, 0}); }) == Fault::range);
    const kernels::PlacedWord placed = scanner.place(shorter);
    CHECK(fault([&] { Scanner(counter(8, 3), 4, backend).run(placed); }) == Fault::unsupported);
  }
}
