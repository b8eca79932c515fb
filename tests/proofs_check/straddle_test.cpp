#include "proofs_check/theorems/straddle.hpp"

#include <algorithm>
#include <cmath>

#include "automata/language/language.hpp"
#include "core/error.hpp"
#include "core/lrnn/rounded.hpp"
#include "proofs_check/verify/verify.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using namespace statewright::proofs;
using core::GhProduct;
using core::Rational;
using core::Transition;

namespace {

core::RoundedModel cast_of(const core::Model& model, const core::Format& format) {
  return core::RoundedModel(model, core::parse_semantics("cast:" + format.id(), "test"));
}

/// Whether it accepts exactly the words with `accepted` ones modulo `period`, as far as `most`.
bool counts(const core::Model& model, const core::Format& format, std::size_t period,
            std::size_t accepted, std::size_t most) {
  const core::RoundedModel rounded = cast_of(model, format);
  core::RoundedStep step = rounded.start();
  for (std::size_t ones = 0; ones < most; ++ones) {
    if (step.output != (ones % period == accepted ? 1U : 0U)) return false;
    step = rounded.next(rounded.next(step, 0), 1);
  }
  return true;
}

/// Product states of the proof that `verify` finds, 0 if it finds none.
std::uint64_t rays(const core::Model& model, const core::Format& format,
                   const std::string& language) {
  core::Limits limits;
  limits.max_states = 200;
  const auto verdict = verify(model, automata::load_language(language).dfa,
                              core::parse_semantics("cast:" + format.id(), "test"), limits);
  return verdict.proof() == nullptr ? 0 : verdict.proof()->states;
}

const Transition kHalf{GhProduct{{{Rational(3, 2), {1, 1}}}}, {}};

}  // namespace

TEST_CASE("the cast model: an eigenvalue in (-1, 0) decides parity", "[theorems][quick]") {
  for (const char* format : {"bf16", "e4m3", "e2m1"}) {
    const core::Format f = core::parse_format(format, "test");
    CHECK(counts(straddling(kHalf, 2, {1, -1}, {1, 1}, 2, 1, f), f, 2, 1, 40));
    CHECK_THROWS_AS(straddling(kHalf, 2, {1, 1}, {1, 1}, 2, 1, f), core::Error);    // A w != w
    CHECK_THROWS_AS(straddling(kHalf, 2, {1, -1}, {1, 0}, 2, 1, f), core::Error);   // v
    CHECK_THROWS_AS(straddling(kHalf, 2, {1, -1}, {1, -1}, 2, 1, f), core::Error);  // r = 1
    CHECK_THROWS_AS(straddling(kHalf, 2, {1, -1}, {1, 1}, 1, 0, f), core::Error);
    // A^3 v = -1/8 v; and after four letters the first coordinate is where it is after two.
    CHECK_THROWS_AS(straddling(kHalf, 2, {1, -1}, {1, 1}, 3, 0, f), core::Error);
    CHECK_THROWS_AS(straddling(kHalf, 2, {1, -1}, {1, 1}, 4, 0, f), core::Error);
    core::Format up = f;  // a midpoint is nothing special for it
    up.rounding = core::Rounding::up;
    CHECK_THROWS_AS(straddling(kHalf, 2, {1, -1}, {1, 1}, 2, 1, up), core::Error);
  }
}

TEST_CASE("the cast model: three factors with beta in [0, 1] count", "[theorems][quick]") {
  for (const char* format : {"bf16", "e4m3", "e2m1"}) {
    const core::Format f = core::parse_format(format, "test");
    const auto parity = known_straddling("deltaproduct3_01", Counting::parity, f);
    const auto mod3 = known_straddling("deltaproduct3_01", Counting::mod3, f);
    REQUIRE(parity);
    REQUIRE(mod3);
    for (const core::Model* model : {&*parity, &*mod3}) {
      core::validate(*model);
      for (const auto& factor : std::get<GhProduct>(model->layers[0].table[1].A).factors) {
        CHECK(factor.beta.sign() > 0);
        CHECK(factor.beta <= 1);
      }
    }
    CHECK(counts(*parity, f, 2, 1, 30));
    CHECK(counts(*mod3, f, 3, 0, 30));
    // Angles of a quarter and a sixth of a turn, which two coordinates together show.
    for (const auto& [rho, period] : {std::pair{Rational(1, 40), 4}, {Rational(1, 24), 6}}) {
      const auto model = straddling(three_factors(rho), 3, {1, 2, 2}, {-2, 2, -1},
                                    static_cast<std::size_t>(period), 0, f);
      CHECK(counts(model, f, static_cast<std::size_t>(period), 0, 30));
      CHECK(rays(model, f, "mod:" + std::to_string(period)) == static_cast<std::uint64_t>(period));
    }
    CHECK(rays(*parity, f, "parity") == 2);
    CHECK(rays(*mod3, f, "mod:3") == 3);
    CHECK(rays(*mod3, f, "mod:6") == 0);
  }
  CHECK(!known_straddling("deltaproduct2_01", Counting::parity, core::Format{}));
  CHECK(!known_straddling("deltanet_open", Counting::mod3, core::Format{}));
}

// The characteristic polynomial on the plane, from trace and sum of 2 x 2 minors of the whole
// matrix, whose third eigenvalue is 1; and the positive root for every angle.
TEST_CASE("the cast model: three factors have eigenvalues of every angle", "[theorems][quick]") {
  for (const Rational& rho :
       {Rational(3, 200), Rational(1, 40), Rational(1, 24), Rational(1, 17)}) {
    const auto A = core::to_matrix(three_factors(rho), 3);
    const auto q = [&](std::size_t i, std::size_t j) { return A(i, j).rational(); };
    const Rational trace = q(0, 0) + q(1, 1) + q(2, 2);
    const Rational minors = q(0, 0) * q(1, 1) - q(0, 1) * q(1, 0) + q(0, 0) * q(2, 2) -
                            q(0, 2) * q(2, 0) + q(1, 1) * q(2, 2) - q(1, 2) * q(2, 1);
    const Rational on_plane = trace - 1;
    CHECK(minors - on_plane == rho * rho);
    CHECK(on_plane == Rational(75, 2) * rho * rho - Rational(3, 128));
  }
  CHECK(Rational(75, 2) * Rational(3, 200) * Rational(3, 200) - Rational(3, 128) ==
        -Rational(3, 200));
  for (int degrees = 0; degrees <= 180; ++degrees) {
    const double c = 2 * std::cos(degrees * 3.14159265358979323846 / 180);
    const double rho = (c + std::sqrt(c * c + 225.0 / 64)) / 75;
    CHECK(rho > 0);
    CHECK(128 * rho * rho < 1);
    CHECK(37.5 * rho * rho - 3.0 / 128 == Approx(c * rho).margin(1e-12));
  }
  CHECK_THROWS_AS(three_factors(0), core::Error);
  CHECK_THROWS_AS(three_factors(Rational(1, 11)), core::Error);
}

TEST_CASE("the cast model: verification over rays", "[theorems][verify][quick]") {
  const core::Format f = core::parse_format("bf16", "test");
  // Letter 1 halves what is beside a midpoint, letter 0 turns it around: a sign bit, which never
  // rests although no state recurs. `even` are the words with an even number of letters 0.
  core::Model model = straddling(kHalf, 2, {1, -1}, {1, 1}, 2, 1, f);
  core::Layer& layer = model.layers[0];
  const core::Householder halved{Rational(1, 2), {1, 1}}, turned{2, {1, 1}};
  layer.table = {Transition{GhProduct{{turned}}, {}}, Transition{GhProduct{{halved}}, {}}};
  CHECK(rays(model, f, "regex:1*(01*01*)*") == 0);  // it accepts odd numbers of them
  CHECK(rays(model, f, "regex:1*01*(01*01*)*") == 2);
  // The same beside no midpoint comes to rest: after a 1 everything is cast to one value.
  model.labels = {"reject", "accept"};
  layer.start(0, 0) = 1 + Rational(1, 1024);
  layer.start(1, 0) = -1 + Rational(1, 1024);
  layer.readout.W(1, 0) = 1;
  layer.readout.c = {0, 1};
  CHECK(rays(model, f, "regex:(0|1)*") == 2);
  // Deviations that grow leave every cell.
  layer.table[1] = Transition{core::Diagonal{{2, 2}}, {}};
  CHECK(rays(model, f, "regex:(0|1)*") == 0);
}
