#pragma once

#include "cli/command.hpp"
#include "cli/streams.hpp"

namespace statewright::cli {

/// `export MODEL --to coq --language L -o DIR`: verifies, and writes a folder with the claim as a
/// Coq file, its three canonical texts and a README. `--claim no-parity` or `no-counting` instead
/// of a language: decides the eigenvalues of the network's matrices, and writes the same about what
/// they forbid (export_claim_about_matrices). With --certificate the claim is that of a certificate
/// at hand, which is transcribed unchecked: coqc decides.
/// The folder appears whole or not at all. Exit codes as `verify`, `theorem parity` and `theorem
/// counting`; errors as proofs::write_coq_instance and export_claim_about_matrices, and Error{io}
/// for a folder that exists (without --force) or cannot be made.
int export_to_coq(const Args& args, Streams& io);

}  // namespace statewright::cli
