#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "automata/algebra/reflections.hpp"
#include "automata/language/language.hpp"
#include "core/limits.hpp"
#include "proofs_check/verify/verify.hpp"

namespace statewright::proofs {

/// Why a letter takes two generalised Householder factors or more in any single layer with finitely
/// many states: the automaton tells u a a x from u x, and y a a z from y a z.
struct NoSingleFactor {
  core::Letter letter = 0;
  Word u, x, y, z;  ///< x is not empty

  bool operator==(const NoSingleFactor&) const = default;
};

/// The first letter for which there are such words, and shortest ones: of u, then x; of y, then z.
/// Nothing if every letter does nothing new when read twice, or undoes itself. Requires: `dfa` is
/// minimal. Cost: O(letters states^3) at worst.
std::optional<NoSingleFactor> find_no_single_factor(const Dfa& dfa);

/// Whether the four labels are as claimed. Cost: O(length of the words).
bool is_no_single_factor(const Dfa& dfa, const NoSingleFactor& found);

/// The certificate of it (claim no-single-factor, FORMAT.md 4.6); it is about no network. Errors:
/// Error{unsupported} if the words do not show it.
std::string write_no_single_factor_certificate(const Dfa& dfa, const NoSingleFactor& found);
bool is_no_single_factor_certificate(std::string_view text);

/// How many factors a token takes in one non-expansive layer with finitely many states that tracks
/// a group language.
struct ReflectionsReport {
  automata::Language minimal;
  std::string group;
  core::Integer order;
  automata::ReflectionBound bound;
  std::optional<NoSingleFactor> no_single;  ///< if bound.lower >= 2: a certificate can be written
  /// Factors a token takes in a one-layer network that Statewright compiles, the fewest of those
  /// tried, and its flags; it was verified. Absent if verification hit a limit.
  std::optional<std::size_t> compiled;
  std::string compiled_flags;
};

/// Errors: Error{unsupported} for what is no group language. Limits: what is found until then is
/// valid.
ReflectionsReport count_reflections(const automata::Language& language,
                                    const core::Limits& limits = {});

/// A row of the table of groups in the literature.
struct PublishedReflections {
  std::string group, letters;        ///< "A5", "involutions"
  std::string language;              ///< the name of its language, or empty if it has none
  std::size_t lower = 0, upper = 0;  ///< as published
  automata::ReflectionBound bound;   ///< as computed here
  bool agrees() const noexcept { return bound.lower == lower && bound.upper.factors == upper; }
};

/// The groups and numbers of "How Many Householders Does State Tracking Need?" and of Complex KDA
/// (arXiv:2609.24797, Theorem 4), computed anew.
std::vector<PublishedReflections> published_reflections(const core::Limits& limits = {});

}  // namespace statewright::proofs
