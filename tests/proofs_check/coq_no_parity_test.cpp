// Certificates about eigenvalues as Coq files: written by hand from FORMAT.md 4.7 and the records
// of SpectrumEvidence.v and CastNetwork.v.

#include <algorithm>
#include <regex>

#include "core/lrnn/model_canonical.hpp"
#include "proofs_check/coq/write_no_parity.hpp"
#include "proofs_check/theorems/spectrum_certificate.hpp"
#include "tests/catch.hpp"
#include "tests/core/sample_models.hpp"
#include "tests/fault_of.hpp"
#include "tests/text_edits.hpp"

using namespace statewright;
using namespace statewright::proofs;

namespace {

const char* const kModel =
    "statewright-model 1\nletters 3 a b c\nlabels 2 no yes\nlayers 2\n"
    "layer 0\nstate 2 1\nreads 1 0\nstart 1 1 -1\ninputs 3\n"
    "input 0\ngh 1\nfactor 1 2 1 1 1\nadd 0\n"
    "input 1\ndense 4 3 1 -1 1\nadd 0\n"
    "input 2\ndiagonal 1 1 0\nadd 0\n"
    "readout 2\nweights 1 1 0 0 1\nbias 1 0 0\n"
    "layer 1\nstate 3 1\nreads 2 1 0\nstart 1 0 1 0\ninputs 6\n"
    "input 0\ndense 1 2 0 1 0 1 0 1 0 2\nadd 0\ninput 1\ngh 0\nadd 0\ninput 2\ngh 0\nadd 0\n"
    "input 3\ngh 0\nadd 0\ninput 4\ngh 0\nadd 0\ninput 5\ngh 0\nadd 0\n"
    "readout 2\nweights 1 1 0 0 0 1 0\nbias 1 0 0\nend\n";

const char* const kCertificate =
    "statewright-certificate 1\nclaim no-parity\narithmetic exact\nmodel x\nletters 2 0 1\n"
    "layer 0 nonnegative\nproducts 1\nfactors\n"
    "layer 1 nonnegative\nproducts 2\n"
    "blocks 2 2 1 0 2 1\nsymmetric\nsquares 2 2\nterm 1 2 1\nterm 3 0 1\n"
    "blocks 3 1 1 1 0 1 2\n"
    "layer 0 nonnegative\nproducts 1\n"
    "blocks 1 2 0 1\nhankel\nsquares 1 1\nterm 2 1 2\nsquares 1 1\nterm 4 1 2\n"
    "layer 1 nonnegative\ncommon 2 0 1\n"
    "end\n";

}  // namespace

TEST_CASE("Coq, no parity: number by number", "[proofs][coq][golden][quick]") {
  const std::string text = write_coq_no_parity(kModel, kCertificate);
  INFO(text);
  CHECK(contains(text, "Definition the_network : network := Network 3 2 [layer_0; layer_1].\n"));
  CHECK(contains(text, "Definition letter_0_layer_0_matrix_0 : evidence :=\n Factors.\n"));
  CHECK(contains(text,
                 "Definition letter_0_layer_1_matrix_0 : evidence :=\n"
                 " Blocks [Symmetric [0;2]%nat (LDL (2) [(1, [2;1]);\n  (3, [0;1])]);\n"
                 "  Entry 1].\n"));
  CHECK(contains(text, " Blocks [Entry 0;\n  Entry 1;\n  Entry 2].\n"));
  CHECK(
      contains(text,
               "Definition letter_1_layer_0_matrix_0 : evidence :=\n"
               " Blocks [Traces [0;1]%nat (LDL (1) [(2, [1;2])])\n   (LDL (1) [(4, [1;2])])].\n"));
  CHECK(contains(text,
                 "Definition the_claims : list (list layer_evidence) :=\n"
                 " [[Products [letter_0_layer_0_matrix_0]; "
                 "Products [letter_0_layer_1_matrix_0;\n  letter_0_layer_1_matrix_1]];\n"
                 "  [Products [letter_1_layer_0_matrix_0]; Common [2;0;1]%nat]].\n"
                 "Definition the_letters : list nat :=\n [0;1]%nat.\n"));
  CHECK(contains(text, "Theorem no_parity : no_network_tells_parity the_network the_letters.\n"));
  CHECK(text.ends_with("Qed.\nPrint Assumptions no_parity.\n"));
}

TEST_CASE("Coq, no parity: no definition is long", "[proofs][coq][quick]") {
  // 40 x 40, dense and symmetric: identity plus all ones, a sum of 40 squares of 40 numbers.
  const std::size_t n = 40;
  core::Matrix<core::Real> a(n, n);
  for (std::size_t i = 0; i < n * n; ++i) a.entries()[i] = i % (n + 1) == 0 ? 2 : 1;
  core::Layer layer;
  layer.n = n;
  layer.reads = {core::Source{}};
  layer.start = core::Matrix<core::Real>(n, 1);
  layer.table = {{core::Dense{a}, {}}};
  layer.readout = {core::Matrix<core::Real>(1, n), std::vector<core::Real>(1)};
  const core::Model model{core::Alphabet({"a"}), {"any"}, {layer}, {}};
  const std::string text =
      write_coq_no_parity(core::write_model_canonical(model),
                          write_no_parity_certificate(model, parity_theorem(model)));
  CHECK(contains(text, "Symmetric"));
  std::size_t longest = 0, all = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(".\n", begin), text.size());
    const std::string definition = text.substr(begin, end - begin);
    const auto numbers =
        static_cast<std::size_t>(std::count(definition.begin(), definition.end(), ';') + 1);
    longest = std::max(longest, numbers);
    all += numbers;
    begin = end + 2;
  }
  CHECK(longest <= 640);  // 600 numbers, and what separates the squares that they are in
  CHECK(all > 1'600 + 1'600);
}

TEST_CASE("Coq, no parity: what cannot be transcribed", "[proofs][coq][quick]") {
  const auto fault = [](std::string_view part, std::string_view by) {
    const std::string text = replaced(kCertificate, part, by);
    return fault_of([&] { write_coq_no_parity(kModel, text); });
  };
  CHECK(fault("claim no-parity", "claim no-counting") == core::Fault::unsupported);
  for (const auto& [part, by] : std::vector<std::pair<std::string, std::string>>{
           {"letters 2 0 1", "letters 2 0 x"},
           {"layer 1 nonnegative", "layer 1 real"},
           {"layer 1 nonnegative", "layer 0 nonnegative"},
           {"blocks 2 2 1 0 2 1", "blocks 2 2 2 0 2 1"},
           {"blocks 2 2 1 0 2 1", "blocks 2 2 0 0 2 1"},
           {"blocks 2 2 1 0 2 1", "blocks 9 2 1 0 2 1"},
           {"blocks 2 2 1 0 2 1", "blocks 1 2 0 2 1"},
           {"symmetric", "alternating"},
           {"squares 2 2", "squares 2"},
           {"term 1 2 1", "term 1]. Axiom oops : False 1"},
           {"term 1 2 1", "term 1 1.5 1"},
           {"common 2 0 1", "common 2 0 -1"},
           {"end\n", ""}}) {
    CAPTURE(part, by);
    CHECK(fault(part, by) == core::Fault::syntax);
  }
  // A wrong certificate is none of the transcription's business.
  CHECK(contains(write_coq_no_parity(kModel, replaced(kCertificate, "term 1 2 1", "term -7 2 1")),
                 "(-7, [2;1])"));
}
