#include "tests/bench/openfst_peer.hpp"

#include <stdexcept>

#ifdef STATEWRIGHT_HAS_OPENFST

#include <fst/fstlib.h>

namespace statewright::bench::openfst {

struct Acceptor::Fst {
  fst::StdVectorFst machine;
};

// OpenFst keeps no version number in its headers; the build passes what it found.
std::optional<std::string> version() { return STATEWRIGHT_HAS_OPENFST; }

Acceptor::Acceptor(std::uint32_t states, std::uint32_t start, const std::vector<Edge>& edges,
                   const std::vector<std::uint32_t>& accepting)
    : fst_(std::make_unique<Fst>()) {
  fst::StdVectorFst& machine = fst_->machine;
  machine.ReserveStates(static_cast<int>(states));
  for (std::uint32_t q = 0; q < states; ++q) {
    machine.AddState();
    if (accepting[q] != 0) machine.SetFinal(static_cast<int>(q), fst::TropicalWeight::One());
  }
  machine.SetStart(static_cast<int>(start));
  for (const Edge& edge : edges) {
    const int label = static_cast<int>(edge.letter) + 1;  // 0 is epsilon
    machine.AddArc(
        static_cast<int>(edge.source),
        fst::StdArc(label, label, fst::TropicalWeight::One(), static_cast<int>(edge.target)));
  }
}

Acceptor::Acceptor(std::uint32_t start, std::uint32_t letters,
                   const std::vector<std::uint32_t>& next,
                   const std::vector<std::uint32_t>& accepting)
    : fst_(std::make_unique<Fst>()) {
  fst::StdVectorFst& machine = fst_->machine;
  const std::size_t states = accepting.size();
  machine.ReserveStates(static_cast<int>(states));
  for (std::size_t q = 0; q < states; ++q) {
    machine.AddState();
    if (accepting[q] != 0) machine.SetFinal(static_cast<int>(q), fst::TropicalWeight::One());
  }
  machine.SetStart(static_cast<int>(start));
  for (std::size_t q = 0; q < states; ++q) {
    machine.ReserveArcs(static_cast<int>(q), letters);
    for (std::uint32_t a = 0; a < letters; ++a) {
      const int label = static_cast<int>(a) + 1;
      machine.AddArc(static_cast<int>(q), fst::StdArc(label, label, fst::TropicalWeight::One(),
                                                      static_cast<int>(next[q * letters + a])));
    }
  }
}

Acceptor::~Acceptor() = default;

std::size_t Acceptor::minimized_size() const {
  fst::StdVectorFst copy(fst_->machine);
  fst::Minimize(&copy);
  return static_cast<std::size_t>(copy.NumStates());
}

std::size_t Acceptor::determinized_size() const {
  fst::StdVectorFst result;
  fst::Determinize(fst_->machine, &result);
  return static_cast<std::size_t>(result.NumStates());
}

bool Acceptor::equivalent_to(const Acceptor& other) const {
  return fst::Equivalent(fst_->machine, other.fst_->machine);
}

}  // namespace statewright::bench::openfst

#else

namespace statewright::bench::openfst {

namespace {
[[noreturn]] void absent() { throw std::logic_error("built without OpenFst"); }
}  // namespace

struct Acceptor::Fst {};
std::optional<std::string> version() { return {}; }
Acceptor::Acceptor(std::uint32_t, std::uint32_t, const std::vector<Edge>&,
                   const std::vector<std::uint32_t>&) {
  absent();
}
Acceptor::Acceptor(std::uint32_t, std::uint32_t, const std::vector<std::uint32_t>&,
                   const std::vector<std::uint32_t>&) {
  absent();
}
Acceptor::~Acceptor() = default;
std::size_t Acceptor::minimized_size() const { absent(); }
std::size_t Acceptor::determinized_size() const { absent(); }
bool Acceptor::equivalent_to(const Acceptor&) const { absent(); }

}  // namespace statewright::bench::openfst

#endif
