#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "automata/language/dfa.hpp"
#include "core/limits.hpp"
#include "core/linalg/matrix.hpp"
#include "core/lrnn/model.hpp"
#include "core/number/real.hpp"

namespace statewright::proofs {

/// All that an exact network does: its finitely many states, which the error bounds are measured
/// from. Rational models come from `verify`, others from a search over exact numbers.
struct ExactOrbit {
  struct LayerStates {
    std::vector<core::Matrix<core::Real>> states;  ///< distinct ones, [n, d]
    std::vector<std::uint32_t> emitted;            ///< [states]: the symbol read out
  };
  std::vector<LayerStates> layers;
  std::vector<std::uint32_t> states;     ///< [rows, layers]: index into the layer's states
  std::vector<std::uint32_t> automaton;  ///< [rows]
  std::vector<std::uint32_t> next;       ///< [rows, letters of the model]: row reached
  /// Empty if the network closes and agrees with the language on every word; then row 0 is the
  /// start. Else why not, and nothing above is set.
  std::string why;

  bool closed() const noexcept { return why.empty(); }
  std::size_t size() const noexcept { return automaton.size(); }
};

/// Explores the exact network. Errors: as verify (alphabets that differ).
ExactOrbit exact_orbit(const core::Model& model, const automata::Dfa& automaton,
                       const core::Limits& limits = {});

/// The input tuple that layer `index` reads: the token, and what earlier layers emitted.
std::size_t input_of(const core::Model& model, std::size_t index, core::Letter letter,
                     const std::uint32_t* emitted);

}  // namespace statewright::proofs
