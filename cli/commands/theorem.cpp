#include "cli/commands/commands.hpp"

namespace statewright::cli {

Command theorem_command() {
  return {
      .name = "theorem",
      .summary = "what the theorems say about a network, a matrix or a language",
      .description =
          "The theorems of Grazzi et al. (Unlocking State-Tracking in Linear RNNs Through Negative "
          "Eigenvalues, ICLR 2025) as things to run: each command says what its theorem claims, "
          "decides whether it applies to what is given, and writes a certificate where there is "
          "something to check.",
      .children = {theorem_householder_command(), theorem_group_command(),
                   theorem_regular_command(), theorem_reflections_command()},
  };
}

}  // namespace statewright::cli
