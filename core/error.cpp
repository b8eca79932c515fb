#include "core/error.hpp"

#include <algorithm>
#include <vector>

#include "core/text/utf8.hpp"

namespace statewright::core {
namespace {

std::string message(const Error::Facts& facts) {
  std::string text;
  if (!facts.where.empty()) text += facts.where + ": ";
  text += "expected " + facts.expected;
  if (!facts.found.empty()) text += ", found " + facts.found;
  return text;
}

}  // namespace

Error::Error(Facts facts) : std::runtime_error(message(facts)), facts_(std::move(facts)) {}

std::string quoted(std::string_view text, std::size_t limit) {
  static constexpr char kHex[] = "0123456789abcdef";
  const bool cut = text.size() > limit;
  if (cut) {
    text = text.substr(0, limit);
    // Never cut a UTF-8 sequence in the middle: drop trailing continuation bytes and their lead.
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U) {
      text.remove_suffix(1);
    }
    if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xC0U) text.remove_suffix(1);
  }
  std::string out = "`";
  while (!text.empty()) {
    // What is no UTF-8 or controls a terminal is shown byte by byte.
    const std::size_t size = utf8_sequence(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(1, size));
    text.remove_prefix(character.size());
    const char32_t code = size == 0 ? 0 : utf8_decode(character);
    if (code == U'\n') {
      out += "\\n";
    } else if (code == U'\t') {
      out += "\\t";
    } else if (code < 0x20 || (code >= 0x7F && code < 0xA0)) {
      for (const char c : character) {
        const auto byte = static_cast<unsigned char>(c);
        out += "\\x";
        out += kHex[byte >> 4U];
        out += kHex[byte & 15U];
      }
    } else {
      out += character;
    }
  }
  if (cut) out += "...";
  out += '`';
  return out;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace statewright::core
