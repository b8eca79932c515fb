#include "proofs_check/coq/subject.hpp"

#include <vector>

#include "core/error.hpp"

namespace statewright::proofs::coq {
namespace {

/// "(Format 8 128)" of "float 8 7 127 1 1 1 ieee infinity nearest-even".
std::string format(const Lines& lines, const Words& fields) {
  const bool shaped = fields.size() == 10 && fields[0] == "float";
  const std::size_t exponent = shaped ? lines.number(fields[1]) : 0;
  const std::size_t significand = shaped ? lines.number(fields[2]) : 0;
  const Words rest(fields.begin() + (shaped ? 4 : 0), fields.end());
  const bool ieee = shaped && exponent >= 2 && exponent <= 11 &&
                    lines.number(fields[3]) == (std::size_t{1} << (exponent - 1)) - 1 &&
                    rest == Words{"1", "1", "1", "ieee", "infinity", "nearest-even"};
  if (!ieee) {
    throw core::Error(
        {core::Fault::unsupported, "certificate",
         "formats of IEEE 754 style, rounded to nearest, ties to even", "another",
         "Coq knows fp64, fp32, tf32, bf16, fp16, e5m2 and their like; `statewright check` "
         "knows all formats"});
  }
  return "(Format " + std::to_string(significand + 1) + " " +
         std::to_string(std::size_t{1} << (exponent - 1)) + ")";
}

}  // namespace

std::string one_more(std::size_t index) { return std::to_string(index + 1); }

LabelIndices automaton(Script& script, std::string_view text, const Names& names) {
  Lines lines(text, "automaton");
  lines.fields("statewright-automaton", 1);
  Words letters = lines.fields("letters", 1), labels = lines.fields("labels", 1);
  letters.erase(letters.begin());
  labels.erase(labels.begin());
  const std::size_t states = lines.number(lines.fields("states", 1)[0]);
  const std::size_t start = lines.number(lines.fields("start", 1)[0]);

  const auto index_in = [](const Words& list) {
    std::unordered_map<std::string_view, std::size_t> index;
    for (std::size_t i = 0; i < list.size(); ++i) index.emplace(list[i], i);
    return index;
  };
  const auto letter_index = index_in(letters), label_index = index_in(names.labels);
  std::vector<std::size_t> order;  // the network's letters, as the automaton numbers them
  for (const auto letter : names.letters) {
    const auto found = letter_index.find(letter);
    if (found == letter_index.end()) lines.refuse("the letter " + std::string(letter), "none");
    order.push_back(found->second);
  }
  if (letters.size() != order.size()) lines.refuse("the network's letters", "more of them");
  LabelIndices numbering;
  std::vector<std::string> label_of;
  for (std::size_t m = 0; m < labels.size(); ++m) {
    const auto found = label_index.find(labels[m]);
    const std::size_t index = found != label_index.end() ? found->second : names.labels.size() + m;
    numbering.emplace(labels[m], index);
    label_of.push_back(std::to_string(index));
  }

  std::vector<std::string> next, output;
  for (std::size_t q = 0; q < states; ++q) {
    const Words fields = lines.fields("state", 2 + letters.size());
    const std::size_t label = lines.number(fields[1]);
    if (label >= label_of.size()) lines.refuse("a label", fields[1]);
    output.push_back(label_of[label]);
    for (const std::size_t letter : order) {
      const std::size_t state = lines.number(fields[2 + letter]);
      if (state >= states) lines.refuse("a state", fields[2 + letter]);
      next.push_back(one_more(state));
    }
  }
  lines.fields("end");
  const std::string next_term = script.list(next, "automaton_next", "positive");
  const std::string output_term = script.list(output, "automaton_output");
  script.definitions += "Definition the_automaton : dfa := DFA " + nat(order.size()) + " " +
                        one_more(start) + "\n (mk_map (rows_of " + nat(states) + " " +
                        nat(order.size()) + "\n  " + next_term + "))\n (mk_map (map Z.to_nat\n  " +
                        output_term + ")).\n\n";
  return numbering;
}

Names names_of_automaton(std::string_view text) {
  Lines lines(text, "automaton");
  lines.fields("statewright-automaton", 1);
  Names names;
  names.letters = lines.fields("letters", 1);
  names.labels = lines.fields("labels", 1);
  names.letters.erase(names.letters.begin());
  names.labels.erase(names.labels.begin());
  return names;
}

void word(Script& script, Lines& lines, const std::string& name) {
  Words letters = lines.fields(name, 1);
  if (lines.number(letters[0]) + 1 != letters.size()) {
    lines.refuse("as many letters as the line says", "others");
  }
  letters.erase(letters.begin());
  for (const auto letter : letters) lines.number(letter);
  const std::string term = script.list(letters, "letters_" + name, "nat");
  script.definitions += "Definition word_" + name + " : list nat := " + term + ".\n";
}

std::string outputs(Lines& lines, const LabelIndices& labels) {
  std::string text;
  for (const auto label : lines.fields("outputs", 2)) {
    const auto found = labels.find(label);
    if (found == labels.end()) lines.refuse("a label of the automaton", label);
    text += " " + nat(found->second) + "%nat";
  }
  return text;
}

std::string arithmetic(Lines& lines) {
  std::string formats;
  if (lines.fields("arithmetic", 1)[0] != "rounded") return formats;
  for (const std::string_view part : {"io", "state", "accumulate"}) {
    formats += format(lines, lines.fields(part, 1)) + " ";
  }
  const Words readout = lines.fields("readout", 1);
  return formats + (readout[0] == "exact" ? "None" : "(Some " + format(lines, readout) + ")");
}

Words denominators_of(Lines& lines) {
  Words denominators = lines.fields("denominators", 1);
  denominators.erase(denominators.begin());
  for (const auto d : denominators) lines.integer(d);
  return denominators;
}

}  // namespace statewright::proofs::coq
