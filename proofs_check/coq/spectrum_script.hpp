#pragma once

// Internal: evidence about eigenvalues (FORMAT.md 4.7) as terms of Coq, for the claims no-parity
// and no-counting; sums of squares for the claims bounded and unbounded too. The records are those
// of SpectrumEvidence.v and CastNetwork.v:
//   factors        Factors
//   blocks         Blocks [..], with an Entry for each block of one coordinate
//   symmetric      Symmetric coordinates squares;        RealSymmetric coordinates
//   hankel         Traces coordinates squares squares;   RealTraces coordinates squares
//   squares, term  LDL scale [(weight, w); ..]
//   common         Common order,    products    Products [..]
// Which product each part is about is not in the certificate; Coq finds out itself which are equal.

#include <functional>
#include <string>
#include <string_view>

#include "proofs_check/coq/script.hpp"

namespace statewright::proofs::coq {

/// A list of terms of the type `type`, cut into definitions of at most kChunk numbers.
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

/// The lines `squares` and `term` that come next, as a term of the type `ldl`; vectors become
/// definitions named after `name`. Errors: Error{syntax} with the line.
std::string squares(Script& script, Lines& lines, const std::string& name);

/// What one layer's lines say, from `layer I SPECTRUM` on: the spectrum, and a term for the rest.
struct LayerClaim {
  bool is_nonnegative = true;
  std::string evidence;
};

/// Reads the lines of layer `layer` and writes definitions named after `name`. Errors:
/// Error{syntax} with the line.
LayerClaim layer_claim(Script& script, Lines& lines, std::size_t layer, const std::string& name);

/// Lists of Coq: the letters, and for each the list of what `term` makes of its layers' claims.
struct LetterClaims {
  std::string letters, claims;
};

/// Reads from the line `letters` to the last layer of the last letter. `type`: of a term. Errors:
/// as layer_claim.
LetterClaims letter_claims(Script& script, Lines& lines, std::size_t layers,
                           const std::string& type,
                           const std::function<std::string(const LayerClaim&)>& term);

}  // namespace statewright::proofs::coq
