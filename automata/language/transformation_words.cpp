#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "automata/language/named_request.hpp"
#include "automata/language/summary.hpp"

// The word problem of the full transformation monoid T_n over its standard generators: the cycle
// 1 -> 2 -> .. -> n -> 1, the swap of 1 and 2, and the map that sends 2 to 1 and nothing else
// anywhere. Words act from left to right, first x_1, then x_2, as automata do; a map is written as
// the list of its values, which is also its name as a letter.

namespace statewright::automata::named {
namespace {

using Map = std::vector<std::uint32_t>;

std::string name_of(const Map& map) {
  std::string name;
  for (const std::uint32_t image : map) name += static_cast<char>('1' + image);
  return name;
}

std::vector<Map> generators(std::uint32_t n) {
  Map identity(n);
  std::iota(identity.begin(), identity.end(), 0U);
  Map cycle = identity, swap = identity, collapse = identity;
  std::rotate(cycle.begin(), cycle.begin() + 1, cycle.end());
  if (n >= 2) {
    std::swap(swap[0], swap[1]);
    collapse[1] = 0;
  }
  std::vector<Map> maps;
  for (Map& map : std::vector<Map>{cycle, swap, collapse}) {
    if (std::find(maps.begin(), maps.end(), map) == maps.end()) maps.push_back(std::move(map));
  }
  return maps;
}

}  // namespace

Language transformation_words(const Request& request, std::uint32_t n, bool point) {
  const std::vector<Map> letters = generators(n);
  std::uint64_t states = n;
  for (std::uint32_t i = 1; i < n && !point; ++i) states *= n;
  require_size(request, states, letters.size(), std::uint64_t{1} << 23U,
               "try `T" + std::to_string(n) + ":point`");
  std::vector<std::string> names;
  for (const Map& map : letters) names.push_back(name_of(map));

  // A state is where the points stand: all of them, or point 1 alone.
  Map start(point ? 1 : n);
  std::iota(start.begin(), start.end(), 0U);
  std::map<Map, State> index = {{start, 0}};
  std::vector<Map> found = {start};
  Language language;
  Dfa& dfa = language.dfa;
  for (std::size_t q = 0; q < found.size(); ++q) {
    for (const Map& letter : letters) {
      Map next = found[q];
      for (std::uint32_t& place : next) place = letter[place];
      const auto [it, is_new] = index.emplace(next, static_cast<State>(found.size()));
      if (is_new) found.push_back(std::move(next));
      dfa.next.push_back(it->second);
    }
  }
  dfa.letters = Alphabet(std::move(names));
  dfa.output.resize(found.size());
  for (const auto& [map, state] : index) {  // labels in the order of the maps
    dfa.output[state] = static_cast<Output>(dfa.labels.size());
    dfa.labels.push_back(name_of(map));
  }
  language.summary = summary_of(
      point ? "where point 1 stands after maps of " + std::to_string(n) + " points to themselves"
            : "running product of maps of " + std::to_string(n) + " points to themselves",
      dfa);
  return language;
}

}  // namespace statewright::automata::named
