// Theorem 3 (Grazzi et al., ICLR 2025, arXiv:2411.12537): every automaton whose transition monoid
// is a group is implemented by a finite-precision linear recurrence of one layer with A(w) a
// product of k - 1 generalised Householder matrices with eigenvalues in {-1, 1} of size n: n is the
// least integer such that the group is isomorphic to a subgroup of S_n, and k = max over letters w
// of the number of states that w moves. For cyclic groups two factors of size 2 are enough.
//
// The printed proof counts what a letter moves on the automaton's states and uses it on the n
// points. These differ: a swap of S_3 moves all 6 states of the word problem, and 2 of 3 points.
// Both counts are reported; the number of factors that a letter needs on the n points is
// n - #cycles, at most (points moved) - 1.
//
// Theorem 6 (Appendix D): addition modulo m with a single reflection per token, in two layers: a
// clock h <- -h + 1, and reflections of the plane whose angle depends on letter and clock. Its 2 m
// states mean one thing at even and another at odd times; reading them off takes a table, a third
// layer without memory here.

#include "proofs_check/theorems/group.hpp"

#include <algorithm>
#include <utility>

#include "automata/algebra/faithful_degree.hpp"
#include "automata/algebra/group_name.hpp"
#include "automata/algebra/permutation.hpp"
#include "automata/algebra/permutation_group.hpp"
#include "automata/algebra/small_group.hpp"
#include "automata/compile/compile.hpp"
#include "automata/compile/permutation_layer.hpp"
#include "automata/language/minimize.hpp"
#include "core/error.hpp"

namespace statewright::proofs {

using automata::CompileOptions;
using automata::Language;
using automata::PermutationGroup;
using automata::Transformation;

namespace {

constexpr std::size_t kLargestCircle = 60;  // states of a Theorem 6 network that is built

std::size_t moved(const Transformation& map) {
  std::size_t count = 0;
  for (State q = 0; q < map.size(); ++q) count += map[q] != q;
  return count;
}

PromisedNetwork promised(const Language& language, const CompileOptions& options,
                         std::string flags) {
  Model model = automata::compile(language, options);
  core::Cost cost = core::cost_of(model);
  Verdict verdict = verify(model, language.dfa, options.limits);
  return {std::move(flags), std::move(model), cost, std::move(verdict)};
}

/// The same abstract group and its letters on the points that a named language knows, if it is
/// large and faithful there: S7 moves 7 points and 5,040 states, whose systems of blocks nobody
/// waits for.
struct NaturalAction {
  PermutationGroup group;
  std::vector<Transformation> letters;
};

NaturalAction natural_action(const PermutationGroup& group,
                             const std::vector<Transformation>& letters, const Language& language) {
  NaturalAction same{group, letters};
  if (group.order() <= automata::SmallGroup::kMaxOrder || !language.action) return same;
  const auto& pull = language.action->pull;
  if (pull.empty() || pull.front().size() >= group.degree()) return same;
  std::vector<Transformation> maps;
  maps.reserve(pull.size());
  for (const auto& letter : pull) maps.emplace_back(letter.begin(), letter.end());
  NaturalAction natural{PermutationGroup(pull.front().size(), maps), maps};
  return natural.group.order() == group.order() ? natural : same;
}

/// The letters on the points of a least faithful action, [letters], if it was found.
std::vector<Transformation> on_points(const PermutationGroup& group, const NaturalAction& natural,
                                      const std::vector<Transformation>& letters,
                                      const core::Limits& limits, GroupTheorem& out) {
  if (group.order() > automata::SmallGroup::kMaxOrder) {
    const auto degree = automata::least_faithful_degree(natural.group, limits);
    if (const auto* found = std::get_if<automata::FaithfulDegree>(&degree)) {
      out.points = found->degree;
      if (found->degree == natural.group.degree()) return natural.letters;
    } else {
      out.points_limit = std::get<core::LimitHit>(degree).limit;
    }
    return {};
  }
  // The group on its letters as generators, so that the action comes letter by letter.
  std::vector<Transformation> distinct;
  for (const Transformation& letter : letters) {
    if (!automata::is_identity(letter) &&
        std::find(distinct.begin(), distinct.end(), letter) == distinct.end()) {
      distinct.push_back(letter);
    }
  }
  const automata::SmallGroup small(PermutationGroup(group.degree(), distinct));
  const auto degree = automata::least_faithful_degree(small, limits);
  if (const auto* limit = std::get_if<core::LimitHit>(&degree)) {
    out.points_limit = limit->limit;
    return {};
  }
  const auto& found = std::get<automata::FaithfulDegree>(degree);
  out.points = found.degree;
  if (found.stabilisers.empty()) return {};
  const auto images = automata::action_on_cosets(small, found.stabilisers);
  if (images.size() != distinct.size()) return {};
  std::vector<Transformation> result;
  for (const Transformation& letter : letters) {
    const auto at = std::find(distinct.begin(), distinct.end(), letter);
    result.push_back(at == distinct.end()
                         ? automata::identity_permutation(found.degree)
                         : images[static_cast<std::size_t>(at - distinct.begin())]);
  }
  return result;
}

}  // namespace

std::size_t GroupTheorem::most_moved_states() const {
  std::size_t most = 0;
  for (const LetterCost& letter : letters) most = std::max(most, letter.moved_states);
  return most;
}

std::size_t GroupTheorem::most_moved_points() const {
  std::size_t most = 0;
  for (const LetterCost& letter : letters) most = std::max(most, letter.moved_points);
  return most;
}

std::size_t GroupTheorem::most_swaps() const {
  std::size_t most = 0;
  for (const LetterCost& letter : letters) most = std::max(most, letter.swaps);
  return most;
}

GroupTheorem check_group_theorem(const Language& language, const core::Limits& limits) {
  Language minimal = language;
  if (!minimal.action) minimal.dfa = automata::minimize(language.dfa);
  if (const auto merge = automata::find_merge(minimal.dfa)) {
    throw core::Error({core::Fault::unsupported, "language " + core::quoted(minimal.name),
                       "a group language: every letter permutes the states",
                       "letter " + core::quoted(minimal.dfa.letters.name(merge->letter)) +
                           " merges state " + std::to_string(merge->p) + " and state " +
                           std::to_string(merge->q),
                       "`theorem regular` takes every language"});
  }
  const std::vector<Transformation> maps = automata::letter_maps(minimal.dfa);
  const PermutationGroup group(minimal.dfa.size(), maps);
  const NaturalAction natural = natural_action(group, maps, minimal);
  GroupTheorem out{.minimal = minimal,
                   .group = automata::name_group(natural.group).name,
                   .order = group.order(),
                   .points = {},
                   .points_limit = {},
                   .letters = {},
                   .network = promised(minimal, {.limits = limits}, ""),
                   .reflections = {}};
  const std::vector<Transformation> acts = on_points(group, natural, maps, limits, out);
  const core::Layer& layer = out.network.model.layers.front();
  for (core::Letter a = 0; a < maps.size(); ++a) {
    LetterCost cost;
    cost.letter = a;
    cost.moved_states = moved(maps[a]);
    if (!acts.empty()) {
      cost.moved_points = moved(acts[a]);
      cost.swaps = acts[a].size() - automata::cycle_lengths(acts[a]).size();
    }
    cost.factors = core::factor_count(layer.table[a]);
    out.letters.push_back(cost);
  }
  if (minimal.dfa.size() > 1 && minimal.dfa.size() <= kLargestCircle &&
      out.order == minimal.dfa.size() && group.is_abelian()) {
    try {
      out.reflections =
          promised(minimal, {.code = automata::StateCode::reflections, .limits = limits},
                   "--code reflections");
    } catch (const core::Error& error) {
      if (error.facts().fault != core::Fault::unsupported) throw;  // abelian, but not cyclic
    }
  }
  return out;
}

const std::vector<std::string>& group_languages() {
  static const std::vector<std::string> list = {"parity", "mod:3", "mod:5", "mod:12",   "D4", "Q8",
                                                "S3",     "A4",    "S4",    "S5:swaps", "A5", "S5"};
  return list;
}

}  // namespace statewright::proofs
