// "statewright-automaton 1", the form that certificates refer to. Strict on purpose: each machine
// with its numbering has one spelling, so that the digest of the text names it.
// Grammar: proofs_check/FORMAT.md, sections 1 and 3.

#include "automata/language/canonical.hpp"
#include "automata/language/draft.hpp"
#include "core/text/canonical.hpp"
#include "core/text/utf8.hpp"

namespace statewright::automata {
namespace formats {
namespace {

constexpr std::string_view kHeader = "statewright-automaton 1";

class Reader {
 public:
  Reader(std::string_view text, std::string_view where)
      : source_(text, where, Source::Lines::limited),
        lines_(source_),
        draft_(source_),
        marked_(source_.text().size() != text.size()) {}

  ParsedAutomaton read() {
    check_bytes();
    next_line("statewright-automaton");
    if (line_ != kHeader)
      source_.fail(at_, Fault::syntax, std::string(kHeader), core::quoted(line_));
    names(draft_.letters, "letters", "letter");
    draft_.letters_declared = draft_.moore = true;
    names(draft_.labels, "labels", "label");
    next_line("states");
    const std::uint32_t n = number("a number of states");
    end_of_line();
    if (n == 0) source_.fail(at_, Fault::range, "at least one state", "0");
    next_line("start");
    const std::uint32_t start = number_below(n, "a state");
    end_of_line();
    draft_.add_initial(start);
    for (State q = 0; q < n; ++q) state(q, n);
    next_line("end");
    end_of_line();
    if (lines_.next(line_, at_)) source_.fail(at_, Fault::syntax, "the end", core::quoted(line_));
    return draft_.finish();
  }

 private:
  void check_bytes() {
    const std::string_view text = source_.text();
    if (marked_) source_.fail(0, Fault::syntax, "printable ASCII", "a byte order mark");
    for (At at = 0; at < text.size(); ++at) {
      const auto byte = static_cast<unsigned char>(text[at]);
      if (byte != '\n' && (byte < 32 || byte > 126)) {
        source_.fail(at, Fault::syntax, "printable ASCII", core::quoted(text.substr(at, 1)));
      }
    }
    if (text.empty() || text.back() != '\n') {
      source_.fail(text.size(), Fault::syntax, "a line feed at the end of the last line", "none");
    }
  }

  void next_line(std::string_view keyword) {
    if (!lines_.next(line_, at_)) {
      source_.fail(source_.end(), Fault::syntax, "a line `" + std::string(keyword) + " ..`",
                   "the end");
    }
    used_ = 0;
    const Token first = token("`" + std::string(keyword) + "`");
    if (first.text != keyword) {
      source_.fail(first.at, Fault::syntax, "`" + std::string(keyword) + "`",
                   core::quoted(first.text));
    }
  }

  /// The next word; words are separated by one space each.
  Token token(const std::string& expected) {
    if (used_ > 0) {
      if (used_ >= line_.size()) {
        source_.fail(at_ + used_, Fault::syntax, expected, "the end of the line");
      }
      ++used_;  // a space, since the last word ended here
    }
    const std::size_t end = std::min(line_.find(' ', used_), line_.size());
    Token word{std::string(line_.substr(used_, end - used_)), at_ + used_, false};
    if (word.text.empty()) {
      source_.fail(word.at, Fault::syntax, expected,
                   end == line_.size() ? "the end of the line" : "a second space");
    }
    used_ = end;
    return word;
  }

  void end_of_line() {
    if (used_ != line_.size()) {
      source_.fail(at_ + used_, Fault::syntax, "the end of the line",
                   core::quoted(line_.substr(used_)));
    }
  }

  std::uint32_t number(const std::string& expected) {
    const Token word = token(expected);
    std::uint64_t value = 0;
    bool good = word.text.size() <= 10 && (word.text[0] != '0' || word.text.size() == 1);
    for (const char c : word.text) {
      good = good && c >= '0' && c <= '9';
      if (good) value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (!good || value >= (std::uint64_t{1} << 31U)) {
      source_.fail(word.at, Fault::syntax, expected + " below 2^31", core::quoted(word.text));
    }
    return static_cast<std::uint32_t>(value);
  }

  std::uint32_t number_below(std::size_t limit, const std::string& expected) {
    const At before = at_ + used_ + 1;
    const std::uint32_t value = number(expected);
    if (value >= limit) {
      source_.fail(before, Fault::range, expected + " below " + std::to_string(limit),
                   std::to_string(value));
    }
    return value;
  }

  void names(NameList& list, const std::string& keyword, const std::string& what) {
    next_line(keyword);
    const std::uint32_t count = number("a number of " + keyword);
    std::string name;
    for (std::uint32_t i = 0; i < count; ++i) {
      const Token word = token("a " + what);
      if (!percent_decode(word.text, name) || !core::is_utf8(name)) {
        source_.fail(word.at, Fault::syntax, "a name in its one percent-encoded UTF-8 form",
                     core::quoted(word.text));
      }
      draft_.declare(list, what, name, word.at);
    }
    end_of_line();
  }

  void state(State q, std::size_t n) {
    next_line("state");
    const At at = at_ + used_ + 1;
    if (number("the state's number") != q) {
      source_.fail(at, Fault::syntax, "state " + std::to_string(q), "another number");
    }
    draft_.states.intern(std::to_string(q), at);
    draft_.set_output(q, number_below(draft_.labels.size(), "an index of a label"));
    for (Letter a = 0; a < draft_.letters.size(); ++a) {
      const At move_at = at_ + used_ + 1;
      draft_.add_move(q, a, number_below(n, "a state"), move_at);
    }
    end_of_line();
  }

  Source source_;
  LineReader lines_;
  Draft draft_;
  bool marked_;
  std::string_view line_;
  At at_ = 0;
  std::size_t used_ = 0;
};

}  // namespace

ParsedAutomaton read_canonical(std::string_view text, std::string_view where) {
  return Reader(text, where).read();
}

}  // namespace formats

std::string write_automaton_canonical(const Dfa& dfa) {
  validate(dfa, "canonical form");
  std::string out(formats::kHeader);
  const auto names = [&](const char* keyword, const std::vector<std::string>& list) {
    out += std::string("\n") + keyword + ' ' + std::to_string(list.size());
    formats::NameList seen;
    for (const std::string& name : list) {
      if (name.empty() || !core::is_utf8(name) || seen.find(name)) {
        formats::cannot_write("canonical", "names of UTF-8 text, distinct and not empty",
                              core::quoted(name));
      }
      seen.intern(name, 0);
      out += ' ' + core::percent_encode(name);
    }
  };
  names("letters", dfa.letters.names());
  names("labels", dfa.labels);
  out += "\nstates " + std::to_string(dfa.size()) + "\nstart " + std::to_string(dfa.start) + '\n';
  for (State q = 0; q < dfa.size(); ++q) {
    out += "state " + std::to_string(q) + ' ' + std::to_string(dfa.output[q]);
    for (Letter a = 0; a < dfa.letters.size(); ++a) out += ' ' + std::to_string(dfa.step(q, a));
    out += '\n';
  }
  out += "end\n";
  return out;
}

}  // namespace statewright::automata
