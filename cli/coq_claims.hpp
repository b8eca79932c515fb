#pragma once

#include "cli/command.hpp"
#include "cli/streams.hpp"

namespace statewright::cli {

/// Whether `export --to coq` is asked for another claim than every-word: MODEL is a certificate of
/// the claim no-single-layer or no-single-factor, which is about no network, or `--certificate`
/// names one of the claim counterexample, factors, bounded or unbounded. MODEL may be a matrix with
/// the last three.
bool exports_other_claim(const Args& args);

/// Writes the folder of such a claim: a Coq file, the canonical texts, a README. The certificate is
/// transcribed unchecked: coqc decides. Exit code 0; errors as proofs::write_coq_difference,
/// write_coq_factors, write_coq_bounded, write_coq_no_layer and write_coq_no_factor, and Error{io}
/// as export_to_coq.
int export_other_claim(const Args& args, Streams& io);

}  // namespace statewright::cli
