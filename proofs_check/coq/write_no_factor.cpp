#include "proofs_check/coq/write_no_factor.hpp"

#include "proofs_check/coq/readme.hpp"
#include "proofs_check/coq/script.hpp"
#include "proofs_check/coq/subject.hpp"

namespace statewright::proofs {

using namespace coq;

std::string write_coq_no_factor(std::string_view automaton_text, std::string_view certificate) {
  Script script;
  const Names names = names_of_automaton(automaton_text);
  const LabelIndices labels = automaton(script, automaton_text, names);
  Lines lines = certificate_lines(certificate, "no-single-factor", "automaton");
  const std::string letter = nat(lines.number(lines.fields("letter", 1)[0])) + "%nat";
  word(script, lines, "u");
  word(script, lines, "x");
  const std::string involution = outputs(lines, labels);
  word(script, lines, "y");
  word(script, lines, "z");
  const std::string idempotent = outputs(lines, labels);
  lines.fields("end");
  return "(* No single layer H <- A(letter) H + B(letter) with finitely many reachable states in\n"
         "   which A(the_letter) is one factor I - beta v v^T / (v^T v) gives every word the "
         "label\n"
         "   that this automaton gives it: over any real field, of whatever dimension, for any "
         "beta,\n"
         "   whatever function of the state and the last letter its output is (NoSingleFactor.v).\n"
         "   The automaton is automaton.sw, number by number. *)\n"
         "From Coq Require Import ZArith List.\n"
         "From Statewright Require Import LrnnCert NetworkFile NoSingleFactor.\n"
         "Import ListNotations.\nLocal Open Scope Z_scope.\n\n" +
         script.definitions + "Definition the_letter : nat := " + letter +
         ".\n\nTheorem no_factor : no_factor_recognises the_automaton the_letter.\nProof.\n"
         "  refine (@no_single_factor the_automaton the_letter word_u word_x" +
         involution + " word_y word_z" + idempotent +
         " _).\n"
         "  vm_cast_no_check (eq_refl true).\nQed.\nPrint Assumptions no_factor.\n";
}

std::string write_coq_no_factor_readme(std::string_view subject) {
  return coq::readme("A letter of " + std::string(subject) +
                         " is no single Householder factor: a theorem for Coq.",
                     coq::About::automaton);
}

}  // namespace statewright::proofs
