// Censuses that are interrupted, resumed, divided and merged: always the same report.

#include "kernels/census_run.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

#include "core/error.hpp"
#include "tests/catch.hpp"

using namespace statewright;
using kernels::Backend;
using kernels::Census;
using kernels::CensusFamily;
using kernels::CensusKind;
using kernels::CensusOptions;
using kernels::CensusSample;
using kernels::named_format;

namespace {

/// A folder that goes when the test ends.
class Folder {
 public:
  Folder()
      : path_(std::filesystem::temp_directory_path() /
              ("census-test-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file(const char* name) const { return (path_ / name).string(); }
  std::size_t files() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) count += entry.exists();
    return count;
  }

 private:
  std::filesystem::path path_;
};

CensusFamily small_family() {
  CensusFamily family;
  family.format = named_format("e2m1");
  family.kind = CensusKind::pairs;
  family.start = {1, 0.5, 0, 0};
  family.horizon = 32;
  return family;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

/// What loading a text as a checkpoint of `family` says, or "" if all is well.
std::string refusal(const std::string& text, const CensusFamily& family) {
  try {
    kernels::parse_checkpoint(text, family, "file");
  } catch (const core::Error& error) {
    return error.what();
  }
  return "";
}

bool mentions(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("census runs: interrupted and resumed, the report is the same",
          "[kernels][census][law]") {
  const Folder folder;
  const CensusFamily family = small_family();
  const Census whole = kernels::run_census(family, {});
  CHECK(whole.is_complete());
  const std::string right = kernels::checkpoint_text(whole);
  const std::string file = folder.file("state");
  // Batches of 1,000, stopped after three; then of 777, stopped after five and so on: no stop is
  // where batches of another run, threads or vectors end.
  CensusOptions options;
  options.checkpoint = file;
  std::uint64_t batch = 1000, stops = 3, runs = 0;
  for (Census part; !part.is_complete() || runs == 0; ++runs) {
    std::uint64_t seen = 0;
    options.batch = batch;
    options.resume = runs > 0;
    options.threads = 1 + runs % 3;
    options.backend = runs == 0 ? Backend::reference : Backend::cpu;
    options.proceed = [&](std::uint64_t done, std::uint64_t total) {
      CHECK(total == family.size());
      CHECK(done <= total);
      return seen++ < stops;
    };
    part = kernels::run_census(family, options);
    CHECK(kernels::load_checkpoint(file, family) == part);
    CHECK(part.next == part.result.members);
    batch = batch * 7 / 9 + 1;
    stops += 2;
    REQUIRE(runs < 100);
  }
  CHECK(runs > 2);
  CHECK(text_of(file) == right);
  CHECK(folder.files() == 1);  // no temporary one is left
  // Going on from a complete one changes nothing.
  options.proceed = {};
  CHECK(kernels::checkpoint_text(kernels::run_census(family, options)) == right);
}

TEST_CASE("census runs: shares are merged to the whole", "[kernels][census][law]") {
  CensusFamily family = small_family();
  family.sample = CensusSample{5003, 17};
  const Census whole = kernels::run_census(family, {});
  for (const std::uint32_t ranks : {1U, 2U, 7U}) {
    std::vector<Census> shares;
    for (std::uint32_t rank = ranks; rank-- > 0;) {
      CensusOptions options;
      options.rank = rank;
      options.ranks = ranks;
      shares.push_back(kernels::run_census(family, options));
    }
    const Census all = kernels::merged_census(family, shares);
    CHECK(kernels::checkpoint_text(all) == kernels::checkpoint_text(whole));
    CHECK(all == whole);
    if (ranks == 1) continue;
    std::vector<Census> twice = shares;
    twice.push_back(shares[0]);
    CHECK_THROWS_AS(kernels::merged_census(family, twice), core::Error);
    std::vector<Census> few(shares.begin() + 1, shares.end());
    CHECK_THROWS_AS(kernels::merged_census(family, few), core::Error);
    few.assign(shares.begin(), shares.end() - 1);
    CHECK_THROWS_AS(kernels::merged_census(family, few), core::Error);
    shares[0].next -= 1;
    CHECK_THROWS_AS(kernels::merged_census(family, shares), core::Error);
  }
  // More shares than members: some are empty.
  family.sample = CensusSample{3, 1};
  std::vector<Census> shares;
  for (std::uint32_t rank = 0; rank < 5; ++rank) {
    CensusOptions options;
    options.rank = rank;
    options.ranks = 5;
    shares.push_back(kernels::run_census(family, options));
  }
  CHECK(kernels::merged_census(family, shares).result.members == 3);
}

TEST_CASE("census runs: checkpoints of other families are refused with the difference",
          "[kernels][census][quick]") {
  CensusFamily family = small_family();
  family.sample = CensusSample{100, 4};
  const std::string text = kernels::checkpoint_text(kernels::run_census(family, {}));
  CHECK(refusal(text, family).empty());
  CensusFamily other = family;
  other.format = named_format("e2m3");
  CHECK(mentions(refusal(text, other), "expected `format e2m3`, found `format e2m1`"));
  other = family;
  other.sample = CensusSample{100, 5};
  CHECK(mentions(refusal(text, other), "seed 5`, found `members 100 drawn with seed 4`"));
  other.sample = {};
  CHECK(mentions(refusal(text, other), "expected `members listed`"));
  other = family;
  other.kind = CensusKind::deltanet;
  CHECK(mentions(refusal(text, other), "expected `family deltanet`, found `family pairs`"));
  other = family;
  other.n = 3;
  CHECK(mentions(refusal(text, other), "expected `n 3`, found `n 2`"));
  other = family;
  other.beta_most = 1;
  CHECK(mentions(refusal(text, other), "expected `beta 1`, found `beta 2`"));
  other = family;
  other.start[1] = 1;
  CHECK(mentions(refusal(text, other), "expected `start 1 1`, found `start 1 0.5`"));
  other.all_starts = true;
  CHECK(mentions(refusal(text, other), "expected `start all`, found `start 1 0.5`"));
  other = family;
  other.rounding = kernels::CensusRounding::once;
  CHECK(mentions(refusal(text, other), "expected `rounding once`, found `rounding each`"));
  other = family;
  other.adds = true;
  CHECK(mentions(refusal(text, other), "expected `adds any`, found `adds none`"));
  other = family;
  other.unit_keys = true;
  CHECK(mentions(refusal(text, other), "expected `keys unit`, found `keys any`"));
  other = family;
  other.horizon = 33;
  CHECK(mentions(refusal(text, other), "expected `steps 33`, found `steps 32`"));
  std::string version = text;
  version.replace(version.find("census 1"), 8, "census 2");
  CHECK(mentions(refusal(version, family), "`statewright census 1`"));
}

TEST_CASE("census runs: damaged checkpoints are refused", "[kernels][census][law]") {
  const CensusFamily family = small_family();
  CensusOptions options;
  options.batch = 500;
  options.proceed = [](std::uint64_t done, std::uint64_t) { return done < 2000; };
  const std::string text = kernels::checkpoint_text(kernels::run_census(family, options));
  CHECK(refusal(text, family).empty());
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string damaged = text;
    damaged[i] = damaged[i] == '7' ? '8' : '7';
    if (refusal(damaged, family).empty()) FAIL("byte " << i);
    if (refusal(text.substr(0, i), family).empty()) FAIL("the first " << i << " bytes");
  }
  CHECK_FALSE(refusal(text + "\n", family).empty());
  const Folder folder;
  const std::string file = folder.file("damaged");
  write(file, text.substr(0, 50));
  options.checkpoint = file;
  options.resume = true;
  CHECK_THROWS_AS(kernels::run_census(family, options), core::Error);
  options.checkpoint = folder.file("none");
  CHECK_THROWS_AS(kernels::run_census(family, options), core::Error);
  // A share is not resumed as another.
  options.resume = false;
  options.checkpoint = file;
  kernels::run_census(family, options);
  options.resume = true;
  options.ranks = 2;
  CHECK_THROWS_AS(kernels::run_census(family, options), core::Error);
  options.rank = 2;
  CHECK_THROWS_AS(kernels::run_census(family, options), core::Error);
}
