#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/lrnn/model.hpp"
#include "proofs_check/theorems/counting.hpp"
#include "proofs_check/theorems/parity.hpp"

namespace statewright::proofs {

/// The certificate (claim no-parity, FORMAT.md 4.7) that the network's output is in the end
/// constant on the words of one letter, for those letters where that is proved. Errors:
/// Error{unsupported} if there is no such letter; as require_rational.
std::string write_no_parity_certificate(const core::Model& model,
                                        const std::vector<LetterParity>& letters);

/// The certificate (claim no-counting) that its period there is no multiple of `modulus`, for those
/// letters where that is proved. Errors: as above.
std::string write_no_counting_certificate(const core::Model& model,
                                          const std::vector<LetterCounting>& letters,
                                          std::uint64_t modulus);

/// The certificate (claim eigenvalue, FORMAT.md 4.8) that the violating product of a layer has an
/// eigenvalue that is not as demanded: why Theorem 1 or 2 does not apply. Requires:
/// spectra.violation() != nullptr. Errors: as require_rational. Cost: traces of 2 n powers.
std::string write_eigenvalue_certificate(const core::Model& model, const LayerSpectra& spectra);

}  // namespace statewright::proofs
