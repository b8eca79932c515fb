#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/limits.hpp"
#include "core/number/semantics.hpp"
#include "proofs_check/theorems/exhaustive.hpp"
#include "proofs_check/theorems/families.hpp"
#include "proofs_check/theorems/limit_cycle.hpp"

namespace statewright::proofs {

/// What is known about the statement "no network of this family can do it", in one arithmetic.
struct FrontierCell {
  enum class Answer {
    theorem,         ///< it cannot, by a theorem
    counterexample,  ///< it can: a network that is proved for words of every length
    exhaustive,      ///< no network of one layer can whose state has so few numbers: all were tried
    open,            ///< none of these; so many transitions were tried
    undefined,       ///< the arithmetic has no order of operations for these transitions
  };

  std::string family;  ///< Family::id
  core::Semantics semantics;
  Counting counting = Counting::parity;
  Answer answer = Answer::open;
  std::string reason;  ///< the theorem with its source, or what the network does
  std::string coq;     ///< the theorem's name in the Coq library, or empty

  // of a counterexample
  std::string from;  ///< the family whose network it is, if another
  std::optional<core::Model> network;
  std::uint64_t product_states = 0;    ///< of the proof
  bool exact = false;                  ///< nothing rounds: it is right in every arithmetic
  std::optional<Amplitude> amplitude;  ///< where it is a cycle of rounding
  std::uint64_t tried = 0;             ///< transitions, 64 start states each

  // of an exhaustive answer: every letter, whose parameters are values of the format, from every
  // state; no orbit has an even period, or one that 3 divides
  std::optional<kernels::CensusFamily> census;
  std::uint64_t chunk_orbits = 0;  ///< in chunks, where chunk_census.hpp lists them
};

struct FrontierOptions {
  core::Format format;                 ///< bf16 is customary
  std::uint64_t candidates = 2'000;    ///< transitions drawn for a cell and a number of states
  std::size_t threads = 0;             ///< 0: as many as the machine has
  std::uint64_t members = 20'000'000;  ///< censuses of more are not made
  kernels::Backend backend = kernels::Backend::cpu;  ///< of censuses
  std::uint64_t states = 1'000'000;                  ///< product states that a proof may have
  core::Limits limits = {};
};

/// The arithmetics of the table for a format F: cast:F, once:F, F, mixed:state=fp32,io=F (for
/// formats narrower than fp32), chunk:F,C=4 and chunk:F,C=64.
std::vector<core::Semantics> frontier_semantics(const core::Format& format);

/// All families, arithmetics and statements. Deterministic, for any number of threads. Every
/// counterexample is a network that `verify` has proved in the run. What a
/// theorem does not answer and a search does not find is left to a census, where there is one of so
/// few members: it either finds what the search has missed or shows that there is nothing.
/// Limits: deadline and stop leave the rest `open`. Cost: about a second per 2,000 candidates.
std::vector<FrontierCell> frontier(const FrontierOptions& options);

}  // namespace statewright::proofs
