#include "kernels/scan_followed.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

namespace statewright::kernels {
namespace {

constexpr std::uint32_t kMostElements = 4096;                // of a monoid that is listed,
constexpr std::uint64_t kListing = std::uint64_t{1} << 21U;  // and images to be made for that
constexpr std::uint32_t kRecoded = 5;  // states that letters of 8 bits may permute
// Byte shuffles for each byte of 64 stretches as which composing images costs as much: by
// measuring.
constexpr std::uint32_t kWorthOf16 = 24, kWorthOf64 = 72;

using Images = std::vector<std::uint32_t>;

const std::uint32_t* images_of(const PatternMachine& machine, std::uint32_t pattern) {
  return &machine.next[std::size_t{pattern} * machine.width];
}

/// Shuffles that a byte costs each state: look-ups, of tables in so many registers.
unsigned shuffles_of(const ScanFollowed& how) {
  if (how.state_bits == 3 && how.block_bits == 3) return 3;
  return (8 / how.block_bits) << (how.state_bits + how.block_bits - 6);
}

/// False: no tables for this size of states and letters.
bool choose_shape(const PatternMachine& machine, ScanFollowed& how) {
  how.state_bits = std::max(2U, static_cast<unsigned>(std::bit_width(machine.width - 1)));
  constexpr unsigned blocks[3][5] = {{4, 3, 2, 2, 1}, {4, 4, 2, 2, 0}, {4, 4, 4, 0, 0}};
  if (machine.bits == 8) {
    how.recodes = true;
    how.state_bits = how.block_bits = 3;
    return machine.width <= 8;
  }
  how.block_bits = blocks[machine.bits / 2][how.state_bits - 2];
  return how.block_bits != 0;
}

bool permutes(const PatternMachine& machine) {
  for (std::uint32_t a = 0; a < std::min(machine.letters, machine.patterns()); ++a) {
    std::uint64_t seen = 0;
    for (std::uint32_t q = 0; q < machine.states; ++q) {
      seen |= std::uint64_t{1} << images_of(machine, a)[q];
    }
    if (std::popcount(seen) != static_cast<int>(machine.states)) return false;
    if (machine.states < 64 && seen >> machine.states != 0) return false;
  }
  return true;
}

bool is_odd(const std::uint32_t* images, std::uint32_t count) {
  bool odd = false;
  for (std::uint32_t p = 0; p < count; ++p) {
    for (std::uint32_t q = 0; q < p; ++q) odd ^= images[q] > images[p];
  }
  return odd;
}

/// A mask of a letter's bits, such that the sign of a letter is their parity, or for all letters
/// the opposite; stretches have an even number of letters. Letters must be permutations.
std::optional<std::uint32_t> sign_mask(const PatternMachine& machine) {
  const std::uint32_t letters = std::min(machine.letters, machine.patterns());
  for (std::uint32_t mask = 0; mask < machine.patterns(); ++mask) {
    bool even = true, odd = true;
    for (std::uint32_t a = 0; a < letters; ++a) {
      const bool same =
          (std::popcount(a & mask) % 2 != 0) == is_odd(images_of(machine, a), machine.states);
      even = even && same;
      odd = odd && !same;
    }
    if (even || odd) return mask;
  }
  return std::nullopt;
}

/// Chooses, one after another, the state by whose images most elements are told apart.
void list(const PatternMachine& machine, ScanFollowed& how) {
  const std::uint64_t most = std::min<std::uint64_t>(
      kMostElements, kListing / (std::uint64_t{machine.patterns()} * machine.width));
  const auto monoid = scan_monoid(machine, static_cast<std::uint32_t>(most));
  if (!monoid) return;
  const std::uint32_t width = machine.width;
  const std::size_t places = std::size_t{1} << how.state_bits;
  const auto image = [&](std::size_t e, std::uint32_t q) { return monoid->images[e * width + q]; };
  std::vector<std::uint32_t> node(monoid->count);
  std::vector<std::uint8_t> base;
  std::vector<std::vector<std::uint32_t>> levels;
  for (std::uint32_t nodes = 1; nodes < monoid->count;) {
    // Numbers of (node, image) in the order of their first element.
    std::uint32_t best = 0, best_count = 0;
    std::vector<std::uint32_t> best_level;
    for (std::uint32_t q = 0; q < width; ++q) {
      std::vector<std::uint32_t> level(nodes * places, ~0U);
      std::uint32_t count = 0;
      for (std::size_t e = 0; e < monoid->count; ++e) {
        std::uint32_t& number = level[node[e] * places + image(e, q)];
        if (number == ~0U) number = count++;
      }
      if (count <= best_count) continue;
      best = q;
      best_count = count;
      best_level = std::move(level);
    }
    for (std::size_t e = 0; e < monoid->count; ++e) {
      node[e] = best_level[node[e] * places + image(e, best)];
    }
    nodes = best_count;
    base.push_back(static_cast<std::uint8_t>(best));
    levels.push_back(std::move(best_level));
  }
  if (base.empty() || base.size() >= how.chains.size()) return;
  how.chains = base;
  how.missing.clear();
  how.sign_bits = 0;
  for (const auto& level : levels) {
    how.begin.push_back(static_cast<std::uint32_t>(how.child.size()));
    for (const std::uint32_t number : level) {
      how.child.push_back(static_cast<std::uint16_t>(number == ~0U ? 0 : number));
    }
  }
  how.images.resize(std::size_t{monoid->count} * width);
  for (std::size_t e = 0; e < monoid->count; ++e) {
    for (std::uint32_t q = 0; q < width; ++q) {
      how.images[node[e] * std::size_t{width} + q] = static_cast<std::uint8_t>(image(e, q));
    }
  }
}

// --- letters of eight bits ----------------------------------------------------------------------

/// Images of a factor, of all eight states; entries beyond the machine's are not moved.
Images factor_table() {
  Images table(64);
  for (std::size_t i = 0; i < 64; ++i) table[i] = static_cast<std::uint32_t>(i % 8);
  return table;
}

/// The three tables and the code of each letter; see the top of scan_followed.hpp.
void recode(const PatternMachine& machine, ScanFollowed& how) {
  const std::uint32_t n = machine.states;
  Images cycle = factor_table(), three = factor_table(), swap = factor_table();
  for (std::uint32_t k = 0; k < n; ++k) {
    for (std::uint32_t q = 0; q < n; ++q) cycle[8 * k + q] = (q + k) % n;
  }
  if (machine.width > n) {  // code 7: to the state that is none
    for (std::uint32_t q = 0; q < n; ++q) cycle[8 * std::size_t{7} + q] = n;
  }
  for (std::uint32_t d = 0; n >= 2 && d + 1 < n; ++d) {  // (n - 2, d)
    std::swap(swap[8 * d + d], swap[8 * d + n - 2]);
  }
  Images order = {0, 1, 2};  // of all that can be left, as many as n - 2 states have
  std::vector<Images> left;
  do left.push_back(order);
  while (std::next_permutation(order.begin(), order.end()));
  for (std::size_t i = 0; i < left.size(); ++i) {
    for (std::uint32_t q = 0; q < 3; ++q) three[8 * i + q] = left[i][q];
  }
  for (std::uint32_t a = 0; a < machine.patterns(); ++a) {
    if (a >= machine.letters) {
      how.code[a] = 7;
      continue;
    }
    const std::uint32_t* f = images_of(machine, a);
    // f = v w c; c = q + k, f(q) = n - 1 where q + k = n - 1.
    const auto last = static_cast<std::uint32_t>(std::find(f, f + n, n - 1) - f);
    const std::uint32_t k = n - 1 - last;
    Images rest = {0, 1, 2, 3, 4, 5, 6, 7};  // f c^-1
    for (std::uint32_t q = 0; q < n; ++q) rest[(q + k) % n] = f[q];
    std::uint32_t d = 0;
    if (n >= 2) {
      d = rest[n - 2];
      for (std::uint32_t& to : rest) to = swap[8 * d + to];
    }
    std::uint32_t w = 0;
    while (!std::equal(left[w].begin(), left[w].end(), rest.begin())) ++w;
    how.code[a] = static_cast<std::uint8_t>(k | w << 3U | d << 6U);
  }
  const Images* tables[] = {&cycle, &three, &swap};
  for (std::size_t i = 0; i < 3; ++i) {
    std::copy(tables[i]->begin(), tables[i]->end(), how.tables.begin() + 64 * i);
  }
}

void fill_tables(const PatternMachine& machine, ScanFollowed& how) {
  const auto put = [&](unsigned bits, std::size_t place) {
    const auto maps = block_maps<std::uint8_t>(machine, bits, 1U << how.state_bits);
    std::copy(maps.begin(), maps.end(), how.tables.begin() + static_cast<std::ptrdiff_t>(place));
  };
  put(how.block_bits, 0);
  if (how.state_bits == 3 && how.block_bits == 3) {
    put(3, 64);
    put(2, 128);
  }
}

}  // namespace

std::optional<ScanFollowed> scan_followed(const PatternMachine& machine, std::uint32_t stride) {
  ScanFollowed how;
  how.width = machine.width;
  how.letters = machine.letters;
  if (machine.width > kMostFollowed || machine.width < 2 || !choose_shape(machine, how)) {
    return std::nullopt;
  }
  const bool all_permute = permutes(machine);
  if (how.recodes && (!all_permute || machine.states > kRecoded)) return std::nullopt;
  for (std::uint32_t q = 0; q < machine.width; ++q) {
    bool is_left = false;
    for (std::uint32_t a = 0; a < machine.patterns(); ++a) {
      is_left = is_left || images_of(machine, a)[q] != q;
    }
    if (is_left) how.chains.push_back(static_cast<std::uint8_t>(q));
  }
  if (how.chains.empty()) return std::nullopt;
  if (all_permute && how.chains.size() >= 2) {
    how.permuted = machine.states;
    how.has_sink = machine.width > machine.states;
    const auto drop = [&] {
      how.missing.insert(how.missing.begin(), how.chains.back());
      how.chains.pop_back();
    };
    drop();
    const auto mask = machine.bits == 8 ? std::nullopt : sign_mask(machine);
    if (mask && how.chains.size() >= 2) {
      drop();
      for (unsigned bit = 0; bit < 8; bit += machine.bits) {
        how.sign_bits = static_cast<std::uint8_t>(how.sign_bits | *mask << bit);
      }
    }
  }
  list(machine, how);
  how.merges = !all_permute;
  how.most_chains = (stride == 16 ? kWorthOf16 : kWorthOf64) / shuffles_of(how);
  if (!how.merges && how.chains.size() > how.most_chains) return std::nullopt;
  if (how.recodes) {
    recode(machine, how);
  } else {
    fill_tables(machine, how);
  }
  return how;
}

}  // namespace statewright::kernels
