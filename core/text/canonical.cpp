#include "core/text/canonical.hpp"

namespace statewright::core {

std::string percent_encode(std::string_view name) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string token;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 33 && byte <= 126 && c != '%') {
      token += c;
    } else {
      token += '%';
      token += kHex[byte >> 4U];
      token += kHex[byte & 15U];
    }
  }
  return token;
}

}  // namespace statewright::core
