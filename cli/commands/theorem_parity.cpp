#include <algorithm>
#include <cmath>
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
#include "core/number/semantics.hpp"
#include "proofs_check/theorems/behaviour.hpp"
#include "proofs_check/theorems/cast_length.hpp"
#include "proofs_check/theorems/certificate_lines.hpp"
#include "proofs_check/theorems/in_coq.hpp"
#include "proofs_check/theorems/spectrum_certificate.hpp"

namespace statewright::cli {
namespace {

using core::Model;
using core::Outcome;
using core::Semantics;
using proofs::CastRest;
using proofs::LayerSpectra;
using proofs::LetterBehaviour;
using proofs::LetterParity;

/// All that was found out. `behaviours` is empty for `exact` and `cast`, which the theorem is
/// about; the spectra are decided for every arithmetic.
struct Findings {
  std::string name;
  const Model& model;
  Semantics semantics;
  std::vector<LetterParity> letters;
  std::vector<std::vector<CastRest>> rests;  ///< of each letter; empty where nothing comes to rest
  std::vector<LetterBehaviour> behaviours;

  bool is_theorem_model() const { return behaviours.empty(); }
};

/// Whether the labels on the words of the letter are in the end constant, in that arithmetic.
Outcome outcome_of(const LetterBehaviour& one) {
  if (one.theorem || one.at_rest()) return Outcome::proved;
  if (one.unknown || !one.output_period) return Outcome::unknown;
  return *one.output_period == 1 ? Outcome::proved : Outcome::refuted;
}

Outcome outcome_of(const Findings& found, std::size_t letter) {
  return found.is_theorem_model() ? found.letters[letter].outcome()
                                  : outcome_of(found.behaviours[letter]);
}

Outcome outcome_of(const Findings& found) {
  bool open = false;
  for (std::size_t a = 0; a < found.letters.size(); ++a) {
    if (outcome_of(found, a) == Outcome::refuted) return Outcome::refuted;
    open = open || outcome_of(found, a) == Outcome::unknown;
  }
  return open ? Outcome::unknown : Outcome::proved;
}

std::string letters_where(const Findings& found, Outcome outcome) {
  std::vector<std::string> names;
  for (std::size_t a = 0; a < found.letters.size(); ++a) {
    if (outcome_of(found, a) == outcome) names.push_back(found.model.letters.names()[a]);
  }
  return letters_text(names);
}

std::string rest_text(const CastRest& rest) {
  if (!rest.from) return "not computed";
  const std::string number = core::to_string(*rest.from);
  if (number.size() <= 19) {
    return (rest.least ? "" : "at most ") + grouped(std::stoull(number)) +
           (number == "1" ? " letter" : " letters");
  }
  // Two digits, rounded up: it can be more than a double holds.
  const int digits = std::stoi(number.substr(0, 2)) + 1;
  const std::size_t exponent = number.size() - 1 + (digits == 100 ? 1 : 0);
  const std::string mantissa = digits == 100 ? "1.0" : std::to_string(digits).insert(1, ".");
  return "at most " + mantissa + "e" + std::to_string(exponent) + " letters";
}

std::string spectra_table(const Findings& found) {
  const bool cast = found.semantics.kind == Semantics::Kind::cast;
  std::vector<std::vector<std::string>> rows = {
      {"letter", "layer", "matrices", "decided by", "eigenvalues"}};
  if (cast) rows[0].push_back("constant in " + found.semantics.id() + " after");
  for (std::size_t a = 0; a < found.letters.size(); ++a) {
    for (const LayerSpectra& layer : found.letters[a].layers) {
      rows.push_back(
          {found.model.letters.names()[a], std::to_string(layer.layer),
           layer.common_order ? grouped(layer.inputs.size()) : grouped(layer.products.size()),
           method_text(layer), spectra_text(layer)});
      if (!cast) continue;
      rows.back().push_back(found.rests[a].empty() ? "-" : rest_text(found.rests[a][layer.layer]));
    }
  }
  return table_text(rows, 12);
}

constexpr const char* kTheorem =
    "1 of Grazzi et al. (ICLR 2025): all eigenvalues are real and >= 0";

/// Coq knows states that are cast; of exact readouts the proof in words speaks.
std::string coq_of(const Findings& found) {
  if (found.semantics.kind == Semantics::Kind::exact) return "";
  return proofs::no_parity_in_coq(found.model);
}

std::string theorem_report(const Findings& found) {
  std::string text;
  const Outcome outcome = outcome_of(found);
  const char* model = found.semantics.kind == Semantics::Kind::exact ? "in exact arithmetic"
                                                                     : "under every monotone cast";
  if (outcome == Outcome::proved) {
    text += report_line("proved", found.name + " does not tell the parity of any letter, " + model);
    const std::string coq = coq_of(found);
    text += report_line("theorem", std::string(kTheorem) + (coq.empty() ? "" : "; Coq: " + coq));
  } else if (outcome == Outcome::refuted) {
    text += report_line("refuted",
                        "the hypothesis of Theorem 1: some eigenvalue is not a real number >= 0");
  } else {
    text +=
        report_line("unknown", "whether all eigenvalues of " + found.name + " are real and >= 0");
  }
  std::vector<Violation> violations;
  for (const LetterParity& one : found.letters) {
    for (const LayerSpectra& layer : one.layers) {
      if (layer.violation() != nullptr) {
        violations.push_back({one.letter, &layer});
      } else if (layer.unknown) {
        text += report_line("stopped", "under the letter " +
                                           core::quoted(found.model.letters.name(one.letter)) +
                                           " in layer " + std::to_string(layer.layer) + " by " +
                                           layer.unknown->hit.limit);
      }
    }
  }
  text += violations_text(found.model, violations);
  if (outcome == Outcome::refuted) {
    text += report_line("not said",
                        "that it tells parity: the theorem is silent, `statewright "
                        "verify` decides");
    const std::string still = letters_where(found, Outcome::proved);
    if (!still.empty()) {
      text += report_line("still", "it does not tell the parity of " + still);
    }
  }
  return text + spectra_table(found);
}

std::string labels_text(const LetterBehaviour& one) {
  std::string text = names_text(one.labels, 8, false);
  if (*one.output_period > one.labels.size() && one.labels.size() <= 8) text += ", ...";
  return text;
}

/// Which theorem says something about this arithmetic, and of which letters.
std::string theorems_text(const Findings& found) {
  std::vector<std::pair<std::string, std::vector<std::string>>> groups;  // text, letters
  for (std::size_t a = 0; a < found.behaviours.size(); ++a) {
    const auto& theorem = found.behaviours[a].theorem;
    const std::string line = theorem ? theorem->reason + "; Coq: " + theorem->coq : "";
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const auto& known) { return known.first == line; });
    if (group == groups.end()) group = groups.insert(groups.end(), {line, {}});
    group->second.push_back(found.model.letters.names()[a]);
  }
  std::string text;
  for (const auto& [line, letters] : groups) {
    const std::string named = letters_text(letters);
    if (line.empty()) {
      text +=
          report_line("no theorem", "applies to " + (groups.size() == 1 ? "any letter" : named) +
                                        ": here is what happens");
    } else {
      text += report_line("theorem",
                          "for " + (groups.size() == 1 ? "every letter" : named) + ": " + line);
    }
  }
  return text;
}

std::string behaviour_report(const Findings& found) {
  std::string text;
  const Outcome outcome = outcome_of(found);
  const std::string arithmetic = "in " + found.semantics.id() + " arithmetic";
  if (outcome == Outcome::proved) {
    text += report_line("proved",
                        found.name + " does not tell the parity of any letter, " + arithmetic);
  } else if (outcome == Outcome::refuted) {
    text += report_line("refuted",
                        "the labels of " + found.name + " do not come to rest, " + arithmetic);
  } else {
    text += report_line("unknown", "what " + found.name + " does on long words, " + arithmetic);
  }
  std::vector<std::vector<std::string>> rows = {
      {"letter", "states", "labels", "in turn", "Theorem 1 in the cast model"}};
  for (std::size_t a = 0; a < found.behaviours.size(); ++a) {
    const LetterBehaviour& one = found.behaviours[a];
    const auto path = [](std::uint64_t preperiod, std::uint64_t period) {
      return "period " + grouped(period) + " after " + grouped(preperiod);
    };
    rows.push_back({found.model.letters.names()[a],
                    one.unknown ? "unknown" : path(one.preperiod, one.period),
                    one.output_period ? path(*one.output_preperiod, *one.output_period) : "unknown",
                    one.output_period ? labels_text(one) : "-",
                    found.letters[a].outcome() == Outcome::proved    ? "applies"
                    : found.letters[a].outcome() == Outcome::refuted ? "does not apply"
                                                                     : "undecided"});
    if (one.unknown) {
      text += report_line("stopped", "under the letter " +
                                         core::quoted(found.model.letters.names()[a]) + " by " +
                                         one.unknown->hit.limit);
    }
  }
  return text + theorems_text(found) + table_text(rows, 12);
}

JsonOut behaviour_json(const LetterBehaviour& one) {
  JsonOut object;
  object["theorem"] =
      one.theorem ? theorem_json(one.theorem->reason, one.theorem->coq) : JsonOut(nullptr);
  if (one.unknown) {
    object["limit"] = one.unknown->hit.limit;
    object["raise"] = one.unknown->hit.raise;
    return object;
  }
  object["states"] = {{"preperiod", one.preperiod}, {"period", one.period}};
  object["labels"] = nullptr;
  if (one.output_period) {
    object["labels"] = {{"preperiod", *one.output_preperiod},
                        {"period", *one.output_period},
                        {"in_turn", one.labels}};
  }
  return object;
}

JsonOut report_json(const Findings& found, const Output* certificate) {
  JsonOut object;
  object["schema"] = "statewright.theorem.parity/1";
  object["model"] = found.name;
  object["arithmetic"] = found.semantics.id();
  object["outcome"] = word_of(outcome_of(found));
  if (found.is_theorem_model()) {
    object["theorem"] = outcome_of(found) == Outcome::proved ? theorem_json(kTheorem, coq_of(found))
                                                             : JsonOut(nullptr);
  }
  object["letters"] = JsonOut::array();
  for (std::size_t a = 0; a < found.letters.size(); ++a) {
    JsonOut entry;
    entry["letter"] = found.model.letters.names()[a];
    entry["outcome"] = word_of(outcome_of(found, a));
    entry["hypothesis"] = word_of(found.letters[a].outcome());
    entry["layers"] = JsonOut::array();
    for (const LayerSpectra& layer : found.letters[a].layers) {
      JsonOut one = spectra_json(found.model, layer);
      if (found.semantics.kind == Semantics::Kind::cast && !found.rests[a].empty()) {
        const CastRest& rest = found.rests[a][layer.layer];
        one["constant_after"] = rest.from ? JsonOut(core::to_string(*rest.from)) : JsonOut(nullptr);
        one["constant_after_is_least"] = rest.least;
        if (!rest.from) one["not_computed"] = rest.missing;
      }
      entry["layers"].push_back(std::move(one));
    }
    if (!found.is_theorem_model()) entry["behaviour"] = behaviour_json(found.behaviours[a]);
    object["letters"].push_back(std::move(entry));
  }
  object["certificate"] = certificate != nullptr ? JsonOut(certificate->path()) : JsonOut(nullptr);
  return object;
}

Findings find_out(std::string name, const Model& model, const Semantics& semantics,
                  const core::Limits& limits) {
  Findings found{std::move(name), model, semantics, proofs::parity_theorem(model, limits), {}, {}};
  if (semantics.kind == Semantics::Kind::exact) return found;
  for (core::Letter a = 0; a < model.letters.size(); ++a) {
    if (semantics.kind != Semantics::Kind::cast) {
      found.behaviours.push_back(proofs::behaviour_on(model, a, semantics, limits));
    } else if (found.letters[a].outcome() == Outcome::proved) {
      found.rests.push_back(proofs::cast_rest(model, a, semantics.state, limits));
    } else {
      found.rests.emplace_back();
    }
  }
  return found;
}

int run(const Args& args, Streams& io) {
  if (!args.has("MODEL")) {
    refuse_without(args, "MODEL", {"--certificate", "--refutation", "--arith"});
    return parity_table(args, io);
  }
  refuse_beside(args, "MODEL", "--candidates");
  const Semantics semantics =
      core::parse_semantics(args.value("--arith").value_or("cast:bf16"), "--arith");
  const std::optional<Output> certificate = Output::beside_json(args, "--certificate");
  const std::optional<Output> refutation = refutation_output(args);
  const bool json = args.has("--json"), on_err = certificate && certificate->is_standard();
  const bool theorem_model =
      semantics.kind == Semantics::Kind::cast || semantics.kind == Semantics::Kind::exact;
  if (certificate && !theorem_model) {
    throw core::Error({core::Fault::unsupported, args.command(),
                       "`--arith cast:F` or `--arith exact` with `--certificate`",
                       core::quoted(semantics.id()),
                       "the theorem that a certificate rests on is about these"});
  }
  if (semantics.kind == Semantics::Kind::cast && !proofs::is_monotone(semantics.state)) {
    throw core::Error({core::Fault::unsupported, "--arith", "a cast that is monotone",
                       core::quoted(semantics.id()),
                       "numbers that wrap around or are rounded at random are not in the theorem"});
  }
  const std::string& path = args.positional("MODEL");
  Work work(args, io);
  const Model model = read_model(path);
  if (certificate || refutation) proofs::require_rational(model);
  const Findings found =
      find_out(path == "-" ? "standard input" : path, model, semantics, work.limits());
  work.finish();
  const Outcome outcome = outcome_of(found);
  const bool some = !letters_where(found, Outcome::proved).empty();
  const Output* written = certificate && some ? &*certificate : nullptr;
  if (written != nullptr) {
    written->write(proofs::write_no_parity_certificate(model, found.letters), io);
  }
  if (json) {
    io.out() << json_text(report_json(found, written));
  } else {
    std::string text =
        wrapped_report(theorem_model ? theorem_report(found) : behaviour_report(found), io.width());
    const std::string word = word_of(outcome);
    text.replace(0, word.size(),
                 on_err ? io.on_err(ink_of(outcome), word) : io.on_out(ink_of(outcome), word));
    (on_err ? io.err() : io.out()) << text;
    if (certificate && !some) io.note("no certificate written: there is nothing to certify");
    if (written != nullptr && !on_err && path != "-") {
      io.hint("`statewright check " + shell_quoted(written->path()) + " --model " +
              shell_quoted(path) + "` has it checked independently");
    }
  }
  if (refutation) {
    const LayerSpectra* violation = nullptr;
    for (const auto& one : found.letters) {
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

Command theorem_parity_command() {
  return {
      .name = "parity",
      .summary = "whether a network's eigenvalues forbid it to tell parity",
      .description =
          "Theorem 1 of Grazzi et al. (ICLR 2025): if all eigenvalues of a network's matrices A(x) "
          "are "
          "real and >= 0, its output on the words a, aa, aaa, .. is in the end constant, and so it "
          "does "
          "not tell parity. The hypothesis is decided exactly for every letter, by structure where "
          "there is some (diagonal, triangular in some order, at most two factors, symmetric) and "
          "else "
          "by trace-Hankel matrices. If it fails, the eigenvalue is shown; the theorem says "
          "nothing "
          "then.\n"
          "\n"
          "The theorem is about exact states that are cast to finitely many values, larger ones to "
          "no smaller ones. For cast:F "
          "(cast:bf16 without --arith) the table says after how many letters each layer's cast "
          "state "
          "is constant. In arithmetics that round inside the recurrence the theorem does not hold "
          "in "
          "general: there the states are followed to their cycle on the words of every letter, and "
          "the "
          "theorem that does apply, if one does, is named.\n"
          "\n"
          "Without MODEL, a table: of letters drawn from each architecture's family, with "
          "parameters "
          "in bf16, how many have eigenvalues that are real and >= 0, the least negative one, and "
          "whether the theorem forbids all of the family to tell parity.\n"
          "\n"
          "Exit code 0: the output comes to rest on the words of every letter. 1: the hypothesis "
          "fails, or, rounding inside the recurrence, some output goes around. 3: not decided. The "
          "table: 1 if a "
          "family is not as the theorem says, 3 if a limit cut it short.",
      .examples =
          {
              {"statewright theorem parity parity.json", "refuted: the letter 1 has eigenvalue -1",
               1},
              {"statewright theorem parity parity.json --arith bf16 --json",
               "the cycle of its states when every operation is rounded", 1},
              {"statewright theorem parity --candidates 50",
               "a table: what the eigenvalues of architectures are like"},
          },
      .positionals = {optional(model_word())},
      .flags = with_common(
          {candidates_flag("letters drawn of each family and size; 200 without it", "MODEL"),
           certificate_flag(
               "write the evidence for the independent checker",
               "For the letters for which it is proved. With `-` the certificate goes to "
               "standard output and everything else to standard error."),
           refutation_flag(), arith_flag("arithmetic to look at; cast:bf16 without it")},
          {Common::json, Common::force, Common::limits}),
      .run = run,
  };
}

}  // namespace statewright::cli
