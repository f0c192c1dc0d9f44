// Owns TrustContext: what is asked of the clients of a server name. A plain value.
#pragma once

#include <memory>
#include <string>

#include "snapshot/model.h"
#include "trust/trust_bundle.h"

namespace pinlatch::tls {

struct TrustContext {
  std::string trust;  // the bundle's name
  std::shared_ptr<const TrustBundle> bundle;
  snapshot::ClientAuth client_auth = snapshot::ClientAuth::kRequired;
  snapshot::TlsVersion min_version = snapshot::TlsVersion::kTls12;
};

}  // namespace pinlatch::tls
