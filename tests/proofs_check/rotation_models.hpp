#pragma once

// Rotations of the plane and swaps in rounded arithmetic, as tests and benchmarks know their
// answers.

#include <cmath>
#include <deque>
#include <numbers>
#include <string>

#include "automata/language/named.hpp"
#include "core/lrnn/model.hpp"
#include "core/number/round.hpp"
#include "core/number/semantics.hpp"

namespace statewright::samples {

/// A walker on a ring of m cells, "cyclenav:m": the state is a point that starts at (1, 0); `+`
/// turns it by 2 pi/m, with the cosine and sine rounded to the format; `-` turns it back, by the
/// transposed matrix; `0` does nothing. The cell is that of the nearest of m points of the circle,
/// exactly.
inline core::Model walker(std::uint32_t m, const std::string& format) {
  const core::Format rounded = core::parse_format(format, "walker");
  const auto constant = [&](const core::Cyclotomic& exact) -> core::Real {
    return core::exact_value(core::round_exact(core::Real(exact), rounded));
  };
  const core::Real c = constant(core::Cyclotomic::cosine(1, m)),
                   s = constant(core::Cyclotomic::sine(1, m));
  core::Dense up{core::Matrix<core::Real>(2, 2)}, down{core::Matrix<core::Real>(2, 2)};
  up.matrix.entries() = {c, -s, s, c};
  down.matrix.entries() = {c, s, -s, c};
  core::Layer layer;
  layer.n = 2;
  layer.reads = {core::Source{}};
  layer.start = core::Matrix<core::Real>::column({1, 0});
  layer.table = {{down, {}}, {core::GhProduct{}, {}}, {up, {}}};
  layer.readout = {core::Matrix<core::Real>(m, 2), std::vector<core::Real>(m)};
  std::vector<std::string> labels;
  for (std::uint32_t k = 0; k < m; ++k) {
    layer.readout.W(k, 0) = core::Cyclotomic::cosine(k, m);
    layer.readout.W(k, 1) = core::Cyclotomic::sine(k, m);
    labels.push_back(std::to_string(k));
  }
  return {core::Alphabet({"-", "0", "+"}), labels, {layer}, {}};
}

inline automata::Dfa walker_dfa(std::uint32_t m) {
  return automata::named_language("cyclenav:" + std::to_string(m))->dfa;
}

/// Every operation of the step rounded, the readout exact.
inline std::string walker_semantics(const std::string& format) {
  return "mixed:state=" + format + ",readout=exact";
}

/// The walker that can only go up.
inline core::Model climber(std::uint32_t m, const std::string& format) {
  core::Model model = walker(m, format);
  model.letters = core::Alphabet({"+"});
  model.layers[0].table = {model.layers[0].table[2]};
  return model;
}

inline automata::Dfa climber_dfa(std::uint32_t m) {
  automata::Dfa dfa;
  dfa.letters = core::Alphabet({"+"});
  for (std::uint32_t q = 0; q < m; ++q) {
    dfa.labels.push_back(std::to_string(q));
    dfa.next.push_back((q + 1) % m);
    dfa.output.push_back(q);
  }
  return dfa;
}

/// All letters of Z_m: letter w turns the point by 2 pi w/m; letter 0 does nothing. Its constants
/// are cosines and sines as computed in double, then rounded to the format: at quarter turns they
/// are not always 0 where they should be.
inline core::Model ring(std::uint32_t m, const std::string& format) {
  const core::Format rounded = core::parse_format(format, "ring");
  core::Model model = walker(m, format);
  core::Layer& layer = model.layers[0];
  layer.table.clear();
  std::vector<std::string> letters;
  for (std::uint32_t w = 0; w < m; ++w) {
    letters.push_back(std::to_string(w));
    if (w == 0) {
      layer.table.push_back({core::GhProduct{}, {}});
      continue;
    }
    const double angle = 2 * std::numbers::pi * w / m;
    const core::Real c = core::exact_value(core::round_exact(std::cos(angle), rounded)),
                     s = core::exact_value(core::round_exact(std::sin(angle), rounded));
    core::Dense turn{core::Matrix<core::Real>(2, 2)};
    turn.matrix.entries() = {c, -s, s, c};
    layer.table.push_back({turn, {}});
  }
  model.letters = core::Alphabet(letters);
  return model;
}

inline automata::Dfa ring_dfa(std::uint32_t m) {
  automata::Dfa dfa;
  std::vector<std::string> letters;
  for (std::uint32_t q = 0; q < m; ++q) {
    letters.push_back(std::to_string(q));
    dfa.labels.push_back(std::to_string(q));
    dfa.output.push_back(q);
    for (std::uint32_t w = 0; w < m; ++w) dfa.next.push_back((q + w) % m);
  }
  dfa.letters = core::Alphabet(letters);
  return dfa;
}

/// The swaps of a symmetric group ("S5:swaps" or "S5:swaps:point") as reflections with the keys
/// fl(1/sqrt 2) (e_i - e_j) and the scale 2 of the delta rule. The start has to decide the output.
inline core::Model swaps(const automata::Language& language, const std::vector<int>& start,
                         const std::string& format) {
  const core::Real half_root = core::exact_value(core::round_exact(
      core::Real(core::Cyclotomic::cosine(1, 8)), core::parse_format(format, "swaps")));
  const automata::Dfa& dfa = language.dfa;
  const auto& pull = language.action->pull;
  core::Layer layer;
  layer.n = start.size();
  layer.reads = {core::Source{}};
  layer.start = core::Matrix<core::Real>(layer.n, 1);
  for (std::size_t i = 0; i < layer.n; ++i) layer.start(i, 0) = start[i];
  for (const core::Permutation& p : pull) {
    core::GhProduct product;
    for (core::Householder& factor : core::reflections_of(p)) {
      for (core::Real& v : factor.v) v *= half_root;
      factor.beta = 4 * half_root * half_root;  // beta / (v . v) = 2
      product.factors.push_back(std::move(factor));
    }
    layer.table.push_back({std::move(product), {}});
  }
  // Where exact swaps lead, state by state: the rows of the readout.
  std::vector<std::vector<int>> vectors(dfa.size());
  vectors[dfa.start] = start;
  std::deque<automata::State> queue = {dfa.start};
  layer.readout = {core::Matrix<core::Real>(dfa.labels.size(), layer.n),
                   std::vector<core::Real>(dfa.labels.size())};
  while (!queue.empty()) {
    const automata::State q = queue.front();
    queue.pop_front();
    for (std::size_t i = 0; i < layer.n; ++i) layer.readout.W(dfa.output[q], i) = vectors[q][i];
    for (core::Letter a = 0; a < dfa.letters.size(); ++a) {
      const automata::State next = dfa.step(q, a);
      if (!vectors[next].empty()) continue;
      for (std::size_t i = 0; i < layer.n; ++i) vectors[next].push_back(vectors[q][pull[a][i]]);
      queue.push_back(next);
    }
  }
  return {dfa.letters, dfa.labels, {layer}, {}};
}

}  // namespace statewright::samples
