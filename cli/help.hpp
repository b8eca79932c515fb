#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/streams.hpp"
#include "cli/text.hpp"

namespace statewright::cli {

/// Help of one command as text for io.out(): a screenful for -h, with `full` everything:
/// description, the paragraphs of flags, examples, exit codes.
std::string help_text(const std::vector<const Command*>& path, bool full, const Streams& io);

/// One page of `statewright help TOPIC`.
struct Topic {
  std::string name, summary;
  std::string (*text)(const Streams& io);
};
const std::vector<Topic>& topics();

/// All examples of the table in its order.
std::vector<Example> all_examples();

/// The command table as data, schema "statewright.commands/1".
JsonOut table_json();

}  // namespace statewright::cli
