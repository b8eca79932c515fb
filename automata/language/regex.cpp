#include "automata/language/regex.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "automata/language/boolean.hpp"
#include "automata/language/minimize.hpp"
#include "automata/language/regex_ast.hpp"
#include "core/error.hpp"
#include "core/text/utf8.hpp"

// The position automaton of a regular expression (V. M. Glushkov, "The abstract theory of
// automata", Russian Math. Surveys 16:5, 1961; R. McNaughton and H. Yamada, 1960): one state per
// occurrence of a letter, entered by reading it, plus a start. Chosen over Thompson's construction
// because it has no empty moves and because an occurrence of a class stays one state however many
// letters it holds.
//
// A part of the expression is a fragment: which states its words can begin and end with, and
// whether it has the empty word; the edges inside it go straight into one table. Fragments need not
// come from letters: `~e` and `e&f` have no position automaton, so they are compiled to minimal
// DFAs (by this same file, recursively) and the useful states of those are embedded as positions.
//
// e{m,n} becomes n copies in a row, of which the last n - m + 1 (all, if e has the empty word) may
// end: a chain, whereas writing e..e e?..e? would give quadratically many edges.

namespace statewright::automata {
namespace {

using core::Error;
using core::Fault;
using regex::Expression;
using regex::Kind;
using regex::kUnbounded;
using regex::LetterSet;
using regex::Node;
using regex::NodeId;

constexpr std::uint64_t kMaxEdges = 20'000'000;
constexpr std::uint64_t kMaxLetters = 100'000;
constexpr std::uint64_t kMaxTable = 50'000'000;  // positions times letters

using Range = std::pair<char32_t, char32_t>;
using SetId = std::uint32_t;

// The alphabet ------------------------------------------------------------------------------------

/// All letters that occur in the expression, sorted by name.
Alphabet occurring_letters(const Expression& tree, std::string_view where) {
  std::vector<std::string> names;
  std::vector<Range> ranges;
  for (const LetterSet& set : tree.sets) {
    for (const LetterSet::Item& item : set.items) {
      if (item.name.empty()) {
        ranges.emplace_back(item.first, item.last);
      } else {
        names.push_back(item.name);
      }
    }
  }
  const auto check = [&] {
    if (names.size() > kMaxLetters) {
      throw Error({Fault::range, std::string(where),
                   "at most " + std::to_string(kMaxLetters) + " letters", "more",
                   "give the letters (--alphabet)"});
    }
  };
  const auto make_unique = [&] {
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
  };
  make_unique();
  std::sort(ranges.begin(), ranges.end());
  char32_t from = 0;  // code points below it are done
  for (const auto& [first, last] : ranges) {
    for (char32_t code = std::max(first, from); code <= last; ++code) {
      if (code < 0xD800 || code > 0xDFFF) names.push_back(regex::letter_name(code));
      check();
    }
    from = std::max<char32_t>(from, last + 1);
  }
  make_unique();
  check();
  return Alphabet(std::move(names));
}

/// Turns sets of letters as written into sorted lists of letters of one alphabet.
class LetterSets {
 public:
  LetterSets(const Alphabet& letters, std::string_view text, std::string_view where)
      : letters_(letters), text_(text), where_(where) {
    for (Letter a = 0; a < letters.size(); ++a) {
      const std::string& name = letters.name(a);
      if (core::utf8_sequence(name) == name.size()) {
        characters_.emplace_back(core::utf8_decode(name), a);
      }
    }
    for (char32_t code = 0; code < 0x80; ++code) {
      if (!regex::is_control(code)) continue;
      if (const auto a = letters.find(regex::letter_name(code))) characters_.emplace_back(code, *a);
    }
    std::sort(characters_.begin(), characters_.end());
  }

  /// Errors: Error{range} for a letter outside the alphabet, a class of which no letter is in it,
  /// and
  /// `.` when it has none.
  std::vector<Letter> resolve(const LetterSet& set) const {
    if (set.negated && letters_.size() == 0) {
      throw Error({Fault::range, regex::place(text_, set.offset, where_),
                   "an alphabet with at least one letter", "none",
                   "give the letters (--alphabet)"});
    }
    std::vector<Letter> found;
    for (const LetterSet::Item& item : set.items) {
      if (!item.name.empty()) {
        const auto letter = letters_.find(item.name);
        if (!letter) fail_unknown(item);
        found.push_back(*letter);
        continue;
      }
      auto at = std::lower_bound(characters_.begin(), characters_.end(),
                                 std::pair<char32_t, Letter>{item.first, 0});
      for (; at != characters_.end() && at->first <= item.last; ++at) found.push_back(at->second);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    if (!set.negated) {
      if (found.empty()) {
        throw Error({Fault::range, regex::place(text_, set.offset, where_),
                     "a class that holds a letter of the alphabet " + shown_alphabet(),
                     "one that holds none"});
      }
      return found;
    }
    std::vector<Letter> others;
    others.reserve(letters_.size() - found.size());
    auto next = found.begin();
    for (Letter a = 0; a < letters_.size(); ++a) {
      if (next != found.end() && *next == a) {
        ++next;
      } else {
        others.push_back(a);
      }
    }
    return others;
  }

 private:
  std::string shown_alphabet() const {
    Word all(std::min<std::size_t>(letters_.size(), 64));
    for (Letter a = 0; a < all.size(); ++a) all[a] = a;
    return all.empty() ? "without letters" : core::quoted(letters_.spell(all), 60);
  }

  [[noreturn]] void fail_unknown(const LetterSet::Item& item) const {
    std::string hint = core::did_you_mean(
        std::string_view(item.name).substr(0, 64),
        core::utf8_count(item.name) > 1 ? letters_.names() : std::vector<std::string>{});
    for (const std::string& name : letters_.names()) {
      if (core::utf8_count(name) > 1 && text_.substr(item.offset, name.size()) == name) {
        hint = "a name of several characters needs quotes: '" + name + "'";
        break;
      }
    }
    throw Error({Fault::range, regex::place(text_, item.offset, where_),
                 "a letter of the alphabet " + shown_alphabet(), core::quoted(item.name), hint});
  }

  const Alphabet& letters_;
  std::string_view text_, where_;
  std::vector<std::pair<char32_t, Letter>> characters_;  // sorted
};

// The automaton -----------------------------------------------------------------------------------

/// A move to `target` with any letter of a set.
struct Move {
  SetId set;
  State target;
};

struct Fragment {
  bool has_empty_word = false;
  std::vector<Move> first;  ///< into the states that its words begin with
  std::vector<State> last;  ///< the states that its words end with
};

/// A compiled `~e` or `e&f`: a fragment over states 0..states-1, with its edges.
struct Embedded {
  std::size_t states = 0;
  Fragment fragment;
  std::vector<std::pair<State, Move>> edges;
};

class Compiler {
 public:
  Compiler(std::string_view text, const std::optional<Alphabet>& letters,
           const core::Limits& limits, std::string_view where)
      : text_(text),
        where_(where),
        limits_(limits),
        tree_(regex::parse(text, where)),
        letters_(letters ? *letters : occurring_letters(tree_, where)) {
    const LetterSets resolver(letters_, text, where);
    std::uint64_t stored = 0;
    for (const LetterSet& set : tree_.sets) {
      sets_.push_back(resolver.resolve(set));
      stored += sets_.back().size();
      if (stored > kMaxEdges) fail_edges();
    }
  }

  Dfa dfa() { return dfa(tree_.root); }
  Nfa nfa() { return nfa(tree_.root); }

 private:
  friend class Positions;

  /// Minimal.
  Dfa dfa(NodeId id) {
    const Node& node = tree_.nodes[id];
    if (node.kind == Kind::complement) return complement(dfa(tree_.children[node.first]));
    if (node.kind == Kind::intersection) {
      Dfa product = dfa(tree_.children[node.first]);
      for (std::uint32_t i = 1; i < node.count; ++i) {
        const Dfa factor = dfa(tree_.children[node.first + i]);
        product = minimize(combine(BooleanOp::intersection, product, factor, limits_));
      }
      return product;
    }
    const Nfa positions = nfa(id);
    if (is_deterministic(positions) && positions.size() < limits_.states()) {
      return minimize(complete(positions));
    }
    return minimize(determinize(positions, limits_));
  }

  /// So it is for a "one-unambiguous" expression (A. Brueggemann-Klein, D. Wood, Information and
  /// Computation 142, 1998), such as a long word: then there are no subsets to construct.
  static bool is_deterministic(const Nfa& positions) {
    return std::all_of(positions.edges.begin(), positions.edges.end(), [](const auto& edges) {
      return std::adjacent_find(edges.begin(), edges.end(),
                                [](const auto& left, const auto& right) {
                                  return left.letter == right.letter;
                                }) == edges.end();
    });
  }

  Nfa nfa(NodeId id);

  const Embedded& embedded(NodeId id) {
    const auto known = embedded_.find(id);
    if (known != embedded_.end()) return known->second;
    return embedded_.emplace(id, embed(dfa(id))).first->second;
  }

  /// The useful states of an acceptor, without the start unless it is entered again.
  Embedded embed(const Dfa& acceptor) {
    const Nfa useful = trim(to_nfa(acceptor));
    Embedded result;
    if (useful.size() == 0) return result;
    const State start = useful.initial.at(0);
    bool start_entered = false;
    for (const auto& edges : useful.edges) {
      for (const Nfa::Edge& edge : edges) start_entered |= edge.target == start;
    }
    const auto renumbered = [&](State q) { return !start_entered && q > start ? q - 1 : q; };
    result.states = useful.size() - (start_entered ? 0 : 1);
    result.fragment.has_empty_word = useful.accepting[start];
    for (State q = 0; q < useful.size(); ++q) {
      std::map<State, std::vector<Letter>> by_target;
      for (const Nfa::Edge& edge : useful.edges[q]) by_target[edge.target].push_back(edge.letter);
      for (auto& [target, with] : by_target) {
        const Move move{intern(std::move(with)), renumbered(target)};
        if (q == start) result.fragment.first.push_back(move);
        if (q != start || start_entered) result.edges.emplace_back(renumbered(q), move);
      }
      if (useful.accepting[q] && (q != start || start_entered)) {
        result.fragment.last.push_back(renumbered(q));
      }
    }
    return result;
  }

  SetId intern(std::vector<Letter> set) {
    std::sort(set.begin(), set.end());
    const auto [entry, fresh] = set_ids_.emplace(std::move(set), static_cast<SetId>(sets_.size()));
    if (fresh) sets_.push_back(entry->first);
    return entry->second;
  }

  [[noreturn]] void fail_edges() const {
    throw Error({Fault::range, std::string(where_),
                 "an expression of at most " + std::to_string(kMaxEdges) +
                     " edges between positions, counted by letter",
                 "more"});
  }
  [[noreturn]] void fail_table() const {
    throw Error({Fault::range, std::string(where_),
                 "an expression of at most " + std::to_string(kMaxTable / letters_.size()) +
                     " positions over " + std::to_string(letters_.size()) + " letters",
                 "more"});
  }
  [[noreturn]] void fail_positions(std::size_t offset) const {
    throw Error({Fault::range, regex::place(text_, offset, where_),
                 "an expression that expands to at most " + std::to_string(regex::kMaxPositions) +
                     " positions",
                 "more"});
  }

  std::string_view text_, where_;
  const core::Limits& limits_;
  Expression tree_;
  Alphabet letters_;
  std::vector<std::vector<Letter>> sets_;  // first those of the tree, then those of embedded DFAs
  std::map<std::vector<Letter>, SetId> set_ids_;
  std::unordered_map<NodeId, Embedded> embedded_;
};

/// The position automaton of one part of the tree; state 0 is the start.
class Positions {
 public:
  explicit Positions(Compiler& compiler) : compiler_(compiler) {}

  Nfa nfa(NodeId root) {
    const Fragment whole = build(root);
    if (moves_.size() * compiler_.letters_.size() > kMaxTable) compiler_.fail_table();
    for (const Move move : whole.first) connect(0, move);
    Nfa result;
    result.letters = compiler_.letters_;
    result.initial = {0};
    result.accepting.assign(moves_.size(), false);
    result.accepting[0] = whole.has_empty_word;
    for (const State q : whole.last) result.accepting[q] = true;
    result.edges.resize(moves_.size());
    for (State q = 0; q < moves_.size(); ++q) {
      auto& edges = result.edges[q];
      for (const auto& [set, target] : moves_[q]) {
        for (const Letter a : compiler_.sets_[set]) edges.push_back({a, target});
      }
      moves_[q] = {};
      std::sort(edges.begin(), edges.end());
      edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    }
    return result;
  }

 private:
  Fragment build(NodeId id) {
    const Node node = compiler_.tree_.nodes[id];
    switch (node.kind) {
      case Kind::nothing:
        return {};
      case Kind::empty_word:
        return {true, {}, {}};
      case Kind::letters: {
        const State q = add_state(node);
        return {false, {{node.first, q}}, {q}};
      }
      case Kind::concatenation:
        return concatenation(node);
      case Kind::alternation:
        return alternation(node);
      case Kind::repetition:
        return repetition(node);
      case Kind::intersection:
      case Kind::complement:
        return copy(compiler_.embedded(id), node);
    }
    return {};
  }

  Fragment concatenation(const Node& node) {
    Fragment all{true, {}, {}};
    for (std::uint32_t i = 0; i < node.count; ++i) {
      Fragment part = build(child(node, i));
      connect(all.last, part.first);
      if (all.has_empty_word) append(all.first, part.first);
      if (part.has_empty_word) append(part.last, all.last);
      all.last = std::move(part.last);
      all.has_empty_word = all.has_empty_word && part.has_empty_word;
    }
    return all;
  }

  Fragment alternation(const Node& node) {
    Fragment all;
    for (std::uint32_t i = 0; i < node.count; ++i) {
      const Fragment part = build(child(node, i));
      append(all.first, part.first);
      append(all.last, part.last);
      all.has_empty_word = all.has_empty_word || part.has_empty_word;
    }
    return all;
  }

  Fragment repetition(const Node& node) {
    const bool loops = node.max == kUnbounded;
    const std::uint32_t copies = loops ? std::max<std::uint32_t>(node.min, 1) : node.max;
    Fragment all;
    std::vector<State> before;  // where the copy before ends
    for (std::uint32_t i = 1; i <= copies; ++i) {
      Fragment part = build(child(node, 0));
      if (i == 1) {
        all.first = part.first;
        all.has_empty_word = node.min == 0 || part.has_empty_word;
      }
      connect(before, part.first);
      if (i == copies && loops) connect(part.last, part.first);
      if (i >= node.min || part.has_empty_word) append(all.last, part.last);
      before = std::move(part.last);
    }
    return all;
  }

  Fragment copy(const Embedded& source, const Node& node) {
    const auto base = static_cast<State>(moves_.size());
    for (std::size_t i = 0; i < source.states; ++i) add_state(node);
    for (const auto& [from, move] : source.edges) {
      connect(base + from, {move.set, base + move.target});
    }
    Fragment fragment = source.fragment;
    for (Move& move : fragment.first) move.target += base;
    for (State& q : fragment.last) q += base;
    return fragment;
  }

  NodeId child(const Node& node, std::uint32_t i) const {
    return compiler_.tree_.children[node.first + i];
  }

  State add_state(const Node& node) {
    if (moves_.size() > regex::kMaxPositions) compiler_.fail_positions(node.offset);
    moves_.emplace_back();
    return static_cast<State>(moves_.size() - 1);
  }

  void connect(State from, Move move) {
    edges_ += compiler_.sets_[move.set].size();
    if (edges_ > kMaxEdges) compiler_.fail_edges();
    moves_[from].push_back(move);
  }
  void connect(const std::vector<State>& from, const std::vector<Move>& to) {
    for (const State q : from) {
      for (const Move move : to) connect(q, move);
    }
  }

  template <class T>
  static void append(std::vector<T>& to, const std::vector<T>& from) {
    to.insert(to.end(), from.begin(), from.end());
  }

  Compiler& compiler_;
  std::vector<std::vector<Move>> moves_ = std::vector<std::vector<Move>>(1);
  std::uint64_t edges_ = 0;  // by letter, repeated ones too
};

Nfa Compiler::nfa(NodeId id) { return Positions(*this).nfa(id); }

}  // namespace

Dfa compile_regex(std::string_view text, const std::optional<Alphabet>& letters,
                  const core::Limits& limits, std::string_view where) {
  return Compiler(text, letters, limits, where).dfa();
}

Nfa regex_to_nfa(std::string_view text, const std::optional<Alphabet>& letters,
                 const core::Limits& limits, std::string_view where) {
  return Compiler(text, letters, limits, where).nfa();
}

}  // namespace statewright::automata
