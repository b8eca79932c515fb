// Our model of Hopper's tensor cores against what an H100 computed: data/hopper_dots.txt, written
// by tests/device/tensor_cores.cu, which says what is in it.

#include <array>
#include <bit>
#include <cmath>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "core/number/dot.hpp"
#include "core/number/format.hpp"
#include "tests/catch.hpp"

using namespace statewright::core;

namespace {

struct Recorded {
  std::string format, kind;
  std::vector<double> a, b;
  float c = 0, wgmma = 0, mma = 0;
};

/// The numbers of a row of 32 bytes, lowest first.
std::vector<double> numbers(const std::string& name, const Format& format, const std::string& hex) {
  const std::size_t bytes = name == "tf32" ? 4 : name[0] == 'e' ? 1 : 2;
  std::vector<double> values;
  for (std::size_t at = 0; at < hex.size(); at += 2 * bytes) {
    std::uint32_t code = 0;
    for (std::size_t byte = 0; byte < bytes; ++byte) {
      code |= static_cast<std::uint32_t>(std::stoul(hex.substr(at + 2 * byte, 2), nullptr, 16))
              << (8 * byte);
    }
    // tf32 is the upper 19 bits of a float.
    values.push_back(name == "tf32" ? std::bit_cast<float>(code) : decode(format, code));
  }
  return values;
}

std::vector<Recorded> recorded() {
  std::ifstream file(std::string(STATEWRIGHT_SOURCE_DIR) + "/tests/core/data/hopper_dots.txt");
  std::vector<Recorded> dots;
  std::string line, format, kind;
  std::vector<std::vector<double>> a, b;
  std::size_t row = 0;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string key, hex;
    words >> key;
    if (key == "tile") {
      words >> format >> kind;
      a.clear();
      b.clear();
      row = 0;
    } else if (key == "a" || key == "b") {
      words >> hex;
      (key == "a" ? a : b).push_back(numbers(format, parse_format(format, "test"), hex));
    } else if (key == "c") {
      std::array<float, 24> values{};
      for (float& value : values) {
        words >> hex;
        value = std::bit_cast<float>(static_cast<std::uint32_t>(std::stoul(hex, nullptr, 16)));
      }
      for (std::size_t j = 0; j < 8; ++j) {
        dots.push_back(
            {format, kind, a.at(row), b.at(j), values[j], values[8 + j], values[16 + j]});
      }
      ++row;
    }
  }
  return dots;
}

TensorCore hopper() {
  for (const TensorCore& core : tensor_cores()) {
    if (core.name == "hopper") return core;
  }
  throw std::logic_error("no hopper");
}

/// Equal bits, or both NaN: the GPU's has the bits 7fffffff, ours are those of the format.
bool same(double ours, float device) {
  if (std::isnan(ours) || std::isnan(device)) return std::isnan(ours) && std::isnan(device);
  return std::bit_cast<std::uint32_t>(static_cast<float>(ours)) ==
             std::bit_cast<std::uint32_t>(device) &&
         static_cast<double>(static_cast<float>(ours)) == ours;
}

bool is_fp8(const Recorded& dot) { return dot.format[0] == 'e'; }

double by_model(const TensorCore& core, const Recorded& dot) {
  return tensor_dot(core, parse_format(dot.format, "test"), dot.a, dot.b, dot.c);
}

/// mma.sync on fp8 inputs, as the machine code does it: both halves of each four converted to fp16,
/// one instruction for the lower halves from 0, one for the upper, and c added in fp32.
double by_halves(const TensorCore& core, const Recorded& dot) {
  const Format fp16 = parse_format("fp16", "test");
  double sum = 0;
  for (const bool upper : {false, true}) {
    std::vector<double> a, b;
    for (std::size_t k = 0; k < dot.a.size(); ++k) {
      if ((k % 4 >= 2) != upper) continue;
      a.push_back(dot.a[k]);
      b.push_back(dot.b[k]);
    }
    sum = tensor_dot(core, fp16, a, b, sum);
  }
  return dot.c + static_cast<float>(sum);
}

}  // namespace

TEST_CASE("tensor core: an H100 computes what the model of Hopper says", "[core][oracle][quick]") {
  const std::vector<Recorded> dots = recorded();
  REQUIRE(dots.size() == 2480);
  const TensorCore core = hopper();
  std::size_t sparse_zeros = 0, special = 0;
  for (std::size_t i = 0; i < dots.size(); ++i) {
    const Recorded& dot = dots[i];
    CAPTURE(i, dot.format, dot.kind, dot.c, dot.wgmma, dot.mma);
    REQUIRE(same(by_model(core, dot), dot.wgmma));
    if (is_fp8(dot)) {
      REQUIRE(same(by_halves(core, dot), dot.mma));
    } else {
      REQUIRE(same(by_model(core, dot), dot.mma));
    }
    sparse_zeros += dot.wgmma == 0;
    special += !std::isfinite(dot.wgmma);
  }
  CHECK(sparse_zeros > 20);
  CHECK(special > 20);
}

TEST_CASE("tensor core: the recorded dots tell Hopper from its neighbours", "[core][quick]") {
  const std::vector<Recorded> dots = recorded();
  const auto wrong = [&](const std::function<void(TensorCore&)>& change) {
    TensorCore core = hopper();
    change(core);
    std::size_t count = 0;
    for (const Recorded& dot : dots) count += !same(by_model(core, dot), dot.wgmma);
    return count;
  };
  CHECK(wrong([](TensorCore&) {}) == 0);
  CHECK(wrong([](TensorCore& core) { core.group = 8; }) > 0);
  CHECK(wrong([](TensorCore& core) { core.fraction_bits = 24; }) > 0);
  CHECK(wrong([](TensorCore& core) { core.fraction_bits = 26; }) > 0);
  CHECK(wrong([](TensorCore& core) { core.group_fp8 = 16; }) > 0);
  CHECK(wrong([](TensorCore& core) { core.fraction_bits_fp8 = 12; }) > 0);
  CHECK(wrong([](TensorCore& core) { core.fraction_bits_fp8 = 14; }) > 0);
  CHECK(wrong([](TensorCore& core) { core.significand_bits_fp8 = 12; }) > 0);
  CHECK(wrong([](TensorCore& core) { core.significand_bits_fp8 = 14; }) > 0);
  CHECK(wrong([](TensorCore& core) { core.floor_exponent = -132; }) > 0);
  CHECK(wrong([](TensorCore& core) { core.floor_exponent = -134; }) > 0);
}
