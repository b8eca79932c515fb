// A transcription of FORMAT.md 4.7 into the records of SpectrumEvidence.v and CastNetwork.v:
//   factors        Factors
//   blocks         Blocks [..], with an Entry for each block of one coordinate
//   symmetric      Symmetric coordinates squares
//   hankel         Traces coordinates squares squares
//   squares, term  LDL scale [(weight, w); ..]
//   common         Common order,    products    Products [..]
// Which matrix each input has is not in the certificate; Coq finds out itself which are equal.

#include "proofs_check/coq/write_no_parity.hpp"

#include <utility>
#include <vector>

#include "core/error.hpp"
#include "proofs_check/coq/script.hpp"

namespace statewright::proofs {
namespace {

using namespace coq;

/// A list of terms, cut into definitions of at most kChunk numbers.
class Items {
 public:
  Items(Script& script, std::string name, std::string type)
      : script_(script), name_(std::move(name)), type_(std::move(type)) {}

  void add(const std::string& item, std::size_t numbers) {
    if (in_chunk_ > 0 && in_chunk_ + numbers > kChunk) finish_chunk();
    chunk_ += (chunk_.empty() ? "" : ";\n  ") + item;
    in_chunk_ += numbers;
  }

  /// The list as a Coq term.
  std::string term() {
    if (parts_.empty()) return "[" + chunk_ + "]";
    finish_chunk();
    return "(chunks [" + parts_ + "])";
  }

 private:
  void finish_chunk() {
    const std::string part = name_ + "_" + std::to_string(count_++);
    script_.definitions += "Definition " + part + " : list " + type_ + " :=\n [" + chunk_ + "].\n";
    parts_ += (parts_.empty() ? "" : "; ") + part;
    chunk_.clear();
    in_chunk_ = 0;
  }

  Script& script_;
  std::string name_, type_, chunk_, parts_;
  std::size_t in_chunk_ = 0, count_ = 0;
};

std::string squares(Script& script, Lines& lines, const std::string& name) {
  const Words head = lines.fields("squares", 2);
  const std::string scale(lines.integer(head[0]));
  const std::size_t terms = lines.number(head[1]);
  Items items(script, name, "(Z * list Z)");
  for (std::size_t t = 0; t < terms; ++t) {
    const Words fields = lines.fields("term", 2);
    for (const auto number : fields) lines.integer(number);
    script.count(1);
    const Words w(fields.begin() + 1, fields.end());
    items.add("(" + std::string(fields[0]) + ", " +
                  script.list(w, name + "_w_" + std::to_string(t)) + ")",
              fields.size());
  }
  return "(LDL (" + scale + ") " + items.term() + ")";
}

std::string coordinates(const Lines& lines, const Words& order, std::size_t begin,
                        std::size_t end) {
  std::string text;
  for (std::size_t i = begin; i < end; ++i) {
    text += (i == begin ? "" : ";") + nat(lines.number(order[i]));
  }
  return "[" + text + "]%nat";
}

std::string evidence(Script& script, Lines& lines, const std::string& name) {
  const Words head = lines.any("factors or blocks");
  if (head[0] == "factors" && head.size() == 1) return "Factors";
  if (head[0] != "blocks" || head.size() < 2) lines.refuse("factors or blocks", head[0]);
  const std::size_t count = lines.number(head[1]);
  if (head.size() < 2 + count) lines.refuse("the size of each block", "fewer");
  const Words order(head.begin() + 2 + static_cast<std::ptrdiff_t>(count), head.end());
  script.count(order.size());
  Items blocks(script, name + "_blocks", "block");
  std::size_t begin = 0;
  for (std::size_t b = 0; b < count; ++b) {
    const std::size_t size = lines.number(head[2 + b]), end = begin + size;
    if (size == 0 || end > order.size()) lines.refuse("sizes that add up", head[2 + b]);
    if (size == 1) {
      blocks.add("Entry " + nat(lines.number(order[begin])), 1);
    } else {
      const std::string of = name + "_block_" + std::to_string(b);
      const Words kind = lines.any("symmetric or hankel");
      const std::string cut = coordinates(lines, order, begin, end);
      if (kind[0] == "symmetric") {
        blocks.add("Symmetric " + cut + " " + squares(script, lines, of), size);
      } else if (kind[0] == "hankel") {
        const std::string first = squares(script, lines, of + "_h0");
        blocks.add("Traces " + cut + " " + first + "\n   " + squares(script, lines, of + "_h1"),
                   size);
      } else {
        lines.refuse("symmetric or hankel", kind[0]);
      }
    }
    begin = end;
  }
  if (begin != order.size()) lines.refuse("sizes that add up", "coordinates that are left");
  return "Blocks " + blocks.term();
}

std::string layer_evidence(Script& script, Lines& lines, std::size_t layer,
                           const std::string& name) {
  const Words head = lines.fields("layer", 2);
  if (lines.number(head[0]) != layer || head[1] != "nonnegative") {
    lines.refuse(std::to_string(layer) + " nonnegative", head[1]);
  }
  const Words body = lines.any("common or products");
  if (body[0] == "common") {
    script.count(body.size());
    return "Common " + coordinates(lines, body, 1, body.size());
  }
  if (body[0] != "products" || body.size() != 2) lines.refuse("common or products", body[0]);
  const std::size_t products = lines.number(body[1]);
  Items items(script, name + "_matrices", "evidence");
  for (std::size_t p = 0; p < products; ++p) {
    const std::string of = name + "_matrix_" + std::to_string(p);
    const std::string term = evidence(script, lines, of);
    script.definitions += "Definition " + of + " : evidence :=\n " + term + ".\n";
    items.add(of, 1);
  }
  return "Products " + items.term();
}

}  // namespace

std::string write_coq_no_parity(std::string_view model, std::string_view certificate) {
  Script script;
  const Names names = network(script, model);
  Lines lines(certificate, "certificate");
  lines.fields("statewright-certificate", 1);
  const Words claim = lines.fields("claim", 1);
  if (claim[0] != "no-parity") {
    throw core::Error({core::Fault::unsupported, "certificate", "the claim no-parity",
                       core::quoted(claim[0]),
                       "claims every-word, counterexample, no-single-layer and no-parity become "
                       "theorems of Coq"});
  }
  lines.fields("arithmetic", 1);
  lines.fields("model", 1);
  Words letters = lines.fields("letters", 1);
  letters.erase(letters.begin());
  Items claims(script, "letter_claims", "(list layer_evidence)");
  for (const auto letter : letters) {
    const std::string name = "letter_" + std::to_string(lines.number(letter));
    std::string layers;
    for (std::size_t i = 0; i < names.layers; ++i) {
      layers += (i == 0 ? "" : "; ") +
                layer_evidence(script, lines, i, name + "_layer_" + std::to_string(i));
    }
    claims.add("[" + layers + "]", names.layers);
  }
  lines.fields("end");
  const std::string claims_term = claims.term();
  const std::string letters_term = script.list(letters, "letters", "nat");
  return "(* On the words a, aa, aaa, .. of each of the_letters no network with these matrices\n"
         "   tells whether their length is even, in the cast model: exact states, every "
         "coordinate\n"
         "   cast to finitely many values, any decoders (CastNetwork.v). All eigenvalues are real\n"
         "   and >= 0. The network is model.sw, number by number (NetworkFile.v). *)\n"
         "From Coq Require Import ZArith List.\n"
         "From Statewright Require Import NetworkFile.\n"
         "From Statewright Require SpectrumCheck SpectrumEvidence CastNetwork.\n"
         "Import ListNotations SpectrumCheck SpectrumEvidence CastNetwork.\n"
         "Local Open Scope Z_scope.\n\n" +
         script.definitions + "\nDefinition the_claims : list (list layer_evidence) :=\n " +
         claims_term + ".\nDefinition the_letters : list nat :=\n " + letters_term +
         ".\n\nTheorem no_parity : no_network_tells_parity the_network the_letters.\n"
         "Proof.\n"
         "  refine (@no_parity_check_sound the_network the_claims the_letters _).\n"
         "  vm_cast_no_check (eq_refl true).\nQed.\n"
         "Print Assumptions no_parity.\n";
}

std::string write_coq_no_parity_readme(std::string_view subject) {
  return std::string(subject) +
         " tells the parity of none of the letters in the list the_letters, under every monotone\n"
         "cast of its states to finitely many values: a theorem for Coq.\n\n"
         "Instance.v      states and proves it; coqc's last answer should be one axiom,\n"
         "                Classical_Prop.classic : forall P : Prop, P \\/ ~ P\n"
         "model.sw        the network: compare it with Instance.v\n"
         "instance.cert   the certificate, for statewright-check\n\n"
         "  coqc -Q THEORIES Statewright Instance.v\n"
         "  statewright-check instance.cert --model model.sw\n\n"
         "THEORIES is the folder of the compiled library: proofs_check/coq/theories of the\n"
         "sources after `./dev coq`. Written for Coq 8.16.\n";
}

}  // namespace statewright::proofs
