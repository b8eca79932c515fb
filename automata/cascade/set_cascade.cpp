#include "automata/cascade/set_cascade.hpp"

#include <numeric>
#include <optional>
#include <set>
#include <stdexcept>
#include <tuple>

#include "automata/algebra/group_name.hpp"
#include "automata/cascade/strong_components.hpp"
#include "core/error.hpp"

namespace statewright::automata {
namespace {

using core::Error;
using core::Fault;

constexpr std::uint32_t kNone = 0xffffffffU;

template <std::size_t words>
class Builder {
  using Set = StateSet<words>;

  struct Triple {
    std::uint32_t before, after;
    Letter letter;
    Set image;  // before's image in blocks of after's congruence; kept for one level

    auto key() const { return std::tie(before, after, letter); }
  };

  /// Blocks of one congruence of the chain.
  struct Blocks {
    Partition of;
    std::vector<Set> members;
  };

  /// Contexts joined by bijections.
  struct Component {
    std::vector<std::uint32_t> contexts;
    std::vector<std::vector<std::uint32_t>> generators;                 // permutations of positions
    std::vector<Set> tiles;                                             // sets of positions
    std::unordered_map<Set, std::uint32_t, typename Set::Hash> number;  // of a tile
  };

 public:
  Builder(const Dfa& dfa, const SetChoices<words>& choices, const core::Limits& limits)
      : dfa_(dfa), choices_(choices), meter_(limits, "contexts and triples") {
    if (dfa.size() > Set::kCapacity) {
      throw Error({Fault::unsupported, "cascade",
                   "at most " + std::to_string(Set::kCapacity) + " states",
                   std::to_string(dfa.size())});
    }
    if (choices.rank) {
      all_ = Set::first(dfa.size());
    } else {
      std::vector<State> queue = {dfa.start};
      all_.insert(dfa.start);
      for (std::size_t i = 0; i < queue.size(); ++i) {
        for (Letter a = 0; a < dfa.letters.size(); ++a) {
          const State next = dfa.step(queue[i], a);
          if (!all_.contains(next)) queue.push_back(next);
          all_.insert(next);
        }
      }
    }
    Partition equality(dfa.size());
    std::iota(equality.begin(), equality.end(), 0U);
    for (const Partition& partition : choices.congruences) add_congruence(partition);
    add_congruence(equality);
  }

  Cascade run() {
    contexts_ = {all_};
    for (Letter a = 0; a < dfa_.letters.size(); ++a) triples_.push_back({0, 0, a, {}});
    for (;;) {
      phase_.clear();
      for (const Set& set : contexts_) phase_.push_back(phase_of(set));
      if (std::all_of(phase_.begin(), phase_.end(),
                      [&](std::size_t phase) { return phase == chain_.size(); })) {
        break;
      }
      level();
    }
    for (const Set& set : contexts_) cascade_.state.push_back(static_cast<State>(set.least()));
    return std::move(cascade_);
  }

 private:
  void add_congruence(const Partition& partition) {
    Blocks blocks{partition, std::vector<Set>(block_count(partition))};
    all_.for_each([&](std::size_t q) { blocks.members[partition[q]].insert(q); });
    chain_.push_back(std::move(blocks));
  }

  /// The first congruence that tells two states of the set apart; chain_.size() for one state.
  std::size_t phase_of(const Set& set) const {
    std::size_t phase = 0;
    while (phase < chain_.size() &&
           set.subset_of(chain_[phase].members[chain_[phase].of[set.least()]])) {
      ++phase;
    }
    return phase;
  }
  Set closure(std::size_t phase, const Set& set) const {
    if (phase + 1 >= chain_.size()) return set;
    Set closed;
    set.for_each([&](std::size_t q) { closed.unite(chain_[phase].members[chain_[phase].of[q]]); });
    return closed;
  }
  std::size_t block_total(std::size_t phase, const Set& set) const {
    if (phase + 1 >= chain_.size()) return set.size();
    Set leaders;
    set.for_each([&](std::size_t q) { leaders.insert(chain_[phase].of[q]); });
    return leaders.size();
  }
  std::vector<std::uint32_t> blocks_of(std::size_t phase, const Set& set) const {
    Set blocks;
    set.for_each([&](std::size_t q) { blocks.insert(chain_[phase].of[q]); });
    std::vector<std::uint32_t> list;
    blocks.for_each([&](std::size_t b) { list.push_back(static_cast<std::uint32_t>(b)); });
    return list;
  }
  std::uint32_t block_after(std::size_t phase, std::uint32_t block, Letter a) const {
    const Blocks& blocks = chain_[phase];
    return blocks.of[dfa_.step(static_cast<State>(blocks.members[block].least()), a)];
  }

  void check_limits(std::size_t more) {
    if (const auto hit = meter_.check(contexts_.size() + triples_.size() + more)) {
      throw Error({Fault::limit, "cascade", "a decomposition within the limit (" + hit->limit + ")",
                   "a larger one", hit->raise});
    }
  }

  void level() {
    restricted_.assign(contexts_.size(), false);
    do {
      choose_refined();
      find_components();
    } while (choices_.divisors && restrict_components());
    for (Component& component : components_) find_tiles(component);
    emit();
  }

  void choose_refined() {
    const std::size_t n = contexts_.size();
    refined_.assign(n, false);
    for (std::size_t p = 0; p < n; ++p) refined_[p] = phase_[p] < chain_.size();
    if (choices_.rank) {
      std::vector<std::uint32_t> rank(n, kNone);
      for (std::size_t p = 0; p < n; ++p) {
        if (refined_[p]) rank[p] = choices_.rank(contexts_[p]);
      }
      const std::uint32_t least = *std::min_element(rank.begin(), rank.end());
      for (std::size_t p = 0; p < n; ++p) refined_[p] = rank[p] == least;
    }
    std::vector<std::size_t> total(n, 0);
    for (std::size_t p = 0; p < n; ++p) {
      if (phase_[p] < chain_.size()) total[p] = block_total(phase_[p], contexts_[p]);
    }
    edges_.clear();
    for (std::uint32_t t = 0; t < triples_.size(); ++t) {
      Triple& triple = triples_[t];
      if (!refined_[triple.after]) continue;
      triple.image =
          closure(phase_[triple.after], image_of(dfa_, contexts_[triple.before], triple.letter));
      if (triple.image == contexts_[triple.after]) edges_.push_back(t);
    }
    const auto bijective = [&](const Triple& t) {
      return refined_[t.before] && phase_[t.before] == phase_[t.after] &&
             total[t.before] == total[t.after];
    };
    strong_.assign(n, 0);
    if (choices_.divisors) {
      std::vector<std::vector<std::uint32_t>> after(n);
      for (const std::uint32_t t : edges_) {
        if (bijective(triples_[t])) after[triples_[t].before].push_back(triples_[t].after);
      }
      strong_ = strong_components(
          static_cast<std::uint32_t>(n), [&](std::uint32_t p) -> const auto& { return after[p]; });
    }
    const auto allowed = [&](const Triple& t) {
      return bijective(t) && (!restricted_[t.after] || strong_[t.before] == strong_[t.after]);
    };
    for (bool changed = true; changed;) {
      changed = false;
      for (const std::uint32_t t : edges_) {
        if (!refined_[triples_[t].after] || allowed(triples_[t])) continue;
        if (choices_.rank) throw std::logic_error("set_cascade: not a ranking");
        refined_[triples_[t].after] = false;
        changed = true;
      }
    }
    std::erase_if(edges_, [&](std::uint32_t t) { return !refined_[triples_[t].after]; });
  }

  void find_components() {
    const std::size_t n = contexts_.size();
    components_.clear();
    component_.assign(n, kNone);
    order_.assign(n, {});
    position_.assign(n, {});
    std::vector<std::vector<std::uint32_t>> edges_at(n);
    for (const std::uint32_t t : edges_) {
      edges_at[triples_[t].before].push_back(t);
      if (triples_[t].after != triples_[t].before) edges_at[triples_[t].after].push_back(t);
    }
    for (std::uint32_t root = 0; root < n; ++root) {
      if (!refined_[root] || component_[root] != kNone) continue;
      const auto number = static_cast<std::uint32_t>(components_.size());
      Component component;
      place(root, number, blocks_of(phase_[root], contexts_[root]));
      component.contexts = {root};
      for (std::size_t i = 0; i < component.contexts.size(); ++i) {
        for (const std::uint32_t t : edges_at[component.contexts[i]]) {
          const Triple& triple = triples_[t];
          const bool forward = component_[triple.after] == kNone;
          if (!forward && component_[triple.before] != kNone) continue;
          const std::uint32_t reached = forward ? triple.after : triple.before;
          place(reached, number, forward ? order_after(triple) : order_before(triple));
          component.contexts.push_back(reached);
        }
      }
      components_.push_back(std::move(component));
    }
    for (const std::uint32_t t : edges_) {
      auto permutation = positions_moved(triples_[t]);
      if (std::is_sorted(permutation.begin(), permutation.end())) continue;
      components_[component_[triples_[t].after]].generators.push_back(std::move(permutation));
    }
    for (Component& component : components_) {
      auto& list = component.generators;
      std::sort(list.begin(), list.end());
      list.erase(std::unique(list.begin(), list.end()), list.end());
    }
  }

  /// Restricts the components whose group is larger than those of their strongly connected parts;
  /// whether there were any.
  bool restrict_components() {
    bool any = false;
    for (const Component& component : components_) {
      if (component.generators.empty() || restricted_[component.contexts.front()]) continue;
      const std::size_t positions = order_[component.contexts.front()].size();
      const core::Integer order = PermutationGroup(positions, component.generators).order();
      std::set<std::uint32_t> parts;
      const bool realised =
          std::any_of(component.contexts.begin(), component.contexts.end(), [&](std::uint32_t p) {
            return parts.insert(strong_[p]).second &&
                   PermutationGroup(positions, strong_generators(p)).order() == order;
          });
      if (realised) continue;
      for (const std::uint32_t p : component.contexts) restricted_[p] = any = true;
    }
    return any;
  }

  /// Of the group by which words permute the positions of a refined context, itself and back.
  std::vector<std::vector<std::uint32_t>> strong_generators(std::uint32_t root) const {
    const std::size_t phase = phase_[root];
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> order{{root, order_[root]}};
    std::vector<std::uint32_t> queue = {root};
    std::set<std::vector<std::uint32_t>> generators;
    for (std::size_t i = 0; i < queue.size(); ++i) {
      for (const std::uint32_t t : edges_) {
        const Triple& triple = triples_[t];
        if (triple.before != queue[i] || strong_[triple.after] != strong_[root]) continue;
        std::vector<std::uint32_t> moved = order.at(triple.before);
        for (std::uint32_t& block : moved) block = block_after(phase, block, triple.letter);
        const auto [at, inserted] = order.try_emplace(triple.after, moved);
        if (inserted) {
          queue.push_back(triple.after);
          continue;
        }
        for (std::uint32_t& block : moved) {
          block = static_cast<std::uint32_t>(
              std::find(at->second.begin(), at->second.end(), block) - at->second.begin());
        }
        if (!std::is_sorted(moved.begin(), moved.end())) generators.insert(std::move(moved));
      }
    }
    return {generators.begin(), generators.end()};
  }

  void place(std::uint32_t context, std::uint32_t component, std::vector<std::uint32_t> order) {
    component_[context] = component;
    position_[context].assign(chain_[phase_[context]].members.size(), kNone);
    for (std::uint32_t i = 0; i < order.size(); ++i) position_[context][order[i]] = i;
    order_[context] = std::move(order);
  }
  std::vector<std::uint32_t> order_after(const Triple& t) const {
    std::vector<std::uint32_t> order = order_[t.before];
    for (std::uint32_t& block : order) block = block_after(phase_[t.before], block, t.letter);
    return order;
  }
  std::vector<std::uint32_t> order_before(const Triple& t) const {
    std::vector<std::uint32_t> order(order_[t.after].size());
    for (const std::uint32_t block : blocks_of(phase_[t.before], contexts_[t.before])) {
      order[position_[t.after][block_after(phase_[t.before], block, t.letter)]] = block;
    }
    return order;
  }
  /// Where a bijection takes each position.
  std::vector<std::uint32_t> positions_moved(const Triple& t) const {
    std::vector<std::uint32_t> permutation = order_after(t);
    for (std::uint32_t& block : permutation) block = position_[t.after][block];
    return permutation;
  }
  /// The positions of a set of whole blocks in a refined context.
  Set positions_of(std::uint32_t context, const Set& set) const {
    Set positions;
    set.for_each([&](std::size_t q) {
      positions.insert(position_[context][chain_[phase_[context]].of[q]]);
    });
    return positions;
  }
  Set tile_at(std::uint32_t context, std::uint32_t c) const {
    Set tile;
    components_[component_[context]].tiles[c].for_each(
        [&](std::size_t i) { tile.unite(chain_[phase_[context]].members[order_[context][i]]); });
    return tile;
  }

  void find_tiles(Component& component) {
    const std::uint32_t root = component.contexts.front();
    const std::size_t positions = order_[root].size();
    std::vector<Set> tiles;
    if (choices_.tiles) {
      for (const Set& tile : choices_.tiles(contexts_[root])) {
        tiles.push_back(positions_of(root, tile));
      }
    } else {
      auto needed = needed_tiles(component, std::max(choices_.many_tiles, positions));
      if (needed) {
        tiles = std::move(*needed);
      } else {
        for (std::size_t i = 0; i < positions; ++i) {
          Set tile;
          for (std::size_t j = 0; j < positions; ++j) {
            if (j != i) tile.insert(j);
          }
          tiles.push_back(tile);
        }
      }
    }
    std::sort(tiles.begin(), tiles.end(), [](const Set& a, const Set& b) {
      return a.size() != b.size() ? a.size() < b.size() : a < b;
    });
    for (std::uint32_t c = 0; c < tiles.size(); ++c) component.number.emplace(tiles[c], c);
    component.tiles = std::move(tiles);
  }

  /// The maximal ones among the images to cover, closed under the group, unless more than `many`.
  std::optional<std::vector<Set>> needed_tiles(const Component& component, std::size_t many) {
    const auto& number = component_[component.contexts.front()];
    std::set<Set> needed;
    for (const std::uint32_t context : component.contexts) {
      if (context == start_) {
        needed.insert(positions_of(context, closure(phase_[context], Set::single(dfa_.start))));
      }
    }
    for (const Triple& t : triples_) {
      if (!refined_[t.after] || component_[t.after] != number) continue;
      if (t.image != contexts_[t.after]) needed.insert(positions_of(t.after, t.image));
    }
    const auto keep_maximal = [](std::vector<Set> sets) {
      std::sort(sets.begin(), sets.end(), [](const Set& a, const Set& b) {
        return a.size() != b.size() ? a.size() > b.size() : a < b;
      });
      std::vector<Set> maximal;
      for (const Set& set : sets) {
        if (std::none_of(maximal.begin(), maximal.end(),
                         [&](const Set& larger) { return set.subset_of(larger); })) {
          maximal.push_back(set);
        }
      }
      return maximal;
    };
    // Maximal before closing, to keep the closure small, and again after it.
    std::vector<Set> queue = keep_maximal({needed.begin(), needed.end()});
    std::unordered_set<Set, typename Set::Hash> seen(queue.begin(), queue.end());
    for (std::size_t i = 0; i < queue.size(); ++i) {
      if (queue.size() > many) return {};
      for (const auto& permutation : component.generators) {
        Set image;
        queue[i].for_each([&](std::size_t position) { image.insert(permutation[position]); });
        if (seen.insert(image).second) queue.push_back(image);
      }
    }
    return keep_maximal(std::move(queue));
  }

  LevelAction action_of(const Triple& t, std::uint32_t size) const {
    LevelAction action;
    if (!refined_[t.after]) {
      action.permutation.resize(size);
      std::iota(action.permutation.begin(), action.permutation.end(), 0U);
      return action;
    }
    const Component& component = components_[component_[t.after]];
    if (t.image == contexts_[t.after]) {
      action.permutation.resize(size);
      std::iota(action.permutation.begin(), action.permutation.end(), 0U);
      const std::vector<std::uint32_t> moved = positions_moved(t);
      for (std::uint32_t c = 0; c < component.tiles.size(); ++c) {
        Set image;
        component.tiles[c].for_each([&](std::size_t i) { image.insert(moved[i]); });
        const auto at = component.number.find(image);
        if (at == component.number.end()) throw std::logic_error("set_cascade: not a tile");
        action.permutation[c] = at->second;
      }
      return action;
    }
    action.reset = true;
    action.target = cover(component, positions_of(t.after, t.image));
    return action;
  }
  static std::uint32_t cover(const Component& component, const Set& positions) {
    for (std::uint32_t c = 0; c < component.tiles.size(); ++c) {
      if (positions.subset_of(component.tiles[c])) return c;
    }
    throw std::logic_error("set_cascade: nothing covers an image");
  }

  void emit() {
    CascadeLevel level;
    for (const Component& component : components_) {
      level.size = std::max(level.size, static_cast<std::uint32_t>(component.tiles.size()));
    }
    level.contexts = static_cast<std::uint32_t>(contexts_.size());
    level.note = note();
    if (refined_[start_]) {
      level.start = cover(components_[component_[start_]],
                          positions_of(start_, closure(phase_[start_], Set::single(dfa_.start))));
    }
    for (const Triple& t : triples_) {
      level.entries.push_back({t.before, t.after, t.letter, action_of(t, level.size)});
    }
    descend(level);
    if (level.size > 1) {
      level.group = name_groups(level);
      cascade_.levels.push_back(std::move(level));
    } else if (!cascade_.levels.empty()) {  // its contexts are functions of those above
      for (std::uint32_t& context : cascade_.levels.back().below) {
        if (context != kNoContext) context = level.below[context];
      }
    }
  }

  std::string note() const {
    constexpr std::size_t kShown = 4;
    std::string text = "tiles of ";
    for (std::size_t i = 0; i < components_.size() && i <= kShown; ++i) {
      text += i == 0 ? "" : ", ";
      text += i == kShown ? ".." : set_text(dfa_, contexts_[components_[i].contexts.front()]);
    }
    return text;
  }

  /// Closes the pairs (context, coordinate), which gives the contexts and triples of the next
  /// level.
  void descend(CascadeLevel& level) {
    SetNumbers<words> numbers;
    std::vector<Triple> next;
    level.below.assign(std::size_t{level.contexts} * level.size, kNoContext);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> queue;
    const auto reach = [&](std::uint32_t context, std::uint32_t c) {
      std::uint32_t& below = level.below[std::size_t{context} * level.size + c];
      if (below != kNoContext) return;
      below = numbers.insert(refined_[context] ? tile_at(context, c) : contexts_[context]).first;
      queue.emplace_back(context, c);
    };
    reach(start_, level.start);
    std::vector<std::uint32_t> first(contexts_.size() + 1, 0);
    for (const Triple& t : triples_) ++first[t.before + 1];
    std::partial_sum(first.begin(), first.end(), first.begin());
    const auto less = [](const Triple& a, const Triple& b) { return a.key() < b.key(); };
    const auto same = [](const Triple& a, const Triple& b) { return a.key() == b.key(); };
    const auto sort_unique = [&] {
      std::sort(next.begin(), next.end(), less);
      next.erase(std::unique(next.begin(), next.end(), same), next.end());
    };
    std::size_t bound = 4096;
    for (std::size_t i = 0; i < queue.size(); ++i) {
      const auto [before, c] = queue[i];
      for (std::uint32_t t = first[before]; t < first[before + 1]; ++t) {
        const Triple& triple = triples_[t];
        const std::uint32_t image = level.entries[t].action(c);
        reach(triple.after, image);
        next.push_back(
            {level.below_at(before, c), level.below_at(triple.after, image), triple.letter, {}});
      }
      if (next.size() > bound) {
        sort_unique();
        check_limits(next.size());
        bound = 2 * next.size() + 4096;
      }
    }
    sort_unique();
    check_limits(next.size());
    start_ = level.below_at(start_, level.start);
    contexts_ = numbers.sets();
    triples_ = std::move(next);
  }

  const Dfa& dfa_;
  const SetChoices<words>& choices_;
  core::Meter meter_;
  Set all_;
  std::vector<Blocks> chain_;
  Cascade cascade_;

  // The level in work.
  std::vector<Set> contexts_;
  std::vector<std::size_t> phase_;
  std::vector<Triple> triples_;  // sorted by key
  std::uint32_t start_ = 0;      // context of the start
  std::vector<bool> refined_;
  std::vector<bool> restricted_;       // see `divisors`
  std::vector<std::uint32_t> strong_;  // strongly connected component under bijections
  std::vector<std::uint32_t> edges_;   // triples whose image is all of `after`, refined
  std::vector<Component> components_;
  std::vector<std::uint32_t> component_;              // of a refined context
  std::vector<std::vector<std::uint32_t>> order_;     // the block at each position
  std::vector<std::vector<std::uint32_t>> position_;  // and back
};

}  // namespace

template <std::size_t words>
Cascade set_cascade(const Dfa& dfa, const SetChoices<words>& choices, const core::Limits& limits) {
  return Builder<words>(dfa, choices, limits).run();
}

template Cascade set_cascade<1>(const Dfa&, const SetChoices<1>&, const core::Limits&);
template Cascade set_cascade<4>(const Dfa&, const SetChoices<4>&, const core::Limits&);

}  // namespace statewright::automata
