#include "cli/coq_claims.hpp"

#include <string>

#include "automata/language/canonical.hpp"
#include "automata/language/formats.hpp"
#include "cli/coq_parts.hpp"
#include "cli/inputs.hpp"
#include "cli/shared.hpp"
#include "cli/text.hpp"
#include "cli/whole_folder.hpp"
#include "core/error.hpp"
#include "core/text/file.hpp"
#include "proofs_check/coq/write_difference.hpp"
#include "proofs_check/coq/write_no_layer.hpp"
#include "proofs_check/verify/certificate.hpp"

namespace statewright::cli {
namespace {

using core::Error;
using core::Fault;

/// MODEL, if it is a certificate about no network. Standard input is a network.
bool is_about_no_network(const Args& args) {
  const std::string& path = args.positional("MODEL");
  return path != "-" && proofs::is_impossibility_certificate(core::read_file(path));
}

std::string automaton_of(const std::string& spec) {
  if (spec != "-" && is_automaton_text(spec)) {
    std::string text = core::read_file(spec);
    if (is_canonical_automaton(text)) return text;
  }
  return automata::write_automaton_canonical(read_language(spec, {}, {}).dfa);
}

}  // namespace

bool exports_other_claim(const Args& args) {
  if (const auto file = args.value("--certificate")) {
    return claim_of_certificate(core::read_file(*file)) == "counterexample";
  }
  return is_about_no_network(args);
}

int export_other_claim(const Args& args, Streams& io) {
  const auto language = args.value("--language"), output = args.value("--output");
  if (!language || !output || *output == "-") {
    throw Error({Fault::syntax, args.command(),
                 "`--language LANG` and `-o DIR` with `--to coq`: what the certificate is about, "
                 "and a folder",
                 language ? "no folder" : "no language"});
  }
  if (args.has("--arith")) {
    throw Error({Fault::syntax, args.command(), "`--arith` or a certificate", "both",
                 "a certificate says which arithmetic it is about"});
  }
  WholeFolder folder(*output, args.has("--force"), is_coq_export_file);
  if (const auto certificate = args.value("--certificate")) {
    const proofs::CanonicalTexts texts = texts_of_certificate(args, *certificate);
    folder.add("Instance.v", proofs::write_coq_difference(texts));
    folder.add("model.sw", texts.model);
    folder.add("automaton.sw", texts.automaton);
    folder.add("instance.cert", texts.certificate);
    folder.add("README", proofs::write_coq_difference_readme(
                             texts, args.positional("MODEL") + " and " + *language));
  } else {
    const std::string text = core::read_file(args.positional("MODEL"));
    const std::string automaton = automaton_of(*language);
    folder.add("Instance.v", proofs::write_coq_no_layer(automaton, text));
    folder.add("automaton.sw", automaton);
    folder.add("instance.cert", text);
    folder.add("README", proofs::write_coq_no_layer_readme(*language));
  }
  folder.finish();
  io.hint("`coqc -Q " + shell_quoted(coq_library_folder()) + " Statewright " +
          shell_quoted(folder.path() + "/Instance.v") +
          "` checks it; `./dev coq` compiles the library");
  return kDone;
}

}  // namespace statewright::cli
