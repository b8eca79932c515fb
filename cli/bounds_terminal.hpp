#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/bounds_session.hpp"
#include "cli/streams.hpp"

namespace statewright::cli {

/// Runs a session until it is finished or input ends: with single keys on a terminal, with one
/// command a line elsewhere, where every command prints its frame. On a terminal a colon begins a
/// typed command. Returns the exit code.
///
/// A terminal is put back as it was on every way out: keys (Ctrl-C is one of them here), errors,
/// SIGTERM and SIGHUP.
int converse(BoundsSession& session, Streams& io);

/// The command for the bytes of one key, such as "\x1b[C" for the right arrow; nothing if it means
/// nothing. Ctrl-C and Ctrl-D quit.
std::optional<std::string> command_of_key(std::string_view bytes);

}  // namespace statewright::cli
