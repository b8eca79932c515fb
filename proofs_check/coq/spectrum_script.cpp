#include "proofs_check/coq/spectrum_script.hpp"

namespace statewright::proofs::coq {

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

namespace {

std::string coordinates(const Lines& lines, const Words& order, std::size_t begin,
                        std::size_t end) {
  std::string text;
  for (std::size_t i = begin; i < end; ++i) {
    text += (i == begin ? "" : ";") + nat(lines.number(order[i]));
  }
  return "[" + text + "]%nat";
}

std::string evidence(Script& script, Lines& lines, const std::string& name, bool is_nonnegative) {
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
        std::string block = (is_nonnegative ? "Symmetric " : "RealSymmetric ") + cut;
        if (is_nonnegative) block.append(" ").append(squares(script, lines, of));
        blocks.add(block, size);
      } else if (kind[0] == "hankel") {
        std::string block = (is_nonnegative ? "Traces " : "RealTraces ") + cut;
        block.append(" ").append(squares(script, lines, of + "_h0"));
        if (is_nonnegative) block.append("\n   ").append(squares(script, lines, of + "_h1"));
        blocks.add(block, size);
      } else {
        lines.refuse("symmetric or hankel", kind[0]);
      }
    }
    begin = end;
  }
  if (begin != order.size()) lines.refuse("sizes that add up", "coordinates that are left");
  return "Blocks " + blocks.term();
}

}  // namespace

LayerClaim layer_claim(Script& script, Lines& lines, std::size_t layer, const std::string& name) {
  const Words head = lines.fields("layer", 2);
  LayerClaim claim{head[1] == "nonnegative", ""};
  if (lines.number(head[0]) != layer || (!claim.is_nonnegative && head[1] != "real")) {
    lines.refuse(std::to_string(layer) + " and its spectrum", head[1]);
  }
  const Words body = lines.any("common or products");
  if (body[0] == "common") {
    script.count(body.size());
    claim.evidence = "Common " + coordinates(lines, body, 1, body.size());
    return claim;
  }
  if (body[0] != "products" || body.size() != 2) lines.refuse("common or products", body[0]);
  const std::size_t products = lines.number(body[1]);
  Items items(script, name + "_matrices", "evidence");
  for (std::size_t p = 0; p < products; ++p) {
    const std::string of = name + "_matrix_" + std::to_string(p);
    const std::string term = evidence(script, lines, of, claim.is_nonnegative);
    script.definitions.append("Definition ").append(of).append(" : evidence :=\n ");
    script.definitions.append(term).append(".\n");
    items.add(of, 1);
  }
  claim.evidence = "Products " + items.term();
  return claim;
}

LetterClaims letter_claims(Script& script, Lines& lines, std::size_t layers,
                           const std::string& type,
                           const std::function<std::string(const LayerClaim&)>& term) {
  Words letters = lines.fields("letters", 1);
  letters.erase(letters.begin());
  Items claims(script, "letter_claims", "(list " + type + ")");
  for (const auto letter : letters) {
    const std::string name = "letter_" + std::to_string(lines.number(letter));
    std::string all;
    for (std::size_t i = 0; i < layers; ++i) {
      const LayerClaim one = layer_claim(script, lines, i, name + "_layer_" + std::to_string(i));
      all += (i == 0 ? "" : "; ") + term(one);
    }
    claims.add("[" + all + "]", layers);
  }
  const std::string term_of_claims = claims.term();
  return {script.list(letters, "letters", "nat"), term_of_claims};
}

}  // namespace statewright::proofs::coq
