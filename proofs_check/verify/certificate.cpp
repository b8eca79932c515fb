#include "proofs_check/verify/certificate.hpp"

#include "automata/language/canonical.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_canonical.hpp"
#include "core/text/canonical.hpp"
#include "core/text/digest.hpp"

namespace statewright::proofs {
namespace {

void append_rows(const ProductRows& rows, const Model& model, bool with_depths, std::string& out) {
  out += "denominators " + std::to_string(model.layers.size());
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    out += " " + (rows.layers.empty() ? "1" : core::to_string(rows.layers[i].denominator));
  }
  out += "\ndepths " + std::to_string(with_depths ? rows.depths.size() : 0);
  if (with_depths) {
    for (const std::size_t count : rows.depths) out += " " + std::to_string(count);
  }
  out += "\nrows " + std::to_string(rows.size()) + "\n";
  const std::size_t letters = model.letters.size(), layers = model.layers.size();
  const std::size_t expanded = letters == 0 ? rows.size() : rows.next.size() / letters;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    out += "row " + std::to_string(r);
    for (std::size_t i = 0; i < layers; ++i) {
      rows.layers[i].append(rows.states[r * layers + i], out);
    }
    out += " " + std::to_string(rows.automaton[r]) + "\n";
    if (r >= expanded) continue;
    out += "next";
    for (std::size_t a = 0; a < letters; ++a) {
      out += ' ';
      out += std::to_string(rows.next[r * letters + a]);
    }
    out += '\n';
  }
}

}  // namespace

std::string write_certificate(const Verdict& verdict, const Model& model, const Dfa& automaton) {
  if (verdict.unknown() != nullptr) {
    throw core::Error(
        {core::Fault::unsupported, "certificate", "a proved or refuted verdict", "an unknown one"});
  }
  std::string out = "statewright-certificate 1\nclaim ";
  out += verdict.proof() != nullptr ? "every-word" : "counterexample";
  out += "\narithmetic exact\nmodel " + core::sha256(core::write_model_canonical(model));
  out += "\nautomaton " + core::sha256(automata::write_automaton_canonical(automaton)) + "\n";
  if (const Proof* proof = verdict.proof()) {
    append_rows(proof->rows, model, false, out);
  } else {
    const Counterexample& found = *verdict.witness();
    out += "word " + std::to_string(found.word.size());
    for (const Letter a : found.word) out += " " + std::to_string(a);
    out += "\noutputs " + core::percent_encode(found.network_label) + " " +
           core::percent_encode(found.automaton_label);
    out += "\nshortest 1\n";
    append_rows(found.rows, model, true, out);
  }
  return out + "end\n";
}

}  // namespace statewright::proofs
