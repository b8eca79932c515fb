// statewright-check: is the claim of this certificate true of this network and this automaton?
// Grammar and meaning of the three files and of the answers: proofs_check/FORMAT.md.

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>

#include <gmp.h>

#include "check.hpp"
#include "eigenvalue.hpp"
#include "factors.hpp"
#include "spectrum.hpp"
#include "stability.hpp"

#ifndef STATEWRIGHT_VERSION
#define STATEWRIGHT_VERSION "(no version given)"
#endif

namespace {

using namespace statewright::checker;

constexpr const char* help =
    R"(usage: statewright-check CERTIFICATE --model MODEL --automaton AUTOMATON
       statewright-check CERTIFICATE --automaton AUTOMATON
       statewright-check CERTIFICATE --model MODEL

Checks the claim of CERTIFICATE about the network MODEL and the automaton AUTOMATON: that they give
the same label on every word, or differ on a certain one; in exact or in rounded arithmetic. Without
a network the claim is that no single layer of a certain kind gives the labels of AUTOMATON; without
an automaton it is about the matrices of MODEL.

exit 0  VERIFIED   the claim, printed in full, holds for these two files
     1  REJECTED   an obligation fails: file, line and rule follow
     2  MALFORMED  a file breaks the grammar or cannot be read; also a wrong command line
     3  RESOURCES  out of memory, or the answer cannot be written
)";

constexpr const char* version = "statewright-check " STATEWRIGHT_VERSION R"(
statewright-model 1
statewright-automaton 1
statewright-certificate 1
)";

// The whole answer at once: if it cannot be written, the exit code must not say that it was.
int say(const string& text, Answer answer) {
  std::cout << text << std::flush;
  return static_cast<int>(std::cout ? answer : Answer::resources);
}

int answer(int argc, char** argv) {
  if (argc == 2 && argv[1] == string("--help")) return say(help, Answer::verified);
  if (argc == 2 && argv[1] == string("--version")) return say(version, Answer::verified);
  std::map<string, string> path;
  for (int i = 1; i < argc; ++i) {
    const string arg = argv[i];
    const bool option = arg == "--model" || arg == "--automaton";
    const bool usable = option ? i + 1 < argc : arg.substr(0, 1) != "-";
    if (!usable || !path.emplace(option ? arg : "CERTIFICATE", argv[option ? ++i : i]).second) {
      throw Refusal(Answer::malformed, "command line", "cannot use " + arg + ", see --help");
    }
  }
  const bool has_model = path.count("--model") != 0, has_automaton = path.count("--automaton") != 0;
  if (path.count("CERTIFICATE") == 0 || !(has_model || has_automaton)) {
    throw Refusal(Answer::malformed, "command line", "a file is missing, see --help");
  }
  // Claims about one of the two alone, except no-single-layer.
  if (!has_automaton || !has_model) {
    Reader in(path["CERTIFICATE"]);
    in.count_line("statewright-certificate", 1, 2);
    in.expect_line("claim");
    const auto claim = in.token("a claim");
    if (!has_automaton) {
      const bool counts = claim == "no-parity" || claim == "no-counting";
      const bool grows = claim == "bounded" || claim == "unbounded";
      if (claim != "factors" && claim != "eigenvalue" && !counts && !grows) {
        in.malformed("--automaton, which this claim is about", "none");
      }
      const auto network = read_model(path["--model"]);
      if (claim == "eigenvalue") return say(eigenvalue(in, network), Answer::verified);
      if (claim == "bounded") return say(bounded(in, network), Answer::verified);
      if (claim == "unbounded") return say(unbounded(in, network), Answer::verified);
      return say(counts ? no_counting(in, network, claim) : factors(in, network), Answer::verified);
    }
    if (claim == "no-single-factor") {
      return say(no_single_factor(in, read_automaton(path["--automaton"])), Answer::verified);
    }
  }
  Model network;
  const Model* model = nullptr;  // none
  if (has_model) {
    network = read_model(path["--model"]);
    model = &network;
  }
  const auto automaton = read_automaton(path["--automaton"]);
  const auto certificate = read_certificate(path["CERTIFICATE"], model, automaton);
  return say(check(model, automaton, certificate), Answer::verified);
}

// GMP would abort, and an exception must not pass through C: leave at once, with the right answer.
[[noreturn]] void out_of_memory() {
  std::fputs("RESOURCES\nout of memory\n", stdout);
  std::fflush(stdout);
  std::_Exit(static_cast<int>(Answer::resources));
}

void* reallocate(void* old, size_t, size_t size) {
  void* memory = std::realloc(old, size);
  if (memory == nullptr) out_of_memory();
  return memory;
}

void* allocate(size_t size) { return reallocate(nullptr, 0, size); }

}  // namespace

int main(int argc, char** argv) {
  mp_set_memory_functions(allocate, reallocate, nullptr);  // nullptr: std::free
  try {
    return answer(argc, argv);
  } catch (const Refusal& refusal) {
    const string word = refusal.answer == Answer::rejected ? "REJECTED\n" : "MALFORMED\n";
    return say(word + refusal.what() + "\n", refusal.answer);
  } catch (const std::exception&) {  // std::bad_alloc, std::length_error
    out_of_memory();
  }
}
