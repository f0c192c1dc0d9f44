// Covers the table from error codes to alerts, and the order of cipher suites.
#include "session/alerts.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "keys/random.h"
#include "session/cipher_suites.h"

namespace pinlatch::tls {
namespace {

using snapshot::TlsVersion;

TEST_CASE("every certificate error has the alert of the RFCs") {
  for (const TlsVersion version : {TlsVersion::kTls12, TlsVersion::kTls13}) {
    CHECK(AlertFor(ErrorCode::kUnknownCa, version) == 48);
    CHECK(AlertFor(ErrorCode::kCertificateExpired, version) == 45);
    CHECK(AlertFor(ErrorCode::kCertificateNotYetValid, version) == 45);
    CHECK(AlertFor(ErrorCode::kCertificateRevoked, version) == 44);
    CHECK(AlertFor(ErrorCode::kRevocationUnknown, version) == 46);
    CHECK(AlertFor(ErrorCode::kBadCertificate, version) == 42);
    CHECK(AlertFor(ErrorCode::kUnsupportedCertificate, version) == 43);
    CHECK(AlertFor(ErrorCode::kInternal, version) == 80);
  }
  CHECK(AlertFor(ErrorCode::kClientCertificateMissing, TlsVersion::kTls12) == 40);
  CHECK(AlertFor(ErrorCode::kClientCertificateMissing, TlsVersion::kTls13) == 116);
}

TEST_CASE("alerts have the names of RFC 8446") {
  CHECK(AlertName(48) == "unknown_ca");
  CHECK(AlertName(116) == "certificate_required");
  CHECK(AlertName(0) == "close_notify");
  CHECK(AlertName(255) == "unknown");
  CHECK(AlertName(-1) == "unknown");
}

TEST_CASE("all suites are offered once, AEAD with ephemeral ECDH only") {
  std::set<int> seen;
  for (const int* suite = CipherSuites(); *suite != 0; ++suite) {
    CHECK(seen.insert(*suite).second);
    const std::string name(CipherSuiteName(*suite));
    CHECK((name.find("GCM") != std::string::npos || name.find("POLY1305") != std::string::npos));
    CHECK((name.starts_with("TLS_ECDHE_") || name.starts_with("TLS_AES_") ||
           name.starts_with("TLS_CHACHA20_")));
  }
  CHECK(seen.size() == 9);
  CHECK(CipherSuiteName(0).empty());
}

TEST_CASE("random bytes differ and fill what is asked for") {
  std::string a(1000, '\0');
  std::string b(1000, '\0');
  CHECK(FillRandom(nullptr, reinterpret_cast<unsigned char*>(a.data()), a.size()) == 0);
  CHECK(FillRandom(nullptr, reinterpret_cast<unsigned char*>(b.data()), b.size()) == 0);
  CHECK(a != b);
  CHECK(a.substr(900) != std::string(100, '\0'));
  CHECK(FillRandom(nullptr, nullptr, 0) == 0);
}

}  // namespace
}  // namespace pinlatch::tls
