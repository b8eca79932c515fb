#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/simulate_pairs.cuh"

namespace statewright::kernels {
namespace {

using pairs::kMostNumbers;
using pairs::kMostSlots;
using pairs::Row;

constexpr std::uint32_t kMostBytes = 220 * 1024;  // shared memory of a block

/// The row of h <- h - v (scale (v . h)), numbers i and j of v; nothing put back: i = j = 6.
Row make_row(const FormatSpec& format, unsigned i, unsigned j, double v_i, double v_j,
             double scale) {
  const bool nothing = i == kMostNumbers;
  // Bytes of number e: in the first two registers 2e and 2e + 1, in the third 4 and 5 or 6 and 7
  // of a pair of (early picks, third register).
  const auto early = [](unsigned e) { return e < 4 ? 2 * e | (2 * e + 1) << 4 : 0x10U; };
  const auto late = [](unsigned e, unsigned half) {
    const unsigned byte = e < 4 ? 2 * half : 4 + 2 * (e - 4);
    return byte | (byte + 1) << 4;
  };
  Row row = {};
  const auto put = [&](unsigned first) {  // the register of numbers first and first + 1
    std::uint32_t selector = 0;
    for (unsigned half = 0; half < 2; ++half) {
      const unsigned e = first + half;
      unsigned byte = 2 * half;
      if (!nothing && e == i) byte = 4;
      if (!nothing && e == j) byte = 6;
      selector |= (byte | (byte + 1) << 4) << (8 * half);
    }
    return selector;
  };
  if (!nothing) {
    row.pick = early(i) | early(j) << 8 | (late(i, 0) | late(j, 1) << 8) << 16;
    row.v = static_cast<std::uint32_t>(encode(format, v_i) | encode(format, v_j) << 16);
  }
  row.put_first = put(0) | put(2) << 16;
  row.put_third = put(4) | static_cast<std::uint32_t>(encode(format, scale)) << 16;
  return row;
}

std::uint32_t two(const FormatSpec& format, const double* numbers, std::size_t count) {
  std::uint32_t codes = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(count, 2); ++i) {
    codes |= static_cast<std::uint32_t>(encode(format, numbers[i])) << (16 * i);
  }
  return codes;
}

/// A state as three registers; what stands for one that is not known equals no state.
std::vector<std::uint32_t> registers(const FormatSpec& format, const double* h, std::size_t n) {
  std::vector<std::uint32_t> parts(3, 0);
  for (std::size_t e = 0; e < n; ++e) {
    if (!std::isfinite(h[e])) return {~0U, ~0U, ~0U};
  }
  for (std::size_t e = 0; e < n; e += 2) parts[e / 2] = two(format, h + e, n - e);
  return parts;
}

bool all_finite(const std::vector<double>& numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); });
}

/// The tables, before they are copied to the device.
struct Image {
  std::vector<Row> rows;
  std::vector<std::uint32_t> letters;  ///< four numbers of rows each
  unsigned slots = 0;
  bool unit_scale = true;
};

std::optional<Image> image_of(const Network& network) {
  static const FormatSpec bf16 = named_format("bf16"), fp16 = named_format("fp16");
  const Formats& formats = network.formats;
  const FormatSpec& format = formats.state;
  if (format != bf16 && format != fp16) return {};
  if (network.once || formats.accumulate != format || formats.readout != format ||
      formats.io != format)
    return {};
  if (network.layers.size() != 1) return {};
  const Network::Layer& layer = network.layers.front();
  if (layer.d != 1 || layer.n > kMostNumbers || !all_finite(layer.start)) return {};
  if (!all_finite(layer.W) || !all_finite(layer.c)) return {};
  Image image;
  image.rows.push_back(make_row(format, kMostNumbers, kMostNumbers, 0, 0, 0));
  std::map<std::vector<double>, std::uint32_t> numbers;
  for (const Network::Move& move : layer.moves) {
    if (move.shape != Network::Shape::product || !move.B.empty()) return {};
    if (move.factors.size() > kMostSlots) return {};
    image.slots = std::max(image.slots, static_cast<unsigned>(move.factors.size()));
    std::uint32_t letter = 0;
    for (std::size_t f = 0; f < move.factors.size(); ++f) {
      const Network::Factor& factor = move.factors[f];
      std::vector<unsigned> at;
      for (unsigned j = 0; j < layer.n; ++j) {
        if (factor.v[j] != 0) at.push_back(j);
      }
      if (at.size() != 2 || !all_finite(factor.v) || !std::isfinite(factor.scale)) return {};
      std::vector<double> key = factor.v;
      key.push_back(factor.scale);
      const auto [found, is_new] =
          numbers.emplace(key, static_cast<std::uint32_t>(image.rows.size()));
      if (is_new) {
        image.rows.push_back(
            make_row(format, at[0], at[1], factor.v[at[0]], factor.v[at[1]], factor.scale));
      }
      if (image.rows.size() > 200) return {};  // numbers become addresses by a few more
      image.unit_scale = image.unit_scale && factor.scale == 1;
      letter |= found->second << (8 * f);
    }
    image.letters.push_back(letter);
  }
  image.slots = std::max(image.slots, 1U);
  return image;
}

struct Variant {
  unsigned slots = 1, per_half = 1, multiprocessors = 1;
  bool unit_scale = true;
};

/// Fills the device once; findings are of each block.
template <class Packed, unsigned slots, unsigned per_half, bool unit_scale>
std::vector<Finding> launch(pairs::Run run, unsigned multiprocessors) {
  const auto kernel = pairs::simulate_pairs<Packed, slots, per_half, unit_scale>;
  const int bytes = static_cast<int>(run.tables.bytes);
  check_cuda(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes),
             "shared memory");
  int resident = 0;
  check_cuda(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&resident, kernel, pairs::kThreads,
                                                           run.tables.bytes),
             "blocks on a multiprocessor");
  const std::uint64_t needed = (run.count + pairs::kThreads - 1) / pairs::kThreads;
  const auto blocks = static_cast<unsigned>(std::min<std::uint64_t>(
      needed, std::uint64_t{multiprocessors} * static_cast<unsigned>(std::max(resident, 1))));
  const DeviceArray<Finding> findings(blocks);
  run.findings = findings.get();
  kernel<<<blocks, pairs::kThreads, run.tables.bytes>>>(run);
  check_cuda(cudaGetLastError(), "a kernel that starts");
  check_cuda(cudaDeviceSynchronize(), "a kernel that ends");
  return findings.read();
}

template <class Packed, unsigned slots>
std::vector<Finding> launch(const pairs::Run& run, const Variant& variant) {
  const unsigned all = variant.multiprocessors;
  if (run.packed != nullptr) {
    return variant.unit_scale ? launch<Packed, slots, pairs::kFromMemory, true>(run, all)
                              : launch<Packed, slots, pairs::kFromMemory, false>(run, all);
  }
  if (variant.per_half == 2) {
    return variant.unit_scale ? launch<Packed, slots, 2, true>(run, all)
                              : launch<Packed, slots, 2, false>(run, all);
  }
  return variant.unit_scale ? launch<Packed, slots, 0, true>(run, all)
                            : launch<Packed, slots, 0, false>(run, all);
}

template <class Packed>
std::vector<Finding> launch(const pairs::Run& run, const Variant& variant) {
  switch (variant.slots) {
    case 1:
      return launch<Packed, 1>(run, variant);
    case 2:
      return launch<Packed, 2>(run, variant);
    case 3:
      return launch<Packed, 3>(run, variant);
    default:
      return launch<Packed, 4>(run, variant);
  }
}

}  // namespace

std::optional<PairProgram> PairProgram::make(const Network& network, const Machine* machine,
                                             const std::vector<double>& known, bool exact) {
  const std::optional<Image> image = image_of(network);
  if (!image || (machine != nullptr && machine->size() > 256)) return {};
  const Network::Layer& layer = network.layers.front();
  const FormatSpec& format = network.formats.state;
  PairProgram program;
  pairs::Tables& tables = program.tables_;
  tables.letters = network.letters;
  tables.outputs = layer.outputs();
  tables.numbers = layer.n;
  tables.letters_at = static_cast<std::uint32_t>(image->rows.size()) * 256;
  tables.known_at = tables.letters_at + network.letters * 128;
  tables.states = machine != nullptr ? machine->size() : 0;
  tables.next_at = tables.known_at + tables.states * 128;
  tables.bytes = (tables.next_at + tables.states * network.letters + 3) / 4 * 4;
  if (tables.bytes > kMostBytes) return {};

  std::vector<std::uint32_t> words(tables.bytes / 4);
  for (std::size_t r = 0; r < image->rows.size(); ++r) {
    for (std::size_t copy = 0; copy < 16; ++copy) {
      std::memcpy(&words[r * 64 + copy * 4], &image->rows[r], sizeof(Row));
    }
  }
  for (std::size_t a = 0; a < network.letters; ++a) {
    std::fill_n(words.begin() + static_cast<std::ptrdiff_t>(tables.letters_at / 4 + a * 32), 32,
                image->letters[a]);
  }
  const std::vector<std::uint32_t> start = registers(format, layer.start.data(), layer.n);
  std::copy(start.begin(), start.end(), tables.start);
  if (machine != nullptr) {
    tables.machine_start = machine->start;
    for (std::size_t q = 0; q < machine->size(); ++q) {
      const auto parts = registers(format, &known[q * layer.n], layer.n);
      for (std::size_t copy = 0; copy < 8; ++copy) {
        std::copy(
            parts.begin(), parts.end(),
            words.begin() + static_cast<std::ptrdiff_t>(tables.known_at / 4 + q * 32 + copy * 4));
      }
    }
    auto* next = reinterpret_cast<unsigned char*>(words.data()) + tables.next_at;
    for (std::size_t i = 0; i < machine->next.size(); ++i) {
      next[i] = static_cast<unsigned char>(machine->next[i]);
    }
    program.output_ = DeviceArray<std::uint32_t>(machine->output);
  }
  std::vector<std::uint16_t> W(std::size_t{tables.outputs} * kMostNumbers), c;
  if (exact) {
    program.exact_W_ = DeviceArray<float>(std::vector<float>(layer.W.begin(), layer.W.end()));
    program.exact_c_ = DeviceArray<float>(std::vector<float>(layer.c.begin(), layer.c.end()));
    tables.exact_W = program.exact_W_.get();
    tables.exact_c = program.exact_c_.get();
  }
  for (std::size_t k = 0; !exact && k < tables.outputs; ++k) {
    for (std::size_t e = 0; e < layer.n; ++e) {
      W[k * kMostNumbers + e] =
          static_cast<std::uint16_t>(encode(format, layer.W[k * layer.n + e]));
    }
    c.push_back(static_cast<std::uint16_t>(encode(format, layer.c[k])));
  }
  program.bf16_ = format == named_format("bf16");
  program.slots_ = image->slots;
  program.unit_scale_ = image->unit_scale;
  program.image_ = DeviceArray<std::uint32_t>(words);
  program.W_ = DeviceArray<std::uint16_t>(W);
  program.c_ = DeviceArray<std::uint16_t>(c);
  tables.image = program.image_.get();
  tables.W = program.W_.get();
  tables.c = program.c_.get();
  tables.output = program.output_.get();
  return program;
}

void PairProgram::run(const Words& words, const SimulateOptions& options, unsigned multiprocessors,
                      DoubtMarks doubts, SimulateResult& result) const {
  pairs::Run run;
  run.doubts = doubts;
  run.tables = tables_;
  run.count = words.count;
  run.length = words.length;
  run.first = words.first;
  run.seed = words.seed;
  const DeviceArray<std::uint32_t> packed(words.packed);
  run.packed = words.bits != 0 ? packed.get() : nullptr;
  run.row = words.row_size();
  run.bits = words.bits;
  run.must_finish = options.states || options.emit != Emit::nothing;
  const DeviceArray<std::uint32_t> outputs(result.outputs.size());
  const DeviceArray<double> states(result.states.size());
  run.outputs = outputs.get();
  run.states = states.get();
  const Variant variant{slots_, letters_in_half(tables_.letters), multiprocessors, unit_scale_};
  const std::vector<Finding> findings =
      bf16_ ? launch<PackedBf16>(run, variant) : launch<PackedFp16>(run, variant);
  outputs.read(result.outputs.data());
  states.read(result.states.data());
  merge(findings, result);
}

}  // namespace statewright::kernels
