#include "cli/inputs.hpp"

#include <filesystem>
#include <utility>
#include <variant>
#include <vector>

#include "automata/language/minimize.hpp"
#include "automata/language/nfa.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_json.hpp"
#include "core/text/file.hpp"

namespace statewright::cli {
namespace {

using core::Error;
using core::Fault;

constexpr std::string_view kStandardInput = "standard input";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Inverse of core::percent_encode.
std::string percent_decoded(std::string_view token, const std::string& where) {
  std::string name;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '%') {
      name += token[i];
      continue;
    }
    const int high = i + 2 < token.size() ? hex_value(token[i + 1]) : -1;
    const int low = i + 2 < token.size() ? hex_value(token[i + 2]) : -1;
    if (high < 0 || low < 0) {
      throw Error({Fault::syntax, where, "two hexadecimal digits after `%`", core::quoted(token)});
    }
    name += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return name;
}

}  // namespace

bool is_regex(const std::string& spec) { return spec.starts_with("regex:"); }

bool is_automaton_text(const std::string& spec) {
  if (spec == "-") return true;
  std::error_code ignored;
  return !is_regex(spec) && spec.find_first_of("./") != std::string::npos &&
         std::filesystem::exists(spec, ignored);
}

automata::ParsedAutomaton read_automaton_file(const std::string& path) {
  if (path == "-") {
    return automata::read_automaton(core::read_file("-"), automata::FileFormat::dfa,
                                    kStandardInput);
  }
  // The format first: a wrong ending is a better message than a missing file.
  const automata::FileFormat format = automata::file_format_from_path(path);
  return automata::read_automaton(core::read_file(path), format, path);
}

automata::Language read_language(const std::string& spec,
                                 const std::optional<core::Alphabet>& letters,
                                 const core::Limits& limits) {
  if (spec != "-") return automata::load_language(spec, letters, limits);
  const auto parsed = read_automaton_file(spec);
  automata::Dfa dfa = std::holds_alternative<automata::Dfa>(parsed)
                          ? std::get<automata::Dfa>(parsed)
                          : automata::determinize(std::get<automata::Nfa>(parsed), limits);
  return {
      std::string(kStandardInput), "the automaton on standard input", automata::minimize(dfa), {}};
}

bool is_canonical_model(std::string_view text) { return text.starts_with("statewright-model 1\n"); }

bool is_canonical_automaton(std::string_view text) {
  return text.starts_with("statewright-automaton 1\n");
}

core::Model parse_model(std::string_view text, const std::string& path) {
  const std::string where = path == "-" ? std::string(kStandardInput) : path;
  if (is_canonical_model(text)) {
    throw Error(
        {Fault::unsupported, where, "a model in JSON",
         "the canonical form, which is written for `statewright-check` only",
         "keep the JSON file: `statewright export MODEL --to canonical` makes this from it"});
  }
  return core::read_model_json(text, where);
}

core::Model read_model(const std::string& path) { return parse_model(core::read_file(path), path); }

core::Alphabet letters_of_canonical_model(std::string_view text, const std::string& path) {
  const std::size_t begin = text.find('\n') + 1;
  const std::size_t end = std::min(text.find('\n', begin), text.size());
  std::string_view line = text.substr(begin, end - begin);
  std::vector<std::string_view> tokens;
  while (true) {
    const std::size_t space = line.find(' ');
    tokens.push_back(line.substr(0, space));
    if (space == std::string_view::npos) break;
    line.remove_prefix(space + 1);
  }
  const std::string where = path + ":2";
  if (tokens.size() < 2 || tokens[0] != "letters" ||
      tokens[1] != std::to_string(tokens.size() - 2)) {
    throw Error({Fault::syntax, where, "`letters K` and K names", core::quoted(line)});
  }
  std::vector<std::string> names;
  for (std::size_t i = 2; i < tokens.size(); ++i)
    names.push_back(percent_decoded(tokens[i], where));
  return core::Alphabet(std::move(names));
}

std::optional<core::Alphabet> alphabet_flag(const Args& args) {
  const auto text = args.value("--alphabet");
  if (!text) return {};
  std::vector<std::string> names;
  std::size_t begin = 0;
  while (true) {
    const std::size_t comma = std::min(text->find(',', begin), text->size());
    names.push_back(text->substr(begin, comma - begin));
    if (names.back().empty()) {
      throw Error({Fault::syntax,
                   "--alphabet",
                   "letters separated by commas",
                   core::quoted(*text) + " with an empty one",
                   {}});
    }
    if (comma == text->size()) break;
    begin = comma + 1;
  }
  return core::Alphabet(std::move(names));
}

automata::Dfa read_automaton_for(const std::string& spec, const core::Model& model,
                                 const core::Limits& limits) {
  if (is_automaton_text(spec) && spec.ends_with(".sw")) {
    auto parsed =
        automata::read_automaton(core::read_file(spec), automata::FileFormat::canonical, spec);
    if (auto* dfa = std::get_if<automata::Dfa>(&parsed)) return std::move(*dfa);
  }
  try {
    return read_language(spec, model.letters, limits).dfa;
  } catch (const core::Error& error) {
    core::Error::Facts facts = error.facts();
    if (!is_regex(spec) || facts.fault != core::Fault::range || !facts.hint.empty()) throw;
    facts.hint = "here a regex is over the letters of the network";
    throw core::Error(std::move(facts));
  }
}

void refuse_standard_input_twice(const Args& args) {
  if (args.positional("MODEL") != "-" || args.positional("LANG") != "-") return;
  throw core::Error({core::Fault::syntax,
                     args.command(),
                     "standard input once",
                     "`-` for the network and for the language",
                     {}});
}

}  // namespace statewright::cli
