#pragma once

// Internal: what all exported Coq files have in common. Canonical texts are read line by line, the
// Coq file grows definition by definition, and the network comes first.

#include <string>
#include <string_view>
#include <vector>

namespace statewright::proofs::coq {

using Words = std::vector<std::string_view>;

/// The most numbers that one definition holds: Coq's parser overflows on long lists.
inline constexpr std::size_t kChunk = 600;

/// What to say of a certificate whose claim has no Coq file.
inline constexpr std::string_view kClaimsOfCoq =
    "claims every-word, counterexample, no-single-layer, no-single-factor, factors, no-parity, "
    "no-counting, eigenvalue, bounded and unbounded become theorems of Coq";

/// The lines of a canonical text, one after the other, by their keyword. Errors of all members:
/// Error{syntax} with the file and the line.
class Lines {
 public:
  Lines(std::string_view text, std::string_view file) : text_(text), file_(file) {}

  /// The fields of the next line, which must begin with `keyword`; at least `least` of them.
  Words fields(std::string_view keyword, std::size_t least = 0);
  /// The next line with its keyword.
  Words any(std::string_view expected);
  /// A number below 2^31.
  std::size_t number(std::string_view word) const;
  /// An integer is copied into Coq's text, so it had better be one.
  std::string_view integer(std::string_view word) const;
  [[noreturn]] void refuse(std::string_view expected, std::string_view found) const;

 private:
  std::string_view text_, file_;
  std::size_t line_ = 0;
};

/// Those of a certificate in exact arithmetic after its head, whose last line is the digest of
/// `subject`, "model" or "automaton". Errors: Error{unsupported} for another claim.
Lines certificate_lines(std::string_view certificate, std::string_view claim,
                        std::string_view subject);

/// The text of the Coq file: definitions of chunks first, the definitions that use them later.
class Script {
 public:
  /// A list of numbers as a Coq term; `type` is what Coq calls their type.
  std::string list(const Words& numbers, const std::string& name, std::string_view type = "Z");
  std::string list(const std::vector<std::string>& numbers, const std::string& name,
                   std::string_view type = "Z");
  /// Errors: Error{unsupported} for more than two million numbers in all.
  void count(std::size_t more);

  std::string definitions;

 private:
  std::size_t numbers_ = 0;
};

/// A number as a Coq `nat`. Large ones in unary are the parser's horror too.
std::string nat(std::size_t value);

/// "(Fractions d [..])" of the fields from `first` on.
std::string fractions(Script& script, const Lines& lines, const Words& fields, std::size_t first,
                      const std::string& name);

/// What the canonical model says by name, and its size.
struct Names {
  Words letters, labels;
  std::size_t layers = 0;
};

/// Defines `the_network`, the records of NetworkFile.v with the numbers of a canonical model.
Names network(Script& script, std::string_view text);

}  // namespace statewright::proofs::coq
