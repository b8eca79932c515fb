#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/number/format.hpp"
#include "kernels/orbit.hpp"
#include "proofs_check/lock/lock.hpp"

namespace statewright::proofs {

/// What kernels::orbits searches for a walker on a ring of m cells, "cyclenav:m" as 2 x 2 matrices.
struct RingOrbits {
  kernels::OrbitFamily family;
  kernels::OrbitRotation rotation;
  std::size_t constants = 0;  ///< inexact ones, 0 to 2; rings with as many have the same family
};

/// The candidates that `lock` has for the compiled walker in `mixed:state=F,readout=fp64`, in its
/// order and as many (candidates whose constants leave the format are among them, as absent).
/// family.states is options.states. Constants and readout are correctly rounded, by MPFR.
/// Errors: Error{range} for m outside 3 to 65536; Error{unsupported} for formats with stochastic
/// rounding or that wrap. Cost: m/8 cosines and sines to 200 bits.
RingOrbits ring_orbits(std::uint32_t m, const core::Format& format,
                       const LockOptions& options = {});

/// "cosine 0.30859375, sine 0.94921875, start (1.0859375, 0)"
std::string describe_orbit(const RingOrbits& ring, std::uint64_t candidate);

}  // namespace statewright::proofs
