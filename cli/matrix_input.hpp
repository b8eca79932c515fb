#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/linalg/matrix.hpp"
#include "core/lrnn/model.hpp"

namespace statewright::cli {

/// A square matrix or a network, as a user names them.
struct MatrixOrModel {
  core::Model model;       ///< of a matrix, proofs::matrix_model
  bool is_matrix = false;  ///< one matrix was given
};

/// Whether `spec` spells the rows of a matrix, "0 1; 1 0", rather than a file: it contains a blank
/// or a semicolon and no file has that name, or it is one number.
bool is_matrix_rows(const std::string& spec);

/// Rows separated by `;`, entries by blanks or commas, each as core::parse_real reads it without
/// blanks: "1/2 0; 0 cos(2pi/5)". Errors: Error{syntax|range} with row and column; Error{shape}
/// unless it is square and not empty.
core::Matrix<core::Real> parse_matrix_rows(std::string_view text);

/// The matrix of `{"matrix": [["1/2", 0], [0, "cos(2pi/5)"]]}`, entries as in networks; nothing if
/// the text has no such member. Errors: as above, with line and column.
std::optional<core::Matrix<core::Real>> parse_matrix_json(std::string_view text,
                                                          const std::string& path);

/// Rows, or a JSON file with a matrix or a network, "-" for standard input. Errors: as above, and
/// of read_model.
MatrixOrModel read_matrix_or_model(const std::string& spec);

}  // namespace statewright::cli
