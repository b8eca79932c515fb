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
        start_(std::make_shared<const Matrix<double>>(stored(layer.start, semantics.state))) {
    for (const Transition& transition : layer.table) {
      table_.push_back(store(transition, semantics.state));
    }
  }

  Matrix<double> start(LayerMemory& memory, Draw&) const override {
    memory = ChunkMemory{start_, 0, nullptr, 0};
    return *start_;
  }

  Matrix<double> next(const Matrix<double>& before, std::size_t input, LayerMemory& memory,
                      Draw& draw) const override {
    auto& chunk = std::get<ChunkMemory>(memory);
    const ChunkTransition& transition = table_[input];
    Matrix<double> h = before;  // what the items before this letter have made of the start
    std::vector<const ChunkMemory::Item*> items;
    if (!transition.factors.empty()) items = in_order(chunk);
    const auto add = [&](std::size_t index, std::vector<double> w) {
      chunk.last =
          std::make_shared<ChunkMemory::Item>(input, index, std::move(w), std::move(chunk.last));
      items.push_back(chunk.last.get());
      ++chunk.items;
    };
    for (std::size_t i = 0; i < transition.factors.size(); ++i) {
      const std::vector<double>& key = transition.factors[i].key;
      std::vector<double> w;
      for (std::size_t c = 0; c < h.columns(); ++c) {
        const double u = project(key, c, *chunk.start, items, draw);
        w.push_back(fl_.mul(transition.factors[i].scale, u, draw));
        for (std::size_t r = 0; r < h.rows(); ++r) {
          h(r, c) = fl_.sub(h(r, c), fl_.mul(key[r], w.back(), draw), draw);
        }
      }
      add(i, std::move(w));
    }
    if (transition.B) {
      for (std::size_t e = 0; e < h.entries().size(); ++e) {
        h.entries()[e] = fl_.add(h.entries()[e], transition.B->entries()[e], draw);
      }
      add(transition.factors.size(), {});
    }
    if (++chunk.letters == letters_) {
      memory = ChunkMemory{std::make_shared<const Matrix<double>>(h), 0, nullptr, 0};
    }
    return h;
  }

  /// The chunk's start, how many letters it has, and those that do something, in order: of letters
  /// without factors and addition it does not matter where they stand.
  std::string key(const Matrix<double>&, const LayerMemory& memory) const override {
    const auto& chunk = std::get<ChunkMemory>(memory);
    std::string key = bytes_of(*chunk.start) + std::to_string(chunk.letters) + ":";
    for (const ChunkMemory::Item* item : in_order(chunk)) {
      if (item->index == 0) key += std::to_string(item->input) + " ";
    }
    return key + ";";
  }

 private:
  using Items = std::vector<const ChunkMemory::Item*>;

  static Items in_order(const ChunkMemory& chunk) {
    Items items(chunk.items);
    const ChunkMemory::Item* item = chunk.last.get();
    for (std::size_t i = items.size(); i-- > 0; item = item->before.get()) items[i] = item;
    return items;
  }

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
  double project(const std::vector<double>& key, std::size_t c, const Matrix<double>& start,
                 const Items& items, Draw& draw) const {
    double u = dot(
        key, [&](std::size_t r) { return start(r, c); }, draw);
    for (const ChunkMemory::Item* item : items) {
      const ChunkTransition& from = table_[item->input];
      if (item->index < from.factors.size()) {
        const std::vector<double>& other = from.factors[item->index].key;
        const double gram = dot(
            key, [&](std::size_t r) { return other[r]; }, draw);
        u = fl_.sub(u, fl_.mul(gram, item->w[c], draw), draw);
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
  std::shared_ptr<const Matrix<double>> start_;
  std::vector<ChunkTransition> table_;
};

}  // namespace

ChunkMemory::Item::~Item() {
  // One by one: a chain of owners would end in as many nested calls.
  std::shared_ptr<Item> item = std::move(before);
  while (item != nullptr && item.use_count() == 1) {
    std::shared_ptr<Item> earlier = std::move(item->before);
    item = std::move(earlier);
  }
}

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
