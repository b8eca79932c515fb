#include "proofs_check/verify/certificate.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "automata/language/canonical.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_canonical.hpp"
#include "core/text/canonical.hpp"
#include "core/text/digest.hpp"

namespace statewright::proofs {
namespace {

using core::Format;
using core::Semantics;

constexpr std::string_view kFirstLine = "statewright-certificate 1";
constexpr std::string_view kNoSingleLayer = "claim no-single-layer";

// The words of the grammar, in the order of the enumerations.
constexpr std::array<std::string_view, 3> kNans = {"none", "ieee", "all-ones"};
constexpr std::array<std::string_view, 4> kOverflows = {"infinity", "nan", "saturate", "wrap"};
constexpr std::array<std::string_view, 6> kRoundings = {
    "nearest-even", "nearest-away", "toward-zero", "up", "down", "to-odd"};

[[noreturn]] void refuse(std::string expected, std::string found, std::string hint = {}) {
  throw core::Error({core::Fault::unsupported, "certificate", std::move(expected), std::move(found),
                     std::move(hint)});
}

// --- the arithmetic
// ------------------------------------------------------------------------------

/// " float 8 7 127 1 1 1 ieee infinity nearest-even": a format by its parameters, never by name.
std::string spelled(const Format& format) {
  if (format.is_stochastic()) {
    refuse("a deterministic rounding", core::quoted(format.id()),
           "what a stochastic rounding does depends on the position in the word");
  }
  std::string text = format.is_fixed() ? " fixed" : " float";
  const auto add = [&](const auto& field) {
    if constexpr (std::is_convertible_v<decltype(field), std::string_view>) {
      text.append(" ").append(field);
    } else {
      text += " " + std::to_string(static_cast<int>(field));
    }
  };
  add(format.exponent_bits);
  add(format.significand_bits);
  if (!format.is_fixed()) {
    add(format.bias);
    add(format.subnormals);
    add(format.signed_zero);
    add(format.infinities);
    add(kNans[static_cast<std::size_t>(format.nans)]);
  }
  add(kOverflows[static_cast<std::size_t>(format.overflow)]);
  add(kRoundings[static_cast<std::size_t>(format.rounding)]);
  return text;
}

std::string arithmetic_lines(const Semantics& semantics) {
  if (semantics.kind == Semantics::Kind::exact) return "arithmetic exact\n";
  if (semantics.kind != Semantics::Kind::stepwise) {
    refuse("exact arithmetic, or every operation rounded on its own", core::quoted(semantics.id()),
           "the checker re-executes formats and `mixed:` only");
  }
  const auto* accumulate = std::get_if<Format>(&semantics.accumulate);
  if (accumulate == nullptr) {
    refuse("operations rounded to a number format", core::quoted(semantics.id()),
           "the checker does not know the sums of tensor cores");
  }
  return "arithmetic rounded\nio" + spelled(semantics.io) + "\nstate" + spelled(semantics.state) +
         "\naccumulate" + spelled(*accumulate) + "\nreadout" +
         (semantics.readout ? spelled(*semantics.readout) : " exact") + "\n";
}

/// Takes the first line, without its end, off the text. Nothing if no line is complete.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return {};
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

/// The fields of a format, as `spelled` writes them.
class FormatReader {
 public:
  explicit FormatReader(std::string_view line) {
    for (std::size_t begin = 0; begin <= line.size();) {
      const std::size_t end = std::min(line.find(' ', begin), line.size());
      words_.push_back(line.substr(begin, end - begin));
      begin = end + 1;
    }
  }

  std::optional<Format> read() {
    Format format;
    const bool fixed = words_.size() == 5 && words_[0] == "fixed";
    if (!fixed && (words_.size() != 10 || words_[0] != "float")) return {};
    format.kind = fixed ? Format::Kind::fixed : Format::Kind::floating;
    format.exponent_bits = number(fixed ? 53 : 11);
    format.significand_bits = number(52);
    format.bias = fixed ? 0 : number(4095);
    format.subnormals = fixed || number(1) == 1;
    format.signed_zero = !fixed && number(1) == 1;
    format.infinities = !fixed && number(1) == 1;
    format.nans = fixed ? core::Nans::none : static_cast<core::Nans>(one_of(kNans));
    format.overflow = static_cast<core::Overflow>(one_of(kOverflows));
    format.rounding = static_cast<core::Rounding>(one_of(kRoundings));
    if (!good_) return {};
    return format;
  }

 private:
  int number(int most) {
    const std::string_view word = words_[at_++];
    int value = -1;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    good_ = good_ && error == std::errc{} && end == word.data() + word.size() && value >= 0 &&
            value <= most;
    return value;
  }

  template <std::size_t size>
  std::size_t one_of(const std::array<std::string_view, size>& words) {
    const auto found = std::find(words.begin(), words.end(), words_[at_++]);
    good_ = good_ && found != words.end();
    return good_ ? static_cast<std::size_t>(found - words.begin()) : 0;
  }

  std::vector<std::string_view> words_;
  std::size_t at_ = 1;
  bool good_ = true;
};

// --- the rows
// ------------------------------------------------------------------------------------

void append_rows(const ProductRows& rows, const Model& model, bool is_exact, bool with_depths,
                 std::string& out) {
  const std::size_t letters = model.letters.size(), layers = model.layers.size();
  if (is_exact) {
    out += "denominators " + std::to_string(layers);
    for (std::size_t i = 0; i < layers; ++i) {
      out += " " + (rows.layers.empty() ? "1" : core::to_string(rows.layers[i].denominator));
    }
    out += "\n";
  }
  out += "depths " + std::to_string(with_depths ? rows.depths.size() : 0);
  if (with_depths) {
    for (const std::size_t count : rows.depths) out += " " + std::to_string(count);
  }
  out += "\nrows " + std::to_string(rows.size()) + "\n";
  const std::size_t expanded = letters == 0 ? rows.size() : rows.next.size() / letters;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    out += "row " + std::to_string(r);
    for (std::size_t i = 0; i < layers; ++i) {
      rows.layers[i].append(rows.states[r * layers + i], out);
    }
    out += " " + std::to_string(rows.automaton[r]) + "\n";
    if (r >= expanded) continue;
    out += "next";
    for (std::size_t a = 0; a < letters; ++a) {
      out += ' ';
      out += std::to_string(rows.next[r * letters + a]);
    }
    out += '\n';
  }
}

/// The certificate of a verdict about `model` as it stands: stored parameters where they are
/// rounded.
std::string written(const Verdict& verdict, const Model& model, const Dfa& automaton,
                    const Semantics& semantics) {
  const bool is_exact = semantics.kind == Semantics::Kind::exact;
  std::string out = std::string(kFirstLine) + "\nclaim ";
  out += verdict.proof() != nullptr ? "every-word\n" : "counterexample\n";
  out += arithmetic_lines(semantics);
  out += "model " + core::sha256(core::write_model_canonical(model));
  out += "\nautomaton " + core::sha256(automata::write_automaton_canonical(automaton)) + "\n";
  if (const Proof* proof = verdict.proof()) {
    if (proof->rows.size() == 0) {
      refuse("a proof that keeps its product states", "one that has only counted them",
             "there are " + std::to_string(proof->states) + ", too many to write down");
    }
    append_rows(proof->rows, model, is_exact, false, out);
  } else {
    const Counterexample& found = *verdict.witness();
    out += "word " + std::to_string(found.word.size());
    for (const Letter a : found.word) out += " " + std::to_string(a);
    out += "\noutputs " + core::percent_encode(found.network_label) + " " +
           core::percent_encode(found.automaton_label);
    // For the empty word there are no shorter ones, and so no rows.
    const bool shortest = found.rows.size() > 0 || found.word.empty();
    out += shortest ? "\nshortest 1\n" : "\nshortest 0\n";
    if (shortest) append_rows(found.rows, model, is_exact, true, out);
  }
  return out + "end\n";
}

}  // namespace

std::string write_certificate(const Verdict& verdict, const Model& model, const Dfa& automaton) {
  return write_certificate(verdict, model, automaton, Semantics{});
}

void require_certifiable(const Model& model, const Semantics& semantics) {
  arithmetic_lines(semantics);
  const bool is_exact = semantics.kind == Semantics::Kind::exact;
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    const core::Readout& readout = model.layers[i].readout;
    const bool rational = is_exact ? core::is_rational(model.layers[i])
                                   : semantics.readout || (core::all_rational(readout.c) &&
                                                           core::all_rational(readout.W.entries()));
    if (rational) continue;
    refuse(is_exact ? "a network of rational numbers" : "a readout of rational numbers",
           "cosines in layers[" + std::to_string(i) + "]",
           is_exact ? "in rounded arithmetic, such as `--arith fp64`, parameters are rational"
                    : "with a readout in fp64 (`readout=fp64`) there is a certificate");
  }
}

std::string write_certificate(const Verdict& verdict, const Model& model, const Dfa& automaton,
                              const Semantics& semantics) {
  if (verdict.unknown() != nullptr) refuse("a proved or refuted verdict", "an unknown one");
  require_certifiable(model, semantics);
  const bool is_exact = semantics.kind == Semantics::Kind::exact;
  return written(verdict, is_exact ? model : core::quantise(model, semantics), automaton,
                 semantics);
}

std::string write_impossibility_certificate(const Dfa& automaton,
                                            const automata::Obstruction& obstruction) {
  if (!automata::is_obstruction(automaton, obstruction)) {
    refuse(
        "words u, x, y, z with x and y idempotent and u x y x z and u y x z of different outputs",
        "others");
  }
  std::string out = std::string(kFirstLine) + "\n" + std::string(kNoSingleLayer) +
                    "\narithmetic exact\nautomaton " +
                    core::sha256(automata::write_automaton_canonical(automaton)) + "\n";
  const auto& [u, x, y, z] = obstruction;
  Word with_x = u, without = u;
  for (const Word* word : {&x, &y, &x, &z}) with_x.insert(with_x.end(), word->begin(), word->end());
  for (const Word* word : {&y, &x, &z}) without.insert(without.end(), word->begin(), word->end());
  for (const auto& [name, word] : {std::pair("u", &u), {"x", &x}, {"y", &y}, {"z", &z}}) {
    out += name + (" " + std::to_string(word->size()));
    for (const Letter a : *word) out += " " + std::to_string(a);
    out += "\n";
  }
  return out + "outputs " + core::percent_encode(automaton.label(with_x)) + " " +
         core::percent_encode(automaton.label(without)) + "\nend\n";
}

bool is_impossibility_certificate(std::string_view text) {
  return take_line(text) == kFirstLine && take_line(text) == kNoSingleLayer;
}

std::optional<Semantics> semantics_of_certificate(std::string_view text) {
  if (take_line(text) != kFirstLine || !take_line(text)) return {};
  const auto arithmetic = take_line(text);
  if (arithmetic == "arithmetic exact") return Semantics{};
  if (arithmetic != "arithmetic rounded") return {};
  Semantics semantics;
  semantics.kind = Semantics::Kind::stepwise;
  for (const std::string_view part : {"io ", "state ", "accumulate ", "readout "}) {
    const auto line = take_line(text);
    if (!line || !line->starts_with(part)) return {};
    const std::string_view rest = line->substr(part.size());
    if (part == "readout " && rest == "exact") return semantics;
    const auto format = FormatReader(rest).read();
    if (!format) return {};
    if (part == "io ") semantics.io = *format;
    if (part == "state ") semantics.state = *format;
    if (part == "accumulate ") semantics.accumulate = *format;
    if (part == "readout ") semantics.readout = *format;
  }
  return semantics;
}

}  // namespace statewright::proofs
