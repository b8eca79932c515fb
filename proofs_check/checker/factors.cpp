// Products of generalised Householder factors, norms and minors: FORMAT.md 4.5; letters that are no
// single factor: 4.6. A file is read to its end, then verified. A matrix is integers over one
// denominator.

#include "factors.hpp"

#include "matrices.hpp"

namespace statewright::checker {
namespace {

// What is claimed of one matrix.
struct MatrixClaim {
  string place;  // of the line `matrix`
  size_t layer = 0, input = 0;
  bool is_expanding = false;
  Integers x;  // if so; else:
  bool has_product = false;
  vector<Factor> factors;  // as they are applied
  mpz_class bound, bound_den;
  vector<size_t> rows, columns;
  bool has_pencil = false;
  Fractions Z;
  Integers q;
  bool has_norm = false;
  Fractions D, L;
};

// "<word> INT*R": ascending numbers below N.
vector<size_t> read_places(Reader& in, string_view word, size_t R, size_t N) {
  in.expect_line(word);
  vector<size_t> places;
  for (size_t r = 0; r < R; ++r) {
    places.push_back(in.count("a row or column, ascending", r == 0 ? 0 : places.back() + 1, N));
  }
  return places;
}

MatrixClaim read_matrix(Reader& in, const Model& model) {
  MatrixClaim claim;
  claim.layer = in.count_line("matrix", 0, model.layers.size());
  claim.place = in.place();
  const auto& layer = model.layers[claim.layer];
  const auto N = layer.N;
  claim.input = in.count("an input of the layer", 0, layer.inputs.size());
  const auto word = in.keyword("expanding or product");
  claim.is_expanding = word == "expanding";
  if (claim.is_expanding) {
    for (size_t n = 0; n < N; ++n) claim.x.push_back(in.integer("an entry of x"));
    return claim;
  }
  if (word != "product") in.malformed("expanding or product", word);
  claim.has_product = in.count("0 or 1", 0, 2) == 1;
  if (claim.has_product) {
    const auto F = in.count("the number of factors");
    claim.bound = in.integer("the numerator of the error");
    if (claim.bound < 0) in.malformed("an error of at least 0", claim.bound.get_str());
    claim.bound_den = in.denominator();
    for (size_t f = 0; f < F; ++f) claim.factors.push_back(read_factor(in, N));
  }
  const auto R = in.count_line("minor", 0, N + 1);
  claim.rows = read_places(in, "rows", R, N);
  claim.columns = read_places(in, "columns", R, N);
  claim.has_pencil = in.count_line("pencil", 0, 2) == 1;
  if (claim.has_pencil) {
    claim.Z = read_fractions(in, N, N);
    in.expect_line("negative");
    for (size_t n = 0; n < N; ++n) claim.q.push_back(in.integer("an entry of q"));
  }
  claim.has_norm = in.count_line("norm", 0, 2) == 1;
  if (claim.has_norm) {
    claim.D = read_fractions(in, 1, N);
    in.expect_line("lower");
    claim.L = read_fractions(in, N, N);
  }
  return claim;
}

// 0 <= beta <= 2, where p/q = -beta / (v^T v).
bool in_range(const Factor& factor) {
  mpz_class norm = 0;
  for (const auto& [n, v_n] : factor.v) norm += v_n * v_n;
  return factor.p <= 0 && -factor.p * norm <= 2 * factor.q;
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

// Whether the minor of den (A - I) is 0.
bool is_zero_minor(const Fractions& A, size_t N, const MatrixClaim& claim) {
  vector<Integers> minor;
  for (const auto i : claim.rows) {
    auto& row = minor.emplace_back();
    for (const auto j : claim.columns)
      row.push_back(A.num[i * N + j] - (i == j ? A.den : mpz_class(0)));
  }
  return is_singular(std::move(minor));
}

// L D L^T = I - A^T A: with D = d / d_den, L = l / l_den and A = a / a_den,
// (l d l^T) a_den^2 = (a_den^2 I - a^T a) l_den^2 d_den.
bool is_norm(const Fractions& A, size_t N, const Fractions& D, const Fractions& L) {
  const mpz_class square = A.den * A.den, scale = L.den * L.den * D.den;
  for (size_t i = 0; i < N; ++i) {
    for (size_t j = 0; j < N; ++j) {
      mpz_class left = 0, right = i == j ? square : mpz_class(0);
      for (size_t k = 0; k < N; ++k) {
        left += L.num[i * N + k] * D.num[k] * L.num[j * N + k];
        right -= A.num[k * N + i] * A.num[k * N + j];
      }
      if (left * square != right * scale) return false;
    }
  }
  return true;
}

// I - A for A = A, and I - A^T A for A = A^T A.
Fractions identity_minus(Fractions A, size_t N) {
  for (size_t i = 0; i < N * N; ++i)
    A.num[i] = (i % (N + 1) == 0 ? A.den : mpz_class(0)) - A.num[i];
  return A;
}

// Y (I - A) = I - A^T A for Y = Z (I - A).
bool is_pencil(const Fractions& A, const Fractions& Y, size_t N) {
  Fractions transposed = A;
  for (size_t i = 0; i < N * N; ++i) transposed.num[i] = A.num[i % N * N + i / N];
  return within(times(Y, identity_minus(A, N), N), identity_minus(times(transposed, A, N), N), 0,
                1);
}

// q^T H q < 0 for H = (tr Y^(i + j)). With Y = y / den and s = 2 N - 2, den^s tr Y^k is
// den^(s - k) tr y^k.
bool is_negative(const Fractions& Y, const Integers& q, size_t N) {
  mpz_class sum = 0;
  Fractions power = identity(N);
  for (size_t k = 0; k + 1 < 2 * N; ++k) {
    mpz_class trace = 0, weight = 0;  // weight: of tr Y^k in q^T H q
    for (size_t i = 0; i < N; ++i) {
      trace += power.num[i * N + i];
      if (i <= k && k - i < N) weight += q[i] * q[k - i];
    }
    sum = sum * Y.den + weight * trace;
    power = times(power, Y, N);
  }
  return sum < 0;
}

// |A x| > |x|.
bool is_expanding(const Fractions& A, size_t N, const Integers& x) {
  mpz_class length = 0, image = 0;
  for (size_t n = 0; n < N; ++n) {
    mpz_class entry = 0;
    for (size_t m = 0; m < N; ++m) entry += A.num[n * N + m] * x[m];
    image += entry * entry;
    length += x[n] * x[n];
  }
  return image > A.den * A.den * length;
}

// The claim in words, if it holds.
string verified(const MatrixClaim& claim, const Fractions& A, size_t N) {
  const auto need = [&](bool holds, const char* rule) {
    if (!holds) throw Refusal(Answer::rejected, claim.place, rule);
  };
  if (claim.is_expanding) {
    need(is_expanding(A, N, claim.x), "4.5 expanding: |A x| <= |x|");
    return "|A| > 1, so A is no product of factors with 0 <= beta <= 2";
  }
  const auto F = claim.factors.size(), R = claim.rows.size() + (claim.has_pencil ? 1 : 0);
  const auto least = "A is a product of no fewer than " + std::to_string(R);
  string text;
  if (claim.has_product) {
    auto product = identity(N);
    for (const auto& factor : claim.factors) {
      need(in_range(factor), "4.5 beta: not 0 <= beta <= 2");
      apply(factor, N, product);
    }
    need(within(A, product, claim.bound, claim.bound_den), "4.5 product: it is farther from A");
    const auto many = std::to_string(F) + (F == 1 ? " factor" : " factors");
    if (claim.bound == 0) {
      text = "A is a product of " + many + (R == F ? " and of no fewer" : "; " + least);
    } else {
      text = "a product of " + many + " differs from A by at most " + claim.bound.get_str() + "/" +
             claim.bound_den.get_str() + " in the Frobenius norm; " + least;
    }
  } else {
    text = least;
  }
  need(!is_zero_minor(A, N, claim), "4.5 minor: it is 0");
  if (claim.has_pencil) {
    const auto Y = times(claim.Z, identity_minus(A, N), N);
    need(is_pencil(A, Y, N), "4.5 pencil: Z (I - A)^2 is not I - A^T A");
    need(is_negative(Y, claim.q, N), "4.5 negative: q^T H q >= 0");
  }
  if (!claim.has_norm) return text;
  for (const auto& pivot : claim.D.num) need(pivot >= 0, "4.5 pivots: one is negative");
  need(is_norm(A, N, claim.D, claim.L), "4.5 norm: L D L^T is not I - A^T A");
  return text + "; |A| <= 1";
}

void expect_exact(Reader& in) {
  in.expect_line("arithmetic");
  if (const auto arithmetic = in.token("exact"); arithmetic != "exact") {
    in.malformed("exact", arithmetic);
  }
}

}  // namespace

string factors(Reader& in, const Model& model) {
  expect_exact(in);
  read_digest(in, "model", model.digest);
  vector<MatrixClaim> matrices;
  const auto size = in.count_line("matrices", 1);
  for (size_t i = 0; i < size; ++i) matrices.push_back(read_matrix(in, model));
  in.end();
  string text =
      "VERIFIED factors\nof the matrices A of the network, factors being I - beta v v^T / "
      "(v^T v) with 0 <= beta <= 2:\n";
  for (const auto& claim : matrices) {
    const auto& layer = model.layers[claim.layer];
    text += "layer " + std::to_string(claim.layer) + " input " + std::to_string(claim.input) +
            ": " + verified(claim, matrix_of(layer.inputs[claim.input], layer.N), layer.N) + "\n";
  }
  return text + "network     sha256 " + model.digest + "\narithmetic  exact\n";
}

string no_single_factor(Reader& in, const Automaton& automaton) {
  expect_exact(in);
  read_digest(in, "automaton", automaton.digest);
  const auto letters = automaton.letters.size();
  const auto a = in.count_line("letter", 0, letters);
  const auto read_word = [&](string_view name, size_t least) {
    vector<size_t> word;
    const auto length = in.count_line(name, least);
    for (size_t t = 0; t < length; ++t) word.push_back(in.count("a letter", 0, letters));
    return word;
  };
  const auto label = [&](const vector<size_t>& first, size_t times, const vector<size_t>& last) {
    auto q = automaton.start;
    for (const auto b : first) q = automaton.next[q][b];
    for (size_t t = 0; t < times; ++t) q = automaton.next[q][a];
    for (const auto b : last) q = automaton.next[q][b];
    return automaton.labels[automaton.output[q]];
  };
  struct Pair {
    vector<size_t> first, last;
    string place, left, right;
  };
  const auto read_pair = [&](string_view first, string_view last, size_t least) {
    Pair pair{read_word(first, 0), read_word(last, least), {}, {}, {}};
    in.expect_line("outputs");
    pair.place = in.place();
    pair.left = in.name("a label");
    pair.right = in.name("a label");
    return pair;
  };
  const auto check = [&](const Pair& pair, size_t times, const string& rule) {
    const auto left = label(pair.first, 2, pair.last), right = label(pair.first, times, pair.last);
    if (left == pair.left && right == pair.right && left != right) return;
    throw Refusal(Answer::rejected, pair.place,
                  "4.6 " + rule + ": the automaton gives " + left + " and " + right);
  };
  const auto involution = read_pair("u", "x", 1), idempotent = read_pair("y", "z", 0);
  in.end();
  check(involution, 0, "involution");
  check(idempotent, 1, "idempotent");
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
