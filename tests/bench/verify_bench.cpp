// Verification in exact arithmetic: transitions per second, the reference beside the fast path
// where the reference ends in reasonable time. Every timed verdict is checked to be a proof with
// the expected number of product states.

#include "automata/compile/compile.hpp"
#include "automata/language/language.hpp"
#include "proofs_check/verify/verify.hpp"
#include "tests/bench/table.hpp"

using namespace statewright;
using namespace statewright::bench;
using automata::StateCode;

namespace {

struct Case {
  const char* language;
  StateCode code;
  const char* code_name;
  std::size_t rows;
  bool with_reference, in_smoke;
};

void verification(bool smoke) {
  Table table(
      "Verification, exact: CPU milliseconds from model and automaton to the invariant table "
      "(preparing the layer included), and transitions per second",
      {"language", "state code", "dimension", "letters", "product states", "transitions",
       "statewright", "transitions/s", "reference", "ratio"});
  const Case cases[] = {
      {"S5", StateCode::orbit, "orbit", 120, true, true},
      {"S5", StateCode::one_hot, "one-hot", 120, false, true},
      {"S6", StateCode::orbit, "orbit", 720, false, true},
      {"S7:point", StateCode::one_hot, "one-hot", 7, true, false},
      {"S7", StateCode::orbit, "orbit", 5040, false, false},
      {"S8:gens", StateCode::orbit, "orbit", 40320, false, false},
      {"S8:gens", StateCode::matrix, "matrix", 40320, false, false},
      {"S8:gens:point", StateCode::one_hot, "one-hot", 8, true, false},
  };
  for (const Case& c : cases) {
    if (smoke && !c.in_smoke) continue;
    const automata::Language language = automata::load_language(c.language);
    const core::Model model = automata::compile(language, {c.code, {}});
    const auto rows_of = [&](const proofs::Verdict& verdict) {
      return verdict.proof() == nullptr ? 0 : verdict.proof()->rows.size();
    };
    bench::verify(rows_of(proofs::verify(model, language.dfa)) == c.rows, c.language);
    std::vector<std::function<void()>> contestants = {[&] { proofs::verify(model, language.dfa); }};
    if (c.with_reference) {
      bench::verify(rows_of(proofs::verify_reference(model, language.dfa)) == c.rows, c.language);
      contestants.emplace_back([&] { proofs::verify_reference(model, language.dfa); });
    }
    const std::vector<double> ms = interleaved(smoke ? 3 : 5, contestants);
    const double transitions =
        static_cast<double>(c.rows) * static_cast<double>(language.dfa.letters.size());
    char rate[32];
    std::snprintf(rate, sizeof rate, "%.2e", transitions / (ms[0] / 1e3));
    table.add({c.language, c.code_name, std::to_string(core::cost_of(model).dimension),
               std::to_string(language.dfa.letters.size()), std::to_string(c.rows),
               std::to_string(static_cast<std::size_t>(transitions)), number(ms[0]), rate,
               ms.size() > 1 ? number(ms[1]) : "", ms.size() > 1 ? ratio(ms[1], ms[0]) : ""});
  }
  table.print();
}

}  // namespace

int main(int argc, char** argv) {
  const bool smoke = smoke_asked(argc, argv);
  std::cout << "## Verification\n\n";
  print_machine(smoke);
  verification(smoke);
}
