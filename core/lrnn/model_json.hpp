#pragma once

#include <string>
#include <string_view>

#include "core/lrnn/model.hpp"

namespace statewright::core {

/// The model as JSON text, schema "statewright.model/1" (described in core/lrnn/MODEL_FORMAT.md).
/// Numbers are strings: "-3/8", "cos(2pi/5)". Lossless: read_model_json(write_model_json(m)) == m.
std::string write_model_json(const Model& model);

/// Reads and validates a model. `where` names the text in messages.
/// Errors: Error{syntax} with line and column (also for duplicate keys, floats and unknown keys),
/// Error{shape|range} with line, column and the path inside the model.
Model read_model_json(std::string_view text, std::string_view where);

}  // namespace statewright::core
