// Covers the way from certificate bytes to a PeerIdentity, and fingerprints.
#include "identity/describe.h"

#include <doctest/doctest.h>
#include <mbedtls/ecp.h>
#include <mbedtls/oid.h>
#include <mbedtls/pk.h>
#include <mbedtls/x509_crt.h>
#include <sys/random.h>

#include <array>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "identity/certificate.h"

namespace pinlatch::identity {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

int Random(void* /*context*/, unsigned char* into, size_t size) {
  return getrandom(into, size, 0) == static_cast<ssize_t>(size) ? 0 : -1;
}

struct Parts {
  std::string subject = "CN=device";
  std::string serial = "\x0a\xbc";
  std::string alternative_names{};  // DER
  std::string odd_extension{};      // DER of the value of a critical, unknown extension
  mbedtls_ecp_group_id group = MBEDTLS_ECP_DP_SECP256R1;
};

void Add(mbedtls_x509write_cert& draft, std::string_view oid, bool critical,
         std::string_view value) {
  if (value.empty()) return;
  CHECK(mbedtls_x509write_crt_set_extension(&draft, oid.data(), oid.size(), critical ? 1 : 0,
                                            reinterpret_cast<const unsigned char*>(value.data()),
                                            value.size()) == 0);
}

std::vector<uint8_t> Make(const Parts& parts) {
  mbedtls_pk_context key;
  mbedtls_pk_init(&key);
  CHECK(mbedtls_pk_setup(&key, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)) == 0);
  CHECK(mbedtls_ecp_gen_key(parts.group, mbedtls_pk_ec(key), Random, nullptr) == 0);
  mbedtls_x509write_cert draft;
  mbedtls_x509write_crt_init(&draft);
  mbedtls_x509write_crt_set_version(&draft, MBEDTLS_X509_CRT_VERSION_3);
  mbedtls_x509write_crt_set_md_alg(&draft, MBEDTLS_MD_SHA256);
  mbedtls_x509write_crt_set_subject_key(&draft, &key);
  mbedtls_x509write_crt_set_issuer_key(&draft, &key);
  CHECK(mbedtls_x509write_crt_set_subject_name(&draft, parts.subject.c_str()) == 0);
  CHECK(mbedtls_x509write_crt_set_issuer_name(&draft, "CN=authority") == 0);
  std::string serial = parts.serial;
  CHECK(mbedtls_x509write_crt_set_serial_raw(
            &draft, reinterpret_cast<unsigned char*>(serial.data()), serial.size()) == 0);
  CHECK(mbedtls_x509write_crt_set_validity(&draft, "20240229235959", "20500101000000") == 0);
  Add(draft, MBEDTLS_OID_SUBJECT_ALT_NAME, false, parts.alternative_names);
  Add(draft, "\x2a\x03\x04", true, parts.odd_extension);
  std::array<unsigned char, 4096> buffer{};
  const int size = mbedtls_x509write_crt_der(&draft, buffer.data(), buffer.size(), Random, nullptr);
  CHECK(size > 0);
  mbedtls_x509write_crt_free(&draft);
  mbedtls_pk_free(&key);
  return {buffer.end() - size, buffer.end()};
}

// Names is a subjectAltName of `content`, which must be shorter than 128 octets.
std::string Names(std::string_view content) {
  return std::string{0x30, static_cast<char>(content.size())} + std::string(content);
}

TEST_CASE("a certificate is described by its fields and fingerprints") {
  const auto der = Make({});
  const auto described = Describe(der);
  REQUIRE(described.ok());
  CHECK(described->subject == "CN=device");
  CHECK(described->issuer == "CN=authority");
  CHECK(described->serial == "0ABC");
  CHECK(described->not_before == 1709251199);
  CHECK(described->not_after == 2524608000);
  CHECK(described->key_algorithm == "EC P-256");
  CHECK(described->signature_algorithm == "ecdsa-with-SHA256");
  CHECK(described->sha256 == Sha256Of(der));
  CHECK(described->sha1 == Sha1Of(der));
  const auto parsed = NewCertificate();
  REQUIRE(AppendCertificate(*parsed, der) == 0);
  CHECK(described->spki_sha256 == Sha256Of({parsed->pk_raw.p, parsed->pk_raw.len}));
  CHECK(described->san_dns.empty());
}

TEST_CASE("key algorithms are named by curve and size") {
  CHECK(Describe(Make({.group = MBEDTLS_ECP_DP_SECP384R1}))->key_algorithm == "EC P-384");
  CHECK(Describe(Make({.group = MBEDTLS_ECP_DP_SECP521R1}))->key_algorithm == "EC P-521");
}

TEST_CASE("serial numbers have no leading zero octets, and zero is one") {
  CHECK(Describe(Make({.serial = "\x00\x80\x01"s}))->serial == "8001");
  CHECK(Describe(Make({.serial = std::string(1, '\0')}))->serial == "00");
}

TEST_CASE("alternative names are sorted by kind and keep their order") {
  const auto described =
      Describe(Make({.alternative_names = Names(
                         "\x82\x01"
                         "b"
                         "\x82\x01"
                         "a"
                         "\x86\x09spiffe://"
                         "\x81\x03"
                         "a@b"
                         "\x87\x04\x0a\x00\x00\x01"
                         "\x87\x10\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"
                         "\x88\x03\x2a\x03\x04"sv)}));
  REQUIRE(described.ok());
  CHECK((described->san_dns == std::vector<std::string>{"b", "a"}));
  CHECK((described->san_uri == std::vector<std::string>{"spiffe://"}));
  CHECK((described->san_email == std::vector<std::string>{"a@b"}));
  CHECK((described->san_ip == std::vector<std::string>{"10.0.0.1", "2001:db8::1"}));
}

TEST_CASE("an alternative name is not cut at a NUL and cannot break a line") {
  const auto described = Describe(Make({.alternative_names = Names("\x82\x06"
                                                                   "a\0b.cd"
                                                                   "\x86\x04"
                                                                   "a\r\n\\"
                                                                   "\x81\x01\xe9"sv)}));
  REQUIRE(described.ok());
  CHECK(described->san_dns.front() == "a\\00b.cd");
  CHECK(described->san_uri.front() == "a\\0d\\0a\\5c");
  CHECK(described->san_email.front() == "\\e9");
}

TEST_CASE("an unknown critical extension does not matter to a description") {
  CHECK(Describe(Make({.odd_extension = "\x05\x00"s})).ok());
}

TEST_CASE("what is no certificate is refused at every length") {
  const auto der = Make({});
  for (size_t size = 0; size < der.size(); ++size) {
    const auto described = Describe(ByteSpan(der).first(size));
    CHECK_FALSE(described.ok());
    if (!described.ok()) CHECK(described.error().code == ErrorCode::kBadCertificate);
  }
  auto longer = der;
  longer.push_back(0);
  CHECK_FALSE(Describe(longer).ok());
}

TEST_CASE("fingerprints are SHA-256 and SHA-1") {
  CHECK(HexEncode(Sha256Of(AsBytes("abc"))) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(HexEncode(Sha1Of(AsBytes("abc"))) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(HexEncode(Sha256Of({})) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace pinlatch::identity
