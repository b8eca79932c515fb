#include "cli/coq_export.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <variant>

#include "automata/language/canonical.hpp"
#include "automata/language/formats.hpp"
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

namespace fs = std::filesystem;
using core::Error;
using core::Fault;
using proofs::CanonicalTexts;

/// What an export writes, and what coqc leaves beside it.
bool is_export_file(std::string_view name) {
  for (const char* one :
       {"Instance.v", "model.sw", "automaton.sw", "instance.cert", "README", "Instance.vo",
        "Instance.vok", "Instance.vos", "Instance.glob", ".Instance.aux"}) {
    if (name == one) return true;
  }
  return false;
}

/// The folder of the compiled library: of the sources that this program was built from, or of the
/// installation that it belongs to.
std::string library_folder() {
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  if (error) return "THEORIES";
  for (const char* relative :
       {"../../../proofs_check/coq/theories", "../share/statewright/coq/theories"}) {
    const fs::path folder = (self.parent_path() / relative).lexically_normal();
    if (fs::exists(folder / "NetworkFile.v", error)) return folder.string();
  }
  return "THEORIES";
}

/// As `check` reads them: canonical files as they stand.
CanonicalTexts texts_of_certificate(const Args& args, const std::string& file) {
  const std::string& path = args.positional("MODEL");
  CanonicalTexts texts;
  texts.certificate = core::read_file(file);
  texts.model = core::read_file(path);
  std::optional<core::Alphabet> letters;
  if (is_canonical_model(texts.model)) {
    letters = letters_of_canonical_model(texts.model, path);
  } else {
    core::Model model = parse_model(texts.model, path);
    const auto semantics = proofs::semantics_of_certificate(texts.certificate);
    if (semantics && semantics->kind != core::Semantics::Kind::exact) {
      model = core::quantise(model, *semantics);
    }
    letters = model.letters;
    texts.model = core::write_model_canonical(model);
  }
  const std::string spec = *args.value("--language");
  if (spec != "-" && is_automaton_text(spec)) {
    std::string text = core::read_file(spec);
    if (is_canonical_automaton(text)) {
      texts.automaton = std::move(text);
      return texts;
    }
  }
  texts.automaton = automata::write_automaton_canonical(read_language(spec, letters, {}).dfa);
  return texts;
}

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

}  // namespace

int export_to_coq(const Args& args, Streams& io) {
  const auto language = args.value("--language"), output = args.value("--output");
  if (!language || !output || *output == "-") {
    throw Error(
        {Fault::syntax, args.command(),
         "`--language LANG` and `-o DIR` with `--to coq`: what the network is proved to do, "
         "and a folder",
         language ? "no folder" : "no language"});
  }
  const auto certificate = args.value("--certificate");
  if (certificate && args.has("--arith")) {
    throw Error({Fault::syntax, args.command(), "`--arith` or `--certificate`", "both",
                 "a certificate says which arithmetic it is about"});
  }
  WholeFolder folder(*output, args.has("--force"), is_export_file);
  CanonicalTexts texts;
  if (certificate) {
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
                           texts, args.positional("MODEL") + " and " + *language + " agree"));
  folder.finish();
  io.hint("`coqc -Q " + shell_quoted(library_folder()) + " Statewright " +
          shell_quoted(folder.path() + "/Instance.v") +
          "` checks it; `./dev coq` compiles the library");
  return kDone;
}

}  // namespace statewright::cli
