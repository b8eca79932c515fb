#include "cli/coq_claims.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "automata/language/canonical.hpp"
#include "automata/language/formats.hpp"
#include "cli/coq_parts.hpp"
#include "cli/inputs.hpp"
#include "cli/matrix_input.hpp"
#include "cli/shared.hpp"
#include "cli/text.hpp"
#include "cli/whole_folder.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_canonical.hpp"
#include "core/text/file.hpp"
#include "proofs_check/coq/write_difference.hpp"
#include "proofs_check/coq/write_factors.hpp"
#include "proofs_check/coq/write_no_factor.hpp"
#include "proofs_check/coq/write_no_layer.hpp"
#include "proofs_check/coq/write_stability.hpp"
#include "proofs_check/theorems/householder_certificate.hpp"
#include "proofs_check/theorems/reflections.hpp"
#include "proofs_check/verify/certificate.hpp"

namespace statewright::cli {
namespace {

using core::Error;
using core::Fault;

/// MODEL, if it is a certificate about no network. Standard input is a network.
bool is_about_no_network(const Args& args) {
  const std::string& path = args.positional("MODEL");
  if (path == "-") return false;
  const std::string text = core::read_file(path);
  return proofs::is_impossibility_certificate(text) ||
         proofs::is_no_single_factor_certificate(text);
}

std::string automaton_of(const std::string& spec) {
  if (spec != "-" && is_automaton_text(spec)) {
    std::string text = core::read_file(spec);
    if (is_canonical_automaton(text)) return text;
  }
  return automata::write_automaton_canonical(read_language(spec, {}, {}).dfa);
}

/// A network or a matrix, in canonical form; a canonical file as it stands.
std::string canonical_matrix_or_model(const std::string& path) {
  if (is_matrix_rows(path)) return core::write_model_canonical(read_matrix_or_model(path).model);
  std::string text = core::read_file(path);
  if (is_canonical_model(text)) return text;
  const auto matrix = parse_matrix_json(text, path);
  return core::write_model_canonical(matrix ? proofs::matrix_model(*matrix)
                                            : parse_model(text, path));
}

void require_folder_and_language(const Args& args, bool with_language) {
  const auto output = args.value("--output");
  const bool folder = output && *output != "-", language = args.has("--language");
  if (with_language && (!language || !folder)) {
    throw Error({Fault::syntax, args.command(),
                 "`--language LANG` and `-o DIR` with `--to coq`: what the certificate is about, "
                 "and a folder",
                 language ? "no folder" : "no language"});
  }
  if (!with_language && (language || !folder)) {
    throw Error({Fault::syntax, args.command(),
                 "`-o DIR` and no `--language` with a certificate about matrices",
                 folder ? "a language" : "no folder", "it is about a network alone"});
  }
  if (args.has("--arith")) {
    throw Error({Fault::syntax, args.command(), "`--arith` or a certificate", "both",
                 "a certificate says which arithmetic it is about"});
  }
}

void add_difference(const Args& args, const std::string& certificate, WholeFolder& folder) {
  const proofs::CanonicalTexts texts = texts_of_certificate(args, certificate);
  folder.add("Instance.v", proofs::write_coq_difference(texts));
  folder.add("model.sw", texts.model);
  folder.add("automaton.sw", texts.automaton);
  folder.add("instance.cert", texts.certificate);
  folder.add("README", proofs::write_coq_difference_readme(
                           texts, args.positional("MODEL") + " and " + *args.value("--language")));
}

/// Claims about the matrices of MODEL, which may be one matrix.
bool is_about_matrices(std::string_view claim) {
  return claim == "factors" || claim == "bounded" || claim == "unbounded";
}

void add_matrices(const Args& args, const std::string& claim, const std::string& certificate,
                  WholeFolder& folder) {
  const std::string& path = args.positional("MODEL");
  const std::string model = canonical_matrix_or_model(path);
  const auto [instance, readme] =
      claim == "factors"   ? std::pair(proofs::write_coq_factors(model, certificate),
                                       proofs::write_coq_factors_readme(path))
      : claim == "bounded" ? std::pair(proofs::write_coq_bounded(model, certificate),
                                       proofs::write_coq_bounded_readme(path))
                           : std::pair(proofs::write_coq_unbounded(model, certificate),
                                       proofs::write_coq_unbounded_readme(path));
  folder.add("Instance.v", instance);
  folder.add("model.sw", model);
  folder.add("instance.cert", certificate);
  folder.add("README", readme);
}

void add_impossibility(const Args& args, WholeFolder& folder) {
  const std::string text = core::read_file(args.positional("MODEL"));
  const std::string language = *args.value("--language");
  const std::string automaton = automaton_of(language);
  const bool factor = proofs::is_no_single_factor_certificate(text);
  folder.add("Instance.v", factor ? proofs::write_coq_no_factor(automaton, text)
                                  : proofs::write_coq_no_layer(automaton, text));
  folder.add("automaton.sw", automaton);
  folder.add("instance.cert", text);
  folder.add("README", factor ? proofs::write_coq_no_factor_readme(language)
                              : proofs::write_coq_no_layer_readme(language));
}

}  // namespace

bool exports_other_claim(const Args& args) {
  if (const auto file = args.value("--certificate")) {
    const std::string claim = claim_of_certificate(core::read_file(*file));
    return claim == "counterexample" || is_about_matrices(claim);
  }
  return is_about_no_network(args);
}

int export_other_claim(const Args& args, Streams& io) {
  const auto file = args.value("--certificate");
  const std::string text = file ? core::read_file(*file) : "";
  const std::string claim = claim_of_certificate(text);
  const bool matrices = is_about_matrices(claim);
  require_folder_and_language(args, !matrices);
  WholeFolder folder(*args.value("--output"), args.has("--force"), is_coq_export_file);
  if (matrices) {
    add_matrices(args, claim, text, folder);
  } else if (file) {
    add_difference(args, *file, folder);
  } else {
    add_impossibility(args, folder);
  }
  folder.finish();
  io.hint("`coqc -Q " + shell_quoted(coq_library_folder()) + " Statewright " +
          shell_quoted(folder.path() + "/Instance.v") +
          "` checks it; `./dev coq` compiles the library");
  return kDone;
}

}  // namespace statewright::cli
