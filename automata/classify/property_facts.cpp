#include "automata/classify/property_facts.hpp"

#include <utility>
#include <variant>

#include "automata/algebra/idempotents.hpp"
#include "automata/algebra/properties.hpp"
#include "automata/algebra/subgroups.hpp"
#include "automata/classify/family_rules.hpp"

namespace statewright::automata {
namespace {

using rules::spelled;

struct Kind {
  const char* id;
  const char* meaning;
};

constexpr Kind kGroup = {"group", "every letter permutes the states"};
constexpr Kind kStarFree = {"star-free", "no word leads around a circle of two or more states"};
constexpr Kind kSolvable = {"solvable", "every group in the monoid is solvable"};
constexpr Kind kCommutative = {"commutative", "the order of letters does not matter"};
constexpr Kind kPartialInjections = {
    "partial injections", "letters merge no states, except into one that no letter leaves"};
constexpr Kind kInverse = {"inverse", "all elements are regular and idempotents commute"};
constexpr Kind kRTrivial = {"R-trivial",
                            "what reading on changes, no further reading can bring back"};
constexpr Kind kLTrivial = {"L-trivial", "the same for letters put in front"};
constexpr Kind kJTrivial = {"J-trivial", "the same on both sides: piecewise testable"};
constexpr Kind kDefinite = {"definite", "the last few letters decide the state"};
constexpr Kind kRightRegular = {
    "idempotents right regular",
    "x y x = y x for idempotents: necessary for one layer that expands nothing"};

class Texts {
 public:
  explicit Texts(const Dfa& dfa) : dfa_(dfa) {}

  std::string word(const Word& word) const { return spelled(dfa_.letters, word); }
  std::string state(State q) const { return dfa_.state_name(q); }

  std::string of(const Merge& merge) const {
    return word({merge.letter}) + " merges states " + state(merge.p) + " and " + state(merge.q);
  }
  std::string of(const StateCycle& cycle) const {
    return word(cycle.word) + " leads around a circle of " + std::to_string(cycle.cycle.size()) +
           " states";
  }
  std::string of(const NotCommuting& pair) const {
    return word({pair.a, pair.b}) + " and " + word({pair.b, pair.a}) + " lead from state " +
           state(pair.state) + " to different states";
  }
  std::string of(const SameClass& pair) const {
    return word(pair.x) + " and " + word(pair.y) + " can each be made of the other";
  }
  std::string of(const NotInjective& merges) const {
    return of(merges.first) + (merges.second ? ", and " + of(*merges.second) : "");
  }
  std::string of(const NoReset& loop) const {
    return word(loop.word) + " maps a set of " + std::to_string(loop.states.size()) +
           " states onto itself";
  }
  std::string of(const NotSolvable& found) const {
    return "contains the group " + name_group(found.group).name + " on " +
           std::to_string(found.points.size()) + " states";
  }
  std::string of(const IdempotentWord& one) const {
    return word(one.word) +
           (one.power == 1 ? "" : " repeated " + core::to_string(one.power) + " times");
  }
  std::string of(const std::variant<NotRegular, IdempotentPair>& found) const {
    if (const auto* one = std::get_if<NotRegular>(&found)) {
      return word(one->word) + " is not regular";
    }
    const auto& pair = std::get<IdempotentPair>(found);
    return of(pair.x) + " and " + of(pair.y) + " are idempotent and do not commute";
  }

 private:
  const Dfa& dfa_;
};

template <class Witness>
PropertyFact told(const Kind& kind, const core::Verdict<Holds, Witness>& verdict,
                  const Texts& texts) {
  PropertyFact fact{kind.id, kind.meaning, false, ""};
  if (verdict.proof() != nullptr) fact.holds = true;
  if (const Witness* witness = verdict.witness()) fact.witness = texts.of(*witness);
  if (const core::Unknown* unknown = verdict.unknown()) fact.holds = unknown->hit;
  return fact;
}

PropertyFact right_regular(const Dfa& dfa, const ObstructionSearch& search) {
  PropertyFact fact{kRightRegular.id, kRightRegular.meaning, true, ""};
  if (const auto* limit = std::get_if<ObstructionUnknown>(&search)) fact.holds = limit->limit;
  if (const auto* found = std::get_if<Obstruction>(&search)) {
    fact.holds = false;
    fact.witness =
        "not for x = " + spelled(dfa.letters, found->x) + ", y = " + spelled(dfa.letters, found->y);
  }
  return fact;
}

std::string swapped(const Dfa& dfa) {
  const std::vector<Transformation> maps = letter_maps(dfa);
  for (Letter a = 0; a < maps.size(); ++a) {
    for (Letter b = 0; b < a; ++b) {
      if (then(maps[a], maps[b]) == then(maps[b], maps[a])) continue;
      return spelled(dfa.letters, {b, a}) + " and " + spelled(dfa.letters, {a, b}) +
             " act differently";
    }
  }
  return "";
}

}  // namespace

std::vector<PropertyFact> properties_of_monoid(const Dfa& dfa, const GreenStructure& green,
                                               const LanguageFacts& facts,
                                               const core::Limits& limits) {
  const Texts texts(dfa);
  std::vector<PropertyFact> out = {
      told(kGroup, is_group(green), texts),
      told(kStarFree, is_aperiodic(green), texts),
      told(kSolvable, is_solvable(green, limits), texts),
      told(kCommutative, is_commutative(green), texts),
      told(kPartialInjections, are_partial_injections(green), texts),
      told(kInverse, is_inverse(green, limits), texts),
      told(kRTrivial, is_r_trivial(green), texts),
      told(kLTrivial, is_l_trivial(green), texts),
      told(kJTrivial, is_j_trivial(green), texts),
      told(kDefinite, is_definite(green), texts),
      right_regular(dfa, facts.obstruction),
  };
  if (facts.circle) {  // a shorter word than that of the groups' generators
    out[1].holds = false;
    out[1].witness = rules::circle_text(facts, *facts.circle);
  }
  return out;
}

std::vector<PropertyFact> properties_of_group(const Dfa& dfa, const LanguageFacts& facts) {
  const bool trivial = !facts.group, one_state = dfa.size() == 1;
  const std::string circle = facts.circle ? rules::circle_text(facts, *facts.circle) : "";
  const std::string nothing_lost = trivial ? "" : "every letter can be undone";
  const auto fact = [](const Kind& kind, bool holds, const std::string& witness) {
    return PropertyFact{kind.id, kind.meaning, holds, holds ? "" : witness};
  };
  const bool abelian = trivial || facts.group->abelian;
  const bool solvable = trivial || facts.group->derived_length.has_value();
  return {
      fact(kGroup, true, ""),
      fact(kStarFree, trivial, circle),
      fact(kSolvable, solvable, trivial ? "" : "is the group " + facts.group->name.name),
      fact(kCommutative, abelian, abelian ? "" : swapped(dfa)),
      fact(kPartialInjections, true, ""),
      fact(kInverse, true, ""),
      fact(kRTrivial, trivial, nothing_lost),
      fact(kLTrivial, trivial, nothing_lost),
      fact(kJTrivial, trivial, nothing_lost),
      fact(kDefinite, one_state, "no letter forgets anything"),
      fact(kRightRegular, true, ""),
  };
}

}  // namespace statewright::automata
