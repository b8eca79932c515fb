#include <string>

#include "automata/compile/obstruction.hpp"
#include "automata/language/canonical.hpp"
#include "automata/language/language.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_canonical.hpp"
#include "proofs_check/coq/write_difference.hpp"
#include "proofs_check/coq/write_no_layer.hpp"
#include "proofs_check/verify/certificate.hpp"
#include "tests/catch.hpp"
#include "tests/core/sample_models.hpp"
#include "tests/proofs_check/sample_automata.hpp"
#include "tests/text_edits.hpp"

using namespace statewright;
using namespace statewright::proofs;

namespace {

template <typename Write>
core::Error::Facts refusal(Write&& write) {
  try {
    write();
  } catch (const core::Error& error) {
    return error.facts();
  }
  FAIL("no error");
  return {};
}

// The network is parity over the letters a, b; the automaton lists them in the other order, has its
// labels in the other order too, and a label that the network lacks.
const char* const kModel =
    "statewright-model 1\nletters 2 a b\nlabels 2 even odd\nlayers 1\n"
    "layer 0\nstate 1 1\nreads 1 0\nstart 1 1\ninputs 2\n"
    "input 0\ndiagonal 1 1\nadd 0\ninput 1\ndiagonal 1 -1\nadd 0\n"
    "readout 2\nweights 1 1 -1\nbias 1 0 0\nend\n";
const char* const kAutomaton =
    "statewright-automaton 1\nletters 2 b a\nlabels 3 odd many even\nstates 3\nstart 0\n"
    "state 0 2 1 0\nstate 1 0 2 1\nstate 2 1 2 2\nend\n";
// bb: the network says even, the automaton many. Depth 0: the start; depth 1: after a, after b.
const char* const kCertificate =
    "statewright-certificate 1\nclaim counterexample\narithmetic exact\nmodel x\nautomaton y\n"
    "word 2 1 1\noutputs even many\nshortest 1\ndenominators 1 1\ndepths 2 1 1\nrows 2\n"
    "row 0 1 0\nnext 0 1\nrow 1 -1 1\nend\n";

}  // namespace

TEST_CASE("Coq counterexample: number by number", "[proofs][coq][golden][quick]") {
  const std::string text = write_coq_difference({kModel, kAutomaton, kCertificate});
  INFO(text);
  CHECK(contains(text, "Definition the_network : network := Network 2 2 [layer_0].\n"));
  CHECK(contains(text, "Definition the_word : list nat :=\n map Z.to_nat [1;1].\n"));
  CHECK(contains(text, "Definition the_denominators : list positive :=\n [1]%positive.\n"));
  CHECK(contains(text, "Definition the_depths : list nat :=\n map Z.to_nat [1;1].\n"));
  // one row with successors, one without: state 1 leads to rows 1 and 2; then state 2
  CHECK(contains(text, "level_rows 1 1 2\n  [1;1;2;2]%positive.\n"));
  // `many` is none of the network's two labels: 2 + 1
  CHECK(contains(text,
                 "Theorem counterexample : exact_shortest the_network the_automaton the_word "
                 "0%nat 3%nat.\n"));
  CHECK(contains(text,
                 "refine (exact_shortest_sound the_network the_denominators the_automaton\n"
                 "            the_word 0%nat 3%nat the_depths the_rows _).\n"));
  CHECK(text.ends_with("Qed.\nPrint Assumptions counterexample.\n"));
}

TEST_CASE("Coq counterexample: without rows, and rounded", "[proofs][coq][quick]") {
  const std::string word_only =
      "statewright-certificate 1\nclaim counterexample\narithmetic exact\nmodel x\nautomaton y\n"
      "word 2 1 1\noutputs even many\nshortest 0\nend\n";
  std::string text = write_coq_difference({kModel, kAutomaton, word_only});
  CHECK(contains(text, "Theorem counterexample : exact_differs the_network"));
  CHECK(contains(text, "refine (exact_difference_sound the_network the_automaton\n"));
  CHECK_FALSE(contains(text, "the_rows"));

  const std::string bf16 = "float 8 7 127 1 1 1 ieee infinity nearest-even";
  const std::string arithmetic = "arithmetic rounded\nio " + bf16 + "\nstate " + bf16 +
                                 "\naccumulate " + bf16 + "\nreadout exact";
  text = write_coq_difference(
      {kModel, kAutomaton, replaced(word_only, "arithmetic exact", arithmetic)});
  CHECK(contains(text, "Theorem counterexample : rounded_differs the_formats the_network"));
  CHECK(contains(text, "Formats (Format 8 128) (Format 8 128) (Format 8 128) None.\n"));
  const std::string rounded =
      replaced(replaced(kCertificate, "arithmetic exact", arithmetic), "denominators 1 1\n", "");
  text = write_coq_difference({kModel, kAutomaton, rounded});
  CHECK(contains(text, "refine (rounded_shortest_sound the_formats the_network the_automaton\n"));
}

TEST_CASE("Coq counterexample: the empty word, and what verify writes", "[proofs][coq][quick]") {
  const Model model = samples::parity();
  Dfa automaton = samples::parity_dfa();
  automaton.output = {1, 0};
  const std::string text = write_coq_difference(
      {core::write_model_canonical(model), automata::write_automaton_canonical(automaton),
       write_certificate(verify(model, automaton), model, automaton)});
  CHECK(contains(text, "Definition the_word : list nat :=\n map Z.to_nat [].\n"));
  CHECK(contains(text, "level_rows 0 0 2\n  []%positive.\n"));
}

TEST_CASE("Coq counterexample: what cannot be transcribed", "[proofs][coq][quick]") {
  const auto refused = [](std::string_view part, std::string_view by) {
    return refusal([&] {
      write_coq_difference({kModel, kAutomaton, replaced(kCertificate, part, by)});
    });
  };
  CHECK(refused("claim counterexample", "claim every-word").fault == core::Fault::unsupported);
  CHECK(refused("word 2 1 1", "word 3 1 1").where == "certificate:6");
  CHECK(refused("word 2 1 1", "word 2 1 -1").fault == core::Fault::syntax);
  CHECK(refused("outputs even many", "outputs many many").where == "certificate:7");
  CHECK(refused("outputs even many", "outputs even none").where == "certificate:7");
  CHECK(refused("next 0 1", "next 0").where == "certificate:13");
  CHECK(refused("rows 2", "rows 0").fault == core::Fault::syntax);
  CHECK(refused("row 1 -1 1\n", "row 1 -1 1\nnext 0 0\n").fault == core::Fault::syntax);
}

TEST_CASE("Coq no-single-layer: number by number", "[proofs][coq][golden][quick]") {
  const char* const automaton =
      "statewright-automaton 1\nletters 2 e f\nlabels 2 no yes\nstates 3\nstart 0\n"
      "state 0 0 1 2\nstate 1 1 1 1\nstate 2 0 2 2\nend\n";
  const std::string certificate =
      "statewright-certificate 1\nclaim no-single-layer\narithmetic exact\nautomaton x\n"
      "u 0\nx 1 0\ny 2 1 1\nz 0\noutputs yes no\nend\n";
  const std::string text = write_coq_no_layer(automaton, certificate);
  INFO(text);
  CHECK(contains(text,
                 "DFA 2 1\n (mk_map (rows_of 3 2\n  [2;3;2;2;3;3]%positive))\n"
                 " (mk_map (map Z.to_nat\n  [0;1;0])).\n"));
  CHECK(contains(text,
                 "Definition word_u : list nat := []%nat.\nDefinition word_x : list nat := "
                 "[0]%nat.\nDefinition word_y : list nat := [1;1]%nat.\n"));
  CHECK(contains(text, "Theorem no_layer : no_layer_recognises the_automaton.\n"));
  CHECK(contains(text, "word_u word_x word_y word_z 1%nat 0%nat _).\n"));
  CHECK(text.ends_with("Qed.\nPrint Assumptions no_layer.\n"));

  const auto refused = [&](std::string_view part, std::string_view by) {
    return refusal([&] { write_coq_no_layer(automaton, replaced(certificate, part, by)); });
  };
  CHECK(refused("no-single-layer", "no-single-factor").fault == core::Fault::unsupported);
  CHECK(refused("y 2 1 1", "y 2 1").where == "certificate:7");
  CHECK(refused("outputs yes no", "outputs yes maybe").where == "certificate:9");
  CHECK(refused("y 2 1 1", "y 2 1 x").fault == core::Fault::syntax);
}

TEST_CASE("Coq no-single-layer: what the search finds", "[proofs][coq][quick]") {
  const Dfa dfa = automata::load_language("tomita:3").dfa;
  const auto found = automata::find_obstruction(dfa);
  const auto* obstruction = std::get_if<automata::Obstruction>(&found);
  REQUIRE(obstruction != nullptr);
  const std::string text = write_coq_no_layer(automata::write_automaton_canonical(dfa),
                                              write_impossibility_certificate(dfa, *obstruction));
  std::string x = "Definition word_x : list nat := [";
  for (std::size_t i = 0; i < obstruction->x.size(); ++i) {
    x += (i == 0 ? "" : ";") + std::to_string(obstruction->x[i]);
  }
  CHECK(contains(text, x + "]%nat.\n"));
}
