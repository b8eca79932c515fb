#pragma once

#include <cstdint>
#include <string>

#include "core/lrnn/model.hpp"

namespace statewright::proofs {

/// The theorem of the Coq library that an answer rests on, by its full name; empty where the
/// library has none. All of them stand in proofs_check/coq/Assumptions.v, which
/// proofs_check/coq/assumptions.py sees to.

/// Of "no parity", proved of every letter under monotone casts: for a network of rational numbers
/// the theorem about its file, whatever its wiring; else the one about stacks of layers, if each
/// layer reads the one before it and nothing else.
std::string no_parity_in_coq(const core::Model& model);

/// The same of "does not count modulo `modulus`". That about stacks is the weaker one: it says
/// nothing if `modulus` divides 2^L, L the number of layers.
std::string no_counting_in_coq(const core::Model& model, std::uint64_t modulus);

/// Of states that a form keeps in a ball or lets grow, in exact arithmetic: for rational networks.
std::string bounded_in_coq(const core::Model& model);
std::string unbounded_in_coq(const core::Model& model);

/// Of what a certificate of claim `factors` says of a network's matrices: for rational networks.
std::string factors_in_coq(const core::Model& model);
/// Of a letter that is no single factor, in any network.
std::string no_single_factor_in_coq();

}  // namespace statewright::proofs
