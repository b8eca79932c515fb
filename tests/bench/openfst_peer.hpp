#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace statewright::bench::openfst {

/// The version of OpenFst compiled in, or nothing. Without it every other function here throws
/// std::logic_error.
std::optional<std::string> version();

/// An unweighted acceptor in OpenFst's own representation (VectorFst<StdArc>).
class Acceptor {
 public:
  struct Edge {
    std::uint32_t source, letter, target;
  };
  Acceptor(std::uint32_t states, std::uint32_t start, const std::vector<Edge>& edges,
           const std::vector<std::uint32_t>& accepting);
  /// A complete deterministic one from flat arrays: next[q * letters + a], accepting[q] != 0.
  Acceptor(std::uint32_t start, std::uint32_t letters, const std::vector<std::uint32_t>& next,
           const std::vector<std::uint32_t>& accepting);
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  /// States of a copy after fst::Minimize.
  std::size_t minimized_size() const;
  /// States of the result of fst::Determinize.
  std::size_t determinized_size() const;
  /// fst::Equivalent.
  bool equivalent_to(const Acceptor& other) const;

 private:
  struct Fst;
  std::unique_ptr<Fst> fst_;
};

}  // namespace statewright::bench::openfst
