// Theorem 4 (Grazzi et al., ICLR 2025, arXiv:2411.12537): every finite automaton is implemented by
// a finite-precision linear recurrent network of s <= 2^|Q| layers of size n <= |Q|, A(w) products
// of at most n generalised Householder matrices with eigenvalues in [-1, 1] and B(w) in N^n. By
// Krohn and Rhodes the automaton is an image of a cascade of s permutation-reset automata; a layer
// is one of them, A = a permutation and B = 0, or A = 0 and B = the state it is reset to.
//
// As printed the proof has a defect. A level of a cascade acts on the letter and on the states of
// the levels above *before* the letter; the proof's layer reads what the layer above emits *after*
// it. Where the layer above was reset, its state before is lost. The repair stays within the class
// of matrices: a memory layer, A = [[0, 0], [I, 0]], hands the state before the letter on, which
// makes at most 2 s + 1 layers. Both wirings of the same cascade are built and verified here: the
// printed one is refuted by its shortest word, unless the levels happen not to care.

#include "proofs_check/theorems/regular.hpp"

#include <algorithm>
#include <utility>

#include "automata/cascade/decompose.hpp"
#include "automata/compile/cascade_network.hpp"
#include "automata/language/minimize.hpp"

namespace statewright::proofs {

using automata::Language;
using automata::Wiring;

namespace {

PromisedNetwork wired(const Language& language, const automata::Cascade& cascade, Wiring wiring,
                      std::string flags, const core::Limits& limits) {
  Model model = automata::cascade_network(language, cascade, wiring, limits);
  core::Cost cost = core::cost_of(model);
  Verdict verdict = verify(model, language.dfa, limits);
  return {std::move(flags), std::move(model), cost, std::move(verdict)};
}

}  // namespace

std::size_t RegularTheorem::largest_level() const {
  std::size_t most = 0;
  for (const automata::CascadeLevel& level : cascade.levels) {
    most = std::max<std::size_t>(most, level.size);
  }
  return most;
}

bool RegularTheorem::shows_defect() const noexcept {
  return printed.verdict.witness() != nullptr && repaired.verdict.proof() != nullptr;
}

RegularTheorem check_regular_theorem(const Language& language, const core::Limits& limits) {
  Language minimal = language;
  if (!minimal.action) minimal.dfa = automata::minimize(language.dfa);
  automata::Cascade cascade = automata::decompose(minimal.dfa, {.limits = limits});
  PromisedNetwork printed = wired(minimal, cascade, Wiring::printed, "--rung printed", limits);
  PromisedNetwork repaired = wired(minimal, cascade, Wiring::repaired, "--rung cascade", limits);
  RegularTheorem out{std::move(minimal), std::move(cascade), std::move(printed),
                     std::move(repaired), 0};
  for (const core::Layer& layer : out.repaired.model.layers) {
    out.widest = std::max(out.widest, layer.n * layer.d);
  }
  return out;
}

const std::vector<std::string>& regular_languages() {
  static const std::vector<std::string> list = {"parity",
                                                "mod:3",
                                                "S3",
                                                "flipflop",
                                                "first:e,f",
                                                "tomita:1",
                                                "tomita:2",
                                                "tomita:3",
                                                "tomita:4",
                                                "tomita:5",
                                                "tomita:6",
                                                "tomita:7",
                                                "dyck:2,3",
                                                "cyclenav:5",
                                                "gridworld:4",
                                                "regex:.*abba.*",
                                                "regex:(a|b)*a(a|b)(a|b)"};
  return list;
}

}  // namespace statewright::proofs
