#include "automata/compile/reachable_cascade.hpp"

#include <map>

#include "core/error.hpp"

namespace statewright::automata {
namespace {

std::vector<std::uint32_t> contexts_of(const Cascade& cascade, const Coordinates& coordinates) {
  std::vector<std::uint32_t> contexts = {0};
  for (std::size_t i = 0; i < cascade.levels.size(); ++i) {
    const CascadeLevel& level = cascade.levels[i];
    contexts.push_back(level.below[std::size_t{contexts.back()} * level.size + coordinates[i]]);
  }
  return contexts;
}

}  // namespace

ReachableCascade reach(const Cascade& cascade, std::size_t letters, const core::Limits& limits) {
  ReachableCascade reached;
  std::map<Coordinates, std::uint32_t> index;
  const auto visit = [&](Coordinates coordinates) {
    const auto [it, is_new] =
        index.emplace(coordinates, static_cast<std::uint32_t>(reached.tuples.size()));
    if (is_new) {
      reached.contexts.push_back(contexts_of(cascade, coordinates));
      reached.states.push_back(cascade.state[reached.contexts.back().back()]);
      reached.tuples.push_back(std::move(coordinates));
    }
    return it->second;
  };
  core::Meter meter(limits, "coordinate tuples");
  visit(start_of(cascade));
  for (std::uint32_t from = 0; from < reached.tuples.size(); ++from) {
    if (const auto hit = meter.check(reached.tuples.size())) {
      throw core::Error({core::Fault::limit, "the cascade",
                         "a cascade whose reachable coordinates fit", "more than " + hit->limit,
                         hit->raise.empty() ? std::string() : "raise `" + hit->raise + "`"});
    }
    for (Letter a = 0; a < letters; ++a) {
      const std::uint32_t to = visit(step(cascade, Coordinates(reached.tuples[from]), a));
      reached.edges.push_back({from, to, a});
    }
  }
  return reached;
}

}  // namespace statewright::automata
