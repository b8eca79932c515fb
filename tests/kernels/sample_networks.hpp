#pragma once

// Networks that need nothing but kernels/, for tests and benchmarks that run where the libraries of
// big numbers are missing: word problems of symmetric groups, and random networks.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "kernels/network.hpp"
#include "tests/core/seeded.hpp"

namespace statewright::samples {

inline kernels::Formats all_in(const kernels::FormatSpec& format) {
  return {format, format, format, format};
}

struct WordProblem {
  kernels::Network network;
  kernels::Machine machine;
};

/// All n! permutations of n points as letters, in lexicographic order, each a product of at most
/// n - 1 reflections h <- h - v (scale (v . h)) that swap two points: v = key (e_i - e_j).
/// `one_hot`: h = e_1, the output is where point 1 is. Else h = (1, .., n), the output is the whole
/// permutation; then scores are <h_q, h> for each of them.
inline WordProblem symmetric_group(std::uint32_t n, const kernels::FormatSpec& format, bool one_hot,
                                   double key = 1, double scale = 1) {
  std::vector<std::vector<std::uint32_t>> permutations;
  std::vector<std::uint32_t> p(n);
  std::iota(p.begin(), p.end(), 0U);
  do {
    permutations.push_back(p);
  } while (std::next_permutation(p.begin(), p.end()));

  WordProblem problem;
  problem.network.letters = static_cast<std::uint32_t>(permutations.size());
  problem.network.formats = all_in(format);
  kernels::Network::Layer layer;
  layer.n = n;
  layer.reads = {-1};
  std::vector<std::vector<double>> moves;  // (P h)_i = h_p(i)
  for (const auto& letter : permutations) {
    kernels::Network::Move move;
    std::vector<std::uint32_t> left = letter;
    for (std::uint32_t i = 0; i < n; ++i) {
      while (left[i] != i) {  // a swap that puts one point right
        const std::uint32_t j = left[i];
        std::swap(left[i], left[j]);
        std::vector<double> v(n);
        v[std::min(i, j)] = key;
        v[std::max(i, j)] = -key;
        move.factors.push_back({v, scale});
      }
    }
    layer.moves.push_back(move);
  }
  for (std::uint32_t i = 0; i < n; ++i) layer.start.push_back(one_hot ? (i == 0 ? 1 : 0) : i + 1.0);

  // States by their vectors, which the exact reflections permute.
  std::map<std::vector<double>, std::uint32_t> states = {{layer.start, 0}};
  std::vector<std::vector<double>> vectors = {layer.start};
  for (std::size_t q = 0; q < vectors.size(); ++q) {
    for (const kernels::Network::Move& move : layer.moves) {
      std::vector<double> h = vectors[q];
      for (const auto& factor : move.factors) {
        std::vector<std::size_t> swapped;
        for (std::size_t j = 0; j < n; ++j) {
          if (factor.v[j] != 0) swapped.push_back(j);
        }
        std::swap(h[swapped[0]], h[swapped[1]]);
      }
      const auto [found, is_new] = states.emplace(h, static_cast<std::uint32_t>(vectors.size()));
      if (is_new) vectors.push_back(h);
      problem.machine.next.push_back(found->second);
    }
  }
  for (std::size_t q = 0; q < vectors.size(); ++q) {
    problem.machine.output.push_back(static_cast<std::uint32_t>(q));
    layer.W.insert(layer.W.end(), vectors[q].begin(), vectors[q].end());
    layer.c.push_back(0);
  }
  problem.network.layers.push_back(layer);
  return problem;
}

/// One or two layers of up to 5 x 2 numbers over 3 letters, with parameters that are mostly
/// moderate, sometimes 0, 1 or tiny, all of them values of `formats.io` if `round` makes them so.
template <class Round>
kernels::Network random_network(std::uint64_t seed, const kernels::Formats& formats,
                                const Round& round) {
  const auto below = [&](std::uint64_t bound) { return seeded::splitmix(seed) % bound; };
  const auto number = [&](const kernels::FormatSpec& format) {
    const double sign = below(2) == 0 ? 1 : -1;
    switch (below(8)) {
      case 0:
        return 0.0;
      case 1:
        return round(format, sign);
      case 2:
        return round(format,
                     sign * std::ldexp(1 + seeded::unit(seed), static_cast<int>(below(24)) - 18));
      default:
        return round(format, sign * 1.5 * seeded::unit(seed));
    }
  };
  const auto numbers = [&](std::size_t count, const kernels::FormatSpec& format) {
    std::vector<double> result;
    for (std::size_t i = 0; i < count; ++i) result.push_back(number(format) + 0.0);
    return result;
  };
  kernels::Network network;
  network.letters = 3;
  network.formats = formats;
  const std::size_t layers = 1 + below(2);
  std::uint32_t emitted = 1;
  for (std::size_t i = 0; i < layers; ++i) {
    kernels::Network::Layer layer;
    layer.n = 1 + static_cast<std::uint32_t>(below(5));
    layer.d = 1 + static_cast<std::uint32_t>(below(2));
    layer.reads = {-1};
    if (i == 1) layer.reads.push_back(0);
    layer.start = numbers(layer.width(), formats.state);
    for (std::size_t m = 0; m < network.letters * emitted; ++m) {
      kernels::Network::Move move;
      move.shape = static_cast<kernels::Network::Shape>(below(3));
      if (move.shape == kernels::Network::Shape::product) {
        for (std::uint64_t f = below(4); f > 0; --f) {
          kernels::Network::Factor factor{numbers(layer.n, formats.io),
                                          round(formats.io, 2 * seeded::unit(seed))};
          factor.v[below(layer.n)] = round(formats.io, 0.75);
          move.factors.push_back(factor);
        }
      } else {
        const bool dense = move.shape == kernels::Network::Shape::dense;
        move.A = numbers(dense ? layer.n * layer.n : layer.n, formats.io);
      }
      if (below(2) == 0) move.B = numbers(layer.width(), formats.io);
      layer.moves.push_back(move);
    }
    emitted = 2 + static_cast<std::uint32_t>(below(2));
    layer.W = numbers(std::size_t{emitted} * layer.width(), formats.readout);
    layer.c = numbers(emitted, formats.readout);
    network.layers.push_back(layer);
  }
  return network;
}

/// To nearest-even, whatever the format's rounding, as parameters are stored in tests.
inline double round_parameter(kernels::FormatSpec format, double x) {
  if (format.is_double()) return x;
  if (format.is_stochastic()) {
    format.rounding = kernels::Rounding::nearest_even;
    format.seed = 0;
    format.random_bits = 0;
  }
  const kernels::Plan<double> plan = kernels::plan_reference(all_in(format));
  kernels::round_to(plan.accumulate, x);
  return x;
}

/// A point on a circle of m cells that letters turn back, leave and turn on, beside the counter
/// modulo m. W is rounded to the format `readout`.
inline WordProblem ring(std::uint32_t m, const std::string& format, const std::string& readout) {
  const auto round = [](const std::string& to, double x) {
    return round_parameter(kernels::named_format(to), x);
  };
  const double angle = 6.283185307179586 / m;
  const double c = round(format, std::cos(angle)), s = round(format, std::sin(angle));
  WordProblem problem;
  problem.network.letters = 3;
  problem.network.formats = all_in(kernels::named_format(format));
  problem.network.formats.readout = kernels::named_format(readout);
  kernels::Network::Layer layer;
  layer.n = 2;
  layer.reads = {-1};
  layer.start = {1, 0};
  layer.moves.resize(3);
  layer.moves[0].shape = layer.moves[2].shape = kernels::Network::Shape::dense;
  layer.moves[0].A = {c, s, -s, c};
  layer.moves[2].A = {c, -s, s, c};
  for (std::uint32_t k = 0; k < m; ++k) {
    layer.W.push_back(round(readout, std::cos(angle * k)));
    layer.W.push_back(round(readout, std::sin(angle * k)));
    layer.c.push_back(0);
    problem.machine.output.push_back(k);
    for (const std::uint32_t turn : {m - 1, 0U, 1U}) problem.machine.next.push_back((k + turn) % m);
  }
  problem.network.layers = {layer};
  return problem;
}

/// Five states with successors and outputs at random.
inline kernels::Machine random_machine(std::uint64_t seed, const kernels::Network& network) {
  kernels::Machine machine;
  for (std::size_t q = 0; q < 5; ++q) {
    for (std::uint32_t a = 0; a < network.letters; ++a) {
      machine.next.push_back(static_cast<std::uint32_t>(seeded::splitmix(seed) % 5));
    }
    machine.output.push_back(
        static_cast<std::uint32_t>(seeded::splitmix(seed) % network.outputs()));
  }
  return machine;
}

}  // namespace statewright::samples
