#include "proofs_check/coq/write_eigenvalue.hpp"

#include "core/error.hpp"
#include "proofs_check/coq/script.hpp"

namespace statewright::proofs {

using namespace coq;

std::string write_coq_eigenvalue(std::string_view model, std::string_view certificate) {
  Script script;
  network(script, model);
  Lines lines(certificate, "certificate");
  lines.fields("statewright-certificate", 1);
  const Words claim = lines.fields("claim", 1);
  if (claim[0] != "eigenvalue") {
    throw core::Error({core::Fault::unsupported, "certificate", "the claim eigenvalue",
                       core::quoted(claim[0]), std::string(kClaimsOfCoq)});
  }
  lines.fields("arithmetic", 1);
  lines.fields("model", 1);
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
  return "A product of matrices of " + std::string(subject) +
         " has an eigenvalue that is not real, or not a real number >= 0:\n"
         "a theorem for Coq.\n\n"
         "Instance.v      states and proves it; the last line of coqc's answer should be\n"
         "                \"Closed under the global context\": no axiom was used\n"
         "model.sw        the network: compare it with Instance.v\n"
         "instance.cert   the certificate, for statewright-check\n\n"
         "  coqc -Q THEORIES Statewright Instance.v\n"
         "  statewright-check instance.cert --model model.sw\n\n"
         "THEORIES is the folder of the compiled library: proofs_check/coq/theories of the\n"
         "sources after `./dev coq`. Written for Coq 8.16.\n";
}

}  // namespace statewright::proofs
