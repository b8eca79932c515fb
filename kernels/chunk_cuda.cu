// Chunked against letter by letter evaluation, or against a machine, on a GPU: a thread for each
// word, by the code of the CPU's lanes (chunk_parts.hpp); all numbers in device memory, entry by
// entry so that a warp's accesses are to neighbours. Every GPU has its own tables and a share of
// the words.

#include <algorithm>

#include "kernels/chunk_parts.hpp"
#include "kernels/devices.cuh"
#include "kernels/generator.hpp"
#include "kernels/letter_source.cuh"
#include "kernels/simulate_outcome.cuh"

namespace statewright::kernels {
namespace {

constexpr unsigned kThreads = 128;  // of a block

template <class T>
struct ChunkRun {
  ChunkJob<T> job;  // its words without their span
  const std::uint32_t* packed = nullptr;
  std::uint64_t row = 0;
  T* memory = nullptr;                      // [job.memory(), threads]
  typename Carrier<T>::U* moves = nullptr;  // [m_count, threads]
};

template <class T, Kind kind>
__global__ void __launch_bounds__(kThreads) compare_words(const ChunkRun<T> run) {
  using U = typename Carrier<T>::U;
  const ChunkJob<T>& job = run.job;
  const std::uint64_t threads = std::uint64_t{gridDim.x} * blockDim.x;
  const std::uint64_t thread = std::uint64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  const Engine<T, kind> engine(job.chunked.plan);
  const ChunkEngine<T, kind> chunks{engine.fl};
  const std::uint32_t width = job.chunked.width, layers = job.chunked.layer_count;
  const Rows<T> all{run.memory + thread, threads};
  const auto rows = [&](std::size_t offset) { return Rows<T>{&all[offset], threads}; };
  const std::size_t h_at = width, S_at = 2 * width, w_at = 3 * width,
                    scratch_at = w_at + job.w_count;
  const LayerView<T>& last = job.chunked.layers[layers - 1];
  const MachineView<T>& machine = job.chunked.machine;
  for (std::uint64_t word = thread; word < job.words.count; word += threads) {
    for (std::uint32_t k = 0; k < layers; ++k) {
      const LayerView<T>& layer = job.chunked.layers[k];
      for (std::uint32_t e = 0; e < layer.n * layer.d; ++e) {
        const std::size_t place = layer.offset + e;
        all[place] = all[h_at + place] = all[S_at + place] = layer.start[e];
      }
    }
    LetterSource source(job.words, run.packed, run.row, job.chunked.letters, word);
    U steps_emitted[kMostLayers], emitted[kMostLayers], output = 0, other = 0, move,
                                                        q = machine.start;
    std::uint64_t first = kNeverDiffers;
    std::uint32_t at = 0;
    const auto is_known = [&] {
      bool same = true;
      for (std::uint32_t e = 0; e < machine.width && same; ++e) {
        same = machine.known[e * machine.states + q] == all[h_at + last.offset + e];
      }
      return same;
    };
    for (std::uint64_t t = 0;; ++t) {
      if (!job.is_judged()) {
        engine.read_out(last, rows(h_at + last.offset), output);
        engine.read_out(job.sequential.layers[layers - 1], rows(last.offset), other);
        if (first == kNeverDiffers && output != other) first = t;
      } else if (job.outputs != nullptr || (first == kNeverDiffers && !is_known())) {
        engine.read_out(last, rows(h_at + last.offset), output);
        if (first == kNeverDiffers && output != machine.output[q]) first = t;
      }
      if (t > 0 && job.outputs != nullptr) {
        job.outputs[word * job.words.length + t - 1] = static_cast<std::uint32_t>(output);
      }
      if (t == job.words.length || (first != kNeverDiffers && !job.must_finish())) break;
      const U letter = source.at(t);
      if (job.is_judged()) q = machine.next[q * job.chunked.letters + letter];
      for (std::uint32_t k = 0; k < layers && !job.is_judged(); ++k) {
        const LayerView<T>& layer = job.sequential.layers[k];
        const Rows<T> h = rows(layer.offset);
        find_move(layer, letter, steps_emitted, move);
        engine.step(layer, move, h, rows(scratch_at));
        if (layer.is_read) engine.read_out(layer, h, steps_emitted[k]);
      }
      const bool ends = at + 1 == job.chunk;
      for (std::uint32_t k = 0; k < layers; ++k) {
        const LayerView<T>& layer = job.chunked.layers[k];
        const ChunkView<T>& chunk = job.layers[k];
        const Rows<T> h = rows(h_at + layer.offset), S = rows(S_at + layer.offset);
        find_move(layer, letter, emitted, move);
        chunks.step(layer, chunk, move, at, h, S, rows(w_at + chunk.w_offset),
                    Rows<U>{run.moves + chunk.m_offset * threads + thread, threads});
        for (std::uint32_t e = 0; ends && e < layer.n * layer.d; ++e) S[e] = h[e];
        if (layer.is_read) engine.read_out(layer, h, emitted[k]);
      }
      at = ends ? 0 : at + 1;
    }
    job.first[word] = first;
    if (job.states == nullptr) continue;
    for (std::uint32_t e = 0; e < width; ++e) {
      const double x = all[h_at + e];
      job.states[word * width + e] = x != x ? quiet_nan() : x;
    }
  }
}

template <class T>
void launch(const ChunkRun<T>& run, unsigned blocks) {
  switch (kind_of(run.job.chunked.plan)) {
    case Kind::native:
      compare_words<T, Kind::native><<<blocks, kThreads>>>(run);
      break;
    case Kind::cut:
      if constexpr (sizeof(T) == 4) compare_words<T, Kind::cut><<<blocks, kThreads>>>(run);
      break;
    case Kind::plain:
      compare_words<T, Kind::plain><<<blocks, kThreads>>>(run);
      break;
    case Kind::general:
      if constexpr (sizeof(T) == 8) compare_words<T, Kind::general><<<blocks, kThreads>>>(run);
      break;
    case Kind::wrapping:
      if constexpr (sizeof(T) == 8) compare_words<T, Kind::wrapping><<<blocks, kThreads>>>(run);
      break;
  }
  check_cuda(cudaGetLastError(), "a kernel that starts");
  check_cuda(cudaDeviceSynchronize(), "a kernel that ends");
}

/// Where results go, for one share of the words: as ChunkResult has them.
struct ChunkPlaces {
  std::span<std::uint64_t> first;
  std::span<std::uint32_t> outputs;
  std::span<double> states;
};

/// On one device.
class ChunkTables {
 public:
  virtual ~ChunkTables() = default;
  virtual void run(const Words& words, const ChunkOptions& options,
                   const ChunkPlaces& places) const = 0;
};

template <class T>
class ChunkCuda final : public ChunkTables {
 public:
  ChunkCuda(const ChunkedNetwork& network, const Plan<T>& plan, const Machine* machine)
      : program_(make_chunk_program(network, plan, machine)),
        numbers_(program_.numbers),
        steps_numbers_(program_.sequential.numbers),
        chunks_numbers_(program_.chunked.numbers),
        whole_(program_.chunked.whole),
        steps_(program_.sequential.place_layers(steps_numbers_.get())),
        chunks_(program_.chunked.place_layers(chunks_numbers_.get())),
        layers_(program_.place_layers(numbers_.get())),
        multiprocessors_(static_cast<unsigned>(properties_of_device().multiProcessorCount)) {
    for (const LayerView<T>& layer : program_.chunked.layers) {
      widest_ = std::max(widest_, layer.n * layer.d);
    }
  }

  void run(const Words& words, const ChunkOptions& options,
           const ChunkPlaces& places) const override {
    ChunkRun<T> run;
    ChunkJob<T>& job = run.job;
    job.sequential = program_.sequential.place(steps_numbers_.get(), nullptr, steps_.get());
    job.chunked = program_.chunked.place(chunks_numbers_.get(), whole_.get(), chunks_.get());
    job.layers = layers_.get();
    job.chunk = program_.chunk;
    job.w_count = program_.w_count;
    job.m_count = program_.m_count;
    job.widest = widest_;
    job.words = words;
    job.words.packed = {};
    run.row = words.row_size();
    const DeviceArray<std::uint32_t> packed(words.packed);
    run.packed = packed.get();
    const auto blocks = static_cast<unsigned>(std::min<std::uint64_t>(
        (words.count + kThreads - 1) / kThreads, std::uint64_t{multiprocessors_} * 8));
    const std::size_t threads = std::size_t{blocks} * kThreads;
    const DeviceArray<T> memory(job.memory() * threads);
    const DeviceArray<typename Carrier<T>::U> moves(job.m_count * threads);
    const DeviceArray<std::uint64_t> first(words.count);
    const DeviceArray<std::uint32_t> outputs(places.outputs.size());
    const DeviceArray<double> states(places.states.size());
    run.memory = memory.get();
    run.moves = moves.get();
    job.first = first.get();
    job.outputs = options.outputs ? outputs.get() : nullptr;
    job.states = options.states ? states.get() : nullptr;
    launch(run, blocks);
    first.read(places.first.data());
    outputs.read(places.outputs.data());
    states.read(places.states.data());
  }

 private:
  ChunkProgram<T> program_;
  DeviceArray<T> numbers_, steps_numbers_, chunks_numbers_;
  DeviceArray<typename Carrier<T>::U> whole_;
  DeviceArray<LayerView<T>> steps_, chunks_;
  DeviceArray<ChunkView<T>> layers_;
  unsigned multiprocessors_ = 1;
  std::uint32_t widest_ = 0;
};

std::unique_ptr<ChunkTables> on_this_device(const ChunkedNetwork& network, const Machine* machine) {
  const Formats& formats = network.network.formats;
  if (const auto plan = plan_in_float(formats)) {
    return std::make_unique<ChunkCuda<float>>(network, *plan, machine);
  }
  return std::make_unique<ChunkCuda<double>>(network, plan_in_double(formats), machine);
}

class ChunkDevices final : public ChunkBackend {
 public:
  ChunkDevices(const ChunkedNetwork& network, const Machine* machine,
               const std::vector<int>& devices)
      : width_(network.network.width()),
        tables_(devices, [&] { return on_this_device(network, machine); }) {}

  void run(const Words& words, const ChunkOptions& options, ChunkResult& result) const override {
    const std::size_t used = devices_for(tables_.size(), words.count, 1);
    tables_.run(used, [&](std::size_t i, const std::unique_ptr<ChunkTables>& tables) {
      const DeviceShare share = device_share(words.count, used, i);
      const auto of = [&](auto& all, std::uint64_t each) {
        return std::span(all).subspan(share.begin * each, share.size() * each);
      };
      tables->run(part_of(words, share.begin, share.end), options,
                  {of(result.first, 1), of(result.outputs, options.outputs ? words.length : 0),
                   of(result.states, options.states ? width_ : 0)});
    });
  }

 private:
  std::size_t width_;
  OnEachDevice<std::unique_ptr<ChunkTables>> tables_;
};

}  // namespace

std::unique_ptr<ChunkBackend> make_chunk_cuda(const ChunkedNetwork& network, const Machine* machine,
                                              const std::vector<int>& devices) {
  return std::make_unique<ChunkDevices>(network, machine, devices);
}

}  // namespace statewright::kernels
