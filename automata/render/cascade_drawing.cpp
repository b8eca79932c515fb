// A cascade is a chain: each level is a box with a table, and an arrow brings it what the levels
// above know. Levels with a group are filled, levels that only reset are white.

#include "automata/render/cascade_drawing.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "automata/render/edge_label.hpp"
#include "automata/render/markup.hpp"
#include "automata/render/text.hpp"

namespace statewright::automata {
namespace {

using render::cell;
using render::counted;
using render::font;
using render::html_escaped;

constexpr std::size_t kActionsListed = 4, kActionColumns = 44, kNoteColumns = 60;
constexpr std::size_t kStatesListed = 24;

/// "(0 1 2)(3 4)"; empty for the identity.
std::string cycles(const std::vector<std::uint32_t>& permutation) {
  std::vector<bool> seen(permutation.size(), false);
  std::string out;
  for (std::uint32_t first = 0; first < permutation.size(); ++first) {
    if (seen[first] || permutation[first] == first) continue;
    out += "(";
    for (std::uint32_t at = first; !seen[at]; at = permutation[at]) {
      seen[at] = true;
      out += (at == first ? "" : " ") + std::to_string(at);
    }
    out += ")";
  }
  return out;
}

/// What the entries of one letter do, each said once: stay, permutations, resets.
struct LetterActions {
  bool stays = false;
  std::vector<std::string> permutations;
  std::set<std::uint32_t> targets;

  void add(const LevelAction& action) {
    if (action.reset) {
      targets.insert(action.target);
      return;
    }
    std::string text = cycles(action.permutation);
    if (text.empty()) {
      stays = true;
    } else if (std::find(permutations.begin(), permutations.end(), text) == permutations.end()) {
      permutations.push_back(std::move(text));
    }
  }

  std::string text() const {
    std::vector<std::string> parts;
    if (stays) parts.emplace_back("stay");
    for (std::size_t i = 0; i < std::min(permutations.size(), kActionsListed); ++i) {
      parts.push_back(render::clipped(permutations[i], kActionColumns));
    }
    if (permutations.size() > kActionsListed) {
      parts.push_back(std::to_string(permutations.size() - kActionsListed) + " more permutations");
    }
    if (!targets.empty()) {
      std::string list;
      std::size_t listed = 0;
      for (const std::uint32_t target : targets) {
        if (listed++ == 2 * kActionsListed) {
          list += ", …";
          break;
        }
        list += (list.empty() ? "" : ", ") + std::to_string(target);
      }
      parts.push_back("reset to " + list);
    }
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : " or ") + part;
    return out.empty() ? "never read here" : out;
  }
};

bool only_resets(const CascadeLevel& level) {
  return std::all_of(level.entries.begin(), level.entries.end(), [](const auto& entry) {
    return entry.action.reset || cycles(entry.action.permutation).empty();
  });
}

/// Letters that do the same share a row.
std::vector<std::pair<std::string, std::vector<Letter>>> rows_of(const CascadeLevel& level,
                                                                 std::size_t letters) {
  std::vector<LetterActions> actions(letters);
  for (const auto& entry : level.entries) actions[entry.letter].add(entry.action);
  std::vector<std::pair<std::string, std::vector<Letter>>> rows;
  for (Letter a = 0; a < letters; ++a) {
    std::string text = actions[a].text();
    const auto same =
        std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.first == text; });
    if (same == rows.end()) {
      rows.push_back({std::move(text), {a}});
    } else {
      same->second.push_back(a);
    }
  }
  return rows;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += (out.empty() ? "" : " ") + line;
  return out;
}

std::string box(const std::string& name, const std::string& colour, const std::string& content) {
  return "  " + name + " [label=<<table border=\"1\" cellborder=\"0\" cellspacing=\"0\" " +
         "cellpadding=\"3\" style=\"rounded\" bgcolor=\"" + colour + "\">\n" + content +
         "  </table>>];\n";
}

std::string full_row(const std::string& html) {
  return "    <tr>" + cell(html, " colspan=\"2\" align=\"left\"") + "</tr>\n";
}

std::string level_box(const Dfa& dfa, const CascadeLevel& level, std::size_t index,
                      std::size_t most_letters) {
  const bool resets = only_resets(level);
  std::string kind = resets ? "resets" : "permutations and resets";
  if (!resets && std::none_of(level.entries.begin(), level.entries.end(),
                              [](const auto& entry) { return entry.action.reset; })) {
    kind = "permutations";
  }
  std::string content = full_row(
      "<b>level " + std::to_string(index + 1) + "</b> &nbsp; " +
      counted(level.size, "coordinate", "coordinates") + ", " + kind +
      (resets || level.group.empty() ? "" : ", group <b>" + html_escaped(level.group) + "</b>"));
  if (!level.note.empty()) {
    const std::string note = render::clipped(render::printable(level.note), 3 * kNoteColumns);
    content +=
        full_row(font(render::html_lines(render::wrapped(note, kNoteColumns)), 10, render::kGrey));
  }
  content += "    <hr/>\n";
  const auto rows = rows_of(level, dfa.letters.size());
  for (std::size_t i = 0; i < std::min(rows.size(), most_letters); ++i) {
    content +=
        "    <tr>" +
        cell("<b>" + html_escaped(joined(render::edge_label(dfa.letters, rows[i].second))) + "</b>",
             " align=\"left\"") +
        cell(html_escaped(rows[i].first), " align=\"left\"") + "</tr>\n";
  }
  if (rows.size() > most_letters) {
    content += full_row(counted(rows.size() - most_letters, "more row", "more rows"));
  }
  return box("level" + std::to_string(index + 1), resets ? "#ffffff" : render::class_colour(1),
             content);
}

std::string states_box(const Dfa& dfa, const Cascade& cascade) {
  bool same = cascade.state.size() == dfa.size() && dfa.state_names.empty();
  for (std::size_t i = 0; i < cascade.state.size(); ++i) same = same && cascade.state[i] == i;
  std::string list = same ? "one context for each state" : "";
  for (std::size_t i = 0; !same && i < cascade.state.size(); ++i) {
    if (i == kStatesListed) {
      list += ", + " + std::to_string(cascade.state.size() - i) + " more";
      break;
    }
    list += (list.empty() ? "" : ", ") + std::to_string(i) + "→" +
            render::clipped(render::printable(dfa.state_name(cascade.state[i])), 12);
  }
  return box("states", "#ffffff",
             full_row("<b>state</b> &nbsp; of " + counted(dfa.size(), "state", "states")) +
                 full_row(font(render::html_lines(render::wrapped(list, kNoteColumns)), 10,
                               render::kGrey)));
}

}  // namespace

std::string draw_cascade(const Dfa& dfa, const Cascade& cascade,
                         const CascadeDrawingOptions& options) {
  validate(cascade, dfa, "draw");
  const std::size_t shown = std::min(cascade.levels.size(), options.max_levels);
  std::string note = cascade.method;
  if (!cascade.levels.empty()) {
    note += (note.empty() ? "" : ": ") + counted(cascade.levels.size(), "level", "levels") +
            "; every level reads the letter and the contexts above it before and after";
  }
  std::string out = render::header("cascade", options.title, note);
  out += "  layout=dot;\n  rankdir=TB;\n  nodesep=0.3;\n  ranksep=0.35;\n";
  out += render::statement(
      "node", {"shape=plaintext", "margin=0", std::string(render::kFont), "fontsize=12"});
  out += render::statement("edge", {"penwidth=0.8", "arrowsize=0.7", std::string(render::kFont),
                                    "fontsize=10", "fontcolor=\"#555555\""});
  for (std::size_t i = 0; i < shown; ++i) {
    out += level_box(dfa, cascade.levels[i], i, options.max_letters);
  }
  if (shown < cascade.levels.size()) {
    out += box("more", "#ffffff",
               full_row(counted(cascade.levels.size() - shown, "more level", "more levels")));
  }
  out += states_box(dfa, cascade);
  std::string above;
  const auto arrow = [&](const std::string& to, std::size_t contexts) {
    if (!above.empty()) {
      out += render::statement(above + " -> " + to,
                               {"label=\" " + counted(contexts, "context", "contexts") + "\""});
    }
    above = to;
  };
  for (std::size_t i = 0; i < shown; ++i) {
    arrow("level" + std::to_string(i + 1), cascade.levels[i].contexts);
  }
  if (shown < cascade.levels.size()) arrow("more", cascade.levels[shown].contexts);
  arrow("states", cascade.state.size());
  return out + "}\n";
}

}  // namespace statewright::automata
