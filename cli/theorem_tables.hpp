#pragma once

#include "cli/command.hpp"
#include "cli/streams.hpp"

namespace statewright::cli {

// What the theorems' commands do when they are given nothing to look at: an experiment with a whole
// family of networks, matrices or languages. Each prints a table or JSON and returns kDone if all
// is as the theorem says, else kRefuted; kUnknown where limits stopped it.

int parity_table(const Args& args, Streams& io);
int counting_table(const Args& args, Streams& io);
int householder_table(const Args& args, Streams& io);
int group_table(const Args& args, Streams& io);
int regular_table(const Args& args, Streams& io);

/// --candidates N: how many are drawn, in those tables that draw. Refused beside `word`.
Flag candidates_flag(std::string what, const std::string& word);

}  // namespace statewright::cli
