// Owns the opening and reading of regular files for credentials.
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <system_error>

namespace pinlatch::tls {
namespace {

std::string SystemText(int error) { return std::generic_category().message(error); }

}  // namespace

Error OpenFailure(int system_error, const std::string& path, const std::string& at) {
  const bool is_shortage = system_error == EMFILE || system_error == ENFILE;
  return Error(is_shortage ? ErrorCode::kDescriptorsExhausted : ErrorCode::kFileUnreadable,
               path + ": " + SystemText(system_error), at);
}

OpenFile::OpenFile(OpenFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      status_(other.status_),
      path_(std::move(other.path_)),
      at_(std::move(other.at_)) {}

OpenFile::~OpenFile() {
  if (fd_ >= 0) close(fd_);
}

Result<OpenFile> OpenFile::ForReading(const std::string& path, size_t max_size,
                                      const std::string& at) {
  const auto unreadable = [&](const std::string& why) {
    return Error(ErrorCode::kFileUnreadable, path + ": " + why, at);
  };
  // O_NONBLOCK: opening a named pipe must not wait for a writer.
  OpenFile file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), path, at);
  if (file.fd_ < 0 || fstat(file.fd_, &file.status_) != 0) return OpenFailure(errno, path, at);
  if (!S_ISREG(file.status_.st_mode)) return unreadable("is not a regular file");
  if (static_cast<uint64_t>(file.status_.st_size) > max_size) {
    return unreadable("is larger than " + std::to_string(max_size) + " bytes");
  }
  return file;
}

Status OpenFile::ReadExactly(MutableByteSpan into) const {
  while (!into.empty()) {
    const ssize_t got = read(fd_, into.data(), into.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return Error(ErrorCode::kFileUnreadable, path_ + ": " + SystemText(errno), at_);
    }
    if (got == 0) {
      return Error(ErrorCode::kFileChanged, path_ + " became shorter while it was read", at_);
    }
    into = into.subspan(static_cast<size_t>(got));
  }
  return {};
}

Result<std::vector<uint8_t>> ReadFile(const std::string& path, size_t max_size,
                                      const std::string& at) {
  PINLATCH_ASSIGN(const OpenFile file, OpenFile::ForReading(path, max_size, at));
  std::vector<uint8_t> bytes(static_cast<size_t>(file.status().st_size));
  PINLATCH_TRY(file.ReadExactly(bytes));
  return bytes;
}

}  // namespace pinlatch::tls
