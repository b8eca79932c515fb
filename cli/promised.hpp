#pragma once

#include <string>
#include <string_view>

#include "cli/streams.hpp"
#include "cli/text.hpp"
#include "proofs_check/theorems/group.hpp"

namespace statewright::cli {

/// "network     proved: 1 layer, 3 numbers, 2 factors a token" and, if refuted, the shortest word.
std::string promised_text(std::string_view word, const proofs::PromisedNetwork& network,
                          Streams& io);
JsonOut promised_json(const proofs::PromisedNetwork& network);

/// Exit code for a verdict: kDone, kRefuted or kUnknown.
int exit_of(const proofs::Verdict& verdict);

}  // namespace statewright::cli
