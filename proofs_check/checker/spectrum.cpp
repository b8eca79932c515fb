// Spectra of products of a layer's matrices, and what follows for words of one letter:
// FORMAT.md 4.7. The file is read to its end, then verified.

#include "spectrum.hpp"

#include <set>

#include "matrices.hpp"
#include "squares.hpp"

namespace statewright::checker {
namespace {

struct Block {
  string place;  // of `symmetric` or `hankel`; blocks of size 1 have neither
  size_t size = 1;
  bool is_hankel = false;
  vector<Squares> squares;
};

// Why one matrix has the spectrum.
struct Evidence {
  string place;
  bool by_factors = false;
  vector<size_t> order;
  vector<Block> blocks;
};

struct LayerClaim {
  string place;  // of the line `common` or `products`
  bool is_nonnegative = false, is_common = false;
  vector<size_t> order;       // if common
  vector<Evidence> products;  // else
};

vector<size_t> read_order(Reader& in, size_t N) {
  vector<size_t> order;
  for (size_t n = 0; n < N; ++n) order.push_back(in.count("a coordinate", 0, N));
  return order;
}

Evidence read_evidence(Reader& in, size_t N, bool is_nonnegative) {
  Evidence evidence;
  const auto word = in.keyword("factors or blocks");
  evidence.place = in.place();
  evidence.by_factors = word == "factors";
  if (evidence.by_factors) return evidence;
  if (word != "blocks") in.malformed("factors or blocks", word);
  const auto K = in.count("the number of blocks", 1, N + 1);
  size_t left = N;  // for the blocks that follow, each of which takes 1 at least
  for (size_t k = 0; k < K; ++k) {
    const auto others = K - k - 1;
    const auto least = others == 0 ? left : 1;
    evidence.blocks.emplace_back().size = in.count("the size of a block", least, left - others + 1);
    left -= evidence.blocks.back().size;
  }
  evidence.order = read_order(in, N);
  for (auto& block : evidence.blocks) {
    if (block.size == 1) continue;
    const auto kind = in.keyword("symmetric or hankel");
    block.place = in.place();
    block.is_hankel = kind == "hankel";
    if (!block.is_hankel && kind != "symmetric") in.malformed("symmetric or hankel", kind);
    const size_t many = (block.is_hankel ? 1 : 0) + (is_nonnegative ? 1 : 0);
    for (size_t s = 0; s < many; ++s) block.squares.push_back(read_squares(in, block.size));
  }
  return evidence;
}

LayerClaim read_layer(Reader& in, size_t i, size_t N, bool must_be_nonnegative) {
  LayerClaim claim;
  in.count_line("layer", i, i + 1);
  const auto kind = in.token("nonnegative or real");
  claim.is_nonnegative = kind == "nonnegative";
  if (!claim.is_nonnegative && (kind != "real" || must_be_nonnegative)) {
    in.malformed(must_be_nonnegative ? "nonnegative" : "nonnegative or real", kind);
  }
  const auto word = in.keyword("common or products");
  claim.place = in.place();
  claim.is_common = word == "common";
  if (claim.is_common) {
    claim.order = read_order(in, N);
  } else if (word == "products") {
    const auto P = in.count("the number of products");
    for (size_t p = 0; p < P; ++p) {
      claim.products.push_back(read_evidence(in, N, claim.is_nonnegative));
    }
  } else {
    in.malformed("common or products", word);
  }
  return claim;
}

void need(bool holds, const string& place, const string& rule) {
  if (!holds) throw Refusal(Answer::rejected, place, "4.7 " + rule);
}

// The inputs of layer i under the token a: of what is read, the token is a, and the same source
// gives the same symbol.
vector<size_t> inputs_under(const Model& model, size_t i, size_t a) {
  const auto& layer = model.layers[i];
  vector<size_t> inputs;
  for (size_t x = 0; x < layer.inputs.size(); ++x) {
    std::map<size_t, size_t> read{{0, a}};
    bool consistent = true;
    size_t rest = x;
    for (size_t r = layer.reads.size(); r-- > 0;) {
      const auto thing = layer.reads[r];
      const auto symbols = thing == 0 ? model.letters.size() : model.layers[thing - 1].outputs;
      consistent =
          read.emplace(thing, rest % symbols).first->second == rest % symbols && consistent;
      rest /= symbols;
    }
    if (consistent) inputs.push_back(x);
  }
  return inputs;
}

// Matrices in lowest terms, each once, in the order of their first occurrences.
class Distinct {
 public:
  // Whether it is new.
  bool add(Fractions A) {
    auto common = A.den;
    for (const auto& entry : A.num) common = gcd(common, entry);
    for (auto& entry : A.num) entry /= common;
    A.den /= common;
    auto key = A.num;
    key.push_back(A.den);
    if (!keys_.insert(std::move(key)).second) return false;
    matrices.push_back(std::move(A));
    return true;
  }
  vector<Fractions> matrices;

 private:
  std::set<Integers> keys_;
};

// The place of each coordinate in the order, which must have each once.
vector<size_t> places_of(const vector<size_t>& order, const string& place) {
  vector<size_t> places(order.size(), order.size());
  for (size_t n = 0; n < order.size(); ++n) places[order[n]] = n;
  for (const auto n : places) need(n < order.size(), place, "order: a coordinate stands twice");
  return places;
}

void check_block(const Block& block, const Integers& M) {
  const auto size = block.size;
  if (!block.is_hankel) {
    for (size_t i = 0; i < size * size; ++i) {
      need(M[i] == M[i % size * size + i / size], block.place, "symmetric: it is not");
    }
    if (!block.squares.empty()) check_squares(block.squares[0], M, size, "4.7");
    return;
  }
  vector<mpz_class> traces;
  auto power = identity(size);
  for (size_t k = 0; k < 2 * size; ++k) {
    auto& trace = traces.emplace_back(0);
    for (size_t n = 0; n < size; ++n) trace += power.num[n * size + n];
    power = times(power, {1, M}, size);
  }
  for (size_t r = 0; r < block.squares.size(); ++r) {
    Integers H;
    for (size_t i = 0; i < size * size; ++i) H.push_back(traces[i / size + i % size + r]);
    check_squares(block.squares[r], H, size, "4.7");
  }
}

// `input`: the transition, if A is one of the layer's matrices itself; else null.
void check_evidence(const Evidence& evidence, const Fractions& A, size_t N, bool is_nonnegative,
                    const Input* input) {
  if (evidence.by_factors) {
    size_t semidefinite = 0;  // beta <= 1, where p/q = -beta / (v^T v)
    const bool few = input && input->is_product && input->factors.size() <= 2;
    const auto F = few ? input->factors.size() : 0;
    for (size_t f = 0; f < F; ++f) {
      const auto& factor = input->factors[f];
      mpz_class norm = 0;
      for (const auto& [n, v_n] : factor.v) norm += v_n * v_n;
      if (-factor.p * norm <= factor.q) ++semidefinite;
    }
    need(few && semidefinite >= (is_nonnegative ? F : F / 2), evidence.place,
         "factors: not at most two that make the spectrum so");
    return;
  }
  const auto places = places_of(evidence.order, evidence.place);
  vector<size_t> block_of;  // of each place
  for (size_t b = 0; b < evidence.blocks.size(); ++b) {
    block_of.insert(block_of.end(), evidence.blocks[b].size, b);
  }
  for (size_t i = 0; i < N; ++i) {
    for (size_t j = 0; j < N; ++j) {
      need(A.num[i * N + j] == 0 || block_of[places[i]] >= block_of[places[j]], evidence.place,
           "blocks: an entry above them is not 0");
    }
  }
  size_t begin = 0;
  for (const auto& block : evidence.blocks) {
    Integers M;
    for (size_t i = begin; i < begin + block.size; ++i) {
      for (size_t j = begin; j < begin + block.size; ++j) {
        M.push_back(A.num[evidence.order[i] * N + evidence.order[j]]);
      }
    }
    begin += block.size;
    if (block.size == 1) {
      need(!is_nonnegative || M[0] >= 0, evidence.place, "entries: a diagonal one is negative");
    } else {
      check_block(block, direction(std::move(M)));
    }
  }
}

// All matrices are triangular in the order. Of each coordinate, products of `length` diagonal
// entries are >= 0 if all are, or if all are <= 0 and the length, a power of two, is not 1.
void check_common(const LayerClaim& claim, const vector<Fractions>& matrices, size_t N,
                  bool is_single) {
  const auto places = places_of(claim.order, claim.place);
  for (size_t i = 0; i < N; ++i) {
    bool positive = false, negative = false;
    for (const auto& A : matrices) {
      for (size_t j = 0; j < N; ++j) {
        need(A.num[i * N + j] == 0 || places[i] >= places[j], claim.place,
             "triangular: an entry above the diagonal is not 0");
      }
      positive = positive || A.num[i * N + i] > 0;
      negative = negative || A.num[i * N + i] < 0;
    }
    need(!claim.is_nonnegative || !negative || (!positive && !is_single), claim.place,
         "entries: a product of diagonal ones is negative");
  }
}

// Returns the number of matrices that were looked at.
size_t check_layer(const LayerClaim& claim, const Model& model, size_t i, size_t letter,
                   const mpz_class& length) {
  const auto& layer = model.layers[i];
  const auto N = layer.N;
  Distinct distinct;
  vector<const Input*> inputs;
  for (const auto x : inputs_under(model, i, letter)) {
    if (distinct.add(matrix_of(layer.inputs[x], N))) inputs.push_back(&layer.inputs[x]);
  }
  if (claim.is_common) {
    check_common(claim, distinct.matrices, N, length == 1);
    return distinct.matrices.size();
  }
  for (mpz_class at = 1; at < length; at *= 2) {
    Distinct next;
    for (const auto& A : distinct.matrices) {
      for (const auto& B : distinct.matrices) next.add(times(B, A, N));
    }
    distinct = std::move(next);
    inputs.assign(distinct.matrices.size(), nullptr);
  }
  need(distinct.matrices.size() == claim.products.size(), claim.place,
       "products: there are " + std::to_string(distinct.matrices.size()));
  for (size_t p = 0; p < claim.products.size(); ++p) {
    check_evidence(claim.products[p], distinct.matrices[p], N, claim.is_nonnegative, inputs[p]);
  }
  return claim.products.size();
}

}  // namespace

string no_counting(Reader& in, const Model& model, string_view claim) {
  const bool is_parity = claim == "no-parity";
  in.expect_line("arithmetic");
  if (const auto arithmetic = in.token("exact"); arithmetic != "exact") {
    in.malformed("exact", arithmetic);
  }
  read_digest(in, "model", model.digest);
  const auto modulus = is_parity ? 2 : in.count_line("modulus", 2);
  const auto modulus_place = in.place();
  const auto S = in.count_line("letters", 1);
  vector<size_t> letters;
  for (size_t s = 0; s < S; ++s) {
    letters.push_back(
        in.count("a letter, ascending", s == 0 ? 0 : letters.back() + 1, model.letters.size()));
  }
  vector<vector<LayerClaim>> claims(S);
  for (auto& layers : claims) {
    for (size_t i = 0; i < model.layers.size(); ++i) {
      layers.push_back(read_layer(in, i, model.layers[i].N, is_parity));
    }
  }
  in.end();
  string names, periods;
  size_t matrices = 0;
  for (size_t s = 0; s < S; ++s) {
    mpz_class period = 1;
    for (size_t i = 0; i < model.layers.size(); ++i) {
      matrices += check_layer(claims[s][i], model, i, letters[s], period);
      if (!claims[s][i].is_nonnegative) period *= 2;
    }
    need(period % modulus != 0, modulus_place,
         "modulus: it divides the period " + period.get_str());
    names += model.letters[letters[s]] + " ";
    periods += " " + period.get_str();
  }
  const string of_letters = "for every letter a of { " + names + "} ";
  return "VERIFIED " + string(claim) + "\n" + of_letters +
         "the network gives on the words a, aa, "
         "aaa, .. of some length on " +
         (is_parity ? string("one label only, and so it does not tell whether their length is even")
                    : "labels of the period" + string(S == 1 ? "" : "s") + periods +
                          ", and so it does not tell whether their length is divisible by " +
                          std::to_string(modulus)) +
         ", in the arithmetics below\nnetwork     sha256 " + model.digest +
         "\narithmetic  exact; or exact states cast to finitely many values, monotone in each "
         "coordinate, before any readouts; or that cast of the sum of all casts of summands\n"
         "evidence    spectra of " +
         std::to_string(matrices) + (matrices == 1 ? " matrix\n" : " matrices\n");
}

}  // namespace statewright::checker
