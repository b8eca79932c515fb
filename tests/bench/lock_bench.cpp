// bench_lock [--smoke] [--most M] [--formats bf16,fp16] [--threads N]: the lock search of
// proofs_check/lock for all rings of 3 to M cells, by kernels::orbits: constants as rounded and
// with last bits changed, all starts of lock.hpp. N = max(1024, 4 m) states are searched in each.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "proofs_check/lock/orbits.hpp"

using namespace statewright;
using kernels::OrbitResult;

namespace {

unsigned threads = 0;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string percent(double margin, const proofs::RingOrbits& ring) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%", 100 * margin / (1 - ring.rotation.readout[2]));
  return text;
}

std::string best(const kernels::OrbitTally& tally, const proofs::RingOrbits& ring) {
  if (tally.locked == 0) return "";
  return percent(tally.margin, ring) + ", " + describe_orbit(ring, tally.best);
}

/// What became of the rings of some range that have no row of their own.
struct Range {
  std::uint64_t rings = 0, tried = 0, undecided_letter = 0, undecided_words = 0;
};

void search(const std::string& name, std::uint32_t most) {
  const core::Format format = core::parse_format(name, "--formats");
  std::printf(
      "\n### %s\n\n| m | tried | `+` alone: locked | as m states | undecided | first | all words: "
      "locked | undecided | first | best: margin of an exact turn's, candidate |\n"
      "|---|---|---|---|---|---|---|---|---|---|\n",
      name.c_str());
  std::map<std::uint32_t, Range> ranges;
  const double start = now();
  double searching = 0;
  std::uint64_t candidates = 0, letter_rings = 0, word_rings = 0;
  constexpr std::uint32_t kAtOnce = 64;
  for (std::uint32_t from = 3; from <= most; from += kAtOnce) {
    const std::uint32_t to = std::min(most, from + kAtOnce - 1);
    std::map<std::uint32_t, proofs::RingOrbits> rings;
    std::map<std::uint32_t, OrbitResult> results;
    std::map<std::size_t, std::vector<std::uint32_t>> alike;  // by inexact constants
    for (std::uint32_t m = from; m <= to; ++m) {
      proofs::LockOptions options;
      options.states = std::max<std::uint64_t>(1024, 4 * std::uint64_t{to});
      rings.emplace(m, proofs::ring_orbits(m, format, options));
      alike[rings.at(m).constants].push_back(m);
    }
    for (const auto& [constants, members] : alike) {
      std::vector<kernels::OrbitRotation> rotations;
      for (const std::uint32_t m : members) rotations.push_back(rings.at(m).rotation);
      const double begin = now();
      const auto found = kernels::orbits(rings.at(members[0]).family, rotations,
                                         kernels::Backend::automatic, threads);
      searching += now() - begin;
      for (std::size_t i = 0; i < members.size(); ++i) results.emplace(members[i], found[i]);
    }
    for (const auto& [m, result] : results) {
      candidates += result.tried;
      const kernels::OrbitTally& letter = result.one_letter;
      const kernels::OrbitTally& words = result.all_words;
      if (letter.locked != 0) ++letter_rings;
      if (words.locked != 0) ++word_rings;
      if (m > 64 && words.locked == 0) {
        Range& range = ranges[(m - 1) / 1000];
        ++range.rings;
        range.tried += result.tried;
        range.undecided_letter += letter.undecided;
        range.undecided_words += words.undecided;
        continue;
      }
      const auto number = [](std::uint64_t x) { return static_cast<unsigned long long>(x); };
      std::printf("| %u | %llu | %llu | %llu | %llu | %s | %llu | %llu | %s | %s |\n", m,
                  number(result.tried), number(letter.locked), number(result.cycles),
                  number(letter.undecided),
                  letter.locked != 0 ? std::to_string(letter.first).c_str() : "",
                  number(words.locked), number(words.undecided),
                  words.locked != 0 ? std::to_string(words.first).c_str() : "",
                  best(words, rings.at(m)).c_str());
    }
    std::fflush(stdout);
  }
  for (const auto& [thousand, range] : ranges) {
    std::printf(
        "\nm = %u to %u, no lock for all words: %llu rings, %llu candidates, undecided %llu "
        "(`+` alone), %llu (all words)\n",
        std::max(65U, thousand * 1000 + 1), std::min(most, thousand * 1000 + 1000),
        static_cast<unsigned long long>(range.rings), static_cast<unsigned long long>(range.tried),
        static_cast<unsigned long long>(range.undecided_letter),
        static_cast<unsigned long long>(range.undecided_words));
  }
  std::printf(
      "\n%s: %llu candidates in %.1f s, of which %.1f s of search; rings that lock: %llu (`+` "
      "alone), %llu (all words)\n",
      name.c_str(), static_cast<unsigned long long>(candidates), now() - start, searching,
      static_cast<unsigned long long>(letter_rings), static_cast<unsigned long long>(word_rings));
}

}  // namespace

int main(int argc, char** argv) {
  std::uint32_t most = 100;
  std::string formats = "bf16,fp16,e4m3";
  for (int i = 1; i < argc; ++i) {
    const bool more = i + 1 < argc;
    if (std::strcmp(argv[i], "--smoke") == 0) {
      most = 8;
      formats = "e4m3";
    } else if (std::strcmp(argv[i], "--most") == 0 && more) {
      most = static_cast<std::uint32_t>(std::atoi(argv[++i]));
    } else if (std::strcmp(argv[i], "--formats") == 0 && more) {
      formats = argv[++i];
    } else if (std::strcmp(argv[i], "--threads") == 0 && more) {
      threads = static_cast<unsigned>(std::atoi(argv[++i]));
    }
  }
  for (std::size_t begin = 0; begin < formats.size();) {
    const std::size_t end = std::min(formats.find(',', begin), formats.size());
    search(formats.substr(begin, end - begin), most);
    begin = end + 1;
  }
  return 0;
}
