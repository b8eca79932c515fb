#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace statewright::core {

using Letter = std::uint32_t;      ///< index into an Alphabet
using Word = std::vector<Letter>;  ///< read from left to right

/// A finite, ordered list of named letters. Names are non-empty UTF-8 without ASCII control
/// characters and need not be single characters ("push", "(1 2 3)"). The order is the order of
/// enumeration everywhere (length-lexicographic words, breadth-first search).
class Alphabet {
 public:
  Alphabet() = default;
  /// Errors: Error{syntax} for an empty name or one with control characters, Error{range} for a
  /// name that occurs twice.
  explicit Alphabet(std::vector<std::string> names);

  std::size_t size() const noexcept { return names_.size(); }
  const std::string& name(Letter letter) const { return names_[letter]; }
  const std::vector<std::string>& names() const noexcept { return names_; }
  std::optional<Letter> find(std::string_view name) const;

  /// The word that `text` spells. Empty text, or "ε" unless that is a letter, is the empty word.
  /// With white space or commas outside a letter name, letters are separated by them; a text that
  /// is one letter's name is that letter; otherwise each UTF-8 character is a letter.
  /// Errors: Error{syntax} at `where`:1:column for anything that is not a letter, with the nearest
  /// letter as a hint.
  Word parse(std::string_view text, std::string_view where = "word") const;

  /// Inverse of `parse`: letters joined without spaces when all names are single characters,
  /// otherwise with single spaces; "ε" for the empty word.
  std::string spell(std::span<const Letter> word) const;

  bool operator==(const Alphabet& other) const { return names_ == other.names_; }

 private:
  std::vector<std::string> names_;
  std::unordered_map<std::string, Letter> index_;
  bool single_characters_ = true;  // every name is one UTF-8 character, none of them a separator
};

/// Bytes of the UTF-8 sequence that starts with `lead`; 1 for a stray byte.
std::size_t utf8_length(char lead) noexcept;

}  // namespace statewright::core
