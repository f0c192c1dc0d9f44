// Owns sockets: the only place with socket system calls. Every socket is non-blocking and
// close-on-exec.
#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/address_octets.h"
#include "base/bytes.h"
#include "base/result.h"
#include "io/descriptors.h"

namespace pinlatch::io {

// SocketAddress is an IPv4, IPv6 or unix address.
class SocketAddress {
 public:
  SocketAddress() = default;
  // FromIp parses a literal address without brackets. Error: kAddressInvalid.
  static Result<SocketAddress> FromIp(const std::string& ip, uint16_t port);
  // FromUnixPath takes a file system path of at most 107 bytes. Error: kAddressInvalid.
  static Result<SocketAddress> FromUnixPath(const std::string& path);
  // FromRaw copies what a system call reported.
  static SocketAddress FromRaw(const sockaddr* address, socklen_t length);

  std::string Ip() const;  // "127.0.0.1", "::1"; IPv4-mapped IPv6 prints as IPv4; "" for unix
  // Octets are those of Ip(); none for unix.
  AddressOctets Octets() const;
  uint16_t port() const;
  std::string ToString() const;  // "127.0.0.1:80", "[::1]:80", "unix:/run/x.sock"
  const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  socklen_t length() const { return length_; }
  int family() const { return storage_.ss_family; }

 private:
  sockaddr_storage storage_{};
  socklen_t length_ = 0;
};

// Resolve turns a name or literal into addresses, blocking. For the control thread only. Error:
// kAddressInvalid.
Result<std::vector<SocketAddress>> Resolve(const std::string& host, uint16_t port);

// Socket owns one descriptor; moving transfers it, destroying closes it.
class Socket final : public ByteStream {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() override { Close(); }
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept;

  int fd() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  void Close();

  // Read and Write move at least one byte or say why not; the span may not be empty (asserted).
  Transfer Read(MutableByteSpan into) override;  // recv
  Transfer Write(ByteSpan from) override;        // send with MSG_NOSIGNAL
  // WriteMore is Write for what is followed at once by another Write: with MSG_MORE the kernel may
  // send both as one segment. Without that other Write the bytes may wait for 200 ms.
  Transfer WriteMore(ByteSpan from);
  // HasUnread says that Read would move something now.
  bool HasUnread() const;
  void ShutdownWrite();
  // CloseWithReset closes so that the peer sees RST (SO_LINGER 0): for truncated responses and
  // timeouts.
  void CloseWithReset();
  void SetNoDelay();
  // TakeError returns and clears SO_ERROR, 0 when connected.
  int TakeError();
  SocketAddress LocalAddress() const;

 private:
  Transfer Send(ByteSpan from, int flags);

  int fd_ = -1;
};

// Listen binds and listens. With `share_port` several sockets may listen on one port
// (SO_REUSEPORT). Error: kBindFailed with the address and the reason in the detail.
Result<Socket> Listen(const SocketAddress& address, bool share_port, int backlog);
// SharePort has a socket that listens share its port with sockets that come later, as `share_port`
// does from the start. Where the system refuses, those that come later cannot be bound.
void SharePort(const Socket& listening);

// StartConnect begins a connection; the socket is writable when it is done, TakeError says how. Its
// descriptor is below `ceiling`. Errors: kUpstreamConnect; kDescriptorsExhausted.
Result<Socket> StartConnect(const SocketAddress& address, int ceiling = kNoCeiling);

// Accepted is one accepted connection.
struct Accepted {
  Socket socket;
  SocketAddress peer;
};

// AcceptOutcome is what one accept4 call gave.
struct AcceptOutcome {
  enum class Kind : uint8_t {
    kAccepted,
    kWouldBlock,
    kAborted,    // that connection is gone, or the call was interrupted: try again at once
    kExhausted,  // out of descriptors or memory, or of an unknown error: pause
  };
  Kind kind = Kind::kWouldBlock;
  Accepted connection;   // with kAccepted; TCP_NODELAY is set
  int system_error = 0;  // with kAborted and kExhausted

  // lacks_descriptor says that a connection waits, and that one descriptor less would let it in.
  bool lacks_descriptor() const {
    return kind == Kind::kExhausted && MeansNoDescriptor(system_error);
  }
};
// Accept takes a connection while there is a descriptor for it below `ceiling`.
AcceptOutcome Accept(const Socket& listening, int ceiling = kNoCeiling);

}  // namespace pinlatch::io
