// Owns the opening of private key files: who may read them, and the wiping of what was read.
#include "keys/key_file.h"

#include <errno.h>
#include <mbedtls/platform_util.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "base/file.h"
#include "keys/access_list.h"

namespace pinlatch::tls {
namespace {

constexpr size_t kMaxKeyFile = 64 * 1024;

// Quoted puts a path into single quotes, so that the command can be pasted whatever the path is.
std::string Quoted(const std::string& path) {
  std::string text = "'";
  for (const char c : path) {
    if (c == '\'') {
      text += "'\\''";
    } else {
      text += c;
    }
  }
  return text + "'";
}

std::string OctalMode(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof text, "%04o", static_cast<unsigned>(mode & 07777));
  return text;
}

Status CheckAccess(int fd, const struct stat& file, const std::string& path,
                   const std::string& at) {
  if (file.st_uid != 0 && file.st_uid != geteuid()) {
    return Error(ErrorCode::kKeyExposed,
                 path + " belongs to user " + std::to_string(file.st_uid) +
                     ", who can read it and swap it; run: chown " + std::to_string(geteuid()) +
                     " " + Quoted(path),
                 at);
  }
  constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
  if ((file.st_mode & kOthers) == 0 || AccessListNamesOnly(fd, geteuid())) return {};
  return Error(ErrorCode::kKeyExposed,
               path + " has mode " + OctalMode(file.st_mode) +
                   ": other users can reach the private key; run: chmod 0600 " + Quoted(path),
               at);
}

Error Unreadable(const std::string& path, const std::string& why, const std::string& at) {
  return Error(ErrorCode::kFileUnreadable, path + ": " + why, at);
}

}  // namespace

void SecretBytes::Wipe() {
  if (bytes_ != nullptr) mbedtls_platform_zeroize(bytes_.get(), size_);
}

Result<SecretBytes> ReadKeyFile(const std::string& path, const std::string& at) {
  PINLATCH_ASSIGN(const OpenFile file, OpenFile::ForReading(path, kMaxKeyFile, at));
  PINLATCH_TRY(CheckAccess(file.fd(), file.status(), path, at));
  const auto size = static_cast<size_t>(file.status().st_size);
  if (size == 0) return Unreadable(path, "is empty", at);
  SecretBytes bytes(size + 1);
  PINLATCH_TRY(file.ReadExactly({bytes.data(), size}));
  return bytes;
}

}  // namespace pinlatch::tls
