#include <algorithm>
#include <numeric>
#include <set>

#include "automata/algebra/group_name.hpp"
#include "automata/cascade/cascade.hpp"
#include "core/error.hpp"

namespace statewright::automata {
namespace {

/// Whether two coordinates of the context lead to different contexts below.
bool matters(const CascadeLevel& level, std::uint32_t context) {
  std::uint32_t only = kNoContext;
  for (std::uint32_t c = 0; c < level.size; ++c) {
    const std::uint32_t below = level.below_at(context, c);
    if (below == kNoContext) continue;
    if (only != kNoContext && below != only) return true;
    only = below;
  }
  return false;
}

bool moves(const LevelAction& action) {
  return !action.reset && !std::is_sorted(action.permutation.begin(), action.permutation.end());
}

}  // namespace

bool is_pure_reset(const CascadeLevel& level) {
  return std::none_of(level.entries.begin(), level.entries.end(),
                      [](const CascadeLevel::Entry& entry) { return moves(entry.action); });
}

std::string name_groups(const CascadeLevel& level) {
  std::vector<bool> relevant(level.contexts);
  for (std::uint32_t p = 0; p < level.contexts; ++p) relevant[p] = matters(level, p);
  std::vector<std::uint32_t> parent(level.contexts);
  std::iota(parent.begin(), parent.end(), 0U);
  const auto find = [&](std::uint32_t p) {
    while (parent[p] != p) p = parent[p] = parent[parent[p]];
    return p;
  };
  const auto joins = [&](const CascadeLevel::Entry& entry) {
    return !entry.action.reset && relevant[entry.before] && relevant[entry.after];
  };
  for (const CascadeLevel::Entry& entry : level.entries) {
    if (joins(entry)) parent[find(entry.before)] = find(entry.after);
  }
  std::vector<std::set<Transformation>> generators(level.contexts);
  for (const CascadeLevel::Entry& entry : level.entries) {
    if (joins(entry) && moves(entry.action)) {
      generators[find(entry.after)].insert(entry.action.permutation);
    }
  }
  std::set<std::set<Transformation>> different(generators.begin(), generators.end());
  std::set<std::string> names;
  for (const std::set<Transformation>& list : different) {
    if (list.empty()) continue;
    try {
      names.insert(name_group(PermutationGroup(level.size, {list.begin(), list.end()})).name);
    } catch (const core::Error& error) {
      if (error.facts().fault != core::Fault::limit) throw;
      names.insert("a group on " + std::to_string(level.size) + " points");  // too large to name
    }
  }
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " | ") + name;
  return text.empty() ? "1" : text;
}

}  // namespace statewright::automata
