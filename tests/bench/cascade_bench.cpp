// Holonomy decompositions and the cheapest cascades found, of T_n and of random automata. SgpDec is
// not run: its seconds are those measured once with SgpDec 1.2.0 on another machine, quoted for
// their size.

#include <array>

#include "automata/cascade/decompose.hpp"
#include "automata/cascade/holonomy.hpp"
#include "automata/language/minimize.hpp"
#include "automata/language/random_dfa.hpp"
#include "tests/automata/machines.hpp"
#include "tests/bench/table.hpp"

namespace {

using namespace statewright::automata;
using namespace statewright::bench;
using statewright::core::Outcome;

struct Input {
  bool full;  // T_n, else R(n, 2, seed)
  State states;
  std::uint64_t seed;
  std::size_t image_sets, levels;  // known answers
  const char* quoted;              // seconds of SgpDec: skeleton, components, full cascade
  bool in_smoke;

  std::string name() const {
    return full ? "T_" + std::to_string(states)
                : "R(" + std::to_string(states) + ", 2, " + std::to_string(seed) + ")";
  }
  Dfa make() const {
    return full ? machines::full_transformation_dfa(states) : random_dfa(states, 2, seed);
  }
};

constexpr Input kInputs[] = {
    {true, 4, 0, 15, 3, "0.001 + 0.005 + 0.011", true},
    {true, 5, 0, 31, 4, "0.003 + 0.008 + 0.059", true},
    {true, 6, 0, 63, 5, "0.007 + 0.011 + 0.72", true},
    {true, 7, 0, 127, 6, "0.048 + 0.031 + 12.7", false},
    {true, 8, 0, 255, 7, "0.12 + 0.056 + 459", false},
    {false, 6, 2, 48, 5, "0.016 + 0.043 + 0.44", true},
    {false, 6, 4, 63, 5, "0.015 + 0.024 + 1.10", true},
    {false, 9, 2, 47, 11, "0.005 + 0.010 + 2.7", true},
    {false, 10, 1, 67, 8, "0.008 + 0.016 + 0.28", false},
    {false, 10, 2, 126, 19, "past 12 GiB", true},
    {false, 10, 3, 53, 6, "0.008 + 0.016 + 0.077", false},
    {false, 12, 1, 88, 13, "past 40 s", false},
    {false, 12, 2, 123, 12, "0.031 + 0.031 + 6.1", false},
    {false, 12, 3, 57, 14, "past 40 s", false},
    {false, 15, 1, 74, 11, "0.012 + 0.012 + 1.5", false},
    {false, 15, 2, 178, 17, "past 12 GiB", false},
    {false, 15, 3, 105, 18, "past 12 GiB", false},
};

std::size_t entries_of(const Cascade& cascade) {
  std::size_t entries = 0;
  for (const CascadeLevel& level : cascade.levels) entries += level.entries.size();
  return entries;
}

void holonomies(bool smoke) {
  Table table("Holonomy, levels by subduction depth: CPU milliseconds",
              {"input", "image sets", "levels", "actions", "skeleton", "cascade", "check", "all",
               "SgpDec 1.2.0, quoted seconds"});
  for (const Input& input : kInputs) {
    if (smoke && !input.in_smoke) continue;
    const Dfa dfa = input.make();
    const HolonomySkeleton skeleton = holonomy_skeleton(dfa);
    verify(skeleton.image_sets == input.image_sets, input.name() + ": image sets");
    verify(skeleton.levels.size() == input.levels, input.name() + ": levels");
    const Cascade cascade = holonomy(dfa);
    verify(check_cascade(dfa, cascade).outcome() == Outcome::proved, input.name() + ": cascade");
    const auto times = interleaved(5, {[&] { holonomy_skeleton(dfa); }, [&] { holonomy(dfa); },
                                       [&] { check_cascade(dfa, cascade); }});
    table.add({input.name(), std::to_string(skeleton.image_sets), std::to_string(input.levels),
               std::to_string(entries_of(cascade)), number(times[0]), number(times[1]),
               number(times[2]), number(times[0] + times[1] + times[2]), input.quoted});
  }
  table.print();
}

void decompositions(bool smoke) {
  Table table("Cheapest cascade found: levels, coordinates written down, actions; milliseconds",
              {"input", "holonomy", "cheapest", "ms", "groups divide", "ms"});
  const auto figures = [](const Cascade& cascade) {
    return std::to_string(cascade.levels.size()) + ", " + std::to_string(cost_of(cascade).numbers) +
           ", " + std::to_string(entries_of(cascade));
  };
  for (const Input& input : kInputs) {
    if (smoke && !input.in_smoke) continue;
    const Dfa dfa = input.make();
    DecomposeOptions divisors;
    divisors.divisors = true;
    const auto times = interleaved(3, {[&] { decompose(dfa); }, [&] { decompose(dfa, divisors); }});
    table.add({input.name(), figures(holonomy(dfa)), figures(decompose(dfa)), number(times[0]),
               figures(decompose(dfa, divisors)), number(times[1])});
  }
  table.print();
}

void distribution(bool smoke) {
  Table table("Levels of random minimal automata of 2-6 states and 1-3 letters",
              {"levels", "holonomy", "cheapest", "groups divide"});
  std::vector<std::array<std::size_t, 3>> count;
  const std::uint64_t most = smoke ? 100 : 1000;
  for (std::uint64_t seed = 1; seed <= most; ++seed) {
    const Dfa dfa = minimize(random_dfa(2 + seed % 5, 1 + seed % 3, seed));
    DecomposeOptions divisors;
    divisors.divisors = true;
    const Cascade cascades[] = {holonomy(dfa), decompose(dfa), decompose(dfa, divisors)};
    for (std::size_t i = 0; i < 3; ++i) {
      const std::size_t levels = cascades[i].levels.size();
      if (levels >= count.size()) count.resize(levels + 1);
      ++count[levels][i];
    }
  }
  for (std::size_t levels = 0; levels < count.size(); ++levels) {
    table.add({std::to_string(levels), std::to_string(count[levels][0]),
               std::to_string(count[levels][1]), std::to_string(count[levels][2])});
  }
  table.print();
}

}  // namespace

int main(int argc, char** argv) {
  const bool smoke = smoke_asked(argc, argv);
  print_machine(smoke);
  holonomies(smoke);
  decompositions(smoke);
  distribution(smoke);
  return 0;
}
