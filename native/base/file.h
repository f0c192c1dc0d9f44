// Owns the opening and reading of regular files for credentials.
#pragma once

#include <sys/stat.h>

#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace pinlatch::tls {

// OpenFailure words an errno value of opening a file or folder: kFileUnreadable, or
// kDescriptorsExhausted, which says nothing about the file.
Error OpenFailure(int system_error, const std::string& path, const std::string& at);

// OpenFile owns the descriptor of a regular file and what fstat said of it.
class OpenFile {
 public:
  // ForReading opens `path`, following symbolic links. Errors, with `at`: kFileUnreadable, also for
  // what is not a regular file and for one of more than `max_size` bytes; kDescriptorsExhausted.
  static Result<OpenFile> ForReading(const std::string& path, size_t max_size,
                                     const std::string& at);
  ~OpenFile();
  OpenFile(OpenFile&& other) noexcept;
  OpenFile& operator=(OpenFile&&) = delete;

  int fd() const { return fd_; }
  const struct stat& status() const { return status_; }
  // ReadExactly fills `into`. Error: kFileUnreadable, kFileChanged when the file is shorter.
  Status ReadExactly(MutableByteSpan into) const;

 private:
  OpenFile(int fd, std::string path, std::string at)
      : fd_(fd), path_(std::move(path)), at_(std::move(at)) {}

  int fd_;
  struct stat status_ {};
  std::string path_;
  std::string at_;
};

// ReadFile returns the whole content of a regular file. Errors, with `at`: as ForReading and
// ReadExactly.
Result<std::vector<uint8_t>> ReadFile(const std::string& path, size_t max_size,
                                      const std::string& at);

}  // namespace pinlatch::tls
