#pragma once

// Internal: chunked against letter by letter evaluation, or against a machine, by vectors, a lane
// for each word. Included by one file for each width.

#include "kernels/chunk_parts.hpp"
#include "kernels/simulate_lanes.hpp"

namespace statewright::kernels {
namespace {

template <class T, Kind kind>
class ChunkGroup {
 public:
  using V = typename LanesOf<T>::V;
  using U = typename Carrier<T>::U;
  using Units = typename Carrier<V>::U;
  static constexpr std::size_t lanes = sizeof(V) / sizeof(T);

  ChunkGroup(const ChunkJob<T>& job, V* memory, Units* moves)
      : job_(job),
        engine_(job.chunked.plan),
        chunks_{engine_.fl},
        steps_(memory),
        h_(steps_ + job.chunked.width),
        S_(h_ + job.chunked.width),
        w_(S_ + job.chunked.width),
        scratch_(w_ + job.w_count),
        moves_(moves) {}

  void run(std::uint64_t begin, std::size_t count) {
    for (std::uint32_t k = 0; k < job_.chunked.layer_count; ++k) {
      const LayerView<T>& layer = job_.chunked.layers[k];
      for (std::size_t e = 0; e < layer.n * layer.d; ++e) {
        const V x = layer.start[e] - V{};
        steps_[layer.offset + e] = h_[layer.offset + e] = S_[layer.offset + e] = x;
      }
    }
    LetterBlock<T> letters(job_.words, job_.chunked.letters, begin, count);
    Judge<T> judge(job_.chunked, count);
    Firsts firsts{job_.first};
    Units output;
    compare(judge, output, begin, 0, count, firsts);
    std::uint32_t at = 0;
    const std::uint64_t length = job_.words.length;
    for (std::uint64_t t = 0; t < length && goes_on(firsts.found, count); t += letters.size()) {
      if (job_.gives_up != nullptr && (*job_.gives_up)()) return;
      letters.fill(t);
      const auto stop =
          static_cast<std::uint32_t>(std::min<std::uint64_t>(letters.size(), length - t));
      for (std::uint32_t i = 0; i < stop; ++i) {
        Units letter;
        letters.get(letter, i);
        step(letter, at);
        at = at + 1 == job_.chunk ? 0 : at + 1;
        if (job_.is_judged()) judge.step(letter);
        compare(judge, output, begin, t + i + 1, count, firsts);
        if (job_.outputs == nullptr) continue;
        for (std::size_t l = 0; l < count; ++l) {
          job_.outputs[(begin + l) * length + t + i] = static_cast<std::uint32_t>(output[l]);
        }
      }
    }
    if (job_.states == nullptr) return;
    for (std::size_t e = 0; e < job_.chunked.width; ++e) {
      for (std::size_t l = 0; l < count; ++l) {
        const double x = h_[e][l];
        job_.states[(begin + l) * job_.chunked.width + e] =
            x != x ? std::numeric_limits<double>::quiet_NaN() : x;
      }
    }
  }

 private:
  /// Where words differ first; all begin as never.
  struct Firsts {
    std::uint64_t* first;
    std::size_t found = 0;
    void note(std::uint64_t word, std::uint64_t position) {
      if (first[word] != kNeverDiffers) return;
      first[word] = position;
      ++found;
    }
  };

  bool goes_on(std::size_t different, std::size_t count) const {
    return job_.must_finish() || different < count;
  }

  void step(const Units& letter, std::uint32_t at) {
    Units move;
    for (std::uint32_t k = 0; k < job_.sequential.layer_count && !job_.is_judged(); ++k) {
      const LayerView<T>& layer = job_.sequential.layers[k];
      find_move(layer, letter, steps_emitted_, move);
      const Rows<V> h{steps_ + layer.offset, 1};
      engine_.step(layer, move, h, {scratch_, 1});
      if (layer.is_read) engine_.read_out(layer, h, steps_emitted_[k]);
    }
    for (std::uint32_t k = 0; k < job_.chunked.layer_count; ++k) {
      const LayerView<T>& layer = job_.chunked.layers[k];
      const ChunkView<T>& chunk = job_.layers[k];
      find_move(layer, letter, emitted_, move);
      const Rows<V> h{h_ + layer.offset, 1}, S{S_ + layer.offset, 1};
      chunks_.step(layer, chunk, move, at, h, S, {w_ + chunk.w_offset, 1},
                   {moves_ + chunk.m_offset, 1});
      if (at + 1 == job_.chunk) {
        for (std::size_t e = 0; e < layer.n * layer.d; ++e) S[e] = h[e];
      }
      if (layer.is_read) engine_.read_out(layer, h, emitted_[k]);
    }
  }

  /// `output` becomes what the words emit, if that is asked for or in doubt.
  void compare(Judge<T>& judge, Units& output, std::uint64_t begin, std::uint64_t position,
               std::size_t count, Firsts& firsts) const {
    const std::uint32_t last = job_.chunked.layer_count - 1;
    const LayerView<T>& layer = job_.chunked.layers[last];
    const Rows<V> h{h_ + layer.offset, 1};
    if (job_.is_judged()) {
      if (job_.outputs == nullptr && position != 0 && !judge.doubts(h)) return;
      engine_.read_out(layer, h, output);
      judge.compare(output, begin, position, firsts);
      return;
    }
    Units other = {};
    engine_.read_out(layer, h, output);
    engine_.read_out(job_.sequential.layers[last], {steps_ + layer.offset, 1}, other);
    const Units differ = output ^ other;
    if (!any(differ)) return;
    for (std::size_t l = 0; l < count; ++l) {
      if (differ[l] != 0) firsts.note(begin + l, position);
    }
  }

  const ChunkJob<T>& job_;
  Engine<V, kind> engine_;
  ChunkEngine<V, kind> chunks_;
  V *steps_, *h_, *S_, *w_, *scratch_;
  Units* moves_;
  Units steps_emitted_[kMostLayers], emitted_[kMostLayers];
};

template <class T, Kind kind>
void compare_as(const ChunkJob<T>& job, std::uint64_t begin, std::uint64_t end) {
  using V = typename LanesOf<T>::V;
  using Units = typename Carrier<V>::U;
  constexpr std::size_t lanes = sizeof(V) / sizeof(T);
  void* memory =
      ::operator new ((job.memory() + job.m_count) * sizeof(V), std::align_val_t{sizeof(V)});
  auto* numbers = static_cast<V*>(memory);
  ChunkGroup<T, kind> group(job, numbers, reinterpret_cast<Units*>(numbers + job.memory()));
  for (; begin < end; begin += lanes) {
    group.run(begin, std::min<std::uint64_t>(lanes, end - begin));
  }
  ::operator delete (memory, std::align_val_t{sizeof(V)});
}

template <class T>
void compare_words(const ChunkJob<T>& job, std::uint64_t begin, std::uint64_t end) {
  switch (kind_of(job.chunked.plan)) {
    case Kind::native:
      return compare_as<T, Kind::native>(job, begin, end);
    case Kind::cut:
      if constexpr (sizeof(T) == 4) compare_as<T, Kind::cut>(job, begin, end);
      return;
    case Kind::plain:
      return compare_as<T, Kind::plain>(job, begin, end);
    case Kind::general:
      if constexpr (sizeof(T) == 8) compare_as<T, Kind::general>(job, begin, end);
      return;
    case Kind::wrapping:
      if constexpr (sizeof(T) == 8) compare_as<T, Kind::wrapping>(job, begin, end);
      return;
  }
}

}  // namespace
}  // namespace statewright::kernels
