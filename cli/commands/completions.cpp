#include "cli/completions.hpp"

#include "cli/commands/commands.hpp"
#include "cli/shared.hpp"
#include "cli/streams.hpp"

namespace statewright::cli {
namespace {

int run(const Args& args, Streams& io) {
  const std::string& shell = args.positional("SHELL");
  io.out() << (shell == "bash"  ? bash_completions()
               : shell == "zsh" ? zsh_completions()
                                : fish_completions());
  return kDone;
}

}  // namespace

Command completions_command() {
  return {
      .name = "completions",
      .summary = "print a completion script for a shell",
      .description =
          "Completes commands, flags, their values, names of languages and files.\n"
          "\n"
          "  bash   source <(statewright completions bash)\n"
          "  zsh    statewright completions zsh > ~/.zfunc/_statewright   (a folder of $fpath)\n"
          "  fish   statewright completions fish > ~/.config/fish/completions/statewright.fish",
      .examples = {{"statewright completions bash > statewright.bash", "to be sourced"}},
      .positionals = {{.name = "SHELL", .what = "the shell", .choices = {"bash", "zsh", "fish"}}},
      .flags = with_common({}, {}),
      .run = run,
  };
}

}  // namespace statewright::cli
