#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"

namespace statewright::cli {

/// Exit codes, the same for every command; `statewright help exit-codes` explains them.
inline constexpr int kDone = 0;
inline constexpr int kRefuted = 1;
inline constexpr int kBadInput = 2;
inline constexpr int kUnknown = 3;
inline constexpr int kUnavailable = 4;
inline constexpr int kOurBug = 70;
inline constexpr int kInterrupted = 130;

// Flags and words that mean the same wherever they occur are described once, here.
Positional language_word(std::string name = "LANG");
Positional model_word();
/// The same, but it may be left out.
Positional optional(Positional word);
Flag alphabet_flag_entry();
Flag output_flag(std::string what);
Flag force_flag();
Flag json_flag();
Flag seed_flag();
Flag arith_flag(std::string what);
/// --certificate FILE of a command that writes one; `more` says what else there is to say.
Flag certificate_flag(std::string what, std::string more);
/// --backend B of a command whose work the kernels do.
Flag backend_flag();
Flag threads_flag();

enum class Common { json, force, limits };
/// `own`, then the common flags asked for, then those of every command (--color, --help).
std::vector<Flag> with_common(std::vector<Flag> own, std::initializer_list<Common> common);

/// Errors: Error{syntax} for a flag that says what to do with `word`, which is left out.
void refuse_without(const Args& args, std::string_view word,
                    std::initializer_list<std::string_view> flags);
/// Errors: Error{syntax} for a flag that only means something where `word` is left out.
void refuse_beside(const Args& args, std::string_view word, std::string_view flag);

/// The seed that --seed gives, or a fresh one from the system.
std::uint64_t seed_of(const Args& args);

}  // namespace statewright::cli
