// The tables of scan: what blocks of several letters make of the states, and transition monoids.

#include <algorithm>
#include <unordered_map>

#include "kernels/scan_parts.hpp"

namespace statewright::kernels {
namespace {

/// FNV-1a over 32-bit numbers.
struct HashImages {
  const std::vector<std::uint32_t>* images;
  std::uint32_t width;
  std::size_t operator()(std::uint32_t element) const {
    std::uint64_t hash = 0xCBF2'9CE4'8422'2325;
    for (std::uint32_t q = 0; q < width; ++q) {
      hash = (hash ^ (*images)[std::size_t{element} * width + q]) * 0x0000'0100'0000'01B3;
    }
    return static_cast<std::size_t>(hash ^ hash >> 32);
  }
};

struct SameImages {
  const std::vector<std::uint32_t>* images;
  std::uint32_t width;
  bool operator()(std::uint32_t a, std::uint32_t b) const {
    for (std::uint32_t q = 0; q < width; ++q) {
      if ((*images)[std::size_t{a} * width + q] != (*images)[std::size_t{b} * width + q]) {
        return false;
      }
    }
    return true;
  }
};

}  // namespace

template <class T>
std::vector<T> block_maps(const PatternMachine& machine, unsigned block_bits,
                          std::uint32_t stride) {
  // Longer blocks by one letter each: the last letter is the highest.
  std::vector<T> maps(stride);
  for (std::uint32_t q = 0; q < stride; ++q) maps[q] = static_cast<T>(q);
  for (unsigned bits = 0; bits < block_bits; bits += machine.bits) {
    const std::size_t shorter = std::size_t{1} << bits;
    std::vector<T> longer(shorter * machine.patterns() * stride);
    for (std::uint32_t letter = 0; letter < machine.patterns(); ++letter) {
      const std::uint32_t* next = &machine.next[std::size_t{letter} * machine.width];
      for (std::size_t block = 0; block < shorter; ++block) {
        const T* from = &maps[block * stride];
        T* to = &longer[(letter * shorter + block) * stride];
        for (std::uint32_t q = 0; q < stride; ++q) {
          to[q] = q < machine.width ? static_cast<T>(next[from[q]]) : static_cast<T>(q);
        }
      }
    }
    maps = std::move(longer);
  }
  return maps;
}

template std::vector<std::uint8_t> block_maps(const PatternMachine&, unsigned, std::uint32_t);
template std::vector<std::uint32_t> block_maps(const PatternMachine&, unsigned, std::uint32_t);

std::optional<ScanMonoid> scan_monoid(const PatternMachine& machine, std::uint32_t most) {
  ScanMonoid monoid;
  const std::uint32_t width = machine.width;
  std::unordered_map<std::uint32_t, std::uint32_t, HashImages, SameImages> known(
      64, HashImages{&monoid.images, width}, SameImages{&monoid.images, width});
  for (std::uint32_t q = 0; q < width; ++q) monoid.images.push_back(q);
  known.emplace(0, 0);
  monoid.count = 1;
  for (std::uint32_t e = 0; e < monoid.count; ++e) {
    for (std::uint32_t letter = 0; letter < machine.patterns(); ++letter) {
      const std::uint32_t* next = &machine.next[std::size_t{letter} * width];
      for (std::uint32_t q = 0; q < width; ++q) {
        monoid.images.push_back(next[monoid.images[std::size_t{e} * width + q]]);
      }
      const auto [found, is_new] = known.emplace(monoid.count, monoid.count);
      monoid.times.push_back(found->second);
      if (is_new) {
        if (++monoid.count > most) return std::nullopt;
      } else {
        monoid.images.resize(std::size_t{monoid.count} * width);
      }
    }
  }
  return monoid;
}

template <class T>
std::vector<T> block_times(const ScanMonoid& monoid, const PatternMachine& machine,
                           unsigned block_bits) {
  const std::size_t blocks = std::size_t{1} << block_bits;
  std::vector<T> times(monoid.count * blocks);
  for (std::size_t e = 0; e < monoid.count; ++e) {
    for (std::size_t block = 0; block < blocks; ++block) {
      std::uint32_t product = static_cast<std::uint32_t>(e);
      for (unsigned bit = 0; bit < block_bits; bit += machine.bits) {
        const std::size_t letter = block >> bit & (machine.patterns() - 1);
        product = monoid.times[std::size_t{product} * machine.patterns() + letter];
      }
      times[e * blocks + block] = static_cast<T>(product);
    }
  }
  return times;
}

template std::vector<std::uint16_t> block_times(const ScanMonoid&, const PatternMachine&, unsigned);
template std::vector<std::uint32_t> block_times(const ScanMonoid&, const PatternMachine&, unsigned);

bool scan_may_forget(const PatternMachine& machine) {
  const std::size_t width = machine.width;
  if (machine.width != machine.states) return false;  // what is no letter is never forgotten
  // What leads to each state by each letter; then pairs that merge, each once.
  std::vector<std::vector<std::uint32_t>> from(machine.patterns() * width);
  for (std::uint32_t a = 0; a < machine.patterns(); ++a) {
    for (std::uint32_t q = 0; q < width; ++q) {
      from[a * width + machine.next[a * width + q]].push_back(q);
    }
  }
  std::vector<bool> merges(width * width);
  std::vector<std::uint32_t> found;
  const auto add_before = [&](std::uint32_t a, std::size_t p, std::size_t q) {
    for (const std::uint32_t x : from[a * width + p]) {
      for (const std::uint32_t y : from[a * width + q]) {
        const std::size_t pair = std::min(x, y) * width + std::max(x, y);
        if (x == y || merges[pair]) continue;
        merges[pair] = true;
        found.push_back(static_cast<std::uint32_t>(pair));
      }
    }
  };
  for (std::uint32_t a = 0; a < machine.patterns(); ++a) {
    for (std::size_t q = 0; q < width; ++q) add_before(a, q, q);
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (std::uint32_t a = 0; a < machine.patterns(); ++a) {
      add_before(a, found[i] / width, found[i] % width);
    }
  }
  return found.size() == width * (width - 1) / 2;
}

}  // namespace statewright::kernels
