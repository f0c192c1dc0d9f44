// See secret_file.h.
#include "keys/secret_file.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "base/file.h"
#include "keys/access_list.h"
#include "material/misfit.h"

namespace pinlatch::tls {
namespace {

constexpr size_t kMaxSecretFile = 64 * 1024;

std::string OctalMode(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof text, "%04o", static_cast<unsigned>(mode & 07777));
  return text;
}

// IsPrivate says whether a list gives nobody anything but root and this process's user. systemd
// hands credentials out like that (LoadCredential).
bool IsPrivate(const AccessHolders& holders) {
  if (holders.everybody || holders.owning_group || !holders.groups.empty()) return false;
  return std::all_of(holders.users.begin(), holders.users.end(),
                     [](uid_t user) { return user == 0 || user == geteuid(); });
}

bool IsOwnGroup(gid_t group) {
  if (group == getegid()) return true;
  const int count = getgroups(0, nullptr);
  if (count <= 0) return false;
  std::vector<gid_t> groups(static_cast<size_t>(count));
  const int got = getgroups(count, groups.data());
  return std::find(groups.begin(), groups.begin() + std::max(got, 0), group) !=
         groups.begin() + std::max(got, 0);
}

// IsLentByRoot says whether a file is root's, of a group that this process is in: this is how an
// unprivileged service is given a key that it cannot change (ssl-cert of Debian, fsGroup of
// Kubernetes; PostgreSQL takes the same). Who owns a file needs no group to read it.
bool IsLentByRoot(const struct stat& file) {
  return file.st_uid == 0 && geteuid() != 0 && IsOwnGroup(file.st_gid);
}

// RemedyFor is what ends the exposure and leaves the gateway its key: the owner's bits are of no
// use to it where root owns the file. A group or a list that was given rights on purpose (Debian's
// ssl-cert, say) keeps them: the gateway gets a copy.
std::string RemedyFor(const struct stat& file, bool has_list, const std::string& path) {
  const std::string user = std::to_string(geteuid());
  const std::string take =
      file.st_uid == geteuid() ? "" : "chown " + user + " " + material::ShellWord(path) + " && ";
  const std::string narrow = take + "chmod 0600 " + material::ShellWord(path);
  if (!has_list && IsLentByRoot(file)) return "run: chmod 0640 " + material::ShellWord(path);
  const bool is_shared = has_list || file.st_gid != getegid();
  if ((file.st_mode & S_IRWXO) != 0 || !is_shared) return "run: " + narrow;
  const std::string copy =
      "install -m 0600 -o " + user + " " + material::ShellWord(path) + " FOLDER";
  return "if other users need the file, configure a copy in a folder of the gateway's own, made "
         "by: " +
         copy + "; if no other user needs it, run: " + narrow;
}

Status CheckAccess(int fd, const struct stat& file, const std::string& path,
                   const std::string& at) {
  if (file.st_uid != 0 && file.st_uid != geteuid()) {
    return Error(ErrorCode::kKeyExposed,
                 path + " belongs to user " + std::to_string(file.st_uid) +
                     ", who can read it and swap it; run: chown " + std::to_string(geteuid()) +
                     " " + material::ShellWord(path),
                 at);
  }
  if ((file.st_mode & (S_IRWXG | S_IRWXO)) == 0) return {};
  const auto holders = AccessHoldersOf(fd, kMayDoAnything);
  if (!holders.ok()) {
    return Error(holders.error().code, path + ": " + holders.error().detail, at);
  }
  const bool has_list = holders->has_value();
  if (has_list && IsPrivate(**holders)) return {};
  const bool is_read_alone = (file.st_mode & (S_IWGRP | S_IXGRP | S_IRWXO)) == 0;
  if (!has_list && is_read_alone && IsLentByRoot(file)) return {};
  return Error(ErrorCode::kKeyExposed,
               path + " has mode " + OctalMode(file.st_mode) +
                   (has_list ? " and an access control list" : "") +
                   ": other users can reach the private key; " + RemedyFor(file, has_list, path),
               at);
}

Error Unreadable(const std::string& path, const std::string& why, const std::string& at) {
  return Error(ErrorCode::kFileUnreadable, path + ": " + why, at);
}

}  // namespace

Status RequirePrivate(const OpenFile& file, const std::string& path, const std::string& at) {
  return CheckAccess(file.fd(), file.status(), path, at);
}

Result<SecretBytes> ReadSecretFile(const snapshot::SecretFile& secret, const std::string& at) {
  const std::string& path = secret.path;
  PINLATCH_ASSIGN(const OpenFile file, OpenFile::ForReading(path, kMaxSecretFile, at));
  PINLATCH_TRY(RequirePrivate(file, path, at));
  const auto size = static_cast<size_t>(file.status().st_size);
  if (size == 0) return Unreadable(path, "is empty", at);
  SecretBytes bytes(size);
  PINLATCH_TRY(file.ReadExactly(bytes.room()));
  return bytes;
}

}  // namespace pinlatch::tls
