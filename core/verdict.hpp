#pragma once

#include <string>
#include <utility>
#include <variant>

#include "core/limits.hpp"

namespace statewright::core {

/// The three answers. There is deliberately no conversion to bool: "not proved" is not "refuted".
enum class Outcome { proved, refuted, unknown };

/// Neither proved nor refuted: the limit that bit, and how far the search came.
struct Unknown {
  LimitHit hit;
  std::string reached;  ///< "all words of at most 12 letters agree"
};

/// An answer with its evidence: a `Proof` when proved, a `Witness` when refuted.
template <class Proof, class Witness>
class Verdict {
 public:
  Verdict(Proof proof) : evidence_(std::in_place_index<0>, std::move(proof)) {}        // NOLINT
  Verdict(Witness witness) : evidence_(std::in_place_index<1>, std::move(witness)) {}  // NOLINT
  Verdict(Unknown unknown) : evidence_(std::in_place_index<2>, std::move(unknown)) {}  // NOLINT

  Outcome outcome() const noexcept { return static_cast<Outcome>(evidence_.index()); }
  const Proof* proof() const noexcept { return std::get_if<0>(&evidence_); }
  const Witness* witness() const noexcept { return std::get_if<1>(&evidence_); }
  const Unknown* unknown() const noexcept { return std::get_if<2>(&evidence_); }

 private:
  std::variant<Proof, Witness, Unknown> evidence_;
};

}  // namespace statewright::core
