#pragma once

// The harness of the benchmark programs: CPU time, interleaved runs, medians, peak memory in a
// child process, and a table in Markdown. What it promises is in README.md.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace statewright::bench {

/// CPU time of this process so far, in milliseconds.
inline double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

/// The median CPU milliseconds of each contestant over `runs` rounds. In every round each runs
/// once, in turn, so that a busy moment of the machine hits all alike. Contestants too quick to
/// time are repeated within a round until about 2 ms have passed.
inline std::vector<double> interleaved(std::size_t runs,
                                       const std::vector<std::function<void()>>& contestants) {
  std::vector<std::size_t> repeats;
  for (const auto& contestant : contestants) {
    const double begin = cpu_ms();
    contestant();  // also warms up
    const double once = std::max(cpu_ms() - begin, 1e-4);
    repeats.push_back(once > 2 ? 1 : static_cast<std::size_t>(2 / once) + 1);
  }
  std::vector<std::vector<double>> samples(contestants.size());
  for (std::size_t run = 0; run < runs; ++run) {
    for (std::size_t i = 0; i < contestants.size(); ++i) {
      const double begin = cpu_ms();
      for (std::size_t r = 0; r < repeats[i]; ++r) contestants[i]();
      samples[i].push_back((cpu_ms() - begin) / static_cast<double>(repeats[i]));
    }
  }
  std::vector<double> medians;
  for (auto& sample : samples) medians.push_back(median(std::move(sample)));
  return medians;
}

/// Peak resident memory in MiB of a child process that runs `task` and nothing else; nothing if the
/// child failed. A child starts with its parent's pages: call this before anything large exists.
inline std::optional<double> peak_mib(const std::function<void()>& task) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) return {};
  if (child == 0) {
    try {
      task();
    } catch (...) {
      _exit(1);
    }
    _exit(0);
  }
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return {};
  }
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// Ends the program if a result that is about to be timed is wrong.
inline void verify(bool right, std::string_view what) {
  if (right) return;
  std::cerr << "wrong result: " << what << '\n';
  std::exit(1);
}

/// Three significant digits.
inline std::string number(double value) {
  char text[32];
  const int digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

inline std::string ratio(double peer, double ours) { return number(peer / ours) + "x"; }

/// A Markdown table whose columns line up; the first is left-aligned, the others right-aligned.
class Table {
 public:
  Table(std::string title, std::vector<std::string> head)
      : title_(std::move(title)), rows_{std::move(head)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  void print() const {
    std::vector<std::size_t> width(rows_.front().size(), 4);
    for (const auto& row : rows_) {
      for (std::size_t i = 0; i < row.size(); ++i) width[i] = std::max(width[i], row[i].size());
    }
    std::cout << "\n### " << title_ << "\n\n";
    for (std::size_t r = 0; r < rows_.size(); ++r) {
      std::cout << '|';
      for (std::size_t i = 0; i < width.size(); ++i) {
        const std::string cell = i < rows_[r].size() ? rows_[r][i] : "";
        const std::string pad(width[i] - cell.size(), ' ');
        std::cout << ' ' << (i == 0 ? cell + pad : pad + cell) << " |";
      }
      std::cout << '\n';
      if (r != 0) continue;
      std::cout << '|';
      for (std::size_t i = 0; i < width.size(); ++i) {
        std::cout << (i == 0 ? ' ' : ' ') << std::string(width[i] - 1, '-') << (i == 0 ? "-" : ":")
                  << " |";
      }
      std::cout << '\n';
    }
    std::cout.flush();
  }

 private:
  std::string title_;
  std::vector<std::vector<std::string>> rows_;
};

/// Compiler, processor and mode, so that saved output says where it comes from.
inline void print_machine(bool smoke) {
  std::string processor = "unknown processor";
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.rfind("model name", 0) == 0 && line.find(": ") != std::string::npos) {
      processor = line.substr(line.find(": ") + 2);
      break;
    }
  }
#ifdef __clang__
  const std::string compiler = "clang " __clang_version__;
#else
  const std::string compiler = "g++ " __VERSION__;
#endif
#ifdef __OPTIMIZE__
  const char* optimised = "optimised";
#else
  const char* optimised = "NOT OPTIMISED: times mean nothing";
#endif
  std::cout << processor << ", " << sysconf(_SC_NPROCESSORS_ONLN) << " processors; " << compiler
            << ", " << optimised << (smoke ? "; smoke sizes" : "") << '\n';
}

/// Whether `--smoke` was given; any other argument ends the program.
inline bool smoke_asked(int argc, char** argv) {
  bool smoke = false;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) != "--smoke") {
      std::cerr << "usage: " << argv[0] << " [--smoke]\n";
      std::exit(2);
    }
    smoke = true;
  }
  return smoke;
}

}  // namespace statewright::bench
