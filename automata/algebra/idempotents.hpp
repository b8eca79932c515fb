#pragma once

#include <optional>
#include <variant>

#include "automata/algebra/green.hpp"
#include "automata/algebra/properties.hpp"
#include "core/limits.hpp"
#include "core/verdict.hpp"

namespace statewright::automata {

/// An idempotent map, which the word acts as when it is read `power` times. (The power can be far
/// too large to write the word out: up to the largest order of a permutation of the states.)
struct IdempotentWord {
  Word word;
  core::Integer power = 1;
  Transformation map;
};

/// Two idempotents that break a law.
struct IdempotentPair {
  IdempotentWord x, y;
};

/// A word w that is not regular: no word v has w v w acting as w.
struct NotRegular {
  Word word;
};

/// The idempotent with this kernel and image, which takes each state to the point of the image in
/// its class, or nothing if the image does not meet every class once. It need not belong to the
/// monoid: it does iff the kernel and the image are those of one regular D-class.
std::optional<Transformation> idempotent_between(const GreenStructure& green, Kernel kernel,
                                                 ImageSet image);

/// The idempotent of a regular D-class with this kernel and image, and a word for it, not a
/// shortest one; or nothing if the class has none there. Cost: searches of both components.
std::optional<IdempotentWord> idempotent_word(const GreenStructure& green, const DClass& d_class,
                                              Kernel kernel, ImageSet image);

/// Every element has exactly one inverse; that is, every R-class and every L-class exactly one
/// idempotent; that is, all elements are regular and idempotents commute. The witness against it is
/// an element that is not regular or two idempotents with x y != y x (in fact in one R- or
/// L-class). Needs the D-classes for a proof. Cost: that of counting idempotents.
core::Verdict<Holds, std::variant<NotRegular, IdempotentPair>> is_inverse(
    const GreenStructure& green, const core::Limits& limits = {});

/// All idempotents satisfy x y x = y x, read from left to right: they form a right regular band.
/// Every single non-expansive layer has this property (automata/compile/obstruction.cpp). The
/// witness is a pair for which it fails. Needs the D-classes for a proof, not the elements.
/// Method: two idempotents of one L-class break the law (x y x = x, y x = y); so there is at most
/// one for each image, that list is made, and all pairs are tried. Cost: that of counting
/// idempotents and degree * (number of idempotents)^2. Limits count idempotents.
core::Verdict<Holds, IdempotentPair> idempotents_are_right_regular(const GreenStructure& green,
                                                                   const core::Limits& limits = {});

}  // namespace statewright::automata
