// The C++ API: build a network by hand, ask whether it recognises a language, and read the answer.
//
// The network claims to accept words with an even number of a's. Its first version forgets a little
// on every b (A(b) = 1/2), which is harmless for the sign; its second adds on b, which is not.

#include <iostream>

#include "automata/language/language.hpp"
#include "core/lrnn/model.hpp"
#include "proofs_check/verify/verify.hpp"

using namespace statewright;

core::Model network(const core::Real& on_b, const core::Real& add_on_b) {
  core::Layer layer;
  layer.n = 1;
  layer.reads = {core::Source{}};  // the token
  layer.start = core::Matrix<core::Real>::column({1});
  layer.table = {{core::Diagonal{{-1}}, {}},  // a: h <- -h
                 {core::Diagonal{{on_b}}, core::Matrix<core::Real>::column({add_on_b})}};
  layer.readout.W = core::Matrix<core::Real>::column({-1, 1});  // scores -h and h
  layer.readout.c = {0, 0};

  core::Model model;
  model.letters = core::Alphabet({"a", "b"});
  model.labels = {"reject", "accept"};
  model.layers = {layer};
  core::validate(model);
  return model;
}

void report(const core::Model& model, const automata::Language& language) {
  core::Limits limits;
  limits.max_states = 10'000;
  const proofs::Verdict verdict = proofs::verify(model, language.dfa, limits);
  switch (verdict.outcome()) {
    case core::Outcome::proved:
      std::cout << "proved with " << verdict.proof()->rows.size() << " product states\n";
      break;
    case core::Outcome::refuted:
      std::cout << "refuted by " << model.letters.spell(verdict.witness()->word)
                << ": network says " << verdict.witness()->network_label << ", language "
                << verdict.witness()->automaton_label << "\n";
      break;
    case core::Outcome::unknown:
      std::cout << "unknown (" << verdict.unknown()->hit.limit << "); "
                << verdict.unknown()->reached << "\n";
      break;
  }
}

int main() {
  const automata::Language even = automata::load_language("regex:b*(ab*ab*)*");
  report(network(1, 0), even);
  report(network(core::Rational(1, 2), 0), even);  // right, but its exact state never repeats
  report(network(1, 1), even);
}
