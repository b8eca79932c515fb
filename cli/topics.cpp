#include <string>
#include <vector>

#include "automata/language/named.hpp"
#include "cli/help.hpp"
#include "core/number/format.hpp"

namespace statewright::cli {
namespace {

std::string languages_page(const Streams& io) {
  std::string text = wrapped(
      "Wherever a command asks for a language it takes\n"
      "\n"
      "  regex:EXPRESSION   a regular expression, see below\n"
      "  FILE               an automaton: .dfa .json .dot .gv .fsm .att .txt .mata .jff .sw\n"
      "  NAME               one of the names below\n"
      "  -                  an automaton as .dfa text on standard input\n"
      "\n"
      "A name wins over a file of the same name unless it contains a `.` or a `/`. "
      "Nondeterministic "
      "and partial automata are made deterministic and complete; what counts is the minimal "
      "automaton. A language either accepts or rejects each word, or gives it one of several "
      "labels, such as the cell that a walker stands on.\n"
      "\n",
      io.width(), 0);
  text += io.on_out(Ink::heading, "Names") + "\n";
  std::vector<std::vector<std::string>> rows;
  for (const automata::NamedFamily& family : automata::named_families()) {
    rows.push_back({family.form, family.example, family.summary});
  }
  text += table_text(rows, 2);
  text += wrapped(
      "\n"
      "A group's letters are its elements, and the label of a word is the product of its letters, "
      "(a b)(i) = a(b(i)). `:gens` keeps only generators as letters, `:swaps` the identity and the "
      "transpositions, `:limit=k` elements that move at most k points; `:point` gives the place of "
      "point 1 as the label.\n"
      "\n",
      io.width(), 0);
  text += io.on_out(Ink::heading, "Regular expressions") + "\n";
  text += table_text(
      {
          {"e|f  e&f  ef  ~e", "union, intersection, concatenation, complement"},
          {"e*  e+  e?  e{m}  e{m,}  e{m,n}", "repetition"},
          {"(e)  ()  []", "group, the empty word, the empty language"},
          {".  [abc]  [a-z]  [^ab]", "any letter, classes"},
          {"\"push\"", "one letter with a long name"},
          {"\\n  \\t  \\\\  \\xHH  \\u{H..}", "escapes"},
      },
      2);
  text += wrapped(
      "\n"
      "The letters are those that occur in the expression, sorted, unless --alphabet or the "
      "network "
      "on the same command line says otherwise. Quote expressions: 'regex:(a|b)*abb'.\n",
      io.width(), 0);
  return text;
}

std::string arithmetic_page(const Streams& io) {
  std::string text = wrapped(
      "Arithmetic is part of every claim: a network that is right in exact arithmetic can be wrong "
      "in 16 bits. The flag --arith names it.\n"
      "\n"
      "  exact             never rounded: fractions, and cosines such as cos(2pi/5)\n"
      "  F                 every operation rounded to the format F, in the order kernels use\n"
      "  mixed:state=F,io=F,acc=F,readout=F\n"
      "                    parameters in io, products and sums in acc, states stored in `state`; "
      "acc\n"
      "                    may be a tensor core: volta turing ampere ada hopper blackwell; readout "
      "may\n"
      "                    be exact; all but `state` may be left out\n"
      "  once:F            A H + B exactly, then one rounding per number and step\n"
      "  cast:F            the finite precision of the theorems: the state is never rounded on the "
      "way,\n"
      "                    only what is read\n"
      "  chunk:F,C=64      the chunked (WY) form of training kernels, C letters at a time\n"
      "  ball:p=53         enclosures with p bits: never wrong, sometimes undecided (`run` only)\n"
      "  mpfr:F  mpfr:p=P  computed by MPFR: the same bits as F; or P bits (`run` only)\n"
      "\n"
      "`F` and `mixed` fix every operation and its order, bit for bit; the order is written down "
      "in "
      "proofs_check/FORMAT.md. Numbers in files are exact, so nothing is rounded on the way in.\n"
      "\n"
      "Formats F:\n"
      "\n",
      io.width(), 0);
  std::vector<std::vector<std::string>> rows;
  for (const core::NamedFormat& named : core::named_formats()) {
    rows.push_back({std::string(named.name), std::string(named.summary)});
  }
  rows.push_back({"float:e=5,m=10", "exponent and significand bits; then ,finite ,ftz if wanted"});
  rows.push_back({"fixed:i=2,f=12", "two's complement, sign among the i bits; ,wrap or ,sat"});
  text += table_text(rows, 2) + "\n";
  text += table_text(
      {
          {"/rne /rna", "nearest, ties to even (default) or away from zero"},
          {"/rz /ru /rd", "toward zero, up, down"},
          {"/ro", "to odd"},
          {"/sr:SEED /se:SEED",
           "stochastic: away from zero with the probability of the distance, or one half; "
           "/sr:SEED:N "
           "with N random bits"},
          {"/sat /inf", "overflow gives the largest value or infinity; else the format's own rule"},
      },
      2);
  return text;
}

std::string networks_page(const Streams& io) {
  return wrapped(
      "A network is a .json file. This one accepts words with an odd number of 1s, as the language "
      "parity does:\n"
      "\n"
      "  {\"schema\": \"statewright.model/1\",\n"
      "   \"letters\": [\"0\", \"1\"],\n"
      "   \"labels\": [\"reject\", \"accept\"],\n"
      "   \"layers\": [\n"
      "     {\"reads\": [\"token\"],\n"
      "      \"start\": [1, \"1/2\"],\n"
      "      \"transitions\": [\n"
      "        {\"on\": [\"0\"], \"gh\": []},\n"
      "        {\"on\": [\"1\"], \"gh\": [{\"beta\": 2, \"v\": [1, 0]}, {\"beta\": 1, \"v\": [0, "
      "1]}],\n"
      "         \"add\": [0, \"0.25\"]}],\n"
      "      \"readout\": {\"scores\": [[1, 0], [-1, 0]], \"bias\": [0, 0]}}]}\n"
      "\n"
      "For each letter x the state is H <- A(x) H + B(x). A is one of\n"
      "\n"
      "  \"gh\": [{\"beta\": b, \"v\": [..]}, ..]  a product of factors I - b v v^T / (v^T v),\n"
      "                                      the first applied first; [] is the identity.\n"
      "                                      A DeltaNet letter is one factor.\n"
      "  \"diagonal\": [..]                    Mamba, GLA, mLSTM and other gates\n"
      "  \"dense\": [[..], ..]                 any matrix, row by row\n"
      "\n"
      "and B is \"add\", or 0 without it. A DeltaNet letter with key k, |k| = 1, and value v adds "
      "beta v k. The network says the label whose row of \"scores\" W has the greatest (W H + "
      "bias), the first one on a tie; \"bias\" may be left out.\n"
      "\n"
      "Numbers are exact: whole numbers, or strings such as \"-3/8\", \"0.125\" and \"1/2 - "
      "3/4*cos(2pi/5)\". 0.125 without quotes is refused, since binary could not hold what was "
      "typed.\n"
      "\n"
      "A state may be a matrix: \"start\" and \"add\" are then lists of rows, and scores read the "
      "state row by row. Each further layer reads what it names in \"reads\": \"token\", or the "
      "number of an earlier layer, whose output 0, 1, .. at the same step then stands in \"on\", "
      "one entry for each source. Every combination needs exactly one transition. The last "
      "layer's outputs are the labels, which should be named as those of the language that the "
      "network is compared with.\n"
      "\n"
      "`statewright run --trace`, `verify`, `theorem parity` and all other commands that take a "
      "MODEL read such files. core/lrnn/MODEL_FORMAT.md has the whole grammar.\n",
      io.width(), 0);
}

std::string exit_codes_page(const Streams& io) {
  return table_text({
             {"0", "done; proved; equal; certificate verified"},
             {"1", "refuted (the shortest wrong word is printed); different; certificate rejected"},
             {"2", "bad input or usage: the message says where, what was expected and what found"},
             {"3", "unknown: a limit stopped the search; the message says which to raise"},
             {"4", "not here: Graphviz, the independent checker, CUDA or its GPU is missing"},
             {"70", "a bug in statewright; the message says how to report it"},
             {"130", "interrupted (Ctrl-C); what was found so far is printed"},
         }) +
         wrapped(
             "\n"
             "Scripts can rely on them: `statewright verify m.json S5 && deploy` deploys only what "
             "is proved.\n",
             io.width(), 0);
}

std::string formats_page(const Streams& io) {
  std::string text = io.on_out(Ink::heading, "Automata") + "\n";
  text += table_text(
      {
          {"dfa", ".dfa", "readable text; labels", "read, write"},
          {"json", ".json", "schema statewright.dfa/1; labels", "read, write"},
          {"dot", ".dot .gv", "Graphviz, AALpy's dialect included; labels", "read, write"},
          {"fsm", ".fsm .att .txt", "AT&T and OpenFst acceptor text", "read, write"},
          {"mata", ".mata", "@NFA-explicit", "read, write"},
          {"jff", ".jff", "JFLAP; labels", "read, write"},
          {"canonical", ".sw", "what certificates refer to; labels", "read, write"},
      },
      2);
  text += "\n" + io.on_out(Ink::heading, "Networks") + "\n";
  text += table_text(
      {
          {"json", ".json", "schema statewright.model/1", "read, write"},
          {"canonical", ".sw", "what certificates refer to", "write"},
          {"coq", "a folder", "a theorem about network and language, for coqc", "write"},
      },
      2);
  text += "\n" + io.on_out(Ink::heading, "Pictures") + "\n";
  text += table_text(
      {
          {"dot", ".dot .gv", "Graphviz source", "always"},
          {"svg pdf png", ".svg .pdf .png", "laid out by Graphviz", "if in this build"},
      },
      2);
  text += wrapped(
      "\n"
      "\"labels\" marks formats that hold machines with more outputs than accept and reject. The "
      "output of --json is one object whose member \"schema\" names its form, such as "
      "statewright.verify/1; members are only added while the number stays. Fractions are strings "
      "(\"3/8\"), never floating-point numbers.\n",
      io.width(), 0);
  return text;
}

std::string certificates_page(const Streams& io) {
  return wrapped(
      "`statewright verify MODEL LANG --certificate FILE` writes the evidence for its verdict. The "
      "separate program `statewright-check` reads it. It shares no code with statewright and uses "
      "nothing but GMP and the C++ standard library, so you need not trust the search, the "
      "compiler of networks or this program.\n"
      "\n"
      "A proof lists pairs (network state, automaton state): the start is among them, every letter "
      "leads from each pair to another of the list, and in every pair both sides give the same "
      "label. So they agree on every word. A counterexample gives a word and the pairs of all "
      "shorter "
      "words, which agree.\n"
      "\n"
      "Other claims are that no single layer recognises a language (`classify --certificate`), how "
      "few generalised Householder factors a network's matrices are products of (`theorem "
      "householder`), that a letter is no single factor (`theorem reflections`), that a "
      "network's eigenvalues forbid it to tell parity or to count, or do not (`theorem parity`, "
      "`theorem counting`), and that its states stay bounded, or grow (`theorem stability`).\n"
      "\n"
      "The certificate names network and automaton by the SHA-256 of their canonical files. You "
      "hand these files to the checker:\n"
      "\n"
      "  statewright export s5.json --to canonical -o s5.sw\n"
      "  statewright dfa convert S5 --to canonical -o s5-automaton.sw\n"
      "  statewright-check s5.cert --model s5.sw --automaton s5-automaton.sw\n"
      "\n"
      "`statewright check s5.cert --model s5.json --language S5` is short for these three lines; "
      "with --keep DIR it leaves the two files behind and prints the last line. What remains "
      "trusted is that those two files say what you mean.\n",
      io.width(), 0);
}

std::string environment_page(const Streams& io) {
  return table_text({
             {"NO_COLOR", "if set and not empty: no colour, unless --color always"},
             {"TERM", "if \"dumb\": no colour, unless --color always, and no progress line"},
             {"TMPDIR", "where `check` and `doctor` put temporary files"},
             {"PATH", "where `check` looks for statewright-check, after its own folder"},
         }) +
         wrapped(
             "\n"
             "There is no configuration file, nothing is sent anywhere, and no other variable is "
             "read.\n",
             io.width(), 0);
}

}  // namespace

const std::vector<Topic>& topics() {
  static const std::vector<Topic> all = {
      {"languages", "names, regular expressions and files that denote a language", languages_page},
      {"arithmetic", "what a number is, and where it is rounded", arithmetic_page},
      {"networks", "how a network is written by hand", networks_page},
      {"exit-codes", "what the exit code says", exit_codes_page},
      {"formats", "files that are read and written", formats_page},
      {"certificates", "what a certificate proves, and to whom", certificates_page},
      {"environment", "the environment variables that matter", environment_page},
  };
  return all;
}

}  // namespace statewright::cli
