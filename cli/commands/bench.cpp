#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "cli/bench_subjects.hpp"
#include "cli/commands/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/interrupt.hpp"
#include "cli/machine.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/shared.hpp"
#include "cli/text.hpp"
#include "cli/trace.hpp"
#include "core/error.hpp"

namespace statewright::cli {
namespace {

using kernels::Backend;

/// What one backend does of one subject.
struct Rate {
  double amount = 0, seconds = 0;  ///< of the median run

  double per_second() const { return amount / seconds; }
};

struct Cell {
  Backend backend;
  std::optional<Rate> rate;
  std::string missing;  ///< why there is none
};

struct Row {
  BenchSubject subject;
  std::vector<Cell> cells;

  const Rate* of(Backend backend) const {
    for (const Cell& cell : cells) {
      if (cell.backend == backend && cell.rate) return &*cell.rate;
    }
    return nullptr;
  }
};

double timed(const std::function<double()>& work, Rate& rate) {
  const auto begin = std::chrono::steady_clock::now();
  rate.amount = work();
  rate.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return rate.seconds;
}

/// Amounts grow until one takes about `seconds`; the median of three such. Nothing if it is time to
/// end before there is any figure.
std::optional<Rate> measure(const BenchSubject& subject, Backend backend, unsigned threads,
                            double seconds, const core::Limits& limits) {
  std::optional<Rate> last;
  double amount = subject.first;
  for (int tries = 0; tries < 30; ++tries) {
    if (limits.is_over()) return last;
    const auto work = subject.prepare(backend, threads, amount);
    Rate rate;
    const double took = std::max(timed(work, rate), 1e-7);
    // Where more was asked for than there is, asking for still more does nothing.
    const bool all = last && rate.amount <= last->amount * 1.001;
    last = rate;
    if (took < 0.6 * seconds && !all) {
      amount *= std::clamp(0.9 * seconds / took, 1.5, 30.0);
      continue;
    }
    std::vector<Rate> rates = {rate};
    while (rates.size() < 3 && !limits.is_over()) timed(work, rates.emplace_back());
    std::sort(rates.begin(), rates.end(),
              [](const Rate& a, const Rate& b) { return a.per_second() < b.per_second(); });
    return rates[rates.size() / 2];
  }
  return last;
}

Cell cell_of(const BenchSubject& subject, Backend backend, unsigned threads, double seconds,
             const core::Limits& limits) {
  Cell cell{backend, {}, {}};
  try {
    if (!subject.agrees(backend, threads)) {
      throw std::logic_error(subject.operation + ", " + subject.instance + ": " +
                             std::string(name_of(backend)) + " differs from the reference");
    }
    cell.rate = measure(subject, backend, threads, seconds * subject.patience, limits);
    if (!cell.rate) cell.missing = "stopped";
  } catch (const core::Error& error) {
    // What this backend does not do, or has not the memory for, is a hole in the table.
    const core::Fault fault = error.facts().fault;
    if (fault != core::Fault::unsupported && fault != core::Fault::limit) throw;
    cell.missing = "needs " + error.facts().expected + ", found " + error.facts().found;
  }
  return cell;
}

std::string rate_text(double number) {
  static constexpr const char* kPrefixes[] = {"", " thousand", " million", " billion", " trillion"};
  int place = 0;
  while (number >= 999.5 && place < 4) {
    number /= 1000;
    ++place;
  }
  char text[32];
  std::snprintf(text, sizeof text,
                number < 9.95   ? "%.2f"
                : number < 99.5 ? "%.1f"
                                : "%.0f",
                number);
  return text + std::string(kPrefixes[place]);
}

std::string ratio_text(double ratio) {
  char text[32];
  std::snprintf(text, sizeof text, ratio < 9.95 ? "%.1f" : "%.0f", ratio);
  return text;
}

std::string report_text(const std::vector<Row>& rows, const std::vector<Backend>& backends,
                        unsigned threads) {
  std::string text = report_line("processors", processors_text(threads));
  text += report_line("GPUs", gpus_text()) + "\n";
  std::vector<std::vector<std::string>> table = {{"operation", "of", "a second"}};
  for (const Backend backend : backends) {
    table.front().push_back(std::string(name_of(backend)));
    if (backend != Backend::reference && backends.front() == Backend::reference) {
      table.front().push_back("times");
    }
  }
  for (const Row& row : rows) {
    const Rate* reference = row.of(Backend::reference);
    std::vector<std::string> line = {row.subject.operation, row.subject.instance, row.subject.unit};
    for (const Cell& cell : row.cells) {
      line.push_back(cell.rate ? rate_text(cell.rate->per_second()) : "-");
      if (cell.backend != Backend::reference && backends.front() == Backend::reference) {
        line.push_back(cell.rate && reference != nullptr
                           ? ratio_text(cell.rate->per_second() / reference->per_second())
                           : "-");
      }
    }
    table.push_back(std::move(line));
  }
  return text + table_text(table);
}

JsonOut report_json(const std::vector<Row>& rows, unsigned threads) {
  JsonOut object;
  object["schema"] = "statewright.bench/1";
  object["processors"] = processors_text(threads);
  object["gpus"] = gpus_text();
  object["rates"] = JsonOut::array();
  for (const Row& row : rows) {
    for (const Cell& cell : row.cells) {
      JsonOut entry;
      entry["operation"] = row.subject.operation;
      entry["instance"] = row.subject.instance;
      entry["unit"] = row.subject.unit;
      entry["backend"] = name_of(cell.backend);
      if (cell.rate) {
        entry["amount"] = cell.rate->amount;
        entry["seconds"] = cell.rate->seconds;
        entry["per_second"] = cell.rate->per_second();
      } else {
        entry["missing"] = cell.missing;
      }
      object["rates"].push_back(std::move(entry));
    }
  }
  return object;
}

std::vector<Backend> backends_of(const Args& args) {
  const std::string typed = args.value("--backend").value_or("all");
  if (typed != "all") return {kernels::resolve(kernels::parse_backend(typed, "--backend"))};
  std::vector<Backend> all = {Backend::reference, Backend::cpu};
  if (!kernels::cuda_devices().empty()) all.push_back(Backend::cuda);
  return all;
}

std::vector<BenchSubject> subjects_of(const Args& args, const core::Limits& limits) {
  if (args.has("--model") != args.has("--language")) {
    throw core::Error({core::Fault::syntax, args.command(), "both `--model` and `--language`",
                       "one of them", "or neither: then the built-in subjects are measured"});
  }
  std::vector<std::string> wanted = args.all("OPERATION");
  std::vector<BenchSubject> subjects;
  if (const auto path = args.value("--model")) {
    const core::Semantics semantics = arithmetic_of(args);
    const core::Model model = read_model(*path);
    const automata::Dfa automaton = read_automaton_for(*args.value("--language"), model, limits);
    for (BenchSubject& subject : bench_subjects(model, automaton, semantics, *path)) {
      if (wanted.empty() ||
          std::find(wanted.begin(), wanted.end(), subject.operation) != wanted.end()) {
        subjects.push_back(std::move(subject));
      }
    }
    if (subjects.empty()) {
      throw core::Error({core::Fault::unsupported, args.command(),
                         "an operation on a network: simulate, reach, or chunk for chunk:F",
                         wanted.front()});
    }
    return subjects;
  }
  if (args.has("--arith")) {
    throw core::Error({core::Fault::syntax, args.command(), "`--arith` with `--model`",
                       "`--arith` alone", "built-in subjects have arithmetics of their own"});
  }
  if (wanted.empty()) wanted = bench_operations();
  for (const std::string& operation : wanted) {
    for (BenchSubject& subject : bench_subjects(operation)) subjects.push_back(std::move(subject));
  }
  return subjects;
}

int run(const Args& args, Streams& io) {
  const std::vector<Backend> backends = backends_of(args);
  const unsigned threads = static_cast<unsigned>(args.number("--threads", 1, 1024).value_or(0));
  const double seconds = args.positive("--seconds").value_or(0.3);
  Work work(args, io);
  const core::Limits& limits = work.limits();
  std::vector<Row> rows;
  const std::vector<BenchSubject> subjects = subjects_of(args, work.reading_limits());
  std::uint64_t done = 0;
  for (const BenchSubject& subject : subjects) {
    rows.push_back({subject, {}});
    for (const Backend backend : backends) {
      if (limits.progress) limits.progress({"figures", done++, subjects.size() * backends.size()});
      rows.back().cells.push_back(cell_of(subject, backend, threads, seconds, limits));
    }
  }
  work.finish();
  io.out() << (args.has("--json") ? json_text(report_json(rows, threads))
                                  : report_text(rows, backends, threads));
  if (!args.has("--json")) {
    for (const Row& row : rows) {
      for (const Cell& cell : row.cells) {
        if (!cell.missing.empty()) {
          io.note(row.subject.operation + ", " + row.subject.instance + ", " +
                  std::string(name_of(cell.backend)) + ": " + cell.missing);
        }
      }
    }
  }
  if (Interrupt::requested()) return kInterrupted;
  return limits.is_over() ? kUnknown : kDone;
}

}  // namespace

Command bench_command() {
  return {
      .name = "bench",
      .summary = "how fast the kernels are on this machine, each beside its plain reference",
      .description =
          "Measures what kernels do in a second here. Every backend is first compared with the "
          "reference, bit for bit, on a part of the work; then amounts grow until one takes about "
          "--seconds, and the median of three is printed, and how many times the reference that "
          "is.\n"
          "\n"
          "simulate: random words through a network, every output compared with the automaton's; "
          "letters are generated on the way. scan: an automaton on one packed word in memory. "
          "chunk: chunked beside letter by letter evaluation. census: members of a family of "
          "letters, each followed until its state recurs. orbit: rounded turns of the plane. "
          "reach: pairs of states that words reach, in runs five times as long, since memory is "
          "taken first.\n"
          "\n"
          "With --model and --language the network is yours: how long `validate` and `verify` "
          "will take can be told from its rates.",
      .examples =
          {
              {"statewright bench simulate --seconds 0.05", "letters a second for S5"},
              {"statewright bench --model s5.json --language S5 --arith fp16 --seconds 0.05",
               "a network of your own"},
          },
      .positionals = {{.name = "OPERATION",
                       .what = "what to measure; all of them without it",
                       .optional = true,
                       .many = true,
                       .choices = bench_operations()}},
      .flags = with_common(
          {
              {.name = "--backend",
               .value = "B",
               .what = "measure one alone",
               .choices = {"all", "auto", "reference", "cpu", "cuda"}},
              {.name = "--seconds",
               .value = "S",
               .what = "how long one run should take; 0.3 without it"},
              threads_flag(),
              {.name = "--model",
               .value = "MODEL",
               .what = "measure this network instead of built-in subjects",
               .completes = Completes::file},
              {.name = "--language",
               .value = "LANG",
               .what = "the language that it is compared with",
               .completes = Completes::language},
              arith_flag("arithmetic of the network, e.g. bf16 or chunk:bf16,C=64"),
          },
          {Common::json, Common::limits}),
      .run = run,
  };
}

}  // namespace statewright::cli
