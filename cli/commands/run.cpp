#include <iostream>
#include <string>
#include <utility>

#include "cli/commands/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/shared.hpp"
#include "cli/streams.hpp"
#include "cli/text.hpp"
#include "core/error.hpp"
#include "core/lrnn/simulate.hpp"
#include "core/text/file.hpp"

namespace statewright::cli {
namespace {

using core::Model;
using core::Word;

/// The words to run, from the command line or from standard input.
std::vector<Word> read_words(const Args& args, const Model& model) {
  std::vector<Word> words;
  const auto& texts = args.all("WORD");
  if (texts.size() != 1 || texts.front() != "-") {
    for (const std::string& text : texts) {
      words.push_back(model.letters.parse(text, "word " + core::quoted(text)));
    }
    return words;
  }
  if (args.positional("MODEL") == "-") {
    throw core::Error({core::Fault::syntax,
                       args.command(),
                       "standard input once",
                       "`-` for the network and for the words",
                       {}});
  }
  const std::string content = core::read_file("-");
  for (std::size_t begin = 0, line = 1; begin < content.size(); ++line) {
    const std::size_t end = std::min(content.find('\n', begin), content.size());
    const std::string_view text = std::string_view(content).substr(begin, end - begin);
    words.push_back(model.letters.parse(
        text, "word " + core::quoted(text) + " on line " + std::to_string(line)));
    begin = end + 1;
  }
  return words;
}

std::string trace_text(const Model& model, const Word& word, const std::vector<core::Step>& steps) {
  const bool single = model.layers.size() == 1;
  std::vector<std::vector<std::string>> rows(1, {"step", "letter", "output"});
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    rows[0].push_back(single ? "state" : "layer " + std::to_string(i) + " state");
    if (i + 1 < model.layers.size()) rows[0].push_back("emits");
  }
  for (std::size_t t = 0; t < steps.size(); ++t) {
    std::vector<std::string> row = {std::to_string(t),
                                    t == 0 ? "" : model.letters.name(word[t - 1]),
                                    model.labels[steps[t].output]};
    for (std::size_t i = 0; i < model.layers.size(); ++i) {
      row.push_back(state_text(steps[t].states[i]));
      if (i + 1 < model.layers.size()) row.push_back(std::to_string(steps[t].emitted[i]));
    }
    rows.push_back(std::move(row));
  }
  return "word " + word_text(model.letters, word) + "  " + length_text(word.size()) + "\n" +
         table_text(rows);
}

JsonOut run_json(const Model& model, const Word& word, const std::vector<core::Step>* steps,
                 const std::string& output) {
  JsonOut object;
  object["word"] = word_json(model.letters, word);
  object["output"] = output;
  if (steps == nullptr) return object;
  object["steps"] = JsonOut::array();
  for (const core::Step& step : *steps) {
    JsonOut entry;
    entry["output"] = model.labels[step.output];
    entry["states"] = JsonOut::array();
    for (const auto& state : step.states) entry["states"].push_back(state_json(state));
    entry["emitted"] = step.emitted;
    object["steps"].push_back(std::move(entry));
  }
  return object;
}

int run(const Args& args, Streams& io) {
  const Model model = read_model(args.positional("MODEL"));
  const std::vector<Word> words = read_words(args, model);
  const bool json = args.has("--json"), trace = args.has("--trace");
  JsonOut runs = JsonOut::array();
  bool first = true;
  for (const Word& word : words) {
    std::vector<core::Step> steps;
    if (trace) steps = core::simulate(model, word);
    const std::string& output = model.labels[trace ? steps.back().output : core::run(model, word)];
    if (json) {
      runs.push_back(run_json(model, word, trace ? &steps : nullptr, output));
    } else if (trace) {
      io.out() << (first ? "" : "\n") << trace_text(model, word, steps);
    } else {
      io.out() << output << '\n';
    }
    first = false;
  }
  if (json) {
    JsonOut object;
    object["schema"] = "statewright.run/1";
    object["model"] = args.positional("MODEL");
    object["arithmetic"] = "exact";
    object["runs"] = std::move(runs);
    io.out() << json_text(object);
  }
  return kDone;
}

}  // namespace

Command run_command() {
  return {
      .name = "run",
      .summary = "feed words to a network and print what it says",
      .description =
          "Prints the network's output label for each word, one a line, in the order of the words. "
          "A "
          "word is written without spaces if all letters are single characters, else with spaces "
          "or "
          "commas between letters; '' is the empty word. `-` in place of words reads one word a "
          "line "
          "from standard input. A word that starts with `-` goes after `--`.",
      .examples =
          {
              {"statewright run parity.json 1 11 0110100", "one label a word"},
              {"statewright run s5.json '12345 21345' --trace", "the state after every letter"},
          },
      .positionals = {model_word(),
                      {.name = "WORD",
                       .what = "words to run, or - for one a line on standard input",
                       .many = true}},
      .flags = with_common(
          {{.name = "--trace", .what = "print a table of all steps with the state of every layer"}},
          {Common::json}),
      .run = run,
  };
}

}  // namespace statewright::cli
