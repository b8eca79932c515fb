#include "cli/promised.hpp"

#include "cli/shared.hpp"
#include "core/lrnn/model_json.hpp"
#include "proofs_check/verify/certificate.hpp"

namespace statewright::cli {

std::string promised_text(std::string_view word, const proofs::PromisedNetwork& network,
                          Streams& io) {
  const core::Cost& cost = network.cost;
  const std::string size =
      counted(cost.layers, "layer") + ", " + counted(cost.dimension, "number") +
      (cost.factors_per_token ? ", " + counted(*cost.factors_per_token, "factor") + " a token"
                              : "");
  if (network.verdict.proof() != nullptr) {
    return report_line(word, io.on_out(Ink::good, "proved") + ": " + size);
  }
  if (const proofs::Counterexample* found = network.verdict.witness()) {
    return report_line(word, io.on_out(Ink::bad, "refuted") + ": " + size + "; on " +
                                 word_text(network.model.letters, found->word) + " it gives " +
                                 found->network_label + " instead of " + found->automaton_label +
                                 ", and no shorter word tells");
  }
  return report_line(word, io.on_out(Ink::doubtful, "unknown") + ": " + size + "; stopped by " +
                               network.verdict.unknown()->hit.limit);
}

JsonOut promised_json(const proofs::PromisedNetwork& network) {
  JsonOut object;
  object["flags"] = network.flags;
  object["construction"] = network.model.about.construction;
  object["layers"] = network.cost.layers;
  object["dimension"] = network.cost.dimension;
  object["factors_per_token"] =
      network.cost.factors_per_token ? JsonOut(*network.cost.factors_per_token) : JsonOut(nullptr);
  if (const proofs::Proof* proof = network.verdict.proof()) {
    object["outcome"] = "proved";
    object["product_states"] = proof->states;
  } else if (const proofs::Counterexample* found = network.verdict.witness()) {
    object["outcome"] = "refuted";
    object["witness"] = {{"word", word_json(network.model.letters, found->word)},
                         {"network", found->network_label},
                         {"language", found->automaton_label},
                         {"shortest", true}};
  } else {
    object["outcome"] = "unknown";
    object["limit"] = network.verdict.unknown()->hit.limit;
    object["raise"] = network.verdict.unknown()->hit.raise;
  }
  return object;
}

std::vector<Flag> promised_flags() {
  return {
      {.name = "--network",
       .value = "FILE",
       .what = "write the network, as JSON",
       .completes = Completes::file},
      certificate_flag("write the proof of what the network does, for the independent checker",
                       "`statewright check CERT --model NETWORK --language LANG` has it checked.")};
}

PromisedFiles PromisedFiles::of(const Args& args) {
  PromisedFiles files;
  for (const auto& [flag, output] :
       {std::pair{"--network", &files.network}, std::pair{"--certificate", &files.certificate}}) {
    if (!args.has(flag)) continue;
    *output = Output::of(args, flag);
    if ((*output)->is_standard()) {
      throw core::Error({core::Fault::syntax,
                         args.command(),
                         "a file name after `" + std::string(flag) + "`",
                         "standard output",
                         {}});
    }
  }
  return files;
}

void PromisedFiles::write(const proofs::PromisedNetwork& promised, const automata::Dfa& automaton,
                          const std::string& spec, Streams& io) const {
  if (network) network->write(core::write_model_json(promised.model), io);
  if (!certificate) return;
  if (promised.verdict.unknown() != nullptr) {
    io.note("no certificate written: there is nothing to certify yet");
    return;
  }
  certificate->write(proofs::write_certificate(promised.verdict, promised.model, automaton), io);
  if (!network) {
    io.hint("`--network FILE` writes the network, which the checker must be given");
  } else if (spec != "-") {
    io.hint("`statewright check " + shell_quoted(certificate->path()) + " --model " +
            shell_quoted(network->path()) + " --language " + shell_quoted(spec) +
            "` has it checked independently");
  }
}

JsonOut PromisedFiles::json() const {
  const auto name = [](const std::optional<Output>& output) {
    return output ? JsonOut(output->path()) : JsonOut(nullptr);
  };
  return {{"network", name(network)}, {"certificate", name(certificate)}};
}

}  // namespace statewright::cli
