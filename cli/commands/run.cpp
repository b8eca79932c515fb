#include <iostream>
#include <string>
#include <utility>

#include "cli/commands/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/shared.hpp"
#include "cli/streams.hpp"
#include "cli/text.hpp"
#include "cli/trace.hpp"
#include "core/error.hpp"
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

std::string trace_text(const Model& model, const Word& word, const std::vector<TraceStep>& steps) {
  return "word " + word_text(model.letters, word) + "  " + length_text(word.size()) + "\n" +
         trace_table(model, word, steps);
}

JsonOut run_json(const Model& model, const Word& word, const std::vector<TraceStep>* steps,
                 const std::string& output) {
  JsonOut object;
  object["word"] = word_json(model.letters, word);
  object["output"] = output;
  if (steps == nullptr) return object;
  object["steps"] = JsonOut::array();
  for (const TraceStep& step : *steps) {
    object["steps"].push_back(
        {{"output", step.output}, {"states", step.states_json}, {"emitted", step.emitted}});
  }
  return object;
}

int run(const Args& args, Streams& io) {
  const core::Semantics semantics = arithmetic_of(args);
  const Model model = read_model(args.positional("MODEL"));
  const std::vector<Word> words = read_words(args, model);
  const bool json = args.has("--json"), traced = args.has("--trace");
  JsonOut runs = JsonOut::array();
  bool first = true;
  for (const Word& word : words) {
    std::vector<TraceStep> steps;
    if (traced) steps = trace(model, semantics, word);
    const std::string output = traced ? steps.back().output : output_of(model, semantics, word);
    if (json) {
      runs.push_back(run_json(model, word, traced ? &steps : nullptr, output));
    } else if (traced) {
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
    object["arithmetic"] = semantics.id();
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
              {"statewright run s5.json '12345 21345' --arith bf16", "every operation rounded"},
          },
      .positionals = {model_word(),
                      {.name = "WORD",
                       .what = "words to run, or - for one a line on standard input",
                       .many = true}},
      .flags = with_common(
          {{.name = "--trace", .what = "print a table of all steps with the state of every layer"},
           arith_flag("arithmetic to compute in; exact without it")},
          {Common::json}),
      .run = run,
  };
}

}  // namespace statewright::cli
