// The readable text format .dfa, meant to be typed: one statement a line, states introduced by the
// lines that give their moves. A target that has no line of its own and is not listed under
// `states` is an error rather than a new state, so that a misspelt name is noticed.
// Grammar: FORMATS.md, section 1.

#include <algorithm>
#include <array>

#include "automata/language/draft.hpp"
#include "core/text/utf8.hpp"

namespace statewright::automata::formats {
namespace {

constexpr std::array<std::string_view, 6> kKeywords = {"letters", "labels",    "states",
                                                       "start",   "accepting", "output"};

bool is_keyword(const Token& word) {
  return !word.quoted &&
         std::find(kKeywords.begin(), kKeywords.end(), word.text) != kKeywords.end();
}

class Reader {
 public:
  Reader(std::string_view text, std::string_view where)
      : source_(text, where, Source::Lines::limited), draft_(source_) {}

  ParsedAutomaton read() {
    LineReader lines(source_);
    std::string_view line;
    At at = 0;
    while (lines.next(line, at)) {
      std::vector<Token> words =
          words_of(source_, line, at, {.quotes = true, .comments = true, .commas = true});
      if (!words.empty()) statement(std::move(words));
    }
    return resolve();
  }

 private:
  struct Use {
    Token state;  // named before all states are known
    Output output = kAccept;
  };
  /// `FROM: TARGET ..` or `FROM LETTER .. -> TARGET`.
  struct Moves {
    Token from;
    std::vector<Token> letters;
    std::vector<Token> targets;
    bool row;
    At end;
  };

  void statement(std::vector<Token> words) {
    split_colon(words);
    const Token& first = words[0];
    if (words.size() > 1 && words[1].is(":")) {
      if (is_keyword(first)) {
        source_.fail(first.at, Fault::syntax, "a state", "the keyword " + core::quoted(first.text),
                     "a state of that name is written in quotes");
      }
      const At end = words.back().at + words.back().text.size();
      moves_.push_back({first, {}, {words.begin() + 2, words.end()}, true, end});
    } else if (is_keyword(first)) {
      declaration(words);
    } else {
      move(words);
    }
  }

  /// `even: ..` is `even : ..`.
  static void split_colon(std::vector<Token>& words) {
    Token& first = words[0];
    if (first.quoted || first.text.size() < 2 || first.text.back() != ':') return;
    first.text.pop_back();
    Token colon{":", first.at + first.text.size(), false};
    words.insert(words.begin() + 1, std::move(colon));
  }

  void declaration(const std::vector<Token>& words) {
    const Token& keyword = words[0];
    const auto names = std::vector<Token>(words.begin() + 1, words.end());
    if (keyword.text == "letters") {
      draft_.letters_declared = true;
      for (const Token& name : names) draft_.declare(draft_.letters, "letter", name.text, name.at);
    } else if (keyword.text == "labels") {
      labels_declared_ = draft_.moore = true;
      for (const Token& name : names) draft_.declare(draft_.labels, "label", name.text, name.at);
    } else if (keyword.text == "states") {
      states_declared_ = true;
      for (const Token& name : names) draft_.declare(draft_.states, "state", name.text, name.at);
    } else if (keyword.text == "start") {
      if (names.size() != 1) {
        source_.fail(keyword.at, Fault::syntax, "one start state",
                     std::to_string(names.size()) + " names");
      }
      if (!start_.text.empty())
        source_.fail(keyword.at, Fault::range, "one start state", "a second");
      start_ = names[0];
      if (start_.text.empty()) source_.fail(start_.at, Fault::syntax, "a state", "an empty name");
    } else if (keyword.text == "accepting") {
      accepting_ = true;
      accepting_at_ = keyword.at;
      for (const Token& name : names) uses_.push_back({name, kAccept});
    } else {
      draft_.moore = true;
      if (names.empty())
        source_.fail(keyword.at, Fault::syntax, "output LABEL STATE ..", "no label");
      outputs_.push_back(names[0]);
      for (std::size_t i = 1; i < names.size(); ++i) {
        uses_.push_back({names[i], static_cast<Output>(outputs_.size() - 1)});
      }
    }
  }

  void move(const std::vector<Token>& words) {
    const std::size_t n = words.size();
    if (n < 4 || !words[n - 2].is("->")) {
      const Token& odd = n < 4 ? words.back() : words[n - 2];
      source_.fail(odd.at, Fault::syntax, "STATE LETTER .. -> STATE, STATE: STATE .. or a keyword",
                   core::quoted(odd.text), keyword_hint(words[0]));
    }
    moves_.push_back({words[0], {words.begin() + 1, words.end() - 2}, {words[n - 1]}, false, 0});
  }

  static std::string keyword_hint(const Token& word) {
    return suggestion(word.text, std::vector<std::string>(kKeywords.begin(), kKeywords.end()));
  }

  State state(const Token& word) const {
    return draft_.known_state(word.text, word.at,
                              states_declared_ ? ""
                                               : "if the state has no moves of its own, list all "
                                                 "states in a line `states ..`");
  }

  ParsedAutomaton resolve() {
    if (start_.text.empty()) {
      source_.fail(source_.end(), Fault::range, "a line `start STATE`", "none");
    }
    if (!states_declared_) {
      for (const Moves& moves : moves_) {
        if (moves.from.text.empty()) {
          source_.fail(moves.from.at, Fault::syntax, "a state", "an empty name");
        }
        draft_.states.intern(moves.from.text, moves.from.at);
      }
    }
    for (const Moves& moves : moves_) moves.row ? add_row(moves) : add_moves(moves);
    add_other_moves();
    draft_.require_deterministic();
    resolve_outputs();
    draft_.add_initial(state(start_));
    return draft_.finish();
  }

  void add_row(const Moves& row) {
    const State from = state(row.from);
    if (!draft_.letters_declared) {
      source_.fail(row.from.at, Fault::range, "a line `letters ..`, whose order rows follow",
                   "none");
    }
    const std::size_t k = draft_.letters.size();
    if (row.targets.size() != k) {
      source_.fail(row.targets.size() > k ? row.targets[k].at : row.end, Fault::syntax,
                   "a successor for each of " + std::to_string(k) + " letters (- for none)",
                   std::to_string(row.targets.size()));
    }
    for (Letter a = 0; a < k; ++a) {
      const Token& target = row.targets[a];
      if (!target.is("-")) draft_.add_move(from, a, state(target), target.at);
    }
  }

  bool is_star(const Token& letter) const { return letter.is("*") && !draft_.letters.find("*"); }

  void add_moves(const Moves& moves) {
    const State from = state(moves.from), to = state(moves.targets[0]);
    for (const Token& letter : moves.letters) {
      if (letter.is("*") && (!draft_.letters_declared || is_star(letter))) {
        others_.push_back({from, to, letter.at});
      } else {
        draft_.add_move(from, draft_.letter(letter.text, letter.at), to, letter.at);
      }
    }
  }

  /// Moves on *: every letter that no other move of the state has.
  void add_other_moves() {
    if (others_.empty()) return;
    std::vector<std::vector<Letter>> given(draft_.states.size());
    for (const Moves& moves : moves_) {
      std::vector<Letter>& list = given[state(moves.from)];
      for (const Token& letter : moves.letters) {
        if (letter.is("*")) continue;
        list.push_back(draft_.letter(letter.text, letter.at));
      }
      for (Letter a = 0; moves.row && a < moves.targets.size(); ++a) {
        if (!moves.targets[a].is("-")) list.push_back(a);
      }
    }
    for (auto& list : given) std::sort(list.begin(), list.end());
    std::size_t steps = 0;
    for (const Other& other : others_) {
      steps += draft_.letters.size();
      if (steps > kMostStarMoves) {
        source_.fail(other.at, Fault::unsupported, "at most 20 million moves given by *", "more");
      }
      const std::vector<Letter>& taken = given[other.from];
      for (Letter a = 0; a < draft_.letters.size(); ++a) {
        if (!std::binary_search(taken.begin(), taken.end(), a)) {
          draft_.add_move(other.from, a, other.to, other.at);
        }
      }
    }
  }

  void resolve_outputs() {
    if (draft_.moore && accepting_) {
      source_.fail(accepting_at_, Fault::syntax, "either `accepting` or `labels` and `output`",
                   "both");
    }
    if (!draft_.moore && !accepting_) {
      source_.fail(source_.end(), Fault::range, "a line `accepting ..` (or `output ..`)", "none",
                   "an automaton that accepts nothing has the line `accepting` alone");
    }
    std::vector<Output> label(outputs_.size());
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      const Token& name = outputs_[i];
      const auto known = draft_.labels.find(name.text);
      if (!known && labels_declared_) {
        source_.fail(name.at, Fault::range, "a declared label", core::quoted(name.text),
                     suggestion(name.text, draft_.labels.names()));
      }
      label[i] = known ? *known : draft_.declare(draft_.labels, "label", name.text, name.at);
    }
    for (const Use& use : uses_) {
      const State q = state(use.state);
      if (draft_.output_of(q) != kNone) {
        source_.fail(use.state.at, Fault::range,
                     draft_.moore ? "one output of each state" : "each accepting state once",
                     "a second for " + core::quoted(use.state.text));
      }
      draft_.set_output(q, draft_.moore ? label[use.output] : kAccept);
    }
  }

  static constexpr std::size_t kMostStarMoves = 20'000'000;

  Source source_;
  Draft draft_;
  Token start_;
  bool accepting_ = false, labels_declared_ = false, states_declared_ = false;
  At accepting_at_ = 0;
  std::vector<Use> uses_;
  std::vector<Token> outputs_;
  std::vector<Moves> moves_;
  struct Other {
    State from, to;
    At at;
  };
  std::vector<Other> others_;
};

/// A name as a word: in quotes if it would read as something else.
std::string word(const std::string& name) {
  const bool bare = name.find_first_of(" \t\"#,") == std::string::npos && name.back() != ':' &&
                    name != "->" && name != "*" && name != "-" && !is_keyword({name, 0, false});
  return bare ? name : in_quotes(name);
}

/// "keyword a b c ..", continued on lines with the same keyword.
void write_list(std::string& out, const std::string& keyword,
                const std::vector<std::string>& words) {
  constexpr std::size_t kWidth = 96;
  std::string line = keyword;
  for (const std::string& next : words) {
    if (line.size() > keyword.size() && line.size() + 1 + next.size() > kWidth) {
      out += line + '\n';
      line = keyword;
    }
    line += ' ' + next;
  }
  out += line + '\n';
}

void pad(std::string& out, std::size_t have, std::size_t want) {
  out.append(want > have ? want - have : 0, ' ');
}

}  // namespace

ParsedAutomaton read_dfa(std::string_view text, std::string_view where) {
  return Reader(text, where).read();
}

std::string write_dfa(const Dfa& dfa) {
  const std::size_t n = dfa.size(), k = dfa.letters.size();
  std::vector<std::string> letters, states;
  for (const std::string& name : dfa.letters.names()) letters.push_back(word(name));
  for (State q = 0; q < n; ++q) states.push_back(word(dfa.state_name(q)));

  std::string out;
  write_list(out, "letters", letters);
  std::vector<std::vector<std::string>> with(dfa.labels.size());
  for (State q = 0; q < n; ++q) with[dfa.output[q]].push_back(states[q]);
  if (is_acceptor(dfa)) {
    out += "start " + states[dfa.start] + '\n';
    write_list(out, "accepting", with[kAccept]);
  } else {
    std::vector<std::string> labels;
    for (const std::string& name : dfa.labels) labels.push_back(word(name));
    write_list(out, "labels", labels);
    out += "start " + states[dfa.start] + '\n';
    for (Output label = 0; label < labels.size(); ++label) {
      if (!with[label].empty()) write_list(out, "output " + labels[label], with[label]);
    }
  }

  // Rows, with the letters above as a comment; aligned while a person may want to read them.
  const bool aligned = n * k <= 4096;
  std::vector<std::size_t> width(k + 1, 0);
  if (aligned) {
    width[0] = 1;
    for (State q = 0; q < n; ++q) width[0] = std::max(width[0], core::utf8_count(states[q]) + 1);
    for (Letter a = 0; a < k; ++a) {
      width[a + 1] = core::utf8_count(letters[a]);
      for (State q = 0; q < n; ++q) {
        width[a + 1] = std::max(width[a + 1], core::utf8_count(states[dfa.step(q, a)]));
      }
    }
    out += "\n#";
    pad(out, 1, width[0]);
    for (Letter a = 0; a < k; ++a) {
      out += ' ' + letters[a];
      if (a + 1 < k) pad(out, core::utf8_count(letters[a]), width[a + 1]);
    }
  }
  out += '\n';
  for (State q = 0; q < n; ++q) {
    out += states[q] + ':';
    pad(out, core::utf8_count(states[q]) + 1, width[0]);
    for (Letter a = 0; a < k; ++a) {
      const std::string& target = states[dfa.step(q, a)];
      out += ' ' + target;
      if (a + 1 < k) pad(out, core::utf8_count(target), width[a + 1]);
    }
    out += '\n';
  }
  return out;
}

}  // namespace statewright::automata::formats
