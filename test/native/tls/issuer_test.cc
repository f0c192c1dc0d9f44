// Covers the making of demo certificates: what is in them, and that they serve.
#include "keys/issuer.h"

#include <doctest/doctest.h>
#include <mbedtls/oid.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "identity/certificate.h"
#include "identity/describe.h"
#include "keys/credential.h"
#include "material/certificate_file.h"
#include "tls/certificate_maker.h"
#include "trust/trust_bundle.h"
#include "trust/verifier.h"

namespace pinlatch::test {
namespace {

using Kind = tls::IssueRequest::Kind;

std::string ReadText(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::vector<uint8_t> ReadDer(const std::string& path) {
  const auto found = material::SplitCertificates(AsBytes(ReadText(path)));
  CHECK(found.ok());
  return found.ok() && !found->empty() ? found->front() : std::vector<uint8_t>{};
}

unsigned ModeOf(const std::string& path) {
  struct stat status {};
  CHECK(stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

struct IssuerFixture {
  tls::IssueRequest Request(Kind kind, const std::string& name) const {
    tls::IssueRequest request;
    request.kind = kind;
    request.subject = "CN=" + name + ",OU=demo,O=Lab";
    request.not_before = kNow - kDay;
    request.not_after = kNow + 365 * kDay;
    request.certificate_path = folder.Path(name + ".crt");
    request.key_path = folder.Path(name + ".key");
    if (kind != Kind::kAuthority) {
      request.issuer_certificate_path = folder.Path("ca.crt");
      request.issuer_key_path = folder.Path("ca.key");
    }
    return request;
  }
  Status Make(Kind kind, const std::string& name) const { return tls::Issue(Request(kind, name)); }

  Folder folder;
};

TEST_CASE_FIXTURE(IssuerFixture, "an authority, a server and a client are issued and verify") {
  REQUIRE(Make(Kind::kAuthority, "ca").ok());
  tls::IssueRequest server = Request(Kind::kServer, "server");
  server.dns_names = {"localhost", "board.local"};
  server.ip_addresses = {"127.0.0.1", "::1"};
  REQUIRE(tls::Issue(server).ok());
  REQUIRE(Make(Kind::kClient, "client").ok());

  const auto ca = ReadDer(folder.Path("ca.crt"));
  const auto client = ReadDer(folder.Path("client.crt"));
  snapshot::Trust trust;
  trust.name = "demo";
  const auto bundle = tls::TrustBundle::FromBytes(trust, ca, {});
  REQUIRE(bundle.ok());
  const ByteSpan chain[] = {client};
  const tls::Verdict verdict = tls::Verify({.chain = chain,
                                            .trust = **bundle,
                                            .purpose = tls::Purpose::kClientAuth,
                                            .now = kNow,
                                            .limits = (*bundle)->limits()});
  CHECK_MESSAGE(verdict.accepted(), verdict.refusal->ToString());

  snapshot::Certificate entry;
  const auto server_der = ReadDer(folder.Path("server.crt"));
  const auto described = identity::Describe(server_der);
  REQUIRE(described.ok());
  CHECK(described->subject == "CN=server,OU=demo,O=Lab");
  CHECK(described->issuer == "CN=ca,OU=demo,O=Lab");
  CHECK(described->serial.size() == 32);
  CHECK(described->san_dns == std::vector<std::string>{"localhost", "board.local"});
  CHECK(described->san_ip == std::vector<std::string>{"127.0.0.1", "::1"});
  CHECK(described->not_after == kNow + 365 * kDay);
  const std::string fingerprint = test::Identity{nullptr, "", server_der}.Sha256();
  entry.chain = {folder.Path("server.crt"), {fingerprint}};
  entry.key.path = folder.Path("server.key");
  const auto loaded = tls::Credential::Load(entry);
  CHECK_MESSAGE(loaded.ok(), loaded.error().detail);
}

TEST_CASE_FIXTURE(IssuerFixture, "extensions are as RFC 5280 wants them") {
  REQUIRE(Make(Kind::kAuthority, "ca").ok());
  REQUIRE(Make(Kind::kClient, "client").ok());
  const auto ca = identity::NewCertificate();
  const auto client = identity::NewCertificate();
  REQUIRE(identity::AppendCertificate(*ca, ReadDer(folder.Path("ca.crt"))) == 0);
  REQUIRE(identity::AppendCertificate(*client, ReadDer(folder.Path("client.crt"))) == 0);
  CHECK(ca->ca_istrue == 1);
  CHECK(mbedtls_x509_crt_check_key_usage(
            ca.get(), MBEDTLS_X509_KU_KEY_CERT_SIGN | MBEDTLS_X509_KU_CRL_SIGN) == 0);
  CHECK(client->ca_istrue == 0);
  CHECK(mbedtls_x509_crt_check_key_usage(client.get(), MBEDTLS_X509_KU_DIGITAL_SIGNATURE) == 0);
  CHECK(mbedtls_x509_crt_check_key_usage(client.get(), MBEDTLS_X509_KU_KEY_CERT_SIGN) != 0);
  CHECK(mbedtls_x509_crt_check_extended_key_usage(client.get(), MBEDTLS_OID_SERVER_AUTH,
                                                  MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)) != 0);
  CHECK(client->subject_key_id.len == 20);
  CHECK(client->authority_key_id.keyIdentifier.len == 20);
  const std::string_view der = AsText({client->raw.p, client->raw.len});
  // basicConstraints and keyUsage, each with critical TRUE.
  CHECK(der.find(std::string_view("\x55\x1d\x13\x01\x01\xff", 6)) != std::string_view::npos);
  CHECK(der.find(std::string_view("\x55\x1d\x0f\x01\x01\xff", 6)) != std::string_view::npos);
}

TEST_CASE_FIXTURE(IssuerFixture, "keys are private, certificates are not, whatever the umask") {
  const mode_t before = umask(0077);
  REQUIRE(Make(Kind::kAuthority, "ca").ok());
  umask(before);
  CHECK(ModeOf(folder.Path("ca.key")) == 0600);
  CHECK(ModeOf(folder.Path("ca.crt")) == 0644);
}

TEST_CASE_FIXTURE(IssuerFixture, "an existing file stays, and no half of a pair is left behind") {
  const std::string taken = folder.Write("ca.crt", "mine", 0644);
  const Status status = Make(Kind::kAuthority, "ca");
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().code == ErrorCode::kSystem);
  CHECK(status.error().detail.find("ca.crt: File exists") != std::string::npos);
  CHECK(ReadText(taken) == "mine");
  CHECK_FALSE(std::ifstream(folder.Path("ca.key")).good());
  folder.Write("other.key", "mine");
  CHECK_FALSE(Make(Kind::kAuthority, "other").ok());
  CHECK(ReadText(folder.Path("other.key")) == "mine");
  CHECK_FALSE(std::ifstream(folder.Path("other.crt")).good());
}

TEST_CASE_FIXTURE(IssuerFixture, "requests that make no sense are refused") {
  REQUIRE(Make(Kind::kAuthority, "ca").ok());
  REQUIRE(Make(Kind::kClient, "client").ok());
  tls::IssueRequest request = Request(Kind::kClient, "a");
  request.subject = "no name";
  CHECK(tls::Issue(request).error().code == ErrorCode::kCertificateInvalid);
  request = Request(Kind::kClient, "a");
  request.not_after = request.not_before;
  CHECK(tls::Issue(request).error().code == ErrorCode::kCertificateInvalid);
  request = Request(Kind::kClient, "a");
  request.ip_addresses = {"300.1.1.1"};
  CHECK(tls::Issue(request).error().code == ErrorCode::kCertificateInvalid);
  request = Request(Kind::kClient, "a");
  request.dns_names = {"white space"};
  CHECK(tls::Issue(request).error().code == ErrorCode::kCertificateInvalid);
  request = Request(Kind::kClient, "a");
  request.issuer_certificate_path.clear();
  CHECK(tls::Issue(request).error().code == ErrorCode::kCertificateInvalid);
  request = Request(Kind::kClient, "a");
  request.issuer_certificate_path = folder.Path("client.crt");
  request.issuer_key_path = folder.Path("client.key");
  CHECK(tls::Issue(request).error().code == ErrorCode::kCertificateInvalid);
  request = Request(Kind::kClient, "a");
  request.issuer_key_path = folder.Path("client.key");
  CHECK(tls::Issue(request).error().code == ErrorCode::kKeyInvalid);
}

}  // namespace
}  // namespace pinlatch::test
