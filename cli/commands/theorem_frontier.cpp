#include <algorithm>
#include <cctype>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/census_report.hpp"
#include "cli/commands/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/shared.hpp"
#include "cli/text.hpp"
#include "cli/whole_folder.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_json.hpp"
#include "proofs_check/theorems/frontier.hpp"

namespace statewright::cli {
namespace {

using proofs::Counting;
using proofs::Family;
using proofs::FrontierCell;
using Answer = FrontierCell::Answer;

constexpr std::uint64_t kFull = 10'000'000'000;  // minutes of two processors

constexpr Counting kBoth[] = {Counting::parity, Counting::mod3};

std::string decimal(double value) {
  char text[32];
  const char* form = value >= 100 ? "%.0f" : value >= 0.01 || value == 0 ? "%.2f" : "%.1e";
  std::snprintf(text, sizeof text, form, value);
  return text;
}

const FrontierCell& cell_of(const std::vector<FrontierCell>& table, const Family& family,
                            const core::Semantics& semantics, Counting counting) {
  return *std::find_if(table.begin(), table.end(), [&](const FrontierCell& cell) {
    return cell.family == family.id && cell.semantics == semantics && cell.counting == counting;
  });
}

std::string word_of(const FrontierCell& cell) {
  switch (cell.answer) {
    case Answer::theorem:
      return "cannot";
    case Answer::counterexample:
      return cell.amplitude ? "by rounding" : "can";
    case Answer::exhaustive:
      return "none n=" + std::to_string(cell.census ? cell.census->n : 2);
    case Answer::open:
      return "open";
    case Answer::undefined:
      return "-";
  }
  return {};
}

/// "deltanet01-parity-mixed_state_fp32_io_bf16.json", "diagonal11-parity.json"
std::string file_of(const FrontierCell& cell) {
  std::string name = (cell.from.empty() ? cell.family : cell.from) +
                     (cell.counting == Counting::parity ? "-parity" : "-mod3");
  // Right in exact arithmetic, where it rounds nothing: one file for all arithmetics.
  if (cell.exact) return name + ".json";
  name += '-';
  for (const char c : cell.semantics.id()) {
    const bool kept = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (kept || name.back() != '_') name += kept ? c : '_';
  }
  return name + ".json";
}

/// Whether a file may be one that `--save` has written.
bool is_network_file(std::string_view name) {
  return name.ends_with(".json") &&
         std::any_of(proofs::families().begin(), proofs::families().end(),
                     [&](const Family& family) { return name.starts_with(family.id + "-"); });
}

std::string network_text(const FrontierCell& cell) {
  std::string text = counted(cell.network->layers[0].n, "number");
  if (cell.network->layers.size() > 1) {
    text += " in the first of " + counted(cell.network->layers.size(), "layer");
  }
  if (cell.exact) return text + ", nothing rounds";
  if (cell.product_states > 0) {
    text += ", proved with " + counted(cell.product_states, "product state");
  }
  if (cell.amplitude) {
    text += "; the cycle spans " + decimal(cell.amplitude->ulps) + " ulp, a step is " +
            decimal(cell.amplitude->mean_step) + " u|h|, its rounding error at most " +
            decimal(cell.amplitude->error) + " u|h|";
  } else {
    text += "; " + cell.reason;
  }
  return text;
}

/// Every reason once, with the cells that it stands for.
std::vector<std::pair<std::string, std::string>> evidence(const std::vector<FrontierCell>& table,
                                                          const std::string& folder) {
  std::vector<std::pair<std::string, std::string>> list;
  const auto add = [&](const std::string& reason, const std::string& where) {
    for (auto& [text, places] : list) {
      if (text != reason) continue;
      places += ", " + where;
      return;
    }
    list.emplace_back(reason, where);
  };
  for (const FrontierCell& cell : table) {
    const std::string where =
        cell.family + " " + proofs::language_of(cell.counting) + " in " + cell.semantics.id();
    if (cell.answer == Answer::theorem) {
      add(cell.reason + (cell.coq.empty() ? "" : "; Coq: " + cell.coq), where);
    } else if (cell.answer == Answer::counterexample && cell.from.empty()) {
      std::string text = network_text(cell);
      if (!folder.empty() && cell.product_states > 0) {
        text += ": `statewright verify " + shell_quoted(folder + "/" + file_of(cell)) + " " +
                proofs::language_of(cell.counting) +
                (cell.exact ? "" : " --arith " + cell.semantics.id()) + "`";
      }
      add(text, where);
    } else if (cell.answer == Answer::exhaustive && !cell.census) {
      add("one layer, 2 numbers: " + cell.reason + ", of all " + grouped(cell.chunk_orbits) +
              ": `statewright theorem frontier --format " + cell.semantics.state.id() + "`",
          where);
    } else if (cell.answer == Answer::exhaustive) {
      add("one layer, " + counted(cell.census->n, "number") + ": " + cell.reason + ", of all " +
              grouped(cell.census->size()) + ": `" + census_command_text(*cell.census) + "`",
          where);
    } else if (cell.answer == Answer::open) {
      add(cell.tried == 0
              ? cell.reason
              : "none found among " + counted(cell.tried, "transition") + ", 64 states each",
          where);
    }
  }
  return list;
}

std::vector<std::vector<std::string>> rows_of(const std::vector<FrontierCell>& table,
                                              const std::vector<core::Semantics>& semantics,
                                              Counting counting, bool narrow) {
  std::vector<std::vector<std::string>> rows = {{"family"}};
  for (const core::Semantics& one : semantics) {
    std::string heading = one.id();
    if (narrow) {
      heading = heading.substr(0, heading.find(':'));
      if (one.kind == core::Semantics::Kind::chunk) heading += " " + std::to_string(one.chunk);
    }
    rows[0].push_back(std::move(heading));
  }
  for (const Family& family : proofs::families()) {
    rows.push_back({narrow ? family.id : family.name});
    for (const core::Semantics& one : semantics) {
      rows.back().push_back(word_of(cell_of(table, family, one, counting)));
    }
  }
  return rows;
}

/// Bars would end a column.
std::string in_table(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '|' ? "\\|" : std::string(1, c);
  return out;
}

std::string markdown(const std::vector<FrontierCell>& table,
                     const std::vector<core::Semantics>& semantics, const std::string& folder,
                     const std::string& command) {
  std::string text =
      "# The frontier of the impossibility theorems\n\nWhich families of transitions can count, in "
      "which arithmetic. Printed by\n\n```\n" +
      command +
      "\n```\n\n`cannot`: no network of the family, by a theorem. `by rounding`: a network "
      "whose "
      "rounding errors go around a cycle for ever, proved for words of every length. `can`: one "
      "that needs no such luck. `none n=2`: no network of one layer whose state has two numbers "
      "(in each column) and whose parameters are values of the format, of which all letters were "
      "applied to all states. `open`: none of these. u is the unit roundoff of the state's format, "
      "|h| "
      "the largest state of the cycle.\n";
  for (const Counting counting : kBoth) {
    text += "\n## " + std::string(counting == Counting::parity ? "Parity" : "Counting modulo 3") +
            "\n\n";
    const auto rows = rows_of(table, semantics, counting, false);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      for (const std::string& cell : rows[r]) text += "| " + in_table(cell) + " ";
      text += "|\n";
      if (r > 0) continue;
      for (std::size_t c = 0; c < rows[r].size(); ++c) text += "| --- ";
      text += "|\n";
    }
  }
  text += "\n## Families\n\n| id | name | A |\n| --- | --- | --- |\n";
  for (const Family& family : proofs::families()) {
    text += "| " + family.id + " | " + family.name + " | " + in_table(family.transitions) + " |\n";
  }
  text += "\n## Evidence\n\n";
  for (const auto& [reason, places] : evidence(table, folder)) {
    text.append("- ").append(reason).append("\n  (").append(places).append(")\n");
  }
  return text;
}

JsonOut json_of(const std::vector<FrontierCell>& table, const core::Format& format,
                std::uint64_t candidates) {
  JsonOut object;
  object["schema"] = "statewright.frontier/1";
  object["format"] = format.id();
  object["candidates"] = candidates;
  object["cells"] = JsonOut::array();
  for (const FrontierCell& cell : table) {
    JsonOut one;
    one["family"] = cell.family;
    one["arithmetic"] = cell.semantics.id();
    one["statement"] = proofs::language_of(cell.counting);
    constexpr const char* kWords[] = {"theorem", "counterexample", "exhaustive", "open",
                                      "undefined"};
    one["answer"] = kWords[static_cast<std::size_t>(cell.answer)];
    one["reason"] = cell.reason;
    if (!cell.coq.empty()) one["coq"] = cell.coq;
    if (!cell.from.empty()) one["network_of"] = cell.from;
    if (cell.tried > 0) one["tried"] = cell.tried;
    if (cell.census) {
      one["census"] = {{"orbits", cell.census->size()},
                       {"command", census_command_text(*cell.census)}};
    }
    if (cell.chunk_orbits > 0) one["census"] = {{"orbits", cell.chunk_orbits}};
    if (cell.product_states > 0) one["product_states"] = cell.product_states;
    if (cell.amplitude) {
      one["cycle"] = {{"ulps", cell.amplitude->ulps},
                      {"mean_step", cell.amplitude->mean_step},
                      {"error", cell.amplitude->error}};
    }
    if (cell.network) one["network"] = JsonOut::parse(core::write_model_json(*cell.network));
    object["cells"].push_back(std::move(one));
  }
  return object;
}

int run(const Args& args, Streams& io) {
  proofs::FrontierOptions options;
  options.format = core::parse_format(args.value("--format").value_or("bf16"), "--format");
  const core::Rounding rounding = options.format.rounding;
  if (options.format.is_fixed() ||
      (rounding != core::Rounding::nearest_even && rounding != core::Rounding::nearest_away)) {
    throw core::Error({core::Fault::unsupported, "--format",
                       "a floating-point format that rounds to nearest",
                       core::quoted(options.format.id()), "bf16, fp16, e4m3, e5m2"});
  }
  options.candidates = args.number("--candidates", 1, 100'000'000).value_or(options.candidates);
  options.threads = args.number("--threads", 1, 1024).value_or(0);
  if (args.has("--full")) options.members = kFull;
  options.backend = kernels::Backend::automatic;
  if (const auto backend = args.value("--backend")) {
    options.backend = kernels::parse_backend(*backend, "--backend");
    kernels::resolve(options.backend);  // what is not here is said even where no census is made
  }
  const std::optional<Output> report = Output::beside_json(args, "--markdown");
  std::optional<WholeFolder> networks;
  if (args.has("--save")) {
    networks.emplace(*args.value("--save"), args.has("--force"), is_network_file);
  }
  const std::string folder = networks ? networks->path() : "";
  Work work(args, io);
  options.limits = work.limits();
  const std::vector<FrontierCell> table = proofs::frontier(options);
  work.finish();
  if (Interrupt::requested()) {
    io.note("interrupted: nothing is written");
    return kInterrupted;
  }
  if (networks) {
    for (const FrontierCell& cell : table) {
      if (cell.network && cell.from.empty()) {
        networks->add(file_of(cell), core::write_model_json(*cell.network));
      }
    }
    networks->finish();
  }
  const auto semantics = proofs::frontier_semantics(options.format);
  if (report) {
    std::string command = "statewright theorem frontier --format " + options.format.id() +
                          " --candidates " + std::to_string(options.candidates);
    if (args.has("--full")) command += " --full";
    if (!folder.empty()) command += " --save " + shell_quoted(folder);
    report->write(markdown(table, semantics, folder, command), io);
  }
  if (args.has("--json")) {
    io.out() << json_text(json_of(table, options.format, options.candidates));
  } else if (!report || !report->is_standard()) {
    for (const Counting counting : kBoth) {
      io.out() << (counting == Counting::parity ? "" : "\n") << "can it recognise "
               << proofs::language_of(counting) << "?\n\n"
               << table_text(rows_of(table, semantics, counting, true), 2);
    }
    io.out() << "\nevidence\n";
    for (const auto& [reason, places] : evidence(table, folder)) {
      io.out() << wrapped(reason, 80, 2) << wrapped(places, 80, 6);
    }
  }
  if (folder.empty() && !args.has("--json")) {
    io.hint("`--save FOLDER` writes the networks, so that each can be verified by itself");
  }
  const bool late =
      options.limits.deadline && std::chrono::steady_clock::now() >= *options.limits.deadline;
  return late ? kUnknown : kDone;
}

}  // namespace

Command theorem_frontier_command() {
  return {
      .name = "frontier",
      .summary = "which families of networks can count, in which arithmetic",
      .description =
          "Networks whose transitions have no negative eigenvalue cannot recognise parity, and "
          "those with real eigenvalues cannot count modulo 3: in the arithmetic of the theorems, "
          "where products of matrices are exact. This table asks the same of other arithmetics: "
          "one rounding per step (once:F), every operation rounded (F), a state in fp32 (mixed), "
          "and the chunked order of training kernels (chunk 4 and chunk 64 letters).\n"
          "\n"
          "`cannot` stands where a theorem covers the whole family. Otherwise transitions of the "
          "family are drawn and the orbits of 64 states each followed until they repeat; a cycle "
          "of "
          "2 or 3 states, made into a network with an identity letter, is then proved to count for "
          "words of every length: `by rounding`. In chunks a letter is built whose state goes "
          "down and up by absorption. `can` stands where no rounding is needed, or "
          "where in the cast model a midpoint is straddled for ever. What was searched without "
          "success is `open`; unless the format is so small that all letters can be applied to all "
          "states of two numbers (see `statewright census`), which shows that one layer cannot: "
          "`none n=2`.",
      .examples =
          {
              {"statewright theorem frontier --candidates 200 --save frontier",
               "the table for bf16, and the networks behind it"},
              {"statewright theorem frontier --format e2m1 --candidates 50",
               "for 4 bits, where a census answers what no theorem does"},
              {"statewright theorem frontier --format e4m3 --candidates 100 --json",
               "for an 8-bit format, for programs"},
          },
      .flags = with_common(
          {
              {.name = "--format", .value = "F", .what = "the number format; bf16 without it"},
              {.name = "--candidates",
               .value = "N",
               .what = "transitions drawn for a cell and size of state; 2000 without it"},
              {.name = "--threads",
               .value = "N",
               .what = "threads to search with; one a processor without it. Results do not depend "
                       "on it"},
              {.name = "--full",
               .what = "make censuses of up to 10,000,000,000 orbits, not 20,000,000"},
              {.name = "--backend",
               .value = "B",
               .what = "who makes censuses; auto takes GPUs where there are some",
               .choices = {"auto", "reference", "cpu", "cuda"}},
              {.name = "--save",
               .value = "FOLDER",
               .what = "write every network that counts, as JSON",
               .completes = Completes::directory},
              {.name = "--markdown",
               .value = "FILE",
               .what = "write the report as Markdown, - for standard output",
               .completes = Completes::file},
          },
          {Common::json, Common::force, Common::limits}),
      .run = run,
  };
}

}  // namespace statewright::cli
