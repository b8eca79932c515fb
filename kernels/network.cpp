#include "kernels/network.hpp"

#include <algorithm>
#include <string>

#include "core/error.hpp"

namespace statewright::kernels {
namespace {

using core::Error;
using core::Fault;

void expect(bool right, Fault fault, const std::string& where, const std::string& expected,
            const std::string& found) {
  if (!right) throw Error({fault, where, expected, found});
}

void expect_count(std::size_t found, std::size_t expected, const std::string& where) {
  expect(found == expected, Fault::shape, where, std::to_string(expected) + " numbers",
         std::to_string(found));
}

std::size_t check_reads(const Network& network, std::size_t index, const std::string& where) {
  std::size_t inputs = 1;
  for (const std::int32_t source : network.layers[index].reads) {
    expect(source >= -1 && source < static_cast<std::int32_t>(index), Fault::range,
           where + ".reads", "-1 or an earlier layer", std::to_string(source));
    inputs *=
        source < 0 ? network.letters : network.layers[static_cast<std::size_t>(source)].outputs();
  }
  return inputs;
}

void check_move(const Network::Layer& layer, const Network::Move& move, const std::string& where) {
  for (const Network::Factor& factor : move.factors) {
    expect_count(factor.v.size(), layer.n, where + ".factors.v");
    const bool moves =
        std::any_of(factor.v.begin(), factor.v.end(), [](double v) { return v != 0; });
    expect(moves, Fault::range, where + ".factors.v", "an entry other than 0", "none");
  }
  if (move.shape == Network::Shape::diagonal) expect_count(move.A.size(), layer.n, where + ".A");
  if (move.shape == Network::Shape::dense) {
    expect_count(move.A.size(), std::size_t{layer.n} * layer.n, where + ".A");
  }
  if (!move.B.empty()) expect_count(move.B.size(), layer.width(), where + ".B");
}

}  // namespace

std::size_t Network::width() const noexcept {
  std::size_t sum = 0;
  for (const Layer& layer : layers) sum += layer.width();
  return sum;
}

void validate(const Network& network) {
  expect(network.letters > 0, Fault::shape, "network", "at least one letter", "none");
  expect(!network.layers.empty() && network.layers.size() <= kMostLayers, Fault::shape, "network",
         "1 to " + std::to_string(kMostLayers) + " layers", std::to_string(network.layers.size()));
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Network::Layer& layer = network.layers[i];
    const std::string where = "network.layers[" + std::to_string(i) + "]";
    expect(layer.n > 0 && layer.d > 0, Fault::shape, where, "a state", "an empty one");
    expect_count(layer.start.size(), layer.width(), where + ".start");
    expect_count(layer.moves.size(), check_reads(network, i, where), where + ".moves");
    for (const Network::Move& move : layer.moves) {
      check_move(layer, move, where + ".moves");
      expect(!network.once || move.shape == Network::Shape::dense, Fault::shape, where + ".moves",
             "dense matrices, as components are rounded once", "factors");
    }
    expect(!layer.c.empty(), Fault::shape, where + ".c", "at least one output", "none");
    expect_count(layer.W.size(), std::size_t{layer.outputs()} * layer.width(), where + ".W");
  }
}

void validate(const Machine& machine, const Network& network) {
  expect(machine.size() > 0, Fault::shape, "machine", "at least one state", "none");
  expect(machine.next.size() == std::size_t{machine.size()} * network.letters, Fault::shape,
         "machine.next", std::to_string(std::size_t{machine.size()} * network.letters) + " states",
         std::to_string(machine.next.size()));
  expect(machine.start < machine.size(), Fault::range, "machine.start", "a state",
         std::to_string(machine.start));
  for (const std::uint32_t next : machine.next) {
    expect(next < machine.size(), Fault::range, "machine.next", "a state", std::to_string(next));
  }
}

}  // namespace statewright::kernels
