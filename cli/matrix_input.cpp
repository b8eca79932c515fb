#include "cli/matrix_input.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "cli/inputs.hpp"
#include "core/error.hpp"
#include "core/text/file.hpp"
#include "core/text/json.hpp"
#include "proofs_check/theorems/householder_certificate.hpp"

namespace statewright::cli {
namespace {

using core::Error;
using core::Fault;
using core::Matrix;
using core::Real;

std::string place(std::size_t row, std::size_t column) {
  return "matrix: row " + std::to_string(row) + ", column " + std::to_string(column);
}

Matrix<Real> square(std::vector<std::vector<Real>> rows, const std::string& where) {
  const std::size_t n = rows.size();
  for (std::size_t i = 0; i < n; ++i) {
    if (rows[i].size() == n) continue;
    throw Error(
        {Fault::shape, where,
         "a square matrix: as many entries in each row as there are rows, " + std::to_string(n),
         std::to_string(rows[i].size()) + " in row " + std::to_string(i)});
  }
  if (n == 0) throw Error({Fault::shape, where, "a matrix", "no rows"});
  Matrix<Real> m(n, n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) m(i, j) = std::move(rows[i][j]);
  }
  return m;
}

bool separates(char c) { return c == ' ' || c == '\t' || c == '\n' || c == ','; }

}  // namespace

bool is_matrix_rows(const std::string& spec) {
  std::error_code ignored;
  if (spec.empty()) return true;  // none, which parse_matrix_rows refuses
  if (spec == "-" || std::filesystem::exists(spec, ignored)) return false;
  if (spec.find_first_of(" ;") != std::string::npos) return true;
  return spec.find_first_not_of("+-0123456789/.") == std::string::npos;
}

Matrix<Real> parse_matrix_rows(std::string_view text) {
  std::vector<std::vector<Real>> rows(1);
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ';') {
      rows.emplace_back();
      ++at;
    } else if (separates(text[at])) {
      ++at;
    } else {
      std::size_t end = at;
      while (end < text.size() && !separates(text[end]) && text[end] != ';') ++end;
      rows.back().push_back(
          core::parse_real(text.substr(at, end - at), place(rows.size() - 1, rows.back().size())));
      at = end;
    }
  }
  if (rows.back().empty()) rows.pop_back();  // "0 1; 1 0;" and nothing at all
  return square(std::move(rows), "matrix");
}

std::optional<Matrix<Real>> parse_matrix_json(std::string_view text, const std::string& path) {
  const core::JsonDocument document(text, path);
  if (!document.root().is_object() || !document.root().contains("matrix")) return {};
  document.only_keys(document.root(), {"matrix"});
  std::vector<std::vector<Real>> rows;
  for (const core::Json& row : document.array(document.member(document.root(), "matrix"))) {
    rows.emplace_back();
    for (const core::Json& entry : document.array(row)) {
      const std::string spelled = entry.is_number_integer() ? entry.dump() : document.string(entry);
      rows.back().push_back(core::parse_real(spelled, document.place(entry)));
    }
  }
  return square(std::move(rows), path + ": matrix");
}

MatrixOrModel read_matrix_or_model(const std::string& spec) {
  if (is_matrix_rows(spec)) return {proofs::matrix_model(parse_matrix_rows(spec)), true};
  std::error_code ignored;
  if (spec != "-" && !std::filesystem::exists(spec, ignored)) {
    throw Error({Fault::io,
                 spec,
                 "a readable file, or rows such as \"0 1; 1 0\"",
                 "No such file or directory",
                 {}});
  }
  const std::string text = core::read_file(spec);
  const std::string path = spec == "-" ? "standard input" : spec;
  if (!is_canonical_model(text)) {
    if (auto matrix = parse_matrix_json(text, path)) {
      return {proofs::matrix_model(*matrix), true};
    }
  }
  return {parse_model(text, path), false};
}

}  // namespace statewright::cli
