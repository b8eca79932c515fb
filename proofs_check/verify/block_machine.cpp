#include "proofs_check/verify/block_machine.hpp"

#include <algorithm>
#include <bit>

#include "core/error.hpp"

namespace statewright::proofs {
namespace {

constexpr std::size_t kCacheDoubles = 4096;  // a block of states, 32 KiB
constexpr std::size_t kLeastLanes = 64, kMostLanes = 512;

}  // namespace

std::optional<BlockMachine> BlockMachine::make(const Question& question) try {
  return BlockMachine(question);
} catch (const core::Error& error) {
  if (error.facts().fault != core::Fault::unsupported) throw;
  return {};
}

BlockMachine::BlockMachine(const Question& question)
    : question_(question), codes_(question.semantics) {
  for (const core::Layer& layer : question.model.layers) {
    layers_.emplace_back(layer, question.semantics);
    first_entry_.push_back(entries_);
    entries_ += layers_.back().width();
  }
  first_entry_.push_back(entries_);
  for (const auto& label : question.names.label) {
    output_of_label_.push_back(label ? std::uint64_t{*label} : ~std::uint64_t{0});
  }
  per_word_ = 64 / codes_.bits();
  const std::size_t state_words = (entries_ + per_word_ - 1) / per_word_;
  const auto used = static_cast<unsigned>((entries_ - (state_words - 1) * per_word_) *
                                          codes_.bits());  // bits of the last word
  automaton_bits_ = static_cast<unsigned>(std::bit_width(question.automaton.size() - 1));
  const bool fits = used + automaton_bits_ <= 64 && used < 64;
  words_ = state_words + (fits ? 0 : 1);
  automaton_word_ = words_ - 1;
  automaton_shift_ = fits ? used : 0;
  state_bits_ = used;
  lanes_ = std::clamp(kCacheDoubles / entries_ / 8 * 8, kLeastLanes, kMostLanes);
}

std::vector<std::uint64_t> BlockMachine::start() const {
  std::vector<std::uint64_t> row(words_);
  std::size_t e = 0;
  for (const core::LaneLayer& layer : layers_) {
    for (const double x : layer.start()) {
      row[e / per_word_] |= codes_.coder().encode(x) << (e % per_word_ * codes_.bits());
      ++e;
    }
  }
  row[automaton_word_] |= std::uint64_t{question_.automaton.start} << automaton_shift_;
  return row;
}

void BlockMachine::load(const std::uint64_t* rows, std::size_t count, std::size_t first_entry,
                        std::size_t entries, double* states) const {
  const core::Coder& coder = codes_.coder();
  const unsigned bits = codes_.bits();
  const std::uint64_t mask = ~std::uint64_t{0} >> (64 - bits);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t e = first_entry + i;
    const std::uint64_t* word = rows + e / per_word_;
    const auto shift = static_cast<unsigned>(e % per_word_) * bits;
    double* to = states + i * count;
    for (std::size_t l = 0; l < count; ++l) {
      const std::uint64_t code = word[l * words_] >> shift & mask;
      to[l] = coder.decode(code);
    }
  }
}

void BlockMachine::step(std::size_t letter, std::size_t count, Scratch& scratch,
                        bool judged) const {
  const Model& model = question_.model;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const std::span states(scratch.after.data() + first_entry_[i] * count,
                           layers_[i].width() * count);
    const auto& reads = model.layers[i].reads;
    const bool uniform = std::none_of(reads.begin(), reads.end(),
                                      [](const core::Source& source) { return source.layer; });
    if (uniform) {
      std::size_t input = 0;
      for (std::size_t s = 0; s < reads.size(); ++s) input = input * model.letters.size() + letter;
      layers_[i].step(input, states, count);
    } else {
      std::fill_n(scratch.inputs.begin(), count, 0);
      for (const core::Source& source : reads) {
        const auto symbols = static_cast<std::uint32_t>(
            source.layer ? model.layers[*source.layer].readout.c.size() : model.letters.size());
        for (std::size_t l = 0; l < count; ++l) {
          scratch.inputs[l] = scratch.inputs[l] * symbols +
                              (source.layer ? scratch.emitted[*source.layer * count + l]
                                            : static_cast<std::uint32_t>(letter));
        }
      }
      layers_[i].step(std::span<const std::uint32_t>(scratch.inputs.data(), count), states, count);
    }
    if (i + 1 == layers_.size() && !judged) continue;
    layers_[i].read_out(states, count, std::span(scratch.emitted.data() + i * count, count));
  }
}

std::size_t BlockMachine::expand(const std::uint64_t* rows, std::size_t count,
                                 std::uint64_t* successors, bool judged, Scratch& scratch) const {
  const Dfa& automaton = question_.automaton;
  const core::Coder& coder = codes_.coder();
  const std::size_t letters = this->letters();
  scratch.states.resize(entries_ * count);
  scratch.after.resize(entries_ * count);
  scratch.emitted.resize(layers_.size() * count);
  scratch.inputs.resize(count);
  scratch.words.resize(count);
  scratch.automaton.resize(count);
  load(rows, count, 0, entries_, scratch.states.data());
  for (std::size_t l = 0; l < count; ++l) {
    scratch.automaton[l] = automaton_state(rows + l * words_);
  }
  std::size_t first_wrong = kNone;
  for (std::size_t a = 0; a < letters; ++a) {
    std::copy(scratch.states.begin(), scratch.states.end(), scratch.after.begin());
    step(a, count, scratch, judged);
    for (std::size_t w = 0; w < words_; ++w) {
      std::uint64_t* words = scratch.words.data();
      std::fill_n(words, count, 0);
      const std::size_t end = std::min(entries_, (w + 1) * per_word_);
      for (std::size_t e = w * per_word_; e < end; ++e) {
        const auto shift = static_cast<unsigned>(e % per_word_) * codes_.bits();
        const double* from = scratch.after.data() + e * count;
        for (std::size_t l = 0; l < count; ++l) words[l] |= coder.encode(from[l]) << shift;
      }
      if (w == automaton_word_) {
        for (std::size_t l = 0; l < count; ++l) {
          const State q = automaton.step(scratch.automaton[l], question_.names.letter[a]);
          words[l] |= std::uint64_t{q} << automaton_shift_;
        }
      }
      for (std::size_t l = 0; l < count; ++l) {
        successors[(l * letters + a) * words_ + w] = words[l];
      }
    }
    if (!judged) continue;
    const std::uint32_t* output = scratch.emitted.data() + (layers_.size() - 1) * count;
    const std::size_t last =
        std::min(count, first_wrong == kNone ? count : first_wrong / letters + 1);
    for (std::size_t l = 0; l < last; ++l) {
      const State q = automaton.step(scratch.automaton[l], question_.names.letter[a]);
      if (agrees(output[l], q)) continue;
      first_wrong = std::min(first_wrong, l * letters + a);
      break;
    }
  }
  return first_wrong;
}

std::size_t BlockMachine::judge(const std::uint64_t* rows, std::size_t count,
                                Scratch& scratch) const {
  const std::size_t last = layers_.size() - 1, width = layers_[last].width();
  scratch.states.resize(std::max(scratch.states.size(), width * count));
  scratch.emitted.resize(std::max(scratch.emitted.size(), count));
  load(rows, count, first_entry_[last], width, scratch.states.data());
  layers_[last].read_out(std::span(scratch.states.data(), width * count), count,
                         std::span(scratch.emitted.data(), count));
  for (std::size_t l = 0; l < count; ++l) {
    if (!agrees(scratch.emitted[l], automaton_state(rows + l * words_))) return l;
  }
  return kNone;
}

void BlockMachine::unpack(const std::uint64_t* row, std::vector<std::uint64_t>& codes) const {
  const std::uint64_t mask = ~std::uint64_t{0} >> (64 - codes_.bits());
  for (std::size_t e = 0; e < entries_; ++e) {
    codes.push_back(row[e / per_word_] >> (e % per_word_ * codes_.bits()) & mask);
  }
}

}  // namespace statewright::proofs
