// A transcription of FORMAT.md 4.9 and 4.10 into the records of StabilityCheck.v:
//   layer I .. states    Part I form (NUM) DEN squares inputs states
//   input X NUM DEN      Contraction X (NUM) DEN squares
//   states 1 NUM DEN     Some (NUM, DEN, center);   states 0    None
//   claim unbounded      Growth I word form (NUM) DEN squares vector
// and SQUARES into those of SpectrumCheck.v, as in spectrum_script.hpp.

#include "proofs_check/coq/write_stability.hpp"

#include "proofs_check/coq/readme.hpp"
#include "proofs_check/coq/script.hpp"
#include "proofs_check/coq/spectrum_script.hpp"

namespace statewright::proofs {
namespace {

using namespace coq;

/// Exactly `count` fields.
Words exactly(Lines& lines, std::string_view keyword, std::size_t count) {
  Words fields = lines.fields(keyword, count);
  if (fields.size() != count) lines.refuse(std::to_string(count) + " fields", "others");
  return fields;
}

/// "(NUM) DEN" of the fields from `first` on.
std::string fraction(const Lines& lines, const Words& fields, std::size_t first) {
  return "(" + std::string(lines.integer(fields[first])) + ") " +
         std::string(lines.integer(fields[first + 1]));
}

std::string integers(Script& script, Lines& lines, std::string_view keyword,
                     const std::string& name) {
  const Words fields = lines.fields(keyword, 1);
  for (const auto field : fields) lines.integer(field);
  return script.list(fields, name);
}

std::string states(Script& script, Lines& lines, const std::string& name) {
  const Words fields = lines.fields("states", 1);
  const std::size_t flag = lines.number(fields[0]);
  if (flag > 1 || fields.size() != (flag == 1 ? 3 : 1)) {
    lines.refuse("states 0, or states 1 NUM DEN", fields[0]);
  }
  if (flag == 0) return "None";
  const std::string num(lines.integer(fields[1])), den(lines.integer(fields[2]));
  const Words center = lines.fields("center", 1);
  return "(Some ((" + num + "), " + den + "%positive,\n   " +
         fractions(script, lines, center, 0, name + "_center") + "))";
}

std::string part(Script& script, Lines& lines, const std::string& name) {
  const std::string layer = nat(lines.number(exactly(lines, "layer", 1)[0]));
  const std::string form = integers(script, lines, "form", name + "_form");
  const std::string least = fraction(lines, exactly(lines, "least", 2), 0);
  const std::string above = squares(script, lines, name + "_above");
  Items inputs(script, name + "_inputs", "contraction");
  const std::size_t count = lines.number(exactly(lines, "inputs", 1)[0]);
  for (std::size_t k = 0; k < count; ++k) {
    const Words fields = exactly(lines, "input", 3);
    const std::string head = nat(lines.number(fields[0])) + " " + fraction(lines, fields, 1) + " ";
    inputs.add(
        "Contraction " + head + squares(script, lines, name + "_input_" + std::string(fields[0])),
        3);
  }
  const std::string list = inputs.term(), ball = states(script, lines, name);
  return "Part " + layer + " " + form + " " + least + "\n  " + above + "\n  " + list + "\n  " +
         ball;
}

/// Imports, definitions, and the theorem `name` from the check of `arguments`.
std::string file(const std::string& comment, const Script& script, const std::string& name,
                 const std::string& arguments, const std::string& before_assumptions) {
  return comment +
         "From Coq Require Import ZArith List.\n"
         "From Statewright Require Import NetworkFile.\n"
         "From Statewright Require SpectrumCheck StabilityCheck.\n"
         "Import ListNotations SpectrumCheck StabilityCheck.\n"
         "Local Open Scope Z_scope.\n\n" +
         script.definitions + "\nTheorem " + name + " : " + name + "_holds " + arguments +
         ".\nProof.\n  refine (@" + name + "_check_sound " + arguments +
         " _).\n  vm_cast_no_check (eq_refl true).\nQed.\n" + before_assumptions +
         "Print Assumptions " + name + ".\n";
}

}  // namespace

std::string write_coq_bounded(std::string_view model, std::string_view certificate) {
  Script script;
  network(script, model);
  Lines lines = certificate_lines(certificate, "bounded", "model");
  const std::size_t parts = lines.number(exactly(lines, "parts", 1)[0]);
  std::string list;
  for (std::size_t s = 0; s < parts; ++s) {
    const std::string name = "part_" + std::to_string(s);
    const std::string term = part(script, lines, name);
    script.definitions.append("Definition ").append(name).append(" : form_part :=\n ");
    script.definitions.append(term).append(".\n");
    list.append(s == 0 ? "" : "; ").append(name);
  }
  lines.fields("end");
  script.definitions += "\nDefinition the_parts : list form_part :=\n [" + list + "].\n";
  return file(
      "(* Each P of the_parts is positive definite, and no matrix that its part lists makes the\n"
      "   norm |h|^2 = h^T P h more than q times as long, q <= 1; if the part has a center, each\n"
      "   column of the layer's state stays in the ball around it on every word of these inputs.\n"
      "   In exact arithmetic, over every real closed field (StabilityCheck.v). The network is\n"
      "   model.sw, number by number (NetworkFile.v). *)\n",
      script, "bounded", "the_network the_parts", "");
}

std::string write_coq_unbounded(std::string_view model, std::string_view certificate) {
  Script script;
  network(script, model);
  Lines lines = certificate_lines(certificate, "unbounded", "model");
  const std::string layer = nat(lines.number(exactly(lines, "layer", 1)[0]));
  Words inputs = lines.fields("product", 2);
  if (lines.number(inputs[0]) + 1 != inputs.size()) {
    lines.refuse("as many inputs as it says", "others");
  }
  inputs.erase(inputs.begin());
  for (const auto input : inputs) lines.number(input);
  const std::string word = script.list(inputs, "inputs", "nat");
  const std::string form = integers(script, lines, "form", "form");
  const std::string growth = fraction(lines, exactly(lines, "growth", 2), 0);
  const std::string sum = squares(script, lines, "gain");
  const std::string vector = integers(script, lines, "vector", "vector");
  lines.fields("end");
  script.definitions += "Definition the_claim : growth_claim := Growth " + layer + "\n " + word +
                        "\n " + form + "\n " + growth + "\n " + sum + "\n " + vector + ".\n";
  return file(
      "(* While layer " + layer +
          " of this network reads the word of the_claim again and again, |.|^2 of\n"
          "   what the last line but one names grows at least like r^k, or like k if r = 1: the\n"
          "   powers of its matrices, its own state, or what (A B; 0 1) makes of a state and 1.\n"
          "   In exact arithmetic, over every real closed field (StabilityCheck.v). The network "
          "is\n"
          "   model.sw, number by number (NetworkFile.v). *)\n",
      script, "unbounded", "the_network the_claim",
      "Eval vm_compute in what_grows the_network the_claim.\n");
}

std::string write_coq_bounded_readme(std::string_view subject) {
  return coq::readme("Which norms the matrices of " + std::string(subject) +
                         " do not expand, and where its states stay: a theorem for Coq.",
                     coq::About::network);
}

std::string write_coq_unbounded_readme(std::string_view subject) {
  return coq::readme("States or products of matrices of " + std::string(subject) +
                         " grow without end: a theorem for Coq.",
                     coq::About::network);
}

}  // namespace statewright::proofs
