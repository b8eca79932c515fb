#include "cli/help.hpp"

#include <algorithm>
#include <utility>

namespace statewright::cli {
namespace {

std::string heading(const Streams& io, std::string_view text) {
  return io.on_out(Ink::heading, text) + "\n";
}

std::string flag_label(const Flag& flag) {
  std::string label = flag.letter != 0 ? std::string("-") + flag.letter + ", " : "    ";
  label += flag.name;
  if (!flag.value.empty()) label += " " + flag.value;
  return label;
}

std::string choices_text(const std::vector<std::string>& choices) {
  std::string text;
  for (const std::string& choice : choices) text += (text.empty() ? "" : ", ") + choice;
  return "One of: " + text + ".";
}

/// Label in the margin, text beside it, both wrapped; a label that is too long gets its own line.
std::string entry(const std::string& label, const std::string& text, std::size_t margin,
                  std::size_t width) {
  std::string body = wrapped(text, width, margin);
  if (2 + columns(label) + 2 > margin) return "  " + label + "\n" + body;
  return "  " + padded(label, margin - 2) + body.substr(margin);
}

std::string commands_section(const Command& command, const Streams& io) {
  std::string text = heading(io, "Commands");
  std::size_t margin = 0;
  for (const Command& child : command.children) margin = std::max(margin, columns(child.name));
  for (const Command& child : command.children) {
    text += entry(child.name, child.summary, margin + 4, io.width());
  }
  return text + "\n";
}

std::string words_section(const Command& command, const Streams& io) {
  if (command.positionals.empty()) return {};
  std::string text = heading(io, "Words");
  for (const Positional& positional : command.positionals) {
    std::string what = positional.what;
    if (positional.optional) what += " (may be left out)";
    if (!positional.choices.empty()) what += ". " + choices_text(positional.choices);
    text += entry(positional.name + (positional.many ? "..." : ""), what, 16, io.width());
  }
  return text + "\n";
}

std::string flags_section(const Command& command, bool full, const Streams& io) {
  std::string text;
  for (const bool common : {false, true}) {
    std::string part;
    for (const Flag& flag : command.flags) {
      if (flag.common != common) continue;
      std::string what = flag.what;
      if (!flag.choices.empty() && !common) what += ". " + choices_text(flag.choices);
      if (full && !flag.more.empty()) what += (what.back() == '.' ? " " : ". ") + flag.more;
      part += entry(flag_label(flag), what, 28, io.width());
    }
    if (!part.empty()) text += heading(io, common ? "Common flags" : "Flags") + part + "\n";
  }
  return text;
}

std::string examples_section(const Command& command, const Streams& io) {
  if (command.examples.empty()) return {};
  std::string text = heading(io, "Examples");
  for (const Example& example : command.examples) {
    std::string what = example.what;
    if (example.exit != 0) what += " (exit code " + std::to_string(example.exit) + ")";
    text += "  " + example.command + "\n" + wrapped(what, io.width(), 6);
  }
  return text + "\n";
}

void collect(const Command& command, std::vector<Example>& examples) {
  examples.insert(examples.end(), command.examples.begin(), command.examples.end());
  for (const Command& child : command.children) collect(child, examples);
}

JsonOut command_json(const Command& command) {
  JsonOut object;
  object["name"] = command.name;
  object["summary"] = command.summary;
  object["description"] = command.description;
  object["examples"] = JsonOut::array();
  for (const Example& example : command.examples) {
    object["examples"].push_back(
        {{"command", example.command}, {"what", example.what}, {"exit", example.exit}});
  }
  object["positionals"] = JsonOut::array();
  for (const Positional& positional : command.positionals) {
    object["positionals"].push_back({{"name", positional.name},
                                     {"what", positional.what},
                                     {"optional", positional.optional},
                                     {"many", positional.many},
                                     {"choices", positional.choices}});
  }
  object["flags"] = JsonOut::array();
  for (const Flag& flag : command.flags) {
    object["flags"].push_back(
        {{"name", flag.name},
         {"letter", flag.letter == 0 ? std::string() : std::string(1, flag.letter)},
         {"value", flag.value},
         {"what", flag.what},
         {"more", flag.more},
         {"choices", flag.choices}});
  }
  object["commands"] = JsonOut::array();
  for (const Command& child : command.children) object["commands"].push_back(command_json(child));
  return object;
}

}  // namespace

std::string help_text(const std::vector<const Command*>& path, bool full, const Streams& io) {
  const Command& command = *path.back();
  const std::string name = path_name(path);
  std::string text = io.on_out(Ink::heading, name) + ": " + command.summary + "\n\n";
  text += heading(io, "Usage") + "  " + usage_line(command, name) + "\n\n";
  if (full && !command.description.empty()) {
    text += heading(io, "Description") + wrapped(command.description, io.width(), 2) + "\n";
  }
  if (!command.children.empty()) text += commands_section(command, io);
  text += words_section(command, io) + flags_section(command, full, io);
  if (full || path.size() == 1) text += examples_section(command, io);
  if (path.size() == 1) {
    text += heading(io, "Help topics");
    std::size_t margin = 0;
    for (const Topic& topic : topics()) margin = std::max(margin, columns(topic.name));
    for (const Topic& topic : topics()) {
      text += entry(topic.name, topic.summary, margin + 4, io.width());
    }
    text += "\n" + wrapped("`statewright help COMMAND` and `statewright help TOPIC` say more.",
                           io.width(), 0);
  } else if (!command.children.empty()) {
    text += wrapped("`" + name + " COMMAND --help` says more about one of them.", io.width(), 0);
  } else if (!full) {
    text += wrapped("`" + name + " --help` says more and shows examples.", io.width(), 0);
  } else {
    std::string topics = "`statewright help exit-codes`";
    for (const Positional& positional : command.positionals) {
      if (positional.completes != Completes::language) continue;
      topics += ", `statewright help languages`";
      break;
    }
    text += heading(io, "See also") + wrapped(topics, io.width(), 2);
  }
  return text;
}

std::vector<Example> all_examples() {
  std::vector<Example> examples;
  collect(command_table(), examples);
  return examples;
}

JsonOut table_json() {
  JsonOut object;
  object["schema"] = "statewright.commands/1";
  object["program"] = command_json(command_table());
  object["topics"] = JsonOut::array();
  for (const Topic& topic : topics()) {
    object["topics"].push_back({{"name", topic.name}, {"summary", topic.summary}});
  }
  return object;
}

}  // namespace statewright::cli
