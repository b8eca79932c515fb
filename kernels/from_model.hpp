#pragma once

#include "core/lrnn/model.hpp"
#include "core/number/semantics.hpp"
#include "kernels/chunk.hpp"
#include "kernels/network.hpp"

namespace statewright::kernels {

/// Errors: Error{unsupported} at `where` for stochastic rounding and for fixed point that wraps,
/// which networks take.
FormatSpec format_of(const core::Format& format, std::string_view where);

/// A model with its parameters rounded as core::RoundedModel rounds them; the network then takes
/// the same states and emits the same symbols, bit for bit. Factors whose keys all round to 0 are
/// left out: they do nothing.
/// Errors: Error{unsupported} for other kinds than `stepwise`, for tensor cores, for an exact
/// readout and stochastic rounding (readable_network_of takes all three);
/// Error{shape} for more layers than kMostLayers.
Network network_of(const core::Model& model, const core::Semantics& semantics);

/// A network, and who decides what its layers emit if readouts are exact.
struct ReadableNetwork {
  Network network;
  ExactReadout exact;  ///< empty: scores are rounded
};

/// The same for what `simulate` takes besides: exact readouts, as in
/// `mixed:state=bf16,readout=exact` (W and c are rounded to fp64, and core::LaneLayer decides),
/// stochastic rounding, tensor cores and `once:F`, for which A and B must be doubles.
/// Errors: those of network_of otherwise; those of core::RoundedModel; Error{unsupported} naming
/// layer and letter for other entries of A or B, and for exact sums beyond plan_whole.
ReadableNetwork readable_network_of(const core::Model& model, const core::Semantics& semantics);

/// The same for `chunk:F,C=64`; no factor is left out.
/// Errors: Error{unsupported} for other kinds, for diagonal and dense matrices, and those of
/// format_of; Error{shape} for more layers than kMostLayers.
ChunkedNetwork chunked_network_of(const core::Model& model, const core::Semantics& semantics);

}  // namespace statewright::kernels
