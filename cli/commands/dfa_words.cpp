#include <algorithm>
#include <charconv>
#include <functional>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "automata/language/words.hpp"
#include "cli/commands/commands.hpp"
#include "cli/inputs.hpp"
#include "cli/interrupt.hpp"
#include "cli/progress.hpp"
#include "cli/shared.hpp"
#include "cli/text.hpp"
#include "core/error.hpp"

namespace statewright::cli {
namespace {

using automata::Dfa;
using automata::Integer;
using automata::Output;
using core::Error;
using core::Fault;
using core::Word;

constexpr std::size_t kLongest = 100'000;
constexpr std::uint64_t kMostWords = 100'000'000;
constexpr std::size_t kMostEntries = 100'000'000;

struct Lengths {
  std::size_t least = 0, most = 0;
};

/// "5" or "2..7"
std::optional<Lengths> lengths_of(const Args& args) {
  const auto text = args.value("--length");
  if (!text) return {};
  const std::size_t dots = text->find("..");
  const auto number = [&](std::string_view digits) {
    std::size_t value = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || stop != digits.data() + digits.size() || value > kLongest) {
      throw Error({Fault::range,
                   "--length",
                   "a length such as 5 or lengths such as 2..7, up to " + std::to_string(kLongest),
                   core::quoted(*text),
                   {}});
    }
    return value;
  };
  const std::string_view view = *text;
  Lengths lengths;
  lengths.least = number(view.substr(0, dots));
  lengths.most = dots == std::string::npos ? lengths.least : number(view.substr(dots + 2));
  if (lengths.least > lengths.most) {
    throw Error({Fault::range, "--length", "the smaller length first", core::quoted(*text)});
  }
  return lengths;
}

/// The output whose words are wanted: accept, or what --label says.
Output label_of(const Args& args, const Dfa& dfa) {
  const auto name = args.value("--label");
  if (!name) {
    if (automata::is_acceptor(dfa)) return automata::kAccept;
    throw Error({Fault::syntax, args.command(), "`--label NAME`, because words have labels here",
                 "no label", "labels are " + names_text(dfa.labels)});
  }
  for (Output k = 0; k < dfa.labels.size(); ++k) {
    if (dfa.labels[k] == *name) return k;
  }
  const std::string near = core::did_you_mean(*name, dfa.labels);
  throw Error({Fault::range, "--label", "a label of the language", core::quoted(*name),
               near.empty() ? "labels are " + names_text(dfa.labels) : near});
}

/// A length within which the language has `count` words or all that it has: doubled until it fits.
std::size_t enough_length(const Dfa& dfa, Output output, std::uint64_t count) {
  for (std::size_t length = 16;; length *= 2) {
    Integer all = 0;
    for (const Integer& of_length : automata::count_words(dfa, length, output)) all += of_length;
    // A longer word than there are states means infinitely many, and some within any n lengths.
    if (all >= count || length > kLongest / 2) return length;
    if (length >= 2 * dfa.size()) {
      const auto counts = automata::count_words(dfa, length, output);
      bool more = false;
      for (std::size_t l = dfa.size(); l < 2 * dfa.size(); ++l) more = more || counts[l] != 0;
      if (!more) return length;
    }
  }
}

/// The machine whose words of `output` are those of `dfa` with at least `least` letters, as
/// acceptor: it counts letters up to `least`. for_each_word never enters a length without words, so
/// that a great least length costs nothing per shorter word.
Dfa from_length_on(const Dfa& dfa, Output output, std::size_t least) {
  const std::size_t states = dfa.size(), letters = dfa.letters.size();
  if (least > 0 && states * letters > kMostEntries / least) {
    throw Error(
        {Fault::range, "--length",
         "at most " + grouped(kMostEntries / (states * letters)) + " for a machine of this size",
         std::to_string(least)});
  }
  Dfa counting;
  counting.letters = dfa.letters;
  counting.labels = automata::acceptor_labels();
  counting.start = dfa.start;  // [letters read up to least][states]
  for (std::size_t read = 0; read <= least; ++read) {
    const std::size_t after = std::min(read + 1, least) * states;
    for (automata::State q = 0; q < states; ++q) {
      for (core::Letter a = 0; a < letters; ++a) {
        counting.next.push_back(static_cast<automata::State>(after + dfa.step(q, a)));
      }
      counting.output.push_back(read == least && dfa.output[q] == output ? automata::kAccept
                                                                         : automata::kReject);
    }
  }
  return counting;
}

/// Visits at most `count` words of these lengths; returns how many there were.
std::uint64_t visit_words(const Dfa& dfa, Output output, const Lengths& lengths,
                          std::uint64_t count, const core::Limits& limits,
                          const std::function<void(const Word&)>& visit) {
  std::uint64_t seen = 0;
  if (count == 0) return seen;
  const Dfa counting = from_length_on(dfa, output, lengths.least);
  automata::for_each_word(counting, lengths.most, automata::kAccept, [&](const Word& word) {
    ++seen;
    visit(word);
    return seen < count && !limits.stop.stop_requested();
  });
  return seen;
}

int print_counts(const Args& args, const Dfa& dfa, Output output, Streams& io) {
  const Lengths lengths = lengths_of(args).value_or(Lengths{0, 16});
  const std::vector<Integer> counts = automata::count_words(dfa, lengths.most, output);
  if (args.has("--json")) {
    JsonOut object;
    object["schema"] = "statewright.word-counts/1";
    object["language"] = args.positional("LANG");
    object["label"] = dfa.labels[output];
    object["least_length"] = lengths.least;
    object["counts"] = JsonOut::array();
    for (std::size_t n = lengths.least; n <= lengths.most; ++n) {
      object["counts"].push_back(core::to_string(counts[n]));
    }
    io.out() << json_text(object);
    return kDone;
  }
  for (std::size_t n = lengths.least; n <= lengths.most; ++n) {
    io.out() << n << ' ' << core::to_string(counts[n]) << '\n';
  }
  return kDone;
}

/// Prints words as they come, or gathers them for --json.
class WordPrinter {
 public:
  WordPrinter(const Args& args, const Dfa& dfa, Output output, Streams& io)
      : dfa_(dfa), io_(io), json_(args.has("--json")) {
    object_["schema"] = "statewright.words/1";
    object_["language"] = args.positional("LANG");
    object_["label"] = dfa.labels[output];
    object_["words"] = JsonOut::array();
  }

  void add(const Word& word) {
    if (json_) {
      object_["words"].push_back(word_json(dfa_.letters, word));
    } else {
      io_.out() << dfa_.letters.spell(word) << '\n';
    }
  }

  void finish(std::optional<std::uint64_t> seed = {}) {
    if (json_) {
      if (seed) object_["seed"] = *seed;
      io_.out() << json_text(object_);
    } else if (seed) {
      io_.note("seed " + std::to_string(*seed));
    }
  }

 private:
  const Dfa& dfa_;
  Streams& io_;
  bool json_;
  JsonOut object_;
};

int run(const Args& args, Streams& io) {
  for (const auto& [one, other] : {std::pair("--count", "--random"),
                                   {"--count", "--count-by-length"},
                                   {"--random", "--count-by-length"}}) {
    if (args.has(one) && args.has(other)) {
      throw Error({Fault::syntax,
                   args.command(),
                   "one of `--count`, `--random`, `--count-by-length`",
                   std::string("`") + one + "` and `" + other + "`",
                   {}});
    }
  }
  Work work(args, io);
  const Dfa dfa = read_language(args.positional("LANG"), alphabet_flag(args), work.limits()).dfa;
  const Output output = label_of(args, dfa);
  const auto lengths = lengths_of(args);
  if (args.has("--count-by-length")) return print_counts(args, dfa, output, io);
  WordPrinter printer(args, dfa, output, io);

  if (const auto draws = args.number("--random", 1, kMostWords)) {
    if (!lengths || lengths->least != lengths->most) {
      throw Error({Fault::syntax,
                   args.command(),
                   "`--length L`, the length of the random words",
                   lengths ? "several lengths" : "none",
                   {}});
    }
    const std::uint64_t seed = seed_of(args);
    std::mt19937_64 random(seed);
    const automata::UniformWords source(dfa, lengths->most, output);
    for (std::uint64_t i = 0; i < *draws && !work.limits().stop.stop_requested(); ++i) {
      printer.add(source.draw(random));
    }
    printer.finish(seed);
    return Interrupt::requested() ? kInterrupted : kDone;
  }

  const auto asked = args.number("--count", 0, kMostWords);
  const std::uint64_t count =
      asked.value_or(lengths ? std::numeric_limits<std::uint64_t>::max() : 10);
  const std::uint64_t seen =
      visit_words(dfa, output, lengths.value_or(Lengths{0, enough_length(dfa, output, count)}),
                  count, work.limits(), [&](const Word& word) { printer.add(word); });
  printer.finish();
  if (Interrupt::requested()) return kInterrupted;
  if (seen == 0 && count > 0) {
    io.note(lengths ? "there is no such word of that length" : "there is no such word");
  } else if (asked && seen < *asked) {
    io.note("there are only " + grouped(seen));
  }
  return kDone;
}

}  // namespace

Command dfa_words_command() {
  return {
      .name = "words",
      .summary = "list, count or draw the words of a language",
      .description =
          "Without flags the first ten words, shortest first, letters in their order; ε is the "
          "empty "
          "word. With --length and no --count all words of these lengths. --random draws each word "
          "of "
          "one length with the same probability.",
      .examples =
          {
              {"statewright dfa words tomita:3 --count 5", "the first five"},
              {"statewright dfa words parity --count-by-length --length 0..6",
               "how many there are"},
              {"statewright dfa words dyck:1,3 --random 3 --length 8 --seed 1", "at random"},
              {"statewright dfa words S3:gens --label 132 --count 2",
               "words whose product is that element"},
          },
      .positionals = {language_word()},
      .flags = with_common(
          {
              {.name = "--count", .value = "N", .what = "at most N words; 10 without it"},
              {.name = "--length",
               .value = "L",
               .what = "only words of this length, or of lengths A..B"},
              {.name = "--random", .value = "N", .what = "draw N words of one length uniformly"},
              seed_flag(),
              {.name = "--count-by-length",
               .what = "print each length and how many words it has; 0..16 without --length"},
              {.name = "--label",
               .value = "NAME",
               .what = "words with this label; accept without it"},
              alphabet_flag_entry(),
          },
          {Common::json, Common::limits}),
      .run = run,
  };
}

}  // namespace statewright::cli
