#include "proofs_check/bounds/observed.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <unordered_set>
#include <utility>

#include "automata/language/random_dfa.hpp"
#include "proofs_check/bounds/flock.hpp"
#include "proofs_check/verify/product_search.hpp"

namespace statewright::proofs {
namespace {

/// Letter number `position` of word number `word`.
Letter random_letter(std::uint64_t seed, std::uint64_t word, std::uint64_t position,
                     std::size_t letters) {
  automata::SplitMix64 mix(automata::SplitMix64(seed + 0x100000001b3ULL * word)() ^ position);
  return static_cast<Letter>(mix() % letters);
}

/// The claim of the fast evaluation checked by the specification.
core::Word replayed(const Flock& flock, const Dfa& automaton, const Correspondence& names,
                    core::Word word) {
  core::RoundedStep step = flock.rounded().start();
  automata::State state = automaton.start;
  const auto agree = [&] { return names.label[step.output] == automaton.output[state]; };
  for (std::size_t t = 0; t < word.size(); ++t) {
    if (!agree()) throw std::logic_error("sampling: the replay is wrong earlier");
    step = flock.rounded().next(step, word[t]);
    state = automaton.step(state, names.letter[word[t]]);
  }
  if (agree()) throw std::logic_error("sampling: the replay does not confirm a wrong word");
  return word;
}

/// How near the boundary of its symbol's region a state is, over the norm of the state: 0 at the
/// boundary.
class Nearness {
 public:
  explicit Nearness(const core::Readout& readout) : width_(readout.W.columns()) {
    for (const core::Real& w : readout.W.entries()) W_.push_back(near(w));
    for (const core::Real& c : readout.c) c_.push_back(near(c));
  }
  double operator()(const std::vector<double>& h, std::uint32_t symbol) const {
    double norm = 0, least = std::numeric_limits<double>::infinity();
    for (const double entry : h) norm += entry * entry;
    if (!std::isfinite(norm) || norm == 0) return 0;
    const double* mine = W_.data() + symbol * width_;
    for (std::size_t k = 0; k < c_.size(); ++k) {
      if (k == symbol) continue;
      const double* other = W_.data() + k * width_;
      double gap = c_[symbol] - c_[k], square = 0;
      for (std::size_t j = 0; j < width_; ++j) {
        const double w = mine[j] - other[j];
        gap += w * h[j];
        square += w * w;
      }
      if (square > 0) least = std::min(least, gap * std::fabs(gap) / square);
    }
    return least / norm;  // signed squares: the order is the same
  }

 private:
  static double near(const core::Real& value) { return core::round_exact(value, core::Format{}); }
  std::size_t width_;
  std::vector<double> W_, c_;
};

}  // namespace

Sampled sample_random(const core::Model& model, const automata::Dfa& automaton,
                      const core::Semantics& semantics, std::uint64_t words, std::uint64_t length,
                      std::uint64_t seed, const core::Limits& limits) {
  const Correspondence names(model, automaton);
  const Flock flock(model, semantics);
  const std::size_t top = model.layers.size() - 1, letters = model.letters.size();
  Sampled sampled;
  Lanes lanes = flock.start(words);
  std::vector<automata::State> states(words, automaton.start);
  std::vector<Letter> next(words);
  for (std::uint64_t t = 0;; ++t) {
    for (std::uint64_t l = 0; l < words; ++l) {
      if (names.label[lanes.symbol(top, l)] == automaton.output[states[l]]) continue;
      core::Word word;
      for (std::uint64_t s = 0; s < t; ++s) word.push_back(random_letter(seed, l, s, letters));
      sampled.wrong = replayed(flock, automaton, names, std::move(word));
      return sampled;
    }
    if (t == length || letters == 0 || limits.is_over()) return sampled;
    for (std::uint64_t l = 0; l < words; ++l) {
      next[l] = random_letter(seed, l, t, letters);
      states[l] = automaton.step(states[l], names.letter[next[l]]);
    }
    if (!flock.step(lanes, next, limits)) return sampled;
    sampled.letters += words;
  }
}

Sampled sample_adversarial(const core::Model& model, const automata::Dfa& automaton,
                           const core::Semantics& semantics, const ExactOrbit& orbit,
                           std::uint64_t beam, std::uint64_t length, std::uint64_t seed,
                           const core::Limits& limits) {
  const Correspondence names(model, automaton);
  const Flock flock(model, semantics);
  const std::size_t layers = model.layers.size(), letters = model.letters.size();
  std::vector<Nearness> nearness;
  std::vector<std::vector<double>> scale(layers);  // nearness of exact states
  for (std::size_t i = 0; i < layers; ++i) {
    nearness.emplace_back(model.layers[i].readout);
    if (!orbit.closed()) continue;
    const ExactOrbit::LayerStates& exact = orbit.layers[i];
    for (std::size_t s = 0; s < exact.states.size(); ++s) {
      std::vector<double> h;
      for (const core::Real& entry : exact.states[s].entries()) {
        h.push_back(core::round_exact(entry, core::Format{}));
      }
      scale[i].push_back(nearness[i](h, exact.emitted[s]));
    }
  }

  // The words, as a tree of their last letters.
  std::vector<std::pair<std::uint32_t, Letter>> tree = {{0, 0}};
  struct Tip {
    std::uint32_t node = 0, row = 0;  ///< in the tree; of the orbit
    automata::State state = 0;
  };
  std::vector<Tip> tips(1);
  tips[0].state = automaton.start;
  Lanes lanes = flock.start(1);
  Sampled sampled;
  const auto word_to = [&](std::uint32_t node) {
    core::Word word;
    for (; node != 0; node = tree[node].first) word.push_back(tree[node].second);
    std::reverse(word.begin(), word.end());
    return word;
  };
  std::vector<double> h;
  const auto near = [&](const Lanes& all, std::size_t lane, const Tip& tip) {
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < layers; ++i) {
      h.clear();
      const std::size_t width = model.layers[i].n * model.layers[i].d;
      for (std::size_t e = 0; e < width; ++e) h.push_back(all.entry(i, e, lane));
      double value = nearness[i](h, all.symbol(i, lane));
      if (orbit.closed()) {
        const double usual = scale[i][orbit.states[tip.row * layers + i]];
        if (usual > 0) value /= usual;
      }
      least = std::min(least, value);
    }
    return least;
  };

  for (std::uint64_t t = 0;; ++t) {
    for (std::size_t l = 0; l < tips.size(); ++l) {
      if (names.label[lanes.symbol(layers - 1, l)] == automaton.output[tips[l].state]) continue;
      sampled.wrong = replayed(flock, automaton, names, word_to(tips[l].node));
      return sampled;
    }
    if (t == length || letters == 0 || limits.is_over()) return sampled;

    // All extensions, then the best of them.
    std::vector<std::uint32_t> which;
    std::vector<Letter> read;
    std::vector<Tip> extended;
    for (std::uint32_t l = 0; l < tips.size(); ++l) {
      for (Letter a = 0; a < letters; ++a) {
        which.push_back(l);
        read.push_back(a);
        Tip tip = tips[l];
        tip.state = automaton.step(tip.state, names.letter[a]);
        if (orbit.closed()) tip.row = orbit.next[tip.row * letters + a];
        extended.push_back(tip);
      }
    }
    lanes = flock.select(lanes, which);
    if (!flock.step(lanes, read, limits)) return sampled;
    sampled.letters += which.size();

    std::vector<std::uint32_t> order;
    std::vector<double> value(which.size());
    std::unordered_set<std::string> seen;
    for (std::uint32_t l = 0; l < which.size(); ++l) {
      // A wrong one is found at the next round, first of all.
      const bool wrong =
          names.label[lanes.symbol(layers - 1, l)] != automaton.output[extended[l].state];
      std::string key(reinterpret_cast<const char*>(&extended[l].state), sizeof extended[l].state);
      for (std::size_t i = 0; i < layers; ++i) {
        for (std::size_t e = 0; e < model.layers[i].n * model.layers[i].d; ++e) {
          const double entry = lanes.entry(i, e, l);
          key.append(reinterpret_cast<const char*>(&entry), sizeof entry);
        }
      }
      if (!wrong && !seen.insert(std::move(key)).second) continue;
      value[l] = wrong ? -std::numeric_limits<double>::infinity() : near(lanes, l, extended[l]);
      if (std::isnan(value[l])) value[l] = 0;
      order.push_back(l);
    }
    const std::size_t kept = std::min<std::size_t>(order.size(), beam);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return value[a] < value[b]; });
    if (kept < order.size()) {
      automata::SplitMix64 random(automata::SplitMix64(seed)() ^ t);
      for (std::size_t i = kept - kept / 10; i < kept; ++i) {
        std::swap(order[i], order[i + random() % (order.size() - i)]);
      }
      order.resize(kept);
    }
    std::vector<Tip> chosen;
    for (const std::uint32_t l : order) {
      Tip tip = extended[l];
      tree.emplace_back(tip.node, read[l]);
      tip.node = static_cast<std::uint32_t>(tree.size() - 1);
      chosen.push_back(tip);
    }
    lanes = flock.select(lanes, order);
    tips = std::move(chosen);
  }
}

}  // namespace statewright::proofs
