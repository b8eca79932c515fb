#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/lrnn/model.hpp"
#include "proofs_check/theorems/householder.hpp"

namespace statewright::proofs {

/// What is known about the matrix of one input of one layer of a network.
struct FactoredInput {
  std::size_t layer = 0, input = 0;
  Factorisation factorisation;
};

/// Factors A(x) for every input x of every layer, in order. Errors and cost: those of factorise.
std::vector<FactoredInput> factorise_inputs(const core::Model& model,
                                            const core::Limits& limits = {});

/// The network of one layer and one letter `A` that does nothing but multiply its state by `a`:
/// what a certificate about a matrix is about. Requires: `a` is square and not empty.
core::Model matrix_model(const core::Matrix<core::Real>& a);

/// The certificate (claim factors, FORMAT.md 4.5) of what is known about `inputs` of the network:
/// exact products; where factors are only enclosed, the product of rational ones nearby and how far
/// it is from A; minors, and pencils where rank(A - I) factors are not enough; |A| <= 1, or a
/// vector that A makes longer. Errors: Error{unsupported} for irrational parameters.
std::string write_factor_certificate(const core::Model& model,
                                     const std::vector<FactoredInput>& inputs);

/// Whether the text begins like a certificate that is about a network and no automaton.
bool is_network_certificate(std::string_view text);

}  // namespace statewright::proofs
