#include "proofs_check/theorems/stability_certificate.hpp"

#include "proofs_check/theorems/certificate_lines.hpp"

namespace statewright::proofs {

using core::Rational;

namespace {

/// " NUM DEN"
std::string fraction(const Rational& value) {
  return " " + core::to_string(core::numerator_of(value)) + " " +
         core::to_string(core::denominator_of(value));
}

std::string part_lines(const FormPart& part) {
  std::string text = "layer " + std::to_string(part.layer) + "\nform" +
                     joined(part.form.entries()) + "\nleast" + fraction(part.least) + "\n" +
                     squares_lines(part.above) + "inputs " + std::to_string(part.inputs.size()) +
                     "\n";
  for (const InputContraction& one : part.inputs) {
    text +=
        "input " + std::to_string(one.input) + fraction(one.q) + "\n" + squares_lines(one.squares);
  }
  if (!part.states) return text + "states 0\n";
  const auto& center = part.states->center.entries();
  const core::Integer denominator = core::common_denominator(center);
  text += "states 1" + fraction(part.states->square) + "\ncenter " + core::to_string(denominator);
  core::append_scaled(center, denominator, text);
  return text + "\n";
}

}  // namespace

std::vector<const FormPart*> form_parts(const std::vector<LayerStability>& layers) {
  std::vector<const FormPart*> parts;
  for (const LayerStability& layer : layers) {
    if (layer.common) parts.push_back(&*layer.common);
    for (const FormPart& part : layer.single) parts.push_back(&part);
  }
  return parts;
}

std::string write_bounded_certificate(const core::Model& model,
                                      const std::vector<const FormPart*>& parts) {
  std::string text =
      certificate_head(model, "bounded") + "parts " + std::to_string(parts.size()) + "\n";
  for (const FormPart* part : parts) text += part_lines(*part);
  return text + "end\n";
}

std::string write_unbounded_certificate(const core::Model& model, std::size_t layer,
                                        const GrowingWord& word) {
  return certificate_head(model, "unbounded") + "layer " + std::to_string(layer) + "\nproduct " +
         std::to_string(word.inputs.size()) + joined(word.inputs) + "\nform" +
         joined(word.growth.form.entries()) + "\ngrowth" + fraction(word.growth.growth) + "\n" +
         squares_lines(word.growth.squares) + "vector" + joined(word.start) + "\nend\n";
}

}  // namespace statewright::proofs
