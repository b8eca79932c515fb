#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gmpxx.h>

namespace statewright::checker {

using std::size_t, std::string, std::string_view, std::vector;

/// The answers and exit codes of FORMAT.md section 5.
enum class Answer { verified = 0, rejected = 1, malformed = 2, resources = 3 };

/// Thrown at the first thing that is wrong; what() begins with file and line.
struct Refusal : std::runtime_error {
  Refusal(Answer a, const string& place, const string& text)
      : std::runtime_error(place + ": " + text), answer(a) {}
  Answer answer;
};

/// SHA-256 of the bytes, as 64 lower-case hexadecimal digits (sha256.cpp).
string sha256(string_view bytes);

/// The lexical rules of FORMAT.md section 1, over one file that is held in memory as a whole.
///
/// The file is consumed from the left and every byte must be accounted for: the *_line functions
/// and keyword() take the end of the line before and the first token of the next one, the others
/// take one space and one token. Nothing is allocated from a count before the things counted were
/// read. `what` says in messages what should stand there. Errors: Refusal{malformed}.
class Reader {
 public:
  static constexpr size_t count_end = size_t{1} << 31;

  explicit Reader(const string& path);

  const string& bytes() const { return bytes_; }
  size_t line() const { return line_; }  ///< of the last token
  string place() const { return path_ + ":" + std::to_string(line_); }

  string_view keyword(string_view what);  ///< any first token of a line
  void expect_line(string_view word);     ///< the first token of a line: this word
  string_view token(string_view what);    ///< any later token
  mpz_class integer(string_view what);    ///< INT
  mpz_class denominator();                ///< DEN: an INT >= 1
  /// COUNT: an INT with least <= INT < end, and below 2^31 whatever `end` is.
  size_t count(string_view what, size_t least = 0, size_t end = count_end);
  /// A line's first token, which must be `word`, and the COUNT after it.
  size_t count_line(string_view word, size_t least = 0, size_t end = count_end);
  string name(string_view what);  ///< NAME, as it stands in the file
  /// A line "<word> COUNT NAME*COUNT"; the names are distinct.
  vector<string> names_line(string_view word);
  void end();  ///< the line "end" and the end of the file
  [[noreturn]] void malformed(string_view expected, string_view found) const;

 private:
  string_view run(string_view what);
  void take(char byte, string_view what);

  string path_, bytes_;
  size_t at_ = 0, line_ = 0;
};

}  // namespace statewright::checker
