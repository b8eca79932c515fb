#include "automata/language/language.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <system_error>
#include <utility>
#include <variant>

#include "automata/language/formats.hpp"
#include "automata/language/groups.hpp"
#include "automata/language/minimize.hpp"
#include "automata/language/named.hpp"
#include "automata/language/nfa.hpp"
#include "automata/language/regex.hpp"
#include "automata/language/summary.hpp"
#include "core/error.hpp"
#include "core/text/file.hpp"

namespace statewright::automata {

using core::Error;
using core::Fault;

namespace {

constexpr std::string_view kRegexPrefix = "regex:";
constexpr std::size_t kShownLetters = 16, kShownCharacters = 60;

std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

/// User text within a sentence: control characters escaped, cut when long.
std::string shown(std::string_view text) {
  const std::string marked = core::quoted(text, kShownCharacters);
  return marked.substr(1, marked.size() - 2);
}

/// "{ a b }", or nothing if that is long.
std::string listed(const std::vector<std::string>& names) {
  if (names.size() > kShownLetters) return {};
  std::string text = "{ ";
  for (const std::string& name : names) text += name + " ";
  return text.size() > kShownCharacters ? std::string{} : text + "}";
}

Language from_regex(const std::string& spec, const std::optional<Alphabet>& letters,
                    const core::Limits& limits) {
  const std::string_view text = std::string_view(spec).substr(kRegexPrefix.size());
  Language language;
  language.name = spec;
  language.dfa = compile_regex(text, letters, limits, "regex");
  language.summary =
      summary_of("minimal DFA of the regular expression " + shown(text), language.dfa);
  return language;
}

bool is_deterministic(const Nfa& nfa) {
  if (nfa.initial.size() != 1) return false;
  std::vector<std::size_t> seen_at(nfa.letters.size(), nfa.size());
  for (std::size_t q = 0; q < nfa.size(); ++q) {
    for (const Nfa::Edge& edge : nfa.edges[q]) {
      if (seen_at[edge.letter] == q) return false;
      seen_at[edge.letter] = q;
    }
  }
  return true;
}

Language from_file(const std::string& path, const core::Limits& limits) {
  const std::string text = core::read_file(path);
  const ParsedAutomaton parsed = read_automaton(text, file_format_from_path(path), path);
  Language language;
  language.name = path;
  std::string kind = "DFA", details;
  if (const auto* dfa = std::get_if<Dfa>(&parsed)) {
    language.dfa = minimize(*dfa);
    details = counted(dfa->size(), "state");
    if (!is_acceptor(*dfa)) kind = "Moore machine";
  } else {
    const Nfa& nfa = std::get<Nfa>(parsed);
    const bool deterministic = is_deterministic(nfa);
    language.dfa = minimize(deterministic ? complete(nfa) : determinize(nfa, limits));
    details = (deterministic ? "" : "nondeterministic, ") + counted(nfa.size(), "state");
  }
  std::string what = "minimal " + kind + " of the file " + shown(path) + " (" + details + ")";
  if (kind != "DFA") {
    const std::string outputs = listed(language.dfa.labels);
    what += outputs.empty() ? ", " + counted(language.dfa.labels.size(), "output")
                            : ", outputs " + outputs;
  }
  language.summary = summary_of(what, language.dfa);
  return language;
}

/// The nearest thing that can be typed. A parameter that was typed is kept: "tomta:3" is compared
/// with "tomita:3".
std::string suggestion(std::string_view spec) {
  const std::size_t colon = spec.find(':');
  const bool has_rest = colon != std::string_view::npos;
  std::vector<std::string> candidates;
  for (const NamedFamily& family : named_families()) {
    candidates.push_back(family.example);
    const std::size_t end = family.example.find(':');
    if (has_rest && end != std::string::npos && !begins_like_group(family.example)) {
      candidates.push_back(family.example.substr(0, end) + std::string(spec.substr(colon)));
    }
  }
  if (has_rest) candidates.push_back("regex" + std::string(spec.substr(colon)));
  if (!spec.empty()) {  // s5
    std::string raised(spec);
    if ('a' <= raised[0] && raised[0] <= 'z') raised[0] = static_cast<char>(raised[0] - 'a' + 'A');
    if (begins_like_group(raised)) candidates.insert(candidates.begin(), raised);
  }
  return core::did_you_mean(spec, candidates);
}

/// One thing to try instead of a text that is no language.
std::string hint_for(const std::string& spec) {
  static constexpr std::size_t kLongestName = 200;  // edit distance takes quadratic time
  std::string hint = spec.size() <= kLongestName ? suggestion(spec) : std::string{};
  if (hint.empty() && spec.find_first_of("*|+?()[]") != std::string::npos) {
    hint = "a regular expression is written " + core::quoted(std::string(kRegexPrefix) + spec);
  }
  return hint.empty() ? "names are for example `parity`, `mod:3`, `S5`, `dyck:2,3`" : hint;
}

[[noreturn]] void refuse_unknown(const std::string& spec) {
  throw Error({Fault::range, "language " + core::quoted(spec),
               "`regex:EXPRESSION`, the path of an automaton file, or the name of a language",
               "none of them", hint_for(spec)});
}

[[noreturn]] void refuse_missing(const std::string& spec) {
  throw Error({Fault::io, spec, "an automaton file", "no such file", hint_for(spec)});
}

}  // namespace

std::string summary_of(std::string_view what, const Dfa& dfa) {
  const std::string names = listed(dfa.letters.names());
  return std::string(what) + ": " + counted(dfa.size(), "state") + ", " +
         (names.empty() ? counted(dfa.letters.size(), "letter") : "letters " + names);
}

Language load_language(const std::string& spec, const std::optional<Alphabet>& letters,
                       const core::Limits& limits) {
  if (spec.starts_with(kRegexPrefix)) return from_regex(spec, letters, limits);
  const bool like_path = spec.find_first_of("./") != std::string::npos;
  std::error_code ignored;
  const bool exists = !spec.empty() && std::filesystem::exists(spec, ignored);
  if (like_path && exists) return from_file(spec, limits);
  if (auto named = named_language(spec, limits)) return std::move(*named);
  if (exists) return from_file(spec, limits);
  if (like_path) refuse_missing(spec);
  refuse_unknown(spec);
}

}  // namespace statewright::automata
