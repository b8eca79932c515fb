#pragma once

// Where the theorems stand that the rules of families.cpp rest on, each cited in one place.
namespace statewright::automata::sources {

inline constexpr const char* kTheorem1 = "Grazzi et al., arXiv:2411.12537, Theorem 1";
inline constexpr const char* kTheorem2 = "Grazzi et al., arXiv:2411.12537, Theorem 2";
inline constexpr const char* kTheorem3 = "Grazzi et al., arXiv:2411.12537, Theorem 3";
inline constexpr const char* kTheorem4 = "Grazzi et al., arXiv:2411.12537, Theorem 4, repaired";
inline constexpr const char* kTheorem6 = "Grazzi et al., arXiv:2411.12537, Theorem 6";
inline constexpr const char* kNormFree = "Grazzi et al., arXiv:2411.12537, appendix A.3";
inline constexpr const char* kStarFree = "Sarrof et al., arXiv:2405.17394, Theorem 4";
inline constexpr const char* kRoundedMonoids = "Nowak et al., arXiv:2606.01765";
inline constexpr const char* kDiagonalDepth = "Shakerinava et al., arXiv:2603.01959";
inline constexpr const char* kDeltaProduct1 = "Siems et al., arXiv:2502.10297, Theorem 1";
inline constexpr const char* kDeltaProduct2 = "Siems et al., arXiv:2502.10297, Theorem 2";
inline constexpr const char* kDeltaProduct4 = "Siems et al., arXiv:2502.10297, Theorem 4";
inline constexpr const char* kDeltaProductDihedral = "Siems et al., arXiv:2502.10297";
inline constexpr const char* kComplexKda3 = "Complex KDA, arXiv:2609.24797, Theorem 3";
inline constexpr const char* kComplexKda4 = "Complex KDA, arXiv:2609.24797, Theorem 4";
inline constexpr const char* kComplexKda5 = "Complex KDA, arXiv:2609.24797, Theorem 5";
inline constexpr const char* kRwkv7 = "Peng et al., arXiv:2503.14456, appendix D, Theorem 3";
inline constexpr const char* kPdSsm = "Terzic et al., arXiv:2509.22284, Propositions 2 and 3";
inline constexpr const char* kOwn = "Statewright, automata/classify/README.md";
inline constexpr const char* kOwnDecomposition =
    "Krohn and Rhodes, 1965; Statewright, automata/classify/README.md";
inline constexpr const char* kOwnObstruction = "Statewright, automata/compile/obstruction.cpp";
inline constexpr const char* kOwnReflections = "Statewright, automata/algebra/reflections.cpp";

// What kind of arithmetic a claim is about.
inline constexpr const char* kFinite = "exact, finitely many states";
inline constexpr const char* kFiniteAndCast = "exact with finitely many states; cast";
inline constexpr const char* kEveryRounding =
    "exact with finitely many states; cast; every operation rounded";
inline constexpr const char* kDecay =
    "finite precision with decaying memory, or width-2 convolution";

}  // namespace statewright::automata::sources
