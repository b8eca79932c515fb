// Certificates about bounded and unbounded states as Coq files: written by hand from FORMAT.md 4.9
// and 4.10 and the records of StabilityCheck.v. That coqc accepts such files, and refuses wrong
// ones, is what proofs_check/coq/gallery_claims.py tries.

#include <string>
#include <utility>
#include <vector>

#include "proofs_check/coq/write_stability.hpp"
#include "tests/catch.hpp"
#include "tests/fault_of.hpp"
#include "tests/text_edits.hpp"

using namespace statewright;
using namespace statewright::proofs;

namespace {

// a: a quarter turn around (0, 1); b: the state halved.
const char* const kModel =
    "statewright-model 1\nletters 2 a b\nlabels 1 any\nlayers 1\n"
    "layer 0\nstate 2 1\nreads 1 0\nstart 1 1 0\ninputs 2\n"
    "input 0\ndense 1 0 -1 1 0\nadd 1 1 1 1\ninput 1\ndiagonal 2 1 1\nadd 0\n"
    "readout 1\nweights 1 0 0\nbias 1 0\nend\n";
const char* const kBounded =
    "statewright-certificate 1\nclaim bounded\narithmetic exact\nmodel x\nparts 2\n"
    "layer 0\nform 2 -1 -1 2\nleast 1 2\nsquares 1 2\nterm 2 1 -1\nterm 1 0 1\ninputs 1\n"
    "input 1 1 2\nsquares 1 0\nstates 0\n"
    "layer 0\nform 1 0 0 1\nleast 1 1\nsquares 1 0\ninputs 2\n"
    "input 0 1 1\nsquares 1 0\ninput 1 3 4\nsquares 1 2\nterm 1 1 0\nterm 1 0 1\n"
    "states 1 20 1\ncenter 3 0 3\n"
    "end\n";
const char* const kUnbounded =
    "statewright-certificate 1\nclaim unbounded\narithmetic exact\nmodel x\nlayer 0\n"
    "product 3 0 1 0\nform 0 1 0 1 0 -2 0 -2 0\ngrowth 7 2\nsquares 3 1\nterm 1 0 -4 5\n"
    "vector 0 -3 1\nend\n";

core::Fault fault_of_bounded(std::string_view part, std::string_view by) {
  const std::string text = replaced(kBounded, part, by);
  return fault_of([&] { write_coq_bounded(kModel, text); });
}

core::Fault fault_of_unbounded(std::string_view part, std::string_view by) {
  const std::string text = replaced(kUnbounded, part, by);
  return fault_of([&] { write_coq_unbounded(kModel, text); });
}

}  // namespace

TEST_CASE("Coq, bounded states: number by number", "[proofs][coq][golden][quick]") {
  const std::string text = write_coq_bounded(kModel, kBounded);
  INFO(text);
  CHECK(contains(text,
                 "Definition part_0 : form_part :=\n Part 0 [2;-1;-1;2] (1) 2\n"
                 "  (LDL (1) [(2, [1;-1]);\n  (1, [0;1])])\n"
                 "  [Contraction 1 (1) 2 (LDL (1) [])]\n  None.\n"));
  CHECK(contains(text,
                 "Definition part_1 : form_part :=\n Part 0 [1;0;0;1] (1) 1\n  (LDL (1) [])\n"
                 "  [Contraction 0 (1) 1 (LDL (1) []);\n"
                 "  Contraction 1 (3) 4 (LDL (1) [(1, [1;0]);\n  (1, [0;1])])]\n"
                 "  (Some ((20), 1%positive,\n   (Fractions 3 [0;3]))).\n"));
  CHECK(contains(text, "Definition the_parts : list form_part :=\n [part_0; part_1].\n"));
  CHECK(contains(text,
                 "Theorem bounded : bounded_holds the_network the_parts.\nProof.\n"
                 "  refine (@bounded_check_sound the_network the_parts _).\n"));
  CHECK(text.ends_with("Qed.\nPrint Assumptions bounded.\n"));
}

TEST_CASE("Coq, unbounded states: number by number", "[proofs][coq][golden][quick]") {
  const std::string text = write_coq_unbounded(kModel, kUnbounded);
  INFO(text);
  CHECK(contains(text,
                 "Definition the_claim : growth_claim := Growth 0\n [0;1;0]%nat\n"
                 " [0;1;0;1;0;-2;0;-2;0]\n (7) 2\n (LDL (3) [(1, [0;-4;5])])\n [0;-3;1].\n"));
  CHECK(contains(text,
                 "Theorem unbounded : unbounded_holds the_network the_claim.\nProof.\n"
                 "  refine (@unbounded_check_sound the_network the_claim _).\n"));
  CHECK(
      text.ends_with("Eval vm_compute in what_grows the_network the_claim.\n"
                     "Print Assumptions unbounded.\n"));
}

TEST_CASE("Coq, bounded and unbounded states: what cannot be transcribed", "[proofs][coq][quick]") {
  CHECK(fault_of_bounded("claim bounded", "claim unbounded") == core::Fault::unsupported);
  for (const auto& [part, by] : std::vector<std::pair<std::string, std::string>>{
           {"parts 2", "parts 3"},
           {"parts 2", "parts 1"},
           {"form 2 -1 -1 2", "form 2 -1 -1 2/1"},
           {"form 2 -1 -1 2", "form 2 -1]. Axiom oops : False"},
           {"least 1 2", "least 1"},
           {"least 1 2", "least 1 2 3"},
           {"squares 1 2\nterm 2 1 -1", "squares 1 3\nterm 2 1 -1"},
           {"inputs 1", "inputs 2"},
           {"input 1 1 2", "input 1 1"},
           {"input 1 1 2", "input -1 1 2"},
           {"states 0", "states 2"},
           {"states 0", "states 0 1 1"},
           {"states 1 20 1", "states 1 20"},
           {"center 3 0 3\n", ""},
           {"end\n", ""}}) {
    CAPTURE(part, by);
    CHECK(fault_of_bounded(part, by) == core::Fault::syntax);
  }
  CHECK(fault_of_unbounded("claim unbounded", "claim factors") == core::Fault::unsupported);
  for (const auto& [part, by] :
       std::vector<std::pair<std::string, std::string>>{{"product 3 0 1 0", "product 2 0 1 0"},
                                                        {"product 3 0 1 0", "product 3 0 x 0"},
                                                        {"growth 7 2", "growth 7"},
                                                        {"growth 7 2", "growth 7 2 1"},
                                                        {"squares 3 1", "squares 3 2"},
                                                        {"vector 0 -3 1", "vector 0 -3 1."},
                                                        {"vector 0 -3 1\n", ""},
                                                        {"end\n", ""}}) {
    CAPTURE(part, by);
    CHECK(fault_of_unbounded(part, by) == core::Fault::syntax);
  }
}
