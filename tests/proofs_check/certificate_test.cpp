#include "proofs_check/verify/certificate.hpp"

#include "automata/language/canonical.hpp"
#include "automata/language/language.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_canonical.hpp"
#include "core/text/digest.hpp"
#include "tests/catch.hpp"
#include "tests/core/sample_models.hpp"
#include "tests/proofs_check/sample_automata.hpp"

using namespace statewright;
using namespace statewright::proofs;
using samples::parity_dfa;

namespace {

std::string header(const std::string& claim, const Model& model, const Dfa& dfa) {
  return "statewright-certificate 1\nclaim " + claim + "\narithmetic exact\nmodel " +
         core::sha256(core::write_model_canonical(model)) + "\nautomaton " +
         core::sha256(automata::write_automaton_canonical(dfa)) + "\n";
}

}  // namespace

TEST_CASE("certificate: a proof, line by line", "[proofs][golden][quick]") {
  const Model model = samples::parity();
  const Dfa dfa = parity_dfa();
  CHECK(write_certificate(verify(model, dfa), model, dfa) ==
        header("every-word", model, dfa) +
            "denominators 1 1\ndepths 0\nrows 2\nrow 0 1 0\nnext 0 1\nrow 1 -1 1\nnext 1 0\nend\n");
}

TEST_CASE("certificate: a shortest counterexample, line by line", "[proofs][golden][quick]") {
  const Model model = samples::parity();
  Dfa dfa = parity_dfa();  // counts 1s mod 3 instead
  dfa.next = {0, 1, 1, 2, 2, 0};
  dfa.output = {0, 1, 0};
  CHECK(write_certificate(verify(model, dfa), model, dfa) ==
        header("counterexample", model, dfa) +
            "word 3 1 1 1\noutputs odd even\nshortest 1\ndenominators 1 1\ndepths 3 1 1 1\nrows 3\n"
            "row 0 1 0\nnext 0 1\nrow 1 -1 1\nnext 1 2\nrow 2 1 2\nend\n");
}

TEST_CASE("certificate: the empty word as counterexample", "[proofs][golden][quick]") {
  const Model model = samples::parity();
  Dfa dfa = parity_dfa();
  dfa.output = {1, 0};
  CHECK(write_certificate(verify(model, dfa), model, dfa) ==
        header("counterexample", model, dfa) +
            "word 0\noutputs even odd\nshortest 1\ndenominators 1 1\ndepths 0\nrows 0\nend\n");
}

TEST_CASE("certificate: no single layer, line by line", "[proofs][golden][quick]") {
  const Dfa dfa = automata::load_language("first:e,f").dfa;
  const automata::Obstruction found{{}, {0}, {1}, {}};
  const std::string text = write_impossibility_certificate(dfa, found);
  CHECK(text == "statewright-certificate 1\nclaim no-single-layer\narithmetic exact\nautomaton " +
                    core::sha256(automata::write_automaton_canonical(dfa)) +
                    "\nu 0\nx 1 0\ny 1 1\nz 0\noutputs accept reject\nend\n");
  CHECK(is_impossibility_certificate(text));
  CHECK_FALSE(is_impossibility_certificate(header("every-word", samples::parity(), parity_dfa())));
  CHECK_THROWS_AS(write_impossibility_certificate(dfa, {{0}, {0}, {1}, {}}), core::Error);
  CHECK_THROWS_AS(write_impossibility_certificate(parity_dfa(), {{}, {1}, {0}, {}}), core::Error);
}

TEST_CASE("certificate: unknown cannot be certified", "[proofs][quick]") {
  const Verdict verdict = core::Unknown{{"the time limit", "--timeout"}, ""};
  CHECK_THROWS_AS(write_certificate(verdict, samples::parity(), parity_dfa()), core::Error);
}
