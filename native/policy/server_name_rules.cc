// See server_name_rules.h.
#include "policy/server_name_rules.h"

namespace pinlatch::policy {

ServerNameRules::ServerNameRules(const snapshot::Listener& listener)
    : default_{listener.trust, listener.client_auth, listener.min_version} {
  for (const snapshot::ServerName& name : listener.names) {
    by_name_.At(name.name) = {name.trust, name.client_auth, name.min_version};
  }
}

bool Serves(const ClientRules& connection, snapshot::TlsVersion version, const ClientRules& host) {
  if (connection.client_auth != host.client_auth || version < host.min_version) return false;
  return host.client_auth == snapshot::ClientAuth::kNone || connection.trust == host.trust;
}

}  // namespace pinlatch::policy
