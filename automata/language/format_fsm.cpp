// AT&T's text format of acceptors, which OpenFst compiles and prints. Letters are names; the order
// of their first mention is the alphabet's order, since the format has no place to declare one and
// the writer's machine must survive. Grammar: FORMATS.md, section 4.

#include <algorithm>
#include <numeric>

#include "automata/language/draft.hpp"

namespace statewright::automata::formats {
namespace {

constexpr std::string_view kEpsilon = "<eps>";

/// The number that `name` spells without leading zeros, or nothing.
std::optional<std::uint64_t> number(const std::string& name) {
  if (name.size() > 18 || (name.size() > 1 && name[0] == '0')) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : name) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

/// Where all states are numbers their order is that of the numbers, else that of first mention.
/// Returns the states in that order.
std::vector<State> state_order(const NameList& states) {
  std::vector<State> order(states.size());
  std::iota(order.begin(), order.end(), State{0});
  std::vector<std::uint64_t> value;
  for (const std::string& name : states.names()) {
    const auto parsed = number(name);
    if (!parsed) return order;
    value.push_back(*parsed);
  }
  std::sort(order.begin(), order.end(), [&](State a, State b) { return value[a] < value[b]; });
  return order;
}

}  // namespace

ParsedAutomaton read_fsm(std::string_view text, std::string_view where) {
  const Source source(text, where, Source::Lines::limited);
  struct Move {
    State from, to;
    std::string letter;
    At at;
  };
  NameList states;
  std::vector<Move> moves;
  std::vector<State> final_states;
  std::vector<bool> is_final;
  LineReader lines(source);
  std::string_view line;
  At at = 0;
  while (lines.next(line, at)) {
    const std::vector<Token> words = words_of(source, line, at, {});
    if (words.empty()) continue;
    if (words.size() == 2) {
      source.fail(words[1].at, Fault::unsupported, "a final state without a weight",
                  core::quoted(words[1].text));
    }
    if (words.size() > 3) {
      source.fail(words[3].at, Fault::unsupported,
                  "FROM TO LETTER of an acceptor without weights or output letters",
                  core::quoted(words[3].text), "a transducer becomes an acceptor with fstproject");
    }
    const State from = states.intern(words[0].text, words[0].at);
    if (words.size() == 1) {
      is_final.resize(states.size());
      if (is_final[from]) {
        source.fail(words[0].at, Fault::range, "each final state once",
                    "a second " + core::quoted(words[0].text));
      }
      is_final[from] = true;
      final_states.push_back(from);
    } else {
      const State to = states.intern(words[1].text, words[1].at);
      moves.push_back({from, to, words[2].text, words[2].at});
    }
  }

  Draft draft(source);
  std::vector<State> renamed(states.size());
  for (const State old : state_order(states)) {
    renamed[old] = draft.states.intern(states.name(old), states.at(old));
  }
  for (const Move& move : moves) {
    const Letter a = move.letter == kEpsilon ? kEmptyMove : draft.letter(move.letter, move.at);
    draft.add_move(renamed[move.from], a, renamed[move.to], move.at);
  }
  for (const State q : final_states) draft.accept(renamed[q]);
  if (states.size() > 0) draft.add_initial(renamed[0]);
  return draft.finish(true);
}

std::string write_fsm(const Dfa& dfa) {
  if (!is_acceptor(dfa)) cannot_write("fsm", "an acceptor", "a Moore machine");
  if (dfa.letters.size() == 0) cannot_write("fsm", "at least one letter", "none");
  for (const std::string& name : dfa.letters.names()) {
    if (name == kEpsilon || name.find_first_of(" \t") != std::string::npos) {
      cannot_write("fsm", "letters without white space other than <eps>",
                   "the letter " + core::quoted(name));
    }
  }
  std::string out;
  const auto moves_of = [&](State q) {
    const std::string from = std::to_string(q) + '\t';
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      out += from + std::to_string(dfa.step(q, a)) + '\t' + dfa.letters.name(a) + '\n';
    }
  };
  moves_of(dfa.start);  // the first line tells the start
  for (State q = 0; q < dfa.size(); ++q) {
    if (q != dfa.start) moves_of(q);
  }
  for (State q = 0; q < dfa.size(); ++q) {
    if (dfa.output[q] == kAccept) out += std::to_string(q) + '\n';
  }
  return out;
}

}  // namespace statewright::automata::formats
