#include "reader.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <set>
#include <sstream>

namespace statewright::checker {
namespace {

bool stands_for_itself(size_t byte) { return byte >= 33 && byte <= 126; }

// "0", or an optional '-', a digit 1..9, and digits.
bool is_int(string_view t) {
  if (t == "0") return true;
  if (t.front() == '-') t.remove_prefix(1);
  return !t.empty() && t.front() != '0' && t.find_first_not_of("0123456789") == t.npos;
}

}  // namespace

Reader::Reader(const string& path) : path_(path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream all;
  if (!file || !(all << file.rdbuf())) {  // which writes nothing, and fails, for an empty file
    throw Refusal(Answer::malformed, path, "is empty or cannot be read");
  }
  bytes_ = std::move(all).str();
}

void Reader::malformed(string_view expected, string_view found) const {
  string text = "expected ";
  text.append(expected).append(", found ").append(found.substr(0, 60));
  if (found.size() > 60) text += "... (" + std::to_string(found.size()) + " bytes)";
  throw Refusal(Answer::malformed, place(), text);
}

void Reader::take(char byte, string_view what) {
  if (at_ == bytes_.size()) malformed(what, "the end of the file");
  if (bytes_[at_] != byte) {
    const int found = static_cast<unsigned char>(bytes_[at_]);
    malformed(what, found == '\n' ? "the end of the line" : "byte " + std::to_string(found));
  }
  ++at_;
}

// The longest run of bytes 33..126 from here on.
string_view Reader::run(string_view what) {
  const size_t begin = at_;
  while (at_ < bytes_.size() && stands_for_itself(static_cast<unsigned char>(bytes_[at_]))) ++at_;
  if (at_ == begin) malformed(what, "nothing");
  return string_view(bytes_).substr(begin, at_ - begin);
}

string_view Reader::keyword(string_view what) {
  if (line_ > 0) take('\n', "the end of the line");
  ++line_;
  return run(what);
}

void Reader::expect_line(string_view word) {
  if (const auto found = keyword(word); found != word) malformed(word, found);
}

string_view Reader::token(string_view what) {
  take(' ', what);
  return run(what);
}

mpz_class Reader::integer(string_view what) {
  const auto t = token(what);
  if (!is_int(t)) malformed(what, t);
  return mpz_class(string(t), 10);
}

mpz_class Reader::denominator() {
  auto value = integer("a denominator");
  if (value < 1) malformed("a denominator of at least 1", value.get_str());
  return value;
}

size_t Reader::count(string_view what, size_t least, size_t end) {
  const auto t = token(what);
  size_t value = count_end;
  if (is_int(t) && t.front() != '-' && t.size() <= 10) {
    std::from_chars(t.data(), t.data() + t.size(), value);  // at most 10 digits: it fits
  }
  if (value < least || value >= std::min(end, count_end)) {
    const auto from = std::to_string(least), below = std::to_string(std::min(end, count_end));
    malformed(string(what) + " in [" + from + ", " + below + ")", t);
  }
  return value;
}

size_t Reader::count_line(string_view word, size_t least, size_t end) {
  expect_line(word);
  return count(word, least, end);
}

// The encoding is unique, so two names are equal exactly when they are written in the same way.
string Reader::name(string_view what) {
  constexpr string_view digits = "0123456789ABCDEF";
  const auto t = token(what);
  for (size_t i = 0; i < t.size(); ++i) {
    if (t[i] != '%') continue;
    const auto high = i + 1 < t.size() ? digits.find(t[i + 1]) : t.npos;
    const auto low = i + 2 < t.size() ? digits.find(t[i + 2]) : t.npos;
    const bool hex = high != t.npos && low != t.npos;
    if (!hex || (stands_for_itself(16 * high + low) && 16 * high + low != '%')) {
      malformed("the only percent-encoding of a name", t);
    }
  }
  return string(t);
}

vector<string> Reader::names_line(string_view word) {
  const auto size = count_line(word);
  vector<string> list;
  std::set<string> seen;
  for (size_t i = 0; i < size; ++i) {
    list.push_back(name("a name"));
    if (!seen.insert(list.back()).second) malformed("distinct names", list.back() + " twice");
  }
  return list;
}

void Reader::end() {
  expect_line("end");
  take('\n', "the end of the line");
  if (at_ != bytes_.size()) malformed("the end of the file", "more bytes");
}

}  // namespace statewright::checker
