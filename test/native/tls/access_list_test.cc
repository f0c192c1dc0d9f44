// Covers whom access control lists give rights, and which of them leave a private key private.
#include "keys/access_list.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <string>

#include "keys/secret_file.h"
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
std::string List(unsigned user, unsigned user_rights, unsigned group_rights, unsigned mask = 4) {
  return std::string("\2\0\0\0", 4) + Entry(0x01, 6) + Entry(0x02, user_rights, user) +
         Entry(0x04, group_rights) + Entry(0x10, mask) + Entry(0x20, 0);
}

struct AccessListFixture {
  AccessListFixture() : path(folder.Write("server.key", "secret")) {}
  // Set gives the file a list; false where the file system has none.
  bool Set(const std::string& list) const {
    return setxattr(path.c_str(), "system.posix_acl_access", list.data(), list.size(), 0) == 0;
  }
  bool Accepts() const {
    const auto read = tls::ReadSecretFile({path}, "/at");
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

TEST_CASE_FIXTURE(AccessListFixture, "what the mask cuts exposes no key") {
  if (Skips()) return;
  CHECK(Set(List(12345, 2, 2, 4)));
  CHECK(Accepts());
  CHECK(Set(List(12345, 2, 0, 2)));
  CHECK_FALSE(Accepts());
}

TEST_CASE_FIXTURE(AccessListFixture, "a file without a list has none to go by, nor has no file") {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  REQUIRE(fd >= 0);
  const auto open_file = tls::AccessHoldersOf(fd, tls::kMayDoAnything);
  close(fd);
  const auto nothing = tls::AccessHoldersAt(folder.Path("nothing"), tls::kMayWrite);
  for (const auto& holders : {open_file, nothing}) {
    REQUIRE(holders.ok());
    CHECK_FALSE(holders->has_value());
  }
}

TEST_CASE_FIXTURE(AccessListFixture, "a list that cannot be read is an error and not no list") {
  const auto holders = tls::AccessHoldersAt(path + "/below", tls::kMayWrite);
  REQUIRE_FALSE(holders.ok());
  CHECK(holders.error().code == ErrorCode::kFileUnreadable);
}

TEST_CASE_FIXTURE(AccessListFixture,
                  "a list names whoever has a right that is asked for and passes the mask") {
  if (Skips()) return;
  const auto writers = [this] { return tls::AccessHoldersAt(path, tls::kMayWrite); };
  CHECK(Set(List(12345, 4, 6, 6)));
  CHECK(*writers() == tls::AccessHolders{.users = {}, .groups = {}, .owning_group = true});
  CHECK(Set(List(12345, 6, 4, 6)));
  CHECK(*writers() == tls::AccessHolders{.users = {12345}, .groups = {}});
  CHECK(Set(List(12345, 6, 6, 4)));
  CHECK(*writers() == tls::AccessHolders{});
  CHECK(Set(std::string("\2\0\0\0", 4) + Entry(0x01, 6) + Entry(0x04, 0) + Entry(0x08, 6, 70) +
            Entry(0x08, 4, 71) + Entry(0x10, 6) + Entry(0x20, 2)));
  CHECK(*writers() == tls::AccessHolders{.users = {}, .groups = {70}, .everybody = true});
}

TEST_CASE_FIXTURE(AccessListFixture, "the default list of a folder is read apart from its own") {
  if (Skips()) return;
  const std::string list = List(12345, 6, 0, 6);
  const std::string place = folder.Path("");
  CHECK(setxattr(place.c_str(), "system.posix_acl_default", list.data(), list.size(), 0) == 0);
  CHECK_FALSE(tls::AccessHoldersAt(place, tls::kMayWrite)->has_value());
  CHECK(*tls::DefaultHoldersAt(place, tls::kMayWrite) ==
        tls::AccessHolders{.users = {12345}, .groups = {}});
}

TEST_CASE_FIXTURE(AccessListFixture,
                  "a key that is shared on purpose is to be copied, any other is to be narrowed") {
  const auto remedy = [this] {
    const auto read = tls::ReadSecretFile({path}, "/at");
    return read.ok() ? std::string() : read.error().detail;
  };
  CHECK(chmod(path.c_str(), 0640) == 0);
  CHECK(remedy().find("private key; run: chmod 0600 '") != std::string::npos);
  if (Set(List(12345, 4, 0))) {
    CHECK(remedy().find("mode 0640 and an access control list: ") != std::string::npos);
    CHECK(remedy().find("install -m 0600 -o " + std::to_string(geteuid())) != std::string::npos);
  }
  if (geteuid() != 0) return;
  path = folder.Write("shared.key", "secret");
  CHECK(chown(path.c_str(), 0, 12345) == 0);
  CHECK(chmod(path.c_str(), 0640) == 0);
  CHECK(remedy().find("install -m 0600 -o 0 '" + path) != std::string::npos);
}

}  // namespace
}  // namespace pinlatch::test
