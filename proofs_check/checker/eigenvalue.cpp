// A vector that shows an eigenvalue: FORMAT.md 4.8. The file is read to its end, then verified.

#include "eigenvalue.hpp"

#include "matrices.hpp"

namespace statewright::checker {

string eigenvalue(Reader& in, const Model& model) {
  in.expect_line("arithmetic");
  if (const auto arithmetic = in.token("exact"); arithmetic != "exact") {
    in.malformed("exact", arithmetic);
  }
  read_digest(in, "model", model.digest);
  const auto i = in.count_line("layer", 0, model.layers.size());
  const auto& layer = model.layers[i];
  const auto N = layer.N;
  const auto K = in.count_line("product", 1);
  vector<size_t> inputs;
  for (size_t k = 0; k < K; ++k) inputs.push_back(in.count("an input", 0, layer.inputs.size()));
  const auto r = in.count_line("hankel", 0, 2);
  const auto place = in.place();
  Integers q;
  for (size_t n = 0; n < N; ++n) q.push_back(in.integer("an entry of q"));
  in.end();

  auto P = identity(N);
  string names;
  for (const auto x : inputs) {
    P = times(matrix_of(layer.inputs[x], N), P, N);
    names += std::to_string(x) + " ";
  }
  // sum of q_j q_k tr P^(j+k+r), times den^(2N-2+r): in Horner's scheme, so that numerators of each
  // power come over the same denominator.
  auto power = identity(N);
  for (size_t k = 0; k < r; ++k) power = times(power, P, N);
  mpz_class form = 0;
  for (size_t sum = 0; sum + 1 < 2 * N; ++sum) {
    mpz_class trace = 0, pairs = 0;
    for (size_t n = 0; n < N; ++n) trace += power.num[n * N + n];
    for (size_t j = sum < N ? 0 : sum - N + 1; j <= sum && j < N; ++j) pairs += q[j] * q[sum - j];
    form = form * P.den + pairs * trace;
    power = times(power, P, N);
  }
  if (form >= 0) throw Refusal(Answer::rejected, place, "4.8 negative: q^T H q >= 0");
  return "VERIFIED eigenvalue\nthe product of the matrices of the inputs { " + names +
         "} of layer " + std::to_string(i) +
         ", the first applied first, has an eigenvalue that is " +
         (r == 0 ? string("not real") : string("not a real number >= 0")) +
         "\nnetwork     sha256 " + model.digest + "\narithmetic  exact\nevidence    1 vector\n";
}

}  // namespace statewright::checker
