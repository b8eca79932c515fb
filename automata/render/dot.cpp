#include "automata/render/dot.hpp"

#include <algorithm>
#include <utility>

#include "automata/render/edge_label.hpp"
#include "automata/render/markup.hpp"
#include "automata/render/text.hpp"

namespace statewright::automata::render {
namespace {

constexpr std::size_t kManyStates = 24;  // from here on, ranks move closer together
constexpr std::size_t kCellColumns = 20;

std::string node_name(const Node& node) { return "q" + std::to_string(node.state); }

// The style of a filled node replaces that of all nodes.
std::string filled(const Node& node, bool boxes) {
  if (node.fill == nullptr) return {};
  return (boxes ? "style=\"rounded,filled\", " : "style=filled, ") +
         quoted_attribute("fillcolor", node.fill);
}

std::string inches(double points) { return decimal(points / kPointsPerInch); }

std::string node_label(const Node& node) {
  if (node.output.empty()) return dot_quoted(node.lines);
  return "<" + html_lines(node.lines) + "<br/>" + font(html_escaped(node.output), 10, kGrey) + ">";
}

std::string cell_text(const std::string& text) {
  return html_escaped(clipped(printable(text), kCellColumns));
}

}  // namespace

std::string diagram_text(const Diagram& diagram, const std::string& title,
                         const std::string& note) {
  const bool ring = !diagram.start_at.empty();
  const std::string width = inches(diagram.width), height = inches(diagram.height);
  std::string out = header("automaton", title, note);
  if (ring) {
    out += "  layout=nop2;\n";
  } else {
    const bool many = diagram.nodes.size() > kManyStates;
    out += "  layout=dot;\n  rankdir=LR;\n";
    out += many ? "  nodesep=0.18;\n  ranksep=0.35;\n" : "  nodesep=0.3;\n  ranksep=0.4;\n";
  }
  const bool fixed = ring || !diagram.boxes;
  out += statement("node", {diagram.boxes ? "shape=box, style=rounded" : "shape=circle",
                            fixed ? "fixedsize=true" : "margin=\"0.12,0.06\"",
                            "width=" + (fixed ? width : inches(40)), "height=" + height,
                            "penwidth=0.8", std::string(kFont), "fontsize=13"});
  out += statement("edge", {"penwidth=0.8", "arrowsize=0.7", std::string(kFont), "fontsize=11"});
  out +=
      statement("start", {"shape=point", "style=invis", "fixedsize=true", "width=0.01",
                          "height=0.01", "label=\"\"", quoted_attribute("pos", diagram.start_at)});
  for (const Node& node : diagram.nodes) {
    out += statement(node_name(node),
                     {"label=" + node_label(node), node.doubled ? "peripheries=2" : "",
                      filled(node, diagram.boxes), quoted_attribute("pos", node.at)});
  }
  out += statement("start -> " + node_name(diagram.nodes.front()),
                   {quoted_attribute("pos", diagram.start_curve)});
  for (const Edge& edge : diagram.edges) {
    const std::string colour = edge.colour == nullptr ? "" : edge.colour;
    out +=
        statement(node_name(diagram.nodes[edge.from]) + " -> " + node_name(diagram.nodes[edge.to]),
                  {"label=" + dot_quoted(edge.label), edge.both_ways ? "dir=both" : "",
                   quoted_attribute("color", colour), quoted_attribute("fontcolor", colour),
                   edge.dashed ? "style=dashed" : "", !ring && edge.discovers ? "weight=4" : "",
                   quoted_attribute("lp", edge.label_at), quoted_attribute("pos", edge.curve)});
  }
  return out + "}\n";
}

std::string table_text(const Dfa& dfa, std::size_t rows, std::size_t columns,
                       const std::string& title, const std::string& note,
                       const TableHeadings& headings) {
  rows = std::min(rows, dfa.size());
  columns = std::min(columns, dfa.letters.size());
  std::string out = header("automaton", title, note);
  const bool more_columns = columns < dfa.letters.size();
  const bool output_is_name = outputs_name_states(dfa);
  const std::string left = " align=\"left\"", rule = "<vr/>", more = "…";
  const auto name = [&](State q) {
    return cell_text(output_is_name ? dfa.labels[dfa.output[q]] : dfa.state_name(q));
  };
  // One row: the mark of the start, the state, a cell for each letter, the output.
  const auto row = [&](const std::string& mark, const std::string& state, const auto& entry,
                       const std::string& last, const std::string& output) {
    out += "    <tr>" + cell(mark) + cell(state, left) + rule;
    for (Letter a = 0; a < columns; ++a) out += cell(entry(a));
    if (more_columns) out += cell(last);
    if (!output_is_name) out += rule + cell(output, left);
    out += "</tr>\n";
  };
  out += "  layout=dot;\n";
  out += statement("node", {"shape=plaintext", "margin=0", std::string(kFont), "fontsize=11"});
  out +=
      "  table [label=<<table border=\"1\" sides=\"tb\" cellborder=\"0\" cellspacing=\"0\" "
      "cellpadding=\"3\">\n";
  const auto heading = [&](Letter a) {
    return "<b>" + cell_text(letter_name(dfa.letters, a)) + "</b>";
  };
  const auto bold = [](const std::string& text) {
    return text.empty() ? text : "<b>" + html_escaped(text) + "</b>";
  };
  row("", bold(headings.state), heading, more, bold(headings.output));
  out += "    <hr/>\n";
  for (State q = 0; q < rows; ++q) {
    row(
        q == dfa.start ? "→" : "", name(q), [&](Letter a) { return name(dfa.step(q, a)); }, more,
        cell_text(dfa.labels[dfa.output[q]]));
  }
  if (rows < dfa.size())
    row(
        "", more, [&](Letter) -> const std::string& { return more; }, "", more);
  return out + "  </table>>];\n}\n";
}

}  // namespace statewright::automata::render
