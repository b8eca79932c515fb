// scan: which machine is read in which form, and that each form returns the reference's states.

#include <algorithm>
#include <functional>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "kernels/scan.hpp"
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
using samples::fast_backends;

namespace {

using Step = std::function<std::uint32_t(std::uint32_t state, std::uint32_t letter)>;

Machine machine_of(std::uint32_t states, std::uint32_t letters, const Step& step,
                   std::uint32_t start = 0) {
  Machine machine;
  machine.start = start;
  for (std::uint32_t q = 0; q < states; ++q) {
    for (std::uint32_t a = 0; a < letters; ++a) machine.next.push_back(step(q, a));
    machine.output.push_back(q % 7);
  }
  return machine;
}

/// Adds letters.
Machine counter(std::uint32_t modulus, std::uint32_t letters) {
  return machine_of(modulus, letters,
                    [=](std::uint32_t q, std::uint32_t a) { return (q + a) % modulus; });
}

/// Letter 0 turns a polygon, letter 1 reflects it: 2 n elements that do not commute.
Machine polygon(std::uint32_t corners) {
  return machine_of(corners, 2, [=](std::uint32_t q, std::uint32_t a) {
    return a == 0 ? (q + 1) % corners : (corners - q) % corners;
  });
}

/// A random permutation of the first `moved` states for each letter.
Machine permutations(std::uint32_t states, std::uint32_t letters, std::uint32_t moved,
                     std::uint64_t seed) {
  std::vector<std::vector<std::uint32_t>> to(letters, std::vector<std::uint32_t>(states));
  for (auto& permutation : to) {
    std::iota(permutation.begin(), permutation.end(), 0U);
    for (std::uint32_t q = 0; q < moved; ++q) {
      std::swap(permutation[q], permutation[q + seeded::splitmix(seed) % (moved - q)]);
    }
  }
  return machine_of(states, letters, [&](std::uint32_t q, std::uint32_t a) { return to[a][q]; });
}

struct Case {
  std::string name;
  Machine machine;
  unsigned bits;
  ScanForm cpu, cuda;
  std::uint32_t size;  // of the plan; 0: whatever it is
};

/// Letters that commute, and how many sums they need.
std::vector<Case> commuting() {
  const auto sums = [](const char* name, Machine machine, unsigned bits, std::uint32_t size) {
    return Case{name, std::move(machine), bits, ScanForm::sums, ScanForm::sums, size};
  };
  return {
      sums("parity", counter(2, 2), 1, 1),
      sums("parity, two bits a letter, two patterns no letters", counter(2, 2), 2, 2),
      sums("mod 5, four letters", counter(5, 4), 2, 1),
      sums("mod 10, ten letters, six patterns no letters", counter(10, 10), 4, 2),
      sums("mod 256, all bytes", counter(256, 256), 8, 1),
      sums("mod 999, all bytes, weights beyond a byte",
           machine_of(999, 256, [](std::uint32_t q, std::uint32_t a) { return (q + a * a) % 999; }),
           8, 1),
      sums("mod 999, 200 letters", counter(999, 200), 8, 2),
      sums("mod 1000, half bytes, weights beyond a byte",
           machine_of(1000, 16,
                      [](std::uint32_t q, std::uint32_t a) {
                        return (q + (a < 2 ? a : 3 * a * a)) % 1000;
                      }),
           4, 1),
      sums("nothing happens", counter(1, 2), 1, 0),
      // Three bits, each turned over by a letter of its own.
      sums("three parities",
           machine_of(8, 4, [](std::uint32_t q, std::uint32_t a) { return q ^ (1U << a >> 1U); }),
           2, 3),
      sums("mod 6 and mod 4",
           machine_of(24, 4,
                      [](std::uint32_t q, std::uint32_t a) {
                        const std::uint32_t right[] = {0, 1, 0, 3}, up[] = {0, 0, 1, 2};
                        return (q % 6 + right[a]) % 6 + 6 * ((q / 6 + up[a]) % 4);
                      }),
           4, 3),
      // Counts up to five and stays.
      sums("threshold",
           machine_of(6, 2, [](std::uint32_t q, std::uint32_t a) { return q + a < 5 ? q + a : 5; }),
           1, 1),
      // 2, 3, .., 8, 5, ..: a preperiod of 3 and a period of 4.
      sums("rho",
           machine_of(7, 4,
                      [](std::uint32_t q, std::uint32_t a) {
                        return q + a < 7 ? q + a : 3 + (q + a - 3) % 4;
                      }),
           2, 1),
      // Any 2 ends it; otherwise a parity.
      sums("parity or never again",
           machine_of(
               3, 3, [](std::uint32_t q, std::uint32_t a) { return q == 2 || a == 2 ? 2 : q ^ a; }),
           2, 3),
      // Only what is reached counts: states 5 and 6 are not, and there letters do not commute.
      sums("not where it matters",
           machine_of(7, 2,
                      [](std::uint32_t q, std::uint32_t a) {
                        return q < 5 ? (q + a + 1) % 5 : a == 0 ? 11 - q : 5;
                      }),
           1, 1),
  };
}

std::vector<Case> others() {
  const ScanForm maps = ScanForm::maps, elements = ScanForm::elements, walk = ScanForm::walk;
  return {
      // Both letters lead from 0 to 1, but 1 is left by one of them only.
      {"equal at the start only",
       machine_of(3, 2, [](std::uint32_t q, std::uint32_t a) { return q == 0 ? 1 : (q + a) % 3; }),
       1, maps, maps, 0},
      {"five parities, a letter for each subset",
       machine_of(32, 32, [](std::uint32_t q, std::uint32_t a) { return q ^ a; }), 8, maps,
       elements, 0},
      {"the last of two letters",
       machine_of(2, 2, [](std::uint32_t, std::uint32_t a) { return a; }), 1, maps, maps, 0},
      {"three states of which one is never left",
       machine_of(3, 2,
                  [](std::uint32_t q, std::uint32_t a) {
                    return q == 2 ? 2 : q == a ? 1 - q : q + a;
                  }),
       1, maps, maps, 0},
      {"two states and no letters",
       machine_of(2, 3, [](std::uint32_t q, std::uint32_t a) { return a == 2 ? q : a; }), 2, maps,
       maps, 0},
      {"three states, four bits", permutations(3, 16, 3, 13), 4, maps, maps, 0},
      {"four states", permutations(4, 2, 4, 14), 1, maps, maps, 0},
      {"five states", permutations(5, 2, 5, 15), 1, maps, maps, 0},
      {"seven states that merge",
       machine_of(
           7, 2, [](std::uint32_t q, std::uint32_t a) { return a == 0 ? (q + 3) % 7 : q * q % 6; }),
       1, maps, maps, 0},
      {"eight states", permutations(8, 2, 8, 1), 1, maps, maps, 0},
      {"eight states, sixteen letters", permutations(8, 16, 8, 2), 4, maps, maps, 0},
      {"six states, bytes", permutations(6, 200, 5, 3), 8, maps, maps, 0},
      {"twelve states", permutations(12, 2, 12, 4), 1, maps, maps, 0},
      {"sixteen states, one bit", permutations(16, 2, 16, 5), 1, maps, maps, 0},
      {"sixteen states, two bits", permutations(16, 4, 16, 6), 2, maps, maps, 0},
      {"sixteen states, four bits", permutations(16, 16, 16, 7), 4, maps, maps, 0},
      {"sixteen states, bytes", permutations(16, 256, 16, 8), 8, maps, maps, 0},
      {"fifteen states and no letters", permutations(15, 3, 15, 9), 2, maps, maps, 0},
      {"a polygon of 12 corners", polygon(12), 1, maps, maps, 0},
      {"a polygon of 11 corners, and no letters", polygon(11), 8, maps, elements, 0},
      {"a polygon of 16 corners", polygon(16), 1, maps, elements, 0},
      {"a polygon of 100 corners", polygon(100), 1, elements, elements, 200},
      {"a polygon of 400 corners", polygon(400), 1, elements, elements, 800},
      {"64 states", permutations(64, 2, 64, 10), 1, maps, walk, 0},
      {"200 states", permutations(200, 2, 200, 11), 1, maps, walk, 0},
      {"300 states", permutations(300, 2, 300, 12), 1, walk, walk, 0},
  };
}

/// Byte shuffles for so many states; elsewhere `maps` is another form, but never sums.
bool has_shuffles(std::uint32_t states) {
#ifdef __x86_64__
  return states > 16 ? __builtin_cpu_supports("avx512vbmi") : __builtin_cpu_supports("avx2");
#else
  return states == 0;
#endif
}

bool is_form(ScanForm found, const Case& c, Backend backend) {
  if (backend == Backend::cuda) return found == c.cuda;
  if (c.cpu != ScanForm::maps || has_shuffles(c.machine.size() + 1)) return found == c.cpu;
  return found != ScanForm::sums;
}

void check_case(const Case& c) {
  const Scanner reference(c.machine, c.bits, Backend::reference);
  CHECK(reference.form() == ScanForm::walk);
  const auto letters = static_cast<std::uint32_t>(c.machine.next.size() / c.machine.size());
  for (const Backend backend : fast_backends()) {
    const Scanner scanner(c.machine, c.bits, backend);
    CAPTURE(c.name, kernels::name_of(backend), scanner.plan().block_bits, scanner.plan().size);
    CHECK(is_form(scanner.form(), c, backend));
    if (c.size != 0) CHECK(scanner.plan().size == c.size);
    for (const std::uint64_t length : {0, 5, 776, 99'991, 400'003}) {
      CAPTURE(length);
      std::uint64_t seed = length + letters;
      std::vector<std::uint32_t> word;
      for (std::uint64_t t = 0; t < length; ++t) {
        word.push_back(static_cast<std::uint32_t>(seeded::splitmix(seed) % letters));
      }
      const auto packed = kernels::pack(word, 1, length, c.bits);
      const std::vector<std::uint64_t> positions = {length, 0, length / 3, length - length / 7};
      const LongWord asked{.length = length, .packed = packed};
      CHECK(scanner.run(asked).state == reference.run(asked).state);
      CHECK(scanner.run(asked, {positions, true, 2}) == reference.run(asked, {positions, true, 2}));
    }
  }
}

}  // namespace

TEST_CASE("scan: letters that commute are summed", "[kernels][scan][oracle]") {
  for (const Case& c : commuting()) check_case(c);
}

TEST_CASE("scan: every other form", "[kernels][scan][oracle]") {
  for (const Case& c : others()) check_case(c);
}

TEST_CASE("scan: few states, long regions", "[kernels][scan][oracle]") {
  // Long enough for pieces of 24 KiB, by one thread; and something left of the last region.
  const auto random_maps = [](std::uint32_t states, std::uint32_t letters, std::uint64_t seed) {
    return machine_of(states, letters, [&](std::uint32_t, std::uint32_t) {
      return static_cast<std::uint32_t>(seeded::splitmix(seed) % states);
    });
  };
  for (std::uint32_t states = 2; states <= 9; ++states) {
    for (const unsigned bits : {1U, 2U, 4U}) {
      if (states > 4 && bits != 1) continue;  // composed, as elsewhere
      const std::uint32_t patterns = 1U << bits;
      for (const std::uint32_t letters : {patterns, patterns - 1}) {
        const Machine machine = (letters + states) % 2 == 0
                                    ? permutations(states, letters, states, states + letters)
                                    : random_maps(states, letters, states * letters);
        const Scanner reference(machine, bits, Backend::reference);
        const std::uint64_t length = 4'000'037 / bits;
        const auto packed = reference.place({.length = length, .seed = states}).read();
        const LongWord asked{.length = length, .packed = packed};
        const std::vector<std::uint64_t> positions = {length - 1, length / 2, 1};
        const auto right = reference.run(asked, {positions});
        for (const Backend backend : fast_backends()) {
          const Scanner scanner(machine, bits, backend);
          CAPTURE(states, bits, letters, kernels::name_of(backend), scanner.plan().block_bits);
          CHECK(scanner.run(asked, {positions, false, 1}) == right);
        }
      }
    }
  }
}

namespace {

Machine random_maps(std::uint32_t states, std::uint32_t letters, std::uint64_t seed) {
  return machine_of(states, letters, [&](std::uint32_t, std::uint32_t) {
    return static_cast<std::uint32_t>(seeded::splitmix(seed) % states);
  });
}

/// All permutations of n points; the machine follows one.
Machine points(std::uint32_t n) {
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0U);
  std::vector<std::vector<std::uint32_t>> letters;
  do letters.push_back(order);
  while (std::next_permutation(order.begin(), order.end()));
  return machine_of(n, static_cast<std::uint32_t>(letters.size()),
                    [&](std::uint32_t q, std::uint32_t a) { return letters[a][q]; });
}

/// Letter 0 turns all states round, the others lead anywhere, so that words of 0 never merge.
Machine turn_or_merge(std::uint32_t states, std::uint32_t letters, std::uint64_t seed) {
  return machine_of(states, letters, [&](std::uint32_t q, std::uint32_t a) {
    return a == 0 ? (q + 1) % states : static_cast<std::uint32_t>(seeded::splitmix(seed) % states);
  });
}

constexpr std::uint32_t kSome = 1000;

struct FollowedCase {
  std::string name;
  Machine machine;
  unsigned bits;
  std::uint32_t followed;  // of the plan, where the processor has shuffles for 64 bytes; or kSome
};

std::vector<FollowedCase> followed_cases() {
  // Any but two of what letters permute, if the signs of letters are linear in their bits; else any
  // but one. Two corners of a polygon. All that can be left, where letters merge.
  const auto stay = [](Machine machine, std::uint32_t state) {
    const auto letters = machine.next.size() / machine.size();
    std::fill_n(machine.next.begin() + static_cast<std::ptrdiff_t>(state * letters), letters,
                state);
    return machine;
  };
  return {
      {"three points", points(3), 4, 1},
      {"four states, one bit", permutations(4, 2, 4, 21), 1, 2},
      {"four states, four bits", permutations(4, 16, 4, 22), 4, 3},
      {"four states, three letters", permutations(4, 3, 4, 23), 2, 2},
      {"five states, one bit", permutations(5, 2, 5, 24), 1, 3},
      {"seven states, three letters", permutations(7, 3, 7, 25), 2, 5},
      {"eight states, one bit", permutations(8, 2, 8, 26), 1, 6},
      {"eight states, two moved by none", permutations(8, 2, 6, 27), 1, 4},
      {"eight states, sixteen letters", permutations(8, 16, 8, 2), 4, 0},
      {"seven states, eleven letters", permutations(7, 11, 7, 28), 4, 6},
      {"three points, a byte each", points(3), 8, 2},
      {"four points, a byte each", points(4), 8, 3},
      {"five points, a byte each", points(5), 8, 4},
      {"five states, all bytes", permutations(5, 256, 5, 29), 8, 4},
      {"six states, bytes", permutations(6, 200, 6, 30), 8, 0},
      // A cycle of eight and a swap, which generate all permutations of eight.
      {"eight of twelve states, one bit",
       machine_of(12, 2,
                  [](std::uint32_t q, std::uint32_t a) {
                    return q > 7 ? q : a == 0 ? (q + 1) % 8 : q < 2 ? 1 - q : q;
                  }),
       1, 6},
      {"nine states, one bit", permutations(9, 2, 9, 31), 1, 0},
      {"twelve states, one bit", permutations(12, 2, 12, 4), 1, 0},
      {"a square", polygon(4), 1, 2},
      {"a polygon of 8 corners", polygon(8), 1, 2},
      {"a polygon of 7 corners, no letters", polygon(7), 2, 2},
      {"a polygon of 8 corners, four bits a letter", polygon(8), 4, 2},
      {"a polygon of 16 corners", polygon(16), 1, 2},
      {"a polygon of 15 corners, four bits a letter", polygon(15), 4, 2},
      {"a polygon of 31 corners, no letters", polygon(31), 2, 2},
      {"a polygon of 50 corners", polygon(50), 1, 2},
      {"a polygon of 50 corners, two bits a letter", polygon(50), 2, 0},
      {"eight states that merge", random_maps(8, 2, 32), 1, kSome},
      {"seven states that merge, four bits", random_maps(7, 16, 33), 4, 7},
      {"eight states, the third never left", stay(random_maps(8, 2, 34), 2), 1, kSome},
      {"sixteen states that merge", random_maps(16, 2, 35), 1, 16},
      {"sixteen states that merge, four bits", random_maps(16, 16, 36), 4, 16},
      {"fifteen states that merge, eleven letters", random_maps(15, 11, 37), 4, 15},
      {"thirty states that merge", random_maps(30, 2, 38), 1, 30},
      {"thirty states that merge, three letters", random_maps(30, 3, 39), 2, 30},
      {"64 states that merge", random_maps(64, 2, 40), 1, 64},
      // The last three letters; shorter words than that shift, and two states tell which.
      {"what was read last",
       machine_of(8, 2, [](std::uint32_t q, std::uint32_t a) { return q * 2 % 8 + a; }), 1, 2},
      {"eight states, merging now and then", turn_or_merge(8, 2, 41), 1, 8},
      {"sixteen states, merging now and then", turn_or_merge(16, 4, 42), 2, 16},
      {"60 states, merging now and then", turn_or_merge(60, 2, 43), 1, 60},
  };
}

}  // namespace

TEST_CASE("scan: some states are followed", "[kernels][scan][oracle]") {
#ifdef __x86_64__
  const bool follows = __builtin_cpu_supports("avx512vbmi");
#else
  const bool follows = false;
#endif
  for (const FollowedCase& c : followed_cases()) {
    const Scanner reference(c.machine, c.bits, Backend::reference);
    const Scanner scanner(c.machine, c.bits, Backend::cpu);
    CAPTURE(c.name, scanner.plan().block_bits);
    if (follows && c.followed != kSome) CHECK(scanner.plan().followed == c.followed);
    if (follows && c.followed == kSome) CHECK(scanner.plan().followed != 0);
    const auto letters = static_cast<std::uint32_t>(c.machine.next.size() / c.machine.size());
    // Two regions of 96 KiB for one thread and something more; letters at random; then mostly
    // the first one.
    const std::uint64_t length = 200'037ULL * 8 / c.bits;  // 2 x 96 KiB are 196'608
    for (const std::uint32_t often : {1U, 5000U}) {
      CAPTURE(often);
      std::uint64_t seed = letters + often;
      std::vector<std::uint32_t> word(length);
      for (std::uint32_t& a : word) {
        const std::uint64_t drawn = seeded::splitmix(seed);
        a = (drawn >> 32U) % often == 0 ? static_cast<std::uint32_t>(drawn % letters) : 0;
      }
      const auto packed = kernels::pack(word, 1, length, c.bits);
      const LongWord asked{.length = length, .packed = packed};
      const std::vector<std::uint64_t> positions = {length - 1, length / 2, 786'431, 99};
      const auto positions_inside = std::span(positions).last(length > 786'431 ? 4 : 1);
      const kernels::ScanOptions options{positions_inside, false, 1};
      const auto right = reference.run(asked, options);
      CHECK(scanner.run(asked, options) == right);
      CHECK(scanner.run(asked, {{}, false, 2}).state == right.state);
    }
  }
}

TEST_CASE("scan: from every state", "[kernels][scan][oracle]") {
  // A region's transformation on all states, also those that are not followed.
  for (const Machine& machine :
       {permutations(8, 2, 8, 44), permutations(7, 2, 7, 45), polygon(13), points(4)}) {
    const unsigned bits = machine.next.size() > 2 * machine.output.size() ? 8 : 1;
    const Scanner same(machine, bits, Backend::cpu);
    const auto word = same.place({.length = 1'700'000 / bits, .seed = 3}).read();
    for (std::uint32_t q = 0; q < machine.size(); ++q) {
      Machine from_here = machine;
      from_here.start = q;
      const LongWord asked{.length = 1'700'000 / bits, .packed = word};
      CAPTURE(machine.size(), bits, q);
      CHECK(Scanner(from_here, bits, Backend::cpu).run(asked, {{}, false, 1}) ==
            Scanner(from_here, bits, Backend::reference).run(asked));
    }
  }
}

TEST_CASE("scan: two pieces at once", "[kernels][scan][oracle]") {
  // Few states followed, of many: regions of two pieces of 96 KiB and more.
  const auto five_of_twenty = machine_of(20, 2, [](std::uint32_t q, std::uint32_t a) {
    return q > 4 ? q : a == 0 ? (q + 1) % 5 : q < 2 ? 1 - q : q;
  });
  for (const auto& [machine, bits] : std::vector<std::pair<Machine, unsigned>>{
           {polygon(50), 1}, {polygon(31), 2}, {five_of_twenty, 1}}) {
    const Scanner reference(machine, bits, Backend::reference);
    const std::uint64_t length = 400'037 * 8 / bits;
    const auto packed = reference.place({.length = length, .seed = bits}).read();
    const LongWord asked{.length = length, .packed = packed};
    CAPTURE(machine.size(), bits);
    CHECK(Scanner(machine, bits, Backend::cpu).run(asked, {{}, false, 1}) == reference.run(asked));
  }
}

TEST_CASE("scan: followed states and what is no letter", "[kernels][scan][quick]") {
  for (const auto& [machine, bits] :
       std::vector<std::pair<Machine, unsigned>>{{permutations(7, 3, 7, 46), 2},
                                                 {points(5), 8},
                                                 {polygon(15), 4},
                                                 {random_maps(7, 3, 47), 2}}) {
    const auto letters = static_cast<std::uint32_t>(machine.next.size() / machine.size());
    const Scanner scanner(machine, bits, Backend::cpu);
    std::vector<std::uint32_t> word(250'000 * 8 / bits);
    std::uint64_t seed = 48;
    for (auto& a : word) a = static_cast<std::uint32_t>(seeded::splitmix(seed) % letters);
    const std::size_t place = word.size() / 3;
    word[place] = letters;
    const auto packed = kernels::pack(word, 1, word.size(), bits);
    CAPTURE(machine.size(), bits);
    try {
      scanner.run({.length = word.size(), .packed = packed}, {{}, false, 1});
      FAIL("no letter, and not noticed");
    } catch (const core::Error& error) {
      CHECK(error.facts().where == "word, letter " + std::to_string(place));
    }
  }
}

TEST_CASE("scan: sums of very many letters", "[kernels][scan][quick]") {
  // What arithmetic says, beyond what 32 bits hold: 2^23 bytes of 255 are 510 2^22 letters' worth.
  const std::vector<std::uint32_t> packed(std::size_t{1} << 21U, ~0U);
  const std::uint64_t bytes = packed.size() * 4;
  for (const Backend backend : fast_backends()) {
    CAPTURE(kernels::name_of(backend));
    const Scanner all(counter(999, 256), 8, backend);
    CHECK(all.run({.length = bytes, .packed = packed}).state == 255 * bytes % 999);
    CHECK(all.run({.length = bytes - 1, .packed = packed}).state == 255 * (bytes - 1) % 999);
    const Scanner bits(counter(100'003, 2), 1, backend);
    CHECK(bits.form() == ScanForm::sums);
    CHECK(bits.run({.length = 8 * bytes - 3, .packed = packed}).state == (8 * bytes - 3) % 100'003);
  }
}

TEST_CASE("scan: random commuting machines", "[kernels][scan][oracle]") {
  // Products of two chains, each with a preperiod or none, and letters that move along both.
  const std::uint64_t seed = 20'261'128;
  CAPTURE(seed);
  std::uint64_t state = seed;
  const auto below = [&](std::uint32_t n) {
    return static_cast<std::uint32_t>(seeded::splitmix(state) % n);
  };
  for (int trial = 0; trial < 40; ++trial) {
    const std::uint32_t sizes[2] = {1 + below(9), 1 + below(9)};
    const std::uint32_t back[2] = {below(sizes[0]), below(sizes[1])};
    const std::uint32_t letters = 2 + below(3);
    std::vector<std::uint32_t> moves;
    for (std::uint32_t a = 0; a < 2 * letters; ++a) moves.push_back(below(4));
    const Machine machine =
        machine_of(sizes[0] * sizes[1], letters, [&](std::uint32_t q, std::uint32_t a) {
          std::uint32_t at[2] = {q % sizes[0], q / sizes[0]};
          for (std::uint32_t i = 0; i < 2; ++i) {
            for (std::uint32_t k = 0; k < moves[2 * a + i]; ++k) {
              at[i] = at[i] + 1 == sizes[i] ? back[i] : at[i] + 1;
            }
          }
          return at[1] * sizes[0] + at[0];
        });
    CAPTURE(trial, machine.size(), letters);
    const unsigned bits = letters == 2 ? 1 : 2;
    std::vector<std::uint32_t> word;
    for (int t = 0; t < 20'011; ++t) word.push_back(below(letters));
    const auto packed = kernels::pack(word, 1, word.size(), bits);
    const LongWord asked{.length = word.size(), .packed = packed};
    const auto right = Scanner(machine, bits, Backend::reference).run(asked);
    for (const Backend backend : fast_backends()) {
      CHECK(Scanner(machine, bits, backend).run(asked) == right);
    }
  }
}
