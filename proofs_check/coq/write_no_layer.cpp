#include "proofs_check/coq/write_no_layer.hpp"

#include "proofs_check/coq/readme.hpp"
#include "proofs_check/coq/script.hpp"
#include "proofs_check/coq/subject.hpp"

namespace statewright::proofs {

using namespace coq;

std::string write_coq_no_layer(std::string_view automaton_text, std::string_view certificate) {
  Script script;
  const Names names = names_of_automaton(automaton_text);
  const LabelIndices labels = automaton(script, automaton_text, names);
  Lines lines = certificate_lines(certificate, "no-single-layer", "automaton");
  for (const char* name : {"u", "x", "y", "z"}) word(script, lines, name);
  const std::string differing = outputs(lines, labels);
  lines.fields("end");
  return "(* No single layer H <- A(letter) H + B(letter) with |A(letter)| <= 1 and finitely many\n"
         "   reachable states gives every word the label that this automaton gives it: over any\n"
         "   real field, of whatever dimension, whatever function of the state and the last "
         "letter\n"
         "   its output is (OneLayer.v). The automaton is automaton.sw, number by number. *)\n"
         "From Coq Require Import ZArith List.\n"
         "From Statewright Require Import LrnnCert NetworkFile OneLayer.\n"
         "Import ListNotations.\nLocal Open Scope Z_scope.\n\n" +
         script.definitions +
         "\nTheorem no_layer : no_layer_recognises the_automaton.\nProof.\n"
         "  refine (@no_single_layer the_automaton word_u word_x word_y word_z" +
         differing +
         " _).\n"
         "  vm_cast_no_check (eq_refl true).\nQed.\nPrint Assumptions no_layer.\n";
}

std::string write_coq_no_layer_readme(std::string_view subject) {
  return coq::readme(
      "No single non-expansive layer recognises " + std::string(subject) + ": a theorem for Coq.",
      coq::About::automaton);
}

}  // namespace statewright::proofs
