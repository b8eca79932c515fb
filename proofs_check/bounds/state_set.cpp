#include "proofs_check/bounds/state_set.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace statewright::proofs {
namespace {

using core::Format;
using core::Real;
using Kind = core::Semantics::Kind;

double middle(const Interval& x) { return x.low + (x.high - x.low) / 2; }

/// At least |a - b|.
double distance_up(const std::vector<double>& a, const std::vector<double>& b) {
  NormUp distance;
  for (std::size_t e = 0; e < a.size(); ++e) {
    distance.add((Interval{a[e], a[e]} - Interval{b[e], b[e]}).size());
  }
  return distance.value();
}

/// The least radius of a ball around `centre` that holds the box, from above.
double reach_of(const std::vector<Interval>& box, const std::vector<double>& centre) {
  NormUp reach;
  for (std::size_t e = 0; e < box.size(); ++e) {
    reach.add((box[e] - Interval{centre[e], centre[e]}).size());
  }
  return reach.value();
}

std::optional<Format> readout_format(const core::Semantics& semantics) {
  return semantics.kind == Kind::stepwise ? semantics.readout : std::nullopt;
}

}  // namespace

bool StateSet::is_point() const noexcept {
  return std::all_of(box.begin(), box.end(), [](const Interval& x) { return x.is_point(); });
}

bool contains(const StateSet& outer, const StateSet& inner) {
  for (std::size_t e = 0; e < outer.box.size(); ++e) {
    if (inner.box[e].low < outer.box[e].low || inner.box[e].high > outer.box[e].high) return false;
  }
  if (reach_of(inner.box, outer.centre) <= outer.radius) return true;
  return add_up(distance_up(inner.centre, outer.centre), inner.radius) <= outer.radius;
}

void reduce(StateSet& set) {
  for (std::size_t e = 0; e < set.box.size(); ++e) {
    set.box[e].low = std::max(set.box[e].low, add_down(set.centre[e], -set.radius));
    set.box[e].high = std::min(set.box[e].high, add_up(set.centre[e], set.radius));
  }
  std::vector<double> centre;
  for (const Interval& entry : set.box) centre.push_back(middle(entry));
  if (const double radius = reach_of(set.box, centre); radius < set.radius) {
    set.centre = std::move(centre);
    set.radius = radius;
  }
}

StateSet hull(const StateSet& a, const StateSet& b) {
  StateSet both = a;
  for (std::size_t e = 0; e < both.box.size(); ++e) {
    both.box[e].low = std::min(a.box[e].low, b.box[e].low);
    both.box[e].high = std::max(a.box[e].high, b.box[e].high);
  }
  const double distance = distance_up(a.centre, b.centre);
  // Any centre is right; this one is the best up to rounding.
  double share = 0;
  if (distance > 0) share = std::clamp((distance + b.radius - a.radius) / (2 * distance), 0.0, 1.0);
  for (std::size_t e = 0; e < both.centre.size(); ++e) {
    both.centre[e] += share * (b.centre[e] - a.centre[e]);
  }
  both.radius = std::max(add_up(distance_up(both.centre, a.centre), a.radius),
                         add_up(distance_up(both.centre, b.centre), b.radius));
  reduce(both);
  return both;
}

StateSet widened(const StateSet& old, const StateSet& grown, double factor) {
  StateSet wide = grown;
  for (std::size_t e = 0; e < wide.box.size(); ++e) {
    wide.box[e].low -= factor * std::max(0.0, old.box[e].low - grown.box[e].low);
    wide.box[e].high += factor * std::max(0.0, grown.box[e].high - old.box[e].high);
  }
  wide.radius += factor * std::max(0.0, grown.radius - old.radius);
  return wide;
}

void inflate(StateSet& set, double distance) {
  if (distance == 0) return;
  for (Interval& entry : set.box) {
    entry = {add_down(entry.low, -distance), add_up(entry.high, distance)};
  }
  set.radius = add_up(set.radius, distance);
}

ExactState box_of(const StateSet& set, const Format& format) {
  ExactState state;
  state.entries = set.box;
  NormUp from_box, from_ball;
  std::vector<double> values;
  for (std::size_t e = 0; e < set.box.size(); ++e) {
    from_box.add(set.box[e].size());
    from_ball.add(std::fabs(set.centre[e]));
    if (set.box[e].is_point() && core::has_value(format, set.box[e].low)) {
      values.push_back(set.box[e].low);
    }
  }
  if (values.size() == set.box.size()) state.values = std::move(values);
  state.norm = std::min(from_box.value(), add_up(from_ball.value(), set.radius));
  return state;
}

ExactState centre_of(const StateSet& set) {
  ExactState state;
  NormUp norm;
  for (const double entry : set.centre) {
    state.entries.push_back({entry, entry});
    norm.add(std::fabs(entry));
  }
  state.norm = norm.value();
  return state;
}

SetLayer::SetLayer(const core::Layer& layer, const core::Semantics& semantics)
    : layer_(layer),
      semantics_(semantics),
      readout_(layer.readout, readout_format(semantics), semantics.state),
      arrows_(layer.table.size()) {
  const std::size_t width = layer.n * layer.d;
  cost_ = 8 * layer.n * width + 6 * layer.readout.W.entries().size() + 16 * width;
  if (semantics.kind == Kind::exact) return;
  Format up = semantics.state, down = semantics.state;
  up.rounding = core::Rounding::up;
  down.rounding = core::Rounding::down;
  up_ = rounder_of(up);
  down_ = rounder_of(down);
}

std::optional<StateSet> SetLayer::start(std::string& why) const {
  StateSet set;
  const bool exact = semantics_.kind == Kind::exact || semantics_.kind == Kind::cast;
  for (const Real& entry : layer_.start.entries()) {
    const double stored = exact ? 0 : stored_value(entry, semantics_.state);
    if (!std::isfinite(stored)) {
      why = "the start state is not finite";
      return {};
    }
    set.box.push_back(exact ? enclose(entry) : Interval{stored, stored});
    set.centre.push_back(middle(set.box.back()));
  }
  set.radius = reach_of(set.box, set.centre);
  return set;
}

const SetLayer::Arrow* SetLayer::arrow(std::size_t input, std::string& why) {
  if (arrows_[input]) return arrows_[input].get();
  const core::Transition& transition = layer_.table[input];
  auto made = std::make_unique<Arrow>();
  if (semantics_.kind == Kind::cast && transition.B) {
    why = "no error bound for `cast` with added terms";
    return nullptr;
  }
  const core::Matrix<Real> A = core::to_matrix(transition, layer_.n);
  for (std::size_t i = 0; i < layer_.n; ++i) {
    for (std::size_t j = 0; j < layer_.n; ++j) {
      if (A(i, j) != 0) made->A.push_back({i, j, enclose(A(i, j))});
    }
  }
  if (transition.B) {
    for (const Real& entry : transition.B->entries()) made->B.push_back(enclose(entry));
  }
  if (semantics_.kind == Kind::exact || semantics_.kind == Kind::cast) {
    made->norm = norm_above(A);
  } else {
    made->error = step_error(layer_, input, semantics_, why);
    if (!made->error) return nullptr;
    made->norm = made->error->norm();
  }
  arrows_[input] = std::move(made);
  return arrows_[input].get();
}

StateSet SetLayer::mapped(const Arrow& arrow, const StateSet& set) const {
  const std::size_t d = layer_.d, width = layer_.n * d;
  StateSet image;
  image.box.resize(width);
  std::vector<Interval> centre(width);
  for (const Arrow::Entry& entry : arrow.A) {
    for (std::size_t c = 0; c < d; ++c) {
      const std::size_t to = entry.row * d + c, from = entry.column * d + c;
      image.box[to] = image.box[to] + entry.value * set.box[from];
      centre[to] = centre[to] + entry.value * Interval{set.centre[from], set.centre[from]};
    }
  }
  for (std::size_t e = 0; e < arrow.B.size(); ++e) {
    image.box[e] = image.box[e] + arrow.B[e];
    centre[e] = centre[e] + arrow.B[e];
  }
  for (const Interval& entry : centre) image.centre.push_back(middle(entry));
  image.radius = add_up(mul_up(arrow.norm, set.radius), reach_of(centre, image.centre));
  reduce(image);
  return image;
}

void SetLayer::snap(StateSet& set) const {
  if (!up_ || !down_) return;
  for (Interval& entry : set.box) {
    // Beyond the largest value the overflow rule answers: then the bound stays as it is.
    const double low = std::max(entry.low, (*up_)(entry.low));
    const double high = std::min(entry.high, (*down_)(entry.high));
    if (std::isfinite(low) && std::isfinite(high) && low <= high) entry = {low + 0.0, high + 0.0};
  }
}

std::optional<StateSet> SetLayer::step(const StateSet& set, std::size_t input, std::string& why) {
  const Arrow* at_input = arrow(input, why);
  if (at_input == nullptr) return {};
  StateSet next = mapped(*at_input, set);
  if (at_input->error) {
    const StepError::At at =
        at_input->error->at(box_of(set, semantics_.state), box_of(next, semantics_.state));
    if (!at.exact) {
      if (!(at.cap >= 0)) {
        why = "values may leave the range of the format";
        return {};
      }
      inflate(next, at.delta);
    }
    snap(next);
    reduce(next);
  }
  if (!std::isfinite(next.radius)) {
    why = "states may grow without bound";
    return {};
  }
  return next;
}

std::optional<std::vector<std::uint32_t>> SetLayer::emitted(const StateSet& set,
                                                            std::string& why) const {
  if (semantics_.kind != Kind::cast) {
    return readout_.possible(box_of(set, semantics_.state), centre_of(set), set.radius);
  }
  // What is shown is the exact state, rounded once.
  StateSet shown = set;
  const RoundingError error = rounding_error(semantics_.state);
  for (Interval& entry : shown.box) {
    if (entry.size() > semantics_.state.largest()) {
      why = "values may leave the range of the format";
      return {};
    }
    const double off = add_up(mul_up(error.relative, entry.size()), error.absolute);
    if (!entry.is_point() || !core::has_value(semantics_.state, entry.low)) {
      entry = {add_down(entry.low, -off), add_up(entry.high, off)};
    }
  }
  snap(shown);
  shown.radius = reach_of(shown.box, shown.centre);
  reduce(shown);
  return readout_.possible(box_of(shown, semantics_.state), centre_of(shown), shown.radius);
}

}  // namespace statewright::proofs
