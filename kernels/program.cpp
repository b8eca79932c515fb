#include "kernels/program.hpp"

#include <bit>
#include <cmath>
#include <deque>
#include <limits>
#include <set>
#include <utility>

#include "kernels/reference.hpp"

namespace statewright::kernels {
namespace {

/// Appends arrays, and hands out their places as pointers that count from 0.
template <class T>
class Store {
 public:
  explicit Store(std::vector<T>& numbers) : numbers_(numbers) {}

  /// An array of zeros; where it begins.
  std::size_t reserve(std::size_t count) {
    const std::size_t begin = numbers_.size();
    numbers_.resize(begin + count);
    return begin;
  }
  void set(std::size_t place, double value) { numbers_[place] = static_cast<T>(value); }
  std::size_t copy(const std::vector<double>& values) {
    const std::size_t begin = reserve(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) set(begin + i, values[i]);
    return begin;
  }
  static const T* pointer(std::size_t place) {
    return reinterpret_cast<const T*>(static_cast<std::uintptr_t>(place * sizeof(T)));
  }

 private:
  std::vector<T>& numbers_;
};

template <class T>
LayerView<T> lay_out(const Network& network, std::size_t index, Store<T>& store) {
  const Network::Layer& layer = network.layers[index];
  LayerView<T> view;
  view.n = layer.n;
  view.d = layer.d;
  view.moves = static_cast<std::uint32_t>(layer.moves.size());
  view.outputs = layer.outputs();
  view.reads = static_cast<std::uint32_t>(layer.reads.size());
  for (std::size_t i = 0; i < layer.reads.size(); ++i) {
    view.source[i] = layer.reads[i];
    view.radix[i] = layer.reads[i] < 0
                        ? network.letters
                        : network.layers[static_cast<std::size_t>(layer.reads[i])].outputs();
  }
  for (const Network::Layer& later : network.layers) {
    for (const std::int32_t source : later.reads) {
      view.is_read = view.is_read || source == static_cast<std::int32_t>(index);
    }
  }
  for (const Network::Move& move : layer.moves) {
    view.slots = std::max(view.slots, static_cast<std::uint32_t>(move.factors.size()));
    view.has_diagonal = view.has_diagonal || move.shape == Network::Shape::diagonal;
    view.has_dense = view.has_dense || move.shape == Network::Shape::dense;
    view.has_B = view.has_B || !move.B.empty();
  }

  const std::size_t moves = layer.moves.size(), n = layer.n;
  const std::size_t keys = store.reserve(view.slots * n * moves);
  const std::size_t scales = store.reserve(view.slots * moves);
  const std::size_t A = store.reserve((view.has_dense ? n * n : n) * moves);
  const std::size_t B = store.reserve(layer.width() * moves);
  const std::size_t diagonal = store.reserve(moves), dense = store.reserve(moves);
  const std::size_t adds = store.reserve(moves);
  for (std::size_t m = 0; m < moves; ++m) {
    const Network::Move& move = layer.moves[m];
    for (std::size_t f = 0; f < move.factors.size(); ++f) {
      for (std::size_t j = 0; j < n; ++j) {
        store.set(keys + (f * n + j) * moves + m, move.factors[f].v[j]);
      }
      store.set(scales + f * moves + m, move.factors[f].scale);
    }
    for (std::size_t i = 0; i < move.A.size(); ++i) store.set(A + i * moves + m, move.A[i]);
    for (std::size_t i = 0; i < move.B.size(); ++i) store.set(B + i * moves + m, move.B[i]);
    store.set(diagonal + m, move.shape == Network::Shape::diagonal ? 1 : 0);
    store.set(dense + m, move.shape == Network::Shape::dense ? 1 : 0);
    store.set(adds + m, move.B.empty() ? 0 : 1);
  }
  view.keys = store.pointer(keys);
  view.scales = store.pointer(scales);
  view.A = store.pointer(A);
  view.B = store.pointer(B);
  view.diagonal = store.pointer(diagonal);
  view.dense = store.pointer(dense);
  view.adds = store.pointer(adds);
  view.start = store.pointer(store.copy(layer.start));
  view.W = store.pointer(store.copy(layer.W));
  view.c = store.pointer(store.copy(layer.c));
  return view;
}

template <class T>
const T* moved(const T* place, const T* begin) {
  return begin + reinterpret_cast<std::uintptr_t>(place) / sizeof(T);
}

}  // namespace

template <class T>
Program<T> make_program(const Network& network, const Plan<T>& plan, const Machine* machine,
                        const std::vector<double>& known) {
  Program<T> program;
  Store<T> store(program.numbers);
  Store<typename Carrier<T>::U> whole(program.whole);
  std::uint32_t offset = 0;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    program.layers.push_back(lay_out(network, i, store));
    program.layers.back().offset = offset;
    offset += network.layers[i].width();
  }
  ProgramView<T>& view = program.view;
  view.plan = plan;
  view.letters = network.letters;
  view.layer_count = static_cast<std::uint32_t>(network.layers.size());
  view.width = offset;
  if (machine == nullptr) return program;
  MachineView<T>& target = view.machine;
  const std::size_t states = machine->size(), width = network.layers.back().width();
  target.states = machine->size();
  target.start = machine->start;
  target.width = static_cast<std::uint32_t>(width);
  const std::size_t next = whole.reserve(machine->next.size());
  for (std::size_t i = 0; i < machine->next.size(); ++i) program.whole[next + i] = machine->next[i];
  const std::size_t output = whole.reserve(states);
  for (std::size_t q = 0; q < states; ++q) program.whole[output + q] = machine->output[q];
  const std::size_t place = store.reserve(states * width);
  for (std::size_t q = 0; q < states; ++q) {
    for (std::size_t e = 0; e < width; ++e) {
      store.set(place + e * states + q,
                known.empty() ? std::numeric_limits<double>::quiet_NaN() : known[q * width + e]);
    }
  }
  target.next = whole.pointer(next);
  target.output = whole.pointer(output);
  target.known = store.pointer(place);
  return program;
}

template <class T>
std::vector<LayerView<T>> Program<T>::place_layers(const T* numbers_at) const {
  std::vector<LayerView<T>> placed = layers;
  for (LayerView<T>& layer : placed) {
    for (const T** part : {&layer.keys, &layer.scales, &layer.A, &layer.B, &layer.diagonal,
                           &layer.dense, &layer.adds, &layer.start, &layer.W, &layer.c}) {
      *part = moved(*part, numbers_at);
    }
  }
  return placed;
}

template <class T>
ProgramView<T> Program<T>::place(const T* numbers_at, const U* whole_at,
                                 const LayerView<T>* layers_at) const {
  ProgramView<T> placed = view;
  placed.layers = layers_at;
  if (placed.machine.states == 0) return placed;
  placed.machine.next = moved(placed.machine.next, whole_at);
  placed.machine.output = moved(placed.machine.output, whole_at);
  placed.machine.known = moved(placed.machine.known, numbers_at);
  return placed;
}

template struct Program<float>;
template struct Program<double>;
template Program<float> make_program(const Network&, const Plan<float>&, const Machine*,
                                     const std::vector<double>&);
template Program<double> make_program(const Network&, const Plan<double>&, const Machine*,
                                      const std::vector<double>&);

std::vector<double> known_states(const Network& network, const Machine& machine,
                                 const ExactReadout& exact) {
  const ReferenceNetwork reference(network, exact);
  const std::size_t width = network.layers.back().width();
  std::vector<double> known(machine.size() * width, std::numeric_limits<double>::quiet_NaN());
  std::vector<bool> found(machine.size(), false);
  if (network.formats.readout.is_stochastic() && !exact) return known;  // no state has one output
  std::size_t missing = machine.size(), left = 4 * std::size_t{machine.size()} + 4096;

  using State = ReferenceNetwork::State;
  std::deque<std::pair<State, std::uint32_t>> queue;
  std::set<std::vector<std::uint64_t>> seen;
  const auto meet = [&](State state, std::uint32_t q) {
    std::vector<std::uint64_t> key = {q};
    for (const auto& h : state.layers) {
      for (const double x : h) key.push_back(std::bit_cast<std::uint64_t>(x));
    }
    if (state.output() != machine.output[q] || !seen.insert(std::move(key)).second) return;
    if (!found[q]) {
      found[q] = true;
      --missing;
      std::copy(state.layers.back().begin(), state.layers.back().end(),
                known.begin() + static_cast<std::ptrdiff_t>(q * width));
    }
    queue.emplace_back(std::move(state), q);
  };
  meet(reference.start(), machine.start);
  for (; missing != 0 && left != 0 && !queue.empty(); queue.pop_front()) {
    for (std::uint32_t a = 0; a < network.letters && missing != 0 && left != 0; ++a, --left) {
      State next = queue.front().first;
      reference.step(next, a);
      meet(std::move(next), machine.next[std::size_t{queue.front().second} * network.letters + a]);
    }
  }
  return known;
}

}  // namespace statewright::kernels
