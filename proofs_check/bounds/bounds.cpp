#include "proofs_check/bounds/bounds.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/error.hpp"
#include "core/lrnn/rounded.hpp"
#include "proofs_check/bounds/enclosure.hpp"
#include "proofs_check/bounds/observed.hpp"
#include "proofs_check/verify/verify.hpp"

namespace statewright::proofs {
namespace {

using Clock = std::chrono::steady_clock;
using Kind = core::Semantics::Kind;

constexpr std::uint64_t kScoreProducts = 1'000'000'000;
constexpr std::uint64_t kSlowWords = 8, kSlowLength = 300;
constexpr std::uint64_t kOrbitStates = 200'000;

/// `limits` with a deadline not later than `share` of the seconds from now.
core::Limits within(const BoundsOptions& options, Clock::time_point begin, double share) {
  core::Limits limits = options.limits;
  if (!options.seconds) return limits;
  const auto end = begin + std::chrono::duration_cast<Clock::duration>(
                               std::chrono::duration<double>(*options.seconds * share));
  if (!limits.deadline || end < *limits.deadline) limits.deadline = end;
  return limits;
}

void sample(const core::Model& model, const automata::Dfa& automaton, const ExactOrbit& orbit,
            const BoundsOptions& options, Clock::time_point begin, Horizon& row) {
  std::uint64_t products = 0;  // of one readout of all layers
  for (const core::Layer& layer : model.layers) products += layer.readout.W.entries().size();
  const bool fast = row.semantics.kind == Kind::stepwise && !row.semantics.oracle;
  const auto cut = [&](std::uint64_t length, std::uint64_t lanes) {
    const std::uint64_t letter =
        std::max<std::uint64_t>(1, products * std::max<std::uint64_t>(lanes, 1));
    return std::min(length, std::max<std::uint64_t>(1, kScoreProducts / letter));
  };
  const std::uint64_t words =
      fast ? options.random_words : std::min(options.random_words, kSlowWords);
  const std::uint64_t beam = fast ? options.beam : std::min(options.beam, kSlowWords);
  std::uint64_t random = cut(options.random_length, words);
  std::uint64_t adversarial = cut(options.adversarial_length, beam * model.letters.size());
  if (!fast) {
    random = std::min(random, kSlowLength);
    adversarial = std::min(adversarial, kSlowLength);
  }
  const Sampled first = sample_random(model, automaton, row.semantics, words, random, options.seed,
                                      within(options, begin, 0.4));
  if (first.wrong) row.random_failure = first.wrong->size();
  const Sampled second = sample_adversarial(model, automaton, row.semantics, orbit, beam,
                                            adversarial, options.seed, within(options, begin, 0.5));
  if (second.wrong) row.adversarial_failure = second.wrong->size();
  row.sampled_letters = first.letters + second.letters;
}

}  // namespace

ExactOrbit orbit_for_bounds(const core::Model& model, const automata::Dfa& automaton,
                            const BoundsOptions& options) {
  core::Limits limits = within(options, Clock::now(), 0.5);
  limits.max_states = std::min(limits.states(), kOrbitStates);
  return exact_orbit(model, automaton, limits);
}

Horizon bounds(const core::Model& model, const automata::Dfa& automaton, const ExactOrbit& orbit,
               const core::Semantics& semantics, const BoundsOptions& options) {
  if (semantics.kind == Kind::ball || semantics.kind == Kind::mpfr) {
    throw core::Error({core::Fault::unsupported,
                       "arithmetic",
                       "a semantics that rounds states to a number format, or `exact`",
                       core::quoted(semantics.id()),
                       {}});
  }
  const Clock::time_point begin = Clock::now();
  Horizon row;
  row.semantics = semantics;
  APriori certified = a_priori(model, orbit, semantics, within(options, begin, 0.15));
  row.certified_why = std::move(certified.why);
  if (!certified.certified) {
    certified = certify_by_enclosure(model, automaton, semantics, within(options, begin, 0.25));
    if (!certified.certified && certified.why != row.certified_why) {
      row.certified_why += "; by enclosures: " + certified.why;
    }
  }
  row.certified = certified.certified;
  row.certified_by = certified.method;
  if (semantics.kind != Kind::exact) sample(model, automaton, orbit, options, begin, row);
  const Verdict verdict = verify(model, automaton, semantics, within(options, begin, 1));
  row.outcome = verdict.outcome();
  if (const Proof* proof = verdict.proof()) {
    row.states = std::max<std::uint64_t>(proof->states, proof->rows.size());
  } else if (const Counterexample* found = verdict.witness()) {
    row.witness = found->word;
    if (!found->word.empty()) row.exact_letters = found->word.size() - 1;
    row.states = found->rows.size();
  } else {
    row.hit = verdict.unknown()->hit;
    row.reached = verdict.unknown()->reached;
  }
  row.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return row;
}

std::vector<Horizon> bounds(const core::Model& model, const automata::Dfa& automaton,
                            const std::vector<core::Semantics>& semantics,
                            const BoundsOptions& options) {
  const ExactOrbit orbit = orbit_for_bounds(model, automaton, options);
  std::vector<Horizon> rows;
  rows.reserve(semantics.size());
  for (const core::Semantics& one : semantics) {
    rows.push_back(bounds(model, automaton, orbit, one, options));
  }
  return rows;
}

}  // namespace statewright::proofs
