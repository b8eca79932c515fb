#include "cli/commands/commands.hpp"

namespace statewright::cli {

Command theorem_command() {
  return {
      .name = "theorem",
      .summary = "what the impossibility theorems say, and where they stop holding",
      .description =
          "The theorems of Grazzi et al. (ICLR 2025) about what linear recurrent networks cannot "
          "do, as things to run.",
      .children = {theorem_frontier_command()},
  };
}

}  // namespace statewright::cli
