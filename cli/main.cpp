#include <csignal>
#include <string>
#include <vector>

#include "cli/program.hpp"
#include "cli/streams.hpp"

int main(int argc, char** argv) {
  // A file that grows beyond what the shell allows is then an error of writing, like a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  statewright::cli::Streams io = statewright::cli::standard_streams();
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) words.emplace_back(argv[i]);
  return statewright::cli::run_program(words, io);
}
