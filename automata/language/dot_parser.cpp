#include "automata/language/dot_parser.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace statewright::automata::formats {
namespace {

constexpr std::size_t kDeepest = 100;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct DotToken {
  enum class Kind { end, id, html, punctuation };
  Kind kind = Kind::end;
  std::string text;  // raw
  At at = 0;
  bool quoted = false;
  bool is(std::string_view mark) const { return kind == Kind::punctuation && text == mark; }
  bool is_id() const { return kind == Kind::id || kind == Kind::html; }
  bool keyword(std::string_view word) const {
    return kind == Kind::id && !quoted && lower(text) == word;
  }
};

class Lexer {
 public:
  explicit Lexer(const Source& source) : source_(source), text_(source.text()) {}

  DotToken next() {
    skip();
    DotToken token;
    token.at = i_;
    if (i_ >= text_.size()) return token;
    const char c = text_[i_];
    if (c == '"') {
      token = quoted_id();
    } else if (c == '<') {
      token = html();
    } else if (starts_word(c)) {
      token.kind = DotToken::Kind::id;
      while (i_ < text_.size() && (starts_word(text_[i_]) || is_digit(text_[i_]))) ++i_;
      token.text = text_.substr(token.at, i_ - token.at);
    } else if (is_digit(c) || c == '.' || (c == '-' && !arrow())) {
      token = number();
    } else {
      token.kind = DotToken::Kind::punctuation;
      const std::size_t length = arrow() ? 2 : 1;
      if (length == 1 && std::string_view("{}[];,=:+").find(c) == std::string_view::npos) {
        source_.fail(i_, Fault::syntax, "DOT", core::quoted(character()));
      }
      token.text = text_.substr(i_, length);
      i_ += length;
    }
    return token;
  }

 private:
  bool arrow() const {
    const std::string_view two = text_.substr(i_, 2);
    return two == "->" || two == "--";
  }

  std::string_view character() const {
    std::size_t end = i_ + 1;
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0U) == 0x80U) ++end;
    return text_.substr(i_, end - i_);
  }

  void skip() {
    while (i_ < text_.size()) {
      const char c = text_[i_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++i_;
      } else if (c == '#' || text_.substr(i_, 2) == "//") {
        i_ = std::min(text_.find('\n', i_), text_.size());
      } else if (text_.substr(i_, 2) == "/*") {
        const std::size_t end = text_.find("*/", i_ + 2);
        if (end == std::string_view::npos) {
          source_.fail(i_, Fault::syntax, "a closing */", "the end");
        }
        i_ = end + 2;
      } else {
        return;
      }
    }
  }

  DotToken quoted_id() {
    DotToken token{DotToken::Kind::id, {}, i_, true};
    for (++i_; i_ < text_.size() && text_[i_] != '"'; ++i_) {
      if (text_[i_] != '\\' || i_ + 1 >= text_.size()) {
        token.text += text_[i_];
        continue;
      }
      const char c = text_[++i_];
      if (c == '\n') continue;  // a line continued
      if (c != '"') token.text += '\\';
      token.text += c;
    }
    if (i_ >= text_.size()) source_.fail(token.at, Fault::syntax, "a closing \"", "the end");
    ++i_;
    return token;
  }

  DotToken html() {
    DotToken token{DotToken::Kind::html, {}, i_, true};
    std::size_t depth = 0;
    for (; i_ < text_.size(); ++i_) {
      if (text_[i_] == '<') ++depth;
      if (text_[i_] == '>' && --depth == 0) break;
    }
    if (i_ >= text_.size()) source_.fail(token.at, Fault::syntax, "a closing >", "the end");
    ++i_;
    token.text = text_.substr(token.at, i_ - token.at);
    return token;
  }

  DotToken number() {
    DotToken token{DotToken::Kind::id, {}, i_, false};
    if (text_[i_] == '-') ++i_;
    std::size_t digits = 0, points = 0;
    for (; i_ < text_.size() && (is_digit(text_[i_]) || text_[i_] == '.'); ++i_) {
      ++(text_[i_] == '.' ? points : digits);
    }
    token.text = text_.substr(token.at, i_ - token.at);
    if (digits == 0 || points > 1 || (i_ < text_.size() && starts_word(text_[i_]))) {
      source_.fail(token.at, Fault::syntax, "a number or a name",
                   core::quoted(text_.substr(token.at, i_ + 1 - token.at)),
                   "names that are not words are written in quotes");
    }
    return token;
  }

  const Source& source_;
  std::string_view text_;
  std::size_t i_ = 0;
};

class Parser {
 public:
  explicit Parser(const Source& source) : source_(source), lexer_(source) { advance(); }

  DotGraph parse() {
    if (token_.keyword("strict")) {
      graph_.strict = true;
      advance();
    }
    if (token_.keyword("graph")) {
      source_.fail(token_.at, Fault::unsupported, "digraph", "an undirected graph");
    }
    if (!token_.keyword("digraph")) expected("digraph");
    advance();
    if (token_.is_id()) advance();
    take("{");
    scopes_.emplace_back();
    while (!scopes_.empty()) {
      if (token_.is("}")) {
        scopes_.pop_back();
        advance();
        if (!scopes_.empty()) refuse_edge_from_subgraph();
      } else if (token_.is(";")) {
        advance();
      } else {
        statement();
      }
    }
    if (token_.kind != DotToken::Kind::end) expected("the end");
    return std::move(graph_);
  }

 private:
  /// Defaults of a subgraph, taken over from the one around it.
  struct Scope {
    DotNode node;
    DotAttribute edge_label;
  };

  void advance() { token_ = lexer_.next(); }

  [[noreturn]] void expected(const std::string& what) const {
    source_.fail(token_.at, Fault::syntax, what,
                 token_.kind == DotToken::Kind::end ? "the end" : core::quoted(token_.text));
  }

  void take(const std::string& mark) {
    if (!token_.is(mark)) expected(core::quoted(mark));
    advance();
  }

  DotToken take_id(const std::string& what) {
    if (!token_.is_id() || (!token_.quoted && is_dot_keyword(token_.text))) expected(what);
    DotToken id = token_;
    advance();
    while (id.quoted && id.kind == DotToken::Kind::id && token_.is("+")) {
      advance();
      if (token_.kind != DotToken::Kind::id || !token_.quoted) expected("a quoted text after +");
      id.text += token_.text;
      advance();
    }
    return id;
  }

  void statement() {
    if (token_.keyword("subgraph") || token_.is("{")) {
      const bool named = token_.keyword("subgraph");
      if (named) advance();
      if (named && token_.is_id()) advance();
      if (scopes_.size() >= kDeepest) {
        source_.fail(token_.at, Fault::unsupported, "at most 100 levels of nesting", "more");
      }
      take("{");
      scopes_.push_back(Scope(scopes_.back()));
    } else if (token_.keyword("graph") || token_.keyword("node") || token_.keyword("edge")) {
      defaults();
    } else {
      const DotToken id = take_id("a statement");
      if (token_.is("=")) {
        advance();
        const DotToken value = take_id("a value");
        graph_attribute(id, value);
      } else {
        edges(id);
      }
    }
  }

  void refuse_edge_from_subgraph() const {
    if (token_.is("->") || token_.is("--")) {
      source_.fail(token_.at, Fault::unsupported, "nodes as the ends of edges", "a subgraph",
                   "write one edge for each node");
    }
  }

  void graph_attribute(const DotToken& key, const DotToken& value) {
    if (scopes_.size() != 1) return;
    graph_.attributes.insert_or_assign(dot_id(key.text), attribute(value));
  }

  DotAttribute attribute(const DotToken& value) {
    graph_.texts.push_back(value.text);
    return {graph_.texts.back(), value.at, true, value.kind == DotToken::Kind::html};
  }

  /// Zero or more [key = value, ..] lists, each pair handed to `use`.
  template <class Use>
  void attributes(const Use& use) {
    while (token_.is("[")) {
      advance();
      while (!token_.is("]")) {
        const DotToken key = take_id("an attribute or ]");
        DotToken value{DotToken::Kind::id, "true", key.at, false};
        if (token_.is("=")) {
          advance();
          value = take_id("a value");
        }
        use(key, value);
        if (token_.is(",") || token_.is(";")) advance();
      }
      advance();
    }
  }

  void set(DotNode& node, const DotToken& key, const DotToken& value) {
    const std::string name = dot_id(key.text);
    DotAttribute* known = name == "label"         ? &node.label
                          : name == "shape"       ? &node.shape
                          : name == "style"       ? &node.style
                          : name == "peripheries" ? &node.peripheries
                          : name == "output"      ? &node.output
                                                  : nullptr;
    if (known != nullptr) *known = attribute(value);
  }

  void defaults() {
    const std::string kind = lower(token_.text);
    advance();
    if (!token_.is("[")) expected("[");
    attributes([&](const DotToken& key, const DotToken& value) {
      if (kind == "node") {
        set(scopes_.back().node, key, value);
      } else if (kind == "graph") {
        graph_attribute(key, value);
      } else if (dot_id(key.text) == "label") {
        scopes_.back().edge_label = attribute(value);
      }
    });
  }

  std::uint32_t node(const DotToken& id) {
    if (id.kind == DotToken::Kind::html) {
      source_.fail(id.at, Fault::unsupported, "a node name", "HTML");
    }
    const auto [it, added] =
        index_.try_emplace(dot_id(id.text), static_cast<std::uint32_t>(graph_.nodes.size()));
    if (added) {
      graph_.nodes.push_back(scopes_.back().node);
      graph_.nodes.back().id = id.text;
      graph_.nodes.back().at = id.at;
    }
    if (token_.is(":")) {  // a port: where the edge touches the node
      advance();
      take_id("a port");
      if (token_.is(":")) {
        advance();
        take_id("a port");
      }
    }
    return it->second;
  }

  /// A node statement, or a chain a -> b -> c.
  void edges(const DotToken& first) {
    std::uint32_t from = node(first);
    const std::size_t begin = graph_.edges.size();
    bool chain = false;
    while (token_.is("->") || token_.is("--")) {
      if (token_.is("--")) expected("->");
      DotEdge edge{from, 0, token_.at, scopes_.back().edge_label};
      advance();
      if (token_.is("{") || token_.keyword("subgraph")) {
        source_.fail(token_.at, Fault::unsupported, "nodes as the ends of edges", "a subgraph",
                     "write one edge for each node");
      }
      const DotToken next = take_id("a node");
      edge.to = from = node(next);
      graph_.edges.push_back(std::move(edge));
      chain = true;
    }
    if (!chain) graph_.nodes[from].stated = true;
    attributes([&](const DotToken& key, const DotToken& value) {
      if (!chain) {
        set(graph_.nodes[from], key, value);
      } else if (dot_id(key.text) == "label") {
        const DotAttribute label = attribute(value);
        for (std::size_t i = begin; i < graph_.edges.size(); ++i) graph_.edges[i].label = label;
      }
    });
  }

  const Source& source_;
  Lexer lexer_;
  DotToken token_;
  DotGraph graph_;
  std::vector<Scope> scopes_;
  std::unordered_map<std::string, std::uint32_t> index_;
};

}  // namespace

bool is_dot_keyword(std::string_view word) {
  static constexpr std::array<std::string_view, 6> kWords = {"node",    "edge",     "graph",
                                                             "digraph", "subgraph", "strict"};
  return std::find(kWords.begin(), kWords.end(), lower(word)) != kWords.end();
}

std::string dot_id(std::string_view raw) {
  std::string text;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    text += raw[i];
    if (raw[i] == '\\' && i + 1 < raw.size() && raw[i + 1] == '\\') ++i;
  }
  return text;
}

std::string dot_label(std::string_view raw) {
  std::string text;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\' || i + 1 >= raw.size()) {
      text += raw[i];
      continue;
    }
    const char c = raw[++i];
    text += c == 'n' || c == 'l' || c == 'r' ? '\n' : c;
  }
  return text;
}

DotGraph parse_dot(const Source& source) { return Parser(source).parse(); }

}  // namespace statewright::automata::formats
