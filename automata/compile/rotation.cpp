// Cyclic groups in the plane (Grazzi et al., ICLR 2025, Theorem 3 construction B, and Theorem 6).
//
// A turn by t is the product of two reflections whose axes are t/2 apart. The first one always is
// the reflection across the x axis, v = (0, 1): it is exact in every arithmetic, and the letters of
// step s and -s differ in one sign only.

#include "automata/compile/rotation.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <tuple>

#include "core/error.hpp"

namespace statewright::automata {
namespace {

using core::Cyclotomic;
using core::Error;
using core::Fault;
using core::Matrix;
using core::Real;

constexpr std::uint32_t kMostStates = Cyclotomic::kLargestOrder / 4;
constexpr const char* kPaper =
    "Grazzi et al., Unlocking State-Tracking in Linear RNNs Through Negative Eigenvalues, ICLR "
    "2025, ";

// --- the circle

/// The map p with p(start) = second that commutes with every letter; nothing if there is none.
std::optional<std::vector<State>> commuting_map(const Dfa& dfa, State second) {
  const auto none = static_cast<State>(dfa.size());
  std::vector<State> image(dfa.size(), none), queue = {dfa.start};
  image[dfa.start] = second;
  for (std::size_t i = 0; i < queue.size(); ++i) {
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      const State next = dfa.step(queue[i], a), expected = dfa.step(image[queue[i]], a);
      if (image[next] == none) {
        image[next] = expected;
        queue.push_back(next);
      } else if (image[next] != expected) {
        return {};
      }
    }
  }
  return image;
}

/// The states along start, p(start), p(p(start)), .., if these are all of them.
std::optional<std::vector<State>> as_cycle(const std::vector<State>& p, State start) {
  std::vector<State> at = {start};
  for (State q = p[start]; q != start && at.size() < p.size(); q = p[q]) at.push_back(q);
  if (at.size() != p.size()) return {};
  return at;
}

/// A cycle of all states that commutes with every letter. Whatever commutes with a cycle of all
/// points is a power of it, so that the letters are powers of this one.
std::optional<std::vector<State>> some_cycle(const Dfa& dfa) {
  for (State second = 0; second < dfa.size(); ++second) {
    const auto p = commuting_map(dfa, second);
    if (!p) continue;
    if (auto at = as_cycle(*p, dfa.start)) return at;
  }
  return {};
}

std::string why_not_cyclic(const Dfa& dfa) {
  for (Letter a = 0; a < dfa.letters.size(); ++a) {
    for (Letter b = a + 1; b < dfa.letters.size(); ++b) {
      for (State q = 0; q < dfa.size(); ++q) {
        if (dfa.step(dfa.step(q, a), b) == dfa.step(dfa.step(q, b), a)) continue;
        return "letters " + core::quoted(dfa.letters.name(a)) + " and " +
               core::quoted(dfa.letters.name(b)) + ", which do not commute";
      }
    }
  }
  return "letters that commute but generate a group of " + std::to_string(dfa.size()) +
         " elements that no single element generates";
}

// --- angles

/// 2 pi s / m as the nearer way round: -m/2 < s <= m/2.
std::int64_t shorter_way(std::uint32_t step, std::size_t m) {
  const auto s = static_cast<std::int64_t>(step), whole = static_cast<std::int64_t>(m);
  return 2 * s > whole ? s - whole : s;
}

/// The reflection across the line at angle 2 pi k / m. Its key is the unit vector at right angles;
/// on the diagonals, where that is irrational, (-1, 1) or (1, 1) in its place.
core::Householder reflection_across(std::int64_t k, std::uint32_t m) {
  const std::int64_t eighths = 8 * k;
  if (eighths % m == 0 && eighths / m % 2 != 0) {
    const std::int64_t octant = (eighths / m % 8 + 8) % 8;
    return {2, {octant == 1 || octant == 5 ? -1 : 1, 1}};
  }
  return {2, {Real(-Cyclotomic::sine(k, m)), Real(Cyclotomic::cosine(k, m))}};
}

core::Transition turn(std::int64_t s, std::uint32_t m, RotationForm form) {
  if (s == 0) return {core::GhProduct{}, {}};
  if (form == RotationForm::products) {
    return {core::GhProduct{{reflection_across(0, 1), reflection_across(s, 2 * m)}}, {}};
  }
  const Real c = Cyclotomic::cosine(s, m), sine = Cyclotomic::sine(s, m);
  Matrix<Real> matrix(2, 2);
  matrix(0, 0) = matrix(1, 1) = c;
  matrix(0, 1) = -sine;
  matrix(1, 0) = sine;
  return {core::Dense{std::move(matrix)}, {}};
}

// --- readouts

/// Scores <point, h>, the largest of which belongs to the nearest of `points` points.
core::Readout nearest_point(std::uint32_t points) {
  core::Readout readout{Matrix<Real>(points, 2), std::vector<Real>(points)};
  for (std::uint32_t k = 0; k < points; ++k) {
    readout.W(k, 0) = Cyclotomic::cosine(k, points);
    readout.W(k, 1) = Cyclotomic::sine(k, points);
  }
  return readout;
}

/// outputs[k] is the output at position k. One row per output if no output has two positions.
std::optional<core::Readout> one_point_each(const std::vector<Output>& outputs,
                                            std::size_t labels) {
  core::Readout readout{Matrix<Real>(labels, 2), std::vector<Real>(labels)};
  const core::Readout points = nearest_point(static_cast<std::uint32_t>(outputs.size()));
  std::vector<bool> used(labels);
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    if (used[outputs[k]]) return {};
    used[outputs[k]] = true;
    // A row that stays zero scores 0, less than the own row's 1.
    for (std::size_t j = 0; j < 2; ++j) readout.W(outputs[k], j) = points.W(k, j);
  }
  return readout;
}

/// Two outputs, one of which fills an arc of count positions from `first`: its row points to the
/// arc's middle, and the other one's score is constant, halfway between what the arc's end and the
/// position after it score.
std::optional<core::Readout> arc_against_rest(const std::vector<Output>& outputs,
                                              std::size_t labels) {
  const std::size_t m = outputs.size();
  const Output one = outputs[0];
  const auto other_at =
      std::find_if(outputs.begin(), outputs.end(), [one](Output output) { return output != one; });
  if (other_at == outputs.end()) return {};
  const Output other = *other_at;
  std::size_t changes = 0, ones = 0;
  for (std::size_t k = 0; k < m; ++k) {
    if (outputs[k] != one && outputs[k] != other) return {};
    ones += outputs[k] == one ? 1 : 0;
    changes += outputs[k] != outputs[(k + 1) % m] ? 1 : 0;
  }
  if (changes != 2) return {};
  const Output arc = 2 * ones <= m ? one : other, rest = arc == one ? other : one;
  const std::size_t count = std::min(ones, m - ones);
  std::size_t first = 0;
  while (outputs[first] != arc || outputs[(first + m - 1) % m] == arc) ++first;

  // The middle is at angle 2 pi (first + (count - 1)/2) / m; the ends of the arc are off it by
  // (count - 1) pi/m, the next positions by (count + 1) pi/m.
  const auto order = static_cast<std::uint32_t>(2 * m);
  const auto middle = static_cast<std::int64_t>(2 * first + count - 1);
  const auto inside = static_cast<std::int64_t>(count) - 1;
  core::Readout readout{Matrix<Real>(labels, 2), std::vector<Real>(labels, -2)};
  readout.W(arc, 0) = Cyclotomic::cosine(middle, order);
  readout.W(arc, 1) = Cyclotomic::sine(middle, order);
  readout.c[arc] = 0;
  readout.c[rest] =
      Real(Cyclotomic::cosine(inside, order) + Cyclotomic::cosine(inside + 2, order)) / Real(2);
  return readout;
}

/// A layer without memory that maps symbols of layer `source` to outputs: the state is the number
/// of the output, H_t = 0 H_{t-1} + output, where 0 is the projection I - v v^T of one dimension.
/// The score 2 k h - k^2 = h^2 - (h - k)^2 is largest for k = h.
core::Layer lookup_layer(std::size_t source, const std::vector<Output>& outputs, Output at_start,
                         std::size_t labels) {
  core::Layer layer;
  layer.n = 1;
  layer.reads = {core::Source{source}};
  layer.start = Matrix<Real>::column({at_start});
  for (const Output output : outputs) {
    layer.table.push_back({core::GhProduct{{{1, {1}}}}, Matrix<Real>::column({output})});
  }
  layer.readout = {Matrix<Real>(labels, 1), std::vector<Real>(labels)};
  for (std::size_t k = 0; k < labels; ++k) {
    const Real number = k;
    layer.readout.W(k, 0) = number + number;
    layer.readout.c[k] = -(number * number);
  }
  return layer;
}

// --- layers

core::Layer plane_layer(std::vector<core::Source> reads) {
  core::Layer layer;
  layer.n = 2;
  layer.reads = std::move(reads);
  layer.start = Matrix<Real>(2, 1);
  layer.start(0, 0) = 1;
  return layer;
}

void add_turning_layers(core::Model& model, const CyclicAction& action,
                        const std::vector<Output>& outputs, RotationForm form) {
  const auto m = static_cast<std::uint32_t>(outputs.size());
  core::Layer layer = plane_layer({core::Source{}});
  for (const std::uint32_t step : action.step) {
    layer.table.push_back(turn(shorter_way(step, m), m, form));
  }
  auto readout = one_point_each(outputs, model.labels.size());
  if (readout) {
    model.about.note =
        "one layer: the readout is the nearest of the " + std::to_string(m) + " points";
  } else if ((readout = arc_against_rest(outputs, model.labels.size()))) {
    model.about.note =
        "one layer: one output is an arc of the circle, and the readout compares "
        "with the line that cuts it off";
  } else {
    model.about.note =
        "the first layer emits which of the " + std::to_string(m) +
        " points it is at, because the outputs are no arcs of the circle; the second "
        "has no memory (A = 0) and maps points to outputs";
    layer.readout = nearest_point(m);
    model.layers = {std::move(layer), lookup_layer(0, outputs, outputs[0], model.labels.size())};
    return;
  }
  layer.readout = std::move(*readout);
  model.layers = {std::move(layer)};
}

/// h <- -h + 1 from 0: the parity of the number of letters read, emitted as symbol 0 or 1.
core::Layer clock_layer(std::size_t letters) {
  core::Layer layer;
  layer.n = 1;
  layer.reads = {core::Source{}};
  layer.start = Matrix<Real>(1, 1);
  const core::Transition tick{core::GhProduct{{{2, {1}}}}, Matrix<Real>::column({1})};
  layer.table.assign(letters, tick);
  layer.readout = {Matrix<Real>::column({0, 2}), {1, 0}};
  return layer;
}

/// Theorem 6. After an even number of letters position y is the point at angle 2 y pi/m, after an
/// odd number at (1 - 2 y) pi/m; the reflection across a/2 takes angle x to a - x. So a letter of
/// step s that comes as an odd one needs a = (1 - 2 s) pi/m, as an even one a = (1 + 2 s) pi/m.
void add_reflecting_layers(core::Model& model, const CyclicAction& action,
                           const std::vector<Output>& outputs) {
  const auto m = static_cast<std::int64_t>(outputs.size());
  const auto points = static_cast<std::uint32_t>(2 * m);
  core::Layer layer = plane_layer({core::Source{}, core::Source{0}});
  for (const std::uint32_t step : action.step) {
    const std::int64_t s = shorter_way(step, outputs.size());
    for (const std::int64_t a : {1 + 2 * s, 1 - 2 * s}) {  // clock 0 (even), clock 1 (odd)
      layer.table.push_back({core::GhProduct{{reflection_across(a, 2 * points)}}, {}});
    }
  }
  layer.readout = nearest_point(points);
  std::vector<Output> of_point(points);
  for (std::int64_t y = 0; y < m; ++y) {
    of_point[2 * y] = outputs[y];
    of_point[(2 * m + 1 - 2 * y) % (2 * m)] = outputs[y];
  }
  model.layers = {clock_layer(action.step.size()), std::move(layer),
                  lookup_layer(1, of_point, outputs[0], model.labels.size())};
  model.about.note = "layer 0 is the clock, layer 1 reflects and emits which of " +
                     std::to_string(points) +
                     " points it is at, layer 2 has no memory (A = 0) and maps points to outputs";
}

}  // namespace

CyclicAction cyclic_action(const Dfa& dfa, const std::string& language) {
  const auto found = some_cycle(dfa);
  if (!found) {
    throw Error({Fault::unsupported, "language " + core::quoted(language),
                 "letters that all are powers of one cycle of the " + std::to_string(dfa.size()) +
                     " states, as in mod:m, Z_m and cyclenav:m",
                 why_not_cyclic(dfa), "--code auto chooses a code that fits"});
  }
  const std::vector<State>& one_way = *found;
  const std::size_t m = one_way.size();
  CyclicAction action;
  // What the readout needs first: few changes of output along the circle, so that arcs are arcs.
  std::tuple<std::size_t, std::vector<Output>, State> best;
  for (std::size_t j = 1; j < m || j == 1; ++j) {  // one_way's generator to the power j
    if (std::gcd(j, m) != 1) continue;
    std::vector<State> at(m);
    std::vector<Output> outputs(m);
    for (std::size_t k = 0; k < m; ++k) {
      at[k] = one_way[j * k % m];
      outputs[k] = dfa.output[at[k]];
    }
    std::size_t changes = 0;
    for (std::size_t k = 0; k < m; ++k) changes += outputs[k] != outputs[(k + 1) % m] ? 1 : 0;
    auto merit = std::tuple(changes, std::move(outputs), at[1 % m]);
    if (!action.at.empty() && merit >= best) continue;
    action.at = std::move(at);
    best = std::move(merit);
  }
  action.index.resize(m);
  for (std::size_t k = 0; k < m; ++k) action.index[action.at[k]] = static_cast<std::uint32_t>(k);
  for (Letter a = 0; a < dfa.letters.size(); ++a) {
    action.step.push_back(action.index[dfa.step(dfa.start, a)]);
  }
  return action;
}

core::Model compile_rotation(const Language& language, RotationForm form) {
  const Dfa& dfa = language.dfa;
  const std::size_t m = dfa.size();
  if (m > kMostStates) {
    throw Error({Fault::unsupported, "language " + core::quoted(language.name),
                 "at most " + std::to_string(kMostStates) + " states for an exact rotation",
                 std::to_string(m) + " states", "--code auto chooses a code that fits"});
  }
  const CyclicAction action = cyclic_action(dfa, language.name);
  std::vector<Output> outputs;
  for (const State q : action.at) outputs.push_back(dfa.output[q]);

  core::Model model;
  model.letters = dfa.letters;
  model.labels = dfa.labels;
  model.about.language = language.name;
  const std::string step = "2 pi/" + std::to_string(m);
  switch (form) {
    case RotationForm::products:
      model.about.construction =
          "turns of the plane by multiples of " + step + ", each two reflections";
      model.about.source = std::string(kPaper) + "Theorem 3, construction B (Z_m)";
      break;
    case RotationForm::matrices:
      model.about.construction =
          "turns of the plane by multiples of " + step + ", each a dense 2x2 matrix";
      model.about.source = std::string(kPaper) + "Theorem 3, construction B (Z_m)";
      break;
    case RotationForm::reflections:
      model.about.construction =
          "a clock and one reflection of the plane per letter, by multiples of " + step;
      model.about.source = std::string(kPaper) + "Theorem 6 (appendix D)";
      add_reflecting_layers(model, action, outputs);
      return model;
  }
  add_turning_layers(model, action, outputs, form);
  return model;
}

}  // namespace statewright::automata
