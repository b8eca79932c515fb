// A transcription, and nothing else: the records of NetworkFile.v have the fields of FORMAT.md
// section 2 in its order, so that number after number of the canonical files comes out again. What
// must not be transcribed blindly is what the files say by name: letters, which network and
// automaton may list in different orders, and labels, which become indices into the network's list
// (a label that the network lacks gets an index that no network emits).
//
// Coq's parser is the bottleneck, not its kernel: long list literals overflow its stack, and the
// states of 40,320 rows take minutes to read where computing them takes seconds. Hence chunks, and
// no states. Both were measured on Coq 8.16 (proofs_check/coq/README.md).

#include "proofs_check/coq/write_instance.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_map>
#include <vector>

#include "core/error.hpp"

namespace statewright::proofs {
namespace {

using core::Error;
using core::Fault;
using Words = std::vector<std::string_view>;

constexpr std::size_t kChunk = 600;
constexpr std::size_t kMostNumbers = 2'000'000;

/// The lines of a canonical text, one after the other, by their keyword.
class Lines {
 public:
  Lines(std::string_view text, std::string_view file) : text_(text), file_(file) {}

  /// The fields of the next line, which must begin with `keyword`; at least `least` of them.
  Words fields(std::string_view keyword, std::size_t least = 0) {
    Words words = any(keyword);
    if (words.front() != keyword) refuse(keyword, words.front());
    words.erase(words.begin());
    if (words.size() < least) refuse("more fields after " + std::string(keyword), "fewer");
    return words;
  }

  /// The next line with its keyword.
  Words any(std::string_view expected) {
    ++line_;
    const std::size_t end = text_.find('\n');
    if (end == std::string_view::npos) refuse(expected, "the end of the file");
    std::string_view line = text_.substr(0, end);
    text_.remove_prefix(end + 1);
    Words words;
    for (std::size_t begin = 0; begin <= line.size();) {
      const std::size_t space = std::min(line.find(' ', begin), line.size());
      words.push_back(line.substr(begin, space - begin));
      begin = space + 1;
    }
    return words;
  }

  std::size_t number(std::string_view word) const {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc{} || end != word.data() + word.size() || value >= (1U << 31)) {
      refuse("a count", word);
    }
    return value;
  }

  /// An integer is copied into Coq's text, so it had better be one.
  std::string_view integer(std::string_view word) const {
    std::string_view digits = word;
    if (digits.starts_with('-')) digits.remove_prefix(1);
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
      refuse("an integer", word);
    }
    return word;
  }

  [[noreturn]] void refuse(std::string_view expected, std::string_view found) const {
    throw Error({Fault::syntax, std::string(file_) + ":" + std::to_string(line_),
                 std::string(expected), core::quoted(found, 60)});
  }

 private:
  std::string_view text_, file_;
  std::size_t line_ = 0;
};

/// The text of the Coq file: definitions of chunks first, the definitions that use them later.
class Script {
 public:
  /// A list of numbers as a Coq term; `type` is what Coq calls their type.
  template <typename Text>
  std::string list(const std::vector<Text>& numbers, const std::string& name,
                   std::string_view type = "Z") {
    count(numbers.size());
    const std::string scope = type == "Z" ? "" : "%" + std::string(type);
    if (numbers.size() <= kChunk) return literal(numbers, 0, numbers.size()) + scope;
    std::string parts;
    for (std::size_t begin = 0, k = 0; begin < numbers.size(); begin += kChunk, ++k) {
      const std::string part = name + "_" + std::to_string(k);
      definitions.append("Definition ").append(part).append(" : list ").append(type);
      definitions.append(" :=\n ");
      definitions += literal(numbers, begin, std::min(begin + kChunk, numbers.size()));
      definitions.append(scope).append(".\n");
      parts += (k == 0 ? "" : "; ") + part;
    }
    return "(chunks [" + parts + "])";
  }

  void count(std::size_t more) {
    numbers_ += more;
    if (numbers_ <= kMostNumbers) return;
    throw Error({Fault::unsupported, "instance",
                 "at most " + std::to_string(kMostNumbers) + " numbers", "more",
                 "`statewright check` has no such limit"});
  }

  std::string definitions;

 private:
  template <typename Text>
  static std::string literal(const std::vector<Text>& numbers, std::size_t begin, std::size_t end) {
    std::string text = "[";
    std::size_t width = 0;
    for (std::size_t i = begin; i < end; ++i) {
      if (i > begin) text += ";";
      if (width > 88) {
        text += "\n  ";
        width = 0;
      }
      text += numbers[i];
      width += numbers[i].size() + 1;
    }
    return text + "]";
  }

  std::size_t numbers_ = 0;
};

/// Large numbers in unary are the parser's horror too.
std::string nat(std::size_t value) {
  return value <= 1000 ? std::to_string(value) : "(Z.to_nat " + std::to_string(value) + ")";
}

std::string fractions(Script& script, const Lines& lines, const Words& fields, std::size_t first,
                      const std::string& name) {
  if (fields.size() <= first) lines.refuse("a denominator", "the end of the line");
  for (std::size_t i = first; i < fields.size(); ++i) lines.integer(fields[i]);
  const Words numbers(fields.begin() + static_cast<std::ptrdiff_t>(first) + 1, fields.end());
  return "(Fractions " + std::string(fields[first]) + " " + script.list(numbers, name) + ")";
}

// --- the network
// ---------------------------------------------------------------------------------

struct Names {
  Words letters, labels;
};

std::string input_rule(Script& script, Lines& lines, const std::string& name) {
  const Words kind = lines.any("gh, diagonal or dense");
  std::string action;
  if (kind[0] == "gh") {
    if (kind.size() != 2) lines.refuse("the number of factors", "another line");
    const std::size_t factors = lines.number(kind[1]);
    action = "(Product [";
    for (std::size_t f = 0; f < factors; ++f) {
      const Words fields = lines.fields("factor", 4);
      action += (f == 0 ? "" : "; ") + ("Factor (" + std::string(lines.integer(fields[0]))) + ") " +
                std::string(lines.integer(fields[1])) + " " +
                fractions(script, lines, fields, 2, name + "_key_" + std::to_string(f));
    }
    action += "])";
  } else if (kind[0] == "diagonal" || kind[0] == "dense") {
    action = (kind[0] == "dense" ? "(Dense " : "(Diagonal ") +
             fractions(script, lines, kind, 1, name + "_matrix") + ")";
  } else {
    lines.refuse("gh, diagonal or dense", kind[0]);
  }
  const Words add = lines.fields("add", 1);
  return "Input " + action + " " +
         (add[0] == "1" ? "(Some " + fractions(script, lines, add, 1, name + "_add") + ")"
                        : "None");
}

std::string layer(Script& script, Lines& lines, std::size_t index) {
  std::string name = "layer_" + std::to_string(index);
  lines.fields("layer", 1);
  const Words state = lines.fields("state", 2);
  Words reads = lines.fields("reads", 2);
  reads.erase(reads.begin());
  for (const auto source : reads) lines.number(source);
  const Words start_fields = lines.fields("start", 2);
  const std::string start = fractions(script, lines, start_fields, 0, name + "_start");
  const std::size_t inputs = lines.number(lines.fields("inputs", 1)[0]);

  // Input rules in chunks of their own: a definition holds few of them if they are large.
  std::string rules = "[", parts;
  std::size_t in_chunk = 0, part = 0;
  const auto finish = [&] {
    const std::string chunk = name + "_inputs_" + std::to_string(part);
    script.definitions += "Definition " + chunk + " : list input_rule :=\n " + rules + "].\n";
    parts += (part++ == 0 ? "" : "; ") + chunk;
    rules = "[";
    in_chunk = 0;
  };
  for (std::size_t x = 0; x < inputs; ++x) {
    lines.fields("input", 1);
    const std::string rule = input_rule(script, lines, name + "_input_" + std::to_string(x));
    if (in_chunk > 0) rules += ";\n  ";
    rules += rule;
    in_chunk += 1 + static_cast<std::size_t>(std::count(rule.begin(), rule.end(), ';'));
    if (in_chunk >= kChunk) finish();
  }
  if (in_chunk > 0) finish();

  const std::string outputs = nat(lines.number(lines.fields("readout", 1)[0]));
  const std::string weights =
      fractions(script, lines, lines.fields("weights", 2), 0, name + "_weights");
  const std::string bias = fractions(script, lines, lines.fields("bias", 2), 0, name + "_bias");
  script.definitions +=
      "Definition " + name + " : file_layer := Layer " + nat(lines.number(state[0])) + " " +
      nat(lines.number(state[1])) + " " + script.list(reads, name + "_reads", "nat") + "\n " +
      start + "\n (chunks [" + parts + "])\n " + outputs + "\n " + weights + "\n " + bias + ".\n";
  return name;
}

Names network(Script& script, std::string_view text) {
  Lines lines(text, "model");
  lines.fields("statewright-model", 1);
  Names names{lines.fields("letters", 1), lines.fields("labels", 1)};
  names.letters.erase(names.letters.begin());
  names.labels.erase(names.labels.begin());
  const std::size_t layers = lines.number(lines.fields("layers", 1)[0]);
  std::string list;
  for (std::size_t i = 0; i < layers; ++i) {
    list += (i == 0 ? "" : "; ") + layer(script, lines, i);
  }
  lines.fields("end");
  script.definitions += "Definition the_network : network := Network " + nat(names.letters.size()) +
                        " " + nat(names.labels.size()) + " [" + list + "].\n\n";
  return names;
}

// --- the automaton
// -------------------------------------------------------------------------------

/// A state or row of the files, which count from 0, as one of Coq's, which count from 1.
std::string one_more(std::size_t index) { return std::to_string(index + 1); }

void automaton(Script& script, std::string_view text, const Names& names) {
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
  std::vector<std::string> label_of;  // in the network's numbering
  for (std::size_t m = 0; m < labels.size(); ++m) {
    const auto found = label_index.find(labels[m]);
    label_of.push_back(
        std::to_string(found != label_index.end() ? found->second : names.labels.size() + m));
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
}

// --- the certificate
// -----------------------------------------------------------------------------

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
    throw Error({Fault::unsupported, "certificate",
                 "formats of IEEE 754 style, rounded to nearest, ties to even", "another",
                 "Coq knows fp64, fp32, tf32, bf16, fp16, e5m2 and their like; `statewright check` "
                 "knows all formats"});
  }
  return "(Format " + std::to_string(significand + 1) + " " +
         std::to_string(std::size_t{1} << (exponent - 1)) + ")";
}

struct Claim {
  bool rounded = false;
  std::size_t rows = 0;
};

Claim certificate(Script& script, std::string_view text, const Names& names) {
  Lines lines(text, "certificate");
  lines.fields("statewright-certificate", 1);
  const Words claim = lines.fields("claim", 1);
  if (claim[0] != "every-word") {
    throw Error({Fault::unsupported, "certificate", "the claim every-word", core::quoted(claim[0]),
                 "only what holds for every word becomes a theorem here"});
  }
  Claim result;
  result.rounded = lines.fields("arithmetic", 1)[0] == "rounded";
  std::string formats;
  if (result.rounded) {
    for (const std::string_view part : {"io", "state", "accumulate"}) {
      formats += format(lines, lines.fields(part, 1)) + " ";
    }
    const Words readout = lines.fields("readout", 1);
    formats += readout[0] == "exact" ? "None" : "(Some " + format(lines, readout) + ")";
  }
  lines.fields("model", 1);
  lines.fields("automaton", 1);
  Words denominators;
  if (!result.rounded) {
    denominators = lines.fields("denominators", 1);
    denominators.erase(denominators.begin());
    for (const auto d : denominators) lines.integer(d);
  }
  lines.fields("depths", 1);
  result.rows = lines.number(lines.fields("rows", 1)[0]);

  std::vector<std::string> table;
  for (std::size_t r = 0; r < result.rows; ++r) {
    table.push_back(one_more(lines.number(lines.fields("row", 2).back())));
    const Words next = lines.fields("next");
    if (next.size() != names.letters.size()) lines.refuse("a row for each letter", "others");
    for (const auto row : next) table.push_back(one_more(lines.number(row)));
  }
  lines.fields("end");

  const std::string term = script.list(table, "table", "positive");
  script.definitions += "Definition the_rows : list (positive * list positive) :=\n table_rows " +
                        nat(result.rows) + " " + nat(names.letters.size()) + "\n  " + term +
                        ".\n\n";
  if (result.rounded) {
    script.definitions += "Definition the_formats : formats := Formats " + formats + ".\n\n";
  } else {
    script.definitions += "Definition the_denominators : list positive :=\n " +
                          script.list(denominators, "denominators", "positive") + ".\n\n";
  }
  return result;
}

}  // namespace

std::string write_coq_instance(const CanonicalTexts& texts) {
  Script script;
  const Names names = network(script, texts.model);
  automaton(script, texts.automaton, names);
  const Claim claim = certificate(script, texts.certificate, names);
  const std::string letters = nat(names.letters.size());
  std::string out =
      "(* For every word this network outputs what this automaton does, " +
      std::string(claim.rounded ? "every operation rounded" : "in exact arithmetic") + ": " +
      std::to_string(claim.rows) +
      " rows.\n   Network and automaton are model.sw and automaton.sw, number by number "
      "(NetworkFile.v). *)\n"
      "From Coq Require Import ZArith List.\n"
      "From Statewright Require Import LrnnCert LayerStack NetworkFile " +
      std::string(claim.rounded ? "RoundedNetwork" : "ExactNetwork") +
      ".\nImport ListNotations.\nLocal Open Scope Z_scope.\n\n" + script.definitions;
  if (claim.rounded) {
    out +=
        "Theorem every_word : rounded_agrees the_formats the_network the_automaton.\n"
        "Proof.\n"
        "  refine (rounded_check_sound the_formats the_network the_automaton the_rows _).\n";
  } else {
    out += "Theorem every_word : forall w, Forall (fun x => (x < " + letters +
           ")%nat) w ->\n  exact_output the_network w = dfa_out the_automaton w.\n"
           "Proof.\n"
           "  refine (exact_check_sound the_network the_denominators the_automaton the_rows _).\n";
  }
  out += "  vm_cast_no_check (eq_refl true).\nQed.\n";
  return out + "Print Assumptions every_word.\n";
}

std::string write_coq_readme(const CanonicalTexts& texts, std::string_view subject) {
  const bool rounded = texts.certificate.find("\narithmetic rounded\n") != std::string::npos;
  return std::string(subject) + ", on words of every length, " +
         (rounded ? "every operation rounded" : "in exact arithmetic") +
         ": a theorem for Coq.\n\n"
         "Instance.v      states and proves it; the last line of coqc's answer should be\n"
         "                \"Closed under the global context\": no axiom was used\n"
         "model.sw        the network, automaton.sw the automaton: compare them with Instance.v\n"
         "instance.cert   the certificate, for statewright-check\n\n"
         "  coqc -Q THEORIES Statewright Instance.v\n"
         "  statewright-check instance.cert --model model.sw --automaton automaton.sw\n\n"
         "THEORIES is the folder of the compiled library: proofs_check/coq/theories of the\n"
         "sources after `./dev coq`. Written for Coq 8.16.\n";
}

}  // namespace statewright::proofs
