#pragma once

// Internal: what the parser of regular expressions hands to the compiler. Not a public header.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace statewright::automata::regex {

inline constexpr std::uint64_t kMaxPositions =
    100'000;  ///< occurrences of letters, after expansion
inline constexpr std::uint64_t kMaxClassItems = 1'000'000;
inline constexpr std::size_t kMaxGroups = 200;  ///< nested; bounds every recursion over the tree
inline constexpr std::uint32_t kUnbounded = 0xFFFF'FFFF;

/// A set of letters as it is written: one letter, `.`, or a class.
struct LetterSet {
  /// One letter by its name, or, if the name is empty, the one-character letters of a range.
  struct Item {
    std::string name;
    char32_t first = 0, last = 0;
    std::size_t offset = 0;  ///< in the text
  };
  bool negated = false;  ///< `.` is the negation of nothing
  std::vector<Item> items;
  std::size_t offset = 0;  ///< of its first occurrence in the text
};

enum class Kind : std::uint8_t {
  nothing,        ///< no word
  empty_word,     ///< only the empty word
  letters,        ///< sets[first]
  concatenation,  ///< of two or more
  alternation,    ///< of two or more
  intersection,   ///< of two or more
  complement,     ///< of one
  repetition,     ///< of one, min..max times, max possibly kUnbounded; never {1,1} or {0,0}
};

using NodeId = std::uint32_t;

struct Node {
  Kind kind = Kind::nothing;
  std::uint32_t first = 0;  ///< children[first .. first + count), or the index into sets
  std::uint32_t count = 0;
  std::uint32_t min = 0, max = 0;
  std::uint64_t positions = 0;  ///< after expansion, at most kMaxPositions; 1 for & and ~
  std::size_t offset = 0;       ///< in the text
};

/// The tree in flat arrays: no recursion frees it, and equal letter sets are stored once.
struct Expression {
  std::vector<Node> nodes;
  std::vector<NodeId> children;
  std::vector<LetterSet> sets;  ///< also of parts that repetition {0} removed: their letters count
  NodeId root = 0;
};

/// Errors: Error{syntax|range}, see compile_regex. Cost: O(|text|), and memory bounded by the
/// limits.
Expression parse(std::string_view text, std::string_view where);

/// "where:line:column" of a byte of `text`; both from 1, columns in characters.
std::string place(std::string_view text, std::size_t offset, std::string_view where);

/// The name of the letter that is the character `code`: itself in UTF-8, or as a name must not hold
/// control characters, its escape: `\n`, `\t`, `\r`, `\x07`.
std::string letter_name(char32_t code);

/// Whether `code` is a control character of ASCII.
inline bool is_control(char32_t code) { return code < 0x20 || code == 0x7F; }

}  // namespace statewright::automata::regex
