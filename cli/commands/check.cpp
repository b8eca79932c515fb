#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <variant>

#include "automata/language/canonical.hpp"
#include "cli/checker.hpp"
#include "cli/commands/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/interrupt.hpp"
#include "cli/matrix_input.hpp"
#include "cli/output.hpp"
#include "cli/shared.hpp"
#include "cli/text.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_canonical.hpp"
#include "core/lrnn/rounded.hpp"
#include "core/text/file.hpp"
#include "proofs_check/theorems/householder_certificate.hpp"
#include "proofs_check/theorems/reflections.hpp"
#include "proofs_check/verify/certificate.hpp"

// This command decides nothing. It turns network and language into the canonical files that the
// certificate refers to, and hands them to the separate program `statewright-check`.

namespace statewright::cli {
namespace {

using core::Error;
using core::Fault;

/// The canonical network; without a text if the certificate is about none.
struct CanonicalModel {
  std::optional<std::string> text;
  std::optional<core::Alphabet> letters;
};

/// Enough of a certificate to know its arithmetic by.
std::string head_of(const std::string& path) {
  constexpr std::streamsize kMost = 4096;
  std::string head(kMost, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(head.data(), kMost);
  head.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return head;
}

/// What a certificate is about refers to the network as its arithmetic stores it.
CanonicalModel canonical_model(const std::string& path,
                               const std::optional<core::Semantics>& semantics) {
  if (is_matrix_rows(path)) {
    return {core::write_model_canonical(read_matrix_or_model(path).model), {}};
  }
  std::string text = core::read_file(path);
  if (is_canonical_model(text)) {
    core::Alphabet letters = letters_of_canonical_model(text, path);
    return {std::move(text), std::move(letters)};
  }
  if (const auto matrix = parse_matrix_json(text, path)) {
    return {core::write_model_canonical(proofs::matrix_model(*matrix)), {}};
  }
  core::Model model = parse_model(text, path);
  if (semantics && semantics->kind != core::Semantics::Kind::exact) {
    model = core::quantise(model, *semantics);
  }
  return {core::write_model_canonical(model), model.letters};
}

/// A canonical file is passed on as it is, and the checker reads it; anything else is read here.
std::string canonical_automaton(const std::string& spec,
                                const std::optional<core::Alphabet>& letters) {
  if (spec != "-" && is_automaton_text(spec)) {
    std::string text = core::read_file(spec);
    if (is_canonical_automaton(text)) return text;
  }
  return automata::write_automaton_canonical(read_language(spec, letters, {}).dfa);
}

/// The language or automaton that was named; exactly one of the two flags must be there.
std::string automaton_spec(const Args& args) {
  const auto language = args.value("--language"), file = args.value("--automaton");
  if (language.has_value() == file.has_value()) {
    throw Error({Fault::syntax,
                 args.command(),
                 "either `--language LANG` or `--automaton FILE`, what the certificate is about",
                 language ? "both" : "neither",
                 {}});
  }
  if (language) return *language;
  std::error_code ignored;
  if (*file != "-" && !std::filesystem::exists(*file, ignored)) {
    throw Error({Fault::io, *file, "an automaton file", "no such file",
                 "names such as S5 are given with `--language`"});
  }
  // "./machine" is a file for certain, "machine" might be the name of a language
  return file->find_first_of("./") == std::string::npos && *file != "-" ? "./" + *file : *file;
}

[[noreturn]] void refuse_without_model(const Args& args) {
  throw Error({Fault::syntax, args.command(),
               "`--model FILE`, the network that the certificate is about", "nothing",
               "the checker trusts no certificate to name its own subject; only the claims "
               "no-single-layer and no-single-factor are about no network"});
}

const char* outcome_of(int exit) {
  switch (exit) {
    case 0:
      return "verified";
    case 1:
      return "rejected";
    case 2:
      return "malformed";
    default:
      return "resources";
  }
}

int run(const Args& args, Streams& io) {
  const std::string& certificate = args.positional("CERT");
  const auto model_path = args.value("--model");
  const bool names_automaton = args.has("--language") || args.has("--automaton");
  if (!model_path && !names_automaton) refuse_without_model(args);
  // Without either flag the certificate has to be about a network alone, which its head says below.
  const std::string spec = names_automaton ? automaton_spec(args) : "";
  if ((certificate == "-") + (model_path == "-") + (spec == "-") > 1) {
    throw Error({Fault::syntax, args.command(), "standard input once", "`-` several times", {}});
  }
  std::error_code ignored;
  if (certificate != "-" && !std::filesystem::exists(certificate, ignored)) {
    throw Error({Fault::io, certificate, "a certificate", "no such file", {}});
  }
  const auto checker = find_checker();
  if (!checker) {
    throw Error({Fault::unavailable, args.command(), "the program statewright-check",
                 "none beside statewright, in ../libexec or in PATH",
                 "it is built and installed together with statewright"});
  }

  const Interrupt interrupt;  // so that Ctrl-C removes the temporary files
  // A certificate that cannot be read or parsed is left to the checker to refuse.
  const bool read_once = certificate == "-" || std::filesystem::is_fifo(certificate, ignored);
  const std::string head = read_once ? core::read_file(certificate) : head_of(certificate);
  if (!model_path && !proofs::is_impossibility_certificate(head) &&
      !proofs::is_no_single_factor_certificate(head)) {
    refuse_without_model(args);
  }
  if (!names_automaton && !proofs::is_network_certificate(head)) automaton_spec(args);  // throws
  const CanonicalModel model =
      model_path ? canonical_model(*model_path, proofs::semantics_of_certificate(head))
                 : CanonicalModel{};
  const std::string automaton = names_automaton ? canonical_automaton(spec, model.letters) : "";
  const TemporaryFolder temporary;
  std::string folder = temporary.path();
  const auto keep = args.value("--keep");
  if (keep) {
    folder = *keep;
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) throw Error({Fault::io, folder, "a folder that can be made", error.message()});
  }
  const std::string model_file = folder + "/model.sw", automaton_file = folder + "/automaton.sw";
  if (model.text) Output(model_file, args.has("--force")).write(*model.text, io);
  if (names_automaton) Output(automaton_file, args.has("--force")).write(automaton, io);
  std::string certificate_file = certificate;
  if (read_once) {
    certificate_file = folder + "/certificate.cert";
    Output(certificate_file, args.has("--force")).write(head, io);
  }
  std::vector<std::string> arguments = {certificate_file};
  if (model.text) arguments.insert(arguments.end(), {"--model", model_file});
  if (names_automaton) arguments.insert(arguments.end(), {"--automaton", automaton_file});
  if (keep) {
    io.err() << shell_quoted(*checker);
    for (const std::string& word : arguments) io.err() << ' ' << shell_quoted(word);
    io.err() << '\n' << std::flush;
  }

  io.err() << std::flush;
  const ProcessResult result = run_process(*checker, arguments);
  if (Interrupt::requested()) {
    io.err() << "interrupted: the checker gave no answer\n";
    return kInterrupted;
  }
  if (result.exit > 3) {
    throw std::runtime_error("statewright-check ended with exit code " +
                             std::to_string(result.exit));
  }
  if (args.has("--json")) {
    JsonOut object;
    object["schema"] = "statewright.check/1";
    object["outcome"] = outcome_of(result.exit);
    object["certificate"] = certificate;
    object["model"] = model_path ? JsonOut(*model_path) : JsonOut();
    object["language"] = names_automaton ? JsonOut(spec) : JsonOut();
    object["output"] = result.out;
    io.out() << json_text(object);
  } else {
    io.out() << result.out;
  }
  return result.exit;
}

}  // namespace

Command check_command() {
  return {
      .name = "check",
      .summary = "have a certificate checked by the independent program statewright-check",
      .description =
          "Writes the network and the language as the canonical files that certificates refer to, "
          "in "
          "a temporary folder, runs statewright-check on them and passes on what it says. This "
          "command itself decides nothing; with --keep it leaves the two files behind and prints "
          "the "
          "exact line to run by hand. Canonical files (.sw) are passed on untouched. For a "
          "certificate in "
          "rounded arithmetic a .json network is first rounded to the formats that the certificate "
          "spells. A certificate that no single layer does what the language asks for is about no "
          "network: leave out --model. One about the matrices of a network, or about a matrix "
          "given "
          "to --model as rows, is about no language: leave out --language.\n"
          "\n"
          "Exit code 0: verified. 1: rejected. 2: malformed files. 3: out of memory. 4: there is "
          "no "
          "statewright-check.",
      .examples =
          {
              {"statewright check s5.cert --model s5.json --language S5", "VERIFIED and the claim"},
              {"statewright check s5.cert --model parity.json --language parity",
               "a certificate about another network", 1},
              {"statewright check first.cert --language first:e,f",
               "that no single layer recognises it, from a certificate about no network"},
          },
      .positionals = {{.name = "CERT",
                       .what = "the certificate, or - for standard input",
                       .completes = Completes::file}},
      .flags = with_common(
          {
              {.name = "--model",
               .value = "FILE",
               .what = "the network that it is about, if any: .json, or canonical .sw",
               .completes = Completes::file},
              {.name = "--language",
               .value = "LANG",
               .what = "the language that it is about",
               .completes = Completes::language},
              {.name = "--automaton",
               .value = "FILE",
               .what = "an automaton file instead of --language",
               .completes = Completes::file},
              {.name = "--keep",
               .value = "DIR",
               .what = "keep the canonical files in DIR and print the checker's command line",
               .completes = Completes::directory},
          },
          {Common::json, Common::force}),
      .run = run,
  };
}

}  // namespace statewright::cli
