#include "cli/program.hpp"

#include <algorithm>
#include <exception>
#include <new>

#include "cli/build_info.hpp"
#include "cli/command.hpp"
#include "cli/help.hpp"
#include "cli/interrupt.hpp"
#include "cli/shared.hpp"
#include "cli/text.hpp"
#include "core/error.hpp"

namespace statewright::cli {
namespace {

void print_error(const core::Error& error, Streams& io) {
  io.err() << io.on_err(Ink::bad, "error:") << ' ' << error.what() << '\n';
  if (!error.facts().hint.empty()) io.hint(error.facts().hint);
}

int report_bug(const char* what, const std::vector<std::string>& words, Streams& io) {
  io.err() << io.on_err(Ink::bad, "error:") << " a bug in statewright: " << what << '\n'
           << "Please report it with these lines and the files involved:\n"
           << "  version       " << version() << " (" << compiler() << ")\n"
           << "  command line  statewright";
  for (const std::string& word : words) io.err() << ' ' << shell_quoted(word);
  io.err() << '\n';
  return kOurBug;
}

/// --color has to count for the messages about the other words too.
void set_early_color(const std::vector<std::string>& words, Streams& io) {
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    if (words[i] == "--color" && i + 1 < words.size()) io.set_color(words[i + 1]);
    if (words[i].starts_with("--color=")) io.set_color(words[i].substr(8));
  }
}

int dispatch(const std::vector<std::string>& words, Streams& io) {
  if (words.empty()) {
    io.err() << help_text({&command_table()}, false, io);
    return kBadInput;
  }
  const Resolved resolved = resolve(words);
  const Command& command = *resolved.path.back();
  const std::string path = path_name(resolved.path);
  if (!command.children.empty()) {
    const std::string word = resolved.rest.empty() ? "" : resolved.rest.front();
    if (word == "--version" && resolved.path.size() == 1) {
      io.out() << "statewright " << version() << '\n';
      return kDone;
    }
    if (word == "--help" || word == "-h") {
      io.out() << help_text(resolved.path, word == "--help", io);
      return kDone;
    }
    if (word.empty()) {
      throw core::Error({core::Fault::syntax, path, "a command", "nothing",
                         "usage: " + usage_line(command, path)});
    }
    fail_unknown_command(command, path, word);
  }
  const Args args = parse_args(command, path, resolved.rest);
  if (args.has("--help")) {
    const bool full =
        std::find(resolved.rest.begin(), resolved.rest.end(), "--help") != resolved.rest.end();
    io.out() << help_text(resolved.path, full, io);
    return kDone;
  }
  return command.run(args, io);
}

}  // namespace

int run_program(const std::vector<std::string>& words, Streams& io) {
  int code = kOurBug;
  set_early_color(words, io);
  try {
    code = dispatch(words, io);
    io.finish();
  } catch (const core::Error& error) {
    if (Interrupt::requested()) {
      io.err() << "interrupted: " << error.facts().found << '\n';
      return kInterrupted;
    }
    print_error(error, io);
    switch (error.facts().fault) {
      case core::Fault::unavailable:
        return kUnavailable;
      case core::Fault::limit:
        return kUnknown;
      default:
        return kBadInput;
    }
  } catch (const std::bad_alloc&) {
    io.err() << io.on_err(Ink::doubtful, "unknown:") << " out of memory\n";
    io.hint("--max-states makes large computations stop earlier");
    return kUnknown;
  } catch (const std::exception& error) {
    return report_bug(error.what(), words, io);
  }
  return code;
}

}  // namespace statewright::cli
