// Covers messages that are longer than a record, and records that are shorter than a message's
// header (RFC 8446 section 5.1): ClientHellos and chains, both ways.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tls/visitor.h"

namespace pinlatch::test {
namespace {

constexpr int kBadCertificate = 42;
constexpr uint16_t kPadding = 21;

// Certificates enough for a chain of more than `size` bytes, and what they are presented with.
struct LongChain {
  LongChain(const Site& site, size_t size) : leaf(Make(ClientTemplate(), &site.client_ca)) {
    certificates = {&leaf};
    size_t sum = leaf.der.size();
    for (; sum <= size; sum += other.der.size()) certificates.push_back(&other);
  }
  Identity leaf;
  Identity other = Authority("another authority with a name that is as long as names may be");
  std::vector<const Identity*> certificates;
};

// Cut is a handshake message in records of `size` bytes.
Bytes Cut(const Bytes& message, size_t size) {
  Bytes records;
  for (size_t at = 0; at < message.size(); at += size) {
    const auto start = message.begin() + static_cast<std::ptrdiff_t>(at);
    const size_t length = std::min(size, message.size() - at);
    const Bytes record = Record(kHandshake, {start, start + static_cast<std::ptrdiff_t>(length)});
    records.insert(records.end(), record.begin(), record.end());
  }
  return records;
}

Bytes LongHello(const Visitor& visitor, size_t padding) {
  ClientHelloSpec spec;
  spec.more_extensions = HelloExtension(kPadding, Bytes(padding, 0));
  return visitor.peer.ClientHello(spec);
}

}  // namespace

TEST_CASE("a client's chain may be longer than a record") {
  const Site site;
  for (const auto version : kBothVersions) {
    const LongChain chain(site, 17'000);
    REQUIRE(chain.certificates.size() <= 40);
    Connection connection(site, {.version = version, .chain = chain.certificates});
    connection.Shake();
    REQUIRE_MESSAGE(connection.progress == Progress::kDone, connection.server->error().detail);
    CHECK(connection.server->peer()->subject == "CN=client");
    connection.server->Rest();
    CHECK(connection.client->Write(AsBytes("ping")) == 4);
    uint8_t room[8];
    CHECK(connection.server->Read(room).count == 4);
    CHECK(connection.server->Write(AsBytes("pong")).count == 4);
    std::string text;
    connection.client->Drain(&text);
    CHECK(text == "pong");
  }
}

TEST_CASE("a client's chain comes through in pieces of any size, while the session rests between") {
  const Site site;
  for (const auto version : kBothVersions) {
    const LongChain chain(site, 17'000);
    Connection connection(site, {.version = version, .chain = chain.certificates});
    connection.to_server.capacity = 1000;
    connection.to_client.capacity = 1000;
    for (int i = 0; i < 1000 && connection.progress != Progress::kDone; ++i) {
      connection.client->Handshake();
      connection.server->Rest();
      connection.progress = Shake(*connection.server, kNow);
      connection.server->Rest();
      REQUIRE_MESSAGE(connection.progress != Progress::kFailed, connection.server->error().detail);
    }
    CHECK(connection.progress == Progress::kDone);
  }
}

TEST_CASE("a client's chain that is longer than the listener takes is called too long") {
  const Site site({.chain_bytes = 16'384});
  for (const auto version : kBothVersions) {
    const LongChain chain(site, 17'000);
    Connection connection(site, {.version = version, .chain = chain.certificates});
    connection.Shake();
    CHECK(connection.progress == Progress::kFailed);
    CHECK(connection.server->error().code == ErrorCode::kBadCertificate);
    CHECK(connection.server->error().detail.find("too long") != std::string::npos);
    CHECK(connection.server->sent_alert() == kBadCertificate);
  }
}

TEST_CASE("a ClientHello may come in records of any size") {
  const Site site;
  for (const size_t size : {1, 2, 3, 4, 5, 100}) {
    CAPTURE(size);
    Visitor visitor(site);
    visitor.peer.SayCut([&](const Bytes& message) { return Cut(message, size); },
                        visitor.peer.ClientHello());
    CHECK(visitor.Step() == Progress::kWantRead);
    visitor.Finish();
  }
}

TEST_CASE("a ClientHello may be longer than a record, up to the listener's bound") {
  const Site site;
  for (const size_t padding : {17'000, 40'000, 48'000}) {
    CAPTURE(padding);
    Visitor visitor(site);
    visitor.peer.SayCut([&](const Bytes& message) { return Cut(message, 16'384); },
                        LongHello(visitor, padding));
    CHECK(visitor.Step() == Progress::kWantRead);
    visitor.Finish();
  }
  Visitor visitor(site);
  visitor.peer.SayCut([&](const Bytes& message) { return Cut(message, 16'384); },
                      LongHello(visitor, 50'000));
  CHECK(visitor.Step() == Progress::kFailed);
  CHECK(visitor.session->error().detail.find("too long") != std::string::npos);
}

TEST_CASE("a ClientHello in records of one byte is read up to 32 KiB, as the limits say") {
  const Site site;
  Visitor visitor(site);
  visitor.peer.SayCut([](const Bytes& message) { return Cut(message, 1); },
                      LongHello(visitor, 31'000));
  CHECK(visitor.Step() == Progress::kWantRead);
  visitor.Finish();
  Visitor other(site);
  other.peer.SayCut([](const Bytes& message) { return Cut(message, 1); }, LongHello(other, 47'000));
  CHECK(other.Step() == Progress::kFailed);
  CHECK(other.session->sent_alert() == 10);
}

TEST_CASE("a message other than these is no longer than a record") {
  const Site site;
  Visitor visitor(site);
  visitor.SayHello();
  REQUIRE(visitor.peer.HearServerHello());
  visitor.peer.HearFlight();
  visitor.peer.SayCertificate(visitor.own);
  Bytes head = {kCertificateVerify, 0, 0x41, 0};
  head.resize(8000);
  visitor.peer.Send(visitor.peer.sending().Seal(kHandshake, head));
  CHECK(visitor.Step() == Progress::kFailed);
  CHECK(visitor.session->error().detail.find("too long") != std::string::npos);
}

TEST_CASE("the gateway's own chain may be longer than a record") {
  const Site site({.more_server_certificates = 45});
  const Identity device = Make(ClientTemplate(), &site.client_ca);
  for (const auto version : kBothVersions) {
    for (const size_t capacity : {size_t{700}, size_t{1} << 20}) {
      Connection connection(site, {.version = version, .chain = {&device}});
      connection.to_client.capacity = capacity;
      connection.Shake();
      CHECK_MESSAGE(connection.progress == Progress::kDone, connection.server->error().detail);
    }
  }
}

}  // namespace pinlatch::test
