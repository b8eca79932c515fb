#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "automata/language/random_dfa.hpp"
#include "core/lrnn/model.hpp"
#include "core/number/format.hpp"

namespace statewright::proofs {

/// A family of transitions A, as architectures have them.
struct Family {
  std::string id;           ///< "deltanet01"
  std::string name;         ///< "DeltaNet [0,1]"
  std::string transitions;  ///< what A may be, in one line
  /// Ids of families all of whose transitions are among these, under the same rounding (a gate of
  /// 1, a factor with beta = 0): their networks are networks of this family.
  std::vector<std::string> contains = {};
  bool nonnegative = false;  ///< all eigenvalues of all transitions are real and >= 0
  bool triangular = false;   ///< in one order of the coordinates; products are, too
  /// A transition on n numbers whose parameters are values of `format`, and which belongs to the
  /// family exactly; may return nothing if the draw fell outside.
  std::function<std::optional<core::Transition>(automata::SplitMix64&, std::size_t n,
                                                const core::Format& format)>
      draw = {};
  std::optional<std::size_t> only_size = {};  ///< n, if there is but one
  /// n for which cycles are looked for, small ones first; none where all that can be found is in
  /// families within this one.
  std::vector<std::size_t> sizes = {};
  std::optional<core::Transition> alternating =
      {};                                        ///< takes e_0 to -e_0 or so: parity in any format
  std::optional<core::Transition> turning = {};  ///< turns three numbers around: mod 3
  std::optional<core::Model> deep = {};  ///< counts modulo 3 in several layers, nothing rounds
  bool one_layer = false;                ///< networks of several layers are not meant
};

/// All families of the frontier, smallest first. theory: Grazzi et al. 2025, Table 1; Yang et al.
/// (DeltaNet, Gated DeltaNet), Siems et al. (DeltaProduct), Kimi (KDA).
const std::vector<Family>& families();

/// The family of that id. Errors: Error{range} with the ids.
const Family& family(std::string_view id);

}  // namespace statewright::proofs
