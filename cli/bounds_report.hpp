#pragma once

#include <string>
#include <vector>

#include "cli/text.hpp"
#include "core/lrnn/model.hpp"
#include "proofs_check/bounds/bounds.hpp"

namespace statewright::cli {

/// The horizons of a network as people read them, one row a semantics: letters that are certified,
/// letters that are exact, letters after which samples were wrong.
std::vector<std::vector<std::string>> horizon_table(const std::vector<proofs::Horizon>& rows);

/// One row as JSON; words in letters by name.
JsonOut horizon_json(const core::Model& model, const proofs::Horizon& row);

/// The table for plotting: a line of names, then one line a semantics. "inf" is every length, an
/// empty cell unknown; for a refuted semantics exact_letters is -1 if the empty word is wrong.
std::string horizon_csv(const std::vector<proofs::Horizon>& rows);

}  // namespace statewright::cli
