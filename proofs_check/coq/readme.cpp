#include "proofs_check/coq/readme.hpp"

namespace statewright::proofs::coq {

std::string readme(const std::string& statement, About about, Axioms axioms) {
  const bool network = about != About::automaton, automaton = about != About::network;
  std::string files, options;
  if (network && automaton) {
    files =
        "model.sw        the network, automaton.sw the automaton: compare them with Instance.v\n";
  } else {
    files = network ? "model.sw        the network: compare it with Instance.v\n"
                    : "automaton.sw    the automaton: compare it with Instance.v\n";
  }
  if (network) options += " --model model.sw";
  if (automaton) options += " --automaton automaton.sw";
  return statement + "\n\nInstance.v      states and proves it; " +
         (axioms == Axioms::none
              ? "the last line of coqc's answer should be\n"
                "                \"Closed under the global context\": no axiom was used\n"
              : "coqc's last answer should be one axiom,\n"
                "                Classical_Prop.classic : forall P : Prop, P \\/ ~ P\n") +
         files + "instance.cert   the certificate, for statewright-check\n\n" +
         "  coqc -Q THEORIES Statewright Instance.v\n" + "  statewright-check instance.cert" +
         options +
         "\n\nTHEORIES is the folder of the compiled library: proofs_check/coq/theories of the\n"
         "sources after `./dev coq`. Written for Coq 8.16.\n";
}

}  // namespace statewright::proofs::coq
