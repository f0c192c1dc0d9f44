// Owns the reading of POSIX access control lists of open files.
#pragma once

#include <sys/types.h>

namespace pinlatch::tls {

// AccessListNamesOnly tells whether the open file has an access control list which gives rights to
// its owner, to root and to `user`, and to nobody else. systemd hands credentials out like that
// (LoadCredential): the group bits of the mode are then the list's mask and not a group's rights.
// false when there is no list, or one that cannot be read.
bool AccessListNamesOnly(int fd, uid_t user);

}  // namespace pinlatch::tls
