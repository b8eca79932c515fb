#include "core/lrnn/model.hpp"

#include <functional>

#include "core/error.hpp"
#include "core/lrnn/model_canonical.hpp"
#include "core/lrnn/model_json.hpp"
#include "core/lrnn/simulate.hpp"
#include "tests/catch.hpp"
#include "tests/core/sample_models.hpp"

using namespace statewright::core;
using namespace statewright::samples;

TEST_CASE("simulate: parity by one coordinate, step by step", "[core][quick]") {
  const Model model = parity();
  const std::vector<Step> steps = simulate(model, Word{1, 0, 1, 1});
  REQUIRE(steps.size() == 5);
  const int want[] = {1, -1, -1, 1, -1};
  for (std::size_t t = 0; t < 5; ++t) {
    CHECK(steps[t].states[0](0, 0) == want[t]);
    CHECK(model.labels[steps[t].output] == (want[t] == 1 ? "even" : "odd"));
  }
  CHECK_THROWS_AS(run(model, Word{2}), Error);
}

TEST_CASE("simulate: reading uv is reading u, then v", "[core][law][quick]") {
  const Model model = two_layers();
  const Word word = {0, 1, 1, 0, 1, 1, 1, 0, 0, 1};
  const std::vector<Step> whole = simulate(model, word);
  for (std::size_t cut = 0; cut <= word.size(); ++cut) {
    Step step = whole[cut];
    for (std::size_t t = cut; t < word.size(); ++t) step = next_step(model, step, word[t]);
    CHECK(step.states == whole.back().states);
    CHECK(step.emitted == whole.back().emitted);
  }
}

TEST_CASE("simulate: the upper layer reads what the lower one emits at the same step",
          "[core][quick]") {
  // Layer 0 flips on every letter and emits 1 after odd lengths. Layer 1 negates its state when it
  // reads (b, 1).
  const Model model = two_layers();
  const std::vector<Step> steps = simulate(model, Word{1, 1, 1, 0, 1});
  const std::uint32_t lower[] = {0, 1, 0, 1, 0, 1};
  const int upper[] = {1, -1, -1, 1, 1, -1};
  for (std::size_t t = 0; t < 6; ++t) {
    CAPTURE(t);
    CHECK(steps[t].emitted[0] == lower[t]);
    CHECK(steps[t].states[1](0, 0) == upper[t]);
  }
}

TEST_CASE("simulate: B adds, rationals stay exact, ties go to the first score", "[core][quick]") {
  const Model model = halving();
  const std::vector<Step> steps = simulate(model, Word(40, 0));
  Real h = 0;
  for (const Step& step : steps) {
    CHECK(step.states[0](0, 0) == h);
    h = h / 2 + 1;
  }
  CHECK(read_out(Readout{Matrix<Real>(3, 1), {1, 2, 2}}, Matrix<Real>(1, 1)) == 1);
}

TEST_CASE("model: cost counts layers, dimension and the dearest token", "[core][quick]") {
  const Cost cost = cost_of(s3());
  CHECK(cost.layers == 1);
  CHECK(cost.dimension == 3);
  CHECK(cost.factors_per_token == std::optional<std::size_t>(2));
  CHECK_FALSE(cost_of(halving()).factors_per_token.has_value());
}

TEST_CASE("model json: written and read back without loss", "[core][law][quick]") {
  for (const Model& model : {parity(), s3(), two_layers(), halving(), matrix_state()}) {
    const std::string text = write_model_json(model);
    CAPTURE(text);
    CHECK(read_model_json(text, "m.json") == model);
    CHECK(write_model_json(read_model_json(text, "m.json")) == text);
  }
}

TEST_CASE("model json: integers may stand without quotes", "[core][quick]") {
  const std::string text = R"({"schema": "statewright.model/1", "letters": ["a"], "labels": ["x"],
    "layers": [{"reads": ["token"], "start": [1], "transitions": [{"on": ["a"], "diagonal": [-1]}],
                "readout": {"scores": [["0.5"]]}}]})";
  const Model model = read_model_json(text, "m.json");
  CHECK(std::get<Diagonal>(model.layers[0].table[0].A).entries[0] == -1);
  CHECK(model.layers[0].readout.W(0, 0) == Rational(1, 2));
}

namespace {

std::string error_of(const std::string& text) {
  try {
    read_model_json(text, "m.json");
    return "accepted";
  } catch (const Error& error) {
    return error.what();
  }
}

/// The parity model's JSON with one piece of text replaced.
std::string with(const std::string& from, const std::string& to) {
  std::string text = write_model_json(parity());
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("model json: bad input is named with line, column and path", "[core][quick]") {
  CHECK(error_of("") == "m.json:1:1: expected '[', '{', or a literal (JSON), found the end");
  CHECK(
      error_of(with("[\"-1\"]", "[\"1/0\"]")) ==
      "m.json:15:84: layers[0].transitions[1].diagonal[0]: expected a denominator other than zero, "
      "found `1/0`");
  CHECK(error_of(with("[\"-1\"]", "[0.5]")).find("m.json:15:84: expected an integer or a string") ==
        0);
  CHECK(error_of(with("[\"-1\"]", "[123456789012345678901]"))
            .find("m.json:15:84: expected an integer of at most 64 bits or a string") == 0);
  CHECK(error_of(with("[\"token\"]", "[]")).find("reads: expected at least one source") !=
        std::string::npos);
  // 64 sources of two letters: their number of inputs must not come round to 0.
  std::string many = "[\"token\"";
  for (int source = 1; source < 64; ++source) many += ", \"token\"";
  CHECK(error_of(with("[\"token\"]", many + "]")).find("reads: expected sources with fewer than") !=
        std::string::npos);
  CHECK(error_of(with("\"diagonal\": [\"-1\"]", "\"dense\": [[1, 2]]")) ==
        "m.json:15:80: layers[0].transitions[1].dense: expected a 1x1 matrix, found a 1x2 matrix");
  CHECK(error_of(with("\"diagonal\": [\"-1\"]", "\"gh\": [{\"beta\": 2, \"v\": [0]}]"))
            .find("expected a vector other than zero, found zero") != std::string::npos);
  CHECK(error_of(with("\"labels\"", "\"letters\""))
            .find("expected each key once, found a second `letters`") != std::string::npos);
  CHECK(error_of(with("\"labels\"", "\"lables\"")).find("lables") != std::string::npos);
  CHECK(error_of(with("\"on\": [\"1\"]", "\"on\": [\"0\"]")).find("expected each input once") !=
        std::string::npos);
  CHECK(
      error_of(with("\"on\": [\"1\"]", "\"on\": [\"2\"]")).find("expected a letter of the model") !=
      std::string::npos);
  CHECK(error_of(with("statewright.model/1", "statewright.model/9")).find("expected the schema") !=
        std::string::npos);
  CHECK(error_of(std::string(200, '[')).find("at most 100 levels of nesting") != std::string::npos);
  CHECK(error_of("{\"schema\": \"\xff\"}").find("expected valid UTF-8") != std::string::npos);
}

TEST_CASE("model json: every truncation is refused with a place", "[core][fuzz][quick]") {
  const std::string text = write_model_json(two_layers());
  for (std::size_t length = 0; length + 2 < text.size(); ++length) {
    CAPTURE(length);
    const std::string message = error_of(text.substr(0, length));
    REQUIRE(message.rfind("m.json:", 0) == 0);
  }
}

TEST_CASE("model: shapes that do not fit are refused", "[core][quick]") {
  const auto broken = [](const std::function<void(Model&)>& damage) {
    Model model = two_layers();
    damage(model);
    try {
      validate(model, "m");
      return std::string("accepted");
    } catch (const Error& error) {
      return std::string(error.what());
    }
  };
  CHECK(broken([](Model&) {}) == "accepted");
  CHECK(broken([](Model& m) { m.layers.clear(); }) ==
        "m: layers: expected at least one layer, found none");
  CHECK(broken([](Model& m) { m.layers[0].start = Matrix<Real>(2, 1); }) ==
        "m: layers[0].start: expected a 1x1 matrix, found a 2x1 matrix");
  CHECK(broken([](Model& m) { m.layers[1].table.pop_back(); }) ==
        "m: layers[1].transitions: expected 4 transitions, one per input, found 3");
  CHECK(broken([](Model& m) { m.layers[0].reads[0].layer = 0; }).find("an earlier layer") !=
        std::string::npos);
  CHECK(broken([](Model& m) {
          m.layers[1].table[2].A = Diagonal{{1, 1}};
        }) == "m: layers[1].transitions on `(b, 0)`.diagonal: expected 1 entries, found 2");
  CHECK(broken([](Model& m) {
          m.labels.push_back("more");
        }).find("one score for each of the 3 labels") != std::string::npos);
}

TEST_CASE("model canonical: the parity network, line by line", "[core][golden][quick]") {
  CHECK(write_model_canonical(parity()) ==
        "statewright-model 1\nletters 2 0 1\nlabels 2 even odd\nlayers 1\nlayer 0\nstate 1 1\n"
        "reads 1 0\nstart 1 1\ninputs 2\ninput 0\ndiagonal 1 1\nadd 0\ninput 1\ndiagonal 1 -1\nadd "
        "0\n"
        "readout 2\nweights 1 1 -1\nbias 1 0 0\nend\n");
}

TEST_CASE("model canonical: fractions over one denominator, v scaled to integers",
          "[core][quick]") {
  const std::string text = write_model_canonical(halving());
  CHECK(text.find("dense 2 1\nadd 1 1 1\n") != std::string::npos);
  Model model = parity();
  model.layers[0].table[1].A = GhProduct{{{Real(2), {Rational(-3, 4)}}}};
  CHECK(write_model_canonical(model).find("gh 1\nfactor 2 1 4 -3\n") != std::string::npos);
}
