#pragma once

#include <string>

#include "cli/streams.hpp"
#include "cli/text.hpp"
#include "kernels/census_run.hpp"

namespace statewright::cli {

/// A census as text, as JSON (schema statewright.census/1) and as comma-separated values. They tell
/// nothing of backends and times: the same census has the same report.
std::string census_text(const kernels::Census& census, Streams& io);
JsonOut census_json(const kernels::Census& census);
std::string census_csv(const kernels::Census& census);

/// The command that counts a family: "statewright census factor --format e2m1 --start all".
std::string census_command_text(const kernels::CensusFamily& family);

}  // namespace statewright::cli
