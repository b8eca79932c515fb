// The grammars of FORMAT.md sections 2, 3 and 4, in the order in which the lines stand there.

#include <algorithm>
#include <numeric>

#include "rounded.hpp"

namespace statewright::checker {
namespace {

// The two factors are kept apart so that nothing can overflow.
Integers integers(Reader& in, size_t rows, size_t cols, const Formats* codes = nullptr) {
  Integers read;
  for (size_t i = 0; i < rows; ++i) {
    for (size_t j = 0; j < cols; ++j) {
      read.push_back(codes ? read_code(in, codes->state) : in.integer("an integer"));
    }
  }
  return read;
}

Input read_input(Reader& in, size_t x, size_t N, size_t D) {
  in.count_line("input", x, x + 1);
  Input input;
  const auto kind = in.keyword("gh, diagonal or dense");
  input.is_product = kind == "gh";
  if (input.is_product) {
    const auto size = in.count("the number of factors");
    for (size_t f = 0; f < size; ++f) input.factors.push_back(read_factor(in, N));
  } else if (kind == "diagonal" || kind == "dense") {
    const bool diagonal = input.is_diagonal = kind == "diagonal";
    input.den = in.denominator();
    for (size_t n = 0; n < N; ++n) {
      for (size_t m = diagonal ? n : 0; m < (diagonal ? n + 1 : N); ++m) {
        auto a = in.integer("an entry of the matrix");
        if (a != 0) input.entries.emplace_back(n, m, std::move(a));
      }
    }
  } else {
    in.malformed("gh, diagonal or dense", kind);
  }
  if (in.count_line("add", 0, 2) == 1) input.b = read_fractions(in, N, D);
  return input;
}

// Layer::directions.
std::map<Integers, size_t> directions_of(const Layer& layer) {
  const auto size = static_cast<std::ptrdiff_t>(layer.N * layer.D);
  std::map<Integers, size_t> first;
  mpz_class norm_of_all = 0;
  for (size_t k = 0; k < layer.outputs; ++k) {
    const auto row = layer.weights.num.begin() + static_cast<std::ptrdiff_t>(k) * size;
    const mpz_class norm = std::inner_product(row, row + size, row, mpz_class(0));
    if (k == 0) norm_of_all = norm;
    if (norm == 0 || norm != norm_of_all || layer.bias.num[k] != layer.bias.num[0]) return {};
    first.emplace(direction({row, row + size}), k);  // does nothing if the direction is there
  }
  return first;
}

Layer read_layer(Reader& in, size_t i, const Model& model, bool is_last) {
  Layer layer;
  in.count_line("layer", i, i + 1);
  layer.N = in.count_line("state", 1);
  layer.D = in.count("the number of columns of the state", 1);
  const auto things = in.count_line("reads", 1);
  size_t inputs = 1;  // their product, but at most 2^31, which no COUNT can be
  for (size_t s = 0; s < things; ++s) {
    const auto thing = in.count("the token (0) or an earlier layer (its number + 1)", 0, i + 1);
    layer.reads.push_back(thing);
    inputs *= thing == 0 ? model.letters.size() : model.layers[thing - 1].outputs;
    inputs = std::min(inputs, Reader::count_end);
  }
  in.expect_line("start");
  layer.start = read_fractions(in, layer.N, layer.D);
  in.count_line("inputs", inputs, inputs + 1);
  for (size_t x = 0; x < inputs; ++x) {
    layer.inputs.push_back(read_input(in, x, layer.N, layer.D));
  }
  layer.outputs = in.count_line("readout", 1);
  if (is_last && layer.outputs != model.labels.size()) {
    in.malformed("one output for each label", std::to_string(layer.outputs));
  }
  in.expect_line("weights");
  layer.weights = read_fractions(in, layer.outputs, layer.N * layer.D);
  in.expect_line("bias");
  layer.bias = read_fractions(in, 1, layer.outputs);
  layer.directions = directions_of(layer);
  return layer;
}

vector<size_t> read_word(Reader& in, string_view name, size_t letters) {
  vector<size_t> word;
  const auto length = in.count_line(name);
  for (size_t t = 0; t < length; ++t) word.push_back(in.count("a letter", 0, letters));
  return word;
}

void read_outputs(Reader& in, Certificate& c) {
  in.expect_line("outputs");
  c.outputs_line = in.line();
  c.network_label = in.name("a label");
  c.automaton_label = in.name("a label");
}

void read_rows(Reader& in, const Model& model, const Automaton& automaton, Certificate& c) {
  const auto layers = model.layers.size();
  Integers denominators(layers, 1);
  if (!c.formats) {
    in.count_line("denominators", layers, layers + 1);
    for (auto& den : denominators) den = in.denominator();
  }

  const size_t depths = c.every_word ? 0 : c.word.size();
  in.count_line("depths", depths, depths + 1);
  size_t sum = 0, before_last = 0;  // of all depths; of all but the last
  for (size_t d = 0; d < depths; ++d) {
    before_last = sum;
    sum += c.depths.emplace_back(in.count("a number of rows", d == 0 ? 1 : 0));
  }
  const auto size = c.every_word ? in.count_line("rows", 1) : in.count_line("rows", sum, sum + 1);
  for (size_t r = 0; r < size; ++r) {
    in.count_line("row", r, r + 1);
    auto& row = c.rows.emplace_back();
    row.line = in.line();
    for (size_t i = 0; i < layers; ++i) {
      const auto& layer = model.layers[i];
      row.layers.push_back({denominators[i], integers(in, layer.N, layer.D, c.formats.get())});
    }
    row.state = in.count("a state of the automaton", 0, automaton.output.size());
    if (!c.every_word && r >= before_last) continue;
    in.expect_line("next");
    for (size_t a = 0; a < model.letters.size(); ++a) {
      row.next.push_back(static_cast<std::uint32_t>(in.count("a row", 0, size)));
    }
  }
}

}  // namespace

// " DEN INT*(rows cols)".
Fractions read_fractions(Reader& in, size_t rows, size_t cols) {
  auto den = in.denominator();
  return {std::move(den), integers(in, rows, cols)};
}

Factor read_factor(Reader& in, size_t N) {
  in.expect_line("factor");
  const auto beta_num = in.integer("the numerator of beta");
  const auto beta_den = in.denominator();
  Factor factor;
  factor.v_den = in.denominator();  // exactly it does not matter: C is the same for v and v / DEN
  mpz_class norm = 0;               // v^T v
  for (size_t n = 0; n < N; ++n) {
    auto value = in.integer("an entry of v");
    norm += value * value;
    if (value != 0) factor.v.emplace_back(n, std::move(value));
  }
  if (norm == 0) in.malformed("a vector v other than 0", "only zeros");
  const mpz_class q = beta_den * norm;
  const mpz_class common = gcd(beta_num, q);  // >= 1, because q >= 1
  factor.p = -beta_num / common;
  factor.q = q / common;
  return factor;
}

void read_digest(Reader& in, const string& subject, const string& digest) {
  in.expect_line(subject);
  const auto found = in.token("a SHA-256 digest");
  if (found.size() != 64 || found.find_first_not_of("0123456789abcdef") != found.npos) {
    in.malformed("64 lower-case hexadecimal digits", found);
  }
  if (found != digest) {
    throw Refusal(Answer::rejected, in.place(),
                  "4 digest: this is about another " + subject + "; the one given has " + digest);
  }
}

Integers direction(Integers v) {
  mpz_class common = 0;
  for (const auto& entry : v) common = gcd(common, entry);
  for (size_t n = 0; n < v.size() && common > 1; ++n) v[n] /= common;
  return v;
}

Model read_model(const string& path) {
  Reader in(path);
  Model model;
  model.digest = sha256(in.bytes());
  in.count_line("statewright-model", 1, 2);
  model.letters = in.names_line("letters");
  model.labels = in.names_line("labels");
  const auto size = in.count_line("layers", 1);
  for (size_t i = 0; i < size; ++i) {
    model.layers.push_back(read_layer(in, i, model, i + 1 == size));
  }
  in.end();
  return model;
}

Automaton read_automaton(const string& path) {
  Reader in(path);
  Automaton automaton;
  automaton.digest = sha256(in.bytes());
  in.count_line("statewright-automaton", 1, 2);
  automaton.letters = in.names_line("letters");
  automaton.letters_place = in.place();
  automaton.labels = in.names_line("labels");
  const auto size = in.count_line("states", 1);
  automaton.start = in.count_line("start", 0, size);
  for (size_t q = 0; q < size; ++q) {
    in.count_line("state", q, q + 1);
    automaton.output.push_back(in.count("a label", 0, automaton.labels.size()));
    auto& next = automaton.next.emplace_back();
    for (size_t a = 0; a < automaton.letters.size(); ++a) {
      next.push_back(static_cast<std::uint32_t>(in.count("a state", 0, size)));
    }
  }
  in.end();
  return automaton;
}

Certificate read_certificate(const string& path, const Model* model, const Automaton& automaton) {
  Reader in(path);
  Certificate c;
  c.path = path;
  in.count_line("statewright-certificate", 1, 2);
  in.expect_line("claim");
  const string_view kinds = "every-word, counterexample or no-single-layer";
  const auto kind = in.token(kinds);
  c.every_word = kind == "every-word";
  const bool no_layer = kind == "no-single-layer";
  if (!c.every_word && !no_layer && kind != "counterexample") in.malformed(kinds, kind);
  if (no_layer && model) in.malformed("no --model, for no network is meant", "one");
  if (!no_layer && !model) in.malformed("--model, the network that this is about", "none");
  in.expect_line("arithmetic");
  const auto arithmetic = in.token("exact or rounded");
  if (arithmetic == "rounded" && !no_layer) {
    c.formats = std::make_shared<Formats>(read_formats(in));
  } else if (arithmetic != "exact") {
    in.malformed(no_layer ? "exact" : "exact or rounded", arithmetic);
  }
  if (model) read_digest(in, "model", model->digest);
  read_digest(in, "automaton", automaton.digest);
  if (!model) {
    for (const string_view name : {"u", "x", "y", "z"}) {
      c.words.push_back(read_word(in, name, automaton.letters.size()));
    }
    read_outputs(in, c);
  } else if (!c.every_word) {
    c.word = read_word(in, "word", model->letters.size());
    read_outputs(in, c);
    c.shortest = in.count_line("shortest", 0, 2) == 1;
  }
  if (c.every_word || c.shortest) read_rows(in, *model, automaton, c);
  in.end();
  return c;
}

}  // namespace statewright::checker
