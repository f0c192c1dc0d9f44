// Covers own certificates and keys of kinds that the gateway cannot sign with: they are named, and
// what to do about them is said.
#include <doctest/doctest.h>

#include "base/encoding.h"
#include "identity/describe.h"
#include "keys/credential.h"
#include "tls/certificate_maker.h"
#include "tls/other_keys.h"

namespace pinlatch::test::x509 {
namespace {

struct OwnKind {
  const char* name;
  Der algorithm;  // the content of the AlgorithmIdentifier
};

const OwnKind kKinds[] = {
    {"an Ed25519 key", Oid("1.3.101.112")},
    {"an Ed448 key", Oid("1.3.101.113")},
    {"a DSA key", Oid("1.2.840.10040.4.1")},
    {"a key on the curve secp256k1", Oid("1.2.840.10045.2.1") + Oid("1.3.132.0.10")},
    {"a key of the kind 1.2.3.4", Oid("1.2.3.4")},
};
const std::string kCommand = "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256";

std::string Pem(const std::string& label, ByteSpan der) {
  return "-----BEGIN " + label + "-----\n" + Base64Encode(der) + "\n-----END " + label + "-----\n";
}

struct OwnFiles {
  OwnFiles(ByteSpan certificate, const std::string& key) {
    entry.at = "/listeners/edge/certificates/0";
    const std::string sum = HexEncode(identity::Sha256Of(certificate));
    entry.chain = {folder.Write("server.crt", Pem("CERTIFICATE", certificate), 0644), {sum}};
    entry.key.path = folder.Write("server.key", key);
  }

  Folder folder;
  snapshot::Certificate entry;
};

void IsRefused(const OwnFiles& files, ErrorCode code, const std::string& words) {
  const auto loaded = tls::Credential::Load(files.entry);
  REQUIRE_FALSE(loaded.ok());
  CHECK(loaded.error().code == code);
  CAPTURE(loaded.error().detail);
  CHECK(loaded.error().detail.find(words + ", which the gateway cannot sign with") !=
        std::string::npos);
  CHECK(loaded.error().detail.find(kCommand) != std::string::npos);
}

TEST_CASE("an own certificate whose key the gateway cannot sign with is refused by its kind") {
  const Holder root = Ca("CN=root");
  for (const OwnKind& kind : kKinds) {
    Spec spec;
    spec.key_info = Seq(Seq(kind.algorithm) + Bits(Der(32, 'k')));
    const Holder own = Issue(spec, &root);
    IsRefused({own.der, own.key->Pem()}, ErrorCode::kCertificateInvalid,
              std::string("certificate 1 has ") + kind.name);
  }
  Spec spec;
  spec.key_info = PssKeyInfo(Key(KeyKind::kRsa2048));
  const Holder own = Issue(spec, &root);
  IsRefused({own.der, own.key->Pem()}, ErrorCode::kCertificateInvalid,
            "certificate 1 has an RSASSA-PSS key");
}

TEST_CASE("an own RSASSA-PSS key file is named, PEM and DER") {
  const Holder root = Ca("CN=root");
  const Holder own = Issue({}, &root);
  const Der kind = Oid("1.2.840.113549.1.1.10");
  const Der key = Seq(Integer(0) + Seq(kind) + Octets(Octets(Der(32, 'k'))));
  IsRefused({own.der, Pem("PRIVATE KEY", AsBytes(key))}, ErrorCode::kKeyInvalid,
            "server.key is an RSASSA-PSS key");
  IsRefused({own.der, key}, ErrorCode::kKeyInvalid, "server.key is an RSASSA-PSS key");
}

TEST_CASE("an own key that the gateway cannot sign with is refused by its kind, PEM and DER") {
  const Holder root = Ca("CN=root");
  const Holder own = Issue({}, &root);
  for (const OwnKind& kind : kKinds) {
    const Der key = Seq(Integer(0) + Seq(kind.algorithm) + Octets(Octets(Der(32, 'k'))));
    const std::string words = std::string("server.key is ") + kind.name;
    IsRefused({own.der, Pem("PRIVATE KEY", AsBytes(key))}, ErrorCode::kKeyInvalid, words);
    IsRefused({own.der, key}, ErrorCode::kKeyInvalid, words);
  }
}

}  // namespace
}  // namespace pinlatch::test::x509
