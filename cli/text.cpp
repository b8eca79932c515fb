#include "cli/text.hpp"

#include <algorithm>
#include <cstdio>

namespace statewright::cli {

std::string json_text(const JsonOut& value) { return core::write_json(value); }

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string counted(std::uint64_t number, std::string_view noun) {
  return grouped(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

std::string seconds_text(double seconds) {
  char buffer[64];
  if (seconds < 1) {
    std::snprintf(buffer, sizeof buffer, "%.1f ms", seconds * 1e3);
  } else {
    std::snprintf(buffer, sizeof buffer, seconds < 100 ? "%.2f s" : "%.0f s", seconds);
  }
  return buffer;
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t have = columns(text);
  return std::string(text) + std::string(have < width ? width - have : 0, ' ');
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string out;
  const std::string margin(indent, ' ');
  std::string line;
  const auto flush = [&] {
    if (!line.empty()) out += margin + line + "\n";
    line.clear();
  };
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view source = text.substr(at, end - at);
    at = end + 1;
    if (source.empty() || source.front() == ' ') {
      flush();
      if (source.empty() && at > text.size()) break;
      out += source.empty() ? "\n" : margin + std::string(source) + "\n";
      continue;
    }
    std::size_t begin = 0;
    while (begin < source.size()) {
      const std::size_t stop = std::min(source.find(' ', begin), source.size());
      const std::string_view word = source.substr(begin, stop - begin);
      begin = stop + 1;
      if (word.empty()) continue;
      if (!line.empty() && indent + columns(line) + 1 + columns(word) > width) flush();
      if (!line.empty()) line += ' ';
      line += word;
    }
  }
  flush();
  return out;
}

std::string table_text(const std::vector<std::vector<std::string>>& rows, std::size_t indent) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns(row[i]));
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line(indent, ' ');
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += padded(row[i], widths[i]);
      if (i + 1 < row.size()) line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

std::string report_line(std::string_view word, std::string_view text) {
  return padded(word, 12) + std::string(text) + "\n";
}

std::string names_text(const std::vector<std::string>& names, std::size_t limit, bool count) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < limit; ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > limit) text += ", ...";
  if (names.size() > limit && count) text += " (" + grouped(names.size()) + " in all)";
  return text;
}

std::string word_text(const core::Alphabet& letters, std::span<const core::Letter> word) {
  constexpr std::size_t kWhole = 200, kEnds = 60;
  if (word.size() <= kWhole) return "\"" + letters.spell(word) + "\"";
  return "\"" + letters.spell(word.first(kEnds)) + "\" ... \"" + letters.spell(word.last(kEnds)) +
         "\"";
}

std::string length_text(std::size_t length) { return counted(length, "letter"); }

std::string value_text(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  if (value == 0) return std::signbit(value) ? "-0" : "0";
  int exponent = 0;
  double units = std::frexp(value, &exponent);
  while (units != std::floor(units)) {
    units *= 2;
    --exponent;
  }
  const auto whole = static_cast<std::int64_t>(units);
  if (exponent >= 0 && exponent <= 20) {
    return core::to_string(core::Integer(core::Integer(whole) << exponent));
  }
  if (exponent < -24 || exponent > 0) {
    return std::to_string(whole) + "*2^" + std::to_string(exponent);
  }
  // n / 2^k = n 5^k / 10^k
  const auto places = static_cast<std::size_t>(-exponent);
  std::string digits = core::to_string(
      core::Integer(core::Integer(std::llabs(whole)) *
                    boost::multiprecision::pow(core::Integer(5), unsigned(places))));
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  digits.insert(digits.size() - places, 1, '.');
  return (whole < 0 ? "-" : "") + digits;
}

namespace {

std::string number_text(const core::Real& value) { return core::to_string(value); }
std::string number_text(double value) { return value_text(value); }

template <class Number>
std::string matrix_text(const core::Matrix<Number>& state, std::size_t limit) {
  std::string text = "(";
  std::size_t shown = 0;
  for (std::size_t i = 0; i < state.rows() && shown < limit; ++i) {
    if (i > 0) text += state.columns() > 1 ? "; " : ", ";
    for (std::size_t j = 0; j < state.columns() && shown < limit; ++j, ++shown) {
      if (j > 0) text += ' ';
      text += number_text(state(i, j));
    }
  }
  const std::size_t all = state.rows() * state.columns();
  if (shown < all) text += ", ... " + grouped(all - shown) + " more";
  return text + ")";
}

template <class Number>
JsonOut matrix_json(const core::Matrix<Number>& state) {
  JsonOut rows = JsonOut::array();
  for (std::size_t i = 0; i < state.rows(); ++i) {
    JsonOut row = JsonOut::array();
    for (std::size_t j = 0; j < state.columns(); ++j) row.push_back(number_text(state(i, j)));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

std::string state_text(const core::Matrix<core::Real>& state, std::size_t limit) {
  return matrix_text(state, limit);
}
std::string state_text(const core::Matrix<double>& state, std::size_t limit) {
  return matrix_text(state, limit);
}
JsonOut state_json(const core::Matrix<core::Real>& state) { return matrix_json(state); }
JsonOut state_json(const core::Matrix<double>& state) { return matrix_json(state); }

JsonOut word_json(const core::Alphabet& letters, std::span<const core::Letter> word) {
  JsonOut names = JsonOut::array();
  for (const core::Letter letter : word) names.push_back(letters.name(letter));
  return names;
}

std::string shell_quoted(std::string_view word) {
  const bool harmless = !word.empty() && word.find_first_not_of(
                                             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                             "0123456789_-+=./:,@%^") == std::string_view::npos;
  if (harmless) return std::string(word);
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

}  // namespace statewright::cli
