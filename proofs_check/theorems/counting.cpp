// Theorem 2 (Grazzi et al., ICLR 2025): a finite-precision linear recurrent network with L layers
// can recognise (1^m)*, m not a power of two, only if for some layer i in {1, .., L} and inputs
// x_1, .., x_{2^(i-1)} the product A(x_1) .. A(x_{2^(i-1)}) has a non-real eigenvalue.
//
// It is decided letter by letter and sharpened. Let the input of a layer, while the tokens are a,
// have in the end the period p (1 for the first layer). Sampled every p steps its state is an
// affine recurrence with a product P of p matrices. If all such products have real spectra, those
// of P^2 are real and >= 0, and by the proof of Theorem 1 (parity.cpp) what is read from the state
// has in the end the period 2 p; if they are real and >= 0 already, it has the period p. So the
// products that matter in a layer have the length p, which is 2^(i-1) in the worst case of the
// theorem, and less after layers that do not double. The arithmetics are those of parity.cpp.

#include "proofs_check/theorems/counting.hpp"

namespace statewright::proofs {

core::Outcome LetterCounting::outcome(std::uint64_t modulus) const noexcept {
  if (period) return *period % modulus == 0 ? core::Outcome::refuted : core::Outcome::proved;
  return layers.back().outcome() == core::Outcome::refuted ? core::Outcome::refuted
                                                           : core::Outcome::unknown;
}

std::vector<LetterCounting> counting_theorem(const core::Model& model, const core::Limits& limits) {
  constexpr std::uint64_t kLongest = std::uint64_t{1} << 40U;
  std::vector<LetterCounting> letters;
  for (core::Letter a = 0; a < model.letters.size(); ++a) {
    LetterCounting one;
    one.letter = a;
    std::uint64_t period = 1;
    bool holds = true;
    for (std::size_t i = 0; i < model.layers.size() && holds; ++i) {
      const std::vector<std::size_t> inputs = inputs_under(model, i, a);
      LayerSpectra spectra =
          spectra_of_products(model, i, inputs, period, Spectra::nonnegative, limits);
      if (spectra.outcome() != core::Outcome::proved) {
        spectra = spectra_of_products(model, i, inputs, period, Spectra::real, limits);
        period *= 2;
      }
      holds = spectra.outcome() == core::Outcome::proved;
      if (holds && period > kLongest) {
        spectra.unknown = core::Unknown{{"periods of at most 2^40", ""}, "more layers double it"};
        holds = false;
      }
      one.layers.push_back(std::move(spectra));
    }
    if (holds) one.period = period;
    letters.push_back(std::move(one));
  }
  return letters;
}

}  // namespace statewright::proofs
