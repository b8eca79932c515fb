// Certificates of the claims no-counting and eigenvalue as Coq files: written by hand from
// FORMAT.md 4.7, 4.8 and the records of CountingNetwork.v and EigenvalueShown.v.

#include "proofs_check/coq/write_eigenvalue.hpp"
#include "proofs_check/coq/write_no_counting.hpp"
#include "tests/catch.hpp"
#include "tests/fault_of.hpp"
#include "tests/text_edits.hpp"

using namespace statewright;
using namespace statewright::proofs;

namespace {

const char* const kModel =
    "statewright-model 1\nletters 2 a b\nlabels 2 no yes\nlayers 2\n"
    "layer 0\nstate 1 1\nreads 1 0\nstart 1 1\ninputs 2\n"
    "input 0\ndiagonal 1 -1\nadd 0\ninput 1\ndiagonal 1 1\nadd 0\n"
    "readout 2\nweights 1 1 -1\nbias 1 0 0\n"
    "layer 1\nstate 2 1\nreads 1 1\nstart 1 1 1\ninputs 2\n"
    "input 0\ngh 1\nfactor 2 1 1 1 2\nadd 0\n"
    "input 1\ndense 1 0 1 1 0\nadd 0\n"
    "readout 2\nweights 1 1 0 0 1\nbias 1 0 0\nend\n";

const char* const kCertificate =
    "statewright-certificate 1\nclaim no-counting\narithmetic exact\nmodel x\nmodulus 5\n"
    "letters 2 0 1\n"
    "layer 0 real\nproducts 1\nblocks 1 1 0\n"
    "layer 1 real\nproducts 2\n"
    "blocks 1 2 0 1\nsymmetric\n"
    "blocks 1 2 1 0\nhankel\nsquares 2 2\nterm 1 2 -9\nterm 481 0 1\n"
    "layer 0 nonnegative\ncommon 0\n"
    "layer 1 nonnegative\nproducts 1\nblocks 1 2 0 1\nhankel\nsquares 1 1\nterm 2 1 2\n"
    "squares 1 1\nterm 4 1 2\n"
    "end\n";

const char* const kEigenvalue =
    "statewright-certificate 1\nclaim eigenvalue\narithmetic exact\nmodel x\n"
    "layer 1\nproduct 2 0 1\nhankel 0 -3 1\nend\n";

}  // namespace

TEST_CASE("Coq, no counting: number by number", "[proofs][coq][golden][quick]") {
  const std::string text = write_coq_no_counting(kModel, kCertificate);
  INFO(text);
  CHECK(contains(text, "Definition the_network : network := Network 2 2 [layer_0; layer_1].\n"));
  CHECK(contains(text,
                 "Definition letter_0_layer_1_matrix_0 : evidence :=\n"
                 " Blocks [RealSymmetric [0;1]%nat].\n"));
  CHECK(contains(text,
                 "Definition letter_0_layer_1_matrix_1 : evidence :=\n"
                 " Blocks [RealTraces [1;0]%nat (LDL (2) [(1, [2;-9]);\n  (481, [0;1])])].\n"));
  CHECK(
      contains(text,
               "Definition letter_1_layer_1_matrix_0 : evidence :=\n"
               " Blocks [Traces [0;1]%nat (LDL (1) [(2, [1;2])])\n   (LDL (1) [(4, [1;2])])].\n"));
  CHECK(contains(text,
                 "Definition the_claims : list (list layer_claim) :=\n"
                 " [[LayerClaim false (Products [letter_0_layer_0_matrix_0]); "
                 "LayerClaim false (Products [letter_0_layer_1_matrix_0;\n"
                 "  letter_0_layer_1_matrix_1])];\n"
                 "  [LayerClaim true (Common [0]%nat); "
                 "LayerClaim true (Products [letter_1_layer_1_matrix_0])]].\n"
                 "Definition the_letters : list nat :=\n [0;1]%nat.\n"));
  CHECK(contains(text,
                 "Theorem no_counting : no_network_counts the_network the_letters 5.\n"
                 "Proof.\n  refine (@no_counting_check_sound the_network the_claims the_letters 5 "
                 "_).\n"));
  CHECK(text.ends_with("Qed.\nPrint Assumptions no_counting.\n"));
}

TEST_CASE("Coq, an eigenvalue: number by number", "[proofs][coq][golden][quick]") {
  const std::string text = write_coq_eigenvalue(kModel, kEigenvalue);
  INFO(text);
  CHECK(contains(text, "has an eigenvalue that is not real:"));
  CHECK(contains(text,
                 "Definition the_inputs : list nat :=\n [0;1]%nat.\n"
                 "Definition the_vector : list Z :=\n [-3;1].\n\n"
                 "Theorem eigenvalue : product_has_eigenvalue the_network 1 the_inputs 0.\n"
                 "Proof.\n  refine (@eigenvalue_check_sound the_network 1 the_inputs 0 the_vector "
                 "_).\n"));
  CHECK(text.ends_with("Qed.\nPrint Assumptions eigenvalue.\n"));
  CHECK(contains(write_coq_eigenvalue(kModel, replaced(kEigenvalue, "hankel 0", "hankel 1")),
                 "has an eigenvalue that is not a real number >= 0:"));
}

TEST_CASE("Coq, no counting and an eigenvalue: what cannot be transcribed",
          "[proofs][coq][quick]") {
  const auto counting = [](std::string_view part, std::string_view by) {
    const std::string text = replaced(kCertificate, part, by);
    return fault_of([&] { write_coq_no_counting(kModel, text); });
  };
  CHECK(counting("claim no-counting", "claim no-parity") == core::Fault::unsupported);
  for (const auto& [part, by] : std::vector<std::pair<std::string, std::string>>{
           {"modulus 5", "modulus 1"},
           {"modulus 5", "modulus 5. Axiom oops : False"},
           {"modulus 5", "modulus -3"},
           {"layer 1 real", "layer 1 imaginary"},
           {"layer 1 real", "layer 0 real"},
           {"letters 2 0 1", "letters 2 0 x"},
           {"products 2", "products 3"},
           {"symmetric\n", "symmetric\nsquares 1 0\n"},
           {"squares 1 1\nterm 4 1 2\n", ""},
           {"end\n", ""}}) {
    CAPTURE(part, by);
    CHECK(counting(part, by) == core::Fault::syntax);
  }
  const auto eigenvalue = [](std::string_view part, std::string_view by) {
    const std::string text = replaced(kEigenvalue, part, by);
    return fault_of([&] { write_coq_eigenvalue(kModel, text); });
  };
  CHECK(eigenvalue("claim eigenvalue", "claim factors") == core::Fault::unsupported);
  for (const auto& [part, by] :
       std::vector<std::pair<std::string, std::string>>{{"product 2 0 1", "product 3 0 1"},
                                                        {"product 2 0 1", "product 2 0 -1"},
                                                        {"hankel 0", "hankel 2"},
                                                        {"hankel 0 -3 1", "hankel 0 -3 1/2"},
                                                        {"hankel 0 -3 1", "hankel 0"},
                                                        {"end\n", ""}}) {
    CAPTURE(part, by);
    CHECK(eigenvalue(part, by) == core::Fault::syntax);
  }
}
