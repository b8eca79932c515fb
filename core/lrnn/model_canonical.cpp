#include "core/lrnn/model_canonical.hpp"

#include "core/text/canonical.hpp"

namespace statewright::core {
namespace {

/// " DEN INT*": the entries over their least common denominator.
std::string over_denominator(const std::vector<Real>& entries) {
  const Integer denominator = common_denominator(entries);
  std::string line = " " + to_string(denominator);
  append_scaled(entries, denominator, line);
  return line + "\n";
}

std::string names(std::string_view keyword, const std::vector<std::string>& list) {
  std::string line = std::string(keyword) + " " + std::to_string(list.size());
  for (const std::string& name : list) line += " " + percent_encode(name);
  return line + "\n";
}

void write(const Transition& transition, std::string& out) {
  if (const auto* product = std::get_if<GhProduct>(&transition.A)) {
    out += "gh " + std::to_string(product->factors.size()) + "\n";
    for (const Householder& factor : product->factors) {
      const Rational& beta = factor.beta.rational();
      out += "factor " + to_string(numerator_of(beta)) + " " + to_string(denominator_of(beta));
      // Exactly, the factor is the same whatever the length of v; rounded, it is not.
      out += over_denominator(factor.v);
    }
  } else if (const auto* diagonal = std::get_if<Diagonal>(&transition.A)) {
    out += "diagonal" + over_denominator(diagonal->entries);
  } else {
    out += "dense" + over_denominator(std::get<Dense>(transition.A).matrix.entries());
  }
  out += transition.B ? "add 1" + over_denominator(transition.B->entries()) : "add 0\n";
}

}  // namespace

std::string write_model_canonical(const Model& model) {
  std::string out = "statewright-model 1\n";
  out += names("letters", model.letters.names());
  out += names("labels", model.labels);
  out += "layers " + std::to_string(model.layers.size()) + "\n";
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    const Layer& layer = model.layers[i];
    out += "layer " + std::to_string(i) + "\n";
    out += "state " + std::to_string(layer.n) + " " + std::to_string(layer.d) + "\n";
    out += "reads " + std::to_string(layer.reads.size());
    for (const Source& source : layer.reads) {
      out += " " + std::to_string(source.layer ? *source.layer + 1 : 0);
    }
    out += "\nstart" + over_denominator(layer.start.entries());
    out += "inputs " + std::to_string(layer.table.size()) + "\n";
    for (std::size_t x = 0; x < layer.table.size(); ++x) {
      out += "input " + std::to_string(x) + "\n";
      write(layer.table[x], out);
    }
    out += "readout " + std::to_string(layer.readout.c.size()) + "\n";
    out += "weights" + over_denominator(layer.readout.W.entries());
    out += "bias" + over_denominator(layer.readout.c);
  }
  return out + "end\n";
}

}  // namespace statewright::core
