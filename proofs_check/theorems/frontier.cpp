// Where the impossibility theorems stop. A theorem answers a cell of the table if its hypotheses
// hold for every network of the family in that arithmetic; otherwise limit cycles of rounding are
// looked for among random transitions, and the most pronounced one becomes a network that is proved
// right for words of every length.

#include "proofs_check/theorems/frontier.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include "automata/language/language.hpp"
#include "core/error.hpp"
#include "core/lrnn/rounded.hpp"
#include "core/number/round.hpp"
#include "proofs_check/theorems/chunk_census.hpp"
#include "proofs_check/theorems/chunk_count.hpp"
#include "proofs_check/theorems/found_cycles.hpp"
#include "proofs_check/theorems/relaxation.hpp"
#include "proofs_check/theorems/straddle.hpp"
#include "proofs_check/verify/verify.hpp"

namespace statewright::proofs {
namespace {

using core::Semantics;
using Kind = Semantics::Kind;

constexpr int kChunks[] = {4, 64};        ///< easily looked through; what training kernels use
constexpr std::size_t kVerified = 8;      ///< candidates whose network is tried before giving up
constexpr std::uint64_t kChunkShare = 4;  ///< chunks take longer: one candidate of these

// --- theorems

struct Theorem {
  std::string reason, coq = {};
};

const char* const kRests =
    "a step is monotone in every coordinate, so that orbits of a letter come to rest, in any "
    "number "
    "of layers (finite-precision semirings, arXiv:2606.01765)";
const char* const kDoubles =
    "two steps are monotone in every coordinate: L layers have a period that divides 2^L "
    "(Statewright)";
const char* const kEnergy =
    "symmetric A >= 0 and one monotone rounding: an energy falls along every orbit of a letter "
    "until "
    "it rests, in any number of layers (Statewright)";
const char* const kReturns =
    "symmetric A and one monotone rounding: an energy of two successive states rises along every "
    "orbit of a letter until each state is that of two steps before; one layer (Goles and Olivos "
    "1981)";

std::optional<Theorem> theorem(const Family& family, const Semantics& semantics,
                               Counting counting) {
  const std::string& id = family.id;
  const bool parity = counting == Counting::parity;
  if (semantics.kind == Kind::cast) {
    if (family.nonnegative) {
      if (parity)
        return Theorem{"Grazzi et al., ICLR 2025, Theorem 1", "ParityImpossible.no_parity"};
      return Theorem{"Grazzi et al., ICLR 2025, proof of Theorem 1: the state comes to rest",
                     "ParityImpossible.nout_evconst"};
    }
    if (!parity && id == "diagonal11") {
      return Theorem{"Grazzi et al., ICLR 2025, Theorem 2: L layers have a period that divides 2^L",
                     "PeriodTri.no_mod3"};
    }
    if (!parity && (id == "deltanet11" || id == "deltanet_open")) {
      return Theorem{
          "Grazzi et al., ICLR 2025, Theorem 2: one layer of real eigenvalues has a "
          "period that divides 2",
          "RealCounting.real_no_mod_count"};
    }
    return {};
  }
  if (id == "diagonal01" && parity) return Theorem{kRests, "DiagFloat.dnet_no_parity"};
  if (id == "diagonal01" || (id == "diagonal11" && !parity)) {
    return Theorem{kDoubles, "SignedDiagFloat.signed_no_mod3"};
  }
  if (semantics.kind == Kind::once) {
    if (id == "deltanet01" || id == "gated01") {
      return Theorem{kEnergy, parity ? "OverflowRound.once_gated_delta_no_parity"
                                     : "OverflowRound.once_gated_delta_no_mod_count"};
    }
    if (id == "kda01") {
      return Theorem{
          std::string(kEnergy) + ", weighted by the gates",
          parity ? "OverflowRound.once_kda_no_parity" : "OverflowRound.once_kda_no_mod_count"};
    }
    if (!parity && (id == "deltanet11" || id == "deltanet_open")) {
      return Theorem{kReturns, "GolesOlivos.once_any_beta_no_mod_count"};
    }
  }
  return {};
}

// --- looking for cycles

struct Hunt {
  std::optional<core::Model> network;
  std::uint64_t product_states = 0, tried = 0;
  std::optional<Amplitude> amplitude;
};

const core::Format& parameters_of(const Semantics& semantics) {
  return semantics.kind == Kind::stepwise ? semantics.io : semantics.state;
}

/// Whether the network still counts when letters 1 fill two chunks.
bool fills_chunks(const core::Model& network, const Semantics& semantics, Counting counting) {
  const core::RoundedModel rounded(network, semantics);
  core::RoundedStep step = rounded.start();
  const std::size_t period = modulus_of(counting);
  std::vector<std::size_t> outputs;
  for (std::size_t t = 0; t < 2 * static_cast<std::size_t>(semantics.chunk); ++t) {
    outputs.push_back(step.emitted.back());
    if (t >= period && outputs[t] != outputs[t - period]) return false;
    step = rounded.next(step, 1);
  }
  return true;
}

/// Candidate `number`, whose transition counts as tried unless the draw fell outside the family.
std::optional<LimitCycle> candidate(const Family& family, std::size_t n, const Semantics& semantics,
                                    Counting counting, std::uint64_t number,
                                    std::atomic<std::uint64_t>& tried) {
  automata::SplitMix64 random(number * 0x10000 + n);
  const auto transition = family.draw(random, n, parameters_of(semantics));
  if (!transition) return {};
  ++tried;
  auto cycle = find_cycle(*transition, n, semantics, modulus_of(counting), random());
  if (!cycle || semantics.kind != Kind::chunk) return cycle;
  const auto network = counter_of(*cycle, n, counting);
  if (!network || !fills_chunks(*network, semantics, counting)) return {};
  return cycle;
}

/// Makes the network the result if it is proved right.
bool prove(core::Model network, const Semantics& semantics, Counting counting,
           const FrontierOptions& options, Hunt& result) {
  core::Limits limits = options.limits;
  limits.max_states = options.states;
  const automata::Dfa dfa = automata::load_language(language_of(counting)).dfa;
  const Verdict verdict = verify(network, dfa, semantics, limits);
  if (verdict.proof() == nullptr) return false;
  result.network = std::move(network);
  result.product_states = verdict.proof()->states;
  return true;
}

bool prove(const LimitCycle& cycle, const Semantics& semantics, Counting counting,
           const FrontierOptions& options, Hunt& result) {
  const std::size_t n = cycle.states[0].size();
  auto network = counter_of(cycle, n, counting);
  if (!network || !prove(*std::move(network), semantics, counting, options, result)) return false;
  result.amplitude = amplitude_of(cycle, n, semantics.state);
  return true;
}

Hunt proved(core::Model network, const Semantics& semantics, Counting counting,
            const FrontierOptions& options) {
  Hunt result;
  prove(std::move(network), semantics, counting, options, result);
  return result;
}

/// Cycles that a search has found before.
Hunt recorded(const Family& family, const Semantics& semantics, Counting counting,
              const FrontierOptions& options) {
  Hunt result;
  for (const LimitCycle& cycle : found_cycles(family.id, semantics, counting)) {
    if (prove(cycle, semantics, counting, options, result)) break;
  }
  return result;
}

/// In chunks, what is built rather than found.
Hunt relaxation(const Family& family, const Semantics& semantics, Counting counting,
                const FrontierOptions& options) {
  Hunt result;
  if (semantics.kind != Kind::chunk || family.id != "deltanet01") return result;
  const auto letters = static_cast<std::size_t>(semantics.chunk);
  const auto count = relaxation_count(semantics.state, letters, modulus_of(counting));
  if (!count) return result;
  core::Model network = counter_of(*count, counting, semantics.state);
  if (!prove(std::move(network), semantics, counting, options, result)) return result;
  const LimitCycle cycle =
      unary_cycle(ChunkWalker(count->letter, semantics.state), *count, letters);
  result.amplitude = amplitude_of(cycle, cycle.states[0].size(), semantics.state);
  return result;
}

Hunt hunt(const Family& family, const Semantics& semantics, Counting counting,
          const FrontierOptions& options) {
  Hunt result;
  const std::uint64_t wanted =
      semantics.kind == Kind::chunk ? options.candidates / kChunkShare : options.candidates;
  for (const std::size_t n : family.sizes) {
    std::vector<std::pair<double, std::uint64_t>> found;  // how pronounced, number
    std::mutex mutex;
    std::atomic<std::uint64_t> next{0}, tried{0}, again{0};
    const auto work = [&] {
      for (std::uint64_t i = next++; i < wanted && !options.limits.is_over(); i = next++) {
        const auto cycle = candidate(family, n, semantics, counting, i, tried);
        if (!cycle) continue;
        const double size = amplitude_of(*cycle, n, semantics.state).mean_step;
        const std::lock_guard lock(mutex);
        found.emplace_back(-size, i);
      }
    };
    const std::size_t threads =
        options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
    std::vector<std::thread> workers;
    for (std::size_t t = 1; t < threads; ++t) workers.emplace_back(work);
    work();
    for (std::thread& worker : workers) worker.join();
    if (options.limits.is_over()) return result;
    result.tried += tried;
    std::sort(found.begin(), found.end());
    for (std::size_t k = 0; k < found.size() && k < kVerified; ++k) {
      const auto cycle = candidate(family, n, semantics, counting, found[k].second, again);
      if (prove(*cycle, semantics, counting, options, result)) return result;
    }
  }
  return result;
}

/// Censuses that were made: cells that ask the same letters share one.
using Censuses = std::vector<kernels::Census>;

/// The census of these letters; nothing if limits are reached.
const kernels::Census* census_among(Censuses& made, const kernels::CensusFamily& letters,
                                    const FrontierOptions& options) {
  const auto at = std::find_if(made.begin(), made.end(), [&](const kernels::Census& census) {
    return census.family == letters;
  });
  if (at != made.end()) return &*at;
  kernels::CensusOptions run;
  run.backend = options.backend;
  run.threads = static_cast<unsigned>(options.threads);
  run.proceed = [&](std::uint64_t done, std::uint64_t total) {
    if (options.limits.progress) options.limits.progress({"orbits", done, total});
    return !options.limits.is_over();
  };
  kernels::Census census = kernels::run_census(letters, run);
  if (!census.is_complete()) return nullptr;
  return &made.emplace_back(census);
}

bool has_at_most(const kernels::CensusFamily& letters, std::uint64_t members) {
  try {
    return letters.size() <= members;
  } catch (const core::Error&) {
    return false;  // more than can be listed
  }
}

/// In chunks, gates other than 1 have no form: what holds for DeltaNet holds with them.
void take_chunk_census(const Family& family, FrontierCell& cell, const FrontierOptions& options) {
  const bool short_steps =
      family.id == "deltanet01" || family.id == "gated01" || family.id == "kda01";
  if (!short_steps && family.id != "deltanet11" && family.id != "deltanet_open") return;
  const auto census =
      chunk_census(cell.semantics.state, static_cast<std::size_t>(cell.semantics.chunk),
                   short_steps ? 1 : 2, modulus_of(cell.counting), options.members, options.limits);
  if (!census || census->left > 0) return;
  cell.answer = FrontierCell::Answer::exhaustive;
  cell.reason = "in every chunk the state is the same after s and t letters 1, where " +
                std::to_string(modulus_of(cell.counting)) +
                " does not divide t - s, the same s and t for all states and additions of a letter";
  cell.chunk_orbits = census->orbits;
}

/// Closes an open cell if its census can.
void take_census(const Family& family, FrontierCell& cell, Censuses& made,
                 const FrontierOptions& options) {
  if (cell.semantics.kind == Kind::chunk) return take_chunk_census(family, cell, options);
  const auto letters = census_of(family, cell.semantics);
  if (!letters || !has_at_most(*letters, options.members)) return;
  const kernels::Census* census = census_among(made, *letters, options);
  if (census == nullptr) return;
  Exhaustive found = read_census(*census, family, cell.semantics, cell.counting, options.limits);
  if (found.none) {
    cell.answer = FrontierCell::Answer::exhaustive;
    cell.reason =
        "no orbit has a period that " + std::to_string(modulus_of(cell.counting)) + " divides";
    cell.census = letters;
  }
  if (!found.network) return;
  cell.answer = FrontierCell::Answer::counterexample;
  cell.reason = found.network->about.construction;
  cell.network = std::move(found.network);
  cell.product_states = found.product_states;
  cell.amplitude = found.amplitude;
}

/// A network that needs no rounding: a reflection, or three numbers turned around.
std::optional<core::Model> exact_network(const Family& family, Counting counting) {
  if (counting == Counting::mod3 && family.deep) {
    core::Model model = *family.deep;
    model.about.construction = "exact: no operation rounds";
    return model;
  }
  const auto& transition = counting == Counting::parity ? family.alternating : family.turning;
  if (!transition) return {};
  LimitCycle cycle{*transition, {{1}, {-1}}};
  if (counting == Counting::mod3) cycle.states = {{1, 0, 0}, {0, 0, 1}, {0, 1, 0}};
  auto model = counter_of(cycle, cycle.states[0].size(), counting);
  if (model) model->about.construction = "exact: no operation rounds";
  return model;
}

bool defined(const Family& family, const Semantics& semantics) {
  return semantics.kind != Kind::chunk ||
         (family.id.rfind("diagonal", 0) != 0 && family.id.find("2x2") == std::string::npos);
}

// --- one cell

struct Question {
  const Family& family;
  const Semantics& semantics;
  Counting counting;

  /// Whether `other` asks the same of a family within this one.
  bool covers(const FrontierCell& other) const {
    const auto& parts = family.contains;
    return other.semantics == semantics && other.counting == counting &&
           std::find(parts.begin(), parts.end(), other.family) != parts.end();
  }
};

FrontierCell answer(const Question& question, const std::vector<FrontierCell>& earlier,
                    Censuses& made, const FrontierOptions& options) {
  const auto& [family, semantics, counting] = question;
  FrontierCell cell;
  cell.family = family.id;
  cell.semantics = semantics;
  cell.counting = counting;
  if (!defined(family, semantics)) {
    cell.answer = FrontierCell::Answer::undefined;
    cell.reason = "chunked evaluation exists for products of factors only";
    return cell;
  }
  if (auto claim = theorem(family, semantics, counting)) {
    cell.answer = FrontierCell::Answer::theorem;
    cell.reason = std::move(claim->reason);
    if (!claim->coq.empty()) cell.coq = "Statewright." + claim->coq;
    return cell;
  }
  if (auto network = exact_network(family, counting)) {
    const automata::Dfa dfa = automata::load_language(language_of(counting)).dfa;
    const Verdict verdict = verify(*network, dfa, semantics);
    if (verdict.proof() == nullptr) throw std::logic_error("frontier: an exact network");
    cell.answer = FrontierCell::Answer::counterexample;
    cell.reason = "in exact arithmetic too";
    cell.product_states = verdict.proof()->states;
    cell.network = std::move(network);
    cell.exact = true;
    return cell;
  }
  const auto is_network = [&](Hunt&& found) {
    cell.tried = std::max(cell.tried, found.tried);
    if (!found.network) return false;
    cell.answer = FrontierCell::Answer::counterexample;
    cell.reason = found.network->about.construction;
    cell.network = std::move(found.network);
    cell.product_states = found.product_states;
    cell.amplitude = found.amplitude;
    return true;
  };
  if (is_network(recorded(family, semantics, counting, options))) return cell;
  for (const FrontierCell& part : earlier) {
    if (!question.covers(part)) continue;
    const bool fits = !family.one_layer || !part.network || part.network->layers.size() == 1;
    if (part.answer == FrontierCell::Answer::counterexample && fits) {
      cell = part;
      cell.family = family.id;
      if (cell.from.empty()) cell.from = part.family;
      return cell;
    }
    if (family.sizes.empty())
      cell.tried = std::max(cell.tried, part.tried);  // all that there is to draw
  }
  if (semantics.kind == Kind::cast) {
    cell.reason = "no theorem applies, and no construction is known";
    auto network = known_straddling(family.id, counting, options.format);
    if (network && is_network(proved(*std::move(network), semantics, counting, options))) {
      cell.reason = counting == Counting::parity
                        ? "an eigenvalue in (-1, 0) leads around a midpoint of the format for ever"
                        : "eigenvalues rho e^(+-2 pi i / 3) lead around midpoints of the format "
                          "for ever";
    }
    return cell;
  }
  if (is_network(relaxation(family, semantics, counting, options)) ||
      is_network(hunt(family, semantics, counting, options))) {
    return cell;
  }
  cell.reason = "none found";
  take_census(family, cell, made, options);
  return cell;
}

}  // namespace

std::vector<Semantics> frontier_semantics(const core::Format& format) {
  const std::string f = format.id();
  std::vector<Semantics> list;
  for (const std::string& spelling : {"cast:" + f, "once:" + f, f}) {
    list.push_back(core::parse_semantics(spelling, "frontier"));
  }
  if (format.precision() < 24) {
    list.push_back(core::parse_semantics("mixed:state=fp32,io=" + f, "frontier"));
  }
  for (const int letters : kChunks) {
    list.push_back(
        core::parse_semantics("chunk:" + f + ",C=" + std::to_string(letters), "frontier"));
  }
  return list;
}

std::vector<FrontierCell> frontier(const FrontierOptions& options) {
  std::vector<FrontierCell> table;
  Censuses made;
  const auto semantics_list = frontier_semantics(options.format);
  const std::uint64_t total = families().size() * semantics_list.size() * 2;
  for (const Family& family : families()) {
    for (const Semantics& semantics : semantics_list) {
      for (const Counting counting : {Counting::parity, Counting::mod3}) {
        if (options.limits.progress) options.limits.progress({"cells", table.size(), total});
        table.push_back(answer({family, semantics, counting}, table, made, options));
      }
    }
  }
  return table;
}

}  // namespace statewright::proofs
