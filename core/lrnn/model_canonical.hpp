#pragma once

#include <string>

#include "core/lrnn/model.hpp"

namespace statewright::core {

/// The model in the canonical line-oriented form "statewright-model 1" that certificates refer to
/// and the independent checker reads. Grammar: proofs_check/FORMAT.md, section 2.
std::string write_model_canonical(const Model& model);

}  // namespace statewright::core
