#include "core/lrnn/model_json.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "core/text/json.hpp"

namespace statewright::core {
namespace {

constexpr const char* kSchema = "statewright.model/1";

// ---- writing ------------------------------------------------------------------------------------

Json to_json(const std::vector<Real>& entries) {
  Json list = Json::array();
  for (const Real& entry : entries) list.push_back(to_string(entry));
  return list;
}

/// One column is written as a flat list, several as a list of rows.
Json to_json(const Matrix<Real>& m, bool flat_column = true) {
  if (flat_column && m.columns() == 1) return to_json(m.entries());
  Json rows = Json::array();
  for (std::size_t i = 0; i < m.rows(); ++i) {
    const auto first = m.entries().begin() + static_cast<std::ptrdiff_t>(i * m.columns());
    rows.push_back(to_json({first, first + static_cast<std::ptrdiff_t>(m.columns())}));
  }
  return rows;
}

Json input_to_json(const Model& model, const Layer& layer, std::size_t input) {
  std::vector<Json> on(layer.reads.size());
  for (std::size_t s = layer.reads.size(); s-- > 0;) {
    const Source& source = layer.reads[s];
    const std::size_t radix =
        source.layer ? model.layers[*source.layer].readout.c.size() : model.letters.size();
    const std::size_t digit = input % radix;
    input /= radix;
    on[s] = source.layer ? Json(digit) : Json(model.letters.name(static_cast<Letter>(digit)));
  }
  return Json(on);
}

Json to_json(const Transition& transition) {
  Json entry;
  if (const auto* product = std::get_if<GhProduct>(&transition.A)) {
    Json factors = Json::array();
    for (const Householder& factor : product->factors) {
      factors.push_back({{"beta", to_string(factor.beta)}, {"v", to_json(factor.v)}});
    }
    entry["gh"] = std::move(factors);
  } else if (const auto* diagonal = std::get_if<Diagonal>(&transition.A)) {
    entry["diagonal"] = to_json(diagonal->entries);
  } else {
    entry["dense"] = to_json(std::get<Dense>(transition.A).matrix, false);
  }
  if (transition.B) entry["add"] = to_json(*transition.B);
  return entry;
}

Json to_json(const Model& model, const Layer& layer) {
  Json reads = Json::array();
  for (const Source& source : layer.reads) {
    reads.push_back(source.layer ? Json(*source.layer) : Json("token"));
  }
  Json transitions = Json::array();
  for (std::size_t x = 0; x < layer.table.size(); ++x) {
    Json entry;
    entry["on"] = input_to_json(model, layer, x);
    entry.update(to_json(layer.table[x]));
    transitions.push_back(std::move(entry));
  }
  Json readout;
  readout["scores"] = to_json(layer.readout.W, false);
  if (std::any_of(layer.readout.c.begin(), layer.readout.c.end(),
                  [](const Real& c) { return c != 0; })) {
    readout["bias"] = to_json(layer.readout.c);
  }
  Json out;
  out["reads"] = std::move(reads);
  out["start"] = to_json(layer.start);
  out["transitions"] = std::move(transitions);
  out["readout"] = std::move(readout);
  return out;
}

// ---- reading ------------------------------------------------------------------------------------

class Reader {
 public:
  Reader(std::string_view text, std::string_view where) : json_(text, where), where_(where) {}

  Model read() {
    const Json& root = json_.object(json_.root());
    const Json& schema = json_.member(root, "schema");
    if (json_.string(schema) != kSchema) {
      json_.fail(schema, Fault::unsupported, std::string("the schema \"") + kSchema + "\"",
                 core::quoted(json_.string(schema)));
    }
    json_.only_keys(root, {"schema", "letters", "labels", "layers", "about"});
    const Json& letters = json_.member(root, "letters");
    try {
      model_.letters = Alphabet(json_.strings(letters));
    } catch (const Error& error) {
      if (error.facts().where.rfind(where_, 0) == 0) throw;
      json_.fail(letters, error.facts().fault, error.facts().expected, error.facts().found);
    }
    model_.labels = json_.strings(json_.member(root, "labels"));
    for (const Json& layer : json_.array(json_.member(root, "layers"))) {
      model_.layers.push_back(read_layer(layer));
    }
    if (const Json* about = json_.find(root, "about")) read_about(*about);
    validate(model_, where_);
    return std::move(model_);
  }

 private:
  Real real(const Json& value) const {
    if (value.is_number_integer()) return Real(Rational(Integer(value.dump())));
    if (!value.is_string()) {
      json_.fail(value, Fault::syntax, "a number such as \"3\", \"-3/8\" or \"cos(2pi/5)\"",
                 value.dump());
    }
    const auto& text = value.get_ref<const std::string&>();
    try {
      return parse_real(text, "");
    } catch (const Error& error) {  // give it its place, computed only now
      json_.fail(value, error.facts().fault, error.facts().expected, error.facts().found);
    }
  }

  std::vector<Real> reals(const Json& list, std::size_t length) const {
    if (json_.array(list).size() != length) {
      json_.fail(list, Fault::shape, std::to_string(length) + " numbers",
                 std::to_string(list.size()));
    }
    std::vector<Real> entries;
    entries.reserve(length);
    for (const Json& entry : list) entries.push_back(real(entry));
    return entries;
  }

  Matrix<Real> matrix(const Json& value, std::size_t rows, std::size_t columns) const {
    json_.array(value);
    const bool flat = columns == 1 && (value.empty() || !value.front().is_array());
    std::string found = std::to_string(value.size()) + "x";
    if (flat) {
      found += "1";
    } else {
      const bool ragged = std::any_of(value.begin(), value.end(), [&](const Json& row) {
        return !row.is_array() ||
               row.size() != (value.front().is_array() ? value.front().size() : 0);
      });
      if (ragged) {
        json_.fail(value, Fault::shape, expected_shape(rows, columns), "rows of different lengths");
      }
      found += std::to_string(value.empty() ? 0 : value.front().size());
    }
    if (found != std::to_string(rows) + "x" + std::to_string(columns)) {
      json_.fail(value, Fault::shape, expected_shape(rows, columns), "a " + found + " matrix");
    }
    Matrix<Real> m(rows, columns);
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t j = 0; j < columns; ++j) m(i, j) = real(flat ? value[i] : value[i][j]);
    }
    return m;
  }

  static std::string expected_shape(std::size_t rows, std::size_t columns) {
    return "a " + std::to_string(rows) + "x" + std::to_string(columns) + " matrix";
  }

  Layer read_layer(const Json& value) {
    json_.only_keys(value, {"reads", "start", "transitions", "readout"});
    Layer layer;
    constexpr std::size_t kMostInputs = (std::size_t{1} << 31U) - 1;  // as in certificates
    const Json& reads = json_.array(json_.member(value, "reads"));
    if (reads.empty()) json_.fail(reads, Fault::shape, "at least one source", "none");
    std::size_t inputs = 1;
    const auto read_symbols = [&](std::size_t symbols) {
      if (symbols > 0 && inputs > kMostInputs / symbols) {
        json_.fail(reads, Fault::range, "sources with fewer than 2^31 inputs together", "more");
      }
      inputs *= symbols;
    };
    for (const Json& source : reads) {
      if (source == "token") {
        layer.reads.emplace_back();
        read_symbols(model_.letters.size());
      } else if (source.is_number_unsigned() && source.get<std::size_t>() < model_.layers.size()) {
        layer.reads.push_back({source.get<std::size_t>()});
        read_symbols(model_.layers[*layer.reads.back().layer].readout.c.size());
      } else {
        json_.fail(source, Fault::range, "\"token\" or the index of an earlier layer",
                   source.dump());
      }
    }
    const Json& start = json_.array(json_.member(value, "start"));
    layer.n = start.size();
    layer.d = !start.empty() && start.front().is_array() ? start.front().size() : 1;
    if (layer.n == 0 || layer.d == 0) {
      json_.fail(start, Fault::shape, "a state with at least one entry", "none");
    }
    layer.start = matrix(start, layer.n, layer.d);

    const Json& transitions = json_.array(json_.member(value, "transitions"));
    if (transitions.size() != inputs) {
      json_.fail(transitions, Fault::shape, std::to_string(inputs) + " transitions, one per input",
                 std::to_string(transitions.size()));
    }
    layer.table.resize(inputs);
    std::vector<bool> seen(inputs);
    for (const Json& entry : transitions) {
      json_.only_keys(entry, {"on", "gh", "diagonal", "dense", "add"});
      const Json& on = json_.member(entry, "on");
      const std::size_t input = read_input(layer, on);
      if (seen[input]) json_.fail(on, Fault::range, "each input once", "a second " + on.dump());
      seen[input] = true;
      layer.table[input] = read_transition(layer, entry);
    }

    const Json& readout = json_.member(value, "readout");
    json_.only_keys(readout, {"scores", "bias"});
    const Json& scores = json_.array(json_.member(readout, "scores"));
    if (scores.empty()) json_.fail(scores, Fault::shape, "at least one row of scores", "none");
    layer.readout.W = matrix(scores, scores.size(), layer.n * layer.d);
    const Json* bias = json_.find(readout, "bias");
    layer.readout.c =
        bias != nullptr ? reals(*bias, scores.size()) : std::vector<Real>(scores.size(), 0);
    return layer;
  }

  std::size_t read_input(const Layer& layer, const Json& on) const {
    if (json_.array(on).size() != layer.reads.size()) {
      json_.fail(on, Fault::shape, std::to_string(layer.reads.size()) + " entries, one per source",
                 std::to_string(on.size()));
    }
    std::size_t input = 0;
    for (std::size_t s = 0; s < on.size(); ++s) {
      if (const auto& source = layer.reads[s].layer) {
        const std::size_t radix = model_.layers[*source].readout.c.size();
        const std::size_t symbol = json_.count(on[s]);
        if (symbol >= radix) {
          json_.fail(on[s], Fault::range, "a symbol below " + std::to_string(radix), on[s].dump());
        }
        input = input * radix + symbol;
      } else {
        const std::string name = json_.string(on[s]);
        const auto letter = model_.letters.find(name);
        if (!letter) {
          json_.fail(on[s], Fault::range, "a letter of the model", core::quoted(name),
                     did_you_mean(name, model_.letters.names()));
        }
        input = input * model_.letters.size() + *letter;
      }
    }
    return input;
  }

  Transition read_transition(const Layer& layer, const Json& entry) const {
    const Json* gh = json_.find(entry, "gh");
    const Json* diagonal = json_.find(entry, "diagonal");
    const Json* dense = json_.find(entry, "dense");
    const int kinds = (gh != nullptr) + (diagonal != nullptr) + (dense != nullptr);
    if (kinds != 1) {
      json_.fail(entry, Fault::syntax, "exactly one of \"gh\", \"diagonal\", \"dense\"",
                 kinds == 0 ? "none" : std::to_string(kinds));
    }
    Transition transition;
    if (gh != nullptr) {
      GhProduct product;
      for (const Json& factor : json_.array(*gh)) {
        json_.only_keys(factor, {"beta", "v"});
        const Json& v = json_.member(factor, "v");
        product.factors.push_back({real(json_.member(factor, "beta")), reals(v, layer.n)});
        if (std::all_of(product.factors.back().v.begin(), product.factors.back().v.end(),
                        [](const Real& x) { return x == 0; })) {
          json_.fail(v, Fault::range, "a vector other than zero", "zero");
        }
      }
      transition.A = std::move(product);
    } else if (diagonal != nullptr) {
      transition.A = Diagonal{reals(*diagonal, layer.n)};
    } else {
      transition.A = Dense{matrix(*dense, layer.n, layer.n)};
    }
    if (const Json* add = json_.find(entry, "add")) transition.B = matrix(*add, layer.n, layer.d);
    return transition;
  }

  void read_about(const Json& about) {
    json_.only_keys(about, {"language", "construction", "source", "note", "cost"});
    const auto text = [&](std::string_view key) {
      const Json* value = json_.find(about, key);
      return value == nullptr ? std::string() : json_.string(*value);
    };
    model_.about = {text("language"), text("construction"), text("source"), text("note")};
  }

  JsonDocument json_;
  std::string where_;
  Model model_;
};

}  // namespace

std::string write_model_json(const Model& model) {
  Json out;
  out["schema"] = kSchema;
  Json about;
  const auto add = [&](const char* key, const std::string& text) {
    if (!text.empty()) about[key] = text;
  };
  add("language", model.about.language);
  add("construction", model.about.construction);
  add("source", model.about.source);
  add("note", model.about.note);
  const Cost cost = cost_of(model);
  about["cost"] = {{"layers", cost.layers}, {"dimension", cost.dimension}};
  if (cost.factors_per_token) about["cost"]["factors_per_token"] = *cost.factors_per_token;
  out["about"] = std::move(about);
  out["letters"] = model.letters.names();
  out["labels"] = model.labels;
  Json layers = Json::array();
  for (const Layer& layer : model.layers) layers.push_back(to_json(model, layer));
  out["layers"] = std::move(layers);
  return write_json(out);
}

Model read_model_json(std::string_view text, std::string_view where) {
  return Reader(text, where).read();
}

}  // namespace statewright::core
