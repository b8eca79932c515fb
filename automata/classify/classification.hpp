#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "automata/classify/families.hpp"
#include "automata/classify/language_facts.hpp"
#include "automata/classify/property_facts.hpp"
#include "automata/language/language.hpp"
#include "core/limits.hpp"
#include "core/number/rational.hpp"

namespace statewright::automata {

struct ClassifyOptions {
  /// max_states bounds image sets, kernels and D-classes each (20,000 without it), the elements
  /// that the search for an obstruction lists (200,000), and what `compile` stores (200,000).
  core::Limits limits = {};
  bool compile = true;  ///< see what Statewright compiles; otherwise theorems alone answer
};

/// A D-class of the syntactic monoid.
struct DClassFact {
  std::size_t rank = 0;  ///< its elements have so many states as image
  bool regular = false;  ///< contains an idempotent, so that some H-classes are groups
  core::Integer r_classes, l_classes, h_order;  ///< rows, columns, and elements in each cell
  std::optional<std::uint64_t> idempotents;     ///< cells that are groups
  std::string group;  ///< name of these groups, "1" if trivial; empty if not regular
  Word word;          ///< one of its elements
};

/// What a language needs, and what networks can do with it.
struct Classification {
  Language minimal;  ///< the language with its minimal automaton
  LanguageFacts facts;
  Fact<core::Integer> monoid_size = core::Integer(1);
  Fact<core::Integer> idempotents = core::Integer(1);
  /// By falling rank. If not known, `d_classes_found` were found before the limit.
  Fact<std::vector<DClassFact>> d_classes = std::vector<DClassFact>{};
  std::size_t d_classes_found = 0;
  std::vector<PropertyFact> properties;
  std::vector<FamilyAnswer> families;

  const PropertyFact& property(const std::string& id) const;
};

/// Classifies a language or Moore behaviour by its syntactic monoid, which need not be listed:
/// groups come from the images of words, D-classes from images and kernels. Whatever a limit stops
/// is `unknown` with that limit, and so is what depends on it, but nothing else. Errors:
/// Error{limit} only where not even the minimal automaton can be had. Cost: dominated by the
/// orbits, at most 2^states of each, and by `compile`.
Classification classify(const Language& language, const ClassifyOptions& options = {});

}  // namespace statewright::automata
