#pragma once

#include <string>
#include <string_view>

#include "cli/command.hpp"
#include "proofs_check/coq/write_instance.hpp"

namespace statewright::cli {

/// What an export to Coq writes, and what coqc leaves beside it.
bool is_coq_export_file(std::string_view name);

/// The folder of the compiled library: of the sources that this program was built from, or of the
/// installation that it belongs to.
std::string coq_library_folder();

/// MODEL and `--language` of the command beside a certificate, as `check` reads them: canonical
/// files as they stand.
proofs::CanonicalTexts texts_of_certificate(const Args& args, const std::string& file);

/// The claim that a certificate names in its second line; nothing if there is none.
std::string claim_of_certificate(std::string_view text);

}  // namespace statewright::cli
