#include "automata/language/words.hpp"

#include <algorithm>

#include "automata/language/minimize.hpp"
#include "core/error.hpp"

// Everything here is one recurrence, read backwards from the end of a word: c(0, q) = [output(q) is
// wanted] and c(r + 1, q) = sum over letters of c(r, q a). Counting keeps the numbers, listing only
// needs which of them are not zero. Drawing keeps all rows and turns a uniform rank 0 <= i < c(n,
// q0) into the word of that rank in alphabetical order, so a draw is exactly uniform if the random
// bits are.

namespace statewright::automata {
namespace {

using core::Error;
using core::Fault;

std::vector<Integer> counts_of_length_zero(const Dfa& dfa, Output output) {
  std::vector<Integer> counts(dfa.size());
  for (State q = 0; q < dfa.size(); ++q) counts[q] = dfa.output[q] == output ? 1 : 0;
  return counts;
}

std::vector<Integer> one_longer(const Dfa& dfa, const std::vector<Integer>& counts) {
  std::vector<Integer> longer(dfa.size());
  for (State q = 0; q < dfa.size(); ++q) {
    for (Letter a = 0; a < dfa.letters.size(); ++a) longer[q] += counts[dfa.step(q, a)];
  }
  return longer;
}

/// For each r: from which reachable states some word of length r leads to the output. Rows are
/// computed when asked for.
class Completable {
 public:
  Completable(const Dfa& dfa, Output output) : dfa_(dfa) {
    rows_.emplace_back(dfa.size());
    for (State q = 0; q < dfa.size(); ++q) rows_[0][q] = dfa.output[q] == output;
  }

  bool operator()(std::size_t remaining, State q) const { return rows_[remaining][q]; }

  /// Makes row `length` ready; rows come one after the other. False if no word of that length or
  /// longer leads to the output from any state.
  bool extend(std::size_t length) {
    if (length > 0) {
      const std::vector<bool>& last = rows_.back();
      std::vector<bool> row(dfa_.size());
      for (State q = 0; q < dfa_.size(); ++q) {
        for (Letter a = 0; a < dfa_.letters.size() && !row[q]; ++a) row[q] = last[dfa_.step(q, a)];
      }
      rows_.push_back(std::move(row));
    }
    return std::find(rows_.back().begin(), rows_.back().end(), true) != rows_.back().end();
  }

 private:
  const Dfa& dfa_;
  std::vector<std::vector<bool>> rows_;
};

/// Visits the words of one length in alphabetical order. False when `visit` has had enough.
bool visit_length(const Dfa& dfa, const Completable& completable, std::size_t length,
                  const std::function<bool(const Word&)>& visit) {
  if (!completable(length, dfa.start)) return true;
  const auto k = static_cast<Letter>(dfa.letters.size());
  Word word;
  std::vector<State> path = {dfa.start};
  Letter a = 0;  // the next letter to try after `word`
  for (;;) {
    if (word.size() == length) {
      if (!visit(word)) return false;
      a = k;
    }
    const std::size_t remaining = length - word.size();
    while (a < k && !completable(remaining - 1, dfa.step(path.back(), a))) ++a;
    if (a < k) {
      path.push_back(dfa.step(path.back(), a));
      word.push_back(a);
      a = 0;
      continue;
    }
    if (word.empty()) return true;
    a = word.back() + 1;
    word.pop_back();
    path.pop_back();
  }
}

/// Uniform in 0..bound-1: as many bits as bound - 1 has, high words first, drawn again until below.
Integer uniform_below(const Integer& bound, std::mt19937_64& random) {
  if (bound == 1) return 0;
  const auto bits = static_cast<unsigned>(msb(Integer(bound - 1))) + 1;
  for (;;) {
    Integer value = 0;
    for (unsigned done = 0; done < bits; done += 64) {
      const unsigned take = std::min(64U, bits - done);
      value = (value << take) | Integer(random() >> (64U - take));
    }
    if (value < bound) return value;
  }
}

}  // namespace

std::vector<Integer> count_words(const Dfa& dfa, std::size_t max_length, Output output) {
  const Dfa part = reachable(dfa);
  std::vector<Integer> totals;
  std::vector<Integer> counts = counts_of_length_zero(part, output);
  for (std::size_t length = 0;; ++length) {
    totals.push_back(counts[part.start]);
    if (length == max_length) return totals;
    counts = one_longer(part, counts);
  }
}

void for_each_word(const Dfa& dfa, std::size_t max_length, Output output,
                   const std::function<bool(const Word&)>& visit) {
  const Dfa part = reachable(dfa);
  Completable completable(part, output);
  for (std::size_t length = 0; completable.extend(length); ++length) {
    if (!visit_length(part, completable, length, visit)) return;
    if (length == max_length) return;
  }
}

UniformWords::UniformWords(const Dfa& dfa, std::size_t length, Output output)
    : dfa_(dfa), length_(length) {
  completions_.push_back(counts_of_length_zero(dfa, output));
  for (std::size_t r = 1; r <= length; ++r) {
    completions_.push_back(one_longer(dfa, completions_.back()));
  }
  if (completions_[length][dfa.start] == 0) {
    const std::string label = output < dfa.labels.size() ? core::quoted(dfa.labels[output])
                                                         : "number " + std::to_string(output);
    throw Error({Fault::range, "random words",
                 "a word of length " + std::to_string(length) + " with the output " + label,
                 "none"});
  }
}

Word UniformWords::draw(std::mt19937_64& random) const {
  Integer rank = uniform_below(completions_[length_][dfa_.start], random);
  Word word;
  word.reserve(length_);
  State q = dfa_.start;
  for (std::size_t remaining = length_; remaining > 0; --remaining) {
    const std::vector<Integer>& after = completions_[remaining - 1];
    Letter a = 0;
    for (; rank >= after[dfa_.step(q, a)]; ++a) rank -= after[dfa_.step(q, a)];
    word.push_back(a);
    q = dfa_.step(q, a);
  }
  return word;
}

std::vector<Word> access_words(const Dfa& dfa) {
  std::vector<Word> words(dfa.size());
  std::vector<bool> seen(dfa.size());
  std::vector<State> queue = {dfa.start};
  seen[dfa.start] = true;
  for (std::size_t i = 0; i < queue.size(); ++i) {
    for (Letter a = 0; a < dfa.letters.size(); ++a) {
      const State next = dfa.step(queue[i], a);
      if (seen[next]) continue;
      seen[next] = true;
      words[next] = words[queue[i]];
      words[next].push_back(a);
      queue.push_back(next);
    }
  }
  return words;
}

}  // namespace statewright::automata
