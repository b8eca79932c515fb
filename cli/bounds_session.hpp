#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "automata/language/dfa.hpp"
#include "core/lrnn/model.hpp"
#include "core/number/format.hpp"
#include "core/number/semantics.hpp"
#include "proofs_check/bounds/bounds.hpp"

namespace statewright::cli {

/// A network, its language, and what to call it.
struct SessionModel {
  std::string name;
  core::Model model;
  automata::Dfa automaton;
};

struct SessionOptions {
  double seconds = 2;           ///< for each change
  std::string format = "bf16";  ///< at first
  std::uint64_t seed = 1;       ///< of sampled words
};

/// What `statewright bounds --interactive` is about: one network in one arithmetic at a time, the
/// table of all arithmetics looked at so far, and a plot of how the rounding error grows. A plain
/// object: commands go in, text for a terminal of 80 x 24 comes out; keys and the terminal are
/// converse()'s business.
class BoundsSession {
 public:
  /// Without a network: rotations that track cyclenav:m, m = 5 at first.
  /// Errors: those of parse_format at "--arith", and of bounds.
  explicit BoundsSession(std::optional<SessionModel> fixed = {}, SessionOptions options = {});

  /// Carries out one command and returns the frame to show: `format F`, `next` and `previous`
  /// format, `m N`, `up`, `down`, `semantics stepwise|once|mixed`, `s` for the next of them,
  /// `show`, `quit`; an empty line shows. What is wrong with a command stands in the frame.
  /// Computes for at most about SessionOptions::seconds.
  std::string apply(std::string_view command);

  /// At most 23 lines of at most 80 columns.
  std::string frame() const;
  bool finished() const noexcept { return finished_; }

  const core::Semantics& semantics() const noexcept { return semantics_; }
  std::uint32_t m() const noexcept { return m_; }

 private:
  enum class Kind { stepwise, once, mixed };

  void carry_out(std::string_view command);
  void set_format(const core::Format& format);
  void move_format(int by);
  void set_m(std::int64_t m);
  void set_kind(Kind kind);
  void update();
  void measure();
  std::vector<std::string> plot(std::size_t rows) const;

  SessionOptions options_;
  bool fixed_ = false, finished_ = false;
  std::uint32_t m_ = 5;
  Kind kind_ = Kind::stepwise;
  core::Format format_;
  core::Semantics semantics_;
  std::string message_;

  SessionModel subject_;
  proofs::ExactOrbit orbit_;
  std::vector<proofs::Horizon> rows_;  ///< all of the subject that were looked at
  std::size_t current_ = 0;            ///< the row of semantics_
  std::vector<double> errors_;         ///< |rounded - exact state| after 0, 1, .. letters of a word
  std::string errors_of_;              ///< which word, or why there are none
};

}  // namespace statewright::cli
