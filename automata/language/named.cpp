#include "automata/language/named.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "automata/language/groups.hpp"
#include "automata/language/minimize.hpp"
#include "automata/language/named_request.hpp"
#include "automata/language/summary.hpp"
#include "core/error.hpp"

// Each family is a machine small enough to write down, then minimised. Sources: Tomita 1982 (the
// seven languages); Deletang et al. 2023, "Neural Networks and the Chomsky Hierarchy" (parity,
// evenpairs, cyclenav, modarith); Liu et al. 2023, "Transformers Learn Shortcuts to Automata"
// (flipflop, gridworld, standard generators of groups); Hewitt et al. 2020 (bounded Dyck); Merrill
// et al. 2024, Grazzi et al. 2025, Siems et al. 2025 (word problems and their sets of letters).

namespace statewright::automata {

using core::Error;
using core::Fault;

namespace named {

void refuse(const Request& request, Fault fault, std::string expected, std::string found,
            std::string hint) {
  if (hint.empty()) hint = "for example `" + request.example + "`";
  throw Error({fault, request.where, std::move(expected), std::move(found), std::move(hint)});
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::uint32_t number(const Request& request, std::string_view text, const std::string& symbol,
                     std::uint32_t least, std::uint32_t most) {
  const bool digits =
      std::all_of(text.begin(), text.end(), [](char c) { return '0' <= c && c <= '9'; });
  if (text.empty() || !digits || (text.size() > 1 && text.front() == '0')) {
    refuse(request, Fault::syntax, request.form + " with a whole number " + symbol,
           text.empty() ? "no number" : core::quoted(text));
  }
  std::uint64_t value = 0;
  for (const char c : text) {
    value = std::min<std::uint64_t>(value * 10 + static_cast<std::uint64_t>(c - '0'),
                                    std::uint64_t{kAnyNumber} + 1);
  }
  if (value < least || value > most) {
    const std::string bounds =
        most != kAnyNumber ? " from " + std::to_string(least) + " to " + std::to_string(most)
        : value < least    ? " at least " + std::to_string(least)
                           : " at most " + std::to_string(most);
    refuse(request, Fault::range, request.form + " with " + symbol + bounds,
           symbol + " = " + core::quoted(text));
  }
  return static_cast<std::uint32_t>(value);
}

void require_size(const Request& request, std::uint64_t states, std::uint64_t letters,
                  std::uint64_t most_entries, const std::string& hint) {
  if (states > most_entries / letters) {
    refuse(
        request, Fault::range, "a table of at most " + std::to_string(most_entries) + " successors",
        std::to_string(states) + " states with " + std::to_string(letters) + " letters each", hint);
  }
  if (states > request.limits.states()) {
    refuse(request, Fault::limit,
           "a machine of at most " + std::to_string(request.limits.states()) + " states",
           "one of " + std::to_string(states), "raise --max-states");
  }
}

}  // namespace named

namespace {

using named::number;
using named::refuse;
using named::Request;
using named::require_size;
using named::split;

constexpr std::uint64_t kMaxEntries = std::uint64_t{1}
                                      << 24U;  // minimize() takes 40 bytes for each

struct Built {
  Dfa dfa;
  std::string what;
};

std::vector<std::string> numerals(std::uint32_t count) {
  std::vector<std::string> names(count);
  for (std::uint32_t i = 0; i < count; ++i) names[i] = std::to_string(i);
  return names;
}

/// The minimal machine of `states` states with successors step(q, a) and outputs output(q).
template <class Step, class OutputOf>
Dfa machine(const Request& request, std::vector<std::string> letters,
            std::vector<std::string> labels, std::uint64_t states, State start, Step step,
            OutputOf output) {
  require_size(request, states, letters.size(), kMaxEntries, "a smaller parameter");
  Dfa dfa;
  dfa.letters = Alphabet(std::move(letters));
  dfa.labels = std::move(labels);
  dfa.start = start;
  dfa.next.reserve(states * dfa.letters.size());
  dfa.output.reserve(states);
  for (State q = 0; q < states; ++q) {
    for (Letter a = 0; a < dfa.letters.size(); ++a) dfa.next.push_back(step(q, a));
    dfa.output.push_back(output(q));
  }
  return minimize(dfa);
}

Output accept_if(bool accepted) { return accepted ? kAccept : kReject; }

Built parity(const Request& request, std::string_view) {
  return {machine(
              request, {"0", "1"}, acceptor_labels(), 2, 0, [](State q, Letter a) { return q ^ a; },
              [](State q) { return accept_if(q == 1); }),
          "an odd number of 1s"};
}

Built mod(const Request& request, std::string_view parameters) {
  const std::uint32_t m = number(request, parameters, "m", 1);
  return {machine(
              request, {"0", "1"}, acceptor_labels(), m, 0,
              [m](State q, Letter a) { return (q + a) % m; },
              [](State q) { return accept_if(q == 0); }),
          "number of 1s divisible by " + std::to_string(m)};
}

/// State 0 has read nothing; state 1 + 2 f + l has first letter f and last letter l.
Built evenpairs(const Request& request, std::string_view) {
  return {machine(
              request, {"0", "1"}, acceptor_labels(), 5, 0,
              [](State q, Letter a) { return q == 0 ? 1 + 3 * a : 1 + 2 * ((q - 1) / 2) + a; },
              [](State q) { return accept_if(q == 0 || (q - 1) / 2 == (q - 1) % 2); }),
          "an even number of changes between 0 and 1"};
}

Built first(const Request& request, std::string_view parameters) {
  std::vector<std::string> letters;
  for (const std::string_view part : split(parameters, ',')) letters.emplace_back(part);
  try {
    std::string what = "words that begin with " + letters.front();
    return {machine(
                request, std::move(letters), acceptor_labels(), 3, 0,
                [](State q, Letter a) { return q != 0   ? q
                                               : a == 0 ? State{1}
                                                        : State{2}; },
                [](State q) { return accept_if(q == 1); }),
            std::move(what)};
  } catch (const Error& error) {  // of the alphabet, which does not know the name
    Error::Facts facts = error.facts();
    if (facts.where != request.where) {
      facts.where = request.where;
      if (facts.hint.empty()) facts.hint = "for example `" + request.example + "`";
    }
    throw Error(std::move(facts));
  }
}

Built flipflop(const Request& request, std::string_view) {
  return {machine(
              request, {"w0", "w1", "i"}, numerals(2), 2, 0,
              [](State q, Letter a) { return a == 2 ? q : a; }, [](State q) { return q; }),
          "the bit written last, 0 at the start; i ignores"};
}

struct TomitaMachine {
  const char* what;
  std::vector<std::array<State, 2>> next;
  const char* accepting;  // one character a state, '+' or '-'
};

const std::array<TomitaMachine, 7>& tomita_machines() {
  static const std::array<TomitaMachine, 7> machines = {{
      {"words without a 0", {{1, 0}, {1, 1}}, "+-"},
      {"the words (10)*", {{2, 1}, {0, 2}, {2, 2}}, "+--"},
      // 0: no odd run of 1s is complete, and the last run of 1s is even; 1: it is odd;
      // 2: an odd run of 1s is complete, and an odd run of 0s may be; 3: no; 4: both are.
      {"words without an odd run of 1s and later an odd run of 0s",
       {{0, 1}, {2, 0}, {3, 4}, {2, 3}, {4, 4}},
       "++-+-"},
      {"words without 000", {{1, 0}, {2, 0}, {3, 0}, {3, 3}}, "+++-"},
      {"an even number of 0s and an even number of 1s", {{1, 2}, {0, 3}, {3, 0}, {2, 1}}, "+---"},
      {"number of 0s minus number of 1s divisible by 3", {{1, 2}, {2, 0}, {0, 1}}, "+--"},
      {"at most one occurrence of 10, that is 0*1*0*1*",
       {{0, 1}, {2, 1}, {2, 3}, {4, 3}, {4, 4}},
       "++++-"},
  }};
  return machines;
}

Built tomita(const Request& request, std::string_view parameters) {
  const TomitaMachine& known = tomita_machines()[number(request, parameters, "n", 1, 7) - 1];
  return {machine(
              request, {"0", "1"}, acceptor_labels(), known.next.size(), 0,
              [&](State q, Letter a) { return known.next[q][a]; },
              [&](State q) { return accept_if(known.accepting[q] == '+'); }),
          known.what};
}

/// The stacks of open brackets are the nodes of the complete k-ary tree of depth m, numbered row by
/// row: node v with a bracket of kind c opened is k v + 1 + c. The last state is the sink.
Built dyck(const Request& request, std::string_view parameters) {
  const auto parts = split(parameters, ',');
  if (parts.size() != 2) {
    refuse(request, Fault::syntax, request.form, core::quoted(parameters));
  }
  const std::uint32_t k = number(request, parts[0], "k", 1);
  const std::uint32_t m = number(request, parts[1], "m", 1);
  const std::uint64_t most_nodes = kMaxEntries / (2 * std::uint64_t{k});
  std::uint64_t row = 1, nodes = 1;
  for (std::uint32_t depth = 1; depth <= m && nodes <= most_nodes; ++depth) nodes += row *= k;
  const std::string hint = "fewer kinds or less depth";
  if (nodes > most_nodes) {
    refuse(request, Fault::range,
           "a table of at most " + std::to_string(kMaxEntries) + " successors",
           "1 + k + .. + k^m stacks with " + std::to_string(2 * std::uint64_t{k}) + " letters each",
           hint);
  }
  require_size(request, nodes + 1, 2 * std::uint64_t{k}, kMaxEntries, hint);
  const State sink = static_cast<State>(nodes);
  static constexpr std::array<const char*, 8> kBrackets = {"(", ")", "[", "]", "{", "}", "<", ">"};
  std::vector<std::string> letters(2 * std::size_t{k});
  for (std::uint32_t i = 0; i < 2 * k; ++i) {
    letters[i] = k <= 4 ? kBrackets[i] : kBrackets[i % 2] + std::to_string(i / 2 + 1);
  }
  return {machine(
              request, std::move(letters), acceptor_labels(), nodes + 1, 0,
              [&](State q, Letter a) -> State {
                const std::uint32_t kind = a / 2;
                if (q == sink) return sink;
                if (a % 2 == 0) {
                  return static_cast<State>(
                      std::min<std::uint64_t>(std::uint64_t{k} * q + 1 + kind, nodes));
                }
                return q != 0 && (q - 1) % k == kind ? (q - 1) / k : sink;
              },
              [](State q) { return accept_if(q == 0); }),
          "balanced words of " + std::to_string(k) + (k == 1 ? " kind" : " kinds") +
              " of brackets, at most " + std::to_string(m) + " deep"};
}

Built gridworld(const Request& request, std::string_view parameters) {
  const std::uint32_t n = number(request, parameters, "n", 1);
  require_size(request, n, 2, kMaxEntries, "a smaller parameter");
  return {
      machine(
          request, {"L", "R"}, numerals(n), n, 0,
          [n](State q, Letter a) {
            return a == 0 ? (q == 0 ? q : q - 1) : (q + 1 == n ? q : q + 1);
          },
          [](State q) { return q; }),
      "cell of a walker between two walls, " + std::to_string(n) + (n == 1 ? " cell" : " cells")};
}

Built cyclenav(const Request& request, std::string_view parameters) {
  const std::uint32_t n = number(request, parameters, "n", 1);
  require_size(request, n, 3, kMaxEntries, "a smaller parameter");
  return {machine(
              request, {"-", "0", "+"}, numerals(n), n, 0,
              [n](State q, Letter a) { return (q + n - 1 + a) % n; }, [](State q) { return q; }),
          "cell of a walker on a ring of " + std::to_string(n) + (n == 1 ? " cell" : " cells")};
}

/// A finished expression is s + p: the terms before the last one, and the product that * extends.
/// States: s m + p means that; m^2 + s m + p means s + p * (the digit to come), so that `+` leads
/// to s' = s + p, p' = 1 and `-` to p' = -1; 2 m^2 is the sink. These 2 m^2 + 1 states are minimal:
/// *0 reads s off a finished expression, and the digits 0 and 1 read s and p off an open one. The
/// start is 0 + 1 * (the digit to come).
Built modarith(const Request& request, std::string_view parameters) {
  const std::uint32_t m = number(request, parameters, "m", 2);
  const std::uint64_t half = std::uint64_t{m} * m, states = 2 * half + 1;
  require_size(request, states, m + std::uint64_t{3}, kMaxEntries, "a smaller parameter");
  const State open = static_cast<State>(half), sink = static_cast<State>(2 * half);
  std::vector<std::string> letters = numerals(m);
  letters.insert(letters.end(), {"+", "-", "*"});
  std::vector<std::string> labels = numerals(m);
  labels.push_back("none");
  return {machine(
              request, std::move(letters), std::move(labels), states, open + 1 % m,
              [=](State q, Letter a) -> State {
                if (q == sink) return sink;
                const bool finished = q < open;
                const State s = q % open / m, p = q % m;
                if (!finished) return a < m ? s * m + p * a % m : sink;
                if (a < m) return sink;
                if (a == m) return open + (s + p) % m * m + 1;
                if (a == m + 1) return open + (s + p) % m * m + m - 1;
                return open + s * m + p;
              },
              [=](State q) { return q < open ? (q / m + q % m) % m : m; }),
          "value modulo " + std::to_string(m) + " of an expression of digits and + - *"};
}

struct Family {
  std::string_view head;
  bool has_parameters;
  NamedFamily help;
  Built (*build)(const Request&, std::string_view parameters);
};

const std::vector<Family>& families() {
  static const std::vector<Family> list = {
      {"parity", false, {"parity", "parity", "an odd number of 1s"}, parity},
      {"mod", true, {"mod:m", "mod:3", "number of 1s divisible by m"}, mod},
      {"evenpairs",
       false,
       {"evenpairs", "evenpairs", "an even number of changes between 0 and 1"},
       evenpairs},
      {"first",
       true,
       {"first:e,f,..", "first:e,f", "words whose first letter is the first one named"},
       first},
      {"flipflop", false, {"flipflop", "flipflop", "the bit written last"}, flipflop},
      {"tomita", true, {"tomita:n", "tomita:4", "Tomita's languages 1 to 7"}, tomita},
      {"dyck",
       true,
       {"dyck:k,m", "dyck:2,3", "balanced words of k kinds of brackets, at most m deep"},
       dyck},
      {"gridworld",
       true,
       {"gridworld:n", "gridworld:9", "cell of a walker between two walls"},
       gridworld},
      {"cyclenav",
       true,
       {"cyclenav:n", "cyclenav:5", "cell of a walker on a ring of n cells"},
       cyclenav},
      {"modarith",
       true,
       {"modarith:m", "modarith:5", "value modulo m of an expression with + - *"},
       modarith},
  };
  return list;
}

}  // namespace

std::optional<Language> named_language(std::string_view name, const core::Limits& limits) {
  Request request{"language " + core::quoted(name), "", "", limits};
  const std::size_t colon = name.find(':');
  const std::string_view head = name.substr(0, colon);
  for (const Family& family : families()) {
    if (head != family.head) continue;
    const bool given = colon != std::string_view::npos;
    request.form = family.help.form;
    request.example = family.help.example;
    if (given && !family.has_parameters) {
      refuse(request, Fault::syntax, core::quoted(family.head) + " without parameters",
             core::quoted(name.substr(colon)));
    }
    if (family.has_parameters && (!given || colon + 1 == name.size())) {
      refuse(request, Fault::syntax, request.form, "no parameters");
    }
    Built built = family.build(request, given ? name.substr(colon + 1) : std::string_view{});
    Language language;
    language.name = name;
    language.summary = summary_of(built.what, built.dfa);
    language.dfa = std::move(built.dfa);
    return language;
  }
  if (name.size() > 1 && name[0] == 'T' && name[1] >= '0' && name[1] <= '9') {
    request.form = "Tn or Tn:point";
    request.example = "T4:point";
    const std::uint32_t n = number(request, head.substr(1), "n", 1, kMaxDegree);
    const std::string_view option = name.substr(head.size());
    if (!option.empty() && option != ":point") {
      refuse(request, Fault::syntax, "`:point` or nothing after " + core::quoted(head),
             core::quoted(option));
    }
    Language language = named::transformation_words(request, n, !option.empty());
    language.name = name;
    return language;
  }
  if (!begins_like_group(name)) return {};
  request.form = "GROUP[:LETTERS][:point]";
  request.example = "S5:swaps";
  Language language = named::word_problem(request, name);
  language.name = name;
  return language;
}

const std::vector<NamedFamily>& named_families() {
  static const std::vector<NamedFamily> list = [] {
    std::vector<NamedFamily> all;
    for (const Family& family : families()) all.push_back(family.help);
    const std::vector<NamedFamily> groups = {
        {"Sn", "S5", "running product of permutations of n points, n at most 9"},
        {"An", "A5", "running product of even permutations of n points, n at most 9"},
        {"Zn", "Z60", "running sum modulo n"},
        {"Dn", "D4", "running product of symmetries of an n-gon (order 2n)"},
        {"Q8", "Q8", "running product of quaternions 1, -1, i, -i, j, -j, k, -k"},
        {"GROUPxGROUP", "A4xZ5", "running product in a direct product"},
        {"GROUP:gens", "S5:gens", "the same with the standard generators as letters"},
        {"Sn:swaps", "S5:swaps", "the same with the identity and all swaps as letters"},
        {"GROUP:limit=k", "S5:limit=3",
         "the same with letters that move at most k points (Sn, An)"},
        {"GROUP[:LETTERS]:point", "S5:swaps:point",
         "the position of point 1 instead of the whole product (Sn, An, Dn)"},
    };
    all.insert(all.end(), groups.begin(), groups.end());
    all.push_back(
        {"Tn[:point]", "T4:point",
         "running product of maps of n points (all n^n of them), or where point 1 stands"});
    return all;
  }();
  return list;
}

}  // namespace statewright::automata
