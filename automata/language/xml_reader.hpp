#pragma once

// Internal: a small pull parser of XML, enough for the files that JFLAP writes. Our own rather than
// a library's because messages need places of attributes and texts, and because what it leaves out
// (document types, and with them entities that expand) is a danger that it then need not guard
// against.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "automata/language/scanner.hpp"

namespace statewright::automata::formats {

struct XmlEvent {
  enum class Kind { open, close, text, end };
  Kind kind = Kind::end;
  At at = 0;
  /// Name of the element; or the text with references decoded, without the white space that stands
  /// as such at its ends (a reference such as &#32; there is kept).
  std::string text;
  std::vector<std::pair<std::string, std::string>> attributes;

  /// The attribute's value, or nullptr.
  const std::string* attribute(std::string_view name) const;
};

/// Elements, attributes, text, CDATA, comments, processing instructions, the five named and all
/// numeric references. Texts of white space alone are left out; `<a/>` gives open and close.
/// Errors: Error{syntax} for what is not well formed; Error{unsupported} for document types, other
/// references and more than 100 levels of nesting. Cost: linear.
class XmlReader {
 public:
  explicit XmlReader(const Source& source) : source_(source), text_(source.text()) {}
  XmlEvent next();

 private:
  [[noreturn]] void malformed(At at, std::string expected) const;
  bool at_mark(std::string_view mark) const { return text_.substr(i_, mark.size()) == mark; }
  void skip_past(std::string_view mark);
  void skip_space();
  std::string name(const char* what);
  std::string reference();
  XmlEvent open();
  XmlEvent close();
  bool text(XmlEvent& event);

  const Source& source_;
  std::string_view text_;
  At i_ = 0;
  std::vector<std::string> open_;
  bool close_next_ = false;  // after <a/>
  bool root_seen_ = false;
};

/// `text` with references for what XML would not give back as it is.
std::string xml_text(std::string_view text);

}  // namespace statewright::automata::formats
