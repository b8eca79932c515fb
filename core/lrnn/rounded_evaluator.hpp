#pragma once

// Internal: what the kinds of RoundedModel share. One evaluator per kind of semantics, prepared for
// one layer; rounded.cpp runs them over the layers of a model.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/lrnn/rounded.hpp"
#include "core/number/round.hpp"

namespace statewright::core::detail {

/// Numbers the rounded operations of one step, over all its layers: what stochastic roundings draw
/// their bits by. Others ignore it.
class Draw {
 public:
  explicit Draw(std::uint64_t step) : counter_(step << 32) {}
  std::uint64_t next() noexcept { return counter_++; }

 private:
  std::uint64_t counter_;
};

/// A chunk so far: the state that it began with, and what was read since. Steps that have a
/// beginning of their chunk in common share it.
struct ChunkMemory {
  struct Item {
    std::size_t input = 0;
    std::size_t index = 0;  ///< factor of that input; number of factors: its addition
    std::vector<double> w;  ///< [d], factors only
    std::shared_ptr<Item> before;

    Item(std::size_t input_symbol, std::size_t index_in_it, std::vector<double> weights,
         std::shared_ptr<Item> earlier)
        : input(input_symbol),
          index(index_in_it),
          w(std::move(weights)),
          before(std::move(earlier)) {}
    Item(const Item&) = delete;
    Item& operator=(const Item&) = delete;
    ~Item();  ///< of a long chain too
  };

  std::shared_ptr<const Matrix<double>> start;
  std::size_t letters = 0;     ///< read since
  std::shared_ptr<Item> last;  ///< of all items
  std::size_t items = 0;
};

/// The exact summands of `cast`, those that are not zero, each with how often it occurs. Sorted, so
/// that equal sums have equal memories.
struct CastMemory {
  Matrix<Real> homogeneous;  ///< A(x_t) .. A(x_1) H_0
  std::vector<std::pair<Matrix<Real>, std::uint64_t>> summands;
};

using LayerMemory = std::variant<std::monostate, ChunkMemory, CastMemory>;

/// Correctly rounded operations with a result in one format, on operands of several.
///
/// Arithmetic wants operands of its own format. It is right for operands of any format whose
/// products are exact doubles; others, say fp64 states and a bf16 accumulator, take a slow way
/// through rationals.
class Operations {
 public:
  Operations(const Format& result, std::initializer_list<Format> operands);

  const Format& format() const noexcept { return arithmetic_.rounder().format(); }
  double mul(double a, double b, Draw& draw) const;
  double add(double a, double b, Draw& draw) const;
  double sub(double a, double b, Draw& draw) const { return add(a, -b, draw); }

 private:
  Arithmetic arithmetic_;
  bool direct_ = true;  ///< Arithmetic takes all the operands
};

/// `value` as a parameter is stored: rounded once, to nearest-even in stochastic formats, and +0 if
/// that gives a zero, because parameters are numbers and have no signs of zero.
double stored(const Real& value, const Format& format);
Matrix<double> stored(const Matrix<Real>& values, const Format& format);
std::vector<double> stored(const std::vector<Real>& values, const Format& format);

/// An exact result rounded to `format`.
double rounded(const Real& exact, const Format& format, Draw& draw);

/// beta / (v . v), exactly.
Real scale_of(const Householder& factor);

/// Whether no entry is NaN or infinite.
bool is_finite(const Matrix<double>& state) noexcept;

/// Scores in a format, or exactly, and their argmax: see rounded.hpp.
class RoundedReadout {
 public:
  RoundedReadout(const Readout& readout, const std::optional<Format>& format, const Format& state);
  std::uint32_t operator()(const Matrix<double>& state, Draw& draw) const;

 private:
  std::uint32_t decide_exactly(const Matrix<double>& state) const;

  Readout exact_;
  std::optional<Operations> operations_;
  Matrix<double> W_;
  std::vector<double> c_;
};

/// One layer in one semantics.
class LayerEvaluator {
 public:
  virtual ~LayerEvaluator() = default;
  virtual Matrix<double> start(LayerMemory& memory, Draw& draw) const = 0;
  virtual Matrix<double> next(const Matrix<double>& before, std::size_t input, LayerMemory& memory,
                              Draw& draw) const = 0;
  /// The bytes that determine all later states.
  virtual std::string key(const Matrix<double>& state, const LayerMemory& memory) const = 0;
};

std::unique_ptr<LayerEvaluator> make_stepwise(const Layer& layer, const Semantics& semantics);
std::unique_ptr<LayerEvaluator> make_once(const Layer& layer, const Semantics& semantics);
std::unique_ptr<LayerEvaluator> make_cast(const Layer& layer, const Semantics& semantics);
std::unique_ptr<LayerEvaluator> make_chunk(const Model& model, std::size_t layer,
                                           const Semantics& semantics);

/// The bits of all entries, eight bytes each.
std::string bytes_of(const Matrix<double>& state);

}  // namespace statewright::core::detail

namespace statewright::core {

struct RoundedMemory {
  std::uint64_t position = 0;  ///< letters read, where roundings depend on it; else 0
  std::vector<detail::LayerMemory> layers;
};

}  // namespace statewright::core
