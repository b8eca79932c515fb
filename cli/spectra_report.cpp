#include "cli/spectra_report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "cli/decimals.hpp"
#include "core/error.hpp"
#include "proofs_check/theorems/spectrum_certificate.hpp"

namespace statewright::cli {

using core::Integer;
using core::Rational;
using proofs::Eigenvalue;
using proofs::Interval;
using proofs::LayerSpectra;
using proofs::Spectra;

namespace {

std::string decimal(const Interval& x) { return decimal_text(x.middle(), 15); }

std::string polynomial_text(const std::vector<Integer>& coefficients) {
  std::string text;
  for (std::size_t i = coefficients.size(); i-- > 0;) {
    const Integer& c = coefficients[i];
    if (c == 0) continue;
    text += text.empty() ? (c < 0 ? "-" : "") : (c < 0 ? " - " : " + ");
    const Integer size = abs(c);
    if (size != 1 || i == 0) text += core::to_string(size) + (i == 0 ? "" : " ");
    if (i > 0) text += i == 1 ? "t" : "t^" + std::to_string(i);
  }
  return text;
}

JsonOut interval_json(const Interval& x) {
  return {core::to_string(x.lower), core::to_string(x.upper)};
}

JsonOut eigenvalue_json(const Eigenvalue& eigenvalue) {
  JsonOut object;
  object["exact"] =
      eigenvalue.exact ? JsonOut(core::to_string(*eigenvalue.exact)) : JsonOut(nullptr);
  object["real"] = interval_json(eigenvalue.real);
  object["imaginary"] = interval_json(eigenvalue.imaginary);
  if (!eigenvalue.polynomial.empty()) {
    object["root_of"] = strings_json(eigenvalue.polynomial);
  }
  return object;
}

}  // namespace

std::string eigenvalue_text(const Eigenvalue& eigenvalue) {
  if (eigenvalue.exact) return core::to_string(*eigenvalue.exact);
  std::string text = decimal(eigenvalue.real);
  // An interval around 0 that is not 0 has no decimal digits to show.
  if (eigenvalue.real.lower <= 0 && eigenvalue.real.upper >= 0) text = "0";
  if (!eigenvalue.is_real()) text += " +- " + decimal(eigenvalue.imaginary) + " i";
  constexpr std::size_t kTerms = 6;
  if (!eigenvalue.polynomial.empty() && eigenvalue.polynomial.size() <= kTerms) {
    text += eigenvalue.is_real() ? " (a root of " : " (roots of ";
    text += polynomial_text(eigenvalue.polynomial) + ")";
  }
  return text;
}

std::string letters_text(const std::vector<std::string>& names) {
  if (names.empty()) return "";
  return (names.size() == 1 ? "the letter " : "the letters ") + names_text(names);
}

std::string product_text(const core::Model& model, std::size_t layer,
                         const std::vector<std::size_t>& inputs) {
  constexpr std::size_t kShown = 8;
  std::string text;
  for (std::size_t k = inputs.size(); k-- > 0;) {
    if (inputs.size() - k > kShown) return text + " .. (" + counted(inputs.size(), "factor") + ")";
    const std::string name = core::input_name(model, layer, inputs[k]);
    text += (text.empty() ? "A" : " A") + (name.front() == '(' ? name : "(" + name + ")");
  }
  return text;
}

std::string method_text(const LayerSpectra& spectra) {
  if (spectra.common_order) return "triangular in one order";
  std::vector<std::string> methods;
  for (const proofs::InputProduct& product : spectra.products) {
    const std::string& method = product.spectrum.method;
    if (std::find(methods.begin(), methods.end(), method) == methods.end()) {
      methods.push_back(method);
    }
  }
  return methods.empty() ? "-" : names_text(methods);
}

std::string spectra_text(const LayerSpectra& spectra) {
  if (const proofs::InputProduct* product = spectra.violation()) {
    const auto& eigenvalue = product->spectrum.verdict.witness()->eigenvalue;
    if (!eigenvalue) return spectra.demand == Spectra::real ? "not real" : "not all >= 0";
    return eigenvalue->is_real() ? "negative" : "not real";
  }
  if (spectra.unknown) return "undecided";
  return spectra.demand == Spectra::real ? "real" : "real, >= 0";
}

namespace {

/// The eigenvalue that violates, in words with its place.
std::string violation_text(const core::Model& model, core::Letter letter,
                           const LayerSpectra& spectra) {
  const proofs::InputProduct& product = *spectra.violation();
  const proofs::SpectrumViolation& found = *product.spectrum.verdict.witness();
  std::string text = found.eigenvalue
                         ? eigenvalue_text(*found.eigenvalue)
                         : std::string(spectra.demand == Spectra::real ? "one that is not real"
                                                                       : "one that is not >= 0");
  text += " of " + product_text(model, spectra.layer, product.inputs) + " in layer " +
          std::to_string(spectra.layer) + ", under the letter " +
          core::quoted(model.letters.name(letter));
  if (product.inputs.size() == 1) {
    const auto factors =
        core::factor_count(model.layers[spectra.layer].table[product.inputs.front()]);
    if (factors && *factors > 0) text += ", a product of " + counted(*factors, "factor");
  }
  return text;
}

}  // namespace

std::string violations_text(const core::Model& model, const std::vector<Violation>& violations) {
  constexpr std::size_t kShown = 6;
  std::string text;
  for (std::size_t k = 0; k < std::min(kShown, violations.size()); ++k) {
    text += report_line("eigenvalue",
                        violation_text(model, violations[k].letter, *violations[k].spectra));
  }
  if (violations.size() > kShown) {
    text +=
        report_line("", "and " + counted(violations.size() - kShown, "other") + ", with --json");
  }
  return text;
}

std::string wrapped_report(const std::string& text, std::size_t width) {
  constexpr std::size_t kMargin = 12;
  const std::size_t columns = std::min<std::size_t>(std::max<std::size_t>(width, 50), 100);
  std::string result;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    if (line.size() <= columns || line.front() == ' ') {
      result += line + "\n";
      continue;
    }
    const std::string lines = wrapped(line.substr(kMargin), columns, kMargin);
    result += line.substr(0, kMargin) + lines.substr(kMargin);
  }
  return result;
}

JsonOut theorem_json(const std::string& because, const std::string& coq) {
  return {{"because", because}, {"coq", coq.empty() ? JsonOut(nullptr) : JsonOut(coq)}};
}

JsonOut spectra_json(const core::Model& model, const LayerSpectra& spectra) {
  JsonOut object;
  object["layer"] = spectra.layer;
  object["length"] = spectra.length;
  object["demand"] = spectra.demand == Spectra::real ? "real" : "nonnegative";
  object["outcome"] = spectra.violation() != nullptr ? "refuted"
                      : spectra.unknown              ? "unknown"
                                                     : "proved";
  object["inputs"] = JsonOut::array();
  for (const std::size_t x : spectra.inputs) {
    object["inputs"].push_back(core::input_name(model, spectra.layer, x));
  }
  object["products"] = spectra.common_order ? JsonOut(nullptr) : JsonOut(spectra.products.size());
  object["method"] = method_text(spectra);
  if (const proofs::InputProduct* product = spectra.violation()) {
    const proofs::SpectrumViolation& found = *product->spectrum.verdict.witness();
    JsonOut violation;
    violation["product"] = JsonOut::array();
    for (const std::size_t x : product->inputs) {
      violation["product"].push_back(core::input_name(model, spectra.layer, x));
    }
    violation["eigenvalue"] =
        found.eigenvalue ? eigenvalue_json(*found.eigenvalue) : JsonOut(nullptr);
    violation["block"] = found.block;
    if (found.hankel) {
      violation["hankel"] = *found.hankel;
      violation["q"] = strings_json(found.q);
    }
    object["violation"] = std::move(violation);
  } else if (spectra.unknown) {
    object["limit"] = spectra.unknown->hit.limit;
    object["raise"] = spectra.unknown->hit.raise;
    object["reached"] = spectra.unknown->reached;
  }
  return object;
}

Flag refutation_flag() {
  return {.name = "--refutation",
          .value = "FILE",
          .what = "write the evidence for an eigenvalue that is not as needed, for the checker",
          .more = "A vector on which a trace-Hankel matrix of the first product shown is negative.",
          .completes = Completes::file};
}

std::optional<Output> refutation_output(const Args& args) {
  if (!args.has("--refutation")) return {};
  if (args.value("--refutation") == "-") {
    throw core::Error({core::Fault::syntax, args.command(), "a file name after `--refutation`",
                       "standard output"});
  }
  Output output = *Output::beside_json(args, "--refutation");
  if (output.is_same_file(args.value("--certificate").value_or("-"))) {
    throw core::Error({core::Fault::syntax, args.command(),
                       "two files after `--certificate` and `--refutation`",
                       core::quoted(output.path()) + " for both"});
  }
  return output;
}

bool write_refutation(const Output& output, const core::Model& model, const LayerSpectra* violation,
                      const std::string& network, Streams& io) {
  if (violation == nullptr) {
    io.note("no refutation written: no eigenvalue was found that is not as needed");
    return false;
  }
  output.write(proofs::write_eigenvalue_certificate(model, *violation), io);
  if (network != "-") {
    io.hint("`statewright check " + shell_quoted(output.path()) + " --model " +
            shell_quoted(network) + "` has the eigenvalue checked independently");
  }
  return true;
}

}  // namespace statewright::cli
