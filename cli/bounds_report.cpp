#include "cli/bounds_report.hpp"

#include <optional>
#include <variant>

#include "cli/outcome.hpp"

namespace statewright::cli {
namespace {

using core::Outcome;
using proofs::Horizon;

std::string certified_cell(const Horizon& row) {
  if (!row.certified) return "-";
  return row.certified->every_length ? "every" : grouped(row.certified->letters);
}

/// How the certified number was found, for readers and for programs.
const char* method_name(const Horizon& row) {
  return row.certified_by == proofs::Method::enclosure ? "enclosures" : "exact states";
}

std::string exact_cell(const Horizon& row) {
  if (row.outcome == Outcome::proved) return "every";
  if (row.outcome == Outcome::unknown) return "unknown";
  return row.exact_letters ? grouped(*row.exact_letters) : "none";
}

std::string failure_cell(const Horizon& row, const std::optional<std::uint64_t>& letters) {
  if (letters) return grouped(*letters);
  return row.sampled_letters > 0 ? "never" : "-";
}

std::string optional_cell(const std::optional<std::uint64_t>& number) {
  return number ? std::to_string(*number) : "";
}

/// Bits of precision of what states are kept in.
std::string precision_cell(const Horizon& row) {
  if (row.semantics.kind == core::Semantics::Kind::exact) return "";
  return std::to_string(row.semantics.state.precision());
}

}  // namespace

std::vector<std::vector<std::string>> horizon_table(const std::vector<Horizon>& rows) {
  std::vector<std::vector<std::string>> table = {
      {"arithmetic", "certified", "exact", "random fails", "adversary fails", "states", "time"}};
  for (const Horizon& row : rows) {
    table.push_back(
        {row.semantics.id(), certified_cell(row), exact_cell(row),
         failure_cell(row, row.random_failure), failure_cell(row, row.adversarial_failure),
         row.outcome == Outcome::unknown ? "-" : grouped(row.states), seconds_text(row.seconds)});
  }
  return table;
}

JsonOut horizon_json(const core::Model& model, const Horizon& row) {
  const auto number = [](const std::optional<std::uint64_t>& value) {
    return value ? JsonOut(*value) : JsonOut(nullptr);
  };
  JsonOut object;
  object["arithmetic"] = row.semantics.id();
  if (row.certified) {
    object["certified"] = {
        {"every_length", row.certified->every_length},
        {"letters",
         row.certified->every_length ? JsonOut(nullptr) : JsonOut(row.certified->letters)},
        {"method", method_name(row)}};
  } else {
    object["certified"] = nullptr;
    object["certified_why"] = row.certified_why;
  }
  object["outcome"] = word_of(row.outcome);
  object["exact_letters"] = number(row.exact_letters);
  if (row.outcome == Outcome::refuted) object["witness"] = word_json(model.letters, row.witness);
  if (row.outcome == Outcome::unknown) {
    object["limit"] = row.hit.limit;
    object["raise"] = row.hit.raise;
    object["reached"] = row.reached;
  }
  object["states"] = row.outcome == Outcome::unknown ? JsonOut(nullptr) : JsonOut(row.states);
  object["random_failure"] = number(row.random_failure);
  object["adversarial_failure"] = number(row.adversarial_failure);
  object["sampled_letters"] = row.sampled_letters;
  object["seconds"] = row.seconds;
  return object;
}

std::string horizon_csv(const std::vector<Horizon>& rows) {
  std::string text =
      "arithmetic,precision,outcome,certified_letters,certified_by,exact_letters,"
      "random_failure,adversarial_failure,states,seconds\n";
  for (const Horizon& row : rows) {
    std::string certified, exact;
    if (row.certified) {
      certified = row.certified->every_length ? "inf" : std::to_string(row.certified->letters);
    }
    if (row.outcome == Outcome::proved) exact = "inf";
    if (row.outcome == Outcome::refuted) {
      exact = row.exact_letters ? std::to_string(*row.exact_letters) : "-1";
    }
    const std::vector<std::string> cells = {
        "\"" + row.semantics.id() + "\"",
        precision_cell(row),
        word_of(row.outcome),
        certified,
        row.certified ? method_name(row) : "",
        exact,
        optional_cell(row.random_failure),
        optional_cell(row.adversarial_failure),
        row.outcome == Outcome::unknown ? "" : std::to_string(row.states),
        std::to_string(row.seconds)};
    for (const std::string& cell : cells) text.append(&cell == &cells[0] ? "" : ",").append(cell);
    text += "\n";
  }
  return text;
}

}  // namespace statewright::cli
