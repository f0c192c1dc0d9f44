// Owns the writing of files that must not exist yet.
#include "base/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <system_error>
#include <utility>

namespace pinlatch::tls {
namespace {

bool WriteAll(int fd, ByteSpan content) {
  while (!content.empty()) {
    const ssize_t put = write(fd, content.data(), content.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    content = content.subspan(static_cast<size_t>(put));
  }
  return true;
}

}  // namespace

NewFile::NewFile(NewFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}

NewFile::~NewFile() {
  if (!path_.empty()) unlink(path_.c_str());
}

Result<NewFile> NewFile::Create(const std::string& path, mode_t mode, ByteSpan content) {
  const auto failure = [&] {
    return Error(ErrorCode::kSystem, path + ": " + std::generic_category().message(errno));
  };
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  if (fd < 0) return failure();
  NewFile file(path);
  // fchmod, because the umask may have taken bits away that others need.
  const bool written = fchmod(fd, mode) == 0 && WriteAll(fd, content) && fsync(fd) == 0;
  if (!written) {
    const Error error = failure();
    close(fd);
    return error;
  }
  if (close(fd) != 0) return failure();
  return file;
}

}  // namespace pinlatch::tls
