#include "automata/compile/compile.hpp"

#include <array>
#include <utility>

#include "cli/commands/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/shared.hpp"
#include "cli/text.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_canonical.hpp"
#include "core/lrnn/model_json.hpp"

namespace statewright::cli {
namespace {

using automata::StateCode;

constexpr std::array<std::pair<const char*, StateCode>, 5> kCodes = {{
    {"auto", StateCode::automatic},
    {"one-hot", StateCode::one_hot},
    {"orbit", StateCode::orbit},
    {"matrix", StateCode::matrix},
    {"sign", StateCode::sign},
}};

std::vector<std::string> code_names() {
  std::vector<std::string> names;
  for (const auto& [name, code] : kCodes) names.emplace_back(name);
  return names;
}

StateCode code_of(const std::string& name) {
  for (const auto& [known, code] : kCodes) {
    if (name == known) return code;
  }
  return StateCode::automatic;
}

/// True for the canonical form, false for JSON.
bool wants_canonical(const Output& output) {
  if (output.is_standard()) return false;
  const std::string& path = output.path();
  if (path.ends_with(".sw")) return true;
  if (path.ends_with(".json") || path.starts_with("/dev/")) return false;
  throw core::Error({core::Fault::range, path, "a file name that ends in .json or .sw",
                     "another ending", "keep .json: it is the form that all commands read"});
}

std::string size_text(const core::Model& model) {
  const core::Cost cost = core::cost_of(model);
  return counted(cost.layers, "layer") + ", state of " + counted(cost.dimension, "number") + ", " +
         (cost.factors_per_token
              ? "at most " + counted(*cost.factors_per_token, "factor") + " per token"
              : std::string("dense matrices"));
}

JsonOut summary_json(const core::Model& model, const automata::Language& language,
                     const Output& output) {
  const core::Cost cost = core::cost_of(model);
  JsonOut object;
  object["schema"] = "statewright.compile/1";
  object["language"] = language.name;
  object["states"] = language.dfa.size();
  object["letters"] = model.letters.names();
  object["labels"] = model.labels;
  object["construction"] = model.about.construction;
  object["source"] = model.about.source;
  object["note"] = model.about.note;
  object["layers"] = cost.layers;
  object["dimension"] = cost.dimension;
  object["factors_per_token"] =
      cost.factors_per_token ? JsonOut(*cost.factors_per_token) : JsonOut(nullptr);
  object["model"] = output.path();
  return object;
}

int run(const Args& args, Streams& io) {
  const Output output = Output::of(args);
  const bool canonical = wants_canonical(output);
  if (args.has("--json") && output.is_standard()) {
    throw core::Error({core::Fault::syntax, args.command(), "-o FILE together with `--json`",
                       "no file for the network", "the summary takes standard output then"});
  }
  Work work(args, io);
  const automata::Language language =
      read_language(args.positional("LANG"), alphabet_flag(args), work.limits());
  automata::CompileOptions options;
  options.code = code_of(args.value("--code").value_or("auto"));
  options.limits = work.limits();
  const core::Model model = automata::compile(language, options);
  work.finish();
  output.write(canonical ? core::write_model_canonical(model) : core::write_model_json(model), io);

  if (args.has("--json")) {
    io.out() << json_text(summary_json(model, language, output));
    return kDone;
  }
  std::string report = report_line(
      "compiled", language.name + (output.is_standard() ? "" : " into " + output.path()));
  report += report_line("how", model.about.construction);
  report += report_line("source", model.about.source);
  report += report_line("size", size_text(model));
  report += report_line("letters", names_text(model.letters.names()));
  report += report_line("labels", names_text(model.labels));
  if (!model.about.note.empty()) report += report_line("note", model.about.note);
  io.err() << report;
  if (!output.is_standard() && !canonical) {
    io.hint("`statewright verify " + shell_quoted(output.path()) + " " +
            shell_quoted(args.positional("LANG")) + "` proves it for every word");
  }
  return kDone;
}

}  // namespace

Command compile_command() {
  return {
      .name = "compile",
      .summary = "turn a language into the weights of a linear recurrent network",
      .description =
          "Writes a network that gives every word the label that the language gives it. The "
          "weights "
          "are exact: products of Householder reflections I - 2 v v^T / (v^T v), and a linear "
          "readout. A summary on standard error names the construction and where it comes from.\n"
          "\n"
          "This version compiles group languages: every letter permutes the states of the minimal "
          "automaton. For another language the message names a letter and two states that it "
          "merges.",
      .examples =
          {
              {"statewright compile S5 -o s5.json",
               "one layer that tracks permutations of 5 points"},
              {"statewright compile parity --code sign -o parity.json", "one number, +1 or -1"},
              {"statewright compile 'regex:(aa)*' --alphabet a | statewright run - aaa aaaa",
               "through a pipe, without a file"},
          },
      .positionals = {language_word()},
      .flags = with_common(
          {
              output_flag("the network: .json, or .sw for the canonical form"),
              {.name = "--code",
               .value = "CODE",
               .what = "how automaton states are coded as network states",
               .more =
                   "one-hot: one coordinate per state. orbit: a start vector on few points "
                   "whose rearrangements tell the states apart. matrix: the whole permutation "
                   "matrix. sign: coordinates of value +1 or -1. auto, the default: the one with "
                   "the fewest numbers.",
               .choices = code_names()},
              alphabet_flag_entry(),
          },
          {Common::json, Common::force, Common::limits}),
      .run = run,
  };
}

}  // namespace statewright::cli
