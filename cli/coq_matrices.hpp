#pragma once

#include <string>
#include <string_view>

#include "cli/command.hpp"
#include "cli/streams.hpp"
#include "cli/whole_folder.hpp"

namespace statewright::cli {

/// Whether a claim of a certificate is about the matrices of a network and no automaton, and has a
/// Coq file: no-parity, no-counting, eigenvalue.
bool is_claim_about_matrices(std::string_view claim);

/// Adds to `folder` such a claim about MODEL as a Coq file, its canonical texts and a README. With
/// `--certificate` that certificate is transcribed unchecked: coqc decides. Without, the
/// eigenvalues of the network's matrices are decided first, and the claim is about the letters
/// for which it is proved; of an eigenvalue only a certificate can be transcribed.
/// Exit codes as `theorem parity` and `theorem counting`; errors as proofs::write_coq_no_parity,
/// write_coq_no_counting and write_coq_eigenvalue, Error{syntax} for flags that do not belong to
/// the claim.
int export_claim_about_matrices(const Args& args, const std::string& claim, WholeFolder& folder,
                                Streams& io);

}  // namespace statewright::cli
