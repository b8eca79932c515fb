// Seeded mutations of valid automaton files. Whatever comes out of them must either be refused with
// an Error or be a sound automaton that survives being written and read again.

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "automata/language/formats.hpp"
#include "automata/language/nfa.hpp"
#include "automata/language/random_dfa.hpp"
#include "core/error.hpp"
#include "core/text/file.hpp"
#include "tests/catch.hpp"

using namespace statewright::automata;
using statewright::core::Error;

namespace {

struct Sample {
  FileFormat format;
  std::string text;
};

std::vector<Sample> samples() {
  std::vector<Sample> list;
  const std::string folder = std::string(STATEWRIGHT_SOURCE_DIR) + "/tests/automata/data/";
  for (const char* name : {"parity.dfa", "latch.dfa", "partial.json", "plain.dot", "aalpy_dfa.dot",
                           "aalpy_moore.dot", "learnlib_moore.dot", "empty_move.fsm",
                           "ends_in_ab.mata", "jflap7.jff", "jflap4_moore.jff", "parity.sw"}) {
    list.push_back({file_format_from_path(name), statewright::core::read_file(folder + name)});
  }
  Dfa dfa = random_dfa(6, 3, 1);
  dfa.letters = Alphabet({"a", "b,\"c\" #", "\xC3\xA9%"});
  for (const FileFormat format : {FileFormat::dfa, FileFormat::json, FileFormat::dot,
                                  FileFormat::mata, FileFormat::jff, FileFormat::canonical}) {
    list.push_back({format, write_automaton(dfa, format)});
  }
  list.push_back({FileFormat::fsm, write_automaton(random_dfa(6, 3, 1), FileFormat::fsm)});
  return list;
}

/// One small change of a kind that files suffer.
void mutate(std::string& text, SplitMix64& draw, const std::vector<Sample>& others) {
  if (text.empty()) text = "x";
  const std::size_t at = draw() % text.size();
  const std::size_t length = 1 + draw() % 12;
  const auto line = [&](std::size_t i) {
    const std::size_t newline = text.rfind('\n', i);
    const std::size_t begin = newline == std::string::npos || newline == i ? 0 : newline + 1;
    const std::size_t end = std::min(text.find('\n', i), text.size() - 1) + 1;
    return text.substr(begin, end > begin ? end - begin : 0);
  };
  static constexpr std::string_view kMarks =
      "\"\\<>&;,[]{}=:%#@*-+ \t\r\n/.0123456789aqs\x00\xFF\xC3";
  switch (draw() % 9) {
    case 0:
      text[at] = static_cast<char>(text[at] ^ static_cast<char>(1U << draw() % 8));
      break;
    case 1:
      text.erase(at, length);
      break;
    case 2:
      text.resize(at);
      break;
    case 3:
      text.insert(at, line(draw() % text.size()));
      break;
    case 4:
      text.insert(at, 1, kMarks[draw() % kMarks.size()]);
      break;
    case 5:
      text[at] = kMarks[draw() % kMarks.size()];
      break;
    case 6:
      text.insert(draw() % text.size(), text.substr(at, length));
      break;
    case 7:
      std::swap(text[at], text[draw() % text.size()]);
      break;
    default: {
      const std::string& other = others[draw() % others.size()].text;
      text.insert(at, other.substr(draw() % other.size(), length));
    }
  }
}

bool is_sound(const Nfa& nfa) {
  const std::size_t n = nfa.size(), k = nfa.letters.size();
  if (n == 0 || nfa.accepting.size() != n || nfa.initial.empty()) return false;
  if (!nfa.state_names.empty() && nfa.state_names.size() != n) return false;
  for (const State q : nfa.initial) {
    if (q >= n) return false;
  }
  for (const auto& edges : nfa.edges) {
    if (!std::is_sorted(edges.begin(), edges.end())) return false;
    for (const Nfa::Edge& edge : edges) {
      if (edge.letter >= k || edge.target >= n) return false;
    }
  }
  return true;
}

bool is_deterministic(const Nfa& nfa) {
  if (nfa.initial.size() != 1) return false;
  return std::all_of(nfa.edges.begin(), nfa.edges.end(), [](const auto& edges) {
    return std::adjacent_find(edges.begin(), edges.end(), [](const auto& a, const auto& b) {
             return a.letter == b.letter;
           }) == edges.end();
  });
}

Dfa total(const ParsedAutomaton& parsed) {
  if (const auto* nfa = std::get_if<Nfa>(&parsed)) return complete(*nfa);
  return std::get<Dfa>(parsed);
}

}  // namespace

TEST_CASE("formats: mutated files are refused or read soundly", "[automata][fuzz][standard]") {
  const std::vector<Sample> all = samples();
  std::size_t refused = 0, read = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
      SplitMix64 draw(seed * 1000 + i);
      Sample sample = all[i];
      for (std::uint64_t changes = 1 + draw() % 3; changes > 0; --changes) {
        mutate(sample.text, draw, all);
      }
      INFO("sample " << i << ", seed " << seed << ", format " << name_of(sample.format));
      ParsedAutomaton parsed;
      try {
        parsed = read_automaton(sample.text, sample.format, "fuzz");
      } catch (const Error& error) {
        ++refused;
        if (error.facts().where.substr(0, 5) != "fuzz:") FAIL(error.what());
        continue;
      }
      ++read;
      if (const auto* nfa = std::get_if<Nfa>(&parsed)) {
        if (!is_sound(*nfa)) FAIL("an unsound automaton from " << sample.text);
        if (!is_deterministic(*nfa)) continue;
      }
      const Dfa dfa = total(parsed);
      validate(dfa, "fuzz");
      try {
        const std::string again = write_automaton(dfa, sample.format);
        Dfa back = total(read_automaton(again, sample.format, "again"));
        Dfa kept = dfa;  // without what the format has no place for
        if (sample.format == FileFormat::fsm) kept.state_names.clear();
        if (!(back == kept)) FAIL("changed by a round trip: " << sample.text);
      } catch (const Error& error) {
        if (error.facts().fault != statewright::core::Fault::unsupported) FAIL(error.what());
      }
    }
  }
  CHECK(refused > 1000);  // the mutations bite,
  CHECK(read > 1000);     // and do not only break
}

TEST_CASE("formats: every prefix of a file is refused or read", "[automata][fuzz][quick]") {
  for (const Sample& sample : samples()) {
    for (std::size_t length = 0; length < sample.text.size(); ++length) {
      try {
        read_automaton(std::string_view(sample.text).substr(0, length), sample.format, "cut");
        // Only formats without a closing mark can be cut unnoticed, and the others after it.
        const bool open = sample.format == FileFormat::dfa || sample.format == FileFormat::fsm ||
                          sample.format == FileFormat::mata;
        const bool only_space = sample.text.find_first_not_of(" \r\n", length) == std::string::npos;
        INFO(name_of(sample.format) << " cut at " << length);
        if (!open && !only_space) FAIL("a truncated file was read");
      } catch (const Error&) {
        continue;
      }
    }
  }
  SUCCEED();
}

TEST_CASE("formats: arbitrary bytes are refused or read", "[automata][fuzz][quick]") {
  SplitMix64 draw(5);
  for (int i = 0; i < 3000; ++i) {
    INFO("draw " << i);
    std::string text(draw() % 64, '\0');
    for (char& c : text) c = static_cast<char>(draw() % 3 == 0 ? draw() % 256 : 32 + draw() % 96);
    for (const FileFormat format :
         {FileFormat::dfa, FileFormat::json, FileFormat::dot, FileFormat::fsm, FileFormat::mata,
          FileFormat::jff, FileFormat::canonical}) {
      try {
        read_automaton(text, format, "noise");
      } catch (const Error& error) {
        if (error.facts().where.substr(0, 6) != "noise:") FAIL(error.what());
      }
    }
  }
  SUCCEED();
}
