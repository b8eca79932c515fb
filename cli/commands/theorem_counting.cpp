#include <algorithm>
#include <optional>
#include <utility>

#include "cli/commands/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/interrupt.hpp"
#include "cli/outcome.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/shared.hpp"
#include "cli/spectra_report.hpp"
#include "cli/theorem_tables.hpp"
#include "core/error.hpp"
#include "proofs_check/theorems/certificate_lines.hpp"
#include "proofs_check/theorems/in_coq.hpp"
#include "proofs_check/theorems/spectrum_certificate.hpp"

namespace statewright::cli {
namespace {

using core::Model;
using core::Outcome;
using proofs::LayerSpectra;
using proofs::LetterCounting;

constexpr const char* kTheorem = "2 of Grazzi et al. (ICLR 2025)";

struct Question {
  std::string name;
  const Model& model;
  std::uint64_t modulus;
};

Outcome outcome_of(const std::vector<LetterCounting>& letters, std::uint64_t modulus) {
  const auto any = [&](Outcome outcome) {
    return std::any_of(letters.begin(), letters.end(),
                       [&](const LetterCounting& one) { return one.outcome(modulus) == outcome; });
  };
  if (any(Outcome::refuted)) return Outcome::refuted;
  return any(Outcome::unknown) ? Outcome::unknown : Outcome::proved;
}

std::string letters_where(const Question& question, const std::vector<LetterCounting>& letters,
                          Outcome outcome) {
  std::vector<std::string> names;
  for (const LetterCounting& one : letters) {
    if (one.outcome(question.modulus) == outcome) {
      names.push_back(question.model.letters.name(one.letter));
    }
  }
  return letters_text(names);
}

std::string report(const Question& question, const std::vector<LetterCounting>& letters) {
  const Outcome outcome = outcome_of(letters, question.modulus);
  const std::string m = std::to_string(question.modulus);
  std::string text;
  if (outcome == Outcome::proved) {
    text += report_line("proved", question.name + " counts no letter modulo " + m +
                                      ", under every monotone cast of its states");
    const std::string coq = proofs::no_counting_in_coq(question.model, question.modulus);
    text += report_line("theorem", std::string(kTheorem) + (coq.empty() ? "" : "; Coq: " + coq));
  } else if (outcome == Outcome::refuted) {
    text += report_line("refuted",
                        "Theorem 2 does not forbid " + question.name + " to count modulo " + m);
  } else {
    text +=
        report_line("unknown", "whether " + question.name + " meets the hypothesis of Theorem 2");
  }
  std::vector<Violation> violations;
  for (const LetterCounting& one : letters) {
    const LayerSpectra& last = one.layers.back();
    if (last.violation() != nullptr) {
      violations.push_back({one.letter, &last});
    } else if (one.period && *one.period % question.modulus == 0) {
      text += report_line("period", std::to_string(*one.period) + ", which " + m +
                                        " divides, is possible on the words of the letter " +
                                        core::quoted(question.model.letters.name(one.letter)));
    } else if (last.unknown) {
      text += report_line("stopped", "by " + last.unknown->hit.limit + " under the letter " +
                                         core::quoted(question.model.letters.name(one.letter)));
    }
  }
  text += violations_text(question.model, violations);
  if (outcome == Outcome::refuted) {
    const std::string still = letters_where(question, letters, Outcome::proved);
    text += report_line("not said",
                        "that it does count: the theorem is silent, `statewright verify` decides");
    if (!still.empty()) text += report_line("still", "it does not count " + still);
  }
  std::vector<std::vector<std::string>> rows = {
      {"letter", "layer", "length", "products", "decided by", "eigenvalues", "period"}};
  for (const LetterCounting& one : letters) {
    std::uint64_t period = 1;
    for (const LayerSpectra& layer : one.layers) {
      const bool holds = layer.outcome() == Outcome::proved;
      if (layer.demand == proofs::Spectra::real) period *= 2;
      rows.push_back(
          {question.model.letters.name(one.letter), std::to_string(layer.layer),
           grouped(layer.length), layer.common_order ? "all" : grouped(layer.products.size()),
           method_text(layer), spectra_text(layer), holds ? grouped(period) : std::string("-")});
    }
  }
  return text + table_text(rows, 12);
}

JsonOut report_json(const Question& question, const std::vector<LetterCounting>& letters,
                    const Output* certificate) {
  JsonOut object;
  object["schema"] = "statewright.theorem.counting/1";
  object["model"] = question.name;
  object["modulus"] = question.modulus;
  const Outcome outcome = outcome_of(letters, question.modulus);
  object["outcome"] = word_of(outcome);
  object["theorem"] =
      outcome == Outcome::proved
          ? theorem_json(kTheorem, proofs::no_counting_in_coq(question.model, question.modulus))
          : JsonOut(nullptr);
  object["letters"] = JsonOut::array();
  for (const LetterCounting& one : letters) {
    JsonOut entry;
    entry["letter"] = question.model.letters.name(one.letter);
    entry["outcome"] = word_of(one.outcome(question.modulus));
    entry["period"] = one.period ? JsonOut(*one.period) : JsonOut(nullptr);
    entry["layers"] = JsonOut::array();
    for (const LayerSpectra& layer : one.layers) {
      entry["layers"].push_back(spectra_json(question.model, layer));
    }
    object["letters"].push_back(std::move(entry));
  }
  object["certificate"] = certificate != nullptr ? JsonOut(certificate->path()) : JsonOut(nullptr);
  return object;
}

int run(const Args& args, Streams& io) {
  if (!args.has("MODEL")) {
    refuse_without(args, "MODEL", {"--certificate", "--refutation", "--modulus"});
    return counting_table(args, io);
  }
  refuse_beside(args, "MODEL", "--candidates");
  constexpr std::uint64_t kLargestModulus = 1'000'000'000;
  const auto modulus = args.number("--modulus", 2, kLargestModulus);
  if (!modulus) {
    throw core::Error({core::Fault::syntax, args.command(), "`--modulus M`, what to count by",
                       "nothing", "`--modulus 3` asks about words whose length 3 divides"});
  }
  const std::optional<Output> certificate = Output::beside_json(args, "--certificate");
  const std::optional<Output> refutation = refutation_output(args);
  const bool json = args.has("--json"), on_err = certificate && certificate->is_standard();
  const std::string& path = args.positional("MODEL");
  Work work(args, io);
  const Model model = read_model(path);
  if (certificate || refutation) proofs::require_rational(model);
  const Question question{path == "-" ? "standard input" : path, model, *modulus};
  const auto letters = proofs::counting_theorem(model, work.limits());
  work.finish();
  const Outcome outcome = outcome_of(letters, *modulus);
  const bool some = !letters_where(question, letters, Outcome::proved).empty();
  const Output* written = certificate && some ? &*certificate : nullptr;
  if (written != nullptr) {
    written->write(proofs::write_no_counting_certificate(model, letters, *modulus), io);
  }
  if (json) {
    io.out() << json_text(report_json(question, letters, written));
  } else {
    std::string text = wrapped_report(report(question, letters), io.width());
    const std::string word = word_of(outcome);
    const Ink ink = ink_of(outcome);
    text.replace(0, word.size(), on_err ? io.on_err(ink, word) : io.on_out(ink, word));
    (on_err ? io.err() : io.out()) << text;
    if (certificate && !some) io.note("no certificate written: there is nothing to certify");
    if (written != nullptr && !on_err && path != "-") {
      io.hint("`statewright check " + shell_quoted(written->path()) + " --model " +
              shell_quoted(path) + "` has it checked independently");
    }
  }
  if (refutation) {
    const LayerSpectra* violation = nullptr;
    for (const auto& one : letters) {
      for (const LayerSpectra& layer : one.layers) {
        if (violation == nullptr && layer.violation() != nullptr) violation = &layer;
      }
    }
    write_refutation(*refutation, model, violation, path, io);
  }
  if (Interrupt::requested()) return kInterrupted;
  return exit_of(outcome);
}

}  // namespace

Command theorem_counting_command() {
  return {
      .name = "counting",
      .summary = "whether a network's eigenvalues forbid it to count modulo m",
      .description =
          "Theorem 2 of Grazzi et al. (ICLR 2025), sharpened: on the words a, aa, aaa, .. of one "
          "letter the output of a network has in the end a period that is a power of two, as long "
          "as "
          "products of its matrices have real eigenvalues only. A layer doubles the period p of "
          "its "
          "input at most, and does not if all products of p matrices have eigenvalues that are >= "
          "0. "
          "If m does not divide the period, the network does not recognise (a^m)*, nor counts a's "
          "modulo m in any other way. This holds for exact states that are cast to finitely many "
          "values, and for exact arithmetic; every answer is exact, by structure where there is "
          "some "
          "and else by trace-Hankel matrices.\n"
          "\n"
          "Without MODEL, a table: of letters drawn from each architecture's family, and of "
          "products "
          "of two and of four, which second and third layers meet, how many have real eigenvalues "
          "only, the widest angle of the others in degrees (a third of a turn counts modulo 3), "
          "and whether the theorem forbids all of the family to count. Where all letters have "
          "eigenvalues >= 0 the output comes to rest, and products do not matter.\n"
          "\n"
          "Exit code 0: proved for every letter. 1: the theorem does not apply to some letter, "
          "with "
          "the eigenvalue. 3: not decided. The table: 1 if a family is not as the theorem says, 3 "
          "if a "
          "limit cut it short.",
      .examples =
          {
              {"statewright theorem counting parity.json --modulus 3 --certificate no-3.cert",
               "proved: a real number has a real eigenvalue"},
              {"statewright theorem counting parity.json --modulus 2", "refuted: it does", 1},
              {"statewright theorem counting --candidates 20",
               "a table: angles that single letters and products turn by"},
          },
      .positionals = {optional(model_word())},
      .flags = with_common(
          {{.name = "--modulus", .value = "M", .what = "the number to count by, at least 2"},
           candidates_flag("products drawn of each family, size and length; 100 without it",
                           "MODEL"),
           certificate_flag(
               "write the evidence for the independent checker",
               "For the letters for which it is proved. With `-` the certificate goes to "
               "standard output and everything else to standard error."),
           refutation_flag()},
          {Common::json, Common::force, Common::limits}),
      .run = run,
  };
}

}  // namespace statewright::cli
