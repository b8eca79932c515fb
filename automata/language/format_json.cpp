// "statewright.dfa/1": the fields of Dfa, name for name. Grammar: FORMATS.md, section 2.

#include "automata/language/draft.hpp"
#include "core/text/json.hpp"

namespace statewright::automata::formats {
namespace {

using core::Json;
using core::JsonDocument;

constexpr std::string_view kSchema = "statewright.dfa/1";

std::vector<std::string> distinct_names(const JsonDocument& document, const Json& list,
                                        const std::string& what) {
  NameList seen;
  for (const Json& entry : document.array(list)) {
    const std::string name = document.string(entry);
    const bool letter = what == "letter";
    if (name.empty() || (letter && has_control(name))) {
      document.fail(entry, Fault::syntax,
                    "a " + what + (letter ? " without control characters" : " with a name"),
                    core::quoted(name));
    }
    if (seen.find(name)) {
      document.fail(entry, Fault::range, "each " + what + " once",
                    "a second " + core::quoted(name));
    }
    seen.intern(name, 0);
  }
  return seen.names();
}

std::uint32_t below(const JsonDocument& document, const Json& value, std::size_t limit,
                    const std::string& what) {
  const std::size_t number = document.count(value);
  if (number >= limit) {
    document.fail(value, Fault::range, what + " below " + std::to_string(limit),
                  std::to_string(number));
  }
  return static_cast<std::uint32_t>(number);
}

}  // namespace

ParsedAutomaton read_json(std::string_view text, std::string_view where) {
  const JsonDocument document(text, where);
  const Json& root = document.object(document.root());
  const Json& schema = document.member(root, "schema");
  if (document.string(schema) != kSchema) {
    document.fail(schema, Fault::syntax, '"' + std::string(kSchema) + '"',
                  core::quoted(document.string(schema)));
  }
  document.only_keys(root,
                     {"schema", "letters", "labels", "start", "output", "next", "state_names"});

  Dfa dfa;
  dfa.letters = Alphabet(distinct_names(document, document.member(root, "letters"), "letter"));
  const Json* labels = document.find(root, "labels");
  dfa.labels = labels == nullptr ? acceptor_labels() : distinct_names(document, *labels, "label");
  const Json& outputs = document.array(document.member(root, "output"));
  const std::size_t n = outputs.size(), k = dfa.letters.size();
  if (n == 0) document.fail(outputs, Fault::range, "at least one state", "none");
  if (n >= kNone) document.fail(outputs, Fault::range, "fewer than 2^32 - 1 states", "more");
  for (const Json& output : outputs) {
    dfa.output.push_back(below(document, output, dfa.labels.size(), "an index of a label"));
  }
  dfa.start = below(document, document.member(root, "start"), n, "a state");
  const Json& rows = document.array(document.member(root, "next"));
  if (rows.size() != n) {
    document.fail(rows, Fault::shape, "a row for each of " + std::to_string(n) + " states",
                  std::to_string(rows.size()) + " rows");
  }
  const bool acceptor = is_acceptor(dfa);
  for (const Json& row : rows) {
    if (document.array(row).size() != k) {
      document.fail(row, Fault::shape, "a successor for each of " + std::to_string(k) + " letters",
                    std::to_string(row.size()) + " successors");
    }
    for (const Json& target : row) {
      const bool none = acceptor && target.is_null();  // a partial acceptor
      dfa.next.push_back(none ? kNone : below(document, target, n, "a state"));
    }
  }
  if (const Json* names = document.find(root, "state_names")) {
    dfa.state_names = document.strings(*names);
    if (dfa.state_names.size() != n) {
      document.fail(*names, Fault::shape, "a name for each of " + std::to_string(n) + " states",
                    std::to_string(dfa.state_names.size()) + " names");
    }
  }
  if (!acceptor) return dfa;

  Nfa nfa;
  nfa.letters = dfa.letters;
  nfa.state_names = dfa.state_names;
  nfa.initial = {dfa.start};
  nfa.edges.resize(n);
  for (State q = 0; q < n; ++q) {
    nfa.accepting.push_back(dfa.output[q] == kAccept);
    for (Letter a = 0; a < k; ++a) {
      if (const State to = dfa.step(q, a); to != kNone) nfa.edges[q].push_back({a, to});
    }
  }
  return nfa;
}

std::string write_json(const Dfa& dfa) {
  Json root = Json::object();
  root["schema"] = kSchema;
  root["letters"] = dfa.letters.names();
  root["labels"] = dfa.labels;
  root["start"] = dfa.start;
  root["output"] = dfa.output;
  Json rows = Json::array();
  for (State q = 0; q < dfa.size(); ++q) {
    Json row = Json::array();
    for (Letter a = 0; a < dfa.letters.size(); ++a) row.push_back(dfa.step(q, a));
    rows.push_back(std::move(row));
  }
  root["next"] = std::move(rows);
  if (!dfa.state_names.empty()) root["state_names"] = dfa.state_names;
  return core::write_json(root);
}

}  // namespace statewright::automata::formats
