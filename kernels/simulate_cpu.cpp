#include <atomic>
#include <thread>
#include <vector>

#include "kernels/simulate_parts.hpp"
#include "kernels/whole_plan.hpp"

namespace statewright::kernels {
namespace {

constexpr std::uint64_t kWorthAThread = 1U << 16U;  // steps
constexpr std::uint64_t kGroup = 32;                // words that no two threads share

template <class T>
RunWords<T> widest() {
#ifdef STATEWRIGHT_WIDE_VECTORS
  if (vector_bytes() == 64) return run_words_64;
  if (vector_bytes() == 32) return run_words_32;
#endif
  return run_words_16;
}

template <class T>
class SimulateCpu final : public SimulateChosen {
 public:
  SimulateCpu(const Network& network, const Machine* machine, const Plan<T>& plan,
              const ExactReadout& exact, const std::optional<DrawnPlan>& drawn = {},
              const std::optional<WholePlan>& whole = {})
      : program_(make_program(
            network, plan, machine,
            machine != nullptr ? known_states(network, *machine, exact) : std::vector<double>())),
        layers_(program_.place_layers(program_.numbers.data())),
        pairs_(pair_factors(network)),
        exact_(exact),
        drawn_(drawn),
        whole_(whole) {}

  SimulateResult run(const Words& words, const SimulateOptions& options) const override {
    return run_some(words, words.count, nullptr, options);
  }
  SimulateResult run_chosen(const Words& words, std::span<const std::uint64_t> chosen,
                            const SimulateOptions& options) const override {
    return run_some(words, chosen.size(), chosen.data(), options);
  }

 private:
  SimulateResult run_some(const Words& words, std::uint64_t count, const std::uint64_t* chosen,
                          const SimulateOptions& options) const {
    static const RunWords<T> in_vectors = widest<T>();
    const RunWords<T> run_words = whole_ ? static_cast<RunWords<T>>(run_words_16) : in_vectors;
    SimulateResult result = make_result(words, count, options, program_.view.width);
    if (count == 0) return result;
    Job<T> job;
    job.program = program_.place(program_.numbers.data(), program_.whole.data(), layers_.data());
    job.words = words;
    job.emit = options.emit;
    job.pairs = pairs_ ? &*pairs_ : nullptr;
    job.outputs = result.outputs.data();
    job.states = options.states ? result.states.data() : nullptr;
    job.chosen = chosen;
    job.drawn = drawn_ ? &*drawn_ : nullptr;
    job.gives_up = options.gives_up ? &options.gives_up : nullptr;
    job.whole = whole_ ? &*whole_ : nullptr;

    const std::uint64_t groups = (count + kGroup - 1) / kGroup;
    const std::uint64_t steps = groups * kGroup * (words.length + 1);
    const auto threads = static_cast<unsigned>(std::min<std::uint64_t>(
        {thread_count(options.threads), groups, steps / kWorthAThread + 1}));
    const std::uint64_t least = kWorthAThread / (kGroup * (words.length + 1)) + 1;
    const std::uint64_t share = std::max<std::uint64_t>(1, groups / (std::uint64_t{threads} * 16));
    const std::uint64_t at_once = std::max(least, share);
    std::atomic<std::uint64_t> next = 0;
    std::vector<Outcome> outcomes(std::max(1U, threads));
    const auto work = [&](Outcome& outcome) {
      Outcome ours;
      DecidedStates decided(exact_);
      Job<T> own = job;
      if (exact_) own.decided = &decided;
      for (;;) {
        const std::uint64_t group = next.fetch_add(at_once);
        if (group >= groups || (job.gives_up != nullptr && (*job.gives_up)())) break;
        const std::uint64_t end = std::min(groups, group + at_once);
        run_words(own, group * kGroup, std::min(count, end * kGroup), ours);
      }
      outcome = ours;
    };
    std::vector<std::thread> others;
    for (unsigned i = 1; i < threads; ++i) others.emplace_back(work, std::ref(outcomes[i]));
    work(outcomes[0]);
    for (std::thread& thread : others) thread.join();
    Outcome all;
    for (const Outcome& outcome : outcomes) all.merge(outcome);
    result.wrong_words = all.wrong;
    if (all.wrong != 0) result.first = Mismatch{all.word, all.position};
    return result;
  }

  Program<T> program_;
  std::vector<LayerView<T>> layers_;
  std::optional<PairFactors> pairs_;
  ExactReadout exact_;
  std::optional<DrawnPlan> drawn_;
  std::optional<WholePlan> whole_;
};

}  // namespace

std::unique_ptr<SimulateChosen> make_simulate_cpu(const Network& network, const Machine* machine,
                                                  const ExactReadout& exact) {
  if (needs_whole(network)) {
    return std::make_unique<SimulateCpu<double>>(network, machine, Plan<double>{}, exact,
                                                 std::nullopt, plan_whole(network));
  }
  if (draws(network.formats)) {
    const DrawnPlan drawn = plan_drawn(network.formats);
    return std::make_unique<SimulateCpu<double>>(network, machine, undrawn_plan(drawn), exact,
                                                 drawn);
  }
  if (network.formats.tensor.group != 0) {
    return std::make_unique<SimulateCpu<double>>(network, machine, plan_tensor(network.formats),
                                                 exact);
  }
  if (exact) {
    const Network carried = with_carried_readout(network);
    const auto plan = plan_in_float(carried.formats);
    if (plan && weights_fit_float(network)) {
      return std::make_unique<SimulateCpu<float>>(carried, machine, *plan, exact);
    }
  } else if (const auto plan = plan_in_float(network.formats)) {
    return std::make_unique<SimulateCpu<float>>(network, machine, *plan, exact);
  }
  return std::make_unique<SimulateCpu<double>>(network, machine, plan_in_double(network.formats),
                                               exact);
}

}  // namespace statewright::kernels
