// Any regular language by a network of RWKV-7 with c = 2 (arXiv:2503.14456, Appendix D).
//
// What one step can do. With H = S^T a step is H <- A H + B, A = diag(w) - 2 (a . khat)^T khat.
// Two choices of a and khat give  h_x <-> h_y  and  h_x <- h_y , and these are all that the
// construction needs. Note the direction: a copy overwrites one coordinate by another. It cannot
// merge what two coordinates hold, h_y <- h_x + h_y, h_x <- 0, which is what a one-hot state would
// need when a letter merges two states. So the coordinates are not states but questions about the
// state (observations.hpp): h_f = +1 if the answer is yes and -1 if it is no, and a letter a is the
// map of coordinates h'[f] = h[pull_a(f)]. That is the automaton of the reversed language, of which
// the right multiplication S <- S G in the paper multiplies the transition matrices.
//
// Delay. A map of m coordinates needs up to m - 1 such steps (elementary.hpp), but a letter comes
// with one. So letters are gathered to blocks of b, and while one block is read the map of the
// block before is applied, one factor a letter: b is chosen so that every product of b letters has
// at most b factors. The map h'[f] = h[P(f)], P = e_K .. e_2 e_1 with e_1 applied to points first,
// is e_K applied to coordinates first. After i of them, what is still to do on the way to question
// f is to look at coordinate e_1 first, .., e_{K-i} last, of P'(f), where P' is the map of the
// letters read since the block ended; the network looks there.
//
// The layers, each head of which is one core::Layer here:
//   1 parity        h <- -h.
//   2 position      two reflections in turn, chosen by the parity, whose product is a rotation of
//                   order 2, 3 or 4: positions modulo 4, 6 or 8, with integers, since the plane of
//                   the rotation lies in the lattice Z^2 or Z^3. Two heads give 12 and 24, so b is
//                   2, 3, 4, 6 or 12.
//   3 letters       2 b heads, one for each place of two blocks; a head keeps its state (w = 1) or
//                   writes anew (w = 0). The places of a block are emptied when it begins.
//                   The MLP then multiplies the maps of each block's letters one after another,
//                   finds which factor is due and where to look. Looked up in steps, the tables
//                   grow with the number of distinct block maps, not with |letters|^(2 b).
//   4 the product   swaps and copies of coordinates; the MLP looks at one of them for each output.
// The paper's flag of the first token is not needed, since H_0 is a parameter here.

#include "automata/compile/rwkv7.hpp"

#include <algorithm>
#include <map>

#include "automata/compile/elementary.hpp"
#include "automata/compile/letter_blocks.hpp"
#include "automata/compile/observations.hpp"
#include "automata/compile/rwkv7_clock.hpp"
#include "automata/compile/rwkv7_form.hpp"
#include "automata/compile/symbol_code.hpp"
#include "core/error.hpp"

namespace statewright::automata {
namespace {

using core::Layer;
using core::Matrix;
using core::Real;
using core::Source;

constexpr std::size_t kMostQuestions = 1000;  // where one layer suffices
constexpr const char* kSource =
    "RWKV-7, arXiv:2503.14456, Appendix D; its matrices act on the questions of observations.hpp";

[[noreturn]] void refuse(const Language& language, const std::string& expected,
                         const std::string& found) {
  throw core::Error({core::Fault::unsupported, "language " + core::quoted(language.name), expected,
                     found, "PD-SSM takes any language in one layer of as many numbers as states"});
}

core::Transition transition(const Rwkv7Step& step) { return {core::Dense{to_matrix(step)}, {}}; }

// --- one layer

/// A score for each label from the answers, largest for the right one: the answer to its question,
/// or with ordered questions yes_1 .. yes_k no_{k+1} .. the sum of the first k answers minus the
/// others. Labels that never occur score less than any that does.
core::Readout direct_readout(const Observations& observed, std::size_t labels) {
  const auto questions = static_cast<std::int64_t>(observed.base.size());
  core::Readout readout{Matrix<Real>(labels, observed.size()),
                        std::vector<Real>(labels, Real(-questions - 2))};
  if (!observed.otherwise) {
    for (std::size_t k = 0; k < observed.base.size(); ++k) {
      readout.W(observed.asked[k], observed.base[k]) = 1;
      readout.c[observed.asked[k]] = 0;
    }
    return readout;
  }
  for (std::size_t k = 0; k <= observed.base.size(); ++k) {
    const Output label = k == 0 ? *observed.otherwise : observed.asked[k - 1];
    readout.c[label] = 0;
    for (std::size_t j = 0; j < observed.base.size(); ++j) {
      readout.W(label, observed.base[j]) = j < k ? 1 : -1;
    }
  }
  return readout;
}

Matrix<Real> answers_in(const Observations& observed, State q) {
  Matrix<Real> column(observed.size(), 1);
  for (std::size_t f = 0; f < observed.size(); ++f) column(f, 0) = observed.answers[f][q] ? 1 : -1;
  return column;
}

Layer direct_layer(const Observations& observed, const Dfa& dfa) {
  Layer layer;
  layer.n = observed.size();
  layer.reads = {Source{}};
  layer.start = answers_in(observed, dfa.start);
  for (const Transformation& pull : observed.pull) {
    const std::vector<Elementary> factors = elementary_factors(pull);
    layer.table.push_back(transition(factors.empty() ? identity_step(layer.n)
                                                     : elementary_step(factors[0], layer.n)));
  }
  layer.readout = direct_readout(observed, dfa.labels.size());
  return layer;
}

// --- four layers

LetterBlocks blocks_of(const Language& language, const Observations& observed,
                       const core::Limits& limits) {
  std::vector<std::size_t> lengths;
  for (const BlockClocks& clocks : block_clocks()) lengths.push_back(clocks.length);
  auto found = letter_blocks(observed.pull, lengths, limits);
  if (const auto* hit = std::get_if<core::LimitHit>(&found)) {
    throw core::Error({core::Fault::limit, "language " + core::quoted(language.name),
                       "the maps of blocks of letters within the limit (" + hit->limit + ")",
                       "more", hit->raise});
  }
  if (const auto* none = std::get_if<NoBlockFits>(&found)) {
    const std::string longest = std::to_string(lengths.back());
    refuse(language,
           "products of " + longest + " letters that take at most " + longest + " swaps and copies",
           "one that takes " + std::to_string(none->factors));
  }
  return std::get<LetterBlocks>(std::move(found));
}

class Builder {
 public:
  Builder(const Language& language, const Observations& observed, const LetterBlocks& blocks,
          core::Model& model)
      : language_(language),
        dfa_(language.dfa),
        observed_(observed),
        blocks_(blocks),
        b_(blocks.length),
        model_(model) {}

  void run() {
    const Source phase = add_position();
    const auto [first, second] = add_letters(phase);
    const Source block[] = {add_products(first), add_products(second)};
    const Source factor =
        add_either("factors", add_factor(phase, block[0], 0), add_factor(phase, block[1], 1));
    const Source look =
        add_either("coordinates", add_look(phase, block[0], 0), add_look(phase, block[1], 1));
    const Source looks[] = {add_way(phase, block[0], look, 0), add_way(phase, block[1], look, 1)};
    const Source product = add_product(factor);
    add_output(add_answer(looks[0], product), add_answer(looks[1], product));
    model_.about.note = "layers with memory: " + memory_ +
                        "; these are the heads of the four layers of RWKV-7, and the others have "
                        "no memory (A = 0): steps of the tables that its MLPs look up";
  }

 private:
  using Digits = std::vector<std::size_t>;

  Source add(Layer layer) {
    model_.layers.push_back(std::move(layer));
    return {model_.layers.size() - 1};
  }

  void remember(const std::string& what, std::size_t heads) {
    const std::size_t last = model_.layers.size() - 1;
    memory_ += (memory_.empty() ? "" : ", ") + std::to_string(last + 1 - heads) +
               (heads > 1 ? "-" + std::to_string(last) : "") + " (" + what + ")";
  }

  std::size_t symbols(Source source) const {
    return source.layer ? model_.layers[*source.layer].readout.c.size() : dfa_.letters.size();
  }

  void spend(const std::string& what, std::size_t numbers) {
    numbers_ += numbers;
    if (numbers_ <= kMostRwkv7Numbers) return;
    refuse(language_, "tables of at most " + std::to_string(kMostRwkv7Numbers) + " numbers",
           std::to_string(numbers_) + " with the table of " + what + ", blocks being of " +
               std::to_string(b_) + " letters with " + std::to_string(blocks_.maps.size()) +
               " maps");
  }

  /// The table of a function of what is read. Its size is checked before it is made.
  template <class Function>
  std::vector<std::uint32_t> tabulated(const std::string& what, const std::vector<Source>& reads,
                                       const Function& function) {
    std::size_t size = 1;
    Digits radix;
    for (const Source& source : reads) {
      radix.push_back(symbols(source));
      size *= radix.back();
    }
    if (size > kMostRwkv7Numbers) spend(what, size);
    std::vector<std::uint32_t> table(size);
    Digits digits(reads.size());
    for (std::size_t x = 0; x < size; ++x) {
      std::size_t rest = x;
      for (std::size_t i = reads.size(); i-- > 0; rest /= radix[i]) digits[i] = rest % radix[i];
      table[x] = static_cast<std::uint32_t>(function(digits));
    }
    return table;
  }

  Source add_lookup(const std::string& what, std::vector<Source> reads,
                    const std::vector<std::uint32_t>& table, std::size_t count,
                    std::size_t at_start) {
    spend(what, (2 * table.size() + count) * width_of(SymbolCode::signs, count));
    return add(lookup_layer(std::move(reads), table, count, static_cast<std::uint32_t>(at_start)));
  }

  /// Emits (t - 1) mod 2 b.
  Source add_position() {
    const Source parity = add(parity_layer(dfa_.letters.size()));
    remember("parity", 1);
    const auto& all = block_clocks();
    const std::vector<std::size_t>& periods =
        std::find_if(all.begin(), all.end(), [&](const auto& x) {
          return x.length == b_;
        })->periods;
    std::vector<Source> clocks;
    for (const std::size_t period : periods) {
      clocks.push_back(add(clock_layer(period, parity)));
    }
    remember("position", clocks.size());
    if (clocks.size() == 1) return clocks[0];
    const auto position = [&](const Digits& digits) -> std::size_t {
      for (std::size_t p = 0; p < 2 * b_; ++p) {
        if (p % periods[0] == digits[0] && p % periods[1] == digits[1]) return p;
      }
      return 0;  // never together
    };
    return add_lookup("positions", clocks, tabulated("positions", clocks, position), 2 * b_,
                      2 * b_ - 1);
  }

  /// A head that holds the action of the letter at place `place` of 2 b places.
  Layer letter_head(std::size_t place, Source phase) {
    const std::size_t width = width_of(SymbolCode::signs, blocks_.actions), begin = place / b_ * b_;
    Layer layer;
    layer.n = 1;
    layer.d = width;
    layer.reads = {Source{}, phase};
    const auto row = [&](std::size_t action) {
      Matrix<Real> code(1, width);
      code.entries() = sign_code(action, width).entries();
      return code;
    };
    layer.start = row(0);
    spend("letters", dfa_.letters.size() * 2 * b_ * (1 + width));
    for (Letter a = 0; a < dfa_.letters.size(); ++a) {
      for (std::size_t p = 0; p < 2 * b_; ++p) {
        const bool write = p == place, empty = p == begin;
        core::Transition step{core::Diagonal{{write || empty ? 0 : 1}}, {}};
        if (write || empty) step.B = row(write ? blocks_.letter[a] : 0);
        layer.table.push_back(std::move(step));
      }
    }
    layer.readout = sign_readout(blocks_.actions);
    return layer;
  }

  std::pair<std::vector<Source>, std::vector<Source>> add_letters(Source phase) {
    std::pair<std::vector<Source>, std::vector<Source>> blocks;
    for (std::size_t place = 0; place < 2 * b_; ++place) {
      (place < b_ ? blocks.first : blocks.second).push_back(add(letter_head(place, phase)));
    }
    remember("letters of two blocks of " + std::to_string(b_), 2 * b_);
    return blocks;
  }

  /// The map of a block's letters, as its number in LetterBlocks::maps.
  Source add_products(const std::vector<Source>& letters) {
    Source before = letters[0];
    for (std::size_t i = 1; i < letters.size(); ++i) {
      const auto product = [&](const Digits& digits) {
        const std::uint32_t map =
            i == 1 ? blocks_.longer[0][digits[0]] : static_cast<std::uint32_t>(digits[0]);
        return blocks_.longer[map][digits[1]];
      };
      const std::vector<Source> reads = {before, letters[i]};
      const std::string what = "products of letters";
      before = add_lookup(what, reads, tabulated(what, reads, product), blocks_.up_to[i + 1], 0);
    }
    return before;
  }

  // Of the two blocks one is being read, and the other was read before. What a step takes from a
  // block is emitted as a symbol from 1 on by the layer for that block, and as 0 by the layer for
  // the other; add_either() brings the two together.

  bool is_before(std::size_t block, std::size_t phase) const {
    return (phase < b_) == (block == 1);
  }

  Source add_either(const std::string& what, Source first, Source second) {
    const std::vector<Source> reads = {first, second};
    const std::size_t count = std::max(symbols(first), symbols(second));
    const auto table =
        tabulated(what, reads, [](const Digits& digits) { return std::max(digits[0], digits[1]); });
    return add_lookup(what, reads, table, count, 0);
  }

  /// The factor of the block before that is due in this phase: 0 for none, else its number in
  /// factors_ plus 1.
  Source add_factor(Source phase, Source map, std::size_t block) {
    const std::vector<Source> reads = {phase, map};
    const auto table = tabulated("factors", reads, [&](const Digits& digits) -> std::size_t {
      const auto& factors = blocks_.factors[digits[1]];
      const std::size_t i = digits[0] % b_;
      if (!is_before(block, digits[0]) || i >= factors.size()) return 0;
      const Elementary& factor = factors[factors.size() - 1 - i];
      const auto at = std::find(factors_.begin(), factors_.end(), factor);
      const auto number = static_cast<std::size_t>(at - factors_.begin());
      if (at == factors_.end()) factors_.push_back(factor);
      return number + 1;
    });
    return add_lookup("factors", reads, table, factors_.size() + 1, 0);
  }

  /// The number of a list of coordinates, one for each base question.
  std::size_t number_of(const Transformation& look) {
    const auto [at, is_new] = look_index_.emplace(look, looks_.size());
    if (is_new) looks_.push_back(look);
    return at->second;
  }

  /// The coordinates that answer the base questions at the end of the block before, through the
  /// letters of the block that is being read: 0 for the block before, else a number plus 1.
  Source add_look(Source phase, Source map, std::size_t block) {
    const std::vector<Source> reads = {phase, map};
    const auto table = tabulated("coordinates", reads, [&](const Digits& digits) -> std::size_t {
      if (is_before(block, digits[0])) return 0;
      Transformation look;
      for (const State f : observed_.base) look.push_back(blocks_.maps[digits[1]][f]);
      return number_of(look) + 1;
    });
    return add_lookup("coordinates", reads, table, looks_.size() + 1, 0);
  }

  /// From there on through the factors of the block before that are still to be applied after this
  /// phase's: 0 for the block that is being read, else a number plus 1.
  Source add_way(Source phase, Source map, Source look, std::size_t block) {
    const std::vector<Source> reads = {phase, map, look};
    const auto table = tabulated("coordinates", reads, [&](const Digits& digits) -> std::size_t {
      if (!is_before(block, digits[0]) || digits[2] == 0) return 0;
      Transformation at = looks_[digits[2] - 1];
      const auto& factors = blocks_.factors[digits[1]];
      for (std::size_t i = 0; i + digits[0] % b_ + 1 < factors.size(); ++i) {
        for (State& f : at) f = apply(factors[i], f);
      }
      return number_of(at) + 1;
    });
    return add_lookup("coordinates", reads, table, looks_.size() + 1, 0);
  }

  Source add_product(Source factor) {
    Layer layer;
    layer.n = observed_.size();
    layer.reads = {factor};
    layer.start = answers_in(observed_, dfa_.start);
    spend("the product", (factors_.size() + 1) * layer.n * layer.n);
    layer.table.push_back(transition(identity_step(layer.n)));
    for (const Elementary& e : factors_)
      layer.table.push_back(transition(elementary_step(e, layer.n)));
    spend("answers", layer.n << layer.n);
    layer.readout = sign_readout(std::size_t{1} << layer.n);
    const Source product = add(std::move(layer));
    remember("the product, " + std::to_string(observed_.size()) + " coordinates", 1);
    return product;
  }

  /// The output if this block is the one before, plus 1; else 0.
  Source add_answer(Source way, Source product) {
    const std::vector<Source> reads = {way, product};
    const auto table = tabulated("outputs", reads, [&](const Digits& digits) -> std::size_t {
      if (digits[0] == 0) return 0;
      std::size_t output = observed_.otherwise.value_or(0);  // 0: no state has these answers
      const Transformation& at = looks_[digits[0] - 1];
      for (std::size_t k = 0; k < at.size(); ++k) {
        if ((digits[1] >> at[k] & 1U) != 0) output = observed_.asked[k];
      }
      return output + 1;
    });
    return add_lookup("outputs", reads, table, dfa_.labels.size() + 1, 0);
  }

  void add_output(Source first, Source second) {
    const std::vector<Source> reads = {first, second};
    const auto table = tabulated("outputs", reads, [](const Digits& digits) -> std::size_t {
      const std::size_t output = std::max(digits[0], digits[1]);
      return output == 0 ? 0 : output - 1;
    });
    add_lookup("outputs", reads, table, dfa_.labels.size(), dfa_.output[dfa_.start]);
  }

  const Language& language_;
  const Dfa& dfa_;
  const Observations& observed_;
  const LetterBlocks& blocks_;
  std::size_t b_;
  core::Model& model_;
  std::vector<Elementary> factors_;
  std::vector<Transformation> looks_;
  std::map<Transformation, std::size_t> look_index_;
  std::size_t numbers_ = 0;
  std::string memory_;
};

}  // namespace

core::Model compile_rwkv7(const Language& language, const core::Limits& limits) {
  const Dfa& dfa = language.dfa;
  const auto observed = observations(dfa, kMostQuestions);
  if (!observed) {
    refuse(language,
           "at most " + std::to_string(kMostRwkv7Coordinates) +
               " coordinates, which are the states of the reversed language",
           "more than " + std::to_string(kMostQuestions));
  }
  core::Model model;
  model.letters = dfa.letters;
  model.labels = dfa.labels;
  model.about.language = language.name;
  model.about.source = kSource;
  const bool direct = std::all_of(observed->pull.begin(), observed->pull.end(),
                                  [](const auto& pull) { return elementary_length(pull) <= 1; });
  const std::string coordinates = std::to_string(observed->size()) + " yes-or-no questions";
  if (direct) {
    model.layers = {direct_layer(*observed, dfa)};
    model.about.construction =
        "RWKV-7 with c = 2, one layer: each letter swaps or copies one of " + coordinates;
    model.about.note = "the state holds the answers as +-1";
    return model;
  }
  if (observed->size() > kMostRwkv7Coordinates) {
    refuse(language,
           "at most " + std::to_string(kMostRwkv7Coordinates) +
               " coordinates, which are the states of the reversed language",
           std::to_string(observed->size()));
  }
  const LetterBlocks blocks = blocks_of(language, *observed, limits);
  Builder(language, *observed, blocks, model).run();
  model.about.construction = "RWKV-7 with c = 2, four layers: blocks of " +
                             std::to_string(blocks.length) +
                             " letters as products of as many swaps and copies of " + coordinates;
  return model;
}

}  // namespace statewright::automata
