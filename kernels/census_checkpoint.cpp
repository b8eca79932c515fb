// The file that a census resumes from. The family is compared line by line as text, so that a
// difference is named in the words of the file.

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <unistd.h>

#include "core/error.hpp"
#include "kernels/census_run.hpp"

namespace statewright::kernels {
namespace {

using core::Error;
using core::Fault;

constexpr std::string_view kFirstLine = "statewright census 1";

std::uint64_t checksum(std::string_view text) {
  std::uint64_t hash = 0xCBF2'9CE4'8422'2325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x0000'0100'0000'01B3;
  return hash;
}

std::string hexadecimal(std::uint64_t number) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
  return text;
}

std::string number_text(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", x);
  return text;
}

/// "period_2", so that a name is one word.
std::string word_of(std::string_view name) {
  std::string word(name);
  for (char& c : word) c = c == ' ' ? '_' : c;
  return word;
}

/// What a family is, a property a line.
std::vector<std::string> family_lines(const CensusFamily& family) {
  std::string start = family.all_starts ? "start all" : "start";
  for (std::size_t i = 0; i < family.n && !family.all_starts; ++i) {
    start += " " + number_text(family.start[i]);
  }
  std::string members = "members listed";
  if (family.sample) {
    members = "members " + std::to_string(family.sample->count) + " drawn with seed " +
              std::to_string(family.sample->seed);
  }
  return {"family " + std::string(name_of(family.kind)),
          "n " + std::to_string(family.n),
          "beta " + number_text(family.beta_most),
          std::string("keys ") + (family.unit_keys ? "unit" : "any"),
          std::string("adds ") + (family.adds ? "any" : "none"),
          "rounding " + std::string(name_of(family.rounding)),
          "format " + spelling_of(family.format),
          start,
          "steps " + std::to_string(family.horizon),
          members};
}

/// Lines of a text, and errors that say which.
class Lines {
 public:
  Lines(std::string_view text, std::string where) : text_(text), where_(std::move(where)) {}

  bool at_end() const { return at_ >= text_.size(); }
  std::size_t offset() const { return at_; }

  std::string next() {
    ++number_;
    if (at_end()) fail("another line", "the end");
    const std::size_t end = text_.find('\n', at_);
    if (end == std::string_view::npos) fail("a line with its end", "the end of the file");
    std::string line(text_.substr(at_, end - at_));
    at_ = end + 1;
    return line;
  }

  [[noreturn]] void fail(const std::string& expected, const std::string& found,
                         Fault fault = Fault::syntax, const std::string& hint = {}) const {
    throw Error({fault, where_ + ":" + std::to_string(number_), expected, found, hint});
  }

 private:
  std::string_view text_;
  std::string where_;
  std::size_t at_ = 0, number_ = 0;
};

/// The words of one line.
class Words {
 public:
  Words(const Lines& lines, const std::string& line) : lines_(lines), line_(line) {}

  std::string word() {
    const std::size_t begin = at_, end = std::min(line_.find(' ', at_), line_.size());
    if (begin >= line_.size() || begin == end) lines_.fail("another word", core::quoted(line_));
    at_ = end + 1;
    return line_.substr(begin, end - begin);
  }
  void word(const std::string& expected) {
    if (word() != expected) lines_.fail("a line with `" + expected + "`", core::quoted(line_));
  }
  std::uint64_t number(std::uint64_t most) {
    const std::string text = word();
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value > most) {
      lines_.fail("a whole number up to " + std::to_string(most), core::quoted(text));
    }
    return value;
  }
  std::uint32_t number_32() { return static_cast<std::uint32_t>(number(0xFFFF'FFFF)); }
  template <class Enum>
  Enum name(std::size_t count) {
    const std::string text = word();
    for (std::size_t i = 0; i < count; ++i) {
      if (word_of(name_of(static_cast<Enum>(i))) == text) return static_cast<Enum>(i);
    }
    lines_.fail("the name of a class", core::quoted(text));
  }
  void end() {
    if (at_ <= line_.size()) lines_.fail("the end of the line", core::quoted(line_));
  }

 private:
  const Lines& lines_;
  std::string line_;
  std::size_t at_ = 0;
};

void parse_cell(Words words, const Census& census, CensusResult& result, const Lines& lines) {
  words.word("cell");
  const auto spectrum = words.name<Spectrum>(kSpectra);
  const bool contracts = words.number(1) != 0;
  const auto fate = words.name<Fate>(kFates);
  CensusCell cell;
  const auto member = [&] {
    const std::uint64_t index = words.number(kMostMembers);
    if (index < census.begin || index >= census.next) {
      lines.fail("a member that is counted", std::to_string(index));
    }
    return index;
  };
  cell.count = words.number(kMostMembers);
  cell.first = member();
  cell.longest_preperiod = words.number_32();
  for (CensusBest* best : {&cell.period, &cell.amplitude, &cell.relative}) {
    best->value = words.number_32();
    best->member = member();
  }
  words.end();
  CensusCell& place = result.cell(spectrum, contracts, fate);
  if (place.count != 0 || cell.count == 0) lines.fail("each cell once, with members", "another");
  place = cell;
}

}  // namespace

std::string checkpoint_text(const Census& census) {
  std::string text = std::string(kFirstLine) + "\n";
  for (const std::string& line : family_lines(census.family)) text += line + "\n";
  text += "share " + std::to_string(census.begin) + " " + std::to_string(census.end) + "\n";
  text += "next " + std::to_string(census.next) + "\n";
  text += "orbit_steps " + std::to_string(census.result.steps) + "\n";
  for (std::size_t s = 0; s < kSpectra; ++s) {
    for (std::size_t c = 0; c < 2; ++c) {
      for (std::size_t f = 0; f < kFates; ++f) {
        const CensusCell& cell = census.result.cells[s][c][f];
        if (cell.count == 0) continue;
        text += "cell " + word_of(name_of(static_cast<Spectrum>(s))) + " " + std::to_string(c) +
                " " + word_of(name_of(static_cast<Fate>(f))) + " " + std::to_string(cell.count) +
                " " + std::to_string(cell.first) + " " + std::to_string(cell.longest_preperiod);
        for (const CensusBest& best : {cell.period, cell.amplitude, cell.relative}) {
          text += " " + std::to_string(best.value) + " " + std::to_string(best.member);
        }
        text += "\n";
      }
    }
  }
  return text + "sum " + hexadecimal(checksum(text)) + "\n";
}

Census parse_checkpoint(std::string_view text, const CensusFamily& family,
                        const std::string& where) {
  Lines lines(text, where);
  if (const std::string line = lines.next(); line != kFirstLine) {
    lines.fail("a checkpoint: `" + std::string(kFirstLine) + "`", core::quoted(line));
  }
  // Damage before differences: what is damaged tells nothing.
  const std::size_t last = text.rfind("\nsum ");
  const std::string_view summed = text.substr(0, last == std::string_view::npos ? 0 : last + 1);
  if (text.substr(summed.size()) != "sum " + hexadecimal(checksum(summed)) + "\n") {
    throw Error({Fault::syntax, where, "a checkpoint with its checksum", "a damaged one", {}});
  }
  for (const std::string& expected : family_lines(family)) {
    if (const std::string line = lines.next(); line != expected) {
      lines.fail("`" + expected + "`", core::quoted(line), Fault::range,
                 "a checkpoint goes on with what it was made of");
    }
  }
  Census census;
  census.family = family;
  Words share(lines, lines.next());
  share.word("share");
  census.begin = share.number(kMostMembers);
  census.end = share.number(kMostMembers);
  share.end();
  Words next(lines, lines.next());
  next.word("next");
  census.next = next.number(kMostMembers);
  next.end();
  const bool in_order = census.begin <= census.next && census.next <= census.end;
  if (!in_order || census.end > family.size()) lines.fail("members of the family", "others");
  Words steps(lines, lines.next());
  steps.word("orbit_steps");
  census.result.steps = steps.number(~std::uint64_t{0});
  steps.end();
  while (lines.offset() < summed.size()) {
    const std::string line = lines.next();
    parse_cell(Words(lines, line), census, census.result, lines);
  }
  for (const auto& spectrum : census.result.cells) {
    for (const auto& norm : spectrum) {
      for (const CensusCell& cell : norm) census.result.members += cell.count;
    }
  }
  if (census.result.members != census.next - census.begin) {
    lines.fail("cells with " + std::to_string(census.next - census.begin) + " members in all",
               std::to_string(census.result.members));
  }
  return census;
}

Census load_checkpoint(const std::string& path, const CensusFamily& family) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) {
    throw Error({Fault::io, path, "a file that can be read", std::strerror(errno), {}});
  }
  std::string text;
  char part[4096];
  constexpr std::size_t kMost = 1U << 20U;  // a checkpoint has at most some 60 lines
  for (std::size_t size; text.size() <= kMost && (size = std::fread(part, 1, 4096, file)) > 0;) {
    text.append(part, size);
  }
  const bool failed = std::ferror(file) != 0;
  std::fclose(file);
  if (failed)
    throw Error({Fault::io, path, "a file that can be read", "an error of the system", {}});
  return parse_checkpoint(text, family, path);
}

void save_checkpoint(const std::string& path, const Census& census) {
  namespace fs = std::filesystem;
  std::error_code error;
  // A device would be replaced by the file, and so would a symbolic link.
  const fs::file_status status = fs::status(path, error);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    throw Error(
        {Fault::io, path, "a file", fs::is_directory(status) ? "a folder" : "a device", {}});
  }
  if (fs::is_symlink(fs::symlink_status(path, error)) && fs::exists(status)) {
    return save_checkpoint(fs::canonical(path).string(), census);
  }
  const std::string text = checkpoint_text(census);
  const std::string other = path + ".tmp-" + std::to_string(::getpid());
  const auto fail = [&] {
    const std::string why = std::strerror(errno);
    std::remove(other.c_str());
    throw Error({Fault::io, path, "a file that can be written", why, {}});
  };
  std::FILE* file = std::fopen(other.c_str(), "wb");
  if (file == nullptr) fail();
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size() &&
                       std::fflush(file) == 0 && ::fsync(::fileno(file)) == 0;
  const bool closed = std::fclose(file) == 0;
  if (!written || !closed) fail();
  if (std::rename(other.c_str(), path.c_str()) != 0) fail();
}

}  // namespace statewright::kernels
