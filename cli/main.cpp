#include <string>
#include <vector>

#include "cli/program.hpp"
#include "cli/streams.hpp"

int main(int argc, char** argv) {
  statewright::cli::Streams io = statewright::cli::standard_streams();
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) words.emplace_back(argv[i]);
  return statewright::cli::run_program(words, io);
}
