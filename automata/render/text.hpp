#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Names come from users and files: they may hold quotes, markup, line breaks or bytes that are not
// UTF-8. Everything that reaches a drawing passes through `printable` first and through exactly
// one of the two escapes last.
namespace statewright::automata::render {

/// `text` as valid UTF-8 that any renderer accepts: control characters become "\n",
/// "\x1b" and the like, stray bytes and code points that XML forbids become U+FFFD. Cost: linear.
std::string printable(std::string_view text);

/// Columns that printable text takes in a fixed-width font; a clip that keeps at most `limit` of
/// them, the rest replaced by "…". Cost: linear.
std::size_t columns(std::string_view text);
std::string clipped(std::string_view text, std::size_t limit);

/// Points that one line of a sans-serif font of that size takes, estimated from above (no font is
/// opened, so that the same DOT text comes out on every machine). Cost: linear.
double width_in_points(std::string_view text, double font_size);

/// Lines of at most `limit` columns, broken after commas and at spaces, inside a word only where
/// there is no other way. At least one line. Cost: linear.
std::vector<std::string> wrapped(std::string_view text, std::size_t limit);

/// A DOT string "..." whose label is exactly these lines: quotes, backslashes and ampersands
/// escaped. Cost: linear.
std::string dot_quoted(const std::vector<std::string>& lines);

/// Text of a Graphviz HTML-like label. Cost: linear.
std::string html_escaped(std::string_view text);

/// A number of points with at most two decimals, without the locale.
std::string decimal(double value);

}  // namespace statewright::automata::render
