#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/number/format.hpp"

namespace statewright::core {

/// A dot-product unit of a GPU's tensor cores: exact products, added in groups together with the
/// sum so far. All terms of a group are aligned to the largest exponent (that exponent is not taken
/// below `floor_exponent`), each is truncated to `fraction_bits` bits after the binary point of the
/// aligned significand, the integers are added exactly and the sum is truncated (toward zero) to
/// the result's format. Source: Xie et al. 2025 (MMA-Sim); Khattak and Mikaitis 2025.
struct TensorCore {
  std::string_view name;   ///< "volta", "turing", "ampere", "ada", "hopper", "blackwell"
  int group = 8;           ///< products added at once, fp16 and bf16 inputs; tf32: half of it
  int fraction_bits = 24;  ///< fp16, bf16 and tf32 inputs
  int group_fp8 = 0;       ///< 0: no fp8 inputs
  int fraction_bits_fp8 = 0;
  int significand_bits_fp8 = 23;  ///< of the result for fp8 inputs: 13 on Hopper and Ada
  int floor_exponent = -133;      ///< measured on Hopper
  bool operator==(const TensorCore&) const = default;
};

/// What a computation is done in: each product and sum rounded to a format, or dot products by a
/// tensor core and everything else in fp32.
using Accumulator = std::variant<Format, TensorCore>;

/// How a model is evaluated: number formats and an evaluation tree. What each kind computes, in
/// which order, stands in core/lrnn/rounded.hpp.
struct Semantics {
  enum class Kind {
    exact,     ///< "exact"
    cast,      ///< "cast:F", the finite-precision model of the theorems; the state is never rounded
    once,      ///< "once:F", A h + b exactly, then one rounding per component and step
    stepwise,  ///< "F" and "mixed:..", every operation rounded
    chunk,     ///< "chunk:F,C=64", every operation rounded, in the order of chunked (WY) training
               ///< kernels
    ball,      ///< "ball:p=53", enclosures
    mpfr,      ///< "mpfr:p=100", every operation rounded to p bits, exponents unbounded, by MPFR
  };

  Kind kind = Kind::exact;
  Format state;                   ///< cast, once, chunk: F; stepwise: what states are stored in
  Format io;                      ///< stepwise: what parameters are stored in; else = state
  Accumulator accumulate;         ///< stepwise: what operations are rounded to; else = state
  std::optional<Format> readout;  ///< stepwise, chunk: scores are computed in; absent: exactly
  bool oracle = false;            ///< stepwise: "mpfr:F", the same bits computed by MPFR
  int chunk = 64;                 ///< C, letters in a chunk
  int bits = 53;                  ///< ball, mpfr: bits of precision

  bool operator==(const Semantics&) const = default;

  /// Every operation rounded to one format.
  static Semantics in(const Format& format);

  /// Whether a step depends on stored values of one format only: once, stepwise, chunk.
  bool has_format() const noexcept;

  /// The canonical spelling, which parse_semantics reads back: "exact", "cast:bf16",
  /// "once:fp16/rz", "bf16", "mixed:state=fp32,io=bf16,acc=fp32,readout=exact",
  /// "mixed:state=fp32,io=bf16,acc=hopper", "chunk:bf16,C=64", "ball:p=53", "mpfr:bf16",
  /// "mpfr:p=100". Equal semantics, equal spellings.
  std::string id() const;
};

/// Reads a spelling. In `mixed:` only `state` is required; io and acc are `state` unless given,
/// readout is acc (fp32 for a tensor core) unless given. `mpfr:` also stands before `mixed:`. C is
/// 64 unless given, 1 <= C <= 4096, 2 <= p <= 100000. Errors at `where`: those of parse_format;
/// Error{syntax} for unknown kinds and parts, with a suggestion; Error{unsupported} for a tensor
/// core whose inputs are none of fp16 bf16 tf32 e5m2 e4m3.
Semantics parse_semantics(std::string_view text, std::string_view where);

/// Several separated by commas, such as "bf16,fp16,mixed:state=fp32,io=bf16,once:e4m3"; commas
/// inside a spelling are told apart (a part that begins like NAME= or is a known option continues
/// the spelling before it).
std::vector<Semantics> parse_semantics_list(std::string_view text, std::string_view where);

/// The tensor cores by name.
std::vector<TensorCore> tensor_cores();

}  // namespace statewright::core
