#define STATEWRIGHT_LANE_BYTES 64
#include "kernels/orbit_lanes.hpp"

namespace statewright::kernels {

void run_orbits_64(const Constants<float>& format, const double* readout, std::uint32_t m,
                   const OrbitSegment& segment, OrbitLanes& lanes) {
  run_orbits(format, readout, m, segment, lanes);
}

void turn_orbits_64(const Constants<float>& format, std::uint64_t steps, OrbitLanes& lanes) {
  turn_orbits(format, steps, lanes);
}

}  // namespace statewright::kernels
