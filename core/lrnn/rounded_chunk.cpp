// Semantics `chunk`: the products of factors within a chunk in WY form, as chunked training kernels
// evaluate the delta rule, with the order of operations that rounded.hpp states.

#include "core/error.hpp"
#include "core/lrnn/rounded_evaluator.hpp"

namespace statewright::core::detail {
namespace {

struct ChunkFactor {
  std::vector<double> key;
  double scale = 0;
};

struct ChunkTransition {
  std::vector<ChunkFactor> factors;
  std::optional<Matrix<double>> B;
};

ChunkTransition store(const Transition& transition, const Format& format) {
  ChunkTransition result;
  for (const Householder& factor : std::get<GhProduct>(transition.A).factors) {
    result.factors.push_back({stored(factor.v, format), stored(scale_of(factor), format)});
  }
  if (transition.B) result.B = stored(*transition.B, format);
  return result;
}

class Chunk final : public LayerEvaluator {
 public:
  Chunk(const Layer& layer, const Semantics& semantics)
      : fl_(semantics.state, {semantics.state}),
        letters_(static_cast<std::size_t>(semantics.chunk)),
        start_(stored(layer.start, semantics.state)) {
    for (const Transition& transition : layer.table) {
      table_.push_back(store(transition, semantics.state));
    }
  }

  Matrix<double> start(LayerMemory& memory, Draw&) const override {
    memory = ChunkMemory{start_, {}, {}};
    return start_;
  }

  Matrix<double> next(const Matrix<double>& before, std::size_t input, LayerMemory& memory,
                      Draw& draw) const override {
    auto& chunk = std::get<ChunkMemory>(memory);
    const ChunkTransition& transition = table_[input];
    Matrix<double> h = before;  // what the items before this letter have made of the start
    for (std::size_t i = 0; i < transition.factors.size(); ++i) {
      const std::vector<double>& key = transition.factors[i].key;
      std::vector<double> w;
      for (std::size_t c = 0; c < h.columns(); ++c) {
        const double u = project(key, c, chunk, draw);
        w.push_back(fl_.mul(transition.factors[i].scale, u, draw));
        for (std::size_t r = 0; r < h.rows(); ++r) {
          h(r, c) = fl_.sub(h(r, c), fl_.mul(key[r], w.back(), draw), draw);
        }
      }
      chunk.items.push_back({input, i, std::move(w)});
    }
    if (transition.B) {
      for (std::size_t e = 0; e < h.entries().size(); ++e) {
        h.entries()[e] = fl_.add(h.entries()[e], transition.B->entries()[e], draw);
      }
      chunk.items.push_back({input, transition.factors.size(), {}});
    }
    chunk.inputs.push_back(input);
    if (chunk.inputs.size() == letters_) memory = ChunkMemory{h, {}, {}};
    return h;
  }

  /// The chunk's start, how many letters it has, and those that do something, in order: of letters
  /// without factors and addition it does not matter where they stand.
  std::string key(const Matrix<double>&, const LayerMemory& memory) const override {
    const auto& chunk = std::get<ChunkMemory>(memory);
    std::string key = bytes_of(chunk.start) + std::to_string(chunk.inputs.size()) + ":";
    for (const std::size_t input : chunk.inputs) {
      if (!table_[input].factors.empty() || table_[input].B) key += std::to_string(input) + " ";
    }
    return key + ";";
  }

 private:
  /// dot(key, column) of anything that has entries (r).
  template <class Column>
  double dot(const std::vector<double>& key, const Column& column, Draw& draw) const {
    double s = fl_.mul(key[0], column(0), draw);
    for (std::size_t r = 1; r < key.size(); ++r) {
      s = fl_.add(s, fl_.mul(key[r], column(r), draw), draw);
    }
    return s;
  }

  /// key . (state now), from the chunk's start and the items since.
  double project(const std::vector<double>& key, std::size_t c, const ChunkMemory& chunk,
                 Draw& draw) const {
    double u = dot(
        key, [&](std::size_t r) { return chunk.start(r, c); }, draw);
    for (const ChunkMemory::Item& item : chunk.items) {
      const ChunkTransition& from = table_[item.input];
      if (item.index < from.factors.size()) {
        const std::vector<double>& other = from.factors[item.index].key;
        const double gram = dot(
            key, [&](std::size_t r) { return other[r]; }, draw);
        u = fl_.sub(u, fl_.mul(gram, item.w[c], draw), draw);
      } else {
        u = fl_.add(u,
                    dot(
                        key, [&](std::size_t r) { return (*from.B)(r, c); }, draw),
                    draw);
      }
    }
    return u;
  }

  Operations fl_;
  std::size_t letters_;
  Matrix<double> start_;
  std::vector<ChunkTransition> table_;
};

}  // namespace

std::unique_ptr<LayerEvaluator> make_chunk(const Model& model, std::size_t layer,
                                           const Semantics& semantics) {
  const Layer& parameters = model.layers[layer];
  for (std::size_t x = 0; x < parameters.table.size(); ++x) {
    const auto& A = parameters.table[x].A;
    if (std::holds_alternative<GhProduct>(A)) continue;
    throw Error({Fault::unsupported,
                 "layers[" + std::to_string(layer) + "].transitions on " +
                     core::quoted(input_name(model, layer, x)),
                 "a product of Householder factors, which alone has a chunked form",
                 std::holds_alternative<Diagonal>(A) ? "a diagonal matrix" : "a dense matrix",
                 "evaluate it step by step: " + semantics.state.id()});
  }
  return std::make_unique<Chunk>(parameters, semantics);
}

}  // namespace statewright::core::detail
