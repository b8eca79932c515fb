#pragma once

#include "cli/streams.hpp"
#include "core/verdict.hpp"

namespace statewright::cli {

/// "proved", "refuted", "unknown".
const char* word_of(core::Outcome outcome);
Ink ink_of(core::Outcome outcome);
/// The exit code: kDone, kRefuted or kUnknown.
int exit_of(core::Outcome outcome);

}  // namespace statewright::cli
