#pragma once

#include <string>
#include <string_view>
#include <vector>

// Pieces of DOT text that all drawings share, so that they look alike.
namespace statewright::automata::render {

inline constexpr std::string_view kFont = "fontname=\"Helvetica,Arial,sans-serif\"";
inline constexpr std::string_view kGrey = "#555555";
inline constexpr double kPointsPerInch = 72;

/// A piece of an HTML-like label in another size, and perhaps colour.
std::string font(std::string_view text, int size, std::string_view colour = {});
/// Lines of an HTML-like label, escaped.
std::string html_lines(const std::vector<std::string>& lines);

/// The beginning of a drawing: its name, the font, and a caption: the title in black and the note
/// in grey, above the picture; a note alone goes below. Both may be empty.
std::string header(std::string_view name, const std::string& title, const std::string& note);

/// "name [a, b, c];", attributes that are empty left out.
std::string statement(const std::string& name, const std::vector<std::string>& attributes);
/// name="value", or nothing if the value is empty. The value is not escaped.
std::string quoted_attribute(const std::string& name, const std::string& value);
/// <td attributes>html</td>
std::string cell(const std::string& html, const std::string& attributes = {});

/// "1 state", "2 states"
std::string counted(std::size_t count, const std::string& one, const std::string& many);

/// A pale colour for the i-th of some classes, white for the first; they repeat after eight.
const char* class_colour(std::size_t i);

}  // namespace statewright::automata::render
