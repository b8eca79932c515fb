#include "core/lrnn/model.hpp"

#include <algorithm>
#include <unordered_set>

#include "core/error.hpp"

namespace statewright::core {
namespace {

std::string shape(std::size_t rows, std::size_t columns) {
  return std::to_string(rows) + "x" + std::to_string(columns);
}

class Validator {
 public:
  Validator(const Model& model, std::string_view where) : model_(model), where_(where) {}

  void run() const {
    if (model_.labels.empty()) fail(Fault::shape, "labels", "at least one label", "none");
    std::unordered_set<std::string_view> seen;
    for (const std::string& label : model_.labels) {
      if (label.empty()) fail(Fault::range, "labels", "labels with a name", "an empty one");
      if (!seen.insert(label).second) {
        fail(Fault::range, "labels", "each label once", "a second " + core::quoted(label));
      }
    }
    if (model_.layers.empty()) fail(Fault::shape, "layers", "at least one layer", "none");
    for (std::size_t i = 0; i < model_.layers.size(); ++i) layer(i);
    const std::size_t outputs = model_.layers.back().readout.c.size();
    if (outputs != model_.labels.size()) {
      fail(Fault::shape, "layers[" + std::to_string(model_.layers.size() - 1) + "].readout",
           "one score for each of the " + std::to_string(model_.labels.size()) + " labels",
           std::to_string(outputs));
    }
  }

 private:
  [[noreturn]] void fail(Fault fault, const std::string& part, std::string expected,
                         std::string found) const {
    throw Error({fault, where_ + ": " + part, std::move(expected), std::move(found)});
  }

  void matrix(const Matrix<Real>& m, std::size_t rows, std::size_t columns,
              const std::string& part) const {
    if (m.rows() != rows || m.columns() != columns) {
      fail(Fault::shape, part, "a " + shape(rows, columns) + " matrix",
           "a " + shape(m.rows(), m.columns()) + " matrix");
    }
  }

  void layer(std::size_t index) const {
    const Layer& layer = model_.layers[index];
    const std::string part = "layers[" + std::to_string(index) + "]";
    if (layer.n == 0 || layer.d == 0) {
      fail(Fault::shape, part + ".start", "a state with at least one entry",
           shape(layer.n, layer.d));
    }
    if (layer.reads.empty()) fail(Fault::shape, part + ".reads", "at least one source", "none");
    for (const Source& source : layer.reads) {
      if (source.layer && *source.layer >= index) {
        fail(Fault::range, part + ".reads", "the token or an earlier layer",
             "layer " + std::to_string(*source.layer));
      }
    }
    matrix(layer.start, layer.n, layer.d, part + ".start");
    const std::size_t inputs = input_count(model_, index);
    if (layer.table.size() != inputs) {
      fail(Fault::shape, part + ".transitions",
           std::to_string(inputs) + " transitions, one per input",
           std::to_string(layer.table.size()));
    }
    for (std::size_t x = 0; x < inputs; ++x) {
      transition(layer, layer.table[x],
                 part + ".transitions on " + core::quoted(input_name(model_, index, x)));
    }
    const std::size_t outputs = layer.readout.c.size();
    if (outputs == 0) fail(Fault::shape, part + ".readout", "at least one output", "none");
    matrix(layer.readout.W, outputs, layer.n * layer.d, part + ".readout.scores");
  }

  void transition(const Layer& layer, const Transition& transition, const std::string& part) const {
    if (const auto* product = std::get_if<GhProduct>(&transition.A)) {
      for (std::size_t f = 0; f < product->factors.size(); ++f) {
        const std::string factor = part + ".gh[" + std::to_string(f) + "].v";
        const std::vector<Real>& v = product->factors[f].v;
        if (v.size() != layer.n) {
          fail(Fault::shape, factor, std::to_string(layer.n) + " entries",
               std::to_string(v.size()));
        }
        if (std::all_of(v.begin(), v.end(), [](const Real& x) { return x == 0; })) {
          fail(Fault::range, factor, "a vector other than zero", "zero");
        }
      }
    } else if (const auto* diagonal = std::get_if<Diagonal>(&transition.A)) {
      if (diagonal->entries.size() != layer.n) {
        fail(Fault::shape, part + ".diagonal", std::to_string(layer.n) + " entries",
             std::to_string(diagonal->entries.size()));
      }
    } else {
      matrix(std::get<Dense>(transition.A).matrix, layer.n, layer.n, part + ".dense");
    }
    if (transition.B) matrix(*transition.B, layer.n, layer.d, part + ".add");
  }

  const Model& model_;
  std::string where_;
};

}  // namespace

std::size_t input_count(const Model& model, std::size_t index) {
  constexpr std::size_t kMost = std::size_t{1} << 31U;
  std::size_t count = 1;
  for (const Source& source : model.layers[index].reads) {
    const std::size_t symbols =
        source.layer ? model.layers[*source.layer].readout.c.size() : model.letters.size();
    if (symbols == 0) return 0;
    count = symbols > kMost / count ? kMost : count * symbols;
  }
  return count;
}

std::string input_name(const Model& model, std::size_t index, std::size_t input) {
  const std::vector<Source>& reads = model.layers[index].reads;
  std::vector<std::string> parts(reads.size());
  for (std::size_t s = reads.size(); s-- > 0;) {
    const std::size_t radix =
        reads[s].layer ? model.layers[*reads[s].layer].readout.c.size() : model.letters.size();
    const std::size_t digit = input % radix;
    input /= radix;
    parts[s] =
        reads[s].layer ? std::to_string(digit) : model.letters.name(static_cast<Letter>(digit));
  }
  if (parts.size() == 1) return parts[0];
  std::string name = "(";
  for (const std::string& part : parts) name += (name.size() == 1 ? "" : ", ") + part;
  return name + ")";
}

void validate(const Model& model, std::string_view where) { Validator(model, where).run(); }

Matrix<Real> to_matrix(const Transition& transition, std::size_t n) {
  if (const auto* product = std::get_if<GhProduct>(&transition.A)) {
    Matrix<Real> m = Matrix<Real>::identity(n);
    for (const Householder& factor : product->factors) apply(factor, m);
    return m;
  }
  if (const auto* diagonal = std::get_if<Diagonal>(&transition.A)) {
    Matrix<Real> m(n, n);
    for (std::size_t i = 0; i < n; ++i) m(i, i) = diagonal->entries[i];
    return m;
  }
  return std::get<Dense>(transition.A).matrix;
}

bool is_rational(const Layer& layer) noexcept {
  for (const Transition& transition : layer.table) {
    if (transition.B && !all_rational(transition.B->entries())) return false;
    if (const auto* product = std::get_if<GhProduct>(&transition.A)) {
      for (const Householder& factor : product->factors) {
        if (!factor.beta.is_rational() || !all_rational(factor.v)) return false;
      }
    } else if (const auto* diagonal = std::get_if<Diagonal>(&transition.A)) {
      if (!all_rational(diagonal->entries)) return false;
    } else if (!all_rational(std::get<Dense>(transition.A).matrix.entries())) {
      return false;
    }
  }
  return all_rational(layer.start.entries()) && all_rational(layer.readout.W.entries()) &&
         all_rational(layer.readout.c);
}

std::optional<std::size_t> factor_count(const Transition& transition) {
  if (const auto* product = std::get_if<GhProduct>(&transition.A)) return product->factors.size();
  if (const auto* diagonal = std::get_if<Diagonal>(&transition.A)) {
    return static_cast<std::size_t>(std::count_if(diagonal->entries.begin(),
                                                  diagonal->entries.end(),
                                                  [](const Real& entry) { return entry != 1; }));
  }
  return {};
}

Cost cost_of(const Model& model) {
  Cost cost;
  cost.layers = model.layers.size();
  cost.factors_per_token = 0;
  for (const Layer& layer : model.layers) {
    cost.dimension += layer.n * layer.d;
    for (const Transition& transition : layer.table) {
      const auto factors = factor_count(transition);
      if (!factors) {
        cost.factors_per_token.reset();
      } else if (cost.factors_per_token) {
        cost.factors_per_token = std::max(*cost.factors_per_token, *factors);
      }
    }
  }
  return cost;
}

}  // namespace statewright::core
