#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <utility>

#include "cli/commands/commands.hpp"
#include "cli/decimals.hpp"
#include "cli/inputs.hpp"
#include "cli/interrupt.hpp"
#include "cli/matrix_input.hpp"
#include "cli/outcome.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/shared.hpp"
#include "cli/spectra_report.hpp"
#include "core/error.hpp"
#include "core/number/semantics.hpp"
#include "proofs_check/theorems/certificate_lines.hpp"
#include "proofs_check/theorems/in_coq.hpp"
#include "proofs_check/theorems/rounded_states.hpp"
#include "proofs_check/theorems/spectrum_certificate.hpp"
#include "proofs_check/theorems/stability_certificate.hpp"

namespace statewright::cli {
namespace {

using core::Model;
using core::Outcome;
using core::Rational;
using proofs::FormPart;
using proofs::GrowingWord;
using proofs::InputStability;
using proofs::LayerStability;
using proofs::Powers;
using proofs::Stability;

constexpr std::size_t kInputsShown = 24;

struct Findings {
  std::string name;
  const Model& model;
  bool is_matrix = false;  ///< a lone matrix A, which nothing is added to
  std::vector<LayerStability> layers;
  core::Semantics semantics = {};
  std::vector<proofs::RoundedStates> rounded;  ///< of each layer, unless the arithmetic is exact
};

Outcome outcome_of(const Findings& found) {
  bool open = false;
  if (!found.rounded.empty()) {  // what grows without rounding need not with it
    for (const auto& layer : found.rounded) open = open || !layer.distance;
    return open ? Outcome::unknown : Outcome::proved;
  }
  for (const LayerStability& layer : found.layers) {
    if (layer.outcome() == Outcome::refuted) return Outcome::refuted;
    open = open || layer.outcome() == Outcome::unknown;
  }
  return open ? Outcome::unknown : Outcome::proved;
}

/// What the answer rests on, if Coq has it: exact, by a form that bounds or grows.
std::string coq_of(const Findings& found) {
  if (!found.rounded.empty()) return "";
  const auto all = [&](const auto& holds) {
    return std::all_of(found.layers.begin(), found.layers.end(), holds);
  };
  switch (outcome_of(found)) {
    case Outcome::proved:
      return all([&](const LayerStability& layer) {
        return layer.common && (found.is_matrix || layer.common->states);
      })
                 ? proofs::bounded_in_coq(found.model)
                 : "";
    case Outcome::refuted:
      return all([](const LayerStability& layer) {
        return layer.outcome() != Outcome::refuted || layer.growing;
      })
                 ? proofs::unbounded_in_coq(found.model)
                 : "";
    case Outcome::unknown:
      break;
  }
  return "";
}

/// A form that no letter expands, or one that gains in each step.
std::string because_of(const Findings& found) {
  return outcome_of(found) == Outcome::proved ? "Lyapunov, Stein: a form that no letter expands"
                                              : "Lyapunov, Stein: a form that grows in each step";
}

std::string theorem_line(const Findings& found) {
  const std::string coq = coq_of(found);
  return coq.empty() ? "" : report_line("theorem", because_of(found) + "; Coq: " + coq);
}

/// A decimal number whose square is at least that: four digits.
std::string root_above(const Rational& square) { return root_text(square, 4, RootRounding::up); }

/// |lambda|; where six digits say 1 and it is not, its distance from 1.
std::string modulus_text(const proofs::LargestEigenvalue& largest) {
  std::string text = root_text(largest.square, 6, RootRounding::nearest);
  if (text != "1" || largest.side == proofs::Side::on) return text;
  const bool inside = largest.side == proofs::Side::inside;
  const Rational beyond = largest.square - 1;  // twice the distance, about
  if (beyond == 0 || (beyond < 0) != inside) return inside ? "just below 1" : "just above 1";
  return (inside ? "1 - " : "1 + ") + decimal_text(abs(beyond) / 2, 2);
}

std::string powers_text(const InputStability& one) {
  const auto powers = one.powers();
  if (!powers) return one.is_contraction ? "bounded" : "undecided";
  switch (*powers) {
    case Powers::vanish:
      return "vanish";
    case Powers::bounded:
      return "bounded";
    case Powers::polynomial:
      return "grow like k" +
             (one.stability->degree == 1 ? "" : "^" + std::to_string(one.stability->degree));
    case Powers::exponential: {
      const std::string base = modulus_text(proofs::largest_eigenvalue(*one.stability));
      return "grow like " + (base.find(' ') == std::string::npos ? base : "(" + base + ")") + "^k";
    }
  }
  return {};
}

std::string largest_text(const InputStability& one) {
  if (one.is_isometry) return "1";
  return one.stability ? modulus_text(proofs::largest_eigenvalue(*one.stability)) : "-";
}

/// What one letter's powers rest on, or why they grow.
std::string reason_text(const InputStability& one) {
  if (one.drifts) return "H = A H + B has no solution";
  if (one.is_isometry) return "A^T A = 1";
  if (!one.stability) return one.is_contraction ? "|A| <= 1" : "irrational numbers";
  switch (one.stability->powers) {
    case Powers::vanish:
      return "all eigenvalues inside the circle";
    case Powers::bounded:
      return "those on the circle without Jordan blocks";
    case Powers::polynomial:
      return "a Jordan block on the circle";
    case Powers::exponential:
      return "an eigenvalue outside the circle";
  }
  return {};
}

const proofs::InputContraction* contraction_of(const LayerStability& layer, std::size_t input) {
  const auto in = [&](const FormPart& part) -> const proofs::InputContraction* {
    for (const auto& one : part.inputs) {
      if (one.input == input) return &one;
    }
    return nullptr;
  };
  return layer.common ? in(*layer.common) : nullptr;
}

std::string growing_text(const Findings& found, const LayerStability& layer) {
  const GrowingWord& word = *layer.growing;
  const Stability& s = word.stability;
  const proofs::CharacteristicFactor& factor = s.factors[*s.worst];
  std::string text;
  if (!found.is_matrix) {
    text = "layer " + std::to_string(layer.layer) + ", by " +
           product_text(found.model, layer.layer, word.inputs) + " again and again" +
           (word.from_start ? ", from its start: " : ", from other starts than its own: ");
  }
  if (word.by_additions) {
    return text + "no state is left alone by what it adds, H = A H + B has no solution";
  }
  const std::string eigenvalue =
      eigenvalue_text(proofs::largest_root(factor, s.sides[*s.worst]).eigenvalue);
  if (s.powers == Powers::polynomial) {
    return text + "a Jordan block of size " + std::to_string(s.degree + 1) + " of the eigenvalue " +
           eigenvalue + " on the unit circle, states grow like k" +
           (s.degree == 1 ? "" : "^" + std::to_string(s.degree));
  }
  return text + "the eigenvalue " + eigenvalue + ", of modulus " +
         modulus_text(proofs::largest_root(factor, s.sides[*s.worst]));
}

std::string form_text(const FormPart& part) {
  if (part.how == "the norm") return "the Euclidean norm";
  core::Matrix<core::Real> p(part.form.rows(), part.form.rows());
  for (std::size_t i = 0; i < p.entries().size(); ++i) {
    p.entries()[i] = part.form.entries()[i];
  }
  return "the norm of P = " + state_text(p, 16) +
         (part.how == "a search" ? ", found by a search" : ", made from the matrix");
}

/// |A^k| <= this times q^k, from P <= (largest sum of a row's sizes) and P >= c.
std::string power_bound_text(const FormPart& part) {
  core::Integer largest = 0;
  for (std::size_t i = 0; i < part.form.rows(); ++i) {
    core::Integer sum = 0;
    for (std::size_t j = 0; j < part.form.rows(); ++j) sum += abs(part.form(i, j));
    largest = std::max<core::Integer>(largest, sum);
  }
  const std::string factor = root_above(Rational(largest) / part.least);
  const Rational q = part.contraction();
  if (q == 1) return "|A^k| <= " + factor;
  return "|A^k| <= " + (factor == "1" ? "" : factor + " ") + "q^k, q = " + core::to_string(q);
}

/// The report about one matrix.
std::string matrix_report(const Findings& found) {
  const LayerStability& layer = found.layers.front();
  const InputStability& one = layer.inputs.front();
  const Outcome outcome = outcome_of(found);
  if (outcome == Outcome::unknown) {
    return report_line("unknown", "whether the powers of A stay bounded: " + layer.open);
  }
  if (outcome == Outcome::refuted) {
    return report_line("refuted", "the powers of A " + powers_text(one)) +
           report_line("because", growing_text(found, layer)) + theorem_line(found);
  }
  const bool vanish = one.powers() == Powers::vanish;
  std::string text =
      report_line("proved", std::string("the powers of A ") + (vanish ? "vanish" : "stay bounded"));
  text +=
      report_line("because", reason_text(one) + "; the largest |lambda| is " + largest_text(one));
  if (layer.common) {
    text += report_line("bound", power_bound_text(*layer.common) + ", by " +
                                     form_text(*layer.common) + ", which A does not expand");
  }
  return text + theorem_line(found);
}

std::string layer_text(const LayerStability& layer, bool rounded) {
  const std::string margin = "layer " + std::to_string(layer.layer);
  if (layer.growing) return "";
  if (layer.common && layer.common->states) {
    const FormPart& part = *layer.common;
    core::Matrix<core::Real> center(part.states->center.rows(), part.states->center.columns());
    bool centered = true;
    for (std::size_t i = 0; i < center.entries().size(); ++i) {
      center.entries()[i] = part.states->center.entries()[i];
      centered = centered && part.states->center.entries()[i] == 0;
    }
    const std::string distance = root_above(part.square_of_distance());
    return report_line(margin, (rounded ? std::string("without rounding, ") : std::string()) +
                                   (centered ? "no entry of its state exceeds " + distance
                                             : "no entry of its state is farther than " + distance +
                                                   " from that of " + state_text(center, 16)) +
                                   "; no letter expands " + form_text(part));
  }
  if (layer.inputs.empty()) {
    return report_line(margin, "there are no letters, it stays at its start");
  }
  if (layer.products) {
    return report_line(margin, "no quadratic form was found, but there are " +
                                   counted(*layer.products, "product") +
                                   " of its letters only, so that its states are few");
  }
  if (layer.irrational && layer.open.empty()) {
    return report_line(margin, "nothing is added, and |A| <= 1 for every letter");
  }
  std::string text = report_line(margin, "open: " + layer.open);
  if (layer.common) {
    text += report_line(
        "", "no letter expands " + form_text(*layer.common) + ", but what is added may add up");
  }
  return text;
}

/// A decimal number of four digits that is no smaller.
std::string above_text(double value) {
  for (double x = value;; x *= 1.0001) {
    char text[40];
    std::snprintf(text, sizeof text, "%.4g", x);
    if (std::strtod(text, nullptr) >= value) return text;
  }
}

std::string rounded_text(const Findings& found, const LayerStability& layer) {
  const proofs::RoundedStates& rounded = found.rounded[layer.layer];
  const std::string margin = "layer " + std::to_string(layer.layer);
  if (!rounded.distance) {
    return report_line(margin, "open in " + found.semantics.id() + ": " + rounded.why);
  }
  return report_line(margin, "no state overflows in " + found.semantics.id() +
                                 ", nor is farther than " + above_text(*rounded.distance) +
                                 " from the center, which is the same");
}

std::string rounded_head(const Findings& found) {
  return outcome_of(found) == Outcome::proved
             ? report_line("proved", "no state of " + found.name + " overflows on any word, in " +
                                         found.semantics.id() + " arithmetic")
             : report_line("unknown", "whether states of " + found.name + " overflow, in " +
                                          found.semantics.id() + " arithmetic");
}

std::string report(const Findings& found) {
  if (found.is_matrix) return matrix_report(found);
  std::string text;
  const Outcome outcome = outcome_of(found);
  if (!found.rounded.empty()) {
    text += rounded_head(found);
  } else if (outcome == Outcome::proved) {
    text += report_line("proved", "the state of " + found.name +
                                      " stays bounded on every word, in exact arithmetic");
  } else if (outcome == Outcome::refuted) {
    const bool from_start = std::any_of(
        found.layers.begin(), found.layers.end(),
        [](const LayerStability& layer) { return layer.growing && layer.growing->from_start; });
    text += report_line("refuted", from_start
                                       ? "the state of " + found.name + " is unbounded"
                                       : "the letters of " + found.name + " can make states grow");
  } else {
    text += report_line("unknown", "whether the state of " + found.name + " stays bounded");
  }
  for (const LayerStability& layer : found.layers) {
    if (layer.growing) text += report_line("grows", growing_text(found, layer));
  }
  for (const LayerStability& layer : found.layers) {
    text += layer_text(layer, !found.rounded.empty());
    if (!found.rounded.empty()) text += rounded_text(found, layer);
  }
  text += theorem_line(found);
  std::vector<std::vector<std::string>> rows = {
      {"layer", "input", "powers of A", "largest |lambda|", "because", "|A h| <= q |h|, q"}};
  std::size_t count = 0;
  for (const LayerStability& layer : found.layers) {
    for (const InputStability& one : layer.inputs) {
      if (++count > kInputsShown) continue;
      const auto* contraction = contraction_of(layer, one.input);
      rows.push_back({std::to_string(layer.layer),
                      core::input_name(found.model, layer.layer, one.input), powers_text(one),
                      largest_text(one), reason_text(one),
                      contraction != nullptr ? core::to_string(contraction->q) : "-"});
    }
  }
  text += table_text(rows, 12);
  if (count > kInputsShown) {
    text += std::string(12, ' ') + "and " + grouped(count - kInputsShown) +
            " more; --json lists them all\n";
  }
  return text;
}

JsonOut part_json(const FormPart& part) {
  JsonOut object;
  object["by"] = part.how;
  object["form"] = strings_json(part.form.entries());
  object["least"] = core::to_string(part.least);
  object["states"] = nullptr;
  if (part.states) {
    object["states"] = {{"square_of_radius", core::to_string(part.states->square)},
                        {"center", strings_json(part.states->center.entries())},
                        {"distance", root_above(part.square_of_distance())}};
  }
  return object;
}

JsonOut report_json(const Findings& found, const Output* certificate) {
  constexpr const char* kPowers[] = {"vanish", "bounded", "polynomial", "exponential"};
  JsonOut object;
  object["schema"] = "statewright.theorem.stability/1";
  object["model"] = found.name;
  object["arithmetic"] = found.semantics.id();
  object["outcome"] = word_of(outcome_of(found));
  const std::string coq = coq_of(found);
  object["theorem"] = coq.empty() ? JsonOut(nullptr) : theorem_json(because_of(found), coq);
  object["layers"] = JsonOut::array();
  for (const LayerStability& layer : found.layers) {
    JsonOut entry;
    entry["layer"] = layer.layer;
    entry["outcome"] = word_of(layer.outcome());
    if (!layer.open.empty()) entry["open"] = layer.open;
    entry["inputs"] = JsonOut::array();
    for (const InputStability& one : layer.inputs) {
      JsonOut input;
      input["input"] = core::input_name(found.model, layer.layer, one.input);
      input["powers"] = one.powers() ? JsonOut(kPowers[static_cast<std::size_t>(*one.powers())])
                                     : JsonOut(nullptr);
      if (one.stability && one.stability->degree > 0) input["degree"] = one.stability->degree;
      input["largest"] = largest_text(one);
      input["because"] = reason_text(one);
      input["drifts"] = one.drifts;
      const auto* contraction = contraction_of(layer, one.input);
      input["contraction"] =
          contraction != nullptr ? JsonOut(core::to_string(contraction->q)) : JsonOut(nullptr);
      entry["inputs"].push_back(std::move(input));
    }
    entry["common"] = layer.common ? part_json(*layer.common) : JsonOut(nullptr);
    entry["products"] = layer.products ? JsonOut(*layer.products) : JsonOut(nullptr);
    if (!found.rounded.empty()) {
      const auto& rounded = found.rounded[layer.layer];
      entry["rounded"] = {
          {"distance", rounded.distance ? JsonOut(*rounded.distance) : JsonOut(nullptr)}};
      if (!rounded.why.empty()) entry["rounded"]["why"] = rounded.why;
    }
    entry["growing"] = nullptr;
    if (layer.growing) {
      JsonOut word = JsonOut::array();
      for (const std::size_t x : layer.growing->inputs) {
        word.push_back(core::input_name(found.model, layer.layer, x));
      }
      entry["growing"] = {{"word", std::move(word)},
                          {"from_start", layer.growing->from_start},
                          {"by_additions", layer.growing->by_additions},
                          {"because", growing_text(found, layer)}};
    }
    object["layers"].push_back(std::move(entry));
  }
  object["certificate"] = certificate != nullptr ? JsonOut(certificate->path()) : JsonOut(nullptr);
  return object;
}

void say_how_to_check(const Output& file, const std::string& spec, Streams& io) {
  if (spec == "-" || file.is_standard()) return;
  io.hint("`statewright check " + shell_quoted(file.path()) + " --model " + shell_quoted(spec) +
          "` has it checked independently");
}

int run(const Args& args, Streams& io) {
  const std::optional<Output> certificate = Output::beside_json(args, "--certificate");
  const std::optional<Output> refutation = refutation_output(args);
  const bool on_err = certificate && certificate->is_standard();
  const core::Semantics semantics =
      core::parse_semantics(args.value("--arith").value_or("exact"), "--arith");
  const bool exact = semantics.kind == core::Semantics::Kind::exact;
  if (!exact && (certificate || refutation)) {
    throw core::Error({core::Fault::unsupported, args.command(),
                       "`--arith exact` with `--certificate` or `--refutation`",
                       core::quoted(semantics.id()), "certificates are about exact arithmetic"});
  }
  const std::string& spec = args.positional("MODEL");
  Work work(args, io);
  const MatrixOrModel subject = read_matrix_or_model(spec);
  if (!exact && subject.is_matrix) {
    throw core::Error({core::Fault::unsupported, args.command(), "a network with `--arith`",
                       "a matrix", "powers of a matrix are exact"});
  }
  if (certificate || refutation) proofs::require_rational(subject.model);
  const std::string name = spec == "-" ? "standard input" : spec;
  Findings found{name,
                 subject.model,
                 subject.is_matrix,
                 proofs::bounded_states(subject.model, work.limits()),
                 semantics,
                 {}};
  if (semantics.kind != core::Semantics::Kind::exact) {
    for (const LayerStability& layer : found.layers) {
      const bool has_ball = layer.common && layer.common->states;
      found.rounded.push_back(
          has_ball
              ? proofs::rounded_states(subject.model.layers[layer.layer], *layer.common, semantics)
              : proofs::RoundedStates{{}, "there is no ball of a form to start from"});
    }
  }
  work.finish();
  const Outcome outcome = outcome_of(found);
  const auto parts = proofs::form_parts(found.layers);
  const Output* written = certificate && !parts.empty() ? &*certificate : nullptr;
  if (written != nullptr) {
    written->write(proofs::write_bounded_certificate(subject.model, parts), io);
  }
  if (args.has("--json")) {
    io.out() << json_text(report_json(found, written));
  } else {
    std::string text = wrapped_report(report(found), io.width());
    const std::string word = word_of(outcome);
    text.replace(0, word.size(),
                 on_err ? io.on_err(ink_of(outcome), word) : io.on_out(ink_of(outcome), word));
    (on_err ? io.err() : io.out()) << text;
    if (certificate && written == nullptr) {
      io.note("no certificate written: there is nothing to certify");
    }
    if (written != nullptr) say_how_to_check(*written, spec, io);
  }
  if (refutation) {
    const auto growing = std::find_if(found.layers.begin(), found.layers.end(),
                                      [](const LayerStability& layer) { return layer.growing; });
    if (growing == found.layers.end()) {
      io.note("no refutation written: nothing was found that grows");
    } else {
      refutation->write(
          proofs::write_unbounded_certificate(subject.model, growing->layer, *growing->growing),
          io);
      say_how_to_check(*refutation, spec, io);
    }
  }
  if (Interrupt::requested()) return kInterrupted;
  return exit_of(outcome);
}

}  // namespace

Command theorem_stability_command() {
  return {
      .name = "stability",
      .summary = "whether a network's states stay bounded on every word",
      .description =
          "Decides for every matrix A of a network, exactly, whether its powers vanish (all "
          "eigenvalues inside the unit circle), stay bounded (those on the circle have no Jordan "
          "block) or grow; and looks for what bounds the states of H <- A(x) H + B(x) on every "
          "word: "
          "one norm |h|^2 = h^T P h that no letter expands, and a ball of it that is never left. "
          "The Euclidean norm is tried first, then forms for single matrices and groups, then a "
          "search in floating point whose result is rounded and checked exactly. Words whose "
          "repetition makes states grow are looked for as well, additions included.\n"
          "\n"
          "MODEL is a network, or a matrix as `theorem householder` takes it. With --arith, where "
          "steps are rounded, the contraction has to make up for the errors: then no state "
          "overflows on any word.\n"
          "\n"
          "Exit code 0: bounded, or no overflow. 1: some word makes states grow. 3: neither was "
          "found.",
      .examples =
          {
              {"statewright theorem stability parity.json --certificate bounded.cert",
               "bounded: no letter expands the Euclidean norm"},
              {"statewright theorem stability parity.json --arith once:bf16",
               "not decided for one that turns: rounding errors might add up", 3},
              {"statewright theorem stability \"1/2 5; 0 1/2\"",
               "its powers vanish, in a norm of its own"},
              {"statewright theorem stability \"1 1; 0 1\" --refutation grows.cert",
               "a Jordan block: states grow like k", 1},
          },
      .positionals = {{.name = "MODEL",
                       .what = "a .json file with a network or a matrix, rows \"0 1; 1 0\", or -",
                       .completes = Completes::file}},
      .flags = with_common(
          {{.name = "--certificate",
            .value = "FILE",
            .what = "write the forms that are not expanded for the independent checker",
            .more = "With `-` the certificate goes to standard output and everything else to "
                    "standard error.",
            .completes = Completes::file},
           {.name = "--refutation",
            .value = "FILE",
            .what = "write a form that grows for the independent checker",
            .completes = Completes::file},
           arith_flag("arithmetic to look at; exact without it")},
          {Common::json, Common::force, Common::limits}),
      .run = run,
  };
}

}  // namespace statewright::cli
