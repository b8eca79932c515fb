#include "automata/language/boolean.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/error.hpp"

// The reachable part of the product, breadth-first. A pair of states is one number p * n2 + q;
// small products look it up in a table, large ones in a hash map, since the reachable part of a
// large product is often a tiny fraction of it.

namespace statewright::automata {
namespace {

using core::Error;
using core::Fault;

constexpr std::uint64_t kTableEntries = 1U << 22U;  // 16 MiB
constexpr State kUnseen = 0xFFFF'FFFF;

class PairIndex {
 public:
  explicit PairIndex(std::uint64_t pairs) {
    if (pairs <= kTableEntries) table_.assign(pairs, kUnseen);
  }
  /// The state of `pair`, after giving it the number `fresh` if it had none.
  State get_or_add(std::uint64_t pair, State fresh) {
    if (table_.empty()) return map_.emplace(pair, fresh).first->second;
    if (table_[pair] == kUnseen) table_[pair] = fresh;
    return table_[pair];
  }

 private:
  std::vector<State> table_;
  std::unordered_map<std::uint64_t, State> map_;
};

void require_acceptor(const Dfa& dfa) {
  if (is_acceptor(dfa)) return;
  throw Error({Fault::unsupported, "boolean operation", "acceptors, which accept or reject a word",
               "a Moore machine with " + std::to_string(dfa.labels.size()) + " labels"});
}

std::string alphabet_text(const Alphabet& letters) {
  Word all(std::min<std::size_t>(letters.size(), 64));
  for (Letter a = 0; a < all.size(); ++a) all[a] = a;
  return core::quoted(letters.spell(all), 60);
}

bool holds(BooleanOp op, bool left, bool right) {
  switch (op) {
    case BooleanOp::intersection:
      return left && right;
    case BooleanOp::union_:
      return left || right;
    case BooleanOp::difference:
      return left && !right;
    case BooleanOp::symmetric_difference:
      return left != right;
  }
  return false;
}

}  // namespace

Dfa combine(BooleanOp op, const Dfa& left, const Dfa& right, const core::Limits& limits) {
  require_acceptor(left);
  require_acceptor(right);
  if (!(left.letters == right.letters)) {
    throw Error({Fault::shape, "boolean operation",
                 "the letters " + alphabet_text(left.letters) + " on both sides",
                 alphabet_text(right.letters) + " on the right"});
  }
  const std::uint64_t width = right.size();
  const std::size_t k = left.letters.size();

  Dfa product;
  product.letters = left.letters;
  product.labels = acceptor_labels();
  PairIndex index(left.size() * width);
  std::vector<std::pair<State, State>> pairs;  // of each state, in breadth-first order
  const auto visit = [&](State p, State q) {
    const auto fresh = static_cast<State>(pairs.size());
    const State state = index.get_or_add(p * width + q, fresh);
    if (state == fresh) {
      pairs.emplace_back(p, q);
      const bool accept = holds(op, left.output[p] == kAccept, right.output[q] == kAccept);
      product.output.push_back(accept ? kAccept : kReject);
    }
    return state;
  };

  core::Meter meter(limits, "product states");
  visit(left.start, right.start);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (const auto hit = meter.check(pairs.size())) {
      throw Error({Fault::limit, "product", "a result within the limit (" + hit->limit + ")",
                   std::to_string(pairs.size()) + " states so far",
                   hit->raise.empty() ? std::string{} : "raise " + hit->raise});
    }
    if (pairs.size() > kUnseen - k) {
      throw Error({Fault::range, "product", "at most 4294967294 states", "more"});
    }
    const auto [p, q] = pairs[i];
    for (Letter a = 0; a < k; ++a) product.next.push_back(visit(left.step(p, a), right.step(q, a)));
  }
  return product;
}

Dfa complement(const Dfa& dfa) {
  require_acceptor(dfa);
  Dfa result = dfa;
  for (Output& output : result.output) output = output == kAccept ? kReject : kAccept;
  return result;
}

}  // namespace statewright::automata
