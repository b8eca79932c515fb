#pragma once

// Internal: simulate by vectors, a lane for each word. Included by one file for each width.

#include <limits>
#include <memory>
#include <new>
#include <vector>

#include "kernels/close_readout.hpp"
#include "kernels/drawn_engine.hpp"
#include "kernels/generator.hpp"
#include "kernels/simulate_parts.hpp"
#include "kernels/vectors.hpp"
#if STATEWRIGHT_LANE_BYTES == 16
#include "kernels/whole_engine.hpp"
#endif

namespace statewright::kernels {
namespace {

/// The next letters of a vector's words.
template <class T>
class LetterBlock {
 public:
  using V = typename LanesOf<T>::V;
  using U = typename Carrier<T>::U;
  using Units = typename Carrier<V>::U;
  static constexpr std::size_t lanes = sizeof(V) / sizeof(T);
  static constexpr std::uint32_t kMost = 64;  ///< letters of a block

  /// `chosen`: as Job has it.
  LetterBlock(const Words& words, std::uint32_t letters, std::uint64_t begin, std::size_t count,
              const std::uint64_t* chosen = nullptr)
      : words_(words),
        row_(words.row_size()),
        letters_(letters),
        per_half_(letters_in_half(letters)) {
    for (std::size_t l = 0; l < lanes; ++l) {
      const std::uint64_t index = begin + std::min(l, count - 1);
      word_[l] = chosen != nullptr ? chosen[index] : index;
      const WordKeys keys = word_keys(words.seed, words.first + word_[l]);
      first_[l] = keys.first;
      second_[l] = keys.second;
    }
    size_ = words.bits != 0 ? kMost : kMost / (2 * per_half_) * (2 * per_half_);
  }

  std::uint32_t size() const { return size_; }

  /// Letters begin, .., begin + size() - 1, of which those beyond the words' length mean nothing.
  void fill(std::uint64_t begin) {
    if (words_.bits != 0) return unpack(begin);
    const std::uint32_t per_draw = 2 * per_half_;
    std::uint64_t block = begin / per_draw;
    for (std::uint32_t at = 0; at < size_; at += per_draw, ++block) {
      std::uint32_t low[lanes], high[lanes];
      for (std::size_t l = 0; l < lanes; ++l) {
        const std::uint64_t draw = WordKeys{first_[l], second_[l]}.draw(block);
        low[l] = static_cast<std::uint32_t>(draw);
        high[l] = static_cast<std::uint32_t>(draw >> 32);
      }
      for (std::uint32_t i = 0; i < per_half_; ++i) {
        U* early = letter_ + (at + i) * lanes;
        U* late = early + per_half_ * lanes;
        for (std::size_t l = 0; l < lanes; ++l) {
          early[l] = take_letter(low[l], letters_);
          late[l] = take_letter(high[l], letters_);
        }
      }
    }
  }

  STATEWRIGHT_ANYWHERE void get(Units& to, std::uint32_t i) const {
    std::memcpy(&to, letter_ + i * lanes, sizeof to);
  }

 private:
  /// Number by number: a block begins with one, as the most letters that one holds divide kMost.
  void unpack(std::uint64_t begin) {
    const std::uint32_t bits = words_.bits, per = 32 / bits;
    const std::uint32_t mask = bits == 32 ? ~0U : (1U << bits) - 1;
    const std::uint64_t left = words_.length - begin;
    const auto numbers =
        static_cast<std::uint32_t>((std::min<std::uint64_t>(size_, left) + per - 1) / per);
    for (std::size_t l = 0; l < lanes; ++l) {
      const std::uint32_t* row = words_.packed.data() + word_[l] * row_ + begin / per;
      for (std::uint32_t i = 0; i < numbers; ++i) {
        std::uint64_t number = row[i];
        for (std::uint32_t j = 0; j < per; ++j, number >>= bits) {
          letter_[(i * per + j) * lanes + l] = static_cast<std::uint32_t>(number) & mask;
        }
      }
    }
  }

  const Words& words_;
  std::uint64_t row_ = 0;
  std::uint32_t letters_ = 0, per_half_ = 1, size_ = 0;
  std::uint64_t word_[lanes] = {}, first_[lanes] = {}, second_[lanes] = {};
  U letter_[kMost * lanes] = {};
};

/// Compares the last layer with the machine.
template <class T>
class Judge {
 public:
  using V = typename LanesOf<T>::V;
  using U = typename Carrier<T>::U;
  using Units = typename Carrier<V>::U;
  using Bits = typename Carrier<V>::I;
  static constexpr std::size_t lanes = sizeof(V) / sizeof(T);

  Judge(const ProgramView<T>& program, std::size_t count)
      : machine_(program.machine), letters_(Units{} + program.letters) {
    U alive[lanes];
    for (std::size_t l = 0; l < lanes; ++l) alive[l] = l < count && machine_.states != 0 ? 1 : 0;
    Units one;
    std::memcpy(&one, alive, sizeof one);
    alive_ = one != Units{};
    q_ = Units{} + machine_.start;
  }

  STATEWRIGHT_ANYWHERE void step(const Units& letter) {
    const Units place = q_ * letters_ + letter;
    gather(q_, machine_.next, place);
  }

  STATEWRIGHT_ANYWHERE bool is_any_alive() const { return any(alive_); }

  /// Whether some word that was right so far is in a state not known to be right.
  STATEWRIGHT_ANYWHERE bool doubts(const Rows<V>& h) const {
    Bits same = alive_;
    for (std::size_t e = 0; e < machine_.width; ++e) {
      V known;
      gather(known, machine_.known + e * machine_.states, q_);
      same &= known == h[e];
    }
    return any(alive_ & ~same);
  }

  /// `output` is what the words' states give. Outcome: void note(word, position).
  template <class Outcome>
  void compare(const Units& output, std::uint64_t begin, std::uint64_t position, Outcome& outcome) {
    Units right;
    gather(right, machine_.output, q_);
    const Bits wrong = alive_ & (output != right);
    if (!any(wrong)) return;
    typename Carrier<T>::I flags[lanes];
    std::memcpy(flags, &wrong, sizeof flags);
    for (std::size_t l = 0; l < lanes; ++l) {
      if (flags[l] != 0) outcome.note(begin + l, position);
    }
    alive_ &= ~wrong;
  }

 private:
  MachineView<T> machine_;
  Units letters_, q_;
  Bits alive_;
};

/// What layers emit, by rounded scores or exactly.
template <class T, Kind kind>
class Readouts {
 public:
  using V = typename LanesOf<T>::V;
  using U = typename Carrier<T>::U;
  using Units = typename Carrier<V>::U;

  explicit Readouts(const Job<T>& job)
      : layers_(job.program.layers), engine_(job.program.plan), decided_(job.decided) {}

  /// Of layer k, whose state is h.
  STATEWRIGHT_ANYWHERE void get(std::uint32_t k, const Rows<V>& h, Units& best) const {
    if (decided_ == nullptr) return engine_.read_out(layers_[k], h, best);
    decide(k, h, best);
  }

 private:
  [[gnu::noinline]] void decide(std::uint32_t k, const Rows<V>& h, Units& best) const {
    constexpr std::size_t lanes = sizeof(V) / sizeof(T);
    typename Carrier<V>::I doubtful;
    read_out_or_doubt(layers_[k], h, best, doubtful);
    if (!any(doubtful)) return;
    typename Carrier<T>::I flags[lanes];
    U emitted[lanes];
    std::memcpy(flags, &doubtful, sizeof flags);
    std::memcpy(emitted, &best, sizeof emitted);
    const std::size_t width = layers_[k].n * layers_[k].d;
    std::vector<double> state(width);
    for (std::size_t l = 0; l < lanes; ++l) {
      if (flags[l] == 0) continue;
      for (std::size_t e = 0; e < width; ++e) {
        T values[lanes];
        std::memcpy(values, &h[e], sizeof values);
        state[e] = values[l];
      }
      emitted[l] = decided_->decide(k, state.data(), width);
    }
    std::memcpy(&best, emitted, sizeof emitted);
  }

  const LayerView<T>* layers_;
  Engine<V, kind> engine_;
  DecidedStates* decided_;
};

/// All layers in their order.
template <class T, Kind kind, bool tensor = false>
class LayerSteps {
 public:
  using V = typename LanesOf<T>::V;
  using Units = typename Carrier<V>::U;
  static constexpr bool kDraws = false;

  LayerSteps(const Job<T>& job, V* memory)
      : program_(job.program), engine_(program_.plan), readouts_(job), memory_(memory) {}

  STATEWRIGHT_ANYWHERE void step(const Units& letter) {
    const Rows<V> scratch{memory_ + program_.width, 1};
    for (std::uint32_t k = 0; k < program_.layer_count; ++k) {
      const LayerView<T>& layer = program_.layers[k];
      Units move;
      find_move(layer, letter, emitted_, move);
      const Rows<V> h{memory_ + layer.offset, 1};
      engine_.step(layer, move, h, scratch);
      if (layer.is_read) readouts_.get(k, h, emitted_[k]);
    }
  }

 private:
  const ProgramView<T>& program_;
  Engine<V, kind, tensor> engine_;
  Readouts<T, kind> readouts_;
  V* memory_;
  Units emitted_[kMostLayers];
};

/// One layer of PairFactors. Entries that are 0 contribute the zero that is added without effect,
/// so that any order of summing gives the one rounded sum of the other two.
template <Kind kind, unsigned n, bool unit>
class PairSteps {
 public:
  using V = FloatLanes;
  static constexpr bool kDraws = false;

  PairSteps(const Job<float>& job, V* memory) : pairs_(*job.pairs), memory_(memory) {
    spread(fl_, job.program.plan.accumulate);
  }

  STATEWRIGHT_ANYWHERE void step(const Word32Lanes& letter) {
    Word32Lanes numbers;
    gather(numbers, pairs_.letters.data(), letter);
    const V none = {};
    V h[n];
    for (unsigned j = 0; j < n; ++j) h[j] = memory_[j];
    for (unsigned slot = 0; slot < pairs_.slots; ++slot, numbers >>= 8) {
      V key[n], term[n], w, x;
      for (unsigned j = 0; j < n; ++j) {
        look_up_16(key[j], pairs_.keys[j], numbers);
        term[j] = key[j] * h[j];
        if constexpr (!unit) round_to<kind>(fl_, term[j]);
        term[j] = key[j] != none ? term[j] : fl_.neutral;
      }
      w = term[0];
      for (unsigned j = 1; j + 1 < n; j += 2) w += term[j] + term[j + 1];
      if constexpr (n % 2 == 0) w += term[n - 1];
      round_to<kind>(fl_, w);
      if constexpr (!unit) {
        look_up_16(x, pairs_.scales, numbers);
        w *= x;
        round_to<kind>(fl_, w);
      }
      for (unsigned j = 0; j < n; ++j) {
        x = key[j] * w;
        if constexpr (!unit) round_to<kind>(fl_, x);
        x = h[j] - x;
        round_to<kind>(fl_, x);
        h[j] = key[j] != none ? x : h[j];
      }
    }
    for (unsigned j = 0; j < n; ++j) memory_[j] = h[j];
  }

 private:
  const PairFactors& pairs_;
  Constants<V> fl_;
  V* memory_;
};

/// All layers in their order, with stochastic roundings.
template <bool rare>
class DrawnSteps {
 public:
  using V = DoubleLanes;
  using Units = Word64Lanes;
  static constexpr bool kDraws = true;

  DrawnSteps(const Job<double>& job, V* memory)
      : program_(job.program),
        engine_(*job.drawn),
        readouts_(job),
        draws_scores_(job.drawn->readout.is_drawn && job.decided == nullptr),
        counts_scores_(job.decided == nullptr),
        memory_(memory) {}

  /// Whether a state may emit this now and that later.
  bool draws_scores() const { return draws_scores_; }

  void start() {
    const Units none = {};
    position_ = 0;
    counter_ = none;
    for (std::uint32_t k = 0; k + 1 < program_.layer_count; ++k) skip_readout(k);
  }

  STATEWRIGHT_ANYWHERE void step(const Units& letter) {
    const Units none = {};
    const Rows<V> scratch{memory_ + program_.width, 1};
    counter_ = none + (++position_ << 32U);
    for (std::uint32_t k = 0; k < program_.layer_count; ++k) {
      const LayerView<double>& layer = program_.layers[k];
      Units move;
      find_move(layer, letter, emitted_, move);
      const Rows<V> h{memory_ + layer.offset, 1};
      engine_.step(layer, move, h, scratch, counter_);
      if (layer.is_read) read_out(k, h, emitted_[k]);
      if (k + 1 < program_.layer_count) skip_readout(k);
    }
  }

  /// Of layer k, which the last step or start() came to: of inner layers within a step.
  STATEWRIGHT_ANYWHERE void read_out(std::uint32_t k, const Rows<V>& h, Units& best) const {
    if (!draws_scores_) return readouts_.get(k, h, best);
    engine_.read_out(program_.layers[k], h, counter_, best);
  }

 private:
  STATEWRIGHT_ANYWHERE void skip_readout(std::uint32_t k) {
    if (counts_scores_) counter_ += DrawnEngine<V>::readout_count(program_.layers[k]);
  }

  const ProgramView<double>& program_;
  DrawnEngine<V, rare> engine_;
  Readouts<double, rare ? Kind::wrapping : Kind::general> readouts_;
  bool draws_scores_, counts_scores_;
  V* memory_;
  std::uint64_t position_ = 0;
  Units counter_ = {};
  Units emitted_[kMostLayers];
};

#if STATEWRIGHT_LANE_BYTES == 16
/// All layers in their order in whole numbers, a lane at a time. Wide vectors gain nothing.
class WholeSteps {
 public:
  using V = DoubleLanes;
  using Units = Word64Lanes;
  static constexpr bool kDraws = true;

  WholeSteps(const Job<double>& job, V* memory)
      : program_(job.program),
        engine_{*job.whole},
        readouts_(job),
        is_exact_(job.decided != nullptr),
        memory_(memory) {}

  bool draws_scores() const { return engine_.plan.readout.is_drawn && !is_exact_; }

  void start() {
    position_ = 0;
    for (std::uint64_t& counter : counter_) counter = 0;
    for (std::uint32_t k = 0; k + 1 < program_.layer_count; ++k) skip_readout(k);
  }

  void step(const Units& letter) {
    ++position_;
    for (std::uint64_t& counter : counter_) counter = position_ << 32U;
    for (std::uint32_t k = 0; k < program_.layer_count; ++k) {
      const LayerView<double>& layer = program_.layers[k];
      Units move;
      find_move(layer, letter, emitted_, move);
      for (std::size_t l = 0; l < kLanes; ++l) {
        engine_.step(k, layer, move[l], rows(layer.offset, l), rows(program_.width, l),
                     counter_[l]);
      }
      if (layer.is_read) read_out(k, {memory_ + layer.offset, 1}, emitted_[k]);
      if (k + 1 < program_.layer_count) skip_readout(k);
    }
  }

  void read_out(std::uint32_t k, const Rows<V>& h, Units& best) const {
    if (is_exact_) return readouts_.get(k, h, best);
    const LayerView<double>& layer = program_.layers[k];
    for (std::size_t l = 0; l < kLanes; ++l) {
      best[l] = engine_.read_out(layer, rows(layer.offset, l), counter_[l]);
    }
  }

 private:
  static constexpr std::size_t kLanes = sizeof(V) / sizeof(double);

  /// The numbers of one lane from that one on.
  Rows<double> rows(std::size_t offset, std::size_t lane) const {
    return {reinterpret_cast<double*>(memory_ + offset) + lane, kLanes};
  }

  void skip_readout(std::uint32_t k) {
    if (is_exact_) return;
    const LayerView<double>& layer = program_.layers[k];
    for (std::uint64_t& counter : counter_) counter += DrawnEngine<V>::readout_count(layer);
  }

  const ProgramView<double>& program_;
  WholeEngine engine_;
  Readouts<double, Kind::native> readouts_;
  bool is_exact_;
  V* memory_;
  std::uint64_t position_ = 0, counter_[kLanes] = {};
  Units emitted_[kMostLayers];
};
#endif

template <class T, Kind kind, class Steps>
class Group {
 public:
  using V = typename LanesOf<T>::V;
  using U = typename Carrier<T>::U;
  using Units = typename Carrier<V>::U;
  static constexpr std::size_t lanes = sizeof(V) / sizeof(T);

  Group(const Job<T>& job, V* memory)
      : job_(job), program_(job.program), readouts_(job), memory_(memory), steps_(job, memory) {}

  void run(std::uint64_t begin, std::size_t count, Outcome& outcome) {
    const std::uint32_t last = program_.layer_count - 1;
    const Rows<V> h_last{memory_ + program_.layers[last].offset, 1};
    for (std::uint32_t i = 0; i < program_.layer_count; ++i) {
      const LayerView<T>& layer = program_.layers[i];
      for (std::size_t e = 0; e < layer.n * layer.d; ++e) {
        memory_[layer.offset + e] = layer.start[e] - V{};
      }
    }
    LetterBlock<T> letters(job_.words, program_.letters, begin, count, job_.chosen);
    Judge<T> judge(program_, count);
    const bool compares = job_.compares(), every = job_.emit == Emit::every;
    const bool must_finish = job_.emit != Emit::nothing || job_.states != nullptr;
    Units output = {};
    bool always = job_.emit == Emit::every;
    if constexpr (Steps::kDraws) {
      steps_.start();
      always = always || (compares && steps_.draws_scores());
    }
    if (compares || job_.words.length == 0) {
      read_out(last, h_last, output);
      if (compares) judge.compare(output, begin, 0, outcome);
    }
    bool goes_on = must_finish || judge.is_any_alive();
    for (std::uint64_t t = 0; t < job_.words.length && goes_on; t += letters.size()) {
      if (job_.gives_up != nullptr && (*job_.gives_up)()) return;
      letters.fill(t);
      const auto stop = static_cast<std::uint32_t>(
          std::min<std::uint64_t>(letters.size(), job_.words.length - t));
      for (std::uint32_t i = 0; i < stop; ++i) {
        Units letter;
        letters.get(letter, i);
        steps_.step(letter);
        if (compares) judge.step(letter);
        if (always || (compares && judge.doubts(h_last))) {
          read_out(last, h_last, output);
          if (compares) judge.compare(output, begin, t + i + 1, outcome);
          if (every) emit(output, begin, count, job_.words.length, t + i);
        }
      }
      goes_on = must_finish || judge.is_any_alive();
    }
    if (job_.emit == Emit::last) {
      read_out(last, h_last, output);
      emit(output, begin, count, 1, 0);
    }
    if (job_.states != nullptr) save(begin, count);
  }

 private:
  STATEWRIGHT_ANYWHERE void read_out(std::uint32_t last, const Rows<V>& h, Units& output) const {
    if constexpr (Steps::kDraws) {
      steps_.read_out(last, h, output);
    } else {
      readouts_.get(last, h, output);
    }
  }

  void emit(const Units& output, std::uint64_t begin, std::size_t count, std::uint64_t stride,
            std::uint64_t place) const {
    U values[lanes];
    std::memcpy(values, &output, sizeof values);
    for (std::size_t l = 0; l < count; ++l) {
      job_.outputs[(begin + l) * stride + place] = static_cast<std::uint32_t>(values[l]);
    }
  }

  void save(std::uint64_t begin, std::size_t count) const {
    for (std::size_t e = 0; e < program_.width; ++e) {
      T values[lanes];
      std::memcpy(values, &memory_[e], sizeof values);
      for (std::size_t l = 0; l < count; ++l) {
        const double x = values[l];
        job_.states[(begin + l) * program_.width + e] =
            x != x ? std::numeric_limits<double>::quiet_NaN() : x;
      }
    }
  }

  const Job<T>& job_;
  const ProgramView<T>& program_;
  Readouts<T, kind> readouts_;
  V* memory_;
  Steps steps_;
};

/// Numbers of the states, and scratch for the widest layer.
template <class T>
std::size_t memory_size(const ProgramView<T>& program) {
  std::size_t widest = 0;
  for (std::uint32_t i = 0; i < program.layer_count; ++i) {
    widest = std::max(widest, std::size_t{program.layers[i].n} * program.layers[i].d);
  }
  return program.width + widest;
}

template <class T, Kind kind, class Steps>
void run_with(const Job<T>& job, std::uint64_t begin, std::uint64_t end, Outcome& outcome) {
  using V = typename LanesOf<T>::V;
  constexpr std::size_t lanes = sizeof(V) / sizeof(T);
  const std::size_t bytes = memory_size(job.program) * sizeof(V);
  void* memory = ::operator new (bytes, std::align_val_t{sizeof(V)});
  Group<T, kind, Steps> group(job, static_cast<V*>(memory));
  for (; begin < end; begin += lanes) {
    group.run(begin, std::min<std::uint64_t>(lanes, end - begin), outcome);
  }
  ::operator delete (memory, std::align_val_t{sizeof(V)});
}

template <Kind kind, unsigned n>
void run_pairs(const Job<float>& job, std::uint64_t begin, std::uint64_t end, Outcome& outcome) {
  if (job.pairs->unit) {
    return run_with<float, kind, PairSteps<kind, n, true>>(job, begin, end, outcome);
  }
  run_with<float, kind, PairSteps<kind, n, false>>(job, begin, end, outcome);
}

template <class T, Kind kind>
void run_as(const Job<T>& job, std::uint64_t begin, std::uint64_t end, Outcome& outcome) {
  if constexpr (sizeof(T) == 4) {
    switch (job.pairs != nullptr ? job.pairs->n : 0) {
      case 3:
        return run_pairs<kind, 3>(job, begin, end, outcome);
      case 4:
        return run_pairs<kind, 4>(job, begin, end, outcome);
      case 5:
        return run_pairs<kind, 5>(job, begin, end, outcome);
      default:
        break;
    }
  }
  run_with<T, kind, LayerSteps<T, kind>>(job, begin, end, outcome);
}

template <Kind kind>
void run_tensor(const Job<double>& job, std::uint64_t begin, std::uint64_t end, Outcome& outcome) {
  run_with<double, kind, LayerSteps<double, kind, true>>(job, begin, end, outcome);
}

template <class T>
void run_words(const Job<T>& job, std::uint64_t begin, std::uint64_t end, Outcome& outcome) {
#if STATEWRIGHT_LANE_BYTES == 16
  if constexpr (sizeof(T) == 8) {
    if (job.whole != nullptr) {
      return run_with<double, Kind::native, WholeSteps>(job, begin, end, outcome);
    }
  }
#endif
  if constexpr (sizeof(T) == 8) {
    if (job.drawn != nullptr) {
      if (is_rare(*job.drawn)) {
        return run_with<double, Kind::general, DrawnSteps<true>>(job, begin, end, outcome);
      }
      return run_with<double, Kind::general, DrawnSteps<false>>(job, begin, end, outcome);
    }
  }
  if constexpr (sizeof(T) == 8) {
    if (job.program.plan.tensor.group != 0) {
      if (kind_of(job.program.plan) == Kind::plain) {
        return run_tensor<Kind::plain>(job, begin, end, outcome);
      }
      return run_tensor<Kind::wrapping>(job, begin, end, outcome);
    }
  }
  switch (kind_of(job.program.plan)) {
    case Kind::native:
      return run_as<T, Kind::native>(job, begin, end, outcome);
    case Kind::cut:
      if constexpr (sizeof(T) == 4) run_as<T, Kind::cut>(job, begin, end, outcome);
      return;
    case Kind::plain:
      return run_as<T, Kind::plain>(job, begin, end, outcome);
    case Kind::general:
      if constexpr (sizeof(T) == 8) run_as<T, Kind::general>(job, begin, end, outcome);
      return;
    case Kind::wrapping:
      if constexpr (sizeof(T) == 8) run_as<T, Kind::wrapping>(job, begin, end, outcome);
      return;
  }
}

}  // namespace
}  // namespace statewright::kernels
