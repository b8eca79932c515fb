#include "proofs_check/verify/verify.hpp"

#include <string>
#include <utility>
#include <variant>

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
#include "core/lrnn/mpfr_replay.hpp"
#include "proofs_check/verify/certificate.hpp"

namespace statewright::cli {
namespace {

using automata::Dfa;
using core::Model;

/// What was asked, for the texts.
struct Question {
  std::string model_name, language_name;
  const Model& model;
  const Dfa& automaton;
  const core::Semantics& semantics;

  std::string arithmetic() const { return arithmetic_text(semantics); }
};

const std::string& automaton_label(const Question& question, std::span<const core::Letter> word) {
  automata::State state = question.automaton.start;
  for (const core::Letter letter : word) {
    // verify has matched the letters by name
    state = question.automaton.step(
        state, *question.automaton.letters.find(question.model.letters.name(letter)));
  }
  return question.automaton.labels[question.automaton.output[state]];
}

std::string does(const Question& question) {
  return automata::is_acceptor(question.automaton) ? "recognises " : "computes ";
}

std::string does_not(const Question& question) {
  return automata::is_acceptor(question.automaton) ? "does not recognise " : "does not compute ";
}

/// Whether MPFR, which shares no code with the search, computes the same label. Nothing where MPFR
/// has no such arithmetic: core::simulate_mpfr alone knows which it has.
std::optional<bool> mpfr_agrees(const Question& question, const proofs::Counterexample& found) {
  if (question.semantics.kind != core::Semantics::Kind::stepwise) return {};
  try {
    const auto replay = core::simulate_mpfr(question.model, question.semantics, found.word);
    return question.model.labels[replay.back().output] == found.network_label;
  } catch (const core::Error& error) {
    if (error.facts().fault != core::Fault::unsupported) throw;
    return {};
  }
}

/// The steps of a short word, the last ones of a long word.
std::string steps_text(const Question& question, const proofs::Counterexample& found) {
  constexpr std::size_t kAll = 8, kLast = 3;
  const std::size_t length = found.word.size();
  const std::vector<TraceStep> steps = trace(question.model, question.semantics, found.word);
  const std::size_t first = length <= kAll ? 0 : length - kLast + 1;
  std::vector<std::vector<std::string>> rows(1, {"step", "letter", "network", "language"});
  for (std::size_t i = 0; i < question.model.layers.size(); ++i) {
    rows[0].push_back(question.model.layers.size() == 1 ? "state"
                                                        : "layer " + std::to_string(i) + " state");
  }
  if (first > 0) rows.push_back({"..."});
  for (std::size_t t = first; t <= length; ++t) {
    const TraceStep& step = steps[t];
    std::vector<std::string> row = {
        std::to_string(t), t == 0 ? "" : question.model.letters.name(found.word[t - 1]),
        step.output, automaton_label(question, std::span(found.word).first(t))};
    row.insert(row.end(), step.states.begin(), step.states.end());
    rows.push_back(std::move(row));
  }
  return table_text(rows, 12);
}

std::string agreement_below(std::size_t length) {
  if (length == 0) return "nothing is shorter than the empty word";
  if (length == 1) return "for the empty word";
  return "for every word of at most " + length_text(length - 1);
}

std::string proved_text(const Question& question, const proofs::Proof& proof,
                        const std::string& verdict) {
  std::string text =
      report_line(verdict, question.model_name + " " + does(question) + question.language_name +
                               " in " + question.arithmetic() + ", on words of every length");
  text += report_line("letters", names_text(question.model.letters.names()));
  const std::uint64_t steps = proof.states * question.model.letters.size();
  text += report_line("evidence", counted(proof.states, "product state") + ", " +
                                      counted(steps, "step") + ", none left to explore");
  if (proof.order_free) {
    text += report_line("rounding", "no operation rounds, in whatever order sums are formed");
  }
  if (proof.cycle) {
    text +=
        report_line("cycle", "after " + length_text(proof.cycle->preperiod) +
                                 " the states repeat every " + length_text(proof.cycle->period));
  }
  return text;
}

std::string refuted_text(const Question& question, const proofs::Counterexample& found,
                         const std::string& verdict) {
  std::string text =
      report_line(verdict, question.model_name + " " + does_not(question) + question.language_name +
                               " in " + question.arithmetic());
  text += report_line("witness", word_text(question.model.letters, found.word) + "  " +
                                     length_text(found.word.size()) + ", the shortest");
  text += steps_text(question, found);
  text += report_line("network", "gives " + core::quoted(found.network_label, 200));
  text += report_line("language", "gives " + core::quoted(found.automaton_label, 200));
  if (const auto agrees = mpfr_agrees(question, found)) {
    text += report_line("replay", *agrees ? "MPFR computes the same label after the same steps"
                                          : "MPFR DISAGREES: please report this as a bug");
  }
  text += report_line("holds", agreement_below(found.word.size()));
  return text;
}

std::string unknown_text(const Question& question, const core::Unknown& unknown,
                         const std::string& verdict) {
  const bool interrupted = unknown.hit.raise.empty();
  std::string text =
      report_line(verdict, "whether " + question.model_name + " " + does(question) +
                               question.language_name + " in " + question.arithmetic());
  const bool counted_limit = unknown.hit.limit.starts_with("at most ");
  text += report_line("stopped", (interrupted     ? ""
                                  : counted_limit ? "by the limit of "
                                                  : "by ") +
                                     unknown.hit.limit);
  text += report_line("holds", unknown.reached);
  return text;
}

JsonOut steps_json(const Question& question, const proofs::Counterexample& found) {
  JsonOut steps = JsonOut::array();
  const std::vector<TraceStep> traced = trace(question.model, question.semantics, found.word);
  for (std::size_t t = 0; t < traced.size(); ++t) {
    steps.push_back({{"network", traced[t].output},
                     {"language", automaton_label(question, std::span(found.word).first(t))},
                     {"states", traced[t].states_json}});
  }
  return steps;
}

JsonOut verdict_json(const Question& question, const proofs::Verdict& verdict, double seconds,
                     const std::optional<Output>& certificate) {
  JsonOut object;
  object["schema"] = "statewright.verify/1";
  object["outcome"] = verdict.proof() != nullptr     ? "proved"
                      : verdict.witness() != nullptr ? "refuted"
                                                     : "unknown";
  object["model"] = question.model_name;
  object["language"] = question.language_name;
  object["arithmetic"] = question.semantics.id();
  object["letters"] = question.model.letters.names();
  object["seconds"] = seconds;
  if (const proofs::Proof* proof = verdict.proof()) {
    object["product_states"] = proof->states;
    object["steps"] = proof->states * question.model.letters.size();
    if (question.semantics.kind != core::Semantics::Kind::exact) {
      object["order_free"] = proof->order_free;
    }
    if (proof->cycle) {
      object["preperiod"] = proof->cycle->preperiod;
      object["period"] = proof->cycle->period;
    }
  } else if (const proofs::Counterexample* found = verdict.witness()) {
    JsonOut witness;
    witness["word"] = word_json(question.model.letters, found->word);
    witness["network"] = found->network_label;
    witness["language"] = found->automaton_label;
    witness["shortest"] = true;
    witness["steps"] = steps_json(question, *found);
    object["witness"] = std::move(witness);
  } else {
    const core::Unknown& unknown = *verdict.unknown();
    object["limit"] = unknown.hit.limit;
    object["raise"] = unknown.hit.raise;
    object["reached"] = unknown.reached;
  }
  const bool written = certificate && verdict.unknown() == nullptr;
  object["certificate"] = written ? JsonOut(certificate->path()) : JsonOut(nullptr);
  return object;
}

void print_verdict(const Question& question, const proofs::Verdict& verdict, double seconds,
                   const std::optional<Output>& certificate, bool on_err, Streams& io) {
  const auto ink = [&](Ink color, std::string_view word) {
    return on_err ? io.on_err(color, word) : io.on_out(color, word);
  };
  std::string word = "unknown", text;
  Ink color = Ink::doubtful;
  if (const proofs::Proof* proof = verdict.proof()) {
    word = "proved";
    color = Ink::good;
    text = proved_text(question, *proof, word);
  } else if (const proofs::Counterexample* found = verdict.witness()) {
    word = "refuted";
    color = Ink::bad;
    text = refuted_text(question, *found, word);
  } else {
    text = unknown_text(question, *verdict.unknown(), word);
  }
  text += report_line("time", seconds_text(seconds));
  if (certificate && !certificate->is_standard() && verdict.unknown() == nullptr) {
    text += report_line("certificate", certificate->path());
  }
  text.replace(0, word.size(), ink(color, word));
  (on_err ? io.err() : io.out()) << text;
}

void print_hint(const Args& args, const Question& question, const proofs::Verdict& verdict,
                const std::optional<Output>& certificate, Streams& io) {
  const std::string model = shell_quoted(args.positional("MODEL"));
  const std::string language = shell_quoted(args.positional("LANG"));
  const bool from_files = args.positional("MODEL") != "-" && args.positional("LANG") != "-";
  if (const core::Unknown* unknown = verdict.unknown()) {
    if (!unknown->hit.raise.empty()) io.hint("raise `" + unknown->hit.raise + "` to go further");
    if (certificate) io.note("no certificate written: there is nothing to certify yet");
  } else if (certificate && !certificate->is_standard() && from_files) {
    io.hint("`statewright check " + shell_quoted(certificate->path()) + " --model " + model +
            " --language " + language + "` has it checked independently");
  } else if (verdict.witness() != nullptr && from_files) {
    const std::string word = question.model.letters.spell(verdict.witness()->word);
    if (word.size() <= 200) {
      const std::string arith = args.has("--arith") ? " --arith " + *args.value("--arith") : "";
      io.hint("`statewright run --trace" + arith + " " + model + " -- " + shell_quoted(word) +
              "` shows every step");
    }
  }
}

/// What --backend asks for, which is here.
kernels::Backend backend_of(const Args& args) {
  const kernels::Backend backend =
      kernels::parse_backend(args.value("--backend").value_or("auto"), "--backend");
  kernels::resolve(backend);
  const bool keeps_rows =
      backend == kernels::Backend::automatic || backend == kernels::Backend::reference;
  if (args.has("--certificate") && !keeps_rows) {
    throw core::Error({core::Fault::syntax, args.command(),
                       "a backend that lists the pairs a certificate consists of",
                       "--backend " + std::string(kernels::name_of(backend)),
                       "`auto` and `reference` do"});
  }
  return backend;
}

int run(const Args& args, Streams& io) {
  const std::optional<Output> certificate = Output::beside_json(args, "--certificate");
  const bool json = args.has("--json");
  const std::string& spec = args.positional("LANG");
  refuse_standard_input_twice(args);
  const core::Semantics semantics = arithmetic_of(args);
  const kernels::Backend backend = backend_of(args);
  Work work(args, io);
  const Model model = read_model(args.positional("MODEL"));
  const Dfa automaton = read_automaton_for(spec, model, work.reading_limits());
  const auto name_of = [](const std::string& typed) {
    return typed == "-" ? std::string("standard input") : typed;
  };
  const Question question{name_of(args.positional("MODEL")), name_of(spec), model, automaton,
                          semantics};
  if (certificate) proofs::require_certifiable(model, semantics);
  const proofs::Verdict verdict =
      proofs::verify(model, automaton, semantics, work.limits(), backend);
  work.finish();
  const double seconds = work.seconds();
  if (certificate && verdict.unknown() == nullptr) {
    try {
      certificate->write(proofs::write_certificate(verdict, model, automaton, semantics), io);
    } catch (const core::Error&) {
      // What the search has found is worth more than its certificate.
      if (json) {
        io.out() << json_text(verdict_json(question, verdict, seconds, {}));
      } else {
        print_verdict(question, verdict, seconds, {}, certificate->is_standard(), io);
      }
      throw;
    }
  }
  if (json) {
    io.out() << json_text(verdict_json(question, verdict, seconds, certificate));
  } else {
    const bool on_err = certificate && certificate->is_standard();
    print_verdict(question, verdict, seconds, certificate, on_err, io);
    print_hint(args, question, verdict, certificate, io);
  }
  switch (verdict.outcome()) {
    case core::Outcome::proved:
      return kDone;
    case core::Outcome::refuted:
      return kRefuted;
    case core::Outcome::unknown:
      break;
  }
  return Interrupt::requested() ? kInterrupted : kUnknown;
}

}  // namespace

Command verify_command() {
  return {
      .name = "verify",
      .summary = "prove or refute that a network does what a language says, for every word",
      .description =
          "Explores all pairs of network state and automaton state that words can reach, in the "
          "arithmetic that --arith names. If they "
          "agree everywhere the claim is proved for words of every length, the empty one included. "
          "If "
          "not, the shortest wrong word is printed with the states that lead to it. If a limit or "
          "Ctrl-C stops the search the answer is `unknown`, with the length up to which all words "
          "agree.\n"
          "\n"
          "The network and the language need the same letters; a regex is read over the network's. "
          "An automaton in a canonical file (.sw) is taken as it is, any other one minimal.",
      .examples =
          {
              {"statewright verify s5.json S5 --certificate s5.cert", "proved, with evidence"},
              {"statewright verify parity.json 'regex:(0|10*1)*'",
               "refuted: parity accepts odd numbers of 1s", 1},
              {"statewright verify s5.json S5 --arith fp16", "proved with every operation rounded"},
              {"statewright verify s5.json S5 --max-states 50", "unknown: the limit is too low", 3},
          },
      .positionals = {model_word(), language_word()},
      .flags = with_common(
          {
              certificate_flag(
                  "write the evidence for the independent checker",
                  "With `-` the certificate goes to standard output and the verdict to standard "
                  "error. An unknown verdict has no certificate."),
              arith_flag("arithmetic that the claim is about; exact without it"),
              {.name = "--backend",
               .value = "WHO",
               .what = "who searches in rounded arithmetic; auto without it",
               .more = "`cpu` and `cuda` mark pairs in one bit each, up to 2^36 of them, and keep "
                       "no evidence for a certificate; `cuda` needs an NVIDIA GPU. `auto` lists "
                       "pairs up to five million, then marks them, by a GPU if there is one. "
                       "`reference` is the obvious search that all others are compared with. The "
                       "verdict and its word are the same with each.",
               .choices = {"auto", "cpu", "cuda", "reference"}},
          },
          {Common::json, Common::force, Common::limits}),
      .run = run,
  };
}

}  // namespace statewright::cli
