#pragma once

// A second opinion on regular expressions: a tree of its own, its meaning as the plain set of all
// its words up to a length (nothing of automata), and its spelling in the grammar of compile_regex.
// Cutting off at a length is exact: the short words of a concatenation, repetition or complement
// depend only on the short words of the parts.

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "automata/language/dfa.hpp"
#include "automata/language/random_dfa.hpp"

namespace statewright::automata::oracle {

/// All words over k letters up to a length, numbered length-lexicographically.
class Universe {
 public:
  Universe(std::size_t letters, std::size_t max_length) : letters_(letters), length_(max_length) {
    words_.emplace_back();
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (words_[i].size() == max_length) continue;
      for (Letter a = 0; a < letters; ++a) {
        Word longer = words_[i];
        longer.push_back(a);
        words_.push_back(std::move(longer));
      }
    }
  }
  const std::vector<Word>& words() const { return words_; }
  std::size_t letters() const { return letters_; }
  std::size_t max_length() const { return length_; }
  std::size_t number(const Word& word) const {
    std::size_t value = 0;  // 1 + k + .. + k^(n-1) words are shorter
    for (const Letter a : word) value = value * letters_ + a + 1;
    return value;
  }

 private:
  std::size_t letters_, length_;
  std::vector<Word> words_;
};

using Language = std::vector<bool>;  ///< [words of the universe]

struct Expression {
  enum class Op { nothing, empty_word, letters, concat, either, both, negation, repeat };
  Op op = Op::nothing;
  std::vector<Letter> letters = {};
  std::vector<Expression> parts = {};
  std::size_t min = 0, max = 0;
  bool unbounded = false;
};
using Op = Expression::Op;

inline Language concatenated(const Universe& all, const Language& left, const Language& right) {
  Language result(all.words().size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!left[i]) continue;
    for (std::size_t j = 0; j < right.size(); ++j) {
      if (!right[j]) continue;
      Word word = all.words()[i];
      word.insert(word.end(), all.words()[j].begin(), all.words()[j].end());
      if (word.size() > all.max_length()) break;  // the later ones are no shorter
      result[all.number(word)] = true;
    }
  }
  return result;
}

inline Language language(const Universe& all, const Expression& e) {
  const std::size_t n = all.words().size();
  Language result(n);
  switch (e.op) {
    case Op::nothing:
      break;
    case Op::empty_word:
      result[0] = true;
      break;
    case Op::letters:
      for (const Letter a : e.letters) result[all.number({a})] = true;
      break;
    case Op::concat:
      result[0] = true;
      for (const Expression& part : e.parts) {
        result = concatenated(all, result, language(all, part));
      }
      break;
    case Op::either:
    case Op::both:
    case Op::negation:
      result = language(all, e.parts[0]);
      for (std::size_t p = 1; p < e.parts.size(); ++p) {
        const Language other = language(all, e.parts[p]);
        for (std::size_t i = 0; i < n; ++i) {
          result[i] = e.op == Op::either ? result[i] || other[i] : result[i] && other[i];
        }
      }
      if (e.op == Op::negation) result.flip();
      break;
    case Op::repeat: {
      const Language once = language(all, e.parts[0]);
      Language power(n);
      power[0] = true;
      for (std::size_t i = 0; i < e.min; ++i) power = concatenated(all, power, once);
      result = power;
      // Words up to the length need no more than that many non-empty factors.
      const std::size_t more = e.unbounded ? all.max_length() : e.max - e.min;
      for (std::size_t i = 0; i < more; ++i) {
        power = concatenated(all, power, once);
        for (std::size_t w = 0; w < n; ++w) result[w] = result[w] || power[w];
      }
      break;
    }
  }
  return result;
}

/// Spells expressions over the letters a, b and, if there are three, 'push'. Chooses among
/// equivalent spellings and puts needless parentheses at random.
class Spelling {
 public:
  Spelling(std::size_t letters, SplitMix64& random) : letters_(letters), random_(random) {}

  static std::vector<std::string> names(std::size_t letters) {
    std::vector<std::string> all = {"a", "b", "push"};
    all.resize(letters);
    return all;
  }

  std::string operator()(const Expression& e, int at_least = 0) {
    const auto [text, level] = spelled(e);
    if (level < at_least || random_() % 8 == 0) return "(" + text + ")";
    return text;
  }

 private:
  // Levels of precedence: | is 0, & is 1, concatenation 2, ~ 3, postfix 4, the rest 5.
  std::pair<std::string, int> spelled(const Expression& e) {
    switch (e.op) {
      case Op::nothing:
        return {one_of({"[]", "∅"}), 5};
      case Op::empty_word:
        return {one_of({"()", "ε"}), 5};
      case Op::letters:
        return {letters(e.letters), 5};
      case Op::concat:
        return {joined(e, "", 3), 2};
      case Op::either:
        return {joined(e, "|", 1), 0};
      case Op::both:
        return {joined(e, "&", 2), 1};
      case Op::negation:
        return {"~" + (*this)(e.parts[0], 3), 3};
      case Op::repeat: {
        std::string text = (*this)(e.parts[0], 4);  // drawn before the count
        text += count(e);
        return {std::move(text), 4};
      }
    }
    return {};
  }

  std::string one_of(const std::vector<std::string>& texts) {
    return texts[random_() % texts.size()];
  }

  std::string joined(const Expression& e, const std::string& separator, int level) {
    std::string text;
    for (const Expression& part : e.parts) {
      if (&part != e.parts.data()) text += separator;
      text += (*this)(part, level);
    }
    return text;
  }

  std::string count(const Expression& e) {
    const std::string min = std::to_string(e.min);
    if (e.unbounded && e.min == 0) return one_of({"*", "{0,}"});
    if (e.unbounded && e.min == 1) return one_of({"+", "{1,}"});
    if (e.unbounded) return "{" + min + ",}";
    if (e.min == 0 && e.max == 1) return one_of({"?", "{0,1}"});
    if (e.min == e.max) return one_of({"{" + min + "}", "{" + min + "," + min + "}"});
    return "{" + min + "," + std::to_string(e.max) + "}";
  }

  std::string letters(const std::vector<Letter>& set) {
    const auto spell = [this](Letter a) {
      if (a == 0) return one_of({"a", "a", "'a'", "\\x61", "\\u{61}"});
      if (a == 1) return one_of({"b", "b", "\"b\"", "\\x62", "\\u{000062}"});
      return one_of({"'push'", "\"push\"", "'p\\x75sh'"});
    };
    if (set.size() == letters_) return one_of({".", "[^]"});
    if (set.size() == 1 && random_() % 3 != 0) return spell(set[0]);
    const bool negated = random_() % 2 == 0;
    std::string text = negated ? "[^" : "[";
    for (Letter a = 0; a < letters_; ++a) {
      const bool inside = std::find(set.begin(), set.end(), a) != set.end();
      if (inside != negated) text += spell(a);
    }
    return text + "]";
  }

  std::size_t letters_;
  SplitMix64& random_;
};

/// A random expression of about `size` operators.
inline Expression random_expression(std::size_t size, std::size_t letters, SplitMix64& random) {
  Expression e;
  if (size <= 1) {
    const auto kind = random() % 16;
    e.op = kind == 0 ? Op::nothing : kind == 1 ? Op::empty_word : Op::letters;
    for (Letter a = 0; a < letters; ++a) {
      if (random() % 3 == 0) e.letters.push_back(a);
    }
    if (e.letters.empty()) e.letters.push_back(static_cast<Letter>(random() % letters));
    return e;
  }
  const auto kind = random() % 10;
  if (kind <= 6) {
    e.op = kind <= 2 ? Op::concat : kind <= 4 ? Op::either : Op::both;
    if (kind == 6) e.op = Op::concat;
    const std::size_t parts = 2 + random() % 2;
    for (std::size_t p = 0; p < parts; ++p) {
      e.parts.push_back(random_expression(size / parts, letters, random));
    }
    return e;
  }
  e.op = kind == 7 ? Op::negation : Op::repeat;
  e.parts.push_back(random_expression(size - 1, letters, random));
  if (e.op == Op::repeat) {
    e.min = random() % 3;
    e.max = e.min + random() % 3;
    e.unbounded = random() % 2 == 0;
  }
  return e;
}

}  // namespace statewright::automata::oracle
