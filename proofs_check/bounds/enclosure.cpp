#include "proofs_check/bounds/enclosure.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "proofs_check/bounds/orbit.hpp"
#include "proofs_check/bounds/state_set.hpp"
#include "proofs_check/verify/product_search.hpp"

namespace statewright::proofs {
namespace {

using core::Semantics;
using Kind = Semantics::Kind;
using Clock = std::chrono::steady_clock;

/// Operations on bounds that each of the two parts may spend, 20 to 60 nanoseconds each.
constexpr std::uint64_t kInvariantWork = 4'000'000;
constexpr std::uint64_t kLengthWork = 10'000'000;
constexpr std::uint64_t kMostCells = 20'000;
constexpr std::uint64_t kMostLetters = std::uint64_t{1} << 20;
/// Cells that stay apart although automaton and symbols are the same.
constexpr std::size_t kApart = 4;
/// Two sets whose hull is larger than the larger of them by no more than this become one.
constexpr double kNearlyEqual = 0x1p-20;

/// What is known apart from the sets: the symbols of all layers, then the automaton's state.
using Key = std::vector<std::uint32_t>;
/// One set for each layer.
using Sets = std::vector<StateSet>;
using Cells = std::map<Key, std::vector<Sets>>;

std::size_t count(const Cells& cells) {
  std::size_t sum = 0;
  for (const auto& [key, list] : cells) sum += list.size();
  return sum;
}

bool contains(const Sets& outer, const Sets& inner) {
  for (std::size_t i = 0; i < outer.size(); ++i) {
    if (!contains(outer[i], inner[i])) return false;
  }
  return true;
}

Sets hull(const Sets& a, const Sets& b) {
  Sets both;
  for (std::size_t i = 0; i < a.size(); ++i) both.push_back(hull(a[i], b[i]));
  return both;
}

double distance(const Sets& a, const Sets& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t e = 0; e < a[i].centre.size(); ++e) {
      const double off = a[i].centre[e] - b[i].centre[e];
      sum += off * off;
    }
  }
  return sum;
}

std::size_t nearest(const std::vector<Sets>& list, const Sets& to) {
  std::size_t best = 0;
  for (std::size_t k = 1; k < list.size(); ++k) {
    if (distance(list[k], to) < distance(list[best], to)) best = k;
  }
  return best;
}

class Enclosure {
 public:
  Enclosure(const core::Model& model, const automata::Dfa& automaton, const Semantics& semantics,
            const core::Limits& limits)
      : model_(model), automaton_(automaton), limits_(limits), names_(model, automaton) {
    for (const core::Layer& layer : model.layers) layers_.emplace_back(layer, semantics);
  }

  APriori run() {
    Cells start;
    if (!begin(start)) return {{}, why_, Method::enclosure};
    if (invariant(start)) return {Certified{true, 0}, {}, Method::enclosure};
    const Certified certified = by_length(std::move(start));
    const bool any = certified.every_length || certified.letters > 0;
    if (!any && !why_.empty()) return {{}, why_, Method::enclosure};
    return {certified, {}, Method::enclosure};
  }

 private:
  /// The cells of the empty word. False, with the reason, if one is wrong or unknown.
  bool begin(Cells& cells) {
    Sets sets;
    for (const SetLayer& layer : layers_) {
      const auto set = layer.start(why_);
      if (!set) return false;
      sets.push_back(*set);
    }
    Key key(layers_.size() + 1);
    const bool right = begin(sets, key, 0, cells);
    if (!right && why_.empty()) why_ = "rounding may already change the symbol of the start state";
    return right;
  }

  /// The same, given the symbols of the layers below `layer` in `key`.
  bool begin(const Sets& sets, Key& key, std::size_t layer, Cells& cells) {
    if (layer == layers_.size()) {
      if (!is_right(key, automaton_.start)) return false;
      key[layer] = automaton_.start;
      cells[key] = {sets};
      return true;
    }
    const auto possible = layers_[layer].emitted(sets[layer], why_);
    if (!possible) return false;
    for (const std::uint32_t symbol : *possible) {
      key[layer] = symbol;
      if (!begin(sets, key, layer + 1, cells)) return false;
    }
    return true;
  }

  bool is_right(const Key& key, automata::State q) const {
    return names_.label[key[layers_.size() - 1]] == automaton_.output[q];
  }

  /// All that layers from `layer` on can do at letter a, given the new symbols in `key` and the new
  /// sets below. False if something may be wrong.
  template <class Take>
  bool follow(const Sets& from, core::Letter a, automata::State q, std::size_t layer, Key& key,
              Sets& sets, const Take& take) {
    if (layer == layers_.size()) {
      if (!is_right(key, q)) return false;
      key[layer] = q;
      take(key, sets);
      return true;
    }
    work_ += layers_[layer].cost();
    const std::size_t input = input_of(model_, layer, a, key.data());
    auto next = layers_[layer].step(from[layer], input, why_);
    if (!next) return false;
    const auto possible = layers_[layer].emitted(*next, why_);
    if (!possible) return false;
    sets.push_back(std::move(*next));
    bool right = true;
    for (std::size_t k = 0; right && k < possible->size(); ++k) {
      key[layer] = (*possible)[k];
      right = follow(from, a, q, layer + 1, key, sets, take);
    }
    sets.pop_back();
    return right;
  }

  /// Hands all cells after one more letter to take(key, sets); false if something may be wrong.
  template <class Take>
  bool step(const Key& key, const Sets& sets, const Take& take) {
    Key to(layers_.size() + 1);
    Sets reached;
    for (core::Letter a = 0; a < model_.letters.size(); ++a) {
      const automata::State q = automaton_.step(key.back(), names_.letter[a]);
      if (!follow(sets, a, q, 0, to, reached, take)) return false;
    }
    return true;
  }

  /// (1) of the header.
  bool invariant(const Cells& start) {
    Cells all = start;
    work_ = 0;
    for (std::uint64_t round = 1; work_ < kInvariantWork; ++round) {
      bool changed = false;
      const Cells before = all;
      for (const auto& [key, list] : before) {
        for (const Sets& sets : list) {
          if (work_ >= kInvariantWork || limits_.is_over()) return false;
          const bool right = step(key, sets, [&](const Key& to, const Sets& reached) {
            std::vector<Sets>& there = all[to];
            for (const Sets& known : there) {
              if (contains(known, reached)) return;
            }
            changed = true;
            if (there.size() < kApart) {
              there.push_back(reached);
              return;
            }
            Sets& near = there[nearest(there, reached)];
            near = hull(near, reached);
          });
          if (!right) return false;
        }
      }
      if (!changed) return true;
      if (count(all) > kMostCells) return false;
      if (round >= 16 && (round & (round - 1)) == 0) {
        widen(before, all, static_cast<double>(round));
      }
    }
    return false;
  }

  /// Moves every bound that moved in the last round `factor` times further.
  static void widen(const Cells& before, Cells& after, double factor) {
    for (const auto& [key, list] : before) {
      std::vector<Sets>& grown = after[key];
      for (std::size_t k = 0; k < list.size(); ++k) {
        for (std::size_t i = 0; i < list[k].size(); ++i) {
          grown[k][i] = widened(list[k][i], grown[k][i], factor);
        }
      }
    }
  }

  /// (2) of the header.
  Certified by_length(Cells cells) {
    Cells earlier = cells;
    work_ = 0;
    std::uint64_t letters = 0;
    while (letters < kMostLetters && work_ < kLengthWork) {
      Cells next;
      std::size_t added = 0;
      for (const auto& [key, list] : cells) {
        for (const Sets& sets : list) {
          const bool right = step(key, sets, [&](const Key& to, const Sets& reached) {
            added += insert(next[to], reached);
          });
          if (!right || added > kMostCells) return {false, letters};
          if (work_ >= kLengthWork || limits_.is_over()) return {false, letters};
        }
      }
      cells = std::move(next);
      ++letters;
      if (cells == earlier) return {true, 0};
      if ((letters & (letters - 1)) == 0) earlier = cells;
    }
    return {false, letters};
  }

  /// Adds to the cells of one key; whether there is one more.
  static bool insert(std::vector<Sets>& list, const Sets& reached) {
    for (Sets& known : list) {
      if (contains(known, reached)) return false;
      Sets both = hull(known, reached);
      bool near = true;
      for (std::size_t i = 0; near && i < both.size(); ++i) {
        const double larger = std::max(known[i].radius, reached[i].radius);
        near = both[i].radius <= larger * (1 + kNearlyEqual);
      }
      if (!near) continue;
      known = std::move(both);
      return false;
    }
    if (list.size() < kApart) {
      list.push_back(reached);
      return true;
    }
    Sets& near = list[nearest(list, reached)];
    near = hull(near, reached);
    return false;
  }

  const core::Model& model_;
  const automata::Dfa& automaton_;
  const core::Limits& limits_;
  const Correspondence names_;
  std::vector<SetLayer> layers_;
  std::uint64_t work_ = 0;
  std::string why_;
};

}  // namespace

APriori certify_by_enclosure(const core::Model& model, const automata::Dfa& automaton,
                             const Semantics& semantics, const core::Limits& limits) {
  if (semantics.kind != Kind::exact && semantics.kind != Kind::cast &&
      semantics.kind != Kind::once && semantics.kind != Kind::stepwise) {
    return {{}, "no error bound for this order of evaluation", Method::enclosure};
  }
  return Enclosure(model, automaton, semantics, limits).run();
}

}  // namespace statewright::proofs
