// Sockets over loopback, every port chosen by the system.
#include "io/socket.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <initializer_list>
#include <string>
#include <vector>

#include "doctest/doctest.h"

namespace pinlatch::io {
namespace {

using Kind = Transfer::Kind;

SocketAddress Loopback(uint16_t port = 0) {
  return SocketAddress::FromIp("127.0.0.1", port).value();
}

Socket ListenOn(const SocketAddress& address, bool share_port = false) {
  Result<Socket> socket = Listen(address, share_port, 16);
  REQUIRE(socket.ok());
  return std::move(socket).value();
}

void WaitFor(const Socket& socket, short events) {
  pollfd waiting{socket.fd(), events, 0};
  REQUIRE(poll(&waiting, 1, 10000) == 1);
}

int Option(const Socket& socket, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  REQUIRE(getsockopt(socket.fd(), level, name, &value, &size) == 0);
  return value;
}

struct Connection {
  explicit Connection(const SocketAddress& address) : Connection(ListenOn(address)) {}
  explicit Connection(const Socket& listening) {
    Result<Socket> started = StartConnect(listening.LocalAddress());
    REQUIRE(started.ok());
    client = std::move(started).value();
    WaitFor(listening, POLLIN);
    AcceptOutcome outcome = Accept(listening);
    REQUIRE(outcome.kind == AcceptOutcome::Kind::kAccepted);
    server = std::move(outcome.connection.socket);
    peer = outcome.connection.peer;
    WaitFor(client, POLLOUT);
    REQUIRE(client.TakeError() == 0);
  }
  Socket client;
  Socket server;
  SocketAddress peer;
};

Transfer ReadSome(Socket& socket, std::string& into) {
  std::array<uint8_t, 16> chunk;
  WaitFor(socket, POLLIN);
  const Transfer moved = socket.Read(chunk);
  if (moved.kind == Kind::kMoved) into.append(AsText(ByteSpan(chunk).first(moved.count)));
  return moved;
}

TEST_CASE("bytes go both ways, then a shutdown is an orderly end") {
  Connection connection(Loopback());
  CHECK(connection.peer.ToString() == connection.client.LocalAddress().ToString());
  CHECK(connection.server.Write(AsBytes("ping")).count == 4);
  std::string got;
  CHECK(ReadSome(connection.client, got).kind == Kind::kMoved);
  CHECK(got == "ping");
  connection.client.ShutdownWrite();
  CHECK(ReadSome(connection.server, got).kind == Kind::kEnd);
  CHECK(connection.server.Write(AsBytes("pong")).kind == Kind::kMoved);
  CHECK(ReadSome(connection.client, got).kind == Kind::kMoved);
  CHECK(got == "pingpong");
}

TEST_CASE("reading nothing and writing into a full connection would block") {
  Connection connection(Loopback());
  std::array<uint8_t, 16> chunk;
  CHECK(connection.server.Read(chunk).kind == Kind::kWouldBlock);
  const std::vector<uint8_t> block(65536, 'x');
  Transfer moved = connection.server.Write(block);
  bool some_short = false;
  while (moved.kind == Kind::kMoved) {
    REQUIRE(moved.count >= 1);
    some_short = some_short || moved.count < block.size();
    moved = connection.server.Write(block);
  }
  CHECK(moved.kind == Kind::kWouldBlock);
  CHECK(some_short);
}

TEST_CASE("closing with reset fails the peer's read with ECONNRESET") {
  Connection connection(Loopback());
  connection.server.CloseWithReset();
  CHECK_FALSE(connection.server.valid());
  std::string got;
  const Transfer moved = ReadSome(connection.client, got);
  CHECK(moved.kind == Kind::kFailed);
  CHECK(moved.system_error == ECONNRESET);
}

TEST_CASE("writing to a connection that is gone fails and raises no signal") {
  Connection connection(Loopback());
  connection.client.CloseWithReset();
  WaitFor(connection.server, POLLIN);
  Transfer moved = connection.server.Write(AsBytes("x"));
  if (moved.kind == Kind::kMoved) moved = connection.server.Write(AsBytes("x"));
  CHECK(moved.kind == Kind::kFailed);
  CHECK((moved.system_error == EPIPE || moved.system_error == ECONNRESET));
  moved = connection.server.Write(AsBytes("x"));
  CHECK(moved.system_error == EPIPE);
}

TEST_CASE("every socket is non-blocking, close-on-exec and sends without delay") {
  const Socket listening = ListenOn(Loopback());
  Connection connection(listening);
  for (const Socket* socket :
       std::initializer_list<const Socket*>{&listening, &connection.client, &connection.server}) {
    CHECK((fcntl(socket->fd(), F_GETFL) & O_NONBLOCK) != 0);
    CHECK((fcntl(socket->fd(), F_GETFD) & FD_CLOEXEC) != 0);
  }
  CHECK(Option(connection.client, IPPROTO_TCP, TCP_NODELAY) == 1);
  CHECK(Option(connection.server, IPPROTO_TCP, TCP_NODELAY) == 1);
}

TEST_CASE("moving a socket transfers the descriptor and closes the one it replaces") {
  Connection connection(Loopback());
  const int fd = connection.server.fd();
  Socket moved(std::move(connection.server));
  CHECK(moved.fd() == fd);
  CHECK_FALSE(connection.server.valid());  // NOLINT: what is left is the point
  connection.client = std::move(moved);
  CHECK(connection.client.fd() == fd);
  Socket& same = connection.client;
  connection.client = std::move(same);
  CHECK(connection.client.fd() == fd);
  CHECK(fcntl(fd, F_GETFD) >= 0);
  connection.client.Close();
  CHECK(fcntl(fd, F_GETFD) == -1);
  connection.client.Close();
}

TEST_CASE("a port in use is refused in words, with the address") {
  const Socket listening = ListenOn(Loopback());
  const SocketAddress taken = listening.LocalAddress();
  CHECK(taken.port() != 0);
  const Result<Socket> second = Listen(taken, false, 16);
  REQUIRE_FALSE(second.ok());
  CHECK(second.error().code == ErrorCode::kBindFailed);
  CHECK(second.error().detail == "address in use: " + taken.ToString());
}

TEST_CASE("an address of another machine is refused in words") {
  const Result<Socket> socket = Listen(SocketAddress::FromIp("192.0.2.1", 0).value(), false, 16);
  REQUIRE_FALSE(socket.ok());
  CHECK(socket.error().detail == "address not available on this machine: 192.0.2.1:0");
}

TEST_CASE("several sockets may share a port when all of them ask for it") {
  const Socket first = ListenOn(Loopback(), true);
  const SocketAddress shared = first.LocalAddress();
  const Socket second = ListenOn(shared, true);
  CHECK(second.LocalAddress().port() == shared.port());
  CHECK_FALSE(Listen(shared, false, 16).ok());
}

TEST_CASE("a port can be bound again while old connections linger on it") {
  Socket listening = ListenOn(Loopback());
  const SocketAddress address = listening.LocalAddress();
  Connection connection(listening);
  connection.server.Close();  // the listening side closes first and keeps TIME_WAIT
  std::string got;
  CHECK(ReadSome(connection.client, got).kind == Kind::kEnd);
  connection.client.Close();
  listening.Close();
  CHECK(Listen(address, false, 16).ok());
}

TEST_CASE("listening on :: also takes IPv4, whose peers print as IPv4") {
  Result<Socket> any = Listen(SocketAddress::FromIp("::", 0).value(), false, 16);
  if (!any.ok()) {
    MESSAGE("skipped: no IPv6 here: ", any.error().detail);
    return;
  }
  CHECK(Option(*any, IPPROTO_IPV6, IPV6_V6ONLY) == 0);
  const Result<Socket> client = StartConnect(Loopback(any->LocalAddress().port()));
  REQUIRE(client.ok());
  WaitFor(*any, POLLIN);
  const AcceptOutcome outcome = Accept(*any);
  REQUIRE(outcome.kind == AcceptOutcome::Kind::kAccepted);
  CHECK(outcome.connection.peer.Ip() == "127.0.0.1");
}

TEST_CASE("unix sockets listen, connect and carry bytes") {
  char directory[] = "/tmp/pinlatch-socket-XXXXXX";
  REQUIRE(mkdtemp(directory) != nullptr);
  const std::string path = std::string(directory) + "/s";
  {
    const SocketAddress address = SocketAddress::FromUnixPath(path).value();
    const Socket listening = ListenOn(address, true);
    CHECK(listening.LocalAddress().ToString() == "unix:" + path);
    Connection connection(listening);
    CHECK(connection.peer.ToString() == "unix:");
    CHECK(connection.client.Write(AsBytes("hi")).count == 2);
    std::string got;
    CHECK(ReadSome(connection.server, got).count == 2);
    connection.server.SetNoDelay();
    connection.server.CloseWithReset();
    const Result<Socket> second = Listen(address, false, 16);
    REQUIRE_FALSE(second.ok());
    CHECK(second.error().detail == "address in use: unix:" + path);
  }
  unlink(path.c_str());
  const Result<Socket> nobody = StartConnect(SocketAddress::FromUnixPath(path).value());
  REQUIRE_FALSE(nobody.ok());
  CHECK(nobody.error().code == ErrorCode::kUpstreamConnect);
  CHECK(nobody.error().detail == "no such file: unix:" + path);
  rmdir(directory);
}

TEST_CASE("a refused connection is reported by the error that is taken, once") {
  SocketAddress nobody;
  {
    const Socket gone = ListenOn(Loopback());
    nobody = gone.LocalAddress();
  }
  Result<Socket> client = StartConnect(nobody);
  if (!client.ok()) {  // Loopback may answer at once.
    CHECK(client.error().detail == "connection refused: " + nobody.ToString());
    return;
  }
  WaitFor(*client, POLLOUT);
  CHECK(client->TakeError() == ECONNREFUSED);
  CHECK(client->TakeError() == 0);
}

TEST_CASE("accepting when nobody waits would block") {
  const Socket listening = ListenOn(Loopback());
  CHECK(Accept(listening).kind == AcceptOutcome::Kind::kWouldBlock);
}

TEST_CASE("accepting without a free descriptor is exhausted, and works once there is one") {
  const Socket listening = ListenOn(Loopback());
  const Result<Socket> client = StartConnect(listening.LocalAddress());
  REQUIRE(client.ok());
  WaitFor(listening, POLLIN);
  rlimit former{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &former) == 0);
  rlimit none = former;
  none.rlim_cur = 0;
  REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
  const AcceptOutcome refused = Accept(listening);
  REQUIRE(setrlimit(RLIMIT_NOFILE, &former) == 0);
  CHECK(refused.kind == AcceptOutcome::Kind::kExhausted);
  CHECK(refused.system_error == EMFILE);
  CHECK(Accept(listening).kind == AcceptOutcome::Kind::kAccepted);
}

TEST_CASE("a connection waits where its descriptor would be above the ceiling, and gets in below") {
  const Socket listening = ListenOn(Loopback());
  const Result<Socket> client = StartConnect(listening.LocalAddress());
  REQUIRE(client.ok());
  WaitFor(listening, POLLIN);
  const AcceptOutcome refused = Accept(listening, client->fd());
  CHECK(refused.kind == AcceptOutcome::Kind::kExhausted);
  CHECK(refused.lacks_descriptor());
  CHECK(Accept(listening, 1 << 20).kind == AcceptOutcome::Kind::kAccepted);
}

TEST_CASE("nobody lacks a descriptor where nobody waits") {
  const Socket listening = ListenOn(Loopback());
  CHECK(Accept(listening, 0).kind == AcceptOutcome::Kind::kWouldBlock);
}

TEST_CASE("a connection to an upstream has a descriptor below the ceiling or none") {
  const Socket listening = ListenOn(Loopback());
  const Result<Socket> refused = StartConnect(listening.LocalAddress(), listening.fd());
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::kDescriptorsExhausted);
  CHECK(refused.error().detail ==
        "out of file descriptors: " + listening.LocalAddress().ToString());
  CHECK(StartConnect(listening.LocalAddress(), 1 << 20).ok());
}

TEST_CASE("accepting on what does not listen pauses rather than spins") {
  const AcceptOutcome outcome = Accept(Socket());
  CHECK(outcome.kind == AcceptOutcome::Kind::kExhausted);
  CHECK(outcome.system_error == EBADF);
}

TEST_CASE("an invalid socket fails its transfers and has no address") {
  Socket none;
  std::array<uint8_t, 1> byte{};
  CHECK(none.Read(byte).system_error == EBADF);
  CHECK(none.Write(byte).system_error == EBADF);
  CHECK(none.TakeError() == EBADF);
  CHECK(none.LocalAddress().ToString().empty());
  none.CloseWithReset();
}

}  // namespace
}  // namespace pinlatch::io
