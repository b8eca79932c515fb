// Compilation of regular languages: what is compiled, into how many layers, dimensions and factors,
// and how long it takes. Nothing is only timed: every network is proved for words of every length
// in exact arithmetic and again with every operation rounded to bf16, and both certificates are
// given to the program statewright-check.

#include <array>
#include <chrono>
#include <filesystem>
#include <map>

#include "automata/compile/compile.hpp"
#include "automata/compile/pd.hpp"
#include "automata/compile/rwkv7.hpp"
#include "automata/language/canonical.hpp"
#include "automata/language/minimize.hpp"
#include "automata/language/named.hpp"
#include "automata/language/random_dfa.hpp"
#include "automata/language/regex.hpp"
#include "core/error.hpp"
#include "core/lrnn/model_canonical.hpp"
#include "core/text/file.hpp"
#include "proofs_check/verify/certificate.hpp"
#include "proofs_check/verify/verify.hpp"
#include "tests/automata/regex_oracle.hpp"
#include "tests/bench/table.hpp"

using namespace statewright;
using namespace statewright::bench;
using automata::Language;

namespace {

constexpr std::chrono::seconds kMostTime{120};  ///< for one proof
constexpr std::size_t kMostLines = 20;          ///< of unknown answers; wrong ones are all listed

// --- the languages

struct Group {
  std::string name;
  std::vector<Language> languages;
};

Language of(std::string name, automata::Dfa dfa) {
  Language language;
  language.name = std::move(name);
  language.dfa = automata::minimize(dfa);
  return language;
}

Group named(bool smoke) {
  Group group{"named", {}};
  std::vector<std::string> names;
  for (const auto& family : automata::named_families()) names.push_back(family.example);
  for (const char* more : {"first:e,f,g",  "dyck:2,3",
                           "modarith:5",   "gridworld:9",
                           "tomita:1",     "tomita:2",
                           "tomita:3",     "tomita:4",
                           "tomita:5",     "tomita:6",
                           "tomita:7",     "mod:2",
                           "mod:12",       "cyclenav:7",
                           "S3",           "A4",
                           "D6",           "Q8",
                           "Z60",          "S5:swaps",
                           "S5:point",     "regex:(a|b)*abba(a|b)*",
                           "regex:(aaa)*b"}) {
    names.emplace_back(more);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const std::string& name : names) {
    Language language = automata::load_language(name);
    if (language.dfa.size() > (smoke ? 30U : 200U)) continue;
    group.languages.push_back(std::move(language));
  }
  // Comments of C: a slash and a star open, the first star and slash after that close.
  Language comments =
      automata::load_language("regex:'/''*'~(.*'*''/'.*)'*''/'", core::Alphabet({"/", "*", "x"}));
  comments.name = "C comments";
  group.languages.push_back(std::move(comments));
  return group;
}

/// Letters that generate all maps of n points: a cycle, a transposition, and one that sends point 0
/// to 1. The output is where point 0 is, or the whole map.
Language full_transformations(std::uint32_t n, bool whole) {
  std::vector<std::vector<automata::State>> letters(3, std::vector<automata::State>(n));
  for (std::uint32_t i = 0; i < n; ++i) {
    letters[0][i] = (i + 1) % n;
    letters[1][i] = letters[2][i] = i;
  }
  letters[1][0] = letters[2][0] = 1;
  letters[1][1] = 0;
  automata::Dfa dfa;
  dfa.letters = core::Alphabet({"cycle", "swap", "collapse"});
  std::vector<std::vector<automata::State>> maps(1);
  for (std::uint32_t i = 0; i < (whole ? n : 1); ++i) maps[0].push_back(i);
  std::map<std::vector<automata::State>, automata::State> index = {{maps[0], 0}};
  for (std::size_t q = 0; q < maps.size(); ++q) {
    for (const auto& letter : letters) {
      std::vector<automata::State> after = maps[q];
      for (automata::State& point : after) point = letter[point];
      const auto [at, is_new] = index.emplace(after, static_cast<automata::State>(maps.size()));
      if (is_new) maps.push_back(std::move(after));
      dfa.next.push_back(at->second);
    }
    dfa.output.push_back(static_cast<automata::Output>(q));
  }
  for (const auto& map : maps) {
    std::string label;
    for (const automata::State point : map) label += std::to_string(point + 1);
    dfa.labels.push_back(label);
  }
  return of("T" + std::to_string(n) + (whole ? "" : ":point"), dfa);
}

Group transformations(bool smoke) {
  Group group{"all maps", {full_transformations(4, false), full_transformations(5, false)}};
  bench::verify(group.languages[0].dfa.size() == 4, "T4:point has 4 states");
  if (!smoke) group.languages.push_back(full_transformations(4, true));
  bench::verify(smoke || group.languages[2].dfa.size() == 256, "T4 has 4^4 elements");
  return group;
}

/// Seeds 1, 2, ..: each draws a number of states and of letters and then the automaton; kept are
/// those whose minimal automaton still has at least the fewest states, until there are `count`.
Group random_automata(const std::string& name, std::size_t count, std::size_t fewest,
                      std::size_t most) {
  Group group{name, {}};
  for (std::uint64_t seed = 1; group.languages.size() < count; ++seed) {
    automata::SplitMix64 draw(seed ^ 0x5eedULL);
    const std::size_t states = fewest + draw() % (most - fewest + 1), letters = 1 + draw() % 3;
    Language language = of("R(" + std::to_string(states) + ", " + std::to_string(letters) +
                               ", seed " + std::to_string(seed) + ")",
                           automata::random_dfa(states, letters, seed));
    if (language.dfa.size() >= fewest) group.languages.push_back(std::move(language));
  }
  return group;
}

Group random_expressions(std::size_t count) {
  Group group{"random regexes", {}};
  core::Limits limits;
  limits.max_states = 10'000;
  for (std::uint64_t seed = 1; group.languages.size() < count; ++seed) {
    automata::SplitMix64 random(seed);
    const std::size_t letters = 1 + random() % 3;
    const auto tree = automata::oracle::random_expression(4 + random() % 12, letters, random);
    automata::oracle::Spelling spell(letters, random);
    const std::string text = spell(tree);
    Language language =
        of("regex:" + text,
           automata::compile_regex(text, core::Alphabet(automata::oracle::Spelling::names(letters)),
                                   limits));
    // The constant languages and those of a state or two are many; they say little.
    if (language.dfa.size() < 3 || language.dfa.size() > 40) continue;
    group.languages.push_back(std::move(language));
  }
  return group;
}

// --- one network

struct Timer {
  std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
  double ms() const {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
        .count();
  }
};

enum class Fate { good, refused, unknown, wrong };

struct Result {
  Fate fate = Fate::good;
  std::string why = {};  ///< unless good
  core::Cost cost = {};
  std::string construction = {};
  std::uint64_t rows = 0;
  double compile_ms = 0, exact_ms = 0, bf16_ms = 0, check_ms = 0;
};

/// The files that a certificate is checked from, removed at the end.
class Checker {
 public:
  Checker()
      : folder_(std::filesystem::temp_directory_path() /
                ("statewright-compile-bench-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~Checker() { std::filesystem::remove_all(folder_); }
  Checker(const Checker&) = delete;
  Checker& operator=(const Checker&) = delete;

  /// Nothing if statewright-check answers VERIFIED, else what it says.
  std::string complaint(const std::string& certificate, const core::Model& model,
                        const automata::Dfa& dfa) const {
    const std::array<std::pair<const char*, std::string>, 3> files = {
        {{" ", certificate},
         {" --model ", core::write_model_canonical(model)},
         {" --automaton ", automata::write_automaton_canonical(dfa)}}};
    std::string command = "'" STATEWRIGHT_CHECKER "'";
    for (std::size_t i = 0; i < files.size(); ++i) {
      const std::string path = (folder_ / std::to_string(i)).string();
      core::write_file(path, files[i].second);
      command += std::string(files[i].first) + "'" + path + "'";
    }
    FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return "statewright-check cannot be run";
    std::string answer;
    std::array<char, 4096> buffer{};
    for (std::size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
      answer.append(buffer.data(), n);
    }
    const int status = pclose(pipe);
    const bool verified =
        WIFEXITED(status) && WEXITSTATUS(status) == 0 && answer.rfind("VERIFIED", 0) == 0;
    return verified ? "" : "statewright-check: " + answer;
  }

 private:
  std::filesystem::path folder_;
};

struct Target {
  std::string name;
  std::function<core::Model(const Language&)> compile;
  std::uint64_t most_rows = 2'000'000;  ///< of one proof
  std::size_t most_languages = 1000;    ///< of one group, the first ones
};

/// Proves and checks in one arithmetic; what is wrong goes to `result`.
void prove(const Target& target, const core::Model& model, const automata::Dfa& dfa,
           const core::Semantics& arithmetic, bool exact, const Checker& checker, Result& result) {
  core::Limits limits;
  limits.max_states = target.most_rows;
  limits.deadline = std::chrono::steady_clock::now() + kMostTime;
  const Timer prove_timer;
  const proofs::Verdict verdict =
      exact ? proofs::verify(model, dfa, limits) : proofs::verify(model, dfa, arithmetic, limits);
  (exact ? result.exact_ms : result.bf16_ms) = prove_timer.ms();
  const std::string where = exact ? "exact: " : "bf16: ";
  if (verdict.unknown() != nullptr) {
    result.fate = Fate::unknown;
    result.why = where + verdict.unknown()->hit.limit;
    return;
  }
  if (verdict.witness() != nullptr) {
    result.fate = Fate::wrong;
    result.why = where + "refuted by " + core::quoted(dfa.letters.spell(verdict.witness()->word));
    return;
  }
  result.rows = verdict.proof()->states;
  const Timer check_timer;
  const std::string complaint =
      exact ? checker.complaint(proofs::write_certificate(verdict, model, dfa), model, dfa)
            : checker.complaint(proofs::write_certificate(verdict, model, dfa, arithmetic),
                                core::quantise(model, arithmetic), dfa);
  result.check_ms += check_timer.ms();
  if (complaint.empty()) return;
  result.fate = Fate::wrong;
  result.why = where + complaint;
}

Result tried(const Target& target, const Language& language, const Checker& checker) {
  static const core::Semantics bf16 = core::parse_semantics("bf16", "bench");
  Result result;
  core::Model model;
  const Timer timer;
  try {
    model = target.compile(language);
  } catch (const core::Error& error) {
    const bool fits = error.facts().fault != core::Fault::unsupported &&
                      error.facts().fault != core::Fault::limit;
    result.fate = fits ? Fate::wrong : Fate::refused;
    result.why = "expected " + error.facts().expected;
    return result;
  }
  result.compile_ms = timer.ms();
  result.cost = core::cost_of(model);
  result.construction = model.about.construction;
  try {
    core::validate(model);
    prove(target, model, language.dfa, bf16, true, checker, result);
    if (result.fate == Fate::good) prove(target, model, language.dfa, bf16, false, checker, result);
  } catch (const core::Error& error) {
    result.fate = Fate::wrong;
    result.why = error.what();
  }
  return result;
}

// --- tables

/// Digits as #, so that one construction is one line whatever its sizes.
std::string without_numbers(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (digit && !out.empty() && out.back() == '#') continue;
    out += digit ? '#' : c;
  }
  return out.size() > 110 ? out.substr(0, 107) + "..." : out;
}

/// "1: 940, 2: 12": how often each value occurs; with many values the quartiles.
std::string distribution(const std::map<std::size_t, std::size_t>& counts) {
  std::string text;
  if (counts.size() <= 6) {
    for (const auto& [value, count] : counts) {
      text += (text.empty() ? "" : ", ") + std::to_string(value) + ": " + std::to_string(count);
    }
    return text;
  }
  std::vector<std::size_t> all;
  for (const auto& [value, count] : counts) all.insert(all.end(), count, value);
  const auto at = [&](std::size_t quarter) {
    return std::to_string(all[(all.size() - 1) * quarter / 4]);
  };
  return at(0) + " | " + at(1) + " | " + at(2) + " | " + at(3) + " | " + at(4);
}

std::string typical(std::vector<double> ms) {
  if (ms.empty()) return "";
  const double largest = *std::max_element(ms.begin(), ms.end());
  return number(median(std::move(ms))) + " / " + number(largest);
}

struct Report {
  Table fates{"What became of the languages",
              {"target, languages", "number", "refused", "compiled", "proved, checked", "unknown",
               "wrong"}};
  Table sizes{
      "Sizes of the networks that are proved: value: how many, or minimum, quartiles and "
      "maximum",
      {"target, languages", "layers", "dimension", "factors a token", "product states"}};
  Table times{
      "Milliseconds, median / most: compiling, proving exactly, proving in bf16, both "
      "certificates through statewright-check",
      {"target, languages", "compile", "exact", "bf16", "check"}};
  std::map<std::string, std::map<std::string, std::size_t>> constructions, refusals;
  std::vector<std::string> unknown, wrong;

  void run(const Target& target, const Group& group, const Checker& checker) {
    std::map<Fate, std::size_t> count;
    std::map<std::size_t, std::size_t> layers, dimensions, factors, rows;
    std::vector<double> compile_ms, exact_ms, bf16_ms, check_ms;
    const std::size_t all = std::min(group.languages.size(), target.most_languages);
    for (std::size_t i = 0; i < all; ++i) {
      const Language& language = group.languages[i];
      const Result result = tried(target, language, checker);
      ++count[result.fate];
      const std::string line = target.name + ", " + language.name + ": " + result.why;
      if (result.fate == Fate::refused) ++refusals[target.name][without_numbers(result.why)];
      if (result.fate == Fate::unknown) unknown.push_back(line);
      if (result.fate == Fate::wrong) wrong.push_back(line);
      if (result.fate != Fate::good) continue;
      ++constructions[target.name][without_numbers(result.construction)];
      ++layers[result.cost.layers];
      ++dimensions[result.cost.dimension];
      if (result.cost.factors_per_token) ++factors[*result.cost.factors_per_token];
      ++rows[result.rows];
      compile_ms.push_back(result.compile_ms);
      exact_ms.push_back(result.exact_ms);
      bf16_ms.push_back(result.bf16_ms);
      check_ms.push_back(result.check_ms);
    }
    const std::string name = target.name + ", " + group.name;
    const auto text = [&](Fate fate) { return std::to_string(count[fate]); };
    fates.add({name, std::to_string(all), text(Fate::refused),
               std::to_string(all - count[Fate::refused]), text(Fate::good), text(Fate::unknown),
               text(Fate::wrong)});
    if (count[Fate::good] == 0) return;
    sizes.add({name, distribution(layers), distribution(dimensions),
               factors.empty() ? "dense" : distribution(factors), distribution(rows)});
    times.add({name, typical(compile_ms), typical(exact_ms), typical(bf16_ms), typical(check_ms)});
  }

  void print() const {
    fates.print();
    sizes.print();
    times.print();
    const auto list = [](const char* title, const auto& by_target) {
      Table table(title, {"target, what", "languages"});
      for (const auto& [target, lines] : by_target) {
        for (const auto& [what, count] : lines) {
          table.add({target + ": " + what, std::to_string(count)});
        }
      }
      table.print();
    };
    list("Constructions", constructions);
    list("Refused", refusals);
    std::cout << '\n';
    for (std::size_t i = 0; i < unknown.size() && i < kMostLines; ++i) {
      std::cout << "- unknown: " << unknown[i] << '\n';
    }
    if (unknown.size() > kMostLines) {
      std::cout << "- unknown: and " << unknown.size() - kMostLines << " more\n";
    }
    for (const std::string& line : wrong) std::cout << "- WRONG: " << line << '\n';
  }
};

}  // namespace

int main(int argc, char** argv) {
  const bool smoke = smoke_asked(argc, argv);
  std::cout << "## Compilation\n\n";
  print_machine(smoke);
  const Checker checker;
  const std::vector<Group> groups = {named(smoke), transformations(smoke),
                                     random_automata("random, 2-6 states", smoke ? 30 : 1000, 2, 6),
                                     random_automata("random, 7-8 states", smoke ? 5 : 200, 7, 8),
                                     random_expressions(smoke ? 5 : 50)};
  const std::vector<Target> targets = {
      {"ladder", [](const Language& language) { return automata::compile(language); }},
      {"PD-SSM", [](const Language& language) { return automata::compile_pd(language); }},
      // Proofs visit the contents of a memory of up to 24 letters.
      {"RWKV-7", [](const Language& language) { return automata::compile_rwkv7(language); }, 20'000,
       smoke ? 10U : 100U}};
  Report report;
  for (const Target& target : targets) {
    for (const Group& group : groups) report.run(target, group, checker);
  }
  report.print();
  return report.wrong.empty() ? 0 : 1;
}
