#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "automata/language/dfa.hpp"
#include "core/limits.hpp"
#include "core/lrnn/model.hpp"
#include "core/number/semantics.hpp"
#include "kernels/backend.hpp"

namespace statewright::proofs {

using automata::Dfa;
using core::Model;
using core::Word;

struct ValidateOptions {
  std::uint64_t words = 0;   ///< how many
  std::uint64_t length = 0;  ///< letters of each
  std::uint64_t seed = 0;    ///< of kernels/generator.hpp, which says what the words are
  std::uint64_t first = 0;   ///< number of the first word
  /// Who computes; nothing: the fastest that can, if need be core's evaluation, word by word.
  std::optional<kernels::Backend> backend = {};
  unsigned threads = 0;      ///< cpu, word by word: 0 for all processors
  core::Limits limits = {};  ///< deadline and stop; GPUs look between blocks of words
};

/// A word on which network and automaton differ, made short by leaving letters out.
struct ShortenedWord {
  Word word;
  std::string network_label, automaton_label;  ///< after all of it
  bool minimal = false;                        ///< no single letter can be left out any more
};

struct Validation {
  std::uint64_t words = 0;  ///< compared: numbers first, .., first + words - 1
  std::uint64_t wrong = 0;  ///< words with some wrong output
  struct First {
    std::uint64_t word = 0;      ///< its number
    std::uint64_t position = 0;  ///< letters read
    bool operator==(const First&) const = default;
  };
  std::optional<First> first;  ///< the least wrong word, its least position
  std::optional<ShortenedWord> shortened;
  std::string evaluation;    ///< "cpu, 2 threads", "cuda, 2 GPUs", "word by word, 2 threads"
  std::string slow_because;  ///< why no kernel computes; empty if one does
  double seconds = 0;        ///< of the comparison
  std::optional<core::LimitHit> stopped;  ///< it ended early
};

/// Feeds random words to a network and compares every output, of no letters on, with the
/// automaton's; letters and labels correspond by name. A sample: it proves nothing about other
/// words.
///
/// The words depend on seed, number and letters alone: any division, backend and number of threads
/// gives the same result. Progress counts words.
/// Errors: Error{shape} if the alphabets differ; Error{range} for numbers of words beyond 2^64;
/// Error{unsupported} for semantics that the backend asked for lacks, or nothing evaluates step by
/// step (ball, mpfr:p=); Error{unavailable} for a backend that is not here.
Validation validate(const Model& model, const Dfa& automaton, const core::Semantics& semantics,
                    const ValidateOptions& options);

}  // namespace statewright::proofs
