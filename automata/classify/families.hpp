#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "automata/classify/language_facts.hpp"
#include "core/limits.hpp"

namespace statewright::automata {

/// The rows of the master table, from the weakest to the strongest.
enum class Family {
  non_negative_diagonal,
  real_diagonal,
  complex_diagonal,
  deltanet_positive,  ///< DeltaNet, Gated DeltaNet, eigenvalues in [0, 1]
  deltanet_signed,    ///< the same with eigenvalues in [-1, 1]
  kda,                ///< Kimi Delta Attention: a gate in [0, 1] per coordinate
  complex_kda,        ///< gates in [-1, 1], beta in [0, 2]
  delta_product_2,    ///< n_h factors per token with eigenvalues in [-1, 1]
  delta_product_3,
  delta_product_4,
  householder_products,  ///< as many factors as coordinates
  rwkv7,                 ///< with c = 2
  pd_ssm,
  dense,      ///< any matrices
  nonlinear,  ///< any function of state and letter
};

enum class Answer {
  can,      ///< some network of the family recognises the language
  cannot,   ///< none does, whatever its size
  open,     ///< no theorem that we know decides it
  unknown,  ///< a limit kept facts from being found out
};
std::string to_string(Answer answer);  ///< "can", "cannot", "open", "unknown"

/// A sentence, where it is proved, and the arithmetic it is about.
struct Reason {
  std::string text;        ///< "`1` turns 2 states around a circle"
  std::string source;      ///< "Grazzi et al., arXiv:2411.12537, Theorem 1"
  std::string arithmetic;  ///< "exact, finitely many states; cast"
  bool operator==(const Reason&) const = default;
};

/// What one family can do with one language.
struct FamilyAnswer {
  Family family = Family::nonlinear;
  std::string id;        ///< "deltanet-signed"
  std::string name;      ///< "DeltaNet, GDN [-1,1]"
  std::string describe;  ///< "one factor I - beta k k^T per token, beta in [0, 2]"
  Answer answer = Answer::open;
  Reason decides;
  std::optional<core::LimitHit> limit;  ///< of an unknown answer

  /// If it can: no network of the family has fewer layers of recurrence than `layers_least`, one
  /// has `layers_most`. Absent: finitely many, and no number is known.
  std::size_t layers_least = 1;
  std::optional<std::size_t> layers_most;
  std::optional<std::size_t> dimension;  ///< numbers in the state of that network
  std::optional<std::size_t> factors;    ///< that one token costs in it, per head
  std::optional<Reason> least_reason, most_reason;
  std::vector<Reason> remarks;

  /// Index into LanguageFacts::compiled of a network of this family; absent if there is none.
  std::optional<std::size_t> compiled;
};

/// One answer for each family, in the order of the enumeration. The table is closed under what
/// families contain one another: a family can what a part of it can, in no more layers.
/// Cost: O(1) after the facts.
std::vector<FamilyAnswer> judge_families(const LanguageFacts& facts);

/// Whether every network of `part` is one of `whole`, heads and coordinates added as needed.
bool is_part_of(Family part, Family whole);

/// Whether a compiled network is one of the family.
bool fits(const CompiledNetwork& network, Family family);

}  // namespace statewright::automata
