// Transition monoids: listing them and finding their D-classes without listing, beside
// libsemigroups in the same run. Sizes are known (tests/automata/transformations.hpp) or n^n, n!.

#include <csignal>
#include <variant>

#include "automata/algebra/green.hpp"
#include "automata/algebra/monoid.hpp"
#include "automata/algebra/subgroups.hpp"
#include "tests/automata/transformations.hpp"
#include "tests/bench/libsemigroups_peer.hpp"
#include "tests/bench/table.hpp"

namespace {

using namespace statewright::automata;
using namespace statewright::automata::transformations;
using namespace statewright::bench;

struct Input {
  std::string name;
  std::vector<Transformation> maps;
  std::size_t size = 0;  // of the semigroup of words with letters; 0 if nobody knows it

  std::size_t degree() const { return maps[0].size(); }
};

Input full_monoid(std::size_t n) {
  std::size_t size = 1;
  for (std::size_t i = 0; i < n; ++i) size *= n;
  return {"T_" + std::to_string(n), full(n), size};
}

Input symmetric_group(std::size_t n) {
  std::size_t size = 1;
  for (std::size_t i = 2; i <= n; ++i) size *= i;
  return {"S_" + std::to_string(n), symmetric(n), size};
}

Input random_monoid(std::size_t n, std::uint64_t seed) {
  std::size_t size = 0;
  for (const RandomMonoid& family : kRandomMonoids) {
    if (family.n == n) size = family.sizes[seed - 1];
  }
  return {"R(" + std::to_string(n) + ", 2, " + std::to_string(seed) + ")", random_maps(n, seed),
          size};
}

bool has_permutation(const Input& input) {
  for (const Transformation& map : input.maps) {
    std::vector<bool> met(map.size());
    for (const State q : map) met[q] = true;
    if (std::find(met.begin(), met.end(), false) == met.end()) return true;
  }
  return false;
}

/// Medians of CPU milliseconds, ours and the peer's (in its own process), in turn.
struct Times {
  double ours, peer;
};
Times in_turn(std::size_t rounds, LibsemigroupsPeer* peer, const std::string& method,
              const Input& input, const std::function<void()>& ours) {
  const auto repeats_for = [](double once) {
    return once > 2 ? std::size_t{1} : static_cast<std::size_t>(2 / std::max(once, 1e-3)) + 1;
  };
  const double begin = cpu_ms();
  ours();
  const std::size_t repeats = repeats_for(cpu_ms() - begin);
  const std::size_t peer_repeats =
      peer != nullptr ? repeats_for(peer->ask(method, 1, input.maps).cpu_ms) : 0;
  std::vector<double> mine, others;
  for (std::size_t round = 0; round < rounds; ++round) {
    const double start = cpu_ms();
    for (std::size_t r = 0; r < repeats; ++r) ours();
    mine.push_back((cpu_ms() - start) / static_cast<double>(repeats));
    if (peer != nullptr) others.push_back(peer->ask(method, peer_repeats, input.maps).cpu_ms);
  }
  return {median(mine), peer != nullptr ? median(others) : 0};
}

void add_times(std::vector<std::string>& row, const Times& times, bool peer) {
  row.push_back(number(times.ours));
  row.push_back(peer ? number(times.peer) : "not installed");
  row.push_back(peer ? ratio(times.peer, times.ours) : "");
}

void listing(bool smoke, LibsemigroupsPeer* peer, const std::string& peer_name) {
  std::vector<Input> inputs = {full_monoid(5),       full_monoid(6),       symmetric_group(8),
                               random_monoid(10, 2), random_monoid(12, 2), random_monoid(12, 4),
                               random_monoid(15, 2)};
  if (!smoke) {
    inputs.insert(inputs.begin() + 2, full_monoid(7));
    inputs.insert(inputs.begin() + 4, symmetric_group(9));
  }
  Table table("Listing a monoid with both Cayley graphs: CPU milliseconds",
              {"monoid", "elements", "rules", "statewright", peer_name + " FroidurePin", "ratio"});
  for (const Input& input : inputs) {
    const std::size_t expected = input.size + (has_permutation(input) ? 0 : 1);
    std::size_t rules = 0;
    {
      const auto result = enumerate_monoid(input.degree(), input.maps);
      const auto* monoid = std::get_if<TransitionMonoid>(&result);
      verify(monoid != nullptr && monoid->size() == expected, "size of " + input.name);
      rules = monoid->rule_count();
    }
    if (peer != nullptr) {
      verify(peer->ask("froidure-pin", 1, input.maps).size == input.size,
             "libsemigroups' size of " + input.name);
    }
    const Times times = in_turn(expected > 300'000 ? 3 : 9, peer, "froidure-pin", input, [&] {
      const auto result = enumerate_monoid(input.degree(), input.maps);
      verify(std::holds_alternative<TransitionMonoid>(result), "a monoid");
    });
    std::vector<std::string> row = {input.name, std::to_string(expected), std::to_string(rules)};
    add_times(row, times, peer != nullptr);
    table.add(std::move(row));
  }
  table.print();
}

/// The two ways of enumerate.cpp, which give the same monoid; the automatic choice multiplies
/// up to 128 points and walks above.
void products(bool smoke) {
  std::vector<Input> inputs = {full_monoid(6), random_monoid(12, 4)};
  if (!smoke) inputs.insert(inputs.begin() + 1, {full_monoid(7), symmetric_group(9)});
  for (const std::size_t blocks : {16U, 50U}) {  // T_6 on many copies of its points
    std::vector<Transformation> maps = full(6);
    for (Transformation& map : maps) {
      for (std::size_t q = 6; q < 6 * blocks; ++q) {
        map.push_back(static_cast<State>(map[q % 6] + q / 6 * 6));
      }
    }
    inputs.push_back({"T_6 on " + std::to_string(6 * blocks) + " points", std::move(maps), 0});
  }
  Table table("Two ways of finding products: CPU milliseconds",
              {"monoid", "all products", "by walking", "ratio"});
  for (const Input& input : inputs) {
    const auto list = [&](Products how) {
      const auto result = enumerate_monoid(input.degree(), input.maps, {}, how);
      verify(std::holds_alternative<TransitionMonoid>(result), "a monoid");
    };
    const auto times = interleaved(input.size > 300'000 ? 3 : 7,
                                   {[&] { list(Products::all); }, [&] { list(Products::walk); }});
    table.add({input.name, number(times[0]), number(times[1]), ratio(times[1], times[0])});
  }
  table.print();
}

void d_classes(bool smoke, LibsemigroupsPeer* peer, const std::string& peer_name) {
  std::vector<Input> inputs = {full_monoid(6), full_monoid(7), full_monoid(8)};
  for (const auto& [n, seed] : {std::pair{8, 2}, {10, 2}, {12, 1}, {12, 2}, {12, 4}, {15, 1}}) {
    inputs.push_back(random_monoid(static_cast<std::size_t>(n), static_cast<std::uint64_t>(seed)));
  }
  if (!smoke) inputs.insert(inputs.begin() + 3, full_monoid(9));
  Table table("D-classes, size and idempotents without listing: CPU milliseconds",
              {"monoid", "elements", "D-classes", "idempotents", "statewright",
               peer_name + " Konieczny", "ratio"});
  for (const Input& input : inputs) {
    const std::size_t more = has_permutation(input) ? 0 : 1;
    const GreenStructure green = green_structure(input.degree(), input.maps);
    verify(green.complete && *green.size == input.size + more, "size of " + input.name);
    if (peer != nullptr) {
      const auto answer = peer->ask("konieczny", 1, input.maps);
      verify(answer.size == input.size && answer.d_classes == green.d_classes.size() - more &&
                 *green.idempotents == answer.idempotents + more,
             "libsemigroups' D-classes of " + input.name);
    }
    const Times times = in_turn(9, peer, "konieczny", input, [&] {
      verify(green_structure(input.degree(), input.maps).complete, "a structure");
    });
    std::vector<std::string> row = {input.name, statewright::core::to_string(*green.size),
                                    std::to_string(green.d_classes.size()),
                                    statewright::core::to_string(*green.idempotents)};
    add_times(row, times, peer != nullptr);
    table.add(std::move(row));
  }
  table.print();
}

/// The hard case of the method: many D-classes without idempotents. No peer: README.md says why.
void many_classes(bool smoke) {
  Table table("Many D-classes, and the names of the groups: CPU milliseconds",
              {"monoid", "elements", "D-classes", "images", "kernels", "structure", "groups",
               "maximal subgroups"});
  std::vector<Input> inputs = {random_monoid(20, 3)};
  if (smoke) inputs = {random_monoid(15, 2)};
  for (const Input& input : inputs) {
    const double begin = cpu_ms();
    const GreenStructure green = green_structure(input.degree(), input.maps);
    const double middle = cpu_ms();
    const auto groups = maximal_subgroups(green);
    const double end = cpu_ms();
    verify(green.complete && groups.index() == 0, input.name);
    std::string names;
    for (const MaximalSubgroup& group : std::get<0>(groups)) {
      names += (names.empty() ? "" : " ") + group.name.name;
    }
    table.add({input.name, statewright::core::to_string(*green.size),
               std::to_string(green.d_classes.size()), std::to_string(green.images->size()),
               std::to_string(green.kernels->size()), number(middle - begin), number(end - middle),
               names});
  }
  table.print();
}

}  // namespace

int main(int argc, char** argv) {
  const bool smoke = smoke_asked(argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  print_machine(smoke);
  LibsemigroupsPeer child(STATEWRIGHT_LIBSEMIGROUPS_PEER);
  LibsemigroupsPeer* peer = child.version() ? &child : nullptr;
  const std::string name = "libsemigroups" + (peer != nullptr ? " " + *child.version() : "");
  listing(smoke, peer, name);
  products(smoke);
  d_classes(smoke, peer, name);
  many_classes(smoke);
}
