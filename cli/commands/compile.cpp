#include "automata/compile/compile.hpp"

#include <array>
#include <optional>
#include <utility>

#include "cli/commands/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/shared.hpp"
#include "cli/text.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_canonical.hpp"
#include "core/lrnn/model_json.hpp"
#include "core/number/semantics.hpp"
#include "proofs_check/lock/lock.hpp"

namespace statewright::cli {
namespace {

using automata::Rung;
using automata::StateCode;
using automata::Target;

constexpr std::array<std::pair<const char*, StateCode>, 8> kCodes = {{
    {"auto", StateCode::automatic},
    {"one-hot", StateCode::one_hot},
    {"orbit", StateCode::orbit},
    {"matrix", StateCode::matrix},
    {"sign", StateCode::sign},
    {"rotation", StateCode::rotation},
    {"rotation-matrix", StateCode::rotation_matrix},
    {"reflections", StateCode::reflections},
}};

constexpr std::array<std::pair<const char*, Target>, 3> kTargets = {{
    {"gh", Target::gh},
    {"pd", Target::pd},
    {"rwkv7", Target::rwkv7},
}};

constexpr std::array<std::pair<const char*, Rung>, 6> kRungs = {{
    {"auto", Rung::automatic},
    {"permutation", Rung::permutation},
    {"isometry", Rung::isometry},
    {"affine", Rung::affine},
    {"cascade", Rung::cascade},
    {"printed", Rung::printed},
}};

template <class Table>
std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  for (const auto& [name, value] : table) names.emplace_back(name);
  return names;
}

/// The entry that `flag` names; the first one without the flag.
template <class Table>
auto chosen(const Args& args, const char* flag, const Table& table) {
  const auto name = args.value(flag);
  for (const auto& [known, value] : table) {
    if (name == known) return value;
  }
  return table.front().second;
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

/// The note and, on a line of its own, why no simpler construction was taken.
std::string note_lines(const std::string& note) {
  static constexpr std::string_view kWhy = "why this way: ";
  const std::size_t why = note.find(kWhy);
  if (why == std::string::npos) return note.empty() ? "" : report_line("note", note);
  std::string lines;
  if (why >= 2) lines = report_line("note", note.substr(0, why - 2));
  return lines + report_line("why", note.substr(why + kWhy.size()));
}

/// What --exact-in asks: a network proved in this arithmetic, near the compiled one.
struct Exactness {
  core::Semantics semantics;
  proofs::LockResult search;

  const proofs::Lock* found() const {
    return search.found.empty() ? nullptr : &search.found.front();
  }
};

std::optional<Exactness> make_exact(const Args& args, const core::Model& model,
                                    const automata::Dfa& automaton, const core::Limits& limits) {
  const auto spelled = args.value("--exact-in");
  const auto tries = args.number("--tries", 1, 10'000'000);
  if (!spelled) {
    if (!tries) return {};
    throw core::Error({core::Fault::syntax,
                       args.command(),
                       "`--tries` together with `--exact-in`",
                       "`--tries` alone",
                       {}});
  }
  Exactness exactness{core::parse_semantics(*spelled, "--exact-in"), {}};
  proofs::LockOptions options;
  if (tries) options.candidates = *tries;
  options.limits = limits;
  exactness.search = proofs::lock(model, automaton, exactness.semantics, options);
  return exactness;
}

std::string searched_text(const proofs::LockResult& search) {
  return counted(search.tried(), "network") + ": " + grouped(search.found.size()) + " proved, " +
         grouped(search.refuted) + " refuted, " + grouped(search.undecided) + " undecided";
}

/// Nothing is written unless it is proved; this says what came instead, and the exit code.
int print_not_proved(const core::Model& model, const automata::Language& language,
                     const Exactness& exactness, Streams& io) {
  const proofs::LockResult& search = exactness.search;
  const bool all_refuted = search.refuted == search.planned;
  std::string report =
      report_line(all_refuted ? "refuted" : "unknown",
                  language.name + " in " + exactness.semantics.id() + ": nothing written");
  report += report_line("how", model.about.construction);
  report += report_line("searched", searched_text(search));
  if (search.as_compiled == core::Outcome::refuted) {
    report += report_line("witness", word_text(model.letters, search.witness) + "  " +
                                         length_text(search.witness.size()) +
                                         ", a shortest one for the network as compiled");
  }
  if (search.stopped) report += report_line("stopped", "by " + search.stopped->limit);
  io.err() << report;
  if (search.stopped && !search.stopped->raise.empty()) {
    io.hint("raise `" + search.stopped->raise + "` to go further");
  } else if (!search.stopped) {
    io.hint("another format, or `--code one-hot`, whose states survive rounding");
  }
  if (Interrupt::requested()) return kInterrupted;
  return all_refuted ? kRefuted : kUnknown;
}

JsonOut exactness_json(const Exactness& exactness) {
  const proofs::LockResult& search = exactness.search;
  JsonOut object;
  object["arithmetic"] = exactness.semantics.id();
  object["outcome"] = exactness.found() != nullptr       ? "proved"
                      : search.refuted == search.planned ? "refuted"
                                                         : "unknown";
  object["change"] = exactness.found() != nullptr ? JsonOut(exactness.found()->change) : nullptr;
  object["product_states"] =
      exactness.found() != nullptr ? JsonOut(exactness.found()->states) : nullptr;
  object["tried"] = search.tried();
  object["refuted"] = search.refuted;
  object["undecided"] = search.undecided;
  object["limit"] = search.stopped ? JsonOut(search.stopped->limit) : nullptr;
  return object;
}

JsonOut summary_json(const core::Model& model, const automata::Language& language,
                     const Output& output, const std::optional<Exactness>& exactness) {
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
  if (exactness) object["exact_in"] = exactness_json(*exactness);
  const bool written = !exactness || exactness->found() != nullptr;
  object["model"] = written ? JsonOut(output.path()) : nullptr;
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
  // With --exact-in, --max-states is about proofs.
  const core::Limits limits = args.has("--exact-in") ? work.reading_limits() : work.limits();
  const automata::Language language =
      read_language(args.positional("LANG"), alphabet_flag(args), limits);
  automata::CompileOptions options;
  options.code = chosen(args, "--code", kCodes);
  options.target = chosen(args, "--target", kTargets);
  options.rung = chosen(args, "--rung", kRungs);
  if (options.target != Target::gh && (args.has("--code") || args.has("--rung"))) {
    throw core::Error({core::Fault::syntax, args.command(),
                       "`--code` and `--rung` with `--target gh`", "another target",
                       "a target of its own has one construction"});
  }
  options.limits = limits;
  core::Model model = automata::compile(language, options);
  const auto exactness = make_exact(args, model, language.dfa, work.limits());
  work.finish();
  if (exactness && exactness->found() == nullptr) {
    if (args.has("--json")) {
      io.out() << json_text(summary_json(model, language, output, exactness));
    }
    return print_not_proved(model, language, *exactness, io);
  }
  if (exactness) model = exactness->found()->model;
  output.write(canonical ? core::write_model_canonical(model) : core::write_model_json(model), io);

  if (args.has("--json")) {
    io.out() << json_text(summary_json(model, language, output, exactness));
    return kDone;
  }
  std::string report = report_line(
      "compiled", language.name + (output.is_standard() ? "" : " into " + output.path()));
  report += report_line("how", model.about.construction);
  report += report_line("source", model.about.source);
  report += report_line("size", size_text(model));
  report += report_line("letters", names_text(model.letters.names()));
  report += report_line("labels", names_text(model.labels));
  if (exactness) {
    const proofs::Lock& found = *exactness->found();
    report += report_line("proved", "in " + exactness->semantics.id() +
                                        ", on words of every length, with " +
                                        counted(found.states, "product state"));
    report += report_line("change", found.change);
    report += report_line("searched", searched_text(exactness->search));
  }
  report += note_lines(model.about.note);
  io.err() << report;
  if (!output.is_standard() && !canonical) {
    const std::string arith =
        exactness ? " --arith " + shell_quoted(exactness->semantics.id()) : std::string();
    const bool printed = options.rung == Rung::printed;
    io.hint("`statewright verify " + shell_quoted(output.path()) + " " +
            shell_quoted(args.positional("LANG")) + arith + "` " +
            (printed     ? "shows on which word it is wrong, if it is"
             : exactness ? "proves it again"
                         : "proves it for every word"));
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
          "Every regular language compiles. The network has one layer where a construction with "
          "one "
          "is known: letters that permute the states, letters that are partial injections or "
          "constants (perhaps on several quotients side by side), states as points that letters "
          "contract. Otherwise it is a cascade of permutation-reset levels, as many layers as it "
          "takes. The note says why no simpler construction applies, with letters and words to "
          "check "
          "by hand.\n"
          "\n"
          "With --exact-in the network must also be right in that arithmetic, for words of every "
          "length, and nothing is written unless that is proved. Where rounding breaks the network "
          "as compiled, networks close to it are searched: other starts, and inexact constants "
          "moved by last bits.",
      .examples =
          {
              {"statewright compile S5 -o s5.json",
               "one layer that tracks permutations of 5 points"},
              {"statewright compile parity --code sign -o parity.json", "one number, +1 or -1"},
              {"statewright compile 'regex:.*abba.*' --alphabet a,b -o abba.json",
               "a cascade: no single layer can"},
              {"statewright compile T4:point --target pd -o t4.json",
               "one layer, if transitions may expand"},
              {"statewright compile 'regex:(aa)*' --alphabet a | statewright run - aaa aaaa",
               "through a pipe, without a file"},
              {"statewright compile mod:5 --code rotation-matrix --exact-in bf16 -o m5.json",
               "a rotation that rounding errors never throw off"},
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
                   "matrix. sign: coordinates of value +1 or -1. rotation: a point of the circle, "
                   "for cyclic groups, each letter two reflections; rotation-matrix: the same with "
                   "2x2 matrices; reflections: one reflection a letter, and a clock. auto, the "
                   "default: the one with the fewest numbers among those before rotation.",
               .choices = names_of(kCodes)},
              {.name = "--target",
               .value = "TARGET",
               .what = "what transitions may be; gh without it",
               .more = "gh: products of generalised Householder factors with eigenvalues in [-1, "
                       "1]. pd: "
                       "PD-SSM, a column one-hot matrix, one layer. rwkv7: RWKV-7 with c = 2, "
                       "diagonal plus "
                       "rank one, four layers and a lookup. The last two may expand.",
               .choices = names_of(kTargets)},
              {.name = "--rung",
               .value = "RUNG",
               .what = "the construction for gh; the first that applies without it",
               .more = "permutation: Theorem 3, one layer. isometry: partial injections and "
                       "constants, one "
                       "layer. affine: points that letters contract, one layer. cascade: "
                       "permutation-reset "
                       "levels, Theorem 4 with its wiring repaired. printed: the wiring as Theorem "
                       "4 is printed, "
                       "to see where it is wrong.",
               .choices = names_of(kRungs)},
              {.name = "--exact-in",
               .value = "S",
               .what = "write a network that is proved in this arithmetic, or none",
               .more = "bf16, fp16/rz, once:F, mixed:state=F,readout=exact, ..; `statewright help "
                       "arithmetic` explains them. Parameters are rounded to the format."},
              {.name = "--tries",
               .value = "N",
               .what = "networks that --exact-in may try; 20000 without it"},
              alphabet_flag_entry(),
          },
          {Common::json, Common::force, Common::limits}),
      .run = run,
  };
}

}  // namespace statewright::cli
