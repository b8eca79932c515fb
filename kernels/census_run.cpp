#include "kernels/census_run.hpp"

#include <algorithm>
#include <chrono>

#include "core/error.hpp"

namespace statewright::kernels {
namespace {

using core::Error;
using core::Fault;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// Where part `rank` begins.
std::uint64_t begin_of(std::uint64_t size, std::uint64_t rank, std::uint64_t ranks) {
  return size / ranks * rank + std::min(rank, size % ranks);
}

std::string range_text(std::uint64_t begin, std::uint64_t end) {
  return "members " + std::to_string(begin) + " to " + std::to_string(end);
}

constexpr std::uint64_t kFirstBatch = 1024;
constexpr double kShort = 0.05, kLong = 0.2;  // seconds that a batch should take

}  // namespace

Census run_census(const CensusFamily& family, const CensusOptions& options) {
  check_family(family);
  if (options.ranks == 0 || options.rank >= options.ranks) {
    throw Error({Fault::range, "rank", "one of 0 to ranks - 1",
                 std::to_string(options.rank) + " of " + std::to_string(options.ranks)});
  }
  const Backend backend = resolve(options.backend);
  const std::uint64_t size = family.size();
  Census census;
  census.family = family;
  census.begin = census.next = begin_of(size, options.rank, options.ranks);
  census.end = begin_of(size, options.rank + std::uint64_t{1}, options.ranks);
  if (options.resume) {
    Census found = load_checkpoint(options.checkpoint, family);
    if (found.begin != census.begin || found.end != census.end) {
      throw Error({Fault::range, options.checkpoint, range_text(census.begin, census.end),
                   range_text(found.begin, found.end), "a share resumes with the same rank"});
    }
    census = std::move(found);
  }
  // A file that cannot be written is better known now than after the first hour.
  if (!options.checkpoint.empty()) save_checkpoint(options.checkpoint, census);
  std::uint64_t batch = options.batch > 0 ? options.batch : kFirstBatch;
  Clock::time_point saved = Clock::now();
  while (!census.is_complete()) {
    if (options.proceed &&
        !options.proceed(census.next - census.begin, census.end - census.begin)) {
      break;
    }
    const Clock::time_point begin = Clock::now();
    const std::uint64_t stop = census.next + std::min(batch, census.end - census.next);
    census.result.merge(kernels::census(family, census.next, stop, backend, options.threads));
    census.next = stop;
    if (options.batch == 0) {
      const double took = seconds_since(begin);
      if (took < kShort) batch *= 2;
      if (took > kLong && batch > 1) batch /= 2;
    }
    if (!options.checkpoint.empty() && seconds_since(saved) >= options.save_every) {
      save_checkpoint(options.checkpoint, census);
      saved = Clock::now();
    }
  }
  if (!options.checkpoint.empty()) save_checkpoint(options.checkpoint, census);
  return census;
}

Census merged_census(const CensusFamily& family, std::vector<Census> shares) {
  std::sort(shares.begin(), shares.end(),
            [](const Census& a, const Census& b) { return a.begin < b.begin; });
  Census all;
  all.family = family;
  all.end = family.size();
  for (const Census& share : shares) {
    const std::string ours = range_text(share.begin, share.end);
    if (!share.is_complete()) {
      throw Error({Fault::range, "merge", ours, "counted up to " + std::to_string(share.next),
                   "resume that share first"});
    }
    if (share.begin < all.next) {
      throw Error({Fault::range, "merge", "each member once",
                   ours + ", of which some are in another share"});
    }
    if (share.begin > all.next) break;
    all.result.merge(share.result);
    all.next = share.end;
  }
  if (!all.is_complete()) {
    const auto later = std::find_if(shares.begin(), shares.end(),
                                    [&](const Census& share) { return share.begin > all.next; });
    throw Error(
        {Fault::range, "merge", range_text(0, all.end),
         "none for " + range_text(all.next, later != shares.end() ? later->begin : all.end)});
  }
  return all;
}

}  // namespace statewright::kernels
