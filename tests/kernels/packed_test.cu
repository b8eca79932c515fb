// bf16x2 and f16x2 instructions are the emulated operations, for all pairs of operands: what lets
// simulate use them.

#include <cstdint>
#include <string>

#include "kernels/backend.hpp"
#include "kernels/constants.hpp"
#include "kernels/simulate_pairs.cuh"
#include "tests/catch.hpp"

using namespace statewright::kernels;

namespace {

__device__ float number_of(PackedBf16, std::uint32_t code) { return PackedBf16::number(code); }
__device__ float number_of(PackedFp16, std::uint32_t code) { return PackedFp16::number(code); }

/// Whether a result of the device is that of the emulation: NaN is NaN.
__device__ bool same(float ours, float emulated) {
  if (emulated != emulated) return ours != ours;
  return __float_as_uint(ours) == __float_as_uint(emulated);
}

/// Counts pairs (a, b) of 16-bit codes for which some packed operation in either half differs.
template <class Packed, Kind kind>
__global__ void compare_packed(Constants<float> format, unsigned long long* different) {
  const std::uint32_t a = blockIdx.x;
  const float x = number_of(Packed{}, a);
  unsigned long long found = 0;
  for (std::uint32_t b = threadIdx.x; b < 65536; b += blockDim.x) {
    const float y = number_of(Packed{}, b);
    float product, sum, difference;
    multiply<kind>(format, product, x, y);
    add<kind>(format, sum, x, y);
    subtract<kind>(format, difference, x, y);
    // The other halves hold other numbers, so that they do not pass for these.
    const std::uint32_t low_a = a | (b ^ 0x1234) << 16, low_b = b | (a ^ 0x4321) << 16;
    const std::uint32_t high_a = a << 16 | (b ^ 0x1234), high_b = b << 16 | (a ^ 0x4321);
    const bool right = same(number_of(Packed{}, Packed::mul(low_a, low_b) & 0xffff), product) &&
                       same(number_of(Packed{}, Packed::mul(high_a, high_b) >> 16), product) &&
                       same(number_of(Packed{}, Packed::add(low_a, low_b) & 0xffff), sum) &&
                       same(number_of(Packed{}, Packed::add(high_a, high_b) >> 16), sum) &&
                       same(number_of(Packed{}, Packed::sub(low_a, low_b) & 0xffff), difference) &&
                       same(number_of(Packed{}, Packed::sub(high_a, high_b) >> 16), difference);
    if (!right) ++found;
  }
  if (found != 0) atomicAdd(different, found);
}

template <class Packed, Kind kind>
unsigned long long differences(const std::string& name) {
  const FormatSpec format = named_format(name);
  const auto plan = plan_in_float({format, format, format, format});
  REQUIRE(plan);
  REQUIRE(plan->accumulate.kind == kind);
  const DeviceArray<unsigned long long> count(std::vector<unsigned long long>{0});
  compare_packed<Packed, kind><<<65536, 256>>>(plan->accumulate, count.get());
  check_cuda(cudaGetLastError(), "a kernel that starts");
  check_cuda(cudaDeviceSynchronize(), "a kernel that ends");
  return count.read().front();
}

}  // namespace

TEST_CASE("kernels: packed instructions are the emulated operations", "[kernels][cuda][oracle]") {
  if (cuda_devices().empty()) {
    WARN("skipped: no GPU here");
    return;
  }
  CHECK(differences<PackedBf16, Kind::cut>("bf16") == 0);
  CHECK(differences<PackedFp16, Kind::plain>("fp16") == 0);
}
