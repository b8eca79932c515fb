#include "automata/render/text.hpp"

#include <algorithm>
#include <cmath>

#include "core/text/utf8.hpp"

namespace statewright::automata::render {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

struct Decoded {
  char32_t code = kReplacement;
  std::size_t bytes = 1;  // consumed; 1 for a stray byte
};

// One code point at the front of non-empty `text`.
Decoded decode(std::string_view text) {
  const std::size_t bytes = core::utf8_sequence(text);
  return bytes == 0 ? Decoded{} : Decoded{core::utf8_decode(text.substr(0, bytes)), bytes};
}

// What is drawn for a code point, as text: fonts rarely have the pictures of control characters.
std::string visible(char32_t code) {
  if (code == '\n') return "\\n";
  if (code == '\t') return "\\t";
  if (code == '\r') return "\\r";
  if (code < 0x20 || code == 0x7F) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    return std::string("\\x") + kDigits[code / 16] + kDigits[code % 16];
  }
  const bool line_break = code == 0x2028 || code == 0x2029;
  const bool turns_direction =
      (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
  const bool outside_xml = code == 0xFFFE || code == 0xFFFF;
  const bool c1 = code >= 0x80 && code < 0xA0;
  const bool hidden = line_break || turns_direction || outside_xml || c1;
  return core::utf8_encode(hidden ? kReplacement : code);
}

std::size_t width_of(char32_t code) {
  const bool combining = (code >= 0x300 && code < 0x370) || (code >= 0x200B && code <= 0x200F) ||
                         (code >= 0xFE00 && code < 0xFE10);
  const bool wide = (code >= 0x1100 && code < 0x1160) || (code >= 0x2E80 && code < 0xA4D0) ||
                    (code >= 0xAC00 && code < 0xD7A4) || (code >= 0xF900 && code < 0xFB00) ||
                    (code >= 0xFF00 && code < 0xFF61) || (code >= 0x1F300 && code < 0x1FB00) ||
                    code >= 0x20000;
  return combining ? 0 : wide ? 2 : 1;
}

// In units of the font size, a little above the widths of Helvetica.
double em_width(char32_t code) {
  constexpr std::string_view kNarrow = "ijl.,:;'|!()[]{}I `/\\tfr-";
  constexpr std::string_view kWide = "mwMW@%";
  if (code < 0x80) {
    const char c = static_cast<char>(code);
    if (kNarrow.find(c) != std::string_view::npos) return 0.36;
    if (kWide.find(c) != std::string_view::npos) return 0.95;
    return c >= 'A' && c <= 'Z' ? 0.74 : 0.58;
  }
  return 0.62 * static_cast<double>(width_of(code));
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Decoded next = decode(text);
    out += visible(next.code);
    text.remove_prefix(next.bytes);
  }
  return out;
}

std::size_t columns(std::string_view text) {
  std::size_t total = 0;
  while (!text.empty()) {
    const Decoded next = decode(text);
    total += width_of(next.code);
    text.remove_prefix(next.bytes);
  }
  return total;
}

std::string clipped(std::string_view text, std::size_t limit) {
  if (columns(text) <= limit) return std::string(text);
  std::size_t end = 0;
  std::size_t used = 1;  // the "…"
  while (end < text.size()) {
    const Decoded next = decode(text.substr(end));
    used += width_of(next.code);
    if (used > limit) break;
    end += next.bytes;
  }
  return std::string(text.substr(0, end)) + "…";
}

double width_in_points(std::string_view text, double font_size) {
  double total = 0;
  while (!text.empty()) {
    const Decoded next = decode(text);
    total += em_width(next.code);
    text.remove_prefix(next.bytes);
  }
  return total * font_size;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t limit) {
  std::vector<std::string> lines;
  while (columns(text) > limit) {
    std::size_t at = 0;
    std::size_t used = 0;
    std::size_t soft = 0;  // after the last comma or space that fits
    while (at < text.size()) {
      const Decoded next = decode(text.substr(at));
      used += width_of(next.code);
      if (used > limit && at > 0) break;
      at += next.bytes;
      if (next.code == U',' || next.code == U' ') soft = at;
    }
    const std::size_t end = soft > 0 ? soft : at;
    std::size_t trimmed = end;
    if (text[trimmed - 1] == ' ') --trimmed;
    lines.emplace_back(text.substr(0, trimmed));
    text.remove_prefix(end);
    if (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  }
  if (!text.empty() || lines.empty()) lines.emplace_back(text);
  return lines;
}

std::string dot_quoted(const std::vector<std::string>& lines) {
  std::string out = "\"";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out += "\\n";
    for (const char c : lines[i]) {
      if (c == '"') {
        out += "\\\"";
      } else if (c == '\\') {
        out += "\\\\";
      } else if (c == '&') {
        out += "&amp;";  // Graphviz reads "&lt;" in a label as "<"
      } else {
        out += c;
      }
    }
  }
  return out + '"';
}

std::string html_escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case ']':
        out += "&#93;";  // Graphviz hands text to its parser in pieces and trips over "]" at an end
        break;
      case '\\':
        out += "\\\\";
        break;  // Graphviz replaces "\N" there by the node's name
      default:
        out += c;
    }
  }
  return out;
}

std::string decimal(double value) {
  const long long hundredths = std::llround(value * 100);
  const unsigned long long size = hundredths < 0
                                      ? 0ULL - static_cast<unsigned long long>(hundredths)
                                      : static_cast<unsigned long long>(hundredths);
  std::string out = hundredths < 0 ? "-" : "";
  out += std::to_string(size / 100);
  if (size % 100 != 0) {
    out += '.';
    out += static_cast<char>('0' + size % 100 / 10);
    if (size % 10 != 0) out += static_cast<char>('0' + size % 10);
  }
  return out;
}

}  // namespace statewright::automata::render
