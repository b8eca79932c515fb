// simulate on a GPU: a thread for each word, in the carriers and order of the CPU's lanes
// (engine.hpp); tables in device memory, states too, entry by entry so that a warp's accesses are
// to neighbours. Networks of short reflections in 16-bit formats take simulate_pairs.cuh instead.

#include <algorithm>
#include <limits>

#include "kernels/close_readout.hpp"
#include "kernels/devices.cuh"
#include "kernels/drawn_engine.hpp"
#include "kernels/engine.hpp"
#include "kernels/letter_source.cuh"
#include "kernels/simulate_doubts.cuh"
#include "kernels/simulate_outcome.cuh"
#include "kernels/simulate_pairs.cuh"
#include "kernels/whole_engine.hpp"

namespace statewright::kernels {
namespace {

constexpr unsigned kThreads = 128;  // of a block
constexpr unsigned long long kNever = ~0ULL;

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
  DoubtMarks doubts;
};

// Steps::kBlocks: blocks that a multiprocessor is to hold at least; 0 leaves it to the compiler,
// which then gives the long kernels of stochastic roundings few registers, and spills.

/// One step of a thread's layers after another, every rounding a function of what is rounded.
template <class T, Kind kind, bool tensor = false>
class PlainSteps {
 public:
  using Number = T;
  using U = typename Carrier<T>::U;
  struct Constants {};
  static constexpr unsigned kBlocks = 0;

  __device__ PlainSteps(const ProgramView<T>& program, const Constants&) : engine_(program.plan) {}

  __device__ bool draws_scores() const { return false; }
  __device__ void begin(std::uint64_t) {}
  __device__ void step(const LayerView<T>& layer, const U& move, const Rows<T>& h,
                       const Rows<T>& scratch) {
    engine_.step(layer, move, h, scratch);
  }
  __device__ void read_out(const LayerView<T>& layer, const Rows<T>& h, U& best) const {
    engine_.read_out(layer, h, best);
  }
  __device__ void skip_readout(const LayerView<T>&) {}

 private:
  Engine<T, kind, tensor> engine_;
};

/// The same with stochastic roundings, which are counted within a step; `exact` readouts have none.
template <bool exact, bool rare = false>
class DrawnSteps {
 public:
  using Number = double;
  using U = typename Carrier<double>::U;
  using Constants = DrawnPlan;
  static constexpr unsigned kBlocks = 4;

  __device__ DrawnSteps(const ProgramView<double>& program, const Constants& plan)
      : engine_(plan), plain_(program.plan), draws_scores_(plan.readout.is_drawn && !exact) {}

  /// Whether a state may emit this now and that later.
  __device__ bool draws_scores() const { return draws_scores_; }
  /// After so many letters.
  __device__ void begin(std::uint64_t position) { counter_ = position << 32U; }
  __device__ void step(const LayerView<double>& layer, const U& move, const Rows<double>& h,
                       const Rows<double>& scratch) {
    engine_.step(layer, move, h, scratch, counter_);
  }
  __device__ void read_out(const LayerView<double>& layer, const Rows<double>& h, U& best) const {
    if (draws_scores_) return engine_.read_out(layer, h, counter_, best);
    plain_.read_out(layer, h, best);
  }
  /// What follows is the next layer's.
  __device__ void skip_readout(const LayerView<double>& layer) {
    if (!exact) counter_ += DrawnEngine<double>::readout_count(layer);
  }

 private:
  DrawnEngine<double, rare> engine_;
  Engine<double, rare ? Kind::wrapping : Kind::general> plain_;
  bool draws_scores_;
  U counter_ = 0;
};

/// The same in whole numbers.
template <bool exact>
class WholeSteps {
 public:
  using Number = double;
  using U = typename Carrier<double>::U;
  using Constants = WholePlan;
  static constexpr unsigned kBlocks = 0;

  __device__ WholeSteps(const ProgramView<double>& program, const Constants& plan)
      : layers_(program.layers), engine_{plan} {}

  __device__ bool draws_scores() const { return engine_.plan.readout.is_drawn && !exact; }
  __device__ void begin(std::uint64_t position) { counter_ = position << 32U; }
  __device__ void step(const LayerView<double>& layer, const U& move, const Rows<double>& h,
                       const Rows<double>& scratch) {
    engine_.step(static_cast<std::uint32_t>(&layer - layers_), layer, move, h, scratch, counter_);
  }
  __device__ void read_out(const LayerView<double>& layer, const Rows<double>& h, U& best) const {
    best = engine_.read_out(layer, h, counter_);
  }
  __device__ void skip_readout(const LayerView<double>& layer) {
    if (!exact) counter_ += DrawnEngine<double>::readout_count(layer);
  }

 private:
  const LayerView<double>* layers_;
  WholeEngine engine_;
  std::uint64_t counter_ = 0;
};

/// `exact`: of the readouts.
template <class Steps, bool exact>
__global__ void __launch_bounds__(kThreads, Steps::kBlocks)
    simulate_words(const Run<typename Steps::Number> run,
                   const __grid_constant__ typename Steps::Constants constants) {
  using T = typename Steps::Number;
  using U = typename Carrier<T>::U;
  const ProgramView<T>& program = run.program;
  const std::uint64_t threads = std::uint64_t{gridDim.x} * blockDim.x;
  const std::uint64_t thread = std::uint64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  Steps steps(program, constants);
  const std::uint32_t last = program.layer_count - 1;
  const Rows<T> all{run.memory + thread, threads};
  const Rows<T> scratch{&all[program.width], threads};
  const Rows<T> h_last{&all[program.layers[last].offset], threads};
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
    bool in_doubt = false;
    unsigned long long wrong = kNever;
    U q = machine.start, output = 0, emitted[kMostLayers];
    const auto read_out = [&](std::uint32_t k, const Rows<T>& h, U& best) {
      if constexpr (exact) {
        typename Carrier<T>::I doubtful;
        read_out_or_doubt(program.layers[k], h, best, doubtful);
        in_doubt = in_doubt || doubtful != 0;
      } else {
        steps.read_out(program.layers[k], h, best);
      }
    };
    const auto compare = [&](std::uint64_t position) {
      if (!compares || output == machine.output[q]) return;
      wrong = position;
      compares = false;
    };
    const auto doubts = [&] {
      bool same = !steps.draws_scores();
      for (std::uint32_t e = 0; e < machine.width && same; ++e) {
        same = machine.known[e * machine.states + q] == h_last[e];
      }
      return !same;
    };
    steps.begin(0);
    for (std::uint32_t k = 0; k < last; ++k) steps.skip_readout(program.layers[k]);
    if (compares || run.words.length == 0) {
      read_out(last, h_last, output);
      compare(0);
    }
    for (std::uint64_t t = 0; t < run.words.length && (must_finish || compares) && !in_doubt; ++t) {
      const U letter = source.at(t);
      steps.begin(t + 1);
      for (std::uint32_t k = 0; k < program.layer_count; ++k) {
        const LayerView<T>& layer = program.layers[k];
        U move;
        find_move(layer, letter, emitted, move);
        const Rows<T> h{&all[layer.offset], threads};
        steps.step(layer, move, h, scratch);
        if (layer.is_read) read_out(k, h, emitted[k]);
        if (k < last) steps.skip_readout(layer);
      }
      if (compares) q = machine.next[q * program.letters + letter];
      if (run.emit == Emit::every || (compares && doubts())) {
        read_out(last, h_last, output);
        compare(t + 1);
        if (run.emit == Emit::every) run.outputs[word * run.words.length + t] = output;
      }
    }
    if (run.emit == Emit::last) {
      read_out(last, h_last, output);
      run.outputs[word] = output;
    }
    if constexpr (exact) {
      if (in_doubt) {
        run.doubts.mark(word);
        continue;
      }
    }
    if (wrong != kNever) finding.note(word, wrong);
    if (run.states == nullptr) continue;
    for (std::uint32_t e = 0; e < program.width; ++e) {
      const double x = all[e];
      run.states[word * program.width + e] = x != x ? quiet_nan() : x;
    }
  }
  publish(finding, run.findings);
}

template <class Steps, bool exact, class T>
void start(const Run<T>& run, const typename Steps::Constants& constants, unsigned blocks) {
  simulate_words<Steps, exact><<<blocks, kThreads>>>(run, constants);
}

template <class T, Kind kind, bool exact>
void start_plain(const Run<T>& run, unsigned blocks) {
  if constexpr (sizeof(T) == 8 && (kind == Kind::plain || kind == Kind::wrapping)) {
    if (run.program.plan.tensor.group != 0) {
      return start<PlainSteps<T, kind, true>, exact>(run, {}, blocks);
    }
  }
  start<PlainSteps<T, kind>, exact>(run, {}, blocks);
}

template <bool exact, class T>
void start(const Run<T>& run, const std::optional<DrawnPlan>& drawn,
           const std::optional<WholePlan>& whole, unsigned blocks) {
  if constexpr (sizeof(T) == 8) {
    if (drawn && is_rare(*drawn)) {
      return start<DrawnSteps<exact, true>, exact>(run, *drawn, blocks);
    }
    if (drawn) return start<DrawnSteps<exact>, exact>(run, *drawn, blocks);
    if (whole) return start<WholeSteps<exact>, exact>(run, *whole, blocks);
  }
  const Kind kind = kind_of(run.program.plan);
  const bool has_core = run.program.plan.tensor.group != 0;
  switch (has_core && kind != Kind::plain ? Kind::wrapping : kind) {
    case Kind::native:
      return start_plain<T, Kind::native, exact>(run, blocks);
    case Kind::cut:
      if constexpr (sizeof(T) == 4) start_plain<T, Kind::cut, exact>(run, blocks);
      return;
    case Kind::plain:
      return start_plain<T, Kind::plain, exact>(run, blocks);
    case Kind::general:
      if constexpr (sizeof(T) == 8) start_plain<T, Kind::general, exact>(run, blocks);
      return;
    case Kind::wrapping:
      if constexpr (sizeof(T) == 8) start_plain<T, Kind::wrapping, exact>(run, blocks);
      return;
  }
}

template <class T>
void launch(const Run<T>& run, const std::optional<DrawnPlan>& drawn,
            const std::optional<WholePlan>& whole, unsigned blocks) {
  run.doubts.bits != nullptr ? start<true>(run, drawn, whole, blocks)
                             : start<false>(run, drawn, whole, blocks);
  check_cuda(cudaGetLastError(), "a kernel that starts");
  check_cuda(cudaDeviceSynchronize(), "a kernel that ends");
}

template <class T>
class SimulateCuda final : public SimulateBackend {
 public:
  SimulateCuda(const Network& network, const Machine* machine, const Plan<T>& plan,
               const ExactReadout& exact, const SimulateChosen* cpu,
               const std::optional<DrawnPlan>& drawn = {},
               const std::optional<WholePlan>& whole = {})
      : cpu_(cpu),
        drawn_(drawn),
        whole_plan_(whole),
        known_(machine != nullptr ? known_states(network, *machine, exact) : std::vector<double>()),
        program_(make_program(network, plan, machine, known_)),
        numbers_(program_.numbers),
        whole_(program_.whole),
        layers_(program_.place_layers(numbers_.get())),
        pairs_(PairProgram::make(network, machine, known_, cpu != nullptr)),
        multiprocessors_(static_cast<unsigned>(properties_of_device().multiProcessorCount)) {
    for (const LayerView<T>& layer : program_.layers) {
      widest_ = std::max(widest_, layer.n * layer.d);
    }
  }

  SimulateResult run(const Words& words, const SimulateOptions& options) const override {
    SimulateResult result = make_result(words, words.count, options, program_.view.width);
    if (words.count == 0) return result;
    const Doubts doubts(cpu_, words.count);
    if (pairs_ && pairs_->takes(options)) {
      pairs_->run(words, options, multiprocessors_, doubts.marks(), result);
      doubts.settle(words, options, result);
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
    run.doubts = doubts.marks();
    launch(run, drawn_, whole_plan_, blocks);
    outputs.read(result.outputs.data());
    states.read(result.states.data());
    merge(findings.read(), result);
    doubts.settle(words, options, result);
    return result;
  }

 private:
  const SimulateChosen* cpu_;  ///< null: readouts are rounded
  std::optional<DrawnPlan> drawn_;
  std::optional<WholePlan> whole_plan_;
  std::vector<double> known_;
  Program<T> program_;
  DeviceArray<T> numbers_;
  DeviceArray<typename Carrier<T>::U> whole_;
  DeviceArray<LayerView<T>> layers_;
  std::optional<PairProgram> pairs_;
  unsigned multiprocessors_ = 1;
  std::uint32_t widest_ = 0;
};

/// `cpu`: reads words that are in doubt; null where readouts are rounded.
std::unique_ptr<SimulateBackend> on_this_device(const Network& network, const Machine* machine,
                                                const ExactReadout& exact,
                                                const SimulateChosen* cpu) {
  if (needs_whole(network)) {
    return std::make_unique<SimulateCuda<double>>(network, machine, Plan<double>{}, exact, cpu,
                                                  std::nullopt, plan_whole(network));
  }
  if (draws(network.formats)) {
    const DrawnPlan drawn = plan_drawn(network.formats);
    return std::make_unique<SimulateCuda<double>>(network, machine, undrawn_plan(drawn), exact, cpu,
                                                  drawn);
  }
  if (network.formats.tensor.group != 0) {
    return std::make_unique<SimulateCuda<double>>(network, machine, plan_tensor(network.formats),
                                                  exact, cpu);
  }
  if (cpu != nullptr) {
    const Network carried = with_carried_readout(network);
    const auto plan = plan_in_float(carried.formats);
    if (plan && weights_fit_float(network)) {
      return std::make_unique<SimulateCuda<float>>(carried, machine, *plan, exact, cpu);
    }
  } else if (const auto plan = plan_in_float(network.formats)) {
    return std::make_unique<SimulateCuda<float>>(network, machine, *plan, exact, cpu);
  }
  return std::make_unique<SimulateCuda<double>>(network, machine, plan_in_double(network.formats),
                                                exact, cpu);
}

/// Each GPU with its own tables and a share of the words.
class SimulateDevices final : public SimulateBackend {
 public:
  SimulateDevices(const Network& network, const Machine* machine, const ExactReadout& exact,
                  const std::vector<int>& devices)
      : width_(network.width()),
        cpu_(exact ? make_simulate_cpu(network, machine, exact) : nullptr),
        tables_(devices, [&] { return on_this_device(network, machine, exact, cpu_.get()); }) {}

  SimulateResult run(const Words& words, const SimulateOptions& options) const override {
    const std::size_t used = devices_for(tables_.size(), words.count, 1);
    std::vector<SimulateResult> results(used);
    tables_.run(used, [&](std::size_t i, const std::unique_ptr<SimulateBackend>& tables) {
      const DeviceShare share = device_share(words.count, used, i);
      results[i] = tables->run(part_of(words, share.begin, share.end), options);
    });
    SimulateResult all = make_result(words, words.count, options, width_);
    std::size_t outputs = 0, states = 0;
    for (std::size_t i = 0; i < used; ++i) {
      const SimulateResult& result = results[i];
      std::copy(result.outputs.begin(), result.outputs.end(),
                all.outputs.begin() + static_cast<std::ptrdiff_t>(outputs));
      std::copy(result.states.begin(), result.states.end(),
                all.states.begin() + static_cast<std::ptrdiff_t>(states));
      outputs += result.outputs.size();
      states += result.states.size();
      all.wrong_words += result.wrong_words;
      if (!all.first && result.first) {  // shares are in the order of their words
        const std::uint64_t begin = device_share(words.count, used, i).begin;
        all.first = Mismatch{begin + result.first->word, result.first->position};
      }
    }
    return all;
  }

 private:
  std::size_t width_;
  std::unique_ptr<SimulateChosen> cpu_;
  OnEachDevice<std::unique_ptr<SimulateBackend>> tables_;
};

}  // namespace

std::unique_ptr<SimulateBackend> make_simulate_cuda(const Network& network, const Machine* machine,
                                                    const ExactReadout& exact,
                                                    const std::vector<int>& devices) {
  return std::make_unique<SimulateDevices>(network, machine, exact, devices);
}

}  // namespace statewright::kernels
