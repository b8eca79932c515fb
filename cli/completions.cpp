#include "cli/completions.hpp"

#include <utility>
#include <vector>

#include "automata/language/named.hpp"
#include "cli/command.hpp"
#include "cli/help.hpp"
#include "cli/text.hpp"

namespace statewright::cli {
namespace {

/// A command with the words that lead to it: "dfa eq"; empty for the root.
struct Entry {
  std::string path;
  const Command* command;
};

void collect(const Command& command, const std::string& path, std::vector<Entry>& entries) {
  entries.push_back({path, &command});
  for (const Command& child : command.children) {
    collect(child, path + (path.empty() ? "" : " ") + child.name, entries);
  }
}

std::vector<Entry> all_entries() {
  std::vector<Entry> entries;
  collect(command_table(), "", entries);
  return entries;
}

std::string language_names() {
  std::string names = "regex:";
  for (const automata::NamedFamily& family : automata::named_families())
    names += " " + family.example;
  return names;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string flag_words(const Command& command) {
  std::vector<std::string> words;
  for (const Flag& flag : command.flags) {
    words.push_back(flag.name);
    if (flag.letter != 0) words.push_back(std::string("-") + flag.letter);
  }
  if (words.empty()) words = {"--help", "-h"};
  return joined(words);
}

std::string child_names(const Command& command) {
  std::vector<std::string> words;
  for (const Command& child : command.children) words.push_back(child.name);
  return joined(words);
}

std::string topic_words() {
  std::string words = child_names(command_table());
  for (const Topic& topic : topics()) words += " " + topic.name;
  return words;
}

/// What positional words of a command may be, for the word lists of bash.
std::string word_candidates(const Command& command, bool& files) {
  std::string words = child_names(command);
  bool languages = false;
  for (const Positional& positional : command.positionals) {
    if (!positional.choices.empty()) words += joined(positional.choices);
    if (positional.completes == Completes::topic) words += topic_words();
    if (positional.completes == Completes::language && !languages) words += language_names();
    languages = languages || positional.completes == Completes::language;
    files = files || positional.completes == Completes::file ||
            positional.completes == Completes::language;
  }
  return words;
}

std::string flag_pattern(const Flag& flag) {
  return flag.letter == 0 ? flag.name : flag.name + "|-" + flag.letter;
}

/// `text` inside single quotes of fish or zsh specs.
std::string escaped(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_action(Completes completes, const std::vector<std::string>& choices) {
  if (!choices.empty()) return "(" + joined(choices) + ")";
  switch (completes) {
    case Completes::file:
      return "_files";
    case Completes::directory:
      return "_files -/";
    case Completes::language:
      return "_statewright_languages";
    case Completes::command:
    case Completes::topic:
      return "_statewright_topics";
    case Completes::nothing:
      break;
  }
  return " ";
}

std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out;
}

std::string zsh_function_name(const std::string& path) {
  std::string name = "_statewright";
  for (const char c : path.empty() ? path : " " + path) name += c == ' ' || c == '-' ? '_' : c;
  return name;
}

std::string zsh_function(const Entry& entry) {
  const Command& command = *entry.command;
  std::string text = zsh_function_name(entry.path) + "() {\n";
  if (!command.children.empty()) {
    text += "  local -a commands=(\n";
    for (const Command& child : command.children) {
      text += "    '" + zsh_text(child.name) + ":" + zsh_text(child.summary) + "'\n";
    }
    text +=
        "  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n";
    text += "  local word=$words[2]\n  shift words\n  (( CURRENT-- ))\n  case $word in\n";
    for (const Command& child : command.children) {
      const std::string path = entry.path + (entry.path.empty() ? "" : " ") + child.name;
      text += "    " + child.name + ") " + zsh_function_name(path) + " ;;\n";
    }
    return text + "  esac\n}\n";
  }
  text += "  _arguments -s -S";
  for (const Flag& flag : command.flags) {
    const std::string value =
        flag.value.empty() ? "" : ":" + flag.value + ":" + zsh_action(flag.completes, flag.choices);
    const std::string about = "[" + zsh_text(flag.what) + "]" + value + "'";
    if (flag.letter == 0) {
      text += " \\\n    '" + flag.name + about;
    } else {
      const std::string letter = std::string("-") + flag.letter;
      text += " \\\n    '(" + letter + " " + flag.name + ")'{" + letter + "," + flag.name + "}'" +
              about;
    }
  }
  for (const Positional& positional : command.positionals) {
    text += std::string(" \\\n    '") +
            (positional.many       ? "*"
             : positional.optional ? ":"
                                   : "") +
            ":" + positional.name + ":" + zsh_action(positional.completes, positional.choices) +
            "'";
  }
  return text + "\n}\n";
}

std::string fish_quoted(std::string_view text) { return "'" + escaped(text, "'\\") + "'"; }

/// "__statewright_at dfa eq": true when the command words typed so far are these.
std::string fish_condition(const std::string& path) {
  return " -n " + fish_quoted("__statewright_at " + fish_quoted(path));
}

std::string fish_values(Completes completes, const std::vector<std::string>& choices) {
  if (!choices.empty()) return " -xa " + fish_quoted(joined(choices));
  switch (completes) {
    case Completes::file:
      return " -rF";
    case Completes::directory:
      return " -xa '(__fish_complete_directories)'";
    case Completes::language:
      return " -rFa " + fish_quoted(language_names());
    case Completes::command:
    case Completes::topic:
      return " -xa " + fish_quoted(topic_words());
    case Completes::nothing:
      break;
  }
  return " -x";
}

}  // namespace

std::string bash_completions() {
  std::string text =
      "# Completion of statewright for bash: source <(statewright completions bash)\n"
      "\n"
      "_statewright() {\n"
      "  # bash takes words apart at colons; names such as mod:3 are put together again\n"
      "  local -a words=()\n"
      "  local i word path= previous= current flags= candidates= values=\n"
      "  local files= value_files=\n"
      "  for ((i = 0; i <= COMP_CWORD; ++i)); do\n"
      "    word=${COMP_WORDS[i]}\n"
      "    if ((${#words[@]} > 1)) && [[ $word == : || ${words[-1]} == *: ]]; then\n"
      "      words[-1]+=$word\n"
      "    else\n"
      "      words+=(\"$word\")\n"
      "    fi\n"
      "  done\n"
      "  current=${words[-1]}\n"
      "  for word in \"${words[@]:1:${#words[@]}-2}\"; do\n"
      "    previous=$word\n"
      "    case \"$path${path:+ }$word\" in\n";
  std::string known;
  for (const Entry& entry : all_entries()) {
    if (!entry.path.empty()) known += (known.empty() ? "" : "|") + ("'" + entry.path + "'");
  }
  text += "      " + known + ") path=\"$path${path:+ }$word\" ;;\n    esac\n  done\n";
  text += "  case $path in\n";
  for (const Entry& entry : all_entries()) {
    bool files = false;
    const std::string words = word_candidates(*entry.command, files);
    text += "    '" + entry.path + "')\n      flags='" + flag_words(*entry.command) + "'\n";
    text += "      candidates='" + words + "'\n";
    if (files) text += "      files=yes\n";
    std::string cases;
    for (const Flag& flag : entry.command->flags) {
      if (flag.value.empty()) continue;
      cases += "        " + flag_pattern(flag) + ") ";
      if (!flag.choices.empty()) {
        cases += "values='" + joined(flag.choices) + "' ;;\n";
      } else if (flag.completes == Completes::language) {
        cases += "values='" + language_names() + "' value_files=yes ;;\n";
      } else if (flag.completes == Completes::file || flag.completes == Completes::directory) {
        cases += "values=' ' value_files=yes ;;\n";
      } else {
        cases += "return ;;\n";
      }
    }
    if (!cases.empty()) text += "      case $previous in\n" + cases + "      esac\n";
    text += "      ;;\n";
  }
  text +=
      "  esac\n"
      "  if [[ -n $values ]]; then\n"
      "    candidates=$values files=$value_files\n"
      "  elif [[ $current == -* ]]; then\n"
      "    candidates=$flags files=\n"
      "  fi\n"
      "  COMPREPLY=($(compgen -W \"$candidates\" -- \"$current\"))\n"
      "  if [[ -n $files ]]; then\n"
      "    compopt -o filenames 2>/dev/null\n"
      "    COMPREPLY+=($(compgen -f -- \"$current\"))\n"
      "  fi\n"
      "  if [[ $current == *:* && $COMP_WORDBREAKS == *:* ]]; then\n"
      "    local prefix=${current%\"${current##*:}\"}\n"
      "    COMPREPLY=(\"${COMPREPLY[@]#\"$prefix\"}\")\n"
      "  fi\n"
      "}\n"
      "complete -F _statewright statewright\n";
  return text;
}

std::string zsh_completions() {
  std::string text =
      "#compdef statewright\n"
      "# Completion of statewright for zsh: a file _statewright in a folder of $fpath\n"
      "\n"
      "_statewright_languages() {\n"
      "  local -a names=(" +
      language_names() +
      ")\n"
      "  _alternative 'names:language:compadd -a names' 'files:automaton file:_files'\n"
      "}\n"
      "_statewright_topics() {\n"
      "  compadd " +
      topic_words() + "\n}\n";
  for (const Entry& entry : all_entries()) text += zsh_function(entry);
  return text +
         "if [[ $funcstack[1] == _statewright ]]; then\n"
         "  _statewright \"$@\"\n"
         "else\n"
         "  compdef _statewright statewright\n"
         "fi\n";
}

std::string fish_completions() {
  std::string paths;
  for (const Entry& entry : all_entries()) {
    if (!entry.path.empty()) paths += " " + fish_quoted(entry.path);
  }
  std::string text =
      "# Completion of statewright for fish: a file statewright.fish in a folder of\n"
      "# $fish_complete_path\n"
      "\n"
      "# Are the command words on the line exactly these?\n"
      "function __statewright_at\n"
      "    set -l known" +
      paths +
      "\n"
      "    set -l path ''\n"
      "    for word in (commandline -opc)[2..-1]\n"
      "        set -l longer (string trim -- \"$path $word\")\n"
      "        contains -- \"$longer\" $known; and set path $longer\n"
      "    end\n"
      "    test \"$path\" = \"$argv[1]\"\n"
      "end\n"
      "\n"
      "complete -c statewright -f\n";
  for (const Entry& entry : all_entries()) {
    const std::string begin = "complete -c statewright" + fish_condition(entry.path);
    for (const Command& child : entry.command->children) {
      text += begin + " -a " + fish_quoted(child.name) + " -d " + fish_quoted(child.summary) + "\n";
    }
    for (const Flag& flag : entry.command->flags) {
      text += begin + " -l " + flag.name.substr(2);
      if (flag.letter != 0) text += std::string(" -s ") + flag.letter;
      text += " -d " + fish_quoted(flag.what);
      if (!flag.value.empty()) text += fish_values(flag.completes, flag.choices);
      text += "\n";
    }
    for (const Positional& positional : entry.command->positionals) {
      if (positional.completes == Completes::nothing && positional.choices.empty()) continue;
      std::string values = fish_values(positional.completes, positional.choices);
      // as arguments of the command itself: -F or -a, without "requires a value"
      if (values.starts_with(" -rF")) values = " -F" + values.substr(4);
      if (values.starts_with(" -Fa")) values = " -F -a" + values.substr(4);
      if (values.starts_with(" -xa")) values = " -f -a" + values.substr(4);
      text += begin + values + "\n";
    }
  }
  return text;
}

}  // namespace statewright::cli
