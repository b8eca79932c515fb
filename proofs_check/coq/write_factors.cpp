// A transcription of FORMAT.md 4.5 into the records of FactorCheck.v:
//   matrix I X          Matrix layer input ..
//   expanding           Expanding x
//   product 1 F ..      Some ([Factor ..; ..], NUM, DEN), the first factor of Bounds
//   minor, rows, ..     the rows and columns of Bounds
//   pencil 1, negative  Some (Fractions .., q)
//   norm 1, lower       Some (Fractions .., Fractions ..)

#include "proofs_check/coq/write_factors.hpp"

#include <vector>

#include "proofs_check/coq/readme.hpp"
#include "proofs_check/coq/script.hpp"

namespace statewright::proofs {
namespace {

using namespace coq;

/// Whether the line `keyword 0|1 ..` has something to say.
bool is_given(const Lines& lines, const Words& fields) {
  const std::size_t flag = lines.number(fields[0]);
  if (flag > 1) lines.refuse("0 or 1", fields[0]);
  return flag == 1;
}

std::string integers(Script& script, const Lines& lines, const Words& fields,
                     const std::string& name) {
  for (const auto field : fields) lines.integer(field);
  return script.list(fields, name);
}

/// `count` indices in a line, as a list of nat.
std::string indices(Script& script, Lines& lines, const std::string& keyword, std::size_t count,
                    const std::string& name) {
  const Words fields = lines.fields(keyword, count);
  if (fields.size() != count) lines.refuse("as many as the minor has", "others");
  for (const auto field : fields) lines.number(field);
  return script.list(fields, name, "nat");
}

/// `head`: the fields after `product`.
std::string product(Script& script, Lines& lines, const Words& head, const std::string& name) {
  if (!is_given(lines, head)) return "None";
  if (head.size() != 4) lines.refuse("product 1 F NUM DEN", "another line");
  const std::size_t factors = lines.number(head[1]);
  const std::string num(lines.integer(head[2])), den(lines.integer(head[3]));
  std::string list;
  for (std::size_t f = 0; f < factors; ++f) {
    const Words fields = lines.fields("factor", 4);
    list += (f == 0 ? "" : ";\n   ") + ("Factor (" + std::string(lines.integer(fields[0]))) + ") " +
            std::string(lines.integer(fields[1])) + " " +
            fractions(script, lines, fields, 2, name + "_key_" + std::to_string(f));
  }
  return "(Some ([" + list + "],\n   " + num + ", " + den + "%positive))";
}

std::string bounds(Script& script, Lines& lines, const Words& head, const std::string& name) {
  std::string text = "Bounds " + product(script, lines, head, name);
  const std::size_t size = lines.number(lines.fields("minor", 1)[0]);
  text += "\n  " + indices(script, lines, "rows", size, name + "_rows");
  text += " " + indices(script, lines, "columns", size, name + "_columns") + "\n  ";
  const Words pencil = lines.fields("pencil", 1);
  if (is_given(lines, pencil)) {
    text += "(Some (" + fractions(script, lines, pencil, 1, name + "_pencil") + ", ";
    text += integers(script, lines, lines.fields("negative"), name + "_negative") + "))";
  } else {
    text += "None";
  }
  const Words norm = lines.fields("norm", 1);
  if (!is_given(lines, norm)) return text + "\n  None";
  text += "\n  (Some (" + fractions(script, lines, norm, 1, name + "_pivots") + ", ";
  return text + fractions(script, lines, lines.fields("lower", 1), 0, name + "_lower") + "))";
}

}  // namespace

std::string write_coq_factors(std::string_view model, std::string_view certificate) {
  Script script;
  network(script, model);
  Lines lines = certificate_lines(certificate, "factors", "model");
  const std::size_t matrices = lines.number(lines.fields("matrices", 1)[0]);
  std::string claims;
  for (std::size_t m = 0; m < matrices; ++m) {
    const std::string name = "claim_" + std::to_string(m);
    const Words place = lines.fields("matrix", 2);
    const std::string layer = nat(lines.number(place[0])), input = nat(lines.number(place[1]));
    std::string content;
    Words fields = lines.any("expanding or product");
    const std::string_view kind = fields.front();
    fields.erase(fields.begin());
    if (kind == "expanding") {
      content = "Expanding " + integers(script, lines, fields, name + "_vector");
    } else if (kind == "product" && !fields.empty()) {
      content = bounds(script, lines, fields, name);
    } else {
      lines.refuse("expanding or product", kind);
    }
    script.definitions.append("Definition ").append(name).append(" : matrix_claim := Matrix ");
    script.definitions.append(layer).append(" ").append(input);
    script.definitions.append("\n (").append(content).append(").\n");
    claims += (m == 0 ? "" : "; ") + name;
  }
  lines.fields("end");
  return "(* Of how many factors I - beta v v^T / (v^T v) with 0 <= beta <= 2 the matrices in\n"
         "   the_claims are products, and of how many they are none, over every real closed field\n"
         "   (FactorCheck.v). The network is model.sw, number by number (NetworkFile.v). *)\n"
         "From Coq Require Import ZArith List.\n"
         "From Statewright Require Import NetworkFile.\n"
         "From Statewright Require FactorCheck.\n"
         "Import ListNotations FactorCheck.\n"
         "Local Open Scope Z_scope.\n\n" +
         script.definitions + "\nDefinition the_claims : list matrix_claim :=\n [" + claims +
         "].\n\nTheorem factors : factors_hold the_network the_claims.\nProof.\n"
         "  refine (@factors_check_sound the_network the_claims _).\n"
         "  vm_cast_no_check (eq_refl true).\nQed.\nPrint Assumptions factors.\n";
}

std::string write_coq_factors_readme(std::string_view subject) {
  return coq::readme("How many Householder factors the matrices of " + std::string(subject) +
                         " take: a theorem for Coq.",
                     coq::About::network);
}

}  // namespace statewright::proofs
