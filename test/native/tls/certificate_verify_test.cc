// Covers what a signature of the peer in the handshake may be: of a scheme that was offered, that
// the version signs with, and that fits the certificate's key (RFC 8446 sections 4.2.3 and 4.4.3,
// RFC 5246 section 7.4).
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "keys/random.h"
#include "tls/handmade_peer.h"
#include "tls/handshake_bench.h"
#include "tls/in_flight.h"
#include "tls/rewritten_signature.h"
#include "tls/shake.h"
#include "tls/tls12_service.h"
#include "tls/upstream_bench.h"

namespace pinlatch::test {
namespace {

using tls::SessionProgress;

constexpr int kIllegalParameter = 47;
constexpr int kDecryptError = 51;

struct Attempt {
  KeyKind key;
  Signing signing;
  bool right;
};

// The schemes of RFC 8446 section 4.2.3 under each kind of key, signed as they say.
const std::vector<Attempt> kAttempts = {
    {KeyKind::kP256, {0x0403, MBEDTLS_MD_SHA256}, true},
    {KeyKind::kP256, {0x0503, MBEDTLS_MD_SHA384}, false},  // ecdsa_secp384r1_sha384
    {KeyKind::kP256, {0x0603, MBEDTLS_MD_SHA512}, false},  // ecdsa_secp521r1_sha512
    {KeyKind::kP256, {0x0203, MBEDTLS_MD_SHA1}, false},    // ecdsa_sha1
    {KeyKind::kP256, {0x081A, MBEDTLS_MD_SHA256}, false},  // ecdsa_brainpoolP256r1tls13_sha256
    {KeyKind::kP256, {0x0804, MBEDTLS_MD_SHA256}, false},  // of another kind of key
    {KeyKind::kP256, {0x0807, MBEDTLS_MD_SHA512}, false},  // ed25519
    {KeyKind::kP384, {0x0503, MBEDTLS_MD_SHA384}, true},
    {KeyKind::kP384, {0x0403, MBEDTLS_MD_SHA256}, false},
    {KeyKind::kP384, {0x0603, MBEDTLS_MD_SHA512}, false},
    {KeyKind::kP521, {0x0603, MBEDTLS_MD_SHA512}, true},
    {KeyKind::kP521, {0x0403, MBEDTLS_MD_SHA256}, false},
    {KeyKind::kP521, {0x0503, MBEDTLS_MD_SHA384}, false},
    {KeyKind::kRsa2048, {0x0804, MBEDTLS_MD_SHA256, true}, true},
    {KeyKind::kRsa2048, {0x0805, MBEDTLS_MD_SHA384, true}, true},
    {KeyKind::kRsa2048, {0x0806, MBEDTLS_MD_SHA512, true}, true},
    {KeyKind::kRsa2048, {0x0401, MBEDTLS_MD_SHA256}, false},  // rsa_pkcs1_sha256: for certificates
    {KeyKind::kRsa2048, {0x0501, MBEDTLS_MD_SHA384}, false},
    {KeyKind::kRsa2048, {0x0601, MBEDTLS_MD_SHA512}, false},
    {KeyKind::kRsa2048, {0x0201, MBEDTLS_MD_SHA1}, false},          // rsa_pkcs1_sha1
    {KeyKind::kRsa2048, {0x0809, MBEDTLS_MD_SHA256, true}, false},  // rsa_pss_pss_sha256
    {KeyKind::kRsa2048, {0x0403, MBEDTLS_MD_SHA256}, false},
};

struct Outcome {
  bool accepted = false;
  int alert = -1;
  std::string detail;
};

// ClientSigns is a client of `site` that signs with the key of `signer`.
Outcome ClientSigns(const Site& site, const Identity& shown, const Identity& signer,
                    const Signing& signing) {
  Pipe to_server;
  Pipe to_client;
  MemoryStream server_end(to_server, to_client);
  tls::VerdictCache verdicts;
  auto opened = tls::ServerSession::Create(*site.context, server_end, verdicts, nullptr);
  REQUIRE(opened.ok());
  tls::ServerSession& session = *opened;
  HandmadeClient client(to_client, to_server);
  client.SayInClear(client.ClientHello());
  test::Shake(session, kNow);
  REQUIRE(client.HearServerHello());
  client.HearFlight();
  client.SayCertificate(shown);
  client.SayCertificateVerify(signer, signing);
  client.SayFinished();
  const bool accepted = test::Shake(session, kNow) == Progress::kDone;
  CHECK((session.peer() != nullptr) == accepted);
  return {accepted, client.HearAlert(), session.error().detail};
}

Outcome ServiceSigns(const Identity& authority, const Identity& shown, const Identity& signer,
                     const Signing& signing) {
  Upstream upstream(authority, snapshot::TlsVersion::kTls12);
  HandmadeServer service(upstream.to_service, upstream.to_gateway);
  upstream.Step();
  service.HearClientHello();
  service.SayServerHello();
  service.StartHandshakeKeys();
  service.Say(Message(kEncryptedExtensions, Vector16({})));
  service.SayCertificate(shown);
  service.SayCertificateVerify(signer, signing);
  service.SayFinished();
  const bool accepted = upstream.Step() == SessionProgress::kDone;
  return {accepted, accepted ? -1 : service.HearAlert(), upstream.session->error().detail};
}

void Check(const Outcome& outcome, const Attempt& attempt) {
  CAPTURE(static_cast<int>(attempt.key));
  CAPTURE(attempt.signing.scheme);
  CAPTURE(outcome.detail);
  CHECK(outcome.accepted == attempt.right);
  CHECK(outcome.alert == (attempt.right ? -1 : kIllegalParameter));
  const bool explained = outcome.detail.find("signed with an algorithm") != std::string::npos;
  CHECK(explained != attempt.right);
}

void SetScheme(Bytes& message, size_t at, int scheme) {
  message[at] = static_cast<uint8_t>(scheme >> 8);
  message[at + 1] = static_cast<uint8_t>(scheme);
}

// Tls12Attempt joins the gateway and a TLS 1.2 service whose `message` is changed on its way.
struct Tls12Attempt {
  Tls12Attempt(const Identity& authority, const Identity& own, uint8_t message,
               const std::function<void(Bytes&)>& change)
      : upstream(authority, snapshot::TlsVersion::kTls12), service(own, upstream.service_end) {
    bool changed = false;
    for (int round = 0; round < 8; ++round) {
      upstream.Step();
      service.Step();
      changed = AlterInFlight(upstream.to_gateway, message, change) || changed;
    }
    REQUIRE(changed);
  }
  Upstream upstream;
  Tls12Service service;
};

}  // namespace

TEST_CASE("a client's signature in TLS 1.3 is of a scheme that fits its key") {
  const Site site;
  for (const Attempt& attempt : kAttempts) {
    Template what = ClientTemplate();
    what.key = attempt.key;
    const Identity own = Make(what, &site.client_ca);
    Check(ClientSigns(site, own, own, attempt.signing), attempt);
  }
}

TEST_CASE("a service's signature in TLS 1.3 is of a scheme that fits its key") {
  const Identity authority = Authority("server authority");
  for (const Attempt& attempt : kAttempts) {
    const Identity own = Server(authority, attempt.key);
    Check(ServiceSigns(authority, own, own, attempt.signing), attempt);
  }
}

TEST_CASE("a signature by another key is told so, whatever its scheme") {
  const Site site;
  const Signing signing{0x0403, MBEDTLS_MD_SHA256};
  const Identity client = Make(ClientTemplate(), &site.client_ca);
  const Identity other = Make(ClientTemplate(), &site.client_ca);
  const Outcome of_client = ClientSigns(site, client, other, signing);
  CHECK_FALSE(of_client.accepted);
  CHECK(of_client.detail.find("did not prove possession of its certificate's private key") !=
        std::string::npos);
  CHECK(of_client.alert == kDecryptError);
  const Outcome of_service = ServiceSigns(site.server_ca, Server(site.server_ca), other, signing);
  CHECK_FALSE(of_service.accepted);
  CHECK(of_service.detail.find("did not prove possession of its certificate's private key") !=
        std::string::npos);
  CHECK(of_service.alert == kDecryptError);
}

TEST_CASE("a signature in TLS 1.3 has one form, a client's as a service's") {
  const Site site;
  const Identity client = Make(ClientTemplate(), &site.client_ca);
  const Identity service = Server(site.server_ca);
  for (const SecondForm& form : SecondForms()) {
    CAPTURE(form.name);
    const Signing signing{0x0403, MBEDTLS_MD_SHA256, false, &form.make};
    const Outcome of_client = ClientSigns(site, client, client, signing);
    CHECK_FALSE(of_client.accepted);
    CHECK(of_client.alert == kDecryptError);
    const Outcome of_service = ServiceSigns(site.server_ca, service, service, signing);
    CHECK_FALSE(of_service.accepted);
    CHECK(of_service.alert == kDecryptError);
  }
}

TEST_CASE("an ECDSA signature has one form, whatever it is over and whoever computes") {
  for (const KeyKind kind : {KeyKind::kP256, KeyKind::kP384, KeyKind::kP521}) {
    CAPTURE(static_cast<int>(kind));
    Template what = ClientTemplate();
    what.key = kind;
    const Identity own = Make(what);
    mbedtls_pk_context& key = own.key->context();
    const Bytes hash(32, 0x5A);
    for (int i = 0; i < 16; ++i) {  // of every shape: numbers with and without a sign byte
      Bytes right(MBEDTLS_PK_SIGNATURE_MAX_SIZE);
      size_t size = 0;
      REQUIRE(mbedtls_pk_sign(&key, MBEDTLS_MD_SHA256, hash.data(), hash.size(), right.data(),
                              right.size(), &size, tls::FillRandom, nullptr) == 0);
      right.resize(size);
      const auto verifies = [&](const Bytes& signature) {
        return mbedtls_pk_verify(&key, MBEDTLS_MD_SHA256, hash.data(), hash.size(),
                                 signature.data(), signature.size()) == 0;
      };
      CHECK(verifies(right));
      for (const SecondForm& form : SecondForms()) {
        CAPTURE(form.name);
        CHECK_FALSE(verifies(form.make(right)));
      }
    }
  }
}

TEST_CASE("a service's signature in TLS 1.2 has one form") {
  constexpr uint8_t kServerKeyExchange = 12;
  const Identity authority = Authority("server authority");
  const Identity own = Server(authority);
  // Bytes that are altered on their way keep their number: the sign byte moves from one to the
  // other, so that one number is negative and the other one padded.
  bool rewritten = false;
  while (!rewritten) {
    Tls12Attempt attempt(authority, own, kServerKeyExchange, [&](Bytes& message) {
      constexpr size_t kKeySize = 4 + 1 + 2;  // behind message head, curve type and curve
      const size_t at = kKeySize + 1 + message[kKeySize] + 2 + 2;
      const TwoNumbers two =
          NumbersOf({message.begin() + static_cast<std::ptrdiff_t>(at), message.end()});
      if (two.r[0] != 0 || two.s[0] == 0) return;
      rewritten = true;
      const Bytes second = Tagged(
          0x30, Join({Integer({two.r.begin() + 1, two.r.end()}), Integer(Join({{0}, two.s}))}));
      std::copy(second.begin(), second.end(), message.begin() + static_cast<std::ptrdiff_t>(at));
    });
    if (!rewritten) continue;
    CHECK(attempt.upstream.progress == SessionProgress::kFailed);
    CHECK(attempt.service.alert() == kDecryptError);
  }
}

TEST_CASE("a client's signature in TLS 1.2 is of an algorithm that was asked for") {
  const Site site;
  const Identity right = Make(ClientTemplate(), &site.client_ca);
  for (const int scheme : {0x0203, 0x0303, 0x0401, 0x0804, 0x0807, 0x0809}) {
    CAPTURE(scheme);
    Connection connection(site, {.version = MBEDTLS_SSL_VERSION_TLS1_2, .chain = {&right}});
    bool changed = false;
    for (int round = 0; round < 8 && !changed; ++round) {
      connection.client->Handshake();
      changed = AlterInFlight(connection.to_server, kCertificateVerify,
                              [&](Bytes& message) { SetScheme(message, 4, scheme); });
      connection.progress = test::Shake(*connection.server, kNow);
    }
    REQUIRE(changed);
    CHECK(connection.progress == Progress::kFailed);
    CHECK(connection.server->sent_alert() == kIllegalParameter);
    CHECK(connection.server->peer() == nullptr);
  }
}

TEST_CASE("a service's signature in TLS 1.2 is of an algorithm that was offered and fits its key") {
  constexpr uint8_t kServerKeyExchange = 12;
  const Identity authority = Authority("server authority");
  const Identity own = Server(authority);
  for (const int scheme : {0x0203, 0x0303, 0x0401, 0x0804, 0x0807}) {
    CAPTURE(scheme);
    Tls12Attempt attempt(authority, own, kServerKeyExchange, [&](Bytes& message) {
      constexpr size_t kKeySize = 4 + 1 + 2;  // behind message head, curve type and curve
      SetScheme(message, kKeySize + 1 + message[kKeySize], scheme);
    });
    CHECK(attempt.upstream.progress == SessionProgress::kFailed);
    CHECK(attempt.service.alert() == kIllegalParameter);
  }
}

TEST_CASE("a service's key in TLS 1.2 is of the kind that its cipher suite is authenticated by") {
  const Identity authority = Authority("server authority");
  const Identity own = Server(authority);
  Tls12Attempt attempt(authority, own, kServerHello, [](Bytes& message) {
    const size_t suite = 4 + 2 + 32 + 1 + message[4 + 2 + 32];
    // From TLS_ECDHE_ECDSA_WITH_... to the same with RSA: C02B to C02F, C02C to C030, CCA9 to CCA8.
    REQUIRE((message[suite] == 0xC0 || message[suite + 1] == 0xA9));
    message[suite + 1] =
        static_cast<uint8_t>(message[suite + 1] + (message[suite] == 0xC0 ? 4 : -1));
  });
  CHECK(attempt.upstream.progress == SessionProgress::kFailed);
  CHECK(attempt.service.alert() == kIllegalParameter);
}

}  // namespace pinlatch::test
