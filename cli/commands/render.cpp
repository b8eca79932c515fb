#include <functional>
#include <utility>
#include <variant>

#include "automata/algebra/green.hpp"
#include "automata/algebra/monoid.hpp"
#include "automata/cascade/decompose.hpp"
#include "automata/cascade/holonomy.hpp"
#include "automata/language/minimize.hpp"
#include "automata/render/cascade_drawing.hpp"
#include "automata/render/cayley.hpp"
#include "automata/render/draw.hpp"
#include "automata/render/eggbox.hpp"
#include "cli/commands/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/shared.hpp"
#include "core/error.hpp"

namespace statewright::cli {
namespace {

constexpr std::uint64_t kDefaultOrbit = 20'000;      // image sets, kernels, D-classes
constexpr std::uint64_t kListedForDrawing = 20'000;  // elements of a monoid

automata::Picture picture_of(const Args& args, const Output& output) {
  const auto format = args.value("--to");
  if (format == "svg") return automata::Picture::svg;
  if (format == "pdf") return automata::Picture::pdf;
  if (format == "png") return automata::Picture::png;
  if (format || output.is_standard()) return automata::Picture::dot;
  return automata::picture_from_path(output.path());
}

/// What all drawings have in common: reads the language, draws DOT text, lays it out, writes it.
int draw(const Args& args, Streams& io,
         const std::function<std::string(const automata::Language&, const core::Limits&)>& text) {
  const Output output = Output::of(args);
  const automata::Picture picture = picture_of(args, output);
  if (picture != automata::Picture::dot && !automata::layout_available()) {
    throw core::Error({core::Fault::unavailable, args.command(), "a build with Graphviz",
                       "one without", "`--to dot` works in every build"});
  }
  Work work(args, io);
  const automata::Language language =
      read_language(args.positional("LANG"), alphabet_flag(args), work.limits());
  const std::string drawn = automata::lay_out(text(language, work.limits()), picture);
  work.finish();
  output.write(drawn, io);
  return kDone;
}

std::string title_of(const Args& args) { return args.value("--title").value_or(""); }

int run_dfa(const Args& args, Streams& io) {
  return draw(args, io, [&](const automata::Language& language, const core::Limits& /*limits*/) {
    automata::DrawOptions options;
    options.title = title_of(args);
    options.drop_sink = !args.has("--keep-sink");
    if (const auto most = args.number("--draw-states", 1, 100'000)) options.max_states = *most;
    return automata::draw_dfa(language.dfa, options);
  });
}

/// The syntactic monoid, listed. Errors: Error{limit}.
automata::TransitionMonoid monoid_of(const automata::Language& language,
                                     const core::Limits& limits) {
  automata::MonoidResult result = automata::syntactic_monoid(language.dfa, limits);
  if (const auto* stopped = std::get_if<core::Unknown>(&result)) {
    throw core::Error({core::Fault::limit, language.name, "a monoid that can be listed",
                       "a limit: " + stopped->hit.limit,
                       stopped->hit.raise.empty() ? "" : "raise `" + stopped->hit.raise + "`"});
  }
  return std::get<automata::TransitionMonoid>(std::move(result));
}

int run_cayley(const Args& args, Streams& io) {
  return draw(args, io, [&](const automata::Language& language, const core::Limits& limits) {
    automata::CayleyOptions options;
    options.title = title_of(args);
    if (args.value("--classes") == "D") options.colour = automata::CayleyColour::d_classes;
    if (const auto most = args.number("--draw-states", 1, 100'000)) options.max_elements = *most;
    return automata::draw_cayley(monoid_of(language, limits), language.dfa.letters, options);
  });
}

int run_eggbox(const Args& args, Streams& io) {
  return draw(args, io, [&](const automata::Language& language, core::Limits limits) {
    automata::EggboxOptions options;
    options.title = title_of(args);
    if (const auto most = args.number("--draw-cells", 1, 100'000)) options.max_cells = *most;
    const automata::Dfa dfa = automata::minimize(language.dfa);
    if (!limits.max_states) limits.max_states = kDefaultOrbit;
    const automata::GreenStructure green =
        automata::green_structure(dfa, limits, {.order = true, .idempotents = true});
    if (green.d_classes.empty()) {
      throw core::Error({core::Fault::limit, language.name, "a monoid whose D-classes can be found",
                         green.unknown ? "a limit: " + green.unknown->hit.limit : "none",
                         green.unknown && !green.unknown->hit.raise.empty()
                             ? "raise `" + green.unknown->hit.raise + "`"
                             : ""});
    }
    if (!green.size || *green.size > kListedForDrawing) {
      return automata::draw_eggbox(green, nullptr, dfa.letters, options);
    }
    const automata::MonoidResult monoid = automata::transition_monoid(dfa);
    return automata::draw_eggbox(green, std::get_if<automata::TransitionMonoid>(&monoid),
                                 dfa.letters, options);
  });
}

int run_cascade(const Args& args, Streams& io) {
  return draw(args, io, [&](const automata::Language& language, const core::Limits& limits) {
    automata::CascadeDrawingOptions options;
    options.title = title_of(args);
    const automata::Dfa dfa = automata::minimize(language.dfa);
    const bool holonomy = args.value("--method") == "holonomy";
    return automata::draw_cascade(
        dfa,
        holonomy ? automata::holonomy(dfa, automata::LevelConvention::subduction_depth, limits)
                 : automata::decompose(dfa, {.limits = limits}),
        options);
  });
}

Flag title_flag() {
  return {.name = "--title", .value = "TEXT", .what = "a line above the picture"};
}

std::vector<Flag> drawing_flags(std::vector<Flag> own) {
  std::vector<Flag> flags = {
      output_flag("the picture: .dot .gv .svg .pdf .png; DOT on standard output without it"),
      {.name = "--to",
       .value = "FORMAT",
       .what = "the kind of picture; by the ending of FILE without it",
       .choices = {"dot", "svg", "pdf", "png"}},
      title_flag()};
  flags.insert(flags.end(), own.begin(), own.end());
  flags.push_back(alphabet_flag_entry());
  return with_common(std::move(flags), {Common::force, Common::limits});
}

Command render_dfa_command() {
  return {
      .name = "dfa",
      .summary = "the state diagram of a language",
      .description =
          "Draws the minimal automaton: accepting states doubled, several labels under "
          "the names of states, parallel arrows merged, a rejecting state that no letter "
          "leaves left out. Above --draw-states states it draws a table of transitions "
          "instead.",
      .examples = {{"statewright render dfa 'regex:(a|b)*abb' -o abb.dot",
                    "Graphviz text in a file"},
                   {"statewright render dfa mod:3 --title 'number of 1s modulo 3'",
                    "the text on standard output"}},
      .positionals = {language_word()},
      .flags =
          drawing_flags({{.name = "--keep-sink",
                          .what = "draw the rejecting state that no letter leaves as well"},
                         {.name = "--draw-states",
                          .value = "N",
                          .what = "draw at most N states, beyond that a table; 60 without it"}}),
      .run = run_dfa,
  };
}

Command render_cayley_command() {
  return {
      .name = "cayley",
      .summary = "the syntactic monoid: what words do, and how letters lead on",
      .description =
          "Draws the right Cayley graph: one node for each thing that words can do to the states "
          "of "
          "the minimal automaton, under its shortest word, and an arrow for each letter that is "
          "read after it. Idempotents, which do the same when repeated, are doubled; elements that "
          "letters lead to one another share a colour.",
      .examples = {{"statewright render cayley S3 -o s3.dot", "the group S3 over all its elements"},
                   {"statewright render cayley 'regex:(a|b)*abb' --classes D",
                    "colours by D-classes"}},
      .positionals = {language_word()},
      .flags =
          drawing_flags({{.name = "--classes",
                          .value = "R|D",
                          .what = "what shares a colour: R-classes, or D-classes; R without it",
                          .choices = {"R", "D"}},
                         {.name = "--draw-states",
                          .value = "N",
                          .what = "draw at most N elements, beyond that a table; 60 without it"}}),
      .run = run_cayley,
  };
}

Command render_eggbox_command() {
  return {
      .name = "eggbox",
      .summary = "the syntactic monoid as egg boxes: D-classes, groups, idempotents",
      .description =
          "Draws one table for each D-class, the identity on top: rows are R-classes, columns are "
          "L-classes, cells are H-classes with their shortest words. Shaded cells with a star hold "
          "an idempotent and are groups; the name of the group stands in them if it is not "
          "trivial. "
          "Lines join a class with those right below it. Large classes are summed up.",
      .examples = {{"statewright render eggbox T3:point -o t3.dot", "three D-classes, two groups"},
                   {"statewright render eggbox dyck:1,2", "the text on standard output"}},
      .positionals = {language_word()},
      .flags = drawing_flags({{.name = "--draw-cells",
                               .value = "N",
                               .what = "sum up classes of more than N cells; 144 without it"}}),
      .run = run_eggbox,
  };
}

Command render_cascade_command() {
  return {
      .name = "cascade",
      .summary = "a decomposition into levels that permute or reset",
      .description =
          "Draws a Krohn-Rhodes decomposition of the minimal automaton, the one that `compile` "
          "builds layers from: levels from top to bottom, each with its coordinates, its group, "
          "and "
          "what letters do to it: stay, permute (in cycles), reset. A level sees the letter and a "
          "context, a summary of the levels above it. Levels with a group are shaded.",
      .examples = {{"statewright render cascade T4:point -o t4.dot",
                    "symmetric groups of falling degree"},
                   {"statewright render cascade first:e,f --method holonomy",
                    "the holonomy decomposition"}},
      .positionals = {language_word()},
      .flags = drawing_flags({{.name = "--method",
                               .value = "METHOD",
                               .what = "best, the default, or holonomy as it comes",
                               .choices = {"best", "holonomy"}}}),
      .run = run_cascade,
  };
}

}  // namespace

Command render_command() {
  return {
      .name = "render",
      .summary = "draw as DOT, SVG, PDF or PNG",
      .description =
          "Draws as Graphviz text, which every build can, or laid out as SVG, PDF or PNG "
          "if Graphviz is in this build (`statewright doctor` tells).",
      .children = {render_dfa_command(), render_cayley_command(), render_eggbox_command(),
                   render_cascade_command()},
  };
}

}  // namespace statewright::cli
