#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/limits.hpp"
#include "core/lrnn/model.hpp"
#include "core/number/format.hpp"
#include "proofs_check/theorems/exponential_sum.hpp"

namespace statewright::proofs {

/// What the cast of a sequence is in the end, and from where on.
struct CastTail {
  double value = 0;    ///< of the format; an infinity, or NaN where overflow gives that
  core::Integer from;  ///< for all k >= from, u_k is cast to `value`; not always the least such
};

/// Lemma 1 with numbers: the value that all but finitely many terms of the sequence are cast to.
/// Missing where 8,192 bits do not decide, and for roundings that are not monotone (`wrap`,
/// stochastic). Cost: some hundred evaluations at O(log from) places.
std::optional<CastTail> cast_tail(const ExponentialSum& u, const core::Format& format);

/// A layer's cast state on the words of one letter.
struct CastRest {
  std::size_t layer = 0;
  /// From so many letters on the state in cast:F is constant.
  std::optional<core::Integer> from;
  bool least = false;   ///< and one letter before it is another
  std::string missing;  ///< why `from` is not there
};

/// From how many letters on the states of all layers are constant, in the semantics cast:F (core:
/// summands cast, exact sum, cast), on the words of `letter`. Requires: that Theorem 1 applies,
/// i.e. the outcome of LetterParity is proved. Where it is at most kLongestReplay the network is
/// run so far, which gives the least length, and checks the other. Limits: the deadline. Irrational
/// layers, those of more than 64 numbers, and those above a layer that takes more than kLongestWay
/// letters are left out.
std::vector<CastRest> cast_rest(const core::Model& model, core::Letter letter,
                                const core::Format& format, const core::Limits& limits = {});

inline constexpr std::size_t kLongestReplay = 1'000;
inline constexpr std::size_t kLongestWay = 64;

}  // namespace statewright::proofs
