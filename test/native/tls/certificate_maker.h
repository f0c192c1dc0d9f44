// Owns keys and certificates for tests: made on the spot, with any validity, name and extension.
// Written on mbedTLS alone, not on the issuer that it helps to test.
#pragma once

#include <mbedtls/pk.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"

namespace pinlatch::test {

// kNow is the moment that tests judge certificates at: 2026-06-01T00:00:00Z.
inline constexpr UnixSeconds kNow = 1780272000;
inline constexpr UnixSeconds kDay = 86400;

enum class KeyKind : uint8_t { kP256, kP384, kP521, kRsa2048, kRsa1024 };

// Key owns a private key. RSA keys are made once a process, because that is slow.
class Key {
 public:
  explicit Key(KeyKind kind = KeyKind::kP256);
  ~Key();
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
  mbedtls_pk_context& context() const { return context_; }
  // Pem is the SEC1 or PKCS#1 form, Pkcs8 the PKCS#8 form (EC on P-256 only).
  std::string Pem() const;

 private:
  mutable mbedtls_pk_context context_;
};

// Extension is one raw extension; `oid` and `value` are content octets.
struct Extension {
  std::string oid;
  bool critical = false;
  std::string value;
};

// Template says what a certificate holds. Names are mbedTLS text, first attribute first.
struct Template {
  std::string subject = "CN=leaf";
  UnixSeconds not_before = kNow - kDay;
  UnixSeconds not_after = kNow + kDay;
  bool authority = false;
  bool basic_constraints = true;
  unsigned key_usage = 0;         // 0: by `authority`
  std::string purpose;            // OID content octets; empty: no extendedKeyUsage
  std::string alternative_names;  // the extension's DER; empty: none
  std::vector<Extension> extensions;
  std::vector<uint8_t> serial = {0x11, 0x22};
  KeyKind key = KeyKind::kP256;
};

// Identity is a certificate with its key and the name that it issues under.
struct Identity {
  std::shared_ptr<const Key> key;
  std::string subject;
  std::vector<uint8_t> der;
  std::string Pem() const;
  // Sha256 is the fingerprint in lower-case hexadecimal.
  std::string Sha256() const;
};

// Make issues a certificate; without an issuer it signs itself.
Identity Make(const Template& what, const Identity* issuer = nullptr);

// Authority, Server and Client are the usual ones. Server is for the name "localhost".
Identity Authority(const std::string& name, const Identity* issuer = nullptr);
Identity Server(const Identity& issuer, KeyKind key = KeyKind::kP256);
Template ClientTemplate(const std::string& subject = "CN=client");

// Folder is a temporary folder that goes with its files.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  // Write makes a file and returns its path.
  std::string Write(const std::string& name, const std::string& content,
                    unsigned mode = 0600) const;
  std::string Path(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace pinlatch::test
