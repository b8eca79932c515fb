// reach: its reference, a search in breadth with rows in a map and parents stored, in the order
// (row, letter), so that the first disagreement ends the first of the shortest wrong words; and
// what the other definitions share.

#include "kernels/reach.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/error.hpp"
#include "kernels/devices.hpp"
#include "kernels/reach_parts.hpp"

namespace statewright::kernels {
namespace {

using core::Error;
using core::Fault;

constexpr std::uint64_t kNoSize = ~std::uint64_t{0};
constexpr std::uint32_t kMostReachStates = 1U << 12U;

/// Whether a state can be NaN: without infinities and NaN among the operands there are none among
/// the results, if the format of the results has neither.
bool is_always_a_number(const Formats& formats) {
  const FormatSpec& state = formats.state;
  return !state.infinities && state.nans == Nans::none && formats.accumulate == state &&
         formats.io == state;
}

/// Magnitude of the largest finite value as a code; fixed point: the code of the largest.
std::uint64_t largest_magnitude(const FormatSpec& format) {
  if (format.fixed) return (std::uint64_t{1} << format.width()) - 1;
  const auto field = static_cast<std::uint64_t>(format.emax() + format.bias);
  const double mantissa = std::ldexp(format.largest(), -format.emax()) - 1;
  return (field << format.significand_bits) +
         static_cast<std::uint64_t>(std::ldexp(mantissa, format.significand_bits));
}

/// Codes of infinity and NaN without their signs, and of the largest of all.
struct Magnitudes {
  std::uint64_t infinity = kNoSize, nan = kNoSize, most = 0;
};

Magnitudes magnitudes(const Formats& formats) {
  Magnitudes m;
  m.most = largest_magnitude(formats.state);
  if (formats.state.infinities) m.infinity = ++m.most;
  if (!is_always_a_number(formats)) m.nan = ++m.most;
  return m;
}

void check(const Network& network, const Machine& machine) {
  validate(network);
  validate(machine, network);
  if (network.once) {
    throw core::Error({core::Fault::unsupported, "network", "every operation rounded to a format",
                       "components that are rounded once"});
  }
  const ReachSize size = reach_size(network, machine);
  if (size.pairs > kMostReachPairs) {
    throw Error({Fault::unsupported, "reach",
                 "at most " + std::to_string(kMostReachPairs) + " pairs of states, one bit each",
                 size.pairs == kNoSize ? "2^62 or more" : std::to_string(size.pairs),
                 "a smaller format, fewer layers or fewer states of the automaton"});
  }
  if (network.letters >= kMostReachLetters) {
    throw Error({Fault::unsupported, "reach",
                 "fewer than " + std::to_string(kMostReachLetters) + " letters",
                 std::to_string(network.letters)});
  }
  if (machine.size() >= kMostReachStates) {
    throw Error({Fault::unsupported, "reach",
                 "fewer than " + std::to_string(kMostReachStates) + " states of the automaton",
                 std::to_string(machine.size())});
  }
}

ReachResult reach_reference(const Network& network, const Machine& machine,
                            const ReachOptions& options) {
  const ReachSteps steps(network, machine, options);
  ReachResult result;
  const std::uint64_t start = steps.start();
  if ((start & kFlag) != 0) {
    result.end = ReachResult::End::wrong;
    return result;
  }
  struct Row {
    std::uint64_t row = 0;
    std::size_t parent = 0;
    std::uint32_t letter = 0;
  };
  std::vector<Row> rows = {{start}};
  std::set<std::uint64_t> known = {start};
  std::size_t level = 1;  // where the next level begins
  result.states = 1;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i == level) {
      level = rows.size();
      result.states = level;
      ++result.length;
      if (options.proceed && !options.proceed(result.states)) {
        result.end = ReachResult::End::stopped;
        return result;
      }
    }
    for (std::uint32_t a = 0; a < network.letters; ++a) {
      const std::uint64_t next = steps.next(rows[i].row, a);
      if ((next & kFlag) == 0) {
        if (known.insert(next).second) rows.push_back({next, i, a});
        continue;
      }
      result.end = ReachResult::End::wrong;
      result.word.push_back(a);
      for (std::size_t r = i; r != 0; r = rows[r].parent) result.word.push_back(rows[r].letter);
      std::reverse(result.word.begin(), result.word.end());
      return result;
    }
  }
  return result;
}

}  // namespace

unsigned code_bits(const Formats& formats) {
  const auto bits = static_cast<unsigned>(std::bit_width(magnitudes(formats).most));
  return formats.state.fixed ? bits : bits + 1;
}

template <class T>
CodePlan<T> code_plan(const Formats& formats) {
  using U = typename Carrier<T>::U;
  constexpr int stored = sizeof(T) == 4 ? 23 : 52, bias = sizeof(T) == 4 ? 127 : 1023;
  const FormatSpec& format = formats.state;
  const Magnitudes m = magnitudes(formats);
  CodePlan<T> plan;
  plan.fixed = format.fixed;
  plan.bits = code_bits(formats);
  plan.infinity = static_cast<U>(m.infinity);
  plan.nan = static_cast<U>(m.nan);
  if (format.fixed) {
    plan.base = static_cast<T>(std::ldexp(1.0, stored - format.significand_bits));
    plan.lowest = static_cast<T>(format.lowest());
    return plan;
  }
  plan.drop = stored - format.significand_bits;
  plan.offset = static_cast<U>(bias - format.bias) << format.significand_bits;
  plan.first_normal = U{1} << format.significand_bits;
  plan.normal = static_cast<T>(std::ldexp(1.0, format.emin()));
  plan.base = plan.normal;
  return plan;
}

template CodePlan<float> code_plan(const Formats&);
template CodePlan<double> code_plan(const Formats&);

ReachSize reach_size(const Network& network, const Machine& machine) {
  ReachSize size;
  const FormatSpec& state = network.formats.state;
  std::size_t width = 0;
  for (const Network::Layer& layer : network.layers) width += layer.width();
  std::set<std::uint32_t> outputs;
  size.told = true;
  for (const std::uint32_t output : machine.output) {
    if (output >= network.outputs()) continue;  // agrees with nothing
    size.told = outputs.insert(output).second && size.told;
  }
  size.pairs = kNoSize;
  if (state.width() > 61 || width > 61) return size;
  const std::uint64_t bits = width * code_bits(network.formats);
  if (bits > 61) return size;
  size.state_bits = static_cast<unsigned>(bits);
  const std::uint64_t states = std::uint64_t{1} << bits, machines = size.told ? 1 : machine.size();
  if (machines <= (std::uint64_t{1} << 62U) / states) size.pairs = states * machines;
  return size;
}

std::uint64_t reach_pairs(const Network& network, const Machine& machine) {
  return reach_size(network, machine).pairs;
}

std::optional<Plan<float>> reach_plan_in_float(const Network& network,
                                               const ReachOptions& options) {
  Formats formats = network.formats;
  if (options.exact) {
    formats.readout = named_format("fp32");
    const auto moderate = [](double x) {
      return x == 0 || (std::abs(x) >= 0x1p-100 && std::abs(x) <= 0x1p100);
    };
    for (const Network::Layer& layer : network.layers) {
      if (!std::all_of(layer.W.begin(), layer.W.end(), moderate)) return {};
      if (!std::all_of(layer.c.begin(), layer.c.end(), moderate)) return {};
    }
  }
  return plan_in_float(formats);
}

Plan<double> reach_plan_in_double(const Network& network, const ReachOptions& options) {
  Formats formats = network.formats;
  if (options.exact) formats.readout = named_format("fp64");
  return plan_in_double(formats);
}

template <class T>
ReachProgram<T>::ReachProgram(const Network& network, const Machine& machine,
                              const ReachOptions& options, const Plan<T>& plan)
    : program(make_program(network, plan, nullptr, {})),
      layers(program.place_layers(program.numbers.data())) {
  const ReachSize size = reach_size(network, machine);
  job.program = program.place(program.numbers.data(), program.whole.data(), layers.data());
  job.codes = code_plan<T>(network.formats);
  job.state_bits = size.state_bits;
  job.told = size.told;
  job.exact = static_cast<bool>(options.exact);
  const Network::Layer& first = network.layers.front();
  job.is_plane = network.layers.size() == 1 && first.n == 2 && first.d == 1 &&
                 first.reads == std::vector<std::int32_t>{-1};
  job.is_dense =
      job.is_plane && std::all_of(first.moves.begin(), first.moves.end(),
                                  [](const auto& m) { return m.shape == Network::Shape::dense; });
  // What operations return needs no second rounding to the format that they round to.
  if (network.formats.state == network.formats.accumulate) {
    job.program.plan.state.kind = Kind::native;
  }
  job.states = machine.size();
  job.next = machine.next.data();
  job.output = machine.output.data();
}

template struct ReachProgram<float>;
template struct ReachProgram<double>;

ReachSteps::ReachSteps(const Network& network, const Machine& machine, const ReachOptions& options)
    : network_(network),
      machine_(machine),
      reference_(network, options.exact),
      codes_(code_plan<double>(network.formats)),
      state_bits_(reach_size(network, machine).state_bits) {}

std::uint64_t ReachSteps::row_of(const ReferenceNetwork::State& state, std::uint32_t q) const {
  std::uint64_t row = 0;
  unsigned shift = 0;
  for (const auto& h : state.layers) {
    for (const double x : h) {
      std::uint64_t code;
      encode_into(codes_, code, x);
      row |= code << shift;
      shift += codes_.bits;
    }
  }
  row |= std::uint64_t{q} << state_bits_;
  return state.output() == machine_.output[q] ? row : row | kFlag;
}

std::uint64_t ReachSteps::start() const { return row_of(reference_.start(), machine_.start); }

std::uint64_t ReachSteps::next(std::uint64_t row, std::uint32_t letter) const {
  row &= kRowMask;
  ReferenceNetwork::State state = {{}, std::vector<std::uint32_t>(network_.layers.size())};
  unsigned shift = 0;
  for (const Network::Layer& layer : network_.layers) {
    std::vector<double>& h = state.layers.emplace_back();
    for (std::uint32_t e = 0; e < layer.width(); ++e) {
      const std::uint64_t code = row >> shift & ((std::uint64_t{1} << codes_.bits) - 1);
      double x;
      decode_into(codes_, x, code);
      h.push_back(x);
      shift += codes_.bits;
    }
  }
  reference_.step(state, letter);
  const std::uint64_t q = row >> state_bits_;
  return row_of(state, machine_.next[q * network_.letters + letter]);
}

std::vector<std::uint32_t> word_through(const ReachGoals& goals, const ReachSteps& steps) {
  std::vector<std::uint32_t> word;
  std::uint64_t row = steps.start();
  for (const std::vector<std::uint64_t>& level : goals) {
    const auto at = std::find_if(level.begin(), level.end(), [&](std::uint64_t candidate) {
      return (candidate & kRowMask) == row;
    });
    if (at == level.end()) throw std::logic_error("reach: no way to the disagreement it has found");
    word.push_back(static_cast<std::uint32_t>((*at & ~kFlag) >> kRowBits));
    row = steps.next(row, word.back());
    if (((row & kFlag) != 0) != (word.size() == goals.size())) {
      throw std::logic_error("reach: the reference does not confirm the disagreement it has found");
    }
  }
  return word;
}

void refuse_reach(const char* what, std::uint64_t wanted, std::uint64_t there, const char* hint) {
  const auto bytes = [](std::uint64_t count) {
    const std::string exactly = std::to_string(count) + " bytes";
    if (count < std::uint64_t{1} << 20U) return exactly;
    const std::uint64_t tenths = count / (std::uint64_t{1} << 20U) * 10 / 1024;
    return exactly + " (" + std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) +
           " GiB)";
  };
  throw ReachTooLarge({Fault::limit, "reach", bytes(wanted) + " for " + what, bytes(there), hint});
}

ReachResult reach(const Network& network, const Machine& machine, Backend backend,
                  const ReachOptions& options) {
  check(network, machine);
  switch (resolve(backend)) {
    case Backend::cuda:
      return reach_cuda(network, machine, options, device_numbers());
    case Backend::cpu:
      return reach_cpu(network, machine, options);
    default:
      return reach_reference(network, machine, options);
  }
}

}  // namespace statewright::kernels
