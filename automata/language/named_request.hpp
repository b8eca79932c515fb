#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "automata/language/language.hpp"
#include "core/error.hpp"
#include "core/limits.hpp"

// What the files that build named languages share; included by nobody else.

namespace statewright::automata::named {

struct Request {
  std::string where;    // "language `mod:0`"
  std::string form;     // "mod:m"
  std::string example;  // "mod:3"
  const core::Limits& limits;
};

/// Throws the Error with the facts; without a hint, the hint is the example.
[[noreturn]] void refuse(const Request& request, core::Fault fault, std::string expected,
                         std::string found, std::string hint = {});

/// The pieces between separators, empty ones too.
std::vector<std::string_view> split(std::string_view text, char separator);

inline constexpr std::uint32_t kAnyNumber = 999'999'999;

/// A parameter in plain decimal, without sign or leading zeros.
/// Errors: Error{syntax}; Error{range} outside least .. most.
std::uint32_t number(const Request& request, std::string_view text, const std::string& symbol,
                     std::uint32_t least, std::uint32_t most = kAnyNumber);

/// Errors: Error{range} for more than `most_entries` successors, with `hint`; Error{limit} for more
/// states than the limits allow.
void require_size(const Request& request, std::uint64_t states, std::uint64_t letters,
                  std::uint64_t most_entries, const std::string& hint);

/// The language "Tn" or "Tn:point", all but its name.
Language transformation_words(const Request& request, std::uint32_t n, bool point);

/// The language "GROUP[:LETTERS][:point]", all but its name.
Language word_problem(const Request& request, std::string_view text);

}  // namespace statewright::automata::named
