#include <iostream>

#include "automata/compile/compile.hpp"
#include "automata/language/language.hpp"
#include "automata/render/draw.hpp"
#include "core/lrnn/model_json.hpp"
#include "proofs_check/verify/certificate.hpp"

int main() {
  using namespace statewright;
  const automata::Language language = automata::load_language("regex:((a|b)(a|b)(a|b))*");
  const core::Model model = automata::compile(language);
  const proofs::Verdict verdict = proofs::verify(model, language.dfa);
  const std::string certificate = proofs::write_certificate(verdict, model, language.dfa);
  const bool read_back = core::read_model_json(core::write_model_json(model), "model") == model;
  std::cout << (verdict.proof() != nullptr && read_back && !certificate.empty() &&
                        !automata::draw_dfa(language.dfa).empty()
                    ? "consumed\n"
                    : "failed\n");
}
