// Owns the reading of POSIX access control lists: whom the list of a file or folder gives rights.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace pinlatch::tls {

// AccessRights are bits, as a list has them.
enum AccessRights : uint32_t { kMayWrite = 2, kMayDoAnything = 7 };

// AccessHolders are whom a list gives a right beside the owner. Its mask has been applied: an entry
// that the mask cuts gives nothing. While there is a list, the group bits of the mode are that mask
// and not what the owning group may do.
struct AccessHolders {
  std::vector<uid_t> users;
  std::vector<gid_t> groups;
  bool owning_group = false;
  bool everybody = false;

  bool operator==(const AccessHolders&) const = default;
};

// AccessHoldersOf reads the list of an open file: who has any of `rights`. Nothing when it has no
// list, also because its file system knows none. Error: kFileUnreadable, for a list that cannot be
// read or that has a form which is not known; the detail does not name the file.
Result<std::optional<AccessHolders>> AccessHoldersOf(int fd, AccessRights rights);

// AccessHoldersAt does so by a path, of which the last link is not followed; nothing there has no
// list.
Result<std::optional<AccessHolders>> AccessHoldersAt(const std::string& path, AccessRights rights);

// DefaultHoldersAt does so for the default list of a folder, which whatever is made in it gets.
Result<std::optional<AccessHolders>> DefaultHoldersAt(const std::string& path, AccessRights rights);

}  // namespace pinlatch::tls
