#include "cli/coq_parts.hpp"

#include <filesystem>
#include <optional>
#include <system_error>

#include "automata/language/canonical.hpp"
#include "automata/language/formats.hpp"
#include "cli/inputs.hpp"
#include "cli/shared.hpp"
#include "core/lrnn/model_canonical.hpp"
#include "core/lrnn/rounded.hpp"
#include "core/text/file.hpp"
#include "proofs_check/verify/certificate.hpp"

namespace statewright::cli {

namespace fs = std::filesystem;
using proofs::CanonicalTexts;

bool is_coq_export_file(std::string_view name) {
  for (const char* one :
       {"Instance.v", "model.sw", "automaton.sw", "instance.cert", "README", "Instance.vo",
        "Instance.vok", "Instance.vos", "Instance.glob", ".Instance.aux"}) {
    if (name == one) return true;
  }
  return false;
}

std::string coq_library_folder() {
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

std::string claim_of_certificate(std::string_view text) {
  constexpr std::string_view kClaim = "claim ";
  const std::size_t line = text.find('\n');
  if (line == std::string_view::npos) return {};
  text.remove_prefix(line + 1);
  if (!text.starts_with(kClaim)) return {};
  text.remove_prefix(kClaim.size());
  return std::string(text.substr(0, text.find_first_of(" \n")));
}

}  // namespace statewright::cli
