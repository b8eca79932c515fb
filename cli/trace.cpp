#include "cli/trace.hpp"

#include <cstdio>

#include "core/lrnn/dyadic.hpp"
#include "core/lrnn/enclosed.hpp"
#include "core/lrnn/mpfr_replay.hpp"

namespace statewright::cli {
namespace {

using core::Letter;
using core::Model;
using core::Semantics;
using Kind = Semantics::Kind;

constexpr std::size_t kEntries = 40;  // numbers of a state that are shown

std::string digits(double value, const char* form) {
  char text[64];
  std::snprintf(text, sizeof text, form, value);
  return text;
}

template <class Step>
TraceStep trace_step(const Model& model, const Step& step) {
  TraceStep out;
  for (const auto& state : step.states) {
    out.states.push_back(state_text(state, kEntries));
    out.states_json.push_back(state_json(state));
  }
  out.emitted = step.emitted;
  out.output = model.labels[step.output];
  return out;
}

TraceStep trace_step(const Model& model, const core::EnclosedStep& step) {
  TraceStep out;
  for (std::size_t i = 0; i < step.states.size(); ++i) {
    if (!step.states[i]) {
      out.states.emplace_back("undecided");
      out.states_json.push_back(nullptr);
      out.emitted.push_back(nullptr);
      continue;
    }
    const core::Ball& ball = *step.states[i];
    std::string text = "(";
    JsonOut centre = JsonOut::array();
    for (std::size_t j = 0; j < ball.size(); ++j) {
      if (j < kEntries) text += (j > 0 ? ", " : "") + digits(ball.centre_near(j), "%.10g");
      centre.push_back(digits(ball.centre_near(j), "%.17g"));
    }
    if (ball.size() > kEntries) text += ", ... " + grouped(ball.size() - kEntries) + " more";
    out.states.push_back(text + ") +- " + digits(ball.radius(), "%.2g"));
    out.states_json.push_back(
        {{"near", std::move(centre)}, {"radius", digits(ball.radius(), "%.17g")}});
    out.emitted.push_back(step.emitted[i] ? JsonOut(*step.emitted[i]) : JsonOut(nullptr));
  }
  out.output = step.output ? model.labels[*step.output] : "undecided";
  return out;
}

template <class Steps>
std::vector<TraceStep> trace_steps(const Model& model, const Steps& steps) {
  std::vector<TraceStep> out;
  out.reserve(steps.size());
  for (const auto& step : steps) out.push_back(trace_step(model, step));
  return out;
}

}  // namespace

Semantics arithmetic_of(const Args& args) {
  const auto spelled = args.value("--arith");
  return spelled ? core::parse_semantics(*spelled, "--arith") : Semantics{};
}

std::string arithmetic_text(const Semantics& semantics) { return semantics.id() + " arithmetic"; }

std::vector<TraceStep> trace(const Model& model, const Semantics& semantics,
                             std::span<const Letter> word) {
  switch (semantics.kind) {
    case Kind::exact:
      return trace_steps(model, core::simulate(model, word));
    case Kind::ball:
      return trace_steps(model, core::simulate_enclosed(model, semantics.bits, word));
    case Kind::mpfr:
      return trace_steps(model, core::simulate_mpfr_bits(model, semantics.bits, word));
    default:
      if (semantics.oracle) return trace_steps(model, core::simulate_mpfr(model, semantics, word));
      return trace_steps(model, core::simulate(core::RoundedModel(model, semantics), word));
  }
}

std::string output_of(const Model& model, const Semantics& semantics,
                      std::span<const Letter> word) {
  if (semantics.kind == Kind::exact) return model.labels[core::run_fast(model, word)];
  if (semantics.kind == Kind::ball || semantics.kind == Kind::mpfr || semantics.oracle) {
    return trace(model, semantics, word).back().output;
  }
  const core::RoundedModel rounded(model, semantics);
  core::RoundedStep step = rounded.start();
  for (const Letter letter : word) step = rounded.next(step, letter);
  return model.labels[step.output];
}

std::string trace_table(const Model& model, std::span<const Letter> word,
                        const std::vector<TraceStep>& steps) {
  const bool single = model.layers.size() == 1;
  std::vector<std::vector<std::string>> rows(1, {"step", "letter", "output"});
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    rows[0].push_back(single ? "state" : "layer " + std::to_string(i) + " state");
    if (i + 1 < model.layers.size()) rows[0].push_back("emits");
  }
  for (std::size_t t = 0; t < steps.size(); ++t) {
    std::vector<std::string> row = {std::to_string(t),
                                    t == 0 ? "" : model.letters.name(word[t - 1]), steps[t].output};
    for (std::size_t i = 0; i < model.layers.size(); ++i) {
      row.push_back(steps[t].states[i]);
      if (i + 1 < model.layers.size()) {
        row.push_back(steps[t].emitted[i].is_null() ? "?" : steps[t].emitted[i].dump());
      }
    }
    rows.push_back(std::move(row));
  }
  return table_text(rows);
}

}  // namespace statewright::cli
