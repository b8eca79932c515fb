#include "cli/coq_export.hpp"

#include <string>
#include <variant>

#include "automata/language/canonical.hpp"
#include "cli/coq_parts.hpp"
#include "cli/inputs.hpp"
#include "cli/progress.hpp"
#include "cli/shared.hpp"
#include "cli/text.hpp"
#include "cli/trace.hpp"
#include "cli/whole_folder.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_canonical.hpp"
#include "core/lrnn/rounded.hpp"
#include "core/text/file.hpp"
#include "proofs_check/coq/write_instance.hpp"
#include "proofs_check/coq/write_no_parity.hpp"
#include "proofs_check/theorems/spectrum_certificate.hpp"
#include "proofs_check/verify/certificate.hpp"
#include "proofs_check/verify/verify.hpp"

namespace statewright::cli {
namespace {

using core::Error;
using core::Fault;
using proofs::CanonicalTexts;

/// The network verified, or no texts and why: the exit code that `verify` has.
std::variant<CanonicalTexts, int> verified_texts(const Args& args, Streams& io) {
  const core::Semantics semantics = arithmetic_of(args);
  Work work(args, io);
  core::Model model = read_model(args.positional("MODEL"));
  const automata::Dfa automaton =
      read_language(*args.value("--language"), model.letters, work.reading_limits()).dfa;
  proofs::require_certifiable(model, semantics);
  const proofs::Verdict verdict = proofs::verify(model, automaton, semantics, work.limits());
  work.finish();
  if (verdict.proof() == nullptr) {
    const bool refuted = verdict.witness() != nullptr;
    io.note(refuted ? "refuted: there is nothing to prove, and nothing was written"
                    : "unknown (" + verdict.unknown()->hit.limit + "): nothing was written");
    const std::string arith = args.has("--arith") ? " --arith " + *args.value("--arith") : "";
    io.hint("`statewright verify " + shell_quoted(args.positional("MODEL")) + " " +
            shell_quoted(*args.value("--language")) + arith + "` says more");
    return refuted ? kRefuted : kUnknown;
  }
  CanonicalTexts texts;
  texts.certificate = proofs::write_certificate(verdict, model, automaton, semantics);
  if (semantics.kind != core::Semantics::Kind::exact) model = core::quantise(model, semantics);
  texts.model = core::write_model_canonical(model);
  texts.automaton = automata::write_automaton_canonical(automaton);
  return texts;
}

/// The model as it stands, or in canonical form if it is JSON.
std::string canonical_model(const std::string& path) {
  std::string text = core::read_file(path);
  return is_canonical_model(text) ? text : core::write_model_canonical(parse_model(text, path));
}

/// A certificate of the eigenvalues for the letters that have them, or the exit code of `theorem
/// parity`.
std::variant<std::string, int> no_parity_certificate(const Args& args, const core::Model& model,
                                                     Streams& io) {
  Work work(args, io);
  const auto letters = proofs::parity_theorem(model, work.limits());
  work.finish();
  std::vector<std::string> left_out;
  bool refuted = false;
  for (const proofs::LetterParity& one : letters) {
    if (one.outcome() == core::Outcome::proved) continue;
    left_out.push_back(model.letters.name(one.letter));
    refuted = refuted || one.outcome() == core::Outcome::refuted;
  }
  if (left_out.size() < letters.size()) {
    if (!left_out.empty()) {
      io.note("the theorem is not about the letters " + names_text(left_out) +
              ", where eigenvalues are not all real and >= 0");
    }
    return proofs::write_no_parity_certificate(model, letters);
  }
  if (letters.empty()) {
    throw Error({Fault::unsupported, args.positional("MODEL"), "a network over some letter",
                 "one without letters: there is nothing to prove"});
  }
  io.note(refuted ? "refuted: no letter has real eigenvalues >= 0 only, and nothing was written"
                  : "unknown: nothing was written");
  io.hint("`statewright theorem parity " + shell_quoted(args.positional("MODEL")) + "` says more");
  return refuted ? kRefuted : kUnknown;
}

int export_no_parity(const Args& args, WholeFolder& folder, Streams& io) {
  for (const char* flag : {"--language", "--arith"}) {
    if (!args.has(flag)) continue;
    throw Error({Fault::syntax, args.command(), "no " + core::quoted(flag) + " with no-parity",
                 "one", "the claim is about the matrices of a network, under every monotone cast"});
  }
  const std::string& path = args.positional("MODEL");
  std::string model, certificate;
  if (const auto file = args.value("--certificate")) {
    model = canonical_model(path);
    certificate = core::read_file(*file);
  } else {
    const core::Model network = read_model(path);
    proofs::require_rational(network);
    auto written = no_parity_certificate(args, network, io);
    if (const int* code = std::get_if<int>(&written)) return *code;
    certificate = std::move(std::get<std::string>(written));
    model = core::write_model_canonical(network);
  }
  folder.add("Instance.v", proofs::write_coq_no_parity(model, certificate));
  folder.add("model.sw", model);
  folder.add("instance.cert", certificate);
  folder.add("README", proofs::write_coq_no_parity_readme(path));
  return kDone;
}

int export_every_word(const Args& args, WholeFolder& folder, Streams& io) {
  const std::string language = *args.value("--language");
  CanonicalTexts texts;
  if (const auto certificate = args.value("--certificate")) {
    texts = texts_of_certificate(args, *certificate);
  } else {
    auto verified = verified_texts(args, io);
    if (const int* code = std::get_if<int>(&verified)) return *code;
    texts = std::move(std::get<CanonicalTexts>(verified));
  }
  folder.add("Instance.v", proofs::write_coq_instance(texts));
  folder.add("model.sw", texts.model);
  folder.add("automaton.sw", texts.automaton);
  folder.add("instance.cert", texts.certificate);
  folder.add("README", proofs::write_coq_readme(
                           texts, args.positional("MODEL") + " and " + language + " agree"));
  return kDone;
}

}  // namespace

int export_to_coq(const Args& args, Streams& io) {
  const bool no_parity = args.value("--claim") == "no-parity";
  const auto output = args.value("--output");
  if (!output || *output == "-" || (!no_parity && !args.has("--language"))) {
    throw Error({Fault::syntax, args.command(),
                 no_parity
                     ? "`-o DIR` with `--to coq`: a folder"
                     : "`--language LANG` and `-o DIR` with `--to coq`: what the network is proved "
                       "to do, and a folder",
                 no_parity || args.has("--language") ? "no folder" : "no language"});
  }
  if (args.has("--certificate") && args.has("--arith")) {
    throw Error({Fault::syntax, args.command(), "`--arith` or `--certificate`", "both",
                 "a certificate says which arithmetic it is about"});
  }
  WholeFolder folder(*output, args.has("--force"), is_coq_export_file);
  const int code =
      no_parity ? export_no_parity(args, folder, io) : export_every_word(args, folder, io);
  if (code != kDone) return code;
  folder.finish();
  io.hint("`coqc -Q " + shell_quoted(coq_library_folder()) + " Statewright " +
          shell_quoted(folder.path() + "/Instance.v") +
          "` checks it; `./dev coq` compiles the library");
  return kDone;
}

}  // namespace statewright::cli
