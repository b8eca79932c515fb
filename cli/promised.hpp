#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"
#include "cli/output.hpp"
#include "cli/streams.hpp"
#include "cli/text.hpp"
#include "proofs_check/theorems/group.hpp"

namespace statewright::cli {

/// "network     proved: 1 layer, 3 numbers, 2 factors a token" and, if refuted, the shortest word.
std::string promised_text(std::string_view word, const proofs::PromisedNetwork& network,
                          Streams& io);
JsonOut promised_json(const proofs::PromisedNetwork& network);

/// --network and --certificate, which take the network that a theorem promises, and its proof.
std::vector<Flag> promised_flags();

/// Where they go.
struct PromisedFiles {
  std::optional<Output> network, certificate;

  /// What was asked for. Errors: as Output; Error{syntax} for standard output.
  static PromisedFiles of(const Args& args);
  /// Writes them. `automaton` is what the verdict is about, `spec` how its language was typed.
  /// A verdict that is unknown has no certificate, which a note says.
  /// Errors: Error{io}; those of write_certificate.
  void write(const proofs::PromisedNetwork& promised, const automata::Dfa& automaton,
             const std::string& spec, Streams& io) const;
  /// Adds "files" to a report: the two names, null for what was not asked for.
  JsonOut json() const;
};

}  // namespace statewright::cli
