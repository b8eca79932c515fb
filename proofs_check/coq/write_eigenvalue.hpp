#pragma once

#include <string>
#include <string_view>

namespace statewright::proofs {

/// A Coq file that states and proves the claim `eigenvalue` of a certificate (FORMAT.md 4.8): the
/// product of a layer's matrices has an eigenvalue that is not real, or not a real number >= 0
/// (EigenvalueShown.v). Coq forms the product itself; there are no assumptions.
///
/// `model` and `certificate` are canonical texts. Deterministic; time and space linear in the
/// texts. Errors: Error{syntax} with the line; Error{unsupported} for other claims and for more
/// than two million numbers. Source: proofs_check/coq/README.md.
std::string write_coq_eigenvalue(std::string_view model, std::string_view certificate);

/// What to read beside such a file: what it claims, and how to compile it.
std::string write_coq_eigenvalue_readme(std::string_view subject);

}  // namespace statewright::proofs
