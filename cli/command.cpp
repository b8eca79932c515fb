#include "cli/command.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <utility>

#include <CLI/CLI.hpp>

#include "core/error.hpp"

namespace statewright::cli {
namespace {

using core::Error;
using core::Fault;

const std::vector<std::string> kNone;

bool looks_like_flag(const std::string& word) {
  return word.size() > 1 && word[0] == '-' && !(word[1] >= '0' && word[1] <= '9');
}

const Flag* find_flag(const Command& command, std::string_view name) {
  for (const Flag& flag : command.flags) {
    if (flag.name == name) return &flag;
    if (flag.letter != 0 && name.size() == 2 && name[0] == '-' && name[1] == flag.letter) {
      return &flag;
    }
  }
  return nullptr;
}

std::string see_help(const std::string& path) {
  return "`" + path + " --help` lists the flags and shows examples";
}

std::string listed(const std::vector<std::string>& choices) {
  std::string text = "one of";
  for (std::size_t i = 0; i < choices.size(); ++i)
    text += (i == 0 ? " `" : ", `") + choices[i] + "`";
  return choices.size() == 1 ? "`" + choices[0] + "`" : text;
}

[[noreturn]] void fail_choice(const std::string& where, const std::vector<std::string>& choices,
                              const std::string& found, const std::string& otherwise = {}) {
  std::string hint = core::did_you_mean(found, choices);
  if (hint.empty()) hint = otherwise;
  throw Error({Fault::range, where, listed(choices), core::quoted(found), hint});
}

[[noreturn]] void fail_unknown_flag(const Command& command, const std::string& path,
                                    const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  std::vector<std::string> names;
  for (const Flag& flag : command.flags) names.push_back(flag.name);
  std::string hint = core::did_you_mean(name, names);
  if (hint.empty() && name.compare(0, 2, "--") != 0 && name.size() > 2) {
    // "-json" is a common slip for "--json".
    if (find_flag(command, "-" + name) != nullptr) hint = "did you mean `-" + name + "`?";
  }
  if (hint.empty()) {
    hint = name.size() > 2 && name.compare(0, 2, "--") == 0
               ? see_help(path)
               : see_help(path) + "; a word that starts with `-` goes after `--`";
  }
  throw Error({Fault::syntax, path, "a flag of this command", core::quoted(word), hint});
}

/// Finds out why CLI11 refused the words, so that the message can be ours.
[[noreturn]] void fail_parse(const Command& command, const std::string& path,
                             const std::vector<std::string>& words, const std::string& reason) {
  std::map<std::string, int> seen;
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    const std::size_t equals = words[i].find('=');
    const Flag* flag = find_flag(command, words[i].substr(0, equals));
    if (flag == nullptr) continue;
    if (flag->value.empty() && equals != std::string::npos) {
      throw Error({Fault::syntax, path, "no value after `" + flag->name + "`",
                   core::quoted(words[i]), see_help(path)});
    }
    if (!flag->value.empty() && ++seen[flag->name] > 1) {
      throw Error({Fault::syntax, path, "`" + flag->name + "` once", "it twice", {}});
    }
    if (!flag->value.empty() && equals == std::string::npos && ++i == words.size()) {
      throw Error({Fault::syntax, path, flag->value + " after `" + flag->name + "`", "nothing",
                   "`" + flag->name + " " + flag->value + "`: " + flag->what});
    }
  }
  throw Error({Fault::syntax, path, "words that fit `" + usage_line(command, path) + "`",
               core::quoted(reason, 120), see_help(path)});
}

/// CLI11 reads "--flag=" as "--flag" followed by the next word; here it is an empty value, which no
/// flag accepts.
void refuse_empty_values(const Command& command, const std::string& path,
                         const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word == "--") return;
    if (word.size() < 4 || word.back() != '=') continue;
    const Flag* flag = find_flag(command, word.substr(0, word.size() - 1));
    if (flag != nullptr && !flag->value.empty()) {
      throw Error({Fault::syntax, path, flag->value + " after `" + word + "`", "nothing", {}});
    }
  }
}

}  // namespace

const std::string& Args::positional(std::string_view name) const { return all(name).at(0); }

const std::vector<std::string>& Args::all(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? kNone : found->second;
}

bool Args::has(std::string_view name) const { return values_.find(name) != values_.end(); }

std::optional<std::string> Args::value(std::string_view flag) const {
  const auto found = values_.find(flag);
  if (found == values_.end() || found->second.empty()) return {};
  return found->second.front();
}

std::optional<std::uint64_t> whole_number(std::string_view text) noexcept {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  std::string digits;
  std::size_t at = 0, places = 0;
  for (; at < text.size() && is_digit(text[at]); ++at) digits += text[at];
  if (digits.empty()) return {};
  if (at < text.size() && text[at] == '.') {
    for (++at; at < text.size() && is_digit(text[at]); ++at, ++places) digits += text[at];
    if (places == 0) return {};
  }
  std::size_t exponent = 0;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    if (at + 1 < text.size() && text[at + 1] == '+') ++at;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + at + 1, end, exponent);
    if (error != std::errc{} || stop != end || exponent > 400) return {};
    at = text.size();
  }
  if (at != text.size()) return {};
  // The last of the places must be zeros unless the exponent moves the point behind them.
  for (; places > exponent; --places, digits.pop_back()) {
    if (digits.back() != '0') return {};
  }
  digits.append(exponent - places, '0');
  std::uint64_t number = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number);
  if (error != std::errc{} || stop != end) return {};
  return number;
}

std::optional<std::uint64_t> Args::number(std::string_view flag, std::uint64_t least,
                                          std::uint64_t most) const {
  const auto text = value(flag);
  if (!text) return {};
  const std::optional<std::uint64_t> number = whole_number(*text);
  if (!number || *number < least || *number > most) {
    throw Error({Fault::range,
                 std::string(flag),
                 "a whole number from " + std::to_string(least) + " to " + std::to_string(most),
                 core::quoted(*text),
                 {}});
  }
  return number;
}

std::optional<double> Args::positive(std::string_view flag) const {
  const auto text = value(flag);
  if (!text) return {};
  double number = 0;
  const char* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc{} || stop != end || !(number > 0) || number > 1e9) {
    throw Error({Fault::range,
                 std::string(flag),
                 "a positive number of at most 1000000000",
                 core::quoted(*text),
                 {}});
  }
  return number;
}

Resolved resolve(const std::vector<std::string>& words) {
  Resolved resolved;
  resolved.path.push_back(&command_table());
  std::size_t at = 0;
  while (at < words.size()) {
    const auto& children = resolved.path.back()->children;
    const auto child = std::find_if(children.begin(), children.end(),
                                    [&](const Command& c) { return c.name == words[at]; });
    if (child == children.end()) break;
    resolved.path.push_back(&*child);
    ++at;
  }
  resolved.rest.assign(words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
  return resolved;
}

std::string path_name(const std::vector<const Command*>& path) {
  std::string name;
  for (const Command* command : path) name += (name.empty() ? "" : " ") + command->name;
  return name;
}

Args parse_args(const Command& command, const std::string& path,
                const std::vector<std::string>& words) {
  Args args;
  args.command_ = path;
  refuse_empty_values(command, path, words);

  // Positionals are left to `remaining()`: CLI11 would take a word like "[]" apart.
  CLI::App engine;
  engine.set_help_flag();
  engine.allow_extras();
  std::map<std::string, std::string> given;
  std::vector<std::pair<const Flag*, CLI::Option*>> options;
  for (const Flag& flag : command.flags) {
    std::string names = flag.name;
    if (flag.letter != 0) names.insert(0, {'-', flag.letter, ','});
    options.emplace_back(&flag, flag.value.empty() ? engine.add_flag(names)->disable_flag_override()
                                                   : engine.add_option(names, given[flag.name]));
  }
  try {
    engine.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::ParseError& error) {
    fail_parse(command, path, words, error.what());
  }
  for (const auto& [flag, option] : options) {
    if (option->count() == 0) continue;
    auto& values = args.values_[flag->name];
    if (!flag->value.empty()) values.push_back(given[flag->name]);
  }

  if (args.has("--help")) return args;

  std::vector<std::string> rest;
  bool only_words = false;
  for (const std::string& word : engine.remaining()) {
    if (!only_words && word == "--") {
      only_words = true;
    } else if (!only_words && looks_like_flag(word)) {
      fail_unknown_flag(command, path, word);
    } else {
      rest.push_back(word);
    }
  }

  for (const auto& [flag, option] : options) {
    const auto value = args.value(flag->name);
    if (!value || flag->choices.empty()) continue;
    if (std::find(flag->choices.begin(), flag->choices.end(), *value) == flag->choices.end()) {
      fail_choice(flag->name, flag->choices, *value, flag->otherwise);
    }
  }

  std::size_t next = 0;
  for (const Positional& positional : command.positionals) {
    const std::size_t count = positional.many ? rest.size() - next : 1;
    if (next >= rest.size() || count == 0) {
      if (positional.optional) continue;
      throw Error({Fault::syntax, path, positional.name + " (" + positional.what + ")", "nothing",
                   "usage: " + usage_line(command, path)});
    }
    auto& values = args.values_[positional.name];
    values.assign(rest.begin() + static_cast<std::ptrdiff_t>(next),
                  rest.begin() + static_cast<std::ptrdiff_t>(next + count));
    next += count;
    for (const std::string& value : values) {
      if (positional.choices.empty()) break;
      const auto& choices = positional.choices;
      if (std::find(choices.begin(), choices.end(), value) == choices.end()) {
        fail_choice(positional.name, choices, value);
      }
    }
  }
  if (next < rest.size()) {
    throw Error({Fault::syntax, path, "no further word", core::quoted(rest[next]),
                 "usage: " + usage_line(command, path)});
  }
  return args;
}

std::string usage_line(const Command& command, const std::string& path) {
  std::string line = path;
  if (!command.children.empty()) {
    line += " ";
    if (command.children.size() > 8) return line + "COMMAND ...";
    for (std::size_t i = 0; i < command.children.size(); ++i) {
      line += (i == 0 ? "" : "|") + command.children[i].name;
    }
    return line + " ...";
  }
  for (const Positional& positional : command.positionals) {
    const std::string name = positional.name + (positional.many ? "..." : "");
    line += positional.optional ? " [" + name + "]" : " " + name;
  }
  return line + " [flags]";
}

void fail_unknown_command(const Command& command, const std::string& path,
                          const std::string& word) {
  std::vector<std::string> names;
  for (const Command& child : command.children) names.push_back(child.name);
  std::string hint = core::did_you_mean(word, names);
  if (looks_like_flag(word))
    hint = "flags come after the command: `" + path + " COMMAND " + word + "`";
  if (hint.empty()) hint = "`" + path + " --help` lists the commands";
  throw Error({Fault::syntax, path, "a command", core::quoted(word), hint});
}

}  // namespace statewright::cli
