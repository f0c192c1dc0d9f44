// Owns the writing of files that must not exist yet.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace pinlatch::tls {

// NewFile is a file that was made by this process. It is removed again when it goes without Keep(),
// so that a failed attempt leaves nothing in the way of the next one.
class NewFile {
 public:
  // Create makes `path` with exactly `mode`, writes `content` and waits until it is on the disk.
  // An existing file, also a dangling link, is an error and stays as it is. Error: kSystem.
  static Result<NewFile> Create(const std::string& path, mode_t mode, ByteSpan content);
  ~NewFile();
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;

  void Keep() { path_.clear(); }

 private:
  explicit NewFile(std::string path) : path_(std::move(path)) {}
  std::string path_;  // empty: nothing to remove
};

}  // namespace pinlatch::tls
