#include "cli/theorem_tables.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/interrupt.hpp"
#include "cli/outcome.hpp"
#include "cli/progress.hpp"
#include "cli/promised.hpp"
#include "cli/shared.hpp"
#include "cli/text.hpp"
#include "core/number/format.hpp"
#include "proofs_check/theorems/factor_counts.hpp"
#include "proofs_check/theorems/family_spectra.hpp"
#include "proofs_check/theorems/group.hpp"
#include "proofs_check/theorems/regular.hpp"

namespace statewright::cli {
namespace {

using proofs::FactorCounts;
using proofs::FamilySpectra;
using proofs::GroupTheorem;
using proofs::ProductSpectra;
using proofs::RegularTheorem;

constexpr const char* kFormat = "bf16";  ///< what parameters are drawn from

std::uint64_t candidates_of(const Args& args, std::uint64_t otherwise) {
  return args.number("--candidates", 1, 1'000'000).value_or(otherwise);
}

JsonOut table_json(const std::string& name, std::optional<std::uint64_t> candidates = {},
                   const char* format = nullptr) {
  JsonOut object;
  object["schema"] = "statewright.theorem." + name + "-table/1";
  if (candidates) object["candidates"] = *candidates;
  if (format != nullptr) object["format"] = format;
  object["rows"] = JsonOut::array();
  return object;
}

std::string decimal(double x, const char* format = "%.4g") {
  char text[32];
  std::snprintf(text, sizeof text, format, x);
  return text;
}

template <class Number>
JsonOut or_null(const std::optional<Number>& value) {
  return value ? JsonOut(*value) : JsonOut(nullptr);
}

std::string share_text(std::uint64_t some, std::uint64_t all) {
  return grouped(some) + " of " + grouped(all);
}

/// The exit code, of a table whose rows agree with theory and are whole. Says where they are not.
int exit_of_table(bool agrees, bool whole, Streams& io) {
  const bool interrupted = Interrupt::requested();
  if (!whole) {
    io.note(std::string("not all of the table is there: ") +
            (interrupted ? "interrupted" : "a limit stopped it"));
  }
  if (interrupted) return kInterrupted;
  return !agrees ? kRefuted : whole ? kDone : kUnknown;
}

int print_spectra(const Args& args, Streams& io, const std::string& name,
                  const std::vector<std::size_t>& sizes, const std::vector<std::uint64_t>& lengths,
                  std::uint64_t count, std::vector<std::string> head,
                  std::vector<std::string> (*cells)(const FamilySpectra&)) {
  Work work(args, io);
  const core::Format format = core::parse_format(kFormat, "--format");
  std::vector<FamilySpectra> table;
  for (const std::size_t n : sizes) {
    for (FamilySpectra& row :
         proofs::spectra_of_families(format, n, lengths, count, work.limits())) {
      table.push_back(std::move(row));
    }
  }
  work.finish();
  std::stable_sort(table.begin(), table.end(), [](const auto& a, const auto& b) {
    return a.family < b.family;  // one list holds them all
  });
  JsonOut object = table_json(name, count, kFormat);
  std::vector<std::vector<std::string>> rows = {std::move(head)};
  bool agrees = true, whole = true;
  for (const FamilySpectra& row : table) {
    agrees = agrees && row.agrees();
    for (const ProductSpectra& one : row.products) {
      whole = whole && one.drawn == count;
      object["rows"].push_back({{"family", row.family->id},
                                {"n", row.n},
                                {"length", one.length},
                                {"drawn", one.drawn},
                                {"real_nonnegative", one.nonnegative},
                                {"real", one.real},
                                {"least", or_null(one.least)},
                                {"widest_degrees", or_null(one.widest)}});
    }
    if (row.products[0].drawn > 0) rows.push_back(cells(row));
  }
  io.out() << (args.has("--json") ? json_text(object) : table_text(rows));
  return exit_of_table(agrees, whole, io);
}

std::vector<std::string> parity_cells(const FamilySpectra& row) {
  const ProductSpectra& one = row.products[0];
  return {row.family->name,
          std::to_string(row.n),
          grouped(one.drawn),
          grouped(one.nonnegative),
          grouped(one.real - one.nonnegative),
          grouped(one.drawn - one.real),
          one.least ? decimal(*one.least) : "-",
          row.family->nonnegative ? "cannot" : "silent"};
}

std::vector<std::string> counting_cells(const FamilySpectra& row) {
  std::vector<std::string> cells = {row.family->name, std::to_string(row.n)};
  std::optional<double> widest;
  for (const ProductSpectra& one : row.products) {
    cells.push_back(share_text(one.real, one.drawn));
    if (one.widest) widest = std::max(widest.value_or(0), *one.widest);
  }
  cells.push_back(widest ? decimal(*widest, "%.3g") : "-");
  cells.push_back(row.family->nonnegative || row.family->triangular ? "cannot" : "silent");
  return cells;
}

std::string layers_text(const proofs::PromisedNetwork& network) {
  const char* word = word_of(network.verdict.outcome());
  std::string text = std::string(word) + ", " + counted(network.cost.layers, "layer");
  if (const proofs::Counterexample* found = network.verdict.witness()) {
    text = std::string(word) + " by " + word_text(network.model.letters, found->word);
  }
  return text;
}

/// One row for each language that a theorem is tried on.
template <class Theorem>
int print_languages(const Args& args, Streams& io, const std::string& name,
                    const std::vector<std::string>& languages,
                    Theorem (*check)(const automata::Language&, const core::Limits&),
                    std::vector<std::string> head,
                    std::vector<std::string> (*cells)(const Theorem&),
                    JsonOut (*json)(const Theorem&), core::Outcome (*outcome)(const Theorem&)) {
  Work work(args, io);
  JsonOut object = table_json(name);
  std::vector<std::vector<std::string>> rows = {std::move(head)};
  bool agrees = true, whole = true;
  for (const std::string& language : languages) {
    if (work.limits().is_over()) {
      whole = false;
      break;
    }
    const Theorem theorem = check(automata::load_language(language), work.limits());
    agrees = agrees && outcome(theorem) != core::Outcome::refuted;
    whole = whole && outcome(theorem) == core::Outcome::proved;
    rows.push_back(cells(theorem));
    rows.back().insert(rows.back().begin(), language);
    JsonOut row;
    row["language"] = language;
    row.update(json(theorem));
    object["rows"].push_back(std::move(row));
  }
  work.finish();
  io.out() << (args.has("--json") ? json_text(object) : table_text(rows));
  return exit_of_table(agrees, whole, io);
}

std::vector<std::string> group_cells(const GroupTheorem& t) {
  const bool points = t.most_moved_points() > 0;
  return {
      t.group,
      std::to_string(t.minimal.dfa.size()),
      t.points ? std::to_string(*t.points) : "?",
      std::to_string(t.most_moved_states() - 1),
      points ? std::to_string(t.most_moved_points() - 1) : "?",
      points ? std::to_string(t.most_swaps()) : "?",
      layers_text(t.network) + (t.network.cost.factors_per_token
                                    ? ", " + counted(*t.network.cost.factors_per_token, "factor")
                                    : ""),
      t.reflections ? layers_text(*t.reflections) : "-"};
}

JsonOut group_row(const GroupTheorem& t) {
  JsonOut row;
  row["group"] = t.group;
  row["states"] = t.minimal.dfa.size();
  row["points"] = or_null(t.points);
  row["most_moved_states"] = t.most_moved_states();
  row["most_moved_points"] = t.most_moved_points();
  row["most_swaps"] = t.most_swaps();
  row["network"] = promised_json(t.network);
  row["theorem_6"] = t.reflections ? promised_json(*t.reflections) : JsonOut(nullptr);
  return row;
}

core::Outcome group_outcome(const GroupTheorem& t) {
  const core::Outcome one = t.network.verdict.outcome();
  return one != core::Outcome::proved || !t.reflections ? one : t.reflections->verdict.outcome();
}

std::vector<std::string> regular_cells(const RegularTheorem& t) {
  return {std::to_string(t.states()), std::to_string(t.levels()),         layers_text(t.printed),
          layers_text(t.repaired),    std::to_string(2 * t.levels() + 1), std::to_string(t.widest)};
}

JsonOut regular_row(const RegularTheorem& t) {
  JsonOut row;
  row["states"] = t.states();
  row["levels"] = t.levels();
  row["printed"] = promised_json(t.printed);
  row["repaired"] = promised_json(t.repaired);
  row["layers_at_most"] = 2 * t.levels() + 1;
  row["widest"] = t.widest;
  return row;
}

core::Outcome regular_outcome(const RegularTheorem& t) { return t.repaired.verdict.outcome(); }

}  // namespace

int parity_table(const Args& args, Streams& io) {
  return print_spectra(
      args, io, "parity", {2, 4}, {1}, candidates_of(args, 200),
      {"family", "n", "letters", "real, >= 0", "negative", "not real", "least", "theorem 1"},
      parity_cells);
}

int counting_table(const Args& args, Streams& io) {
  return print_spectra(
      args, io, "counting", {2, 4}, {1, 2, 4}, candidates_of(args, 100),
      {"family", "n", "real: of letters", "of pairs", "of fours", "widest angle", "theorem 2"},
      counting_cells);
}

int householder_table(const Args& args, Streams& io) {
  constexpr std::size_t kLargest = 5;
  const std::uint64_t count = candidates_of(args, 20);
  Work work(args, io);
  const std::vector<FactorCounts> table = proofs::factor_counts(kLargest, count, work.limits());
  work.finish();
  JsonOut object = table_json("householder", count);
  std::vector<std::vector<std::string>> rows = {
      {"matrices", "n", "drawn", "rank(A - I)", "more", "bounds only", "longest", "promised"}};
  bool agrees = true, whole = true;
  for (const FactorCounts& row : table) {
    agrees = agrees && row.agrees();
    whole = whole && row.drawn == count;
    if (row.drawn > 0) {
      rows.push_back({row.kind, std::to_string(row.n), grouped(row.drawn), grouped(row.at_rank),
                      grouped(row.above), grouped(row.open), std::to_string(row.most),
                      std::to_string(row.promised)});
    }
    object["rows"].push_back({{"matrices", row.kind},
                              {"n", row.n},
                              {"drawn", row.drawn},
                              {"at_rank", row.at_rank},
                              {"above", row.above},
                              {"bounds_only", row.open},
                              {"longest", row.most},
                              {"promised", row.promised}});
  }
  io.out() << (args.has("--json") ? json_text(object) : table_text(rows));
  return exit_of_table(agrees, whole, io);
}

int group_table(const Args& args, Streams& io) {
  return print_languages<GroupTheorem>(args, io, "group", proofs::group_languages(),
                                       proofs::check_group_theorem,
                                       {"language", "group", "states", "points", "k - 1",
                                        "by points", "n - #cycles", "theorem 3", "theorem 6"},
                                       group_cells, group_row, group_outcome);
}

int regular_table(const Args& args, Streams& io) {
  return print_languages<RegularTheorem>(
      args, io, "regular", proofs::regular_languages(), proofs::check_regular_theorem,
      {"language", "states", "levels", "as printed", "repaired", "layers at most", "widest"},
      regular_cells, regular_row, regular_outcome);
}

Flag candidates_flag(std::string what, const std::string& word) {
  return {.name = "--candidates",
          .value = "N",
          .what = std::move(what),
          .more = "For the table that is printed without " + word + "."};
}

}  // namespace statewright::cli
