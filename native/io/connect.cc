// Listen, StartConnect and Accept of socket.h: how sockets come to be.
#include <netinet/in.h>
#include <poll.h>

#include <cerrno>

#include "io/socket.h"
#include "io/system_error.h"

namespace pinlatch::io {
namespace {

int OpenDescriptor(const SocketAddress& address) {
  return socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

Result<Socket> Open(const SocketAddress& address) {
  Socket socket(OpenDescriptor(address));
  if (socket.valid()) return socket;
  return Error(ErrorCode::kBindFailed, SystemErrorText(errno) + ": " + address.ToString());
}

Result<Socket> OpenBelow(int ceiling, const SocketAddress& address) {
  Socket socket(OpenDescriptor(address));
  if (socket.valid() && socket.fd() < ceiling) return socket;
  const int system_error = socket.valid() ? EMFILE : errno;
  const ErrorCode code = MeansNoDescriptor(system_error) ? ErrorCode::kDescriptorsExhausted
                                                         : ErrorCode::kUpstreamConnect;
  return Error(code, SystemErrorText(system_error) + ": " + address.ToString());
}

// Linux takes the descriptor before it looks whether anybody waits. Where poll fails, somebody may.
bool SomebodyWaits(const Socket& listening) {
  pollfd entry{.fd = listening.fd(), .events = POLLIN, .revents = 0};
  return poll(&entry, 1, 0) != 0;
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

AcceptOutcome Refused(int system_error, const Socket& listening) {
  AcceptOutcome outcome;
  outcome.system_error = system_error;
  outcome.kind = AcceptFailureKind(system_error);
  if (outcome.lacks_descriptor() && !SomebodyWaits(listening)) {
    outcome.kind = AcceptOutcome::Kind::kWouldBlock;
  }
  return outcome;
}

}  // namespace

Result<Socket> Listen(const SocketAddress& address, bool share_port, int backlog) {
  PINLATCH_ASSIGN(Socket socket, Open(address));
  if (!SetListenOptions(socket, address, share_port) ||
      bind(socket.fd(), address.raw(), address.length()) < 0 || listen(socket.fd(), backlog) < 0) {
    return BindError(errno, address);
  }
  return socket;
}

void SharePort(const Socket& listening) { (void)SetOption(listening, SOL_SOCKET, SO_REUSEPORT, 1); }

Result<Socket> StartConnect(const SocketAddress& address, int ceiling) {
  PINLATCH_ASSIGN(Socket socket, OpenBelow(ceiling, address));
  if (address.family() != AF_UNIX) socket.SetNoDelay();
  // Interrupted, the connection goes on being made just as with EINPROGRESS.
  if (connect(socket.fd(), address.raw(), address.length()) < 0 && errno != EINPROGRESS &&
      errno != EINTR) {
    return Error(ErrorCode::kUpstreamConnect, SystemErrorText(errno) + ": " + address.ToString());
  }
  return socket;
}

AcceptOutcome Accept(const Socket& listening, int ceiling) {
  AcceptOutcome outcome;
  if (!HasDescriptorBelow(ceiling, listening.fd())) return Refused(EMFILE, listening);
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  auto* const raw = reinterpret_cast<sockaddr*>(&storage);
  const int fd = accept4(listening.fd(), raw, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return Refused(errno, listening);
  outcome.kind = AcceptOutcome::Kind::kAccepted;
  outcome.connection = {Socket(fd), SocketAddress::FromRaw(raw, length)};
  if (outcome.connection.peer.family() != AF_UNIX) outcome.connection.socket.SetNoDelay();
  return outcome;
}

}  // namespace pinlatch::io
