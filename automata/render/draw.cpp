// From an automaton to DOT text: a diagram where one can be read, a table where not.
//
// DOT is the interface because it is text a user can edit, diff and lay out elsewhere; the engine
// is written into it (`layout=dot` or `layout=nop2`), so that this process and Graphviz's own
// commands make the same picture.

#include "automata/render/draw.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "automata/render/diagram.hpp"
#include "automata/render/dot.hpp"
#include "automata/render/markup.hpp"
#include "automata/render/text.hpp"
#include "core/error.hpp"

namespace statewright::automata {
namespace {

using core::Error;
using core::Fault;
using render::counted;

constexpr std::size_t kTableRows = 24, kTableLetters = 12;

std::string draw_table(const Dfa& dfa, const std::string& title, std::string note,
                       std::size_t most_rows, std::size_t most_letters) {
  const std::size_t rows = std::min(most_rows, dfa.size());
  const std::size_t letters = std::min(most_letters, dfa.letters.size());
  if (rows < dfa.size() || letters < dfa.letters.size()) {
    note += "; the table shows " + counted(rows, "state", "states") + " and " +
            counted(letters, "letter", "letters");
  }
  if (dfa.start >= rows) note += "; the start is state " + dfa.state_name(dfa.start);
  return render::table_text(dfa, rows, letters, title, note);
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace

std::string draw_dfa(const Dfa& dfa, const DrawOptions& options) {
  validate(dfa, "draw");
  const std::string states = counted(dfa.size(), "state", "states");
  if (dfa.size() > options.max_states) {
    return draw_table(
        dfa, options.title,
        states + " and " + counted(dfa.letters.size(), "letter", "letters") + ": too many to draw",
        kTableRows, kTableLetters);
  }
  render::Diagram diagram = render::make_diagram(dfa, options.drop_sink);
  const std::vector<std::size_t> ring = render::ring_order(dfa, diagram);
  if (render::too_dense(diagram)) {
    return draw_table(
        dfa, options.title,
        states + " and " + std::to_string(diagram.edges.size()) + " edges: too dense to draw",
        options.max_states, 26);
  }
  if (!ring.empty()) render::place_on_ring(diagram, ring);
  return render::diagram_text(
      diagram, options.title,
      diagram.sink_dropped ? "transitions not drawn lead to a rejecting sink" : "");
}

Picture picture_from_path(std::string_view path) {
  static const std::vector<std::string> endings = {"dot", "gv", "svg", "pdf", "png"};
  static constexpr Picture kPictures[] = {Picture::dot, Picture::dot, Picture::svg, Picture::pdf,
                                          Picture::png};
  const std::size_t slash = path.find_last_of('/');
  const std::string_view file = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const std::size_t dot = file.find_last_of('.');
  const std::string ending =
      dot == std::string_view::npos ? std::string{} : lower_case(file.substr(dot + 1));
  for (std::size_t i = 0; i < endings.size(); ++i) {
    if (ending == endings[i]) return kPictures[i];
  }
  throw Error({Fault::range, std::string(path), "a file name that ends in .svg, .pdf, .png or .dot",
               dot == std::string_view::npos ? "no ending" : core::quoted("." + ending),
               core::did_you_mean(ending, endings)});
}

}  // namespace statewright::automata
