// A word on which network and automaton differ, as a theorem: Counterexample.v has the check that
// closes it. The word is run in Coq, with denominators that Coq finds; what the certificate adds
// with `shortest 1` is which row each letter leads to, as in the claim every-word, except that the
// rows of the last level lead nowhere.

#include "proofs_check/coq/write_difference.hpp"

#include <vector>

#include "core/error.hpp"
#include "proofs_check/coq/readme.hpp"
#include "proofs_check/coq/script.hpp"
#include "proofs_check/coq/subject.hpp"

namespace statewright::proofs {
namespace {

using namespace coq;

std::string nat_list(Script& script, const Words& numbers, const std::string& name) {
  return "map Z.to_nat " + script.list(numbers, name);
}

/// A line "KEYWORD T INT*T", integers below 2^31.
Words counted(Lines& lines, std::string_view keyword) {
  Words fields = lines.fields(keyword, 1);
  if (lines.number(fields[0]) + 1 != fields.size()) {
    lines.refuse("as many numbers after " + std::string(keyword) + " as it says", "others");
  }
  fields.erase(fields.begin());
  for (const auto number : fields) lines.number(number);
  return fields;
}

/// Rows of all levels but the last name a row for every letter.
void levels(Script& script, Lines& lines, std::size_t letters) {
  const Words depths = counted(lines, "depths");
  const std::size_t rows = lines.number(lines.fields("rows", 1)[0]);
  const std::size_t leaves = depths.empty() ? 0 : lines.number(depths.back());
  if (leaves > rows) lines.refuse("as many rows as the depths say", "fewer");
  std::vector<std::string> table;
  for (std::size_t r = 0; r < rows; ++r) {
    table.push_back(one_more(lines.number(lines.fields("row", 2).back())));
    if (r >= rows - leaves) continue;
    const Words next = lines.fields("next");
    if (next.size() != letters) lines.refuse("a row for each letter", "others");
    for (const auto row : next) table.push_back(one_more(lines.number(row)));
  }
  script.count(depths.size());
  const std::string depths_term = nat_list(script, depths, "depths");
  const std::string table_term = script.list(table, "table", "positive");
  script.definitions += "Definition the_depths : list nat :=\n " + depths_term + ".\n\n" +
                        "Definition the_rows : list (positive * list positive) :=\n level_rows " +
                        nat(rows - leaves) + " " + nat(leaves) + " " + nat(letters) + "\n  " +
                        table_term + ".\n\n";
}

std::size_t index_of(const Lines& lines, const LabelIndices& indices, std::string_view label) {
  const auto found = indices.find(label);
  if (found == indices.end()) lines.refuse("a label", label);
  return found->second;
}

}  // namespace

std::string write_coq_difference(const CanonicalTexts& texts) {
  Script script;
  const Names names = network(script, texts.model);
  const LabelIndices automaton_labels = automaton(script, texts.automaton, names);
  LabelIndices network_labels;
  for (std::size_t k = 0; k < names.labels.size(); ++k) network_labels.emplace(names.labels[k], k);

  Lines lines(texts.certificate, "certificate");
  lines.fields("statewright-certificate", 1);
  const Words claim = lines.fields("claim", 1);
  if (claim[0] != "counterexample") {
    throw core::Error({core::Fault::unsupported, "certificate", "the claim counterexample",
                       core::quoted(claim[0])});
  }
  const std::string formats = arithmetic(lines);
  const bool rounded = !formats.empty();
  lines.fields("model", 1);
  lines.fields("automaton", 1);
  const Words word = counted(lines, "word");
  const std::string word_term = nat_list(script, word, "word");
  script.definitions += "Definition the_word : list nat :=\n " + word_term + ".\n\n";
  const Words outputs = lines.fields("outputs", 2);
  const std::string labels = nat(index_of(lines, network_labels, outputs[0])) + "%nat " +
                             nat(index_of(lines, automaton_labels, outputs[1])) + "%nat";
  const bool shortest = lines.fields("shortest", 1)[0] == "1";
  if (shortest) {
    if (!rounded) {
      const std::string denominators =
          script.list(denominators_of(lines), "denominators", "positive");
      script.definitions +=
          "Definition the_denominators : list positive :=\n " + denominators + ".\n\n";
    }
    levels(script, lines, names.letters.size());
  }
  lines.fields("end");
  if (rounded)
    script.definitions += "Definition the_formats : formats := Formats " + formats + ".\n\n";

  const std::string kind = rounded ? "rounded" : "exact";
  const std::string arguments =
      std::string(rounded ? "the_formats " : "") + "the_network the_automaton the_word " + labels;
  const std::string evidence = std::string(rounded ? "the_formats " : "") + "the_network " +
                               (shortest && !rounded ? "the_denominators " : "") +
                               "the_automaton\n            the_word " + labels +
                               (shortest ? " the_depths the_rows" : "");
  const std::string what = shortest ? "shortest" : "difference";
  return "(* On the_word this network and this automaton give two labels that differ, " +
         std::string(rounded ? "every operation\n   rounded" : "in exact\n   arithmetic") +
         (shortest ? "; on every shorter word they agree" : "") +
         ". Network and automaton are model.sw and\n"
         "   automaton.sw, number by number (NetworkFile.v). *)\n"
         "From Coq Require Import ZArith List.\n"
         "From Statewright Require Import LrnnCert LayerStack NetworkFile " +
         std::string(rounded ? "RoundedNetwork" : "ExactNetwork") +
         " Counterexample.\n"
         "Import ListNotations.\nLocal Open Scope Z_scope.\n\n" +
         script.definitions + "Theorem counterexample : " + kind + "_" +
         (shortest ? "shortest " : "differs ") + arguments + ".\nProof.\n  refine (" + kind + "_" +
         what + "_sound " + evidence +
         " _).\n  vm_cast_no_check (eq_refl true).\nQed.\nPrint Assumptions counterexample.\n";
}

std::string write_coq_difference_readme(const CanonicalTexts& texts, std::string_view subject) {
  const bool rounded = texts.certificate.find("\narithmetic rounded\n") != std::string::npos;
  const bool shortest = texts.certificate.find("\nshortest 1\n") != std::string::npos;
  return coq::readme(std::string(subject) + " differ on a word, " +
                         (rounded ? "every operation rounded" : "in exact arithmetic") +
                         (shortest ? ", and on no shorter one" : "") + ": a theorem for Coq.",
                     coq::About::both);
}

}  // namespace statewright::proofs
