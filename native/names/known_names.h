// Owns the question whether a listener knows a server name: by a certificate or by an entry of
// "names". Asked in the handshake and in its dry run. Immutable once filled; read by all workers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/name_map.h"
#include "snapshot/model.h"

namespace pinlatch::tls {

class KnownNames {
 public:
  explicit KnownNames(const snapshot::Listener& listener)
      : refuse_unknown_(listener.unknown_names == snapshot::UnknownNames::kRefuse) {
    for (const snapshot::ServerName& name : listener.names) names_.At(name.name) = true;
  }

  // Add takes the names that one of its certificates is for, canonical.
  void Add(const std::vector<std::string>& server_names) {
    for (const std::string& name : server_names) names_.At(name) = true;
  }

  // Refuses says that a client which asks for this name, canonical, is to be turned away. One that
  // asks for none ("") never is.
  bool Refuses(std::string_view name) const {
    return refuse_unknown_ && !name.empty() && names_.Find(name) == nullptr;
  }

 private:
  NameMap<bool> names_;
  bool refuse_unknown_;
};

// UnknownServerName is why a client is turned away that asks for a name which is refused;
// NoServerName, why one is that asks for what cannot be a name.
Error UnknownServerName(std::string_view name);
Error NoServerName(std::string_view asked);

}  // namespace pinlatch::tls
