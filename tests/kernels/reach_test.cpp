// reach: the reference against mathematics, every backend against the reference.

#include "kernels/reach.hpp"

#include <atomic>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "kernels/devices.hpp"
#include "kernels/reach_parts.hpp"
#include "kernels/reference.hpp"
#include "tests/catch.hpp"
#include "tests/kernels/compare.hpp"
#include "tests/kernels/sample_networks.hpp"

using namespace statewright;
using kernels::Backend;
using kernels::Machine;
using kernels::named_format;
using kernels::Network;
using kernels::reach;
using kernels::ReachOptions;
using kernels::ReachResult;
using samples::fast_backends;

namespace {

std::vector<Backend> all_backends() {
  std::vector<Backend> all = fast_backends();
  all.push_back(Backend::reference);
  return all;
}

using End = ReachResult::End;

/// One layer of one number: h <- A h + B for each letter; emits whether h > bound.
Network counter(const char* format, const std::vector<std::pair<double, double>>& moves,
                double start, double bound) {
  Network network;
  network.letters = static_cast<std::uint32_t>(moves.size());
  network.formats = samples::all_in(named_format(format));
  Network::Layer layer;
  layer.n = 1;
  layer.reads = {-1};
  layer.start = {start};
  for (const auto& [A, B] : moves) {
    Network::Move move;
    move.shape = Network::Shape::diagonal;
    move.A = {A};
    move.B = {B};
    layer.moves.push_back(move);
  }
  layer.W = {0, 1};
  layer.c = {0, -bound};
  network.layers = {layer};
  return network;
}

Machine always(const Network& network, std::uint32_t output) {
  return {0, std::vector<std::uint32_t>(network.letters, 0), {output}};
}

double rounded(const char* format, double x) {
  return samples::round_parameter(named_format(format), x);
}

/// What the network computes, if it has at most `most` states: then a machine that agrees.
std::optional<Machine> machine_of(const Network& network, std::size_t most) {
  const kernels::ReferenceNetwork reference(network);
  std::vector<kernels::ReferenceNetwork::State> states = {reference.start()};
  const auto key = [](const kernels::ReferenceNetwork::State& state) {
    std::string text;
    for (const auto& h : state.layers) {
      for (const double x : h) text += std::to_string(x) + (std::signbit(x) ? "-" : "+");
    }
    return text;
  };
  std::map<std::string, std::uint32_t> known = {{key(states[0]), 0}};
  Machine machine;
  for (std::size_t i = 0; i < states.size(); ++i) {
    machine.output.push_back(states[i].output());
    for (std::uint32_t a = 0; a < network.letters; ++a) {
      auto next = states[i];
      reference.step(next, a);
      const auto [at, is_new] = known.emplace(key(next), static_cast<std::uint32_t>(states.size()));
      if (is_new) states.push_back(next);
      if (states.size() > most) return {};
      machine.next.push_back(at->second);
    }
  }
  return machine;
}

void check_same(const ReachResult& ours, const ReachResult& right) {
  CHECK(ours.end == right.end);
  CHECK(ours.word == right.word);
  CHECK(ours.states == right.states);
  CHECK(ours.length == right.length);
}

}  // namespace

TEST_CASE("reach: counters that can be followed by hand", "[kernels][reach][quick]") {
  for (const Backend backend : all_backends()) {
    CAPTURE(kernels::name_of(backend));
    // 0, 1, .., 16: in e4m3 16 + 1 is a tie that goes to 16.
    const Network up = counter("e4m3", {{1, 1}}, 0, 7.5);
    Machine never = always(up, 0);
    ReachResult result = reach(up, never, backend);
    CHECK(result.end == End::wrong);
    CHECK(result.word == std::vector<std::uint32_t>(8, 0));
    CHECK(result.states == 8);
    CHECK(result.length == 7);
    const Network low = counter("e4m3", {{1, 1}}, 0, 16);
    result = reach(low, never, backend);
    CHECK(result.end == End::closed);
    CHECK(result.states == 17);
    CHECK(result.length == 16);
    // Back or on by one from 0: -16 .. 16; 0 and -0 are two states if both come up, they do not.
    const Network both = counter("e4m3", {{1, -1}, {1, 1}}, 0, 16);
    result = reach(both, always(both, 0), backend);
    CHECK(result.states == 33);
    CHECK(result.length == 16);
    // Times 2 to infinity in e5m2: 2^0 .. 2^15, then infinity: 17 states.
    const Network twice = counter("e5m2", {{2, 0}}, 1, 0);
    result = reach(twice, always(twice, 1), backend);
    CHECK(result.end == End::closed);
    CHECK(result.states == 17);
    // e4m3 has no infinity: 2^0 .. 2^8, then NaN, whose scores no number exceeds: output 0.
    const Network nan = counter("e4m3", {{2, 0}}, 1, 0);
    result = reach(nan, always(nan, 1), backend);
    CHECK(result.end == End::wrong);
    CHECK(result.word.size() == 9);
    // Times -1: 1 and -1; times 0 after that: 0 and -0.
    const Network signs = counter("bf16", {{-1, -0.0}, {0, -0.0}}, 1, 2);
    result = reach(signs, always(signs, 0), backend);
    CHECK(result.states == 4);
    // The empty word.
    result = reach(up, always(up, 1), backend);
    CHECK(result.end == End::wrong);
    CHECK(result.word.empty());
    CHECK(result.states == 0);
  }
}

TEST_CASE("reach: word problems close with the order of the group", "[kernels][reach][quick]") {
  for (const Backend backend : all_backends()) {
    CAPTURE(kernels::name_of(backend));
    const auto points = samples::symmetric_group(5, named_format("e2m1"), true);
    ReachResult result = reach(points.network, points.machine, backend);
    CHECK(result.end == End::closed);
    CHECK(result.states == 5);
    CHECK(result.length == 1);
    const auto elements = samples::symmetric_group(3, named_format("e4m3"), false);
    result = reach(elements.network, elements.machine, backend);
    CHECK(result.end == End::closed);
    CHECK(result.states == 6);
    // Outputs that the network does not have agree with nothing; here all but the start.
    Machine other = elements.machine;
    for (std::size_t q = 1; q < other.size(); ++q) other.output[q] = 99;
    result = reach(elements.network, other, backend);
    CHECK(result.end == End::wrong);
    CHECK(result.word == std::vector<std::uint32_t>{1});
  }
}

TEST_CASE("reach: the word is the first of the shortest", "[kernels][reach][oracle]") {
  // Words of sum 6 over steps of 1, 3, 2 (letters 0, 1, 2): of 1 1 (3 + 3) and longer ones.
  for (const Backend backend : all_backends()) {
    CAPTURE(kernels::name_of(backend));
    const Network steps = counter("e4m3", {{1, 1}, {1, 3}, {1, 2}}, 0, 5.5);
    CHECK(reach(steps, always(steps, 0), backend).word == std::vector<std::uint32_t>{1, 1});
    // Up to 7.5 three letters are needed: 3 + 3 + 2 in any order, or 3 + 3 + 3: first is 1 1 1;
    // 2 + 3 + 3 comes later, 1 + 3 + 3 = 7 is too little.
    const Network more = counter("e4m3", {{1, 1}, {1, 3}, {1, 2}}, 0, 7.5);
    CHECK(reach(more, always(more, 0), backend).word == std::vector<std::uint32_t>{1, 1, 1});
    const Network turned = counter("e4m3", {{1, 1}, {1, 2}, {1, 3}}, 0, 7.5);
    CHECK(reach(turned, always(turned, 0), backend).word == std::vector<std::uint32_t>{1, 2, 2});
  }
}

TEST_CASE("reach: rings, whatever memory and threads", "[kernels][reach][oracle]") {
  struct Case {
    const char* format;
    std::uint32_t m;
  };
  std::size_t wrong = 0, longest = 0;
  for (const Case& each : {Case{"e4m3", 5}, Case{"e4m3", 3}, Case{"e4m3", 7}, Case{"e5m2", 5},
                           Case{"e5m2", 12}, Case{"e4m3", 16}, Case{"e3m2", 6}, Case{"e2m3", 5}}) {
    const auto problem = samples::ring(each.m, each.format, each.format);
    const ReachResult right = reach(problem.network, problem.machine, Backend::reference);
    wrong += right.end == End::wrong ? 1 : 0;
    longest = std::max(longest, right.word.size());
    const std::uint64_t bits = kernels::reach_pairs(problem.network, problem.machine) / 8;
    for (const Backend backend : fast_backends()) {
      // Two bitsets and the largest levels that come up, few pairs of which are kept; or all.
      for (const std::uint64_t rows : {600U, 3000U, 1U << 20U}) {
        for (const unsigned threads : {1U, 3U}) {
          ReachOptions options;
          options.threads = threads;
          options.memory = 2 * bits + 8 * rows;
          CAPTURE(each.format, each.m, kernels::name_of(backend), rows, threads);
          check_same(reach(problem.network, problem.machine, backend, options), right);
        }
      }
    }
  }
  CHECK(wrong > 3);
  CHECK(longest > 20);
}

TEST_CASE("reach: backends return the reference's result", "[kernels][reach][oracle]") {
  const std::vector<kernels::Formats> formats = {
      samples::all_in(named_format("e2m1")),
      samples::all_in(named_format("e4m3")),
      samples::all_in(named_format("e5m2")),
      samples::all_in(named_format("e3m2")),
      samples::all_in(named_format("bf16")),
      samples::all_in(named_format("fp16")),
      samples::all_in(named_format("fp32")),
      {named_format("e2m3"), named_format("e4m3"), named_format("bf16"), named_format("fp16")},
      {named_format("bf16"), named_format("fp16"), named_format("fp32"), named_format("fp32")},
      {named_format("e2m1"), named_format("e2m1"), named_format("e4m3"), named_format("fp64")}};
  auto toward_zero = named_format("e4m3");
  toward_zero.rounding = kernels::Rounding::toward_zero;
  auto saturating = named_format("e5m2");
  saturating.overflow = kernels::Overflow::saturate;
  saturating.rounding = kernels::Rounding::up;
  kernels::FormatSpec fixed;
  fixed.fixed = true;
  fixed.exponent_bits = 3;
  fixed.significand_bits = 3;
  fixed.bias = 0;
  fixed.signed_zero = fixed.infinities = false;
  fixed.nans = kernels::Nans::none;
  fixed.overflow = kernels::Overflow::saturate;
  std::vector<kernels::Formats> all = formats;
  for (const auto& format : {toward_zero, saturating, fixed}) {
    all.push_back(samples::all_in(format));
  }
  std::size_t closed = 0, wrong = 0, stopped = 0, tried = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    const auto& choice = all[seed % all.size()];
    const Network network =
        samples::random_network(seed, choice, [](const kernels::FormatSpec& format, double x) {
          return samples::round_parameter(format, x);
        });
    std::optional<Machine> machine;
    if (seed % 3 != 0) machine = machine_of(network, 200);
    if (machine && seed % 3 == 1) {
      std::uint64_t at = seed;
      machine->output[seeded::splitmix(at) % machine->size()] ^= 1U;
    }
    if (!machine && seed % 2 == 0) machine = always(network, 0);
    if (!machine) machine = samples::random_machine(seed, network);
    // Bits for at most 64 MiB, so that the test is quick.
    if (kernels::reach_pairs(network, *machine) > std::uint64_t{1} << 29U) continue;
    ++tried;
    ReachOptions options;
    options.proceed = [](std::uint64_t states) { return states < 3000; };
    const ReachResult right = reach(network, *machine, Backend::reference, options);
    closed += right.end == End::closed ? 1 : 0;
    wrong += right.end == End::wrong ? 1 : 0;
    stopped += right.end == End::stopped ? 1 : 0;
    for (const Backend backend : fast_backends()) {
      options.threads = 1 + seed % 3;
      CAPTURE(seed, kernels::name_of(backend), machine->size());
      check_same(reach(network, *machine, backend, options), right);
    }
  }
  INFO(tried << " networks");
  CHECK(closed > 10);
  CHECK(wrong > 10);
  CHECK(stopped > 0);
}

TEST_CASE("reach: wide levels", "[kernels][reach][oracle]") {
  // Six dense letters over two numbers in e4m3 and e5m2: levels of thousands of pairs.
  for (const char* format : {"e4m3", "e5m2"}) {
    Network network;
    network.letters = 6;
    network.formats = samples::all_in(named_format(format));
    Network::Layer layer;
    layer.n = 2;
    layer.reads = {-1};
    layer.start = {1, 0.5};
    std::uint64_t seed = 3;
    const auto draw = [&] { return rounded(format, 2 * seeded::unit(seed) - 1); };
    for (int a = 0; a < 6; ++a) {
      Network::Move move;
      move.shape = Network::Shape::dense;
      move.A = {draw(), draw(), draw(), draw()};
      if (a > 2) move.B = {draw(), draw()};
      layer.moves.push_back(move);
    }
    layer.W = {0, 0, 1, 1};
    layer.c = {0, -2.5};
    network.layers = {layer};
    for (const double bound : {2.5, 3.5, 100.0}) {
      network.layers[0].c[1] = rounded(format, -bound);
      const Machine machine = always(network, 0);
      const ReachResult right = reach(network, machine, Backend::reference);
      CHECK(right.states > 1);
      if (bound == 100) CHECK(right.states > 1025);
      for (const Backend backend : fast_backends()) {
        CAPTURE(format, bound, kernels::name_of(backend), right.states);
        check_same(reach(network, machine, backend), right);
      }
    }
  }
}

TEST_CASE("reach: exact readouts are asked where scores are close", "[kernels][reach][oracle]") {
  // Small whole weights: fp64 computes the scores exactly, so it is the oracle.
  for (const char* format : {"e4m3", "e2m3", "bf16"}) {
    auto problem = samples::ring(std::string(format) == "bf16" ? 8 : 5, format, format);
    Network& network = problem.network;
    auto& layer = network.layers[0];
    std::uint64_t seed = 11;
    for (double& w : layer.W) {
      w = static_cast<double>(static_cast<int>(seeded::splitmix(seed) % 9) - 4);
    }
    network.formats.readout = named_format("fp64");
    const auto first = [&](std::size_t, const double* h) {
      std::uint32_t best = 0;
      for (std::uint32_t k = 1; k < layer.outputs(); ++k) {
        const auto score = [&](std::uint32_t j) {
          return layer.W[2 * j] * h[0] + layer.W[2 * j + 1] * h[1];
        };
        if (score(k) > score(best)) best = k;
      }
      return best;
    };
    // The machine of outputs of the words of at most one letter, and one that never agrees later.
    Machine machine = always(network, 0);
    const kernels::ReferenceNetwork reference(network);
    machine.output[0] = reference.start().output();
    const ReachResult right = reach(network, machine, Backend::reference);
    for (const Backend backend : all_backends()) {
      CAPTURE(format, kernels::name_of(backend));
      std::atomic<std::size_t> asked = 0;
      ReachOptions options;
      options.exact = [&](std::size_t k, const double* h) {
        ++asked;
        return first(k, h);
      };
      check_same(reach(network, machine, backend, options), right);
    }
    // All outputs alike: every score is doubtful, the first is right.
    for (double& w : layer.W) w = 1;
    const ReachResult closed = reach(network, always(network, 0), Backend::reference);
    CHECK(closed.end == End::closed);
    for (const Backend backend : fast_backends()) {
      std::atomic<std::size_t> asked = 0;
      ReachOptions options;
      options.exact = [&](std::size_t k, const double* h) {
        ++asked;
        return first(k, h);
      };
      check_same(reach(network, always(network, 0), backend, options), closed);
      CHECK(asked > 0);
    }
  }
}

TEST_CASE("reach: weights that are subnormal in float beside large states",
          "[kernels][reach][quick]") {
  // 1.5 r 2^100 is less than 1.8 r 2^100, r the least float; but in float 1.5 r is 2 r.
  Network network;
  network.letters = 1;
  network.formats = samples::all_in(named_format("bf16"));
  Network::Layer layer;
  layer.n = 1;
  layer.reads = {-1};
  layer.start = {-0x1p100};
  layer.moves.resize(1);
  layer.moves[0].shape = Network::Shape::dense;
  layer.moves[0].A = {-1};
  layer.W = {1.5 * 0x1p-149, 0};
  layer.c = {0, 1.8 * 0x1p-49};
  network.layers = {layer};
  ReachOptions options;
  options.exact = [&](std::size_t, const double* h) -> std::uint32_t {
    return layer.W[0] * h[0] < layer.c[1] ? 1 : 0;
  };
  for (const Backend backend : all_backends()) {
    CAPTURE(kernels::name_of(backend));
    CHECK(reach(network, always(network, 1), backend, options).end == End::closed);
    CHECK(reach(network, always(network, 0), backend, options).end == End::wrong);
  }
}

TEST_CASE("reach: what cannot be done is said", "[kernels][reach][quick]") {
  const auto fault = [](const Network& network, const Machine& machine,
                        const ReachOptions& options = {}) {
    try {
      reach(network, machine, Backend::cpu, options);
    } catch (const core::Error& error) {
      return error.facts().fault;
    }
    return core::Fault::io;
  };
  using core::Fault;
  const auto five = samples::symmetric_group(5, named_format("e4m3"), true);
  CHECK(kernels::reach_pairs(five.network, five.machine) == std::uint64_t{1} << 40U);
  CHECK(fault(five.network, five.machine) == Fault::unsupported);
  const Network up = counter("e4m3", {{1, 1}}, 0, 7.5);
  CHECK(kernels::reach_pairs(up, always(up, 0)) == 256);
  CHECK(fault(up, {1, {0}, {0}}) == Fault::range);
  const Network wide = counter("bf16", {{1, 1}}, 0, 7.5);
  ReachOptions little;
  little.memory = 100;
  CHECK(fault(wide, always(wide, 0), little) == Fault::limit);
  little.memory = 65536 / 8 + 12;  // the bits, but not two levels
  CHECK(fault(wide, always(wide, 0), little) == Fault::limit);
  if (!kernels::cuda_devices().empty()) return;
  CHECK_THROWS_AS(reach(up, always(up, 0), Backend::cuda), core::Error);
}

TEST_CASE("reach: memory wanted and there is said in bytes", "[kernels][reach][quick]") {
  const Network wide = counter("bf16", {{1, 1}, {1, 2}}, 0, 7.5);
  for (const Backend backend : fast_backends()) {
    CAPTURE(kernels::name_of(backend));
    const auto refusal = [&](const Network& network, const Machine& machine, std::uint64_t memory) {
      ReachOptions options;
      options.memory = memory;
      try {
        if (backend == Backend::cuda) {
          kernels::reach_cuda(network, machine, options, {0});  // several might find room
        } else {
          reach(network, machine, backend, options);
        }
      } catch (const core::Error& error) {
        CHECK(error.facts().fault == core::Fault::limit);
        return error.facts().expected + "; " + error.facts().found;
      }
      return std::string("none");
    };
    // 2^16 values of bf16, a bit each; of two states of a machine that outputs do not tell apart,
    // twice as many.
    CHECK(refusal(wide, always(wide, 0), 8191) ==
          "8192 bytes for one bit for every pair of states; 8191 bytes");
    CHECK(refusal(wide, {0, {1, 1, 0, 0}, {0, 0}}, 16383) ==
          "16384 bytes for one bit for every pair of states; 16383 bytes");
    // One set of bits and rows of nine levels at least; to go back takes another.
    CHECK(refusal(wide, always(wide, 0), 8192 + 800) ==
          "16384 bytes for two bits for every pair of states; 8992 bytes");
    CHECK(refusal(wide, always(wide, 0), 16384 + 800) == "none");
  }
}

TEST_CASE("reach: divided over several GPUs", "[kernels][reach][cuda][oracle]") {
  if (kernels::cuda_devices().empty()) {
    WARN("skipped: no GPU here");
    return;
  }
  std::vector<std::vector<int>> choices = {{0, 0}, {0, 0, 0}};
  if (kernels::cuda_devices().size() > 1) choices.push_back(kernels::device_numbers());
  // Rings, with all the memory there is, and so little that levels are dropped.
  for (const auto& [format, m] : std::vector<std::pair<const char*, std::uint32_t>>{
           {"e4m3", 5}, {"e4m3", 7}, {"e5m2", 12}, {"e4m3", 16}, {"e2m3", 5}}) {
    const auto problem = samples::ring(m, format, format);
    const ReachResult right = reach(problem.network, problem.machine, Backend::reference);
    const std::uint64_t bits = kernels::reach_pairs(problem.network, problem.machine) / 8;
    for (const auto& devices : choices) {
      for (const std::uint64_t rows : {0U, 600U, 3000U}) {
        ReachOptions options;
        if (rows != 0) options.memory = 2 * bits / devices.size() + 64 + 8 * rows;
        CAPTURE(format, m, devices.size(), rows);
        check_same(reach_divided(problem.network, problem.machine, options, devices), right);
        // What one device has no room for, two have.
        if (rows != 0) {
          check_same(kernels::reach_cuda(problem.network, problem.machine, options, devices),
                     right);
        }
      }
    }
  }
  // Several layers and formats, machines that outputs do not tell apart, searches that are stopped.
  const kernels::Formats formats[] = {
      samples::all_in(named_format("e2m1")),
      samples::all_in(named_format("e3m2")),
      samples::all_in(named_format("e4m3")),
      samples::all_in(named_format("e5m2")),
      {named_format("e2m1"), named_format("e2m1"), named_format("e4m3"), named_format("fp64")}};
  std::size_t closed = 0, wrong = 0, stopped = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    const Network network =
        samples::random_network(seed, formats[seed % std::size(formats)], samples::round_parameter);
    std::optional<Machine> machine;
    if (seed % 3 != 0) machine = machine_of(network, 200);
    if (machine && seed % 3 == 1) machine->output[seed % machine->size()] ^= 1U;
    if (!machine && seed % 2 == 0) machine = always(network, 0);
    if (!machine) machine = samples::random_machine(seed, network);
    if (kernels::reach_pairs(network, *machine) > std::uint64_t{1} << 29U) continue;
    ReachOptions options;
    options.proceed = [](std::uint64_t states) { return states < 150; };
    const ReachResult right = reach(network, *machine, Backend::reference, options);
    closed += right.end == End::closed ? 1 : 0;
    wrong += right.end == End::wrong ? 1 : 0;
    stopped += right.end == End::stopped ? 1 : 0;
    const auto& devices = choices[seed % choices.size()];
    CAPTURE(seed, devices.size());
    check_same(reach_divided(network, *machine, options, devices), right);
  }
  CHECK(closed > 10);
  CHECK(wrong > 10);
  CHECK(stopped > 0);
}

TEST_CASE("reach: exact readouts and little memory on several GPUs",
          "[kernels][reach][cuda][oracle]") {
  if (kernels::cuda_devices().empty()) {
    WARN("skipped: no GPU here");
    return;
  }
  std::vector<std::vector<int>> choices = {{0, 0}, {0, 0, 0}};
  if (kernels::cuda_devices().size() > 1) choices.push_back(kernels::device_numbers());
  // All outputs alike: every score is doubtful, the first is right.
  auto problem = samples::ring(5, "e4m3", "e4m3");
  for (double& w : problem.network.layers[0].W) w = 1;
  problem.network.formats.readout = named_format("fp64");
  const Machine zero = always(problem.network, 0);
  const ReachResult right = reach(problem.network, zero, Backend::reference);
  CHECK(right.end == End::closed);
  // And outputs that disagree in the end, by a machine that counts.
  const Network steps = counter("e4m3", {{1, 1}, {1, 3}, {1, 2}}, 0, 7.5);
  const auto at_bound = [](std::size_t, const double* h) -> std::uint32_t { return h[0] > 7.5; };
  for (const auto& devices : choices) {
    CAPTURE(devices.size());
    ReachOptions options;
    options.exact = [](std::size_t, const double*) -> std::uint32_t { return 0; };
    check_same(reach_divided(problem.network, zero, options, devices), right);
    options.exact = at_bound;
    check_same(reach_divided(steps, always(steps, 0), options, devices),
               reach(steps, always(steps, 0), Backend::reference));
    // 2^16 pairs of bf16: 8192 bytes of bits on one device, half or less on each of several.
    const Network wide = counter("bf16", {{1, 1}, {1, 2}}, 0, 100);
    ReachOptions little;
    little.memory = 8192 + 64;  // not the second set of bits that the way back takes
    const Machine never = always(wide, 0);
    CHECK_THROWS_AS(kernels::reach_cuda(wide, never, little, {0}), kernels::ReachTooLarge);
    check_same(kernels::reach_cuda(wide, never, little, devices),
               reach(wide, never, Backend::reference));
    little.memory = 1000;
    CHECK_THROWS_AS(kernels::reach_cuda(wide, never, little, devices), kernels::ReachTooLarge);
  }
}
