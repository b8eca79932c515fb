// simulate on a GPU: a thread for each word, in the carriers and order of the CPU's lanes
// (engine.hpp); tables in device memory, states too, entry by entry so that a warp's accesses are
// to neighbours. Networks of short reflections in 16-bit formats take simulate_pairs.cuh instead.

#include <algorithm>
#include <exception>
#include <limits>
#include <thread>

#include "kernels/engine.hpp"
#include "kernels/generator.hpp"
#include "kernels/simulate_outcome.cuh"
#include "kernels/simulate_pairs.cuh"

namespace statewright::kernels {
namespace {

constexpr unsigned kThreads = 128;  // of a block

/// The letters of one word, one after another.
struct LetterSource {
  const std::uint32_t* packed = nullptr;
  WordKeys keys;
  std::uint64_t row = 0;
  std::uint32_t bits = 0, letters = 1, per_half = 1, used = 0, low = 0, high = 0;

  __device__ LetterSource(const Words& words, const std::uint32_t* packed_at,
                          std::uint64_t row_size, std::uint32_t letter_count, std::uint64_t word)
      : packed(packed_at),
        keys(word_keys(words.seed, words.first + word)),
        row(word * row_size),
        bits(words.bits),
        letters(letter_count),
        per_half(letters_in_half(letter_count)) {}

  __device__ std::uint32_t at(std::uint64_t t) {
    if (bits != 0) {
      const std::uint32_t per = 32 / bits;
      const std::uint32_t number = packed[row + t / per];
      const std::uint32_t mask = bits == 32 ? ~0U : (1U << bits) - 1;
      return number >> (t % per * bits) & mask;
    }
    if (used == 0) {
      const std::uint64_t draw = keys.draw(t / (2 * per_half));
      low = static_cast<std::uint32_t>(draw);
      high = static_cast<std::uint32_t>(draw >> 32);
    }
    const std::uint32_t letter = take_letter(used < per_half ? low : high, letters);
    used = used + 1 == 2 * per_half ? 0 : used + 1;
    return letter;
  }
};

template <class T>
struct Run {
  ProgramView<T> program;
  Words words;  // without its span
  const std::uint32_t* packed = nullptr;
  std::uint64_t row = 0;
  Emit emit = Emit::nothing;
  std::uint32_t* outputs = nullptr;
  double* states = nullptr;
  T* memory = nullptr;  // [width and scratch, threads]
  Finding* findings = nullptr;
};

template <class T, Kind kind>
__global__ void __launch_bounds__(kThreads) simulate_words(const Run<T> run) {
  using U = typename Carrier<T>::U;
  const ProgramView<T>& program = run.program;
  const std::uint64_t threads = std::uint64_t{gridDim.x} * blockDim.x;
  const std::uint64_t thread = std::uint64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  const Engine<T, kind> engine(program.plan);
  const LayerView<T>& last = program.layers[program.layer_count - 1];
  const Rows<T> all{run.memory + thread, threads};
  const Rows<T> scratch{&all[program.width], threads};
  const Rows<T> h_last{&all[last.offset], threads};
  const MachineView<T>& machine = program.machine;
  const bool must_finish = run.emit != Emit::nothing || run.states != nullptr;
  Finding finding;
  for (std::uint64_t word = thread; word < run.words.count; word += threads) {
    for (std::uint32_t k = 0; k < program.layer_count; ++k) {
      const LayerView<T>& layer = program.layers[k];
      for (std::uint32_t e = 0; e < layer.n * layer.d; ++e) all[layer.offset + e] = layer.start[e];
    }
    LetterSource source(run.words, run.packed, run.row, program.letters, word);
    bool compares = machine.states != 0;
    U q = machine.start, output = 0, emitted[kMostLayers];
    const auto compare = [&](std::uint64_t position) {
      if (!compares || output == machine.output[q]) return;
      finding.note(word, position);
      compares = false;
    };
    const auto doubts = [&] {
      bool same = true;
      for (std::uint32_t e = 0; e < machine.width && same; ++e) {
        same = machine.known[e * machine.states + q] == h_last[e];
      }
      return !same;
    };
    if (compares || run.words.length == 0) {
      engine.read_out(last, h_last, output);
      compare(0);
    }
    for (std::uint64_t t = 0; t < run.words.length && (must_finish || compares); ++t) {
      const U letter = source.at(t);
      for (std::uint32_t k = 0; k < program.layer_count; ++k) {
        const LayerView<T>& layer = program.layers[k];
        U move;
        find_move(layer, letter, emitted, move);
        const Rows<T> h{&all[layer.offset], threads};
        engine.step(layer, move, h, scratch);
        if (layer.is_read) engine.read_out(layer, h, emitted[k]);
      }
      if (compares) q = machine.next[q * program.letters + letter];
      if (run.emit == Emit::every || (compares && doubts())) {
        engine.read_out(last, h_last, output);
        compare(t + 1);
        if (run.emit == Emit::every) run.outputs[word * run.words.length + t] = output;
      }
    }
    if (run.emit == Emit::last) {
      engine.read_out(last, h_last, output);
      run.outputs[word] = output;
    }
    if (run.states == nullptr) continue;
    for (std::uint32_t e = 0; e < program.width; ++e) {
      const double x = all[e];
      run.states[word * program.width + e] = x != x ? quiet_nan() : x;
    }
  }
  publish(finding, run.findings);
}

template <class T>
void launch(const Run<T>& run, unsigned blocks) {
  switch (run.program.plan.accumulate.kind) {
    case Kind::native:
      simulate_words<T, Kind::native><<<blocks, kThreads>>>(run);
      break;
    case Kind::cut:
      if constexpr (sizeof(T) == 4) simulate_words<T, Kind::cut><<<blocks, kThreads>>>(run);
      break;
    case Kind::plain:
      simulate_words<T, Kind::plain><<<blocks, kThreads>>>(run);
      break;
    case Kind::general:
      if constexpr (sizeof(T) == 8) simulate_words<T, Kind::general><<<blocks, kThreads>>>(run);
      break;
  }
  check_cuda(cudaGetLastError(), "a kernel that starts");
  check_cuda(cudaDeviceSynchronize(), "a kernel that ends");
}

template <class T>
class SimulateCuda final : public SimulateBackend {
 public:
  SimulateCuda(const Network& network, const Machine* machine, const Plan<T>& plan)
      : known_(machine != nullptr ? known_states(network, *machine) : std::vector<double>()),
        program_(make_program(network, plan, machine, known_)),
        numbers_(program_.numbers),
        whole_(program_.whole),
        layers_(program_.place_layers(numbers_.get())),
        pairs_(PairProgram::make(network, machine, known_)),
        multiprocessors_(static_cast<unsigned>(properties_of_device().multiProcessorCount)) {
    for (const LayerView<T>& layer : program_.layers) {
      widest_ = std::max(widest_, layer.n * layer.d);
    }
  }

  SimulateResult run(const Words& words, const SimulateOptions& options) const override {
    SimulateResult result = make_result(words, options, program_.view.width);
    if (words.count == 0) return result;
    if (pairs_ && pairs_->takes(options)) {
      pairs_->run(words, options, multiprocessors_, result);
      return result;
    }
    Run<T> run;
    run.program = program_.place(numbers_.get(), whole_.get(), layers_.get());
    run.words = words;
    run.words.packed = {};
    run.row = words.row_size();
    const DeviceArray<std::uint32_t> packed(words.packed);
    run.packed = packed.get();
    const unsigned blocks = static_cast<unsigned>(std::min<std::uint64_t>(
        (words.count + kThreads - 1) / kThreads, std::uint64_t{multiprocessors_} * 8));
    const DeviceArray<std::uint32_t> outputs(result.outputs.size());
    const DeviceArray<double> states(result.states.size());
    const DeviceArray<T> memory(std::size_t{program_.view.width + widest_} * blocks * kThreads);
    const DeviceArray<Finding> findings(blocks);
    run.emit = options.emit;
    run.outputs = outputs.get();
    run.states = states.get();
    run.memory = memory.get();
    run.findings = findings.get();
    launch(run, blocks);
    outputs.read(result.outputs.data());
    states.read(result.states.data());
    merge(findings.read(), result);
    return result;
  }

 private:
  std::vector<double> known_;
  Program<T> program_;
  DeviceArray<T> numbers_;
  DeviceArray<typename Carrier<T>::U> whole_;
  DeviceArray<LayerView<T>> layers_;
  std::optional<PairProgram> pairs_;
  unsigned multiprocessors_ = 1;
  std::uint32_t widest_ = 0;
};

std::unique_ptr<SimulateBackend> on_this_device(const Network& network, const Machine* machine) {
  if (const auto plan = plan_in_float(network.formats)) {
    return std::make_unique<SimulateCuda<float>>(network, machine, *plan);
  }
  return std::make_unique<SimulateCuda<double>>(network, machine, plan_in_double(network.formats));
}

/// Makes a device the current one of this thread for a while.
class OnDevice {
 public:
  explicit OnDevice(int device) {
    check_cuda(cudaGetDevice(&before_), "a device");
    check_cuda(cudaSetDevice(device), "a device");
  }
  ~OnDevice() { cudaSetDevice(before_); }
  OnDevice(const OnDevice&) = delete;
  OnDevice& operator=(const OnDevice&) = delete;

 private:
  int before_ = 0;
};

/// Several GPUs, each with its own tables and a part of the words, one thread of the host for each.
class SimulateDevices final : public SimulateBackend {
 public:
  SimulateDevices(const Network& network, const Machine* machine, const std::vector<int>& devices)
      : width_(network.width()) {
    for (const int device : devices) {
      const OnDevice on(device);
      parts_.push_back({device, on_this_device(network, machine)});
    }
  }

  SimulateResult run(const Words& words, const SimulateOptions& options) const override {
    const std::uint64_t used =
        std::max<std::uint64_t>(1, std::min<std::uint64_t>(parts_.size(), words.count));
    std::vector<SimulateResult> results(used);
    std::vector<std::exception_ptr> errors(used);
    const auto begin_of = [&](std::uint64_t part) {  // count part / used without overflow
      return words.count / used * part + std::min(part, words.count % used);
    };
    const auto work = [&](std::uint64_t part) {
      try {
        const OnDevice on(parts_[part].device);
        results[part] =
            parts_[part].backend->run(part_of(words, begin_of(part), begin_of(part + 1)), options);
      } catch (...) {
        errors[part] = std::current_exception();
      }
    };
    std::vector<std::thread> threads;
    for (std::uint64_t part = 1; part < used; ++part) threads.emplace_back(work, part);
    work(0);
    for (std::thread& thread : threads) thread.join();
    for (const std::exception_ptr& error : errors) {
      if (error) std::rethrow_exception(error);
    }
    SimulateResult all = make_result(words, options, width_);
    std::size_t outputs = 0, states = 0;
    for (std::uint64_t part = 0; part < used; ++part) {
      const SimulateResult& result = results[part];
      std::copy(result.outputs.begin(), result.outputs.end(),
                all.outputs.begin() + static_cast<std::ptrdiff_t>(outputs));
      std::copy(result.states.begin(), result.states.end(),
                all.states.begin() + static_cast<std::ptrdiff_t>(states));
      outputs += result.outputs.size();
      states += result.states.size();
      all.wrong_words += result.wrong_words;
      if (!all.first && result.first) {  // parts are in the order of their words
        all.first = Mismatch{begin_of(part) + result.first->word, result.first->position};
      }
    }
    return all;
  }

 private:
  struct Part {
    int device;
    std::unique_ptr<SimulateBackend> backend;
  };

  std::size_t width_;
  std::vector<Part> parts_;
};

}  // namespace

std::unique_ptr<SimulateBackend> make_simulate_cuda(const Network& network, const Machine* machine,
                                                    const std::vector<int>& devices) {
  return std::make_unique<SimulateDevices>(network, machine, devices);
}

std::unique_ptr<SimulateBackend> make_simulate_cuda(const Network& network,
                                                    const Machine* machine) {
  std::vector<int> devices;
  for (const Device& device : cuda_devices()) devices.push_back(device.index);
  return make_simulate_cuda(network, machine, devices);
}

}  // namespace statewright::kernels
