// The format of the Mata library, its section @NFA-explicit. Grammar: FORMATS.md, section 5.

#include <algorithm>

#include "automata/language/draft.hpp"

namespace statewright::automata::formats {
namespace {

class Reader {
 public:
  Reader(std::string_view text, std::string_view where)
      : source_(text, where, Source::Lines::limited), draft_(source_) {}

  ParsedAutomaton read() {
    LineReader lines(source_);
    std::string_view line;
    At at = 0;
    while (lines.next(line, at)) {
      const std::vector<Token> words =
          words_of(source_, line, at, {.quotes = true, .comments = true});
      if (!words.empty()) statement(words);
    }
    if (!section_) source_.fail(source_.end(), Fault::syntax, "@NFA-explicit", "the end");
    return resolve();
  }

 private:
  void statement(const std::vector<Token>& words) {
    const Token& first = words[0];
    const bool section = !first.quoted && first.text[0] == '@';
    if (!section_) {
      if (!section)
        source_.fail(first.at, Fault::syntax, "@NFA-explicit", core::quoted(first.text));
      if (first.text != "@NFA-explicit") {
        source_.fail(first.at, Fault::unsupported, "@NFA-explicit", core::quoted(first.text),
                     "only automata with named letters can be read");
      }
      section_ = true;
      if (words.size() > 1) unexpected(words[1]);
    } else if (section) {
      source_.fail(first.at, Fault::unsupported, "one automaton", "a second section");
    } else if (!first.quoted && first.text[0] == '%') {
      key(words);
    } else {
      if (words.size() != 3) {
        source_.fail(words.size() > 3 ? words[3].at : first.at, Fault::syntax, "STATE LETTER STATE",
                     std::to_string(words.size()) + " words");
      }
      for (const Token& word : words) refuse_formula(word);
      moves_.push_back({words[0], words[1], words[2]});
    }
  }

  void key(const std::vector<Token>& words) {
    const std::string& name = words[0].text;
    for (std::size_t i = 1; i < words.size(); ++i) refuse_formula(words[i]);
    if (name == "%Alphabet-auto" || name == "%States-auto") {
      if (words.size() > 1) unexpected(words[1]);
    } else if (name == "%Alphabet-enum") {
      draft_.letters_declared = true;
      for (std::size_t i = 1; i < words.size(); ++i) {
        draft_.declare(draft_.letters, "letter", words[i].text, words[i].at);
      }
    } else if (name == "%States-enum") {
      states_declared_ = true;
      for (std::size_t i = 1; i < words.size(); ++i) {
        draft_.declare(draft_.states, "state", words[i].text, words[i].at);
      }
    } else if (name == "%Initial") {
      initial_.insert(initial_.end(), words.begin() + 1, words.end());
    } else if (name == "%Final") {
      final_.insert(final_.end(), words.begin() + 1, words.end());
    } else if (name == "%Epsilon") {
      epsilon_.insert(epsilon_.end(), words.begin() + 1, words.end());
    } else {
      const std::vector<std::string> known = {"%Alphabet-auto", "%Alphabet-enum", "%States-auto",
                                              "%States-enum",   "%Initial",       "%Final",
                                              "%Epsilon"};
      source_.fail(
          words[0].at, Fault::unsupported,
          "%Alphabet-auto, %Alphabet-enum, %States-auto, %States-enum, %Initial, %Final or "
          "%Epsilon",
          core::quoted(name), suggestion(name, known));
    }
  }

  [[noreturn]] void unexpected(const Token& word) const {
    source_.fail(word.at, Fault::syntax, "the end of the line", core::quoted(word.text));
  }

  void refuse_formula(const Token& word) const {
    if (word.text.empty()) source_.fail(word.at, Fault::syntax, "a name", "an empty one");
    if (word.quoted) return;
    static constexpr std::string_view kOperators = "&|!^()";
    if (word.text[0] == '\\' ||
        (word.text.size() == 1 && kOperators.find(word.text[0]) != std::string_view::npos)) {
      source_.fail(word.at, Fault::unsupported, "names only",
                   "the formula symbol " + core::quoted(word.text),
                   "a letter of that name is written in quotes");
    }
  }

  State state(const Token& word) {
    if (states_declared_) return draft_.known_state(word.text, word.at);
    return draft_.states.intern(word.text, word.at);
  }

  // States are numbered in the order in which their moves are listed.
  ParsedAutomaton resolve() {
    for (const auto& move : moves_) state(move[0]);
    NameList empty;
    for (const Token& word : epsilon_) empty.intern(word.text, word.at);
    for (const auto& [from, letter, to] : moves_) {
      const Letter a = empty.find(letter.text) ? kEmptyMove : draft_.letter(letter.text, letter.at);
      draft_.add_move(state(from), a, state(to), letter.at);
    }
    if (initial_.empty()) source_.fail(source_.end(), Fault::range, "%Initial STATE ..", "none");
    for (const Token& word : initial_) draft_.add_initial(state(word));
    for (const Token& word : final_) draft_.accept(state(word));
    return draft_.finish();
  }

  Source source_;
  Draft draft_;
  bool section_ = false, states_declared_ = false;
  std::vector<Token> initial_, final_, epsilon_;
  std::vector<std::array<Token, 3>> moves_;
};

/// A name as a word: in quotes if any character of it could mean something to a reader.
std::string word(const std::string& name) {
  const bool bare = name.find_first_of(" \t\"#%@&|!^()[]{}\\'`,;") == std::string::npos;
  return bare ? name : in_quotes(name);
}

}  // namespace

ParsedAutomaton read_mata(std::string_view text, std::string_view where) {
  return Reader(text, where).read();
}

std::string write_mata(const Dfa& dfa) {
  if (!is_acceptor(dfa)) cannot_write("mata", "an acceptor", "a Moore machine");
  if (dfa.letters.size() == 0) cannot_write("mata", "at least one letter", "none");
  constexpr std::size_t kWidth = 96;
  std::string out = "@NFA-explicit\n";
  const auto list = [&](const std::string& key, const std::vector<std::string>& words) {
    std::string line = key;
    for (const std::string& next : words) {
      if (line.size() > key.size() && line.size() + 1 + next.size() > kWidth) {
        out += line + '\n';
        line = key;
      }
      line += ' ' + next;
    }
    out += line + '\n';
  };
  std::vector<std::string> letters, states, accepting;
  for (const std::string& name : dfa.letters.names()) letters.push_back(word(name));
  for (State q = 0; q < dfa.size(); ++q) {
    states.push_back(word(dfa.state_name(q)));
    if (dfa.output[q] == kAccept) accepting.push_back(states.back());
  }
  list("%Alphabet-enum", letters);
  list("%Initial", {states[dfa.start]});
  list("%Final", accepting);
  for (State q = 0; q < dfa.size(); ++q) {
    for (Letter a = 0; a < letters.size(); ++a) {
      out += states[q] + ' ' + letters[a] + ' ' + states[dfa.step(q, a)] + '\n';
    }
  }
  return out;
}

}  // namespace statewright::automata::formats
