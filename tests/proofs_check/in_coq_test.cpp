// Which theorem of the Coq library an answer names: by what each of them says of rational networks,
// and of stacks.

#include "proofs_check/theorems/in_coq.hpp"

#include <vector>

#include "core/number/real.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using namespace statewright::proofs;

namespace {

/// A layer of one number, x -> a x, for each of two symbols.
core::Layer scaling(std::vector<core::Source> reads, std::size_t inputs, const core::Real& a) {
  core::Layer one;
  one.n = 1;
  one.reads = std::move(reads);
  one.start = core::Matrix<core::Real>(1, 1);
  for (std::size_t x = 0; x < inputs; ++x) {
    core::Matrix<core::Real> matrix(1, 1);
    matrix(0, 0) = a;
    one.table.push_back({core::Dense{matrix}, {}});
  }
  one.readout = {core::Matrix<core::Real>(2, 1), std::vector<core::Real>(2)};
  return one;
}

core::Model stack(std::vector<core::Layer> layers) {
  core::Model model;
  model.letters = core::Alphabet({"a", "b"});
  model.labels = {"no", "yes"};
  model.layers = std::move(layers);
  core::validate(model);
  return model;
}

}  // namespace

TEST_CASE("in Coq: a rational network's file, whatever its wiring", "[theorems][coq][quick]") {
  const core::Real half(core::Rational(1, 2));
  const core::Model model = stack({scaling({{}}, 2, half), scaling({{}, {0}}, 4, half)});
  CHECK(no_parity_in_coq(model) == "Statewright.CastNetwork.no_parity_check_sound");
  CHECK(no_counting_in_coq(model, 2) == "Statewright.CountingNetwork.no_counting_check_sound");
  CHECK(bounded_in_coq(model) == "Statewright.StabilityCheck.bounded_check_sound");
  CHECK(unbounded_in_coq(model) == "Statewright.StabilityCheck.unbounded_check_sound");
  CHECK(factors_in_coq(model) == "Statewright.FactorCheck.factors_check_sound");
}

TEST_CASE("in Coq: of irrational ones only stacks, and not powers of two",
          "[theorems][coq][quick]") {
  const core::Real root = core::parse_real("cos(2pi/5)", "a");
  REQUIRE(!root.is_rational());
  const core::Model chain = stack({scaling({{}}, 2, root), scaling({{0}}, 2, root)});
  CHECK(no_parity_in_coq(chain) == "Statewright.ParityImpossible.no_parity");
  // Two layers have a period that divides 4.
  for (const std::uint64_t m : {3, 5, 6, 8}) {
    CAPTURE(m);
    CHECK(no_counting_in_coq(chain, m) == "Statewright.RealCounting.real_no_mod_count");
  }
  CHECK(no_counting_in_coq(chain, 2).empty());
  CHECK(no_counting_in_coq(chain, 4).empty());
  CHECK(bounded_in_coq(chain).empty());
  CHECK(unbounded_in_coq(chain).empty());
  CHECK(factors_in_coq(chain).empty());

  const core::Model both = stack({scaling({{}}, 2, root), scaling({{}, {0}}, 4, root)});
  CHECK(no_parity_in_coq(both).empty());
  CHECK(no_counting_in_coq(both, 3).empty());
  const core::Model skipped =
      stack({scaling({{}}, 2, root), scaling({{0}}, 2, root), scaling({{0}}, 2, root)});
  CHECK(no_parity_in_coq(skipped).empty());
}
