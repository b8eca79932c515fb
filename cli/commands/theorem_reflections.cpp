#include <algorithm>
#include <optional>
#include <utility>

#include "cli/commands/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/shared.hpp"
#include "cli/spectra_report.hpp"
#include "cli/text.hpp"
#include "core/error.hpp"
#include "proofs_check/theorems/in_coq.hpp"
#include "proofs_check/theorems/reflections.hpp"

namespace statewright::cli {
namespace {

using proofs::NoSingleFactor;
using proofs::PublishedReflections;
using proofs::ReflectionsReport;

std::string bounds_text(std::size_t lower, std::size_t upper) {
  return lower == upper ? std::to_string(lower)
                        : std::to_string(lower) + " to " + std::to_string(upper);
}

std::string outcome_of(const automata::ReflectionBound& bound) {
  return bound.lower == bound.upper.factors ? "proved" : "unknown";
}

std::string no_single_text(const ReflectionsReport& r) {
  const core::Alphabet& letters = r.minimal.dfa.letters;
  const NoSingleFactor& f = *r.no_single;
  const auto read = [&](const core::Word& first, std::size_t times, const core::Word& last) {
    core::Word word = first;
    word.insert(word.end(), times, f.letter);
    word.insert(word.end(), last.begin(), last.end());
    return word_text(letters, word);
  };
  return "the language tells " + read(f.u, 2, f.x) + " from " + read(f.u, 0, f.x) + " and " +
         read(f.y, 2, f.z) + " from " + read(f.y, 1, f.z) +
         ": twice is neither nothing nor once, which a single factor cannot do; Coq: " +
         proofs::no_single_factor_in_coq();
}

std::string report(const ReflectionsReport& r, std::size_t width, Streams& io, bool on_err) {
  const auto line = [&](std::string_view word, const std::string& text) {
    const std::string lines = wrapped(text, width, 12);
    return padded(word, 12) + lines.substr(std::min<std::size_t>(12, lines.size()));
  };
  const automata::ReflectionBound& bound = r.bound;
  const std::string verdict = outcome_of(bound);
  const Ink ink = verdict == "proved" ? Ink::good : Ink::doubtful;
  std::string text =
      line(verdict, bounds_text(bound.lower, bound.upper.factors) +
                        (bound.upper.factors == 1 ? " factor" : " factors") +
                        " a token in one non-expansive layer with finitely many states");
  text.replace(0, verdict.size(), on_err ? io.on_err(ink, verdict) : io.on_out(ink, verdict));
  text += line("language", r.minimal.name);
  text += line("group", r.group + ", order " + core::to_string(r.order) + ", " +
                            counted(r.minimal.dfa.letters.size(), "letter"));
  text += line("at least", std::to_string(bound.lower) + ": " + bound.lower_reason);
  if (r.no_single) text += line("", no_single_text(r));
  text += line("at most", std::to_string(bound.upper.factors) + ": " + bound.upper.description +
                              ", dimension " + std::to_string(bound.upper.dimension));
  if (bound.own && bound.own->factors > bound.upper.factors) {
    text += line("", "without a cover " + std::to_string(bound.own->factors) + ": " +
                         bound.own->description);
  }
  if (!bound.complete) text += line("", "not all representations and covers were searched");
  if (r.compiled) {
    text += line("compiled", std::to_string(*r.compiled) + " in the network of `compile" +
                                 (r.compiled_flags.empty() ? "" : " " + r.compiled_flags) +
                                 "`, proved on words of every length");
  }
  return text;
}

JsonOut bound_json(const automata::ReflectionBound& bound) {
  JsonOut object;
  object["outcome"] = outcome_of(bound);
  object["at_least"] = {{"factors", bound.lower}, {"because", bound.lower_reason}};
  object["at_most"] = {{"factors", bound.upper.factors},
                       {"dimension", bound.upper.dimension},
                       {"because", bound.upper.description}};
  object["own"] =
      bound.own ? JsonOut{{"factors", bound.own->factors}, {"dimension", bound.own->dimension}}
                : JsonOut(nullptr);
  object["complete"] = bound.complete;
  return object;
}

JsonOut report_json(const ReflectionsReport& r, const std::optional<Output>& certificate) {
  const core::Alphabet& letters = r.minimal.dfa.letters;
  JsonOut object;
  object["schema"] = "statewright.theorem.reflections/1";
  object["language"] = r.minimal.name;
  object["group"] = r.group;
  object["order"] = core::to_string(r.order);
  object.update(bound_json(r.bound));
  object["per_letter"] = JsonOut::array();
  for (std::size_t a = 0; a < r.bound.upper.per_letter.size(); ++a) {
    object["per_letter"].push_back({{"letter", letters.name(static_cast<core::Letter>(a))},
                                    {"factors", r.bound.upper.per_letter[a]}});
  }
  if (r.no_single) {
    object["no_single_factor"] = {{"letter", letters.name(r.no_single->letter)},
                                  {"u", word_json(letters, r.no_single->u)},
                                  {"x", word_json(letters, r.no_single->x)},
                                  {"y", word_json(letters, r.no_single->y)},
                                  {"z", word_json(letters, r.no_single->z)}};
    object["theorem"] =
        theorem_json("some letter takes two factors or more", proofs::no_single_factor_in_coq());
  } else {
    object["no_single_factor"] = nullptr;
    object["theorem"] = nullptr;
  }
  object["compiled"] = r.compiled ? JsonOut(*r.compiled) : JsonOut(nullptr);
  object["compiled_flags"] = r.compiled_flags;
  object["certificate"] = certificate ? JsonOut(certificate->path()) : JsonOut(nullptr);
  return object;
}

int print_table(const Args& args, Streams& io) {
  refuse_without(args, "LANG", {"--certificate", "--alphabet"});
  Work work(args, io);
  const std::vector<PublishedReflections> table = proofs::published_reflections(work.limits());
  work.finish();
  if (args.has("--json")) {
    JsonOut object;
    object["schema"] = "statewright.theorem.reflections-table/1";
    object["rows"] = JsonOut::array();
    for (const PublishedReflections& row : table) {
      JsonOut entry = {
          {"group", row.group}, {"letters", row.letters}, {"published", {row.lower, row.upper}}};
      entry.update(bound_json(row.bound));
      object["rows"].push_back(std::move(entry));
    }
    io.out() << json_text(object);
  } else {
    std::vector<std::vector<std::string>> rows = {
        {"group", "letters", "published", "factors", "dimension", "at least because"}};
    for (const PublishedReflections& row : table) {
      std::string reason = row.bound.lower_reason;
      if (const auto end = reason.find(','); end != std::string::npos) reason.resize(end);
      rows.push_back({row.group, row.letters, bounds_text(row.lower, row.upper),
                      bounds_text(row.bound.lower, row.bound.upper.factors),
                      std::to_string(row.bound.upper.dimension), reason});
    }
    io.out() << table_text(rows);
  }
  if (Interrupt::requested()) return kInterrupted;
  return std::all_of(table.begin(), table.end(),
                     [](const PublishedReflections& row) { return row.agrees(); })
             ? kDone
             : kRefuted;
}

int run(const Args& args, Streams& io) {
  if (!args.has("LANG")) return print_table(args, io);
  const std::optional<Output> certificate = Output::beside_json(args, "--certificate");
  const bool json = args.has("--json");
  const bool on_err = certificate && certificate->is_standard();
  Work work(args, io);
  const std::string& spec = args.positional("LANG");
  const automata::Language language =
      read_language(spec, alphabet_flag(args), work.reading_limits());
  const ReflectionsReport r = proofs::count_reflections(language, work.limits());
  work.finish();
  if (certificate) {
    if (!r.no_single) {
      throw core::Error({core::Fault::unsupported, r.minimal.name,
                         "a language with a letter that takes two factors or more",
                         "a lower bound of " + std::to_string(r.bound.lower),
                         "without `--certificate` the bounds are printed"});
    }
    certificate->write(proofs::write_no_single_factor_certificate(r.minimal.dfa, *r.no_single), io);
  }
  if (json) {
    io.out() << json_text(report_json(r, certificate));
  } else {
    const std::size_t width = std::min<std::size_t>(std::max<std::size_t>(io.width(), 50), 100);
    (on_err ? io.err() : io.out()) << report(r, width, io, on_err);
    if (certificate && !on_err && spec != "-") {
      io.hint("`statewright check " + shell_quoted(certificate->path()) + " --language " +
              shell_quoted(spec) + "` has it checked independently");
    }
  }
  if (Interrupt::requested()) return kInterrupted;
  return outcome_of(r.bound) == "proved" ? kDone : kUnknown;
}

}  // namespace

Command theorem_reflections_command() {
  return {
      .name = "reflections",
      .summary = "the least number of factors per token for a group language",
      .description =
          "How many generalised Householder factors a token takes in one non-expansive layer with "
          "finitely many states that tracks a group language: an upper bound from the real "
          "representations of the group and its covers, and a lower bound with its reason. Without "
          "a "
          "language, the table of groups in the literature, computed anew.\n"
          "\n"
          "With --certificate the reason for two factors or more is written for the independent "
          "checker, `statewright check CERT --language LANG`: four words that show that a letter, "
          "read twice, does neither nothing nor what "
          "it "
          "does once. The lower bound of 4 for S5 rests on a cited theorem and has no "
          "certificate.\n"
          "\n"
          "Exit code 0: the least number is known (the table: as published). 1: the table differs. "
          "2: "
          "no group language. 3: bounds only.",
      .examples = {{"statewright theorem reflections", "the table"},
                   {"statewright theorem reflections S4 --certificate s4-two.cert",
                    "two: the rotations of a cube"},
                   {"statewright theorem reflections Q8", "two or three: not known", 3}},
      .positionals = {optional(language_word())},
      .flags = with_common(
          {certificate_flag(
               "write why one factor is not enough, for the independent checker",
               "An error if one factor may be enough. With `-` the certificate goes to standard "
               "output and everything else to standard error."),
           alphabet_flag_entry()},
          {Common::json, Common::force, Common::limits}),
      .run = run,
  };
}

}  // namespace statewright::cli
