#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/alphabet.hpp"
#include "core/linalg/matrix.hpp"
#include "core/number/real.hpp"
#include "core/text/json.hpp"

namespace statewright::cli {

/// What --json prints is built with this: members keep their order.
using JsonOut = core::Json;
/// One object over several lines (core::write_json). Bytes that are no UTF-8 become U+FFFD.
std::string json_text(const JsonOut& value);

/// "1,234,567"
std::string grouped(std::uint64_t number);
/// "1 state", "1,024 states"
std::string counted(std::uint64_t number, std::string_view noun);
/// "0.3 ms", "1.25 s", "240 s"
std::string seconds_text(double seconds);

/// Columns that a terminal needs for `text`, counting one for each UTF-8 character.
std::size_t columns(std::string_view text);
/// `text` with spaces appended up to `width` columns.
std::string padded(std::string_view text, std::size_t width);
/// Breaks paragraphs into lines of at most `width` columns, each indented by `indent` spaces. Lines
/// that start with a space are kept as they are.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);
/// Columns aligned, two spaces between them, nothing at the ends of lines.
std::string table_text(const std::vector<std::vector<std::string>>& rows, std::size_t indent = 0);
/// One line of a report: a word in the left margin and its text, "evidence  12 states".
std::string report_line(std::string_view word, std::string_view text);

/// "a, b, c" with at most `limit` names, then "... (120 in all)", or "..." if the count is known.
std::string names_text(const std::vector<std::string>& names, std::size_t limit = 8,
                       bool count = true);
/// The word as Alphabet::spell writes it, quoted; the middle of a very long one is left out.
std::string word_text(const core::Alphabet& letters, std::span<const core::Letter> word);
/// "3 letters"
std::string length_text(std::size_t length);
/// A double exactly: "0.10009765625" where that is short, else "205*2^-140"; "-0", "inf", "nan".
std::string value_text(double value);
/// A network state, [n, d], as "(1, -1/2, 3)" or, with several columns, "(1 0; 0 1)". At most
/// `limit` entries, then the number of those left out.
std::string state_text(const core::Matrix<core::Real>& state, std::size_t limit = 40);
std::string state_text(const core::Matrix<double>& state, std::size_t limit = 40);
/// The same as an array of rows of strings.
JsonOut state_json(const core::Matrix<core::Real>& state);
JsonOut state_json(const core::Matrix<double>& state);
/// The letters of a word by name.
JsonOut word_json(const core::Alphabet& letters, std::span<const core::Letter> word);

/// `word` as a POSIX shell reads it back: unchanged if harmless, else in single quotes.
std::string shell_quoted(std::string_view word);

}  // namespace statewright::cli
