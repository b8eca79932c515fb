#include "cli/commands/commands.hpp"

namespace statewright::cli {

Command dfa_command() {
  return {
      .name = "dfa",
      .summary = "languages in, languages out: read, minimise, compare, list words, convert",
      .description =
          "Works with regular languages as automata. Every command takes a language in any form: "
          "`statewright help languages` lists them.",
      .children = {dfa_parse_command(), dfa_min_command(), dfa_eq_command(), dfa_info_command(),
                   dfa_words_command(), dfa_random_command(), dfa_convert_command()},
  };
}

const Command& command_table() {
  static const Command table = {
      .name = "statewright",
      .summary = "compiles regular languages into linear recurrent networks and proves the result",
      .description =
          "A linear recurrent network keeps a state H and updates it as H <- A(x) H + B(x) for "
          "each "
          "letter x. Statewright builds such networks for regular languages, decides for words of "
          "every length whether a network does what a language says, and writes evidence that an "
          "independent program checks.\n"
          "\n"
          "Results go to standard output, everything else to standard error, and the exit code "
          "says "
          "how it went: `statewright help exit-codes`.",
      .examples =
          {
              {"statewright compile A5 -o a5.json", "a network that tracks even permutations"},
              {"statewright verify a5.json A5 --certificate a5.cert",
               "proof that it does so on words of every length"},
              {"statewright check a5.cert --model a5.json --language A5",
               "the same from a program that trusts none of this"},
          },
      .children = {dfa_command(), classify_command(), compile_command(), run_command(),
                   verify_command(), validate_command(), check_command(), bounds_command(),
                   census_command(), theorem_command(), export_command(), render_command(),
                   number_command(), bench_command(), doctor_command(), help_command(),
                   completions_command()},
  };
  return table;
}

}  // namespace statewright::cli
