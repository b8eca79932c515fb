// A transcription of FORMAT.md 4.7 into the records of SpectrumEvidence.v and CastNetwork.v:
// spectrum_script.hpp.

#include "proofs_check/coq/write_no_parity.hpp"

#include "proofs_check/coq/readme.hpp"
#include "proofs_check/coq/spectrum_script.hpp"

namespace statewright::proofs {

using namespace coq;

std::string write_coq_no_parity(std::string_view model, std::string_view certificate) {
  Script script;
  const Names names = network(script, model);
  Lines lines = certificate_lines(certificate, "no-parity", "model");
  const auto [letters, claims] =
      letter_claims(script, lines, names.layers, "layer_evidence", [&](const LayerClaim& one) {
        if (!one.is_nonnegative) lines.refuse("nonnegative in the claim no-parity", "real");
        return one.evidence;
      });
  lines.fields("end");
  return "(* On the words a, aa, aaa, .. of each of the_letters no network with these matrices\n"
         "   tells whether their length is even, in the cast model: exact states, every "
         "coordinate\n"
         "   cast to finitely many values, any decoders (CastNetwork.v). All eigenvalues are real\n"
         "   and >= 0. The network is model.sw, number by number (NetworkFile.v). *)\n"
         "From Coq Require Import ZArith List.\n"
         "From Statewright Require Import NetworkFile.\n"
         "From Statewright Require SpectrumCheck SpectrumEvidence CastNetwork.\n"
         "Import ListNotations SpectrumCheck SpectrumEvidence CastNetwork.\n"
         "Local Open Scope Z_scope.\n\n" +
         script.definitions + "\nDefinition the_claims : list (list layer_evidence) :=\n " +
         claims + ".\nDefinition the_letters : list nat :=\n " + letters +
         ".\n\nTheorem no_parity : no_network_tells_parity the_network the_letters.\n"
         "Proof.\n"
         "  refine (@no_parity_check_sound the_network the_claims the_letters _).\n"
         "  vm_cast_no_check (eq_refl true).\nQed.\n"
         "Print Assumptions no_parity.\n";
}

std::string write_coq_no_parity_readme(std::string_view subject) {
  return coq::readme(
      std::string(subject) +
          " tells the parity of none of the letters in the list the_letters, under every monotone\n"
          "cast of its states to finitely many values: a theorem for Coq.",
      coq::About::network, coq::Axioms::excluded_middle);
}

}  // namespace statewright::proofs
