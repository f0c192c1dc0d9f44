// Owns keys and certificates for tests.
#include "tls/certificate_maker.h"

#include <doctest/doctest.h>
#include <mbedtls/ecp.h>
#include <mbedtls/oid.h>
#include <mbedtls/rsa.h>
#include <mbedtls/x509_crt.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/encoding.h"
#include "base/pem.h"
#include "identity/describe.h"
#include "keys/random.h"

namespace pinlatch::test {
namespace {

std::string TimeText(UnixSeconds seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y%m%d%H%M%S", &parts);
  return text.data();
}

void GenerateRsa(mbedtls_pk_context& context, unsigned bits) {
  static std::map<unsigned, std::string> made;
  std::string& pem = made[bits];
  if (pem.empty()) {
    REQUIRE(mbedtls_pk_setup(&context, mbedtls_pk_info_from_type(MBEDTLS_PK_RSA)) == 0);
    REQUIRE(mbedtls_rsa_gen_key(mbedtls_pk_rsa(context), tls::FillRandom, nullptr, bits, 65537) ==
            0);
    std::array<unsigned char, 8192> text{};
    REQUIRE(mbedtls_pk_write_key_pem(&context, text.data(), text.size()) == 0);
    pem = reinterpret_cast<const char*>(text.data());
    return;
  }
  REQUIRE(mbedtls_pk_parse_key(&context, reinterpret_cast<const unsigned char*>(pem.c_str()),
                               pem.size() + 1, nullptr, 0, tls::FillRandom, nullptr) == 0);
}

void GenerateEc(mbedtls_pk_context& context, mbedtls_ecp_group_id group) {
  REQUIRE(mbedtls_pk_setup(&context, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)) == 0);
  REQUIRE(mbedtls_ecp_gen_key(group, mbedtls_pk_ec(context), tls::FillRandom, nullptr) == 0);
}

void AddExtension(mbedtls_x509write_cert& draft, const Extension& extension) {
  REQUIRE(mbedtls_x509write_crt_set_extension(
              &draft, extension.oid.data(), extension.oid.size(), extension.critical ? 1 : 0,
              reinterpret_cast<const unsigned char*>(extension.value.data()),
              extension.value.size()) == 0);
}

void AddExtensions(mbedtls_x509write_cert& draft, const Template& what) {
  if (what.basic_constraints) {
    REQUIRE(mbedtls_x509write_crt_set_basic_constraints(&draft, what.authority ? 1 : 0, -1) == 0);
  }
  unsigned usage = what.key_usage;
  if (usage == 0) {
    usage = what.authority ? MBEDTLS_X509_KU_KEY_CERT_SIGN | MBEDTLS_X509_KU_CRL_SIGN
                           : MBEDTLS_X509_KU_DIGITAL_SIGNATURE;
  }
  REQUIRE(mbedtls_x509write_crt_set_key_usage(&draft, usage) == 0);
  REQUIRE(mbedtls_x509write_crt_set_subject_key_identifier(&draft) == 0);
  REQUIRE(mbedtls_x509write_crt_set_authority_key_identifier(&draft) == 0);
  if (!what.purpose.empty()) {
    const auto size = static_cast<char>(what.purpose.size());
    AddExtension(draft,
                 {MBEDTLS_OID_EXTENDED_KEY_USAGE, false,
                  std::string{0x30, static_cast<char>(size + 2), 0x06, size} + what.purpose});
  }
  if (!what.alternative_names.empty()) {
    AddExtension(draft, {MBEDTLS_OID_SUBJECT_ALT_NAME, false, what.alternative_names});
  }
  for (const Extension& extension : what.extensions) AddExtension(draft, extension);
}

}  // namespace

Key::Key(KeyKind kind) {
  mbedtls_pk_init(&context_);
  switch (kind) {
    case KeyKind::kP256:
      GenerateEc(context_, MBEDTLS_ECP_DP_SECP256R1);
      break;
    case KeyKind::kP384:
      GenerateEc(context_, MBEDTLS_ECP_DP_SECP384R1);
      break;
    case KeyKind::kP521:
      GenerateEc(context_, MBEDTLS_ECP_DP_SECP521R1);
      break;
    case KeyKind::kRsa2048:
      GenerateRsa(context_, 2048);
      break;
    case KeyKind::kRsa1024:
      GenerateRsa(context_, 1024);
      break;
  }
}

Key::~Key() { mbedtls_pk_free(&context_); }

std::string Key::Pem() const {
  std::array<unsigned char, 8192> text{};
  REQUIRE(mbedtls_pk_write_key_pem(&context_, text.data(), text.size()) == 0);
  return reinterpret_cast<const char*>(text.data());
}

std::string Identity::Pem() const { return PemEncode("CERTIFICATE", der); }

std::string Identity::Sha256() const { return HexEncode(identity::Sha256Of(der)); }

Identity Make(const Template& what, const Identity* issuer) {
  Identity made;
  made.key = std::make_shared<const Key>(what.key);
  made.subject = what.subject;
  mbedtls_x509write_cert draft;
  mbedtls_x509write_crt_init(&draft);
  mbedtls_x509write_crt_set_version(&draft, MBEDTLS_X509_CRT_VERSION_3);
  mbedtls_x509write_crt_set_md_alg(&draft, MBEDTLS_MD_SHA256);
  mbedtls_x509write_crt_set_subject_key(&draft, &made.key->context());
  mbedtls_x509write_crt_set_issuer_key(
      &draft, issuer == nullptr ? &made.key->context() : &issuer->key->context());
  const std::string& issuer_name = issuer == nullptr ? what.subject : issuer->subject;
  REQUIRE(mbedtls_x509write_crt_set_subject_name(&draft, what.subject.c_str()) == 0);
  REQUIRE(mbedtls_x509write_crt_set_issuer_name(&draft, issuer_name.c_str()) == 0);
  auto serial = what.serial;
  REQUIRE(mbedtls_x509write_crt_set_serial_raw(&draft, serial.data(), serial.size()) == 0);
  REQUIRE(mbedtls_x509write_crt_set_validity(&draft, TimeText(what.not_before).c_str(),
                                             TimeText(what.not_after).c_str()) == 0);
  AddExtensions(draft, what);
  std::array<unsigned char, 8192> buffer{};
  const int size =
      mbedtls_x509write_crt_der(&draft, buffer.data(), buffer.size(), tls::FillRandom, nullptr);
  mbedtls_x509write_crt_free(&draft);
  REQUIRE(size > 0);
  made.der.assign(buffer.end() - size, buffer.end());
  return made;
}

Identity Authority(const std::string& name, const Identity* issuer) {
  Template what;
  what.subject = "CN=" + name;
  what.authority = true;
  return Make(what, issuer);
}

Identity Server(const Identity& issuer, KeyKind key) {
  Template what;
  what.subject = "CN=localhost";
  what.purpose = MBEDTLS_OID_SERVER_AUTH;
  what.alternative_names = std::string("\x30\x0b\x82\x09localhost", 13);
  what.key = key;
  return Make(what, &issuer);
}

Template ClientTemplate(const std::string& subject) {
  Template what;
  what.subject = subject;
  what.purpose = MBEDTLS_OID_CLIENT_AUTH;
  return what;
}

Folder::Folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "pinlatch-test-XXXXXX").string();
  REQUIRE(mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Folder::Write(const std::string& name, const std::string& content,
                          unsigned mode) const {
  const std::string path = Path(name);
  std::ofstream(path, std::ios::binary) << content;
  REQUIRE(chmod(path.c_str(), mode) == 0);
  return path;
}

}  // namespace pinlatch::test
