#include "core/text/json.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

namespace statewright::core {
namespace {

constexpr std::size_t kMaxDepth = 100;

// Walks over the text one character at a time for the JSON library and remembers how far it came,
// so that each event can be given a line and a column.
class CountingIterator {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator() = default;
  CountingIterator(const char* at, std::size_t* consumed) : at_(at), consumed_(consumed) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    if (consumed_ != nullptr) ++*consumed_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator old = *this;
    ++*this;
    return old;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }

 private:
  const char* at_ = nullptr;
  std::size_t* consumed_ = nullptr;
};

std::string line_column(std::string_view text, std::size_t offset) {
  std::size_t line = 1, column = 1;
  for (const char c : text.substr(0, offset)) {
    if (c == '\n') {
      ++line;
      column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
      ++column;
    }
  }
  return std::to_string(line) + ":" + std::to_string(column);
}

// Builds the tree, refusing duplicate keys, floats and deep nesting, and noting an offset per value
// in the order in which the values begin (pre-order), which the tree walk below repeats.
class Builder : public nlohmann::json_sax<Json> {
 public:
  Builder(std::string_view text, std::string_view where, const std::size_t& consumed)
      : text_(text), where_(where), consumed_(consumed) {}

  Json root;
  std::vector<std::size_t> offsets;

  bool null() override { return leaf(Json(nullptr)); }
  bool boolean(bool value) override { return leaf(Json(value)); }
  bool number_integer(number_integer_t value) override { return leaf(Json(value)); }
  bool number_unsigned(number_unsigned_t value) override { return leaf(Json(value)); }
  bool number_float(number_float_t, const string_t& token) override {
    if (token.find_first_of(".eE") == string_t::npos) {
      fail("an integer of at most 64 bits or a string", token, "write long numbers as strings");
    }
    fail("an integer or a string", token, "write fractions as strings: \"1/2\" instead of 0.5");
  }
  bool string(string_t& value) override { return leaf(Json(std::move(value))); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (!keys_.back().insert(name).second) fail("each key once", "a second " + core::quoted(name));
    key_ = std::move(name);
    last_end_ = consumed_;
    return true;
  }
  bool parse_error(std::size_t position, const std::string& token,
                   const nlohmann::detail::exception& problem) override {
    // The library's text: "[json.exception.parse_error.101] parse error at line 1, column 2: syntax
    // error while parsing value - unexpected ...; expected ...". Its last part is what helps.
    const std::string message = problem.what();
    std::string found = core::quoted(token.substr(token.size() > 24 ? token.size() - 24 : 0));
    if (position > text_.size() || message.find("unexpected end of input") != std::string::npos) {
      found = "the end";
    }
    std::string expected = "valid JSON";
    if (const auto at = message.rfind("; expected "); at != std::string::npos) {
      expected = message.substr(at + 11) + " (JSON)";
    } else if (message.find("UTF-8") != std::string::npos) {
      expected = "valid UTF-8";
    }
    throw Error({Fault::syntax, at(std::min(position == 0 ? 0 : position - 1, text_.size())),
                 expected, found});
  }

  std::string at(std::size_t offset) const { return where_ + ":" + line_column(text_, offset); }

 private:
  [[noreturn]] void fail(std::string expected, std::string found, std::string hint = {}) const {
    throw Error({Fault::syntax, at(value_offset()), std::move(expected), std::move(found),
                 std::move(hint)});
  }

  // Between two events stand only white space, commas and colons, so a token starts at the first
  // other character after the previous one. (A number is known one character late; that character
  // is never the start of a value.)
  std::size_t value_offset() const {
    const std::size_t at = text_.find_first_not_of(" \t\r\n,:", last_end_);
    return std::min(at, text_.size());
  }

  Json* place(Json&& value) {
    offsets.push_back(value_offset());
    last_end_ = consumed_;
    if (open_.empty()) {
      root = std::move(value);
      return &root;
    }
    Json& parent = *open_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    return &(parent[key_] = std::move(value));
  }
  bool leaf(Json&& value) {
    place(std::move(value));
    return true;
  }
  bool open(Json&& value) {
    if (open_.size() >= kMaxDepth) fail("at most 100 levels of nesting", "more");
    open_.push_back(place(std::move(value)));
    keys_.emplace_back();
    return true;
  }
  bool close() {
    open_.pop_back();
    keys_.pop_back();
    last_end_ = consumed_;
    return true;
  }

  std::string_view text_;
  std::string where_;
  const std::size_t& consumed_;
  std::vector<Json*> open_;
  std::vector<std::set<std::string>> keys_;
  std::string key_;
  std::size_t last_end_ = 0;
};

std::string type_of(const Json& value) {
  if (value.is_string()) return "the string " + core::quoted(value.get_ref<const std::string&>());
  if (value.is_number()) return "the number " + value.dump();
  if (value.is_array()) return "an array";
  if (value.is_object()) return "an object";
  return value.dump();
}

std::string scalar(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

constexpr std::size_t kLineLength = 100;

/// Appends the one-line form of `value` until it is longer than `limit`; false if it was.
bool one_line(const Json& value, std::size_t limit, std::string& out) {
  if (!value.is_structured()) {
    out += scalar(value);
    return out.size() <= limit;
  }
  const bool object = value.is_object();
  out += object ? '{' : '[';
  for (auto it = value.begin(); it != value.end(); ++it) {
    if (it != value.begin()) out += ", ";
    if (object) out += scalar(Json(it.key())) + ": ";
    if (!one_line(*it, limit, out)) return false;
  }
  out += object ? '}' : ']';
  return out.size() <= limit;
}

// Depth is bounded: only values of ours are written.
void write(const Json& value, std::size_t indent, std::size_t used, std::string& out) {
  const bool list_of_scalars =
      value.is_array() && std::none_of(value.begin(), value.end(),
                                       [](const Json& entry) { return entry.is_structured(); });
  std::string line;
  const std::size_t room = kLineLength > indent + used ? kLineLength - indent - used : 0;
  if (one_line(value, list_of_scalars || !value.is_structured() ? std::string::npos : room, line)) {
    out += line;
    return;
  }
  const bool object = value.is_object();
  out += object ? "{" : "[";
  for (auto it = value.begin(); it != value.end(); ++it) {
    if (it != value.begin()) out += ',';
    out += "\n" + std::string(indent + 2, ' ');
    const std::string key = object ? scalar(Json(it.key())) + ": " : "";
    out += key;
    write(*it, indent + 2, key.size(), out);
  }
  out += "\n" + std::string(indent, ' ') + (object ? '}' : ']');
}

}  // namespace

JsonDocument::JsonDocument(std::string_view text, std::string_view where)
    : text_(text), where_(where) {
  std::size_t consumed = 0;
  Builder builder(text, where, consumed);
  const CountingIterator begin(text.data(), &consumed), end(text.data() + text.size(), nullptr);
  Json::sax_parse(begin, end, &builder);
  root_ = std::move(builder.root);
  offsets_ = std::move(builder.offsets);
}

std::string JsonDocument::place(const Json& value) const {
  // Errors are rare and documents large: find the value again instead of keeping an index. The walk
  // visits values in the order in which the parser met them.
  std::size_t next = 0;
  std::string path;
  const auto walk = [&](const auto& self, const Json& at) -> bool {
    if (&at == &value) return true;
    ++next;
    std::size_t index = 0;
    for (auto it = at.begin(); at.is_structured() && it != at.end(); ++it, ++index) {
      const std::size_t length = path.size();
      if (at.is_array()) {
        path += "[" + std::to_string(index) + "]";
      } else {
        path += (path.empty() ? "" : ".") + it.key();
      }
      if (self(self, *it)) return true;
      path.resize(length);
    }
    return false;
  };
  if (!walk(walk, root_)) return where_;
  return where_ + ":" + line_column(text_, offsets_[next]) + (path.empty() ? "" : ": " + path);
}

void JsonDocument::fail(const Json& value, Fault fault, std::string expected, std::string found,
                        std::string hint) const {
  throw Error({fault, place(value), std::move(expected), std::move(found), std::move(hint)});
}

const Json* JsonDocument::find(const Json& value, std::string_view key) const {
  const auto it = object(value).find(std::string(key));
  return it == value.end() ? nullptr : &*it;
}

const Json& JsonDocument::member(const Json& value, std::string_view key) const {
  const Json* found = find(value, key);
  if (found == nullptr) {
    fail(value, Fault::syntax, "the key \"" + std::string(key) + "\"", "an object without it");
  }
  return *found;
}

std::string JsonDocument::string(const Json& value) const {
  if (!value.is_string()) fail(value, Fault::syntax, "a string", type_of(value));
  return value.get<std::string>();
}

std::size_t JsonDocument::count(const Json& value) const {
  if (!value.is_number_unsigned()) {
    fail(value, Fault::syntax, "an integer that is not negative", type_of(value));
  }
  return value.get<std::size_t>();
}

const Json& JsonDocument::array(const Json& value) const {
  if (!value.is_array()) fail(value, Fault::syntax, "an array", type_of(value));
  return value;
}

const Json& JsonDocument::object(const Json& value) const {
  if (!value.is_object()) fail(value, Fault::syntax, "an object", type_of(value));
  return value;
}

std::vector<std::string> JsonDocument::strings(const Json& value) const {
  std::vector<std::string> list;
  for (const Json& entry : array(value)) list.push_back(string(entry));
  return list;
}

void JsonDocument::only_keys(const Json& value,
                             std::initializer_list<std::string_view> keys) const {
  for (auto it = object(value).begin(); it != value.end(); ++it) {
    if (std::find(keys.begin(), keys.end(), it.key()) == keys.end()) {
      std::vector<std::string> known(keys.begin(), keys.end());
      std::string list;
      for (const std::string& key : known) list += (list.empty() ? "" : ", ") + key;
      fail(*it, Fault::syntax, "one of the keys " + list, core::quoted(it.key()),
           did_you_mean(it.key(), known));
    }
  }
}

std::string write_json(const Json& value) {
  std::string out;
  write(value, 0, 0, out);
  out += '\n';
  return out;
}

}  // namespace statewright::core
