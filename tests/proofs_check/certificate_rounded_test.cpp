// Certificates in rounded arithmetic, written here and judged by the program statewright-check,
// whose path is STATEWRIGHT_CHECKER. The rows come from searches of this file.

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include "automata/language/canonical.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_canonical.hpp"
#include "core/number/round.hpp"
#include "core/text/digest.hpp"
#include "core/text/file.hpp"
#include "proofs_check/verify/certificate.hpp"
#include "tests/catch.hpp"
#include "tests/core/sample_models.hpp"
#include "tests/proofs_check/sample_automata.hpp"

using namespace statewright;
using namespace statewright::proofs;
using core::Format;
using core::Matrix;
using core::Real;
using core::Semantics;
using samples::parity_dfa;

namespace {

Semantics semantics(std::string_view text) { return core::parse_semantics(text, "test"); }

/// The code of a value, 2^width for a NaN that has none.
std::uint64_t code_of(const Format& format, double value) {
  const bool without = std::isnan(value) && format.nans == core::Nans::none;
  return without ? std::uint64_t{1} << format.width() : core::encode(format, value);
}

/// What statewright-check says to the three texts: its exit code and its answer.
struct Answer {
  int exit = -1;
  std::string text;
};

Answer ask(const std::string& model, const std::string& automaton, const std::string& certificate) {
  namespace fs = std::filesystem;
  const fs::path folder =
      fs::temp_directory_path() / ("statewright-rounded-" + std::to_string(getpid()));
  fs::create_directories(folder);
  std::string command = "'" STATEWRIGHT_CHECKER "'";
  const std::array<std::pair<const char*, const std::string*>, 3> files = {
      {{" ", &certificate}, {" --model ", &model}, {" --automaton ", &automaton}}};
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string path = (folder / std::to_string(i)).string();
    core::write_file(path, *files[i].second);
    command += std::string(files[i].first) + "'" + path + "'";
  }
  Answer answer;
  FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::array<char, 4096> buffer{};
  for (std::size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    answer.text.append(buffer.data(), n);
  }
  const int status = pclose(pipe);
  answer.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  fs::remove_all(folder);
  return answer;
}

Answer ask(const Verdict& verdict, const Model& model, const Dfa& dfa,
           const Semantics& arithmetic) {
  return ask(core::write_model_canonical(core::quantise(model, arithmetic)),
             automata::write_automaton_canonical(dfa),
             write_certificate(verdict, model, dfa, arithmetic));
}

/// All states of a network in a rounded semantics, breadth-first, and the automaton that they are.
struct Reached {
  Dfa automaton;
  ProductRows rows;
};

std::optional<Reached> reach(const Model& model, const Semantics& arithmetic, std::size_t most) {
  const core::RoundedModel rounded(model, arithmetic);
  std::vector<core::RoundedStep> steps = {rounded.start()};
  std::map<std::string, std::uint32_t> index = {{rounded.key(steps[0]), 0}};
  Reached result;
  result.automaton.letters = model.letters;
  result.automaton.labels = model.labels;
  for (std::size_t r = 0; r < steps.size(); ++r) {
    for (Letter a = 0; a < model.letters.size(); ++a) {
      core::RoundedStep after = rounded.next(steps[r], a);
      const auto [at, is_new] =
          index.emplace(rounded.key(after), static_cast<std::uint32_t>(steps.size()));
      if (is_new) steps.push_back(std::move(after));
      result.rows.next.push_back(at->second);
    }
    if (steps.size() > most) return {};
  }
  result.automaton.next = result.rows.next;
  result.rows.layers.resize(model.layers.size());
  for (std::uint32_t r = 0; r < steps.size(); ++r) {
    result.automaton.output.push_back(steps[r].output);
    result.rows.automaton.push_back(r);
    for (std::size_t i = 0; i < model.layers.size(); ++i) {
      StateTable& table = result.rows.layers[i];
      table.width = model.layers[i].n * model.layers[i].d;
      if (r == 0) table.entries = std::vector<std::uint64_t>();
      for (const double x : steps[r].states[i].entries()) {
        std::get<std::vector<std::uint64_t>>(table.entries).push_back(code_of(arithmetic.state, x));
      }
      result.rows.states.push_back(r);
    }
  }
  return result;
}

Proof proof_of(const Reached& reached) {
  Proof proof;
  proof.rows = reached.rows;
  proof.states = reached.rows.size();
  return proof;
}

Proof parity_proof(const Format& state) {
  Proof proof;
  const std::vector<std::uint64_t> codes = {core::encode(state, 1), core::encode(state, -1)};
  proof.rows = {{{1, 1, codes}}, {0, 1}, {0, 1}, {0, 1, 1, 0}, {1, 1}};
  proof.states = 2;
  return proof;
}

std::string digests(const Model& model, const Dfa& dfa) {
  return "model " + core::sha256(core::write_model_canonical(model)) + "\nautomaton " +
         core::sha256(automata::write_automaton_canonical(dfa)) + "\n";
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  /// Uniform in 0, .., end - 1.
  std::uint64_t below(std::uint64_t end) { return engine_() % end; }
  int between(int low, int high) {
    return low + static_cast<int>(below(std::uint64_t(high - low + 1)));
  }
  Real entry() { return Real(core::Rational(between(-6, 6), between(1, 5))); }
  Matrix<Real> matrix(std::size_t rows, std::size_t columns) {
    Matrix<Real> result(rows, columns);
    for (Real& x : result.entries()) x = entry();
    return result;
  }

 private:
  std::mt19937_64 engine_;
};

/// One or two layers with transitions of all kinds.
Model random_model(Random& random) {
  Model model{core::Alphabet({"a", "b"}), {"x", "y", "z"}, {}, {}};
  const int layers = random.between(1, 2);
  for (int i = 0; i < layers; ++i) {
    core::Layer layer;
    layer.n = static_cast<std::size_t>(random.between(1, 3));
    layer.d = static_cast<std::size_t>(random.between(1, 2));
    layer.reads = {core::Source{}};
    if (i > 0) layer.reads.push_back(core::Source{0});
    layer.start = random.matrix(layer.n, layer.d);
    const std::size_t inputs = i > 0 ? 2 * model.layers[0].readout.c.size() : 2;
    for (std::size_t x = 0; x < inputs; ++x) {
      core::Transition transition;
      const int kind = random.between(0, 2);
      if (kind == 0) {
        core::GhProduct product;
        for (int f = random.between(0, 2); f > 0; --f) {
          std::vector<Real> v = random.matrix(layer.n, 1).entries();
          v[0] = 1;
          product.factors.push_back({random.entry(), v});
        }
        transition.A = product;
      } else if (kind == 1) {
        transition.A = core::Diagonal{random.matrix(layer.n, 1).entries()};
      } else {
        transition.A = core::Dense{random.matrix(layer.n, layer.n)};
      }
      if (random.between(0, 1) == 1) transition.B = random.matrix(layer.n, layer.d);
      layer.table.push_back(transition);
    }
    layer.readout = {random.matrix(3, layer.n * layer.d), random.matrix(3, 1).entries()};
    model.layers.push_back(layer);
  }
  return model;
}

}  // namespace

TEST_CASE("rounded certificate: a proof, line by line", "[proofs][golden][quick]") {
  const Model model = samples::parity();
  const Dfa dfa = parity_dfa();
  const Semantics bf16 = semantics("bf16");
  CHECK(write_certificate(parity_proof(bf16.state), model, dfa, bf16) ==
        "statewright-certificate 1\nclaim every-word\narithmetic rounded\n"
        "io float 8 7 127 1 1 1 ieee infinity nearest-even\n"
        "state float 8 7 127 1 1 1 ieee infinity nearest-even\n"
        "accumulate float 8 7 127 1 1 1 ieee infinity nearest-even\n"
        "readout float 8 7 127 1 1 1 ieee infinity nearest-even\n" +
            digests(model, dfa) +
            "depths 0\nrows 2\nrow 0 16256 0\nnext 0 1\nrow 1 49024 1\nnext 1 0\nend\n");
}

TEST_CASE("rounded certificate: the stored network and four formats", "[proofs][golden][quick]") {
  Model model = samples::parity();
  model.layers[0].readout.W(0, 0) = Real(core::Rational(1, 3));  // an exact readout keeps it
  model.layers[0].table[1].A = core::Diagonal{{Real(core::Rational(-9, 10))}};
  const Semantics mixed = semantics(
      "mixed:state=fixed:i=2,f=6,wrap/rz,io=e4m3/sat,acc=float:e=3,m=2,"
      "finite,ftz/ro,readout=exact");
  const std::string text = write_certificate(parity_proof(mixed.state), model, parity_dfa(), mixed);
  const Model stored = core::quantise(model, mixed);
  CHECK(std::get<core::Diagonal>(stored.layers[0].table[1].A).entries[0] ==
        Real(core::Rational(-7, 8)));
  CHECK(text.substr(0, text.find("depths")) ==
        "statewright-certificate 1\nclaim every-word\narithmetic rounded\n"
        "io float 4 3 7 1 1 0 all-ones saturate nearest-even\n"
        "state fixed 2 6 wrap toward-zero\n"
        "accumulate float 3 2 3 0 1 0 none saturate to-odd\nreadout exact\n" +
            digests(stored, parity_dfa()));
}

TEST_CASE("rounded certificate: counterexamples with and without rows", "[proofs][golden][quick]") {
  const Model model = samples::parity();
  Dfa dfa = parity_dfa();
  dfa.output = {0, 0};
  const Semantics fp16 = semantics("mpfr:fp16");  // the same bits as fp16
  Counterexample found;
  found.word = {1};
  found.network_label = "odd";
  found.automaton_label = "even";
  const std::string without = write_certificate(found, model, dfa, fp16);
  CHECK(without.substr(without.find("word")) == "word 1 1\noutputs odd even\nshortest 0\nend\n");
  CHECK(ask(found, model, dfa, fp16).exit == 0);
  found.rows = {{{1, 1, std::vector<std::uint64_t>{0x3c00}}}, {0}, {0}, {}, {1}};
  const std::string with = write_certificate(found, model, dfa, fp16);
  CHECK(with.substr(with.find("word")) ==
        "word 1 1\noutputs odd even\nshortest 1\ndepths 1 1\nrows 1\nrow 0 15360 0\nend\n");
  const Answer answer = ask(found, model, dfa, fp16);
  CHECK(answer.exit == 0);
  CHECK(answer.text.find("\naccumulate  float, 5 exponent bits, 10 significand bits, bias 15, "
                         "subnormals, signed zeros, infinities, NaN codes ieee, overflow infinity, "
                         "rounding nearest-even\n") != std::string::npos);

  dfa.output = {1, 1};
  const Counterexample empty = {{}, "even", "odd", {}, {}, {}};
  const std::string nothing = write_certificate(empty, model, dfa, fp16);
  CHECK(nothing.substr(nothing.find("word")) ==
        "word 0\noutputs even odd\nshortest 1\ndepths 0\nrows 0\nend\n");
  CHECK(ask(empty, model, dfa, fp16).exit == 0);
}

TEST_CASE("rounded certificate: what cannot be certified", "[proofs][quick]") {
  const Model model = samples::parity();
  const Dfa dfa = parity_dfa();
  const auto fault = [&](const Verdict& verdict, const std::string& arithmetic) {
    try {
      write_certificate(verdict, model, dfa, semantics(arithmetic));
    } catch (const core::Error& error) {
      return error.facts().expected;
    }
    return std::string("nothing thrown");
  };
  const Proof proof = parity_proof(semantics("bf16").state);
  const std::string kinds = "exact arithmetic, or every operation rounded on its own";
  for (const char* kind :
       {"once:bf16", "cast:bf16", "chunk:bf16,C=64", "ball:p=53", "mpfr:p=100"}) {
    CHECK(fault(proof, kind) == kinds);
    CHECK_THROWS_AS(require_certifiable(model, semantics(kind)), core::Error);  // no verdict needed
  }
  CHECK_NOTHROW(require_certifiable(model, semantics("bf16")));
  CHECK(fault(proof, "mixed:state=fp32,io=bf16,acc=hopper") ==
        "operations rounded to a number format");
  CHECK(fault(proof, "bf16/sr:7") == "a deterministic rounding");
  CHECK(fault(Proof{}, "bf16") == "a proof that keeps its product states");
  CHECK(fault(core::Unknown{{"the time limit", "--timeout"}, ""}, "bf16") ==
        "a proved or refuted verdict");
}

TEST_CASE("rounded certificate: its semantics can be read back", "[proofs][quick]") {
  const Model model = samples::parity();
  const Dfa dfa = parity_dfa();
  for (const char* text :
       {"exact", "bf16", "fp64", "e4m3/sat/ru", "float:e=5,m=2,ftz/rd", "e2m1/rna", "tf32/ro",
        "fixed:i=3,f=5", "mixed:state=fp32,io=bf16,acc=fp32,readout=exact",
        "mixed:state=fixed:i=2,f=3,wrap/rz,io=e4m3,acc=fp16,readout=e5m2/sat"}) {
    CAPTURE(text);
    const Semantics meant = semantics(text);
    const bool exact = meant.kind == Semantics::Kind::exact;
    const Proof proof = parity_proof(exact ? semantics("fp16").state : meant.state);
    const std::string certificate = write_certificate(proof, model, dfa, meant);
    CHECK(semantics_of_certificate(certificate) == meant);
    const std::size_t end = certificate.find("model ");
    CHECK(semantics_of_certificate(certificate.substr(0, end)) == meant);
    for (std::size_t cut = 0; cut < end; ++cut) {
      const auto part = semantics_of_certificate(certificate.substr(0, cut));
      REQUIRE_FALSE(part.has_value());
    }
  }
  const std::string head = "statewright-certificate 1\nclaim every-word\narithmetic rounded\nio ";
  for (const char* wrong : {"fp16", "float 5 10 15 1 1 1 ieee infinity", "fixed 2 -1 wrap up",
                            "fixed 2 1 wrap sideways", "fixed 2 1  wrap up"}) {
    const std::string rest =
        "\nstate fixed 2 1 wrap up\naccumulate fixed 2 1 wrap up\nreadout exact\n";
    CHECK_FALSE(semantics_of_certificate(head + wrong + rest).has_value());
  }
}

TEST_CASE("rounded certificate: random networks, as RoundedModel computes them",
          "[proofs][quick]") {
  const std::uint64_t seed = std::random_device{}();
  CAPTURE(seed);
  Random random(seed);
  const std::vector<const char*> formats = {
      "bf16",
      "fp16",
      "fp32",
      "fp64",
      "e4m3",
      "e5m2",
      "e3m2",
      "e2m1",
      "e4m3/sat",
      "e4m3/ru",
      "e5m2/rd",
      "e5m2/rz",
      "e4m3/ro",
      "e5m2/rna",
      "float:e=4,m=2,ftz/rd",
      "float:e=3,m=2",
      "fixed:i=3,f=2",
      "fixed:i=2,f=3,wrap",
      "fixed:i=3,f=2,wrap/rd",
      "mixed:state=e2m1,io=e4m3,acc=fp16",
      "mixed:state=e4m3,io=bf16,acc=fp32,readout=exact",
      "mixed:state=e5m2/sat,io=e4m3,acc=e5m2/rd,readout=e4m3",
      "mixed:state=fixed:i=3,f=2,io=fp16,acc=e4m3,readout=exact"};
  int verified = 0;
  for (int round = 0; round < 6; ++round) {
    for (const char* text : formats) {
      const Semantics arithmetic = semantics(text);
      const Model model = random_model(random);
      std::optional<Reached> reached;
      try {
        core::quantise(model, arithmetic);
        reached = reach(model, arithmetic, 200);
      } catch (const core::Error&) {  // a parameter overflows, or a key becomes 0
        continue;
      }
      if (!reached) continue;
      CAPTURE(text, round);
      const Proof proof = proof_of(*reached);
      const Answer answer = ask(proof, model, reached->automaton, arithmetic);
      CAPTURE(answer.text);
      REQUIRE(answer.exit == 0);
      ++verified;

      Proof damaged = proof;  // one bit of one state
      auto& codes = std::get<std::vector<std::uint64_t>>(damaged.rows.layers[0].entries);
      codes[random.below(codes.size())] ^= std::uint64_t{1} << random.below(4);
      CHECK(ask(damaged, model, reached->automaton, arithmetic).exit != 0);
    }
  }
  CHECK(verified > 20);
}

TEST_CASE("rounded certificate: what verify finds is what the checker accepts", "[proofs][quick]") {
  const Model halving = samples::halving();  // closes when it is rounded
  Dfa low;
  low.letters = halving.letters;
  low.labels = {"low", "high"};
  low.next = {1, 2, 2};
  low.output = {0, 0, 1};
  const Model points = samples::s3();
  const Dfa s3 = reach(points, semantics("fp32"), 10)->automaton;
  Dfa wrong = s3;
  wrong.output[4] = wrong.output[5];
  for (const char* text : {"bf16", "fp16", "e4m3", "e4m3/rd", "fixed:i=5,f=2", "exact",
                           "mixed:state=bf16,io=e4m3,acc=fp32,readout=exact"}) {
    CAPTURE(text);
    const Semantics arithmetic = semantics(text);
    const auto check = [&](const Model& model, const Dfa& dfa, core::Outcome outcome) {
      const Verdict verdict = verify(model, dfa, arithmetic);
      REQUIRE(verdict.outcome() == outcome);
      const bool exact = arithmetic.kind == Semantics::Kind::exact;
      const Answer answer =
          ask(core::write_model_canonical(exact ? model : core::quantise(model, arithmetic)),
              automata::write_automaton_canonical(dfa),
              write_certificate(verdict, model, dfa, arithmetic));
      CAPTURE(answer.text);
      CHECK(answer.exit == 0);
    };
    check(samples::parity(), parity_dfa(), core::Outcome::proved);
    check(points, s3, core::Outcome::proved);
    check(points, wrong, core::Outcome::refuted);
    if (text != std::string("exact")) check(halving, low, core::Outcome::proved);
  }
}

// A start, every a_k x + b_k of it, and of those again: K + K^2 products and sums of values that
// overflow, underflow, cancel, and are infinite or NaN the second time. One certificate says what
// core::Arithmetic makes of all of them.
TEST_CASE("rounded certificate: single operations, as Arithmetic computes them",
          "[proofs][quick]") {
  const std::uint64_t seed = std::random_device{}();
  CAPTURE(seed);
  Random random(seed);
  constexpr std::uint32_t letters = 24;
  std::vector<std::string> names;
  for (std::uint32_t k = 0; k < letters; ++k) names.push_back("a" + std::to_string(k));
  Dfa dfa;  // gives another label from the third letter on
  dfa.letters = core::Alphabet(names);
  dfa.labels = {"x", "y"};
  dfa.output = {0, 0, 0, 1};
  for (const std::uint32_t q : {1, 2, 3, 3}) dfa.next.insert(dfa.next.end(), letters, q);

  for (const std::string name :
       {"bf16", "fp16", "tf32", "e4m3", "e4m3/sat", "e5m2", "e5m2/sat", "e3m2", "e2m1",
        "float:e=4,m=3,ftz", "float:e=9,m=20", "fixed:i=3,f=4", "fixed:i=2,f=6,wrap"}) {
    for (const std::string rounding : {"", "/rz", "/ru", "/rd", "/rna", "/ro"}) {
      const bool both = name.ends_with("/sat");
      const std::string text =
          both ? name.substr(0, name.size() - 4) + rounding + "/sat" : name + rounding;
      CAPTURE(text);
      const Semantics arithmetic = semantics(text);
      const Format& format = arithmetic.state;
      const core::Arithmetic fl(format);
      // Parameters are finite; half of them are near the ends of the range and near 0.
      const auto draw = [&] {
        for (;;) {
          const double ends[] = {format.largest(), format.lowest(), format.least_positive(), 0, 1};
          double x = core::decode(format, random.below(std::uint64_t{1} << format.width()));
          if (random.below(2) == 0) x = ends[random.below(5)] * (random.below(2) == 0 ? 1 : -1);
          if (std::isfinite(x) && core::has_value(format, x)) return x + 0.0;
        }
      };

      Model model{dfa.letters, {"x"}, {}, {}};
      core::Layer layer;
      layer.n = 1;
      layer.reads = {core::Source{}};
      const double start = draw();
      layer.start = Matrix<Real>::column({Real(core::exact_value(start))});
      std::vector<double> a, b;
      for (std::uint32_t k = 0; k < letters; ++k) {
        a.push_back(draw());
        b.push_back(draw());
        layer.table.push_back({core::Diagonal{{Real(core::exact_value(a[k]))}},
                               Matrix<Real>::column({Real(core::exact_value(b[k]))})});
      }
      layer.readout = samples::readout(1, 1, {0});
      model.layers = {layer};

      std::vector<double> values = {start};
      Counterexample found{{0, 0, 0}, "x", "y", {}, {}, {}};
      found.rows.depths = {1, letters, letters * letters};
      for (std::uint32_t r = 0; r <= letters; ++r) {
        for (std::uint32_t k = 0; k < letters; ++k) {
          found.rows.next.push_back(static_cast<std::uint32_t>(values.size()));
          values.push_back(fl.add(fl.mul(a[k], values[r]), b[k]));
        }
      }
      std::vector<std::uint64_t> codes;
      for (std::uint32_t r = 0; r < values.size(); ++r) {
        codes.push_back(code_of(format, values[r]));
        found.rows.states.push_back(r);
        found.rows.automaton.push_back(r == 0 ? 0 : r <= letters ? 1 : 2);
      }
      found.rows.layers = {{1, 1, codes}};
      const Answer answer = ask(found, model, dfa, arithmetic);
      CAPTURE(answer.text);
      REQUIRE(answer.exit == 0);

      auto damaged = found;
      codes[1 + random.below(codes.size() - 1)] ^= 1;
      damaged.rows.layers = {{1, 1, codes}};
      CHECK(ask(damaged, model, dfa, arithmetic).exit != 0);
    }
  }
}
