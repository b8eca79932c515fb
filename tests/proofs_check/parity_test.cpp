// Theorems 1 and 2 on networks: hypotheses, lengths, behaviour in other arithmetics, certificates.
// STATEWRIGHT_CHECKER is the path of the independent checker.

#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

#include "automata/compile/compile.hpp"
#include "automata/language/language.hpp"
#include "automata/language/random_dfa.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_canonical.hpp"
#include "core/lrnn/rounded.hpp"
#include "core/lrnn/simulate.hpp"
#include "core/number/round.hpp"
#include "core/text/file.hpp"
#include "proofs_check/theorems/behaviour.hpp"
#include "proofs_check/theorems/cast_length.hpp"
#include "proofs_check/theorems/spectrum_certificate.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using namespace statewright::proofs;
using automata::SplitMix64;
using core::Integer;
using core::Matrix;
using core::Outcome;
using core::Rational;
using core::Real;

namespace {

std::size_t below(SplitMix64& rng, std::size_t bound) {
  return static_cast<std::size_t>(rng() % bound);
}

core::Transition factors(const std::vector<std::pair<Rational, std::vector<Real>>>& list) {
  core::GhProduct product;
  for (const auto& [beta, v] : list) product.factors.push_back({beta, v});
  return {product, {}};
}

core::Transition dense(std::size_t n, const std::vector<Real>& entries) {
  Matrix<Real> a(n, n);
  a.entries() = entries;
  return {core::Dense{a}, {}};
}

core::Layer layer(std::vector<core::Source> reads, std::vector<Real> start,
                  std::vector<core::Transition> table, std::size_t outputs = 2) {
  core::Layer one;
  one.n = start.size();
  one.reads = std::move(reads);
  one.start = Matrix<Real>::column(std::move(start));
  one.table = std::move(table);
  one.readout = {Matrix<Real>(outputs, one.n), std::vector<Real>(outputs)};
  one.readout.W(0, 0) = 1;
  for (std::size_t k = 1; k < outputs; ++k) one.readout.W(k, one.n - 1) = -static_cast<int>(k);
  return one;
}

core::Model network(std::size_t letters, std::vector<core::Layer> layers) {
  core::Model model;
  model.letters = automata::plain_alphabet(letters);
  model.labels = {"even", "odd"};
  model.layers = std::move(layers);
  core::validate(model);
  return model;
}

/// The rank-one letters of DeltaNet with that beta, and the identity.
core::Model delta_net(const Rational& beta) {
  return network(2, {layer({{}}, {1, 0}, {factors({}), factors({{beta, {1, 1}}})})});
}

core::Model three_projections() {
  return network(
      2, {layer({{}}, {1, 1}, {factors({}), factors({{1, {1, 0}}, {1, {1, 1}}, {1, {-1, 2}}})})});
}

core::Semantics cast_to(std::string_view format) {
  return core::parse_semantics("cast:" + std::string(format), "test");
}

std::string checked(const std::string& certificate, const core::Model& model) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("statewright-parity-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  const std::string cert = (folder / "cert").string(), file = (folder / "model.sw").string();
  core::write_file(cert, certificate);
  core::write_file(file, core::write_model_canonical(model));
  FILE* pipe =
      popen(("'" STATEWRIGHT_CHECKER "' '" + cert + "' --model '" + file + "'").c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string text;
  std::array<char, 4096> buffer{};
  for (std::size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    text.append(buffer.data(), n);
  }
  pclose(pipe);
  std::filesystem::remove_all(folder);
  return text;
}

bool is_same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}

/// The first length from which the cast states of the layer stay the same up to `horizon`.
std::size_t observed_rest(const core::Model& model, core::Letter letter, std::size_t index,
                          const core::Semantics& semantics, std::size_t horizon) {
  const core::RoundedModel rounded(model, semantics);
  std::vector<core::RoundedStep> steps = {rounded.start()};
  for (std::size_t t = 0; t < horizon; ++t) steps.push_back(rounded.next(steps.back(), letter));
  std::size_t at = horizon;
  const auto same = [&](std::size_t s, std::size_t t) {
    const auto& a = steps[s].states[index].entries();
    const auto& b = steps[t].states[index].entries();
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (!is_same(a[i], b[i])) return false;
    }
    return true;
  };
  while (at > 0 && same(at - 1, horizon)) --at;
  return at;
}

}  // namespace

TEST_CASE("parity theorem: DeltaNet and three projections", "[theorems][parity]") {
  const auto outcome = [](const core::Model& model, core::Letter a) {
    return parity_theorem(model)[a].outcome();
  };
  CHECK(outcome(delta_net(Rational(1, 2)), 1) == Outcome::proved);
  CHECK(outcome(delta_net(1), 1) == Outcome::proved);
  CHECK(outcome(delta_net(Rational(3, 2)), 1) == Outcome::refuted);
  CHECK(outcome(delta_net(2), 0) == Outcome::proved);

  const core::Model three = three_projections();
  const auto letters = parity_theorem(three);
  REQUIRE(letters[1].outcome() == Outcome::refuted);
  const InputProduct& bad = *letters[1].layers[0].violation();
  CHECK(bad.inputs == std::vector<std::size_t>{1});
  CHECK(*bad.spectrum.verdict.witness()->eigenvalue->exact == Real(Rational(-1, 10)));
  CHECK(letters[0].outcome() == Outcome::proved);
}

TEST_CASE("parity theorem: inputs of constant words", "[theorems][parity]") {
  // Layer 1 reads the symbol of layer 0, the token, and the symbol again.
  const core::Layer first = layer({{}}, {1}, {factors({}), factors({})}, 3);
  std::vector<core::Transition> table(18, factors({}));
  core::Layer second = layer({{0}, {}, {0}}, {1}, table);
  const core::Model model = network(2, {first, second});
  // (symbol, token, symbol) in mixed radix (3, 2, 3): the symbols agree, the token is 1.
  CHECK(inputs_under(model, 1, 1) == std::vector<std::size_t>{3, 10, 17});
  CHECK(inputs_under(model, 1, 0) == std::vector<std::size_t>{0, 7, 14});
  CHECK(inputs_under(model, 0, 1) == std::vector<std::size_t>{1});
}

TEST_CASE("counting theorem: periods are powers of two", "[theorems][counting]") {
  // One layer with the eigenvalue -1 may count modulo 2 and 2 only.
  const auto flip = counting_theorem(delta_net(2));
  REQUIRE(flip[1].period);
  CHECK(*flip[1].period == 2);
  CHECK(flip[1].outcome(3) == Outcome::proved);
  CHECK(flip[1].outcome(4) == Outcome::proved);
  CHECK(flip[1].outcome(2) == Outcome::refuted);
  CHECK(*flip[0].period == 1);

  // A rotation has non-real eigenvalues: the theorem is silent.
  const core::Model turn = network(1, {layer({{}}, {1, 0}, {dense(2, {0, -1, 1, -1})})});
  const auto turned = counting_theorem(turn);
  CHECK(turned[0].outcome(3) == Outcome::refuted);
  CHECK(!turned[0].layers[0].violation()->spectrum.verdict.witness()->eigenvalue->is_real());

  // Two layers, the second with reflections: products of two are rotations by 2 pi / 3
  // (x -> -x and its like by integer matrices of a triangular lattice).
  const core::Transition mirror = dense(2, {0, 1, 1, 0}), other = dense(2, {1, 0, -1, -1});
  const core::Layer clock = layer({{}}, {1}, {factors({{2, {1}}})});
  const core::Model two = network(1, {clock, layer({{0}}, {1, 0}, {mirror, other})});
  const auto theta = counting_theorem(two);
  REQUIRE(theta[0].outcome(3) == Outcome::refuted);
  CHECK(theta[0].layers[1].length == 2);
  CHECK(theta[0].layers[1].violation()->inputs.size() == 2);

  // Below a clock that does not double, the same layer is harmless.
  const core::Layer still = layer({{}}, {1}, {factors({{1, {1}}})});
  const core::Model below_still = network(1, {still, layer({{0}}, {1, 0}, {mirror, other})});
  const auto harmless = counting_theorem(below_still);
  CHECK(harmless[0].outcome(3) == Outcome::proved);
  CHECK(*harmless[0].period == 2);
}

TEST_CASE("counting theorem: a common triangular order settles every length",
          "[theorems][counting]") {
  std::vector<core::Layer> layers;
  layers.push_back(layer({{}}, {1, 0}, {dense(2, {-1, 0, 3, -2})}));
  for (std::size_t i = 1; i < 12; ++i) {
    layers.push_back(
        layer({{i - 1}, {}}, {1, 0}, {dense(2, {-1, 5, 0, 1}), dense(2, {1, 2, 0, -1})}));
  }
  const auto letters = counting_theorem(network(1, layers));
  REQUIRE(letters[0].period);
  CHECK(*letters[0].period == 1U << 12U);
  CHECK(letters[0].layers.back().length == 1U << 11U);
  CHECK(letters[0].layers.back().common_order);
  CHECK(letters[0].outcome(3) == Outcome::proved);
}

TEST_CASE("counting theorem: products too long to be written down", "[theorems][counting]") {
  // Each layer flips whenever the one before has come round: the periods 2, 4, 8, ..
  std::vector<core::Layer> layers = {layer({{}}, {1}, {{core::Diagonal{{-1}}, {}}})};
  for (std::size_t i = 1; i < 38; ++i) {
    layers.push_back(
        layer({{i - 1}}, {1}, {{core::Diagonal{{1}}, {}}, {core::Diagonal{{-1}}, {}}}));
  }
  const auto letters = counting_theorem(network(1, layers));
  REQUIRE(letters[0].period);
  CHECK(*letters[0].period == std::uint64_t{1} << 38U);
  CHECK(letters[0].outcome(3) == Outcome::proved);
  CHECK(letters[0].outcome(std::uint64_t{1} << 39U) == Outcome::proved);
  CHECK(letters[0].outcome(4) == Outcome::refuted);
}

TEST_CASE("counting theorem: limits give no answer, never a wrong one", "[theorems][counting]") {
  const core::Layer clock = layer({{}}, {1}, {factors({{2, {1}}})});
  const core::Layer keys = layer(
      {{0}}, {1, 0}, {factors({{Rational(1, 3), {1, 2}}}), factors({{Rational(1, 5), {3, 1}}})});
  std::vector<core::Layer> layers = {clock, keys};
  core::Limits limits;
  limits.max_states = 2;
  const auto letters = counting_theorem(network(1, layers), limits);
  CHECK(letters[0].outcome(3) == Outcome::unknown);
  REQUIRE(letters[0].layers.back().unknown);
  CHECK(letters[0].layers.back().unknown->hit.raise == "--max-states");
  CHECK(counting_theorem(network(1, layers))[0].outcome(3) == Outcome::proved);
}

TEST_CASE("exponential sums: tails and limits", "[theorems][parity]") {
  // 3 2^k - 1000: negative until k = 8, then positive.
  std::vector<Rational> terms;
  for (int k = 0; k < 8; ++k) terms.push_back(Rational(3) * Rational(Integer(1) << k) - 1000);
  const ExponentialSum growing(terms);
  CHECK(growing.order() == 2);
  const auto tail = growing.tail();
  REQUIRE(tail);
  CHECK(tail->sign == 1);
  CHECK(tail->from == 9);  // where 3 2^k > 1000
  CHECK(!growing.limit());

  // 7/2 + k 2^-k with a first term that belongs to nothing: a root 0 and a double root 1/2.
  terms.clear();
  for (int k = 0; k < 10; ++k) {
    terms.push_back(Rational(7, 2) + Rational(k) / Rational(Integer(1) << k) + (k == 0 ? 5 : 0));
  }
  const ExponentialSum falling(terms);
  CHECK(falling.shift() == 1);
  CHECK(falling.order() == 3);
  REQUIRE(falling.limit());
  CHECK(*falling.limit() == Rational(7, 2));
  const auto steps = falling.differences().tail();
  REQUIRE(steps);
  CHECK(steps->sign == -1);
  CHECK(steps->from >= 2);  // u_1 = u_2

  // Roots closer to 1 than the first enclosures can tell: one grows without end, one falls to 0.
  for (const int side : {1, -1}) {
    const Rational root = 1 + Rational(side, Integer(1) << 300);
    std::vector<Rational> slow = {1};
    for (int k = 1; k < 6; ++k) slow.push_back(slow.back() * root);
    const ExponentialSum near_one(std::move(slow));
    REQUIRE(near_one.limit().has_value() == (side < 0));
    if (side < 0) CHECK(*near_one.limit() == 0);
  }

  // Fibonacci-like with the root -0.618: refused, since signs alternate.
  CHECK_THROWS_AS(ExponentialSum({1, 1, 2, 3, 5, 8}), std::invalid_argument);
  const ExponentialSum zero(std::vector<Rational>(6));
  CHECK(zero.is_zero());
  CHECK(zero.tail()->sign == 0);

  // Far terms are enclosed: (1/3)^k + (2/3)^k at k = 1000, beside the exact value.
  terms.clear();
  for (int k = 0; k < 6; ++k) {
    terms.push_back((1 + Rational(Integer(1) << k)) /
                    Rational(pow(Integer(3), static_cast<unsigned>(k))));
  }
  const Interval far = ExponentialSum(terms).at(1000, 64);
  const Rational exact = (1 + Rational(Integer(1) << 1000)) / Rational(pow(Integer(3), 1000));
  CHECK(far.lower <= exact);
  CHECK(exact <= far.upper);
  CHECK((far.upper - far.lower) * Rational(Integer(1) << 60) < exact);
}

TEST_CASE("cast tails: against the sequence itself", "[theorems][parity]") {
  // c + d lambda^k (+ e k lambda^k) for many c at and near boundaries of small formats.
  for (const char* name : {"e4m3", "e5m2", "bf16", "fp16/rz", "e4m3/rd", "e2m1/ru", "fixed:i=3,f=4",
                           "float:e=4,m=3,ftz", "e5m2/ro", "e5m2/rna"}) {
    const core::Format format = core::parse_format(name, "test");
    const std::uint64_t seed = 5;
    SplitMix64 rng(seed);
    for (int round = 0; round < 40; ++round) {
      CAPTURE(name, seed, round);
      const Rational c(static_cast<int>(below(rng, 65)) - 32, round % 2 == 0 ? 16 : 1);
      const Rational d(static_cast<int>(below(rng, 9)) - 4, 1 + static_cast<int>(below(rng, 3)));
      const Rational e =
          round % 5 == 0 ? Rational(static_cast<int>(below(rng, 5)) - 2) : Rational(0);
      const Rational lambda(static_cast<int>(below(rng, 7)), round % 7 == 0 ? 4 : 8);
      std::vector<Rational> u;
      Rational power = 1;
      for (int k = 0; k < 80; ++k) {
        u.push_back(c + (d + e * k) * power);
        power *= lambda;
      }
      const ExponentialSum sum(std::vector<Rational>(u.begin(), u.begin() + 10));
      const auto tail = cast_tail(sum, format);
      REQUIRE(tail);
      // Formats of at least 2^-24 granularity near 0: 80 letters may not be enough for bf16.
      const auto from = tail->from.convert_to<std::uint64_t>();
      for (std::uint64_t k = from; k < u.size(); ++k) {
        REQUIRE(is_same(core::round_exact(u[static_cast<std::size_t>(k)], format), tail->value));
      }
      // It is the limit's cell: with nothing to converge the value is that of c.
      if (d == 0 && e == 0) REQUIRE(is_same(tail->value, core::round_exact(c, format)));
    }
  }
}

TEST_CASE("cast lengths: equal to those that long runs show", "[theorems][parity]") {
  const std::uint64_t seed = 11;
  SplitMix64 rng(seed);
  std::size_t with_sum = 0, deep = 0, saturated = 0;
  for (int round = 0; round < 36; ++round) {
    CAPTURE(seed, round);
    const auto number = [&] {
      return Rational(static_cast<int>(below(rng, 17)) - 8, 1 << below(rng, 4));
    };
    const auto letter = [&](bool sum) {
      core::Transition t;
      switch (below(rng, 3)) {
        case 0:
          t = factors({{Rational(static_cast<int>(below(rng, 9)), 8), {1, 2}}});
          break;
        case 1:
          t = {core::Diagonal{{Rational(static_cast<int>(below(rng, 6)), 4), Rational(1, 2)}}, {}};
          break;
        default:
          t = dense(2, {Rational(3, 4), Rational(1, 4), Rational(-1, 4), Rational(1, 4)});
      }
      if (sum) t.B = Matrix<Real>::column({number(), number()});
      return t;
    };
    const bool sum = below(rng, 2) == 0;
    with_sum += sum ? 1 : 0;
    std::vector<core::Layer> layers = {layer({{}}, {number(), number()}, {letter(sum)})};
    if (round % 3 == 0) {
      ++deep;
      layers.push_back(layer({{0}, {}}, {number(), number()}, {letter(sum), letter(!sum)}));
    }
    const core::Model model = network(1, layers);
    REQUIRE(parity_theorem(model)[0].outcome() == Outcome::proved);
    const char* name = round % 2 == 0 ? "e4m3" : "e5m2";
    const core::Semantics semantics = cast_to(name);
    const auto rests = cast_rest(model, 0, semantics.state);
    REQUIRE(rests.size() == layers.size());
    for (const CastRest& rest : rests) {
      if (!rest.from) {
        REQUIRE(!rest.missing.empty());
        continue;
      }
      const auto from = rest.from->convert_to<std::size_t>();
      constexpr std::size_t kHorizon = 72;
      if (from >= kHorizon) continue;
      if (!rest.least) {  // not replayed: an upper bound
        REQUIRE(observed_rest(model, 0, rest.layer, semantics, kHorizon) <= from);
        continue;
      }
      REQUIRE(observed_rest(model, 0, rest.layer, semantics, kHorizon) == from);
      saturated += from > 20 ? 1 : 0;
    }
  }
  CHECK(with_sum > 8);
  CHECK(deep > 8);
  CHECK(saturated > 1);
}

TEST_CASE("cast lengths: far ones are found without walking there", "[theorems][parity]") {
  // 0.999^k in fp32 is 0 from the k on where 0.999^k <= 2^-150; the sum of 1s saturates bf16 late.
  const core::Model slow =
      network(1, {layer({{}}, {1}, {{core::Diagonal{{Rational(999, 1000)}}, {}}})});
  const auto slow_rest = cast_rest(slow, 0, core::parse_format("fp32", "test"));
  REQUIRE(slow_rest[0].from);
  const double expected = std::ceil(150 * std::log(2.0) / -std::log(0.999));
  CHECK(slow_rest[0].from->convert_to<double>() == expected);

  core::Transition counting{core::Diagonal{{1}}, Matrix<Real>::column({1})};
  const core::Model counter = network(1, {layer({{}}, {0}, {counting})});
  const auto far = cast_rest(counter, 0, core::parse_format("bf16", "test"));
  REQUIRE(far[0].from);
  // overflow to infinity from (2 - 2^-8) 2^127 on
  CHECK(*far[0].from == (Integer(511) << 119));

  // Two coordinates whose sums both grow: each by its own summands, 1 and (2 - 2^-j) cast, of which
  // the first is there later.
  core::Transition feeding = dense(2, {1, 0, 1, Rational(1, 2)});
  feeding.B = Matrix<Real>::column({1, 1});
  const core::Model fed = network(1, {layer({{}}, {0, 0}, {feeding})});
  const auto fed_rest = cast_rest(fed, 0, core::parse_format("bf16", "test"));
  REQUIRE(fed_rest[0].from);
  CHECK(*fed_rest[0].from == (Integer(511) << 119));

  // The least number in fp64, added until nothing is larger: 2^1024 - 2^970 over 2^-1074 of them.
  core::Transition least{core::Diagonal{{1}},
                         Matrix<Real>::column({Rational(1, Integer(1) << 1074)})};
  const core::Model longest = network(1, {layer({{}}, {0}, {least})});
  const auto longest_rest = cast_rest(longest, 0, core::parse_format("fp64", "test"));
  REQUIRE(longest_rest[0].from);
  CHECK(*longest_rest[0].from == (Integer(1) << 2098) - (Integer(1) << 2044));
}

TEST_CASE("behaviour: theorems for rounded recurrences", "[theorems][parity]") {
  const auto theorem = [](const core::Model& model, core::Letter letter, const char* arithmetic) {
    return rounding_theorem(model, letter, core::parse_semantics(arithmetic, "test"));
  };
  const core::Model gates =
      network(1, {layer({{}}, {1, 1}, {{core::Diagonal{{Rational(1, 2), 1}}, {}}})});
  CHECK(theorem(gates, 0, "bf16")->coq == "Statewright.DiagFloat.dnet_no_parity");
  CHECK(theorem(gates, 0, "once:bf16")->coq == "Statewright.DiagFloat.dnet_no_parity");
  CHECK(!theorem(gates, 0, "fixed:i=3,f=4,wrap"));
  CHECK(!theorem(gates, 0, "chunk:bf16"));
  CHECK(theorem(delta_net(Rational(1, 2)), 1, "once:bf16")->coq ==
        "Statewright.OverflowRound.once_evconst");
  CHECK(!theorem(delta_net(Rational(1, 2)), 1, "bf16"));
  CHECK(!theorem(delta_net(2), 1, "once:bf16"));
  CHECK(!theorem(network(1, {layer({{}}, {1}, {{core::Diagonal{{-1}}, {}}})}), 0, "bf16"));
}

TEST_CASE("behaviour: cycles on constant words", "[theorems][parity]") {
  const core::Semantics bf16 = core::parse_semantics("bf16", "test");
  const LetterBehaviour flip = behaviour_on(delta_net(2), 1, bf16);
  CHECK(flip.preperiod == 0);
  CHECK(flip.period == 2);
  const LetterBehaviour rest = behaviour_on(delta_net(2), 0, bf16);
  CHECK(rest.at_rest());
  CHECK(*rest.output_period == 1);
  REQUIRE_THROWS_AS(behaviour_on(delta_net(2), 1, core::Semantics{}), core::Error);

  // Wherever the theorem for rounded recurrences applies, states are seen to come to rest; and the
  // cycle is that of the specification, state by state.
  const std::uint64_t seed = 23;
  SplitMix64 rng(seed);
  for (int round = 0; round < 40; ++round) {
    CAPTURE(seed, round);
    const Rational beta(static_cast<int>(below(rng, 17)), 8);
    const std::vector<Real> key = {1 + static_cast<int>(below(rng, 4)),
                                   static_cast<int>(below(rng, 4)) - 1};
    core::Transition t = factors({{beta, key}});
    t.B = Matrix<Real>::column({Rational(1, 3), Rational(static_cast<int>(below(rng, 7)), 5)});
    const core::Model model = network(1, {layer({{}}, {1, -1}, {t})});
    for (const char* name : {"once:e4m3", "e4m3", "once:e5m2/rz", "chunk:e4m3,C=2"}) {
      const core::Semantics semantics = core::parse_semantics(name, "test");
      const LetterBehaviour found = behaviour_on(model, 0, semantics);
      REQUIRE(!found.unknown);
      if (found.theorem) REQUIRE(found.at_rest());
      const core::RoundedModel rounded(model, semantics);
      std::vector<core::RoundedStep> steps = {rounded.start()};
      while (steps.size() <= found.preperiod + 2 * found.period) {
        steps.push_back(rounded.next(steps.back(), 0));
      }
      const auto at = static_cast<std::size_t>(found.preperiod);
      const auto period = static_cast<std::size_t>(found.period);
      REQUIRE(rounded.key(steps[at]) == rounded.key(steps[at + period]));
      if (at > 0) REQUIRE(rounded.key(steps[at - 1]) != rounded.key(steps[at - 1 + period]));
      const auto first = static_cast<std::size_t>(*found.output_preperiod);
      for (std::size_t k = first; k + *found.output_period < steps.size(); ++k) {
        REQUIRE(steps[k].output ==
                steps[k + static_cast<std::size_t>(*found.output_period)].output);
      }
      if (first > 0) {
        REQUIRE(steps[first - 1].output !=
                steps[first - 1 + static_cast<std::size_t>(*found.output_period)].output);
      }
    }
  }
}

TEST_CASE("behaviour: a network over one letter reads what it reads", "[theorems][parity]") {
  const core::Model model = automata::compile(automata::load_language("tomita:7"));
  for (core::Letter a = 0; a < model.letters.size(); ++a) {
    const core::Model unary = unary_model(model, a);
    core::validate(unary);
    core::Word word, ones;
    for (int k = 0; k < 12; ++k) {
      CHECK(core::run(model, word) == core::run(unary, ones));
      word.push_back(a);
      ones.push_back(0);
    }
  }
}

namespace {

/// The first layer that has a product which is not as needed.
template <class Letters>
const LayerSpectra* violating_layer(const Letters& letters) {
  for (const auto& one : letters) {
    for (const LayerSpectra& layer : one.layers) {
      if (layer.violation() != nullptr) return &layer;
    }
  }
  return nullptr;
}

}  // namespace

TEST_CASE("spectrum certificates: accepted by the independent checker", "[theorems][parity]") {
  const auto starts = [](const std::string& text, const std::string& head) {
    INFO(text);
    return text.compare(0, head.size(), head) == 0;
  };
  const core::Model half = delta_net(Rational(1, 2)), flip = delta_net(2);
  CHECK(starts(checked(write_no_parity_certificate(half, parity_theorem(half)), half),
               "VERIFIED no-parity\n"));
  // Only the letter that the theorem is about is in the certificate.
  const std::string partial =
      checked(write_no_parity_certificate(flip, parity_theorem(flip)), flip);
  CHECK(starts(partial, "VERIFIED no-parity\nfor every letter a of { a } "));
  CHECK(starts(checked(write_no_counting_certificate(flip, counting_theorem(flip), 3), flip),
               "VERIFIED no-counting\n"));
  const core::Model turn = network(1, {layer({{}}, {1, 0}, {dense(2, {0, -1, 1, -1})})});
  CHECK_THROWS_AS(write_no_parity_certificate(turn, parity_theorem(turn)), core::Error);

  // What forbids nothing has an eigenvalue to show.
  const auto flipped = parity_theorem(flip);
  const auto turned = counting_theorem(turn);
  CHECK(
      starts(checked(write_eigenvalue_certificate(flip, *violating_layer(flipped)), flip),
             "VERIFIED eigenvalue\nthe product of the matrices of the inputs { 1 } of layer 0, the "
             "first applied first, has an eigenvalue that is not a real number >= 0\n"));
  CHECK(
      starts(checked(write_eigenvalue_certificate(turn, *violating_layer(turned)), turn),
             "VERIFIED eigenvalue\nthe product of the matrices of the inputs { 0 } of layer 0, the "
             "first applied first, has an eigenvalue that is not real\n"));
  // Eigenvalues 200 and -2: the vector is about this matrix, not about half of it or its
  // numerators.
  for (const auto& [entries, claim] : std::vector<std::pair<std::vector<Real>, std::string>>{
           {{198, 200, 2, 0}, "200 and -2"},
           {{Rational(99, 7), Rational(100, 7), Rational(1, 7), 0}, "100/7 and -1/7"}}) {
    CAPTURE(claim);
    const core::Model scaled = network(1, {layer({{}}, {1, 0}, {dense(2, entries)})});
    const auto refuted = parity_theorem(scaled);
    CHECK(starts(checked(write_eigenvalue_certificate(scaled, *violating_layer(refuted)), scaled),
                 "VERIFIED"));
  }

  // Random matrices with spectra of every kind, in stacks.
  const std::uint64_t seed = 31;
  SplitMix64 rng(seed);
  std::size_t parity = 0, counting = 0, eigenvalues = 0;
  for (int round = 0; round < 40; ++round) {
    CAPTURE(seed, round);
    const auto transition = [&](std::size_t n) {
      if (below(rng, 4) == 0) {
        std::vector<Real> v(n, 1);
        return factors({{Rational(static_cast<int>(below(rng, 5)), 4), v}});
      }
      std::vector<Real> entries(n * n);
      for (std::size_t i = 0; i < n * n; ++i) {
        const bool diagonal = i % (n + 1) == 0;
        entries[i] = diagonal ? Rational(static_cast<int>(below(rng, 6)) - 1, 2)
                              : Rational(static_cast<int>(below(rng, 3)) - 1, 3);
      }
      return dense(n, entries);
    };
    const std::size_t n = 1 + below(rng, 3);
    std::vector<core::Layer> layers = {
        layer({{}}, std::vector<Real>(n, 1), {transition(n), transition(n)})};
    layers.push_back(
        layer({{0}, {}}, {1, 0}, {transition(2), transition(2), transition(2), transition(2)}));
    const core::Model model = network(2, layers);
    const auto one = parity_theorem(model);
    const auto proved = [](const auto& outcomes, const auto& outcome) {
      return std::any_of(outcomes.begin(), outcomes.end(), outcome);
    };
    if (proved(one, [](const LetterParity& l) { return l.outcome() == Outcome::proved; })) {
      ++parity;
      REQUIRE(starts(checked(write_no_parity_certificate(model, one), model), "VERIFIED"));
    }
    const auto two = counting_theorem(model);
    for (const LayerSpectra* layer : {violating_layer(one), violating_layer(two)}) {
      if (layer == nullptr) continue;
      ++eigenvalues;
      REQUIRE(starts(checked(write_eigenvalue_certificate(model, *layer), model), "VERIFIED"));
    }
    if (proved(two, [](const LetterCounting& l) { return l.outcome(3) == Outcome::proved; })) {
      ++counting;
      REQUIRE(starts(checked(write_no_counting_certificate(model, two, 3), model), "VERIFIED"));
    }
  }
  CHECK(parity > 5);
  CHECK(counting > parity);
  CHECK(eigenvalues > 20);
}
