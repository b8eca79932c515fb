#include "automata/language/formats.hpp"

#include <algorithm>
#include <array>

#include "automata/language/canonical.hpp"
#include "automata/language/draft.hpp"
#include "core/text/utf8.hpp"

namespace statewright::automata {
namespace {

using core::Error;
using core::Fault;

struct Known {
  FileFormat format;
  std::string_view name;
  std::array<std::string_view, 3> endings;  // without the dot
  bool line_oriented;
};

constexpr std::array<Known, 7> kKnown = {{
    {FileFormat::dfa, "dfa", {"dfa", "", ""}, true},
    {FileFormat::json, "json", {"json", "", ""}, false},
    {FileFormat::dot, "dot", {"dot", "gv", ""}, false},
    {FileFormat::fsm, "fsm", {"fsm", "att", "txt"}, true},
    {FileFormat::mata, "mata", {"mata", "", ""}, true},
    {FileFormat::jff, "jff", {"jff", "", ""}, false},
    {FileFormat::canonical, "canonical", {"sw", "", ""}, true},
}};

const Known& known(FileFormat format) {
  return *std::find_if(kKnown.begin(), kKnown.end(),
                       [&](const Known& k) { return k.format == format; });
}

bool has_ending(const Known& k, std::string_view ending) {
  return !ending.empty() &&
         std::find(k.endings.begin(), k.endings.end(), ending) != k.endings.end();
}

/// Letters are sound by construction; other names are whatever the machine's maker chose.
struct NameRules {
  bool text = true;      ///< not empty, no control characters
  bool distinct = true;  ///< names stand for the things
};

void check_names(const std::vector<std::string>& names, const std::string& what,
                 std::string_view format, NameRules rules) {
  formats::NameList seen;
  for (const std::string& name : names) {
    if (!core::is_utf8(name) || (rules.text && (name.empty() || formats::has_control(name)))) {
      formats::cannot_write(
          format,
          what + (rules.text ? "s of UTF-8 text, not empty and without control characters"
                             : "s of UTF-8 text"),
          core::quoted(name));
    }
    if (rules.distinct && seen.find(name)) {
      formats::cannot_write(format, "distinct " + what + "s", "a second " + core::quoted(name));
    }
    seen.intern(name, 0);
  }
}

void check_names(const Dfa& dfa, FileFormat format) {
  const std::string_view name = name_of(format);
  const bool exact = format == FileFormat::json || format == FileFormat::canonical;
  for (const std::string& label : dfa.labels) {
    if (label.empty()) formats::cannot_write(name, "labels that are not empty", "an empty one");
  }
  check_names(dfa.labels, "label", name, {.text = !exact});
  if (format == FileFormat::json) {
    check_names(dfa.state_names, "state name", name, {.text = false, .distinct = false});
  } else if (format != FileFormat::canonical && format != FileFormat::fsm) {
    check_names(dfa.state_names, "state name", name, {});
  }
}

std::string write(const Dfa& dfa, FileFormat format) {
  switch (format) {
    case FileFormat::dfa:
      return formats::write_dfa(dfa);
    case FileFormat::json:
      return formats::write_json(dfa);
    case FileFormat::dot:
      return formats::write_dot(dfa);
    case FileFormat::fsm:
      return formats::write_fsm(dfa);
    case FileFormat::mata:
      return formats::write_mata(dfa);
    case FileFormat::jff:
      return formats::write_jff(dfa);
    case FileFormat::canonical:
      break;
  }
  return write_automaton_canonical(dfa);
}

}  // namespace

namespace formats {

void cannot_write(std::string_view format, std::string expected, std::string found) {
  throw Error({Fault::unsupported, "writing the format " + std::string(format), std::move(expected),
               std::move(found), "json holds every automaton"});
}

}  // namespace formats

std::string_view name_of(FileFormat format) { return known(format).name; }

FileFormat file_format_from_name(std::string_view name) {
  std::vector<std::string> names;
  std::string list;
  for (const Known& k : kKnown) {
    if (name == k.name || has_ending(k, name)) return k.format;
    names.emplace_back(k.name);
    list += (list.empty() ? "" : ", ") + std::string(k.name);
  }
  throw Error({Fault::range, "format", "one of " + list, core::quoted(name),
               formats::suggestion(name, names)});
}

FileFormat file_format_from_path(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  const std::string_view file = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const std::size_t dot = file.rfind('.');
  std::string ending(dot == std::string_view::npos ? "" : file.substr(dot + 1));
  for (char& c : ending) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  std::vector<std::string> endings;
  std::string list;
  for (const Known& k : kKnown) {
    if (has_ending(k, ending)) return k.format;
    for (const std::string_view known_ending : k.endings) {
      if (known_ending.empty()) continue;
      endings.emplace_back(known_ending);
      list += (list.empty() ? "." : " .") + std::string(known_ending);
    }
  }
  throw Error({Fault::range, std::string(path), "a file name that ends in one of " + list,
               ending.empty() ? "none of them" : core::quoted("." + ending),
               formats::suggestion(ending, endings)});
}

ParsedAutomaton read_automaton(std::string_view text, FileFormat format, std::string_view where) {
  switch (format) {
    case FileFormat::dfa:
      return formats::read_dfa(text, where);
    case FileFormat::json:
      return formats::read_json(text, where);
    case FileFormat::dot:
      return formats::read_dot(text, where);
    case FileFormat::fsm:
      return formats::read_fsm(text, where);
    case FileFormat::mata:
      return formats::read_mata(text, where);
    case FileFormat::jff:
      return formats::read_jff(text, where);
    case FileFormat::canonical:
      break;
  }
  return formats::read_canonical(text, where);
}

std::string write_automaton(const Dfa& dfa, FileFormat format) {
  const Known& k = known(format);
  validate(dfa, "writing the format " + std::string(k.name));
  check_names(dfa, format);
  std::string text = write(dfa, format);
  for (std::size_t at = 0; k.line_oriented && at < text.size();) {
    const std::size_t end = text.find('\n', at);
    if (end - at > formats::kLongestLine) {
      formats::cannot_write(k.name, "lines of at most 1 MiB", "a longer one");
    }
    at = end + 1;
  }
  return text;
}

}  // namespace statewright::automata
