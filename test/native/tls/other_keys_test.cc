// Covers what a client proves in TLS 1.3 with an Ed25519 or RSASSA-PSS key (RFC 8446 sections 4.2.3
// and 4.4.3).
#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "tls/handmade_peer.h"
#include "tls/handshake_bench.h"
#include "tls/other_keys.h"
#include "tls/shake.h"

namespace pinlatch::test {
namespace {

constexpr int kUnsupportedCertificate = 43;
constexpr int kIllegalParameter = 47;
constexpr int kDecodeError = 50;
constexpr int kDecryptError = 51;

using Make = std::function<Bytes(const Bytes&)>;
using SayVerify = std::function<void(HandmadeClient&)>;

struct Outcome {
  bool accepted = false;
  int alert = -1;
  std::string detail;
};

// Proves is what comes of a client that shows `shown` and says `say` in the place of its
// CertificateVerify.
Outcome Proves(const Site& site, const Identity& shown, const SayVerify& say) {
  Pipe to_server;
  Pipe to_client;
  MemoryStream server_end(to_server, to_client);
  tls::VerdictCache verdicts;
  auto opened = tls::ServerSession::Create(*site.context, server_end, verdicts, nullptr);
  REQUIRE(opened.ok());
  HandmadeClient client(to_client, to_server);
  client.SayInClear(client.ClientHello());
  test::Shake(*opened, kNow);
  REQUIRE(client.HearServerHello());
  client.HearFlight();
  client.SayCertificate(shown);
  say(client);
  client.SayFinished();
  const bool accepted = test::Shake(*opened, kNow) == Progress::kDone;
  CHECK((opened->peer() != nullptr) == accepted);
  return {accepted, client.HearAlert(), opened->error().detail};
}

Identity Issued(const Site& site, const x509::Der& key_info, std::shared_ptr<const Key> key) {
  x509::Spec spec;
  spec.extensions = x509::UsageExt(0x80);
  spec.key_info = key_info;
  const x509::Holder issuer{site.client_ca.key, site.client_ca.subject, site.client_ca.der};
  const x509::Holder made = x509::Issue(spec, &issuer, std::move(key));
  return {made.key, made.subject, made.der};
}

Bytes ToBytes(const std::string& text) { return {text.begin(), text.end()}; }

Make SigningWith(const EdwardsKey& key) {
  return [key](const Bytes& content) {
    return ToBytes(key.Sign({reinterpret_cast<const char*>(content.data()), content.size()}));
  };
}

SayVerify By(const Identity& own, Signing signing) {
  return [&own, signing](HandmadeClient& client) { client.SayCertificateVerify(own, signing); };
}

TEST_CASE("a client with an Ed25519 key proves it by the scheme ed25519 and no other") {
  const auto key = EdwardsKey::Make();
  const Site site;
  const x509::Der public_half = key ? key->public_half() : x509::Der(32, 'k');
  const Identity own = Issued(site, x509::EdwardsKeyInfo(public_half), nullptr);
  const Make make = key ? SigningWith(*key) : Make([](const Bytes&) { return Bytes(64); });
  const auto proves = [&](uint16_t scheme) {
    return Proves(site, own, By(own, {scheme, MBEDTLS_MD_SHA256, false, nullptr, &make}));
  };
  if (!key) {
    const Outcome refused = proves(0x0807);
    CHECK(refused.alert == kUnsupportedCertificate);
    CHECK(refused.detail.find("it has an Ed25519 key") != std::string::npos);
    return;
  }
  CHECK(proves(0x0807).accepted);
  // ed448, ecdsa_secp256r1_sha256, rsa_pss_rsae_sha256, rsa_pss_pss_sha256, rsa_pkcs1_sha256
  for (const int other : {0x0808, 0x0403, 0x0804, 0x0809, 0x0401}) {
    const auto scheme = static_cast<uint16_t>(other);
    CAPTURE(scheme);
    const Outcome refused = proves(scheme);
    CHECK_FALSE(refused.accepted);
    CHECK(refused.alert == kIllegalParameter);
    CHECK(refused.detail.find("signed with an algorithm") != std::string::npos);
  }
}

TEST_CASE("an Ed25519 signature over something else, or by another key, proves nothing") {
  const auto key = EdwardsKey::Make();
  const auto other = EdwardsKey::Make(2);
  if (!key) return;
  const Site site;
  const Identity own = Issued(site, x509::EdwardsKeyInfo(key->public_half()), nullptr);
  const Make by_other = SigningWith(*other);
  const Make over_other = [&](const Bytes& content) {
    return SigningWith(*key)(Bytes(content.begin() + 1, content.end()));
  };
  const Make too_long = [&](const Bytes& content) {
    return Join({SigningWith(*key)(content), {0}});
  };
  for (const Make* make : {&by_other, &over_other, &too_long}) {
    const Signing signing{0x0807, MBEDTLS_MD_SHA256, false, nullptr, make};
    const Outcome refused = Proves(site, own, By(own, signing));
    CHECK_FALSE(refused.accepted);
    CHECK(refused.alert == kDecryptError);
    CHECK(refused.detail.find("did not prove possession") != std::string::npos);
  }
}

TEST_CASE("a CertificateVerify of an Ed25519 key ends with its signature") {
  const auto key = EdwardsKey::Make();
  if (!key) return;
  const Site site;
  const Identity own = Issued(site, x509::EdwardsKeyInfo(key->public_half()), nullptr);
  for (const Bytes& body : {Join({Number16(0x0807), Vector16(Bytes(64)), {0}}), Number16(0x0807),
                            Join({Number16(0x0807), Number16(65), Bytes(64)})}) {
    const Outcome refused = Proves(
        site, own, [&](HandmadeClient& client) { client.Say(Message(kCertificateVerify, body)); });
    CHECK_FALSE(refused.accepted);
    CHECK(refused.alert == kDecodeError);
  }
}

TEST_CASE("a client with an RSASSA-PSS key proves it by a scheme of that key") {
  const Site site;
  const auto key = std::make_shared<const Key>(KeyKind::kRsa2048);
  const Identity any = Issued(site, x509::PssKeyInfo(*key), key);
  const x509::Der only = x509::PssParameters(x509::kSha256Oid, x509::kSha256Oid, 32);
  const Identity held = Issued(site, x509::PssKeyInfo(*key, only), key);
  const Signing sha256{0x0809, MBEDTLS_MD_SHA256, true};
  const Signing sha384{0x080a, MBEDTLS_MD_SHA384, true};
  const Signing sha512{0x080b, MBEDTLS_MD_SHA512, true};
  for (const Signing& right : {sha256, sha384, sha512}) {
    CHECK(Proves(site, any, By(any, right)).accepted);
  }
  CHECK(Proves(site, held, By(held, sha256)).accepted);
  CHECK(Proves(site, held, By(held, sha384)).alert == kIllegalParameter);
  for (const Identity* own : {&any, &held}) {
    // rsa_pss_rsae_sha256 is of rsaEncryption keys, rsa_pkcs1_sha256 of no handshake.
    for (const Signing& wrong :
         {Signing{0x0804, MBEDTLS_MD_SHA256, true}, Signing{0x0401, MBEDTLS_MD_SHA256, false}}) {
      const Outcome refused = Proves(site, *own, By(*own, wrong));
      CHECK_FALSE(refused.accepted);
      CHECK(refused.alert == kIllegalParameter);
    }
    // Said to be one hash, made with another.
    const Signing lied{0x0809, MBEDTLS_MD_SHA384, true};
    CHECK(Proves(site, *own, By(*own, lied)).alert == kDecryptError);
  }
}

}  // namespace
}  // namespace pinlatch::test
