// Dot products of tensor cores in doubles are core's, which are in whole numbers.

#define STATEWRIGHT_LANE_BYTES 16
#include "kernels/tensor_dot.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/number/dot.hpp"
#include "kernels/from_model.hpp"
#include "kernels/vectors.hpp"
#include "tests/catch.hpp"
#include "tests/core/seeded.hpp"

using namespace statewright;

namespace {

struct AsIs {
  template <class V>
  void get(V& to, const kernels::Rows<V>& column, std::size_t j) const {
    to = column[j];
  }
};

/// One core with one format of inputs.
class Unit {
 public:
  Unit(const core::TensorCore& core, const std::string& format)
      : core_(core), input_(core::parse_format(format, "")), spec_(kernels::format_of(input_, "")) {
    const core::TensorUnit unit = core::tensor_unit(core, input_);
    kernels::Formats formats;
    formats.io = formats.state = spec_;
    formats.accumulate = formats.readout = kernels::named_format("fp32");
    formats.tensor = {static_cast<std::uint32_t>(unit.group), unit.fraction_bits,
                      unit.significand_bits, unit.emin, core.floor_exponent};
    constants_ = kernels::plan_tensor(formats).tensor;
    spread(lanes_, constants_);
  }

  double value(std::uint64_t code) const { return kernels::decode(spec_, code); }
  std::uint64_t codes() const { return std::uint64_t{1} << spec_.width(); }

  /// Both by one number and by two lanes, of which one has the terms negated.
  void check(std::vector<double> a, std::vector<double> b) const {
    const double right = core::tensor_dot(core_, input_, a, b, 0.0);
    double ours;
    kernels::tensor_dot(constants_, a.size(), a.data(), 1, 0U, kernels::Rows<double>{b.data(), 1},
                        AsIs{}, ours);
    std::vector<double> both;
    std::vector<kernels::DoubleLanes> column;
    for (std::size_t j = 0; j < a.size(); ++j) {
      both.push_back(a[j]);
      both.push_back(-a[j]);
      column.push_back(kernels::DoubleLanes{b[j], b[j]});
    }
    kernels::DoubleLanes lanes;
    kernels::tensor_dot(lanes_, a.size(), both.data(), 2, kernels::Word64Lanes{0, 1},
                        kernels::Rows<kernels::DoubleLanes>{column.data(), 1}, AsIs{}, lanes);
    for (double& x : a) x = -x;
    const double opposite = core::tensor_dot(core_, input_, a, b, 0.0);
    const bool same =
        is_same(ours, right) && is_same(lanes[0], right) && is_same(lanes[1], opposite);
    if (same) return;
    const double first = lanes[0], second = lanes[1];
    CAPTURE(core_.name, input_.id(), a, b, ours, right, first, second, opposite);
    FAIL("another dot product");
  }

 private:
  static bool is_same(double x, double y) {
    return (std::isnan(x) && std::isnan(y)) ||
           std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y);
  }

  core::TensorCore core_;
  core::Format input_;
  kernels::FormatSpec spec_;
  kernels::TensorConstants<double> constants_;
  kernels::TensorConstants<kernels::DoubleLanes> lanes_;
};

std::vector<Unit> units() {
  std::vector<Unit> result;
  for (const core::TensorCore& core : core::tensor_cores()) {
    for (const char* format : {"fp16", "bf16", "tf32"}) result.emplace_back(core, format);
    if (core.group_fp8 == 0) continue;
    for (const char* format : {"e5m2", "e4m3"}) result.emplace_back(core, format);
  }
  return result;
}

}  // namespace

TEST_CASE("tensor dots: random codes, whatever they mean", "[kernels][tensor][oracle]") {
  std::uint64_t seed = 3;
  for (const Unit& unit : units()) {
    for (int round = 0; round < 1500; ++round) {
      const std::size_t n = 1 + seeded::splitmix(seed) % 40;
      std::vector<double> a, b;
      for (std::size_t j = 0; j < n; ++j) {
        a.push_back(unit.value(seeded::splitmix(seed) % unit.codes()));
        b.push_back(unit.value(seeded::splitmix(seed) % unit.codes()));
      }
      unit.check(a, b);
      // Without what is not finite, which else decides most.
      for (std::size_t j = 0; j < n; ++j) {
        if (!std::isfinite(a[j])) a[j] = 0;
        if (!std::isfinite(b[j])) b[j] = -0.0;
      }
      unit.check(a, b);
    }
  }
  SUCCEED("all are alike");
}

TEST_CASE("tensor dots: sums that cancel, up to what is faint", "[kernels][tensor][oracle]") {
  std::uint64_t seed = 4;
  for (const Unit& unit : units()) {
    const std::uint64_t sign = unit.codes() / 2;
    for (int round = 0; round < 1500; ++round) {
      const std::size_t pairs = 1 + seeded::splitmix(seed) % 9;
      std::vector<double> a, b;
      for (std::size_t j = 0; j < pairs; ++j) {
        // x y - x' y, x' a neighbour of x or x itself, among the least numbers now and then.
        const std::uint64_t span = seeded::splitmix(seed) % 3 == 0 ? 16 : sign - sign / 8;
        const std::uint64_t x = seeded::splitmix(seed) % span, near = seeded::splitmix(seed) % 3;
        const double y = unit.value(seeded::splitmix(seed) % (sign - sign / 8));
        a.push_back(unit.value(x));
        a.push_back(-unit.value(x + near / 2));
        b.insert(b.end(), {y, y});
      }
      // In another order, so that groups cut pairs.
      for (std::size_t j = a.size(); j > 1; --j) {
        const std::size_t k = seeded::splitmix(seed) % j;
        std::swap(a[j - 1], a[k]);
        std::swap(b[j - 1], b[k]);
      }
      unit.check(a, b);
    }
  }
  SUCCEED("all are alike");
}

TEST_CASE("tensor dots: all products of 8-bit inputs, and with a third",
          "[kernels][tensor][oracle]") {
  for (const core::TensorCore& core : core::tensor_cores()) {
    if (core.group_fp8 == 0) continue;
    for (const char* format : {"e5m2", "e4m3"}) {
      const Unit unit(core, format);
      for (std::uint64_t x = 0; x < 256; ++x) {
        for (std::uint64_t y = 0; y < 256; ++y) {
          unit.check({unit.value(x)}, {unit.value(y)});
          if ((x ^ y) % 16 == 0) {
            unit.check({unit.value(x), 1.5, unit.value(y)}, {unit.value(y), -0.75, 1});
          }
        }
      }
    }
  }
  SUCCEED("all are alike");
}
