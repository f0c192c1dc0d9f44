// Owns a listener with several certificates, server names and trust bundles, for tests.
#include "tls/named_site.h"

#include <doctest/doctest.h>
#include <mbedtls/oid.h>

#include <utility>

#include "keys/credential.h"
#include "trust/trust_bundle.h"

namespace pinlatch::test {

Identity ServerFor(const Identity& issuer, const std::vector<std::string>& names, KeyKind key) {
  Template what;
  what.subject = "CN=" + names.front();
  what.purpose = MBEDTLS_OID_SERVER_AUTH;
  what.key = key;
  std::string all;
  for (const std::string& name : names) {
    all += '\x82' + std::string(1, static_cast<char>(name.size())) + name;
  }
  what.alternative_names = '\x30' + std::string(1, static_cast<char>(all.size())) + all;
  return test::Make(what, &issuer);
}

void NamedSite::Add(const Identity& own, std::vector<std::string> names) {
  const std::string number = std::to_string(listener.certificates.size());
  snapshot::Certificate certificate;
  certificate.at = "/listeners/edge/certificates/" + number;
  certificate.chain = {folder.Write(number + ".crt", own.Pem(), 0644), {own.Sha256()}};
  certificate.key.path = folder.Write(number + ".key", own.key->Pem());
  certificate.names = std::move(names);
  listener.certificates.push_back(certificate);
}

void NamedSite::Name(std::string name, uint32_t trust, snapshot::ClientAuth auth,
                     snapshot::TlsVersion least) {
  listener.names.push_back({std::move(name), "/listeners/edge/names/x", auth, trust, least});
}

std::shared_ptr<const tls::TrustBundle> NamedSite::Bundle(const std::string& name,
                                                          const Identity& ca,
                                                          const std::vector<uint8_t>& crl) {
  snapshot::Trust trust;
  trust.name = name;
  trust.at = "/trust/" + name;
  trust.ca.push_back({folder.Write(name + ".crt", ca.Pem(), 0644), {ca.Sha256()}});
  if (!crl.empty()) {
    trust.revocation.emplace();
    trust.revocation->files.push_back(folder.Write(name + ".crl", std::string(AsText(crl)), 0644));
  }
  auto bundle = tls::TrustBundle::Load(trust, kNow);
  REQUIRE_MESSAGE(bundle.ok(), bundle.error().detail);
  return *bundle;
}

std::unique_ptr<const tls::ServerContext> NamedSite::Make(const std::vector<uint8_t>& devices_crl) {
  tls::Credentials credentials;
  for (const snapshot::Certificate& certificate : listener.certificates) {
    auto credential = tls::Credential::Load(certificate);
    REQUIRE_MESSAGE(credential.ok(), credential.error().detail);
    credentials.push_back(*credential);
  }
  const std::shared_ptr<const tls::TrustBundle> bundles[] = {
      Bundle("devices", devices, devices_crl), Bundle("staff", staff, {})};
  auto made = tls::ServerContext::Create(listener, tickets, credentials, bundles);
  REQUIRE_MESSAGE(made.ok(), made.error().detail);
  return *std::move(made);
}

}  // namespace pinlatch::test
