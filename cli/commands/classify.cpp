#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "automata/classify/classification.hpp"
#include "automata/classify/explain.hpp"
#include "cli/commands/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/shared.hpp"
#include "cli/text.hpp"
#include "core/error.hpp"
#include "proofs_check/verify/certificate.hpp"

namespace statewright::cli {
namespace {

using automata::Answer;
using automata::Classification;
using automata::DClassFact;
using automata::Fact;
using automata::FamilyAnswer;
using automata::LanguageFacts;

constexpr std::size_t kClassesShown = 16, kMargin = 12, kWidest = 100;

// Text

std::string wrapped_line(std::string_view word, const std::string& text, std::size_t width) {
  const std::string lines = wrapped(text, std::max(width, kMargin + 30), kMargin);
  return padded(word, kMargin) + lines.substr(std::min(kMargin, lines.size()));
}

std::string limit_text(const core::LimitHit& limit) { return "unknown (" + limit.limit + ")"; }

std::string monoid_text(const Classification& c) {
  std::string text = c.monoid_size.known()
                         ? core::to_string(c.monoid_size.value()) +
                               (c.monoid_size.value() == 1 ? " element" : " elements")
                         : "size " + limit_text(c.monoid_size.limit());
  if (c.idempotents.known() && c.monoid_size.known()) {
    text += ", " + core::to_string(c.idempotents.value()) +
            (c.idempotents.value() == 1 ? " idempotent" : " idempotents");
  }
  if (c.d_classes.known()) {
    const std::size_t count = c.d_classes.value().size();
    text += ", " + grouped(count) + (count == 1 ? " D-class" : " D-classes");
  } else {
    text += "; D-classes " + limit_text(c.d_classes.limit());
  }
  return text;
}

std::string groups_text(const LanguageFacts& facts) {
  if (!facts.groups.known()) return limit_text(facts.groups.limit());
  if (facts.groups.value().empty()) return "none but the trivial one: star-free";
  std::string text;
  for (const automata::GroupFact& group : facts.groups.value()) {
    text += (text.empty() ? "" : ", ") + group.name.name;
    if (!group.derived_length) text += " (not solvable)";
  }
  return text;
}

/// The properties that hold, those that do not, those that are unknown.
std::string properties_text(const Classification& c, std::size_t width) {
  std::string yes, no, unknown;
  for (const automata::PropertyFact& property : c.properties) {
    std::string& list = !property.holds.known() ? unknown : property.holds.value() ? yes : no;
    list += (list.empty() ? "" : ", ") + property.id;
  }
  std::string text;
  if (!yes.empty()) text += wrapped_line("it is", yes, width);
  if (!no.empty()) text += wrapped_line("it is not", no, width);
  if (!unknown.empty()) text += wrapped_line("unknown", unknown, width);
  return text;
}

std::string one_layer_text(const Classification& c) {
  const core::Alphabet& letters = c.minimal.dfa.letters;
  if (const auto* found = std::get_if<automata::Obstruction>(&c.facts.obstruction)) {
    return "impossible without matrices that expand: x = " + word_text(letters, found->x) +
           ", y = " + word_text(letters, found->y) + ", " +
           (found->u.empty() ? "" : "after " + word_text(letters, found->u) + ", ") +
           (found->z.empty() ? "" : "before " + word_text(letters, found->z) + ", ") +
           "x y x against y x";
  }
  for (const automata::CompiledNetwork& network : c.facts.compiled) {
    if (network.kind == automata::CompiledNetwork::Kind::householder && network.shape.layers == 1) {
      return "possible: " + network.construction;
    }
  }
  if (const auto* limit = std::get_if<automata::ObstructionUnknown>(&c.facts.obstruction)) {
    return limit_text(limit->limit);
  }
  if (c.facts.permutation || c.facts.only_resets) return "possible";
  return "open: no obstruction and no construction found";
}

std::string d_classes_text(const Classification& c) {
  if (!c.d_classes.known()) return "";
  const std::vector<DClassFact>& classes = c.d_classes.value();
  std::vector<std::vector<std::string>> rows = {
      {"rank", "H-classes", "elements each", "groups", "word"}};
  const std::size_t shown = classes.size() > kClassesShown ? kClassesShown - 1 : classes.size();
  for (std::size_t i = 0; i < shown; ++i) {
    const DClassFact& d = classes[i];
    std::string groups = "-";
    if (d.regular) {
      groups = (d.idempotents ? grouped(*d.idempotents) + " x " : "") +
               (d.group == "1" ? "trivial" : d.group);
    }
    rows.push_back({std::to_string(d.rank),
                    core::to_string(d.r_classes) + " x " + core::to_string(d.l_classes),
                    core::to_string(d.h_order), groups, word_text(c.minimal.dfa.letters, d.word)});
  }
  std::string text = table_text(rows);
  if (shown < classes.size()) {
    text += "and " + grouped(classes.size() - shown) + " more; --json lists them all\n";
  }
  return text;
}

std::string layers_text(const FamilyAnswer& answer) {
  if (answer.answer != Answer::can) return "";
  const std::string least = std::to_string(answer.layers_least);
  if (!answer.layers_most) return answer.layers_least > 1 ? least + " or more" : "finite";
  const std::string most = std::to_string(*answer.layers_most);
  return *answer.layers_most == answer.layers_least ? most : least + " to " + most;
}

std::string number_text(const std::optional<std::size_t>& number) {
  return number ? grouped(*number) : "";
}

/// "Grazzi et al., arXiv:2411.12537, Theorem 1 (its proof, for words); .." as "Grazzi, Theorem 1;
/// ..", for a narrow column; --why and --json have all of it.
std::string short_source(const std::string& source) {
  std::string text;
  std::vector<std::string> seen;
  for (std::size_t begin = 0; begin < source.size();) {
    const std::size_t end = std::min(source.find(';', begin), source.size());
    std::string part = source.substr(begin, std::min(source.find('(', begin), end) - begin);
    begin = std::min(end + 2, source.size());
    while (part.ends_with(' ')) part.pop_back();
    std::string name = part.substr(0, part.find(','));
    if (name.ends_with(" et al.")) name.resize(name.size() - 7);
    if (const std::size_t theorem = part.find("Theorem "); theorem != std::string::npos) {
      name += ", " + part.substr(theorem, part.find_first_of(" ,", theorem + 8) - theorem);
    }
    if (seen.size() == 2 || (!seen.empty() && std::islower(static_cast<unsigned char>(name[0])))) {
      break;  // details of a construction
    }
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) continue;
    text += (text.empty() ? "" : "; ") + name;
    seen.push_back(std::move(name));
  }
  return text;
}

std::string families_text(const Classification& c, Streams& io) {
  std::vector<std::vector<std::string>> rows = {
      {"family", "answer", "layers", "state", "factors", "from"}};
  for (const FamilyAnswer& answer : c.families) {
    const bool can = answer.answer == Answer::can;
    const automata::Reason& reason =
        can && answer.layers_most && answer.most_reason ? *answer.most_reason : answer.decides;
    rows.push_back({answer.name, to_string(answer.answer), layers_text(answer),
                    can ? number_text(answer.dimension) : "",
                    can ? number_text(answer.factors) : "",
                    short_source(reason.source.empty() ? reason.text : reason.source)});
  }
  std::vector<std::size_t> widths(rows[0].size(), 0);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns(row[i]));
  }
  std::size_t left = 0;  // where the last column starts
  for (std::size_t i = 0; i + 1 < widths.size(); ++i) left += widths[i] + 2;
  const std::size_t width = std::max(std::min(io.width(), kWidest), left + 24);
  std::string text;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string line;
    for (std::size_t i = 0; i + 1 < rows[r].size(); ++i) {
      std::string cell = padded(rows[r][i], widths[i] + 2);
      if (r > 0 && i == 1) {
        const Ink ink = rows[r][1] == "can"      ? Ink::good
                        : rows[r][1] == "cannot" ? Ink::bad
                                                 : Ink::doubtful;
        cell = io.on_out(ink, rows[r][1]) + std::string(widths[i] + 2 - columns(rows[r][i]), ' ');
      }
      line += cell;
    }
    const std::string last = wrapped(rows[r].back(), width, left);
    line += last.empty() ? "\n" : last.substr(std::min(left, last.size()));
    text += line;
  }
  return text;
}

std::string compile_command(const std::string& spec, const std::string& flags) {
  return "statewright compile " + shell_quoted(spec) + (flags.empty() ? "" : " " + flags);
}

/// For each network that some family can use, the families.
std::string compiled_text(const Classification& c, const std::string& spec, std::size_t width) {
  std::vector<std::vector<std::string>> rows;
  std::string text;
  for (std::size_t i = 0; i < c.facts.compiled.size(); ++i) {
    std::string families;
    for (const FamilyAnswer& answer : c.families) {
      if (answer.compiled == i) families += (families.empty() ? "" : "; ") + answer.name;
    }
    if (families.empty()) continue;
    text += compile_command(spec, c.facts.compiled[i].flags) + "\n" + wrapped(families, width, 4);
  }
  if (c.facts.compile_limit) {
    text += "the general construction was given up: " + c.facts.compile_limit->limit + "\n";
  }
  return text;
}

std::string facts_text(const Classification& c, std::size_t width) {
  const automata::Dfa& dfa = c.minimal.dfa;
  std::string text = report_line("language", c.minimal.name);
  text += wrapped_line(
      "automaton",
      counted(dfa.size(), "state") + ", letters " + names_text(dfa.letters.names()) +
          (automata::is_acceptor(dfa) ? "" : ", " + counted(dfa.labels.size(), "label")),
      width);
  text += wrapped_line("monoid", monoid_text(c), width);
  text += wrapped_line("groups", groups_text(c.facts), width);
  text += properties_text(c, width);
  return text + wrapped_line("one layer", one_layer_text(c), width);
}

std::string why_text(const Classification& c, std::size_t width, Streams& io) {
  std::string text;
  for (const automata::Explanation& part : explain(c)) {
    text += "\n" + io.on_out(Ink::heading, part.heading) + "\n" + wrapped(part.text, width, 2);
  }
  return text;
}

// JSON

template <class T, class ToJson>
JsonOut fact_json(const Fact<T>& fact, const ToJson& to_json) {
  if (fact.known()) return to_json(fact.value());
  return {{"unknown", fact.limit().limit}, {"raise", fact.limit().raise}};
}

JsonOut integer_json(const core::Integer& value) { return core::to_string(value); }

JsonOut optional_json(const std::optional<std::size_t>& value) {
  return value ? JsonOut(*value) : JsonOut(nullptr);
}

JsonOut circle_json(const Classification& c, const std::optional<automata::Circle>& circle) {
  if (!circle) return nullptr;
  return {{"word", word_json(c.facts.letters, circle->word)}, {"states", circle->states}};
}

JsonOut group_json(const automata::GroupFact& group) {
  JsonOut object;
  object["name"] = group.name.name;
  object["named_up_to_isomorphism"] = group.name.isomorphism;
  object["order"] = core::to_string(group.order);
  object["abelian"] = group.abelian;
  object["derived_length"] = optional_json(group.derived_length);
  return object;
}

JsonOut d_class_json(const Classification& c, const DClassFact& d) {
  JsonOut object;
  object["rank"] = d.rank;
  object["regular"] = d.regular;
  object["r_classes"] = core::to_string(d.r_classes);
  object["l_classes"] = core::to_string(d.l_classes);
  object["h_order"] = core::to_string(d.h_order);
  object["idempotents"] = d.idempotents ? JsonOut(*d.idempotents) : JsonOut(nullptr);
  object["group"] = d.regular ? JsonOut(d.group) : JsonOut(nullptr);
  object["word"] = word_json(c.facts.letters, d.word);
  return object;
}

JsonOut reason_json(const automata::Reason& reason) {
  return {{"text", reason.text}, {"source", reason.source}, {"arithmetic", reason.arithmetic}};
}

JsonOut network_json(const Classification& c, std::size_t index) {
  const automata::CompiledNetwork& network = c.facts.compiled[index];
  JsonOut object;
  object["flags"] = network.flags;
  object["construction"] = network.construction;
  object["layers"] = network.shape.layers;
  object["dimension"] = network.shape.dimension;
  object["factors_per_token"] = optional_json(network.shape.factors);
  object["factors_per_head"] = optional_json(network.shape.factors_per_head);
  return object;
}

JsonOut family_json(const Classification& c, const FamilyAnswer& answer) {
  JsonOut object;
  object["id"] = answer.id;
  object["name"] = answer.name;
  object["describe"] = answer.describe;
  object["answer"] = to_string(answer.answer);
  object["because"] = reason_json(answer.decides);
  if (answer.answer == Answer::can) {
    object["layers_at_least"] = answer.layers_least;
    object["layers_at_most"] = optional_json(answer.layers_most);
    object["dimension"] = optional_json(answer.dimension);
    object["factors"] = optional_json(answer.factors);
    if (answer.least_reason) object["at_least_because"] = reason_json(*answer.least_reason);
    if (answer.most_reason) object["at_most_because"] = reason_json(*answer.most_reason);
  }
  if (answer.limit) {
    object["limit"] = answer.limit->limit;
    object["raise"] = answer.limit->raise;
  }
  object["remarks"] = JsonOut::array();
  for (const automata::Reason& remark : answer.remarks) {
    object["remarks"].push_back(reason_json(remark));
  }
  object["compiled"] = answer.compiled ? network_json(c, *answer.compiled) : JsonOut(nullptr);
  return object;
}

JsonOut obstruction_json(const Classification& c) {
  if (const auto* found = std::get_if<automata::Obstruction>(&c.facts.obstruction)) {
    const core::Alphabet& letters = c.facts.letters;
    return {{"u", word_json(letters, found->u)},
            {"x", word_json(letters, found->x)},
            {"y", word_json(letters, found->y)},
            {"z", word_json(letters, found->z)}};
  }
  if (const auto* limit = std::get_if<automata::ObstructionUnknown>(&c.facts.obstruction)) {
    return {{"unknown", limit->limit.limit}, {"raise", limit->limit.raise}};
  }
  return nullptr;
}

JsonOut classification_json(const Classification& c, bool why) {
  const automata::Dfa& dfa = c.minimal.dfa;
  JsonOut object;
  object["schema"] = "statewright.classify/1";
  object["language"] = c.minimal.name;
  object["states"] = dfa.size();
  object["letters"] = dfa.letters.names();
  object["labels"] = dfa.labels;
  object["monoid"] = {{"size", fact_json(c.monoid_size, integer_json)},
                      {"idempotents", fact_json(c.idempotents, integer_json)}};
  object["d_classes"] = fact_json(c.d_classes, [&](const std::vector<DClassFact>& classes) {
    JsonOut list = JsonOut::array();
    for (const DClassFact& d : classes) list.push_back(d_class_json(c, d));
    return list;
  });
  object["groups"] = fact_json(c.facts.groups, [](const std::vector<automata::GroupFact>& groups) {
    JsonOut list = JsonOut::array();
    for (const automata::GroupFact& group : groups) list.push_back(group_json(group));
    return list;
  });
  object["circle"] = circle_json(c, c.facts.circle);
  object["odd_circle"] = circle_json(c, c.facts.odd_circle);
  object["properties"] = JsonOut::array();
  for (const automata::PropertyFact& property : c.properties) {
    object["properties"].push_back(
        {{"id", property.id},
         {"meaning", property.meaning},
         {"holds", fact_json(property.holds, [](bool holds) { return JsonOut(holds); })},
         {"witness", property.witness}});
  }
  object["obstruction"] = obstruction_json(c);
  object["families"] = JsonOut::array();
  for (const FamilyAnswer& answer : c.families)
    object["families"].push_back(family_json(c, answer));
  if (why) {
    object["why"] = JsonOut::array();
    for (const automata::Explanation& part : explain(c)) {
      object["why"].push_back({{"heading", part.heading}, {"text", part.text}});
    }
  }
  return object;
}

// The command

/// What stopped a part of the answer, if anything did and it can be raised.
std::optional<core::LimitHit> limit_of(const Classification& c) {
  if (!c.facts.groups.known()) return c.facts.groups.limit();
  if (!c.d_classes.known()) return c.d_classes.limit();
  if (const auto* limit = std::get_if<automata::ObstructionUnknown>(&c.facts.obstruction)) {
    return limit->limit;
  }
  return c.facts.compile_limit;
}

std::string certificate_of(const Classification& c) {
  const auto* found = std::get_if<automata::Obstruction>(&c.facts.obstruction);
  if (found != nullptr) return proofs::write_impossibility_certificate(c.minimal.dfa, *found);
  const std::string expected = "a language that no single layer recognises";
  if (const auto* limit = std::get_if<automata::ObstructionUnknown>(&c.facts.obstruction)) {
    throw core::Error({core::Fault::limit, c.minimal.name, expected,
                       "no reason found before " + limit->limit.limit,
                       limit->limit.raise.empty() ? "" : "raise `" + limit->limit.raise + "`"});
  }
  throw core::Error({core::Fault::unsupported, c.minimal.name, expected, "no words that show it",
                     "without `--certificate` the table says what is known"});
}

void print_hints(const Args& args, const Classification& c,
                 const std::optional<Output>& certificate, Streams& io) {
  const std::string& spec = args.positional("LANG");
  const std::string language = shell_quoted(spec);
  if (const auto limit = limit_of(c); limit && !limit->raise.empty()) {
    io.hint("raise `" + limit->raise + "` to find out more");
  }
  if (spec == "-") return;
  if (certificate && !certificate->is_standard()) {
    io.hint("`statewright check " + shell_quoted(certificate->path()) + " --language " + language +
            "` has it checked independently");
  } else if (!args.has("--why")) {
    io.hint("`statewright classify " + language + " --why` explains every line");
  }
}

int run(const Args& args, Streams& io) {
  const std::optional<Output> certificate = Output::beside_json(args, "--certificate");
  const bool json = args.has("--json");
  Work work(args, io);
  const automata::Language language =
      read_language(args.positional("LANG"), alphabet_flag(args), work.reading_limits());
  automata::ClassifyOptions options;
  options.limits = work.limits();
  options.compile = !args.has("--no-compile");
  const Classification c = automata::classify(language, options);
  work.finish();
  if (certificate) certificate->write(certificate_of(c), io);
  if (json) {
    io.out() << json_text(classification_json(c, args.has("--why")));
  } else {
    const std::size_t width = std::min(io.width(), kWidest);
    std::string text = facts_text(c, width);
    if (const std::string classes = d_classes_text(c); !classes.empty()) text += "\n" + classes;
    text += "\n" + families_text(c, io);
    if (const std::string compiled = compiled_text(c, args.positional("LANG"), width);
        !compiled.empty()) {
      text += "\n" + compiled;
    }
    if (args.has("--why")) text += why_text(c, width, io);
    const bool on_err = certificate && certificate->is_standard();
    (on_err ? io.err() : io.out()) << text;
    print_hints(args, c, certificate, io);
  }
  if (Interrupt::requested()) return kInterrupted;
  const bool unknown =
      std::any_of(c.families.begin(), c.families.end(),
                  [](const FamilyAnswer& one) { return one.answer == Answer::unknown; });
  return unknown ? kUnknown : kDone;
}

}  // namespace

Command classify_command() {
  return {
      .name = "classify",
      .summary = "what a language needs, and which networks can recognise it",
      .description =
          "Looks at the syntactic monoid, which is what words do to the states of the minimal "
          "automaton: its groups, its D-classes, its properties. From that follows which families "
          "of recurrent networks recognise the language: for each one `can` with the least layers, "
          "numbers in the state and factors per token that are known, `cannot` with the theorem, "
          "or "
          "`open` where no theorem decides. Beneath stand the commands that build such networks.\n"
          "\n"
          "The monoid is never listed, so that large ones are no obstacle; what a limit stops is "
          "`unknown`. Without --max-states it stops at 20,000 image sets, kernels or D-classes, "
          "which "
          "takes seconds; a million takes about a gigabyte. The exit code is 3 if that leaves a "
          "family without an answer.",
      .examples =
          {
              {"statewright classify parity", "gates in [0, 1] cannot, one sign can"},
              {"statewright classify first:e,f --why --certificate first.cert",
               "one layer cannot: the reason in words, and as a certificate"},
              {"statewright classify A5 --json", "everything, for programs"},
          },
      .positionals = {language_word()},
      .flags = with_common(
          {
              {.name = "--why",
               .what = "explain in paragraphs, with words of the language and the theorems"},
              certificate_flag(
                  "write why no single layer can recognise it, for the independent checker",
                  "An error if there is no such reason. With `-` the certificate goes to "
                  "standard output and everything else to standard error."),
              {.name = "--no-compile",
               .what = "let theorems alone answer, without building networks"},
              alphabet_flag_entry(),
          },
          {Common::json, Common::force, Common::limits}),
      .run = run,
  };
}

}  // namespace statewright::cli
