// A transcription of FORMAT.md 4.7 into the records of CountingNetwork.v: spectrum_script.hpp, with
// LayerClaim spectrum evidence for each layer.

#include "proofs_check/coq/write_no_counting.hpp"

#include "proofs_check/coq/readme.hpp"
#include "proofs_check/coq/spectrum_script.hpp"

namespace statewright::proofs {

using namespace coq;

std::string write_coq_no_counting(std::string_view model, std::string_view certificate) {
  Script script;
  const Names names = network(script, model);
  Lines lines = certificate_lines(certificate, "no-counting", "model");
  const std::size_t modulus = lines.number(lines.fields("modulus", 1)[0]);
  if (modulus < 2) lines.refuse("a modulus of at least 2", std::to_string(modulus));
  const auto [letters, claims] =
      letter_claims(script, lines, names.layers, "layer_claim", [](const LayerClaim& one) {
        return std::string("LayerClaim ") + (one.is_nonnegative ? "true" : "false") + " (" +
               one.evidence + ")";
      });
  lines.fields("end");
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
         script.definitions + "\nDefinition the_claims : list (list layer_claim) :=\n " + claims +
         ".\nDefinition the_letters : list nat :=\n " + letters +
         ".\n\nTheorem no_counting : no_network_counts the_network the_letters " + m +
         ".\nProof.\n"
         "  refine (@no_counting_check_sound the_network the_claims the_letters " +
         m +
         " _).\n"
         "  vm_cast_no_check (eq_refl true).\nQed.\n"
         "Print Assumptions no_counting.\n";
}

std::string write_coq_no_counting_readme(std::string_view subject) {
  return coq::readme(
      std::string(subject) +
          " counts none of the letters in the list the_letters modulo the number in the theorem,\n"
          "under every monotone cast of its states to finitely many values: a theorem for Coq.",
      coq::About::network, coq::Axioms::excluded_middle);
}

}  // namespace statewright::proofs
