// Locking: what is found is proved again here by a search that shares nothing with verify or
// RoundedModel but round_exact on rationals.

#include "proofs_check/lock/lock.hpp"

#include <map>
#include <set>

#include "automata/compile/compile.hpp"
#include "automata/language/language.hpp"
#include "core/error.hpp"
#include "core/number/round.hpp"
#include "proofs_check/lock/candidates.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using namespace statewright::proofs;
using automata::StateCode;
using core::Format;
using core::Outcome;
using core::Rational;
using core::Real;
using core::Semantics;

namespace {

automata::Language named(const std::string& name) { return automata::load_language(name); }

Model compiled(const automata::Language& language, StateCode code) {
  return automata::compile(language, {code, {}});
}

Semantics semantics_of(const std::string& text) { return core::parse_semantics(text, "test"); }

Rational fl(const Rational& value, const Format& format) {
  return core::exact_value(core::round_exact(value, format));
}

/// The state of a ring of m cells after each letter, every operation rounded, searched over
/// rationals: the number of (state, cell) pairs if all decode to their cell, else nothing. The
/// decoder is exact: cell k is right if no other of the m directions fits the state better.
std::optional<std::size_t> proved_by_rationals(const Model& model, const Format& format,
                                               std::uint32_t m, std::size_t most) {
  using Pair = std::pair<Rational, Rational>;
  std::vector<Pair> directions;
  const auto decodes = [&](const Pair& h, std::uint32_t cell) {
    const auto score = [&](std::uint32_t k) {
      return Real(h.first) * Real(core::Cyclotomic::cosine(k, m)) +
             Real(h.second) * Real(core::Cyclotomic::sine(k, m));
    };
    const Real own = score(cell);
    for (std::uint32_t k = 0; k < m; ++k) {
      if (k != cell && score(k) >= own) return false;
    }
    return true;
  };
  const core::Layer& layer = model.layers.at(0);
  std::vector<std::pair<Pair, std::uint32_t>> queue = {
      {{layer.start(0, 0).rational(), layer.start(1, 0).rational()}, 0}};
  std::set<std::pair<Pair, std::uint32_t>> seen(queue.begin(), queue.end());
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const auto [h, cell] = queue[i];
    if (!decodes(h, cell) || queue.size() > most) return {};
    for (std::uint32_t letter = 0; letter < 3; ++letter) {  // - 0 +
      Pair next = h;
      if (const auto* dense = std::get_if<core::Dense>(&layer.table[letter].A)) {
        const auto row = [&](std::size_t r) {
          return fl(fl(dense->matrix(r, 0).rational() * h.first, format) +
                        fl(dense->matrix(r, 1).rational() * h.second, format),
                    format);
        };
        next = {row(0), row(1)};
      }
      if (seen.emplace(next, (cell + m + letter - 1) % m).second) {
        queue.emplace_back(next, (cell + m + letter - 1) % m);
      }
    }
  }
  return queue.size();
}

bool all_dyadic_rational(const Model& model) {
  const auto dyadic = [](const Real& x) {
    if (!x.is_rational()) return false;
    const core::Integer d = core::denominator_of(x.rational());
    return (d & (d - 1)) == 0;
  };
  for (const core::Layer& layer : model.layers) {
    for (const Real& x : layer.start.entries()) {
      if (!dyadic(x)) return false;
    }
    for (const Real& x : layer.readout.W.entries()) {
      if (!dyadic(x)) return false;
    }
    for (const core::Transition& transition : layer.table) {
      const core::Matrix<Real> matrix = core::to_matrix(transition, layer.n);
      for (const Real& x : matrix.entries()) {
        if (!x.is_rational()) return false;
      }
    }
  }
  return true;
}

}  // namespace

TEST_CASE("lock: a ring of five cells in bf16, for all words", "[proofs][quick]") {
  const automata::Language ring = named("cyclenav:5");
  const Semantics semantics = semantics_of("mixed:state=bf16,readout=exact");
  const Model model = compiled(ring, StateCode::rotation_matrix);
  LockOptions options;
  options.wanted = 2;
  const LockResult result = lock(model, ring.dfa, semantics, options);
  // The network itself is wrong after 491 letters, which a search of 65,536 pairs does not see.
  CHECK(result.as_compiled != Outcome::proved);
  CHECK(result.constants.size() == 2);
  REQUIRE(result.found.size() == 2);
  for (const Lock& found : result.found) {
    CAPTURE(found.change);
    CHECK(found.change.find("start (1.") != std::string::npos);
    CHECK(all_dyadic_rational(found.model));
    CHECK(found.model.about.note.find("proved in mixed:state=bf16") != std::string::npos);
    const auto states = proved_by_rationals(found.model, semantics.state, 5, 2'000);
    CHECK(states == std::optional<std::size_t>(found.states));
    CHECK(verify_reference(found.model, ring.dfa, semantics).outcome() == Outcome::proved);
  }
}

TEST_CASE("lock: the network as compiled is taken if it is right", "[proofs][quick]") {
  for (const char* format : {"e4m3", "e5m2", "bf16"}) {
    CAPTURE(format);
    const automata::Language ring = named("cyclenav:3");
    const Semantics semantics =
        semantics_of("mixed:state=" + std::string(format) + ",readout=exact");
    const LockResult result = lock(compiled(ring, StateCode::rotation_matrix), ring.dfa, semantics);
    REQUIRE(result.found.size() == 1);
    CHECK(result.tried() == 1);
    CHECK(result.as_compiled == Outcome::proved);
    CHECK(result.found[0].change == "as compiled, rounded");
    const auto states = proved_by_rationals(result.found[0].model, semantics.state, 3, 2'000);
    CHECK(states == std::optional<std::size_t>(result.found[0].states));
  }
}

TEST_CASE("lock: starts on the uniform grid", "[proofs][quick]") {
  // Fixed point is that grid all over.
  const automata::Language ring = named("cyclenav:5");
  const Semantics semantics = semantics_of("mixed:state=fixed:i=2,f=5,readout=exact");
  const LockResult result = lock(compiled(ring, StateCode::rotation_matrix), ring.dfa, semantics);
  REQUIRE(result.found.size() == 1);
  const auto states = proved_by_rationals(result.found[0].model, semantics.state, 5, 2'000);
  CHECK(states == std::optional<std::size_t>(result.found[0].states));
}

TEST_CASE("lock: where nothing locks every candidate is counted", "[proofs][quick]") {
  const automata::Language ring = named("cyclenav:5");
  LockOptions options;
  options.candidates = 60;
  const LockResult result = lock(compiled(ring, StateCode::rotation_matrix), ring.dfa,
                                 semantics_of("mixed:state=e5m2,readout=exact"), options);
  CHECK(result.found.empty());
  CHECK(result.as_compiled == Outcome::refuted);
  CHECK(result.witness.size() == 20);  // the shortest, as the table of rotations has it
  CHECK(result.refuted > 50);          // a few reach more states than LockOptions::states
  CHECK(result.tried() == result.planned);
  CHECK_FALSE(result.stopped.has_value());
}

TEST_CASE("lock: a network without inexact constants has no other candidate", "[proofs][quick]") {
  const automata::Language s5 = named("S5");
  const LockResult right = lock(compiled(s5, StateCode::matrix), s5.dfa, semantics_of("e4m3"));
  REQUIRE(right.found.size() == 1);
  CHECK(right.planned == 1);
  CHECK(right.found[0].states == 120);
  CHECK(right.constants.empty());

  // The start (1, .., 5) needs 5, which e2m1 does not have.
  const LockResult wrong = lock(compiled(s5, StateCode::orbit), s5.dfa, semantics_of("e2m1"));
  CHECK(wrong.found.empty());
  CHECK(wrong.refuted == 1);
  CHECK(wrong.planned == 1);
}

TEST_CASE("lock: semantics without a format prove or refute the network itself",
          "[proofs][quick]") {
  const automata::Language ring = named("cyclenav:5");
  const Model model = compiled(ring, StateCode::rotation_matrix);
  const LockResult result = lock(model, ring.dfa, Semantics{});
  REQUIRE(result.found.size() == 1);
  CHECK(result.found[0].model.layers == model.layers);
  CHECK(result.found[0].states == 5);
  CHECK_THROWS_AS(lock(model, ring.dfa, semantics_of("ball:p=53")), core::Error);
}

TEST_CASE("lock: a deadline stops the search", "[proofs][quick]") {
  const automata::Language ring = named("cyclenav:7");
  LockOptions options;
  options.limits.deadline = std::chrono::steady_clock::now();
  const LockResult result = lock(compiled(ring, StateCode::rotation_matrix), ring.dfa,
                                 semantics_of("mixed:state=fp32,readout=exact"), options);
  CHECK(result.found.empty());
  REQUIRE(result.stopped.has_value());
  CHECK(result.tried() <= 1);
}

TEST_CASE("lock: constants move everywhere at once", "[proofs][quick]") {
  const automata::Language ring = named("cyclenav:5");
  const Semantics semantics = semantics_of("bf16");
  const Format& bf16 = semantics.state;
  const auto stored = [&](const Real& x) { return core::round_exact(x, bf16); };
  {
    const Perturbation perturbation(compiled(ring, StateCode::rotation_matrix), semantics);
    REQUIRE(perturbation.constants().size() == 2);
    const Real c = core::Cyclotomic::cosine(1, 5), s = core::Cyclotomic::sine(1, 5);
    const std::size_t of_c = perturbation.constants()[0] == c ? 0 : 1;
    CHECK(perturbation.constants()[of_c] == c);
    CHECK(perturbation.constants()[1 - of_c] == s);
    LockCandidate candidate{{0, 0}, 1, 0};
    candidate.ulps[of_c] = 2;
    candidate.ulps[1 - of_c] = -1;
    const auto model = perturbation.apply(candidate);
    REQUIRE(model.has_value());
    const Rational up =
        core::exact_value(*core::next_above(bf16, *core::next_above(bf16, stored(c))));
    const Rational down = core::exact_value(*core::next_below(bf16, stored(s)));
    for (const int direction : {-1, 1}) {
      const auto& matrix =
          std::get<core::Dense>(model->layers[0].table[direction < 0 ? 0 : 2].A).matrix;
      CHECK(matrix(0, 0) == Real(up));
      CHECK(matrix(1, 1) == Real(up));
      CHECK(matrix(1, 0) == Real(down) * Real(direction));
      CHECK(matrix(0, 1) == Real(down) * Real(-direction));
    }
    CHECK(perturbation.describe(candidate).find("by +2") != std::string::npos);
  }
  {
    // Reflections keep the scale 2 of their unit keys, whatever the length of the rounded ones.
    const Perturbation perturbation(compiled(ring, StateCode::rotation), semantics);
    const auto model = perturbation.apply({{1, -1}, 1.5, 0});
    REQUIRE(model.has_value());
    CHECK(model->layers[0].start(0, 0) == Real(Rational(3, 2)));
    const auto& factors = std::get<core::GhProduct>(model->layers[0].table[2].A).factors;
    for (const core::Householder& factor : factors) {
      Real squared = 0;
      for (const Real& x : factor.v) squared += x * x;
      CHECK(factor.beta == squared + squared);
    }
  }
}

TEST_CASE("lock: the plan begins with small changes and repeats none", "[proofs][quick]") {
  const automata::Language ring = named("cyclenav:5");
  for (const char* format : {"e4m3", "bf16", "fixed:i=2,f=6"}) {
    CAPTURE(format);
    const Perturbation perturbation(compiled(ring, StateCode::rotation_matrix),
                                    semantics_of(format));
    const std::vector<LockCandidate> plan = perturbation.plan({});
    REQUIRE(plan.size() > 100);
    CHECK(plan.size() <= LockOptions{}.candidates);
    CHECK(plan[0] == LockCandidate{{0, 0}, 1, 0});
    std::set<std::tuple<std::vector<int>, double, double>> seen;
    for (const LockCandidate& one : plan) {
      CHECK(seen.emplace(one.ulps, one.scale, one.phase).second);
    }
    LockOptions few;
    few.candidates = 10;
    CHECK(perturbation.plan(few) == std::vector<LockCandidate>(plan.begin(), plan.begin() + 10));
  }
}
