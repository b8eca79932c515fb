// What stands for the CUDA definitions in a build without them.

#include "core/error.hpp"
#include "kernels/backend.hpp"
#include "kernels/census_plan.hpp"
#include "kernels/chunk_parts.hpp"
#include "kernels/orbit_parts.hpp"
#include "kernels/reach_parts.hpp"
#include "kernels/scan_parts.hpp"
#include "kernels/simulate_parts.hpp"

namespace statewright::kernels {
namespace {

[[noreturn]] void absent() {
  throw core::Error({core::Fault::unavailable, "backend", "a build with CUDA", "not in this build",
                     "configure with -D STATEWRIGHT_WITH_CUDA=ON"});
}

}  // namespace

std::vector<Device> cuda_devices() { return {}; }

bool built_with_cuda() noexcept { return false; }

std::unique_ptr<SimulateBackend> make_simulate_cuda(const Network&, const Machine*,
                                                    const ExactReadout&, const std::vector<int>&) {
  absent();
}

std::unique_ptr<ChunkBackend> make_chunk_cuda(const ChunkedNetwork&, const Machine*,
                                              const std::vector<int>&) {
  absent();
}

std::unique_ptr<ScanBackend> make_scan_cuda(const PatternMachine&, const std::vector<int>&,
                                            std::uint64_t) {
  absent();
}

CensusResult census_cuda(const CensusFamily&, std::uint64_t, std::uint64_t,
                         const std::vector<int>&) {
  absent();
}

std::vector<OrbitResult> orbits_cuda(const OrbitFamily&, const std::vector<OrbitRotation>&,
                                     const std::vector<int>&) {
  absent();
}

std::vector<double> orbit_ends_cuda(const OrbitFamily&, const OrbitRotation&, std::uint64_t,
                                    const std::vector<int>&, double*) {
  absent();
}

ReachResult reach_cuda(const Network&, const Machine&, const ReachOptions&,
                       const std::vector<int>&) {
  absent();
}

ReachResult reach_divided(const Network&, const Machine&, const ReachOptions&,
                          const std::vector<int>&) {
  absent();
}

}  // namespace statewright::kernels
