#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "automata/compile/compile.hpp"
#include "automata/language/canonical.hpp"
#include "automata/render/draw.hpp"
#include "cli/build_info.hpp"
#include "cli/checker.hpp"
#include "cli/commands/commands.hpp"
#include "cli/machine.hpp"
#include "cli/output.hpp"
#include "cli/shared.hpp"
#include "cli/text.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_canonical.hpp"
#include "core/text/file.hpp"
#include "proofs_check/verify/certificate.hpp"
#include "proofs_check/verify/verify.hpp"

namespace statewright::cli {
namespace {

constexpr const char* kSubject = "S3";

/// One part of the self-test: what it tests and how it went.
struct Check {
  std::string name;
  bool passed = false;
  std::string detail;
};

/// The compiled network with the first reflection I - 2 v v^T / (v^T v) turned into a projection.
core::Model damaged(core::Model model) {
  for (core::Transition& transition : model.layers.front().table) {
    auto* product = std::get_if<core::GhProduct>(&transition.A);
    if (product == nullptr || product->factors.empty()) continue;
    product->factors.front().beta = 1;
    return model;
  }
  throw core::Error({core::Fault::unsupported, kSubject, "a network with reflections", "none"});
}

Check check_certificate(const std::string& checker, const std::string& certificate,
                        const core::Model& model, const automata::Dfa& dfa) {
  const TemporaryFolder folder;
  const std::string names[3] = {folder.path() + "/certificate", folder.path() + "/model.sw",
                                folder.path() + "/automaton.sw"};
  core::write_file(names[0], certificate);
  core::write_file(names[1], core::write_model_canonical(model));
  core::write_file(names[2], automata::write_automaton_canonical(dfa));
  const ProcessResult result =
      run_process(checker, {names[0], "--model", names[1], "--automaton", names[2]});
  const std::string first = result.out.substr(0, result.out.find('\n'));
  return {"statewright-check verifies the certificate", result.exit == 0, first};
}

/// Compiles a small group, proves it, breaks a weight and sees the break found.
std::vector<Check> self_test(const std::optional<std::string>& checker) {
  std::vector<Check> checks;
  const auto attempt = [&](const std::string& name, const std::function<Check()>& body) {
    try {
      checks.push_back(body());
    } catch (const std::exception& error) {
      checks.push_back({name, false, error.what()});
    }
    return checks.back().passed;
  };
  automata::Language language;
  core::Model model;
  std::string certificate;
  const std::string compiles = std::string("compile ") + kSubject;
  if (!attempt(compiles, [&] {
        language = automata::load_language(kSubject);
        model = automata::compile(language);
        return Check{compiles, true, counted(model.letters.size(), "letter")};
      })) {
    return checks;
  }
  const std::string proves = "prove it for every word";
  attempt(proves, [&] {
    const proofs::Verdict verdict = proofs::verify(model, language.dfa);
    if (verdict.proof() == nullptr) return Check{proves, false, "not proved"};
    certificate = proofs::write_certificate(verdict, model, language.dfa);
    return Check{proves, true, counted(verdict.proof()->rows.size(), "product state")};
  });
  const std::string refutes = "refute it after damage to one weight";
  attempt(refutes, [&] {
    const proofs::Verdict verdict = proofs::verify(damaged(model), language.dfa);
    if (verdict.witness() == nullptr) return Check{refutes, false, "not refuted"};
    return Check{refutes, true, "by " + word_text(model.letters, verdict.witness()->word)};
  });
  if (checker && !certificate.empty()) {
    attempt("statewright-check verifies the certificate",
            [&] { return check_certificate(*checker, certificate, model, language.dfa); });
  }
  return checks;
}

int run(const Args& args, Streams& io) {
  const auto checker = find_checker();
  const bool graphviz = automata::layout_available();
  const auto begin = std::chrono::steady_clock::now();
  const std::vector<Check> checks = self_test(checker);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const bool passed =
      std::all_of(checks.begin(), checks.end(), [](const Check& check) { return check.passed; });
  if (args.has("--json")) {
    JsonOut object;
    object["schema"] = "statewright.doctor/1";
    object["version"] = version();
    object["compiler"] = compiler();
    object["libraries"] = JsonOut::object();
    for (const auto& [name, number] : libraries()) object["libraries"][name] = number;
    object["graphviz"] = graphviz;
    object["processors"] = processors_text();
    object["gpus"] = gpus_text();
    object["checker"] = checker ? JsonOut(*checker) : JsonOut(nullptr);
    object["checks"] = JsonOut::array();
    for (const Check& check : checks) {
      object["checks"].push_back(
          {{"name", check.name}, {"passed", check.passed}, {"detail", check.detail}});
    }
    object["seconds"] = took.count();
    io.out() << json_text(object);
  } else {
    std::string text = report_line("version", version());
    text += report_line("compiler", compiler());
    std::string list;
    for (const auto& [name, number] : libraries()) {
      list += (list.empty() ? "" : ", ") + name + " " + number;
    }
    text += report_line("libraries", list);
    text += report_line("graphviz", graphviz ? "in this build"
                                             : "not in this build: `render` writes DOT text only");
    text += report_line("processors", processors_text());
    text += report_line("GPUs", gpus_text());
    text += report_line("checker", checker.value_or("not found: `check` cannot run"));
    for (const Check& check : checks) {
      text += report_line(check.passed ? "ok" : "FAILED", check.name + ": " + check.detail);
    }
    io.out() << text << report_line("time", seconds_text(took.count()));
  }
  if (!passed) return kOurBug;
  return checker ? kDone : kUnavailable;
}

}  // namespace

Command doctor_command() {
  return {
      .name = "doctor",
      .summary = "what is in this build, and does it work? A self-test of a second",
      .description =
          "The self-test compiles a network for S3, proves it, damages one weight and sees it "
          "refuted, and has the certificate checked. Exit code 0: all well. 4: the independent "
          "checker "
          "is missing. 70: the self-test failed.",
      .examples = {{"statewright doctor", "the first thing to run, and to put into a bug report"}},
      .flags = with_common({}, {Common::json}),
      .run = run,
  };
}

}  // namespace statewright::cli
