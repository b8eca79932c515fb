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

#include <unordered_map>
#include <vector>

#include "core/error.hpp"
#include "proofs_check/coq/script.hpp"

namespace statewright::proofs {
namespace {

using namespace coq;
using core::Error;
using core::Fault;

// --- the automaton
// -------------------------------------------------------------------------------

/// A state or row of the files, which count from 0, as one of Coq's, which count from 1.
std::string one_more(std::size_t index) { return std::to_string(index + 1); }

void automaton(Script& script, std::string_view text, const Names& names) {
  Lines lines(text, "automaton");
  lines.fields("statewright-automaton", 1);
  Words letters = lines.fields("letters", 1), labels = lines.fields("labels", 1);
  letters.erase(letters.begin());
  labels.erase(labels.begin());
  const std::size_t states = lines.number(lines.fields("states", 1)[0]);
  const std::size_t start = lines.number(lines.fields("start", 1)[0]);

  const auto index_in = [](const Words& list) {
    std::unordered_map<std::string_view, std::size_t> index;
    for (std::size_t i = 0; i < list.size(); ++i) index.emplace(list[i], i);
    return index;
  };
  const auto letter_index = index_in(letters), label_index = index_in(names.labels);
  std::vector<std::size_t> order;  // the network's letters, as the automaton numbers them
  for (const auto letter : names.letters) {
    const auto found = letter_index.find(letter);
    if (found == letter_index.end()) lines.refuse("the letter " + std::string(letter), "none");
    order.push_back(found->second);
  }
  if (letters.size() != order.size()) lines.refuse("the network's letters", "more of them");
  std::vector<std::string> label_of;  // in the network's numbering
  for (std::size_t m = 0; m < labels.size(); ++m) {
    const auto found = label_index.find(labels[m]);
    label_of.push_back(
        std::to_string(found != label_index.end() ? found->second : names.labels.size() + m));
  }

  std::vector<std::string> next, output;
  for (std::size_t q = 0; q < states; ++q) {
    const Words fields = lines.fields("state", 2 + letters.size());
    const std::size_t label = lines.number(fields[1]);
    if (label >= label_of.size()) lines.refuse("a label", fields[1]);
    output.push_back(label_of[label]);
    for (const std::size_t letter : order) {
      const std::size_t state = lines.number(fields[2 + letter]);
      if (state >= states) lines.refuse("a state", fields[2 + letter]);
      next.push_back(one_more(state));
    }
  }
  lines.fields("end");
  const std::string next_term = script.list(next, "automaton_next", "positive");
  const std::string output_term = script.list(output, "automaton_output");
  script.definitions += "Definition the_automaton : dfa := DFA " + nat(order.size()) + " " +
                        one_more(start) + "\n (mk_map (rows_of " + nat(states) + " " +
                        nat(order.size()) + "\n  " + next_term + "))\n (mk_map (map Z.to_nat\n  " +
                        output_term + ")).\n\n";
}

// --- the certificate
// -----------------------------------------------------------------------------

/// "(Format 8 128)" of "float 8 7 127 1 1 1 ieee infinity nearest-even".
std::string format(const Lines& lines, const Words& fields) {
  const bool shaped = fields.size() == 10 && fields[0] == "float";
  const std::size_t exponent = shaped ? lines.number(fields[1]) : 0;
  const std::size_t significand = shaped ? lines.number(fields[2]) : 0;
  const Words rest(fields.begin() + (shaped ? 4 : 0), fields.end());
  const bool ieee = shaped && exponent >= 2 && exponent <= 11 &&
                    lines.number(fields[3]) == (std::size_t{1} << (exponent - 1)) - 1 &&
                    rest == Words{"1", "1", "1", "ieee", "infinity", "nearest-even"};
  if (!ieee) {
    throw Error({Fault::unsupported, "certificate",
                 "formats of IEEE 754 style, rounded to nearest, ties to even", "another",
                 "Coq knows fp64, fp32, tf32, bf16, fp16, e5m2 and their like; `statewright check` "
                 "knows all formats"});
  }
  return "(Format " + std::to_string(significand + 1) + " " +
         std::to_string(std::size_t{1} << (exponent - 1)) + ")";
}

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
                 "claims every-word and no-parity become theorems of Coq"});
  }
  Claim result;
  result.rounded = lines.fields("arithmetic", 1)[0] == "rounded";
  std::string formats;
  if (result.rounded) {
    for (const std::string_view part : {"io", "state", "accumulate"}) {
      formats += format(lines, lines.fields(part, 1)) + " ";
    }
    const Words readout = lines.fields("readout", 1);
    formats += readout[0] == "exact" ? "None" : "(Some " + format(lines, readout) + ")";
  }
  lines.fields("model", 1);
  lines.fields("automaton", 1);
  Words denominators;
  if (!result.rounded) {
    denominators = lines.fields("denominators", 1);
    denominators.erase(denominators.begin());
    for (const auto d : denominators) lines.integer(d);
  }
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
  return std::string(subject) + ", on words of every length, " +
         (rounded ? "every operation rounded" : "in exact arithmetic") +
         ": a theorem for Coq.\n\n"
         "Instance.v      states and proves it; the last line of coqc's answer should be\n"
         "                \"Closed under the global context\": no axiom was used\n"
         "model.sw        the network, automaton.sw the automaton: compare them with Instance.v\n"
         "instance.cert   the certificate, for statewright-check\n\n"
         "  coqc -Q THEORIES Statewright Instance.v\n"
         "  statewright-check instance.cert --model model.sw --automaton automaton.sw\n\n"
         "THEORIES is the folder of the compiled library: proofs_check/coq/theories of the\n"
         "sources after `./dev coq`. Written for Coq 8.16.\n";
}

}  // namespace statewright::proofs
