// Certificates about factors as Coq files: written by hand from FORMAT.md 4.5 and 4.6 and the
// records of FactorCheck.v. That coqc accepts such files, and refuses wrong ones, is what
// proofs_check/coq/gallery_claims.py tries.

#include "proofs_check/coq/write_factors.hpp"
#include "proofs_check/coq/write_no_factor.hpp"
#include "tests/catch.hpp"
#include "tests/fault_of.hpp"
#include "tests/text_edits.hpp"

using namespace statewright;
using namespace statewright::proofs;

namespace {

// a: the quarter turn, halved; b: a shear.
const char* const kModel =
    "statewright-model 1\nletters 2 a b\nlabels 1 any\nlayers 1\n"
    "layer 0\nstate 2 1\nreads 1 0\nstart 1 0 0\ninputs 2\n"
    "input 0\ndense 2 0 -1 1 0\nadd 0\ninput 1\ndense 1 1 1 0 1\nadd 0\n"
    "readout 1\nweights 1 0 0\nbias 1 0\nend\n";
const char* const kCertificate =
    "statewright-certificate 1\nclaim factors\narithmetic exact\nmodel x\nmatrices 3\n"
    "matrix 0 0\nproduct 1 2 1 3\nfactor 3 2 1 -2 1\nfactor 1 2 5 1 2\n"
    "minor 2\nrows 0 1\ncolumns 0 1\npencil 1 25 9 -12 12 9\nnegative -3 5\n"
    "norm 1 4 3 3\nlower 1 1 0 0 1\n"
    "matrix 0 1\nexpanding 0 1\n"
    "matrix 0 0\nproduct 0\nminor 0\nrows\ncolumns\npencil 0\nnorm 0\n"
    "end\n";

const char* const kAutomaton =
    "statewright-automaton 1\nletters 1 1\nlabels 2 no yes\nstates 3\nstart 0\n"
    "state 0 1 1\nstate 1 0 2\nstate 2 0 0\nend\n";
const char* const kNoFactor =
    "statewright-certificate 1\nclaim no-single-factor\narithmetic exact\nautomaton x\nletter 0\n"
    "u 2 0 0\nx 1 0\noutputs no yes\ny 2 0 0\nz 0\noutputs no yes\nend\n";

}  // namespace

TEST_CASE("Coq, factors: number by number", "[proofs][coq][golden][quick]") {
  const std::string text = write_coq_factors(kModel, kCertificate);
  INFO(text);
  CHECK(contains(text, "Input (Dense (Fractions 2 [0;-1;1;0])) None"));
  CHECK(contains(text,
                 "Definition claim_0 : matrix_claim := Matrix 0 0\n"
                 " (Bounds (Some ([Factor (3) 2 (Fractions 1 [-2;1]);\n"
                 "   Factor (1) 2 (Fractions 5 [1;2])],\n   1, 3%positive))\n"
                 "  [0;1]%nat [0;1]%nat\n"
                 "  (Some ((Fractions 25 [9;-12;12;9]), [-3;5]))\n"
                 "  (Some ((Fractions 4 [3;3]), (Fractions 1 [1;0;0;1])))).\n"));
  CHECK(contains(text, "Definition claim_1 : matrix_claim := Matrix 0 1\n (Expanding [0;1]).\n"));
  CHECK(contains(text,
                 "Definition claim_2 : matrix_claim := Matrix 0 0\n"
                 " (Bounds None\n  []%nat []%nat\n  None\n  None).\n"));
  CHECK(contains(text,
                 "Definition the_claims : list matrix_claim :=\n"
                 " [claim_0; claim_1; claim_2].\n"));
  CHECK(text.ends_with("Print Assumptions factors.\n"));
}

TEST_CASE("Coq, factors: texts that break the grammar", "[proofs][coq][quick]") {
  const auto fault = [](std::string_view part, std::string_view by) {
    return fault_of([&] { write_coq_factors(kModel, replaced(kCertificate, part, by)); });
  };
  CHECK(fault("product 0\n", "product 2\n") == core::Fault::syntax);
  CHECK(fault("product 0\n", "produce 0\n") == core::Fault::syntax);
  CHECK(fault("product 1 2 1 3\n", "product 1 2 1\n") == core::Fault::syntax);
  CHECK(fault("rows 0 1\n", "rows 0\n") == core::Fault::syntax);
  CHECK(fault("negative -3 5\n", "negative -3 x\n") == core::Fault::syntax);
  CHECK(fault("lower 1 1 0 0 1\n", "") == core::Fault::syntax);
  CHECK(fault("matrices 3", "matrices 4") == core::Fault::syntax);
  CHECK(fault("claim factors", "claim every-word") == core::Fault::unsupported);
}

TEST_CASE("Coq, no single factor: word by word", "[proofs][coq][golden][quick]") {
  const std::string text = write_coq_no_factor(kAutomaton, kNoFactor);
  INFO(text);
  CHECK(contains(text, "Definition word_u : list nat := [0;0]%nat.\n"));
  CHECK(contains(text, "Definition word_z : list nat := []%nat.\n"));
  CHECK(contains(text, "Definition the_letter : nat := 0%nat.\n"));
  CHECK(contains(text,
                 "  refine (@no_single_factor the_automaton the_letter word_u word_x 0%nat 1%nat "
                 "word_y word_z 0%nat 1%nat _).\n"));
  const auto fault = [](std::string_view part, std::string_view by) {
    return fault_of([&] { write_coq_no_factor(kAutomaton, replaced(kNoFactor, part, by)); });
  };
  CHECK(fault("outputs no yes", "outputs no maybe") == core::Fault::syntax);
  CHECK(fault("x 1 0", "x 2 0") == core::Fault::syntax);
  CHECK(fault("letter 0", "letter -1") == core::Fault::syntax);
  CHECK(fault("claim no-single-factor", "claim no-single-layer") == core::Fault::unsupported);
}
