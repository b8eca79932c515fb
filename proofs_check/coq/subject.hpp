#pragma once

// Internal: what exported Coq files of several claims are about beside the network, the automaton
// and the arithmetic.

#include <string>
#include <string_view>
#include <unordered_map>

#include "proofs_check/coq/script.hpp"

namespace statewright::proofs::coq {

/// A state or row of the files, which count from 0, as one of Coq's, which count from 1.
std::string one_more(std::size_t index);

/// The labels of an automaton by name, numbered as the network numbers them; those that it lacks
/// follow after all of its own, so that no network emits them.
using LabelIndices = std::unordered_map<std::string_view, std::size_t>;

/// Defines `the_automaton` of a canonical automaton, its letters and labels in the order of
/// `names`. Errors: Error{syntax} with the line, also if its letters are not those of `names`.
LabelIndices automaton(Script& script, std::string_view text, const Names& names);

/// The letters and labels of a canonical automaton in its own order, for claims about no network.
Names names_of_automaton(std::string_view text);

/// The line `NAME T INT*T`, letters of an automaton: defines `word_NAME`, a list of nat.
void word(Script& script, Lines& lines, const std::string& name);

/// The fields of a line `outputs NAME NAME`, two labels, as two words of Coq with a blank before
/// each. Errors: Error{syntax} for a label that the automaton lacks.
std::string outputs(Lines& lines, const LabelIndices& labels);

/// The line `arithmetic` of a certificate and the formats that follow it: the fields of Coq's
/// record Formats, nothing if the arithmetic is exact. Errors: Error{unsupported} for formats that
/// are not IEEE 754 style with rounding to nearest, ties to even.
std::string arithmetic(Lines& lines);

/// The numbers of the line `denominators`.
Words denominators_of(Lines& lines);

}  // namespace statewright::proofs::coq
