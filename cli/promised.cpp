#include "cli/promised.hpp"

#include "cli/shared.hpp"

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

int exit_of(const proofs::Verdict& verdict) {
  if (verdict.proof() != nullptr) return kDone;
  return verdict.witness() != nullptr ? kRefuted : kUnknown;
}

}  // namespace statewright::cli
