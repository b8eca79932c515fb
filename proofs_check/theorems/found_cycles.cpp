// In chunked evaluation the products k . h of a chunk's letters are all taken with the state at its
// start, and corrected by what the letters before add. Rounding then has less to work with than
// letter by letter, and transitions that count for ever are rare: of 1.6e8 drawn with two factors
// on two numbers, 8 starts each, two do so in chunks of 4; of 2.6e8 with three factors on three, 51
// in chunks of 64. A GPU draws as many in 1.5 seconds (tests/device/chunk_cycles.cu). With one
// factor none was found that one linear score reads in chunks of 2 on up to 8 numbers, nor counting
// modulo 3 in chunks of 4; in two layers there is one by construction (relaxation.cpp).

#include "proofs_check/theorems/found_cycles.hpp"

#include <utility>

#include "core/lrnn/model.hpp"
#include "core/number/round.hpp"

namespace statewright::proofs {
namespace {

struct Recorded {
  std::string_view family;
  int chunk;                              ///< at most so many letters
  std::vector<double> betas;              ///< of the factors, in order of application
  std::vector<std::vector<double>> keys;  ///< values of bf16, |k| <= 1
  std::vector<double> start;              ///< one of the two states
};

// Each number is a value of bf16, written out.
const std::vector<Recorded>& recorded() {
  static const std::vector<Recorded> list = {
      {"deltaproduct2_01",
       4,
       {0x1.7p-2, 0x1.d6p-1},
       {{-0x1.fp-1, 0x1.f2p-3}, {0x1.f8p-1, -0x1.64p-3}},
       {0x1.c8p-3, 0x1.4p+0}},
      {"deltaproduct3_01",
       64,
       {0x1.9ap-1, 0x1.eep-1, 1},
       {{0x1.b4p-1, -0x1.64p-3, 0x1.fap-2},
        {-0x1.16p-2, 0x1.38p-6, 0x1.ecp-1},
        {-0x1.f2p-1, 0x1p-3, 0x1.8ep-3}},
       {-0x1.a6p-4, -0x1.84p-1, -0x1.cp-6}},
  };
  return list;
}

}  // namespace

std::vector<LimitCycle> found_cycles(std::string_view family, const core::Semantics& semantics,
                                     Counting counting) {
  std::vector<LimitCycle> cycles;
  if (semantics.kind != core::Semantics::Kind::chunk || semantics.state.id() != "bf16" ||
      counting != Counting::parity) {
    return cycles;
  }
  for (const Recorded& one : recorded()) {
    if (one.family != family || semantics.chunk > one.chunk) continue;
    core::GhProduct product;
    for (std::size_t f = 0; f < one.keys.size(); ++f) {
      core::Householder factor;
      core::Rational length = 0;
      for (const double k : one.keys[f]) {
        const core::Rational entry = core::exact_value(k);
        length += entry * entry;
        factor.v.emplace_back(entry);
      }
      factor.beta = core::exact_value(one.betas[f]) * length;
      product.factors.push_back(std::move(factor));
    }
    LimitCycle cycle{{std::move(product), {}}, {one.start, one.start}};
    Stepper(cycle.transition, one.start.size(), semantics).step(cycle.states[1], 1);
    cycles.push_back(std::move(cycle));
  }
  return cycles;
}

}  // namespace statewright::proofs
