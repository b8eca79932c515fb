#include "automata/algebra/real_representation.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <tuple>

namespace statewright::automata {

std::vector<RealIrreducible> real_irreducibles(const CharacterTable& table) {
  std::vector<RealIrreducible> found;
  for (std::size_t c = 0; c < table.classes().size(); ++c) {
    if (table.complex_conjugate(c) < c) continue;
    const std::size_t copies = table.indicator(c) == 1 ? 1 : 2;
    found.push_back({c, copies, copies * table.degree(c)});
  }
  return found;
}

std::size_t moved_dimension(const CharacterTable& table, const RealIrreducible& irreducible,
                            std::size_t of_class) {
  return irreducible.dimension -
         irreducible.copies * table.multiplicity(irreducible.character, of_class, 0);
}

namespace {

struct Candidate {
  std::vector<std::size_t> moved;  // [letter classes]
  std::vector<bool> detects;       // [atoms]: not in the kernel
  std::size_t dimension;
  std::size_t most;  // of `moved`
};

/// Minimal ones among the normal closures of elements outside `allowed`: a kernel lies in `allowed`
/// iff it contains none of these.
std::vector<Subgroup> closures_to_detect(const SmallGroup& group, const ElementSet& allowed) {
  std::vector<Subgroup> closures;
  for (const auto& members : group.classes()) {
    if (!allowed.contains(members.front())) {
      closures.push_back(group.normal_closure({members.front()}));
    }
  }
  std::stable_sort(closures.begin(), closures.end(),
                   [](const auto& x, const auto& y) { return x.order() < y.order(); });
  std::vector<Subgroup> minimal;
  for (Subgroup& closure : closures) {
    if (std::none_of(minimal.begin(), minimal.end(),
                     [&](const Subgroup& smaller) { return closure.set.includes(smaller.set); })) {
      minimal.push_back(std::move(closure));
    }
  }
  return minimal;
}

class Search {
 public:
  Search(std::vector<Candidate> candidates, std::size_t atoms, std::size_t letters,
         std::size_t worse_than, const core::Limits& limits)
      : candidates_(std::move(candidates)),
        limits_(limits),
        meter_(limits_, "sums of representations"),
        open_(atoms, 1),
        sums_(letters, 0),
        best_factors_(worse_than) {
    limits_.max_states.reset();  // nothing is stored
  }

  void descend(std::size_t dimension) {
    if (stopped_) return;
    if (++nodes_ > kMostNodes || meter_.check(0)) {
      stopped_ = true;
      return;
    }
    const std::size_t factors = sums_.empty() ? 0 : *std::max_element(sums_.begin(), sums_.end());
    if (std::tuple(factors, dimension) >= std::tuple(best_factors_, best_dimension_)) return;
    const auto atom = std::find(open_.begin(), open_.end(), 1);
    if (atom == open_.end()) {
      best_factors_ = factors;
      best_dimension_ = dimension;
      best_ = chosen_;
      found_ = true;
      return;
    }
    const auto k = static_cast<std::size_t>(atom - open_.begin());
    for (std::size_t c = 0; c < candidates_.size(); ++c) {
      const Candidate& candidate = candidates_[c];
      if (!candidate.detects[k] || candidate.most > best_factors_) continue;
      const std::vector<char> before = open_;
      for (std::size_t i = 0; i < open_.size(); ++i) {
        if (candidate.detects[i]) open_[i] = 0;
      }
      for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += candidate.moved[i];
      chosen_.push_back(c);
      descend(dimension + candidate.dimension);
      chosen_.pop_back();
      for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] -= candidate.moved[i];
      open_ = before;
    }
  }

  bool found() const { return found_; }
  bool stopped() const { return stopped_; }
  std::vector<const Candidate*> best() const {
    std::vector<const Candidate*> summands;
    for (const std::size_t c : best_) summands.push_back(&candidates_[c]);
    return summands;
  }

 private:
  static constexpr std::size_t kMostNodes = 2'000'000;

  std::vector<Candidate> candidates_;
  core::Limits limits_;
  core::Meter meter_;
  std::vector<char> open_;
  std::vector<std::size_t> sums_, chosen_, best_;
  std::size_t best_factors_, best_dimension_ = 0;
  std::size_t nodes_ = 0;
  bool found_ = false, stopped_ = false;
};

/// x is never better to choose than y.
bool dominated(const Candidate& x, const Candidate& y) {
  if (x.dimension < y.dimension) return false;
  for (std::size_t i = 0; i < x.moved.size(); ++i) {
    if (x.moved[i] < y.moved[i]) return false;
  }
  for (std::size_t i = 0; i < x.detects.size(); ++i) {
    if (x.detects[i] && !y.detects[i]) return false;
  }
  return true;
}

}  // namespace

std::optional<RealRepresentation> least_representation(const SmallGroup& group,
                                                       const CharacterTable& table,
                                                       const ElementSet& allowed,
                                                       const std::vector<Element>& letters,
                                                       std::size_t worse_than,
                                                       const core::Limits& limits, bool& complete) {
  const auto atoms = closures_to_detect(group, allowed);
  std::vector<std::size_t> letter_classes;  // one entry per class that has a letter
  for (const Element s : letters) letter_classes.push_back(group.class_of(s));
  std::sort(letter_classes.begin(), letter_classes.end());
  letter_classes.erase(std::unique(letter_classes.begin(), letter_classes.end()),
                       letter_classes.end());
  std::vector<Candidate> candidates;
  for (const RealIrreducible& irreducible : real_irreducibles(table)) {
    Candidate candidate{{}, {}, irreducible.dimension, 0};
    for (const std::size_t k : letter_classes) {
      candidate.moved.push_back(moved_dimension(table, irreducible, k));
      candidate.most = std::max(candidate.most, candidate.moved.back());
    }
    for (const Subgroup& atom : atoms) {  // detected iff some element is not in the kernel
      candidate.detects.push_back(
          std::any_of(atom.elements.begin(), atom.elements.end(), [&](Element a) {
            return table.residue(irreducible.character, group.class_of(a)) !=
                   table.degree(irreducible.character);
          }));
    }
    candidates.push_back(std::move(candidate));
  }
  std::stable_sort(candidates.begin(), candidates.end(), [](const auto& x, const auto& y) {
    return std::tuple(x.most, x.dimension) < std::tuple(y.most, y.dimension);
  });
  std::vector<Candidate> useful;
  for (const Candidate& candidate : candidates) {
    if (std::none_of(useful.begin(), useful.end(),
                     [&](const Candidate& other) { return dominated(candidate, other); })) {
      useful.push_back(candidate);
    }
  }
  Search search(std::move(useful), atoms.size(), letter_classes.size(), worse_than, limits);
  search.descend(0);
  if (search.stopped()) complete = false;
  if (!search.found()) return std::nullopt;
  RealRepresentation result;
  std::vector<std::size_t> per_class(letter_classes.size(), 0);
  for (const Candidate* summand : search.best()) {
    result.dimension += summand->dimension;
    result.dimensions.push_back(summand->dimension);
    for (std::size_t i = 0; i < per_class.size(); ++i) per_class[i] += summand->moved[i];
  }
  std::sort(result.dimensions.begin(), result.dimensions.end(), std::greater<>());
  for (const Element s : letters) {
    const auto at =
        std::lower_bound(letter_classes.begin(), letter_classes.end(), group.class_of(s));
    result.per_letter.push_back(per_class[static_cast<std::size_t>(at - letter_classes.begin())]);
    result.factors = std::max(result.factors, result.per_letter.back());
  }
  return result;
}

}  // namespace statewright::automata
