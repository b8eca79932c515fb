#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/output.hpp"
#include "cli/text.hpp"
#include "core/lrnn/model.hpp"
#include "proofs_check/theorems/products.hpp"

namespace statewright::cli {

/// Exact numbers as JSON has them: strings.
template <class Numbers>
JsonOut strings_json(const Numbers& numbers) {
  JsonOut list = JsonOut::array();
  for (const auto& number : numbers) list.push_back(core::to_string(number));
  return list;
}

/// "-1/10", "-0.618033988749895 (a root of t^2 - t - 1)", "0.5 +- 0.866025403784439 i (roots of
/// ..)".
std::string eigenvalue_text(const proofs::Eigenvalue& eigenvalue);

/// "the letter a", "the letters a, b"; nothing for none.
std::string letters_text(const std::vector<std::string>& names);

/// A product of matrices by the inputs that it belongs to, "A(1) A(0)": the first applied stands
/// last.
std::string product_text(const core::Model& model, std::size_t layer,
                         const std::vector<std::size_t>& inputs);

/// What decided about a layer: "single factor", "triangular in one order", ..
std::string method_text(const proofs::LayerSpectra& spectra);

/// "real, >= 0", "real", "negative", "not real", "undecided".
std::string spectra_text(const proofs::LayerSpectra& spectra);

/// A layer under a letter, some product of which violates.
struct Violation {
  core::Letter letter = 0;
  const proofs::LayerSpectra* spectra = nullptr;
};

/// The eigenvalues that violate, a line each with its place, for the first few.
std::string violations_text(const core::Model& model, const std::vector<Violation>& violations);

/// Lines of report_line broken at `width` columns; lines that begin with a space are left alone.
std::string wrapped_report(const std::string& text, std::size_t width);

/// What an answer rests on: the theorem, and its name in the Coq library, null if `coq` is empty.
JsonOut theorem_json(const std::string& because, const std::string& coq);

/// All that is known of a layer's products under one letter.
JsonOut spectra_json(const core::Model& model, const proofs::LayerSpectra& spectra);

/// --refutation FILE: the evidence that an eigenvalue is not as a theorem needs it.
Flag refutation_flag();
/// Where it goes, if it was asked for. Errors: as Output; Error{syntax} for standard output.
std::optional<Output> refutation_output(const Args& args);
/// Writes the evidence of the first violation, or a note that there is none. Returns whether it was
/// written. `network` is the file that the network is from.
bool write_refutation(const Output& output, const core::Model& model,
                      const proofs::LayerSpectra* violation, const std::string& network,
                      Streams& io);

}  // namespace statewright::cli
