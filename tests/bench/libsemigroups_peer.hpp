#pragma once

// libsemigroups through its Python package, in a child process that is asked line by line.

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "automata/algebra/transformation.hpp"

namespace statewright::bench {

class LibsemigroupsPeer {
 public:
  struct Answer {
    std::size_t size = 0, d_classes = 0, idempotents = 0;
    double cpu_ms = 0;  ///< of one call
  };

  /// Starts `python` (the environment's STATEWRIGHT_PEER_PYTHON, else .venv/bin/python where it
  /// exists, else python3) on the script.
  explicit LibsemigroupsPeer(const char* script) {
    int to[2], from[2];
    if (pipe(to) != 0 || pipe(from) != 0) return;
    const char* named = std::getenv("STATEWRIGHT_PEER_PYTHON");
    const std::string python = named != nullptr                        ? named
                               : access(".venv/bin/python", X_OK) == 0 ? ".venv/bin/python"
                                                                       : "python3";
    child_ = fork();
    if (child_ == 0) {
      dup2(to[0], 0);
      dup2(from[1], 1);
      for (const int end : {to[0], to[1], from[0], from[1]}) close(end);
      execlp(python.c_str(), python.c_str(), script, static_cast<char*>(nullptr));
      _exit(127);
    }
    close(to[0]);
    close(from[1]);
    to_ = fdopen(to[1], "w");
    from_ = fdopen(from[0], "r");
    const std::string first = line();
    if (!first.empty() && first != "absent") version_ = first;
  }
  LibsemigroupsPeer(const LibsemigroupsPeer&) = delete;
  LibsemigroupsPeer& operator=(const LibsemigroupsPeer&) = delete;
  ~LibsemigroupsPeer() {
    if (to_ != nullptr) std::fclose(to_);
    if (from_ != nullptr) std::fclose(from_);
    if (child_ > 0) waitpid(child_, nullptr, 0);
  }

  /// The package's version if it is installed.
  const std::optional<std::string>& version() const { return version_; }

  /// Ends the program if the child has died.
  Answer ask(const std::string& method, std::size_t repeats,
             const std::vector<automata::Transformation>& maps) {
    std::ostringstream question;
    question << method << ' ' << repeats;
    for (const auto& map : maps) {
      for (std::size_t q = 0; q < map.size(); ++q) question << (q == 0 ? ' ' : ',') << map[q];
    }
    std::fprintf(to_, "%s\n", question.str().c_str());
    std::fflush(to_);
    std::istringstream reply(line());
    Answer answer;
    if (!(reply >> answer.size >> answer.d_classes >> answer.idempotents >> answer.cpu_ms)) {
      std::fprintf(stderr, "libsemigroups gave no answer\n");
      std::exit(1);
    }
    return answer;
  }

 private:
  std::string line() {
    std::string text;
    for (int c = std::fgetc(from_); c != EOF && c != '\n'; c = std::fgetc(from_)) {
      text.push_back(static_cast<char>(c));
    }
    return text;
  }

  pid_t child_ = -1;
  std::FILE *to_ = nullptr, *from_ = nullptr;
  std::optional<std::string> version_;
};

}  // namespace statewright::bench
