#include "cli/census_report.hpp"

#include <cstdio>
#include <optional>
#include <vector>

namespace statewright::cli {
namespace {

using kernels::Census;
using kernels::CensusBest;
using kernels::CensusCell;
using kernels::CensusQuestion;
using kernels::Fate;
using kernels::Spectrum;
using Counts = CensusQuestion::Counts;

/// A cell that has members, with what it is the cell of.
struct Row {
  Spectrum spectrum;
  bool contracts;
  Fate fate;
  const CensusCell& cell;
};

std::vector<Row> rows_of(const Census& census) {
  std::vector<Row> rows;
  for (std::size_t s = 0; s < kernels::kSpectra; ++s) {
    for (const bool contracts : {true, false}) {
      for (std::size_t f = 0; f < kernels::kFates; ++f) {
        const CensusCell& cell = census.result.cells[s][contracts ? 1 : 0][f];
        if (cell.count == 0) continue;
        rows.push_back({static_cast<Spectrum>(s), contracts, static_cast<Fate>(f), cell});
      }
    }
  }
  return rows;
}

bool has_cycle(Fate fate) { return kernels::counts(fate, Counts::anything); }

bool has_period(Fate fate) {
  return has_cycle(fate) || fate == Fate::vanishes || fate == Fate::rests;
}

std::string relative_text(std::uint32_t relative) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", relative * kernels::kRelativeUnit);
  return text;
}

/// What is counted.
const char* noun_of(const Census& census) { return census.family.all_starts ? "orbit" : "letter"; }

std::string letter_of(const Census& census, std::uint64_t member) {
  return letter_text(census.family, kernels::census_member(census.family, member).parameters);
}

std::string answer_text(const Census& census, std::optional<bool> contracts, Counts counts) {
  const CensusCell cell = census.answer({Spectrum::nonnegative, contracts, counts});
  if (cell.count == 0) return "none";
  return counted(cell.count, noun_of(census)) + ", amplitude up to " +
         counted(cell.amplitude.value, "value") + ", relative up to " +
         relative_text(cell.relative.value) + ": " + letter_of(census, cell.amplitude.member);
}

std::uint64_t nonnegative(const Census& census) {
  std::uint64_t count = 0;
  for (const Row& row : rows_of(census)) {
    const bool meant = row.spectrum == Spectrum::nonnegative && row.fate != Fate::outside;
    if (meant) count += row.cell.count;
  }
  return count;
}

JsonOut best_json(const Census& census, const CensusBest& best) {
  JsonOut object;
  object["value"] = best.value;
  object["member"] = best.member;
  object["letter"] = letter_of(census, best.member);
  return object;
}

JsonOut answer_json(const Census& census, std::optional<bool> contracts, Counts counts) {
  const CensusCell cell = census.answer({Spectrum::nonnegative, contracts, counts});
  JsonOut object;
  object["members"] = cell.count;
  if (cell.count == 0) return object;
  object["first"] = {{"member", cell.first}, {"letter", letter_of(census, cell.first)}};
  object["amplitude"] = best_json(census, cell.amplitude);
  object["relative"] = best_json(census, cell.relative);
  object["relative"]["value"] = cell.relative.value * kernels::kRelativeUnit;
  return object;
}

std::string quoted_field(const std::string& text) { return "\"" + text + "\""; }

}  // namespace

std::string census_text(const Census& census, Streams& io) {
  const std::uint64_t share = census.end - census.begin, counted_ones = census.next - census.begin;
  std::string text = report_line("census", census.family.text());
  std::string members = counted(counted_ones, noun_of(census));
  if (share != census.family.size()) {
    members += counted_ones == 0 ? ", none of "
                                 : ", numbers " + std::to_string(census.begin) + " to " +
                                       std::to_string(census.next - 1) + " of ";
    members += grouped(census.family.size());
  }
  text += report_line(census.family.all_starts ? "orbits" : "letters",
                      members + ", " + counted(census.result.steps, "step"));
  if (!census.is_complete()) {
    text += report_line(
        "stopped", io.on_out(Ink::doubtful, grouped(share - counted_ones) + " of " +
                                                counted(share, noun_of(census)) + " not counted"));
  }
  text += report_line("spectrum", "real and non-negative: " +
                                      counted(nonnegative(census), noun_of(census)) + ", of which");
  const auto line = [&](const char* word, Counts counts) {
    text += report_line(word, "norm at most 1: " + answer_text(census, true, counts));
    text += report_line("", "norm above 1: " + answer_text(census, false, counts));
  };
  line("parity", Counts::parity);
  line("mod 3", Counts::modulo_3);
  std::vector<std::vector<std::string>> table = {{"spectrum", "norm", "fate", "members",
                                                  "preperiod", "period", "amplitude", "relative",
                                                  "of largest amplitude, or first"}};
  for (const Row& row : rows_of(census)) {
    const CensusCell& cell = row.cell;
    const auto if_known = [&](bool known, const std::string& number) {
      return known ? number : std::string("-");
    };
    table.push_back({std::string(name_of(row.spectrum)), row.contracts ? "<= 1" : "> 1",
                     std::string(name_of(row.fate)), grouped(cell.count),
                     if_known(has_period(row.fate), grouped(cell.longest_preperiod)),
                     if_known(has_period(row.fate), grouped(cell.period.value)),
                     if_known(has_cycle(row.fate), grouped(cell.amplitude.value)),
                     if_known(has_cycle(row.fate), relative_text(cell.relative.value)),
                     letter_of(census, cell.amplitude.member)});
  }
  return text + "\n" + table_text(table);
}

JsonOut census_json(const Census& census) {
  const kernels::CensusFamily& family = census.family;
  JsonOut object;
  object["schema"] = "statewright.census/1";
  object["family"] = std::string(name_of(family.kind));
  object["n"] = family.n;
  object["beta_most"] = family.beta_most;
  object["unit_keys"] = family.unit_keys;
  object["adds"] = family.adds;
  object["format"] = spelling_of(family.format);
  object["rounding"] = std::string(name_of(family.rounding));
  if (family.all_starts) {
    object["start"] = "all";
  } else {
    object["start"] = std::vector<double>(family.start.begin(), family.start.begin() + family.n);
  }
  object["steps"] = family.horizon;
  if (family.sample) {
    object["sample"] = {{"count", family.sample->count}, {"seed", family.sample->seed}};
  }
  object["members"] = family.size();
  object["begin"] = census.begin;
  object["end"] = census.end;
  object["next"] = census.next;
  object["complete"] = census.is_complete();
  object["orbit_steps"] = census.result.steps;
  JsonOut answers;
  answers["members"] = nonnegative(census);
  answers["parity_norm_at_most_1"] = answer_json(census, true, Counts::parity);
  answers["parity"] = answer_json(census, {}, Counts::parity);
  answers["modulo_3_norm_at_most_1"] = answer_json(census, true, Counts::modulo_3);
  answers["modulo_3"] = answer_json(census, {}, Counts::modulo_3);
  object["nonnegative"] = std::move(answers);
  object["classes"] = JsonOut::array();
  for (const Row& row : rows_of(census)) {
    JsonOut entry;
    entry["spectrum"] = std::string(name_of(row.spectrum));
    entry["norm_at_most_1"] = row.contracts;
    entry["fate"] = std::string(name_of(row.fate));
    entry["members"] = row.cell.count;
    entry["first"] = {{"member", row.cell.first}, {"letter", letter_of(census, row.cell.first)}};
    if (has_period(row.fate)) {
      entry["longest_preperiod"] = row.cell.longest_preperiod;
      entry["period"] = best_json(census, row.cell.period);
    }
    if (has_cycle(row.fate)) {
      entry["amplitude"] = best_json(census, row.cell.amplitude);
      entry["relative"] = best_json(census, row.cell.relative);
      entry["relative"]["value"] = row.cell.relative.value * kernels::kRelativeUnit;
    }
    object["classes"].push_back(std::move(entry));
  }
  return object;
}

std::string census_csv(const Census& census) {
  std::string text =
      "spectrum,norm_at_most_1,fate,members,first,longest_preperiod,longest_period,"
      "longest_period_member,amplitude,amplitude_member,relative,relative_member,"
      "amplitude_letter\n";
  for (const Row& row : rows_of(census)) {
    const CensusCell& cell = row.cell;
    text += std::string(name_of(row.spectrum)) + "," + (row.contracts ? "yes" : "no") + "," +
            std::string(name_of(row.fate)) + "," + std::to_string(cell.count) + "," +
            std::to_string(cell.first) + ",";
    text += std::to_string(cell.longest_preperiod) + "," + std::to_string(cell.period.value) + "," +
            std::to_string(cell.period.member) + "," + std::to_string(cell.amplitude.value) + "," +
            std::to_string(cell.amplitude.member) + "," + relative_text(cell.relative.value) + "," +
            std::to_string(cell.relative.member) + "," +
            quoted_field(letter_of(census, cell.amplitude.member)) + "\n";
  }
  return text;
}

std::string census_command_text(const kernels::CensusFamily& family) {
  const kernels::CensusFamily usual;
  std::string text = "statewright census " + std::string(name_of(family.kind)) + " --format " +
                     shell_quoted(spelling_of(family.format));
  if (family.n != usual.n) text += " --n " + std::to_string(family.n);
  if (family.beta_most != usual.beta_most) text += " --beta 1";
  if (family.unit_keys) text += " --unit-keys";
  if (family.adds) text += " --add";
  if (family.rounding != usual.rounding) text += " --rounding once";
  if (family.horizon != usual.horizon) text += " --steps " + std::to_string(family.horizon);
  if (family.all_starts) {
    text += " --start all";
  } else if (family.start != usual.start) {
    for (std::size_t i = 0; i < family.n; ++i) {
      char number[32];
      std::snprintf(number, sizeof number, "%.9g", family.start[i]);
      text += (i > 0 ? "," : " --start ") + std::string(number);
    }
  }
  if (family.sample) {
    text += " --sample " + std::to_string(family.sample->count) + " --seed " +
            std::to_string(family.sample->seed);
  }
  return text;
}

}  // namespace statewright::cli
