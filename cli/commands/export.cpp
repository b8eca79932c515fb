#include "cli/commands/commands.hpp"
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

int run(const Args& args, Streams& io) {
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
          "all commands read, laid out anew.",
      .examples =
          {
              {"statewright export s5.json --to canonical -o s5.sw",
               "what a certificate refers to"},
              {"statewright export s5.json --to canonical --arith bf16 -o s5-bf16.sw",
               "what a certificate in bf16 refers to"},
              {"statewright export parity.json --to json", "checked, and laid out anew"},
          },
      .positionals = {model_word()},
      .flags = with_common(
          {{.name = "--to",
            .value = "FORMAT",
            .what = "the form; without it by the ending of FILE, canonical on standard output",
            .choices = {"canonical", "json"}},
           {.name = "--arith",
            .value = "S",
            .what = "store every parameter as this arithmetic does; exact without it",
            .more = "bf16, mixed:state=F,io=F, ..: what certificates in that arithmetic refer to."},
           output_flag("where to write; standard output without it")},
          {Common::force}),
      .run = run,
  };
}

}  // namespace statewright::cli
