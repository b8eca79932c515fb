// The least number of generalised Householder factors per token with which one non-expansive layer
// with finitely many states tracks a group language.
//
// Upper bounds are representations: automata/algebra/reflections.hpp. Lower bounds: 1 for a letter
// that does something; 4 for all elements of S_5 or S_6 (Complex KDA, Theorem 4); and 2 by the
// following theorem, whose hypotheses are four words.
//
// Theorem. Let a single layer have finitely many reachable states, exactly, and let the letter a be
// H <- C H + B with one factor C = I - beta v v^T / (v^T v), any beta. Then reading a twice leads
// from every reachable state to itself, or from every one to where reading a once leads.
// Proof. Let t be the map of a on the reachable states, and U the span of their differences. C acts
// on U, H -> C H, diagonalisably with eigenvalues among 1 and m = 1 - beta, and it has finitely
// many powers on U, because t^j on finitely many states determines C^j on U. So if m occurs at all
// it is 0, 1 or -1. If it is not 0, C is an involution on U, so t^2 is a translation there; with
// finitely many powers it is the identity. If m = 0, C is a projection: for w = t(h) - h in U,
// t^(j+1)(h) = t(h) + j C w takes finitely many values, so C w = 0 and t^2(h) = t(h).
// Hence if the automaton tells u a a x from u x (x not empty, so that both end in the same letter)
// and y a a z from y a z, one factor is not enough for a. Neither norms nor dimension matter, nor
// what function of the state and the last letter the output is.

#include "proofs_check/theorems/reflections.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "automata/algebra/group_name.hpp"
#include "automata/algebra/permutation.hpp"
#include "automata/algebra/permutation_group.hpp"
#include "automata/algebra/transformation.hpp"
#include "automata/compile/compile.hpp"
#include "automata/compile/permutation_layer.hpp"
#include "automata/language/canonical.hpp"
#include "automata/language/minimize.hpp"
#include "automata/language/words.hpp"
#include "core/error.hpp"
#include "core/text/canonical.hpp"
#include "core/text/digest.hpp"

namespace statewright::proofs {

using automata::Language;
using automata::PermutationGroup;
using automata::Transformation;

namespace {

constexpr std::size_t kLargestCircle = 60;  // states of a network of rotations
constexpr std::string_view kClaim = "statewright-certificate 1\nclaim no-single-factor\n";

/// A shortest word of at least `least` letters after which p and q have different outputs.
std::optional<Word> distinguishing(const Dfa& dfa, State p, State q, std::size_t least) {
  if (p == q) return {};
  if (least == 0 && dfa.output[p] != dfa.output[q]) return Word{};
  const std::size_t n = dfa.size();
  constexpr std::uint32_t kUnseen = 0xffffffffU;
  std::vector<std::uint32_t> parent(n * n, kUnseen);
  std::vector<core::Letter> by(n * n);
  std::deque<std::size_t> queue = {p * n + q};
  parent[p * n + q] = static_cast<std::uint32_t>(p * n + q);
  while (!queue.empty()) {
    const std::size_t pair = queue.front();
    queue.pop_front();
    for (core::Letter a = 0; a < dfa.letters.size(); ++a) {
      const State s = dfa.step(static_cast<State>(pair / n), a);
      const State t = dfa.step(static_cast<State>(pair % n), a);
      if (dfa.output[s] != dfa.output[t]) {
        Word word = {a};
        for (std::size_t at = pair; parent[at] != at; at = parent[at]) word.push_back(by[at]);
        std::reverse(word.begin(), word.end());
        return word;
      }
      const std::size_t next = s * n + t;
      if (s == t || parent[next] != kUnseen) continue;
      parent[next] = static_cast<std::uint32_t>(pair);
      by[next] = a;
      queue.push_back(next);
    }
  }
  return {};
}

State after(const Dfa& dfa, State q, const Word& word) {
  for (const core::Letter a : word) q = dfa.step(q, a);
  return q;
}

/// The labels after u a^2 x, u x, y a^2 z and y a z.
std::vector<std::string> labels_of(const Dfa& dfa, const NoSingleFactor& f) {
  const auto label = [&](const Word& first, std::size_t times, const Word& last) {
    State q = after(dfa, dfa.start, first);
    for (std::size_t i = 0; i < times; ++i) q = dfa.step(q, f.letter);
    return dfa.labels[dfa.output[after(dfa, q, last)]];
  };
  return {label(f.u, 2, f.x), label(f.u, 0, f.x), label(f.y, 2, f.z), label(f.y, 1, f.z)};
}

std::string word_line(std::string_view name, const Word& word) {
  std::string text = std::string(name) + " " + std::to_string(word.size());
  for (const core::Letter a : word) text += " " + std::to_string(a);
  return text + "\n";
}

[[noreturn]] void refuse_merge(const Language& language, const automata::Merge& merge) {
  throw core::Error({core::Fault::unsupported, "language " + core::quoted(language.name),
                     "a group language: every letter permutes the states",
                     "letter " + core::quoted(language.dfa.letters.name(merge.letter)) +
                         " merges state " + std::to_string(merge.p) + " and state " +
                         std::to_string(merge.q),
                     "`classify` says what is known about other languages"});
}

/// Compiles and verifies; takes the network into the report if it has one layer and fewer factors.
void compile_for(const Language& minimal, automata::StateCode code, std::string flags,
                 const core::Limits& limits, ReflectionsReport& report) {
  const Model model = automata::compile(minimal, {.code = code, .limits = limits});
  const auto factors = core::cost_of(model).factors_per_token;
  if (model.layers.size() != 1 || !factors) return;
  if (report.compiled && *report.compiled <= *factors) return;
  if (verify(model, minimal.dfa, limits).proof() == nullptr) return;
  report.compiled = factors;
  report.compiled_flags = std::move(flags);
}

std::vector<Transformation> involutions_of(const PermutationGroup& group) {
  std::vector<Transformation> found;
  for (Transformation& g : group.elements(1000)) {
    if (!automata::is_identity(g) && automata::is_identity(automata::then(g, g))) {
      found.push_back(std::move(g));
    }
  }
  return found;
}

}  // namespace

std::optional<NoSingleFactor> find_no_single_factor(const Dfa& dfa) {
  const std::vector<Word> access = automata::access_words(dfa);
  std::vector<State> order;
  for (State q = 0; q < dfa.size(); ++q) order.push_back(q);
  std::stable_sort(order.begin(), order.end(),
                   [&](State p, State q) { return access[p].size() < access[q].size(); });
  for (core::Letter a = 0; a < dfa.letters.size(); ++a) {
    NoSingleFactor found;
    found.letter = a;
    bool involution = true, idempotent = true;
    for (const State q : order) {
      const State once = dfa.step(q, a), twice = dfa.step(once, a);
      if (involution) {
        if (auto x = distinguishing(dfa, twice, q, 1)) {
          found.u = access[q];
          found.x = std::move(*x);
          involution = false;
        }
      }
      if (idempotent) {
        if (auto z = distinguishing(dfa, twice, once, 0)) {
          found.y = access[q];
          found.z = std::move(*z);
          idempotent = false;
        }
      }
      if (!involution && !idempotent) return found;
    }
  }
  return {};
}

bool is_no_single_factor(const Dfa& dfa, const NoSingleFactor& found) {
  if (found.x.empty()) return false;
  const std::vector<std::string> labels = labels_of(dfa, found);
  return labels[0] != labels[1] && labels[2] != labels[3];
}

std::string write_no_single_factor_certificate(const Dfa& dfa, const NoSingleFactor& found) {
  if (!is_no_single_factor(dfa, found)) {
    throw core::Error({core::Fault::unsupported,
                       "certificate",
                       "words that show that a letter is no single factor",
                       "words that do not",
                       {}});
  }
  const std::vector<std::string> labels = labels_of(dfa, found);
  const auto outputs = [&](std::size_t i) {
    return "outputs " + core::percent_encode(labels[i]) + " " +
           core::percent_encode(labels[i + 1]) + "\n";
  };
  return std::string(kClaim) + "arithmetic exact\nautomaton " +
         core::sha256(automata::write_automaton_canonical(dfa)) + "\nletter " +
         std::to_string(found.letter) + "\n" + word_line("u", found.u) + word_line("x", found.x) +
         outputs(0) + word_line("y", found.y) + word_line("z", found.z) + outputs(2) + "end\n";
}

bool is_no_single_factor_certificate(std::string_view text) {
  return text.substr(0, kClaim.size()) == kClaim;
}

ReflectionsReport count_reflections(const Language& language, const core::Limits& limits) {
  Language minimal = language;
  if (!minimal.action) minimal.dfa = automata::minimize(language.dfa);
  const Dfa& dfa = minimal.dfa;
  if (const auto merge = automata::find_merge(dfa)) refuse_merge(minimal, *merge);
  const std::vector<Transformation> letters = automata::letter_maps(dfa);
  const PermutationGroup group(dfa.size(), letters);
  ReflectionsReport report;
  report.group = automata::name_group(group).name;
  report.order = group.order();
  report.bound = automata::least_reflections(group, letters, limits);
  if (report.bound.lower >= 2) report.no_single = find_no_single_factor(dfa);
  compile_for(minimal, automata::StateCode::automatic, "", limits, report);
  if (report.order == dfa.size() && dfa.size() <= kLargestCircle && group.is_abelian()) {
    try {
      compile_for(minimal, automata::StateCode::rotation, "--code rotation", limits, report);
    } catch (const core::Error& error) {
      if (error.facts().fault != core::Fault::unsupported) throw;  // abelian, but not cyclic
    }
  }
  report.minimal = std::move(minimal);
  return report;
}

std::vector<PublishedReflections> published_reflections(const core::Limits& limits) {
  struct Row {
    const char *group, *letters, *language;
    std::size_t lower, upper;
  };
  // Theory: Z_2 1, Z_m 2, abelian groups 1 if all letters are involutions and else 2, S_n with
  // transpositions 1, S_3, A_4, S_4, A_5 with all elements 2, Q_8 at least 2 and at most 3, S_5 4.
  static constexpr Row kRows[] = {
      {"Z2", "all", "Z2", 1, 1},
      {"Z3", "all", "Z3", 2, 2},
      {"Z5", "all", "Z5", 2, 2},
      {"Z12", "all", "Z12", 2, 2},
      {"Z2xZ2xZ2", "all", "Z2xZ2xZ2", 1, 1},
      {"Z4xZ2", "all", "Z4xZ2", 2, 2},
      {"S3", "transpositions", "S3:swaps", 1, 1},
      {"S4", "transpositions", "S4:swaps", 1, 1},
      {"S5", "transpositions", "S5:swaps", 1, 1},
      {"S3", "all", "S3", 2, 2},
      {"A4", "all", "A4", 2, 2},
      {"S4", "all", "S4", 2, 2},
      {"A5", "all", "A5", 2, 2},
      {"A5", "involutions", "", 1, 1},
      {"Q8", "all", "Q8", 2, 3},
      {"S5", "all", "S5", 4, 4},
  };
  std::vector<PublishedReflections> table;
  for (const Row& row : kRows) {
    PublishedReflections published{row.group, row.letters, row.language, row.lower, row.upper, {}};
    const Language language =
        automata::load_language(*row.language != '\0' ? row.language : row.group, {}, limits);
    // The natural points of named groups are fewer than the states.
    std::vector<Transformation> letters;
    if (language.action) {
      for (const core::Permutation& p : language.action->pull)
        letters.emplace_back(p.begin(), p.end());
    } else {
      letters = automata::letter_maps(language.dfa);
    }
    PermutationGroup group(letters.front().size(), letters);
    if (*row.language == '\0') letters = involutions_of(group);
    published.bound = automata::least_reflections(group, letters, limits);
    table.push_back(std::move(published));
  }
  return table;
}

}  // namespace statewright::proofs
