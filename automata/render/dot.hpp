#pragma once

#include <string>

#include "automata/language/dfa.hpp"
#include "automata/render/diagram.hpp"

namespace statewright::automata::render {

/// DOT text of a diagram; `title` and `note` as its caption, each may be empty. Cost: linear.
std::string diagram_text(const Diagram& diagram, const std::string& title, const std::string& note);

/// What heads the columns of states and outputs in a table.
struct TableHeadings {
  const char* state = "state";
  const char* output = "output";
};

/// DOT text of a transition table with the first `rows` states and `columns` letters; marks where
/// more was left out. Cost: rows * columns.
std::string table_text(const Dfa& dfa, std::size_t rows, std::size_t columns,
                       const std::string& title, const std::string& note,
                       const TableHeadings& headings = {});

}  // namespace statewright::automata::render
