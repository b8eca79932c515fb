#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "kernels/network.hpp"
#include "kernels/whole_plan.hpp"

namespace statewright::kernels {

/// A network one step at a time: network.hpp in plain loops, every number a double, every rounding
/// by the most general way. The specification of the faster definitions, and what a witness is
/// replayed by.
class ReferenceNetwork {
 public:
  struct State {
    std::vector<std::vector<double>> layers;  ///< [n d] each
    std::vector<std::uint32_t> emitted;       ///< by each layer, the last one's the output
    std::uint64_t position = 0;               ///< letters read: what stochastic roundings draw by
    std::uint32_t output() const noexcept { return emitted.back(); }
  };

  /// Decides what a layer emits in a state, [width], instead of its scores.
  using Decide = std::function<std::uint32_t(std::size_t layer, const double* state)>;

  /// Keeps a reference. Errors: those of validate, plan_drawn and plan_whole.
  explicit ReferenceNetwork(const Network& network, Decide decide = {});

  State start() const;
  void step(State& state, std::uint32_t letter) const;
  /// What a layer emits in that state, drawing as the first layer does before any letter.
  std::uint32_t read_out(const Network::Layer& layer, const std::vector<double>& h) const;

 private:
  /// The counter of the next rounding.
  using Counter = std::uint64_t;

  double product(double a, double b, Counter& counter) const;
  double sum(double a, double b, Counter& counter) const;
  double stored(double x, Counter& counter) const;
  /// By the tensor core, of all entries: a . (column of h).
  double tensor_dot(const double* a, const std::vector<double>& h, std::size_t d,
                    std::size_t column, Counter& counter) const;
  void apply(const Network::Factor& factor, std::uint32_t d, std::vector<double>& h,
             Counter& counter) const;
  std::vector<double> multiply(const Network::Layer& layer, const Network::Move& move,
                               const std::vector<double>& h, Counter& counter) const;
  std::vector<double> multiply_once(std::size_t index, const Network::Move& move,
                                    const std::vector<double>& h, Counter& counter) const;
  std::uint32_t read_out(const Network::Layer& layer, const std::vector<double>& h,
                         Counter& counter) const;

  const Network& network_;
  DrawnPlan plan_;                  ///< if carriers do
  std::optional<WholePlan> whole_;  ///< else
  Decide decide_;
};

}  // namespace statewright::kernels
