// How operations are divided over devices: what is decided on the host, tested without any; and on
// a machine with a GPU all operations divided over it several times, and over all that are there.
// reach_test.cpp has reach.

#include "kernels/devices.hpp"

#include <atomic>
#include <bit>
#include <cmath>
#include <numbers>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/census_plan.hpp"
#include "kernels/chunk_parts.hpp"
#include "kernels/generator.hpp"
#include "kernels/orbit_parts.hpp"
#include "kernels/reach_owners.hpp"
#include "kernels/scan_divided.hpp"
#include "kernels/simulate.hpp"
#include "tests/catch.hpp"
#include "tests/kernels/sample_networks.hpp"

using namespace statewright;
using kernels::Backend;
using kernels::DeviceShare;
using kernels::LongWord;
using kernels::named_format;
using kernels::PatternMachine;
using kernels::PlacedWord;
using kernels::ScanFound;
using kernels::ScanTask;

namespace {

/// One GPU several times, and all that are here; nothing where there is none.
std::vector<std::vector<int>> divisions() {
  if (kernels::cuda_devices().empty()) {
    WARN("skipped: no GPU here");
    return {};
  }
  return {{0}, {0, 0}, {0, 0, 0, 0, 0}, kernels::device_numbers()};
}

// --- scan ---------------------------------------------------------------------------------------

/// Every pattern of bits is a letter, so that no state is added.
template <class Next>
PatternMachine pattern_machine(std::uint32_t states, unsigned bits, const Next& next) {
  PatternMachine machine;
  machine.states = machine.width = states;
  machine.letters = 1U << bits;
  machine.bits = bits;
  machine.labels = std::min(states, 3U);
  for (std::uint32_t a = 0; a < machine.letters; ++a) {
    for (std::uint32_t q = 0; q < states; ++q) machine.next.push_back(next(q, a));
  }
  for (std::uint32_t q = 0; q < states; ++q) machine.output.push_back(q % machine.labels);
  return machine;
}

PatternMachine random_machine(std::uint32_t states, unsigned bits, std::uint64_t seed) {
  return pattern_machine(states, bits, [&](std::uint32_t, std::uint32_t) {
    return static_cast<std::uint32_t>(seeded::splitmix(seed) % states);
  });
}

/// The obvious loop.
template <class LetterAt>
ScanFound follow(const PatternMachine& machine, std::uint64_t length, const ScanTask& task,
                 const LetterAt& letter_at) {
  ScanFound found;
  if (task.counts) found.counts.resize(machine.labels);
  std::uint32_t q = task.start;
  std::size_t asked = 0;
  for (std::uint64_t t = 0;; ++t) {
    while (asked < task.positions.size() && task.positions[asked] == t) {
      found.states.push_back(q);
      ++asked;
    }
    if (t == length) break;
    q = machine.next[letter_at(t) * machine.width + q];
    if (task.counts) ++found.counts[machine.output[q]];
  }
  found.state = q;
  return found;
}

/// What stands for a device: memory of the host, and the loop.
class PlainReader final : public kernels::ScanReader {
 public:
  explicit PlainReader(const PatternMachine& machine) : machine_(machine) {}

  kernels::ScanPlan plan() const override { return {}; }
  std::unique_ptr<PlacedWord::Storage> place(std::span<const std::uint32_t> packed,
                                             std::uint64_t) const override {
    auto word = std::make_unique<kernels::HostWord>();
    word->own.assign(packed.begin(), packed.end());
    word->packed = word->own;
    return word;
  }
  std::unique_ptr<PlacedWord::Storage> generate(const LongWord& word, std::uint64_t begin,
                                                std::uint64_t length) const override {
    std::vector<std::uint32_t> packed(kernels::numbers_of(length, machine_.bits));
    kernels::pack_generated(word, machine_.letters, machine_.bits, begin, length, packed.data());
    return place(packed, length);
  }
  std::unique_ptr<kernels::ScanShare> read(const PlacedWord::Storage& word, bool) const override {
    return std::make_unique<Share>(machine_, static_cast<const kernels::HostWord&>(word));
  }

 private:
  struct Share final : kernels::ScanShare {
    const PatternMachine& machine;
    const kernels::HostWord& word;
    std::uint32_t start = 0;

    Share(const PatternMachine& of, const kernels::HostWord& read) : machine(of), word(read) {}
    ScanFound run(const ScanTask& task) const {
      return ::follow(machine, word.length, task, [&](std::uint64_t t) {
        return kernels::letter_of(word.packed.data(), machine.bits, t);
      });
    }
    std::uint32_t follow(std::uint32_t from) override {
      start = from;
      return run({start, {}, false}).state;
    }
    ScanFound find(const ScanTask& task) const override {
      return run({start, task.positions, task.counts});
    }
  };

  const PatternMachine& machine_;
};

void check_same(const ScanFound& ours, const ScanFound& right) {
  CHECK(ours.state == right.state);
  CHECK(ours.states == right.states);
  CHECK(ours.counts == right.counts);
}

/// Placed and generated words, with states, counts, and neither.
void check_scan(const kernels::ScanBackend& scan, const PatternMachine& machine,
                std::uint64_t length) {
  const LongWord generated{.length = length, .seed = 5, .number = 2};
  const kernels::WordKeys keys = kernels::word_keys(5, 2);
  std::vector<std::uint32_t> letters;
  for (std::uint64_t t = 0; t < length; ++t) {
    letters.push_back(kernels::letter_at(keys, t, machine.letters));
  }
  const auto packed = kernels::pack(letters, 1, length, machine.bits);
  // With those between shares, wherever these are: every multiple of the unit.
  std::vector<std::uint64_t> positions = {0, 0, 1};
  const std::uint64_t unit = kernels::scan_piece(machine.letters, 1);
  for (std::uint64_t t = unit - 1; t + 1 < length; t += unit * (1 + length / unit / 50)) {
    positions.insert(positions.end(), {t, t + 1});
  }
  positions.push_back(length);
  std::sort(positions.begin(), positions.end());
  while (positions.back() > length) positions.pop_back();
  const auto letter = [&](std::uint64_t t) { return std::size_t{letters[t]}; };
  const std::uint32_t start = machine.states / 2;
  std::unique_ptr<PlacedWord::Storage> words[2] = {scan.place(packed, length),
                                                   scan.generate(generated, 0, length, 0)};
  for (auto& word : words) {
    word->length = length;
    word->bits = machine.bits;
    CHECK(word->read(0, length) == packed);
    for (const bool counts : {false, true}) {
      const ScanTask fine{start, positions, counts}, plain{start, {}, counts};
      check_same(scan.run(*word, fine), follow(machine, length, fine, letter));
      check_same(scan.run(*word, plain), follow(machine, length, plain, letter));
    }
  }
}

std::vector<std::uint64_t> bits(const std::vector<double>& values) {
  std::vector<std::uint64_t> result;
  for (const double x : values) result.push_back(std::bit_cast<std::uint64_t>(x));
  return result;
}

}  // namespace

TEST_CASE("devices: shares are all there is, in order", "[kernels][devices][law]") {
  for (const std::uint64_t count : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{7},
                                    std::uint64_t{1000}, ~std::uint64_t{0}}) {
    for (const std::uint64_t shares : {1U, 2U, 3U, 8U, 13U}) {
      CAPTURE(count, shares);
      std::uint64_t at = 0;
      bool even = true;
      for (std::uint64_t i = 0; i < shares; ++i) {
        const DeviceShare share = kernels::device_share(count, shares, i);
        even = even && share.begin == at && share.size() - count / shares <= 1;
        at = share.end;
      }
      CHECK(even);
      CHECK(at == count);
    }
  }
  CHECK(kernels::devices_for(4, 100, 10) == 4);
  CHECK(kernels::devices_for(4, 29, 10) == 2);
  CHECK(kernels::devices_for(4, 0, 10) == 1);
}

TEST_CASE("devices: all work is done, and the first error is told", "[kernels][devices][law]") {
  for (const std::size_t count : {0U, 1U, 2U, 5U}) {
    std::vector<std::atomic<int>> done(count);
    kernels::at_once(count, [&](std::size_t i) { ++done[i]; });
    for (const auto& times : done) CHECK(times == 1);
  }
  std::atomic<int> done = 0;
  const auto work = [&](std::size_t i) {
    ++done;
    if (i % 2 == 1) throw std::runtime_error("share " + std::to_string(i));
  };
  CHECK_THROWS_WITH(kernels::at_once(6, work), "share 1");
  CHECK(done == 6);
}

TEST_CASE("devices: shares of a word", "[kernels][devices][scan][law]") {
  for (const std::uint64_t unit : {1U, 32U, 192U}) {
    for (const std::uint64_t least : {1U, 100U, 5000U}) {
      for (const std::uint64_t length : {0U, 1U, 191U, 192U, 193U, 1000U, 99'999U}) {
        for (const std::size_t devices : {1U, 2U, 3U, 8U}) {
          CAPTURE(unit, least, length, devices);
          const auto shares = kernels::scan_shares(length, devices, least, unit);
          CHECK(shares.size() <= devices);
          CHECK(shares.front().begin == 0);
          CHECK(shares.back().end == length);
          for (std::size_t i = 0; i + 1 < shares.size(); ++i) {
            CHECK(shares[i].end == shares[i + 1].begin);
            CHECK(shares[i].end % unit == 0);
          }
          for (const DeviceShare& share : shares) CHECK((share.size() != 0 || length == 0));
          if (length <= least) CHECK(shares.size() == 1);
          if (length >= devices * std::max(least, unit)) CHECK(shares.size() == devices);
        }
      }
    }
  }
}

TEST_CASE("devices: a word in shares is the whole word", "[kernels][devices][scan][oracle]") {
  for (const unsigned bits : {1U, 2U, 4U, 8U}) {
    const PatternMachine machine = random_machine(11, bits, bits);
    for (const std::size_t devices : {1U, 2U, 3U, 7U}) {
      for (const std::uint64_t least : {1U, 1'000'000U}) {
        std::vector<std::unique_ptr<kernels::ScanReader>> readers;
        for (std::size_t i = 0; i < devices; ++i) {
          readers.push_back(std::make_unique<PlainReader>(machine));
        }
        const auto scan = kernels::make_divided_scan(
            machine, std::move(readers),
            [](std::size_t count, const std::function<void(std::size_t)>& work) {
              kernels::at_once(count, work);
            },
            least);
        CHECK(scan->devices() == devices);
        for (const std::uint64_t length : {0U, 1U, 31U, 33U, 1025U, 9'999U}) {
          CAPTURE(bits, devices, least, length);
          check_scan(*scan, machine, length);
        }
      }
    }
  }
}

TEST_CASE("devices: every pair has one owner and one place", "[kernels][devices][reach][law]") {
  for (std::uint32_t devices = 2; devices <= 9; ++devices) {
    const kernels::ReachOwners owners(devices);
    CAPTURE(devices);
    // All of some, that are no whole number of groups.
    const std::uint64_t pairs = 10'007;
    std::set<std::pair<std::uint32_t, std::uint64_t>> places;
    bool inside = true;
    for (std::uint64_t index = 0; index < pairs; ++index) {
      const std::uint32_t owner = owners.owner(index);
      const std::uint64_t place = owners.place(index);
      inside = inside && owner < devices && place < owners.bits(pairs);
      places.emplace(owner, place);
    }
    CHECK(inside);
    CHECK(places.size() == pairs);
    // The quotient is exact up to the largest index, where rounding would show.
    std::uint64_t seed = devices;
    for (int i = 0; i < 10'000; ++i) {
      const std::uint64_t group = seeded::splitmix(seed) % ((std::uint64_t{1} << 48U) / devices);
      for (const std::uint64_t index : {group * devices, group * devices + devices - 1}) {
        if (owners.place(index) != group) FAIL("place of " << index);
      }
    }
    // Those whose low bits are 0 are spread as well.
    for (const std::uint64_t step : {1U, 16U, 1024U, 65536U}) {
      std::vector<int> counts(devices);
      for (std::uint64_t i = 0; i < 20'000; ++i) ++counts[owners.owner(i * step)];
      for (const int count : counts) {
        CAPTURE(step);
        CHECK(std::abs(count - 20'000 / static_cast<int>(devices)) < 1000);
      }
    }
  }
}

TEST_CASE("devices: words of a scan over several GPUs", "[kernels][devices][scan][cuda][law]") {
  struct Case {
    const char* name;
    PatternMachine machine;
    kernels::ScanForm form;
  };
  using kernels::ScanForm;
  const auto turns = [](std::uint32_t corners) {
    return pattern_machine(corners, 1, [=](std::uint32_t q, std::uint32_t a) {
      return a == 0 ? (q + 1) % corners : (corners - q) % corners;
    });
  };
  const Case cases[] = {
      {"sums",
       pattern_machine(100, 2, [](std::uint32_t q, std::uint32_t a) { return (q + a) % 100; }),
       ScanForm::sums},
      {"maps of 8", random_machine(8, 1, 3), ScanForm::maps},
      {"maps of 16", random_machine(16, 2, 4), ScanForm::maps},
      {"elements", turns(60), ScanForm::elements},
      {"walk", random_machine(300, 8, 6), ScanForm::walk}};
  for (const auto& devices : divisions()) {
    for (const Case& c : cases) {
      for (const std::uint64_t least : {std::uint64_t{1}, kernels::kScanCudaPiece}) {
        if (least != 1 && devices.size() != 2) continue;
        const auto scan = kernels::make_scan_cuda(c.machine, devices, least);
        CHECK(scan->plan().form == c.form);
        for (const std::uint64_t length : {0U, 1U, 33U, 1025U, 100'003U}) {
          CAPTURE(c.name, devices.size(), least, length);
          check_scan(*scan, c.machine, length);
        }
      }
    }
  }
}

TEST_CASE("devices: chunked words over several GPUs", "[kernels][devices][chunk][cuda][law]") {
  const auto network =
      samples::symmetric_group(4, named_format("bf16"), true,
                               samples::round_parameter(named_format("bf16"), 0.70710678), 2)
          .network;
  const kernels::ChunkedNetwork chunked{network, 5};
  std::uint64_t seed = 3;
  std::vector<std::uint32_t> letters(1025 * 9);
  for (auto& a : letters) {
    a = static_cast<std::uint32_t>(seeded::splitmix(seed) % network.letters);
  }
  const auto packed = kernels::pack(letters, 1025, 9, 8);
  for (const auto& devices : divisions()) {
    const auto ours = kernels::make_chunk_cuda(chunked, nullptr, devices);
    for (const std::uint64_t count : {1U, 4U, 1025U}) {
      kernels::Words from_memory{.count = count, .length = 9, .bits = 8};
      from_memory.packed = std::span(packed).first(count * from_memory.row_size());
      const kernels::Words generated{.count = count, .length = 9, .first = 7, .seed = 2};
      for (const kernels::Words& words : {from_memory, generated}) {
        for (const bool all : {false, true}) {
          CAPTURE(devices.size(), count, all, words.bits);
          const auto right =
              kernels::ChunkComparer(chunked, Backend::reference).run(words, {all, all, 0, {}});
          kernels::ChunkResult result;
          result.first.resize(count);
          result.outputs.resize(right.outputs.size());
          result.states.resize(right.states.size());
          ours->run(words, {all, all, 0, {}}, result);
          CHECK(result.first == right.first);
          CHECK(result.outputs == right.outputs);
          CHECK(bits(result.states) == bits(right.states));
        }
      }
    }
  }
}

TEST_CASE("devices: members of a census over several GPUs",
          "[kernels][devices][census][cuda][law]") {
  const kernels::CensusFamily family{named_format("e4m3"), {1, 1, 0, 0}, 16};
  const std::uint64_t begin = 1'000'000, end = begin + 400'003;
  const auto choices = divisions();
  if (choices.empty()) return;
  const kernels::CensusResult right = kernels::census(family, begin, end, Backend::cpu);
  for (const auto& devices : choices) {
    CAPTURE(devices.size());
    CHECK(kernels::census_cuda(family, begin, end, devices) == right);
    CHECK(kernels::census_cuda(family, begin, begin, devices) ==
          kernels::census(family, begin, begin, Backend::cpu));
  }
}

TEST_CASE("devices: orbits over several GPUs", "[kernels][devices][orbit][cuda][law]") {
  const auto choices = divisions();
  if (choices.empty()) return;
  for (const char* name : {"bf16", "e4m3"}) {
    // Few candidates of many rotations, and so many that those of one are divided.
    for (const std::size_t count : {33U, 20'000U, 200'000U}) {
      kernels::OrbitFamily family{named_format(name), {}, 12};
      std::uint64_t seed = count;
      for (std::size_t i = 0; i < count; ++i) {
        const double x = 1 + seeded::unit(seed), y = seeded::unit(seed) / 4;
        family.candidates.push_back({samples::round_parameter(family.format, x),
                                     samples::round_parameter(family.format, y), 0});
      }
      std::vector<kernels::OrbitRotation> rotations;
      for (const std::uint32_t m : {3U, 4U, 6U, 8U, 12U}) {
        if (rotations.size() == 2 && count == 200'000) break;
        kernels::OrbitRotation rotation{.m = m, .constants = {}, .readout = {}};
        for (std::uint32_t k = 0; k < m; ++k) {
          rotation.readout.push_back(std::cos(2 * std::numbers::pi * k / m));
          rotation.readout.push_back(std::sin(2 * std::numbers::pi * k / m));
        }
        rotation.constants = {{samples::round_parameter(family.format, rotation.readout[2]),
                               samples::round_parameter(family.format, rotation.readout[3])}};
        rotations.push_back(rotation);
      }
      const auto right = orbits(family, rotations, Backend::cpu);
      const auto ends = orbit_ends(family, rotations[0], 77, Backend::cpu);
      for (const auto& devices : choices) {
        CAPTURE(name, count, devices.size());
        CHECK(kernels::orbits_cuda(family, rotations, devices) == right);
        double seconds = -1;
        CHECK(bits(kernels::orbit_ends_cuda(family, rotations[0], 77, devices, &seconds)) ==
              bits(ends));
        CHECK(seconds >= 0);
      }
    }
  }
}
