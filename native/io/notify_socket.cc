// See notify_socket.h.
#include "io/notify_socket.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

#include "io/socket.h"
#include "io/system_error.h"

namespace pinlatch::io {
namespace {

// An abstract name has a NUL for its '@', no terminator, and its length is part of it.
Result<SocketAddress> FromAbstractName(const std::string& path) {
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  if (path.size() > sizeof local.sun_path) {
    return Error(ErrorCode::kAddressInvalid, "abstract socket name too long: " + path);
  }
  std::memcpy(local.sun_path + 1, path.data() + 1, path.size() - 1);
  const size_t length = offsetof(sockaddr_un, sun_path) + path.size();
  return SocketAddress::FromRaw(reinterpret_cast<const sockaddr*>(&local),
                                static_cast<socklen_t>(length));
}

Result<SocketAddress> Parse(const std::string& path) {
  if (path.starts_with('@') && path.size() > 1) return FromAbstractName(path);
  if (path.starts_with('/')) return SocketAddress::FromUnixPath(path);
  return Error(ErrorCode::kAddressInvalid, "neither a path nor an abstract name: " + path);
}

}  // namespace

Status SendDatagram(const std::string& path, std::string_view text) {
  PINLATCH_ASSIGN(const SocketAddress address, Parse(path));
  const Socket socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return Error(ErrorCode::kSystem, SystemErrorText(errno));
  const ssize_t sent = ::sendto(socket.fd(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                                address.raw(), address.length());
  if (sent != static_cast<ssize_t>(text.size())) {
    return Error(ErrorCode::kSystem, SystemErrorText(errno) + ": " + path);
  }
  return {};
}

}  // namespace pinlatch::io
