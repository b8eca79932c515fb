#include "core/lrnn/lanes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/error.hpp"
#include "core/lrnn/lanes_engine.hpp"
#include "core/lrnn/rounded_evaluator.hpp"

namespace statewright::core {
namespace {

using detail::Draw;
using detail::LanePlan;
using detail::Operations;
using Move = LanePlan<double>::Move;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

void check_supported(const Semantics& semantics) {
  const auto refuse = [&](const char* what) {
    throw Error({Fault::unsupported, "arithmetic",
                 "operations rounded one by one to formats without random bits, for lock-step",
                 core::quoted(semantics.id(), 120) + what, "RoundedModel evaluates it"});
  };
  if (semantics.kind != Semantics::Kind::stepwise) refuse("");
  const auto* accumulate = std::get_if<Format>(&semantics.accumulate);
  if (accumulate == nullptr) refuse(", with a tensor core");
  for (const Format& format :
       {semantics.state, *accumulate, semantics.readout.value_or(*accumulate)}) {
    if (format.is_stochastic()) refuse(", with random bits");
  }
}

void check_size(std::size_t expected, std::size_t found, const char* where) {
  if (expected == found) return;
  throw Error({Fault::shape, where, std::to_string(expected) + " entries", std::to_string(found)});
}

void check_inputs(std::span<const std::uint32_t> inputs, std::size_t count) {
  std::uint32_t largest = 0;
  for (const std::uint32_t input : inputs) largest = std::max(largest, input);
  if (inputs.empty() || largest < count) return;
  throw Error({Fault::range, "input of a layer", "a number below " + std::to_string(count),
               std::to_string(largest)});
}

/// One lane after the other through the operations of the specification: right in all formats.
class Scalar {
 public:
  explicit Scalar(const Semantics& semantics)
      : fl_(std::get<Format>(semantics.accumulate),
            {std::get<Format>(semantics.accumulate), semantics.io, semantics.state}),
        state_(semantics.state),
        stores_again_(semantics.state != fl_.format()) {}

  /// h: [n d], entries `stride` apart.
  void step(const LanePlan<double>& plan, const Move& move, double* h, std::size_t stride) const {
    for (std::size_t c = 0; c < plan.d; ++c) {
      const auto entry = [&](std::size_t i) -> double& { return h[(i * plan.d + c) * stride]; };
      switch (move.kind) {
        case Move::Kind::product:
          for (const auto& factor : move.factors) apply(factor, entry);
          break;
        case Move::Kind::diagonal:
          for (std::size_t i = 0; i < plan.n; ++i) entry(i) = st(mul(move.A[i].value, entry(i)));
          break;
        case Move::Kind::dense:
          multiply(plan, move, c, entry);
          continue;
      }
      if (move.B.empty()) continue;
      for (std::size_t i = 0; i < plan.n; ++i) {
        entry(i) = st(add(entry(i), move.B[i * plan.d + c]));
      }
    }
  }

 private:
  double mul(double a, double b) const {
    Draw draw(0);
    return fl_.mul(a, b, draw);
  }
  double add(double a, double b) const {
    Draw draw(0);
    return fl_.add(a, b, draw);
  }
  double st(double x) const { return stores_again_ ? state_(x) : x; }

  template <class Entry>
  void apply(const LanePlan<double>::Factor& factor, const Entry& entry) const {
    const auto term = [&](std::size_t k) {
      return mul(factor.keys[k].of_state.value, entry(factor.keys[k].row));
    };
    double s = term(0);
    for (std::size_t k = 1; k < factor.keys.size(); ++k) s = add(s, term(k));
    const double w = mul(factor.scale.value, s);
    for (const auto& key : factor.keys) {
      entry(key.row) = st(add(entry(key.row), -mul(key.of_sum.value, w)));
    }
  }

  template <class Entry>
  void multiply(const LanePlan<double>& plan, const Move& move, std::size_t column,
                const Entry& entry) const {
    std::vector<double> after(plan.n);
    for (std::size_t i = 0; i < plan.n; ++i) {
      const auto term = [&](std::size_t j) { return mul(move.A[i * plan.n + j].value, entry(j)); };
      double s = term(0);
      for (std::size_t j = 1; j < plan.n; ++j) s = add(s, term(j));
      if (!move.B.empty()) s = add(s, move.B[i * plan.d + column]);
      after[i] = st(s);
    }
    for (std::size_t i = 0; i < plan.n; ++i) entry(i) = after[i];
  }

  Operations fl_;
  Rounder state_;
  bool stores_again_;
};

constexpr std::size_t kBlockBytes = 12288;  // one buffer; three stay in the nearest cache
constexpr std::size_t kMostLanes = 512;     // of a block

/// Memory for a block of states: equal buffers, aligned for the widest vectors, on the stack unless
/// they are large. What they hold at first is nothing.
template <class T, std::size_t count>
class Buffers {
 public:
  explicit Buffers(std::size_t entries)
      : entries_((entries + 63) / 64 * 64),
        large_(sizeof(T) * entries_ <= kBlockBytes + 1024 ? 0 : count * entries_ + 64) {}

  T* operator[](std::size_t i) noexcept {
    if (large_.empty()) return reinterpret_cast<T*>(small_) + i * entries_;
    const auto address = reinterpret_cast<std::uintptr_t>(large_.data());
    return large_.data() + (64 - address % 64) % 64 / sizeof(T) + i * entries_;
  }

 private:
  std::size_t entries_;
  std::vector<T> large_;
  alignas(64) std::byte small_[count * (kBlockBytes + 1024)];
};

std::size_t rounded_up(std::size_t value, std::size_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

/// Lanes of a block: as many as the cache holds, no more than there are, whole strips.
template <class T>
std::size_t block_lanes(std::size_t width, std::size_t lanes, std::size_t strip) {
  const std::size_t fitting = kBlockBytes / (sizeof(T) * width) / strip * strip;
  const std::size_t most = std::max(std::min(kMostLanes, fitting), strip);
  return std::min(most, rounded_up(lanes, strip));
}

/// Lanes sorted by their input, stably.
struct Groups {
  std::vector<std::uint32_t> order;  ///< [lanes]
  std::vector<std::size_t> ends;     ///< [inputs], in `order`

  Groups(std::span<const std::uint32_t> inputs, std::size_t count)
      : order(inputs.size()), ends(count, 0) {
    for (const std::uint32_t input : inputs) ++ends[input];
    std::size_t sum = 0;
    for (std::size_t& end : ends) sum += std::exchange(end, sum);
    for (std::uint32_t l = 0; l < inputs.size(); ++l) order[ends[inputs[l]]++] = l;
  }
};

/// A layer in one carrier.
template <class T>
class Carried {
 public:
  Carried(const detail::LaneEngine<T>& engine, LanePlan<T> plan)
      : engine_(engine), plan_(std::move(plan)) {}

  void step(std::size_t input, std::span<double> states, std::size_t lanes) const {
    const std::size_t room = room_for(lanes);
    Buffers<T, 2> buffers(plan_.width() * room);
    for (std::size_t begin = 0; begin < lanes; begin += room) {
      const std::size_t count = std::min(room, lanes - begin);
      const Block block{buffers[0], buffers[1], room, rounded_up(count, functions().strip)};
      load(block, states.data() + begin, lanes, count);
      advance(block, input);
      store(block, states.data() + begin, lanes, count);
    }
  }

  void step(std::span<const std::uint32_t> inputs, std::span<double> states,
            std::size_t lanes) const {
    if (!plan_.addends.empty()) return step_together(inputs, states, lanes);
    const Groups groups(inputs, plan_.moves.size());
    const std::size_t room = room_for(lanes);
    Buffers<T, 2> buffers(plan_.width() * room);
    std::size_t begin = 0;
    for (std::size_t input = 0; input < groups.ends.size(); ++input) {
      const std::size_t end = groups.ends[input];
      if (plan_.moves[input].is_identity()) begin = end;
      for (std::size_t count = 0; begin < end; begin += count) {
        count = std::min(room, end - begin);
        const Block block{buffers[0], buffers[1], room, rounded_up(count, functions().strip)};
        step_group(block, input, std::span(groups.order).subspan(begin, count), states, lanes);
      }
    }
  }

  void read_out(std::span<const double> states, std::size_t lanes,
                std::span<std::uint32_t> emitted) const {
    const std::size_t room = room_for(lanes);
    Buffers<T, 1> buffers(plan_.width() * room);
    std::vector<std::uint32_t> symbols(room);
    for (std::size_t begin = 0; begin < lanes; begin += room) {
      const std::size_t count = std::min(room, lanes - begin);
      const Block block{buffers[0], nullptr, room, rounded_up(count, functions().strip)};
      load(block, states.data() + begin, lanes, count);
      functions().read_out(engine_.accumulate, plan_, block, symbols.data());
      std::copy_n(symbols.begin(), count, emitted.begin() + static_cast<std::ptrdiff_t>(begin));
    }
  }

  void run_rows(std::span<const std::uint32_t> inputs, std::span<double> state) const {
    const auto rows = detail::make_row_plan(plan_);
    Buffers<T, 2> buffers(rows.d * rows.rows);
    T* const h = buffers[0];
    std::fill_n(h, rows.d * rows.rows, T(0));
    const auto place = [&](std::size_t e) { return h + e % rows.d * rows.rows + e / rows.d; };
    for (std::size_t e = 0; e < state.size(); ++e) functions().load(&state[e], place(e), 1);
    functions().run_rows(engine_.accumulate, engine_.state, rows, inputs, h, buffers[1]);
    for (std::size_t e = 0; e < state.size(); ++e) functions().store(place(e), &state[e], 1);
  }

 private:
  using Block = detail::LaneBlock<T>;

  const detail::LaneFunctions<T>& functions() const noexcept { return engine_.functions; }

  std::size_t room_for(std::size_t lanes) const {
    return block_lanes<T>(plan_.width(), lanes, functions().strip);
  }

  /// `count` lanes from states[e * stride]. The lanes up to the block's count are zeros: computed,
  /// never stored.
  void load(const Block& block, const double* states, std::size_t stride, std::size_t count) const {
    for (std::size_t e = 0; e < plan_.width(); ++e) {
      T* const to = block.x + e * block.stride;
      functions().load(states + e * stride, to, count);
      std::fill(to + count, to + block.count, T(0));
    }
  }

  void store(const Block& block, double* states, std::size_t stride, std::size_t count) const {
    for (std::size_t e = 0; e < plan_.width(); ++e) {
      functions().store(block.x + e * block.stride, states + e * stride, count);
    }
  }

  void advance(const Block& block, std::size_t input) const {
    functions().advance(engine_.accumulate, engine_.state, plan_, plan_.moves[input], block);
  }

  /// Inputs that differ in B only: B is gathered, and all lanes stay where they are.
  void step_together(std::span<const std::uint32_t> inputs, std::span<double> states,
                     std::size_t lanes) const {
    const std::size_t room = room_for(lanes), width = plan_.width();
    Buffers<T, 3> buffers(width * room);
    for (std::size_t begin = 0; begin < lanes; begin += room) {
      const std::size_t count = std::min(room, lanes - begin);
      T* const b = buffers[2];
      const Block block{buffers[0], buffers[1], room, rounded_up(count, functions().strip), b};
      load(block, states.data() + begin, lanes, count);
      for (std::size_t e = 0; e < width; ++e) {
        for (std::size_t l = 0; l < count; ++l) {
          b[e * room + l] = plan_.addends[inputs[begin + l] * width + e];
        }
        std::fill(b + e * room + count, b + e * room + block.count, T(0));
      }
      advance(block, 0);
      store(block, states.data() + begin, lanes, count);
    }
  }

  /// The lanes in `group`, all of one input.
  void step_group(const Block& block, std::size_t input, std::span<const std::uint32_t> group,
                  std::span<double> states, std::size_t lanes) const {
    for (std::size_t e = 0; e < plan_.width(); ++e) {
      const double* const from = states.data() + e * lanes;
      T* const to = block.x + e * block.stride;
      for (std::size_t i = 0; i < group.size(); ++i) {
        const double x = from[group[i]];
        to[i] = static_cast<T>(x != x ? kNan : x);
      }
      std::fill(to + group.size(), to + block.count, T(0));
    }
    advance(block, input);
    for (std::size_t e = 0; e < plan_.width(); ++e) {
      const T* const from = block.x + e * block.stride;
      double* const to = states.data() + e * lanes;
      for (std::size_t i = 0; i < group.size(); ++i) {
        const double x = from[i];
        to[group[i]] = x != x ? kNan : x;
      }
    }
  }

  detail::LaneEngine<T> engine_;
  LanePlan<T> plan_;
};

using AnyCarrier = std::variant<std::monostate, Carried<float>, Carried<double>>;

/// The narrowest carrier that has the bits of the specification, if one has.
AnyCarrier carrier_of(const LanePlan<double>& plan, const detail::LaneFormats& formats,
                      Rounder::Width width) {
  if (auto engine = detail::float_engine(formats, width)) {
    return Carried<float>(*engine, detail::to_float(plan));
  }
  if (auto engine = detail::double_engine(formats, width)) return Carried<double>(*engine, plan);
  return {};
}

/// The argmax of exact scores, from enclosures in double wherever those decide.
class ExactReadout {
 public:
  ExactReadout(const Readout& readout, const Semantics& semantics, Rounder::Width width)
      : exact_(readout, {}, semantics.state), score_(detail::score_function(width)) {
    static const Format fp64 = parse_format("fp64", "");
    width_ = readout.W.columns();
    for (const Real& c : readout.c) c_.push_back(near(c, fp64));
    for (const Real& w : readout.W.entries()) W_.push_back(near(w, fp64));
    for (std::size_t k = 0; k < c_.size(); ++k) {
      double sum = 0;
      for (std::size_t e = 0; e < width_; ++e) sum += std::fabs(W_[k * width_ + e]);
      row_ = std::max(row_, sum);
      bias_ = std::max(bias_, std::fabs(c_[k]));
    }
  }

  void operator()(std::span<const double> states, std::size_t lanes,
                  std::span<std::uint32_t> emitted) const {
    const std::size_t room = block_lanes<double>(width_, lanes, 8);
    Buffers<double, 1> buffers(width_ * room);
    Buffers<double, 3> results(room);
    std::vector<std::uint32_t> leader(room);
    for (std::size_t begin = 0; begin < lanes; begin += room) {
      const std::size_t count = std::min(room, lanes - begin);
      const detail::LaneBlock<double> block{buffers[0], nullptr, room, rounded_up(count, 8)};
      for (std::size_t e = 0; e < width_; ++e) {
        double* const to = block.x + e * room;
        std::copy_n(states.data() + begin + e * lanes, count, to);
        std::fill(to + count, to + block.count, 0.0);
      }
      const detail::LaneScores scores{results[0], results[1], results[2], leader.data()};
      score_(W_, c_, width_, block, scores);
      for (std::size_t l = 0; l < count; ++l) {
        emitted[begin + l] = decide(scores, l, block);
      }
    }
  }

 private:
  double near(const Real& x, const Format& fp64) {
    const double value = round_exact(x, fp64);
    const bool finite = std::isfinite(value);
    doubles_ = doubles_ && finite && x.is_rational() && exact_value(value) == x.rational();
    return value;
  }

  /// What a score in double is off by at most, for entries up to `size`. Each of width + 1 terms
  /// passes the rounding of its weight, of its product and of at most width + 1 sums, and
  /// (1 + 2^-53)^(width + 3) - 1 <= (width + 4) 2^-53; twice that pays for the roundings here. The
  /// last summand pays for products and weights among the subnormals.
  double error(double size) const {
    const double terms = static_cast<double>(width_) + 4;
    return terms * 0x1p-52 * (row_ * size + bias_) + terms * 0x1p-1022 * (1 + size);
  }

  std::uint32_t decide(const detail::LaneScores& scores, std::size_t lane,
                       const detail::LaneBlock<double>& block) const {
    if (!std::isfinite(scores.size[lane])) return 0;
    const double gap = scores.best[lane] - scores.second[lane];
    if (gap > 2.5 * error(scores.size[lane])) return scores.leader[lane];
    if (doubles_) {
      if (const auto k = decide_if_exact(lane, block)) return *k;
    }
    Matrix<double> state(width_, 1);
    for (std::size_t e = 0; e < width_; ++e) {
      state.entries()[e] = block.x[e * block.stride + lane];
    }
    Draw draw(0);
    return exact_(state, draw);
  }

  /// Ties of small dyadic numbers: the argmax, if no operation of any score was inexact.
  std::optional<std::uint32_t> decide_if_exact(std::size_t lane,
                                               const detail::LaneBlock<double>& block) const {
    std::uint32_t best = 0;
    double best_score = 0;
    for (std::uint32_t k = 0; k < c_.size(); ++k) {
      double s = c_[k];
      for (std::size_t e = 0; e < width_; ++e) {
        const double w = W_[k * width_ + e], h = block.x[e * block.stride + lane];
        if (w == 0 || h == 0) continue;
        const double p = w * h;
        const bool in_range = std::fabs(p) > 0x1p-900 && std::fabs(p) < 0x1p+900;
        if (!in_range || std::fma(w, h, -p) != 0) return {};
        const double sum = s + p, of_p = sum - s, of_s = sum - of_p;
        if ((s - of_s) + (p - of_p) != 0) return {};
        s = sum;
      }
      if (k == 0 || s > best_score) {
        best = k;
        best_score = s;
      }
    }
    return best;
  }

  detail::RoundedReadout exact_;
  detail::ScoreFunction score_;
  std::size_t width_ = 0;
  std::vector<double> W_, c_;
  double row_ = 0, bias_ = 0;  ///< largest row sum of |W|, largest |c|
  bool doubles_ = true;        ///< W and c are doubles exactly
};

detail::LaneFormats formats_of(const Semantics& semantics) {
  return {semantics.io, semantics.state, std::get<Format>(semantics.accumulate)};
}

}  // namespace

struct LaneLayer::Data {
  Data(const Layer& layer, const Semantics& semantics, Rounder::Width width)
      : plan(detail::make_lane_plan(layer, semantics)),
        scalar(semantics),
        readout(layer.readout, semantics.readout, semantics.state) {
    stepper = carrier_of(plan, formats_of(semantics), width);
    if (!semantics.readout) {
      exact.emplace(layer.readout, semantics, width);
      return;
    }
    // A plan of scores only: parameters of the recurrence need not fit the readout's carrier.
    LanePlan<double> scores;
    scores.n = plan.n;
    scores.d = plan.d;
    scores.scores = plan.scores;
    reader = carrier_of(scores, {*semantics.readout, semantics.state, *semantics.readout}, width);
  }

  LanePlan<double> plan;
  Scalar scalar;
  detail::RoundedReadout readout;
  AnyCarrier stepper, reader;
  std::optional<ExactReadout> exact;
};

LaneLayer::LaneLayer(const Layer& layer, const Semantics& semantics, Rounder::Width width) {
  check_supported(semantics);
  data_ = std::make_unique<Data>(layer, semantics, width);
}

LaneLayer::LaneLayer(const Layer& layer, const Semantics& semantics)
    : LaneLayer(layer, semantics, Rounder::widest()) {}

LaneLayer::~LaneLayer() = default;
LaneLayer::LaneLayer(LaneLayer&&) noexcept = default;
LaneLayer& LaneLayer::operator=(LaneLayer&&) noexcept = default;

std::size_t LaneLayer::width() const noexcept { return data_->plan.width(); }
std::span<const double> LaneLayer::start() const noexcept { return data_->plan.start; }

void LaneLayer::step(std::size_t input, std::span<double> states, std::size_t lanes) const {
  check_size(width() * lanes, states.size(), "LaneLayer::step, states");
  const auto symbol = static_cast<std::uint32_t>(std::min<std::size_t>(input, UINT32_MAX));
  check_inputs({&symbol, 1}, data_->plan.moves.size());
  const Move& move = data_->plan.moves[input];
  if (move.is_identity()) return;
  const auto carried = [&](const auto& stepper) {
    if constexpr (std::is_same_v<decltype(stepper), const std::monostate&>) {
      for (std::size_t l = 0; l < lanes; ++l) {
        data_->scalar.step(data_->plan, move, states.data() + l, lanes);
      }
    } else {
      stepper.step(input, states, lanes);
    }
  };
  std::visit(carried, data_->stepper);
}

void LaneLayer::step(std::span<const std::uint32_t> inputs, std::span<double> states,
                     std::size_t lanes) const {
  check_size(width() * lanes, states.size(), "LaneLayer::step, states");
  check_size(lanes, inputs.size(), "LaneLayer::step, inputs");
  const auto& moves = data_->plan.moves;
  check_inputs(inputs, moves.size());
  if (lanes == 0) return;
  const auto carried = [&](const auto& stepper) {
    if constexpr (std::is_same_v<decltype(stepper), const std::monostate&>) {
      for (std::size_t l = 0; l < lanes; ++l) {
        data_->scalar.step(data_->plan, moves[inputs[l]], states.data() + l, lanes);
      }
    } else {
      stepper.step(inputs, states, lanes);
    }
  };
  std::visit(carried, data_->stepper);
}

void LaneLayer::read_out(std::span<const double> states, std::size_t lanes,
                         std::span<std::uint32_t> emitted) const {
  check_size(width() * lanes, states.size(), "LaneLayer::read_out, states");
  check_size(lanes, emitted.size(), "LaneLayer::read_out, emitted");
  if (data_->exact) return (*data_->exact)(states, lanes, emitted);
  const auto carried = [&](const auto& reader) {
    if constexpr (std::is_same_v<decltype(reader), const std::monostate&>) {
      Matrix<double> state(data_->plan.n, data_->plan.d);
      for (std::size_t l = 0; l < lanes; ++l) {
        for (std::size_t e = 0; e < width(); ++e) state.entries()[e] = states[e * lanes + l];
        Draw draw(0);
        emitted[l] = data_->readout(state, draw);
      }
    } else {
      reader.read_out(states, lanes, emitted);
    }
  };
  std::visit(carried, data_->reader);
}

void run_rows(const Layer& layer, const Semantics& semantics, std::span<const std::uint32_t> inputs,
              std::span<double> state) {
  run_rows(layer, semantics, inputs, state, Rounder::widest());
}

void run_rows(const Layer& layer, const Semantics& semantics, std::span<const std::uint32_t> inputs,
              std::span<double> state, Rounder::Width width) {
  check_supported(semantics);
  const LanePlan<double> plan = detail::make_lane_plan(layer, semantics);
  check_size(plan.width(), state.size(), "run_rows, state");
  check_inputs(inputs, plan.moves.size());
  const auto carried = [&](const auto& carrier) {
    if constexpr (std::is_same_v<decltype(carrier), const std::monostate&>) {
      const Scalar scalar(semantics);
      for (const std::uint32_t input : inputs) {
        scalar.step(plan, plan.moves[input], state.data(), 1);
      }
    } else {
      carrier.run_rows(inputs, state);
    }
  };
  std::visit(carried, carrier_of(plan, formats_of(semantics), width));
}

}  // namespace statewright::core
