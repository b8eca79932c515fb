// Theorem 1 (Grazzi et al., ICLR 2025): a finite-precision linear recurrent network with finitely
// many layers can solve parity for arbitrary lengths, in particular recognise (11)*, only if in at
// least one layer there is an input x such that A(x) has an eigenvalue that is not a real number
// >= 0.
//
// It is decided here letter by letter, because the proof uses only words a^k: if the matrices A(x)
// of all layers have real non-negative spectra, for all inputs x that occur while the tokens are a,
// then the output on a^k is constant from some k on, and parity of the number of a's is not what it
// tells. This holds for any readouts, and where states are
//   exact, and cast to finitely many values by a monotone function of each coordinate
//   (ParityImpossible.v); `cast:F`: each summand cast, the sum exact and cast (B.1 of the paper;
//   FORMAT.md 4.7); exact, with readouts that take the largest of finitely many affine functions,
//   as ours do.
// It does not hold where every operation is rounded (behaviour.hpp shows what happens then).
//
// Proof. By induction over the layers the input of a layer is constant, x, from some time T on, and
// with A = A(x) every coordinate of A^k h is, for k >= 1, a sum of c binom(k, m) lambda^(k - m)
// with lambda > 0 and finitely many terms that vanish from some k on. The term with the largest
// lambda, and of these the largest m, decides the sign from some k on. Applied to differences of
// successive states, every coordinate of the state is monotone in the end, and a monotone cast of
// finite range constant; applied to differences of scores, the largest is in the end always the
// same. In the summed form of the cast each summand is constant in the end, its sum with k copies
// of a constant monotone. []

#include "proofs_check/theorems/parity.hpp"

namespace statewright::proofs {

core::Outcome LetterParity::outcome() const noexcept {
  bool open = false;
  for (const LayerSpectra& layer : layers) {
    if (layer.outcome() == core::Outcome::refuted) return core::Outcome::refuted;
    open = open || layer.outcome() == core::Outcome::unknown;
  }
  return open ? core::Outcome::unknown : core::Outcome::proved;
}

std::vector<LetterParity> parity_theorem(const core::Model& model, const core::Limits& limits) {
  std::vector<LetterParity> letters;
  for (core::Letter a = 0; a < model.letters.size(); ++a) {
    LetterParity one;
    one.letter = a;
    for (std::size_t i = 0; i < model.layers.size(); ++i) {
      one.layers.push_back(spectra_of_products(model, i, inputs_under(model, i, a), 1,
                                               Spectra::nonnegative, limits));
    }
    letters.push_back(std::move(one));
  }
  return letters;
}

}  // namespace statewright::proofs
