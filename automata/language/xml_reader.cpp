#include "automata/language/xml_reader.hpp"

#include <cstdint>

#include "core/text/utf8.hpp"

namespace statewright::automata::formats {
namespace {

constexpr std::size_t kDeepest = 100;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool in_name(char c) { return starts_name(c) || (c >= '0' && c <= '9') || c == '-' || c == '.'; }

}  // namespace

const std::string* XmlEvent::attribute(std::string_view name) const {
  for (const auto& [key, value] : attributes) {
    if (key == name) return &value;
  }
  return nullptr;
}

void XmlReader::malformed(At at, std::string expected) const {
  source_.fail(at, Fault::syntax, std::move(expected) + " (XML)",
               at < text_.size() ? core::quoted(text_.substr(at), 20) : "the end");
}

void XmlReader::skip_past(std::string_view mark) {
  const std::size_t end = text_.find(mark, i_);
  if (end == std::string_view::npos) malformed(text_.size(), std::string(mark));
  i_ = end + mark.size();
}

void XmlReader::skip_space() {
  while (i_ < text_.size() && is_space(text_[i_])) ++i_;
}

std::string XmlReader::name(const char* what) {
  const At begin = i_;
  if (i_ >= text_.size() || !starts_name(text_[i_])) malformed(i_, what);
  while (i_ < text_.size() && in_name(text_[i_])) ++i_;
  return std::string(text_.substr(begin, i_ - begin));
}

XmlEvent XmlReader::next() {
  if (close_next_) {
    close_next_ = false;
    XmlEvent event{XmlEvent::Kind::close, i_, std::move(open_.back()), {}};
    open_.pop_back();
    return event;
  }
  for (;;) {
    XmlEvent event;
    if (open_.empty()) {
      skip_space();
      if (i_ >= text_.size()) {
        if (!root_seen_) malformed(i_, "an element");
        event.at = i_;
        return event;
      }
    } else if (text(event)) {
      return event;
    }
    if (i_ >= text_.size()) malformed(i_, "</" + open_.back() + ">");
    if (at_mark("<!--")) {
      skip_past("-->");
    } else if (at_mark("<?")) {
      skip_past("?>");
    } else if (at_mark("<!")) {
      source_.fail(i_, Fault::unsupported, "XML without a document type",
                   core::quoted(text_.substr(i_), 20));
    } else if (at_mark("</")) {
      return close();
    } else if (at_mark("<") && (!root_seen_ || !open_.empty())) {
      return open();
    } else {
      malformed(i_, root_seen_ ? "the end" : "an element");
    }
  }
}

// Text up to the next tag; comments and processing instructions inside it are left out.
bool XmlReader::text(XmlEvent& event) {
  event.kind = XmlEvent::Kind::text;
  std::string& out = event.text;
  std::size_t kept = 0;  // all of `out` up to here stays, whatever white space it ends with
  bool begun = false;
  const auto begin = [&] {
    if (!begun) event.at = i_;
    begun = true;
  };
  while (i_ < text_.size()) {
    const char c = text_[i_];
    if (at_mark("<!--")) {
      skip_past("-->");
    } else if (at_mark("<?")) {
      skip_past("?>");
    } else if (at_mark("<![CDATA[")) {
      begin();
      i_ += 9;
      const At from = i_;
      skip_past("]]>");
      out += text_.substr(from, i_ - 3 - from);
      kept = out.size();
    } else if (c == '<') {
      break;
    } else if (c == '&') {
      begin();
      out += reference();
      kept = out.size();
    } else if (is_space(c) && !begun) {
      ++i_;
    } else {
      begin();
      out += c;
      if (!is_space(c)) kept = out.size();
      ++i_;
    }
  }
  out.resize(kept);
  return begun;
}

std::string XmlReader::reference() {
  const At at = i_++;
  const std::size_t end = text_.find(';', i_);
  if (end == std::string_view::npos || end - i_ > 12) malformed(at, "a reference such as &amp;");
  const std::string_view name = text_.substr(i_, end - i_);
  i_ = end + 1;
  if (name == "amp") return "&";
  if (name == "lt") return "<";
  if (name == "gt") return ">";
  if (name == "quot") return "\"";
  if (name == "apos") return "'";
  if (name.empty() || name[0] != '#') {
    source_.fail(at, Fault::unsupported, "&amp; &lt; &gt; &quot; &apos; or a numeric reference",
                 core::quoted("&" + std::string(name) + ";"));
  }
  const bool hexadecimal = name.size() > 1 && name[1] == 'x';
  const std::string_view digits = name.substr(hexadecimal ? 2 : 1);
  std::uint32_t code = 0;
  bool good = !digits.empty() && digits.size() <= 8;
  for (const char c : digits) {
    std::uint32_t digit = 99;
    if (c >= '0' && c <= '9') digit = static_cast<std::uint32_t>(c - '0');
    if (hexadecimal && c >= 'a' && c <= 'f') digit = static_cast<std::uint32_t>(c - 'a') + 10;
    if (hexadecimal && c >= 'A' && c <= 'F') digit = static_cast<std::uint32_t>(c - 'A') + 10;
    good = good && digit != 99;
    if (good) code = code * (hexadecimal ? 16 : 10) + digit;
  }
  const bool control = code < 0x20 && code != '\t' && code != '\n' && code != '\r';
  if (!good || control || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
    malformed(at, "a reference to a character");
  }
  return core::utf8_encode(code);
}

XmlEvent XmlReader::open() {
  XmlEvent event{XmlEvent::Kind::open, i_, {}, {}};
  ++i_;
  event.text = name("an element's name");
  root_seen_ = true;
  for (;;) {
    const At before = i_;
    skip_space();
    if (i_ >= text_.size()) malformed(i_, ">");
    if (text_[i_] == '>' || at_mark("/>")) break;
    if (i_ == before) malformed(i_, "white space, > or />");
    const At at = i_;
    std::string key = name("an attribute or >");
    if (event.attribute(key) != nullptr) {
      source_.fail(at, Fault::range, "each attribute once", "a second " + core::quoted(key));
    }
    if (event.attributes.size() >= kDeepest) {
      source_.fail(at, Fault::unsupported, "at most 100 attributes", "more");
    }
    skip_space();
    if (!at_mark("=")) malformed(i_, "=");
    ++i_;
    skip_space();
    if (!at_mark("\"") && !at_mark("'")) malformed(i_, "a quoted value");
    const char quote = text_[i_++];
    std::string value;
    while (i_ < text_.size() && text_[i_] != quote) {
      if (text_[i_] == '<') malformed(i_, "&lt; or a closing quote");
      if (text_[i_] == '&') {
        value += reference();
      } else {
        value += is_space(text_[i_]) ? ' ' : text_[i_];
        ++i_;
      }
    }
    if (i_ >= text_.size()) malformed(i_, "a closing quote");
    ++i_;
    event.attributes.emplace_back(std::move(key), std::move(value));
  }
  if (open_.size() >= kDeepest) {
    source_.fail(event.at, Fault::unsupported, "at most 100 levels of nesting", "more");
  }
  open_.push_back(event.text);
  close_next_ = text_[i_] == '/';
  i_ += close_next_ ? 2 : 1;
  return event;
}

XmlEvent XmlReader::close() {
  XmlEvent event{XmlEvent::Kind::close, i_, {}, {}};
  i_ += 2;
  if (open_.empty()) malformed(event.at, "the end");
  event.text = name("an element's name");
  skip_space();
  if (event.text != open_.back()) malformed(event.at, "</" + open_.back() + ">");
  if (!at_mark(">")) malformed(i_, ">");
  ++i_;
  open_.pop_back();
  return event;
}

std::string xml_text(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool edge = i == 0 || i + 1 == text.size();
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case ' ':
        out += edge ? "&#32;" : " ";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace statewright::automata::formats
