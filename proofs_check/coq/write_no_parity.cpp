// A transcription of FORMAT.md 4.7 into the records of SpectrumEvidence.v and CastNetwork.v:
// spectrum_script.hpp.

#include "proofs_check/coq/write_no_parity.hpp"

#include "core/error.hpp"
#include "proofs_check/coq/spectrum_script.hpp"

namespace statewright::proofs {

using namespace coq;

std::string write_coq_no_parity(std::string_view model, std::string_view certificate) {
  Script script;
  const Names names = network(script, model);
  Lines lines(certificate, "certificate");
  lines.fields("statewright-certificate", 1);
  const Words claim = lines.fields("claim", 1);
  if (claim[0] != "no-parity") {
    throw core::Error({core::Fault::unsupported, "certificate", "the claim no-parity",
                       core::quoted(claim[0]), std::string(kClaimsOfCoq)});
  }
  lines.fields("arithmetic", 1);
  lines.fields("model", 1);
  Words letters = lines.fields("letters", 1);
  letters.erase(letters.begin());
  Items claims(script, "letter_claims", "(list layer_evidence)");
  for (const auto letter : letters) {
    const std::string name = "letter_" + std::to_string(lines.number(letter));
    std::string layers;
    for (std::size_t i = 0; i < names.layers; ++i) {
      const LayerClaim one = layer_claim(script, lines, i, name + "_layer_" + std::to_string(i));
      if (!one.is_nonnegative) lines.refuse("nonnegative in the claim no-parity", "real");
      layers += (i == 0 ? "" : "; ") + one.evidence;
    }
    claims.add("[" + layers + "]", names.layers);
  }
  lines.fields("end");
  const std::string claims_term = claims.term();
  const std::string letters_term = script.list(letters, "letters", "nat");
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
         claims_term + ".\nDefinition the_letters : list nat :=\n " + letters_term +
         ".\n\nTheorem no_parity : no_network_tells_parity the_network the_letters.\n"
         "Proof.\n"
         "  refine (@no_parity_check_sound the_network the_claims the_letters _).\n"
         "  vm_cast_no_check (eq_refl true).\nQed.\n"
         "Print Assumptions no_parity.\n";
}

std::string write_coq_no_parity_readme(std::string_view subject) {
  return std::string(subject) +
         " tells the parity of none of the letters in the list the_letters, under every monotone\n"
         "cast of its states to finitely many values: a theorem for Coq.\n\n"
         "Instance.v      states and proves it; coqc's last answer should be one axiom,\n"
         "                Classical_Prop.classic : forall P : Prop, P \\/ ~ P\n"
         "model.sw        the network: compare it with Instance.v\n"
         "instance.cert   the certificate, for statewright-check\n\n"
         "  coqc -Q THEORIES Statewright Instance.v\n"
         "  statewright-check instance.cert --model model.sw\n\n"
         "THEORIES is the folder of the compiled library: proofs_check/coq/theories of the\n"
         "sources after `./dev coq`. Written for Coq 8.16.\n";
}

}  // namespace statewright::proofs
