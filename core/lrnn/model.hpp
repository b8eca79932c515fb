#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/alphabet.hpp"
#include "core/linalg/householder.hpp"
#include "core/linalg/matrix.hpp"
#include "core/number/real.hpp"

namespace statewright::core {

/// A = C_m .. C_2 C_1 with factors C_1, .., C_m in order of application. No factors: the identity.
struct GhProduct {
  std::vector<Householder> factors;
  bool operator==(const GhProduct&) const = default;
};

/// A = diag(entries), [n].
struct Diagonal {
  std::vector<Real> entries;
  bool operator==(const Diagonal&) const = default;
};

/// A = matrix, [n, n].
struct Dense {
  Matrix<Real> matrix;
  bool operator==(const Dense&) const = default;
};

/// What one input symbol does to the state: H <- A H + B. The structure of A is kept, because the
/// order of operations under rounding depends on it.
struct Transition {
  std::variant<GhProduct, Diagonal, Dense> A;
  std::optional<Matrix<Real>> B;  ///< [n, d]; absent means 0
  bool operator==(const Transition&) const = default;
};

/// Emits argmax_k (W vec(H) + c)_k where vec lists H row by row. Ties go to the smallest k.
struct Readout {
  Matrix<Real> W;       ///< [outputs, n d]
  std::vector<Real> c;  ///< [outputs]
  bool operator==(const Readout&) const = default;
};

/// Where a layer reads from: the token, or the symbol that an earlier layer emitted at this step.
struct Source {
  std::optional<std::size_t> layer;  ///< absent: the token
  bool operator==(const Source&) const = default;
};

/// One linear recurrence  H_t = A(x_t) H_{t-1} + B(x_t)  over a finite input alphabet.
struct Layer {
  std::size_t n = 0;              ///< rows of the state
  std::size_t d = 1;              ///< columns of the state
  std::vector<Source> reads;      ///< the input x_t is the tuple of these, first most significant
  Matrix<Real> start;             ///< H_0, [n, d]
  std::vector<Transition> table;  ///< one per input tuple, in mixed-radix order of `reads`
  Readout readout;                ///< applied to the state after the update
  bool operator==(const Layer&) const = default;
};

/// Where a model comes from and what it costs. Never affects its meaning.
struct About {
  std::string language;      ///< "S5", "regex:(aa)*", or empty for a hand-written model
  std::string construction;  ///< "permutation orbit of a start vector"
  std::string source;        ///< "Grazzi et al., ICLR 2025, Theorem 3"
  std::string note;          ///< anything else a reader should know, or empty
  bool operator==(const About&) const = default;
};

/// A stack of layers over one alphabet. At step t every layer, in order, reads its inputs, updates
/// its state and emits a symbol; the last layer's symbol is the model's output, an index into
/// `labels`. For the empty word the output is the last layer's readout of its initial state.
struct Model {
  Alphabet letters;
  std::vector<std::string> labels;
  std::vector<Layer> layers;
  About about;
  bool operator==(const Model&) const = default;
};

/// Number of input symbols of layer `index`: the product over what it reads; 2^31 if it is larger,
/// which no table reaches.
std::size_t input_count(const Model& model, std::size_t index);

/// Name of input tuple `input` of layer `index` for messages: "a", or "(a, 1)" for two sources.
std::string input_name(const Model& model, std::size_t index, std::size_t input);

/// Checks all shapes, sources, labels and v != 0. `where` prefixes the place in the message, e.g.
/// "s5.json". Errors: Error{shape} or Error{range} naming layers[i], the letter and the part.
void validate(const Model& model, std::string_view where = "model");

/// A as a matrix, [n, n]: the product of its factors, its diagonal, or itself.
Matrix<Real> to_matrix(const Transition& transition, std::size_t n);

/// Whether every parameter of the layer is a rational number; what cannot do without asks first.
bool is_rational(const Layer& layer) noexcept;

/// Number of generalised Householder factors of a transition: the length of a GhProduct; the number
/// of entries != 1 of a Diagonal (each is one factor along an axis); nothing for Dense.
std::optional<std::size_t> factor_count(const Transition& transition);

/// layers, total state size, and the largest number of factors that one token costs in any layer.
struct Cost {
  std::size_t layers = 0;
  std::size_t dimension = 0;                     ///< sum over layers of n d
  std::optional<std::size_t> factors_per_token;  ///< absent if some transition is Dense
};
Cost cost_of(const Model& model);

}  // namespace statewright::core
