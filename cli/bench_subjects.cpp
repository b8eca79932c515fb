#include "cli/bench_subjects.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <numbers>
#include <utility>

#include "automata/compile/compile.hpp"
#include "automata/language/language.hpp"
#include "core/error.hpp"
#include "kernels/census.hpp"
#include "kernels/chunk.hpp"
#include "kernels/from_model.hpp"
#include "kernels/orbit.hpp"
#include "kernels/reach.hpp"
#include "kernels/scan.hpp"
#include "kernels/simulate.hpp"
#include "kernels/whole_plan.hpp"
#include "proofs_check/kernel_machine.hpp"

namespace statewright::cli {
namespace {

using kernels::Backend;
using kernels::Machine;
using kernels::Network;
using Work = std::function<double()>;

std::uint64_t whole(double amount) {
  return static_cast<std::uint64_t>(std::clamp(amount, 1.0, 1e18));
}

/// Words of 1000 letters, 2048 of them (of 250, 16) or more, as many as make up the amount.
kernels::Words words_of(double letters) {
  kernels::Words words{.count = 2048, .length = whole(letters / 2048), .seed = 1};
  if (words.length > 1000) words = {.count = whole(letters / 1000), .length = 1000, .seed = 1};
  return words;
}

double letters_of(const kernels::Words& words) {
  return static_cast<double>(words.count) * static_cast<double>(words.length);
}

BenchSubject simulate_subject(kernels::ReadableNetwork readable, Machine machine,
                              std::string instance) {
  BenchSubject subject{"simulate", std::move(instance), "letters", 2e5, 1, {}, {}};
  subject.agrees = [readable, machine](Backend backend, unsigned threads) {
    const auto& [network, exact] = readable;
    const kernels::Words few{.count = 33, .length = 50, .seed = 2};
    const kernels::SimulateOptions all{kernels::Emit::last, true, threads};
    return simulate(network, machine, few, all, backend, exact) ==
           simulate(network, machine, few, all, Backend::reference, exact);
  };
  subject.prepare = [readable, machine](Backend backend, unsigned threads, double amount) -> Work {
    const auto simulator =
        std::make_shared<kernels::Simulator>(readable.network, machine, backend, readable.exact);
    return [simulator, threads, words = words_of(amount)] {
      const auto found = simulator->run(words, {kernels::Emit::nothing, false, threads});
      // A word that went wrong was not read to its end: at least so much of the others was.
      return letters_of(words) *
             (1 - static_cast<double>(found.wrong_words) / static_cast<double>(words.count));
    };
  };
  return subject;
}

BenchSubject chunk_subject(kernels::ChunkedNetwork network, std::string instance) {
  BenchSubject subject{"chunk", std::move(instance), "letters", 2e4, 1, {}, {}};
  subject.agrees = [network](Backend backend, unsigned threads) {
    const kernels::Words few{.count = 17, .length = 70, .seed = 2};
    const kernels::ChunkOptions all{true, true, threads};
    return kernels::ChunkComparer(network, backend).run(few, all) ==
           kernels::ChunkComparer(network, Backend::reference).run(few, all);
  };
  subject.prepare = [network](Backend backend, unsigned threads, double amount) -> Work {
    const auto comparer = std::make_shared<kernels::ChunkComparer>(network, backend);
    return [comparer, threads, words = words_of(amount)] {
      double letters = 0;
      for (const std::uint64_t first : comparer->run(words, {false, false, threads}).first) {
        letters += static_cast<double>(std::min(first, words.length));
      }
      return letters;
    };
  };
  return subject;
}

BenchSubject scan_subject(Machine machine, std::string instance) {
  BenchSubject subject{"scan", std::move(instance), "letters", 1e6, 1, {}, {}};
  subject.agrees = [machine](Backend backend, unsigned threads) {
    const kernels::LongWord word{.length = 100'003, .seed = 2};
    const std::vector<std::uint64_t> positions = {0, 1, 50'001, 100'003};
    const kernels::ScanOptions all{positions, true, threads};
    return kernels::Scanner(machine, 0, backend).run(word, all) ==
           kernels::Scanner(machine, 0, Backend::reference).run(word, all);
  };
  subject.prepare = [machine](Backend backend, unsigned threads, double amount) -> Work {
    struct Placed {
      kernels::Scanner scanner;
      kernels::PlacedWord word;
    };
    kernels::Scanner scanner(machine, 0, backend);
    // No more than 1 GiB of word.
    const double most = 8.0 * 0x1p30 / scanner.bits();
    kernels::PlacedWord word =
        scanner.place({.length = whole(std::min(amount, most)), .seed = 1}, threads);
    const auto placed = std::make_shared<Placed>(Placed{std::move(scanner), std::move(word)});
    return [placed, threads] {
      placed->scanner.run(placed->word, {.threads = threads});
      return static_cast<double>(placed->word.length());
    };
  };
  return subject;
}

BenchSubject reach_subject(Network network, Machine machine, std::string instance) {
  BenchSubject subject{"reach", std::move(instance), "pairs", 2e4, 5, {}, {}};
  const auto up_to = [](std::uint64_t most, unsigned threads) {
    kernels::ReachOptions options;
    options.threads = threads;
    options.proceed = [most](std::uint64_t states) { return states < most; };
    return options;
  };
  subject.agrees = [network, machine, up_to](Backend backend, unsigned threads) {
    return reach(network, machine, backend, up_to(20'000, threads)) ==
           reach(network, machine, Backend::reference, up_to(20'000, threads));
  };
  subject.prepare = [network, machine, up_to](Backend backend, unsigned threads,
                                              double amount) -> Work {
    return [network, machine, options = up_to(whole(amount), threads), backend] {
      return static_cast<double>(reach(network, machine, backend, options).states);
    };
  };
  return subject;
}

/// Eight affine maps of the plane in fp16 under which about 4e8 states are reached, and a machine
/// that always agrees.
BenchSubject wandering() {
  const kernels::FormatSpec format = kernels::named_format("fp16");
  Network network;
  network.letters = 8;
  network.formats = {format, format, format, format};
  Network::Layer layer;
  layer.n = 2;
  layer.reads = {-1};
  layer.start = {1, 1};
  for (std::uint32_t a = 0; a < network.letters; ++a) {
    // Turns by multiples of a quarter of a quarter, and steps between them, in multiples of 2^-8.
    const double angle = 2 * std::numbers::pi * (a + 0.5) / 16;
    const auto coarse = [](double x) { return std::round(256 * x) / 256; };
    const double c = coarse(0.97 * std::cos(angle)), s = coarse(0.97 * std::sin(angle));
    Network::Move move;
    move.shape = Network::Shape::dense;
    move.A = {c, -s, s, c};
    move.B = {coarse(0.37 * std::cos(3 * angle)), coarse(0.29 * std::sin(5 * angle))};
    layer.moves.push_back(std::move(move));
  }
  layer.W = {0, 0, 0, 0};
  layer.c = {1, 0};
  network.layers = {layer};
  return reach_subject(std::move(network), {0, std::vector<std::uint32_t>(8, 0), {0}},
                       "fp16, n = 2, 8 affine letters");
}

BenchSubject census_subject() {
  const kernels::CensusFamily family{kernels::named_format("e4m3"), {1, 1}, 256};
  BenchSubject subject{"census", "2 x 2 matrices of e4m3, 256 steps", "matrices", 1e4, 1, {}, {}};
  const std::uint64_t middle = family.size() / 3;
  subject.agrees = [family, middle](Backend backend, unsigned threads) {
    return kernels::census(family, middle, middle + 3001, backend, threads) ==
           kernels::census(family, middle, middle + 3001, Backend::reference);
  };
  subject.prepare = [family, middle](Backend backend, unsigned threads, double amount) -> Work {
    const std::uint64_t count = std::min(whole(amount), family.size());
    const std::uint64_t begin = std::min(middle, family.size() - count);
    return [family, begin, count, backend, threads] {
      kernels::census(family, begin, begin + count, backend, threads);
      return static_cast<double>(count);
    };
  };
  return subject;
}

BenchSubject orbit_subject() {
  constexpr std::uint32_t kTurns = 7;
  static constexpr std::size_t kStates = 65'536;
  kernels::OrbitFamily family;
  family.format = kernels::named_format("bf16");
  for (std::size_t i = 0; i < kStates; ++i) {
    family.candidates.push_back(
        {1 + static_cast<double>(i % 128) / 128, static_cast<double>(i / 128 % 128) / 128, 0});
  }
  kernels::OrbitRotation rotation;
  rotation.m = kTurns;
  // cos and sin of 2 pi / 7, to the nearest bf16.
  rotation.constants = {{0.625, 0.78125}};
  for (std::uint32_t k = 0; k < kTurns; ++k) {
    const double angle = 2 * std::numbers::pi * k / kTurns;
    rotation.readout.push_back(std::cos(angle));
    rotation.readout.push_back(std::sin(angle));
  }
  BenchSubject subject{"orbit", "turns by 2 pi/7 in bf16", "steps", 2e5, 1, {}, {}};
  subject.agrees = [family, rotation](Backend backend, unsigned threads) {
    kernels::OrbitFamily few = family;
    few.candidates.resize(1025);
    return kernels::orbit_ends(few, rotation, 33, backend, threads) ==
           kernels::orbit_ends(few, rotation, 33, Backend::reference);
  };
  subject.prepare = [family, rotation](Backend backend, unsigned threads, double amount) -> Work {
    kernels::OrbitFamily part = family;
    part.candidates.resize(std::clamp<std::size_t>(whole(amount / 1000), 1, kStates));
    const std::uint64_t steps = whole(amount / static_cast<double>(part.candidates.size()));
    return [part, rotation, steps, backend, threads] {
      kernels::orbit_ends(part, rotation, steps, backend, threads);
      return static_cast<double>(part.candidates.size()) * static_cast<double>(steps);
    };
  };
  return subject;
}

struct Example {
  automata::Language language;
  core::Model model;
};

Example example(const char* name) {
  automata::Language language = automata::load_language(name);
  core::Model model = automata::compile(language);
  return {std::move(language), std::move(model)};
}

}  // namespace

const std::vector<std::string>& bench_operations() {
  static const std::vector<std::string> names = {"simulate", "scan",  "chunk",
                                                 "census",   "orbit", "reach"};
  return names;
}

std::vector<BenchSubject> bench_subjects(const std::string& operation) {
  const auto machine = [](const Example& e) {
    return proofs::kernel_machine(e.model, e.language.dfa);
  };
  if (operation == "simulate") {
    const Example s5 = example("S5");
    return {
        simulate_subject(kernels::readable_network_of(s5.model, core::parse_semantics("bf16", "")),
                         machine(s5), "S5 in bf16")};
  }
  if (operation == "scan") {
    return {scan_subject(machine(example("parity")), "parity"),
            scan_subject(machine(example("S4:swaps")), "S4:swaps")};
  }
  if (operation == "chunk") {
    return {chunk_subject(kernels::chunked_network_of(example("S5").model,
                                                      core::parse_semantics("chunk:bf16,C=64", "")),
                          "S5 in chunks of 64, bf16")};
  }
  if (operation == "census") return {census_subject()};
  if (operation == "orbit") return {orbit_subject()};
  return {wandering()};
}

std::vector<BenchSubject> bench_subjects(const core::Model& model, const automata::Dfa& automaton,
                                         const core::Semantics& semantics,
                                         const std::string& name) {
  const Machine machine = proofs::kernel_machine(model, automaton);
  const std::string instance = name + " in " + semantics.id();
  if (semantics.kind == core::Semantics::Kind::chunk) {
    return {chunk_subject(kernels::chunked_network_of(model, semantics), instance)};
  }
  const kernels::ReadableNetwork readable = kernels::readable_network_of(model, semantics);
  std::vector<BenchSubject> subjects = {simulate_subject(readable, machine, instance)};
  const kernels::Formats& formats = readable.network.formats;
  if (!readable.exact && !kernels::draws(formats) && formats.tensor.group == 0 &&
      !kernels::needs_whole(readable.network) &&
      kernels::reach_pairs(readable.network, machine) <= kernels::kMostReachPairs) {
    subjects.push_back(reach_subject(readable.network, machine, instance));
  }
  return subjects;
}

}  // namespace statewright::cli
