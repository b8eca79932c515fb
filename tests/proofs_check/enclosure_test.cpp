#include "proofs_check/bounds/enclosure.hpp"

#include <cmath>

#include "automata/language/language.hpp"
#include "core/number/cyclotomic.hpp"
#include "proofs_check/bounds/bounds.hpp"
#include "proofs_check/bounds/state_set.hpp"
#include "proofs_check/verify/verify.hpp"
#include "tests/catch.hpp"
#include "tests/proofs_check/random_networks.hpp"
#include "tests/proofs_check/sample_automata.hpp"

using namespace statewright;
using namespace statewright::proofs;
using core::Matrix;
using core::Model;
using core::parse_semantics;
using core::Rational;
using core::Real;
using core::Semantics;

namespace {

constexpr const char* kArithmetics[] = {"e4m3",
                                        "e5m2",
                                        "bf16",
                                        "e3m2",
                                        "once:e4m3",
                                        "once:float:e=5,m=4,ftz",
                                        "cast:e3m2",
                                        "float:e=5,m=4/rz",
                                        "mixed:state=e4m3,io=bf16,acc=fp16,readout=exact",
                                        "mixed:state=bf16,io=e4m3,acc=fp16",
                                        "fixed:i=4,f=5",
                                        "fixed:i=3,f=4/rd",
                                        "e5m2/ru"};

/// h <- h/3 +- 1: the last letter is the sign of h, and the exact states never close.
Model last_letter() {
  Model model{core::Alphabet({"a", "b"}), {"a", "b"}, {}, {}};
  core::Layer layer;
  layer.n = 1;
  layer.reads = {core::Source{}};
  layer.start = Matrix<Real>::column({-1});
  for (const int sign : {-1, 1}) {
    Matrix<Real> third(1, 1);
    third(0, 0) = Rational(1, 3);
    layer.table.push_back({core::Dense{third}, Matrix<Real>::column({sign})});
  }
  layer.readout = samples::readout(2, 1, {-1, 1});
  model.layers = {layer};
  return model;
}

automata::Dfa last_letter_dfa() {
  automata::Dfa dfa;
  dfa.letters = core::Alphabet({"a", "b"});
  dfa.labels = {"a", "b"};
  dfa.next = {0, 1, 0, 1};
  dfa.output = {0, 1};
  return dfa;
}

/// A turn by 2 atan(8/11) = 72.055.. degrees at each 1, rational and of infinite order, read out as
/// one of five sectors.
Model nearly_a_fifth() {
  Model model{core::Alphabet({"0", "1"}), {"0", "1", "2", "3", "4"}, {}, {}};
  core::Layer layer;
  layer.n = 2;
  layer.reads = {core::Source{}};
  layer.start = Matrix<Real>::column({1, 0});
  Matrix<Real> turn(2, 2);
  turn(0, 0) = turn(1, 1) = Rational(57, 185);
  turn(1, 0) = Rational(176, 185);
  turn(0, 1) = Rational(-176, 185);
  layer.table = {{core::Dense{Matrix<Real>::identity(2)}, {}}, {core::Dense{turn}, {}}};
  layer.readout = {Matrix<Real>(5, 2), std::vector<Real>(5)};
  for (std::uint32_t k = 0; k < 5; ++k) {
    layer.readout.W(k, 0) = core::Cyclotomic::cosine(k, 5);
    layer.readout.W(k, 1) = core::Cyclotomic::sine(k, 5);
  }
  model.layers = {layer};
  return model;
}

/// Counts letters 1 modulo 5.
automata::Dfa modulo_five() {
  automata::Dfa dfa;
  dfa.letters = core::Alphabet({"0", "1"});
  dfa.labels = {"0", "1", "2", "3", "4"};
  dfa.next = {0, 1, 1, 2, 2, 3, 3, 4, 4, 0};
  dfa.output = {0, 1, 2, 3, 4};
  return dfa;
}

/// The tree of all words of at most `depth` letters, each with the exact network's label; its
/// leaves lead to themselves. For networks with infinitely many states.
automata::Dfa first_letters(const Model& model, std::size_t depth) {
  automata::Dfa dfa;
  dfa.letters = model.letters;
  dfa.labels = model.labels;
  std::vector<core::Step> steps = {core::initial_step(model)};
  std::vector<std::size_t> depths = {0};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    dfa.output.push_back(steps[i].output);
    for (core::Letter a = 0; a < model.letters.size(); ++a) {
      const bool leaf = depths[i] == depth;
      dfa.next.push_back(static_cast<automata::State>(leaf ? i : steps.size()));
      if (leaf) continue;
      steps.push_back(core::next_step(model, steps[i], a));
      depths.push_back(depths[i] + 1);
    }
  }
  return dfa;
}

Rational exact(double x) { return core::exact_value(x); }

bool holds(const StateSet& set, const Matrix<double>& state) {
  Rational square = 0;
  for (std::size_t e = 0; e < set.box.size(); ++e) {
    const double h = state.entries()[e];
    if (!(set.box[e].low <= h && h <= set.box[e].high)) return false;
    const Rational off = exact(h) - exact(set.centre[e]);
    square += off * off;
  }
  return square <= exact(set.radius) * exact(set.radius);
}

}  // namespace

TEST_CASE(
    "enclosure: rounded steps and symbols of states in a set stay in the set that it leads to",
    "[proofs][oracle][fuzz][quick]") {
  std::size_t checked = 0, decided = 0, several = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    automata::SplitMix64 random(seed);
    Model model = samples::random_model(random);
    model.layers.resize(1);
    const Semantics semantics =
        parse_semantics(kArithmetics[random() % std::size(kArithmetics)], "test");
    if (semantics.kind == Semantics::Kind::cast) continue;  // its sets are of exact states
    CAPTURE(seed, semantics.id());
    const core::RoundedModel rounded(model, semantics);
    SetLayer layer(model.layers[0], semantics);
    std::string why;
    const auto start = layer.start(why);
    REQUIRE(start);
    REQUIRE(holds(*start, rounded.start().states[0]));
    REQUIRE(start->is_point());
    // A hull of states of the format around the start.
    std::vector<core::RoundedStep> near;
    StateSet set = *start;
    for (int i = 0; i < 5; ++i) {
      core::RoundedStep one = rounded.start();
      for (double& h : one.states[0].entries()) {
        if (i == 0) break;
        h += std::ldexp(static_cast<double>(random() % 257) - 128, -8 - static_cast<int>(seed % 3));
        h = core::round_exact(h, semantics.state);
      }
      StateSet point;
      for (const double h : one.states[0].entries()) point.box.push_back({h, h});
      point.centre = one.states[0].entries();
      const StateSet both = hull(set, point);
      REQUIRE(contains(both, set));
      REQUIRE(contains(both, point));
      set = both;
      near.push_back(std::move(one));
    }
    for (core::Letter a = 0; a < 2; ++a) {
      const auto next = layer.step(set, a, why);
      if (!next) continue;
      const auto symbols = layer.emitted(*next, why);
      REQUIRE(symbols);
      several += symbols->size() > 1;
      decided += symbols->size() == 1;
      for (const core::RoundedStep& one : near) {
        REQUIRE(holds(set, one.states[0]));
        const core::RoundedStep after = rounded.next(one, a);
        REQUIRE(holds(*next, after.states[0]));
        REQUIRE(std::count(symbols->begin(), symbols->end(), after.emitted[0]) == 1);
        ++checked;
      }
    }
  }
  CHECK(checked > 1500);
  CHECK(decided > 50);
  CHECK(several > 50);
}

TEST_CASE("enclosure: a horizon is never beyond a wrong word", "[proofs][oracle][fuzz][quick]") {
  std::size_t open = 0, every = 0, some = 0, wrong_later = 0, deep = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    automata::SplitMix64 random(seed);
    const Model model = samples::random_model(random);
    auto dfa = samples::automaton_of(model, 30);
    open += !dfa;
    if (!dfa) dfa = first_letters(model, 4);
    for (int i = 0; i < 3; ++i) {
      const Semantics semantics =
          parse_semantics(kArithmetics[random() % std::size(kArithmetics)], "test");
      CAPTURE(seed, semantics.id());
      const APriori bound = certify_by_enclosure(model, *dfa, semantics);
      REQUIRE(bound.method == Method::enclosure);
      bool closed = false;
      const auto wrong = samples::shortest_wrong(model, *dfa, semantics, 400, closed);
      if (!bound.certified) {
        REQUIRE_FALSE(bound.why.empty());
        continue;
      }
      every += bound.certified->every_length;
      some += !bound.certified->every_length;
      if (!wrong) continue;
      REQUIRE_FALSE(bound.certified->every_length);
      REQUIRE(bound.certified->letters < *wrong);
      wrong_later += bound.certified->letters > 0;
      deep += bound.certified->letters + 1 == *wrong;  // nothing was lost
    }
  }
  CHECK(open > 50);
  CHECK(every > 40);
  CHECK(some > 100);
  CHECK(wrong_later > 20);
  CHECK(deep > 20);
}

TEST_CASE("enclosure: a contraction whose exact states never close is right for ever",
          "[proofs][quick]") {
  const Model model = last_letter();
  const automata::Dfa dfa = last_letter_dfa();
  BoundsOptions options;
  options.limits.max_states = 2000;
  options.random_length = options.adversarial_length = 100;
  const auto rows = bounds(
      model, dfa, core::parse_semantics_list("exact,bf16,e4m3,once:e5m2,fp16/ru", "test"), options);
  REQUIRE(rows.size() == 5);
  for (const Horizon& row : rows) {
    CAPTURE(row.semantics.id());
    CHECK_THAT(row.certified_why, Catch::Contains("not seen to close"));
    CHECK(row.certified_by == Method::enclosure);
    REQUIRE(row.certified);
    CHECK(row.certified->every_length);
    // The search agrees wherever it ends; exact states are infinitely many.
    CHECK(row.outcome != core::Outcome::refuted);
    if (row.semantics.id() == "e4m3") CHECK(row.outcome == core::Outcome::proved);
    if (row.semantics.id() == "exact") CHECK(row.outcome == core::Outcome::unknown);
  }
  // In two bits h/3 can round far enough to lose the sign; nothing must be claimed for ever.
  const Semantics coarse = parse_semantics("e2m1", "test");
  bool closed = false;
  const auto wrong = samples::shortest_wrong(model, dfa, coarse, 400, closed);
  const APriori bound = certify_by_enclosure(model, dfa, coarse);
  REQUIRE(bound.certified);
  if (wrong) CHECK_FALSE(bound.certified->every_length);
  // A slow one needs bounds that are moved ahead: |h| < 1000 for ever, 3000 is never reached.
  Model slow = last_letter();
  for (core::Transition& transition : slow.layers[0].table) {
    std::get<core::Dense>(transition.A).matrix(0, 0) = Rational(999, 1000);
  }
  slow.layers[0].readout = samples::readout(2, 1, {0, 1}, {3000, 0});
  automata::Dfa never;
  never.letters = slow.letters;
  never.labels = slow.labels;
  never.next = {0, 0};
  never.output = {0};
  for (const char* arithmetic : {"exact", "fp32"}) {
    const APriori found = certify_by_enclosure(slow, never, parse_semantics(arithmetic, "test"));
    REQUIRE(found.certified);
    CHECK(found.certified->every_length);
  }
  // 900 is reached: ln(10) / ln(1000/999) = 2301.4, so 2302 letters b are the first to be above.
  slow.layers[0].start = Matrix<Real>::column({0});
  slow.layers[0].readout = samples::readout(2, 1, {0, 1}, {900, 0});
  const APriori reached = certify_by_enclosure(slow, never, parse_semantics("exact", "test"));
  REQUIRE(reached.certified);
  CHECK_FALSE(reached.certified->every_length);
  CHECK(reached.certified->letters == 2301);
}

TEST_CASE("enclosure: a rotation of infinite order is followed until it leaves the language",
          "[proofs][quick]") {
  const Model model = nearly_a_fifth();
  const automata::Dfa dfa = modulo_five();
  // k turns are wrong once k (2 atan(8/11) - 2 pi/5) exceeds pi/5: k = 650.
  const double pi = std::acos(-1.0);
  const double drift = 2 * std::atan(8.0 / 11) - 2 * pi / 5;
  const auto wrong = static_cast<std::uint64_t>(std::ceil(pi / 5 / drift));
  const std::vector<core::Letter> ones(wrong, 1);
  REQUIRE(core::simulate(model, ones).back().output != wrong % 5);
  for (const char* arithmetic : {"exact", "fp64", "fp32"}) {
    CAPTURE(arithmetic);
    const APriori bound = certify_by_enclosure(model, dfa, parse_semantics(arithmetic, "test"));
    REQUIRE(bound.certified);
    CHECK_FALSE(bound.certified->every_length);
    CHECK(bound.certified->letters > wrong / 2);
    CHECK(bound.certified->letters < wrong);
  }
  for (const char* arithmetic : {"bf16", "fp16", "once:bf16", "cast:fp16"}) {
    CAPTURE(arithmetic);
    const Semantics semantics = parse_semantics(arithmetic, "test");
    const APriori bound = certify_by_enclosure(model, dfa, semantics);
    REQUIRE(bound.certified);
    CHECK_FALSE(bound.certified->every_length);
    CHECK(bound.certified->letters >= 20);
    const core::RoundedModel rounded(model, semantics);
    core::RoundedStep step = rounded.start();
    for (std::uint64_t t = 0; t <= bound.certified->letters; ++t) {
      REQUIRE(step.output == t % 5);
      step = rounded.next(step, 1);
    }
  }
}

TEST_CASE("enclosure: layers above follow every symbol that a layer below may emit",
          "[proofs][quick]") {
  // Below, the last letter as the sign of h <- h/3 +- 1; above, a flip at each b.
  Model model = last_letter();
  model.labels = {"even", "odd"};
  core::Layer upper = samples::parity().layers[0];
  upper.reads = {core::Source{0}};
  model.layers.push_back(upper);
  automata::Dfa parity;
  parity.letters = model.letters;
  parity.labels = model.labels;
  parity.next = {0, 1, 1, 0};
  parity.output = {0, 1};
  for (const char* arithmetic : {"exact", "bf16", "e4m3", "once:fp16"}) {
    CAPTURE(arithmetic);
    const APriori bound = certify_by_enclosure(model, parity, parse_semantics(arithmetic, "test"));
    REQUIRE(bound.certified);
    CHECK(bound.certified->every_length);
  }
  // Below, the sign of h <- h/2 +- 1 is undecided at 0 = start/2 - 1, but above nobody cares.
  Model blind = model;
  blind.layers[0].start = Matrix<Real>::column({2});
  for (core::Transition& transition : blind.layers[0].table) {
    std::get<core::Dense>(transition.A).matrix(0, 0) = Rational(1, 2);
  }
  blind.layers[1].table[1] = blind.layers[1].table[0];
  automata::Dfa even = parity;
  even.output = {0, 0};
  for (const char* arithmetic : {"exact", "bf16"}) {
    const APriori bound = certify_by_enclosure(blind, even, parse_semantics(arithmetic, "test"));
    REQUIRE(bound.certified);
    CHECK(bound.certified->every_length);
  }
  // If it does care, no claim: a random walk of signs is not the language.
  blind.layers[1].table = model.layers[1].table;
  const APriori bound = certify_by_enclosure(blind, parity, parse_semantics("bf16", "test"));
  CHECK((!bound.certified || !bound.certified->every_length));
}

TEST_CASE("enclosure: what has no bound says so", "[proofs][quick]") {
  const auto why = [](const char* arithmetic) {
    const APriori bound =
        certify_by_enclosure(last_letter(), last_letter_dfa(), parse_semantics(arithmetic, "test"));
    CHECK_FALSE(bound.certified);
    return bound.why;
  };
  CHECK_THAT(why("chunk:bf16,C=4"), Catch::Contains("order of evaluation"));
  CHECK_THAT(why("mixed:state=fp32,io=bf16,acc=hopper"), Catch::Contains("tensor cores"));
  CHECK_THAT(why("cast:bf16"), Catch::Contains("added terms"));
  automata::Dfa wrong = last_letter_dfa();
  wrong.output = {1, 0};
  const APriori bound = certify_by_enclosure(last_letter(), wrong, parse_semantics("bf16", "test"));
  CHECK_THAT(bound.why, Catch::Contains("start state"));
  core::Limits limits;
  limits.deadline = std::chrono::steady_clock::now();
  const APriori hurried = certify_by_enclosure(last_letter(), last_letter_dfa(),
                                               parse_semantics("bf16", "test"), limits);
  REQUIRE(hurried.certified);
  CHECK(hurried.certified == Certified{false, 0});
}
