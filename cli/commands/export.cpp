#include "cli/commands/commands.hpp"
#include "cli/coq_claims.hpp"
#include "cli/coq_export.hpp"
#include "cli/inputs.hpp"
#include "cli/output.hpp"
#include "cli/shared.hpp"
#include "cli/trace.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_canonical.hpp"
#include "core/lrnn/model_json.hpp"
#include "core/lrnn/rounded.hpp"

namespace statewright::cli {
namespace {

std::string format_by_ending(const Output& output) {
  const std::string& path = output.path();
  if (path.ends_with(".json")) return "json";
  if (output.is_standard() || path.ends_with(".sw")) return "canonical";
  throw core::Error({core::Fault::range, path, "a file name that ends in .json or .sw",
                     "another ending", "`--to` names the form"});
}

/// Flags that only the form `coq` has.
void refuse_flags_of_coq(const Args& args) {
  for (const char* flag : {"--language", "--certificate", "--claim", "--modulus"}) {
    if (!args.has(flag)) continue;
    throw core::Error({core::Fault::syntax, args.command(),
                       core::quoted(flag) + " with `--to coq` only", "another form"});
  }
}

int run(const Args& args, Streams& io) {
  if (args.value("--to") == "coq") {
    return exports_other_claim(args) ? export_other_claim(args, io) : export_to_coq(args, io);
  }
  refuse_flags_of_coq(args);
  const Output output = Output::of(args);
  const std::string format = args.has("--to") ? *args.value("--to") : format_by_ending(output);
  const core::Semantics semantics = arithmetic_of(args);
  core::Model model = read_model(args.positional("MODEL"));
  if (semantics.kind != core::Semantics::Kind::exact) model = core::quantise(model, semantics);
  output.write(
      format == "json" ? core::write_model_json(model) : core::write_model_canonical(model), io);
  return kDone;
}

}  // namespace

Command export_command() {
  return {
      .name = "export",
      .summary = "write a network in another form",
      .description =
          "canonical is the line-oriented form that certificates refer to and the independent "
          "checker "
          "reads; nothing is computed on the way except common denominators. json is the form that "
          "all commands read, laid out anew.\n"
          "\n"
          "coq is a folder with a theorem: for every word the network outputs what the language "
          "says. The "
          "network is verified first; `coqc` then checks the proof with the library of "
          "proofs_check/coq and "
          "prints what it assumes. With --certificate the claim of a certificate becomes the "
          "theorem, right "
          "or wrong: Coq decides; one about factors or bounded states needs no language, and MODEL "
          "may be a matrix. "
          "With --claim no-parity the theorem is that the network tells "
          "the parity of "
          "no letter whose matrices have real eigenvalues >= 0 only, whatever its states are cast "
          "to; with "
          "--claim no-counting, that it counts no letter modulo --modulus, where products of "
          "matrices have "
          "real eigenvalues. Letters with others are left out.\n"
          "\n"
          "Exit code 1 or 3 with coq: the claim is refuted, or unknown; nothing is written.",
      .examples =
          {
              {"statewright export s5.json --to canonical -o s5.sw",
               "what a certificate refers to"},
              {"statewright export s5.json --to canonical --arith bf16 -o s5-bf16.sw",
               "what a certificate in bf16 refers to"},
              {"statewright export parity.json --to json", "checked, and laid out anew"},
              {"statewright export parity.json --to coq --language parity -o parity-coq",
               "a theorem, for coqc"},
              {"statewright export parity.json --to coq --claim no-parity -o no-parity-coq",
               "that its eigenvalues forbid to tell the parity of the letter 0"},
              {"statewright export parity.json --to coq --claim no-counting --modulus 3 -o "
               "no-3-coq",
               "that they forbid to count modulo 3"},
          },
      .positionals = {model_word()},
      .flags = with_common(
          {{.name = "--to",
            .value = "FORMAT",
            .what = "the form; without it by the ending of FILE, canonical on standard output",
            .choices = {"canonical", "json", "coq"}},
           {.name = "--language",
            .value = "LANG",
            .what = "coq: what the network is proved to do",
            .completes = Completes::language},
           {.name = "--claim",
            .value = "CLAIM",
            .what = "coq: what is proved; without it what the certificate claims, or every-word",
            .more = "every-word: the network outputs what the language says. no-parity: its "
                    "eigenvalues forbid parity, as `theorem parity` says. no-counting: they forbid "
                    "counting modulo M, as `theorem counting` says.",
            .choices = {"every-word", "no-parity", "no-counting"}},
           {.name = "--modulus",
            .value = "M",
            .what = "coq: what --claim no-counting does not count by, at least 2"},
           {.name = "--certificate",
            .value = "FILE",
            .what = "coq: transcribe this certificate instead of verifying",
            .more =
                "That of a refuted claim, as `verify --certificate` writes it, makes a theorem "
                "of the counterexample; that of `theorem parity --refutation`, one of the "
                "eigenvalue. A certificate that no single layer, or no single factor, does what "
                "LANG says is given in place of MODEL, because it is about no network.",
            .completes = Completes::file},
           {.name = "--arith",
            .value = "S",
            .what = "store every parameter as this arithmetic does; exact without it",
            .more = "bf16, mixed:state=F,io=F, ..: what certificates in that arithmetic refer to."},
           output_flag("where to write; standard output without it. coq: a folder")},
          {Common::force, Common::limits}),
      .run = run,
  };
}

}  // namespace statewright::cli
