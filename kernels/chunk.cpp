// Chunked against letter by letter evaluation: checks, the reference, tables of products of keys.

#include "kernels/chunk.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <string>
#include <utility>

#include "core/error.hpp"
#include "kernels/chunk_parts.hpp"
#include "kernels/devices.hpp"
#include "kernels/generator.hpp"
#include "kernels/reference.hpp"
#include "kernels/simulate_parts.hpp"

namespace statewright::kernels {
namespace {

using core::Error;
using core::Fault;

constexpr std::size_t kMostFactors = std::size_t{1} << 14U;

double canonical(double x) { return x != x ? std::numeric_limits<double>::quiet_NaN() : x; }

/// Operations rounded to one format by the most general way.
class Operations {
 public:
  explicit Operations(const Constants<double>& format) : format_(format) {}

  double product(double a, double b) const {
    double result;
    multiply<Kind::wrapping>(format_, result, a, b);
    return canonical(result);
  }

  double sum(double a, double b) const {
    double result;
    add<Kind::wrapping>(format_, result, a, b);
    return canonical(result);
  }

  /// v . (column of `numbers`, d in a row)
  double dot(const std::vector<double>& v, const std::vector<double>& numbers, std::size_t d,
             std::size_t column) const {
    double s = product(v[0], numbers[column]);
    for (std::size_t r = 1; r < v.size(); ++r) s = sum(s, product(v[r], numbers[r * d + column]));
    return s;
  }

 private:
  Constants<double> format_;
};

bool moves_something(const Network::Factor& factor) {
  return std::any_of(factor.v.begin(), factor.v.end(), [](double v) { return v != 0; });
}

}  // namespace

Network sequential_of(const ChunkedNetwork& network) {
  Network result = network.network;
  for (Network::Layer& layer : result.layers) {
    for (Network::Move& move : layer.moves) {
      std::erase_if(move.factors, [](const auto& factor) { return !moves_something(factor); });
    }
  }
  return result;
}

void validate(const ChunkedNetwork& network) {
  validate(sequential_of(network));
  if (network.chunk < 1 || network.chunk > 4096) {
    throw Error({Fault::range, "chunk", "1 to 4096 letters", std::to_string(network.chunk)});
  }
  const Formats& formats = network.network.formats;
  if (!(formats.io == formats.state) || !(formats.accumulate == formats.state)) {
    throw Error(
        {Fault::unsupported, "network.formats", "one format but for the readout", "several"});
  }
  for (std::size_t i = 0; i < network.network.layers.size(); ++i) {
    const Network::Layer& layer = network.network.layers[i];
    const std::string where = "network.layers[" + std::to_string(i) + "].moves";
    for (const Network::Move& move : layer.moves) {
      if (move.shape != Network::Shape::product) {
        throw Error({Fault::unsupported, where,
                     "a product of Householder factors, which alone has a chunked form",
                     move.shape == Network::Shape::dense ? "a dense matrix" : "a diagonal matrix",
                     "evaluate it letter by letter"});
      }
      for (const Network::Factor& factor : move.factors) {
        if (factor.v.size() == layer.n) continue;
        throw Error({Fault::shape, where + ".factors.v", std::to_string(layer.n) + " numbers",
                     std::to_string(factor.v.size())});
      }
    }
  }
}

// --- the reference ------------------------------------------------------------------------------

struct ReferenceChunks::Data {
  const ChunkedNetwork& chunked;
  Network sequential;
  ReferenceNetwork readouts;  // of the sequential network; its layers read out as the chunked ones
  Operations fl;

  explicit Data(const ChunkedNetwork& network)
      : chunked(network),
        sequential(sequential_of(network)),
        readouts(sequential),
        fl(plan_reference(network.network.formats).accumulate) {}

  double project(const Network::Layer& layer, const std::vector<double>& v, std::size_t c,
                 const LayerState& state) const {
    double u = fl.dot(v, state.S, layer.d, c);
    for (const Item& item : state.items) {
      const Network::Move& move = layer.moves[item.move];
      if (item.factor < move.factors.size()) {
        const double gram = fl.dot(v, move.factors[item.factor].v, 1, 0);
        u = fl.sum(u, -fl.product(gram, item.w[c]));
      } else {
        u = fl.sum(u, fl.dot(v, move.B, layer.d, c));
      }
    }
    return u;
  }

  void step(const Network::Layer& layer, std::size_t input, LayerState& state) const {
    const Network::Move& move = layer.moves[input];
    for (std::size_t i = 0; i < move.factors.size(); ++i) {
      const Network::Factor& factor = move.factors[i];
      Item item{input, i, {}};
      for (std::size_t c = 0; c < layer.d; ++c) {
        item.w.push_back(fl.product(factor.scale, project(layer, factor.v, c, state)));
        for (std::size_t r = 0; r < layer.n; ++r) {
          double& entry = state.h[r * layer.d + c];
          entry = fl.sum(entry, -fl.product(factor.v[r], item.w[c]));
        }
      }
      state.items.push_back(std::move(item));
    }
    if (!move.B.empty()) {
      for (std::size_t e = 0; e < move.B.size(); ++e) state.h[e] = fl.sum(state.h[e], move.B[e]);
      state.items.push_back({input, move.factors.size(), {}});
    }
    if (++state.letters < chunked.chunk) return;
    state.S = state.h;
    state.items.clear();
    state.letters = 0;
  }
};

ReferenceChunks::ReferenceChunks(const ChunkedNetwork& network) {
  validate(network);
  data_ = std::make_unique<Data>(network);
}
ReferenceChunks::~ReferenceChunks() = default;
ReferenceChunks::ReferenceChunks(ReferenceChunks&&) noexcept = default;
ReferenceChunks& ReferenceChunks::operator=(ReferenceChunks&&) noexcept = default;

ReferenceChunks::State ReferenceChunks::start() const {
  State state;
  for (const Network::Layer& layer : data_->chunked.network.layers) {
    state.layers.push_back({layer.start, layer.start, {}, 0});
    state.emitted.push_back(data_->readouts.read_out(layer, layer.start));
  }
  return state;
}

void ReferenceChunks::step(State& state, std::uint32_t letter) const {
  const Network& network = data_->chunked.network;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Network::Layer& layer = network.layers[i];
    std::size_t input = 0;
    for (const std::int32_t source : layer.reads) {
      const auto from = static_cast<std::size_t>(source);
      input = source < 0 ? input * network.letters + letter
                         : input * network.layers[from].outputs() + state.emitted[from];
    }
    data_->step(layer, input, state.layers[i]);
    state.emitted[i] = data_->readouts.read_out(layer, state.layers[i].h);
  }
}

namespace {

constexpr std::uint64_t kBetweenQuestions = 64;  // letters

class ChunkReference final : public ChunkBackend {
 public:
  ChunkReference(const ChunkedNetwork& network, const Machine* machine)
      : network_(network), sequential_(sequential_of(network)), machine_(machine) {}

  void run(const Words& words, const ChunkOptions& options, ChunkResult& result) const override {
    const ReferenceChunks chunks(network_);
    const ReferenceNetwork steps(sequential_);
    const std::uint64_t row = words.row_size();
    const std::size_t width = network_.network.width();
    for (std::uint64_t word = 0; word < words.count; ++word) {
      const WordKeys keys = word_keys(words.seed, words.first + word);
      ReferenceChunks::State ours = chunks.start();
      ReferenceNetwork::State other = steps.start();
      std::uint32_t q = machine_ != nullptr ? machine_->start : 0;
      std::uint64_t& first = result.first[word];
      for (std::uint64_t t = 0;; ++t) {
        const std::uint32_t right = machine_ != nullptr ? machine_->output[q] : other.output();
        if (first == kNeverDiffers && ours.output() != right) first = t;
        if (t == words.length) break;
        if (t % kBetweenQuestions == 0 && options.gives_up && options.gives_up()) return;
        const std::uint32_t letter = words.bits != 0 ? packed_letter(words, row, word, t)
                                                     : letter_at(keys, t, network_.network.letters);
        chunks.step(ours, letter);
        if (machine_ == nullptr) {
          steps.step(other, letter);
        } else {
          q = machine_->next[std::size_t{q} * network_.network.letters + letter];
        }
        if (options.outputs) result.outputs[word * words.length + t] = ours.output();
      }
      if (!options.states) continue;
      std::size_t place = word * width;
      for (const auto& layer : ours.layers) {
        for (const double x : layer.h) result.states[place++] = x;
      }
    }
  }

 private:
  ChunkedNetwork network_;
  Network sequential_;
  const Machine* machine_;
};

}  // namespace

// --- tables -------------------------------------------------------------------------------------

template <class T>
ChunkProgram<T> make_chunk_program(const ChunkedNetwork& network, const Plan<T>& plan,
                                   const Machine* machine) {
  ChunkProgram<T> program;
  program.sequential_network = sequential_of(network);
  program.sequential = make_program(program.sequential_network, plan, nullptr, {});
  // What a state emits depends on no order of evaluation.
  const std::vector<double> known = machine != nullptr
                                        ? known_states(program.sequential_network, *machine)
                                        : std::vector<double>();
  program.chunked = make_program(network.network, plan, machine, known);
  program.chunk = network.chunk;
  const Operations fl(plan_reference(network.network.formats).accumulate);
  const auto append = [&](double x) { program.numbers.push_back(static_cast<T>(x)); };
  const auto here = [&] {
    return reinterpret_cast<const T*>(
        static_cast<std::uintptr_t>(program.numbers.size() * sizeof(T)));
  };
  for (std::size_t k = 0; k < network.network.layers.size(); ++k) {
    const Network::Layer& layer = network.network.layers[k];
    const std::size_t moves = layer.moves.size(), slots = program.chunked.layers[k].slots;
    if (slots * moves > kMostFactors) {
      throw Error({Fault::limit, "network.layers[" + std::to_string(k) + "]",
                   "at most " + std::to_string(kMostFactors) + " factors, those of all moves",
                   std::to_string(slots * moves)});
    }
    std::vector<const Network::Factor*> factors(slots * moves, nullptr);
    for (std::size_t m = 0; m < moves; ++m) {
      for (std::size_t s = 0; s < layer.moves[m].factors.size(); ++s) {
        factors[s * moves + m] = &layer.moves[m].factors[s];
      }
    }
    ChunkView<T> view;
    view.factors = static_cast<std::uint32_t>(factors.size());
    view.there = here();
    for (const Network::Factor* factor : factors) append(factor != nullptr ? 1 : 0);
    view.gram = here();
    for (const Network::Factor* earlier : factors) {
      for (const Network::Factor* factor : factors) {
        const bool both = earlier != nullptr && factor != nullptr;
        append(both ? fl.dot(factor->v, earlier->v, 1, 0) : 0);
      }
    }
    view.shifts = here();
    for (std::size_t c = 0; c < layer.d && program.chunked.layers[k].has_B; ++c) {
      for (const Network::Move& move : layer.moves) {
        for (const Network::Factor* factor : factors) {
          const bool both = !move.B.empty() && factor != nullptr;
          append(both ? fl.dot(factor->v, move.B, layer.d, c) : 0);
        }
      }
    }
    view.w_offset = program.w_count;
    view.m_offset = program.m_count;
    program.w_count += std::size_t{network.chunk} * slots * layer.d;
    program.m_count += network.chunk;
    program.layers.push_back(view);
  }
  return program;
}

template <class T>
std::vector<ChunkView<T>> ChunkProgram<T>::place_layers(const T* numbers_at) const {
  std::vector<ChunkView<T>> placed = layers;
  const auto move = [&](const T*& place) {
    place = numbers_at + reinterpret_cast<std::uintptr_t>(place) / sizeof(T);
  };
  for (ChunkView<T>& view : placed) {
    move(view.there);
    move(view.gram);
    move(view.shifts);
  }
  return placed;
}

template struct ChunkProgram<float>;
template struct ChunkProgram<double>;
template ChunkProgram<float> make_chunk_program(const ChunkedNetwork&, const Plan<float>&,
                                                const Machine*);
template ChunkProgram<double> make_chunk_program(const ChunkedNetwork&, const Plan<double>&,
                                                 const Machine*);

// --- ChunkComparer ------------------------------------------------------------------------------

struct ChunkComparer::Data {
  ChunkedNetwork network;
  std::optional<Machine> machine;
  Backend backend = Backend::reference;
  std::unique_ptr<ChunkBackend> prepared;
};

ChunkComparer::ChunkComparer(ChunkedNetwork network, Backend backend,
                             std::optional<Machine> machine)
    : data_(std::make_unique<Data>()) {
  validate(network);
  if (machine) validate(*machine, network.network);
  data_->machine = std::move(machine);
  const Machine* const compared = data_->machine ? &*data_->machine : nullptr;
  data_->network = std::move(network);
  data_->backend = resolve(backend);
  if (data_->backend == Backend::cpu) data_->prepared = make_chunk_cpu(data_->network, compared);
  if (data_->backend == Backend::cuda) {
    data_->prepared = make_chunk_cuda(data_->network, compared, device_numbers());
  }
  if (!data_->prepared) {
    data_->prepared = std::make_unique<ChunkReference>(data_->network, compared);
  }
}

ChunkComparer::~ChunkComparer() = default;
ChunkComparer::ChunkComparer(ChunkComparer&&) noexcept = default;
ChunkComparer& ChunkComparer::operator=(ChunkComparer&&) noexcept = default;

Backend ChunkComparer::backend() const noexcept { return data_->backend; }

ChunkResult ChunkComparer::run(const Words& words, const ChunkOptions& options) const {
  check_words(words, data_->network.network.letters);
  ChunkResult result;
  result.first.assign(words.count, kNeverDiffers);
  if (options.outputs) result.outputs.resize(words.count * words.length);
  if (options.states) result.states.resize(words.count * data_->network.network.width());
  if (words.count != 0) data_->prepared->run(words, options, result);
  result.different_words = static_cast<std::uint64_t>(
      std::count_if(result.first.begin(), result.first.end(),
                    [](std::uint64_t first) { return first != kNeverDiffers; }));
  return result;
}

}  // namespace statewright::kernels
