// JFLAP's XML (.jff) of finite automata and Moore machines, versions 4 to 7. Letters that JFLAP
// itself would read character by character need a list of letters, an element that JFLAP ignores
// and our writer always adds. Grammar: FORMATS.md, section 6.

#include <algorithm>

#include "automata/language/draft.hpp"
#include "automata/language/xml_reader.hpp"
#include "core/text/utf8.hpp"

namespace statewright::automata::formats {
namespace {

class Reader {
 public:
  Reader(std::string_view text, std::string_view where)
      : source_(text, where, Source::Lines::any), xml_(source_), draft_(source_) {}

  ParsedAutomaton read() {
    XmlEvent event = xml_.next();
    if (event.text != "structure") {
      source_.fail(event.at, Fault::syntax, "the element <structure> of JFLAP", tag(event));
    }
    const At structure = event.at;
    bool automaton = false;
    for (event = xml_.next(); event.kind != XmlEvent::Kind::close; event = xml_.next()) {
      if (event.kind != XmlEvent::Kind::open) continue;
      if (event.text == "type") {
        type(event);
      } else if (event.text == "automaton") {
        if (automaton) source_.fail(event.at, Fault::range, "one <automaton>", "a second");
        automaton = true;
        contents();
      } else {
        content(event);  // JFLAP 4 has no <automaton>
      }
    }
    xml_.next();  // the end, or an error
    if (!typed_) source_.fail(structure, Fault::syntax, "the element <type>", "none");
    return resolve();
  }

 private:
  struct ReadState {
    std::string id, name;
    bool named = false, initial = false, final = false;
    std::optional<std::string> output;
    At at = 0;
  };
  struct Text {
    std::string text;
    At at = 0;
    bool given = false;
  };
  struct Move {
    Text from, to, letter;
    At at = 0;
  };

  static std::string tag(const XmlEvent& event) { return core::quoted("<" + event.text + ">"); }

  void type(const XmlEvent& event) {
    if (typed_) source_.fail(event.at, Fault::range, "one <type>", "a second");
    typed_ = true;
    const Text kind = leaf(event);
    draft_.moore = kind.text == "moore";
    if (kind.text != "fa" && kind.text != "moore") {
      source_.fail(kind.at, Fault::unsupported, "the type fa or moore", core::quoted(kind.text));
    }
  }

  void contents() {
    for (XmlEvent event = xml_.next(); event.kind != XmlEvent::Kind::close; event = xml_.next()) {
      if (event.kind == XmlEvent::Kind::open) content(event);
    }
  }

  void content(const XmlEvent& event) {
    if (event.text == "state") {
      state(event);
    } else if (event.text == "transition") {
      transition(event);
    } else if (event.text == "alphabet") {
      draft_.letters_declared = true;
      names(draft_.letters, "letter");
    } else if (event.text == "outputs") {
      outputs_declared_ = true;
      names(draft_.labels, "label");
    } else if (event.text == "block") {
      source_.fail(event.at, Fault::unsupported, "states without blocks inside", tag(event));
    } else {
      skip();  // notes and the like
    }
  }

  void skip() {
    for (std::size_t depth = 1; depth > 0;) {
      const XmlEvent event = xml_.next();
      if (event.kind == XmlEvent::Kind::open) ++depth;
      if (event.kind == XmlEvent::Kind::close) --depth;
    }
  }

  /// The text of an element that holds nothing else.
  Text leaf(const XmlEvent& event) {
    Text text{{}, event.at, true};
    for (XmlEvent next = xml_.next(); next.kind != XmlEvent::Kind::close; next = xml_.next()) {
      if (next.kind == XmlEvent::Kind::open) {
        source_.fail(next.at, Fault::syntax, "text in <" + event.text + ">", tag(next));
      }
      text.text = next.text;
      text.at = next.at;
    }
    return text;
  }

  void once(Text& slot, const XmlEvent& event) {
    if (slot.given) source_.fail(event.at, Fault::range, "one <" + event.text + ">", "a second");
    slot = leaf(event);
  }

  /// <letter>..</letter> or <label>..</label>, up to the end of the list.
  void names(NameList& list, const std::string& element) {
    for (XmlEvent event = xml_.next(); event.kind != XmlEvent::Kind::close; event = xml_.next()) {
      if (event.kind == XmlEvent::Kind::text &&
          event.text.find_first_not_of(" \t\r\n") == std::string::npos) {
        continue;  // JFLAP ends its lines with &#13;
      }
      if (event.text != element || event.kind != XmlEvent::Kind::open) {
        source_.fail(event.at, Fault::syntax, "<" + element + ">", core::quoted(event.text));
      }
      const Text name = leaf(event);
      draft_.declare(list, element, name.text, name.at);
    }
  }

  void state(const XmlEvent& open) {
    ReadState state;
    state.at = open.at;
    const std::string* id = open.attribute("id");
    if (id == nullptr || id->empty()) {
      source_.fail(open.at, Fault::syntax, "the attribute id of a state", "none");
    }
    state.id = *id;
    if (const std::string* name = open.attribute("name"); name != nullptr && !name->empty()) {
      state.name = *name;
      state.named = true;
    }
    for (XmlEvent event = xml_.next(); event.kind != XmlEvent::Kind::close; event = xml_.next()) {
      if (event.kind != XmlEvent::Kind::open) continue;
      if (event.text == "initial") {
        state.initial = true;
        skip();
      } else if (event.text == "final") {
        state.final = true;
        skip();
      } else if (event.text == "output") {
        Text output{{}, 0, state.output.has_value()};
        once(output, event);
        state.output = output.text;
      } else {
        skip();  // coordinates, labels
      }
    }
    states_.push_back(std::move(state));
  }

  void transition(const XmlEvent& open) {
    Move move;
    move.at = open.at;
    for (XmlEvent event = xml_.next(); event.kind != XmlEvent::Kind::close; event = xml_.next()) {
      if (event.kind != XmlEvent::Kind::open) continue;
      if (event.text == "from") {
        once(move.from, event);
      } else if (event.text == "to") {
        once(move.to, event);
      } else if (event.text == "read") {
        once(move.letter, event);
      } else {
        skip();  // <transout> repeats the target's output
      }
    }
    for (const auto& [text, element] :
         {std::pair(&move.from, "<from>"), std::pair(&move.to, "<to>"),
          std::pair(&move.letter, "<read>")}) {
      if (!text->given) source_.fail(open.at, Fault::syntax, std::string(element), "none");
    }
    moves_.push_back(std::move(move));
  }

  ParsedAutomaton resolve() {
    const bool named = std::any_of(states_.begin(), states_.end(),
                                   [](const ReadState& state) { return state.named; });
    NameList ids;
    for (State q = 0; q < states_.size(); ++q) {
      const ReadState& state = states_[q];
      draft_.declare(ids, "state", state.id, state.at);
      std::string name = state.named ? state.name : std::to_string(q);
      if (named && !state.named) name = "q" + state.id;  // as JFLAP does
      draft_.declare(draft_.states, "state name", name, state.at);
      if (state.initial) draft_.add_initial(q);
      draft_.moore ? set_output(q) : accept(q);
    }
    const auto end = [&](const Text& text) {
      if (const auto q = ids.find(text.text)) return *q;
      source_.fail(text.at, Fault::range, "the id of a state", core::quoted(text.text),
                   suggestion(text.text, ids.names()));
    };
    for (const Move& move : moves_) {
      const State from = end(move.from), to = end(move.to);
      draft_.add_move(from, letter(move.letter), to, move.at);
    }
    return draft_.finish();
  }

  void accept(State q) {
    if (states_[q].final) draft_.accept(q);
  }

  void set_output(State q) {
    const ReadState& state = states_[q];
    if (!state.output) return;  // finish() names the state
    const auto known = draft_.labels.find(*state.output);
    if (!known && (outputs_declared_ || state.output->empty())) {
      source_.fail(state.at, Fault::range,
                   outputs_declared_ ? "a declared label" : "an output that is not empty",
                   core::quoted(*state.output), suggestion(*state.output, draft_.labels.names()));
    }
    draft_.set_output(
        q, known ? *known : draft_.declare(draft_.labels, "label", *state.output, state.at));
  }

  Letter letter(const Text& text) {
    if (text.text.empty()) return kEmptyMove;
    if (!draft_.letters_declared && core::utf8_count(text.text) > 1) {
      source_.fail(text.at, Fault::unsupported, "a single character in <read>",
                   core::quoted(text.text),
                   "JFLAP reads it character by character; if it is one letter, list all letters: "
                   "<alphabet><letter>..</letter></alphabet> in <structure>");
    }
    return draft_.letter(text.text, text.at);
  }

  Source source_;
  XmlReader xml_;
  Draft draft_;
  bool typed_ = false, outputs_declared_ = false;
  std::vector<ReadState> states_;
  std::vector<Move> moves_;
};

}  // namespace

ParsedAutomaton read_jff(std::string_view text, std::string_view where) {
  return Reader(text, where).read();
}

std::string write_jff(const Dfa& dfa) {
  const bool acceptor = is_acceptor(dfa);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n<structure>\n";
  out += std::string("\t<type>") + (acceptor ? "fa" : "moore") + "</type>\n\t<alphabet>\n";
  for (const std::string& name : dfa.letters.names()) {
    out += "\t\t<letter>" + xml_text(name) + "</letter>\n";
  }
  out += "\t</alphabet>\n";
  if (!acceptor) {
    out += "\t<outputs>\n";
    for (const std::string& name : dfa.labels) out += "\t\t<label>" + xml_text(name) + "</label>\n";
    out += "\t</outputs>\n";
  }
  out += "\t<automaton>\n";
  for (State q = 0; q < dfa.size(); ++q) {
    const std::string id = std::to_string(q);
    out += "\t\t<state id=\"" + id + '"';
    if (!dfa.state_names.empty()) out += " name=\"" + xml_text(dfa.state_names[q]) + '"';
    // A grid to start from; JFLAP can arrange it better.
    out += "><x>" + std::to_string(100 + 120 * (q % 8)) + ".0</x><y>" +
           std::to_string(100 + 120 * (q / 8)) + ".0</y>";
    if (q == dfa.start) out += "<initial/>";
    if (acceptor && dfa.output[q] == kAccept) out += "<final/>";
    if (!acceptor) out += "<output>" + xml_text(dfa.labels[dfa.output[q]]) + "</output>";
    out += "</state>\n";
  }
  for (State q = 0; q < dfa.size(); ++q) {
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      const State to = dfa.step(q, a);
      out += "\t\t<transition><from>" + std::to_string(q) + "</from><to>" + std::to_string(to) +
             "</to><read>" + xml_text(dfa.letters.name(a)) + "</read>";
      if (!acceptor) out += "<transout>" + xml_text(dfa.labels[dfa.output[to]]) + "</transout>";
      out += "</transition>\n";
    }
  }
  return out + "\t</automaton>\n</structure>\n";
}

}  // namespace statewright::automata::formats
