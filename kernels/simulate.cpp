#include "kernels/simulate.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "core/error.hpp"
#include "kernels/devices.hpp"
#include "kernels/generator.hpp"
#include "kernels/reference.hpp"
#include "kernels/simulate_parts.hpp"

namespace statewright::kernels {
namespace {

using core::Error;
using core::Fault;

}  // namespace

void check_words(const Words& words, std::uint32_t letters) {
  if (words.bits == 0) return;
  if (words.bits > 32 || !std::has_single_bit(words.bits)) {
    throw Error({Fault::range, "words.bits", "1, 2, 4, 8, 16 or 32", std::to_string(words.bits)});
  }
  const std::uint64_t row = words.row_size();
  if (words.packed.size() != words.count * row) {
    throw Error({Fault::shape, "words.packed", std::to_string(words.count * row) + " numbers",
                 std::to_string(words.packed.size())});
  }
  if (words.bits < 32 && letters >= 1U << words.bits) return;  // every pattern is a letter
  for (std::uint64_t w = 0; w < words.count; ++w) {
    for (std::uint64_t t = 0; t < words.length; ++t) {
      const std::uint32_t letter = packed_letter(words, row, w, t);
      if (letter < letters) continue;
      throw Error({Fault::range, "words.packed[" + std::to_string(w) + "]",
                   "a letter below " + std::to_string(letters), std::to_string(letter)});
    }
  }
}

std::uint64_t Words::row_size() const noexcept {
  const std::uint64_t per = bits == 0 ? 1 : 32 / bits;
  return length / per + (length % per != 0 ? 1 : 0);
}

std::vector<std::uint32_t> pack(std::span<const std::uint32_t> letters, std::uint64_t count,
                                std::uint64_t length, unsigned bits) {
  Words words{.count = count, .length = length, .bits = bits};
  const std::uint64_t row = words.row_size(), per = 32 / bits;
  std::vector<std::uint32_t> packed(count * row);
  for (std::uint64_t w = 0; w < count; ++w) {
    for (std::uint64_t t = 0; t < length; ++t) {
      packed[w * row + t / per] |= letters[w * length + t] << (t % per * bits);
    }
  }
  return packed;
}

Network with_carried_readout(Network network) {
  network.formats.readout = network.formats.accumulate;
  return network;
}

bool weights_fit_float(const Network& network) {
  const auto fits = [](const std::vector<double>& numbers) {
    return std::all_of(numbers.begin(), numbers.end(), [](double x) {
      return !std::isfinite(x) || std::fabs(x) <= std::numeric_limits<float>::max();
    });
  };
  return std::all_of(network.layers.begin(), network.layers.end(),
                     [&](const auto& layer) { return fits(layer.W) && fits(layer.c); });
}

Words part_of(const Words& words, std::uint64_t begin, std::uint64_t end) {
  Words part = words;
  part.count = end - begin;
  part.first = words.first + begin;
  if (words.bits != 0) {
    const std::uint64_t row = words.row_size();
    part.packed = words.packed.subspan(begin * row, part.count * row);
  }
  return part;
}

SimulateResult make_result(const Words& words, std::uint64_t count, const SimulateOptions& options,
                           std::size_t width) {
  SimulateResult result;
  if (options.emit == Emit::last) result.outputs.resize(count);
  if (options.emit == Emit::every) result.outputs.resize(count * words.length);
  if (options.states) result.states.resize(count * width);
  return result;
}

constexpr std::uint64_t kBetweenQuestions = 64;  // letters

SimulateResult simulate_reference(const Network& network, const Machine* machine,
                                  const Words& words, const SimulateOptions& options,
                                  const ExactReadout& exact) {
  const ReferenceNetwork reference(network, exact);
  const std::uint64_t row = words.row_size();
  SimulateResult result = make_result(words, words.count, options, network.width());
  for (std::uint64_t w = 0; w < words.count; ++w) {
    const WordKeys keys = word_keys(words.seed, words.first + w);
    ReferenceNetwork::State state = reference.start();
    std::uint32_t q = machine != nullptr ? machine->start : 0;
    bool right = true;
    const auto compare = [&](std::uint64_t position) {
      if (machine == nullptr || !right || state.output() == machine->output[q]) return;
      right = false;
      ++result.wrong_words;
      if (!result.first) result.first = Mismatch{w, position};
    };
    compare(0);
    for (std::uint64_t t = 0; t < words.length; ++t) {
      if (t % kBetweenQuestions == 0 && options.gives_up && options.gives_up()) return result;
      const std::uint32_t letter =
          words.bits != 0 ? packed_letter(words, row, w, t) : letter_at(keys, t, network.letters);
      reference.step(state, letter);
      if (machine != nullptr) q = machine->next[std::size_t{q} * network.letters + letter];
      if (options.emit == Emit::every) result.outputs[w * words.length + t] = state.output();
      compare(t + 1);
    }
    if (options.emit == Emit::last) result.outputs[w] = state.output();
    std::size_t place = w * network.width();
    for (const auto& h : state.layers) {
      for (const double x : h) {
        if (options.states) result.states[place++] = x;
      }
    }
  }
  return result;
}

struct Simulator::Data {
  Network network;
  std::optional<Machine> machine;
  ExactReadout exact;
  Backend backend = Backend::reference;
  std::unique_ptr<SimulateBackend> prepared;  ///< null: reference

  const Machine* compared() const { return machine ? &*machine : nullptr; }
};

Simulator::Simulator(Network network, std::optional<Machine> machine, Backend backend,
                     ExactReadout exact)
    : data_(std::make_unique<Data>()) {
  validate(network);
  if (machine) validate(*machine, network);
  data_->network = std::move(network);
  data_->machine = std::move(machine);
  data_->exact = std::move(exact);
  if (data_->exact) data_->network.formats.readout = named_format("fp64");
  data_->backend = resolve(backend);
  if (data_->backend == Backend::cpu) {
    data_->prepared = make_simulate_cpu(data_->network, data_->compared(), data_->exact);
  }
  if (data_->backend == Backend::cuda) {
    data_->prepared =
        make_simulate_cuda(data_->network, data_->compared(), data_->exact, device_numbers());
  }
}

Simulator::~Simulator() = default;
Simulator::Simulator(Simulator&&) noexcept = default;
Simulator& Simulator::operator=(Simulator&&) noexcept = default;

Backend Simulator::backend() const noexcept { return data_->backend; }

SimulateResult Simulator::run(const Words& words, const SimulateOptions& options) const {
  check_words(words, data_->network.letters);
  if (data_->prepared) return data_->prepared->run(words, options);
  return simulate_reference(data_->network, data_->compared(), words, options, data_->exact);
}

SimulateResult simulate(const Network& network, const std::optional<Machine>& machine,
                        const Words& words, const SimulateOptions& options, Backend backend,
                        const ExactReadout& exact) {
  return Simulator(network, machine, backend, exact).run(words, options);
}

}  // namespace statewright::kernels
