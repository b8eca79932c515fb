#pragma once

#include "cli/command.hpp"

namespace statewright::cli {

// One function a command, each in the file of its name; cli/table.cpp puts them in order.
Command classify_command();
Command compile_command();
Command run_command();
Command verify_command();
Command validate_command();
Command census_command();
Command check_command();
Command bounds_command();
Command export_command();
Command render_command();
Command number_command();
Command bench_command();
Command doctor_command();
Command help_command();
Command completions_command();

Command dfa_command();  // the group of these:
Command dfa_parse_command();
Command dfa_min_command();
Command dfa_eq_command();
Command dfa_info_command();
Command dfa_words_command();
Command dfa_random_command();
Command dfa_convert_command();

Command theorem_command();  // the group of these:
Command theorem_frontier_command();
Command theorem_parity_command();
Command theorem_counting_command();
Command theorem_stability_command();
Command theorem_householder_command();
Command theorem_group_command();
Command theorem_regular_command();
Command theorem_reflections_command();

}  // namespace statewright::cli
