#include "core/number/format.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "core/error.hpp"

namespace statewright::core {
namespace {

constexpr int kWidestListed = 16;

constexpr Format ieee(int e, int m) {
  Format format;
  format.exponent_bits = e;
  format.significand_bits = m;
  format.bias = (1 << (e - 1)) - 1;
  return format;
}

constexpr Format finite(int e, int m) {
  Format format = ieee(e, m);
  format.infinities = false;
  format.nans = Nans::none;
  format.overflow = Overflow::saturate;
  return format;
}

constexpr Format ofp8_e4m3() {
  Format format = ieee(4, 3);
  format.infinities = false;
  format.nans = Nans::all_ones;
  format.overflow = Overflow::not_a_number;
  return format;
}

constexpr Format fixed_point(int i, int f) {
  Format format;
  format.kind = Format::Kind::fixed;
  format.exponent_bits = i;
  format.significand_bits = f;
  format.bias = 0;
  format.signed_zero = false;
  format.infinities = false;
  format.nans = Nans::none;
  format.overflow = Overflow::saturate;
  return format;
}

constexpr std::array<NamedFormat, 10> kNamed = {{
    {"fp64", ieee(11, 52), "IEEE 754 binary64"},
    {"fp32", ieee(8, 23), "IEEE 754 binary32"},
    {"tf32", ieee(8, 10), "19 bits, input of tensor cores"},
    {"bf16", ieee(8, 7), "the upper half of fp32"},
    {"fp16", ieee(5, 10), "IEEE 754 binary16"},
    {"e5m2", ieee(5, 2), "OFP8, with infinities"},
    {"e4m3", ofp8_e4m3(), "OFP8, largest 448, no infinities, overflow is NaN"},
    {"e3m2", finite(3, 2), "MXFP6, finite values only"},
    {"e2m3", finite(2, 3), "MXFP6, finite values only"},
    {"e2m1", finite(2, 1), "MXFP4, finite values only"},
}};

struct Suffix {
  std::string_view name;
  Rounding rounding;
};

constexpr std::array<Suffix, 6> kRoundings = {{
    {"rne", Rounding::nearest_even},
    {"rz", Rounding::toward_zero},
    {"ru", Rounding::up},
    {"rd", Rounding::down},
    {"rna", Rounding::nearest_away},
    {"ro", Rounding::to_odd},
}};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

/// The text of one format and where it stands, for messages.
struct Reader {
  std::string_view text;
  std::string_view where;

  [[noreturn]] void fail(Fault fault, std::string expected, std::string_view found,
                         std::string hint = {}) const {
    throw Error(
        {fault, std::string(where), std::move(expected), quoted(found, 60), std::move(hint)});
  }

  /// "e=5" with key 'e': 5, within [least, most].
  int option(std::string_view part, char key, int least, int most) const {
    const std::string example = std::string(1, key) + "=N";
    if (part.size() < 3 || part[0] != key || part[1] != '=') {
      fail(Fault::syntax, "`" + example + "` in a format such as " + form(), text);
    }
    int value = 0;
    const char* end = part.data() + part.size();
    const auto [stop, error] = std::from_chars(part.data() + 2, end, value);
    if (error == std::errc::invalid_argument || stop != end) {
      fail(Fault::syntax, "`" + example + "` with a whole number", part);
    }
    if (error != std::errc{} || value < least || value > most) {
      fail(Fault::range,
           example + " with " + std::to_string(least) + " <= N <= " + std::to_string(most), part);
    }
    return value;
  }

  std::string form() const {
    return text.substr(0, 5) == "fixed" ? "`fixed:i=2,f=12[,wrap|sat]`"
                                        : "`float:e=5,m=10[,finite][,ftz]`";
  }

  Format floating(std::string_view options) const {
    const auto parts = split(options, ',');
    if (parts.size() < 2) fail(Fault::syntax, "a format such as " + form(), text);
    const int e = option(parts[0], 'e', 2, 11), m = option(parts[1], 'm', 1, 52);
    bool is_finite = false, flushes = false;
    for (std::size_t k = 2; k < parts.size(); ++k) {
      bool& seen = parts[k] == "finite" ? is_finite : flushes;
      if ((parts[k] != "finite" && parts[k] != "ftz") || seen) {
        fail(Fault::syntax, "`finite` and `ftz`, each at most once", parts[k],
             did_you_mean(parts[k], std::array{"finite", "ftz"}));
      }
      seen = true;
    }
    if (is_finite && e == 11) {
      fail(Fault::unsupported, "values within the range of fp64: e <= 10 with `finite`", text);
    }
    Format format = is_finite ? finite(e, m) : ieee(e, m);
    format.subnormals = !flushes;
    return format;
  }

  Format fixed(std::string_view options) const {
    const auto parts = split(options, ',');
    if (parts.size() < 2) fail(Fault::syntax, "a format such as " + form(), text);
    const int i = option(parts[0], 'i', 1, 53), f = option(parts[1], 'f', 0, 52);
    if (i + f < 2 || i + f > 53) fail(Fault::range, "2 <= i + f <= 53", text);
    Format format = fixed_point(i, f);
    if (parts.size() > 3) fail(Fault::syntax, "one of `wrap` and `sat`", text);
    if (parts.size() == 3) {
      if (parts[2] == "wrap") {
        format.overflow = Overflow::wrap;
      } else if (parts[2] != "sat") {
        fail(Fault::syntax, "`wrap` or `sat`", parts[2],
             did_you_mean(parts[2], std::array{"wrap", "sat"}));
      }
    }
    return format;
  }

  Format base(std::string_view name) const {
    for (const NamedFormat& named : kNamed) {
      if (named.name == name) return named.format;
    }
    if (name.substr(0, 6) == "float:") return floating(name.substr(6));
    if (name.substr(0, 6) == "fixed:") return fixed(name.substr(6));
    std::vector<std::string_view> names;
    std::string list;
    for (const NamedFormat& named : kNamed) {
      names.push_back(named.name);
      list += (list.empty() ? "" : " ") + std::string(named.name);
    }
    const std::string near = did_you_mean(name, names);
    fail(Fault::syntax, "a number format", name,
         near.empty() ? "named formats are " + list + "; others float:e=5,m=10 or fixed:i=2,f=12"
                      : near);
  }

  void apply(std::string_view suffix, Format& format, bool& rounding_seen,
             bool& overflow_seen) const {
    for (const Suffix& known : kRoundings) {
      if (known.name != suffix) continue;
      if (rounding_seen) fail(Fault::syntax, "one rounding", text);
      rounding_seen = true;
      format.rounding = known.rounding;
      return;
    }
    if (suffix == "sat" || suffix == "inf") {
      if (overflow_seen) fail(Fault::syntax, "one overflow rule", text);
      overflow_seen = true;
      if (format.is_fixed()) {
        fail(Fault::unsupported, "`,wrap` or `,sat` as overflow rule of a fixed-point format",
             text);
      }
      if (suffix == "inf" && !format.infinities) {
        fail(Fault::unsupported, "`/inf` with a format that has infinities", text);
      }
      format.overflow = suffix == "sat" ? Overflow::saturate : Overflow::infinity;
      return;
    }
    const std::string_view name = suffix.substr(0, suffix.find(':'));
    if (name == "sr" || name == "se") {
      if (rounding_seen) fail(Fault::syntax, "one rounding", text);
      rounding_seen = true;
      draws(suffix, format);
      return;
    }
    const std::array names = {"rne", "rz", "ru", "rd", "rna", "ro", "sr:1", "se:1", "sat", "inf"};
    const std::string near = did_you_mean(suffix, names);
    fail(Fault::syntax, "a suffix of /rne /rz /ru /rd /rna /ro /sr:SEED /se:SEED and /sat /inf",
         suffix, near);
  }

  /// "sr:SEED", "sr:SEED:N", "se:SEED".
  void draws(std::string_view suffix, Format& format) const {
    const auto parts = split(suffix, ':');
    const bool equal = parts[0] == "se";
    const std::string form = equal ? "`/se:SEED`" : "`/sr:SEED` or `/sr:SEED:N`";
    if (parts.size() < 2 || parts.size() > (equal ? 2 : 3)) {
      fail(Fault::syntax, form + ", such as /" + std::string(parts[0]) + ":1", suffix);
    }
    const auto number = [&](std::string_view digits, auto& value, const char* range) {
      const char* end = digits.data() + digits.size();
      const auto [stop, error] = std::from_chars(digits.data(), end, value);
      if (error == std::errc::result_out_of_range) fail(Fault::range, range, suffix);
      if (error != std::errc{} || stop != end) {
        fail(Fault::syntax, form + " with whole numbers", suffix);
      }
    };
    format.rounding = equal ? Rounding::stochastic_equal : Rounding::stochastic;
    number(parts[1], format.seed, "0 <= SEED < 2^64");
    format.random_bits = equal ? 1 : format.default_random_bits();
    if (parts.size() == 3) {
      number(parts[2], format.random_bits, "1 <= N <= 32");
      if (format.random_bits < 1 || format.random_bits > 32) {
        fail(Fault::range, "1 <= N <= 32", suffix);
      }
    }
  }
};

/// Exponent and significand fields of the largest finite value.
std::uint64_t largest_code(const Format& format) {
  const int m = format.significand_bits;
  const std::uint64_t all = (std::uint64_t{1} << (format.exponent_bits + m)) - 1;
  switch (format.nans) {
    case Nans::ieee:
      return all - (std::uint64_t{1} << m);
    case Nans::all_ones:
      return all - 1;
    case Nans::none:
      break;
  }
  return all;
}

/// The value with these fields, finite ones of floating formats only.
double magnitude(const Format& format, std::uint64_t code) {
  const int m = format.significand_bits;
  const std::uint64_t field = code >> m, rest = code & ((std::uint64_t{1} << m) - 1);
  if (field == 0) {
    return format.subnormals ? std::ldexp(static_cast<double>(rest), format.emin() - m) : 0.0;
  }
  return std::ldexp(static_cast<double>(rest | std::uint64_t{1} << m),
                    static_cast<int>(field) - format.bias - m);
}

/// Position of a finite value in the ascending order of all, zero being 0; nothing for others.
std::optional<std::int64_t> position(const Format& format, double value) {
  if (!(value >= format.lowest() && value <= format.largest())) return {};
  const int m = format.significand_bits;
  if (format.is_fixed()) {
    const double units = std::ldexp(value, m);
    if (units != std::floor(units)) return {};
    return static_cast<std::int64_t>(units);
  }
  if (value == 0) return 0;
  const double size = std::fabs(value);
  const int exponent = std::max(std::ilogb(size), format.emin());
  const double units = std::ldexp(size, m - exponent);  // at least 2^m where normal
  if (units != std::floor(units)) return {};
  std::int64_t code = static_cast<std::int64_t>(units);
  if (code < std::int64_t{1} << m) {
    if (!format.subnormals) return {};
  } else {
    code += static_cast<std::int64_t>(exponent - format.emin()) << m;
  }
  return value < 0 ? -code : code;
}

double at_position(const Format& format, std::int64_t place) {
  if (format.is_fixed()) {
    return std::ldexp(static_cast<double>(place), -format.significand_bits);
  }
  const double size = magnitude(format, static_cast<std::uint64_t>(std::llabs(place)));
  return place < 0 ? -size : size;
}

[[noreturn]] void fail_value(const Format& format, double value) {
  char text[64];
  const auto [end, error] = std::to_chars(text, text + sizeof text, value);
  throw Error({Fault::range, format.id(), "a value of the format",
               std::string(text, error == std::errc{} ? end : text)});
}

std::optional<double> neighbour(const Format& format, double value, int direction) {
  const double infinity = std::numeric_limits<double>::infinity();
  if (std::isinf(value) && format.infinities) {
    if ((value > 0) == (direction > 0)) return {};
    return value > 0 ? format.largest() : format.lowest();
  }
  const auto place = position(format, value);
  if (!place) fail_value(format, value);
  const bool last = direction > 0 ? value == format.largest() : value == format.lowest();
  if (last) {
    if (!format.infinities) return {};
    return direction > 0 ? infinity : -infinity;
  }
  std::int64_t next = *place + direction;
  if (!format.subnormals && !format.is_fixed()) {
    const std::int64_t normal = std::int64_t{1} << format.significand_bits;
    if (std::llabs(next) < normal) next = *place == 0 ? direction * normal : 0;
  }
  return at_position(format, next);
}

}  // namespace

// --- the description
// -----------------------------------------------------------------------------

int Format::width() const noexcept {
  return exponent_bits + significand_bits + (is_fixed() ? 0 : 1);
}

int Format::precision() const noexcept {
  return is_fixed() ? exponent_bits + significand_bits - 1 : significand_bits + 1;
}

int Format::emin() const noexcept { return is_fixed() ? exponent_bits - 2 : 1 - bias; }

int Format::emax() const noexcept {
  if (is_fixed()) return exponent_bits - 2;
  return static_cast<int>(largest_code(*this) >> significand_bits) - bias;
}

double Format::largest() const noexcept {
  if (is_fixed()) {
    const auto units = (std::int64_t{1} << (exponent_bits + significand_bits - 1)) - 1;
    return std::ldexp(static_cast<double>(units), -significand_bits);
  }
  return magnitude(*this, largest_code(*this));
}

double Format::lowest() const noexcept {
  return is_fixed() ? -std::ldexp(1.0, exponent_bits - 1) : -largest();
}

double Format::least_positive() const noexcept {
  if (is_fixed()) return std::ldexp(1.0, -significand_bits);
  return std::ldexp(1.0, subnormals ? emin() - significand_bits : emin());
}

int Format::default_random_bits() const noexcept {
  if (precision() > 25) return 32;
  return std::min(32, 52 - precision() - (overflow == Overflow::wrap ? significand_bits : 0));
}

std::string Format::id() const {
  Format plain = *this;
  plain.rounding = Rounding::nearest_even;
  plain.seed = 0;
  plain.random_bits = 0;
  std::string text;
  const std::string m = std::to_string(significand_bits), e = std::to_string(exponent_bits);
  if (is_fixed()) {
    text = "fixed:i=" + e + ",f=" + m + (overflow == Overflow::wrap ? ",wrap" : "");
  } else {
    for (const NamedFormat& named : kNamed) {
      plain.overflow = named.format.overflow;
      if (plain != named.format) continue;
      text = named.name;
      break;
    }
    if (text.empty()) {
      text = "float:e=" + e + ",m=" + m;
      if (!infinities) text += ",finite";
      if (!subnormals) text += ",ftz";
    }
  }
  for (const Suffix& known : kRoundings) {
    if (known.rounding == rounding && rounding != Rounding::nearest_even) {
      text += "/" + std::string(known.name);
    }
  }
  if (is_stochastic()) {
    const bool equal = rounding == Rounding::stochastic_equal;
    text += (equal ? "/se:" : "/sr:") + std::to_string(seed);
    if (!equal && random_bits != default_random_bits()) text += ":" + std::to_string(random_bits);
  }
  const bool saturates_by_default = nans == Nans::none;
  if (overflow == Overflow::saturate && !saturates_by_default) text += "/sat";
  return text;
}

std::span<const NamedFormat> named_formats() { return kNamed; }

// --- reading
// -------------------------------------------------------------------------------------

Format parse_format(std::string_view text, std::string_view where) {
  const Reader reader{text, where};
  const auto parts = split(text, '/');
  Format format = reader.base(parts[0]);
  bool rounding_seen = false, overflow_seen = false;
  for (std::size_t k = 1; k < parts.size(); ++k) {
    reader.apply(parts[k], format, rounding_seen, overflow_seen);
  }
  return format;
}

std::vector<Format> parse_formats(std::string_view text, std::string_view where) {
  // A part that can only be an option continues the format before it.
  std::vector<std::string> spellings;
  for (const std::string_view part : split(text, ',')) {
    const std::string_view word = part.substr(0, part.find('/'));
    const bool continues = (word.size() > 1 && word[1] == '=') || word == "finite" ||
                           word == "ftz" || word == "wrap" || word == "sat";
    if (continues && !spellings.empty()) {
      spellings.back() += "," + std::string(part);
    } else {
      spellings.emplace_back(part);
    }
  }
  std::vector<Format> formats;
  formats.reserve(spellings.size());
  for (const std::string& spelling : spellings) formats.push_back(parse_format(spelling, where));
  return formats;
}

// --- bit codes
// ----------------------------------------------------------------------------------

double decode(const Format& format, std::uint64_t code) {
  const int width = format.width();
  if (width < 64 && (code >> width) != 0) {
    throw Error({Fault::range, format.id(), "a code of " + std::to_string(width) + " bits",
                 std::to_string(code)});
  }
  if (format.is_fixed()) {
    const std::uint64_t sign = std::uint64_t{1} << (width - 1);
    const auto units = static_cast<std::int64_t>(code ^ sign) - static_cast<std::int64_t>(sign);
    return at_position(format, units);
  }
  const int field_bits = width - 1;
  const std::uint64_t size = code & ((std::uint64_t{1} << field_bits) - 1);
  double value = 0;
  if (size <= largest_code(format)) {
    value = magnitude(format, size);
  } else if (format.infinities && size == largest_code(format) + 1) {
    value = std::numeric_limits<double>::infinity();
  } else {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return (code >> field_bits) != 0 ? -value : value;
}

bool has_value(const Format& format, double value) noexcept {
  if (std::isnan(value)) return format.nans != Nans::none;
  if (std::isinf(value)) return format.infinities;
  if (value == 0) return format.signed_zero || !std::signbit(value);
  return position(format, value).has_value();
}

std::uint64_t encode(const Format& format, double value) {
  if (!has_value(format, value)) fail_value(format, value);
  const int m = format.significand_bits;
  if (std::isnan(value)) {
    const std::uint64_t top = largest_code(format) + 1;  // infinity, or the one NaN
    return format.nans == Nans::ieee ? top | std::uint64_t{1} << (m - 1) : top;
  }
  const std::uint64_t sign = std::uint64_t{std::signbit(value)} << (format.width() - 1);
  if (std::isinf(value)) return sign | (largest_code(format) + 1);
  const std::int64_t place = *position(format, value);
  if (format.is_fixed()) {
    return static_cast<std::uint64_t>(place) & ((std::uint64_t{1} << format.width()) - 1);
  }
  return sign | static_cast<std::uint64_t>(std::llabs(place));
}

Coder::Coder(const Format& format)
    : fixed_(format.is_fixed()), subnormals_(format.subnormals), width_(format.width()) {
  const int m = format.significand_bits;
  none_ = width_ < 64 ? std::uint64_t{1} << width_ : 0;
  if (fixed_) {
    magic_ = std::ldexp(1.0, m);
    least_ = std::ldexp(1.0, -m);
  } else {
    shift_ = 52 - m;
    rebias_ = static_cast<std::uint64_t>(1023 - format.bias) << m;
    normal_ = std::bit_cast<std::uint64_t>(std::ldexp(1.0, format.emin()));
    top_ = largest_code(format);
    infinity_ = format.infinities ? top_ + 1 : none_;
    nan_ = format.nans == Nans::none
               ? none_
               : core::encode(format, std::numeric_limits<double>::quiet_NaN());
    magic_ = std::ldexp(1.0, format.emin() + shift_);
    least_ = std::ldexp(1.0, format.emin() - m);
  }
  if (width_ > kWidestListed) return;
  table_.resize(std::size_t{1} << width_);
  for (std::uint64_t code = 0; code < none_; ++code) table_[code] = compute(code);
}

double Coder::compute(std::uint64_t code) const noexcept {
  if (fixed_) {
    const int unused = 64 - width_;
    return static_cast<double>(static_cast<std::int64_t>(code << unused) >> unused) * least_;
  }
  const std::uint64_t sign = code >> (width_ - 1) << 63;
  const std::uint64_t size = code & ~(std::uint64_t{1} << (width_ - 1));
  double value = 0;
  if (size > top_) {
    const bool infinite = size == infinity_;
    if (!infinite) return std::numeric_limits<double>::quiet_NaN();
    value = std::numeric_limits<double>::infinity();
  } else if (const std::uint64_t normal = size + rebias_; normal << shift_ >= normal_) {
    value = std::bit_cast<double>(normal << shift_);
  } else if (subnormals_) {
    value = static_cast<double>(size) * least_;
  }
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(value) | sign);
}

std::vector<double> finite_values(const Format& format) {
  if (format.width() > kWidestListed) {
    throw Error({Fault::unsupported, format.id(),
                 "a format of at most " + std::to_string(kWidestListed) + " bits to list",
                 std::to_string(format.width()) + " bits"});
  }
  std::vector<double> values;
  const std::int64_t first = *position(format, format.lowest());
  const std::int64_t last = *position(format, format.largest());
  const std::int64_t gap = format.subnormals ? 1 : std::int64_t{1} << format.significand_bits;
  for (std::int64_t place = first; place <= last; ++place) {
    if (place == 0 && format.signed_zero) values.push_back(-0.0);
    if (place == 0 || std::llabs(place) >= gap) values.push_back(at_position(format, place));
  }
  return values;
}

std::optional<double> next_above(const Format& format, double value) {
  return neighbour(format, value, 1);
}

std::optional<double> next_below(const Format& format, double value) {
  return neighbour(format, value, -1);
}

int ulp_exponent(const Format& format, const Rational& value) {
  if (format.is_fixed()) return -format.significand_bits;
  int exponent = format.emin();
  if (value != 0) {
    const Integer top = boost::multiprecision::abs(numerator_of(value));
    const Integer bottom = denominator_of(value);
    const auto bits = [](const Integer& n) { return static_cast<int>(msb(n)); };
    int log = bits(top) - bits(bottom);  // floor(log2 |value|), or one too many
    const Integer left = log < 0 ? Integer(top << -log) : top;
    const Integer right = log > 0 ? Integer(bottom << log) : bottom;
    if (left < right) --log;
    exponent = std::max(exponent, log);
  }
  return exponent - format.significand_bits;
}

double ulp(const Format& format, double value) {
  if (!std::isfinite(value) || !has_value(format, value)) fail_value(format, value);
  return std::ldexp(1.0, ulp_exponent(format, exact_value(value)));
}

Rational power_of_two(int exponent) {
  const Integer power = Integer(1) << std::abs(exponent);
  return exponent < 0 ? Rational(Integer(1), power) : Rational(power);
}

Rational exact_value(double value) {
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);
  const auto units = static_cast<std::int64_t>(std::ldexp(fraction, 53));
  return Rational(Integer(units)) * power_of_two(exponent - 53);
}

}  // namespace statewright::core
