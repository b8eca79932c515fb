// What the network does (FORMAT.md section 2) and what a certificate has to show (section 4).
// Everything is a question about integers: a state H is integers over one denominator, and
// fractions are compared by multiplying out. Nothing is rounded and nothing is searched.

#include "check.hpp"

#include "rounded.hpp"

namespace statewright::checker {
namespace {

void add_product(mpz_class& sum, const mpz_class& a, const mpz_class& b) {
  mpz_addmul(sum.get_mpz_t(), a.get_mpz_t(), b.get_mpz_t());
}

// after = A H + B. Not in lowest terms; its denominator is >= 1 because that of H is.
void exact_step(const Layer& layer, const Input& input, const Fractions& H, Fractions& after) {
  const size_t N = layer.N, D = layer.D;
  auto& [den, num] = after;
  if (input.is_product) {
    // (I + p/q v v^T) H = (q H + v p (v^T H)) / q, factor by factor and column by column.
    after = H;
    mpz_class dot;
    for (const auto& [p, q, v_den, v] : input.factors) {
      for (size_t c = 0; c < D; ++c) {
        dot = 0;
        for (const auto& [n, v_n] : v) add_product(dot, v_n, num[n * D + c]);
        dot *= p;
        for (size_t n = 0; n < N && q != 1; ++n) num[n * D + c] *= q;
        for (const auto& [n, v_n] : v) add_product(num[n * D + c], v_n, dot);
      }
      den *= q;
    }
  } else {
    num.resize(N * D);
    for (auto& entry : num) entry = 0;
    for (const auto& [n, m, a] : input.entries) {
      for (size_t c = 0; c < D; ++c) add_product(num[n * D + c], a, H.num[m * D + c]);
    }
    den = H.den * input.den;
  }
  if (!input.b.num.empty()) {  // num/den + b/e = (num e + b den) / (den e)
    for (size_t n = 0; n < N * D; ++n) {
      num[n] *= input.b.den;
      add_product(num[n], input.b.num[n], den);
    }
    den *= input.b.den;
  }
}

// What layer i is given: the tuple of what it reads, the first thing most significant. `symbols`
// are what the layers emit at this step; only those of layers before i are looked at.
size_t input_of(const Model& model, size_t i, size_t letter, const vector<size_t>& symbols) {
  size_t x = 0;
  for (const auto thing : model.layers[i].reads) {
    x = thing == 0 ? x * model.letters.size() + letter
                   : x * model.layers[thing - 1].outputs + symbols[thing - 1];
  }
  return x;
}

bool equal(const Fractions& x, const Fractions& y) {
  mpz_class left, right;
  for (size_t n = 0; n < x.num.size(); ++n) {
    left = x.num[n] * y.den;
    right = y.num[n] * x.den;
    if (left != right) return false;
  }
  return true;
}

string plural(size_t n, const string& thing) {
  return std::to_string(n) + " " + thing + (n == 1 ? "" : "s");
}

// Names as the files write them, so that none can be taken for something else.
string braced(const vector<string>& names) {
  string text = "{ ";
  for (const auto& name : names) text += name + " ";
  return text + "}";
}

string automaton_line(const Automaton& automaton) {
  return "\nautomaton   " + plural(automaton.output.size(), "state") + ", labels " +
         braced(automaton.labels) + ", sha256 " + automaton.digest + "\narithmetic  ";
}

string bracketed(const vector<string>& letters, const vector<size_t>& word) {
  string text = "[ ";
  for (const auto a : word) text += letters[a] + " ";
  return text + "]";
}

// Section 4.4: x and y act idempotently, and u x y x z and u y x z have the two labels, which
// differ.
string no_single_layer(const Automaton& m, const Certificate& c) {
  const auto after = [&](size_t q, std::initializer_list<size_t> words) {
    for (const auto word : words) {
      for (const auto a : c.words[word]) q = m.next[q][a];
    }
    return q;
  };
  const auto reject = [&](size_t line, const string& text) {
    throw Refusal(Answer::rejected, c.path + ":" + std::to_string(line), "4.4 " + text);
  };
  constexpr size_t u = 0, x = 1, y = 2, z = 3;
  for (const auto word : {x, y}) {  // on the two lines before z, which is before outputs
    for (size_t q = 0; q < m.next.size(); ++q) {
      if (after(q, {word, word}) == after(q, {word})) continue;
      reject(c.outputs_line - (z + 1 - word),
             "idempotent: read twice from state " + std::to_string(q) + ", it leads elsewhere");
    }
  }
  const auto &xyx = m.labels[m.output[after(m.start, {u, x, y, x, z})]],
             &yx = m.labels[m.output[after(m.start, {u, y, x, z})]];
  if (c.network_label != xyx || c.automaton_label != yx || xyx == yx) {
    reject(c.outputs_line, "outputs: " + xyx + " after u x y x z and " + yx + " after u y x z");
  }
  return "VERIFIED no-single-layer\nno single layer H <- A(letter) H + B(letter) with |A| <= 1 and "
         "finitely many reachable states, whatever its dimension and whatever function of the "
         "state "
         "and the last letter its output is, gives every word over the letters " +
         braced(m.letters) + " the label that the automaton gives it" + automaton_line(m) +
         "exact\nevidence    x = " + bracketed(m.letters, c.words[x]) +
         " and y = " + bracketed(m.letters, c.words[y]) +
         " act idempotently; with u = " + bracketed(m.letters, c.words[u]) +
         " and z = " + bracketed(m.letters, c.words[z]) + " the label is " + xyx +
         " after u x y x z and " + yx + " after u y x z\n";
}

class Check {
 public:
  Check(const Model& model, const Automaton& automaton, const Certificate& certificate)
      : model_(model), automaton_(automaton), c_(certificate) {
    std::map<string, size_t> index;  // in the end: of all letters of either
    for (const auto& name : automaton.letters) index.emplace(name, index.size());
    for (const auto& name : model.letters) {
      letter_.push_back(index.emplace(name, index.size()).first->second);
    }
    if (index.size() != automaton.letters.size() || index.size() != model.letters.size()) {
      throw Refusal(Answer::rejected, automaton.letters_place,
                    "3 letters: the automaton reads " + braced(automaton.letters) +
                        ", the network " + braced(model.letters));
    }
    if (c_.formats) rounded_.emplace(model, *c_.formats, c_.path);
  }

  // Section 4.1: the rows contain the start, agree in their labels, are closed under every letter.
  string every_word() {
    start_is_row_0();
    rows_agree();
    for (size_t r = 0; r < c_.rows.size(); ++r) row_steps_below(r, c_.rows.size());
    return "VERIFIED every-word\nfor every word over the letters " + braced(model_.letters) +
           " the network" + where_ + " and the automaton give the same label\n" + subject() +
           rows_and_steps();
  }

  // Section 4.2.
  string counterexample() {
    run_word();
    if (!c_.depths.empty()) {  // shortest 1 and T >= 1
      start_is_row_0();
      rows_agree();
      size_t r = 0, end = 0;  // `end`: the number of rows of depth at most d
      for (size_t d = 0; d + 1 < c_.depths.size(); ++d) {
        end += c_.depths[d];
        while (r < end) row_steps_below(r++, end + c_.depths[d + 1]);
      }
    }
    return "VERIFIED counterexample\non the " +
           (c_.word.empty() ? "empty word" : "word " + bracketed(model_.letters, c_.word)) +
           " the network gives " + c_.network_label + where_ + " and the automaton gives " +
           c_.automaton_label +
           (c_.shortest ? " ; on every shorter word they give the same label\n" : "\n") +
           subject() + "a run of " + plural(c_.word.size(), "step") +
           (c_.depths.empty() ? "\n" : "; " + rows_and_steps());
  }

 private:
  [[noreturn]] void reject(size_t line, const string& text) const {
    throw Refusal(Answer::rejected, c_.path + ":" + std::to_string(line),
                  (c_.every_word ? "4.1 " : "4.2 ") + text);
  }

  // In the certificate's arithmetic.
  void step(size_t i, size_t x, const Fractions& H, Fractions& after) const {
    if (rounded_) return rounded_->step(i, x, H, after);
    exact_step(model_.layers[i], model_.layers[i].inputs[x], H, after);
  }

  size_t emitted(size_t i, const Fractions& H) const {
    return rounded_ ? rounded_->emitted(i, H) : checker::emitted(model_.layers[i], H);
  }

  const Fractions& start(size_t i) const {
    return rounded_ ? rounded_->start(i) : model_.layers[i].start;
  }

  string subject() const {
    string states;
    for (const auto& layer : model_.layers) {
      states += " " + std::to_string(layer.N);
      if (layer.D > 1) states += "x" + std::to_string(layer.D);
    }
    return "network     " + plural(model_.layers.size(), "layer") + ", state" + states +
           ", sha256 " + model_.digest + automaton_line(automaton_) +
           (c_.formats ? description(*c_.formats) : "exact") + "\nevidence    ";
  }

  string rows_and_steps() const {
    return plural(c_.rows.size(), "row") + ", " + plural(steps_, "step") + "\n";
  }

  const string& automaton_label(size_t state) const {
    return automaton_.labels[automaton_.output[state]];
  }

  // Runs both on the word: they must give the two labels of `outputs`, and these must differ.
  void run_word() const {
    vector<Fractions> states;
    vector<size_t> symbols;
    for (size_t i = 0; i < model_.layers.size(); ++i) {
      states.push_back(start(i));
      symbols.push_back(emitted(i, states[i]));
    }
    size_t q = automaton_.start;
    Fractions after;
    for (const auto a : c_.word) {
      for (size_t i = 0; i < states.size(); ++i) {
        step(i, input_of(model_, i, a, symbols), states[i], after);
        mpz_class common = after.den;  // lowest terms, or numbers would always grow with the word
        for (const auto& entry : after.num) common = gcd(common, entry);
        for (auto& entry : after.num) entry /= common;
        after.den /= common;
        std::swap(states[i], after);
        symbols[i] = emitted(i, states[i]);
      }
      q = automaton_.next[q][letter_[a]];
    }
    const auto &network = model_.labels[symbols.back()], &automaton = automaton_label(q);
    if (c_.network_label != network || c_.automaton_label != automaton || network == automaton) {
      reject(c_.outputs_line,
             "outputs: the network gives " + network + " and the automaton " + automaton);
    }
  }

  void start_is_row_0() const {
    const auto& row = c_.rows[0];
    bool start = row.state == automaton_.start;
    for (size_t i = 0; i < row.layers.size(); ++i) {
      start = start && equal(row.layers[i], this->start(i));
    }
    if (!start) reject(row.line, "start: row 0 is not the start of network and automaton");
  }

  // In every row the labels agree. Keeps what each layer emits in each row.
  void rows_agree() {
    for (const auto& row : c_.rows) {
      auto& symbols = symbols_.emplace_back();
      for (size_t i = 0; i < model_.layers.size(); ++i) {
        symbols.push_back(emitted(i, row.layers[i]));
      }
      const auto& label = model_.labels[symbols.back()];
      if (label != automaton_label(row.state)) {
        reject(row.line, "labels: in this row the network gives " + label + ", the automaton " +
                             automaton_label(row.state));
      }
    }
  }

  // For every letter, `next` names a row below `end` to which the step from row r leads.
  //
  // What earlier layers emit at this step is taken from the row that `next` names. That is right,
  // because layers are looked at in order: before layer i is stepped, the new states of the layers
  // before it were found equal to that row's, so they emit what they emit in that row.
  void row_steps_below(size_t r, size_t end) {
    const auto& row = c_.rows[r];
    for (size_t a = 0; a < model_.letters.size(); ++a) {
      const size_t t = row.next[a];
      const auto refuse = [&](const string& why) {
        reject(row.line + 1, "next: the letter " + model_.letters[a] + " does not lead from row " +
                                 std::to_string(r) + " to row " + std::to_string(t) + ": " + why);
      };
      if (t >= end) refuse("that is more than one level deeper");
      const auto& target = c_.rows[t];
      for (size_t i = 0; i < model_.layers.size(); ++i) {
        step(i, input_of(model_, i, a, symbols_[t]), row.layers[i], after_);
        if (!equal(target.layers[i], after_)) {
          refuse("layer " + std::to_string(i) + " goes to another state");
        }
      }
      const auto q = automaton_.next[row.state][letter_[a]];
      if (q != target.state) refuse("the automaton goes to state " + std::to_string(q));
      ++steps_;
    }
  }

  const Model& model_;
  const Automaton& automaton_;
  const Certificate& c_;
  const string where_ = c_.formats ? " in the arithmetic below" : "";  // follows `the network`
  vector<size_t> letter_;           // the automaton's index of each letter of the model
  vector<vector<size_t>> symbols_;  // [row][layer]
  std::optional<Rounded> rounded_;  // if the arithmetic is not exact
  size_t steps_ = 0;
  Fractions after_;  // the result of step(), kept to save allocations
};

}  // namespace

// The smallest k that maximises (W vec(H) + c)_k. With W = w/e, c = b/f and H = z/d the scores
// times e d f >= 1 are f (w z) + b (e d).
//
// Shortcut. Let all rows of W have the same norm s > 0 and all c_k be equal, let z be a positive
// multiple of row k and k the first such row. By Cauchy-Schwarz row_j . z <= s |z| = row_k . z for
// every j, so k attains the maximum; and equality makes z a positive multiple of row j too, so that
// no j < k attains it. Two vectors other than 0 are positive multiples of each other exactly when,
// divided by the gcd of their entries, they are equal.
size_t emitted(const Layer& layer, const Fractions& H) {
  const size_t size = H.num.size();
  const auto found = layer.directions.find(direction(H.num));
  if (found != layer.directions.end()) return found->second;
  const mpz_class scale = layer.weights.den * H.den;
  size_t best = 0;
  mpz_class score, best_score;
  for (size_t k = 0; k < layer.outputs; ++k) {
    const mpz_class* w = &layer.weights.num[k * size];
    score = 0;
    for (size_t n = 0; n < size; ++n) add_product(score, w[n], H.num[n]);
    score *= layer.bias.den;
    add_product(score, layer.bias.num[k], scale);
    if (k > 0 && score <= best_score) continue;
    best = k;
    swap(best_score, score);
  }
  return best;
}

string check(const Model* model, const Automaton& automaton, const Certificate& certificate) {
  if (!model) return no_single_layer(automaton, certificate);
  Check checks(*model, automaton, certificate);
  return certificate.every_word ? checks.every_word() : checks.counterexample();
}

}  // namespace statewright::checker
