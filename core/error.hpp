#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace statewright::core {

/// What kind of thing is wrong. Front ends map it to prose and exit codes.
enum class Fault {
  syntax,       ///< text that does not follow its grammar
  shape,        ///< sizes that do not fit together
  range,        ///< a value outside what is allowed or representable
  unsupported,  ///< well-formed, but outside what this construction can do
  unavailable,  ///< needs something that is not in this build
  io,           ///< a file that cannot be read or written
  limit,        ///< a limit that the caller set (states, time, Ctrl-C) was hit
};

/// Thrown for input the library cannot act on. Never thrown for an answer the user may dislike:
/// "refuted" and "unknown" are values (see Verdict).
class Error : public std::runtime_error {
 public:
  struct Facts {
    Fault fault;
    std::string where;      ///< what the caller named: "regex:1:7", "s5.json:12:7: layers[0].start"
    std::string expected;   ///< "a 3x3 matrix"
    std::string found;      ///< "a 3x4 matrix"
    std::string hint = {};  ///< one thing to try, or empty
  };

  explicit Error(Facts facts);
  const Facts& facts() const noexcept { return facts_; }

 private:
  Facts facts_;
};

/// `text` as it may stand in a message: control characters escaped, at most `limit` characters,
/// the rest replaced by "...". Quoted with backticks. Cost: O(limit).
std::string quoted(std::string_view text, std::size_t limit = 40);

/// The candidate nearest to `name` by edit distance, as the hint "did you mean `x`?", or an empty
/// string when nothing is near.
template <class Range>
std::string did_you_mean(std::string_view name, const Range& candidates);

/// Damerau-Levenshtein distance of two short names. Cost: O(|a| |b|).
std::size_t edit_distance(std::string_view a, std::string_view b);

template <class Range>
std::string did_you_mean(std::string_view name, const Range& candidates) {
  std::string best;
  std::size_t best_distance = name.size() < 4 ? 2 : 3;  // exclusive
  for (const auto& candidate : candidates) {
    const std::size_t distance = edit_distance(name, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best.empty() ? std::string{} : "did you mean `" + best + "`?";
}

}  // namespace statewright::core
