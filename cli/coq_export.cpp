#include "cli/coq_export.hpp"

#include <string>
#include <variant>

#include "automata/language/canonical.hpp"
#include "cli/coq_matrices.hpp"
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

/// What is to be proved: `--claim`, or what the certificate claims.
std::string claim_of(const Args& args) {
  if (const auto claim = args.value("--claim")) return *claim;
  const auto file = args.value("--certificate");
  return file ? claim_of_certificate(core::read_file(*file)) : "every-word";
}

}  // namespace

int export_to_coq(const Args& args, Streams& io) {
  const std::string claim = claim_of(args);
  const bool of_matrices = is_claim_about_matrices(claim);
  const auto output = args.value("--output");
  if (!output || *output == "-" || (!of_matrices && !args.has("--language"))) {
    throw Error({Fault::syntax, args.command(),
                 of_matrices
                     ? "`-o DIR` with `--to coq`: a folder"
                     : "`--language LANG` and `-o DIR` with `--to coq`: what the network is proved "
                       "to do, and a folder",
                 of_matrices || args.has("--language") ? "no folder" : "no language"});
  }
  if (args.has("--certificate") && args.has("--arith")) {
    throw Error({Fault::syntax, args.command(), "`--arith` or `--certificate`", "both",
                 "a certificate says which arithmetic it is about"});
  }
  if (args.has("--modulus") && (claim != "no-counting" || args.has("--certificate"))) {
    throw Error({Fault::syntax, args.command(), "`--modulus` with `--claim no-counting` only",
                 args.has("--certificate") ? "a certificate, which says what not to count by"
                                           : "another claim"});
  }
  WholeFolder folder(*output, args.has("--force"), is_coq_export_file);
  const int code = of_matrices ? export_claim_about_matrices(args, claim, folder, io)
                               : export_every_word(args, folder, io);
  if (code != kDone) return code;
  folder.finish();
  io.hint("`coqc -Q " + shell_quoted(coq_library_folder()) + " Statewright " +
          shell_quoted(folder.path() + "/Instance.v") +
          "` checks it; `./dev coq` compiles the library");
  return kDone;
}

}  // namespace statewright::cli
