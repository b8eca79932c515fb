// Theorem 4 (Grazzi et al., ICLR 2025): products of generalised Householder matrices recognise
// every regular language, by a cascade of permutation-reset components. A permutation of the
// coordinate is a product of reflections, a reset is A = 0, a product of projections, with B = the
// target.
//
// What the printed proof overlooks: a level of a cascade acts on the letter and on the states of
// the levels above *before* the letter, while a layer sees what earlier layers emit *after* it. A
// reset destroys the difference. The repair is a memory: a layer that reads the context (what the
// levels above decode to) and shifts it through two cells, A = [[0, 0], [I, 0]], emits the pair
// (before, after). One memory layer a level is enough, and often none is needed: after a
// permutation the letter tells what was before, and some levels do not care. So reads are not
// designed but searched: the network is built over the table of all reachable coordinate tuples, in
// which "these symbols determine this level's action" is a property that can be looked up.
//
// The action that a level must perform on an input is known only on the coordinates that occur with
// it: a partial map. It has to be injective, then it is completed to a permutation that moves as
// little as possible, or constant, then it is a reset.

#include "automata/compile/cascade_network.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <stdexcept>

#include "automata/compile/reachable_cascade.hpp"
#include "automata/compile/signed_action.hpp"
#include "automata/compile/symbol_code.hpp"
#include "core/error.hpp"

namespace statewright::automata {
namespace {

using core::Error;
using core::Fault;

constexpr std::uint32_t kNone = 0xffffffffU;
constexpr std::size_t kLargestTable = std::size_t{1} << 20U;
constexpr std::size_t kReadoutWork = 2'000'000;  // multiplications before a perceptron gives up

/// A symbol that a layer emits, known on every edge.
struct Emitter {
  std::size_t layer = 0;
  std::uint32_t outputs = 1;
  std::vector<std::uint32_t> on_edge;
};

/// What a layer reads: the token or not, and some emitters. `table` is the number of inputs.
struct Reads {
  bool token = false;
  std::vector<std::size_t> emitters;
  std::size_t table = 1;
};

/// For each input the images of the coordinates that occur with it; kNone elsewhere. [table][size]
using PartialMaps = std::vector<std::vector<std::uint32_t>>;

bool is_constant(const std::vector<std::uint32_t>& map) {
  std::uint32_t value = kNone;
  for (const std::uint32_t image : map) {
    if (image == kNone) continue;
    if (value != kNone && image != value) return false;
    value = image;
  }
  return true;
}

bool is_injective(const std::vector<std::uint32_t>& map) {
  std::vector<bool> seen(map.size());
  for (const std::uint32_t image : map) {
    if (image == kNone) continue;
    if (seen[image]) return false;
    seen[image] = true;
  }
  return true;
}

bool is_part_of_identity(const std::vector<std::uint32_t>& map) {
  for (std::uint32_t c = 0; c < map.size(); ++c) {
    if (map[c] != kNone && map[c] != c) return false;
  }
  return true;
}

std::size_t defined(const std::vector<std::uint32_t>& map) {
  return map.size() - static_cast<std::size_t>(std::count(map.begin(), map.end(), kNone));
}

/// The permutation with the most fixed points that continues an injective map: every path of points
/// is closed to a cycle, everything else stays. As `pull`: coordinate i comes from pull[i].
core::Permutation completed(const std::vector<std::uint32_t>& map) {
  const auto size = static_cast<std::uint32_t>(map.size());
  core::Permutation pull(size, kNone);
  for (std::uint32_t c = 0; c < size; ++c) {
    if (map[c] != kNone) pull[map[c]] = c;
  }
  for (std::uint32_t c = 0; c < size; ++c) {
    if (pull[c] != kNone) continue;
    // c has no preimage: it starts a path, whose end becomes its preimage.
    std::uint32_t end = c;
    while (map[end] != kNone) end = map[end];
    pull[c] = end;
  }
  return pull;
}

std::vector<std::int64_t> joined(std::vector<std::int64_t> a, const std::vector<std::int64_t>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// The same cascade with a reset wherever an action is constant on the coordinates that can occur:
/// a level that has nothing to say in a context then holds one value there, not what it held
/// before, which would multiply the reachable tuples.
Cascade forgetful(Cascade cascade) {
  for (CascadeLevel& level : cascade.levels) {
    for (CascadeLevel::Entry& entry : level.entries) {
      std::vector<std::uint32_t> images(level.size, kNone);
      for (std::uint32_t c = 0; c < level.size; ++c) {
        if (level.below_at(entry.before, c) != kNoContext) images[c] = entry.action(c);
      }
      if (defined(images) == 0 || !is_constant(images)) continue;
      entry.action = {
          true,
          *std::find_if(images.begin(), images.end(), [](std::uint32_t c) { return c != kNone; }),
          {}};
    }
  }
  return cascade;
}

class Builder {
 public:
  Builder(const Language& language, const Cascade& cascade, const core::Limits& limits)
      : dfa_(language.dfa),
        cascade_(forgetful(cascade)),
        system_(reach(cascade_, language.dfa.letters.size(), limits)) {
    model_.letters = dfa_.letters;
    model_.labels = dfa_.labels;
  }

  core::Model repaired() {
    if (cascade_.levels.empty()) return one_state();
    for (std::size_t i = 0; i < cascade_.levels.size(); ++i) {
      std::optional<Reads> reads = reads_of_level(i);
      if (!reads && can_remember_) {
        remember_coordinate();
        reads = reads_of_level(i);
      }
      if (!reads) {
        add_memory(i);
        reads = reads_of_level(i);
      }
      if (!reads) throw_too_large();
      add_level(i, *reads, maps_of(i, *reads).value());
    }
    finish();
    return std::move(model_);
  }

  core::Model printed() {
    if (cascade_.levels.empty()) return one_state();
    for (std::size_t i = 0; i < cascade_.levels.size(); ++i) {
      Reads reads{true, {}, dfa_.letters.size()};
      for (std::size_t j = 0; j < i; ++j) {
        reads.emitters.push_back(j);
        reads.table *= emitters_[j].outputs;
      }
      if (reads.table > kLargestTable) throw_too_large();
      add_level(i, reads, printed_maps(i, reads));
    }
    // What the coordinates would mean, had every level seen the states before.
    Reads all{false, coordinates_of_levels_, 1};
    for (const std::size_t j : all.emitters) all.table *= emitters_[j].outputs;
    if (all.table > kLargestTable) throw_too_large();
    add_output(all);
    return std::move(model_);
  }

  std::size_t memories() const noexcept { return memories_; }
  bool has_output_layer() const noexcept { return has_output_layer_; }

 private:
  /// An automaton of one state has no level: one layer gives its output.
  core::Model one_state() {
    add_output(Reads{true, {}, dfa_.letters.size()});
    return std::move(model_);
  }

  [[noreturn]] void throw_too_large() const {
    throw Error({Fault::limit, "the cascade", "tables of at most 2^20 transitions a layer",
                 "a level that needs more", ""});
  }

  // --- what can be read -------------------------------------------------------------------------

  std::uint32_t input(const Reads& reads, std::size_t edge) const {
    std::size_t x = reads.token ? system_.edges[edge].letter : 0;
    for (const std::size_t j : reads.emitters) {
      x = x * emitters_[j].outputs + emitters_[j].on_edge[edge];
    }
    return static_cast<std::uint32_t>(x);
  }

  /// Sets of at most three sources, by the size of their tables; the later layers first among
  /// equals, because they know more.
  std::vector<Reads> sources() const {
    std::vector<Reads> list;
    const std::size_t count = emitters_.size();
    const auto add = [&](std::vector<std::size_t> chosen) {
      for (const bool token : {false, true}) {
        if (!token && chosen.empty()) continue;
        Reads reads{token, chosen, token ? dfa_.letters.size() : 1};
        for (const std::size_t j : chosen) reads.table *= emitters_[j].outputs;
        if (reads.table > 0 && reads.table <= kLargestTable) list.push_back(std::move(reads));
      }
    };
    const std::size_t oldest = count > kOldest ? count - kOldest : 0;
    add({});
    for (std::size_t i = count; i-- > oldest;) {
      add({i});
      for (std::size_t j = i; j-- > oldest;) {
        add({j, i});
        for (std::size_t k = j; k-- > oldest;) add({k, j, i});
      }
    }
    std::stable_sort(list.begin(), list.end(),
                     [](const Reads& a, const Reads& b) { return a.table < b.table; });
    return list;
  }

  /// The maps of level i under every input, if the input determines them and all are injective or
  /// constant.
  std::optional<PartialMaps> maps_of(std::size_t i, const Reads& reads) const {
    const std::uint32_t size = cascade_.levels[i].size;
    std::vector<std::uint32_t> images(reads.table * size, kNone);
    for (std::size_t e = 0; e < system_.edges.size(); ++e) {
      const std::uint32_t from = system_.tuples[system_.edges[e].from][i];
      const std::uint32_t to = system_.tuples[system_.edges[e].to][i];
      std::uint32_t& image = images[std::size_t{input(reads, e)} * size + from];
      if (image != kNone && image != to) return {};
      image = to;
    }
    PartialMaps maps;
    maps.reserve(reads.table);
    for (std::size_t x = 0; x < reads.table; ++x) {
      const auto first = images.begin() + static_cast<std::ptrdiff_t>(x * size);
      maps.emplace_back(first, first + size);
      if (!is_constant(maps.back()) && !is_injective(maps.back())) return {};
    }
    return maps;
  }

  std::optional<Reads> reads_of_level(std::size_t i) const {
    for (Reads& reads : sources()) {
      if (maps_of(i, reads)) return reads;
    }
    return {};
  }

  /// A function of what is read, [table], kNone where an input never occurs; nothing if it is none.
  template <class Value>
  std::optional<std::vector<std::uint32_t>> function_of(const Reads& reads,
                                                        const Value& value) const {
    std::vector<std::uint32_t> function(reads.table, kNone);
    for (std::size_t e = 0; e < system_.edges.size(); ++e) {
      const std::uint32_t wanted = value(system_.edges[e]);
      std::uint32_t& known = function[input(reads, e)];
      if (known != kNone && known != wanted) return {};
      known = wanted;
    }
    return function;
  }

  template <class Value>
  std::optional<Reads> reads_of_function(const Value& value) const {
    for (Reads& reads : sources()) {
      if (function_of(reads, value)) return reads;
    }
    // All coordinates together determine everything, if their table is not too large.
    Reads all{false, coordinates_of_levels_, 1};
    for (const std::size_t j : all.emitters) {
      all.table *= emitters_[j].outputs;
      if (all.table > kLargestTable) return {};
    }
    if (!all.emitters.empty() && function_of(all, value)) return all;
    return {};
  }

  // --- layers -----------------------------------------------------------------------------------

  core::Layer layer_reading(const Reads& reads, std::size_t n) const {
    core::Layer layer;
    layer.n = n;
    if (reads.token) layer.reads.push_back(core::Source{});
    for (const std::size_t j : reads.emitters) {
      layer.reads.push_back(core::Source{emitters_[j].layer});
    }
    return layer;
  }

  void add_level(std::size_t i, const Reads& reads, const PartialMaps& maps) {
    const std::uint32_t size = cascade_.levels[i].size;
    bool permutes = false, only_resets = true;
    for (const auto& map : maps) {
      if (defined(map) == 0) continue;
      if (!is_constant(map) && !is_part_of_identity(map)) permutes = true;
      if (!is_constant(map)) only_resets = false;
    }
    code_ = permutes && size > 2 ? SymbolCode::one_hot : SymbolCode::signs;
    const std::size_t n = width_of(code_, size);
    core::Layer layer = layer_reading(reads, n);
    layer.start = column_of(vector_of(code_, size, cascade_.levels[i].start));
    for (const auto& map : maps) layer.table.push_back(transition_of(map, size, permutes));
    std::vector<std::vector<std::int64_t>> vectors;
    for (std::uint32_t c = 0; c < size; ++c) vectors.push_back(vector_of(code_, size, c));
    layer.readout = nearest_readout(vectors);

    Emitter emitter{model_.layers.size(), size, {}};
    for (const auto& edge : system_.edges) emitter.on_edge.push_back(system_.tuples[edge.to][i]);
    model_.layers.push_back(std::move(layer));
    coordinates_of_levels_.push_back(emitters_.size());
    emitters_.push_back(std::move(emitter));
    last_reads_ = reads;
    can_remember_ = only_resets;
  }

  core::Transition transition_of(const std::vector<std::uint32_t>& map, std::uint32_t size,
                                 bool permutes) const {
    core::GhProduct product;
    core::Transition transition;
    const std::size_t n = width_of(code_, size);
    const bool injective = is_injective(map);
    // One coordinate alone: a permutation where the level has permutations anyway, else a reset.
    if (defined(map) == 0 || is_part_of_identity(map)) {
      // identity: no factors
    } else if (injective && permutes) {
      const core::Permutation pull = completed(map);
      if (code_ == SymbolCode::signs) {
        product.factors.push_back(flip(1, 0));
      } else {
        product.factors = core::reflections_of(pull);
      }
    } else {
      for (std::size_t j = 0; j < n; ++j) product.factors.push_back(forget(n, j));
      const std::uint32_t target =
          *std::find_if(map.begin(), map.end(), [](std::uint32_t c) { return c != kNone; });
      transition.B = column_of(vector_of(code_, size, target));
    }
    transition.A = std::move(product);
    return transition;
  }

  /// A symbol that a layer holds after the letter, and the class that the symbol before it was in.
  struct Remembered {
    std::uint32_t classes = 1;            ///< of symbols
    std::vector<std::uint32_t> class_of;  ///< [symbols]
    std::vector<std::uint32_t> rank;      ///< [symbols] number inside its class
    std::uint32_t largest = 1;            ///< size of the largest class
  };

  static Remembered remembered(std::vector<std::uint32_t> class_of, std::uint32_t classes) {
    Remembered what{classes, std::move(class_of), {}, 1};
    std::vector<std::uint32_t> count(classes);
    for (const std::uint32_t k : what.class_of) what.rank.push_back(count[k]++);
    for (const std::uint32_t size : count) what.largest = std::max(what.largest, size);
    return what;
  }

  /// A layer that holds the symbol `value_of` a tuple: H = (class, rank, class before). Class and
  /// class before are a shift, A = [[0, 0], [I, 0]], the rank is forgotten and written anew; so no
  /// |A| is above 1. It emits (symbol, class before). `function` is the symbol for an input.
  template <class Value>
  std::pair<core::Layer, Emitter> memory(const Reads& reads, const Remembered& what,
                                         const std::vector<std::uint32_t>& function,
                                         const Value& value_of) const {
    const auto code = [](std::uint32_t size, std::uint32_t symbol) {
      return size == 1 ? std::vector<std::int64_t>{} : vector_of(SymbolCode::signs, size, symbol);
    };
    const auto now = [&](std::uint32_t symbol) {
      return joined(code(what.classes, what.class_of[symbol]),
                    code(what.largest, what.rank[symbol]));
    };
    const std::size_t kept = code(what.classes, 0).size();
    const std::size_t written = now(0).size();
    const std::size_t n = std::max<std::size_t>(written + kept, 1);
    const auto state = [&](std::uint32_t symbol, std::uint32_t class_before) {
      std::vector<std::int64_t> vector = joined(now(symbol), code(what.classes, class_before));
      vector.resize(n);
      return vector;
    };
    core::GhProduct product;  // forget the class before, swap it with the class, forget the rank
    for (std::size_t j = 0; j < kept; ++j) product.factors.push_back(forget(n, written + j));
    for (std::size_t j = 0; j < kept; ++j) product.factors.push_back(swap(n, j, written + j));
    for (std::size_t j = kept; j < written; ++j) product.factors.push_back(forget(n, j));

    core::Layer layer = layer_reading(reads, n);
    layer.start = column_of(state(value_of(0), what.class_of[value_of(0)]));
    for (const std::uint32_t symbol : function) {
      core::Transition transition;
      transition.A = product;
      std::vector<std::int64_t> added = now(symbol == kNone ? 0 : symbol);
      added.resize(n);
      transition.B = column_of(added);
      layer.table.push_back(std::move(transition));
    }
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> pairs;
    const auto pair_of = [&](const ReachableCascade::Edge& edge) {
      return std::pair(value_of(edge.to), what.class_of[value_of(edge.from)]);
    };
    for (const auto& edge : system_.edges) pairs.emplace(pair_of(edge), 0);
    std::vector<std::vector<std::int64_t>> vectors;
    for (auto& [pair, symbol] : pairs) {
      symbol = static_cast<std::uint32_t>(vectors.size());
      vectors.push_back(state(pair.first, pair.second));
    }
    layer.readout = nearest_readout(vectors);
    Emitter emitter{model_.layers.size(), static_cast<std::uint32_t>(vectors.size()), {}};
    for (const auto& edge : system_.edges) emitter.on_edge.push_back(pairs.at(pair_of(edge)));
    return {std::move(layer), std::move(emitter)};
  }

  /// Makes the last level, which only ever resets, emit its coordinate before and after the letter.
  void remember_coordinate() {
    const std::size_t i = coordinates_of_levels_.size() - 1;
    const std::uint32_t size = cascade_.levels[i].size;
    const auto coordinate = [&](std::uint32_t tuple) { return system_.tuples[tuple][i]; };
    const auto function = function_of(
        last_reads_, [&](const ReachableCascade::Edge& edge) { return coordinate(edge.to); });
    std::vector<std::uint32_t> each(size);
    std::iota(each.begin(), each.end(), 0U);
    Emitter plain = emitters_.back();
    core::Layer plain_layer = std::move(model_.layers.back());
    model_.layers.pop_back();
    auto [layer, emitter] =
        memory(last_reads_, remembered(std::move(each), size), function.value(), coordinate);
    model_.layers.push_back(std::move(layer));
    emitters_.back() = std::move(emitter);
    can_remember_ = false;
    if (!reads_of_level(i + 1)) {  // it does not help: leave the level as it was
      emitters_.back() = std::move(plain);
      model_.layers.back() = std::move(plain_layer);
    }
  }

  /// Classes of contexts before the letter that level i, given the letter and the context after it,
  /// need not tell apart: first fit, context by context.
  Remembered classes_before(std::size_t i) const {
    const CascadeLevel& level = cascade_.levels[i];
    using Key = std::pair<std::uint32_t, Letter>;  // context after, letter
    using Maps = std::map<Key, std::vector<std::uint32_t>>;
    std::vector<Maps> of_context(level.contexts);
    for (const auto& edge : system_.edges) {
      Maps& maps = of_context[system_.contexts[edge.from][i]];
      auto& map = maps[{system_.contexts[edge.to][i], edge.letter}];
      map.resize(level.size, kNone);
      map[system_.tuples[edge.from][i]] = system_.tuples[edge.to][i];
    }
    std::vector<Maps> classes;
    std::vector<std::uint32_t> class_of(level.contexts);
    for (std::uint32_t context = 0; context < level.contexts; ++context) {
      std::uint32_t k = 0;
      for (; k < classes.size(); ++k) {
        Maps merged = classes[k];
        if (merge(merged, of_context[context])) {
          classes[k] = std::move(merged);
          break;
        }
      }
      if (k == classes.size()) classes.push_back(of_context[context]);
      class_of[context] = k;
    }
    return remembered(std::move(class_of), static_cast<std::uint32_t>(classes.size()));
  }

  /// Adds partial maps; false if some key's is then no longer injective or constant.
  template <class Maps>
  static bool merge(Maps& into, const Maps& from) {
    for (const auto& [key, map] : from) {
      const auto [it, is_new] = into.emplace(key, map);
      if (is_new) continue;
      for (std::size_t c = 0; c < map.size(); ++c) {
        if (map[c] == kNone) continue;
        if (it->second[c] != kNone && it->second[c] != map[c]) return false;
        it->second[c] = map[c];
      }
      if (!is_constant(it->second) && !is_injective(it->second)) return false;
    }
    return true;
  }

  void add_memory(std::size_t i) {
    const auto context = [&](std::uint32_t tuple) { return system_.contexts[tuple][i]; };
    const auto after = [&](const ReachableCascade::Edge& edge) { return context(edge.to); };
    const auto reads = reads_of_function(after);
    if (!reads) throw_too_large();
    auto [layer, emitter] =
        memory(*reads, classes_before(i), function_of(*reads, after).value(), context);
    model_.layers.push_back(std::move(layer));
    emitters_.push_back(std::move(emitter));
    can_remember_ = false;
    ++memories_;
  }

  // --- output -----------------------------------------------------------------------------------

  Output output_of(std::uint32_t tuple) const { return dfa_.output[system_.states[tuple]]; }

  std::optional<Reads> reads_of_output() const {
    return reads_of_function(
        [&](const ReachableCascade::Edge& edge) { return output_of(edge.to); });
  }

  void finish() {
    if (read_off_last_level()) return;
    const auto reads = reads_of_output();
    if (!reads) throw_too_large();
    add_output(*reads);
  }

  /// Makes the last level's readout the network's, if the output is a linear function of the
  /// level's state and of a few numbers that its input can add to it.
  bool read_off_last_level() {
    const std::size_t i = cascade_.levels.size() - 1;
    const std::uint32_t size = cascade_.levels[i].size;
    // The output as a function of the coordinate, for every input: rows, in which kNone is open.
    std::vector<std::vector<std::uint32_t>> rows(last_reads_.table,
                                                 std::vector<std::uint32_t>(size, kNone));
    for (std::size_t e = 0; e < system_.edges.size(); ++e) {
      const std::uint32_t tuple = system_.edges[e].to;
      std::uint32_t& output = rows[input(last_reads_, e)][system_.tuples[tuple][i]];
      if (output != kNone && output != output_of(tuple)) return false;
      output = output_of(tuple);
    }
    rows.emplace_back(size, kNone);  // the start is a row of its own
    rows.back()[system_.tuples[0][i]] = output_of(0);

    // Inputs with compatible rows are one class.
    std::vector<std::vector<std::uint32_t>> classes;
    std::vector<std::uint32_t> class_of;
    for (const auto& row : rows) {
      std::uint32_t k = 0;
      for (; k < classes.size(); ++k) {
        bool compatible = true;
        for (std::uint32_t c = 0; c < size && compatible; ++c) {
          compatible = row[c] == kNone || classes[k][c] == kNone || row[c] == classes[k][c];
        }
        if (compatible) break;
      }
      if (k == classes.size()) classes.emplace_back(size, kNone);
      for (std::uint32_t c = 0; c < size; ++c) {
        if (row[c] != kNone) classes[k][c] = row[c];
      }
      class_of.push_back(k);
    }
    const auto count = static_cast<std::uint32_t>(classes.size());
    if (count > 64) return false;
    const SymbolCode class_code = count <= 2 ? SymbolCode::signs : SymbolCode::one_hot;
    const auto vector = [&](std::uint32_t c, std::uint32_t k) {
      std::vector<std::int64_t> state = vector_of(code_, size, c);
      return count == 1 ? state : joined(std::move(state), vector_of(class_code, count, k));
    };
    std::vector<std::vector<std::int64_t>> vectors;
    std::vector<Output> outputs;
    for (std::uint32_t k = 0; k < count; ++k) {
      for (std::uint32_t c = 0; c < size; ++c) {
        if (classes[k][c] == kNone) continue;
        vectors.push_back(vector(c, k));
        outputs.push_back(classes[k][c]);
      }
    }
    const auto readout = linear_readout(vectors, outputs, dfa_.labels.size(), kReadoutWork);
    if (!readout) return false;

    core::Layer& layer = model_.layers.back();
    const std::size_t old = layer.n;
    const std::size_t extra = count == 1 ? 0 : width_of(class_code, count);
    layer.n = old + extra;
    if (extra > 0) {
      layer.start = column_of(vector(cascade_.levels[i].start, class_of.back()));
      for (std::size_t x = 0; x < layer.table.size(); ++x) {
        widen(layer.table[x], old, vector_of(class_code, count, class_of[x]));
      }
    }
    layer.readout = *readout;
    return true;
  }

  /// Appends coordinates that forget what they held and are set to `added`.
  static void widen(core::Transition& transition, std::size_t old,
                    const std::vector<std::int64_t>& added) {
    const std::size_t n = old + added.size();
    auto& product = std::get<core::GhProduct>(transition.A);
    for (core::Householder& factor : product.factors) factor.v.resize(n);
    for (std::size_t j = old; j < n; ++j) product.factors.push_back(forget(n, j));
    core::Matrix<core::Real> B(n, 1);
    for (std::size_t j = 0; j < old; ++j) {
      if (transition.B) B(j, 0) = (*transition.B)(j, 0);
    }
    for (std::size_t j = old; j < n; ++j) B(j, 0) = added[j - old];
    transition.B = std::move(B);
  }

  void add_output(const Reads& reads) {
    const auto function =
        function_of(reads, [&](const ReachableCascade::Edge& edge) { return output_of(edge.to); });
    std::vector<std::uint32_t> table = function.value();
    std::replace(table.begin(), table.end(), kNone, 0U);
    model_.layers.push_back(
        lookup_layer(layer_reading(reads, 0).reads, table, dfa_.labels.size(), output_of(0)));
    has_output_layer_ = true;
  }

  // --- the printed wiring -----------------------------------------------------------------------

  /// The tables that the printed proof gives level i: its action in the cascade if the levels above
  /// had the coordinates `c_0, .., c_{i-1}` before the letter, for all that occur together.
  PartialMaps printed_maps(std::size_t i, const Reads& reads) const {
    PartialMaps maps(reads.table, std::vector<std::uint32_t>(cascade_.levels[i].size, kNone));
    for (const auto& edge : system_.edges) {
      std::size_t x = edge.letter;
      for (std::size_t j = 0; j < i; ++j) {
        x = x * emitters_[j].outputs + system_.tuples[edge.from][j];
      }
      maps[x][system_.tuples[edge.from][i]] = system_.tuples[edge.to][i];
    }
    return maps;
  }

  static constexpr std::size_t kOldest = 8;  // how far back a layer looks for what it reads

  const Dfa& dfa_;
  const Cascade cascade_;
  const ReachableCascade system_;
  core::Model model_;
  std::vector<Emitter> emitters_;
  std::vector<std::size_t> coordinates_of_levels_;  ///< emitter of each level
  Reads last_reads_;                                ///< of the last level
  SymbolCode code_ = SymbolCode::signs;             ///< of the last level
  bool can_remember_ = false;  ///< the last layer is a level that only ever resets
  std::size_t memories_ = 0;
  bool has_output_layer_ = false;
};

std::string plural(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace

core::Model cascade_network(const Language& language, const Cascade& cascade, Wiring wiring,
                            const core::Limits& limits) {
  Builder builder(language, cascade, limits);
  core::Model model = wiring == Wiring::repaired ? builder.repaired() : builder.printed();
  core::About& about = model.about;
  about.language = language.name;
  about.construction = "cascade of " + plural(cascade.levels.size(), "permutation-reset level") +
                       " (" + cascade.method + ")";
  about.source =
      "Grazzi et al., Unlocking State-Tracking in Linear RNNs Through Negative Eigenvalues, ICLR "
      "2025, Theorem 4";
  if (wiring == Wiring::printed) {
    about.note =
        "wired as the proof of Theorem 4 is printed: each level sees the states of the "
        "levels above after the letter, where the cascade needs them before it";
    return model;
  }
  about.construction +=
      builder.memories() == 0
          ? ", no memory needed"
          : ", " + plural(builder.memories(), "memory layer") + " for the states before the letter";
  about.source += ", with the wiring repaired; " + cascade.source;
  return model;
}

}  // namespace statewright::automata
