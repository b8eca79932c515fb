#include "automata/render/markup.hpp"

#include <array>

#include "automata/render/text.hpp"

namespace statewright::automata::render {
namespace {

constexpr std::size_t kTitleColumns = 90, kTitleLimit = 360;

std::string caption(const std::string& title, const std::string& note) {
  if (title.empty() && note.empty()) return {};
  std::string out = "  label=<";
  if (!title.empty()) {
    const std::string text = clipped(printable(title), kTitleLimit);
    out += font(html_lines(wrapped(text, kTitleColumns)), 15);
  }
  if (!title.empty() && !note.empty()) out += "<br/>";
  if (!note.empty()) out += font(html_lines(wrapped(printable(note), kTitleColumns)), 10, kGrey);
  return out + ">;\n  labelloc=" + (title.empty() ? "b" : "t") + ";\n";
}

}  // namespace

std::string font(std::string_view text, int size, std::string_view colour) {
  std::string out = "<font point-size=\"" + std::to_string(size) + "\"";
  if (!colour.empty()) out += " color=\"" + std::string(colour) + "\"";
  return out + ">" + std::string(text) + "</font>";
}

std::string html_lines(const std::vector<std::string>& lines) {
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    out += (i > 0 ? "<br/>" : "") + html_escaped(lines[i]);
  }
  return out;
}

std::string header(std::string_view name, const std::string& title, const std::string& note) {
  std::string out = "digraph " + std::string(name) + " {\n  charset=\"UTF-8\";\n  ";
  out += kFont;
  return out + ";\n" + caption(title, note);
}

std::string statement(const std::string& name, const std::vector<std::string>& attributes) {
  std::string out = "  " + name;
  bool first = true;
  for (const std::string& attribute : attributes) {
    if (attribute.empty()) continue;
    out += (first ? " [" : ", ") + attribute;
    first = false;
  }
  return out + (first ? ";\n" : "];\n");
}

std::string quoted_attribute(const std::string& name, const std::string& value) {
  return value.empty() ? std::string{} : name + "=\"" + value + "\"";
}

std::string cell(const std::string& html, const std::string& attributes) {
  return "<td" + attributes + ">" + html + "</td>";
}

std::string counted(std::size_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

const char* class_colour(std::size_t i) {
  static constexpr std::array<const char*, 8> kPale = {"#ffffff", "#dcebf7", "#fbe3d0", "#d8efe6",
                                                       "#f3dcea", "#f2ecd0", "#e6e6e6", "#d3e7fa"};
  return kPale[i % kPale.size()];
}

}  // namespace statewright::automata::render
