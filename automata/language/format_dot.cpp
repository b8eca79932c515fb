// Graphviz DOT, as far as it describes automata. Two steps: a parser of the language (digraph, node
// and edge statements, chains, attribute lists, scoped defaults, nested subgraphs, without the use
// of subgraphs as ends of edges), then a reading of the graph as an automaton that covers our own
// dialect, plain drawings, and what AALpy and LearnLib write. Grammar and rules: FORMATS.md,
// section 3. Language: https://graphviz.org/doc/info/lang.html.

#include <algorithm>
#include <array>

#include "automata/language/dot_parser.hpp"
#include "automata/language/draft.hpp"
#include "core/text/canonical.hpp"
#include "core/text/utf8.hpp"

namespace statewright::automata::formats {
namespace {

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

bool is_empty_word(std::string_view name) {
  return name == "ε" || name == "<eps>" || name == "&epsilon;";
}

/// "left SEP right" with both sides visible.
std::optional<std::pair<std::string, std::string>> halves(std::string_view text, char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return std::nullopt;
  std::pair<std::string, std::string> parts = {trimmed(text.substr(0, at)),
                                               trimmed(text.substr(at + 1))};
  if (parts.first.empty() || parts.second.empty()) return std::nullopt;
  return parts;
}

/// Does `text` end in ": 0.25"?
bool has_probability(std::string_view text) {
  const std::size_t at = text.rfind(':');
  if (at == std::string_view::npos) return false;
  const std::string number = trimmed(text.substr(at + 1));
  return number.find_first_not_of("0123456789.") == std::string::npos &&
         std::count(number.begin(), number.end(), '.') == 1 && number.size() > 1;
}

class Reader {
 public:
  Reader(std::string_view text, std::string_view where)
      : source_(text, where, Source::Lines::any), graph_(parse_dot(source_)), draft_(source_) {}

  ParsedAutomaton read() {
    refuse_shared_bulk();
    refuse_parallel_edges();
    declared_names("letters", "letter", draft_.letters, draft_.letters_declared);
    find_roles();
    add_states();
    read_outputs();
    if (!draft_.letters_declared) refuse_other_machines();
    for (const DotEdge& edge : graph_.edges) add_edge(edge);
    if (!any_start_) {
      source_.fail(source_.end(), Fault::range, "a start state", "none",
                   "mark it with an edge from nowhere: `__start0 [shape=none, label=\"\"]; "
                   "__start0 -> q0;`");
    }
    return draft_.finish();
  }

 private:
  enum class Role { state, marker, decoration };

  // Defaults and chains let one long text stand for many; without them texts sum to at most the
  // file.
  void refuse_shared_bulk() const {
    constexpr std::size_t kMostShared = std::size_t{64} << 20;
    std::size_t sum = 0;
    for (const DotEdge& edge : graph_.edges) sum += edge.label.text.size();
    for (const DotNode& node : graph_.nodes) {
      for (const DotAttribute* attribute :
           {&node.label, &node.shape, &node.style, &node.peripheries, &node.output}) {
        sum += attribute->text.size();
      }
    }
    if (sum > source_.text().size() + kMostShared) {
      source_.fail(0, Fault::unsupported, "at most 64 MiB of text repeated by chains and defaults",
                   "more");
    }
  }

  void refuse_parallel_edges() const {
    if (!graph_.strict) return;
    std::vector<std::array<std::uint32_t, 2>> ends;
    for (const DotEdge& edge : graph_.edges) ends.push_back({edge.from, edge.to});
    std::sort(ends.begin(), ends.end());
    if (std::adjacent_find(ends.begin(), ends.end()) != ends.end()) {
      source_.fail(0, Fault::unsupported,
                   "no parallel edges in a strict digraph, which merges them", "some",
                   "leave out `strict`");
    }
  }

  // A node that no edge enters and that only edges without a letter leave marks the start.
  void find_roles() {
    const std::size_t n = graph_.nodes.size();
    std::vector<bool> entered(n), lettered(n);
    left_.assign(n, false);
    for (const DotEdge& edge : graph_.edges) {
      entered[edge.to] = true;
      left_[edge.from] = true;
      if (!silent(edge)) lettered[edge.from] = true;
    }
    for (std::uint32_t i = 0; i < n; ++i) {
      const DotNode& node = graph_.nodes[i];
      if (!entered[i] && left_[i] && !lettered[i] && !accepting(node)) {
        role_.push_back(Role::marker);
      } else if (!entered[i] && !left_[i] && hidden(node)) {
        role_.push_back(Role::decoration);
      } else {
        role_.push_back(Role::state);
      }
    }
  }

  /// Names no letter, not even one that is a declared space.
  bool silent(const DotEdge& edge) const {
    if (edge.label.html) return false;
    const std::string text = dot_label(edge.label.text);
    if (draft_.letters.find(text)) return false;
    return trimmed(text).empty() || (hidden(graph_.nodes[edge.from]) && trimmed(text) == "start");
  }

  static bool hidden(const DotNode& node) {
    const std::string_view shape = node.shape.text;
    return node.id.rfind("__start", 0) == 0 || shape == "none" || shape == "point" ||
           shape == "plaintext" || shape == "plain" ||
           node.style.text.find("invis") != std::string_view::npos;
  }

  static bool accepting(const DotNode& node) {
    return node.shape.text == "doublecircle" || node.peripheries.text == "2";
  }

  void declared_names(std::string_view key, std::string_view what, NameList& list, bool& declared) {
    const auto it = graph_.attributes.find(key);
    if (it == graph_.attributes.end()) return;
    declared = true;
    const DotAttribute& value = it->second;
    const std::string text = dot_id(value.text);
    std::string name;
    for (const Token& word : words_of(source_, text, value.at, {})) {
      if (!percent_decode(word.text, name) || !core::is_utf8(name)) {
        source_.fail(value.at, Fault::syntax, "percent-encoded names with white space between them",
                     core::quoted(word.text));
      }
      draft_.declare(list, what, name, value.at);
    }
  }

  void add_states() {
    state_.assign(graph_.nodes.size(), kNone);
    for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i) {
      if (role_[i] != Role::state) continue;
      const DotNode& node = graph_.nodes[i];
      if (!node.stated && !left_[i]) {
        source_.fail(
            node.at, Fault::range, "a state with a transition or a statement of its own",
            core::quoted(dot_id(node.id)),
            "if it is meant to have no transitions, say so with a line `" + node.id + ";`");
      }
      state_[i] = draft_.states.intern(dot_id(node.id), node.at);
      if (accepting(node)) any_accepting_ = true;
    }
  }

  /// Outputs in the node attribute `output`, as AALpy's records "q0|out", or as "q0 / out".
  void read_outputs() {
    std::vector<const DotNode*> nodes;
    for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i) {
      if (role_[i] == Role::state) nodes.push_back(&graph_.nodes[i]);
    }
    const auto has_output = [](const DotNode* node) { return node->output.given; };
    const auto is_record = [](const DotNode* node) {
      return (node->shape.text == "record" || node->shape.text == "Mrecord") && record(*node);
    };
    const auto is_slashed = [](const DotNode* node) { return slashed(*node).has_value(); };
    const bool outputs = std::any_of(nodes.begin(), nodes.end(), has_output);
    const bool records = !outputs && std::any_of(nodes.begin(), nodes.end(), is_record);
    const bool slashes = !outputs && !records && !any_accepting_ && !nodes.empty() &&
                         std::all_of(nodes.begin(), nodes.end(), is_slashed);
    bool declared = false;
    if (outputs) declared_names("outputs", "label", draft_.labels, declared);
    if (outputs || records || slashes) {
      draft_.moore = true;
      for (State q = 0; q < nodes.size(); ++q) {
        const DotNode& node = *nodes[q];
        const auto output = outputs ? given(node) : records ? record(node) : slashed(node);
        if (!output) continue;  // finish() names the state
        const auto known = draft_.labels.find(*output);
        if (!known && declared) {
          source_.fail(node.at, Fault::range, "a declared label", core::quoted(*output),
                       suggestion(*output, draft_.labels.names()));
        }
        draft_.set_output(
            q, known ? *known : draft_.declare(draft_.labels, "label", *output, node.at));
      }
      return;
    }
    for (State q = 0; q < nodes.size(); ++q) {
      if (accepting(*nodes[q])) draft_.accept(q);
    }
  }

  static std::optional<std::string> given(const DotNode& node) {
    return node.output.given ? std::optional(dot_id(node.output.text)) : std::nullopt;
  }

  /// What follows the first bar of a record's label, without record escapes.
  static std::optional<std::string> record(const DotNode& node) {
    if (!node.label.given || node.label.html) return std::nullopt;
    std::string_view text = node.label.text;
    if (text.size() >= 2 && text.front() == '{' && text.back() == '}') {
      text = text.substr(1, text.size() - 2);
    }
    std::string part;
    bool bar = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\\' && i + 1 < text.size()) {
        part += text[++i];
      } else if (text[i] == '|' && !bar) {
        bar = true;
        part.clear();
      } else {
        part += text[i];
      }
    }
    part = trimmed(part);
    return bar && !part.empty() ? std::optional(part) : std::nullopt;
  }

  static std::optional<std::string> slashed(const DotNode& node) {
    if (!node.label.given || node.label.html) return std::nullopt;
    const auto parts = halves(dot_label(node.label.text), '/');
    return parts ? std::optional(parts->second) : std::nullopt;
  }

  // Other kinds of machine write their edges in the same place. Only if all of them look so is it
  // not a matter of odd letters.
  void refuse_other_machines() const {
    bool all_slashed = true, all_probable = true, any = false;
    for (const DotEdge& edge : graph_.edges) {
      if (role_[edge.from] != Role::state || silent(edge) || edge.label.html) continue;
      any = true;
      const std::string text = trimmed(dot_label(edge.label.text));
      all_slashed = all_slashed && halves(text, '/').has_value();
      all_probable = all_probable && has_probability(text);
    }
    if (!any) return;
    const std::string hint =
        "if this is part of the letters' names, declare them in a graph "
        "attribute: letters=\"a/b c/d\"";
    if (all_slashed) {
      source_.fail(graph_.edges[0].at, Fault::unsupported, "an acceptor or a Moore machine",
                   "a Mealy machine: edges with an output", hint);
    }
    if (all_probable) {
      source_.fail(graph_.edges[0].at, Fault::unsupported, "an acceptor or a Moore machine",
                   "edges with a probability", hint);
    }
  }

  void add_edge(const DotEdge& edge) {
    if (role_[edge.from] == Role::marker) {
      draft_.add_initial(state_[edge.to]);
      any_start_ = true;
      return;
    }
    const State from = state_[edge.from], to = state_[edge.to];
    if (edge.label.html) {
      source_.fail(edge.label.at, Fault::unsupported, "letters as plain text", "an HTML label");
    }
    if (silent(edge)) {
      source_.fail(edge.at, Fault::syntax, "a label that names letters", "an edge without one",
                   "an empty move has the label ε");
    }
    for (const std::string& name : letters_of(edge.label)) {
      const bool empty = is_empty_word(name) && !draft_.letters.find(name);
      draft_.add_move(from, empty ? kEmptyMove : draft_.letter(name, edge.label.at), to, edge.at);
    }
  }

  /// A label that is a declared letter is that letter; otherwise commas and line breaks separate.
  std::vector<std::string> letters_of(const DotAttribute& label) const {
    const std::string text = dot_label(label.text), whole = trimmed(text);
    if (draft_.letters_declared && draft_.letters.find(text)) return {text};
    if (draft_.letters_declared && draft_.letters.find(whole)) return {whole};
    std::vector<std::string> names;
    for (std::size_t at = 0; at <= whole.size();) {
      const std::size_t end = std::min(whole.find_first_of(",\n", at), whole.size());
      std::string part = trimmed(std::string_view(whole).substr(at, end - at));
      if (!part.empty()) names.push_back(std::move(part));
      at = end + 1;
    }
    if (names.empty()) names.push_back(whole);  // a label that is a comma
    return names;
  }

  Source source_;
  DotGraph graph_;
  Draft draft_;
  std::vector<bool> left_;    // by node: some edge starts here
  std::vector<Role> role_;    // by node
  std::vector<State> state_;  // by node
  bool any_start_ = false, any_accepting_ = false;
};

/// As a DOT ID: bare where that is certainly the same ID for every reader of DOT.
std::string id(const std::string& name) {
  const auto word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  const bool number = name.find_first_not_of("0123456789") == std::string::npos;
  const bool starts_with_digit = name[0] >= '0' && name[0] <= '9';
  const bool bare = std::all_of(name.begin(), name.end(), word) && (number || !starts_with_digit) &&
                    !is_dot_keyword(name);
  return bare ? name : in_quotes(name);
}

/// In a record's label, where braces, bars and angles mean something.
std::string record_text(const std::string& name) {
  std::string text;
  for (const char c : name) {
    if (std::string_view("\\{}|<>").find(c) != std::string_view::npos) text += '\\';
    if (c == '"') text += '\\';  // for the DOT string around it
    text += c;
  }
  return text;
}

std::string encoded_list(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names)
    text += (text.empty() ? "" : " ") + core::percent_encode(name);
  return in_quotes(text);
}

}  // namespace

ParsedAutomaton read_dot(std::string_view text, std::string_view where) {
  return Reader(text, where).read();
}

// One statement a line and one edge for each letter, which is also what AALpy reads.
std::string write_dot(const Dfa& dfa) {
  const bool acceptor = is_acceptor(dfa);
  std::vector<std::string> ids;
  for (State q = 0; q < dfa.size(); ++q) {
    const std::string name = dfa.state_name(q);
    if (name.rfind("__start", 0) == 0) {
      cannot_write("dot", "state names that do not begin with __start", core::quoted(name));
    }
    ids.push_back(id(name));
  }
  std::string out = "digraph statewright {\nrankdir=LR;\n";
  out += "letters=" + encoded_list(dfa.letters.names()) + ";\n";
  if (!acceptor) out += "outputs=" + encoded_list(dfa.labels) + ";\n";
  for (State q = 0; q < dfa.size(); ++q) {
    const std::string name = dfa.state_name(q);
    const std::string& output = dfa.labels[dfa.output[q]];
    out += ids[q] + " [label=";
    if (acceptor) {
      out +=
          in_quotes(name) + (dfa.output[q] == kAccept ? ", shape=doublecircle" : ", shape=circle");
    } else {
      out += '"' + record_text(name) + '|' + record_text(output) +
             "\", shape=record, style=rounded, output=" + in_quotes(output);
    }
    out += "];\n";
  }
  for (State q = 0; q < dfa.size(); ++q) {
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      out += ids[q] + " -> " + ids[dfa.step(q, a)] + " [label=" + in_quotes(dfa.letters.name(a)) +
             "];\n";
    }
  }
  out +=
      "__start0 [label=\"\", shape=none];\n__start0 -> " + ids[dfa.start] + " [label=\"\"];\n}\n";
  return out;
}

}  // namespace statewright::automata::formats
