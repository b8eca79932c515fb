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
