#include "automata/algebra/egg_box.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace statewright::automata {
namespace {

/// The classes that the members of a D-class meet, ascending: they are numbered by least elements.
std::vector<std::uint32_t> classes_of(const std::vector<MonoidElement>& members,
                                      const std::vector<std::uint32_t>& of) {
  std::vector<std::uint32_t> found;
  for (const MonoidElement i : members) found.push_back(of[i]);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::size_t place(const std::vector<std::uint32_t>& sorted, std::uint32_t value) {
  return static_cast<std::size_t>(std::lower_bound(sorted.begin(), sorted.end(), value) -
                                  sorted.begin());
}

}  // namespace

GreenClasses green_classes(const TransitionMonoid& monoid) {
  const auto &right = monoid.right_graph(), &left = monoid.left_graph();
  const std::size_t size = monoid.size(), letters = monoid.letters();
  return {detail::strong_components(right, size, letters),
          detail::strong_components(left, size, letters),
          detail::strong_components(right, left, size, letters)};
}

bool EggBox::regular() const {
  return std::any_of(cells.begin(), cells.end(),
                     [](const Cell& cell) { return cell.idempotent.has_value(); });
}

EggBox egg_box(const TransitionMonoid& monoid, const GreenClasses& classes, std::uint32_t d_class,
               bool words) {
  if (d_class >= classes.d.size()) {
    throw core::Error({core::Fault::range, "egg box",
                       "a D-class below " + std::to_string(classes.d.size()),
                       std::to_string(d_class)});
  }
  const std::vector<MonoidElement> members(
      classes.d.members.begin() + classes.d.begin[d_class],
      classes.d.members.begin() + classes.d.begin[d_class + 1]);
  EggBox box;
  box.r_classes = classes_of(members, classes.r.of);
  box.l_classes = classes_of(members, classes.l.of);
  box.rows = box.r_classes.size();
  box.columns = box.l_classes.size();
  box.cells.resize(box.rows * box.columns);
  box.h_order = members.size() / box.cells.size();
  Transformation image = monoid.element(members[0]);
  std::sort(image.begin(), image.end());
  box.rank = static_cast<std::size_t>(std::unique(image.begin(), image.end()) - image.begin());
  std::vector<bool> met(box.cells.size());
  for (const MonoidElement i : members) {
    const std::size_t at =
        place(box.r_classes, classes.r.of[i]) * box.columns + place(box.l_classes, classes.l.of[i]);
    EggBox::Cell& cell = box.cells[at];
    if (!met[at]) {
      met[at] = true;
      cell.element = i;
      if (words) cell.word = monoid.word(i);
    }
    if (monoid.is_idempotent(i)) cell.idempotent = i;
  }
  return box;
}

}  // namespace statewright::automata
