#pragma once

#include <functional>
#include <string>
#include <vector>

#include "automata/language/dfa.hpp"
#include "core/lrnn/model.hpp"
#include "core/number/semantics.hpp"
#include "kernels/backend.hpp"

namespace statewright::cli {

/// Something that kernels do, of which any amount can be done and timed.
struct BenchSubject {
  std::string operation;  ///< "simulate"
  std::string instance;   ///< "S5 in bf16, 120 letters"
  std::string unit;       ///< of what is counted, plural: "letters"
  double first = 0;       ///< an amount that the reference does in some milliseconds
  double patience = 1;    ///< runs are to take so many times as long: where memory is taken first

  /// Whether a backend gives the same bits as the reference, on a small part of the work.
  std::function<bool(kernels::Backend, unsigned threads)> agrees;
  /// What is to be timed: a call that does about `amount` and returns how much it was. Made ready
  /// before: tables, words in memory.
  std::function<std::function<double()>(kernels::Backend, unsigned threads, double amount)> prepare;
};

/// The names of what there is: simulate, scan, chunk, census, orbit, reach.
const std::vector<std::string>& bench_operations();

/// What `statewright bench` measures for one of these names.
std::vector<BenchSubject> bench_subjects(const std::string& operation);

/// A network of one's own beside its language: `simulate` and `reach` in `semantics`, or `chunk`
/// for chunk:F. Errors: those of kernels::network_of and of the comparison of alphabets.
std::vector<BenchSubject> bench_subjects(const core::Model& model, const automata::Dfa& automaton,
                                         const core::Semantics& semantics, const std::string& name);

}  // namespace statewright::cli
