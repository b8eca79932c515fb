#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "kernels/census_plan.hpp"

namespace statewright::kernels {
namespace {

constexpr std::uint64_t kPart = 1U << 12U;  // members that one thread takes at once

CountMembers widest() {
#ifdef STATEWRIGHT_WIDE_VECTORS
  if (vector_bytes() == 64) return count_members_64;
  if (vector_bytes() == 32) return count_members_32;
#endif
  return count_members_16;
}

}  // namespace

CensusResult census_cpu(const CensusFamily& family, std::uint64_t begin, std::uint64_t end,
                        unsigned threads) {
  static const CountMembers rounding_each = widest();
  const CountMembers count =
      family.rounding == CensusRounding::once ? count_members_once : rounding_each;
  const CensusPlan plan = census_plan(family);
  const std::uint64_t parts = (end - begin + kPart - 1) / kPart;
  const auto used = static_cast<unsigned>(
      std::max<std::uint64_t>(1, std::min<std::uint64_t>(thread_count(threads), parts)));
  std::atomic<std::uint64_t> next{begin};
  std::vector<CensusResult> results(used);
  const auto work = [&](CensusResult& result) {
    CensusResult ours;
    for (std::uint64_t at; (at = next.fetch_add(kPart)) < end;) {
      count(plan, family.kind, at, std::min(end, at + kPart), ours);
    }
    result = ours;
  };
  std::vector<std::thread> others;
  for (unsigned i = 1; i < used; ++i) others.emplace_back(work, std::ref(results[i]));
  work(results[0]);
  for (std::thread& thread : others) thread.join();
  CensusResult all;
  for (const CensusResult& result : results) all.merge(result);
  return all;
}

}  // namespace statewright::kernels
