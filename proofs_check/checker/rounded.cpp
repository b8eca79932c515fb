// Rounded arithmetic: number formats, single operations, and the network that is made of them, in
// the order of FORMAT.md section 7. A number is an integer times a power of two; it is rounded by
// shifting that integer. No floating point takes part.

#include "rounded.hpp"

#include <algorithm>
#include <array>

#include "check.hpp"

namespace statewright::checker {
namespace {

using Kind = Number::Kind;

// In the order of the enumerations.
constexpr std::array<string_view, 3> nan_words = {"none", "ieee", "all-ones"};
constexpr std::array<string_view, 4> overflow_words = {"infinity", "nan", "saturate", "wrap"};
constexpr std::array<string_view, 6> rounding_words = {
    "nearest-even", "nearest-away", "toward-zero", "up", "down", "to-odd"};

template <class Enum, size_t size>
Enum one_of(Reader& in, string_view what, const std::array<string_view, size>& words) {
  const auto found = in.token(what);
  const auto at = std::find(words.begin(), words.end(), found);
  if (at == words.end()) in.malformed(what, found);
  return static_cast<Enum>(at - words.begin());
}

mpz_class power(size_t exponent) { return mpz_class(1) << exponent; }

// floor(log2 units) for units > 0.
long log2(const mpz_class& units) {
  return static_cast<long>(mpz_sizeinbase(units.get_mpz_t(), 2)) - 1;
}

// x and y as integers over one power of two, which is the smaller of theirs and is returned.
long align(const Number& x, const Number& y, mpz_class& x_units, mpz_class& y_units) {
  const long common = std::min(x.exponent, y.exponent);
  x_units = x.units << static_cast<size_t>(x.exponent - common);
  y_units = y.units << static_cast<size_t>(y.exponent - common);
  if (x.negative) x_units = -x_units;
  if (y.negative) y_units = -y_units;
  return common;
}

// Of finite numbers and infinities: < 0, 0, > 0 as x < y, x = y, x > y. Zeros are equal.
int compare(const Number& x, const Number& y) {
  const auto infinite = [](const Number& z) {
    return z.kind != Kind::infinite ? 0 : z.negative ? -1 : 1;
  };
  if (x.kind == Kind::infinite || y.kind == Kind::infinite) return infinite(x) - infinite(y);
  mpz_class x_units, y_units;
  align(x, y, x_units, y_units);
  return cmp(x_units, y_units);
}

Number nan() { return {Kind::nan, false, 0, 0}; }

// Whether a magnitude between the integers q and q + 1 becomes q + 1; `half`: < 0, 0, > 0 as it
// lies below, at, above the middle.
bool goes_up(Rounding rounding, bool negative, bool q_is_odd, int half) {
  if (rounding == Rounding::nearest_even) return half > 0 || (half == 0 && q_is_odd);
  if (rounding == Rounding::nearest_away) return half >= 0;
  if (rounding == Rounding::to_odd) return !q_is_odd;
  return rounding == (negative ? Rounding::down : Rounding::up);
}

Format read_format(Reader& in, string_view kind) {
  Format f;
  f.line = in.line();
  f.fixed = kind == "fixed";
  if (!f.fixed && kind != "float") in.malformed("float or fixed", kind);
  if (f.fixed) {
    f.E = in.count("bits before the binary point", 1, 54);
    f.M = in.count("bits after it", f.E == 1 ? 1 : 0, 54 - f.E);
  } else {
    f.E = in.count("exponent bits", 2, 12);
    f.M = in.count("significand bits", 1, 53);
    f.bias = static_cast<long>(in.count("the bias", 0, 4096));
    f.subnormals = in.count("subnormals", 0, 2) == 1;
    f.signed_zero = in.count("signed zeros", 0, 2) == 1;
    f.infinities = in.count("infinities", 0, 2) == 1;
    f.nans = one_of<Nans>(in, "none, ieee or all-ones", nan_words);
    if (f.infinities && f.nans != Nans::ieee) in.malformed("ieee", nan_words[size_t(f.nans)]);
  }
  f.overflow = one_of<Overflow>(in, "infinity, nan, saturate or wrap", overflow_words);
  const bool usable = f.fixed ? f.overflow == Overflow::saturate || f.overflow == Overflow::wrap
                              : f.overflow != Overflow::wrap;
  if (!usable || (f.overflow == Overflow::infinity && !f.infinities)) {
    in.malformed("an overflow rule of this format", overflow_words[size_t(f.overflow)]);
  }
  f.rounding = one_of<Rounding>(in, "a rounding", rounding_words);

  f.largest_code = power(f.E + f.M - (f.fixed ? 1 : 0)) - 1;
  if (f.nans == Nans::ieee) f.largest_code -= power(f.M);
  if (f.nans == Nans::all_ones) f.largest_code -= 1;
  f.nan_code = f.nans == Nans::none ? power(f.width()) : mpz_class(f.largest_code + 1);
  if (f.nans == Nans::ieee) f.nan_code += power(f.M - 1);
  for (const bool negative : {false, true}) {
    f.largest[negative] = decode(f, f.largest_code);
    f.largest[negative].negative = negative;
    if (f.fixed && negative) ++f.largest[negative].units;
  }
  return f;
}

string description(const Format& f) {
  const auto bits = [](size_t n, const string& of) {
    return std::to_string(n) + " " + of + (n == 1 ? " bit, " : " bits, ");
  };
  const auto with = [](bool has, const string& thing) { return (has ? "" : "no ") + thing + ", "; };
  string text = f.fixed
                    ? "fixed, " + bits(f.E, "integer") + bits(f.M, "fraction")
                    : "float, " + bits(f.E, "exponent") + bits(f.M, "significand") + "bias " +
                          std::to_string(f.bias) + ", " + with(f.subnormals, "subnormals") +
                          with(f.signed_zero, "signed zeros") + with(f.infinities, "infinities") +
                          "NaN codes " + string(nan_words[size_t(f.nans)]) + ", ";
  text.append("overflow ").append(overflow_words[size_t(f.overflow)]);
  return text.append(", rounding ").append(rounding_words[size_t(f.rounding)]);
}

}  // namespace

string description(const Formats& formats) {
  return "rounded, every operation\nio          " + description(formats.io) + "\nstate       " +
         description(formats.state) + "\naccumulate  " + description(formats.accumulate) +
         "\nreadout     " + (formats.readout ? description(*formats.readout) : "exact");
}

Formats read_formats(Reader& in) {
  Formats formats;
  for (const auto& [word, format] : {std::pair("io", &formats.io),
                                     {"state", &formats.state},
                                     {"accumulate", &formats.accumulate}}) {
    in.expect_line(word);
    *format = read_format(in, in.token("float or fixed"));
  }
  in.expect_line("readout");
  const auto kind = in.token("exact, float or fixed");
  if (kind != "exact") formats.readout = read_format(in, kind);
  return formats;
}

mpz_class read_code(Reader& in, const Format& f) {
  auto code = in.integer("a code");
  const bool is_nan = code == f.nan_code;
  const bool fits = code >= 0 && code < power(f.width());
  if (!is_nan && (!fits || encode(f, decode(f, code)) != code)) {
    in.malformed("the code of a value of the state's format", code.get_str());
  }
  return code;
}

Number decode(const Format& f, const mpz_class& code) {
  if (code == f.nan_code) return nan();
  const size_t sign_bit = f.width() - 1;
  const bool top = mpz_tstbit(code.get_mpz_t(), sign_bit) != 0;
  if (f.fixed) {
    return {Kind::finite, top, abs(top ? mpz_class(code - power(f.width())) : code), -long(f.M)};
  }
  const mpz_class size = top ? mpz_class(code - power(sign_bit)) : code;
  if (size > f.largest_code) {
    return f.infinities && size == f.largest_code + 1 ? Number{Kind::infinite, top, 0, 0} : nan();
  }
  const long field = mpz_class(size >> f.M).get_si();
  const mpz_class rest = size - (mpz_class(field) << f.M);
  if (field == 0 && (rest == 0 || !f.subnormals)) return {Kind::finite, top && f.signed_zero, 0, 0};
  return {Kind::finite, top, field > 0 ? mpz_class(rest + power(f.M)) : rest,
          f.emin() + std::max(field - 1, 0L) - long(f.M)};
}

mpz_class encode(const Format& f, const Number& x) {
  if (x.kind == Kind::nan) return f.nan_code;
  mpz_class code = 0;
  if (x.kind == Kind::infinite) {
    code = f.largest_code + 1;
  } else if (x.units > 0) {
    const long e = f.fixed ? 0 : std::max(log2(x.units) + x.exponent, f.emin());
    const long shift = x.exponent - (e - long(f.M));  // exact in either direction: x is a value
    code = shift >= 0 ? mpz_class(x.units << size_t(shift)) : mpz_class(x.units >> size_t(-shift));
    if (!f.fixed) code += mpz_class(e - f.emin()) << f.M;
  }
  if (!x.negative) return code;
  return f.fixed ? mpz_class(power(f.width()) - code) : mpz_class(code + power(f.width() - 1));
}

Number round(const Format& f, const Number& x) {
  if (x.kind == Kind::nan) return x;
  if (x.kind == Kind::infinite) {
    if (f.overflow == Overflow::infinity) return x;
    return f.overflow == Overflow::saturate ? f.largest[x.negative] : nan();
  }
  Number zero{Kind::finite, x.negative && f.signed_zero, 0, 0};
  if (x.units == 0) return zero;

  // Onto the multiples of 2^grid, as if there were no largest value.
  const long grid = (f.fixed ? 0 : std::max(log2(x.units) + x.exponent, f.emin())) - long(f.M);
  Number y{Kind::finite, x.negative, x.units, grid};
  if (x.exponent >= grid) {
    y.units <<= size_t(x.exponent - grid);
  } else {
    const size_t shift = size_t(grid - x.exponent);
    y.units >>= shift;
    const mpz_class rest = x.units - (y.units << shift);
    const bool odd = mpz_odd_p(y.units.get_mpz_t()) != 0;
    if (rest != 0 && goes_up(f.rounding, x.negative, odd, cmp(2 * rest, power(shift)))) ++y.units;
  }
  if (y.units == 0) return zero;
  if (f.overflow == Overflow::wrap) {  // to [-half, half)
    const mpz_class half = power(f.width() - 1), units = y.negative ? -y.units : y.units;
    mpz_class wrapped = units + half;
    mpz_fdiv_r_2exp(wrapped.get_mpz_t(), wrapped.get_mpz_t(), f.width());
    wrapped -= half;
    return {Kind::finite, wrapped < 0, abs(wrapped), grid};
  }
  // Below 2^emin lies what has fewer than M + 1 bits, on the finest grid.
  if (!f.subnormals && log2(y.units) < long(f.M)) return zero;
  const auto& most = f.largest[x.negative];
  if (compare(y, most) * (x.negative ? -1 : 1) <= 0) return y;
  // Nearest roundings and the directed one of this sign go on to infinity, the others do not.
  const bool outwards = goes_up(f.rounding, x.negative, true, 1);
  if (f.overflow == Overflow::saturate || !outwards) return most;
  return f.overflow == Overflow::nan ? nan() : Number{Kind::infinite, x.negative, 0, 0};
}

Number product(const Number& x, const Number& y) {
  const bool negative = x.negative != y.negative;
  if (x.kind == Kind::finite && y.kind == Kind::finite) {
    return {Kind::finite, negative, x.units * y.units, x.exponent + y.exponent};
  }
  const auto is_zero = [](const Number& z) { return z.kind == Kind::finite && z.units == 0; };
  if (x.kind == Kind::nan || y.kind == Kind::nan || is_zero(x) || is_zero(y)) return nan();
  return {Kind::infinite, negative, 0, 0};
}

Number sum(const Number& x, const Number& y, Rounding rounding) {
  if (x.kind == Kind::finite && y.kind == Kind::finite) {
    mpz_class x_units, y_units;
    const long exponent = align(x, y, x_units, y_units);
    x_units += y_units;
    const bool negative = x_units != 0               ? x_units < 0
                          : x.negative == y.negative ? x.negative
                                                     : rounding == Rounding::down;
    return {Kind::finite, negative, abs(x_units), exponent};
  }
  const bool both = x.kind == y.kind && x.negative != y.negative;  // infinities of unequal signs
  if (x.kind == Kind::nan || y.kind == Kind::nan || both) return nan();
  return x.kind == Kind::infinite ? x : y;
}

// --- the network

namespace {

Number add(const Format& f, const Number& x, const Number& y) {
  return round(f, sum(x, y, f.rounding));
}

Number multiply(const Format& f, const Number& x, const Number& y) {
  return round(f, product(x, y));
}

// a_0 x_0 + a_1 x_1 + .., from the left.
Number dot(const Format& f, const vector<Number>& a, const vector<Number>& x) {
  auto s = multiply(f, a[0], x[0]);
  for (size_t j = 1; j < a.size(); ++j) s = add(f, s, multiply(f, a[j], x[j]));
  return s;
}

// Stores rational parameters, which must be values of the format: rule 4.3.
class Store {
 public:
  Store(const Format& f, const string& path, const string& owner)
      : f_(f), place_(path + ":" + std::to_string(f.line)), owner_(owner) {}

  Number operator()(const mpz_class& num, const mpz_class& den) const {
    const mpz_class common = gcd(num, den), divisor = den / common;
    const size_t exponent = mpz_scan1(divisor.get_mpz_t(), 0);
    Number x{Kind::finite, num < 0, abs(num) / common, -long(exponent)};
    if (divisor == power(exponent)) {
      auto y = round(f_, x);
      if (y.kind == Kind::finite && compare(x, y) == 0) return y;
    }
    throw Refusal(Answer::rejected, place_,
                  "4.3 stored: " + owner_ + " has " + num.get_str() + " / " + den.get_str() +
                      ", which is no value of this format");
  }

  vector<Number> operator()(const Fractions& values) const {
    vector<Number> stored;
    for (const auto& num : values.num) stored.push_back((*this)(num, values.den));
    return stored;
  }

 private:
  const Format& f_;
  string place_, owner_;
};

}  // namespace

Rounded::Rounded(const Model& model, const Formats& formats, const string& path)
    : model_(model), formats_(formats) {
  for (const auto& layer : model.layers) {
    const auto owner = "layer " + std::to_string(layers_.size());
    auto& stored = layers_.emplace_back();
    for (const auto& x : Store(formats.state, path, owner + ", start")(layer.start)) {
      stored.start.num.push_back(encode(formats.state, x));
    }
    for (const auto& input : layer.inputs) {
      auto& [factors, matrix, b] = stored.inputs.emplace_back();
      const Store store(formats.io, path,
                        owner + ", input " + std::to_string(stored.inputs.size() - 1));
      for (const auto& [p, q, v_den, v] : input.factors) {
        // C = I + p/q z z^T with v = z / DEN: beta / (v^T v) = -p/q DEN^2.
        auto& factor = factors.emplace_back(StoredFactor{store(-p * v_den * v_den, q), {}, {}});
        for (const auto& [n, z] : v) {
          factor.v.push_back(store(z, v_den));
          factor.rows.push_back(n);
        }
      }
      if (!input.is_product) matrix.assign(input.is_diagonal ? 1 : layer.N, Numbers(layer.N));
      for (const auto& [n, m, a] : input.entries) {
        matrix[input.is_diagonal ? 0 : n][m] = store(a, input.den);
      }
      b = store(input.b);
    }
    if (!formats.readout) continue;
    const Store store(*formats.readout, path, owner + ", readout");
    stored.bias = store(layer.bias);
    const auto weights = store(layer.weights);
    for (auto w = weights.begin(); w != weights.end(); w += long(layer.N * layer.D)) {
      stored.weights.emplace_back(w, w + long(layer.N * layer.D));
    }
  }
}

vector<Number> Rounded::values(const Fractions& H) const {
  Numbers h;
  for (const auto& code : H.num) h.push_back(decode(formats_.state, code));
  return h;
}

void Rounded::step(size_t layer, size_t input, const Fractions& H, Fractions& after) const {
  const size_t N = model_.layers[layer].N, D = model_.layers[layer].D;
  const auto& kind = model_.layers[layer].inputs[input];
  const auto& [factors, matrix, b] = layers_[layer].inputs[input];
  const Format& fl = formats_.accumulate;
  const auto st = [&](const Number& x) { return round(formats_.state, x); };
  Numbers h = values(H), column;
  for (size_t c = 0; c < D; ++c) {
    for (const auto& [scale, v, rows] : factors) {
      column.clear();
      for (const auto n : rows) column.push_back(h[n * D + c]);
      const auto w = multiply(fl, scale, dot(fl, v, column));
      for (size_t j = 0; j < v.size(); ++j) {
        auto term = multiply(fl, v[j], w);
        term.negative = !term.negative;
        h[rows[j] * D + c] = st(add(fl, column[j], term));
      }
    }
    if (kind.is_product || kind.is_diagonal) continue;
    column.clear();
    for (size_t n = 0; n < N; ++n) column.push_back(h[n * D + c]);
    for (size_t n = 0; n < N; ++n) {
      const auto s = dot(fl, matrix[n], column);
      h[n * D + c] = st(b.empty() ? s : add(fl, s, b[n * D + c]));
    }
  }
  for (size_t n = 0; n < N * D; ++n) {
    if (kind.is_diagonal) h[n] = st(multiply(fl, matrix[0][n / D], h[n]));
    if ((kind.is_product || kind.is_diagonal) && !b.empty()) h[n] = st(add(fl, h[n], b[n]));
  }
  after = {1, {}};
  for (const auto& x : h) after.num.push_back(encode(formats_.state, x));
}

size_t Rounded::emitted(size_t layer, const Fractions& H) const {
  const Numbers h = values(H);
  if (!formats_.readout) {
    long exponent = 0;
    for (const auto& x : h) {
      if (x.kind != Kind::finite) return 0;
      exponent = std::min(exponent, x.exponent);
    }
    Fractions exact{power(size_t(-exponent)), {}};
    for (const auto& x : h) {
      const mpz_class units = x.units << size_t(x.exponent - exponent);
      exact.num.push_back(x.negative ? mpz_class(-units) : units);
    }
    return checker::emitted(model_.layers[layer], exact);
  }
  const Format& f = *formats_.readout;
  const auto& [start, inputs, weights, bias] = layers_[layer];
  size_t best = 0;
  Number best_score;
  for (size_t k = 0; k < bias.size(); ++k) {
    const auto score = add(f, dot(f, weights[k], h), bias[k]);
    const bool exceeds =
        score.kind != Kind::nan && (best_score.kind == Kind::nan || compare(score, best_score) > 0);
    if (k > 0 && !exceeds) continue;
    best = k;
    best_score = score;
  }
  return best;
}

}  // namespace statewright::checker
