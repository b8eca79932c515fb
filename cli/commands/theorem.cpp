#include "cli/commands/commands.hpp"

namespace statewright::cli {

Command theorem_command() {
  return {
      .name = "theorem",
      .summary = "what the theorems say, and where they stop holding",
      .description =
          "The theorems of Grazzi et al. (ICLR 2025) about what linear recurrent networks can and "
          "cannot do, as things to run.",
      .children = {theorem_parity_command(), theorem_counting_command(),
                   theorem_stability_command(), theorem_householder_command(),
                   theorem_group_command(), theorem_regular_command(),
                   theorem_reflections_command(), theorem_frontier_command()},
  };
}

}  // namespace statewright::cli
