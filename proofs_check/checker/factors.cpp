// Products of generalised Householder factors, norms and minors: FORMAT.md 4.5; letters that are no
// single factor: 4.6. Read and verified line by line. A matrix is integers over one denominator.

#include "factors.hpp"

namespace statewright::checker {
namespace {

[[noreturn]] void reject(const Reader& in, const string& text) {
  throw Refusal(Answer::rejected, in.place(), text);
}

Fractions identity(size_t N) {
  Fractions one{1, Integers(N * N, 0)};
  for (size_t n = 0; n < N; ++n) one.num[n * N + n] = 1;
  return one;
}

// C A: (I + p/q v v^T) A = (q A + v p (v^T A)) / q.
void apply(const Factor& factor, size_t N, Fractions& A) {
  for (size_t c = 0; c < N; ++c) {
    mpz_class dot = 0;
    for (const auto& [n, v_n] : factor.v) dot += v_n * A.num[n * N + c];
    for (size_t n = 0; n < N; ++n) A.num[n * N + c] *= factor.q;
    for (const auto& [n, v_n] : factor.v) A.num[n * N + c] += v_n * factor.p * dot;
  }
  A.den *= factor.q;
}

Fractions matrix_of(const Input& input, size_t N) {
  auto A = identity(N);
  for (const auto& factor : input.factors) apply(factor, N, A);
  if (input.is_product) return A;
  A = {input.den, Integers(N * N, 0)};
  for (const auto& [n, m, a] : input.entries) A.num[n * N + m] = a;
  return A;
}

// The factors of a `product` line: 0 <= beta <= 2, where p/q = -beta / (v^T v).
Fractions read_product(Reader& in, size_t N, size_t size) {
  auto product = identity(N);
  for (size_t f = 0; f < size; ++f) {
    const auto factor = read_factor(in, N);
    mpz_class norm = 0;
    for (const auto& [n, v_n] : factor.v) norm += v_n * v_n;
    if (factor.p > 0 || -factor.p * norm > 2 * factor.q) reject(in, "4.5 beta: 0 <= beta <= 2");
    apply(factor, N, product);
  }
  return product;
}

// Whether the sum of squares of A - B is at most (bound / bound_den)^2.
bool within(const Fractions& A, const Fractions& B, const mpz_class& bound,
            const mpz_class& bound_den) {
  mpz_class sum = 0, difference;
  for (size_t i = 0; i < A.num.size(); ++i) {
    difference = A.num[i] * B.den - B.num[i] * A.den;
    sum += difference * difference;
  }
  const mpz_class left = sum * bound_den * bound_den, scale = A.den * B.den * bound;
  return left <= scale * scale;
}

// "<word> INT*R": ascending numbers below N.
vector<size_t> read_places(Reader& in, string_view word, size_t R, size_t N) {
  in.expect_line(word);
  vector<size_t> places;
  for (size_t r = 0; r < R; ++r) {
    places.push_back(in.count("a row or column, ascending", r == 0 ? 0 : places.back() + 1, N));
  }
  return places;
}

// Elimination without fractions (Bareiss): each division is exact.
bool is_singular(vector<Integers> m) {
  mpz_class before = 1;
  for (size_t k = 0; k < m.size(); ++k) {
    size_t pivot = k;
    while (pivot < m.size() && m[pivot][k] == 0) ++pivot;
    if (pivot == m.size()) return true;
    swap(m[k], m[pivot]);
    for (size_t i = k + 1; i < m.size(); ++i) {
      for (size_t j = k + 1; j < m.size(); ++j) {
        m[i][j] = (m[i][j] * m[k][k] - m[i][k] * m[k][j]) / before;
      }
    }
    before = m[k][k];
  }
  return false;
}

// The minor of den (A - I).
void check_minor(Reader& in, const Fractions& A, size_t N, size_t R) {
  const auto rows = read_places(in, "rows", R, N), columns = read_places(in, "columns", R, N);
  vector<Integers> minor;
  for (const auto i : rows) {
    auto& row = minor.emplace_back();
    for (const auto j : columns) row.push_back(A.num[i * N + j] - (i == j ? A.den : 0));
  }
  if (is_singular(minor)) reject(in, "4.5 minor: it is 0");
}

// D >= 0 and L D L^T = I - A^T A: with D = d / d_den, L = l / l_den and A = a / a_den,
// (l d l^T) a_den^2 = (a_den^2 I - a^T a) l_den^2 d_den.
void check_norm(Reader& in, const Fractions& A, size_t N) {
  const auto D = read_fractions(in, 1, N);
  for (const auto& pivot : D.num) {
    if (pivot < 0) reject(in, "4.5 pivots: one is negative");
  }
  in.expect_line("lower");
  const auto L = read_fractions(in, N, N);
  const mpz_class square = A.den * A.den, scale = L.den * L.den * D.den;
  for (size_t i = 0; i < N; ++i) {
    for (size_t j = 0; j < N; ++j) {
      mpz_class left = 0, right = i == j ? square : mpz_class(0);
      for (size_t k = 0; k < N; ++k) {
        left += L.num[i * N + k] * D.num[k] * L.num[j * N + k];
        right -= A.num[k * N + i] * A.num[k * N + j];
      }
      if (left * square != right * scale) reject(in, "4.5 norm: L D L^T is not I - A^T A");
    }
  }
}

// |A x| > |x|.
void check_expanding(Reader& in, const Fractions& A, size_t N) {
  Integers x;
  mpz_class length = 0, image = 0;
  for (size_t n = 0; n < N; ++n) {
    x.push_back(in.integer("an entry of x"));
    length += x[n] * x[n];
  }
  for (size_t n = 0; n < N; ++n) {
    mpz_class entry = 0;
    for (size_t m = 0; m < N; ++m) entry += A.num[n * N + m] * x[m];
    image += entry * entry;
  }
  if (image <= A.den * A.den * length) reject(in, "4.5 expanding: |A x| <= |x|");
}

// One matrix; what is claimed of it.
string matrix_claim(Reader& in, const Fractions& A, size_t N) {
  const auto word = in.keyword("expanding or product");
  if (word == "expanding") {
    check_expanding(in, A, N);
    return "|A| > 1, so A is no product of factors with 0 <= beta <= 2";
  }
  if (word != "product") in.malformed("expanding or product", word);
  string claim;
  bool is_exact = false;
  size_t F = 0;
  if (in.count("0 or 1", 0, 2) == 1) {
    F = in.count("the number of factors");
    const auto bound = in.integer("the numerator of the error");
    const auto bound_den = in.denominator();
    if (bound < 0) in.malformed("an error of at least 0", bound.get_str());
    if (!within(A, read_product(in, N, F), bound, bound_den)) {
      reject(in, "4.5 product: it differs from A by more than " + bound.get_str() + "/" +
                     bound_den.get_str());
    }
    is_exact = bound == 0;
    claim = is_exact ? "A is a product of " + std::to_string(F) + " factors"
                     : "a product of " + std::to_string(F) + " factors differs from A by at most " +
                           bound.get_str() + "/" + bound_den.get_str() + " in the Frobenius norm";
  }
  const auto R = in.count_line("minor", 0, N + 1);
  check_minor(in, A, N, R);
  claim += (claim.empty() ? "A is " : "; ") +
           string(is_exact && R == F ? "of no fewer"
                                     : "A is a product of no fewer than " + std::to_string(R));
  if (in.count_line("norm", 0, 2) == 1) {
    check_norm(in, A, N);
    claim += "; |A| <= 1";
  }
  return claim;
}

}  // namespace

string factors(Reader& in, const Model& model) {
  in.expect_line("arithmetic");
  if (const auto arithmetic = in.token("exact"); arithmetic != "exact") {
    in.malformed("exact", arithmetic);
  }
  read_digest(in, "model", model.digest);
  const auto size = in.count_line("matrices", 1);
  string claims;
  for (size_t i = 0; i < size; ++i) {
    const auto at = in.count_line("matrix", 0, model.layers.size());
    const auto& layer = model.layers[at];
    const auto x = in.count("an input of the layer", 0, layer.inputs.size());
    claims += "layer " + std::to_string(at) + " input " + std::to_string(x) + ": " +
              matrix_claim(in, matrix_of(layer.inputs[x], layer.N), layer.N) + "\n";
  }
  in.end();
  return "VERIFIED factors\nof the matrices A of the network, factors being I - beta v v^T / "
         "(v^T v) with 0 <= beta <= 2:\n" +
         claims + "network     sha256 " + model.digest + "\narithmetic  exact\n";
}

string no_single_factor(Reader& in, const Automaton& automaton) {
  in.expect_line("arithmetic");
  if (const auto arithmetic = in.token("exact"); arithmetic != "exact") {
    in.malformed("exact", arithmetic);
  }
  read_digest(in, "automaton", automaton.digest);
  const auto letters = automaton.letters.size();
  const auto a = in.count_line("letter", 0, letters);
  const auto word = [&](string_view name, size_t least) {
    vector<size_t> read;
    const auto length = in.count_line(name, least);
    for (size_t t = 0; t < length; ++t) read.push_back(in.count("a letter", 0, letters));
    return read;
  };
  const auto label = [&](const vector<size_t>& first, size_t times, const vector<size_t>& last) {
    auto q = automaton.start;
    for (const auto b : first) q = automaton.next[q][b];
    for (size_t t = 0; t < times; ++t) q = automaton.next[q][a];
    for (const auto b : last) q = automaton.next[q][b];
    return automaton.labels[automaton.output[q]];
  };
  const auto differ = [&](const string& rule, const string& left, const string& right) {
    in.expect_line("outputs");
    const auto first = in.name("a label"), second = in.name("a label");
    if (first != left || second != right) {
      reject(in, rule + ": the automaton gives " + left + " and " + right);
    }
    if (left == right) reject(in, rule + ": the labels are the same");
  };
  const auto u = word("u", 0), x = word("x", 1);
  differ("4.6 involution", label(u, 2, x), label(u, 0, x));
  const auto y = word("y", 0), z = word("z", 0);
  differ("4.6 idempotent", label(y, 2, z), label(y, 1, z));
  in.end();
  return "VERIFIED no-single-factor\nno single layer with finitely many reachable states in which "
         "the letter " +
         automaton.letters[a] +
         " is H <- C H + B with one factor C = I - beta v "
         "v^T / (v^T v), whatever its dimension and whatever function of the state and the last "
         "letter its output is, gives every word the label that the automaton gives it\nautomaton  "
         " " +
         std::to_string(automaton.output.size()) + " states, sha256 " + automaton.digest +
         "\narithmetic  exact\n";
}

}  // namespace statewright::checker
