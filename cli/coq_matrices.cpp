#include "cli/coq_matrices.hpp"

#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "cli/coq_parts.hpp"
#include "cli/inputs.hpp"
#include "cli/progress.hpp"
#include "cli/shared.hpp"
#include "cli/text.hpp"
#include "cli/trace.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_canonical.hpp"
#include "core/text/file.hpp"
#include "proofs_check/coq/write_eigenvalue.hpp"
#include "proofs_check/coq/write_no_counting.hpp"
#include "proofs_check/coq/write_no_parity.hpp"
#include "proofs_check/theorems/certificate_lines.hpp"
#include "proofs_check/theorems/spectrum_certificate.hpp"

namespace statewright::cli {
namespace {

using core::Error;
using core::Fault;
using core::Outcome;

/// The model as it stands, or in canonical form if it is JSON.
std::string canonical_model(const std::string& path) {
  std::string text = core::read_file(path);
  return is_canonical_model(text) ? text : core::write_model_canonical(parse_model(text, path));
}

/// What the hypothesis of a theorem is, in words.
struct Hypothesis {
  std::string failing;  ///< "where .."
  std::string holding;  ///< "no letter .."
  std::string says_more;
};

/// Says which letters the theorem is not about. The exit code if it is about none.
std::optional<int> letters_left_out(const Args& args, const core::Model& model,
                                    const std::vector<std::pair<core::Letter, Outcome>>& letters,
                                    const Hypothesis& hypothesis, Streams& io) {
  std::vector<std::string> left_out;
  bool refuted = false;
  for (const auto& [letter, outcome] : letters) {
    if (outcome == Outcome::proved) continue;
    left_out.push_back(model.letters.name(letter));
    refuted = refuted || outcome == Outcome::refuted;
  }
  if (letters.empty()) {
    throw Error({Fault::unsupported, args.positional("MODEL"), "a network over some letter",
                 "one without letters: there is nothing to prove"});
  }
  if (left_out.size() < letters.size()) {
    if (!left_out.empty()) {
      io.note("the theorem is not about the letters " + names_text(left_out) + ", where " +
              hypothesis.failing);
    }
    return std::nullopt;
  }
  io.note(refuted ? "refuted: no letter " + hypothesis.holding + ", and nothing was written"
                  : "unknown: nothing was written");
  io.hint("`" + hypothesis.says_more + "` says more");
  return refuted ? kRefuted : kUnknown;
}

using CertificateOrCode = std::variant<std::string, int>;

CertificateOrCode no_parity_certificate(const Args& args, const core::Model& model, Streams& io) {
  Work work(args, io);
  const auto letters = proofs::parity_theorem(model, work.limits());
  work.finish();
  std::vector<std::pair<core::Letter, Outcome>> outcomes;
  outcomes.reserve(letters.size());
  for (const auto& one : letters) outcomes.emplace_back(one.letter, one.outcome());
  const auto code =
      letters_left_out(args, model, outcomes,
                       {"eigenvalues are not all real and >= 0", "has real eigenvalues >= 0 only",
                        "statewright theorem parity " + shell_quoted(args.positional("MODEL"))},
                       io);
  if (code) return *code;
  return proofs::write_no_parity_certificate(model, letters);
}

CertificateOrCode no_counting_certificate(const Args& args, const core::Model& model, Streams& io) {
  constexpr std::uint64_t kLargestModulus = 1'000'000'000;
  const auto modulus = args.number("--modulus", 2, kLargestModulus);
  Work work(args, io);
  const auto letters = proofs::counting_theorem(model, work.limits());
  work.finish();
  std::vector<std::pair<core::Letter, Outcome>> outcomes;
  outcomes.reserve(letters.size());
  for (const auto& one : letters) outcomes.emplace_back(one.letter, one.outcome(*modulus));
  const std::string m = std::to_string(*modulus);
  const auto code =
      letters_left_out(args, model, outcomes,
                       {"an eigenvalue is not real, or " + m + " divides the period",
                        "has real eigenvalues only and a period that " + m + " does not divide",
                        "statewright theorem counting " + shell_quoted(args.positional("MODEL")) +
                            " --modulus " + m},
                       io);
  if (code) return *code;
  return proofs::write_no_counting_certificate(model, letters, *modulus);
}

}  // namespace

bool is_claim_about_matrices(std::string_view claim) {
  return claim == "no-parity" || claim == "no-counting" || claim == "eigenvalue";
}

int export_claim_about_matrices(const Args& args, const std::string& claim, WholeFolder& folder,
                                Streams& io) {
  for (const char* flag : {"--language", "--arith"}) {
    if (!args.has(flag)) continue;
    throw Error({Fault::syntax, args.command(), "no " + core::quoted(flag) + " with " + claim,
                 "one", "the claim is about the matrices of a network, under every monotone cast"});
  }
  const std::string& path = args.positional("MODEL");
  std::string model, certificate;
  if (const auto file = args.value("--certificate")) {
    model = canonical_model(path);
    certificate = core::read_file(*file);
  } else {
    if (claim == "no-counting" && !args.has("--modulus")) {
      throw Error({Fault::syntax, args.command(), "`--modulus M` with no-counting", "nothing",
                   "`--modulus 3` asks about words whose length 3 divides"});
    }
    const core::Model network = read_model(path);
    proofs::require_rational(network);
    auto written = claim == "no-parity" ? no_parity_certificate(args, network, io)
                                        : no_counting_certificate(args, network, io);
    if (const int* code = std::get_if<int>(&written)) return *code;
    certificate = std::move(std::get<std::string>(written));
    model = core::write_model_canonical(network);
  }
  const auto [instance, readme] =
      claim == "no-parity"     ? std::pair(proofs::write_coq_no_parity(model, certificate),
                                           proofs::write_coq_no_parity_readme(path))
      : claim == "no-counting" ? std::pair(proofs::write_coq_no_counting(model, certificate),
                                           proofs::write_coq_no_counting_readme(path))
                               : std::pair(proofs::write_coq_eigenvalue(model, certificate),
                                           proofs::write_coq_eigenvalue_readme(path));
  folder.add("Instance.v", instance);
  folder.add("model.sw", model);
  folder.add("instance.cert", certificate);
  folder.add("README", readme);
  return kDone;
}

}  // namespace statewright::cli
