#include "cli/bounds_session.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <span>
#include <utility>

#include "automata/compile/rotation.hpp"
#include "automata/language/language.hpp"
#include "automata/language/random_dfa.hpp"
#include "cli/bounds_report.hpp"
#include "cli/text.hpp"
#include "core/error.hpp"
#include "core/lrnn/rounded.hpp"

namespace statewright::cli {
namespace {

constexpr std::uint32_t kLargestM = 120;
constexpr std::size_t kColumns = 80, kPlotRows = 9, kTableRows = 5;
constexpr std::size_t kPlotWidth = 66;  ///< characters; twice as many dots
constexpr std::size_t kLongestPlot = 4096, kUsualPlot = 512;

const char* kind_name(int kind) {
  return kind == 0 ? "stepwise" : kind == 1 ? "once" : "mixed, exact readout";
}

SessionModel rotation(std::uint32_t m) {
  const std::string name = "cyclenav:" + std::to_string(m);
  const automata::Language language = automata::load_language(name);
  return {"a rotation for " + name,
          automata::compile_rotation(language, automata::RotationForm::matrices), language.dfa};
}

/// `text` cut to `width` columns.
std::string cut(const std::string& text, std::size_t width) {
  if (columns(text) <= width) return text;
  std::string result;
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U && ++count > width - 1) break;
    result += text[i];
  }
  return result + "~";
}

/// Dots, two by four in a character (Unicode's Braille patterns).
class Canvas {
 public:
  Canvas(std::size_t rows, std::size_t characters)
      : rows_(rows), characters_(characters), cells_(rows * characters, 0) {}
  std::size_t height() const { return 4 * rows_; }

  /// Column from the left, level from below.
  void set(std::size_t x, std::size_t level) {
    static constexpr unsigned char bits[4][2] = {
        {0x40, 0x80}, {0x04, 0x20}, {0x02, 0x10}, {0x01, 0x08}};
    const std::size_t row = rows_ - 1 - level / 4;
    cells_[row * characters_ + x / 2] |= bits[level % 4][x % 2];
  }
  std::string line(std::size_t row) const {
    std::string text;
    for (std::size_t i = 0; i < characters_; ++i) {
      const unsigned code = 0x2800U + cells_[row * characters_ + i];
      text += static_cast<char>(0xE0U | code >> 12U);
      text += static_cast<char>(0x80U | (code >> 6U & 0x3FU));
      text += static_cast<char>(0x80U | (code & 0x3FU));
    }
    return text;
  }

 private:
  std::size_t rows_, characters_;
  std::vector<unsigned char> cells_;
};

}  // namespace

BoundsSession::BoundsSession(std::optional<SessionModel> fixed, SessionOptions options)
    : options_(std::move(options)),
      fixed_(fixed.has_value()),
      format_(core::parse_format(options_.format, "--arith")) {
  subject_ = fixed ? std::move(*fixed) : rotation(m_);
  proofs::BoundsOptions how;
  how.seconds = options_.seconds;
  orbit_ = proofs::orbit_for_bounds(subject_.model, subject_.automaton, how);
  set_kind(kind_);
}

std::string BoundsSession::apply(std::string_view command) {
  message_.clear();
  try {
    carry_out(command);
  } catch (const core::Error& error) {
    message_ = error.what();
    if (!error.facts().hint.empty()) message_ += "; " + error.facts().hint;
  }
  return frame();
}

void BoundsSession::carry_out(std::string_view command) {
  while (!command.empty() && (command.back() == ' ' || command.back() == '\r'))
    command.remove_suffix(1);
  while (!command.empty() && command.front() == ' ') command.remove_prefix(1);
  const std::size_t space = std::min(command.find(' '), command.size());
  const std::string verb(command.substr(0, space));
  std::string_view rest = command.substr(std::min(space + 1, command.size()));
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);

  if (verb.empty() || verb == "show") return;
  if (verb == "quit" || verb == "q") {
    finished_ = true;
  } else if (verb == "next") {
    move_format(1);
  } else if (verb == "previous") {
    move_format(-1);
  } else if (verb == "up" || verb == "down") {
    set_m(static_cast<std::int64_t>(m_) + (verb == "up" ? 1 : -1));
  } else if (verb == "s") {
    set_kind(static_cast<Kind>((static_cast<int>(kind_) + 1) % 3));
  } else if (verb == "format") {
    set_format(core::parse_format(rest, "format"));
  } else if (verb == "m") {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (error != std::errc() || end != rest.data() + rest.size()) {
      throw core::Error({core::Fault::syntax, "m", "a whole number", core::quoted(rest), {}});
    }
    set_m(value);
  } else if (verb == "semantics") {
    if (rest != "stepwise" && rest != "once" && rest != "mixed") {
      throw core::Error(
          {core::Fault::range, "semantics", "stepwise, once or mixed", core::quoted(rest), {}});
    }
    set_kind(rest == "stepwise" ? Kind::stepwise : rest == "once" ? Kind::once : Kind::mixed);
  } else {
    const std::vector<std::string> verbs = {"format", "next",      "previous", "m",   "up",
                                            "down",   "semantics", "show",     "quit"};
    const std::string meant = core::did_you_mean(verb, verbs);
    throw core::Error(
        {core::Fault::syntax, "command",
         meant.empty() ? "format F, m N, semantics S, next, up, show, quit, .." : "a command",
         core::quoted(verb), meant});
  }
}

void BoundsSession::set_format(const core::Format& format) {
  const core::Format before = std::exchange(format_, format);
  try {
    set_kind(kind_);
  } catch (...) {
    format_ = before;
    throw;
  }
}

void BoundsSession::move_format(int by) {
  const auto named = core::named_formats();
  std::ptrdiff_t at = -1;
  for (std::size_t i = 0; i < named.size(); ++i) {
    if (named[i].format == format_) at = static_cast<std::ptrdiff_t>(i);
  }
  const auto count = static_cast<std::ptrdiff_t>(named.size());
  const std::ptrdiff_t to = at < 0 ? (by > 0 ? 0 : count - 1) : (at + by + count) % count;
  set_format(named[static_cast<std::size_t>(to)].format);
}

void BoundsSession::set_m(std::int64_t m) {
  if (fixed_) {
    throw core::Error({core::Fault::unsupported, "m", "a rotation", "a network from a file",
                       "start `statewright bounds --interactive` without a network"});
  }
  if (m < 2 || m > kLargestM) {
    throw core::Error(
        {core::Fault::range, "m", "2 <= m <= " + std::to_string(kLargestM), std::to_string(m), {}});
  }
  subject_ = rotation(static_cast<std::uint32_t>(m));
  m_ = static_cast<std::uint32_t>(m);
  rows_.clear();
  proofs::BoundsOptions how;
  how.seconds = options_.seconds;
  orbit_ = proofs::orbit_for_bounds(subject_.model, subject_.automaton, how);
  update();
}

void BoundsSession::set_kind(Kind kind) {
  const core::Semantics semantics =
      kind == Kind::stepwise ? core::Semantics::in(format_)
      : kind == Kind::once
          ? core::parse_semantics("once:" + format_.id(), "semantics")
          : core::parse_semantics("mixed:state=" + format_.id() + ",readout=exact", "semantics");
  const core::Semantics before = std::exchange(semantics_, semantics);
  try {
    update();
  } catch (...) {
    semantics_ = before;
    throw;
  }
  kind_ = kind;
}

void BoundsSession::update() {
  const auto same = [&](const proofs::Horizon& row) { return row.semantics == semantics_; };
  auto found = std::find_if(rows_.begin(), rows_.end(), same);
  if (found == rows_.end()) {
    proofs::BoundsOptions how;
    how.seconds = options_.seconds;
    how.seed = options_.seed;
    rows_.push_back(proofs::bounds(subject_.model, subject_.automaton, orbit_, semantics_, how));
    found = rows_.end() - 1;
  }
  current_ = static_cast<std::size_t>(found - rows_.begin());
  measure();
}

void BoundsSession::measure() {
  errors_.clear();
  errors_of_.clear();
  if (!orbit_.closed()) {
    errors_of_ = "no plot: " + orbit_.why;
    return;
  }
  const proofs::Horizon& row = rows_[current_];
  core::Word word = row.witness;
  errors_of_ = "the shortest wrong word";
  if (row.outcome != core::Outcome::refuted || word.empty()) {
    automata::SplitMix64 random(options_.seed);
    word.clear();
    const std::size_t letters = subject_.model.letters.size();
    for (std::size_t t = 0; letters > 0 && t < kUsualPlot; ++t) {
      word.push_back(static_cast<core::Letter>(random() % letters));
    }
    errors_of_ = "a random word";
  }
  if (word.size() > kLongestPlot) word.resize(kLongestPlot);
  const core::RoundedModel rounded(subject_.model, semantics_);
  const std::size_t layers = subject_.model.layers.size();
  std::size_t at = 0;  // row of the orbit
  core::RoundedStep step = rounded.start();
  for (std::size_t t = 0;; ++t) {
    double square = 0;
    for (std::size_t i = 0; i < layers; ++i) {
      const auto& exact = orbit_.layers[i].states[orbit_.states[at * layers + i]].entries();
      for (std::size_t e = 0; e < exact.size(); ++e) {
        const double off =
            step.states[i].entries()[e] - core::round_exact(exact[e], core::Format{});
        square += off * off;
      }
    }
    errors_.push_back(std::sqrt(square));
    if (t == word.size()) return;
    step = rounded.next(step, word[t]);
    at = orbit_.next[at * subject_.model.letters.size() + word[t]];
  }
}

std::string BoundsSession::frame() const {
  std::vector<std::string> lines;
  lines.push_back(subject_.name + " in " + semantics_.id() + " (" +
                  kind_name(static_cast<int>(kind_)) + ")");
  lines.emplace_back();
  // The current row and its neighbours in the order they were looked at.
  const std::size_t first =
      rows_.size() <= kTableRows
          ? 0
          : std::min(current_ - std::min(current_, kTableRows / 2), rows_.size() - kTableRows);
  const std::size_t last = std::min(rows_.size(), first + kTableRows);
  auto table = horizon_table({rows_.begin() + static_cast<std::ptrdiff_t>(first),
                              rows_.begin() + static_cast<std::ptrdiff_t>(last)});
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (columns(table[i][0]) > 24) table[i][0] = cut(table[i][0], 24);
    table[i].insert(table[i].begin(), i == current_ - first + 1 ? ">" : "");
  }
  // Headings in two words' width, so that all fits.
  table[0] = {"", "arithmetic", "certified", "exact", "random", "adversary", "states", "time"};
  std::string text = table_text(table);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.erase(0, end + 1);
  }
  while (lines.size() < 3 + kTableRows) lines.emplace_back();
  lines.emplace_back();
  for (std::string& line : plot(kPlotRows)) lines.push_back(std::move(line));
  const proofs::Horizon& row = rows_[current_];
  if (!message_.empty()) {
    lines.push_back("error: " + message_);
  } else if (!row.certified) {
    lines.push_back("nothing certified: " + row.certified_why);
  } else if (row.certified_by == proofs::Method::enclosure) {
    lines.push_back("certified by enclosures; " + row.certified_why);
  } else if (row.outcome == core::Outcome::unknown) {
    lines.push_back("undecided: " + row.reached);
  } else {
    lines.emplace_back();
  }
  lines.push_back("left/right format   up/down m   s semantics   : command   q quit");
  std::string result;
  for (const std::string& line : lines) result += cut(line, kColumns) + "\n";
  return result;
}

std::vector<std::string> BoundsSession::plot(std::size_t rows) const {
  std::vector<std::string> lines;
  double least = INFINITY, most = 0;
  for (const double error : errors_) {
    if (!std::isfinite(error) || error == 0) continue;
    least = std::min(least, error);
    most = std::max(most, error);
  }
  const auto ends = [&] {
    lines.resize(rows + 2);
    return lines;
  };
  if (errors_.empty() || most == 0) {
    lines.push_back(errors_.empty()
                        ? errors_of_
                        : "no error on " + errors_of_ + " of " + length_text(errors_.size() - 1) +
                              ": the rounded states are the exact ones");
    return ends();
  }
  const double low = std::floor(std::log10(least));
  const double high = std::max(low + 1, std::ceil(std::log10(most)));
  Canvas canvas(rows, kPlotWidth);
  const std::size_t dots = 2 * kPlotWidth;
  const double top = static_cast<double>(canvas.height() - 1);
  for (std::size_t x = 0; x < dots; ++x) {
    // The largest error of the letters that share this column of dots.
    const std::size_t begin = x * errors_.size() / dots;
    const std::size_t end = std::max(begin + 1, (x + 1) * errors_.size() / dots);
    double error = 0;
    for (std::size_t t = begin; t < end; ++t) {
      error = std::isfinite(errors_[t]) ? std::max(error, errors_[t]) : most;
    }
    if (error == 0) continue;
    const double level = (std::log10(error) - low) / (high - low) * top;
    canvas.set(x, static_cast<std::size_t>(std::clamp(level, 0.0, top)));
  }
  for (std::size_t row = 0; row < rows; ++row) {
    std::string label;
    if (row == 0) label = "10^" + std::to_string(static_cast<int>(high));
    if (row + 1 == rows) label = "10^" + std::to_string(static_cast<int>(low));
    lines.push_back(std::string(7 - label.size(), ' ') + label + " |" + canvas.line(row));
  }
  const std::string right = length_text(errors_.size() - 1);
  lines.push_back(std::string(8, ' ') + "0" +
                  std::string(kPlotWidth - std::min(right.size(), kPlotWidth), ' ') + right);
  lines.push_back(std::string(9, ' ') + "|rounded - exact state| along " + errors_of_);
  return lines;
}

}  // namespace statewright::cli
