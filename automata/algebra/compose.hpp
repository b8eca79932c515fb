#pragma once

// Internal: products of packed maps.

#include <cstddef>
#include <cstdint>

namespace statewright::automata::detail {

/// For j = 0, .., count - 1 the map "first rows[j], then letter", written to out + j * step. Maps
/// are `width` bytes, the image of each point; rows lie back to back, every byte < width. Where a
/// map has fewer points than bytes, the points beyond are fixed.
using Compose = void (*)(const std::uint8_t* rows, std::size_t count, const std::uint8_t* letter,
                         std::size_t width, std::uint8_t* out, std::size_t step);

/// The obvious loop; the specification of the other.
void compose_bytes(const std::uint8_t* rows, std::size_t count, const std::uint8_t* letter,
                   std::size_t width, std::uint8_t* out, std::size_t step);

/// The fastest of this machine for maps of 8 or 16 bytes: one byte shuffle a product where the
/// processor has it (SSSE3), with the same result as compose_bytes.
Compose fastest_compose(std::size_t width) noexcept;

}  // namespace statewright::automata::detail
