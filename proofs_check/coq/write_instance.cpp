// A transcription, and nothing else: the records of NetworkFile.v have the fields of FORMAT.md
// section 2 in its order, so that number after number of the canonical files comes out again. What
// must not be transcribed blindly is what the files say by name: letters, which network and
// automaton may list in different orders, and labels, which become indices into the network's list
// (a label that the network lacks gets an index that no network emits).
//
// Coq's parser is the bottleneck, not its kernel: long list literals overflow its stack, and the
// states of 40,320 rows take minutes to read where computing them takes seconds. Hence chunks, and
// no states. Both were measured on Coq 8.16 (proofs_check/coq/README.md).

#include "proofs_check/coq/write_instance.hpp"

#include <vector>

#include "core/error.hpp"
#include "proofs_check/coq/readme.hpp"
#include "proofs_check/coq/script.hpp"
#include "proofs_check/coq/subject.hpp"

namespace statewright::proofs {
namespace {

using namespace coq;
using core::Error;
using core::Fault;

struct Claim {
  bool rounded = false;
  std::size_t rows = 0;
};

Claim certificate(Script& script, std::string_view text, const Names& names) {
  Lines lines(text, "certificate");
  lines.fields("statewright-certificate", 1);
  const Words claim = lines.fields("claim", 1);
  if (claim[0] != "every-word") {
    throw Error({Fault::unsupported, "certificate", "the claim every-word", core::quoted(claim[0]),
                 std::string(kClaimsOfCoq)});
  }
  Claim result;
  const std::string formats = arithmetic(lines);
  result.rounded = !formats.empty();
  lines.fields("model", 1);
  lines.fields("automaton", 1);
  const Words denominators = result.rounded ? Words{} : denominators_of(lines);
  lines.fields("depths", 1);
  result.rows = lines.number(lines.fields("rows", 1)[0]);

  std::vector<std::string> table;
  for (std::size_t r = 0; r < result.rows; ++r) {
    table.push_back(one_more(lines.number(lines.fields("row", 2).back())));
    const Words next = lines.fields("next");
    if (next.size() != names.letters.size()) lines.refuse("a row for each letter", "others");
    for (const auto row : next) table.push_back(one_more(lines.number(row)));
  }
  lines.fields("end");

  const std::string term = script.list(table, "table", "positive");
  script.definitions += "Definition the_rows : list (positive * list positive) :=\n table_rows " +
                        nat(result.rows) + " " + nat(names.letters.size()) + "\n  " + term +
                        ".\n\n";
  if (result.rounded) {
    script.definitions += "Definition the_formats : formats := Formats " + formats + ".\n\n";
  } else {
    script.definitions += "Definition the_denominators : list positive :=\n " +
                          script.list(denominators, "denominators", "positive") + ".\n\n";
  }
  return result;
}

}  // namespace

std::string write_coq_instance(const CanonicalTexts& texts) {
  Script script;
  const Names names = network(script, texts.model);
  automaton(script, texts.automaton, names);
  const Claim claim = certificate(script, texts.certificate, names);
  const std::string letters = nat(names.letters.size());
  std::string out =
      "(* For every word this network outputs what this automaton does, " +
      std::string(claim.rounded ? "every operation rounded" : "in exact arithmetic") + ": " +
      std::to_string(claim.rows) +
      " rows.\n   Network and automaton are model.sw and automaton.sw, number by number "
      "(NetworkFile.v). *)\n"
      "From Coq Require Import ZArith List.\n"
      "From Statewright Require Import LrnnCert LayerStack NetworkFile " +
      std::string(claim.rounded ? "RoundedNetwork" : "ExactNetwork") +
      ".\nImport ListNotations.\nLocal Open Scope Z_scope.\n\n" + script.definitions;
  if (claim.rounded) {
    out +=
        "Theorem every_word : rounded_agrees the_formats the_network the_automaton.\n"
        "Proof.\n"
        "  refine (rounded_check_sound the_formats the_network the_automaton the_rows _).\n";
  } else {
    out += "Theorem every_word : forall w, Forall (fun x => (x < " + letters +
           ")%nat) w ->\n  exact_output the_network w = dfa_out the_automaton w.\n"
           "Proof.\n"
           "  refine (exact_check_sound the_network the_denominators the_automaton the_rows _).\n";
  }
  out += "  vm_cast_no_check (eq_refl true).\nQed.\n";
  return out + "Print Assumptions every_word.\n";
}

std::string write_coq_readme(const CanonicalTexts& texts, std::string_view subject) {
  const bool rounded = texts.certificate.find("\narithmetic rounded\n") != std::string::npos;
  return coq::readme(std::string(subject) + ", on words of every length, " +
                         (rounded ? "every operation rounded" : "in exact arithmetic") +
                         ": a theorem for Coq.",
                     coq::About::both);
}

}  // namespace statewright::proofs
