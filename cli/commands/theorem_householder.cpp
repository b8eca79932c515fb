#include <algorithm>
#include <optional>
#include <utility>

#include "cli/commands/commands.hpp"
#include "cli/decimals.hpp"
#include "cli/inputs.hpp"
#include "cli/interrupt.hpp"
#include "cli/matrix_input.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/shared.hpp"
#include "cli/spectra_report.hpp"
#include "cli/text.hpp"
#include "cli/theorem_tables.hpp"
#include "core/error.hpp"
#include "proofs_check/theorems/certificate_lines.hpp"
#include "proofs_check/theorems/householder_certificate.hpp"
#include "proofs_check/theorems/in_coq.hpp"
#include "proofs_check/theorems/spectrum_certificate.hpp"

namespace statewright::cli {
namespace {

using core::Model;
using core::Rational;
using core::Real;
using proofs::EnclosedFactor;
using proofs::FactoredInput;
using proofs::Factorisation;
using proofs::Interval;

constexpr std::size_t kFactorsShown = 40;

/// What is known of the number of factors, in a word.
std::string verdict_of(const Factorisation& f) {
  if (f.expanded) return "refuted";
  return f.least() ? "proved" : "unknown";
}

Ink ink_of(const std::string& verdict) {
  return verdict == "proved" ? Ink::good : verdict == "refuted" ? Ink::bad : Ink::doubtful;
}

std::string vector_text(const std::vector<Real>& v) {
  return state_text(core::Matrix<Real>::column(v));
}

/// A dyadic interval as a decimal number, all of whose digits but the last are right.
std::string decimal(const Interval& x) {
  return x.lower == x.upper ? core::to_string(x.lower) : decimal_text(x.middle(), 15);
}

std::string vector_text(const std::vector<Interval>& v) {
  std::string text = "(";
  for (std::size_t i = 0; i < v.size(); ++i) text += (i == 0 ? "" : ", ") + decimal(v[i]);
  return text + ")";
}

/// No smaller than it is.
std::string radius_text(const Rational& radius) {
  return root_text(radius * radius, 2, RootRounding::up);
}

std::string factors_table(const Factorisation& f) {
  std::vector<std::vector<std::string>> rows = {{"factor", "beta", "v"}};
  const auto add = [&](std::size_t k, std::string beta, std::string v) {
    if (k < kFactorsShown) rows.push_back({std::to_string(k + 1), std::move(beta), std::move(v)});
  };
  std::size_t count = 0;
  if (f.factors) {
    for (const core::Householder& factor : *f.factors) {
      add(count++, core::to_string(factor.beta), vector_text(factor.v));
    }
  } else if (f.enclosed) {
    for (const EnclosedFactor& factor : f.enclosed->factors) {
      add(count++, decimal(factor.beta), vector_text(factor.v));
    }
  }
  if (count == 0) return "";
  std::string text = table_text(rows, 12);
  if (count > kFactorsShown) {
    text += std::string(12, ' ') + "and " + std::to_string(count - kFactorsShown) + " more\n";
  }
  return text;
}

std::string places_text(const std::vector<std::size_t>& places) {
  std::string text;
  for (const std::size_t place : places) text += (text.empty() ? "" : ", ") + std::to_string(place);
  return text;
}

/// What a certificate says, and the theorem that it rests on.
std::string theorem_text(const Factorisation& f, const std::string& coq) {
  if (f.expanded) return "factors make no vector longer (Proposition 1); Coq: " + coq;
  std::string parts;
  const auto add = [&](const char* part) {
    parts += (parts.empty() ? "" : ", ") + std::string(part);
  };
  if (f.rank > 0) add("minor");
  if (f.pencil) add("pencil");
  if (f.norm) add("norm");
  if (f.factors) add("product");
  return "Proposition 1, sharpened; Coq, of " + parts + ": " + coq;
}

/// The report about one matrix. `coq`: the theorem that certificates rest on, or empty.
std::string matrix_text(const Factorisation& f, const std::string& coq, std::size_t width,
                        Streams& io, bool on_err) {
  const std::string verdict = verdict_of(f);
  const auto line = [&](std::string_view word, const std::string& text) {
    const std::string lines = wrapped(text, width, 12);
    return padded(word, 12) + lines.substr(std::min<std::size_t>(12, lines.size()));
  };
  std::string answer;
  if (f.expanded) {
    answer = "no product of factors with eigenvalues in [-1, 1]: |A| > 1";
  } else if (f.least()) {
    answer = counted(f.upper, "factor") + ", and no fewer";
  } else {
    answer = "between " + std::to_string(f.lower) + " and " + std::to_string(f.upper) + " factors";
  }
  std::string text = line(verdict, answer);
  text.replace(0, verdict.size(),
               on_err ? io.on_err(ink_of(verdict), verdict) : io.on_out(ink_of(verdict), verdict));
  text += line("matrix", std::to_string(f.n) + " x " + std::to_string(f.n) + ", " + f.kind);
  if (f.expanded) {
    std::vector<Real> x(f.expanded->begin(), f.expanded->end());
    text += line("expands", "x = " + vector_text(x) + " has |A x| > |x|");
    return coq.empty() ? text : text + line("theorem", theorem_text(f, coq));
  }
  text += line("at least", std::to_string(f.lower) + ": " + f.lower_reason);
  if (f.rank > 0) {
    text += line("minor", "of A - I, not 0: rows " + places_text(f.minor.rows) + ", columns " +
                              places_text(f.minor.columns));
  }
  text += line("at most", std::to_string(f.upper) + ": " + f.upper_reason);
  if (f.norm) text += line("norm", "|A| <= 1: I - A^T A = L D L^T with D >= 0");
  text += factors_table(f);
  if (f.factors) {
    text += line("product", f.factors->empty() ? "of nothing: A = I" : "exactly A");
  } else if (f.enclosed) {
    text += line("product", "A, for parameters near these that are algebraic numbers; within " +
                                radius_text(f.enclosed->radius) +
                                " of A in every entry for all in the boxes proved");
  }
  if (f.rational) {
    text += line("rational", counted(f.rational->size(), "rational factor") + " are A exactly");
  }
  if (!coq.empty()) text += line("theorem", theorem_text(f, coq));
  return text;
}

std::string model_table(const Model& model, const std::vector<FactoredInput>& inputs) {
  std::vector<std::vector<std::string>> rows = {
      {"layer", "input", "matrix", "at least", "at most", "in the network", "verdict"}};
  for (const FactoredInput& one : inputs) {
    const Factorisation& f = one.factorisation;
    const auto given = core::factor_count(model.layers[one.layer].table[one.input]);
    rows.push_back({std::to_string(one.layer), core::input_name(model, one.layer, one.input),
                    f.kind, f.expanded ? "-" : std::to_string(f.lower),
                    f.expanded ? "-" : std::to_string(f.upper),
                    given ? std::to_string(*given) : "dense", verdict_of(f)});
  }
  return table_text(rows);
}

JsonOut interval_json(const Interval& x) {
  return {core::to_string(x.lower), core::to_string(x.upper)};
}

JsonOut factors_json(const std::vector<core::Householder>& factors) {
  JsonOut list = JsonOut::array();
  for (const core::Householder& factor : factors) {
    JsonOut v = JsonOut::array();
    for (const Real& entry : factor.v) v.push_back(core::to_string(entry));
    list.push_back({{"beta", core::to_string(factor.beta)}, {"v", std::move(v)}});
  }
  return list;
}

JsonOut matrix_json(const Factorisation& f) {
  JsonOut object;
  object["outcome"] = verdict_of(f);
  object["size"] = f.n;
  object["kind"] = f.kind;
  if (f.expanded) {
    object["expanding"] = JsonOut::array();
    for (const Rational& entry : *f.expanded) object["expanding"].push_back(core::to_string(entry));
    return object;
  }
  object["at_least"] = {{"factors", f.lower}, {"because", f.lower_reason}};
  object["minor"] = {{"rows", f.minor.rows}, {"columns", f.minor.columns}};
  object["at_most"] = {{"factors", f.upper}, {"because", f.upper_reason}};
  object["contraction_proved"] = f.norm.has_value();
  if (f.factors) object["factors"] = factors_json(*f.factors);
  if (f.enclosed) {
    JsonOut enclosed;
    enclosed["radius"] = core::to_string(f.enclosed->radius);
    enclosed["precision"] = f.enclosed->precision;
    enclosed["factors"] = JsonOut::array();
    for (const EnclosedFactor& factor : f.enclosed->factors) {
      JsonOut v = JsonOut::array();
      for (const Interval& entry : factor.v) v.push_back(interval_json(entry));
      enclosed["factors"].push_back({{"beta", interval_json(factor.beta)}, {"v", std::move(v)}});
    }
    object["enclosed"] = std::move(enclosed);
  }
  if (f.rational) object["rational"] = factors_json(*f.rational);
  return object;
}

JsonOut report_json(const std::string& name, const MatrixOrModel& subject,
                    const std::vector<FactoredInput>& inputs, const std::string& coq,
                    const Output* certificate) {
  JsonOut object;
  object["schema"] = "statewright.theorem.householder/1";
  object["subject"] = name;
  object["matrices"] = JsonOut::array();
  for (const FactoredInput& one : inputs) {
    JsonOut entry;
    if (!subject.is_matrix) {
      entry["layer"] = one.layer;
      entry["input"] = core::input_name(subject.model, one.layer, one.input);
      const auto given = core::factor_count(subject.model.layers[one.layer].table[one.input]);
      entry["in_the_network"] = given ? JsonOut(*given) : JsonOut(nullptr);
    }
    entry.update(matrix_json(one.factorisation));
    object["matrices"].push_back(std::move(entry));
  }
  object["theorem"] = coq.empty() ? JsonOut(nullptr)
                                  : theorem_json("Proposition 1 of Grazzi et al. (ICLR 2025)", coq);
  object["certificate"] = certificate != nullptr ? JsonOut(certificate->path()) : JsonOut(nullptr);
  return object;
}

int run(const Args& args, Streams& io) {
  if (!args.has("MATRIX")) {
    refuse_without(args, "MATRIX", {"--certificate"});
    return householder_table(args, io);
  }
  refuse_beside(args, "MATRIX", "--candidates");
  const std::optional<Output> certificate = Output::beside_json(args, "--certificate");
  const bool json = args.has("--json");
  const bool on_err = certificate && certificate->is_standard();
  const std::string& spec = args.positional("MATRIX");
  Work work(args, io);
  const MatrixOrModel subject = read_matrix_or_model(spec);
  if (certificate) proofs::require_rational(subject.model);
  const std::vector<FactoredInput> inputs = proofs::factorise_inputs(subject.model, work.limits());
  work.finish();
  const Output* written = certificate && !inputs.empty() ? &*certificate : nullptr;
  if (written != nullptr) {
    certificate->write(proofs::write_factor_certificate(subject.model, inputs), io);
  }
  const std::string name = spec == "-" ? "standard input" : spec;
  const std::string coq = proofs::factors_in_coq(subject.model);
  if (json) {
    io.out() << json_text(report_json(name, subject, inputs, coq, written));
  } else {
    const std::size_t width = std::min<std::size_t>(std::max<std::size_t>(io.width(), 50), 100);
    (on_err ? io.err() : io.out())
        << (subject.is_matrix ? matrix_text(inputs.front().factorisation, coq, width, io, on_err)
                              : model_table(subject.model, inputs));
    if (certificate && written == nullptr) {
      io.note("no certificate written: there is nothing to certify");
    } else if (certificate && !on_err && spec != "-") {
      io.hint("`statewright check " + shell_quoted(certificate->path()) + " --model " +
              shell_quoted(spec) + "` has it checked independently");
    }
  }
  if (Interrupt::requested()) return kInterrupted;
  const auto any = [&](const char* verdict) {
    return std::any_of(inputs.begin(), inputs.end(), [&](const FactoredInput& one) {
      return verdict_of(one.factorisation) == verdict;
    });
  };
  return any("refuted") ? kRefuted : any("unknown") ? kUnknown : kDone;
}

}  // namespace

Command theorem_householder_command() {
  return {
      .name = "householder",
      .summary = "a matrix as the fewest generalised Householder factors",
      .description =
          "Proposition 1 of Grazzi et al. (ICLR 2025), sharpened: writes a matrix A as a product "
          "of "
          "factors I - beta v v^T / (v^T v), 0 <= beta <= 2, in the fewest there can be, or shows "
          "that "
          "there is no such product because |A| > 1. Permutations take n - #cycles swaps, "
          "orthogonal "
          "matrices rank(A - I) reflections. A contraction takes rank(A - I) factors exactly if a "
          "pencil made from it has real eigenvalues only, otherwise more. Factors are rational "
          "where "
          "they can be, and else certified enclosures of algebraic ones.\n"
          "\n"
          "MATRIX is typed as rows, \"0 1; 1 0\", or a .json file {\"matrix\": [[\"1/2\", 0], "
          "..]}; "
          "entries are integers, fractions or sums of cosines such as cos(2pi/5). Given a network, "
          "the matrix of every input of every layer is factored. `statewright check CERT --model "
          "MATRIX` has "
          "a certificate checked.\n"
          "\n"
          "Without MATRIX, a table: of random permutations, orthogonal matrices and contractions, "
          "how "
          "many take rank(A - I) factors, how many more, the longest product that was needed or "
          "found, "
          "and what Proposition 1 promises.\n"
          "\n"
          "Exit code 0: the least number is known, with factors or their enclosures. 1: a matrix "
          "expands. 3: bounds only. The table: 1 if more are needed than promised, 3 if a limit "
          "cut it "
          "short.",
      .examples =
          {
              {"statewright theorem householder \"0 1 0; 0 0 1; 1 0 0\"", "a cycle: two swaps"},
              {"statewright theorem householder \"3/10 -4/10; 4/10 3/10\" --certificate turn.cert",
               "a scaled rotation needs three"},
              {"statewright theorem householder --candidates 3", "a table: what matrices take"},
              {"statewright theorem householder \"1 1; 0 1\"", "a shear expands", 1},
          },
      .positionals = {{.name = "MATRIX",
                       .what =
                           "rows \"0 1; 1 0\", or a .json file with a matrix or a network, or -",
                       .optional = true,
                       .completes = Completes::file}},
      .flags = with_common(
          {candidates_flag("matrices drawn of each kind and size; 20 without it", "MATRIX"),
           certificate_flag("write factors, minors and norms for the independent checker",
                            "With `-` the certificate goes to standard output and "
                            "everything else to standard error.")},
          {Common::json, Common::force, Common::limits}),
      .run = run,
  };
}

}  // namespace statewright::cli
