#include "core/text/file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.hpp"

namespace statewright::core {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{1} << 30U;

[[noreturn]] void fail(const std::string& path, std::string expected, int error) {
  throw Error({Fault::io, path, std::move(expected), std::strerror(error)});  // NOLINT
}

std::string read_descriptor(int descriptor, const std::string& path) {
  std::string content;
  char buffer[1 << 16];
  while (true) {
    const ssize_t got = ::read(descriptor, buffer, sizeof buffer);
    if (got == 0) return content;
    if (got < 0) {
      if (errno == EINTR) continue;
      fail(path, "a readable file", errno);
    }
    content.append(buffer, static_cast<std::size_t>(got));
    if (content.size() > kMaxBytes) {
      throw Error({Fault::range, path, "at most 1 GiB", "a larger file"});
    }
  }
}

void write_all(int descriptor, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t put = ::write(descriptor, content.data(), content.size());
    if (put < 0) {
      if (errno == EINTR) continue;
      fail(path, "room to write", errno);
    }
    content.remove_prefix(static_cast<std::size_t>(put));
  }
}

struct Descriptor {
  int value;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
};

}  // namespace

std::string read_file(const std::string& path) {
  if (path == "-") return read_descriptor(STDIN_FILENO, "standard input");
  if (path.empty()) throw Error({Fault::io, "file", "the name of a file", "an empty one", {}});
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.value < 0) fail(path, "a readable file", errno);
  struct stat status {};
  if (::fstat(file.value, &status) == 0 && S_ISDIR(status.st_mode)) fail(path, "a file", EISDIR);
  return read_descriptor(file.value, path);
}

void write_file(const std::string& path, std::string_view content) {
  if (path == "-") {
    write_all(STDOUT_FILENO, content, "standard output");
    return;
  }
  // A device or pipe (say /dev/stdout) cannot be replaced by renaming: write to it as it is.
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    const Descriptor file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
    if (file.value < 0) fail(path, "a writable file", errno);
    write_all(file.value, content, path);
    return;
  }
  std::string temporary = path + ".XXXXXX";
  {
    const Descriptor file{::mkstemp(temporary.data())};
    if (file.value < 0) fail(path, "a writable file", errno);
    try {
      write_all(file.value, content, path);
      const mode_t mask = ::umask(0);
      ::umask(mask);
      if (::fchmod(file.value, 0666 & ~mask) != 0) fail(path, "a writable file", errno);
    } catch (...) {
      ::unlink(temporary.c_str());
      throw;
    }
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const int error = errno;
    ::unlink(temporary.c_str());
    fail(path, "a writable file", error);
  }
}

}  // namespace statewright::core
