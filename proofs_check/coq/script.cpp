// A transcription, and nothing else: the records of NetworkFile.v have the fields of FORMAT.md
// section 2 in its order, so that number after number of the canonical files comes out again.
//
// Coq's parser is the bottleneck, not its kernel: long list literals overflow its stack. Hence
// chunks, measured on Coq 8.16 (proofs_check/coq/README.md).

#include "proofs_check/coq/script.hpp"

#include <algorithm>
#include <charconv>

#include "core/error.hpp"

namespace statewright::proofs::coq {

using core::Error;
using core::Fault;

Words Lines::fields(std::string_view keyword, std::size_t least) {
  Words words = any(keyword);
  if (words.front() != keyword) refuse(keyword, words.front());
  words.erase(words.begin());
  if (words.size() < least) refuse("more fields after " + std::string(keyword), "fewer");
  return words;
}

Words Lines::any(std::string_view expected) {
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

std::size_t Lines::number(std::string_view word) const {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size() || value >= (1U << 31)) {
    refuse("a count", word);
  }
  return value;
}

std::string_view Lines::integer(std::string_view word) const {
  std::string_view digits = word;
  if (digits.starts_with('-')) digits.remove_prefix(1);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
    refuse("an integer", word);
  }
  return word;
}

void Lines::refuse(std::string_view expected, std::string_view found) const {
  throw Error({Fault::syntax, std::string(file_) + ":" + std::to_string(line_),
               std::string(expected), core::quoted(found, 60)});
}

Lines certificate_lines(std::string_view certificate, std::string_view claim,
                        std::string_view subject) {
  Lines lines(certificate, "certificate");
  lines.fields("statewright-certificate", 1);
  const Words found = lines.fields("claim", 1);
  if (found[0] != claim) {
    throw Error({Fault::unsupported, "certificate", "the claim " + std::string(claim),
                 core::quoted(found[0]), std::string(kClaimsOfCoq)});
  }
  lines.fields("arithmetic", 1);
  lines.fields(subject, 1);
  return lines;
}

namespace {

constexpr std::size_t kMostNumbers = 2'000'000;

template <typename Text>
std::string literal(const std::vector<Text>& numbers, std::size_t begin, std::size_t end) {
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

template <typename Text>
std::string list_of(Script& script, const std::vector<Text>& numbers, const std::string& name,
                    std::string_view type) {
  script.count(numbers.size());
  const std::string scope = type == "Z" ? "" : "%" + std::string(type);
  if (numbers.size() <= kChunk) return literal(numbers, 0, numbers.size()) + scope;
  std::string parts;
  for (std::size_t begin = 0, k = 0; begin < numbers.size(); begin += kChunk, ++k) {
    const std::string part = name + "_" + std::to_string(k);
    script.definitions.append("Definition ").append(part).append(" : list ").append(type);
    script.definitions.append(" :=\n ");
    script.definitions += literal(numbers, begin, std::min(begin + kChunk, numbers.size()));
    script.definitions.append(scope).append(".\n");
    parts += (k == 0 ? "" : "; ") + part;
  }
  return "(chunks [" + parts + "])";
}

}  // namespace

std::string Script::list(const Words& numbers, const std::string& name, std::string_view type) {
  return list_of(*this, numbers, name, type);
}

std::string Script::list(const std::vector<std::string>& numbers, const std::string& name,
                         std::string_view type) {
  return list_of(*this, numbers, name, type);
}

void Script::count(std::size_t more) {
  numbers_ += more;
  if (numbers_ <= kMostNumbers) return;
  throw Error({Fault::unsupported, "instance",
               "at most " + std::to_string(kMostNumbers) + " numbers", "more",
               "`statewright check` has no such limit"});
}

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

namespace {

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

}  // namespace

Names network(Script& script, std::string_view text) {
  Lines lines(text, "model");
  lines.fields("statewright-model", 1);
  Names names{lines.fields("letters", 1), lines.fields("labels", 1), 0};
  names.letters.erase(names.letters.begin());
  names.labels.erase(names.labels.begin());
  names.layers = lines.number(lines.fields("layers", 1)[0]);
  std::string list;
  for (std::size_t i = 0; i < names.layers; ++i) {
    list += (i == 0 ? "" : "; ") + layer(script, lines, i);
  }
  lines.fields("end");
  script.definitions += "Definition the_network : network := Network " + nat(names.letters.size()) +
                        " " + nat(names.labels.size()) + " [" + list + "].\n\n";
  return names;
}

}  // namespace statewright::proofs::coq
