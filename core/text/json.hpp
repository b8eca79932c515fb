#pragma once

// Internal: shared by the readers of JSON files. Not part of the public headers, because it exposes
// the JSON library.

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/error.hpp"

namespace statewright::core {

using Json = nlohmann::ordered_json;

/// A parsed JSON document that remembers where each value stood.
class JsonDocument {
 public:
  /// Errors: Error{syntax} at `where`:line:column for malformed text, duplicate keys, numbers that
  /// are not integers, and more than 100 levels of nesting.
  JsonDocument(std::string_view text, std::string_view where);

  const Json& root() const noexcept { return root_; }

  /// "where:line:column: path" of a value of this document, for messages; `path` such as
  /// "layers[0].start". The value must be inside root().
  std::string place(const Json& value) const;

  /// Throws Error{fault} at the value's place.
  [[noreturn]] void fail(const Json& value, Fault fault, std::string expected, std::string found,
                         std::string hint = {}) const;

  // Typed access; each throws Error{syntax} with the value's place if the type is another.
  const Json& member(const Json& object, std::string_view key) const;  ///< must be present
  const Json* find(const Json& object, std::string_view key) const;    ///< nullptr if absent
  std::string string(const Json& value) const;
  std::size_t count(const Json& value) const;  ///< an integer >= 0
  const Json& array(const Json& value) const;
  const Json& object(const Json& value) const;
  std::vector<std::string> strings(const Json& value) const;
  /// Throws for a key that is not listed, with the nearest as a hint.
  void only_keys(const Json& object, std::initializer_list<std::string_view> keys) const;

 private:
  std::string text_, where_;
  Json root_;
  std::vector<std::size_t> offsets_;  // where each value stood, in pre-order
};

/// Pretty text: objects and nested arrays over several lines with two spaces, whatever fits on
/// one line of 100 columns (and every list of scalars) on one line; ends with a line feed.
std::string write_json(const Json& value);

}  // namespace statewright::core
