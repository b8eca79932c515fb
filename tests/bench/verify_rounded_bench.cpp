// Verification in rounded semantics. First the known tables of what is decided, row by row:
// each verdict is checked before anything is timed. Then product states per second of every method,
// the reference beside them, on the same search cut off at the same number of states.

#include <algorithm>
#include <chrono>
#include <limits>

#include "proofs_check/verify/rounded_search.hpp"
#include "tests/bench/table.hpp"
#include "tests/proofs_check/rotation_models.hpp"

using namespace statewright;
using namespace statewright::bench;
using core::Model;
using core::Semantics;
using proofs::Dfa;
using proofs::Verdict;

namespace {

Semantics semantics_of(const std::string& text) { return core::parse_semantics(text, "bench"); }

double wall_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::milli>(now).count();
}

std::string spelled(const Verdict& verdict) {
  if (const proofs::Proof* proof = verdict.proof()) {
    std::string text = "proved, " + std::to_string(proof->states) + " states";
    if (proof->cycle) {
      text += ", " + std::to_string(proof->cycle->preperiod) + " + " +
              std::to_string(proof->cycle->period);
    }
    return text;
  }
  if (const proofs::Counterexample* found = verdict.witness()) {
    return "refuted, " + std::to_string(found->word.size()) + " letters";
  }
  return "unknown";
}

/// One row of a known table. `here` where our verdict is worded otherwise, for the reason
/// given.
struct Published {
  const char *letters, *format;
  std::uint32_t m;
  const char* verdict;
  const char* here = nullptr;
  const char* reason = "";
  bool in_smoke = true;
};

constexpr const char* kTie = "a tie goes to the first label, there upwards";
constexpr const char* kZero = "codes tell -0 from +0, there values are counted";

const Published kTable[] = {
    {"- 0 +", "e4m3", 3, "proved, 3 states"},
    {"- 0 +", "e4m3", 8, "proved, 14 states"},
    {"- 0 +", "e4m3", 12, "proved, 12 states"},
    {"- 0 +", "e4m3", 5, "refuted, 34 letters"},
    {"- 0 +", "e4m3", 7, "refuted, 15 letters"},
    {"- 0 +", "e4m3", 16, "refuted, 12 letters"},
    {"- 0 +", "e4m3", 60, "refuted, 9 letters", "refuted, 8 letters", kTie},
    {"- 0 +", "e5m2", 3, "proved, 3 states"},
    {"- 0 +", "e5m2", 8, "proved, 8 states"},
    {"- 0 +", "e5m2", 12, "proved, 12 states"},
    {"- 0 +", "e5m2", 5, "refuted, 20 letters"},
    {"- 0 +", "e5m2", 7, "refuted, 9 letters"},
    {"- 0 +", "e5m2", 16, "refuted, 9 letters"},
    {"- 0 +", "e5m2", 60, "refuted, 5 letters"},
    {"- 0 +", "bf16", 3, "proved, 27 states"},
    {"- 0 +", "bf16", 8, "proved, 8 states"},
    {"- 0 +", "bf16", 12, "proved, 75 states"},
    {"- 0 +", "bf16", 5, "refuted, 491 letters"},
    {"- 0 +", "bf16", 7, "refuted, 215 letters"},
    {"- 0 +", "bf16", 16, "refuted, 145 letters"},
    {"- 0 +", "bf16", 60, "refuted, 39 letters"},
    {"- 0 +", "fp16", 5, "proved, 5 states"},
    {"- 0 +", "fp16", 8, "proved, 8 states"},
    {"- 0 +", "fp16", 16, "proved, 31 states"},
    {"- 0 +", "fp16", 60, "refuted, 339 letters", nullptr, "", false},
    {"- 0 +", "fp16", 12, "refuted, 2066 letters", nullptr, "", false},
    {"- 0 +", "fp16", 7, "refuted, 2196 letters", nullptr, "", false},
    {"- 0 +", "fp16", 3, "refuted, 8214 letters", nullptr, "", false},
    {"- 0 +", "fp32", 12, "proved, 12 states"},
    {"+", "e4m3", 5, "refuted, 39 letters", "refuted, 38 letters", kTie},
    {"+", "e4m3", 7, "refuted, 15 letters"},
    {"+", "e4m3", 16, "refuted, 14 letters"},
    {"+", "e4m3", 60, "refuted, 9 letters", "refuted, 8 letters", kTie},
    {"+", "e5m2", 5, "refuted, 32 letters", "refuted, 33 letters", kTie},
    {"+", "e5m2", 7, "refuted, 9 letters"},
    {"+", "e5m2", 16, "refuted, 10 letters"},
    {"+", "e5m2", 60, "refuted, 5 letters"},
    {"+", "bf16", 5, "proved, 113 states, 108 + 5"},
    {"+", "bf16", 7, "proved, 76 states, 69 + 7"},
    {"+", "bf16", 16, "proved, 58 states, 42 + 16"},
    {"+", "bf16", 60, "proved, 185 states, 125 + 60"},
    {"+", "fp32", 5, "proved, 34 states, 29 + 5"},
    {"+", "fp32", 7, "proved, 153 states, 146 + 7"},
    {"+", "fp32", 12, "proved, 12 states, 0 + 12"},
    {"all", "bf16", 3, "proved, 27 states"},
    {"all", "bf16", 4, "proved, 2469 states"},
    {"all", "bf16", 6, "proved, 2334 states"},
    {"all", "bf16", 8, "proved, 2944 states"},
    {"all", "bf16", 12, "proved, 8344 states"},
    {"all", "fp16", 4, "proved, 4 states", "proved, 8 states", kZero},
    {"all", "fp16", 5, "proved, 5 states"},
    {"all", "fp16", 8, "proved, 8 states", "proved, 12 states", kZero},
    {"all", "fp16", 16, "proved, 48 states", "proved, 52 states", kZero},
    {"all", "fp32", 3, "proved, 3 states"},
};

void known_rotations(bool smoke) {
  Table table(
      "Rotations by 2 pi/m: start (1, 0), constants rounded to the format, every operation "
      "rounded, "
      "exact readout of the nearest of m points; wall milliseconds of one run",
      {"letters, format, m", "known", "here", "why not the same", "ms"});
  for (const Published& row : kTable) {
    if (smoke && !row.in_smoke) continue;
    const std::string kind = row.letters;
    const Model model = kind == "+"     ? samples::climber(row.m, row.format)
                        : kind == "all" ? samples::ring(row.m, row.format)
                                        : samples::walker(row.m, row.format);
    const Dfa dfa = kind == "+"     ? samples::climber_dfa(row.m)
                    : kind == "all" ? samples::ring_dfa(row.m)
                                    : samples::walker_dfa(row.m);
    const double begin = wall_ms();
    const Verdict verdict =
        proofs::verify(model, dfa, semantics_of(samples::walker_semantics(row.format)));
    const double ms = wall_ms() - begin;
    const std::string name = kind + ", " + row.format + ", " + std::to_string(row.m);
    const std::string found = spelled(verdict);
    bench::verify(found == (row.here != nullptr ? row.here : row.verdict), name + ": " + found);
    table.add({name, row.verdict, found, row.reason, number(ms)});
  }
  table.print();
}

void known_swaps() {
  Table table(
      "S5 by swaps, keys fl(1/sqrt 2) (e_i - e_j), scale 2, every operation rounded, exact "
      "readout; wall milliseconds of one run",
      {"start, format", "known", "here", "ms"});
  struct Row {
    const char *language, *format, *known, *here;
  };
  const Row rows[] = {
      {"S5:swaps:point", "bf16", "5 states", "proved, 5 states"},
      {"S5:swaps:point", "fp16", "5 states", "proved, 5 states"},
      {"S5:swaps", "fp16", "120 states", "proved, 120 states"},
      {"S5:swaps", "fp32", "open at 60,000 states", "unknown"},
  };
  for (const Row& row : rows) {
    const automata::Language language = *automata::named_language(row.language);
    const bool points = language.dfa.size() == 5;
    const std::vector<int> start =
        points ? std::vector<int>{1, 0, 0, 0, 0} : std::vector<int>{1, 2, 3, 4, 5};
    core::Limits limits;
    limits.max_states = 60'000;
    const Model model = samples::swaps(language, start, row.format);
    const double begin = wall_ms();
    const Verdict verdict = proofs::verify(
        model, language.dfa, semantics_of(samples::walker_semantics(row.format)), limits);
    const double ms = wall_ms() - begin;
    const std::string name = std::string(points ? "one-hot, " : "(1, .., 5), ") + row.format;
    bench::verify(spelled(verdict) == row.here, name);
    table.add({name, row.known, spelled(verdict), number(ms)});
  }
  table.print();
}

void speed(bool smoke) {
  const proofs::SearchOptions defaults;
  Table table("Product states per second, letters - 0 +, median of " +
                  std::string(smoke ? "1 run" : "3 runs") + "; the search is cut off at so many",
              {"network, method", "threads", "states", "wall ms", "CPU ms", "states/s, wall",
               "states/s, CPU", "to the reference, CPU"});
  struct Case {
    const char* format;
    std::uint32_t m;
  };
  for (const Case& c : {Case{"fp16", 12}, Case{"fp16", 7}, Case{"bf16", 5}}) {
    if (smoke && c.m != 12) continue;
    const Model model = samples::walker(c.m, c.format);
    const Dfa dfa = samples::walker_dfa(c.m);
    const Semantics semantics = semantics_of(samples::walker_semantics(c.format));
    double reference_rate = 0;
    const auto time = [&](const std::string& method, unsigned threads, std::uint64_t states,
                          const std::function<Verdict(const core::Limits&)>& search) {
      core::Limits limits;
      limits.max_states = states;
      std::vector<double> wall, cpu;
      for (int run = 0; run < (smoke ? 1 : 3); ++run) {
        const double wall_begin = wall_ms(), cpu_begin = cpu_ms();
        const Verdict verdict = search(limits);
        cpu.push_back(cpu_ms() - cpu_begin);
        wall.push_back(wall_ms() - wall_begin);
        bench::verify(
            verdict.unknown() != nullptr && verdict.unknown()->hit.raise == "--max-states", method);
      }
      const auto count = static_cast<double>(states);
      const double rate = count / median(cpu) * 1e3;
      if (reference_rate == 0) reference_rate = rate;
      const auto rate_text = [](double value) {
        char text[32];
        std::snprintf(text, sizeof text, "%.2e", value);
        return std::string(text);
      };
      table.add({std::string(c.format) + " m = " + std::to_string(c.m) + ", " + method,
                 std::to_string(threads), std::to_string(states), number(median(wall)),
                 number(median(cpu)), rate_text(count / median(wall) * 1e3), rate_text(rate),
                 ratio(rate, reference_rate)});
    };
    // Long enough that the bitset's pages weigh as they do in a long search.
    const std::uint64_t many = smoke ? 200'000 : c.m == 5 ? 500'000 : 8'000'000;
    time("reference", 1, smoke ? 3'000 : 20'000, [&](const core::Limits& limits) {
      return proofs::verify_reference(model, dfa, semantics, limits);
    });
    std::vector<unsigned> counts = {1};
    if (defaults.threads > 1) counts.push_back(defaults.threads);
    for (const unsigned threads : counts) {
      proofs::SearchOptions options;
      options.threads = threads;
      options.rows_before_dense = std::numeric_limits<std::uint32_t>::max();
      time("hash-consed rows", threads, std::min<std::uint64_t>(many, 3'000'000),
           [&](const core::Limits& limits) {
             return proofs::verify_rounded(model, dfa, semantics, limits, options);
           });
      options.rows_before_dense = 0;
      time("dense bitset", threads, many, [&](const core::Limits& limits) {
        return proofs::verify_rounded(model, dfa, semantics, limits, options);
      });
    }
  }
  table.print();
}

}  // namespace

int main(int argc, char** argv) {
  const bool smoke = smoke_asked(argc, argv);
  std::cout << "## Verification in rounded arithmetic\n\n";
  print_machine(smoke);
  known_rotations(smoke);
  known_swaps();
  speed(smoke);
}
