// The lock search of kernels/ has the candidates of proofs_check/lock, and finds the same ones.

#include "proofs_check/lock/orbits.hpp"

#include <cmath>
#include <set>

#include "automata/compile/compile.hpp"
#include "automata/language/language.hpp"
#include "core/error.hpp"
#include "core/number/round.hpp"
#include "proofs_check/lock/candidates.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using namespace statewright::proofs;
using kernels::Backend;

namespace {

core::Format format_named(const std::string& name) { return core::parse_format(name, "test"); }

core::Semantics semantics_in(const std::string& format) {
  return core::parse_semantics("mixed:state=" + format + ",readout=fp64", "test");
}

automata::Language ring_language(std::uint32_t m) {
  return automata::load_language("cyclenav:" + std::to_string(m));
}

Model walker_of(std::uint32_t m) {
  return automata::compile(ring_language(m), {automata::StateCode::rotation_matrix, {}});
}

}  // namespace

TEST_CASE("orbits: the candidates are those of lock", "[proofs][lock][orbit][oracle]") {
  for (const char* name : {"bf16", "fp16", "e4m3"}) {
    for (const std::uint32_t m : {3, 4, 5, 6, 7, 8, 9, 12, 13, 24}) {
      CAPTURE(name, m);
      const core::Format format = format_named(name);
      const Perturbation perturbation(walker_of(m), semantics_in(name));
      const LockOptions options;
      const std::vector<LockCandidate> plan = perturbation.plan(options);
      const RingOrbits ring = ring_orbits(m, format, options);
      REQUIRE(ring.family.candidates.size() == plan.size());
      REQUIRE(ring.constants == perturbation.constants().size());
      // Every 97th candidate, and all whose constants may leave the format.
      for (std::size_t i = 0; i < plan.size(); i += i < 60 ? 1 : 97) {
        CAPTURE(i);
        const std::optional<Model> model = perturbation.apply(plan[i]);
        const kernels::OrbitCandidate& candidate = ring.family.candidates[i];
        const auto& [c, s] = ring.rotation.constants[candidate.constants];
        REQUIRE(model.has_value() == (!std::isnan(c) && !std::isnan(s)));
        if (!model) continue;
        const core::Layer& layer = model->layers.at(0);
        CHECK(layer.start(0, 0) == core::Real(core::exact_value(candidate.x)));
        CHECK(layer.start(1, 0) == core::Real(core::exact_value(candidate.y)));
        const auto* up = std::get_if<core::Dense>(&layer.table.back().A);
        if (up == nullptr) continue;  // quarter turns have no matrix to compare
        CHECK(up->matrix(0, 0) == core::Real(core::exact_value(c)));
        CHECK(up->matrix(1, 0) == core::Real(core::exact_value(s)));
        CHECK(up->matrix(0, 1) == core::Real(core::exact_value(-s)));
      }
    }
  }
}

TEST_CASE("orbits: the readout is the nearest double", "[proofs][lock][orbit][oracle]") {
  for (const std::uint32_t m : {3, 5, 8, 12, 60, 97}) {
    const RingOrbits ring = ring_orbits(m, format_named("bf16"));
    for (std::size_t k = 0; k < m; ++k) {
      CAPTURE(m, k);
      const core::Format fp64 = format_named("fp64");
      CHECK(ring.rotation.readout[2 * k] ==
            core::round_exact(core::Real(core::Cyclotomic::cosine(k, m)), fp64));
      CHECK(ring.rotation.readout[2 * k + 1] ==
            core::round_exact(core::Real(core::Cyclotomic::sine(k, m)), fp64));
    }
  }
}

TEST_CASE("orbits: what locks is what lock proves", "[proofs][lock][orbit][oracle]") {
  struct Case {
    const char* format;
    std::uint32_t m;
    std::uint64_t candidates;
  };
  for (const Case& c :
       {Case{"bf16", 5, 140}, Case{"bf16", 7, 140}, Case{"bf16", 8, 60}, Case{"fp16", 5, 40},
        Case{"fp16", 7, 40}, Case{"e4m3", 5, 631}, Case{"e4m3", 12, 631}, Case{"e4m3", 84, 3}}) {
    CAPTURE(c.format, c.m);
    LockOptions options;
    options.candidates = c.candidates;
    options.states = 128;
    options.wanted = c.candidates;
    const LockResult theirs =
        lock(walker_of(c.m), ring_language(c.m).dfa, semantics_in(c.format), options);
    const RingOrbits ring = ring_orbits(c.m, format_named(c.format), options);
    const auto ours = kernels::orbits(ring.family, {ring.rotation}, Backend::cpu, 1).at(0);
    CHECK(ours.tried == theirs.tried());
    // lock is more patient with the first candidate.
    std::vector<const Lock*> found;
    for (const Lock& lock : theirs.found) {
      if (lock.states <= options.states) found.push_back(&lock);
    }
    CHECK(ours.all_words.locked == found.size());
    std::size_t at = 0;
    for (std::uint64_t i = 0; i < ring.family.candidates.size() && ours.all_words.locked != 0;
         ++i) {
      const auto member = kernels::orbit_member(ring.family, ring.rotation, i);
      if (member.all_words != kernels::OrbitFate::locked) continue;
      REQUIRE(at < found.size());
      if (at == 0) CHECK(ours.all_words.first == i);
      CHECK(found[at]->states == member.states);
      CHECK(found[at]->model.layers[0].start(0, 0) ==
            core::Real(core::exact_value(ring.family.candidates[i].x)));
      ++at;
    }
  }
}

TEST_CASE("orbits: e4m3 has no lock for five, seven and nine cells", "[proofs][lock][orbit]") {
  // 64,516 pairs of finite codes: enough to decide all 631 candidates.
  LockOptions options;
  options.states = 70'000;
  for (const std::uint32_t m : {5U, 7U, 9U}) {
    const RingOrbits ring = ring_orbits(m, format_named("e4m3"), options);
    const auto result = kernels::orbits(ring.family, {ring.rotation}, Backend::cpu, 1).at(0);
    CHECK(result.tried == 631);
    CHECK(result.all_words == kernels::OrbitTally{});
  }
}

TEST_CASE("orbits: the known lock of five cells in bf16", "[proofs][lock][orbit]") {
  LockOptions options;
  options.candidates = 300;
  const RingOrbits ring = ring_orbits(5, format_named("bf16"), options);
  const auto result = kernels::orbits(ring.family, {ring.rotation}, Backend::cpu, 1).at(0);
  REQUIRE(result.all_words.locked > 0);
  CHECK(describe_orbit(ring, result.all_words.first) ==
        "cosine 0.30859375, sine 0.94921875, start (1.0859375, 0)");
  CHECK(result.all_words.margin <= 1 - std::cos(8 * std::atan(1.0) / 5));
  core::Error::Facts facts{};
  try {
    ring_orbits(2, format_named("bf16"));
  } catch (const core::Error& error) {
    facts = error.facts();
  }
  CHECK(facts.where == "m");
}
