#pragma once

// Internal: what the readers of the text formats share. Places are kept as byte offsets and turned
// into line and column only when something is wrong, so that the good case pays nothing for them.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace statewright::automata::formats {

using core::Error;
using core::Fault;

using At = std::size_t;  ///< byte offset in a file

inline constexpr std::size_t kLongestLine = std::size_t{1} << 20;

/// A file's text, checked to be UTF-8 without control characters other than tabs and line ends, and
/// the name that messages give it. A leading byte order mark is dropped.
class Source {
 public:
  enum class Lines {
    any,      ///< line ends mean nothing
    limited,  ///< a line-oriented format: no line longer than kLongestLine
  };
  /// Keeps a view of `text`. Errors: Error{syntax} at the first bad byte or line. Cost: one pass.
  Source(std::string_view text, std::string_view where, Lines lines);

  std::string_view text() const noexcept { return text_; }
  At end() const noexcept { return text_.size(); }
  /// "where:line:column", both from 1, columns counted in characters. Cost: O(at).
  std::string place(At at) const;
  [[noreturn]] void fail(At at, Fault fault, std::string expected, std::string found,
                         std::string hint = {}) const;

 private:
  std::string_view text_;
  std::string where_;
};

struct Token {
  std::string text;
  At at = 0;
  bool quoted = false;
  /// The unquoted word `word`?
  bool is(std::string_view word) const { return !quoted && text == word; }
};

/// Hands out the lines of a source without their line ends (LF or CR LF).
class LineReader {
 public:
  explicit LineReader(const Source& source) : source_(source) {}
  /// False at the end of the file.
  bool next(std::string_view& line, At& at);

 private:
  const Source& source_;
  At next_ = 0;
};

/// How the words of a line are separated.
struct WordRules {
  bool quotes = false;    ///< "..." is one word; \" and \\ stand for " and \ in it
  bool comments = false;  ///< # outside quotes starts a comment
  bool commas = false;    ///< commas separate as white space does
};

/// The words of one line. Errors: Error{syntax} for a quote that is not closed or stands inside a
/// word, and for other escapes.
std::vector<Token> words_of(const Source& source, std::string_view line, At at, WordRules rules);

/// `name` between double quotes, \ before " and \.
std::string in_quotes(std::string_view name);

/// Contains an ASCII control character?
bool has_control(std::string_view text);

/// core::did_you_mean, but nothing for names so long or lists so large that it would take long.
std::string suggestion(std::string_view name, const std::vector<std::string>& candidates);

/// Decodes %XX as in proofs_check/FORMAT.md; false if `token` is not the encoding of any name.
bool percent_decode(std::string_view token, std::string& name);

}  // namespace statewright::automata::formats
