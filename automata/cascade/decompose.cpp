#include "automata/cascade/decompose.hpp"

#include <algorithm>
#include <bit>
#include <optional>
#include <set>
#include <stdexcept>

#include "automata/cascade/holonomy.hpp"
#include "automata/cascade/set_cascade.hpp"
#include "automata/cascade/simplify.hpp"
#include "automata/language/congruence.hpp"
#include "core/error.hpp"

namespace statewright::automata {
namespace {

using core::Error;
using core::Fault;
using Chain = std::vector<Partition>;

constexpr std::size_t kSimplified = 3;           // candidates
constexpr std::uint64_t kHolonomy = 100'000;     // contexts and triples
constexpr std::uint64_t kTotalWork = 2'000'000;  // entries of all candidates but the first

struct Candidate {
  CascadeCost cost;
  Cascade cascade;
};

class Search {
 public:
  Search(const Dfa& dfa, const DecomposeOptions& options) : dfa_(dfa), options_(options) {}

  Cascade run() {
    try_chain({}, 64);
    if (!finished()) {
      try_chain({}, 0);
      try_holonomy();
      try_congruences();
    }
    if (best_.empty()) {
      throw Error({Fault::limit, "cascade", "a decomposition within the limit (" + hit_ + ")",
                   "none that is small enough", "--max-states or --timeout"});
    }
    return finish();
  }

 private:
  /// One level is the least unless none is needed.
  bool finished() const { return !best_.empty() && best_.front().cost.levels <= 1; }

  void offer(Cascade cascade) {
    for (const CascadeLevel& level : cascade.levels) work_ += level.entries.size();
    Candidate candidate{cost_of(cascade), std::move(cascade)};
    const auto at = std::find_if(best_.begin(), best_.end(), [&](const Candidate& other) {
      return candidate.cost < other.cost;
    });
    best_.insert(at, std::move(candidate));
    if (best_.size() > kSimplified) best_.pop_back();
  }

  template <class Make>
  std::optional<CascadeCost> attempt(std::uint64_t most, Make make) {
    core::Limits limits = options_.limits;
    limits.max_states = std::min(limits.states(), most);
    try {
      Cascade cascade = make(limits);
      const CascadeCost cost = cost_of(cascade);
      offer(std::move(cascade));
      return cost;
    } catch (const Error& error) {
      if (error.facts().fault != Fault::limit) throw;
      if (options_.limits.stop.stop_requested()) throw;
      hit_ = error.facts().expected;
      return {};
    }
  }

  template <std::size_t words>
  Cascade build(const Chain& chain, std::size_t many_tiles, const core::Limits& limits) const {
    SetChoices<words> choices;
    choices.congruences = chain;
    choices.divisors = options_.divisors;
    choices.many_tiles = many_tiles;
    return set_cascade(dfa_, choices, limits);
  }

  std::optional<CascadeCost> try_chain(const Chain& chain, std::size_t many_tiles) {
    // The first must come through; others are given up when much larger than the best.
    const std::uint64_t most =
        best_.empty() ? options_.limits.states() : 4 * work_of(best_.front().cascade) + 20'000;
    return attempt(most, [&](const core::Limits& limits) {
      Cascade cascade = dfa_.size() <= StateSet<1>::kCapacity ? build<1>(chain, many_tiles, limits)
                                                              : build<4>(chain, many_tiles, limits);
      cascade.method = many_tiles == 0 ? "sets of one state less" : "needed tiles";
      cascade.method += ", each set as early as possible";
      for (const Partition& partition : chain) {
        cascade.method += (&partition == &chain.front() ? "; congruences of " : ", ") +
                          std::to_string(block_count(partition));
      }
      if (!chain.empty()) cascade.method += " blocks first";
      cascade.source =
          "image sets: Eilenberg, Automata, Languages and Machines B (1976), chapter II; any "
          "covers: "
          "Zeiger, Information and Control 10 (1967)";
      return cascade;
    });
  }

  static std::uint64_t work_of(const Cascade& cascade) {
    std::uint64_t entries = 0;
    for (const CascadeLevel& level : cascade.levels) entries += level.entries.size();
    return entries;
  }

  void try_holonomy() {
    attempt(kHolonomy, [&](const core::Limits& limits) {
      return holonomy(dfa_, LevelConvention::height, limits);
    });
  }

  void try_congruences() {
    const std::vector<Partition> all = congruences(dfa_, options_.max_congruences);
    std::optional<CascadeCost> least;
    Chain chain;
    for (;;) {
      Chain better = chain;
      for (const Partition& partition : all) {
        const auto longer = with(chain, partition);
        if (!longer) continue;
        if (work_ > kTotalWork || finished()) return;
        const auto cost = try_chain(*longer, 64);
        if (!cost || (least && !(*cost < *least))) continue;
        least = cost;
        better = *longer;
      }
      if (better == chain) return;
      chain = std::move(better);
    }
  }

  /// The chain with one more congruence, if that is comparable to all of them and none of them.
  static std::optional<Chain> with(const Chain& chain, const Partition& partition) {
    const auto at = std::find_if(chain.begin(), chain.end(), [&](const Partition& other) {
      return block_count(other) >= block_count(partition);
    });
    if (at != chain.end() && (*at == partition || !refines(*at, partition))) return {};
    if (at != chain.begin() && !refines(partition, *(at - 1))) return {};
    Chain longer(chain.begin(), at);
    longer.push_back(partition);
    longer.insert(longer.end(), at, chain.end());
    return longer;
  }

  Cascade finish() {
    SimplifyOptions how;
    how.keep_groups = options_.divisors;
    std::optional<Candidate> least;
    const std::size_t levels = best_.front().cost.levels;
    for (Candidate& candidate : best_) {
      if (candidate.cost.levels > levels + 1) break;  // merging rarely saves more than one
      Cascade simplified = simplify(candidate.cascade, dfa_.letters.size(), how);
      if (simplified.levels.size() < candidate.cascade.levels.size()) {
        simplified.method += "; levels merged";
      }
      const CascadeCost cost = cost_of(simplified);
      if (cost < candidate.cost) candidate = {cost, std::move(simplified)};
      if (!least || candidate.cost < least->cost) least = std::move(candidate);
    }
    Cascade result = std::move(least->cascade);
    for (CascadeLevel& level : result.levels) level.group = name_groups(level);
    if (check_cascade(dfa_, result, options_.limits).outcome() != core::Outcome::proved) {
      throw std::logic_error("decompose: a cascade that is not proved to follow its automaton");
    }
    return result;
  }

  const Dfa& dfa_;
  const DecomposeOptions& options_;
  std::vector<Candidate> best_;  // cheapest first
  std::uint64_t work_ = 0;
  std::string hit_;
};

}  // namespace

CascadeCost cost_of(const Cascade& cascade) {
  CascadeCost cost;
  cost.levels = cascade.levels.size();
  for (const CascadeLevel& level : cascade.levels) {
    cost.numbers += is_pure_reset(level) ? static_cast<std::size_t>(std::bit_width(level.size - 1))
                                         : level.size;
    const CascadeLevel::Entry* previous = nullptr;
    for (const CascadeLevel::Entry& entry : level.entries) {
      const bool same =
          previous != nullptr && previous->before == entry.before && previous->after == entry.after;
      cost.pairs += same ? 0 : 1;
      previous = &entry;
    }
  }
  return cost;
}

Cascade decompose(const Dfa& dfa, const DecomposeOptions& options) {
  return Search(dfa, options).run();
}

std::string describe(const Cascade& cascade, const Dfa& dfa) {
  std::string text =
      std::to_string(cascade.levels.size()) + (cascade.levels.size() == 1 ? " level" : " levels");
  for (const CascadeLevel& level : cascade.levels) {
    text += &level == &cascade.levels.front() ? ": " : " / ";
    text += std::to_string(level.size) + "," + level.group;
  }
  text += "; at most " + std::to_string(dfa.size() - 1) + " by |Q| - 1, ";
  text += dfa.size() < 64 ? std::to_string(std::uint64_t{1} << dfa.size())
                          : "2^" + std::to_string(dfa.size());
  return text + " by 2^|Q|";
}

}  // namespace statewright::automata
