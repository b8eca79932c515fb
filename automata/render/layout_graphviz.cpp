// Layout through Graphviz, in this process.
//
// Graphviz is C with global state: one parser, one error callback, one plugin registry. So a mutex
// lets one caller in at a time, and one context lives as long as the process (a context for each
// call would load the plugins again and leak them). Its messages go to our callback instead of
// stderr and become the facts of an Error; warnings of a layout that succeeds are dropped, they are
// about text that is a point wider than its node.
//
// Graphviz 2.42 and fontconfig keep about two kilobytes for each layout; they are not ours to free,
// and a leak checker is told so (by a weak definition: a program may replace it).

#include <memory>
#include <mutex>
#include <string>

#include <graphviz/cgraph.h>
#include <graphviz/gvc.h>

#include "automata/render/draw.hpp"
#include "core/error.hpp"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define STATEWRIGHT_LEAK_CHECKER
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define STATEWRIGHT_LEAK_CHECKER
#endif
#ifdef STATEWRIGHT_LEAK_CHECKER
extern "C" __attribute__((weak)) const char* __lsan_default_suppressions() {  // NOLINT
  return "leak:libgvc\nleak:libcgraph\nleak:libgvplugin\nleak:libfontconfig\nleak:libpango\n"
         "leak:libglib\nleak:libcairo\n";
}
#endif

namespace statewright::automata {
namespace {

using core::Error;
using core::Fault;

constexpr const char* kPngResolution = "192";  // dots per inch, unless the text says otherwise

std::mutex& door() {
  static std::mutex mutex;
  return mutex;
}

std::string& messages() {  // under the mutex
  static std::string text;
  return text;
}

int collect(char* message) {
  constexpr std::size_t kEnough = 4096;
  try {
    if (messages().size() < kEnough) messages() += message;
  } catch (...) {  // no memory: an incomplete message is better than an exception through C
  }
  return 0;
}

GVC_t* context() {  // under the mutex
  static GVC_t* const only = gvContext();
  return only;
}

// Diverts Graphviz's messages while it lives.
class Listening {
 public:
  Listening() : before_(agseterrf(collect)) {
    messages().clear();
    agreseterrors();
  }
  ~Listening() { agseterrf(before_); }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

 private:
  agusererrf before_;
};

struct CloseGraph {
  void operator()(Agraph_t* graph) const { agclose(graph); }
};

// The messages on one line: "Error: <unknown>: syntax error in line 3 near '->'" and the like.
std::string said() {
  std::string out;
  for (const char c : messages()) {
    const char shown = c == '\n' || c == '\t' ? ' ' : c;
    if (shown != ' ' || (!out.empty() && out.back() != ' ')) out += shown;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out.empty() ? "no message from Graphviz" : core::quoted(out, 300);
}

// "dot:3" if the message names a line.
std::string place() {
  constexpr std::string_view kLine = " line ";
  const std::string& text = messages();
  const std::size_t found = text.find(kLine);
  if (found == std::string::npos) return "dot";
  std::string digits;
  for (std::size_t i = found + kLine.size(); i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') break;
    digits += text[i];
  }
  return digits.empty() ? "dot" : "dot:" + digits;
}

const char* format_name(Picture picture) {
  switch (picture) {
    case Picture::svg:
      return "svg";
    case Picture::pdf:
      return "pdf";
    case Picture::png:
      return "png";
    case Picture::dot:
      break;
  }
  return "dot";
}

}  // namespace

bool layout_available() noexcept { return true; }

std::string lay_out(std::string_view dot, Picture picture) {
  if (picture == Picture::dot) return std::string(dot);
  if (dot.find('\0') != std::string_view::npos) {
    throw Error({Fault::syntax, "dot", "text", "a zero byte"});
  }
  const std::lock_guard<std::mutex> lock(door());
  const Listening listening;
  GVC_t* const gvc = context();
  if (gvc == nullptr) {
    throw Error({Fault::unavailable, "layout", "a working Graphviz", said()});
  }

  const std::string text(dot);
  agreadline(1);  // the parser counts on from its last text
  const std::unique_ptr<Agraph_t, CloseGraph> graph(agmemread(text.c_str()));
  if (!graph) {
    throw Error({Fault::syntax, place(), "a graph in the DOT language",
                 messages().empty() ? "none" : said()});
  }
  if (picture == Picture::png &&
      agattr(graph.get(), AGRAPH, const_cast<char*>("dpi"), nullptr) == nullptr) {
    agattr(graph.get(), AGRAPH, const_cast<char*>("dpi"), const_cast<char*>(kPngResolution));
  }
  // A label that cannot be parsed is an error to Graphviz, but no reason to stop: it draws the
  // node's name instead. To us it is one.
  const bool laid_out = gvLayout(gvc, graph.get(), "dot") == 0;
  if (!laid_out || agerrors() >= AGERR) {
    if (laid_out) gvFreeLayout(gvc, graph.get());
    throw Error({Fault::syntax, "dot", "a graph that Graphviz can lay out", said()});
  }
  char* data = nullptr;
  unsigned int size = 0;
  const int failed = gvRenderData(gvc, graph.get(), format_name(picture), &data, &size);
  std::string out;
  const bool drawn = failed == 0 && data != nullptr;
  if (drawn) out.assign(data, size);
  if (data != nullptr) gvFreeRenderData(data);
  gvFreeLayout(gvc, graph.get());
  if (!drawn || out.empty()) {
    throw Error({Fault::unavailable, "layout",
                 std::string("a Graphviz with a plugin for ") + format_name(picture), said(),
                 "DOT text needs no plugin: write a .dot file instead"});
  }
  return out;
}

}  // namespace statewright::automata
