#include "automata/render/draw.hpp"
#include "cli/commands/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/shared.hpp"
#include "core/error.hpp"

namespace statewright::cli {
namespace {

automata::Picture picture_of(const Args& args, const Output& output) {
  const auto format = args.value("--to");
  if (format == "svg") return automata::Picture::svg;
  if (format == "pdf") return automata::Picture::pdf;
  if (format == "png") return automata::Picture::png;
  if (format || output.is_standard()) return automata::Picture::dot;
  return automata::picture_from_path(output.path());
}

int run(const Args& args, Streams& io) {
  const Output output = Output::of(args);
  const automata::Picture picture = picture_of(args, output);
  if (picture != automata::Picture::dot && !automata::layout_available()) {
    throw core::Error({core::Fault::unavailable, args.command(), "a build with Graphviz",
                       "one without", "`--to dot` works in every build"});
  }
  Work work(args, io);
  const automata::Language language =
      read_language(args.positional("LANG"), alphabet_flag(args), work.limits());
  automata::DrawOptions options;
  options.title = args.value("--title").value_or("");
  options.drop_sink = !args.has("--keep-sink");
  if (const auto states = args.number("--draw-states", 1, 100'000)) options.max_states = *states;
  const std::string dot = automata::draw_dfa(language.dfa, options);
  const std::string drawn = automata::lay_out(dot, picture);
  work.finish();
  output.write(drawn, io);
  return kDone;
}

}  // namespace

Command render_command() {
  return {
      .name = "render",
      .summary = "draw as DOT, SVG, PDF or PNG",
      .description =
          "Draws as Graphviz text, which every build can, or laid out as SVG, PDF or PNG "
          "if Graphviz is in this build (`statewright doctor` tells).",
      .children = {{
          .name = "dfa",
          .summary = "the state diagram of a language",
          .description = "Draws the minimal automaton: accepting states doubled, several labels "
                         "under the names "
                         "of states, parallel arrows merged, a rejecting state that no letter "
                         "leaves left out. "
                         "Above --draw-states states it draws a table of transitions instead.",
          .examples =
              {
                  {"statewright render dfa 'regex:(a|b)*abb' -o abb.dot",
                   "Graphviz text in a file"},
                  {"statewright render dfa mod:3 --title 'number of 1s modulo 3'",
                   "the text on standard output"},
              },
          .positionals = {language_word()},
          .flags = with_common(
              {output_flag(
                   "the picture: .dot .gv .svg .pdf .png; DOT on standard output without it"),
               {.name = "--to",
                .value = "FORMAT",
                .what = "the kind of picture; by the ending of FILE without it",
                .choices = {"dot", "svg", "pdf", "png"}},
               {.name = "--title", .value = "TEXT", .what = "a line above the picture"},
               {.name = "--keep-sink",
                .what = "draw the rejecting state that no letter leaves as well"},
               {.name = "--draw-states",
                .value = "N",
                .what = "draw at most N states, beyond that a table; 60 without it"},
               alphabet_flag_entry()},
              {Common::force, Common::limits}),
          .run = run,
      }},
  };
}

}  // namespace statewright::cli
