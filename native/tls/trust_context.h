// Owns TrustContext: what is asked of the clients of a server name. A plain value.
#pragma once

#include <memory>
#include <string>

#include "snapshot/model.h"
#include "tls/trust_bundle.h"

namespace pinlatch::tls {

struct TrustContext {
  std::string trust;  // the bundle's name
  std::shared_ptr<const TrustBundle> bundle;
  snapshot::ClientAuth client_auth = snapshot::ClientAuth::kRequired;
  snapshot::TlsVersion min_version = snapshot::TlsVersion::kTls12;
};

// Serves says whether a connection that was made with `version` under `connection` may carry
// requests for what `host` holds for (design: trust rule 5). Bundles are compared by name: names
// outlive a reload, and whether a bundle that changed still accepts the client is another question.
inline bool Serves(const TrustContext& connection, snapshot::TlsVersion version,
                   const TrustContext& host) {
  if (connection.client_auth != host.client_auth || version < host.min_version) return false;
  return host.client_auth == snapshot::ClientAuth::kNone || connection.trust == host.trust;
}

}  // namespace pinlatch::tls
