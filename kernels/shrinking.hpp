#pragma once

// Internal: words made short for anything that reads letters.
//
// Greedy deletion, as delta debugging does it (Zeller and Hildebrandt 2002), but from left to
// right: what stands before a deleted block has been read, so that a try reads only what follows. A
// word that is wrong earlier than before is cut there.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace statewright::kernels {

/// Reader: State start(), void read(State&, std::uint32_t letter), bool is_wrong(const State&).
template <class Reader>
class Shrinking {
 public:
  using Letters = std::vector<std::uint32_t>;
  using State = decltype(std::declval<Reader&>().start());

  struct Result {
    Letters word;
    State last;
    bool minimal = false;
  };

  Shrinking(Reader& reader, std::uint64_t steps) : reader_(reader), steps_left_(steps) {}

  /// Nothing if no prefix is wrong. Reads the word once whatever the limit of steps.
  std::optional<Result> run(Letters word) {
    Place place = start();
    const auto wrong = first_wrong(place, word, 0);
    if (!wrong) return {};
    word.resize(*wrong);
    bool minimal = word.empty();
    std::size_t block = 1;
    while (block < word.size()) block *= 2;
    for (; !minimal && steps_left_ > 0; block = std::max<std::size_t>(1, block / 2)) {
      const bool shorter = pass(word, block);
      minimal = word.empty() || (block == 1 && !shorter && steps_left_ > 0);
    }
    for (place = start(); place.read < word.size();) read(place, word[place.read]);
    return Result{std::move(word), std::move(place.state), minimal};
  }

 private:
  struct Place {
    State state;
    std::size_t read = 0;
  };

  Place start() { return {reader_.start(), 0}; }

  void read(Place& place, std::uint32_t letter) {
    reader_.read(place.state, letter);
    ++place.read;
    if (steps_left_ > 0) --steps_left_;
  }

  /// Letters read from `place` on, word[from], .., until the first wrong output.
  std::optional<std::size_t> first_wrong(Place& place, const Letters& word, std::size_t from) {
    if (reader_.is_wrong(place.state)) return 0;
    for (std::size_t i = from; i < word.size(); ++i) {
      read(place, word[i]);
      if (reader_.is_wrong(place.state)) return i + 1 - from;
    }
    return {};
  }

  /// Tries to leave out each block once; whether some was.
  bool pass(Letters& word, std::size_t block) {
    bool shorter = false;
    for (Place before = start(); before.read < word.size() && steps_left_ > 0;) {
      const std::size_t at = before.read, end = std::min(word.size(), at + block);
      Place tried = before;
      if (const auto wrong = first_wrong(tried, word, end)) {
        word.erase(word.begin() + static_cast<std::ptrdiff_t>(end + *wrong), word.end());
        word.erase(word.begin() + static_cast<std::ptrdiff_t>(at),
                   word.begin() + static_cast<std::ptrdiff_t>(end));
        shorter = true;
        continue;
      }
      while (before.read < end) read(before, word[before.read]);
    }
    return shorter;
  }

  Reader& reader_;
  std::uint64_t steps_left_;
};

}  // namespace statewright::kernels
