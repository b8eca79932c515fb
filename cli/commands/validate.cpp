#include "proofs_check/validate/validate.hpp"

#include <cstdio>
#include <limits>
#include <string>

#include "automata/language/canonical.hpp"
#include "cli/commands/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/shared.hpp"
#include "cli/text.hpp"
#include "cli/trace.hpp"
#include "core/error.hpp"

namespace statewright::cli {
namespace {

using core::Model;
using proofs::Validation;

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

/// What was asked, for the texts.
struct Sample {
  const Args& args;
  const Model& model;
  const core::Semantics& semantics;
  const proofs::ValidateOptions& options;
  const Validation& found;

  std::string name(const char* positional) const {
    const std::string& typed = args.positional(positional);
    return typed == "-" ? "standard input" : typed;
  }
  bool is_from_files() const {
    return args.positional("MODEL") != "-" && args.positional("LANG") != "-";
  }
  double letters() const {
    return static_cast<double>(found.words) * static_cast<double>(options.length);
  }
  /// The command that compares other words of the same seed.
  std::string command(std::uint64_t words, std::uint64_t length, std::uint64_t first) const {
    std::string text = "statewright validate " + shell_quoted(args.positional("MODEL")) + " " +
                       shell_quoted(args.positional("LANG")) + " --words " + std::to_string(words) +
                       " --length " + std::to_string(length) + " --seed " +
                       std::to_string(options.seed) + " --from-word " + std::to_string(first);
    for (const char* flag : {"--arith", "--backend", "--threads"}) {
      if (const auto value = args.value(flag))
        text += " " + std::string(flag) + " " + shell_quoted(*value);
    }
    return text;
  }
};

std::string rate_text(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", number);
  return text;
}

std::string words_text(const Sample& sample) {
  const std::uint64_t first = sample.options.first, words = sample.found.words;
  std::string text = "none";
  if (words > 0) {
    text = counted(words, "word") + " of " + counted(sample.options.length, "letter") +
           ", numbers " + std::to_string(first) + " to " + std::to_string(first + (words - 1));
  }
  return text + ", seed " + std::to_string(sample.options.seed);
}

std::string report_text(const Sample& sample, Streams& io) {
  const Validation& found = sample.found;
  const std::string arithmetic = " in " + arithmetic_text(sample.semantics);
  std::string text;
  if (found.first) {
    text +=
        report_line("differs", sample.name("MODEL") + " and " + sample.name("LANG") + arithmetic);
  } else if (found.words == 0 && found.stopped) {
    text += report_line(
        "nothing", "read of " + sample.name("MODEL") + " and " + sample.name("LANG") + arithmetic);
  } else {
    text += report_line("agrees", sample.name("MODEL") + " with " + sample.name("LANG") +
                                      arithmetic + ", on the random words below and nothing else");
  }
  text += report_line("words", words_text(sample));
  if (found.stopped) {
    text += report_line("stopped", found.stopped->limit + ", " +
                                       grouped(sample.options.words - found.words) + " of " +
                                       counted(sample.options.words, "word") + " not read");
  }
  text +=
      report_line("mismatches", found.wrong == 0 ? "none" : "in " + counted(found.wrong, "word"));
  if (found.first) {
    text += report_line("first", "word number " + std::to_string(found.first->word) + " after " +
                                     length_text(found.first->position));
    const proofs::ShortenedWord& shortened = *found.shortened;
    text +=
        report_line("shortened", word_text(sample.model.letters, shortened.word) + "  " +
                                     length_text(shortened.word.size()) +
                                     (shortened.minimal ? ", none of which can be left out" : ""));
    text += report_line("network", "gives " + core::quoted(shortened.network_label, 200));
    text += report_line("language", "gives " + core::quoted(shortened.automaton_label, 200));
  }
  // What stands first is coloured like the verdicts of verify, but never green: nothing is proved.
  const std::string word = text.substr(0, text.find(' '));
  text.replace(0, word.size(), io.on_out(found.first ? Ink::bad : Ink::doubtful, word));
  text += report_line("evaluated", found.evaluation);
  if (found.wrong == 0 && found.words > 0) {
    text += report_line("tokens", rate_text(sample.letters()) + ", " +
                                      rate_text(sample.letters() / found.seconds) + " a second");
  } else if (found.wrong > 0) {
    text += report_line(
        "tokens", "at most " + rate_text(sample.letters()) + ": a wrong word is not read further");
  }
  return text + report_line("time", seconds_text(found.seconds));
}

JsonOut report_json(const Sample& sample) {
  const Validation& found = sample.found;
  JsonOut object;
  object["schema"] = "statewright.validate/1";
  object["outcome"] = found.first ? "differs" : found.stopped ? "stopped" : "agrees";
  object["model"] = sample.name("MODEL");
  object["language"] = sample.name("LANG");
  object["arithmetic"] = sample.semantics.id();
  object["letters"] = sample.model.letters.names();
  object["evaluated"] = found.evaluation;
  object["seed"] = sample.options.seed;
  object["first_word"] = sample.options.first;
  object["length"] = sample.options.length;
  object["words"] = found.words;
  object["words_asked"] = sample.options.words;
  object["mismatches"] = found.wrong;
  if (found.first) {
    object["first"] = {{"word", found.first->word}, {"position", found.first->position}};
    const proofs::ShortenedWord& shortened = *found.shortened;
    JsonOut shorter;
    shorter["word"] = word_json(sample.model.letters, shortened.word);
    shorter["network"] = shortened.network_label;
    shorter["language"] = shortened.automaton_label;
    shorter["minimal"] = shortened.minimal;
    object["shortened"] = std::move(shorter);
  }
  if (found.stopped) {
    object["stopped"] = found.stopped->limit;
    object["from_word"] = sample.options.first + found.words;
  }
  object["seconds"] = found.seconds;
  return object;
}

void print_hints(const Sample& sample, Streams& io) {
  const Validation& found = sample.found;
  if (!found.slow_because.empty()) {
    io.note("evaluated word by word, which is slow: " + found.slow_because);
  }
  if (!sample.is_from_files()) return;
  if (found.first) {
    const std::string word = sample.model.letters.spell(found.shortened->word);
    const std::string model = shell_quoted(sample.args.positional("MODEL"));
    if (word.size() <= 2000) {
      const auto arith = sample.args.value("--arith");
      io.hint("`statewright run --trace" + (arith ? " --arith " + shell_quoted(*arith) : "") + " " +
              model + " -- " + shell_quoted(word) + "` replays the shortened word");
    }
    io.hint("`" + sample.command(1, found.first->position, found.first->word) +
            "` replays the first");
  }
  if (found.stopped) {
    const std::uint64_t next = sample.options.first + found.words;
    io.hint("`" + sample.command(sample.options.words - found.words, sample.options.length, next) +
            "` goes on");
  } else if (!found.first) {
    const auto arith = sample.args.value("--arith");
    io.hint("`statewright verify " + shell_quoted(sample.args.positional("MODEL")) + " " +
            shell_quoted(sample.args.positional("LANG")) +
            (arith ? " --arith " + shell_quoted(*arith) : "") + "` decides about all words");
  }
}

std::uint64_t required(const Args& args, const char* flag, std::uint64_t most) {
  if (const auto number = args.number(flag, 0, most)) return *number;
  throw core::Error({core::Fault::syntax, args.command(), "`" + std::string(flag) + "`", "none",
                     "e.g. --words 1e6 --length 1000"});
}

int run(const Args& args, Streams& io) {
  const std::string& spec = args.positional("LANG");
  refuse_standard_input_twice(args);
  const core::Semantics semantics = arithmetic_of(args);
  proofs::ValidateOptions options;
  options.words = required(args, "--words", kMost);
  options.length = required(args, "--length", std::uint64_t{1} << 40U);
  if (const auto backend = args.value("--backend"); backend && *backend != "auto") {
    options.backend = kernels::parse_backend(*backend, "--backend");
  }
  options.threads = static_cast<unsigned>(args.number("--threads", 1, 1024).value_or(0));
  options.first = args.number("--from-word", 0, kMost).value_or(0);
  options.seed = seed_of(args);
  Work work(args, io);
  options.limits = work.limits();
  const Model model = read_model(args.positional("MODEL"));
  const automata::Dfa automaton = read_automaton_for(spec, model, work.reading_limits());
  const Validation found = proofs::validate(model, automaton, semantics, options);
  work.finish();
  const Sample sample{args, model, semantics, options, found};
  if (args.has("--json")) {
    io.out() << json_text(report_json(sample));
    if (!found.slow_because.empty()) {
      io.note("evaluated word by word, which is slow: " + found.slow_because);
    }
  } else {
    io.out() << report_text(sample, io);
    print_hints(sample, io);
  }
  if (found.first) return kRefuted;
  if (!found.stopped) return kDone;
  return Interrupt::requested() ? kInterrupted : kUnknown;
}

}  // namespace

Command validate_command() {
  return {
      .name = "validate",
      .summary = "compare a network with a language on very many random words",
      .description =
          "Feeds random words to the network in the arithmetic that --arith names and compares "
          "its output after every letter with what the language says. All processors work, or all "
          "GPUs. This is a sample: it finds mismatches, and says nothing about words that were not "
          "read. `statewright verify` decides about all.\n"
          "\n"
          "Words are numbered, and depend on seed, number and the number of letters alone: the "
          "same on every backend and in any division. The first mismatch is the one with the least "
          "number. Its word is made shorter by leaving letters out, as long as network and "
          "language still differ.\n"
          "\n"
          "Kernels compute arithmetics in which every operation is rounded; scores may be exact "
          "(readout=exact). Others (exact, once:F, cast:F, chunk:F, tensor cores) are evaluated "
          "word by word, also on all processors, unless --backend asks for a kernel. Ctrl-C "
          "prints what was found so far and how to go on.",
      .examples =
          {
              {"statewright validate s5.json S5 --arith bf16 --words 1e5 --length 100 --seed 1",
               "ten million letters, every output compared"},
              {"statewright validate parity.json 'regex:(0|1)*1' --arith bf16 --words 100 "
               "--length 8 --seed 1",
               "a mismatch, and a short word that shows it", 1},
          },
      .positionals = {model_word(), language_word()},
      .flags = with_common(
          {
              {.name = "--words", .value = "N", .what = "how many words, e.g. 1e9"},
              {.name = "--length", .value = "L", .what = "letters of each"},
              arith_flag("arithmetic to compute in; exact without it"),
              backend_flag(),
              seed_flag(),
              {.name = "--from-word",
               .value = "W",
               .what = "number of the first word; 0 without it"},
              {.name = "--threads",
               .value = "N",
               .what = "threads of the backend cpu and of word by word; one for each processor "
                       "without it"},
          },
          {Common::json, Common::limits}),
      .run = run,
  };
}

}  // namespace statewright::cli
