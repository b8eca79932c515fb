#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace statewright::core {

/// Bytes of the UTF-8 sequence at the front of `text`, or 0 if there is none: empty text, a stray
/// or missing continuation byte, an overlong form, a surrogate, or a value above U+10FFFF.
std::size_t utf8_sequence(std::string_view text) noexcept;

/// The code point that a sequence found by `utf8_sequence` stands for.
char32_t utf8_decode(std::string_view sequence) noexcept;

/// The sequence of a code point. Must be at most U+10FFFF and no surrogate.
std::string utf8_encode(char32_t code);

/// Whether `text` is UTF-8 throughout. Cost: O(|text|).
bool is_utf8(std::string_view text) noexcept;

/// Number of characters: bytes that do not continue a sequence.
std::size_t utf8_count(std::string_view text) noexcept;

}  // namespace statewright::core
