#pragma once

#include <string>
#include <string_view>

namespace statewright::proofs {

/// A Coq file that states and proves the claim `no-counting` of a certificate (FORMAT.md 4.7): as
/// write_coq_no_parity, with products of matrices where a layer reads periodic input, and as the
/// theorem that no network with these matrices counts modulo the certificate's modulus in the cast
/// model (CountingNetwork.v). Coq forms the products itself.
///
/// `model` and `certificate` are canonical texts. Deterministic; time and space linear in the
/// texts; literals stand in definitions of at most 600 numbers.
/// Errors: as write_coq_no_parity. Source: proofs_check/coq/README.md.
std::string write_coq_no_counting(std::string_view model, std::string_view certificate);

/// What to read beside such a file: what it claims, and how to compile it.
std::string write_coq_no_counting_readme(std::string_view subject);

}  // namespace statewright::proofs
