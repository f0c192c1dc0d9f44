// Datagrams to the service manager.
#include "io/notify_socket.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <string>

#include "doctest/doctest.h"
#include "io/socket.h"

namespace pinlatch::io {
namespace {

// Receiver is what systemd is: a bound datagram socket. `name` begins with NUL when it is abstract.
Socket Receiver(const std::string& name) {
  Socket socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  REQUIRE(name.size() < sizeof local.sun_path);
  std::memcpy(local.sun_path, name.data(), name.size());
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  REQUIRE(::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&local), length) == 0);
  return socket;
}

std::string Take(const Socket& receiver) {
  char text[256];
  const ssize_t size = ::recv(receiver.fd(), text, sizeof text, 0);
  return size < 0 ? "nothing" : std::string(text, static_cast<size_t>(size));
}

std::string UniqueName() { return "pinlatch-notify-test-" + std::to_string(::getpid()); }

TEST_CASE("a datagram arrives whole at a path, line feeds included") {
  const std::string path = "/tmp/" + UniqueName();
  ::unlink(path.c_str());
  const Socket receiver = Receiver(path);
  CHECK(SendDatagram(path, "READY=1\nSTATUS=fine").ok());
  CHECK(Take(receiver) == "READY=1\nSTATUS=fine");
  CHECK(Take(receiver) == "nothing");
  ::unlink(path.c_str());
}

TEST_CASE("a datagram arrives at an abstract name, which @ stands for") {
  const Socket receiver = Receiver(std::string(1, '\0') + UniqueName());
  CHECK(SendDatagram("@" + UniqueName(), "WATCHDOG=1").ok());
  CHECK(Take(receiver) == "WATCHDOG=1");
}

TEST_CASE("the longest abstract name is usable, one longer is refused") {
  const std::string rest(sizeof(sockaddr_un::sun_path) - 1 - UniqueName().size(), 'x');
  const std::string name = UniqueName() + rest.substr(0, rest.size());
  const Status sent = SendDatagram("@" + name + "x", "x");
  REQUIRE_FALSE(sent.ok());
  CHECK(sent.error().code == ErrorCode::kAddressInvalid);
  // Nobody listens there, which is another error than that the name cannot be written.
  CHECK(SendDatagram("@" + name, "x").error().code == ErrorCode::kSystem);
}

TEST_CASE("what is neither a path nor an abstract name is refused") {
  for (const char* path : {"", "@", "relative", "vsock:2:9999"}) {
    const Status sent = SendDatagram(path, "READY=1");
    REQUIRE_FALSE(sent.ok());
    CHECK(sent.error().code == ErrorCode::kAddressInvalid);
  }
}

TEST_CASE("a receiver that is not there, or does not read, is an error and no wait") {
  CHECK(SendDatagram("/nonexistent/socket", "x").error().code == ErrorCode::kSystem);
  const Socket receiver = Receiver(std::string(1, '\0') + UniqueName() + "-full");
  Status sent;
  for (int i = 0; i < 100000 && sent.ok(); ++i) {
    sent = SendDatagram("@" + UniqueName() + "-full", "WATCHDOG=1");
  }
  REQUIRE_FALSE(sent.ok());
  CHECK(sent.error().code == ErrorCode::kSystem);
}

}  // namespace
}  // namespace pinlatch::io
