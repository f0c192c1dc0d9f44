// Listen, StartConnect and Accept of socket.h: how sockets come to be.
#include <netinet/in.h>

#include <cerrno>

#include "io/socket.h"
#include "io/system_error.h"

namespace pinlatch::io {
namespace {

Result<Socket> Open(const SocketAddress& address, ErrorCode code) {
  Socket socket(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return Error(code, SystemErrorText(errno) + ": " + address.ToString());
  return socket;
}

bool SetOption(const Socket& socket, int level, int name, int value) {
  return setsockopt(socket.fd(), level, name, &value, sizeof value) == 0;
}

bool IsAnyIpv6(const SocketAddress& address) {
  return address.family() == AF_INET6 && address.Ip() == "::";
}

bool SetListenOptions(const Socket& socket, const SocketAddress& address, bool share_port) {
  if (address.family() == AF_UNIX) return true;
  if (!SetOption(socket, SOL_SOCKET, SO_REUSEADDR, 1)) return false;
  if (share_port && !SetOption(socket, SOL_SOCKET, SO_REUSEPORT, 1)) return false;
  // "::" means every address, IPv4 too, whatever the machine's default is.
  return !IsAnyIpv6(address) || SetOption(socket, IPPROTO_IPV6, IPV6_V6ONLY, 0);
}

Error BindError(int system_error, const SocketAddress& address) {
  std::string reason = SystemErrorText(system_error);
  if (system_error == EACCES && address.port() != 0 && address.port() < 1024) {
    reason += " (ports below 1024 need CAP_NET_BIND_SERVICE)";
  }
  return Error(ErrorCode::kBindFailed, reason + ": " + address.ToString());
}

AcceptOutcome::Kind AcceptFailureKind(int system_error) {
  if (system_error == EAGAIN || system_error == EWOULDBLOCK) {
    return AcceptOutcome::Kind::kWouldBlock;
  }
  switch (system_error) {
    // Of this one connection, which is gone; Linux also passes pending network errors on
    // (accept(2), "Error handling").
    case ECONNABORTED:
    case EPROTO:
    case EINTR:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
    case EPERM:
      return AcceptOutcome::Kind::kAborted;
    // EMFILE, ENFILE, ENOBUFS, ENOMEM. Whatever else there may be is not known to pass: trying
    // again at once could spin, so it pauses too.
    default:
      return AcceptOutcome::Kind::kExhausted;
  }
}

}  // namespace

Result<Socket> Listen(const SocketAddress& address, bool share_port, int backlog) {
  PINLATCH_ASSIGN(Socket socket, Open(address, ErrorCode::kBindFailed));
  if (!SetListenOptions(socket, address, share_port) ||
      bind(socket.fd(), address.raw(), address.length()) < 0 || listen(socket.fd(), backlog) < 0) {
    return BindError(errno, address);
  }
  return socket;
}

Result<Socket> StartConnect(const SocketAddress& address) {
  PINLATCH_ASSIGN(Socket socket, Open(address, ErrorCode::kUpstreamConnect));
  if (address.family() != AF_UNIX) socket.SetNoDelay();
  // Interrupted, the connection goes on being made just as with EINPROGRESS.
  if (connect(socket.fd(), address.raw(), address.length()) < 0 && errno != EINPROGRESS &&
      errno != EINTR) {
    return Error(ErrorCode::kUpstreamConnect, SystemErrorText(errno) + ": " + address.ToString());
  }
  return socket;
}

AcceptOutcome Accept(const Socket& listening) {
  AcceptOutcome outcome;
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  auto* const raw = reinterpret_cast<sockaddr*>(&storage);
  const int fd = accept4(listening.fd(), raw, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) {
    outcome.system_error = errno;
    outcome.kind = AcceptFailureKind(outcome.system_error);
    return outcome;
  }
  outcome.kind = AcceptOutcome::Kind::kAccepted;
  outcome.connection = {Socket(fd), SocketAddress::FromRaw(raw, length)};
  if (outcome.connection.peer.family() != AF_UNIX) outcome.connection.socket.SetNoDelay();
  return outcome;
}

}  // namespace pinlatch::io
