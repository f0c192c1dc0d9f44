// Covers data after the handshake: partial writes, tiny pieces, ends and cuts of the stream.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>

#include "tls/handshake_bench.h"

// Not in mbedTLS's public headers.
extern "C" int mbedtls_ssl_write_record(mbedtls_ssl_context* ssl, int force_flush);

namespace pinlatch::test {
namespace {

// Open is a connection whose handshake is done.
struct Open {
  explicit Open(const Site& site, mbedtls_ssl_protocol_version version)
      : identity(Make(ClientTemplate(), &site.client_ca)),
        connection(site, {.version = version, .chain = {&identity}}) {
    connection.Shake();
    REQUIRE_MESSAGE(connection.progress == Progress::kDone, connection.server->error().detail);
  }
  tls::ServerSession& server() { return *connection.server; }
  TestClient& client() { return *connection.client; }

  Identity identity;
  Connection connection;
};

std::string Pattern(size_t size) {
  std::string text(size, '\0');
  uint32_t state = 1;
  for (char& c : text) {
    state = state * 1664525 + 1013904223;
    c = static_cast<char>(state >> 24);
  }
  return text;
}

// ReceiveAtServer reads what can be read, in pieces of `piece` bytes.
Transfer ReceiveAtServer(Open& open, std::string& text, size_t piece = 4096) {
  std::array<uint8_t, 32768> room{};
  while (true) {
    const Transfer got = open.server().Read(MutableByteSpan(room).first(piece));
    if (got.kind != Transfer::Kind::kMoved) return got;
    CHECK(got.count > 0);
    text.append(AsText(ByteSpan(room).first(got.count)));
  }
}

TEST_CASE("large data reaches the client whole, however little the stream takes at once") {
  const Site site;
  const std::string sent = Pattern(200 * 1024);
  for (const auto version : kBothVersions) {
    for (const size_t capacity : {size_t{1}, size_t{7}, size_t{1000}, size_t{100000}}) {
      CAPTURE(capacity);
      Open open(site, version);
      open.connection.to_client.capacity = capacity;
      const std::string_view whole =
          capacity < 100 ? std::string_view(sent).substr(0, 40000) : sent;
      std::string received;
      size_t at = 0;
      while (at < whole.size()) {
        const Transfer put = open.server().Write(AsBytes(whole.substr(at)));
        CHECK(put.kind != Transfer::Kind::kFailed);
        if (put.kind == Transfer::Kind::kFailed) return;
        if (put.kind == Transfer::Kind::kMoved) at += put.count;
        open.client().Drain(&received);
      }
      open.client().Drain(&received);
      CHECK(received == whole);
    }
  }
}

TEST_CASE("large data reaches the server whole, in pieces of any size") {
  const Site site;
  const std::string sent = Pattern(100 * 1024);
  for (const auto version : kBothVersions) {
    for (const size_t piece : {size_t{1}, size_t{7}, size_t{20000}}) {
      Open open(site, version);
      open.connection.to_server.piece = piece;
      std::string received;
      for (size_t at = 0; at < sent.size();) {
        const int put = open.client().Write(AsBytes(std::string_view(sent).substr(at)));
        CHECK((put > 0 || put == MBEDTLS_ERR_SSL_WANT_WRITE));
        if (put <= 0 && put != MBEDTLS_ERR_SSL_WANT_WRITE) return;
        if (put > 0) at += static_cast<size_t>(put);
        CHECK(ReceiveAtServer(open, received, piece).kind == Transfer::Kind::kWouldBlock);
      }
      ReceiveAtServer(open, received, piece);
      CHECK(received == sent);
    }
  }
}

TEST_CASE("a write that would block is completed by the next one, with more bytes behind it") {
  const Site site;
  Open open(site, MBEDTLS_SSL_VERSION_TLS1_3);
  open.connection.to_client.capacity = 10;
  REQUIRE(open.server().Write(AsBytes("hello")).kind == Transfer::Kind::kWouldBlock);
  CHECK(open.server().Write(AsBytes("hello")).kind == Transfer::Kind::kWouldBlock);
  open.connection.to_client.capacity = 1000;
  const Transfer put = open.server().Write(AsBytes("hello, world"));
  REQUIRE(put.kind == Transfer::Kind::kMoved);
  CHECK(put.count == 5);
  REQUIRE(open.server().Write(AsBytes(", world")).kind == Transfer::Kind::kMoved);
  std::string received;
  open.client().Drain(&received);
  CHECK(received == "hello, world");
}

// AskToRenegotiate sends a ClientHello on an open TLS 1.2 connection, which mbedTLS answers with a
// warning from within a read.
void AskToRenegotiate(Open& open) {
  mbedtls_ssl_context& ssl = open.client().ssl();
  constexpr uint8_t kClientHello[] = {1, 0, 0, 0};
  ssl.out_msgtype = MBEDTLS_SSL_MSG_HANDSHAKE;
  ssl.out_msglen = sizeof kClientHello;
  std::copy(std::begin(kClientHello), std::end(kClientHello), ssl.out_msg);
  CHECK(mbedtls_ssl_write_record(&ssl, 1) == 0);
}

TEST_CASE("a record that a warning flushed is not sent a second time") {
  const Site site;
  Open open(site, MBEDTLS_SSL_VERSION_TLS1_2);
  open.connection.to_client.capacity = 10;
  REQUIRE(open.server().Write(AsBytes("once")).kind == Transfer::Kind::kWouldBlock);
  open.connection.to_client.capacity = 1000;
  AskToRenegotiate(open);
  const size_t before = open.connection.to_client.bytes.size();
  std::string text;
  CHECK(ReceiveAtServer(open, text).kind == Transfer::Kind::kWouldBlock);
  CHECK(open.connection.to_client.bytes.size() > before);
  const Transfer put = open.server().Write(AsBytes("once"));
  CHECK(put.kind == Transfer::Kind::kMoved);
  CHECK(put.count == 4);
  std::string received;
  open.client().Drain(&received);
  CHECK(received == "once");
}

TEST_CASE("a write behind a warning that waits is not lost") {
  const Site site;
  Open open(site, MBEDTLS_SSL_VERSION_TLS1_2);
  open.connection.to_client.capacity = 3;
  AskToRenegotiate(open);
  std::string text;
  CHECK(ReceiveAtServer(open, text).kind == Transfer::Kind::kWouldBlock);
  CHECK(open.connection.to_client.bytes.size() == 3);
  CHECK(open.server().Write(AsBytes("data")).kind == Transfer::Kind::kWouldBlock);
  open.connection.to_client.capacity = 1000;
  CHECK(open.server().Write(AsBytes("data")).count == 4);
  std::string received;
  // mbedTLS's client stops at the warning, as if there were nothing more to read.
  open.client().Drain(&received);
  open.client().Drain(&received);
  CHECK(received == "data");
}

TEST_CASE("buffered bytes are announced") {
  const Site site;
  for (const auto version : kBothVersions) {
    Open open(site, version);
    CHECK_FALSE(open.server().HasBuffered());
    REQUIRE(open.client().Write(AsBytes("abc")) == 3);
    CHECK_FALSE(open.server().HasBuffered());
    uint8_t byte = 0;
    REQUIRE(open.server().Read({&byte, 1}).count == 1);
    CHECK(open.server().HasBuffered());
    std::string rest;
    ReceiveAtServer(open, rest);
    CHECK(rest == "bc");
    CHECK_FALSE(open.server().HasBuffered());
  }
}

TEST_CASE("close_notify is an end, a cut stream is a failure") {
  const Site site;
  for (const auto version : kBothVersions) {
    Open orderly(site, version);
    REQUIRE(orderly.client().Write(AsBytes("last")) == 4);
    REQUIRE(orderly.client().Close() == 0);
    std::string text;
    CHECK(ReceiveAtServer(orderly, text).kind == Transfer::Kind::kEnd);
    CHECK(text == "last");
    CHECK(ReceiveAtServer(orderly, text).kind == Transfer::Kind::kEnd);
    CHECK(orderly.server().Write(AsBytes("answer")).kind == Transfer::Kind::kMoved);

    Open cut(site, version);
    REQUIRE(cut.client().Write(AsBytes("last")) == 4);
    cut.connection.to_server.ended = true;
    text.clear();
    const Transfer end = ReceiveAtServer(cut, text);
    CHECK(end.kind == Transfer::Kind::kFailed);
    CHECK(end.system_error == 0);
    CHECK(text == "last");
    CHECK(cut.server().error().code == ErrorCode::kClientClosed);

    Open broken(site, version);
    broken.connection.to_server.broken = true;
    CHECK(ReceiveAtServer(broken, text).system_error == ECONNRESET);
    Open deaf(site, version);
    deaf.connection.to_client.broken = true;
    CHECK(deaf.server().Write(AsBytes("x")).system_error == EPIPE);
  }
}

TEST_CASE("a cut inside a record is a failure at every byte") {
  const Site site;
  for (const auto version : kBothVersions) {
    Open open(site, version);
    const size_t before = open.connection.to_server.delivered;
    REQUIRE(open.client().Write(AsBytes("hello")) == 5);
    const size_t record = open.connection.to_server.bytes.size();
    for (size_t cut = 0; cut < record; ++cut) {
      Open victim(site, version);
      REQUIRE(victim.client().Write(AsBytes("hello")) == 5);
      victim.connection.to_server.cut_after = before + cut;
      victim.connection.to_server.ended = true;
      std::string text;
      // The handshake's length varies by a byte or two with the signatures.
      const Transfer end = ReceiveAtServer(victim, text);
      CHECK((end.kind == Transfer::Kind::kFailed || text == "hello"));
    }
  }
}

TEST_CASE("closing sends close_notify once, after what waits, however little the stream takes") {
  const Site site;
  for (const auto version : kBothVersions) {
    Open open(site, version);
    open.connection.to_client.capacity = 5;
    REQUIRE(open.server().Write(AsBytes("waits")).kind == Transfer::Kind::kWouldBlock);
    std::string received;
    int last = 0;
    Progress progress = Progress::kWantWrite;
    for (int turn = 0; turn < 200 && progress == Progress::kWantWrite; ++turn) {
      progress = open.server().Close();
      last = open.client().Drain(&received);
    }
    CHECK(progress == Progress::kDone);
    CHECK(received == "waits");
    CHECK(last == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY);
    CHECK(open.server().Close() == Progress::kDone);
    CHECK(open.connection.to_client.bytes.empty());
    CHECK(open.server().Write(AsBytes("x")).kind == Transfer::Kind::kFailed);
  }
}

TEST_CASE("a record that was tampered with is refused with bad_record_mac") {
  const Site site;
  for (const auto version : kBothVersions) {
    Open open(site, version);
    REQUIRE(open.client().Write(AsBytes("hello")) == 5);
    open.connection.to_server.bytes.back() ^= 1;
    std::string text;
    CHECK(ReceiveAtServer(open, text).kind == Transfer::Kind::kFailed);
    CHECK(open.server().error().code == ErrorCode::kTlsRecord);
    CHECK(open.server().sent_alert() == 20);
    CHECK(open.client().Drain() == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE);
    CHECK(open.client().alert() == 20);
    CHECK(open.server().Write(AsBytes("x")).kind == Transfer::Kind::kFailed);
  }
}

TEST_CASE("empty records are skipped, and a flood of them ends the connection") {
  const Site site;
  for (const auto version : kBothVersions) {
    Open open(site, version);
    for (int i = 0; i < 2; ++i) REQUIRE(open.client().Write({}) == 0);
    REQUIRE(open.client().Write(AsBytes("x")) == 1);
    std::string text;
    CHECK(ReceiveAtServer(open, text).kind == Transfer::Kind::kWouldBlock);
    CHECK(text == "x");

    for (int i = 0; i < 5000; ++i) REQUIRE(open.client().Write({}) == 0);
    CHECK(ReceiveAtServer(open, text).kind == Transfer::Kind::kFailed);
  }
}

}  // namespace
}  // namespace pinlatch::test
