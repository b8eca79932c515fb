#include <algorithm>
#include <regex>

#include "automata/compile/compile.hpp"
#include "automata/language/canonical.hpp"
#include "automata/language/language.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_canonical.hpp"
#include "proofs_check/coq/write_instance.hpp"
#include "proofs_check/verify/certificate.hpp"
#include "tests/catch.hpp"
#include "tests/core/sample_models.hpp"
#include "tests/proofs_check/sample_automata.hpp"
#include "tests/text_edits.hpp"

using namespace statewright;
using namespace statewright::proofs;

namespace {

CanonicalTexts parity_texts() {
  const Model model = samples::parity();
  const Dfa dfa = samples::parity_dfa();
  return {core::write_model_canonical(model), automata::write_automaton_canonical(dfa),
          write_certificate(verify(model, dfa), model, dfa)};
}

core::Error::Facts refusal(const CanonicalTexts& texts) {
  try {
    write_coq_instance(texts);
  } catch (const core::Error& error) {
    return error.facts();
  }
  FAIL("no error");
  return {};
}

}  // namespace

// Written by hand from FORMAT.md and the records of NetworkFile.v.
TEST_CASE("Coq instance: number by number", "[proofs][coq][golden][quick]") {
  const CanonicalTexts texts{
      "statewright-model 1\nletters 2 a b\nlabels 2 no yes\nlayers 2\n"
      "layer 0\nstate 1 2\nreads 1 0\nstart 3 1 -2\ninputs 2\n"
      "input 0\ngh 1\nfactor -2 5 7 4\nadd 1 9 0 -8\n"
      "input 1\ndiagonal 6 -5\nadd 0\n"
      "readout 1\nweights 1 1 2\nbias 2 -3\n"
      "layer 1\nstate 2 1\nreads 2 1 0\nstart 1 0 1\ninputs 2\n"
      "input 0\ndense 4 1 2 3 4\nadd 0\ninput 1\ngh 0\nadd 0\n"
      "readout 2\nweights 1 1 0 0 1\nbias 1 0 0\nend\n",
      // letters and labels in other orders, and a label that the network does not have
      "statewright-automaton 1\nletters 2 b a\nlabels 3 yes maybe no\nstates 2\nstart 1\n"
      "state 0 0 0 1\nstate 1 1 1 0\nend\n",
      "statewright-certificate 1\nclaim every-word\narithmetic exact\nmodel x\nautomaton y\n"
      "denominators 2 3 1\ndepths 0\nrows 2\nrow 0 5 6 7 8 1\nnext 1 0\nrow 1 5 6 7 8 0\nnext 0 1\n"
      "end\n"};
  const std::string text = write_coq_instance(texts);
  INFO(text);
  CHECK(
      contains(text,
               "Definition layer_0_inputs_0 : list input_rule :=\n"
               " [Input (Product [Factor (-2) 5 (Fractions 7 [4])]) (Some (Fractions 9 [0;-8]));\n"
               "  Input (Diagonal (Fractions 6 [-5])) None].\n"
               "Definition layer_0 : file_layer := Layer 1 2 [0]%nat\n"
               " (Fractions 3 [1;-2])\n (chunks [layer_0_inputs_0])\n 1\n"
               " (Fractions 1 [1;2])\n (Fractions 2 [-3]).\n"));
  CHECK(contains(text, "Input (Dense (Fractions 4 [1;2;3;4])) None"));
  CHECK(contains(text, "Layer 2 1 [1;0]%nat\n"));
  CHECK(contains(text, "Definition the_network : network := Network 2 2 [layer_0; layer_1].\n"));
  // from state 1 (0 in the file) b leads to 1 and a to 2: in the network's order 2, 1
  CHECK(contains(text,
                 "Definition the_automaton : dfa := DFA 2 2\n (mk_map (rows_of 2 2\n"
                 "  [2;1;1;2]%positive))\n (mk_map (map Z.to_nat\n  [1;3])).\n"));
  CHECK(contains(text, "table_rows 2 2\n  [2;2;1;1;1;2]%positive.\n"));
  CHECK(contains(text, "Definition the_denominators : list positive :=\n [3;1]%positive.\n"));
  CHECK(contains(text, "Theorem every_word : forall w, Forall (fun x => (x < 2)%nat) w ->\n"));
  CHECK(text.ends_with("Qed.\nPrint Assumptions every_word.\n"));
}

TEST_CASE("Coq instance: formats of rounded arithmetic", "[proofs][coq][quick]") {
  CanonicalTexts texts = parity_texts();
  const std::string bf16 = "float 8 7 127 1 1 1 ieee infinity nearest-even";
  const std::string fp32 = "float 8 23 127 1 1 1 ieee infinity nearest-even";
  texts.certificate = replaced(texts.certificate, "denominators 1 1\n", "");
  const auto with = [&](const std::string& io, const std::string& readout) {
    CanonicalTexts changed = texts;
    changed.certificate = replaced(texts.certificate, "arithmetic exact",
                                   "arithmetic rounded\nio " + io + "\nstate " + fp32 +
                                       "\naccumulate " + fp32 + "\nreadout " + readout);
    return changed;
  };
  CHECK(contains(write_coq_instance(with(bf16, "exact")),
                 "Formats (Format 8 128) (Format 24 128) (Format 24 128) None.\n"));
  CHECK(contains(write_coq_instance(with(bf16, "float 5 10 15 1 1 1 ieee infinity nearest-even")),
                 "(Format 24 128) (Some (Format 11 16)).\n"));
  for (const char* other :
       {"fixed 2 12 wrap toward-zero", "float 4 3 7 1 1 0 all-ones nan nearest-even",
        "float 8 7 126 1 1 1 ieee infinity nearest-even",
        "float 8 7 127 0 1 1 ieee infinity nearest-even",
        "float 8 7 127 1 1 1 ieee infinity toward-zero"}) {
    INFO(other);
    CHECK(refusal(with(other, "exact")).fault == core::Fault::unsupported);
    CHECK(refusal(with(bf16, other)).fault == core::Fault::unsupported);
  }
}

TEST_CASE("Coq instance: no literal is long", "[proofs][coq][quick]") {
  const automata::Language language = automata::load_language("Z30");
  const Model model = automata::compile(language);
  const std::string text = write_coq_instance(
      {core::write_model_canonical(model), automata::write_automaton_canonical(language.dfa),
       write_certificate(verify(model, language.dfa), model, language.dfa)});
  // 30 letters, 30 states: the automaton alone has 900 numbers
  CHECK(contains(text, "automaton_next_1 : list positive :=\n"));
  const std::regex list(R"(\[[-0-9;\s]*\])");
  std::size_t longest = 0;
  for (std::sregex_iterator it(text.begin(), text.end(), list), end; it != end; ++it) {
    const std::string found = it->str();
    longest = std::max(longest,
                       static_cast<std::size_t>(std::count(found.begin(), found.end(), ';')) + 1);
  }
  CHECK(longest == 600);
}

TEST_CASE("Coq instance: what cannot be transcribed", "[proofs][coq][quick]") {
  const CanonicalTexts good = parity_texts();
  CHECK(contains(write_coq_instance(good), "Theorem every_word"));

  CanonicalTexts texts = good;
  texts.certificate = replaced(good.certificate, "every-word", "counterexample");
  CHECK(refusal(texts).fault == core::Fault::unsupported);

  texts = good;
  texts.certificate = replaced(good.certificate, "next 0 1", "next 0");
  CHECK(refusal(texts).fault == core::Fault::syntax);
  CHECK(refusal(texts).where == "certificate:10");

  texts = good;
  texts.model = replaced(good.model, "start 1 1", "start 1 1]. Axiom oops : False");
  CHECK(refusal(texts).fault == core::Fault::syntax);

  texts = good;
  texts.automaton = replaced(good.automaton, "letters 2 0 1", "letters 2 0 2");
  CHECK(refusal(texts).fault == core::Fault::syntax);

  texts = good;
  texts.model = good.model.substr(0, good.model.size() / 2);
  CHECK(refusal(texts).fault == core::Fault::syntax);
}
