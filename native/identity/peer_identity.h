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
  std::vector<std::string> san_ip;  // canonical text form
  // other_mailboxes are those of otherNames (SmtpUTF8Mailbox, RFC 9598), UTF-8; empty: malformed.
  std::vector<std::string> other_mailboxes;
  std::string key_algorithm;        // "EC P-256", "RSA 2048", …
  std::string signature_algorithm;  // "ecdsa-with-SHA256", …
  // asserted_policies are what the certificate says, policies what the path leaves valid of that
  // (trust/policy_rules.h): none where no path was verified. Dotted numbers.
  std::vector<std::string> asserted_policies;
  std::vector<std::string> policies;
  // The certificates as the client presented them, DER, leaf first: what it takes to judge it again
  // when trust changes. The leaf alone in an identity that was made of one certificate.
  std::vector<std::vector<uint8_t>> chain;
  // issuers is the verified path from the certificate's issuer to the trust anchor, included;
  // nullptr where nothing was verified. Shared by the clients of one issuer
  // (verdict/issuer_paths.h).
  std::shared_ptr<const std::vector<std::vector<uint8_t>>> issuers;

  // leaf is the certificate itself, DER.
  const std::vector<uint8_t>& leaf() const { return chain.front(); }
};

}  // namespace pinlatch::identity
