// The master table: what families of linear recurrent networks can do with one language.
//
// Each family has one rule, a function from facts about the language to an answer with its theorem.
// Rules only say what is new at their family. The table is then closed under the inclusions of
// families: what a part can, the whole can in no more layers, and what the whole cannot, no part
// can. So a rule that is too timid is mended by the closure, and rules that contradict each other
// are noticed by a test (an answer `can` below an answer `cannot`).
//
// Whether a family "can" depends on what a network's numbers are. The table is about two notions at
// once, and every reason names those that it covers:
//
//   finitely many states   Exact arithmetic; words of every length lead to finitely many states.
//   All
//                          networks that Statewright compiles and proves are of this kind.
//   cast                   The finite precision of Grazzi et al.: products of matrices are exact,
//                          each summand of the unrolled recurrence is rounded once, and the sum.
//
// What the diagonal rules say about finitely many exact states is proved in README.md in a few
// lines each. The main step is always the same: let a word w lead around a circle of p network
// states, and d be the difference of neighbours in one layer. Then A(w)^p d = d for the layer's
// matrix A(w), and what eigenvalues A(w) can have leaves few choices for p.

#include "automata/classify/families.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "automata/classify/family_rules.hpp"

namespace statewright::automata {
namespace {

struct Row {
  Family family;
  const char* id;
  const char* name;
  const char* describe;
  void (*rule)(const LanguageFacts&, FamilyAnswer&);
  std::vector<Family> parts;  ///< families that are contained in this one, as far as rules need it
};

const std::vector<Row>& rows() {
  using enum Family;
  using namespace rules;
  static const std::vector<Row> table = {
      {non_negative_diagonal,
       "non-negative-diagonal",
       "diagonal, [0,1]",
       "Mamba, GLA, mLSTM: a gate in [0, 1] for each number of the state",
       judge_non_negative,
       {}},
      {real_diagonal,
       "real-diagonal",
       "diagonal, [-1,1]",
       "Mamba with its gates extended to [-1, 1]",
       judge_real_diagonal,
       {non_negative_diagonal}},
      {complex_diagonal,
       "complex-diagonal",
       "diagonal, complex",
       "gates in the unit disk: rotations, as in AUSSM",
       judge_complex_diagonal,
       {real_diagonal}},
      {deltanet_positive,
       "deltanet-01",
       "DeltaNet, GDN [0,1]",
       "one factor I - beta k k^T per token, beta in [0, 1], perhaps times a gate",
       judge_positive_deltanet,
       {non_negative_diagonal}},
      {deltanet_signed,
       "deltanet-11",
       "DeltaNet, GDN [-1,1]",
       "one factor I - beta k k^T per token, beta in [0, 2], perhaps times a gate",
       judge_signed_deltanet,
       {deltanet_positive, real_diagonal}},
      {kda,
       "kda",
       "KDA [0,1]",
       "Kimi Delta Attention: (I - beta k k^T) diag(gates), all of it in [0, 1]",
       judge_kda,
       {deltanet_positive}},
      {complex_kda,
       "complex-kda",
       "Complex KDA",
       "(I - beta k k^T) diag(gates) with beta in [0, 2] and gates in [-1, 1]",
       judge_complex_kda,
       {kda, deltanet_signed}},
      {delta_product_2,
       "deltaproduct-2",
       "DeltaProduct, 2",
       "two factors I - beta k k^T per token, beta in [0, 2]",
       judge_delta_product_2,
       {deltanet_signed}},
      {delta_product_3,
       "deltaproduct-3",
       "DeltaProduct, 3",
       "three such factors per token",
       judge_delta_product_3,
       {delta_product_2}},
      {delta_product_4,
       "deltaproduct-4",
       "DeltaProduct, 4",
       "four such factors per token",
       judge_delta_product_4,
       {delta_product_3}},
      {householder_products,
       "gh-products",
       "GH products [-1,1]",
       "as many factors I - beta k k^T per token as it takes, beta in [0, 2]: all matrices that "
       "expand nothing",
       judge_householder_products,
       {delta_product_4, complex_kda, complex_diagonal}},
      {rwkv7,
       "rwkv7",
       "RWKV-7, c = 2",
       "diagonal plus rank one, may expand",
       judge_rwkv7,
       {deltanet_signed}},
      {pd_ssm,
       "pd-ssm",
       "PD-SSM",
       "a one-hot column matrix times a diagonal, may expand",
       judge_pd_ssm,
       {}},
      {dense,
       "dense",
       "any matrices",
       "linear recurrence without a bound on norms",
       judge_dense,
       {householder_products, rwkv7, pd_ssm}},
      {nonlinear,
       "nonlinear",
       "nonlinear RNN",
       "LSTM, or any function of state and letter",
       judge_nonlinear,
       {}},
  };
  return table;
}

const Row& row_of(Family family) { return rows()[static_cast<std::size_t>(family)]; }

std::string contains_text(const Row& whole, const Row& part) {
  return std::string(whole.name) + " contains " + part.name;
}

/// Fewer layers, or as many with fewer numbers.
bool is_smaller(const FamilyAnswer& a, const FamilyAnswer& b) {
  if (!b.layers_most || *a.layers_most != *b.layers_most) {
    return !b.layers_most || *a.layers_most < *b.layers_most;
  }
  return a.dimension && (!b.dimension || *a.dimension < *b.dimension);
}

/// What a part can, the whole can, in no more layers.
void take_from_part(FamilyAnswer& whole, const FamilyAnswer& part) {
  if (part.answer != Answer::can) return;
  const std::string contains = contains_text(row_of(whole.family), row_of(part.family)) + ": ";
  if (whole.answer != Answer::can) {
    whole.answer = Answer::can;
    whole.decides = part.decides;
    whole.decides.text = contains + part.decides.text;
    whole.limit.reset();
  }
  if (!part.layers_most || !is_smaller(part, whole)) return;
  whole.layers_most = part.layers_most;
  whole.dimension = part.dimension;
  whole.factors = part.factors;
  whole.most_reason = part.most_reason;
  if (whole.most_reason) whole.most_reason->text = contains + whole.most_reason->text;
}

/// What the whole cannot, no part can, nor in fewer layers.
void take_from_whole(FamilyAnswer& part, const FamilyAnswer& whole) {
  if (whole.answer == Answer::cannot && part.answer != Answer::can &&
      part.answer != Answer::cannot) {
    part.answer = Answer::cannot;
    part.decides = whole.decides;
    part.limit.reset();
  }
  if (part.answer != Answer::can || whole.layers_least <= part.layers_least) return;
  // Memory that decays, or a convolution, is not what bounds on finitely many exact states are
  // about.
  if (part.decides.arithmetic == sources::kDecay && !part.layers_most) {
    Reason remark = *whole.least_reason;
    remark.text = "with finitely many exact states and no convolution at least " +
                  std::to_string(whole.layers_least) + " layers: " + remark.text;
    const auto same = std::find(part.remarks.begin(), part.remarks.end(), remark);
    if (same == part.remarks.end()) part.remarks.push_back(std::move(remark));
    return;
  }
  part.layers_least = whole.layers_least;
  part.least_reason = whole.least_reason;
}

/// The compiled network of the family with the fewest layers, the first of several.
void find_compiled(const LanguageFacts& facts, FamilyAnswer& answer) {
  for (std::size_t i = 0; i < facts.compiled.size(); ++i) {
    if (!fits(facts.compiled[i], answer.family)) continue;
    const NetworkShape& shape = facts.compiled[i].shape;
    if (answer.compiled && facts.compiled[*answer.compiled].shape.layers <= shape.layers) continue;
    answer.compiled = i;
  }
  if (!answer.compiled) return;
  const CompiledNetwork& network = facts.compiled[*answer.compiled];
  const NetworkShape& shape = network.shape;
  const Reason reason{"compiled: " + network.construction, network.source, sources::kFinite};
  if (answer.answer != Answer::can) rules::set_answer(answer, Answer::can, reason);
  const bool known_smaller =
      answer.layers_most && (*answer.layers_most < shape.layers ||
                             (*answer.layers_most == shape.layers && answer.dimension &&
                              *answer.dimension < shape.dimension));
  if (known_smaller) return;
  answer.layers_most = shape.layers;
  answer.dimension = shape.dimension;
  answer.factors.reset();
  if (network.kind == CompiledNetwork::Kind::householder) {
    answer.factors = shape.factors_per_head ? shape.factors_per_head : shape.factors;
  }
  answer.most_reason = reason;
}

}  // namespace

std::string to_string(Answer answer) {
  static constexpr std::array<const char*, 4> kNames = {"can", "cannot", "open", "unknown"};
  return kNames[static_cast<std::size_t>(answer)];
}

bool is_part_of(Family part, Family whole) {
  if (part == whole) return true;
  const std::vector<Family>& parts = row_of(whole).parts;
  return std::any_of(parts.begin(), parts.end(),
                     [part](Family below) { return is_part_of(part, below); });
}

bool fits(const CompiledNetwork& network, Family family) {
  const NetworkShape& shape = network.shape;
  const auto per_head = [&](std::size_t most) {
    return shape.factors_per_head && *shape.factors_per_head <= most;
  };
  if (network.kind == CompiledNetwork::Kind::pd) {
    return family == Family::pd_ssm || family == Family::dense;
  }
  if (network.kind == CompiledNetwork::Kind::rwkv7) {
    return family == Family::rwkv7 || family == Family::dense;
  }
  switch (family) {
    case Family::non_negative_diagonal:
      return shape.diagonal && shape.non_negative;
    case Family::real_diagonal:
    case Family::complex_diagonal:
      return shape.diagonal;
    case Family::deltanet_positive:
    case Family::kda:
      return per_head(1) && shape.non_negative;
    case Family::deltanet_signed:
    case Family::complex_kda:
    case Family::rwkv7:
      return per_head(1);
    case Family::delta_product_2:
      return per_head(2);
    case Family::delta_product_3:
      return per_head(3);
    case Family::delta_product_4:
      return per_head(4);
    case Family::householder_products:
    case Family::dense:
      return true;
    case Family::pd_ssm:
    case Family::nonlinear:
      return false;
  }
  return false;
}

std::vector<FamilyAnswer> judge_families(const LanguageFacts& facts) {
  std::vector<FamilyAnswer> table;
  for (const Row& row : rows()) {
    FamilyAnswer answer;
    answer.family = row.family;
    answer.id = row.id;
    answer.name = row.name;
    answer.describe = row.describe;
    row.rule(facts, answer);
    find_compiled(facts, answer);
    table.push_back(std::move(answer));
  }
  // Parts stand before wholes in the enumeration, so one sweep up and one down close the table.
  for (const Row& row : rows()) {
    for (const Family part : row.parts) {
      take_from_part(table[static_cast<std::size_t>(row.family)],
                     table[static_cast<std::size_t>(part)]);
    }
  }
  for (auto row = rows().rbegin(); row != rows().rend(); ++row) {
    for (const Family part : row->parts) {
      take_from_whole(table[static_cast<std::size_t>(part)],
                      table[static_cast<std::size_t>(row->family)]);
    }
  }
  return table;
}

}  // namespace statewright::automata
