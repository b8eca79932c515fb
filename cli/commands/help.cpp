#include "cli/help.hpp"

#include <algorithm>

#include "cli/commands/commands.hpp"
#include "cli/shared.hpp"
#include "core/error.hpp"

namespace statewright::cli {
namespace {

std::string examples_text() {
  std::string text;
  for (const Example& example : all_examples()) {
    text += example.command + "\n    # " + example.what +
            (example.exit == 0 ? "" : " (exit code " + std::to_string(example.exit) + ")") + "\n";
  }
  return text;
}

int run(const Args& args, Streams& io) {
  const auto& words = args.all("TOPIC");
  if (args.has("--examples")) {
    io.out() << examples_text();
    return kDone;
  }
  if (args.has("--json")) {
    io.out() << json_text(table_json());
    return kDone;
  }
  if (words.size() == 1) {
    for (const Topic& topic : topics()) {
      if (topic.name != words.front()) continue;
      io.out() << io.on_out(Ink::heading, topic.name) << ": " << topic.summary << "\n\n"
               << topic.text(io);
      return kDone;
    }
  }
  const Resolved resolved = resolve(words);
  if (resolved.rest.empty()) {
    io.out() << help_text(resolved.path, true, io);
    return kDone;
  }
  std::vector<std::string> names;
  for (const Command& child : resolved.path.back()->children) names.push_back(child.name);
  if (resolved.path.size() == 1) {
    for (const Topic& topic : topics()) names.push_back(topic.name);
  }
  std::string hint = core::did_you_mean(resolved.rest.front(), names);
  if (hint.empty()) {
    hint = resolved.path.size() == 1
               ? "`statewright help` lists commands and topics"
               : "`" + path_name(resolved.path) + " --help` lists its commands and flags";
  }
  throw core::Error({core::Fault::range, "statewright help", "a command or a topic",
                     core::quoted(resolved.rest.front()), hint});
}

}  // namespace

Command help_command() {
  return {
      .name = "help",
      .summary = "help on a command or a topic",
      .description =
          "Topics explain what concerns several commands; `statewright help` lists them. "
          "--examples "
          "prints the examples of all commands: in this order they form one session that works in "
          "an "
          "empty folder. --json prints the whole command table as data.",
      .examples =
          {
              {"statewright help verify", "everything about one command"},
              {"statewright help languages", "all ways to write a language"},
          },
      .positionals = {{.name = "TOPIC",
                       .what = "a command (dfa eq) or a topic (languages)",
                       .optional = true,
                       .many = true,
                       .completes = Completes::topic}},
      .flags = with_common({{.name = "--examples", .what = "the examples of all commands"}},
                           {Common::json}),
      .run = run,
  };
}

}  // namespace statewright::cli
