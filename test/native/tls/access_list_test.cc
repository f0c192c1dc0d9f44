// Covers which access control lists leave a private key private.
#include "keys/access_list.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <string>

#include "keys/key_file.h"
#include "tls/certificate_maker.h"

namespace pinlatch::test {
namespace {

constexpr unsigned kNobody = 0xFFFFFFFF;

std::string Entry(unsigned tag, unsigned rights, unsigned id = kNobody) {
  std::string text;
  for (const unsigned value :
       {tag, tag >> 8, rights, rights >> 8, id, id >> 8, id >> 16, id >> 24}) {
    text += static_cast<char>(value & 0xFF);
  }
  return text;
}

// List is the kernel's form of: owner read and write, `user` and the group with the rights given.
std::string List(unsigned user, unsigned user_rights, unsigned group_rights) {
  return std::string("\2\0\0\0", 4) + Entry(0x01, 6) + Entry(0x02, user_rights, user) +
         Entry(0x04, group_rights) + Entry(0x10, 4) + Entry(0x20, 0);
}

struct AccessListFixture {
  AccessListFixture() : path(folder.Write("server.key", "secret")) {}
  // Set gives the file a list; false where the file system has none.
  bool Set(const std::string& list) const {
    return setxattr(path.c_str(), "system.posix_acl_access", list.data(), list.size(), 0) == 0;
  }
  bool Accepts() const {
    const auto read = tls::ReadKeyFile(path, "/at");
    if (!read.ok()) CHECK(read.error().code == ErrorCode::kKeyExposed);
    return read.ok();
  }
  bool Skips() const {
    if (Set(List(geteuid(), 4, 0))) return false;
    MESSAGE("skipped: the file system has no access control lists");
    return true;
  }

  Folder folder;
  std::string path;
};

TEST_CASE_FIXTURE(AccessListFixture, "a list for this process's user alone keeps a key private") {
  if (Skips()) return;
  struct stat status {};
  CHECK(stat(path.c_str(), &status) == 0);
  // What looks like a group that may read is the mask of the list.
  CHECK((status.st_mode & 0777) == 0640);
  CHECK(Accepts());
}

TEST_CASE_FIXTURE(AccessListFixture, "a list for another user or for a group exposes a key") {
  if (Skips()) return;
  CHECK(Set(List(12345, 4, 0)));
  CHECK_FALSE(Accepts());
  CHECK(Set(List(geteuid(), 4, 4)));
  CHECK_FALSE(Accepts());
  CHECK(Set(List(12345, 0, 0)));
  CHECK(Accepts());
}

TEST_CASE_FIXTURE(AccessListFixture, "a file without a list has none to go by") {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  REQUIRE(fd >= 0);
  CHECK_FALSE(tls::AccessListNamesOnly(fd, geteuid()));
  close(fd);
}

}  // namespace
}  // namespace pinlatch::test
