#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace statewright::cli {

class Args;
class Streams;

/// What the shell may offer where a value is typed.
enum class Completes { nothing, file, directory, language, command, topic };

/// A line that works as typed. All examples of the table, in its order, form one session that runs
/// in an empty folder; the golden tests run it.
struct Example {
  std::string command;  ///< "statewright verify s5.json S5"
  std::string what;     ///< what one sees, a few words
  int exit = 0;         ///< expected exit code
};

struct Positional {
  std::string name;  ///< "LANG"
  std::string what;  ///< one line, no full stop
  bool optional = false;
  bool many = false;  ///< the last one only: takes all that follow
  Completes completes = Completes::nothing;
  std::vector<std::string> choices = {};  ///< if not empty, nothing else is accepted
};

struct Flag {
  std::string name;        ///< "--timeout"
  char letter = 0;         ///< 'o' for -o, 0 for none
  std::string value = {};  ///< name of its value in help, "SECONDS"; empty for a switch
  std::string what;        ///< one line, no full stop
  std::string more = {};   ///< a paragraph for --help, or empty
  std::vector<std::string> choices = {};  ///< if not empty, nothing else is accepted
  std::string otherwise = {};  ///< hint for a value that is none of them and resembles none
  Completes completes = Completes::nothing;
  bool common = false;  ///< means the same in every command that has it
};

/// One entry of the command table, which the parser, the help texts, the completions and the tests
/// read. A command has either children or `run`.
struct Command {
  std::string name;              ///< one word
  std::string summary;           ///< one line, no full stop
  std::string description = {};  ///< paragraphs separated by empty lines
  std::vector<Example> examples = {};
  std::vector<Positional> positionals = {};
  std::vector<Flag> flags = {};
  std::vector<Command> children = {};
  /// Does the work and returns the exit code. Errors: core::Error, which the program prints.
  int (*run)(const Args& args, Streams& io) = nullptr;
};

/// The root of the table: `statewright` itself.
const Command& command_table();

/// A whole number as people type it, exactly: "12", "1e9", "2.5e6", "1.0". Nothing for other texts
/// ("1.5", "-1", "1e-3") and numbers beyond 64 bits.
std::optional<std::uint64_t> whole_number(std::string_view text) noexcept;

/// What was typed for one command, already checked against the table.
class Args {
 public:
  /// "statewright dfa eq", for messages.
  const std::string& command() const noexcept { return command_; }

  /// A positional that is not optional or is known to be there.
  const std::string& positional(std::string_view name) const;
  /// All values of a positional; empty if an optional one is absent.
  const std::vector<std::string>& all(std::string_view name) const;
  bool has(std::string_view name) const;  ///< a flag, or an optional positional
  std::optional<std::string> value(std::string_view flag) const;

  /// A whole number in [least, most], as whole_number reads it. Errors: Error{range} naming the
  /// flag.
  std::optional<std::uint64_t> number(std::string_view flag, std::uint64_t least,
                                      std::uint64_t most) const;
  /// A positive decimal number. Errors: Error{range} naming the flag.
  std::optional<double> positive(std::string_view flag) const;

 private:
  friend Args parse_args(const Command&, const std::string&, const std::vector<std::string>&);
  std::string command_;
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

/// The command that the leading words name, and the rest.
struct Resolved {
  std::vector<const Command*> path;  ///< root first; the last one is meant
  std::vector<std::string> rest;     ///< what follows the command words
};

/// Walks down the table. Stops at the first word that names no child, which is an error where a
/// child is needed (the caller looks at path.back()->children).
Resolved resolve(const std::vector<std::string>& words);

/// "statewright dfa eq"
std::string path_name(const std::vector<const Command*>& path);

/// Splits `words` into flags and positionals as `command` declares them. With --help among them
/// nothing else is required. CLI11 does the splitting; its messages never
/// reach the user.
/// Errors: Error{syntax} for an unknown flag (with one suggestion), a missing or superfluous value
/// or word, a flag given twice; Error{range} for a value that is none of the choices.
Args parse_args(const Command& command, const std::string& path,
                const std::vector<std::string>& words);

/// "statewright verify MODEL LANG [flags]"
std::string usage_line(const Command& command, const std::string& path);

/// The error for a word that names no child of `command`, with one suggestion.
[[noreturn]] void fail_unknown_command(const Command& command, const std::string& path,
                                       const std::string& word);

}  // namespace statewright::cli
