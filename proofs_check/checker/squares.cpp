#include "squares.hpp"

namespace statewright::checker {

Squares read_squares(Reader& in, size_t size) {
  Squares squares;
  in.expect_line("squares");
  squares.place = in.place();
  squares.scale = in.denominator();
  const auto terms = in.count("the number of terms");
  for (size_t t = 0; t < terms; ++t) {
    in.expect_line("term");
    auto& [weight, w] = squares.terms.emplace_back(in.integer("a weight"), Integers{});
    for (size_t n = 0; n < size; ++n) w.push_back(in.integer("an entry of w"));
  }
  return squares;
}

void check_squares(const Squares& squares, const Integers& S, size_t size, const string& section) {
  const auto need = [&](bool holds, const char* rule) {
    if (!holds) throw Refusal(Answer::rejected, squares.place, section + " " + rule);
  };
  for (const auto& term : squares.terms) need(term.first >= 0, "weights: one is negative");
  for (size_t i = 0; i < size; ++i) {
    for (size_t j = 0; j < size; ++j) {
      mpz_class sum = -squares.scale * S[i * size + j];
      for (const auto& [weight, w] : squares.terms) sum += weight * w[i] * w[j];
      need(sum == 0, "squares: they add up to another matrix");
    }
  }
}

}  // namespace statewright::checker
