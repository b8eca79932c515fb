#include "automata/render/edge_label.hpp"

#include <optional>

#include "automata/render/text.hpp"

namespace statewright::automata::render {
namespace {

using core::Alphabet;
using core::Letter;

constexpr std::size_t kNameColumns = 28;
constexpr std::size_t kLineColumns = 20;
constexpr std::size_t kShortList = 10;  // columns; a list this short is always written out
constexpr std::size_t kMostItems = 12;
constexpr std::size_t kItemsKept = 10;  // of a list of more than kMostItems
constexpr std::size_t kMostExceptions = 4;
constexpr std::size_t kShortestRange = 3;

// The place of a name in one of the sequences that may be shortened to ranges: "0", "1", .. "59";
// A..Z; a..z. Different sequences are kept apart by large offsets.
std::optional<std::uint64_t> rank(const std::string& name) {
  constexpr std::uint64_t kOffset = std::uint64_t{1} << 40U;
  if (name.size() == 1 && name[0] >= 'a' && name[0] <= 'z') {
    return kOffset + static_cast<std::uint64_t>(name[0] - 'a');
  }
  if (name.size() == 1 && name[0] >= 'A' && name[0] <= 'Z') {
    return 2 * kOffset + static_cast<std::uint64_t>(name[0] - 'A');
  }
  if (name.empty() || name.size() > 9 || (name.size() > 1 && name[0] == '0')) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : name) {
    if (c < '0' || c > '9') return std::nullopt;
    value = 10 * value + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

struct Item {
  std::string text;
  std::size_t letters = 1;
};

std::vector<Item> items_of(const Alphabet& alphabet, std::span<const Letter> letters) {
  std::vector<Item> items;
  for (std::size_t i = 0; i < letters.size();) {
    std::size_t end = i + 1;
    auto last = rank(alphabet.name(letters[i]));
    while (last && end < letters.size() && letters[end] == letters[end - 1] + 1 &&
           rank(alphabet.name(letters[end])) == *last + 1) {
      ++*last;
      ++end;
    }
    if (end - i >= kShortestRange) {
      items.push_back(
          {letter_name(alphabet, letters[i]) + "–" + letter_name(alphabet, letters[end - 1]),
           end - i});
      i = end;
    } else {
      items.push_back({letter_name(alphabet, letters[i])});
      ++i;
    }
  }
  return items;
}

std::size_t columns_of(const std::vector<Item>& items) {
  std::size_t total = 0;
  for (const Item& item : items) total += columns(item.text) + 2;
  return total - (items.empty() ? 0 : 2);
}

// Items joined with ", " after `prefix`; a line ends after a comma once the next item would not
// fit.
std::vector<std::string> joined(const std::string& prefix, std::vector<Item> items) {
  if (items.size() > kMostItems) {
    std::size_t dropped = 0;
    for (std::size_t i = kItemsKept; i < items.size(); ++i) dropped += items[i].letters;
    items.resize(kItemsKept);
    items.push_back({"+ " + std::to_string(dropped) + " more"});
  }
  std::vector<std::string> lines = {prefix};
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string text = items[i].text + (i + 1 < items.size() ? "," : "");
    if (i == 0) {
      lines.back() += text;
    } else if (columns(lines.back()) + 1 + columns(text) <= kLineColumns) {
      lines.back() += " " + text;
    } else {
      lines.push_back(text);
    }
  }
  return lines;
}

}  // namespace

std::string letter_name(const Alphabet& alphabet, Letter letter) {
  const std::string name = printable(alphabet.name(letter));
  const bool ambiguous = name.empty() || name == "any" || name == "–" ||
                         name.find_first_of(" ,\"") != std::string::npos ||
                         (name.size() > 3 && name.find("–") != std::string::npos);
  if (!ambiguous) return clipped(name, kNameColumns);
  std::string out = "\"";
  for (const char c : clipped(name, kNameColumns - 2)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::vector<std::string> edge_label(const Alphabet& alphabet, std::span<const Letter> letters) {
  const std::vector<Item> list = items_of(alphabet, letters);
  const std::size_t length = columns_of(list);
  if (length <= kShortList || letters.size() == 1) return joined("", list);
  if (letters.size() == alphabet.size()) return {"any"};

  std::vector<Letter> missing;
  for (std::size_t i = 0, a = 0; a < alphabet.size(); ++a) {
    if (i < letters.size() && letters[i] == a) {
      ++i;
    } else {
      missing.push_back(static_cast<Letter>(a));
    }
  }
  const std::vector<Item> exceptions = items_of(alphabet, missing);
  const std::string all_but = "all but ";
  if (missing.size() < letters.size() && exceptions.size() <= kMostExceptions &&
      columns_of(exceptions) + all_but.size() < length) {
    return joined(all_but, exceptions);
  }
  return joined("", list);
}

}  // namespace statewright::automata::render
