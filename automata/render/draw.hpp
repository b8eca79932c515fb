#pragma once

#include <string>
#include <string_view>

#include "automata/language/dfa.hpp"

namespace statewright::automata {

struct DrawOptions {
  std::string title = {};       ///< drawn above the picture if not empty
  std::size_t max_states = 60;  ///< above that: a table of transitions and a note
  bool drop_sink = true;  ///< leave out a rejecting state that no letter leaves (said in a note)
};

/// The state diagram as DOT text: parallel edges merged with joined labels, accepting states
/// doubled, Moore outputs under the state's name, a start arrow, left to right. Deterministic.
std::string draw_dfa(const Dfa& dfa, const DrawOptions& options = {});

enum class Picture { dot, svg, pdf, png };

/// Lays DOT text out with Graphviz (in this process). `Picture::dot` returns the text unchanged.
/// Errors: Error{unavailable} if this build has no Graphviz or no plugin for the format;
/// Error{syntax} if Graphviz rejects the text.
std::string lay_out(std::string_view dot, Picture picture);

/// By the end of a file's name; Error{range} if unknown.
Picture picture_from_path(std::string_view path);
bool layout_available() noexcept;

}  // namespace statewright::automata
