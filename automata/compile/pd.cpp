// PD-SSM (arXiv:2509.22284) multiplies its state by a matrix with a single entry in each column.
// Such matrices are closed under products, and with entries 1 they are the maps of a finite set:
// e_q goes to e_{f(q)}. So the transition table of an automaton is a list of weights as it stands.

#include "automata/compile/pd.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace statewright::automata {
namespace {

/// The most states that one letter sends to one state: the square of the norm of its matrix.
std::size_t largest_fibre(const Dfa& dfa) {
  std::size_t largest = 0;
  for (Letter a = 0; a < dfa.letters.size(); ++a) {
    std::vector<std::size_t> size(dfa.size());
    for (State q = 0; q < dfa.size(); ++q) ++size[dfa.step(q, a)];
    largest = std::max(largest, *std::max_element(size.begin(), size.end()));
  }
  return largest;
}

std::string norms(const Dfa& dfa) {
  const std::size_t fibre = largest_fibre(dfa);
  if (fibre <= 1) return "every letter permutes the states: norm 1";
  return "a letter sends " + std::to_string(fibre) +
         " states to one, so the largest norm is sqrt(" + std::to_string(fibre) + ")";
}

core::Transition column_one_hot(const Dfa& dfa, Letter a) {
  core::Matrix<core::Real> P(dfa.size(), dfa.size());
  for (State q = 0; q < dfa.size(); ++q) P(dfa.step(q, a), q) = 1;
  return {core::Dense{std::move(P)}, {}};
}

}  // namespace

core::Model compile_pd(const Language& language) {
  const Dfa& dfa = language.dfa;
  const std::size_t n = dfa.size(), letters = dfa.letters.size();
  if (n * n > kMostPdNumbers / std::max<std::size_t>(letters, 1)) {
    throw core::Error(
        {core::Fault::unsupported, "language " + core::quoted(language.name),
         "at most " + std::to_string(kMostPdNumbers) + " numbers in the network",
         std::to_string(letters) + " matrices of " + std::to_string(n) + " x " + std::to_string(n),
         "a language with fewer states"});
  }
  core::Model model;
  model.letters = dfa.letters;
  model.labels = dfa.labels;

  core::Layer layer;
  layer.n = n;
  layer.reads = {core::Source{}};
  layer.start = core::Matrix<core::Real>(n, 1);
  layer.start(dfa.start, 0) = 1;
  for (Letter a = 0; a < letters; ++a) layer.table.push_back(column_one_hot(dfa, a));
  layer.readout = {core::Matrix<core::Real>(dfa.labels.size(), n),
                   std::vector<core::Real>(dfa.labels.size())};
  for (State q = 0; q < n; ++q) layer.readout.W(dfa.output[q], q) = 1;
  model.layers = {std::move(layer)};

  model.about.language = language.name;
  model.about.construction =
      "one-hot on the states of the minimal automaton; A = P D with P its transition table, one 1 "
      "in each column, and D = I";
  model.about.source = "PD-SSM, arXiv:2509.22284, Proposition 2";
  model.about.note =
      "stored as dense matrices; a PD kernel gathers and scales, with the same bits on one-hot "
      "states; " +
      norms(dfa);
  return model;
}

}  // namespace statewright::automata
