// Owns what a listener asks of the clients of each server name, as rules to compare: without trust
// bundles and certificates. Pure; immutable.
#pragma once

#include <string_view>

#include "base/name_map.h"
#include "snapshot/model.h"

namespace pinlatch::policy {

// ClientRules are what holds for clients. `trust` is an index into Snapshot::trust.
struct ClientRules {
  uint32_t trust = 0;
  snapshot::ClientAuth client_auth = snapshot::ClientAuth::kRequired;
  snapshot::TlsVersion min_version = snapshot::TlsVersion::kTls12;
};

class ServerNameRules {
 public:
  explicit ServerNameRules(const snapshot::Listener& listener);

  // Of returns what holds for a name, canonical (http::ParseServerName); for one without an entry
  // of its own, and for none (""), it is what the listener says.
  const ClientRules& Of(std::string_view name) const {
    const ClientRules* own = by_name_.Find(name);
    return own != nullptr ? *own : default_;
  }

 private:
  tls::NameMap<ClientRules> by_name_;
  ClientRules default_;
};

// Serves says whether a connection that was made with `version` under the rules `connection` may
// carry requests for a host with the rules `host`, of the same snapshot (docs/design/trust.md).
bool Serves(const ClientRules& connection, snapshot::TlsVersion version, const ClientRules& host);

}  // namespace pinlatch::policy
