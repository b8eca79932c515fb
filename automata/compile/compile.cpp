// The ladder: a language climbs until a construction applies. Lower rungs give smaller and fewer
// layers; the last one, the cascade, takes every language. What kept it from the rungs below is
// recorded with words or states, so that a user can check the reason by hand.

#include "automata/compile/compile.hpp"

#include <array>
#include <utility>

#include "automata/cascade/decompose.hpp"
#include "automata/cascade/holonomy.hpp"
#include "automata/compile/affine_layer.hpp"
#include "automata/compile/cascade_network.hpp"
#include "automata/compile/obstruction.hpp"
#include "automata/compile/partial_isometry.hpp"
#include "automata/compile/pd.hpp"
#include "automata/compile/permutation_layer.hpp"
#include "automata/compile/rwkv7.hpp"
#include "automata/language/minimize.hpp"
#include "automata/language/words.hpp"
#include "core/error.hpp"

namespace statewright::automata {
namespace {

using core::Error;
using core::Fault;

constexpr std::size_t kSmall = 5;  ///< states up to which the plain holonomy is tried too

std::string spelled(const Dfa& dfa, const Word& word) {
  return word.empty() ? "the empty word" : core::quoted(dfa.letters.spell(word));
}

/// "letter `a` merges state 0 and state 2 (reached by `b`)"
std::string merge_text(const Dfa& dfa, const Merge& merge) {
  const std::vector<Word> words = access_words(dfa);
  const auto reached = [&](State state) {
    return "state " + std::to_string(state) + " (reached by " + spelled(dfa, words[state]) + ")";
  };
  return "letter " + core::quoted(dfa.letters.name(merge.letter)) + " merges " + reached(merge.p) +
         " and " + reached(merge.q);
}

std::string obstruction_text(const Dfa& dfa, const Obstruction& found) {
  std::string text = "no single layer with |A| <= 1 can: x = " + spelled(dfa, found.x) +
                     " and y = " + spelled(dfa, found.y) +
                     " act idempotently, but x y x and y x differ in what they lead to";
  if (!found.u.empty()) text += ", after " + spelled(dfa, found.u);
  if (!found.z.empty()) text += ", before " + spelled(dfa, found.z);
  return text;
}

class Ladder {
 public:
  Ladder(const Language& minimal, const CompileOptions& options)
      : minimal_(minimal), options_(options) {}

  core::Model climb() {
    if (minimal_.dfa.size() == 1) return compile_permutations(minimal_, StateCode::automatic);
    if (const auto merge = find_merge(minimal_.dfa)) {
      reasons_ = merge_text(minimal_.dfa, *merge);
    } else if (wants(Rung::permutation)) {
      return compile_permutations(minimal_, options_.code);
    }
    if (options_.code != StateCode::automatic && options_.code != StateCode::one_hot) {
      fail("a group language, which the state code needs");
    }
    if (wants(Rung::isometry) || wants(Rung::affine)) {
      const auto obstruction = find_obstruction(minimal_.dfa, options_.limits);
      if (const auto* found = std::get_if<Obstruction>(&obstruction)) {
        reasons_ += "; " + obstruction_text(minimal_.dfa, *found);
      } else if (auto model = single_layer()) {
        return finished(std::move(*model));
      }
    }
    if (options_.rung != Rung::automatic && options_.rung != Rung::cascade &&
        options_.rung != Rung::printed) {
      fail("a language that this construction fits");
    }
    return finished(cascade());
  }

 private:
  bool wants(Rung rung) const { return options_.rung == Rung::automatic || options_.rung == rung; }

  void refuse(Rung rung, const std::string& why) {
    if (wants(rung)) reasons_ += (reasons_.empty() ? "" : "; ") + why;
  }

  std::optional<core::Model> single_layer() {
    if (wants(Rung::isometry)) {
      if (auto model = compile_partial_isometry(minimal_, Decoder::linear, options_.limits)) {
        return model;
      }
      refuse(
          Rung::isometry,
          "no coordinates were found on which its letters are partial permutations and its output "
          "is linear");
    }
    if (wants(Rung::affine)) {
      AffineSearch search = find_affine_layer(minimal_, options_.limits);
      if (auto* layer = std::get_if<AffineLayer>(&search)) return std::move(layer->model);
      const auto* none = std::get_if<NoMetric>(&search);
      refuse(Rung::affine,
             none != nullptr
                 ? "as points its states are not contracted by its letters (" + none->evidence + ")"
                 : "points for its states that letters contract were not found within " +
                       std::get<MetricUnknown>(search).limit.limit);
    }
    if (wants(Rung::isometry)) {  // what is no linear function of the state takes a second layer
      return compile_partial_isometry(minimal_, Decoder::table, options_.limits);
    }
    return {};
  }

  /// The network with the fewest layers, then numbers, of several cascades: which levels need a
  /// memory only the network tells.
  core::Model cascade() const {
    const Dfa& dfa = minimal_.dfa;
    if (options_.rung == Rung::printed) {
      return cascade_network(minimal_, decompose(dfa, {.limits = options_.limits}), Wiring::printed,
                             options_.limits);
    }
    std::optional<core::Model> best;
    core::Cost least;
    const auto weigh = [&](const Cascade& cascade) {
      core::Model model = cascade_network(minimal_, cascade, Wiring::repaired, options_.limits);
      const core::Cost cost = core::cost_of(model);
      if (best &&
          std::pair(cost.layers, cost.dimension) >= std::pair(least.layers, least.dimension)) {
        return;
      }
      best = std::move(model);
      least = cost;
    };
    weigh(decompose(dfa, {.limits = options_.limits}));
    weigh(decompose(dfa, {.divisors = true, .limits = options_.limits}));
    if (dfa.size() <= kSmall) weigh(holonomy(dfa, LevelConvention::height, options_.limits));
    return std::move(*best);
  }

  [[noreturn]] void fail(const std::string& expected) const {
    throw Error({Fault::unsupported, "language " + core::quoted(minimal_.name), expected, reasons_,
                 "without `--code` and `--rung` every language compiles"});
  }

  core::Model finished(core::Model model) const {
    std::string& note = model.about.note;
    if (!reasons_.empty()) note += (note.empty() ? "" : ". ") + ("why this way: " + reasons_);
    return model;
  }

  const Language& minimal_;
  const CompileOptions& options_;
  std::string reasons_;
};

}  // namespace

core::Model compile(const Language& language, const CompileOptions& options) {
  // Named languages come minimal; anything else is made so, for the letters of a group language
  // permute the states of its minimal automaton.
  Language minimal = language;
  if (!minimal.action) minimal.dfa = minimize(language.dfa);
  switch (options.target) {
    case Target::pd:
      return compile_pd(minimal);
    case Target::rwkv7:
      return compile_rwkv7(minimal, options.limits);
    case Target::gh:
      break;
  }
  return Ladder(minimal, options).climb();
}

}  // namespace statewright::automata
