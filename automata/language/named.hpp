#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "automata/language/language.hpp"

namespace statewright::automata {

/// The named languages. Returns nothing if `name` has the form of none of them; throws
/// Error{range|syntax|limit} if it has the form but bad parameters ("mod:0", "tomita:8", "S12").
///
/// parity            letters 0 1; accepts an odd number of 1s, that is (#1) mod 2 = 1
/// mod:m             letters 0 1; accepts if the number of 1s is divisible by m
/// evenpairs         letters 0 1; accepts if #01 + #10 is even (first letter = last letter)
/// first:e,f,..      letters e f ..; accepts words whose first letter is the first one named
/// flipflop          letters w0 w1 i; output = the bit written last (0 at the start); i ignores
/// tomita:1..7       letters 0 1; the seven Tomita languages
/// dyck:k,m          k kinds of brackets nested at most m deep; accepts balanced words
/// gridworld:n       letters L R; a walker on cells 0..n-1 that stops at the walls; output = the
/// cell cyclenav:n        letters - 0 +; a walker on a ring of n cells; output = the cell
/// modarith:m        digits 0..m-1 and + - *, usual precedence; output = the value of the
/// expression
///                   mod m, or "none" while it is not a complete expression
/// GROUP[:LETTERS][:point]   word problems: output = the running product x_1 x_2 .. x_t
///   GROUP    S<n> A<n> Z<n> D<n> (order 2n) Q8, and direct products such as A4xZ5 (or A4_x_Z5)
///   LETTERS  all (default), gens (standard generators), swaps (S_n: identity and transpositions),
///            limit=k (S_n, A_n: elements that move at most k points)
///   point    output = the position of point 1 instead of the whole element (S_n, A_n, D_n)
/// Tn[:point]        word problem of all maps of n points to themselves over three generators, read
///                   from left to right; or where point 1 stands
/// Group products compose as (a b)(i) = a(b(i)), the convention of the published word-problem data
/// sets.
std::optional<Language> named_language(std::string_view name, const core::Limits& limits = {});

/// Every family with one valid example each, for help, completion and tests:
/// {"mod:m", "mod:3", "number of 1s divisible by m"}.
struct NamedFamily {
  std::string form, example, summary;
};
const std::vector<NamedFamily>& named_families();

}  // namespace statewright::automata
