// Covers records that are as small as a client asks (RFC 6066 section 4, RFC 8449), in both
// versions, and that nothing is cut which fits.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tls/returning_client.h"
#include "tls/upstream_bench.h"
#include "tls/visitor.h"

namespace pinlatch::test {
namespace {

constexpr int kIllegalParameter = 47;
constexpr int kDecodeError = 50;
constexpr uint16_t kMaxFragmentLength = 1;
constexpr uint16_t kRecordSizeLimit = 28;
constexpr size_t kHead = 5;
constexpr size_t kTag = 16;
constexpr size_t kNonce12 = 8;

// Lengths are those of the records in `bytes`, of one content type or, with 0, of all of them.
std::vector<size_t> Lengths(const Pipe& pipe, uint8_t type = 0) {
  std::vector<size_t> lengths;
  for (size_t at = 0; at + kHead <= pipe.bytes.size();) {
    const size_t length = static_cast<size_t>(pipe.bytes[at + 3] << 8 | pipe.bytes[at + 4]);
    if (type == 0 || pipe.bytes[at] == type) lengths.push_back(length);
    at += kHead + length;
  }
  return lengths;
}

size_t Longest(const std::vector<size_t>& lengths) {
  return lengths.empty() ? 0 : *std::max_element(lengths.begin(), lengths.end());
}

// Small is a connection in TLS 1.2 whose client asks for small records; `longest` is the longest
// one that it was sent, whatever protects it included.
struct Small {
  Small(const Edge& edge, unsigned char code)
      : connection(edge.server_ca, *edge.context,
                   {.version = MBEDTLS_SSL_VERSION_TLS1_2,
                    .chain = {&edge.device},
                    .server_name = "api.local",
                    .max_fragment = code},
                   nullptr, edge.keys) {
    for (int i = 0; i < 20 && connection.progress != Progress::kDone; ++i) {
      connection.client->Handshake();
      connection.progress = Shake(*connection.server, kNow);
      Note();
    }
    connection.client->Handshake();
  }
  void Note() { longest = std::max(longest, Longest(Lengths(connection.to_client))); }
  std::string Answer(const std::string& text) {
    std::string received;
    for (size_t at = 0; at < text.size();) {
      const Transfer put = connection.server->Write(AsBytes(text).subspan(at));
      REQUIRE(put.kind == Transfer::Kind::kMoved);
      at += put.count;
      Note();
      connection.client->Drain(&received);
    }
    return received;
  }
  size_t longest = 0;
  Connection connection;
};

ClientHelloSpec With(const Bytes& extensions) { return {.more_extensions = extensions}; }

// With12 is one of TLS 1.2.
ClientHelloSpec With12(const Bytes& extensions) {
  return {.versions = {},
          .suites = {0xC0, 0x2B},
          .groups = {0x00, 0x1d, 0x00, 0x17},
          .more_extensions = extensions};
}

Bytes Limit(uint16_t limit) { return HelloExtension(kRecordSizeLimit, Number16(limit)); }
Bytes Fragment(uint8_t code) { return HelloExtension(kMaxFragmentLength, {code}); }

// Flight13 is what the server's flight looks like to a client that says so.
struct Flight13 {
  Flight13(const Site& site, const Bytes& extensions) : visitor(site) {
    visitor.SayHello(With(extensions));
    lengths = Lengths(visitor.to_client, kApplicationData);
    REQUIRE(visitor.peer.HearServerHello());
    encrypted_extensions = visitor.peer.Hear().value().whole;
  }
  bool Says(const Bytes& extension) const {
    return std::search(encrypted_extensions.begin(), encrypted_extensions.end(), extension.begin(),
                       extension.end()) != encrypted_extensions.end();
  }
  Visitor visitor;
  std::vector<size_t> lengths;
  Bytes encrypted_extensions;
};

// CheckRefused is for both versions.
void CheckRefused(const Site& site, const Bytes& extension, int alert) {
  Visitor visitor(site);
  visitor.SayHello(With(extension));
  CHECK(visitor.session->sent_alert() == alert);
  Visitor older(site);
  older.SayHello(With12(extension));
  CHECK(older.session->sent_alert() == alert);
}

}  // namespace

TEST_CASE("a client of TLS 1.2 that asks for small records gets no longer one") {
  const Edge edge;
  for (unsigned char code = 1; code <= 4; ++code) {
    const size_t most = size_t{256} << code;
    CAPTURE(most);
    Small small(edge, code);
    REQUIRE_MESSAGE(small.connection.progress == Progress::kDone,
                    small.connection.server->error().detail);
    const std::string text(20'000, 'x');
    CHECK(small.Answer(text) == text);
    CHECK(small.longest <= most + kNonce12 + kTag);
    CHECK(small.longest > most);
  }
}

TEST_CASE("in TLS 1.2 a ticket that does not fit into a small record is not issued") {
  const Edge edge;
  for (const unsigned char code : Bytes{1, 4}) {
    Small small(edge, code);
    REQUIRE(small.connection.progress == Progress::kDone);
    SavedSession session;
    CHECK(small.connection.client->Save(session) == (code == 4));
  }
}

TEST_CASE("what fits into the records that a client asks for is not cut") {
  const Edge edge;
  Connection connection(edge.server_ca, *edge.context,
                        {.version = MBEDTLS_SSL_VERSION_TLS1_2,
                         .chain = {&edge.device},
                         .server_name = "api.local",
                         .max_fragment = 2});
  connection.client->Handshake();
  Shake(*connection.server, kNow);
  // ServerHello, Certificate, ServerKeyExchange, CertificateRequest, ServerHelloDone.
  CHECK(Lengths(connection.to_client, kHandshake).size() == 5);
}

TEST_CASE("a client of TLS 1.3 that asks for small records gets no longer one") {
  const Site site;
  for (uint8_t code = 1; code <= 4; ++code) {
    const size_t most = size_t{256} << code;
    CAPTURE(most);
    Flight13 flight(site, Fragment(code));
    CHECK(flight.Says(Fragment(code)));
    CHECK(Longest(flight.lengths) <= most + kTag);
    flight.visitor.peer.HearFlight();
    flight.visitor.SayRest();
    flight.visitor.session->Write(AsBytes(std::string(20'000, 'x')));
    CHECK(Longest(Lengths(flight.visitor.to_client)) <= most + kTag);
  }
}

TEST_CASE("a limit of the size of records is kept, down to the smallest") {
  const Site site;
  for (const uint16_t limit :
       std::vector<uint16_t>{64, 65, 100, 511, 512, 1000, 1024, 4096, 16383}) {
    CAPTURE(limit);
    Flight13 flight(site, Limit(limit));
    CHECK(flight.Says(Limit(16385)));
    CHECK(Longest(flight.lengths) <= limit + kTag);
    flight.visitor.peer.HearFlight();
    flight.visitor.SayRest();
    flight.visitor.session->Write(AsBytes(std::string(20'000, 'x')));
    CHECK(Longest(Lengths(flight.visitor.to_client)) <= limit + kTag);
  }
}

TEST_CASE("with a limit of the size of records the fragment length does not count") {
  const Site site;
  Flight13 flight(site, Join({Fragment(1), Limit(2048)}));
  CHECK(flight.Says(Limit(16385)));
  CHECK_FALSE(flight.Says(Fragment(1)));
  // EncryptedExtensions, CertificateRequest, Certificate, CertificateVerify, Finished.
  CHECK(flight.lengths.size() == 5);
}

TEST_CASE("a size of records that there is not is an illegal parameter") {
  const Site site;
  for (const Bytes& extension : {Limit(63), Limit(0), Fragment(0), Fragment(5)})
    CheckRefused(site, extension, kIllegalParameter);
}

TEST_CASE("a size of records of the wrong length cannot be decoded") {
  const Site site;
  for (const Bytes& data : {Bytes{}, Bytes{1}, Bytes{4, 0, 0}})
    CheckRefused(site, HelloExtension(kRecordSizeLimit, data), kDecodeError);
  for (const Bytes& data : {Bytes{}, Bytes{1, 1}})
    CheckRefused(site, HelloExtension(kMaxFragmentLength, data), kDecodeError);
}

TEST_CASE(
    "a server of TLS 1.2 agrees to a limit of the size of records, in place of a fragment length") {
  const Site site;
  Visitor visitor(site);
  visitor.SayHello(With12(Join({Limit(600), Fragment(1)})));
  const auto hello = visitor.peer.Hear();
  REQUIRE(hello);
  CHECK(ExtensionOf(hello->whole, kRecordSizeLimit) == Number16(16384));
  CHECK(ExtensionOf(hello->whole, kMaxFragmentLength).empty());
}

TEST_CASE("a service's limit of the size of records is kept by the gateway") {
  const Identity ca = Authority("services");
  const Identity own = Server(ca);
  Upstream upstream(ca, snapshot::TlsVersion::kTls13);
  upstream.Step();
  HandmadeServer service(upstream.to_service, upstream.to_gateway);
  service.HearClientHello();
  CHECK(ExtensionOf(service.client_hello(), kRecordSizeLimit) == Number16(16385));
  service.SayServerHello();
  service.StartHandshakeKeys();
  service.Say(Message(kEncryptedExtensions, Vector16(Limit(100))));
  service.SayCertificate(own);
  service.SayCertificateVerify(own, {0x0403, MBEDTLS_MD_SHA256});
  service.SayFinished();
  REQUIRE_MESSAGE(upstream.Step() == tls::SessionProgress::kDone, upstream.session->error().detail);
  upstream.to_service.bytes.clear();
  upstream.session->Write(AsBytes(std::string(5000, 'x')));
  CHECK(Longest(Lengths(upstream.to_service)) <= 100 + kTag);
}

}  // namespace pinlatch::test
