#include "proofs_check/coq/write_eigenvalue.hpp"

#include "proofs_check/coq/readme.hpp"
#include "proofs_check/coq/script.hpp"

namespace statewright::proofs {

using namespace coq;

std::string write_coq_eigenvalue(std::string_view model, std::string_view certificate) {
  Script script;
  network(script, model);
  Lines lines = certificate_lines(certificate, "eigenvalue", "model");
  const std::string layer = nat(lines.number(lines.fields("layer", 1)[0]));
  Words inputs = lines.fields("product", 2);
  if (lines.number(inputs[0]) + 1 != inputs.size())
    lines.refuse("as many inputs as it says", "others");
  inputs.erase(inputs.begin());
  for (const auto input : inputs) lines.number(input);
  Words q = lines.fields("hankel", 2);
  const std::size_t kind = lines.number(q[0]);
  if (kind > 1) lines.refuse("0 or 1", q[0]);
  q.erase(q.begin());
  for (const auto number : q) lines.integer(number);
  lines.fields("end");
  const std::string inputs_term = script.list(inputs, "inputs", "nat");
  const std::string vector = script.list(q, "vector");
  const std::string r = std::to_string(kind);
  return "(* The product of the matrices that layer " + layer +
         " of this network has for the_inputs, the\n"
         "   first applied first, has an eigenvalue that is " +
         (kind == 0 ? "not real" : "not a real number >= 0") +
         ":\n"
         "   EigenvalueShown.v. The network is model.sw, number by number (NetworkFile.v). *)\n"
         "From Coq Require Import ZArith List.\n"
         "From Statewright Require Import NetworkFile.\n"
         "From Statewright Require EigenvalueShown.\n"
         "Import ListNotations EigenvalueShown.\n"
         "Local Open Scope Z_scope.\n\n" +
         script.definitions + "Definition the_inputs : list nat :=\n " + inputs_term +
         ".\nDefinition the_vector : list Z :=\n " + vector +
         ".\n\nTheorem eigenvalue : product_has_eigenvalue the_network " + layer + " the_inputs " +
         r +
         ".\nProof.\n"
         "  refine (@eigenvalue_check_sound the_network " +
         layer + " the_inputs " + r +
         " the_vector _).\n"
         "  vm_cast_no_check (eq_refl true).\nQed.\n"
         "Print Assumptions eigenvalue.\n";
}

std::string write_coq_eigenvalue_readme(std::string_view subject) {
  return coq::readme("A product of matrices of " + std::string(subject) +
                         " has an eigenvalue that is not real, or not a real number >= 0:\n"
                         "a theorem for Coq.",
                     coq::About::network);
}

}  // namespace statewright::proofs
