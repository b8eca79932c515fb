// A Cayley graph is an automaton without outputs: elements are states, the identity is the start.
// So it is drawn by what draws automata, rings for cyclic groups and tables for crowds included.

#include "automata/render/cayley.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "automata/algebra/egg_box.hpp"
#include "automata/render/diagram.hpp"
#include "automata/render/dot.hpp"
#include "automata/render/markup.hpp"
#include "automata/render/word_label.hpp"

namespace statewright::automata {
namespace {

constexpr std::size_t kWordColumns = 24;
constexpr std::size_t kTableRows = 40, kTableLetters = 12;

Dfa as_automaton(const TransitionMonoid& monoid, const Alphabet& letters, std::size_t elements) {
  Dfa dfa;
  dfa.letters = letters;
  dfa.labels = acceptor_labels();
  for (MonoidElement x = 0; x < elements; ++x) {
    for (Letter a = 0; a < letters.size(); ++a) dfa.next.push_back(monoid.right(x, a));
    dfa.output.push_back(monoid.is_idempotent(x) ? kAccept : kReject);
  }
  for (MonoidElement x = 0; x < monoid.size(); ++x) {  // successors need names, too
    dfa.state_names.push_back(render::word_label(letters, monoid.word(x), kWordColumns));
  }
  return dfa;
}

std::string draw_table(const TransitionMonoid& monoid, const Alphabet& letters,
                       const std::string& title, std::string note) {
  const std::size_t rows = std::min(kTableRows, monoid.size());
  Dfa dfa = as_automaton(monoid, letters, monoid.size());
  dfa.labels = {"", "idempotent"};
  const std::size_t columns = std::min(kTableLetters, letters.size());
  if (rows < monoid.size() || columns < letters.size()) {
    note += "; the table shows " + render::counted(rows, "element", "elements") + " and " +
            render::counted(columns, "letter", "letters");
  }
  return render::table_text(dfa, rows, columns, title, note, {"element", ""});
}

}  // namespace

std::string draw_cayley(const TransitionMonoid& monoid, const Alphabet& letters,
                        const CayleyOptions& options) {
  const std::string elements = render::counted(monoid.size(), "element", "elements");
  if (monoid.size() > options.max_elements) {
    return draw_table(monoid, letters, options.title,
                      elements + " and " + render::counted(letters.size(), "letter", "letters") +
                          ": too many to draw");
  }
  const Dfa dfa = as_automaton(monoid, letters, monoid.size());
  render::Diagram diagram = render::make_diagram(dfa, false);
  const std::vector<std::size_t> ring = render::ring_order(dfa, diagram);
  if (render::too_dense(diagram)) {
    return draw_table(
        monoid, letters, options.title,
        elements + " and " + std::to_string(diagram.edges.size()) + " edges: too dense to draw");
  }
  const GreenClasses classes = green_classes(monoid);
  const auto& of = (options.colour == CayleyColour::r_classes ? classes.r : classes.d).of;
  // Classes of one element stay white, so that colour means something; the others take turns.
  std::vector<std::size_t> members(monoid.size(), 0), colour(monoid.size(), 0);
  for (const std::uint32_t c : of) ++members[c];
  std::size_t coloured = 0;
  for (std::size_t c = 0; c < members.size(); ++c) {
    if (members[c] > 1) colour[c] = ++coloured;
  }
  if (members.front() < monoid.size()) {  // a group would be all of one colour
    for (render::Node& node : diagram.nodes) {
      const std::size_t c = colour[of[node.state]];
      if (c > 0) node.fill = render::class_colour(1 + (c - 1) % 7);
    }
  }
  if (!ring.empty()) render::place_on_ring(diagram, ring);
  return render::diagram_text(
      diagram, options.title,
      std::string("elements by their shortest words; doubled: idempotent") +
          (members.front() < monoid.size() && coloured > 0
               ? options.colour == CayleyColour::r_classes ? "; one colour: one R-class"
                                                           : "; one colour: one D-class"
               : ""));
}

}  // namespace statewright::automata
