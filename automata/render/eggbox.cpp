#include "automata/render/eggbox.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "automata/algebra/egg_box.hpp"
#include "automata/algebra/group_name.hpp"
#include "automata/render/markup.hpp"
#include "automata/render/text.hpp"
#include "automata/render/word_label.hpp"

namespace statewright::automata {
namespace {

using render::cell;
using render::counted;
using render::font;
using render::html_escaped;

constexpr std::size_t kWordColumns = 20, kWordsListed = 4, kCellColumns = 22, kNameColumns = 40;
constexpr const char* kGroupColour = "#dcebf7";

std::string times(const core::Integer& a, const core::Integer& b) {
  return core::to_string(a) + " × " + core::to_string(b);
}

class Drawing {
 public:
  Drawing(const GreenStructure& green, const TransitionMonoid* monoid, const Alphabet& letters,
          const EggboxOptions& options)
      : green_(green), monoid_(monoid), letters_(letters), options_(options) {
    if (monoid_ != nullptr) classes_ = green_classes(*monoid_);
  }

  std::string text() {
    const std::size_t shown = std::min(options_.max_classes, green_.d_classes.size());
    std::string boxes;
    for (std::size_t d = 0; d < shown; ++d) boxes += class_box(d);
    std::string out = render::header("eggbox", options_.title, note(shown));
    out += "  layout=dot;\n  rankdir=TB;\n  nodesep=0.25;\n  ranksep=0.35;\n";
    out += render::statement(
        "node", {"shape=plaintext", "margin=0.03", std::string(render::kFont), "fontsize=11"});
    out += render::statement("edge", {"penwidth=0.8", "arrowhead=none", "color=\"#555555\""});
    out += boxes;
    if (!green_.covers) return out + "}\n";
    for (std::size_t d = 0; d < shown; ++d) {
      for (const std::uint32_t below : (*green_.covers)[d]) {
        if (below < shown) {
          out += render::statement("d" + std::to_string(d) + " -> d" + std::to_string(below), {});
        }
      }
    }
    return out + "}\n";
  }

 private:
  std::string note(std::size_t shown) const {
    std::string out;
    if (green_.size) {
      out += core::to_string(*green_.size) +
             (*green_.size == 1 ? " element in " : " elements in ") +
             counted(green_.d_classes.size(), "D-class", "D-classes");
    } else {
      out += counted(green_.d_classes.size(), "D-class", "D-classes") + " found before " +
             (green_.unknown ? green_.unknown->hit.limit : "a limit");
    }
    if (shown < green_.d_classes.size()) {
      out += ", " + std::to_string(shown) + " of them drawn";
    }
    out += "; rows: R-classes, columns: L-classes";
    if (starred_) out += "; * shaded: a group";
    if (!green_.covers && green_.d_classes.size() > 1) out += "; the order of classes is not drawn";
    return out;
  }

  std::string group_name(const DClass& d) {
    if (!d.group) return {};
    std::string& name = names_[*d.group];
    if (name.empty()) {
      name = render::clipped(name_group(green_.groups[*d.group].group).name, kNameColumns);
    }
    return name;
  }

  /// The words of a cell, "a, aba", with the number of those left out.
  std::string words(const std::vector<MonoidElement>& elements) const {
    std::string out;
    std::size_t listed = 0;
    for (const MonoidElement x : elements) {
      const std::string word = render::word_label(letters_, monoid_->word(x), kWordColumns);
      const std::size_t width = render::columns(out) + render::columns(word);
      if (listed > 0 && (listed == kWordsListed || width > kCellColumns)) break;
      out += (listed++ == 0 ? "" : ", ") + word;
    }
    std::string html = html_escaped(out);
    if (listed < elements.size()) {
      html += "<br/>" +
              font("+ " + std::to_string(elements.size() - listed) + " more", 9, render::kGrey);
    }
    return html;
  }

  /// One row for each R-class. The elements of a cell are those of the R-class that lie in the
  /// L-class of its column.
  std::string grid_rows(const EggBox& box, const std::string& name) {
    std::string out;
    for (std::size_t r = 0; r < box.rows; ++r) {
      std::map<std::uint32_t, std::vector<MonoidElement>> by_l_class;
      const std::uint32_t row = box.r_classes[r];
      for (std::uint32_t i = classes_.r.begin[row]; i < classes_.r.begin[row + 1]; ++i) {
        const MonoidElement x = classes_.r.members[i];
        by_l_class[classes_.l.of[x]].push_back(x);
      }
      out += "    <tr>";
      for (std::size_t c = 0; c < box.columns; ++c) {
        const bool group = box.cell(r, c).idempotent.has_value();
        starred_ = starred_ || group;
        std::string html = (group ? "* " : "") + words(by_l_class[box.l_classes[c]]);
        if (group && !name.empty()) html += "<br/>" + font("<b>" + html_escaped(name) + "</b>", 9);
        out += cell(html, group ? std::string(" bgcolor=\"") + kGroupColour + "\"" : "");
      }
      out += "</tr>\n";
    }
    return out;
  }

  std::string summary_row(std::size_t d) {
    const DClass& one = green_.d_classes[d];
    const std::string name = group_name(one);
    std::string text = font("rank " + std::to_string(one.rank), 9, render::kGrey) + "<br/>" +
                       times(one.r_classes, one.l_classes) + " H-classes";
    if (one.h_order > 1) {
      text += one.regular ? "" : " of " + core::to_string(one.h_order);
    }
    if (one.regular) {
      text += "<br/>";
      if (one.idempotents) text += std::to_string(*one.idempotents) + " of them ";
      text += name.empty() ? "trivial groups" : "groups <b>" + html_escaped(name) + "</b>";
    } else {
      text += "<br/>no groups";
    }

    text +=
        "<br/>" + font(html_escaped(render::word_label(letters_, one.word, kCellColumns)) + ", …",
                       10, render::kGrey);
    return "    <tr>" +
           cell(text, one.regular ? std::string(" bgcolor=\"") + kGroupColour + "\"" : "") +
           "</tr>\n";
  }

  std::string class_box(std::size_t d) {
    const DClass& one = green_.d_classes[d];
    std::optional<MonoidElement> listed;
    if (monoid_ != nullptr && one.r_classes * one.l_classes <= options_.max_cells) {
      listed = monoid_->find(one.representative);
    }
    std::string content;
    if (!listed) {
      content = summary_row(d);
    } else {
      const EggBox box = egg_box(*monoid_, classes_, classes_.d.of[*listed]);
      content = "    <tr>" +
                cell(font("rank " + std::to_string(one.rank), 9, render::kGrey),
                     " border=\"0\" colspan=\"" + std::to_string(box.columns) + "\"") +
                "</tr>\n" + grid_rows(box, group_name(one));
    }
    return "  d" + std::to_string(d) +
           " [label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"0\" cellpadding=\"4\">\n" +
           content + "  </table>>];\n";
  }

  const GreenStructure& green_;
  const TransitionMonoid* monoid_;
  const Alphabet& letters_;
  const EggboxOptions& options_;
  GreenClasses classes_;
  std::map<std::size_t, std::string> names_;
  bool starred_ = false;
};

}  // namespace

std::string draw_eggbox(const GreenStructure& green, const TransitionMonoid* monoid,
                        const Alphabet& letters, const EggboxOptions& options) {
  return Drawing(green, monoid, letters, options).text();
}

}  // namespace statewright::automata
