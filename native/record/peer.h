// Owns Peer: what an exchange knows of the client's connection. Plain data, owned by the
// connection.
#pragma once

#include <memory>
#include <string>

#include "base/address_octets.h"
#include "identity/peer_identity.h"
#include "snapshot/model.h"

namespace pinlatch::proxy {

struct Peer {
  std::string remote_ip;
  std::string remote;  // address and port, for logs
  AddressOctets address;
  uint16_t remote_port = 0;
  std::string via;                // the proxy whose PROXY header named the client; "": none
  bool is_trusted_proxy = false;  // its X-Forwarded-For is passed on
  uint16_t local_port = 0;        // that the client connected to
  AddressOctets local_address;
  std::string listener_name;
  uint16_t listener_number = 0;  // in the generation that the connection began under
  snapshot::TlsVersion tls_version = snapshot::TlsVersion::kTls12;
  std::string_view cipher;                                 // static text
  std::string server_name;                                 // canonical; "": none
  bool resumed = false;                                    // by a session ticket
  std::shared_ptr<const identity::PeerIdentity> identity;  // nullptr: none was presented
};

}  // namespace pinlatch::proxy
