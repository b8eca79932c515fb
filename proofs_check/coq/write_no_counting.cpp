// A transcription of FORMAT.md 4.7 into the records of CountingNetwork.v: spectrum_script.hpp, with
// LayerClaim spectrum evidence for each layer.

#include "proofs_check/coq/write_no_counting.hpp"

#include "core/error.hpp"
#include "proofs_check/coq/spectrum_script.hpp"

namespace statewright::proofs {

using namespace coq;

std::string write_coq_no_counting(std::string_view model, std::string_view certificate) {
  Script script;
  const Names names = network(script, model);
  Lines lines(certificate, "certificate");
  lines.fields("statewright-certificate", 1);
  const Words claim = lines.fields("claim", 1);
  if (claim[0] != "no-counting") {
    throw core::Error({core::Fault::unsupported, "certificate", "the claim no-counting",
                       core::quoted(claim[0]), std::string(kClaimsOfCoq)});
  }
  lines.fields("arithmetic", 1);
  lines.fields("model", 1);
  const std::size_t modulus = lines.number(lines.fields("modulus", 1)[0]);
  if (modulus < 2) lines.refuse("a modulus of at least 2", std::to_string(modulus));
  Words letters = lines.fields("letters", 1);
  letters.erase(letters.begin());
  Items claims(script, "letter_claims", "(list layer_claim)");
  for (const auto letter : letters) {
    const std::string name = "letter_" + std::to_string(lines.number(letter));
    std::string layers;
    for (std::size_t i = 0; i < names.layers; ++i) {
      const LayerClaim one = layer_claim(script, lines, i, name + "_layer_" + std::to_string(i));
      layers += (i == 0 ? "" : "; ") + std::string("LayerClaim ") +
                (one.is_nonnegative ? "true" : "false") + " (" + one.evidence + ")";
    }
    claims.add("[" + layers + "]", names.layers);
  }
  lines.fields("end");
  const std::string claims_term = claims.term();
  const std::string letters_term = script.list(letters, "letters", "nat");
  const std::string m = std::to_string(modulus);
  return "(* On the words a, aa, aaa, .. of each of the_letters no network with these matrices\n"
         "   tells whether " +
         m +
         " divides their length, in the cast model: exact states, every\n"
         "   coordinate cast to finitely many values, any decoders (CountingNetwork.v). All\n"
         "   eigenvalues that count are real. The network is model.sw, number by number\n"
         "   (NetworkFile.v). *)\n"
         "From Coq Require Import ZArith List.\n"
         "From Statewright Require Import NetworkFile.\n"
         "From Statewright Require SpectrumCheck SpectrumEvidence CastNetwork CountingNetwork.\n"
         "Import ListNotations SpectrumCheck SpectrumEvidence CastNetwork CountingNetwork.\n"
         "Local Open Scope Z_scope.\n\n" +
         script.definitions + "\nDefinition the_claims : list (list layer_claim) :=\n " +
         claims_term + ".\nDefinition the_letters : list nat :=\n " + letters_term +
         ".\n\nTheorem no_counting : no_network_counts the_network the_letters " + m +
         ".\nProof.\n"
         "  refine (@no_counting_check_sound the_network the_claims the_letters " +
         m +
         " _).\n"
         "  vm_cast_no_check (eq_refl true).\nQed.\n"
         "Print Assumptions no_counting.\n";
}

std::string write_coq_no_counting_readme(std::string_view subject) {
  return std::string(subject) +
         " counts none of the letters in the list the_letters modulo the number in the theorem,\n"
         "under every monotone cast of its states to finitely many values: a theorem for Coq.\n\n"
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
