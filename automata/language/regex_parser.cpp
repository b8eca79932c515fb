#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "automata/language/regex_ast.hpp"
#include "core/error.hpp"
#include "core/text/utf8.hpp"

// Recursive descent, one function for each level of precedence:
//
//   alternation    := intersection ('|' intersection)*
//   intersection   := concatenation ('&' concatenation)*
//   concatenation  := prefixed+
//   prefixed       := '~' prefixed | postfixed
//   postfixed      := primary ('*' | '+' | '?' | '{' m '}' | '{' m ',' '}' | '{' m ',' n '}')*
//   primary        := letter | name | '.' | class | '(' alternation ')' | '()' | 'ε' | '[]' | '∅'
//
// The text may be hostile. Only a group recurses, and groups are limited; chains of '~' and of
// postfix operators are loops that simplify as they go (~~e = e, e** = e*, ()* = ()), so a tree is
// never deeper than its groups and the doublings that fit into kMaxPositions allow. Every node that
// is stored costs a position, and positions are counted while reading.

namespace statewright::automata::regex {
namespace {

using core::Error;
using core::Fault;
using core::quoted;

constexpr std::string_view kEmptyWord = "ε";
constexpr std::string_view kNothing = "∅";
constexpr NodeId kNothingNode = 0;
constexpr NodeId kEmptyWordNode = 1;

using Item = LetterSet::Item;

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Ranges of \d, \w and \s.
std::vector<std::pair<char32_t, char32_t>> shorthand(char c) {
  if (c == 'd') return {{'0', '9'}};
  if (c == 'w') return {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
  if (c == 's') return {{'\t', '\r'}, {' ', ' '}};
  return {};
}

class Parser {
 public:
  Parser(std::string_view text, std::string_view where) : text_(text), where_(where) {
    tree_.nodes.push_back({.kind = Kind::nothing});
    tree_.nodes.push_back({.kind = Kind::empty_word});
  }

  Expression parse() {
    tree_.root = alternation();
    if (!at_end()) {  // only ')' ends an alternation early
      fail(Fault::syntax, at_, "the end, as no group is open", "`)`", "`\\)` is the letter");
    }
    return std::move(tree_);
  }

 private:
  // Reading -------------------------------------------------------------------------------------

  bool at_end() const { return at_ >= text_.size(); }
  bool sees(char c) const { return !at_end() && text_[at_] == c; }
  bool sees(std::string_view token) const { return text_.substr(at_, token.size()) == token; }
  bool take(char c) {
    if (!sees(c)) return false;
    ++at_;
    return true;
  }

  /// The character at the cursor, consumed. White space is literal; other control characters and
  /// bytes that are not UTF-8 are errors.
  char32_t take_character() {
    const std::size_t length = core::utf8_sequence(text_.substr(at_));
    if (length == 0) fail(Fault::syntax, at_, "text in UTF-8", "the byte 0x" + hex(text_[at_]));
    const char32_t code = core::utf8_decode(text_.substr(at_, length));
    if (is_control(code) && code != '\n' && code != '\t' && code != '\r') {
      fail(Fault::syntax, at_, "no control character", quoted(text_.substr(at_, 1)),
           "write " + quoted(letter_name(code)));
    }
    at_ += length;
    return code;
  }

  static std::string hex(char c) {
    static constexpr char kHex[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    return {kHex[byte >> 4U], kHex[byte & 15U]};
  }

  /// What stands at `offset`, for a message.
  std::string found_at(std::size_t offset) const {
    if (offset >= text_.size()) return "the end";
    const std::size_t length = core::utf8_sequence(text_.substr(offset));
    if (length == 0) return "the byte 0x" + hex(text_[offset]) + ", which is not UTF-8";
    return quoted(text_.substr(offset, length));
  }

  std::string line_column(std::size_t offset) const {
    return place(text_, offset, {}).substr(1);  // without the ':' after the name
  }

  [[noreturn]] void fail(Fault fault, std::size_t offset, std::string expected, std::string found,
                         std::string hint = {}) const {
    throw Error({fault, place(text_, offset, where_), std::move(expected), std::move(found),
                 std::move(hint)});
  }

  // Nodes ---------------------------------------------------------------------------------------

  [[noreturn]] void fail_positions(std::size_t offset) const {
    fail(Fault::range, offset,
         "an expression that expands to at most " + std::to_string(kMaxPositions) + " positions",
         "more");
  }

  NodeId add(Node node) {
    if (node.positions > kMaxPositions) fail_positions(node.offset);
    tree_.nodes.push_back(node);
    return static_cast<NodeId>(tree_.nodes.size() - 1);
  }

  NodeId add_list(Kind kind, const std::vector<NodeId>& parts, std::size_t offset) {
    if (parts.size() == 1) return parts[0];
    Node node{.kind = kind, .offset = offset};
    node.first = static_cast<std::uint32_t>(tree_.children.size());
    node.count = static_cast<std::uint32_t>(parts.size());
    for (const NodeId part : parts) node.positions += tree_.nodes[part].positions;
    if (kind == Kind::intersection) node.positions = 1;  // counted when its automaton exists
    tree_.children.insert(tree_.children.end(), parts.begin(), parts.end());
    return add(node);
  }

  NodeId add_single(Kind kind, NodeId child, std::size_t offset) {
    Node node{.kind = kind, .offset = offset};
    node.first = static_cast<std::uint32_t>(tree_.children.size());
    node.count = 1;
    tree_.children.push_back(child);
    return add(node);
  }

  NodeId add_complement(NodeId child, std::size_t offset) {
    count_leaf(offset);  // the positions of its automaton are counted when that exists
    const NodeId id = add_single(Kind::complement, child, offset);
    tree_.nodes[id].positions = 1;
    return id;
  }

  NodeId add_repetition(NodeId child, std::uint32_t min, std::uint32_t max, std::size_t offset) {
    Node& inner = tree_.nodes[child];
    if (max == 0 || inner.kind == Kind::empty_word) return kEmptyWordNode;
    if (inner.kind == Kind::nothing) return min == 0 ? kEmptyWordNode : kNothingNode;
    if (min == 1 && max == 1) return child;
    const auto simple = [](std::uint32_t lo, std::uint32_t hi) {
      return lo <= 1 && (hi == 1 || hi == kUnbounded);
    };
    if (inner.kind == Kind::repetition && simple(inner.min, inner.max) && simple(min, max)) {
      inner.min = std::min(min, inner.min);
      inner.max = std::max(max, inner.max);
      return child;
    }
    const NodeId id = add_single(Kind::repetition, child, offset);
    const std::uint64_t copies = max == kUnbounded ? std::max<std::uint32_t>(min, 1) : max;
    Node& node = tree_.nodes[id];
    node.min = min;
    node.max = max;
    node.positions = copies * tree_.nodes[child].positions;  // < 2^17 * 2^17
    if (node.positions > kMaxPositions) fail_positions(offset);
    return id;
  }

  /// Bounds what is stored, before any expansion.
  void count_leaf(std::size_t offset) {
    if (++leaves_ > kMaxPositions) fail_positions(offset);
  }

  /// Equal sets share one entry, so that a text with many classes stays small.
  NodeId add_letters(LetterSet set) {
    std::string key(1, set.negated ? '^' : '=');
    for (const Item& item : set.items) {
      if (item.name.empty()) {
        key += '\0';
        key += core::utf8_encode(item.first) + core::utf8_encode(item.last);
      } else {
        key += '\1' + item.name;
      }
    }
    Node node{.kind = Kind::letters, .positions = 1, .offset = set.offset};
    const auto [entry, fresh] =
        set_ids_.emplace(std::move(key), static_cast<std::uint32_t>(tree_.sets.size()));
    if (fresh) {
      items_ += set.items.size();
      tree_.sets.push_back(std::move(set));
    }
    node.first = entry->second;
    count_leaf(node.offset);
    return add(node);
  }

  // Levels of precedence ------------------------------------------------------------------------

  NodeId alternation() {
    const std::size_t offset = at_;
    std::vector<NodeId> parts;
    bool has_empty_word = false;
    do {
      const NodeId part = intersection();
      if (part == kEmptyWordNode && std::exchange(has_empty_word, true)) continue;
      if (part != kNothingNode) parts.push_back(part);
    } while (take('|'));
    if (parts.empty()) return kNothingNode;
    return add_list(Kind::alternation, parts, offset);
  }

  NodeId intersection() {
    const std::size_t offset = at_;
    std::vector<NodeId> parts;
    bool has_empty_word = false, has_nothing = false;
    do {
      const NodeId part = concatenation();
      if (part == kEmptyWordNode && std::exchange(has_empty_word, true)) continue;
      if (part == kNothingNode) has_nothing = true;
      if (!has_nothing) parts.push_back(part);
    } while (take('&'));
    if (has_nothing) return kNothingNode;
    return add_list(Kind::intersection, parts, offset);
  }

  NodeId concatenation() {
    const std::size_t offset = at_;
    std::vector<NodeId> parts;
    bool has_nothing = false;
    do {
      const NodeId part = prefixed();
      if (part == kNothingNode) has_nothing = true;
      if (part != kEmptyWordNode && !has_nothing) parts.push_back(part);
    } while (!at_end() && !sees('|') && !sees('&') && !sees(')'));
    if (has_nothing) return kNothingNode;
    if (parts.empty()) return kEmptyWordNode;
    return add_list(Kind::concatenation, parts, offset);
  }

  NodeId prefixed() {
    const std::size_t offset = at_;
    bool complemented = false;
    while (take('~')) complemented = !complemented;
    const NodeId node = postfixed();
    return complemented ? add_complement(node, offset) : node;
  }

  NodeId postfixed() {
    NodeId node = primary();
    for (;;) {
      const std::size_t offset = at_;
      if (take('*')) {
        node = add_repetition(node, 0, kUnbounded, offset);
      } else if (take('+')) {
        node = add_repetition(node, 1, kUnbounded, offset);
      } else if (take('?')) {
        node = add_repetition(node, 0, 1, offset);
      } else if (take('{')) {
        const auto [min, max] = bounds(offset);
        node = add_repetition(node, min, max, offset);
      } else {
        return node;
      }
    }
  }

  /// What follows '{': "m}", "m,}" or "m,n}".
  std::pair<std::uint32_t, std::uint32_t> bounds(std::size_t open) {
    if (sees(',')) fail(Fault::syntax, at_, "a number", "`,`", "`{0,n}` means at most n times");
    const std::uint32_t min = number();
    std::uint32_t max = min;
    if (take(',')) {
      const std::size_t second = at_;
      max = sees('}') ? kUnbounded : number();
      if (max < min) {
        fail(Fault::syntax, second, "a number of at least " + std::to_string(min),
             std::to_string(max));
      }
    }
    if (!take('}')) {
      fail(Fault::syntax, at_, "`}` to close the repetition opened at " + line_column(open),
           found_at(at_), "`\\{` is the letter");
    }
    return {min, max};
  }

  std::uint32_t number() {
    const std::size_t offset = at_;
    std::uint64_t value = 0;
    for (; !at_end() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      value = value * 10 + static_cast<std::uint64_t>(text_[at_] - '0');
      if (value > kMaxPositions) {
        fail(Fault::range, offset, "a number of at most " + std::to_string(kMaxPositions),
             "a larger one");
      }
    }
    if (at_ == offset) {
      fail(Fault::syntax, at_, "a number", found_at(at_), "`\\{` is the letter");
    }
    return static_cast<std::uint32_t>(value);
  }

  NodeId primary() {
    const std::size_t offset = at_;
    if (at_end() || sees('|') || sees('&') || sees(')')) {
      fail(Fault::syntax, offset, "an expression", found_at(offset), "`()` is the empty word");
    }
    if (sees(kEmptyWord)) {
      at_ += kEmptyWord.size();
      return kEmptyWordNode;
    }
    if (sees(kNothing)) {
      at_ += kNothing.size();
      return kNothingNode;
    }
    switch (text_[at_]) {
      case '(':
        return group();
      case '[':
        return letter_class();
      case '.':
        ++at_;
        return add_letters({.negated = true, .items = {}, .offset = offset});
      case '*':
      case '+':
      case '?':
      case '{':
        fail(Fault::syntax, offset, "an expression to repeat before " + found_at(offset),
             offset == 0 ? "the beginning" : found_at(previous_character(offset)),
             "`\\" + std::string(1, text_[offset]) + "` is the letter");
      case ']':
      case '}':
        fail(Fault::syntax, offset, "an expression", found_at(offset),
             "`\\" + std::string(1, text_[offset]) + "` is the letter");
      default:
        return add_letters({.items = letter(false), .offset = offset});
    }
  }

  std::size_t previous_character(std::size_t offset) const {
    do {
      --offset;
    } while (offset > 0 && (static_cast<unsigned char>(text_[offset]) & 0xC0U) == 0x80U);
    return offset;
  }

  NodeId group() {
    const std::size_t open = at_++;
    if (take(')')) return kEmptyWordNode;
    if (depth_ == kMaxGroups) {
      fail(Fault::range, open, "at most " + std::to_string(kMaxGroups) + " nested groups",
           "one more");
    }
    ++depth_;
    const NodeId inner = alternation();
    --depth_;
    if (!take(')')) {
      fail(Fault::syntax, at_, "`)` to close the group opened at " + line_column(open),
           found_at(at_));
    }
    return inner;
  }

  // Letters -------------------------------------------------------------------------------------

  /// A letter, name, or escape at the cursor: one item, or the ranges of a shorthand class.
  std::vector<Item> letter(bool in_class) {
    const std::size_t offset = at_;
    if (sees('\'') || sees('"')) return {name()};
    if (take('\\')) {
      if (!at_end()) {
        const auto ranges = shorthand(text_[at_]);
        if (!ranges.empty()) {
          ++at_;
          std::vector<Item> items;
          items.reserve(ranges.size());
          for (const auto& [first, last] : ranges) items.push_back({{}, first, last, offset});
          return items;
        }
      }
      return {{letter_name(escape(offset)), 0, 0, offset}};
    }
    if (in_class && (sees(kEmptyWord) || sees(kNothing))) {
      fail(Fault::syntax, offset, "a letter", found_at(offset),
           "`\\" + std::string(sees(kNothing) ? kNothing : kEmptyWord) + "` is the letter");
    }
    return {{letter_name(take_character()), 0, 0, offset}};
  }

  /// After the backslash at `offset`.
  char32_t escape(std::size_t offset) {
    if (at_end()) fail(Fault::syntax, at_, "a character after the backslash", "the end");
    const char c = text_[at_];
    if (c == 'n' || c == 't' || c == 'r') {
      ++at_;
      return c == 'n' ? '\n' : c == 't' ? '\t' : '\r';
    }
    if (c == 'x') {
      ++at_;
      char32_t code = 0;
      for (int i = 0; i < 2; ++i)
        code = code * 16 + hex_digit("two hexadecimal digits after `\\x`");
      return code;
    }
    if (c == 'u') {
      ++at_;
      return braced_code(offset);
    }
    const bool letter_or_digit =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool ascii = static_cast<unsigned char>(c) < 0x80;
    if (letter_or_digit || (!ascii && !sees(kEmptyWord) && !sees(kNothing))) {
      const std::string spelled =
          core::utf8_sequence(text_.substr(at_)) == 0
              ? found_at(at_)
              : quoted(text_.substr(offset, 1 + core::utf8_sequence(text_.substr(at_))));
      std::string hint;
      if (c == 'D' || c == 'W' || c == 'S') {
        hint = std::string("write `[^\\") + static_cast<char>(c - 'A' + 'a') + "]`";
      }
      fail(Fault::syntax, offset,
           "one of the escapes \\n \\t \\r \\d \\w \\s \\xHH \\u{H..}, or a backslash before a "
           "special character",
           spelled, hint);
    }
    return take_character();
  }

  char32_t hex_digit(const char* expected) {
    const int value = at_end() ? -1 : digit_value(text_[at_]);
    if (value < 0) fail(Fault::syntax, at_, expected, found_at(at_));
    ++at_;
    return static_cast<char32_t>(value);
  }

  char32_t braced_code(std::size_t offset) {
    if (!take('{')) fail(Fault::syntax, at_, "`{` after `\\u`", found_at(at_), "as in `\\u{3b1}`");
    char32_t code = 0;
    do {
      code = code * 16 + hex_digit("a hexadecimal digit");
      if (code > 0x10FFFF) {
        fail(Fault::syntax, offset, "a code point of at most `\\u{10ffff}`", "a larger one");
      }
    } while (!take('}'));
    if (code >= 0xD800 && code <= 0xDFFF) {
      fail(Fault::syntax, offset, "a code point that is a character",
           "a surrogate, `" + std::string(text_.substr(offset, at_ - offset)) + "`");
    }
    return code;
  }

  /// A letter with a long name, in quotes of either kind.
  Item name() {
    const std::size_t open = at_;
    const char quote = text_[at_++];
    Item item{{}, 0, 0, open};
    while (!sees(quote)) {
      if (at_end()) {
        fail(Fault::syntax, at_,
             "`" + std::string(1, quote) + "` to close the name opened at " + line_column(open),
             "the end", "`\\" + std::string(1, quote) + "` is the letter");
      }
      const std::size_t offset = at_;
      item.name += letter_name(take('\\') ? escape(offset) : take_character());
    }
    ++at_;
    if (item.name.empty()) {
      fail(Fault::syntax, open, "a name in the quotes", "none", "`()` is the empty word");
    }
    return item;
  }

  NodeId letter_class() {
    const std::size_t open = at_++;
    LetterSet set{.negated = take('^'), .items = {}, .offset = open};
    const std::size_t begin = at_;
    while (!take(']')) {
      if (at_end()) {
        fail(Fault::syntax, at_, "`]` to close the class opened at " + line_column(open), "the end",
             "`\\[` is the letter");
      }
      const std::size_t offset = at_;
      const bool bare_hyphen = sees('-');
      std::vector<Item> items = letter(true);
      const bool range = sees('-') && at_ + 1 < text_.size() && text_[at_ + 1] != ']';
      if (range) {
        items = {class_range(items, offset)};
      } else if (bare_hyphen && offset != begin && !at_end() && !sees(']')) {
        fail(Fault::syntax, offset, "a letter or a range", "`-`", "`\\-` is the letter");
      }
      set.items.insert(set.items.end(), items.begin(), items.end());
      if (items_ + set.items.size() > kMaxClassItems) {
        fail(Fault::range, offset,
             "at most " + std::to_string(kMaxClassItems) + " letters and ranges in classes",
             "more");
      }
    }
    if (set.items.empty() && !set.negated) return kNothingNode;
    return add_letters(std::move(set));
  }

  /// At the hyphen after `low`.
  Item class_range(const std::vector<Item>& low, std::size_t offset) {
    ++at_;
    const std::size_t high_offset = at_;
    const std::vector<Item> high = letter(true);
    const char32_t first = range_end(low, offset), last = range_end(high, high_offset);
    if (first > last) {
      fail(Fault::syntax, offset, "a range from a lower to a higher character",
           quoted(text_.substr(offset, at_ - offset)));
    }
    return {{}, first, last, offset};
  }

  /// The character of a letter that ends a range.
  char32_t range_end(const std::vector<Item>& items, std::size_t offset) const {
    if (items.size() == 1 && !items[0].name.empty()) {
      const std::string& name = items[0].name;
      if (core::utf8_sequence(name) == name.size()) return core::utf8_decode(name);
      for (char32_t code = 0; code <= 0x7F; ++code) {
        if (is_control(code) && letter_name(code) == name) return code;
      }
    }
    fail(Fault::syntax, offset, "a single character as the end of a range",
         items[0].name.empty() ? quoted(text_.substr(offset, 2)) : quoted(items[0].name));
  }

  std::string_view text_, where_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::uint64_t leaves_ = 0;
  std::uint64_t items_ = 0;
  std::unordered_map<std::string, std::uint32_t> set_ids_;
  Expression tree_;
};

}  // namespace

Expression parse(std::string_view text, std::string_view where) {
  return Parser(text, where).parse();
}

std::string place(std::string_view text, std::size_t offset, std::string_view where) {
  const std::string_view before = text.substr(0, offset);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const std::string_view line = before.substr(lines == 0 ? 0 : before.rfind('\n') + 1);
  return std::string(where) + ":" + std::to_string(lines + 1) + ":" +
         std::to_string(core::utf8_count(line) + 1);
}

std::string letter_name(char32_t code) {
  static constexpr char kHex[] = "0123456789abcdef";
  if (code == '\n') return "\\n";
  if (code == '\t') return "\\t";
  if (code == '\r') return "\\r";
  if (!is_control(code)) return core::utf8_encode(code);
  return {'\\', 'x', kHex[code >> 4U], kHex[code & 15U]};
}

}  // namespace statewright::automata::regex
