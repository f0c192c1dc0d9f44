// Owns the one datagram that a service sends to its supervisor: sd_notify(3) without libsystemd.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace pinlatch::io {

// SendDatagram sends `text` to a unix datagram socket, without waiting for room. `path` is that of
// $NOTIFY_SOCKET: a file system path, or an abstract name that starts with '@'. Control thread.
// Errors: kAddressInvalid, kSystem.
Status SendDatagram(const std::string& path, std::string_view text);

}  // namespace pinlatch::io
