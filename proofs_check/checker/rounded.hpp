#pragma once

#include <optional>

#include "files.hpp"

namespace statewright::checker {

// FORMAT.md section 7. Nothing here takes part in a certificate of `arithmetic exact`.

enum class Nans { none, ieee, all_ones };
enum class Overflow { infinity, nan, saturate, wrap };
enum class Rounding { nearest_even, nearest_away, toward_zero, up, down, to_odd };

/// NaN, an infinity, or units 2^exponent, with a sign that zeros and infinities have too.
struct Number {
  enum class Kind { finite, infinite, nan };
  Kind kind = Kind::finite;
  bool negative = false;
  mpz_class units = 0;  // >= 0
  long exponent = 0;
};

/// A number format, section 7.1; read_formats() leaves nothing else than what is allowed there.
struct Format {
  bool fixed = false;
  size_t E = 0, M = 0;  // of exponent and significand; fixed: before and after the binary point
  long bias = 0;
  bool subnormals = true, signed_zero = false, infinities = false;
  Nans nans = Nans::none;
  Overflow overflow = Overflow::saturate;
  Rounding rounding = Rounding::nearest_even;
  size_t line = 0;  // of the certificate
  // What follows from these: the code and the values, [negative], of largest magnitude; NaN's code.
  mpz_class largest_code, nan_code;
  Number largest[2];

  size_t width() const { return E + M + (fixed ? 0 : 1); }
  long emin() const { return 1 - bias; }
};

/// What the network is evaluated in.
struct Formats {
  Format io, state, accumulate;
  std::optional<Format> readout;  // absent: exactly
};

/// What follows "arithmetic  " in the answer, section 5.
string description(const Formats&);

/// The four lines after `arithmetic rounded`. Errors: Refusal{malformed}.
Formats read_formats(Reader& in);
/// A state's entry, as the one code of its value. Errors: Refusal{malformed}.
mpz_class read_code(Reader& in, const Format& format);

/// Sections 7.1 to 7.3: what a code means and which code a value of the format has; the value of
/// the format that a number is rounded to; exact sums and products of any numbers, not rounded.
Number decode(const Format&, const mpz_class& code);
mpz_class encode(const Format&, const Number&);
Number round(const Format&, const Number&);
Number product(const Number&, const Number&);
Number sum(const Number&, const Number&, Rounding);  // which a sum of exactly 0 depends on

/// The network of a model in rounded arithmetic, section 7.4. States are integers over 1, which are
/// codes of the state's format.
class Rounded {
 public:
  /// Errors: Refusal{rejected} if a parameter is no value of its format, rule 4.3.
  Rounded(const Model&, const Formats&, const string& path);

  const Fractions& start(size_t layer) const { return layers_[layer].start; }
  void step(size_t layer, size_t input, const Fractions& H, Fractions& after) const;
  size_t emitted(size_t layer, const Fractions& H) const;

 private:
  using Numbers = vector<Number>;
  struct StoredFactor {
    Number scale;
    Numbers v;            // without its zeros; at least one entry
    vector<size_t> rows;  // where they stand
  };
  struct StoredInput {
    vector<StoredFactor> factors;
    vector<Numbers> matrix;  // its rows, zeros too; of a diagonal one row
    Numbers b;               // N D; empty: nothing is added
  };
  struct Stored {
    Fractions start;
    vector<StoredInput> inputs;
    vector<Numbers> weights;  // unless the readout is exact
    Numbers bias;
  };

  Numbers values(const Fractions& H) const;

  const Model& model_;
  const Formats& formats_;
  vector<Stored> layers_;
};

}  // namespace statewright::checker
