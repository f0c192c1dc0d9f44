// Owns the reading of POSIX access control lists: whom the list of a file or folder gives rights.
#include "keys/access_list.h"

#include <errno.h>
#include <linux/limits.h>
#include <sys/xattr.h>

#include <cstddef>
#include <span>
#include <system_error>

#include "base/bytes.h"

namespace pinlatch::tls {
namespace {

constexpr const char* kAccessList = "system.posix_acl_access";
constexpr const char* kDefaultList = "system.posix_acl_default";

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

struct Entry {
  uint32_t tag;
  uint32_t rights;
  uint32_t id;
};

using Entries = std::vector<Entry>;

Error Unreadable(const std::string& why) {
  return Error(ErrorCode::kFileUnreadable, "the access control list cannot be read: " + why);
}

uint32_t LittleEndian(ByteSpan bytes) {
  uint32_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | bytes[i];
  return value;
}

std::optional<Entries> Parse(ByteSpan list) {
  if (list.size() <= kHeaderSize || list.size() % kEntrySize != kHeaderSize) return std::nullopt;
  if (LittleEndian(list.subspan(0, kHeaderSize)) != kVersion) return std::nullopt;
  Entries entries;
  for (list = list.subspan(kHeaderSize); !list.empty(); list = list.subspan(kEntrySize)) {
    entries.push_back({LittleEndian(list.subspan(0, 2)), LittleEndian(list.subspan(2, 2)),
                       LittleEndian(list.subspan(4, 4))});
  }
  return entries;
}

uint32_t MaskOf(const Entries& entries) {
  for (const Entry& entry : entries) {
    if (entry.tag == kMask) return entry.rights;
  }
  return kMayDoAnything;
}

// Add returns false for an entry of a kind that is not known.
bool Add(const Entry& entry, uint32_t unmasked, uint32_t rights, AccessHolders& holders) {
  const bool passes_mask = (entry.rights & unmasked & rights) != 0;
  switch (entry.tag) {
    case kUserObject:
    case kMask:
      return true;
    case kUser:
      if (passes_mask) holders.users.push_back(entry.id);
      return true;
    case kGroup:
      if (passes_mask) holders.groups.push_back(entry.id);
      return true;
    case kGroupObject:
      holders.owning_group = passes_mask;
      return true;
    case kOther:  // the mask is not for them
      holders.everybody = (entry.rights & rights) != 0;
      return true;
    default:
      return false;
  }
}

// Read calls `get`, which is one of the getxattr family.
template <typename Get>
Result<std::optional<AccessHolders>> Read(AccessRights rights, Get get) {
  std::vector<uint8_t> buffer(XATTR_SIZE_MAX);  // no attribute is longer
  const ssize_t got = get(buffer.data(), buffer.size());
  if (got < 0 && (errno == ENODATA || errno == ENOTSUP || errno == ENOENT)) {
    return std::optional<AccessHolders>();
  }
  if (got < 0) return Unreadable(std::generic_category().message(errno));
  const auto entries = Parse({buffer.data(), static_cast<size_t>(got)});
  if (!entries) return Unreadable("its format is unknown");
  AccessHolders holders;
  for (const Entry& entry : *entries) {
    if (!Add(entry, MaskOf(*entries), rights, holders)) {
      return Unreadable("it has an entry of an unknown kind");
    }
  }
  return std::optional(std::move(holders));
}

auto ReaderAt(const std::string& path, const char* name) {
  return
      [&path, name](void* into, size_t size) { return lgetxattr(path.c_str(), name, into, size); };
}

}  // namespace

Result<std::optional<AccessHolders>> AccessHoldersOf(int fd, AccessRights rights) {
  return Read(rights,
              [fd](void* into, size_t size) { return fgetxattr(fd, kAccessList, into, size); });
}

Result<std::optional<AccessHolders>> AccessHoldersAt(const std::string& path, AccessRights rights) {
  return Read(rights, ReaderAt(path, kAccessList));
}

Result<std::optional<AccessHolders>> DefaultHoldersAt(const std::string& path,
                                                      AccessRights rights) {
  return Read(rights, ReaderAt(path, kDefaultList));
}

}  // namespace pinlatch::tls
