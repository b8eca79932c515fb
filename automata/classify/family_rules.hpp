#pragma once

#include "automata/classify/families.hpp"
#include "automata/classify/sources.hpp"

// One rule a family; see families.cpp. Each fills in answer, reasons and numbers of layers, and
// leaves alone what it has nothing to say about.
namespace statewright::automata::rules {

void judge_non_negative(const LanguageFacts& facts, FamilyAnswer& answer);
void judge_real_diagonal(const LanguageFacts& facts, FamilyAnswer& answer);
void judge_complex_diagonal(const LanguageFacts& facts, FamilyAnswer& answer);
void judge_positive_deltanet(const LanguageFacts& facts, FamilyAnswer& answer);
void judge_signed_deltanet(const LanguageFacts& facts, FamilyAnswer& answer);
void judge_kda(const LanguageFacts& facts, FamilyAnswer& answer);
void judge_complex_kda(const LanguageFacts& facts, FamilyAnswer& answer);
void judge_delta_product_2(const LanguageFacts& facts, FamilyAnswer& answer);
void judge_delta_product_3(const LanguageFacts& facts, FamilyAnswer& answer);
void judge_delta_product_4(const LanguageFacts& facts, FamilyAnswer& answer);
void judge_householder_products(const LanguageFacts& facts, FamilyAnswer& answer);
void judge_rwkv7(const LanguageFacts& facts, FamilyAnswer& answer);
void judge_pd_ssm(const LanguageFacts& facts, FamilyAnswer& answer);
void judge_dense(const LanguageFacts& facts, FamilyAnswer& answer);
void judge_nonlinear(const LanguageFacts& facts, FamilyAnswer& answer);

// Shared by the rules' files.

/// "`1` turns 2 states around a circle"
std::string circle_text(const LanguageFacts& facts, const Circle& circle);
/// "`ab`", "the empty word"
std::string spelled(const Alphabet& letters, const Word& word);
void set_answer(FamilyAnswer& row, Answer answer, Reason reason);
/// The groups are not known: unknown with their limit.
void set_unknown(const LanguageFacts& facts, FamilyAnswer& row);
/// At least so many layers if that says more than what is known.
void at_least(FamilyAnswer& row, std::size_t layers, Reason reason);
/// At most so many layers; absent dimension and factors: none known.
void at_most(FamilyAnswer& row, std::size_t layers, Reason reason,
             std::optional<std::size_t> dimension = {}, std::optional<std::size_t> factors = {});

}  // namespace statewright::automata::rules
