// Owns the question whether a server's certificate is for the name that it was asked by (RFC 9525,
// RFC 6125). Pure.
#pragma once

#include <string>
#include <string_view>

#include "identity/peer_identity.h"

namespace pinlatch::tls {

// ServerIdentity is who a server must prove to be.
struct ServerIdentity {
  // name is a DNS name in any case, without final dot, or the text of an IP address as identity/
  // writes it.
  std::string name;
  bool is_address = false;  // then no server name is sent (RFC 6066 section 3)

  bool operator==(const ServerIdentity&) const = default;
};

// Proves says whether the certificate is for `who`: by a dNSName of its subjectAltName, whose first
// label may be "*" and then stands for exactly one label, or by an iPAddress. The subject never
// counts (RFC 9525 section 2).
bool Proves(const identity::PeerIdentity& certificate, const ServerIdentity& who);

// NamesOf lists what the certificate is for, for a log.
std::string NamesOf(const identity::PeerIdentity& certificate);

}  // namespace pinlatch::tls
