#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/text.hpp"
#include "core/lrnn/model.hpp"
#include "core/lrnn/rounded.hpp"
#include "core/lrnn/simulate.hpp"
#include "core/number/semantics.hpp"

namespace statewright::cli {

/// The semantics that --arith names; exact without it. Errors: as core::parse_semantics.
core::Semantics arithmetic_of(const Args& args);

/// "exact arithmetic", "bf16 arithmetic"
std::string arithmetic_text(const core::Semantics& semantics);

/// One step of a network in any semantics, for people (`states`) and for --json.
struct TraceStep {
  std::vector<std::string> states;  ///< of each layer
  JsonOut states_json = JsonOut::array();
  JsonOut emitted = JsonOut::array();
  std::string output;  ///< label; "undecided" where an enclosure cannot tell
};

/// What the network does on `word`, before it and after every letter.
/// Errors: as core::RoundedModel.
std::vector<TraceStep> trace(const core::Model& model, const core::Semantics& semantics,
                             std::span<const core::Letter> word);

/// The label after the whole word.
std::string output_of(const core::Model& model, const core::Semantics& semantics,
                      std::span<const core::Letter> word);

/// The table of `statewright run --trace`. States are cut after `entries` numbers.
std::string trace_table(const core::Model& model, std::span<const core::Letter> word,
                        const std::vector<TraceStep>& steps);

}  // namespace statewright::cli
