// Owns PeerIdentity: what is known of a client after its handshake, as a plain value. No mbedTLS
// type leaves this folder through here. Immutable once made; shared between threads as
// shared_ptr<const PeerIdentity>.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"

namespace pinlatch::identity {

using Sha256 = std::array<uint8_t, 32>;
using Sha1 = std::array<uint8_t, 20>;

// PeerIdentity describes one certificate. Names are RFC 4514 text (most specific RDN first), the
// serial is upper-case hexadecimal without separators or leading zero bytes, times are Unix
// seconds.
struct PeerIdentity {
  Sha256 sha256{};       // of the whole DER certificate
  Sha1 sha1{};           // of the whole DER certificate
  Sha256 spki_sha256{};  // of the DER SubjectPublicKeyInfo
  std::string subject;
  std::string issuer;
  std::string serial;
  UnixSeconds not_before = 0;
  UnixSeconds not_after = 0;
  std::vector<std::string> san_dns;
  std::vector<std::string> san_uri;
  std::vector<std::string> san_email;
  std::vector<std::string> san_ip;    // canonical text form
  std::string key_algorithm;          // "EC P-256", "RSA 2048", …
  std::string signature_algorithm;    // "ecdsa-with-SHA256", …
  std::vector<std::string> policies;  // dotted numbers
  std::vector<uint8_t> der;           // the certificate itself
  // issuers is the verified path from the certificate's issuer to the trust anchor, included;
  // nullptr where nothing was verified. Shared by the clients of one issuer (tls/issuer_paths.h).
  std::shared_ptr<const std::vector<std::vector<uint8_t>>> issuers;
};

}  // namespace pinlatch::identity
