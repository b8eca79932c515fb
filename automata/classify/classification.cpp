// Facts in three groups, each independent of the others when limits bite: what letters and short
// words do to states; the groups and D-classes of the syntactic monoid; what Statewright compiles.
// The families' table is a function of these facts.

#include "automata/classify/classification.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "automata/algebra/egg_box.hpp"
#include "automata/algebra/green.hpp"
#include "automata/algebra/subgroups.hpp"
#include "automata/cascade/decompose.hpp"
#include "automata/classify/circles.hpp"
#include "automata/classify/property_facts.hpp"
#include "automata/compile/compile.hpp"
#include "automata/language/minimize.hpp"
#include "core/error.hpp"

namespace statewright::automata {
namespace {

using core::Integer;

// Most images, kernels and D-classes without --max-states: of 20 random states there can be
// millions, and D-classes take time quadratic in kernels.
constexpr std::uint64_t kDefaultOrbit = 20'000;
constexpr std::uint64_t kDefaultCompiled = 200'000;
constexpr std::uint64_t kListedForWords = 20'000;
constexpr std::size_t kLargestRepresented = 200;  // elements of a group; a table of characters each
constexpr std::size_t kLargestCircleCompiled = 120;
constexpr std::size_t kMostObstructionLetters = 4096;

core::Limits bounded(core::Limits limits, std::uint64_t states) {
  if (!limits.max_states) limits.max_states = states;
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
void look_at_group(const Dfa& dfa, const core::Limits& limits, Classification& out) {
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
    if (facts.group->order <= kLargestRepresented) {
      facts.representation = least_reflections(group, letters, limits).upper;
    }
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

void look_at_groups(const GreenStructure& green, const core::Limits& limits, LanguageFacts& facts) {
  const auto subgroups = maximal_subgroups(green, limits);
  if (const auto* stopped = std::get_if<core::Unknown>(&subgroups)) {
    facts.groups = stopped->hit;
    return;
  }
  std::vector<GroupFact> found;
  for (const MaximalSubgroup& subgroup : std::get<0>(subgroups)) {
    if (subgroup.order > 1) found.push_back(group_fact(subgroup.group));
  }
  set_groups(std::move(found), facts);
}

/// The least word of each D-class where the monoid can be listed in no time; else the word that
/// Green's structure has.
std::vector<Word> words_of(const Dfa& dfa, const GreenStructure& green) {
  std::vector<Word> words;
  for (const DClass& d : green.d_classes) words.push_back(d.word);
  if (!green.size || *green.size > kListedForWords) return words;
  const MonoidResult result = transition_monoid(dfa);
  const auto* monoid = std::get_if<TransitionMonoid>(&result);
  if (monoid == nullptr) return words;
  const GreenClasses classes = green_classes(*monoid);
  for (std::size_t d = 0; d < words.size(); ++d) {
    if (const auto x = monoid->find(green.d_classes[d].representative)) {
      words[d] = monoid->word(classes.d.root(classes.d.of[*x]));
    }
  }
  return words;
}

void look_at_d_classes(const Dfa& dfa, const GreenStructure& green, Classification& out) {
  const core::LimitHit limit = limit_of(green);
  out.monoid_size = green.size ? Fact<Integer>(*green.size) : Fact<Integer>(limit);
  out.idempotents = green.idempotents ? Fact<Integer>(*green.idempotents) : Fact<Integer>(limit);
  out.d_classes_found = green.d_classes.size();
  if (!green.complete) {
    out.d_classes = limit;
    return;
  }
  std::vector<std::string> names;
  for (const ImageGroup& group : green.groups) names.push_back(name_group(group.group).name);
  const std::vector<Word> words = words_of(dfa, green);
  std::vector<DClassFact> classes;
  for (std::size_t d = 0; d < green.d_classes.size(); ++d) {
    const DClass& one = green.d_classes[d];
    classes.push_back({one.rank, one.regular, one.r_classes, one.l_classes, one.h_order,
                       one.idempotents,
                       one.group     ? names[*one.group]
                       : one.regular ? "1"
                                     : "",
                       words[d]});
  }
  out.d_classes = std::move(classes);
}

/// One compilation; what does not fit is left out, what hits a limit is recorded.
void try_to_compile(const Language& language, const CompileOptions& options,
                    CompiledNetwork network, LanguageFacts& facts, bool general) {
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
      std::string limit = told.found;
      if (limit.starts_with("more than ")) limit = limit.substr(10);
      facts.compile_limit = core::LimitHit{limit, "--max-states"};
    } else if (told.fault != core::Fault::limit && told.fault != core::Fault::unsupported) {
      throw;
    }
  }
}

/// A cascade that diagonal layers can follow: resets, and signs on two coordinates.
void look_at_cascade(const Dfa& dfa, const core::Limits& limits, LanguageFacts& facts) {
  const auto* groups = facts.groups.get();
  if (facts.permutation || groups == nullptr ||
      !std::all_of(groups->begin(), groups->end(),
                   [](const GroupFact& group) { return group.sign_length.has_value(); })) {
    return;
  }
  try {
    const Cascade cascade = decompose(dfa, {.divisors = true, .limits = limits});
    const bool diagonal =
        std::all_of(cascade.levels.begin(), cascade.levels.end(), [](const CascadeLevel& level) {
          return level.size <= 2 ||
                 std::all_of(level.entries.begin(), level.entries.end(), [](const auto& entry) {
                   const LevelAction& action = entry.action;
                   return action.reset ||
                          std::is_sorted(action.permutation.begin(), action.permutation.end());
                 });
        });
    if (diagonal) facts.diagonal_levels = cascade.levels.size();
  } catch (const core::Error& error) {
    const core::Fault fault = error.facts().fault;
    if (fault != core::Fault::limit && fault != core::Fault::unsupported) throw;
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
  Classification out;
  out.minimal = language;
  if (!language.action) out.minimal.dfa = minimize(language.dfa);
  const Dfa& dfa = out.minimal.dfa;
  look_at_letters(dfa, out.facts);
  if (out.facts.permutation) {
    look_at_group(dfa, options.limits, out);
    out.properties = properties_of_group(dfa, out.facts);
  } else {
    const core::Limits limits = bounded(options.limits, kDefaultOrbit);
    const GreenStructure green = green_structure(dfa, limits);
    add_circles(green, out.facts);
    look_at_groups(green, limits, out.facts);
    look_at_d_classes(dfa, green, out);
    if (dfa.letters.size() <= kMostObstructionLetters) {
      out.facts.obstruction = find_obstruction(dfa, options.limits);
    }
    out.properties = properties_of_monoid(dfa, green, out.facts, limits);
  }
  if (options.compile) {
    const core::Limits limits = bounded(options.limits, kDefaultCompiled);
    look_at_cascade(dfa, limits, out.facts);
    look_at_networks(out.minimal, limits, out.facts);
  }
  out.families = judge_families(out.facts);
  return out;
}

}  // namespace statewright::automata
