#include "automata/language/scanner.hpp"

#include <algorithm>

#include "core/text/canonical.hpp"
#include "core/text/utf8.hpp"

namespace statewright::automata::formats {
namespace {

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

std::string byte_name(char c) {
  static constexpr char kHex[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  return std::string("the byte 0x") + kHex[byte >> 4U] + kHex[byte & 15U];
}

}  // namespace

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_control);
}

Source::Source(std::string_view text, std::string_view where, Lines lines)
    : text_(text.substr(0, 3) == "\xEF\xBB\xBF" ? text.substr(3) : text), where_(where) {
  At line_start = 0;
  for (At at = 0; at < text_.size();) {
    const char c = text_[at];
    const std::size_t length = core::utf8_sequence(text_.substr(at));
    if (length == 0) fail(at, Fault::syntax, "UTF-8 text", byte_name(c));
    if (is_control(c) && c != '\n' && c != '\r' && c != '\t') {
      fail(at, Fault::syntax, "text without control characters", byte_name(c));
    }
    at += length;
    if (c == '\n') {
      line_start = at;
    } else if (lines == Lines::limited && at - line_start > kLongestLine) {
      fail(line_start, Fault::syntax, "lines of at most 1 MiB", "a longer one");
    }
  }
}

std::string Source::place(At at) const {
  const std::string_view before = text_.substr(0, at);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t start = line == 1 ? 0 : before.rfind('\n') + 1;
  return where_ + ":" + std::to_string(line) + ":" +
         std::to_string(core::utf8_count(before.substr(start)) + 1);
}

void Source::fail(At at, Fault fault, std::string expected, std::string found,
                  std::string hint) const {
  throw Error({fault, place(at), std::move(expected), std::move(found), std::move(hint)});
}

bool LineReader::next(std::string_view& line, At& at) {
  const std::string_view text = source_.text();
  if (next_ >= text.size()) return false;
  at = next_;
  const std::size_t end = std::min(text.find('\n', at), text.size());
  line = text.substr(at, end - at);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  next_ = end + 1;
  return true;
}

std::vector<Token> words_of(const Source& source, std::string_view line, At at, WordRules rules) {
  std::vector<Token> words;
  const auto separates = [&](char c) {
    return c == ' ' || c == '\t' || c == '\r' || (rules.commas && c == ',');
  };
  for (std::size_t i = 0; i < line.size();) {
    if (separates(line[i])) {
      ++i;
      continue;
    }
    if (rules.comments && line[i] == '#') break;
    Token word{{}, at + i, rules.quotes && line[i] == '"'};
    if (word.quoted) {
      for (++i; i < line.size() && line[i] != '"'; ++i) {
        if (line[i] == '\\') {
          if (i + 1 >= line.size() || (line[i + 1] != '"' && line[i + 1] != '\\')) {
            source.fail(at + i, Fault::syntax, R"(\" or \\)", core::quoted(line.substr(i, 2)),
                        R"(inside quotes write \ as \\)");
          }
          ++i;
        }
        word.text += line[i];
      }
      if (i >= line.size())
        source.fail(word.at, Fault::syntax, "a closing \"", "the end of the line");
      ++i;
      if (i < line.size() && !separates(line[i]) && line[i] != '#' && line[i] != ':') {
        source.fail(at + i, Fault::syntax, "white space after a quoted name",
                    core::quoted(line.substr(i)));
      }
    } else {
      while (i < line.size() && !separates(line[i]) && !(rules.comments && line[i] == '#')) {
        if (rules.quotes && line[i] == '"') {
          source.fail(at + i, Fault::syntax, "white space before a quoted name",
                      core::quoted(line.substr(i)),
                      "a name that contains quotes is written in quotes: \"say \\\"hi\\\"\"");
        }
        word.text += line[i++];
      }
    }
    words.push_back(std::move(word));
  }
  return words;
}

std::string in_quotes(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

std::string suggestion(std::string_view name, const std::vector<std::string>& candidates) {
  constexpr std::size_t kLongest = 40, kMost = 2000;
  if (name.size() > kLongest) return {};
  std::vector<std::string_view> near;
  for (const std::string& candidate : candidates) {
    if (candidate.size() <= kLongest) near.push_back(candidate);
    if (near.size() == kMost) break;
  }
  return core::did_you_mean(name, near);
}

bool percent_decode(std::string_view token, std::string& name) {
  name.clear();
  const auto digit = [](char c) -> unsigned {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
    return 16;
  };
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '%') {
      name += token[i];
      continue;
    }
    if (i + 2 >= token.size()) return false;
    const unsigned high = digit(token[i + 1]), low = digit(token[i + 2]);
    if (high > 15 || low > 15) return false;
    name += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return core::percent_encode(name) == token;  // each name has one encoding
}

}  // namespace statewright::automata::formats
