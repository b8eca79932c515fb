#pragma once

// Internal to proofs_check/bounds: sets of states, and what a layer does to them.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/lrnn/model.hpp"
#include "core/number/round.hpp"
#include "core/number/semantics.hpp"
#include "proofs_check/bounds/error_model.hpp"
#include "proofs_check/bounds/upper.hpp"

namespace statewright::proofs {

/// The states vec(H), row by row, that lie in a box and in a ball at once. The ball keeps its
/// radius under orthogonal maps, where boxes swell; the box follows each coordinate by itself,
/// which diagonal maps and format values want. Never empty.
struct StateSet {
  std::vector<Interval> box;   ///< [n d]
  std::vector<double> centre;  ///< [n d]
  double radius = 0;           ///< 2-norm

  bool operator==(const StateSet&) const = default;
  bool is_point() const noexcept;
};

/// All of `inner` lies in `outer`; false is "not seen to".
bool contains(const StateSet& outer, const StateSet& inner);

/// Cuts the box to the ball, and takes the ball around the box where that is smaller.
void reduce(StateSet& set);

/// A set that holds both: the hull of the boxes, the least ball around the balls.
StateSet hull(const StateSet& a, const StateSet& b);

/// `grown`, which holds `old`, with every bound moved `factor` times further than from `old`.
StateSet widened(const StateSet& old, const StateSet& grown, double factor);

/// The set with room around every state; its centre stays.
void inflate(StateSet& set, double distance);

/// The set as error_model.hpp takes it. `values` only for a single state of values of `format`.
ExactState box_of(const StateSet& set, const core::Format& format);
ExactState centre_of(const StateSet& set);

/// One layer in `exact`, `cast`, `once` or `stepwise`, on sets of states. In the last two a set
/// holds states as they are stored, in `cast` exact ones.
class SetLayer {
 public:
  SetLayer(const core::Layer& layer, const core::Semantics& semantics);

  /// Absent, with the reason, if the start is not finite.
  std::optional<StateSet> start(std::string& why) const;
  /// A set of all states that the layer can reach from one in `set`. Absent, with the reason, where
  /// no error bound holds.
  std::optional<StateSet> step(const StateSet& set, std::size_t input, std::string& why);
  /// The symbols that states in `set` can emit; at least one.
  std::optional<std::vector<std::uint32_t>> emitted(const StateSet& set, std::string& why) const;
  /// About how many operations on numbers one step and readout take.
  std::size_t cost() const noexcept { return cost_; }

 private:
  /// What is known of an input: A and B entry by entry, and the errors of the step.
  struct Arrow {
    struct Entry {
      std::size_t row, column;
      Interval value;
    };
    std::vector<Entry> A;
    std::vector<Interval> B;
    double norm = 0;
    std::unique_ptr<StepError> error;  ///< null in `exact` and `cast`
  };
  const Arrow* arrow(std::size_t input, std::string& why);
  StateSet mapped(const Arrow& arrow, const StateSet& set) const;
  /// Cuts the box to values of the states' format.
  void snap(StateSet& set) const;

  const core::Layer& layer_;
  core::Semantics semantics_;
  ReadoutError readout_;
  std::optional<core::Rounder> up_, down_;
  std::vector<std::unique_ptr<Arrow>> arrows_;
  std::size_t cost_ = 0;
};

}  // namespace statewright::proofs
