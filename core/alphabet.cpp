#include "core/alphabet.hpp"

#include <algorithm>
#include <array>

#include "core/error.hpp"
#include "core/text/utf8.hpp"

// How a text is cut into letters. Names may hold separators themselves ("(1 2 3)"), and a separator
// may even be a letter, so the cut is made from the left: at the start of a token the longest name
// that ends at a separator or at the end wins, and exactly one separator after a letter is consumed
// before the next token starts. That reads back what `spell` writes even if " " is a letter:
// "a   a" is a, " ", a. A comma separates unless "," is a letter.

namespace statewright::core {
namespace {

constexpr std::string_view kEmptyWord = "ε";

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

/// The character at the front of `text` for a message; a byte that is not UTF-8 as a number.
std::string shown(std::string_view text) {
  if (const std::size_t length = utf8_sequence(text)) return quoted(text.substr(0, length));
  static constexpr char kHex[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(text[0]);
  return std::string("the byte 0x") + kHex[byte >> 4U] + kHex[byte & 15U] + ", which is not UTF-8";
}

/// The same ASCII letter in the other case, or `c`.
char other_case(char c) {
  if (c >= 'a' && c <= 'z') return static_cast<char>(c - 'a' + 'A');
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  return c;
}

}  // namespace

std::size_t utf8_length(char lead) noexcept {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte < 0xC2 || byte > 0xF4) return 1;
  return byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

Alphabet::Alphabet(std::vector<std::string> names) : names_(std::move(names)) {
  index_.reserve(names_.size());
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const std::string& name = names_[i];
    const auto where = [i] { return "letter " + std::to_string(i + 1); };
    if (name.empty()) {
      throw Error({Fault::syntax, where(), "a name that is not empty", "an empty name"});
    }
    if (std::any_of(name.begin(), name.end(), is_control)) {
      throw Error({Fault::syntax, where(), "a name without control characters", quoted(name)});
    }
    if (!is_utf8(name)) {
      throw Error({Fault::syntax, where(), "a name in UTF-8", "bytes that are not UTF-8"});
    }
    if (!index_.emplace(name, static_cast<Letter>(i)).second) {
      throw Error({Fault::range, where(), "names that differ from each other",
                   quoted(name) + " a second time"});
    }
    if (utf8_count(name) != 1 || name == " ") single_characters_ = false;
  }
}

std::optional<Letter> Alphabet::find(std::string_view name) const {
  const auto found = index_.find(std::string(name));
  if (found == index_.end()) return {};
  return found->second;
}

Word Alphabet::parse(std::string_view text, std::string_view where) const {
  if (text.empty()) return {};
  if (const auto letter = find(text)) return {*letter};

  const bool comma_separates = !find(",");
  const auto separates = [comma_separates](char c) {
    return is_space(c) || (c == ',' && comma_separates);
  };
  std::size_t begin = 0, end = text.size();
  if (!find(" ")) {  // white space around the text carries nothing, unless it may be a letter
    while (begin < end && is_space(text[begin])) ++begin;
    while (begin < end && is_space(text[end - 1])) --end;
    if (begin == end) return {};
    if (const auto letter = find(text.substr(begin, end - begin))) return {*letter};
  }
  const std::string_view body = text.substr(0, end);
  if (body.substr(begin) == kEmptyWord) return {};

  const auto fail = [&](std::size_t at, std::string_view token) {
    const std::string place =
        std::string(where) + ":1:" + std::to_string(utf8_count(text.substr(0, at)) + 1);
    std::string expected = "a letter";
    if (!names_.empty() && names_.size() <= 64) {
      Word all(names_.size());
      for (Letter a = 0; a < all.size(); ++a) all[a] = a;
      expected += " of the alphabet " + quoted(spell(all), 60);
    }
    std::string hint;
    if (is_utf8(token) && utf8_count(token) > 1) {
      hint = did_you_mean(token.substr(0, 64), names_);
    } else if (const std::string swapped(1, other_case(token[0]));
               swapped != token && find(swapped)) {
      hint = "did you mean `" + swapped + "`?";
    }
    if (hint.empty() && single_characters_ && utf8_count(token) > 1) {
      hint = "write the letters without spaces, or separate each of them";
    }
    const bool whole = is_utf8(token);
    throw Error({Fault::syntax, place, expected, whole ? quoted(token) : shown(token), hint});
  };

  Word word;
  if (std::none_of(body.begin() + static_cast<std::ptrdiff_t>(begin), body.end(), separates)) {
    for (std::size_t at = begin; at < end;) {
      const std::size_t length = std::max<std::size_t>(1, utf8_sequence(body.substr(at)));
      const auto letter = find(body.substr(at, length));
      if (!letter && !single_characters_) fail(begin, body.substr(begin));
      if (!letter) fail(at, body.substr(at, length));
      word.push_back(*letter);
      at += length;
    }
    return word;
  }

  std::size_t longest = 0;  // a name that holds a separator is at most this long
  for (const std::string& name : names_) {
    if (std::any_of(name.begin(), name.end(), separates)) longest = std::max(longest, name.size());
  }
  const auto ends_at = [&](std::size_t at) { return at == end || separates(body[at]); };
  for (std::size_t at = begin; at < end;) {
    std::size_t token_end = at;  // end of the plain token: the first separator
    while (!ends_at(token_end)) ++token_end;
    std::optional<Letter> letter;
    std::size_t letter_end = std::min(end, at + longest);
    for (; letter_end > token_end; --letter_end) {
      if (ends_at(letter_end) && (letter = find(body.substr(at, letter_end - at)))) break;
    }
    if (!letter) {
      if (token_end == at) {  // a separator beyond the first
        ++at;
        continue;
      }
      letter_end = token_end;
      letter = find(body.substr(at, token_end - at));
    }
    if (!letter) fail(at, body.substr(at, token_end - at));
    word.push_back(*letter);
    at = letter_end + 1;
  }
  return word;
}

std::string Alphabet::spell(std::span<const Letter> word) const {
  if (word.empty()) return find(kEmptyWord) ? std::string{} : std::string(kEmptyWord);
  std::string text;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (i > 0 && !single_characters_) text += ' ';
    text += names_[word[i]];
  }
  return text;
}

}  // namespace statewright::core
