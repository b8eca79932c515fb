#include "automata/algebra/faithful_degree.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

#include "automata/algebra/abelian_type.hpp"
#include "automata/algebra/group_name.hpp"
#include "automata/algebra/subgroup_lattice.hpp"

namespace statewright::automata {

namespace {

/// A subgroup of least index among those with its core.
struct Candidate {
  std::size_t index;
  const Subgroup* subgroup;
  std::vector<bool> excludes;  // [minimal normal subgroups]: not inside the core
};

class Search {
 public:
  Search(std::vector<Candidate> candidates, std::size_t atoms, std::size_t known_least,
         const core::Limits& limits)
      : candidates_(std::move(candidates)),
        known_least_(known_least),
        meter_(limits_without_states(limits)),
        check_(meter_, "covers of minimal normal subgroups"),
        open_(atoms, 1) {}

  std::optional<core::LimitHit> run() {
    descend(0);
    return hit_;
  }
  const std::vector<const Subgroup*>& best() const { return best_; }

 private:
  static core::Limits limits_without_states(const core::Limits& limits) {
    core::Limits copy = limits;  // nothing is stored here
    copy.max_states.reset();
    return copy;
  }

  void descend(std::size_t sum) {
    if (hit_ || best_sum_ == known_least_) return;
    if ((hit_ = check_.check(0))) return;
    const auto atom = std::find(open_.begin(), open_.end(), 1);
    if (atom == open_.end()) {
      best_sum_ = sum;
      best_ = chosen_;
      return;
    }
    const auto k = static_cast<std::size_t>(atom - open_.begin());
    for (const Candidate& candidate : candidates_) {
      if (sum + candidate.index >= best_sum_) return;  // and so are all that follow
      if (!candidate.excludes[k]) continue;
      const std::vector<char> before = open_;
      for (std::size_t i = 0; i < open_.size(); ++i) {
        if (candidate.excludes[i]) open_[i] = 0;
      }
      chosen_.push_back(candidate.subgroup);
      descend(sum + candidate.index);
      chosen_.pop_back();
      open_ = before;
    }
  }

  std::vector<Candidate> candidates_;  // by index
  std::size_t known_least_;
  core::Limits meter_;
  core::Meter check_;
  std::vector<char> open_;
  std::vector<const Subgroup*> chosen_, best_;
  std::size_t best_sum_ = ~std::size_t{0};
  std::optional<core::LimitHit> hit_;
};

/// Keeps those that exclude something no earlier one, of at most the same index, excludes with all
/// the rest.
void drop_dominated(std::vector<Candidate>& candidates) {
  std::vector<Candidate> kept;
  for (Candidate& x : candidates) {
    const bool dominated = std::any_of(kept.begin(), kept.end(), [&](const Candidate& y) {
      for (std::size_t i = 0; i < x.excludes.size(); ++i) {
        if (x.excludes[i] && !y.excludes[i]) return false;
      }
      return true;
    });
    if (!dominated) kept.push_back(std::move(x));
  }
  candidates = std::move(kept);
}

std::size_t sum_of(const std::vector<std::uint64_t>& type) {
  return std::max<std::size_t>(1, std::accumulate(type.begin(), type.end(), std::size_t{0}));
}

}  // namespace

std::variant<FaithfulDegree, core::LimitHit> least_faithful_degree(const SmallGroup& group,
                                                                   const core::Limits& limits) {
  if (group.order() == 1) return FaithfulDegree{1, {group.whole()}};
  const auto lattice = subgroup_classes(group, limits);
  if (const auto* hit = std::get_if<core::LimitHit>(&lattice)) {
    if (group.is_abelian()) return FaithfulDegree{sum_of(abelian_type(group)), {}};
    return *hit;
  }
  const auto& classes = std::get<std::vector<SubgroupClass>>(lattice);
  std::vector<const Subgroup*> atoms;
  for (const SubgroupClass& entry : classes) {  // smaller ones first
    if (entry.size > 1 || entry.representative.order() == 1) continue;
    if (std::none_of(atoms.begin(), atoms.end(), [&](const Subgroup* atom) {
          return entry.representative.set.includes(atom->set);
        })) {
      atoms.push_back(&entry.representative);
    }
  }
  std::map<ElementSet, const SubgroupClass*> largest;  // with a given core
  for (const SubgroupClass& entry : classes) largest[entry.core.set] = &entry;
  std::vector<Candidate> candidates;
  for (const auto& [core, entry] : largest) {
    Candidate candidate{group.order() / entry->representative.order(), &entry->representative, {}};
    for (const Subgroup* atom : atoms) candidate.excludes.push_back(!core.includes(atom->set));
    candidates.push_back(std::move(candidate));
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto& x, const auto& y) { return x.index < y.index; });
  drop_dominated(candidates);
  const std::size_t known = group.is_abelian() ? sum_of(abelian_type(group)) : 0;
  Search search(std::move(candidates), atoms.size(), known, limits);
  if (const auto hit = search.run()) return *hit;
  FaithfulDegree result{0, {}};
  for (const Subgroup* subgroup : search.best()) {
    result.degree += group.order() / subgroup->order();
    result.stabilisers.push_back(*subgroup);
  }
  return result;
}

std::variant<FaithfulDegree, core::LimitHit> least_faithful_degree(const PermutationGroup& group,
                                                                   const core::Limits& limits) {
  const core::Integer order = group.order();
  if (order <= SmallGroup::kMaxOrder) return least_faithful_degree(SmallGroup(group), limits);
  if (group.is_abelian()) return FaithfulDegree{sum_of(abelian_type(group)), {}};
  // S_n and A_n, n >= 7, have no subgroup of smaller index than n except A_n itself.
  const GroupName name = name_group(group);
  const std::string digits = name.name.substr(1);
  if ((name.name[0] == 'S' || name.name[0] == 'A') &&
      digits.find_first_not_of("0123456789") == std::string::npos) {
    return FaithfulDegree{std::stoul(digits), {}};
  }
  return core::LimitHit{"groups of at most " + std::to_string(SmallGroup::kMaxOrder) + " elements",
                        ""};
}

std::vector<Transformation> action_on_cosets(const SmallGroup& group,
                                             const std::vector<Subgroup>& stabilisers) {
  std::vector<Transformation> maps(group.generators().size());
  for (const Subgroup& stabiliser : stabilisers) {
    const auto part = group.coset_action(stabiliser);
    for (std::size_t s = 0; s < maps.size(); ++s) {
      const auto offset = static_cast<State>(maps[s].size());
      for (const State q : part[s]) maps[s].push_back(offset + q);
    }
  }
  return maps;
}

}  // namespace statewright::automata
