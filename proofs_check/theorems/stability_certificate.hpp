#pragma once

#include <string>
#include <vector>

#include "core/lrnn/model.hpp"
#include "proofs_check/theorems/bounded_states.hpp"

namespace statewright::proofs {

/// The parts that are known of the layers: common forms, else those of single inputs.
std::vector<const FormPart*> form_parts(const std::vector<LayerStability>& layers);

/// The certificate (claim bounded, FORMAT.md 4.9) of these parts, of which there is one at least.
/// Errors: Error{unsupported} for irrational parameters.
std::string write_bounded_certificate(const core::Model& model,
                                      const std::vector<const FormPart*>& parts);

/// The certificate (claim unbounded, 4.10) of a word that makes a layer's states grow. Errors: the
/// same.
std::string write_unbounded_certificate(const core::Model& model, std::size_t layer,
                                        const GrowingWord& word);

}  // namespace statewright::proofs
