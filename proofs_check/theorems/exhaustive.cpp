// What no theorem says and no search finds may be counted: a format of 4 bits has so few letters of
// two numbers, and so few states, that all of them can be tried (kernels/census.hpp). A language
// that counts modulo m needs, of a single layer under one letter, a cycle of states whose length m
// divides; a state with several columns has one only if some column has one, for m = 2 and 3.

#include "proofs_check/theorems/exhaustive.hpp"

#include <string>
#include <utility>

#include "automata/language/language.hpp"
#include "core/error.hpp"
#include "kernels/from_model.hpp"
#include "proofs_check/verify/verify.hpp"

namespace statewright::proofs {
namespace {

using core::Dense;
using core::GhProduct;
using core::Householder;
using core::Matrix;
using core::Rational;
using core::Real;
using core::Semantics;
using core::Transition;
using Kind = Semantics::Kind;

/// Which members of its census a family is about.
kernels::CensusQuestion question_of(const Family& family, Counting counting) {
  using Counts = kernels::CensusQuestion::Counts;
  kernels::CensusQuestion question;
  question.counts = counting == Counting::parity ? Counts::parity : Counts::modulo_3;
  if (family.id == "contraction2x2" || family.id == "any2x2") {
    question.spectrum = kernels::Spectrum::nonnegative;
  }
  if (family.id == "contraction2x2") question.contracts = true;
  return question;
}

/// The members that a question is about and that end in this way.
kernels::CensusCell with_fate(const kernels::CensusResult& result,
                              const kernels::CensusQuestion& question, kernels::Fate fate) {
  kernels::CensusCell all;
  for (std::size_t s = 0; s < kernels::kSpectra; ++s) {
    const auto spectrum = static_cast<kernels::Spectrum>(s);
    if (question.spectrum && *question.spectrum != spectrum) continue;
    for (const bool contracts : {false, true}) {
      if (question.contracts && *question.contracts != contracts) continue;
      all.merge(result.cell(spectrum, contracts, fate));
    }
  }
  return all;
}

/// The cycle that a member of census_of ends in.
LimitCycle cycle_of(const kernels::CensusFamily& family, const kernels::CensusMember& member,
                    const Semantics& semantics) {
  const std::size_t n = family.n;
  LimitCycle cycle{transition_of(family, member.parameters), {}};
  const Stepper stepper(cycle.transition, n, semantics);
  std::vector<double> state(member.parameters.end() - static_cast<std::ptrdiff_t>(n),
                            member.parameters.end());
  for (std::uint32_t t = 0; t < member.preperiod; ++t) stepper.step(state, 1);
  for (std::uint32_t t = 0; t < member.period; ++t) {
    cycle.states.push_back(state);
    stepper.step(state, 1);
  }
  return cycle;
}

}  // namespace

std::optional<kernels::CensusFamily> census_of(const Family& family, const Semantics& semantics) {
  kernels::CensusFamily letters;
  if (family.id == "contraction2x2" || family.id == "any2x2") {
    letters.kind = kernels::CensusKind::matrices;
  } else if (family.id.rfind("deltanet", 0) == 0) {
    letters.kind = kernels::CensusKind::factor;
  } else if (family.id.rfind("deltaproduct2", 0) == 0) {
    letters.kind = kernels::CensusKind::pairs;
  } else {
    return {};
  }
  letters.unit_keys = letters.kind != kernels::CensusKind::matrices;
  letters.beta_most = family.id.find("01") != std::string::npos ? 1 : 2;
  letters.n = 2;
  letters.adds = letters.all_starts = true;
  if (semantics.kind == Kind::once) {
    letters.rounding = kernels::CensusRounding::once;
  } else if (semantics.kind != Kind::stepwise || semantics.id() != semantics.state.id()) {
    return {};
  }
  try {
    letters.format = kernels::format_of(semantics.state, "frontier");
    kernels::check_family(letters);
  } catch (const core::Error&) {
    return {};  // other formats have no census
  }
  return letters;
}

core::Transition transition_of(const kernels::CensusFamily& letters,
                               const std::vector<double>& numbers) {
  const std::size_t n = letters.n;
  const auto exact = [&](std::size_t at) { return core::exact_value(numbers[at]); };
  Transition transition;
  std::size_t at = 0;
  if (letters.kind == kernels::CensusKind::matrices) {
    Matrix<Real> A(n, n);
    for (Real& entry : A.entries()) entry = exact(at++);
    transition.A = Dense{std::move(A)};
  } else {
    GhProduct product;
    const int factors = letters.kind == kernels::CensusKind::pairs ? 2 : 1;
    for (int f = 0; f < factors; ++f) {
      const Rational beta = exact(at++);
      Householder factor;
      Rational square = 0;
      for (std::size_t i = 0; i < n; ++i) {
        const Rational entry = exact(at++);
        factor.v.emplace_back(entry);
        square += entry * entry;
      }
      factor.beta = beta * square;
      if (square != 0 && beta != 0) product.factors.push_back(std::move(factor));
    }
    transition.A = std::move(product);
  }
  Matrix<Real> B(n, 1);
  for (Real& entry : B.entries()) entry = exact(at++);
  transition.B = std::move(B);
  return transition;
}

Exhaustive read_census(const kernels::Census& census, const Family& family,
                       const Semantics& semantics, Counting counting, const core::Limits& limits) {
  Exhaustive result;
  const kernels::CensusFamily& letters = census.family;
  const kernels::CensusQuestion question = question_of(family, counting);
  if (with_fate(census.result, question, kernels::Fate::undecided).count > 0) return result;
  result.none = census.answer(question).count == 0;
  // The larger families of deltanet_open and any2x2 may have what these have not.
  if (result.none || family.id == "deltanet_open" || family.id == "any2x2") return result;
  const kernels::CensusCell found =
      with_fate(census.result, question,
                counting == Counting::parity ? kernels::Fate::period_2 : kernels::Fate::period_3);
  if (found.count == 0) return result;
  const LimitCycle cycle =
      cycle_of(letters, kernels::census_member(letters, found.relative.member), semantics);
  auto network = counter_of(cycle, letters.n, counting);
  if (!network) return result;
  const automata::Dfa dfa = automata::load_language(language_of(counting)).dfa;
  const Verdict verdict = verify(*network, dfa, semantics, limits);
  if (verdict.proof() == nullptr) return result;
  result.network = std::move(network);
  result.product_states = verdict.proof()->states;
  result.amplitude = amplitude_of(cycle, letters.n, semantics.state);
  return result;
}

}  // namespace statewright::proofs
