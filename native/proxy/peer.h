// Owns Peer: what an exchange knows of the client's connection. Plain data, owned by the
// connection.
#pragma once

#include <memory>
#include <string>

#include "identity/peer_identity.h"
#include "policy/pin_match.h"
#include "proxy/generation.h"
#include "snapshot/model.h"

namespace pinlatch::proxy {

struct Peer {
  std::string remote_ip;
  std::string remote;  // address and port, for logs
  std::string listener_name;
  snapshot::TlsVersion tls_version = snapshot::TlsVersion::kTls12;
  std::string_view cipher;  // static text
  std::string server_name;
  // What was asked of it under that name; of the connection's ServerContext. Set by the handshake.
  const tls::TrustContext* trust_context = nullptr;
  bool resumed = false;                                    // by a session ticket
  std::shared_ptr<const identity::PeerIdentity> identity;  // nullptr: none was presented

  // Clients returns the rules that this identity matches under a generation; computed once per
  // generation, since it is a pure function of the two.
  const policy::ClientSet& Clients(const Generation& generation) {
    if (matched_generation_ != generation.number) {
      matched_ = identity ? policy::MatchClients(generation.snapshot.clients, *identity)
                          : policy::ClientSet();
      matched_generation_ = generation.number;
    }
    return matched_;
  }

 private:
  uint64_t matched_generation_ = 0;  // generations count from 1
  policy::ClientSet matched_;
};

}  // namespace pinlatch::proxy
