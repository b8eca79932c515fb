#pragma once

#include <string>
#include <string_view>

namespace statewright::core {

/// A name as one token of the canonical forms: bytes 33..126 except '%' stand for themselves, every
/// other byte as %XX (upper-case hexadecimal).
std::string percent_encode(std::string_view name);

}  // namespace statewright::core
