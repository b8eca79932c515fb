#include "automata/cascade/cascade.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <stdexcept>

#include "automata/cascade/decompose.hpp"
#include "automata/cascade/holonomy.hpp"
#include "automata/cascade/simplify.hpp"
#include "automata/language/congruence.hpp"
#include "automata/language/minimize.hpp"
#include "automata/language/named.hpp"
#include "automata/language/regex.hpp"
#include "core/error.hpp"
#include "tests/automata/machines.hpp"
#include "tests/catch.hpp"

using namespace statewright::automata;
using statewright::core::Error;
using statewright::core::Fault;
using statewright::core::Outcome;

namespace {

/// Two states; a resets to 0, b to 1, c does nothing.
Dfa flip_flop() {
  Dfa dfa;
  dfa.letters = plain_alphabet(3);
  dfa.labels = acceptor_labels();
  dfa.next = {0, 1, 0, 0, 1, 1};
  dfa.output = {kReject, kAccept};
  return dfa;
}

LevelAction reset(std::uint32_t target) { return {true, target, {}}; }
LevelAction permutation(std::vector<std::uint32_t> values) { return {false, 0, std::move(values)}; }

/// The flip-flop as the cascade that it is.
Cascade flip_flop_cascade() {
  CascadeLevel level;
  level.size = 2;
  level.below = {0, 1};
  level.entries = {{0, 0, 0, reset(0)}, {0, 0, 1, reset(1)}, {0, 0, 2, permutation({0, 1})}};
  return {"by hand", "", {level}, {0, 1}};
}

Dfa named(const char* name) { return named_language(name)->dfa; }
Dfa of_regex(const char* text) { return minimize(compile_regex(text)); }

bool proved(const Dfa& dfa, const Cascade& cascade) {
  return check_cascade(dfa, cascade).outcome() == Outcome::proved;
}

/// What decode says after the word, or nothing where the cascade leads nowhere.
std::optional<State> run(const Cascade& cascade, const Word& word) {
  try {
    Coordinates coordinates = start_of(cascade);
    for (const Letter a : word) coordinates = step(cascade, coordinates, a);
    return decode(cascade, coordinates);
  } catch (const std::logic_error&) {
    return {};
  }
}

/// Reading then decoding is decoding then reading, on random words.
bool agree_on_random_words(const Dfa& dfa, const Cascade& cascade, std::uint64_t seed) {
  SplitMix64 draw(seed);
  for (int i = 0; i < 20; ++i) {
    Word word(dfa.letters.size() == 0 ? 0 : draw() % 30);
    for (Letter& a : word) a = static_cast<Letter>(draw() % dfa.letters.size());
    if (run(cascade, word) != dfa.run(word)) return false;
  }
  return true;
}

Fault fault_of(const Cascade& cascade, const Dfa& dfa) {
  try {
    validate(cascade, dfa);
  } catch (const Error& error) {
    return error.facts().fault;
  }
  return Fault::io;  // none
}

}  // namespace

TEST_CASE("cascade: a flip-flop by hand", "[automata][cascade][quick]") {
  const Dfa dfa = flip_flop();
  const Cascade cascade = flip_flop_cascade();
  CHECK(proved(dfa, cascade));
  CHECK(step(cascade, {1}, 0) == Coordinates{0});
  CHECK(step(cascade, {1}, 2) == Coordinates{1});
  CHECK(is_pure_reset(cascade.levels.front()));
  CHECK(name_groups(cascade.levels.front()) == "1");

  Cascade wrong = cascade;
  wrong.levels[0].entries[1].action = permutation({1, 0});  // b toggles
  const auto verdict = check_cascade(dfa, wrong);
  REQUIRE(verdict.outcome() == Outcome::refuted);
  CHECK(verdict.witness()->word == Word{1, 1});
  CHECK(verdict.witness()->expected == 1);
  CHECK(verdict.witness()->found == "state 0");
  CHECK_FALSE(is_pure_reset(wrong.levels.front()));
  CHECK(name_groups(wrong.levels.front()) == "Z2");

  wrong = cascade;
  wrong.levels[0].entries.pop_back();
  CHECK(check_cascade(dfa, wrong).witness()->word == Word{2});
  CHECK_THROWS_AS(step(wrong, {0}, 2), std::logic_error);
  wrong = cascade;
  wrong.levels[0].start = 1;
  CHECK(check_cascade(dfa, wrong).witness()->word == Word{});
  wrong = cascade;
  wrong.levels[0].below[1] = kNoContext;
  CHECK(check_cascade(dfa, wrong).witness()->word == Word{1});
}

TEST_CASE("cascade: what is not a cascade is refused", "[automata][cascade][quick]") {
  const Dfa dfa = flip_flop();
  const auto with = [](auto change) {
    Cascade cascade = flip_flop_cascade();
    change(cascade);
    return cascade;
  };
  CHECK(fault_of(flip_flop_cascade(), dfa) == Fault::io);
  const auto level = [&](auto change) {
    return fault_of(with([&](Cascade& c) { change(c.levels[0]); }), dfa);
  };
  CHECK(level([](CascadeLevel& l) { l.contexts = 2; }) == Fault::shape);
  CHECK(level([](CascadeLevel& l) { l.below.pop_back(); }) == Fault::shape);
  CHECK(level([](CascadeLevel& l) { l.below[0] = 2; }) == Fault::range);
  CHECK(level([](CascadeLevel& l) { l.start = 2; }) == Fault::range);
  CHECK(level([](CascadeLevel& l) { l.entries[0].after = 1; }) == Fault::range);
  CHECK(level([](CascadeLevel& l) { l.entries[0].letter = 3; }) == Fault::range);
  CHECK(level([](CascadeLevel& l) { l.entries[1].letter = 0; }) == Fault::range);
  CHECK(level([](CascadeLevel& l) { l.entries[0].action.target = 2; }) == Fault::range);
  CHECK(level([](CascadeLevel& l) { l.entries[2].action.permutation = {0, 0}; }) == Fault::range);
  CHECK(level([](CascadeLevel& l) { l.entries[2].action.permutation = {0}; }) == Fault::shape);
  CHECK(fault_of(with([](Cascade& c) { c.state = {0, 2}; }), dfa) == Fault::range);
  CHECK(fault_of(with([](Cascade& c) { c.levels.clear(); }), dfa) == Fault::shape);
  CHECK_THROWS_AS(check_cascade(dfa, with([](Cascade& c) { c.state = {0, 2}; })), Error);
}

TEST_CASE("cascade: damaged cascades are refuted by a shortest word",
          "[automata][cascade][law][quick]") {
  int refuted = 0, harmless = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    CAPTURE(seed);
    const Dfa dfa = random_dfa(3 + seed % 3, 2, seed);
    Cascade cascade = holonomy(dfa);
    SplitMix64 draw(seed);
    CascadeLevel& level = cascade.levels[draw() % cascade.levels.size()];
    CascadeLevel::Entry& entry = level.entries[draw() % level.entries.size()];
    switch (draw() % 4) {
      case 0:
        entry.action = reset(static_cast<std::uint32_t>(draw() % level.size));
        break;
      case 1:
        level.below[draw() % level.below.size()] = level.below[draw() % level.below.size()];
        break;
      case 2:
        cascade.state[draw() % cascade.state.size()] = static_cast<State>(draw() % dfa.size());
        break;
      default:
        level.entries.erase(level.entries.begin() + (&entry - level.entries.data()));
    }
    const auto verdict = check_cascade(dfa, cascade);
    if (verdict.outcome() == Outcome::proved) {
      ++harmless;
      CHECK(agree_on_random_words(dfa, cascade, seed));
      continue;
    }
    ++refuted;
    REQUIRE(verdict.outcome() == Outcome::refuted);
    const Word& word = verdict.witness()->word;
    CHECK(run(cascade, word) != dfa.run(word));
    CHECK(verdict.witness()->expected == dfa.run(word));
    if (word.size() > 10) continue;
    for (std::size_t length = 0; length < word.size(); ++length) {
      for (std::uint32_t code = 0; code < (1U << length); ++code) {
        Word shorter;
        for (std::size_t i = 0; i < length; ++i) shorter.push_back(code >> i & 1U);
        REQUIRE(run(cascade, shorter) == dfa.run(shorter));
      }
    }
  }
  CHECK(refuted > 50);
  CHECK(harmless > 5);
}

TEST_CASE("cascade: the tuples decide where levels do not, within limits",
          "[automata][cascade][quick]") {
  // Two parities; the second level's action for (1 -> 0) is wrong but never reached, since both
  // toggle at the same letter. Level by level it cannot be seen that (1, 0) does not occur.
  Dfa dfa = cycle_dfa(2, 1);
  CascadeLevel upper, lower;
  upper.size = lower.size = 2;
  upper.below = {0, 1};
  upper.entries = {{0, 0, 0, permutation({1, 0})}};
  lower.contexts = 2;
  lower.below = {0, 1, 1, 1};  // by the lower coordinate, where the upper one is 0
  lower.entries = {{0, 1, 0, permutation({1, 0})}, {1, 0, 0, permutation({1, 0})}};
  const Cascade cascade{"by hand", "", {upper, lower}, {0, 1}};
  auto verdict = check_cascade(dfa, cascade);
  REQUIRE(verdict.outcome() == Outcome::proved);
  Cascade less = cascade;
  less.levels[1].below = {0, kNoContext, kNoContext, 1};
  less.levels[1].entries[1].action = reset(0);
  verdict = check_cascade(dfa, less);
  REQUIRE(verdict.outcome() == Outcome::proved);

  // A cycle of 3 beside one of 5: 15 tuples follow a cycle of 15, but no level alone does.
  CascadeLevel three, five;
  three.size = 3;
  three.below = {0, 1, 2};
  three.entries = {{0, 0, 0, permutation({1, 2, 0})}};
  five.size = 5;
  five.contexts = 3;
  for (std::uint32_t p = 0; p < 3; ++p) {
    for (std::uint32_t c = 0; c < 5; ++c) five.below.push_back((10 * p + 6 * c) % 15);
    five.entries.push_back({p, (p + 1) % 3, 0, permutation({1, 2, 3, 4, 0})});
  }
  Cascade product{"by hand", "", {three, five}, {}};
  for (State q = 0; q < 15; ++q) product.state.push_back(q);
  const Dfa cycle = cycle_dfa(15, 1);
  CHECK(proved(cycle, product));
  product.state[7] = 8;
  verdict = check_cascade(cycle, product);
  REQUIRE(verdict.outcome() == Outcome::refuted);
  CHECK(verdict.witness()->word.size() == 7);
  statewright::core::Limits limits;
  limits.max_states = 3;
  CHECK(check_cascade(cycle, product, limits).outcome() == Outcome::unknown);
}

TEST_CASE("decompose: one level where every letter permutes or resets",
          "[automata][cascade][quick]") {
  const auto only = [](const Dfa& dfa) {
    const Cascade cascade = decompose(dfa);
    REQUIRE(proved(dfa, cascade));
    REQUIRE(cascade.levels.size() == 1);
    return std::to_string(cascade.levels[0].size) + "," + cascade.levels[0].group;
  };
  CHECK(only(named("parity")) == "2,Z2");
  CHECK(only(named("mod:6")) == "6,Z6");
  CHECK(only(named("S3")) == "6,S3");
  CHECK(only(named("Q8")) == "8,Q8");
  CHECK(only(named("flipflop")) == "2,1");
  CHECK(only(flip_flop()) == "2,1");
  Dfa dfa = cycle_dfa(5, 2);  // the second letter, the identity, becomes a reset to 3
  for (State q = 0; q < 5; ++q) dfa.next[2 * q + 1] = 3;
  CHECK(only(dfa) == "5,Z5");
}

TEST_CASE("decompose: small and degenerate automata", "[automata][cascade][quick]") {
  Dfa one = flip_flop();
  one.next = {0, 0, 0};
  one.output = {kAccept};
  CHECK(decompose(one).levels.empty());
  CHECK(proved(one, decompose(one)));
  Dfa no_letters = random_dfa(4, 0, 1);
  no_letters.start = 2;
  CHECK(decompose(no_letters).levels.empty());
  CHECK(decompose(no_letters).state == std::vector<State>{2});
  CHECK(proved(no_letters, decompose(no_letters)));

  const Dfa first = named("first:e,f");
  const Cascade cascade = decompose(first);
  CHECK(cascade.levels.size() == 2);
  CHECK(cost_of(cascade).numbers == 2);
  CHECK(describe(cascade, first) == "2 levels: 2,1 / 2,1; at most 2 by |Q| - 1, 8 by 2^|Q|");
  CHECK_THROWS_AS(decompose(cycle_dfa(257, 1)), Error);
}

TEST_CASE("decompose: never more than |Q| - 1 levels, and right on words",
          "[automata][cascade][law][quick]") {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    const Dfa dfa = random_dfa(1 + seed % 8, 1 + seed % 3, seed);
    CAPTURE(seed, dfa.size());
    const std::size_t reached = reachable(dfa).size();
    for (const bool divisors : {false, true}) {
      DecomposeOptions options;
      options.divisors = divisors;
      const Cascade cascade = decompose(dfa, options);
      REQUIRE(proved(dfa, cascade));
      CHECK(agree_on_random_words(dfa, cascade, seed));
      if (!divisors) CHECK(cascade.levels.size() + 1 <= reached);
      const CascadeCost cost = cost_of(cascade);
      CHECK(cost.levels <= holonomy(dfa).levels.size());
    }
  }
}

TEST_CASE("decompose: named languages", "[automata][cascade][quick]") {
  struct Known {
    const char* name;
    std::size_t levels;  // found so far; fewer would be progress
  };
  for (const Known& known : {Known{"evenpairs", 2},
                             {"tomita:3", 4},
                             {"tomita:7", 3},
                             {"dyck:2,3", 4},
                             {"dyck:1,5", 6},
                             {"gridworld:9", 8},
                             {"modarith:3", 3},
                             {"modarith:5", 3}}) {
    CAPTURE(known.name);
    const Dfa dfa = named(known.name);
    const Cascade cascade = decompose(dfa);
    REQUIRE(proved(dfa, cascade));
    CHECK(cascade.levels.size() <= known.levels);
    CHECK(agree_on_random_words(dfa, cascade, 7));
  }
}

TEST_CASE("decompose: star-free languages are pure resets if groups must divide",
          "[automata][cascade][quick]") {
  DecomposeOptions options;
  options.divisors = true;
  const auto pure = [&](const Dfa& dfa) {
    const Cascade cascade = decompose(dfa, options);
    REQUIRE(proved(dfa, cascade));
    return std::all_of(cascade.levels.begin(), cascade.levels.end(), [](const CascadeLevel& level) {
      return is_pure_reset(level) && level.group == "1";
    });
  };
  // Locally testable, bounded Dyck, walks between walls: all star-free.
  for (const char* name : {"first:e,f", "flipflop", "tomita:1", "tomita:2", "tomita:4", "tomita:7",
                           "dyck:1,5", "dyck:2,3", "gridworld:9"}) {
    CAPTURE(name);
    CHECK(pure(named(name)));
  }
  CHECK(pure(of_regex("(a|b)*abba(a|b)*")));
  // C comments, s for the slash and t for the star.
  CHECK(pure(of_regex("st(s|x)*t(t|x(s|x)*t)*s")));
  CHECK_FALSE(pure(named("parity")));
  // (ab)* beside an even number of c's is not star-free.
  CHECK_FALSE(pure(of_regex("(ab|cc)*")));
}

TEST_CASE("decompose: groups divide the monoid where they must",
          "[automata][cascade][law][quick]") {
  DecomposeOptions options;
  options.divisors = true;
  int groups = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CAPTURE(seed);
    const Dfa dfa = minimize(random_dfa(3 + seed % 3, 2, seed));
    const auto monoid = machines::maps_of_words(dfa);
    // Orders of the maximal subgroups: for an idempotent e, how e m e can permute the image of e.
    std::set<std::size_t> orders;
    for (const auto& e : monoid) {
      std::set<State> image(e.begin(), e.end());
      if (std::any_of(image.begin(), image.end(), [&](State q) { return e[q] != q; })) continue;
      std::set<std::vector<State>> permutations;
      for (const auto& m : monoid) {
        std::vector<State> moved;
        for (const State q : image) moved.push_back(e[m[q]]);
        if (std::set<State>(moved.begin(), moved.end()) == image) permutations.insert(moved);
      }
      orders.insert(permutations.size());
    }
    const Cascade cascade = decompose(dfa, options);
    for (const CascadeLevel& level : cascade.levels) {
      std::string rest = level.group + " | ";
      for (std::size_t bar; (bar = rest.find(" | ")) != std::string::npos;
           rest = rest.substr(bar + 3)) {
        const std::size_t order = machines::order_of_group(rest.substr(0, bar));
        CAPTURE(rest, order);
        groups += order > 1 ? 1 : 0;
        REQUIRE(order > 0);
        CHECK(std::any_of(orders.begin(), orders.end(),
                          [&](std::size_t large) { return large % order == 0; }));
      }
    }
  }
  CHECK(groups > 50);
}

TEST_CASE("simplify: what nothing tells apart is merged", "[automata][cascade][quick]") {
  // A level that no output depends on, above the flip-flop, and a twin of one of its coordinates.
  const Dfa dfa = flip_flop();
  CascadeLevel clock, memory;
  clock.size = 2;
  clock.below = {0, 1};
  for (Letter a = 0; a < 3; ++a) clock.entries.push_back({0, 0, a, permutation({1, 0})});
  memory.size = 3;  // coordinates 1 and 2 mean the same
  memory.contexts = 2;
  memory.below = {0, 1, 1, 0, 1, 1};
  for (std::uint32_t p = 0; p < 2; ++p) {
    memory.entries.push_back({p, 1 - p, 0, reset(0)});
    memory.entries.push_back({p, 1 - p, 1, reset(1 + p)});
    memory.entries.push_back({p, 1 - p, 2, permutation({0, 2, 1})});
  }
  const Cascade large{"by hand", "", {clock, memory}, {0, 1}};
  REQUIRE(proved(dfa, large));
  const Cascade small = simplify(large, 3);
  REQUIRE(proved(dfa, small));
  CHECK(small.levels.size() == 1);
  CHECK(small.levels.back().contexts == 1);
  CHECK(small.levels.back().size == 2);
  SimplifyOptions careful;
  careful.keep_groups = true;
  CHECK(proved(dfa, simplify(large, 3, careful)));
}

TEST_CASE("simplify: levels that together are permutation-reset", "[automata][cascade][quick]") {
  // Two bits that the same letters write together: a writes 00, b writes 11, c does nothing.
  const Dfa dfa = flip_flop();
  CascadeLevel upper = flip_flop_cascade().levels[0], lower = upper;
  lower.contexts = 2;
  lower.below = {0, kNoContext, kNoContext, 1};
  lower.entries.clear();
  for (std::uint32_t p = 0; p < 2; ++p) {
    lower.entries.push_back({p, 0, 0, reset(0)});
    if (p == 0) lower.entries.push_back({p, 0, 2, permutation({0, 1})});
    lower.entries.push_back({p, 1, 1, reset(1)});
    if (p == 1) lower.entries.push_back({p, 1, 2, permutation({0, 1})});
  }
  const Cascade two{"by hand", "", {upper, lower}, {0, 1}};
  REQUIRE(proved(dfa, two));
  const Cascade one = simplify(two, 3);
  CHECK(proved(dfa, one));
  CHECK(one.levels.size() == 1);
  CHECK(cost_of(one).numbers == 1);
}

TEST_CASE("simplify: stays right and is never larger", "[automata][cascade][law][quick]") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    CAPTURE(seed);
    const Dfa dfa = random_dfa(2 + seed % 6, 1 + seed % 3, seed);
    const Cascade cascade = holonomy(dfa);
    SimplifyOptions options;
    options.max_tuples = seed % 3 == 0 ? 1 : 2'000;  // both ways to find what is reachable
    options.keep_groups = seed % 2 == 0;
    const Cascade small = simplify(cascade, dfa.letters.size(), options);
    REQUIRE(proved(dfa, small));
    CHECK(agree_on_random_words(dfa, small, seed));
    CHECK(small.levels.size() <= cascade.levels.size());
    if (options.keep_groups) {
      CHECK(cost_of(small).numbers <= cost_of(cascade).numbers);
      CHECK(cost_of(small).pairs <= cost_of(cascade).pairs);
    }
    const Cascade again = simplify(small, dfa.letters.size(), options);
    CHECK(again.levels.size() <= small.levels.size());
    CHECK(proved(dfa, again));
  }
}

TEST_CASE("congruences: all of small automata, by brute force", "[automata][cascade][law][quick]") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    const Dfa dfa = random_dfa(2 + seed % 5, 1 + seed % 2, seed);
    // All partitions as restricted growth strings.
    std::vector<Partition> expected;
    Partition partition(dfa.size(), 0);
    for (;;) {
      const std::uint32_t blocks = block_count(partition);
      bool respected = blocks > 1 && blocks < dfa.size();
      for (State p = 0; respected && p < dfa.size(); ++p) {
        for (State q = 0; q < p; ++q) {
          for (Letter a = 0; a < dfa.letters.size(); ++a) {
            respected = respected && (partition[p] != partition[q] ||
                                      partition[dfa.step(p, a)] == partition[dfa.step(q, a)]);
          }
        }
      }
      if (respected) expected.push_back(partition);
      std::size_t i = dfa.size() - 1;
      while (i > 0 &&
             partition[i] == *std::max_element(partition.begin(),
                                               partition.begin() + static_cast<std::ptrdiff_t>(i)) +
                                 1) {
        partition[i--] = 0;
      }
      if (i == 0) break;
      ++partition[i];
    }
    std::vector<Partition> found = congruences(dfa, 1000);
    CHECK(std::is_sorted(found.begin(), found.end(), [](const Partition& a, const Partition& b) {
      return block_count(a) < block_count(b);
    }));
    for (const Partition& a : found) {
      for (const Partition& b : found) CHECK(refines(a, b) == (join(a, b) == b));
    }
    std::sort(found.begin(), found.end());
    std::sort(expected.begin(), expected.end());
    CHECK(found == expected);
  }
}
