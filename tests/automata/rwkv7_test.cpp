// RWKV-7 with c = 2: what has the form of one of its steps, clocks of reflections, and networks for
// all small automata and many named languages, proved for words of every length, with every
// transition of every layer in that form.

#include "automata/compile/rwkv7.hpp"

#include <numeric>
#include <set>

#include "automata/compile/letter_blocks.hpp"
#include "automata/compile/observations.hpp"
#include "automata/compile/rwkv7_clock.hpp"
#include "automata/compile/rwkv7_form.hpp"
#include "automata/language/minimize.hpp"
#include "automata/language/random_dfa.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_json.hpp"
#include "proofs_check/verify/verify.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using automata::Dfa;
using automata::Elementary;
using automata::Language;
using automata::Rwkv7Step;
using core::Matrix;
using core::Model;
using core::Outcome;
using core::Real;

namespace {

Matrix<Real> rows(const std::vector<std::vector<Real>>& entries) {
  Matrix<Real> matrix(entries.size(), entries[0].size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (std::size_t j = 0; j < entries[i].size(); ++j) matrix(i, j) = entries[i][j];
  }
  return matrix;
}

bool has_form(const Matrix<Real>& A) { return automata::rwkv7_step(A).has_value(); }

/// Whether A = diag(w) - 2 (a . khat)^T khat within the ranges, from the definition.
bool is_step(const Rwkv7Step& step, const Matrix<Real>& A) {
  Real norm;
  for (const Real& k : step.key) norm += k * k;
  for (std::size_t i = 0; i < A.rows(); ++i) {
    if (step.w[i] < -1 || step.w[i] > 1 || step.a[i] < 0 || step.a[i] > 1) return false;
    for (std::size_t j = 0; j < A.rows(); ++j) {
      Real entry = i == j ? step.w[i] : Real(0);
      if (!(norm == 0)) entry -= Real(2) * step.a[i] * step.key[i] * step.key[j] / norm;
      if (!(entry == A(i, j))) return false;
    }
  }
  return true;
}

/// Compiles and proves; every transition of every layer must have the form.
Model proved(const Language& language) {
  const Model model = automata::compile_rwkv7(language);
  core::validate(model);
  for (const core::Layer& layer : model.layers) {
    std::set<std::vector<Real>> seen;
    for (const core::Transition& transition : layer.table) {
      const auto A = core::to_matrix(transition, layer.n);
      if (!seen.insert(A.entries()).second) continue;
      const auto step = automata::rwkv7_step(A);
      REQUIRE(step.has_value());
      REQUIRE(is_step(*step, A));
    }
  }
  REQUIRE(proofs::verify(model, language.dfa).outcome() == Outcome::proved);
  return model;
}

/// Layers with memory: those in which some input keeps some of the state.
std::size_t with_memory(const Model& model) {
  std::size_t count = 0;
  for (const core::Layer& layer : model.layers) {
    for (const core::Transition& transition : layer.table) {
      if (core::to_matrix(transition, layer.n) == Matrix<Real>(layer.n, layer.n)) continue;
      ++count;
      break;
    }
  }
  return count;
}

Language language_of(const std::string& name, const Dfa& dfa) {
  Language language;
  language.name = name;
  language.dfa = automata::minimize(dfa);
  return language;
}

Dfa dfa_number(std::size_t code, std::size_t states, std::size_t letters) {
  Dfa dfa;
  dfa.letters = automata::plain_alphabet(letters);
  dfa.labels = automata::acceptor_labels();
  for (std::size_t i = 0; i < states * letters; ++i, code /= states) {
    dfa.next.push_back(static_cast<automata::State>(code % states));
  }
  for (std::size_t q = 0; q < states; ++q, code /= 2) {
    dfa.output.push_back(static_cast<automata::Output>(code % 2));
  }
  return dfa;
}

core::Error::Facts refused(const Language& language, const core::Limits& limits = {}) {
  try {
    automata::compile_rwkv7(language, limits);
  } catch (const core::Error& error) {
    return error.facts();
  }
  FAIL("compiled " << language.name);
  return {};
}

}  // namespace

TEST_CASE("rwkv7: swaps, copies, projections and reflections have the form", "[automata][quick]") {
  const auto I = Matrix<Real>::identity(3);
  CHECK(has_form(I));
  CHECK(has_form(Matrix<Real>(3, 3)));                       // w = 0
  CHECK(has_form(rows({{0, 1, 0}, {1, 0, 0}, {0, 0, 1}})));  // swap
  CHECK(has_form(rows({{0, 1, 0}, {0, 1, 0}, {0, 0, 1}})));  // h_0 <- h_1
  CHECK(has_form(rows({{1, 0, 0}, {0, 0, 1}, {0, 0, 1}})));  // h_1 <- h_2
  CHECK(has_form(rows({{0, -1}, {-1, 0}})));                 // reflection of (1, 1)
  CHECK(has_form(rows({{-1, 0}, {0, Real(1) / Real(2)}})));  // diagonal
  CHECK(has_form(rows({{Real(3) / 5, Real(4) / 5}, {Real(4) / 5, Real(-3) / 5}})));
  // I - 2 k k^T / 3 with k = (1, 1, 1).
  const Real third = Real(1) / Real(3);
  CHECK(has_form(rows({{third, -third - third, -third - third},
                       {-third - third, third, -third - third},
                       {-third - third, -third - third, third}})));
}

TEST_CASE("rwkv7: what does not have the form", "[automata][quick]") {
  CHECK_FALSE(has_form(rows({{0, 0, 1}, {1, 0, 0}, {0, 1, 0}})));  // a cycle of three
  CHECK(has_form(rows({{-3, 0}, {0, 1}})));                        // the lowest: w = -1, a = 1
  CHECK_FALSE(has_form(rows({{-2, 0}, {0, -2}})));                 // but once only
  CHECK_FALSE(has_form(rows({{2, 0}, {0, 1}})));                   // |w| > 1
  CHECK_FALSE(
      has_form(rows({{0, 0}, {1, 1}})));  // h_1 <- h_0 + h_1, h_0 <- 0: merges one-hot states
  CHECK_FALSE(has_form(rows({{0, -1}, {1, 0}})));       // a rotation
  CHECK_FALSE(has_form(rows({{1, 2}, {0, 1}})));        // more than a copy adds
  CHECK_FALSE(has_form(rows({{1, 1, 0}, {0, 1, 0}})));  // not square
  // Two swaps at once have rank two above the identity.
  CHECK_FALSE(has_form(rows({{0, 1, 0, 0}, {1, 0, 0, 0}, {0, 0, 0, 1}, {0, 0, 1, 0}})));
}

TEST_CASE("rwkv7: random steps are recognised, and nothing else is made of them",
          "[automata][quick]") {
  const std::uint64_t seed = 21;
  automata::SplitMix64 random(seed);
  std::size_t changed = 0;
  for (int round = 0; round < 400; ++round) {
    const std::size_t n = 1 + random() % 5;
    Rwkv7Step step = automata::identity_step(n);
    for (std::size_t i = 0; i < n; ++i) {
      step.w[i] = Real(static_cast<int>(random() % 9) - 4) / Real(4);
      step.a[i] = random() % 3 == 0 ? Real(0) : Real(static_cast<int>(random() % 5)) / Real(4);
      step.key[i] = static_cast<int>(random() % 7) - 3;
    }
    Matrix<Real> A = automata::to_matrix(step);
    CAPTURE(seed, round, n);
    REQUIRE(is_step(step, A));
    const auto found = automata::rwkv7_step(A);
    REQUIRE(found.has_value());
    REQUIRE(is_step(*found, A));
    // Whatever is found for a changed matrix is right too.
    A(random() % n, random() % n) += Real(1) / Real(2);
    const auto other = automata::rwkv7_step(A);
    changed += other ? 0 : 1;
    if (other) REQUIRE(is_step(*other, A));
  }
  CHECK(changed > 100);
}

TEST_CASE("rwkv7: elementary steps do to coordinates what the maps say", "[automata][quick]") {
  for (const auto kind : {Elementary::Kind::swap, Elementary::Kind::copy}) {
    const Elementary e{kind, 2, 0};
    const auto A = automata::to_matrix(automata::elementary_step(e, 4));
    Matrix<Real> expected(4, 4);
    for (std::uint32_t f = 0; f < 4; ++f) expected(f, automata::apply(e, f)) = 1;
    CHECK(A == expected);
  }
}

TEST_CASE("rwkv7: clocks count modulo 4, 6 and 8, in pairs modulo 12 and 24", "[automata][quick]") {
  for (const auto& [length, periods] : automata::block_clocks()) {
    Model model;
    model.letters = core::Alphabet({"a", "b"});
    model.layers = {automata::parity_layer(2)};
    std::size_t together = 1;
    for (const std::size_t period : periods) {
      model.layers.push_back(automata::clock_layer(period, {0}));
      together = std::lcm(together, period);
    }
    CAPTURE(length);
    CHECK(together == 2 * length);
    for (std::size_t k = 0; k < periods.back(); ++k) model.labels.push_back(std::to_string(k));
    core::validate(model);
    core::Step step = core::initial_step(model);
    for (std::size_t t = 1; t <= 50; ++t) {
      step = core::next_step(model, step, t % 3 == 0 ? 1 : 0);
      for (std::size_t i = 0; i < periods.size(); ++i) {
        REQUIRE(step.emitted[i + 1] == (t - 1) % periods[i]);
      }
    }
  }
}

TEST_CASE("observations: the questions of an acceptor are the residuals of the reversed language",
          "[automata][quick]") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    const Language language = language_of("random", automata::random_dfa(2 + seed % 4, 2, seed));
    if (language.dfa.size() == 1) continue;  // no question about the output
    const auto observed = automata::observations(language.dfa, 1000);
    REQUIRE(observed.has_value());
    // All rows (label of q w)_q by brute force: words of up to 10 letters are enough for the at
    // most 2^5 rows that occur here.
    std::set<std::vector<bool>> by_words;
    for (std::size_t length = 0; length <= 10; ++length) {
      for (std::size_t code = 0; code < (std::size_t{1} << length); ++code) {
        std::vector<bool> row;
        for (automata::State q = 0; q < language.dfa.size(); ++q) {
          automata::State at = q;
          for (std::size_t i = 0; i < length; ++i) at = language.dfa.step(at, code >> i & 1U);
          row.push_back(language.dfa.output[at] == automata::kAccept);
        }
        by_words.insert(row);
      }
    }
    const std::set<std::vector<bool>> asked(observed->answers.begin(), observed->answers.end());
    CHECK(asked == by_words);
    CHECK(observed->size() == asked.size());
  }
}

TEST_CASE("observations: of many outputs, ordered questions are asked where they are fewer",
          "[automata][quick]") {
  // On a line of 6 cells with walls: "is it at cell i or beyond?", and the constants at the walls.
  const auto line = automata::observations(automata::load_language("gridworld:6").dfa, 1000);
  REQUIRE(line.has_value());
  CHECK(line->otherwise.has_value());
  CHECK(line->size() == 7);
  // On a ring each of the 5 cells is asked for.
  const auto ring = automata::observations(automata::load_language("cyclenav:5").dfa, 1000);
  REQUIRE(ring.has_value());
  CHECK_FALSE(ring->otherwise.has_value());
  CHECK(ring->size() == 5);
  CHECK_FALSE(automata::observations(automata::load_language("cyclenav:5").dfa, 4).has_value());
}

TEST_CASE("rwkv7: all automata of two states and up to two letters", "[automata][quick]") {
  for (std::size_t letters = 1; letters <= 2; ++letters) {
    const std::size_t count = (letters == 1 ? 4 : 16) * 4;
    for (std::size_t code = 0; code < count; ++code) {
      CAPTURE(letters, code);
      const Model model = proved(language_of("two states", dfa_number(code, 2, letters)));
      CHECK((model.layers.size() == 1 || with_memory(model) > 4));
    }
  }
}

TEST_CASE("rwkv7: automata of three states and two letters", "[automata][quick]") {
  std::size_t deep = 0;
  for (std::size_t code = 0; code < 729 * 8; code += 211) {
    CAPTURE(code);
    const Language language = language_of("three states", dfa_number(code, 3, 2));
    if (language.dfa.size() < 3) continue;
    deep += proved(language).layers.size() > 1 ? 1 : 0;
  }
  CHECK(deep > 5);
}

TEST_CASE("rwkv7: named languages", "[automata][quick]") {
  struct Row {
    const char* language;
    std::size_t block;  ///< letters; 1 if one layer suffices
  };
  // A cycle of m coordinates takes m - 1 swaps, so mod:m needs blocks of at least m - 1.
  const Row expected[] = {
      {"parity", 1},      {"flipflop", 1}, {"first:e,f", 1}, {"S5:swaps:point", 1},
      {"tomita:1", 1},    {"mod:3", 2},    {"mod:4", 3},     {"mod:5", 4},
      {"mod:6", 6},       {"tomita:2", 2}, {"tomita:3", 3},  {"tomita:4", 3},
      {"tomita:5", 2},    {"tomita:6", 2}, {"tomita:7", 4},  {"evenpairs", 3},
      {"gridworld:4", 3}, {"Z3", 2},       {"dyck:1,2", 3},  {"S3:gens:point", 2}};
  for (const Row& row : expected) {
    CAPTURE(row.language);
    const Model model = proved(automata::load_language(row.language));
    const std::size_t b = row.block;
    if (b == 1) {
      CHECK(model.layers.size() == 1);
    } else {
      CHECK(model.about.construction.find("blocks of " + std::to_string(b) + " letters") !=
            std::string::npos);
      // The heads of four layers: parity, position, a head for each letter of two blocks, product.
      CHECK(with_memory(model) == 1 + (b == 6 ? 2 : 1) + 2 * b + 1);
      CHECK(model.about.note.find("letters of two blocks") != std::string::npos);
    }
    CHECK(model.about.source.find("2503.14456") != std::string::npos);
  }
}

TEST_CASE("rwkv7: a long cycle of one letter takes blocks of twelve letters", "[automata][quick]") {
  const Model model = proved(automata::load_language("regex:(aaaaaaaaaaa)*"));
  CHECK(model.about.construction.find("blocks of 12 letters") != std::string::npos);
}

TEST_CASE("rwkv7: exact with every operation rounded to bf16, and as JSON", "[automata][quick]") {
  for (const char* name : {"mod:3", "tomita:7", "flipflop", "dyck:1,2"}) {
    CAPTURE(name);
    const Language language = automata::load_language(name);
    const Model model = automata::compile_rwkv7(language);
    CHECK(proofs::verify(model, language.dfa, core::parse_semantics("bf16", "test")).outcome() ==
          Outcome::proved);
    CHECK(core::read_model_json(core::write_model_json(model), "model") == model);
  }
}

TEST_CASE("rwkv7: a factor applied at the wrong place is noticed", "[automata][quick]") {
  const Language language = automata::load_language("tomita:3");
  Model model = automata::compile_rwkv7(language);
  core::Layer* product = nullptr;
  for (core::Layer& layer : model.layers) {
    if (layer.readout.c.size() == 32) product = &layer;  // 2^5 answers of five questions
  }
  REQUIRE(product != nullptr);
  std::swap(product->table[1].A, product->table[2].A);
  CHECK(proofs::verify(model, language.dfa).outcome() == Outcome::refuted);
}

TEST_CASE("rwkv7: one state, letters that act alike, outputs that never occur",
          "[automata][quick]") {
  Language language;
  language.name = "constant";
  language.dfa = {core::Alphabet({"a", "b"}), {"never", "always"}, 0, {0, 0}, {1}, {}};
  CHECK(proved(language).layers.size() == 1);
  language.dfa = {core::Alphabet(std::vector<std::string>{}), {"no", "yes"}, 0, {}, {1}, {}};
  CHECK(proved(language).layers.size() == 1);
  // mod:3 with an identity, a letter twice, and a label in between that never occurs.
  language.name = "mod:3 with more letters";
  language.dfa = {core::Alphabet({"i", "a", "b", "c"}),
                  {"zero", "never", "one", "two"},
                  0,
                  {0, 1, 1, 2, 1, 2, 2, 0, 2, 0, 0, 1},
                  {0, 2, 3},
                  {}};
  CHECK(proved(language).layers.size() > 1);
}

TEST_CASE("rwkv7: what is too large is refused with figures", "[automata][quick]") {
  const auto many = refused(automata::load_language("dyck:2,3"));
  CHECK(many.fault == core::Fault::unsupported);
  CHECK(many.expected.find("13 coordinates") != std::string::npos);
  CHECK(many.found == "16");
  CHECK_FALSE(many.hint.empty());
  const auto tables = refused(automata::load_language("S5:point"));
  CHECK(tables.fault == core::Fault::unsupported);
  CHECK(tables.found.find("120 maps") != std::string::npos);
  core::Limits few;
  few.max_states = 5;
  CHECK(refused(automata::load_language("tomita:7"), few).fault == core::Fault::limit);
}

TEST_CASE("letter blocks: the first length that keeps up", "[automata][quick]") {
  // A cycle of 5 points needs 4 swaps, its square and cube too, its fifth power none.
  const std::vector<automata::Transformation> cycle = {{1, 2, 3, 4, 0}};
  const auto four = automata::letter_blocks(cycle, {2, 3, 4, 6}, {});
  REQUIRE(std::get_if<automata::LetterBlocks>(&four) != nullptr);
  CHECK(std::get<automata::LetterBlocks>(four).length == 4);
  const auto five = automata::letter_blocks(cycle, {3, 5}, {});
  CHECK(std::get<automata::LetterBlocks>(five).length == 5);
  const auto none = automata::letter_blocks(cycle, {2, 3}, {});
  REQUIRE(std::get_if<automata::NoBlockFits>(&none) != nullptr);
  CHECK(std::get<automata::NoBlockFits>(none).factors == 4);
}
