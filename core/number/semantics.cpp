#include "core/number/semantics.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/error.hpp"

namespace statewright::core {
namespace {

constexpr int kMostLetters = 4096;  // of a chunk
constexpr int kMostBits = 100'000;
constexpr std::array kKinds = {"exact", "cast", "once", "mixed", "chunk", "ball", "mpfr"};
constexpr std::array kParts = {"state", "io", "acc", "readout"};
constexpr std::array kInputs = {"fp16", "bf16", "tf32", "e5m2", "e4m3"};

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(',');
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// NAME of a text that begins like "NAME="; empty for others.
std::string_view name_of(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_letter);
  if (end == text.end() || *end != '=') return {};
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

/// Whether `part`, after a comma, belongs to the format before it: "m=10", "finite/rz".
bool continues_format(std::string_view part) {
  const std::string_view word = part.substr(0, part.find('/'));
  return name_of(word).size() == 1 || word == "finite" || word == "ftz" || word == "wrap" ||
         word == "sat";
}

const Format& fp32() {
  static const Format format = parse_format("fp32", "");
  return format;
}

/// What a tensor core takes, and whatever rounding and overflow bring values there.
bool is_input_of(const TensorCore& core, const Format& format) {
  const auto same_values = [&](std::string_view name) {
    const Format plain = parse_format(name, "");
    return !format.is_fixed() && format.exponent_bits == plain.exponent_bits &&
           format.significand_bits == plain.significand_bits && format.bias == plain.bias &&
           format.subnormals && format.nans == plain.nans;
  };
  const auto found = std::find_if(kInputs.begin(), kInputs.end(), same_values);
  if (found == kInputs.end()) return false;
  return format.width() > 8 || core.group_fp8 > 0;
}

Format default_readout(const Accumulator& accumulate) {
  const auto* format = std::get_if<Format>(&accumulate);
  return format ? *format : fp32();
}

struct Reader {
  std::string_view text;
  std::string_view where;

  [[noreturn]] void fail(Fault fault, std::string expected, std::string_view found,
                         std::string hint = {}) const {
    throw Error(
        {fault, std::string(where), std::move(expected), core::quoted(found, 60), std::move(hint)});
  }

  /// "C=64" with name "C": 64, within [least, most].
  int number(std::string_view part, std::string_view name, int least, int most) const {
    const std::string form = std::string(name) + "=N";
    if (name_of(part) != name) {
      fail(Fault::syntax, "`" + form + "` in " + core::quoted(text, 60), part);
    }
    int value = 0;
    const char* end = part.data() + part.size();
    const auto [stop, error] = std::from_chars(part.data() + name.size() + 1, end, value);
    if (error == std::errc::invalid_argument || stop != end) {
      fail(Fault::syntax, "`" + form + "` with a whole number", part);
    }
    if (error != std::errc{} || value < least || value > most) {
      fail(Fault::range,
           form + " with " + std::to_string(least) + " <= N <= " + std::to_string(most), part);
    }
    return value;
  }

  Accumulator accumulator(std::string_view name) const {
    const std::vector<TensorCore> cores = tensor_cores();
    for (const TensorCore& core : cores) {
      if (core.name == name) return core;
    }
    std::vector<std::string_view> names;
    std::string list;
    for (const TensorCore& core : cores) {
      names.push_back(core.name);
      list += (list.empty() ? "" : " ") + std::string(core.name);
    }
    for (const NamedFormat& format : named_formats()) names.push_back(format.name);
    if (is_format(name)) return parse_format(name, where);
    const std::string near = did_you_mean(name, names);
    fail(Fault::syntax, "a number format or a tensor core after `acc=`", name,
         near.empty() ? "tensor cores are " + list : near);
  }

  static bool is_format(std::string_view name) {
    const std::string_view base = name.substr(0, name.find_first_of("/:"));
    if (base == "float" || base == "fixed") return true;
    const auto named = named_formats();
    return std::any_of(named.begin(), named.end(),
                       [&](const NamedFormat& known) { return known.name == base; });
  }

  Semantics mixed(std::string_view parts) const {
    std::array<std::string, kParts.size()> values;
    std::string* last = nullptr;
    for (const std::string_view part : split(parts)) {
      const std::string_view name = name_of(part);
      const auto known = std::find(kParts.begin(), kParts.end(), name);
      if (known != kParts.end()) {
        last = &values[static_cast<std::size_t>(known - kParts.begin())];
        if (!last->empty()) fail(Fault::syntax, "each part once", part);
        *last = part.substr(name.size() + 1);
        if (last->empty()) fail(Fault::syntax, "a number format after `=`", part);
      } else if (last != nullptr && continues_format(part)) {
        *last += "," + std::string(part);
      } else {
        fail(Fault::syntax, "`state=`, `io=`, `acc=` or `readout=` and a number format", part,
             did_you_mean(name, kParts));
      }
    }
    const auto& [state, io, accumulate, readout] = values;
    if (state.empty()) fail(Fault::syntax, "`state=` and a number format", text);
    Semantics result = Semantics::in(parse_format(state, where));
    if (!io.empty()) result.io = parse_format(io, where);
    if (!accumulate.empty()) result.accumulate = accumulator(accumulate);
    result.readout = default_readout(result.accumulate);
    if (readout == "exact") {
      result.readout.reset();
    } else if (!readout.empty()) {
      result.readout = parse_format(readout, where);
    }
    if (const auto* core = std::get_if<TensorCore>(&result.accumulate)) {
      if (!is_input_of(*core, result.io)) {
        fail(Fault::unsupported,
             std::string("inputs `io=` of `") + std::string(core->name) + "` in fp16, bf16, tf32" +
                 (core->group_fp8 > 0 ? ", e5m2 or e4m3" : ""),
             result.io.id());
      }
    }
    return result;
  }

  Semantics chunk(std::string_view rest) const {
    const auto parts = split(rest);
    const bool has_size = name_of(parts.back()) == "C";
    const std::size_t end = has_size ? rest.size() - parts.back().size() - 1 : rest.size();
    if (has_size && parts.size() == 1) fail(Fault::syntax, "`chunk:bf16,C=64`", text);
    Semantics result = Semantics::in(parse_format(rest.substr(0, end), where));
    result.kind = Semantics::Kind::chunk;
    if (has_size) result.chunk = number(parts.back(), "C", 1, kMostLetters);
    return result;
  }

  Semantics with_exact_readout(Semantics::Kind kind, std::string_view format) const {
    Semantics result = Semantics::in(parse_format(format, where));
    result.kind = kind;
    result.readout.reset();
    return result;
  }

  Semantics of_bits(Semantics::Kind kind, std::string_view part) const {
    Semantics result;
    result.kind = kind;
    result.bits = number(part, "p", 2, kMostBits);
    return result;
  }

  Semantics read() const {
    const std::size_t colon = text.find(':');
    const std::string_view kind = text.substr(0, colon);
    const std::string_view rest =
        colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
    const bool has_rest = colon != std::string_view::npos;
    if (text == "exact") return {};
    if (has_rest && kind == "cast") return with_exact_readout(Semantics::Kind::cast, rest);
    if (has_rest && kind == "once") return with_exact_readout(Semantics::Kind::once, rest);
    if (has_rest && kind == "mixed") return mixed(rest);
    if (has_rest && kind == "chunk") return chunk(rest);
    if (has_rest && kind == "ball") return of_bits(Semantics::Kind::ball, rest);
    if (has_rest && kind == "mpfr") {
      if (name_of(rest) == "p") return of_bits(Semantics::Kind::mpfr, rest);
      Semantics result = rest.substr(0, 6) == "mixed:" ? mixed(rest.substr(6))
                                                       : Semantics::in(parse_format(rest, where));
      result.oracle = true;
      return result;
    }
    if (is_format(text)) return Semantics::in(parse_format(text, where));
    std::vector<std::string_view> names(kKinds.begin(), kKinds.end());
    for (const NamedFormat& format : named_formats()) names.push_back(format.name);
    const std::string_view base = kind.substr(0, kind.find('/'));
    const bool incomplete = std::find(kKinds.begin(), kKinds.end(), base) != kKinds.end();
    const std::string near = incomplete ? std::string() : did_you_mean(base, names);
    fail(Fault::syntax, "a semantics", text,
         near.empty() ? "semantics are exact, cast:bf16, once:bf16, a number format such as bf16, "
                        "mixed:state=fp32,io=bf16, chunk:bf16,C=64, ball:p=53, mpfr:p=100"
                      : near);
  }
};

}  // namespace

Semantics Semantics::in(const Format& format) {
  Semantics result;
  result.kind = Kind::stepwise;
  result.state = result.io = format;
  result.accumulate = format;
  result.readout = format;
  return result;
}

bool Semantics::has_format() const noexcept {
  return kind == Kind::once || kind == Kind::stepwise || kind == Kind::chunk;
}

std::string Semantics::id() const {
  switch (kind) {
    case Kind::exact:
      return "exact";
    case Kind::cast:
      return "cast:" + state.id();
    case Kind::once:
      return "once:" + state.id();
    case Kind::chunk:
      return "chunk:" + state.id() + ",C=" + std::to_string(chunk);
    case Kind::ball:
      return "ball:p=" + std::to_string(bits);
    case Kind::mpfr:
      return "mpfr:p=" + std::to_string(bits);
    case Kind::stepwise:
      break;
  }
  const std::string prefix = oracle ? "mpfr:" : "";
  Semantics plain = in(state);
  plain.oracle = oracle;
  plain.chunk = chunk;
  plain.bits = bits;
  if (*this == plain) return prefix + state.id();
  const auto* format = std::get_if<Format>(&accumulate);
  std::string text = prefix + "mixed:state=" + state.id();
  if (io != state) text += ",io=" + io.id();
  if (format == nullptr) {
    text += ",acc=" + std::string(std::get<TensorCore>(accumulate).name);
  } else if (*format != state) {
    text += ",acc=" + format->id();
  }
  if (!readout) {
    text += ",readout=exact";
  } else if (*readout != default_readout(accumulate)) {
    text += ",readout=" + readout->id();
  }
  return text;
}

Semantics parse_semantics(std::string_view text, std::string_view where) {
  return Reader{text, where}.read();
}

std::vector<Semantics> parse_semantics_list(std::string_view text, std::string_view where) {
  std::vector<std::string> spellings;
  for (const std::string_view part : split(text)) {
    const bool continues = !name_of(part).empty() || continues_format(part);
    if (continues && !spellings.empty()) {
      spellings.back() += "," + std::string(part);
    } else {
      spellings.emplace_back(part);
    }
  }
  std::vector<Semantics> result;
  result.reserve(spellings.size());
  for (const std::string& spelling : spellings) {
    result.push_back(parse_semantics(spelling, where));
  }
  return result;
}

}  // namespace statewright::core
