// Owns the reading of POSIX access control lists of open files.
#include "keys/access_list.h"

#include <sys/xattr.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace pinlatch::tls {
namespace {

// The kernel's format (linux/posix_acl_xattr.h): a 32-bit version, then entries of a 16-bit tag,
// 16-bit rights and a 32-bit id, all little-endian.
constexpr uint32_t kVersion = 2;
constexpr size_t kHeaderSize = 4;
constexpr size_t kEntrySize = 8;

enum Tag : uint32_t {
  kUserObject = 0x01,
  kUser = 0x02,
  kGroupObject = 0x04,
  kGroup = 0x08,
  kMask = 0x10,
  kOther = 0x20,
};

uint32_t LittleEndian(std::span<const uint8_t> bytes) {
  uint32_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | bytes[i];
  return value;
}

bool EntryIsHarmless(std::span<const uint8_t> entry, uid_t user) {
  const uint32_t tag = LittleEndian(entry.subspan(0, 2));
  const uint32_t rights = LittleEndian(entry.subspan(2, 2));
  const uint32_t id = LittleEndian(entry.subspan(4, 4));
  switch (tag) {
    case kUserObject:
    case kMask:  // only narrows what the other entries give
      return true;
    case kUser:
      return rights == 0 || id == 0 || id == user;
    case kGroupObject:
    case kGroup:
    case kOther:
      return rights == 0;
    default:
      return false;
  }
}

}  // namespace

bool AccessListNamesOnly(int fd, uid_t user) {
  std::array<uint8_t, 1024> buffer;
  const ssize_t got = fgetxattr(fd, "system.posix_acl_access", buffer.data(), buffer.size());
  if (got < static_cast<ssize_t>(kHeaderSize)) return false;
  std::span<const uint8_t> list(buffer.data(), static_cast<size_t>(got));
  if (LittleEndian(list.subspan(0, kHeaderSize)) != kVersion) return false;
  list = list.subspan(kHeaderSize);
  if (list.empty() || list.size() % kEntrySize != 0) return false;
  for (; !list.empty(); list = list.subspan(kEntrySize)) {
    if (!EntryIsHarmless(list.subspan(0, kEntrySize), user)) return false;
  }
  return true;
}

}  // namespace pinlatch::tls
