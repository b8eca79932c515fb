// Facts in three groups, each independent of the others when limits bite: what letters and short
// words do to states; the groups and D-classes of the syntactic monoid; what Statewright compiles.
// The families' table is a function of these facts.

#include "automata/classify/classification.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "automata/algebra/green.hpp"
#include "automata/classify/circles.hpp"
#include "automata/classify/family_rules.hpp"
#include "automata/compile/compile.hpp"
#include "automata/language/minimize.hpp"
#include "core/error.hpp"

namespace statewright::automata {
namespace {

using core::Integer;

constexpr std::uint64_t kDefaultStates = 1'000'000;
constexpr std::size_t kLargestCircleCompiled = 120;
constexpr std::size_t kMostObstructionLetters = 4096;

core::Limits bounded(core::Limits limits) {
  if (!limits.max_states) limits.max_states = kDefaultStates;
  return limits;
}

bool is_power_of_two(Integer n) {
  while (n > 1 && n % 2 == 0) n /= 2;
  return n == 1;
}

/// Steps of the series of Frattini subgroups, which for a group of order 2^k squares and
/// commutators generate.
std::size_t sign_length(PermutationGroup group) {
  std::size_t length = 0;
  while (!group.is_trivial()) {
    const std::vector<Transformation>& g = group.generators();
    std::vector<Transformation> elements;
    for (std::size_t i = 0; i < g.size(); ++i) {
      elements.push_back(then(g[i], g[i]));
      for (std::size_t j = 0; j < i; ++j) {
        // [x, y] = (y x)^-1 x y; up to inverses, what maps y x to x y.
        const Transformation xy = then(g[i], g[j]), yx = then(g[j], g[i]);
        Transformation commutator(xy.size());
        for (State p = 0; p < xy.size(); ++p) commutator[yx[p]] = xy[p];
        elements.push_back(std::move(commutator));
      }
    }
    group = group.normal_closure(elements);
    ++length;
  }
  return length;
}

GroupFact group_fact(const PermutationGroup& group) {
  GroupFact fact;
  fact.name = name_group(group);
  fact.order = group.order();
  fact.abelian = group.is_abelian();
  const std::vector<Integer> orders = group.derived_series_orders();
  if (orders.back() == 1) fact.derived_length = orders.size() - 1;
  if (is_power_of_two(fact.order)) fact.sign_length = sign_length(group);
  return fact;
}

bool is_permutation(const Transformation& map) {
  return std::set<State>(map.begin(), map.end()).size() == map.size();
}

void look_at_letters(const Dfa& dfa, LanguageFacts& facts) {
  const std::vector<Transformation> letters = letter_maps(dfa);
  facts.letters = dfa.letters;
  facts.states = dfa.size();
  facts.permutation = std::all_of(letters.begin(), letters.end(), is_permutation);
  facts.letters_idempotent = facts.only_resets = true;
  for (const Transformation& map : letters) {
    facts.letters_idempotent = facts.letters_idempotent && then(map, map) == map;
    const bool constant =
        std::all_of(map.begin(), map.end(), [&](State to) { return to == map.front(); });
    facts.only_resets =
        facts.only_resets && (constant || map == identity_transformation(map.size()));
  }
  Circles circles = find_circles(dfa);
  facts.circle = std::move(circles.any);
  facts.brief_circle = std::move(circles.brief);
  facts.letter_circle = std::move(circles.letter);
  facts.odd_circle = std::move(circles.odd);
}

void set_groups(std::vector<GroupFact> found, LanguageFacts& facts) {
  std::sort(found.begin(), found.end(), [](const GroupFact& a, const GroupFact& b) {
    return a.order != b.order ? a.order < b.order : a.name.name < b.name.name;
  });
  found.erase(std::unique(found.begin(), found.end()), found.end());
  facts.groups = std::move(found);
}

/// A group language: one D-class, no orbits needed.
void look_at_group(const Dfa& dfa, Classification& out) {
  std::vector<Transformation> letters = letter_maps(dfa);
  const std::set<Transformation> distinct(letters.begin(), letters.end());
  const PermutationGroup group(dfa.size(), {distinct.begin(), distinct.end()});
  LanguageFacts& facts = out.facts;
  std::vector<GroupFact> found;
  std::string name = "1";
  if (!group.is_trivial()) {
    found.push_back(group_fact(group));
    facts.group = found.front();
    name = facts.group->name.name;
  }
  set_groups(found, facts);
  const Integer order = group.order();
  facts.letters_are_the_group =
      order == distinct.size() ||
      // the identity is what the empty word does
      (order == distinct.size() + 1 && distinct.count(identity_transformation(dfa.size())) == 0);
  out.monoid_size = order;
  out.idempotents = Integer(1);
  out.d_classes = std::vector<DClassFact>{
      {dfa.size(), true, Integer(1), Integer(1), order, std::uint64_t{1}, name, {}}};
  out.d_classes_found = 1;
}

core::LimitHit limit_of(const GreenStructure& green) {
  return green.unknown ? green.unknown->hit : core::LimitHit{"a limit", ""};
}

/// Circles that the search of short words did not reach, from generators of groups.
void add_circles(const GreenStructure& green, LanguageFacts& facts) {
  for (const ImageGroup& group : green.groups) {
    for (std::size_t i = 0; i < group.group.generators().size() && i < group.words.size(); ++i) {
      for (const std::vector<State>& places : circles_of(group.group.generators()[i])) {
        Circle circle{group.words[i], {}};
        for (const State place : places) circle.states.push_back(group.points[place]);
        const bool odd = (places.size() & (places.size() - 1)) != 0;
        if (odd && !facts.odd_circle) facts.odd_circle = circle;
        if (!facts.circle) facts.circle = std::move(circle);
      }
    }
  }
}

void look_at_monoid(const Dfa& dfa, const core::Limits& limits, Classification& out) {
  if (out.facts.permutation) return look_at_group(dfa, out);
  const GreenStructure green = green_structure(dfa, limits);
  std::vector<std::string> names;
  std::vector<GroupFact> all;
  for (const ImageGroup& group : green.groups) {
    all.push_back(group_fact(group.group));
    names.push_back(all.back().name.name);
  }
  add_circles(green, out.facts);
  if (green.complete) {
    // Exactly the maximal subgroups: those of regular classes.
    std::vector<GroupFact> maximal;
    for (const DClass& d : green.d_classes) {
      if (d.group) maximal.push_back(all[*d.group]);
    }
    set_groups(std::move(maximal), out.facts);
  } else if (green.groups_complete) {
    // All maximal subgroups are among these, and these are quotients of such.
    set_groups(std::move(all), out.facts);
  } else {
    out.facts.groups = limit_of(green);
  }
  const core::LimitHit limit = limit_of(green);
  out.monoid_size = green.size ? Fact<Integer>(*green.size) : Fact<Integer>(limit);
  out.idempotents = green.idempotents ? Fact<Integer>(*green.idempotents) : Fact<Integer>(limit);
  out.d_classes_found = green.d_classes.size();
  if (!green.complete) {
    out.d_classes = limit;
    return;
  }
  std::vector<DClassFact> classes;
  for (std::size_t d = 0; d < green.d_classes.size(); ++d) {
    const DClass& one = green.d_classes[d];
    classes.push_back({one.rank, one.regular, one.r_classes, one.l_classes, one.h_order,
                       one.idempotents,
                       one.group     ? names[*one.group]
                       : one.regular ? "1"
                                     : "",
                       one.word});
  }
  out.d_classes = std::move(classes);
}

/// One compilation; what does not fit is left out, what hits a limit is recorded.
void try_to_compile(const Language& language, CompileOptions options, CompiledNetwork network,
                    LanguageFacts& facts, bool general) {
  try {
    const core::Model model = compile(language, options);
    network.construction = model.about.construction;
    network.source = model.about.source;
    network.note = model.about.note;
    network.shape = shape_of(model);
    facts.compiled.push_back(std::move(network));
  } catch (const core::Error& error) {
    const auto& told = error.facts();
    if (general && told.fault == core::Fault::limit) {
      facts.compile_limit = core::LimitHit{told.found, "--max-states"};
    } else if (told.fault != core::Fault::limit && told.fault != core::Fault::unsupported) {
      throw;
    }
  }
}

void look_at_networks(const Language& language, const core::Limits& limits, LanguageFacts& facts) {
  using Kind = CompiledNetwork::Kind;
  const auto attempt = [&](Kind kind, const std::string& flags, CompileOptions options) {
    options.limits = limits;
    CompiledNetwork network;
    network.kind = kind;
    network.flags = flags;
    try_to_compile(language, options, std::move(network), facts, flags.empty());
  };
  attempt(Kind::householder, "", {});
  const bool circle = facts.group && facts.group->abelian && facts.states >= 2 &&
                      facts.states <= kLargestCircleCompiled;
  if (circle) {
    attempt(Kind::householder, "--code sign", {.code = StateCode::sign});
    attempt(Kind::householder, "--code rotation", {.code = StateCode::rotation});
    attempt(Kind::householder, "--code reflections", {.code = StateCode::reflections});
  }
  attempt(Kind::pd, "--target pd", {.target = Target::pd});
  attempt(Kind::rwkv7, "--target rwkv7", {.target = Target::rwkv7});
}

std::string product_text(const Alphabet& letters, Letter a, Letter b) {
  return rules::spelled(letters, {a, b});
}

class Properties {
 public:
  explicit Properties(Classification& out) : out_(out), dfa_(out.minimal.dfa) {}

  void find() {
    group();
    const LanguageFacts& facts = out_.facts;
    add("star-free", "no word leads around a circle of two or more states", star_free(),
        facts.circle ? rules::circle_text(facts, *facts.circle) : "");
    add("solvable", "every group in the monoid is solvable", solvable(), not_solvable());
    commutative();
    partial_injections();
    by_classes("R-trivial", "no word that changes the future can be undone by reading on",
               [](const DClassFact& d) { return d.l_classes * d.h_order == 1; });
    by_classes("L-trivial", "the same from the left",
               [](const DClassFact& d) { return d.r_classes * d.h_order == 1; });
    by_classes("J-trivial", "the same from both sides: piecewise testable",
               [](const DClassFact& d) { return d.r_classes * d.l_classes * d.h_order == 1; });
    by_classes("inverse", "regular with commuting idempotents: partial injections can do it",
               [](const DClassFact& d) {
                 return d.regular && d.idempotents && d.r_classes == *d.idempotents &&
                        d.l_classes == *d.idempotents;
               });
    one_layer();
  }

 private:
  void add(std::string id, std::string meaning, Fact<bool> holds, std::string witness) {
    out_.properties.push_back(
        {std::move(id), std::move(meaning), std::move(holds), std::move(witness)});
    PropertyFact& added = out_.properties.back();
    if (!added.holds.is(false)) added.witness.clear();
  }

  void group() {
    std::string witness;
    for (Letter a = 0; a < dfa_.letters.size() && witness.empty(); ++a) {
      std::map<State, State> from;
      for (State q = 0; q < dfa_.size(); ++q) {
        const auto [found, fresh] = from.emplace(dfa_.step(q, a), q);
        if (fresh) continue;
        witness = rules::spelled(dfa_.letters, {a}) + " merges states " +
                  dfa_.state_name(found->second) + " and " + dfa_.state_name(q);
        break;
      }
    }
    add("group", "every letter permutes the states", out_.facts.permutation, witness);
  }

  Fact<bool> star_free() const {
    const LanguageFacts& facts = out_.facts;
    if (facts.circle) return false;
    if (!facts.groups.known()) return facts.groups.limit();
    return facts.star_free();
  }

  Fact<bool> solvable() const {
    const LanguageFacts& facts = out_.facts;
    if (!facts.groups.known()) return facts.groups.limit();
    return facts.solvable();
  }

  std::string not_solvable() const {
    if (!out_.facts.groups.known()) return "";
    for (const GroupFact& group : out_.facts.groups.value()) {
      if (!group.derived_length) return "contains the group " + group.name.name;
    }
    return "";
  }

  void commutative() {
    const std::vector<Transformation> maps = letter_maps(dfa_);
    std::string witness;
    for (Letter a = 0; a < maps.size() && witness.empty(); ++a) {
      for (Letter b = 0; b < a && witness.empty(); ++b) {
        if (then(maps[a], maps[b]) == then(maps[b], maps[a])) continue;
        witness = product_text(dfa_.letters, b, a) + " and " + product_text(dfa_.letters, a, b) +
                  " act differently";
      }
    }
    add("commutative", "the order of letters does not matter", witness.empty(), witness);
  }

  /// Injective apart from one state that no letter leaves.
  void partial_injections() {
    std::string witness;
    std::optional<State> zero;
    for (State q = 0; q < dfa_.size() && !zero; ++q) {
      bool stays = dfa_.letters.size() > 0;
      for (Letter a = 0; a < dfa_.letters.size(); ++a) stays = stays && dfa_.step(q, a) == q;
      if (stays && out_.facts.states > 1) zero = q;
    }
    for (Letter a = 0; a < dfa_.letters.size() && witness.empty(); ++a) {
      std::map<State, State> from;
      for (State q = 0; q < dfa_.size(); ++q) {
        if (zero && dfa_.step(q, a) == *zero) continue;
        const auto [found, fresh] = from.emplace(dfa_.step(q, a), q);
        if (fresh) continue;
        witness = rules::spelled(dfa_.letters, {a}) + " merges states " +
                  dfa_.state_name(found->second) + " and " + dfa_.state_name(q);
        break;
      }
    }
    add("partial injections", "letters merge no states, except in one that none leaves",
        witness.empty(), witness);
  }

  template <class Holds>
  void by_classes(const char* id, const char* meaning, const Holds& holds) {
    if (!out_.d_classes.known()) return add(id, meaning, out_.d_classes.limit(), "");
    for (const DClassFact& d : out_.d_classes.value()) {
      if (holds(d)) continue;
      return add(id, meaning, false,
                 "the D-class of " + rules::spelled(dfa_.letters, d.word) + " has " +
                     core::to_string(d.r_classes) + " x " + core::to_string(d.l_classes) +
                     " H-classes of " + core::to_string(d.h_order));
    }
    add(id, meaning, true, "");
  }

  void one_layer() {
    const ObstructionSearch& search = out_.facts.obstruction;
    const char* meaning =
        "x y x = y x for all idempotents x, y: necessary for one layer that expands nothing";
    if (const auto* limit = std::get_if<ObstructionUnknown>(&search)) {
      return add("idempotents right regular", meaning, limit->limit, "");
    }
    std::string witness;
    const auto* found = std::get_if<Obstruction>(&search);
    if (found != nullptr) {
      witness = "x = " + rules::spelled(dfa_.letters, found->x) +
                ", y = " + rules::spelled(dfa_.letters, found->y);
    }
    add("idempotents right regular", meaning, found == nullptr, witness);
  }

  Classification& out_;
  const Dfa& dfa_;
};

}  // namespace

const PropertyFact& Classification::property(const std::string& id) const {
  const auto found = std::find_if(properties.begin(), properties.end(),
                                  [&](const PropertyFact& one) { return one.id == id; });
  if (found == properties.end()) {
    throw core::Error({core::Fault::range, "property", "the id of a property", id, {}});
  }
  return *found;
}

Classification classify(const Language& language, const ClassifyOptions& options) {
  const core::Limits limits = bounded(options.limits);
  Classification out;
  out.minimal = language;
  if (!language.action) out.minimal.dfa = minimize(language.dfa);
  const Dfa& dfa = out.minimal.dfa;
  look_at_letters(dfa, out.facts);
  look_at_monoid(dfa, limits, out);
  if (!out.facts.permutation && dfa.letters.size() <= kMostObstructionLetters) {
    core::Limits few = options.limits;  // its own default is lower
    out.facts.obstruction = find_obstruction(dfa, few);
  }
  if (options.compile) look_at_networks(out.minimal, limits, out.facts);
  Properties(out).find();
  out.families = judge_families(out.facts);
  return out;
}

}  // namespace statewright::automata
