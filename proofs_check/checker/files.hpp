#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gmpxx.h>

#include "reader.hpp"

namespace statewright::checker {

using Integers = vector<mpz_class>;

struct Formats;  // rounded.hpp

/// The rational numbers num / den; den >= 1. Matrices lie row by row.
struct Fractions {
  mpz_class den = 1;
  Integers num;
};

/// C = I + (p/q) v v^T. p/q = -(BNUM/BDEN) / (v^T v) in lowest terms with q >= 1, so that a swap of
/// two coordinates, v = e_i - e_j and BNUM/BDEN = 2, has p/q = -1 and keeps integers integer.
struct Factor {
  mpz_class p, q;
  mpz_class v_den;                         // of the v that the file means, which rounding needs
  vector<std::pair<size_t, mpz_class>> v;  // (n, v_n) for v_n != 0
};

/// What a layer does on one input: H <- A H + B.
struct Input {
  bool is_product = true, is_diagonal = false;
  vector<Factor> factors;  // if is_product: A is their product, the first applied first
  mpz_class den = 1;       // else: A has the entries a / den at (n, m), and 0 elsewhere
  vector<std::tuple<size_t, size_t, mpz_class>> entries;  // (n, m, a)
  Fractions b;                                            // B, N x D; empty: 0
};

/// One layer, FORMAT.md section 2.
struct Layer {
  size_t N = 0, D = 0;
  vector<size_t> reads;  // 0: the token; j + 1: the symbol emitted by layer j
  Fractions start;       // N x D
  vector<Input> inputs;
  size_t outputs = 0;
  Fractions weights, bias;  // outputs x (N D), outputs
  /// For each direction (a row of the weights divided by the gcd of its entries) the first such
  /// row. Empty unless all rows have the same norm, not 0, and all entries of the bias are equal:
  /// see emitted() in check.cpp.
  std::map<Integers, size_t> directions;
};

struct Model {
  string digest;  // SHA-256 of the file
  vector<string> letters, labels;
  vector<Layer> layers;
};

/// A complete Moore machine, FORMAT.md section 3.
struct Automaton {
  string digest, letters_place;
  vector<string> letters, labels;
  size_t start = 0;
  vector<size_t> output;               // of each state
  vector<vector<std::uint32_t>> next;  // [state][letter]
};

/// A state of every layer of the network, with a state of the automaton.
struct Row {
  vector<Fractions> layers;
  size_t state = 0;
  vector<std::uint32_t> next;  // a row for each letter of the model; empty at the last depth
  size_t line = 0;             // of `row`; `next` follows
};

/// A certificate, FORMAT.md section 4.
struct Certificate {
  string path;
  std::shared_ptr<const Formats> formats;  // null: exact; else rows hold codes, over 1
  bool every_word = true;
  vector<vector<size_t>> words;  // no-single-layer only: u, x, y, z; nothing else but outputs_line
  // counterexample only
  vector<size_t> word;
  string network_label, automaton_label;  // no-single-layer: after u x y x z and u y x z
  bool shortest = false;
  // unless `shortest 0`
  vector<size_t> depths;  // the number of rows of depth 0, 1, ..
  vector<Row> rows;       // in the order of their depths
  size_t outputs_line = 0;
};

/// Each reads one file to its last byte. Errors: Refusal{malformed}; read_certificate also
/// Refusal{rejected} as soon as a digest differs: the rest is only readable with the right model.
/// No model (null) goes with the claim that is about none.
Model read_model(const string& path);
Automaton read_automaton(const string& path);
Certificate read_certificate(const string& path, const Model*, const Automaton&);

/// Parts of these grammars that others share: a line "factor BNUM BDEN DEN INT*N"; " DEN INT*(rows
/// cols)"; a line "<subject> HEX64", which must be that digest.
Factor read_factor(Reader& in, size_t N);
Fractions read_fractions(Reader& in, size_t rows, size_t cols);
void read_digest(Reader& in, const string& subject, const string& digest);

/// The vector divided by the gcd of its entries; the vector 0 as it is.
Integers direction(Integers v);

}  // namespace statewright::checker
