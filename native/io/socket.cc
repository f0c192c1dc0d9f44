// Socket of socket.h: one owned descriptor and its transfers.
#include "io/socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>

namespace pinlatch::io {
namespace {

bool MeansWouldBlock(int system_error) {
  return system_error == EAGAIN || system_error == EWOULDBLOCK;
}

Transfer Refused(int system_error) {
  return MeansWouldBlock(system_error) ? Transfer::WouldBlock() : Transfer::Failed(system_error);
}

}  // namespace

Socket& Socket::operator=(Socket&& other) noexcept {
  if (this != &other) {
    Close();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void Socket::Close() {
  // Never repeated on EINTR: Linux has given the number back by then, perhaps to another thread.
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

Transfer Socket::Read(MutableByteSpan into) {
  assert(!into.empty());  // recv of nothing answers 0, which would pass for the end of the stream.
  ssize_t count;
  do {
    count = recv(fd_, into.data(), into.size(), 0);
  } while (count < 0 && errno == EINTR);
  if (count > 0) return Transfer::Moved(static_cast<size_t>(count));
  return count == 0 ? Transfer::End() : Refused(errno);
}

Transfer Socket::Write(ByteSpan from) { return Send(from, 0); }

Transfer Socket::WriteMore(ByteSpan from) { return Send(from, MSG_MORE); }

Transfer Socket::Send(ByteSpan from, int flags) {
  assert(!from.empty());  // A Transfer that moved has moved at least one byte.
  ssize_t count;
  do {
    count = send(fd_, from.data(), from.size(), MSG_NOSIGNAL | flags);
  } while (count < 0 && errno == EINTR);
  return count >= 0 ? Transfer::Moved(static_cast<size_t>(count)) : Refused(errno);
}

bool Socket::HasUnread() const {
  uint8_t first;
  return recv(fd_, &first, 1, MSG_PEEK) > 0;
}

void Socket::ShutdownWrite() {
  // Fails when the connection is already gone, which the next transfer reports.
  shutdown(fd_, SHUT_WR);
}

void Socket::CloseWithReset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  // Where it is not supported (unix sockets) closing alone is all there is.
  if (fd_ >= 0) setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  Close();
}

void Socket::SetNoDelay() {
  const int on = 1;
  // Fails on unix sockets, which delay nothing.
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

int Socket::TakeError() {
  int system_error = 0;
  socklen_t size = sizeof system_error;
  if (getsockopt(fd_, SOL_SOCKET, SO_ERROR, &system_error, &size) < 0) return errno;
  return system_error;
}

SocketAddress Socket::LocalAddress() const {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  auto* const raw = reinterpret_cast<sockaddr*>(&storage);
  if (getsockname(fd_, raw, &length) < 0) return SocketAddress();
  return SocketAddress::FromRaw(raw, length);
}

}  // namespace pinlatch::io
