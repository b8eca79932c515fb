// What the theorems' certificates say, the independent program statewright-check says too. Its path
// is STATEWRIGHT_CHECKER.

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <unistd.h>

#include "automata/compile/compile.hpp"
#include "automata/language/canonical.hpp"
#include "automata/language/language.hpp"
#include "core/lrnn/model_canonical.hpp"
#include "core/text/file.hpp"
#include "proofs_check/theorems/householder_certificate.hpp"
#include "proofs_check/theorems/reflections.hpp"
#include "proofs_check/theorems/stability_certificate.hpp"
#include "tests/catch.hpp"
#include "tests/core/seeded.hpp"

using namespace statewright;
using namespace statewright::proofs;
using automata::load_language;
using core::Matrix;
using core::Rational;
using core::Real;

namespace {

/// The checker's answer on a certificate about one file; `flag` says which kind.
std::string checked(const std::string& certificate, const std::string& flag,
                    const std::string& subject) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("statewright-theorem-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  const std::string cert = (folder / "cert").string(), file = (folder / "subject").string();
  core::write_file(cert, certificate);
  core::write_file(file, subject);
  FILE* pipe =
      popen(("'" STATEWRIGHT_CHECKER "' '" + cert + "' " + flag + " '" + file + "'").c_str(), "r");
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

bool starts_with(const std::string& text, std::string_view head) {
  return text.compare(0, head.size(), head) == 0;
}

}  // namespace

TEST_CASE("theorem certificates: matrices", "[theorems][householder][proofs]") {
  std::size_t expanding = 0, pencils = 0, near = 0, exact = 0;
  for (std::uint64_t seed = 0; seed < 36; ++seed) {
    CAPTURE(seed);
    std::uint64_t state = seed;
    const std::size_t n = 1 + seeded::splitmix(state) % 3;
    Matrix<Real> a(n, n);
    for (Real& entry : a.entries()) {
      entry = Rational(static_cast<int>(seeded::splitmix(state) % 7) - 3, 5);
    }
    if (seed % 4 == 0) {  // symmetric
      for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < i; ++j) a(i, j) = a(j, i);
      }
    }
    const core::Model model = matrix_model(a);
    const auto inputs = factorise_inputs(model);
    const Factorisation& f = inputs.front().factorisation;
    const std::string answer = checked(write_factor_certificate(model, inputs), "--model",
                                       core::write_model_canonical(model));
    INFO(answer);
    REQUIRE(starts_with(answer, "VERIFIED factors\n"));
    if (f.expanded) {
      ++expanding;
      CHECK(answer.find("|A| > 1") != std::string::npos);
      continue;
    }
    CHECK(answer.find("|A| <= 1") != std::string::npos);
    pencils += f.pencil.has_value();
    if (f.factors && f.least()) {
      ++exact;
      CHECK(answer.find("and of no fewer") != std::string::npos);
    } else {
      ++near;
      CHECK(answer.find("no fewer than " + std::to_string(f.lower)) != std::string::npos);
    }
  }
  CHECK(expanding > 0);
  CHECK(pencils > 0);
  CHECK(near > 0);
  CHECK(exact > 0);
}

TEST_CASE("theorem certificates: all matrices of compiled networks",
          "[theorems][householder][proofs]") {
  for (const char* name : {"parity", "S3", "S4:swaps", "flipflop", "first:e,f", "tomita:3",
                           "dyck:1,2", "mod:6", "Z2xZ2"}) {
    CAPTURE(name);
    const core::Model model = automata::compile(load_language(name));
    const auto inputs = factorise_inputs(model);
    for (const FactoredInput& one : inputs) {
      // Products that the compiler found are never beaten by fewer than the lower bound.
      const auto given = core::factor_count(model.layers[one.layer].table[one.input]);
      if (given) CHECK(one.factorisation.lower <= *given);
      CHECK(one.factorisation.least());
    }
    const std::string answer = checked(write_factor_certificate(model, inputs), "--model",
                                       core::write_model_canonical(model));
    INFO(answer);
    CHECK(starts_with(answer, "VERIFIED factors\n"));
  }
}

TEST_CASE("theorem certificates: letters that are no single factor",
          "[theorems][reflections][proofs]") {
  for (const char* name : {"mod:3", "mod:4", "S3", "A4", "Q8", "cyclenav:5", "Z4xZ2"}) {
    CAPTURE(name);
    const Dfa dfa = load_language(name).dfa;
    const auto found = find_no_single_factor(dfa);
    REQUIRE(found);
    const std::string certificate = write_no_single_factor_certificate(dfa, *found);
    CHECK(is_no_single_factor_certificate(certificate));
    CHECK(starts_with(checked(certificate, "--automaton", automata::write_automaton_canonical(dfa)),
                      "VERIFIED no-single-factor\n"));
    // about another language: refused by digest
    CHECK(starts_with(checked(certificate, "--automaton",
                              automata::write_automaton_canonical(load_language("parity").dfa)),
                      "REJECTED\n"));
  }
}

TEST_CASE("theorem certificates: states that stay bounded, and states that grow",
          "[theorems][stability][proofs]") {
  std::size_t balls = 0, growing = 0, exponential = 0, from_start = 0, single = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    std::uint64_t state = seed;
    const auto below = [&](std::size_t bound) { return seeded::splitmix(state) % bound; };
    const auto small = [&](std::size_t denominator) {
      return Rational(static_cast<int>(below(5)) - 2, denominator);
    };
    const std::size_t n = 1 + below(3), d = 1 + below(2), letters = 1 + below(3);
    core::Model model;
    std::vector<std::string> names;
    for (std::size_t x = 0; x < letters; ++x) names.push_back(std::to_string(x));
    model.letters = core::Alphabet(names);
    model.labels = {"any"};
    core::Layer layer;
    layer.n = n;
    layer.d = d;
    layer.reads = {core::Source{}};
    layer.start = Matrix<Real>(n, d);
    for (Real& entry : layer.start.entries()) entry = small(2);
    for (std::size_t x = 0; x < letters; ++x) {
      core::Dense dense{Matrix<Real>(n, n)};
      const std::size_t denominator = seed % 4 == 0 ? 2 : seed % 4 == 1 ? 5 : 3;
      for (Real& entry : dense.matrix.entries()) entry = small(denominator);
      if (seed % 4 == 3) dense.matrix = Matrix<Real>::identity(n);
      if (seed % 4 == 3 && below(2) == 0) dense.matrix(0, n - 1) = -1;
      core::Transition transition{dense, {}};
      if (below(2) == 0) {
        transition.B = Matrix<Real>(n, d);
        for (Real& entry : transition.B->entries()) entry = small(1);
      }
      layer.table.push_back(std::move(transition));
    }
    layer.readout = {Matrix<Real>(1, n * d), std::vector<Real>(1)};
    model.layers.push_back(std::move(layer));

    const auto layers = bounded_states(model);
    const std::string subject = core::write_model_canonical(model);
    if (const auto parts = form_parts(layers); !parts.empty()) {
      const std::string answer =
          checked(write_bounded_certificate(model, parts), "--model", subject);
      CHECK(starts_with(answer, "VERIFIED bounded\n"));
      const bool has_ball = layers[0].common && layers[0].common->states;
      CHECK((answer.find("on every word") != std::string::npos) == has_ball);
      balls += has_ball ? 1 : 0;
      single += layers[0].common ? 0 : 1;
    }
    if (layers[0].growing) {
      const std::string answer =
          checked(write_unbounded_certificate(model, 0, *layers[0].growing), "--model", subject);
      CHECK(starts_with(answer, "VERIFIED unbounded\n"));
      CHECK((answer.find("from its start") != std::string::npos) == layers[0].growing->from_start);
      ++growing;
      from_start += layers[0].growing->from_start ? 1 : 0;
      exponential += layers[0].growing->growth.growth > 1 ? 1 : 0;
    }
  }
  CHECK(balls > 8);
  CHECK(growing > 8);
  CHECK(single > 2);
  CHECK(exponential > 4);
  CHECK(growing > exponential);
  CHECK(from_start > 4);
}
