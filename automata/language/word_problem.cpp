#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "automata/language/groups.hpp"
#include "automata/language/named_request.hpp"
#include "automata/language/summary.hpp"

// The word problem of a group: read x_1 x_2 .. and output the product x_1 x_2 .. x_t at every t.
// The machine of the running product is the Cayley graph; it outputs its state, so it is minimal.
//
// Why the letters act on points by pulling: with a start vector `base` and h = base o acc, reading
// x gives (base o acc o x)[i] = h[x(i)]. For S_n and base = (1, .., n), h is the one-line notation
// of acc. This is the construction of Theorem 3 of Grazzi et al. (ICLR 2025), one layer with a
// permutation matrix for each letter. With `:point`, h = e_1 o acc marks the position p at which
// acc(p) = 1, and reading x moves p to x^-1(p).

namespace statewright::automata::named {

using core::Fault;

namespace {

constexpr std::uint64_t kMaxGroupEntries = std::uint64_t{1} << 27U;

std::uint32_t points_moved(const Group& group, Element a) {
  std::uint32_t moved = 0;
  for (std::uint32_t i = 0; i < group.points(); ++i) moved += group.image(a, i) != i ? 1 : 0;
  return moved;
}

struct Letters {
  std::vector<Element> elements;
  std::string what;
};

Letters choose_letters(const Request& request, const Group& group, std::string_view option) {
  const bool symmetric = group.kind() == GroupKind::symmetric;
  const auto moving_at_most = [&](std::uint32_t k) {
    std::vector<Element> found;
    for (Element a = 0; a < group.order(); ++a) {
      if (points_moved(group, a) <= k) found.push_back(a);
    }
    return found;
  };
  if (option == "all") {
    std::vector<Element> all(group.order());
    std::iota(all.begin(), all.end(), Element{0});
    return {std::move(all), "all elements"};
  }
  if (option == "gens") {
    std::vector<Element> found = group.generators();
    if (found.empty()) found.push_back(0);  // a language needs a letter
    return {std::move(found), "the standard generators"};
  }
  if (option == "swaps") {
    if (!symmetric) {
      refuse(
          request, Fault::range, "a symmetric group before `:swaps`", "another group",
          group.kind() == GroupKind::alternating ? "try `:limit=3`, the 3-cycles" : "try `:gens`");
    }
    return {moving_at_most(2), "the identity and all swaps"};
  }
  if (option.starts_with("limit=")) {
    if (!symmetric && group.kind() != GroupKind::alternating) {
      refuse(request, Fault::range, "a symmetric or alternating group before `:limit=k`",
             "another group", "try `:gens`");
    }
    Request limited = request;
    limited.form = "`limit=k`";
    limited.example = "S5:limit=3";
    const std::uint32_t k = number(limited, option.substr(6), "k", 0, group.points());
    return {moving_at_most(k),
            "elements that move at most " + std::to_string(k) + (k == 1 ? " point" : " points")};
  }
  static const std::vector<std::string> known = {"all", "gens", "swaps", "limit=2", "point"};
  refuse(request, Fault::syntax,
         "one of `all`, `gens`, `swaps`, `limit=k`, `point` after the group",
         option.empty() ? "an empty option" : core::quoted(option),
         option == "limit" ? "write `limit=2`" : core::did_you_mean(option, known));
}

/// What is reached from item `start` by letters 0..count-1, in breadth-first order.
struct Explored {
  std::vector<std::uint32_t> items;  // [states]
  std::vector<State> next;           // [states, letters]
};

template <class Step>
Explored explore(const Request& request, std::uint32_t all, std::uint32_t start, Letter count,
                 Step step) {
  constexpr State kNew = std::numeric_limits<State>::max();
  core::Meter meter(request.limits, "states");
  std::vector<State> state_of(all, kNew);
  Explored found;
  found.items.push_back(start);
  found.next.reserve(std::size_t{all} * count);
  state_of[start] = 0;
  for (std::size_t q = 0; q < found.items.size(); ++q) {
    if (const auto hit = meter.check(found.items.size())) {
      refuse(request, Fault::limit, "to finish within " + hit->limit,
             std::to_string(found.items.size()) + " states so far",
             hit->raise.empty() ? "" : "raise " + hit->raise);
    }
    for (Letter a = 0; a < count; ++a) {
      const std::uint32_t item = step(found.items[q], a);
      if (state_of[item] == kNew) {
        state_of[item] = static_cast<State>(found.items.size());
        found.items.push_back(item);
      }
      found.next.push_back(state_of[item]);
    }
  }
  return found;
}

/// The machine that outputs the item it stands on. Different states have different outputs and are
/// numbered in breadth-first order, so this is what minimize() would return, without its memory.
/// Labels are the names of the items reached, in the order of the items.
template <class NameOf>
Dfa item_machine(Alphabet letters, Explored found, NameOf name_of) {
  Dfa dfa;
  dfa.letters = std::move(letters);
  dfa.next = std::move(found.next);
  std::vector<std::uint32_t> sorted = found.items;
  std::sort(sorted.begin(), sorted.end());
  for (const std::uint32_t item : sorted) dfa.labels.push_back(name_of(item));
  for (const std::uint32_t item : found.items) {
    const auto place = std::lower_bound(sorted.begin(), sorted.end(), item);
    dfa.output.push_back(static_cast<Output>(place - sorted.begin()));
  }
  return dfa;
}

}  // namespace

Language word_problem(const Request& request, std::string_view name) {
  const auto parts = split(name, ':');
  const auto group = parse_group(parts[0], request.where);
  bool point = false;
  std::string_view option = "all";
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (point || (i == 2 && parts[i] != "point") || i > 2) {
      refuse(request, Fault::syntax, "GROUP, at most one set of letters, then `point`",
             core::quoted(name), "for example `S5:swaps:point`");
    }
    if (parts[i] == "point") {
      point = true;
    } else {
      option = parts[i];
    }
  }
  const bool natural = group->kind() == GroupKind::symmetric ||
                       group->kind() == GroupKind::alternating ||
                       (group->kind() == GroupKind::dihedral && group->parameter() >= 3);
  if (point && !natural) {
    refuse(request, Fault::range, "Sn, An, or Dn with n at least 3 before `:point`",
           "another group",
           group->kind() == GroupKind::cyclic
               ? "try `cyclenav:" + std::to_string(group->parameter()) + "`"
               : "leave `:point` out");
  }

  const std::uint32_t items = point ? group->points() : group->order();
  const std::string shorter = std::string(parts[0]) + ":gens" + (point ? ":point`" : "`");
  const std::string hint =
      "try `" + shorter +
      (group->kind() == GroupKind::symmetric ? " or `" + std::string(parts[0]) + ":swaps`" : "");
  if (option == "all") require_size(request, items, group->order(), kMaxGroupEntries, hint);
  const Letters letters = choose_letters(request, *group, option);
  require_size(request, items, letters.elements.size(), kMaxGroupEntries, hint);

  const Letter count = static_cast<Letter>(letters.elements.size());
  PermutationAction action;
  std::vector<std::string> names;
  for (const Element a : letters.elements) {
    names.push_back(group->name(a));
    core::Permutation& pull = action.pull.emplace_back(group->points());
    for (std::uint32_t i = 0; i < group->points(); ++i) pull[i] = group->image(a, i);
  }
  Language language;
  const std::string whose = std::string(parts[0]) + " (" + std::to_string(group->order()) +
                            (group->order() == 1 ? " element)" : " elements)");
  if (point) {
    action.start.assign(group->points(), 0);
    action.start[0] = 1;
    std::vector<core::Permutation> inverse = action.pull;
    for (Letter a = 0; a < count; ++a) {
      for (std::uint32_t i = 0; i < items; ++i) inverse[a][action.pull[a][i]] = i;
    }
    language.dfa = item_machine(
        Alphabet(std::move(names)),
        explore(request, items, 0, count, [&](std::uint32_t p, Letter a) { return inverse[a][p]; }),
        [](std::uint32_t p) { return std::to_string(p + 1); });
    language.summary = summary_of(
        "position of point 1 in the running product in " + whose + ", letters " + letters.what,
        language.dfa);
  } else {
    action.start = group->base();
    language.dfa = item_machine(
        Alphabet(std::move(names)),
        explore(request, items, 0, count,
                [&](Element acc, Letter a) { return group->product(acc, letters.elements[a]); }),
        [&](Element a) { return group->name(a); });
    language.summary =
        summary_of("running product in " + whose + ", letters " + letters.what, language.dfa);
  }
  language.action = std::move(action);
  return language;
}

}  // namespace statewright::automata::named
