#include "core/text/file.hpp"

#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.hpp"
#include "core/text/canonical.hpp"
#include "core/text/digest.hpp"
#include "tests/catch.hpp"

using namespace statewright::core;

namespace {

struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "statewright.XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path), {}));
  }
};

}  // namespace

TEST_CASE("file: what is written is what is read, and nothing else is left", "[core][quick]") {
  const Folder folder;
  const std::string path = folder.path / "x";
  const std::string content("line\n\0bytes\xff", 12);
  write_file(path, content);
  CHECK(read_file(path) == content);
  write_file(path, "new");
  CHECK(read_file(path) == "new");
  CHECK(folder.files() == 1);
}

TEST_CASE("file: failures name the file and leave nothing half-written", "[core][quick]") {
  const Folder folder;
  CHECK_THROWS_WITH(read_file(folder.path / "absent"),
                    Catch::Contains("absent: expected a readable file"));
  CHECK_THROWS_AS(read_file(folder.path), Error);
  CHECK_THROWS_AS(write_file(folder.path / "no" / "x", "content"), Error);
  CHECK_THROWS_AS(write_file(folder.path, "content"), Error);
  CHECK(folder.files() == 0);
}

TEST_CASE("digest: SHA-256 test vectors", "[core][quick]") {
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("canonical: names become single tokens", "[core][quick]") {
  CHECK(percent_encode("abc(1,2)") == "abc(1,2)");
  CHECK(percent_encode("a b%\xc3\xa9") == "a%20b%25%C3%A9");
}
