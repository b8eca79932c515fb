#include "core/text/digest.hpp"

#include <array>

#include <openssl/evp.h>

namespace statewright::core {

std::string sha256(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::array<unsigned char, 32> hash{};
  unsigned int length = 0;
  // Fails only if the library has no SHA-256 at all; the empty string then matches no digest.
  if (EVP_Digest(bytes.data(), bytes.size(), hash.data(), &length, EVP_sha256(), nullptr) != 1) {
    return {};
  }
  std::string text;
  for (const unsigned char byte : hash) {
    text += kHex[byte >> 4U];
    text += kHex[byte & 15U];
  }
  return text;
}

}  // namespace statewright::core
