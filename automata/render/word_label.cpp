#include "automata/render/word_label.hpp"

#include <algorithm>
#include <vector>

#include "automata/render/edge_label.hpp"
#include "automata/render/text.hpp"

namespace statewright::automata::render {

std::string word_label(const core::Alphabet& letters, const core::Word& word, std::size_t limit) {
  if (word.empty()) {
    const auto& names = letters.names();
    return std::find(names.begin(), names.end(), "1") == names.end() ? "1" : "ε";
  }
  constexpr std::size_t kPower = 4;
  std::vector<std::string> items;
  bool single = true;  // one column each: no spaces needed
  for (std::size_t i = 0; i < word.size();) {
    std::size_t run = 1;
    while (i + run < word.size() && word[i + run] == word[i]) ++run;
    const std::string name = letter_name(letters, word[i]);
    single = single && columns(name) == 1 && run < kPower;
    if (run >= kPower) {
      items.push_back(name + "^" + std::to_string(run));
    } else {
      items.insert(items.end(), run, name);
    }
    i += run;
  }
  std::string out;
  for (const std::string& item : items) {
    if (!single && !out.empty()) out += " ";
    out += item;
  }
  return clipped(out, limit);
}

}  // namespace statewright::automata::render
