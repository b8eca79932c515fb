// Quadratic forms that do not grow along a layer's steps, and forms that do: FORMAT.md 4.9 and
// 4.10. A file is read to its end, then verified.

#include "stability.hpp"

#include "matrices.hpp"
#include "squares.hpp"

namespace statewright::checker {
namespace {

// |A(x) h| <= q |h|, q = num / den.
struct Contraction {
  string place;  // of the line `input`
  size_t input = 0;
  mpz_class num, den;
  Squares squares;  // of q^2 P - A^T P A
};

struct Part {
  size_t layer = 0;
  string place;  // of the line `form`
  Integers P;
  mpz_class least, least_den;  // c
  Squares above;               // of P - c 1
  vector<Contraction> inputs;
  bool has_states = false;
  string states_place;
  mpz_class radius, radius_den;  // R^2
  Fractions center;              // C, N x D
};

Integers read_form(Reader& in, size_t N) {
  in.expect_line("form");
  Integers P;
  for (size_t i = 0; i < N * N; ++i) P.push_back(in.integer("an entry of P"));
  return P;
}

// NUM DEN with NUM >= least.
void read_fraction(Reader& in, const char* what, int least, mpz_class& num, mpz_class& den) {
  num = in.integer(what);
  if (num < least) {
    in.malformed(string(what) + " of at least " + std::to_string(least), num.get_str());
  }
  den = in.denominator();
}

Part read_part(Reader& in, const Model& model) {
  Part part;
  part.layer = in.count_line("layer", 0, model.layers.size());
  const auto& layer = model.layers[part.layer];
  part.P = read_form(in, layer.N);
  part.place = in.place();
  in.expect_line("least");
  read_fraction(in, "a numerator", 1, part.least, part.least_den);
  part.above = read_squares(in, layer.N);
  const auto K = in.count_line("inputs", 1);
  for (size_t k = 0; k < K; ++k) {
    auto& one = part.inputs.emplace_back();
    one.input =
        in.count_line("input", k == 0 ? 0 : part.inputs[k - 1].input + 1, layer.inputs.size());
    one.place = in.place();
    read_fraction(in, "a numerator", 0, one.num, one.den);
    if (one.num > one.den) in.malformed("a fraction of at most 1", one.num.get_str());
    one.squares = read_squares(in, layer.N);
  }
  part.has_states = in.count_line("states", 0, 2) == 1;
  if (part.has_states) {
    part.states_place = in.place();
    read_fraction(in, "a numerator", 0, part.radius, part.radius_den);
    in.expect_line("center");
    part.center = read_fractions(in, layer.N, layer.D);
  }
  return part;
}

void need(bool holds, const string& place, const string& rule) {
  if (!holds) throw Refusal(Answer::rejected, place, rule);
}

void need_symmetric(const Integers& P, size_t N, const string& place, const string& section) {
  for (size_t i = 0; i < N * N; ++i) {
    need(P[i] == P[i % N * N + i / N], place, section + " symmetric: P is not");
  }
}

// a^T S a for integers a, S, all N x N.
Integers congruent(const Integers& S, const Integers& a, size_t N) {
  Integers transposed;
  for (size_t i = 0; i < N * N; ++i) transposed.push_back(a[i % N * N + i / N]);
  return times(times({1, transposed}, {1, S}, N), {1, a}, N).num;
}

// x^T S x for column d of x, which is N x D.
mpz_class form_of(const Integers& S, const Integers& x, size_t N, size_t d, size_t D) {
  mpz_class sum = 0;
  for (size_t i = 0; i < N; ++i) {
    for (size_t j = 0; j < N; ++j) sum += x[i * D + d] * S[i * N + j] * x[j * D + d];
  }
  return sum;
}

// A x + b - y, N x D; b may be empty, which is 0.
Fractions moved(const Fractions& A, const Fractions& x, const Fractions& b, const Fractions& y,
                size_t N, size_t D) {
  Fractions z{A.den * x.den * b.den * y.den, Integers(N * D, 0)};
  for (size_t i = 0; i < N; ++i) {
    for (size_t d = 0; d < D; ++d) {
      auto& sum = z.num[i * D + d];
      for (size_t k = 0; k < N; ++k) sum += A.num[i * N + k] * x.num[k * D + d];
      sum *= b.den * y.den;
      if (!b.num.empty()) sum += b.num[i * D + d] * A.den * x.den * y.den;
      sum -= y.num[i * D + d] * A.den * x.den * b.den;
    }
  }
  return z;
}

string fraction(const mpz_class& num, const mpz_class& den) {
  return num.get_str() + (den == 1 ? "" : "/" + den.get_str());
}

// What was verified of one part, in words.
string verified(const Part& part, const Model& model) {
  const auto& layer = model.layers[part.layer];
  const auto N = layer.N, D = layer.D;
  need_symmetric(part.P, N, part.place, "4.9");
  Integers above;  // den (P - c 1)
  for (size_t i = 0; i < N * N; ++i) {
    above.push_back(part.least_den * part.P[i] - (i % (N + 1) == 0 ? part.least : mpz_class(0)));
  }
  check_squares(part.above, direction(std::move(above)), N, "4.9");
  string factors;
  for (const auto& one : part.inputs) {
    const auto A = matrix_of(layer.inputs[one.input], N);
    const auto after = congruent(part.P, A.num, N);
    const mpz_class scale = one.num * one.num * A.den * A.den, square = one.den * one.den;
    Integers lost;  // q^2 P - A^T P A, times den^2 A.den^2
    for (size_t i = 0; i < N * N; ++i) lost.push_back(scale * part.P[i] - square * after[i]);
    check_squares(one.squares, direction(std::move(lost)), N, "4.9");
    factors += " " + fraction(one.num, one.den);
  }
  if (part.has_states) {
    const Fractions none;
    const auto start = moved(identity(N), layer.start, none, part.center, N, D);
    for (size_t d = 0; d < D; ++d) {
      need(form_of(part.P, start.num, N, d, D) * part.radius_den <=
               part.radius * start.den * start.den,
           part.states_place, "4.9 start: H_0 is farther from the center");
    }
    for (const auto& one : part.inputs) {
      const auto& input = layer.inputs[one.input];
      const auto step = moved(matrix_of(input, N), part.center, input.b, part.center, N, D);
      // (1 - q)^2 R^2
      const mpz_class room = (one.den - one.num) * (one.den - one.num) * part.radius,
                      room_den = one.den * one.den * part.radius_den;
      for (size_t d = 0; d < D; ++d) {
        need(form_of(part.P, step.num, N, d, D) * room_den <= room * step.den * step.den, one.place,
             "4.9 step: the center moves too far");
      }
    }
  }
  string names = "{ ";
  for (const auto& one : part.inputs) names += std::to_string(one.input) + " ";
  names += "}";
  const bool all = part.inputs.size() == layer.inputs.size();
  string text = "layer " + std::to_string(part.layer) + ": for the inputs " + names +
                (all ? ", which are all," : "") +
                " |A h| <= q |h| in the norm |h|^2 = h^T P h, q =" + factors;
  if (part.has_states) {
    mpz_class top = part.radius * part.least_den, bottom = part.radius_den * part.least;
    const mpz_class common = gcd(top, bottom);
    top /= common;
    bottom /= common;
    text += "; so " + string(all ? "on every word" : "as long as it reads no other input") +
            " each column of its state keeps a Euclidean distance of at most the square root of " +
            fraction(top, bottom) + " from that of the center";
  }
  return text + "\n";
}

// (A B; 0 1), which takes (H; 1) to (A H + B; 1): size N + D.
Fractions with_additions(const Layer& layer, const Input& input) {
  const auto N = layer.N, D = layer.D, M = N + D;
  const auto A = matrix_of(input, N);
  Fractions E{A.den * input.b.den, Integers(M * M, 0)};
  for (size_t i = 0; i < N; ++i) {
    for (size_t j = 0; j < N; ++j) E.num[i * M + j] = A.num[i * N + j] * input.b.den;
    for (size_t d = 0; d < D && !input.b.num.empty(); ++d) {
      E.num[i * M + N + d] = input.b.num[i * D + d] * A.den;
    }
  }
  for (size_t d = N; d < M; ++d) E.num[d * M + d] = E.den;
  return E;
}

// x in words: a start without additions, a column of the layer's start (times a positive number),
// or something else.
string what_grows(const Layer& layer, const Integers& x) {
  const auto N = layer.N, D = layer.D;
  bool without = true;
  for (size_t d = 0; d < D; ++d) without = without && x[N + d] == 0;
  if (without) return "the powers of A, the product of their matrices, are unbounded";
  for (size_t d = 0; d < D; ++d) {
    bool is_start = x[N + d] > 0;
    for (size_t e = 0; e < D; ++e) is_start = is_start && (e == d || x[N + e] == 0);
    for (size_t n = 0; n < N; ++n) {
      is_start = is_start && x[n] * layer.start.den == x[N + d] * layer.start.num[n * D + d];
    }
    if (is_start) {
      return "the layer's state is unbounded, by its column " + std::to_string(d) +
             ", from its start";
    }
  }
  return "the powers of (A B; 0 1) are unbounded, where A H + B is what they make of a state";
}

void expect_exact(Reader& in) {
  in.expect_line("arithmetic");
  if (const auto arithmetic = in.token("exact"); arithmetic != "exact") {
    in.malformed("exact", arithmetic);
  }
}

}  // namespace

string bounded(Reader& in, const Model& model) {
  expect_exact(in);
  read_digest(in, "model", model.digest);
  vector<Part> parts;
  const auto S = in.count_line("parts", 1);
  for (size_t s = 0; s < S; ++s) parts.push_back(read_part(in, model));
  in.end();
  string text =
      "VERIFIED bounded\nof the matrices A and the states of the network, exact (each P is "
      "positive definite):\n";
  for (const auto& part : parts) text += verified(part, model);
  return text + "network     sha256 " + model.digest + "\narithmetic  exact\n";
}

string unbounded(Reader& in, const Model& model) {
  expect_exact(in);
  read_digest(in, "model", model.digest);
  const auto i = in.count_line("layer", 0, model.layers.size());
  const auto& layer = model.layers[i];
  const auto M = layer.N + layer.D;
  const auto K = in.count_line("product", 1);
  vector<size_t> inputs;
  for (size_t k = 0; k < K; ++k) inputs.push_back(in.count("an input", 0, layer.inputs.size()));
  const auto P = read_form(in, M);
  const auto place = in.place();
  in.expect_line("growth");
  mpz_class num, den;
  read_fraction(in, "a numerator", 1, num, den);
  if (num < den) in.malformed("a fraction of at least 1", num.get_str());
  const auto squares = read_squares(in, M);
  in.expect_line("vector");
  const auto vector_place = in.place();
  Integers x;
  for (size_t n = 0; n < M; ++n) x.push_back(in.integer("an entry of x"));
  in.end();

  need_symmetric(P, M, place, "4.10");
  auto E = identity(M);
  string names;
  for (const auto input : inputs) {
    E = times(with_additions(layer, layer.inputs[input]), E, M);
    names += std::to_string(input) + " ";
  }
  // E^T S E - r S, times a positive number.
  const auto gain = [&](const Integers& S) {
    const auto after = congruent(S, E.num, M);
    Integers difference;
    for (size_t n = 0; n < M * M; ++n) {
      difference.push_back(den * after[n] - num * E.den * E.den * S[n]);
    }
    return direction(std::move(difference));
  };
  const bool linear = num == den;
  const auto Q = linear ? gain(P) : P;
  check_squares(squares, gain(Q), M, "4.10");
  need(form_of(Q, x, M, 0, 1) > 0, vector_place,
       string("4.10 vector: x^T ") + (linear ? "Q" : "P") + " x <= 0");
  return "VERIFIED unbounded\nof layer " + std::to_string(i) + " and the word of the inputs { " +
         names + "}, the first applied first, again and again: " + what_grows(layer, x) +
         ", |.|^2 at least like " +
         (linear ? string("k") : fraction(num, den) + " to the power k") + "\nnetwork     sha256 " +
         model.digest + "\narithmetic  exact\n";
}

}  // namespace statewright::checker
