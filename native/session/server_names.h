// Owns what a listener holds for each server name: its certificates and its trust context.
// Immutable after construction; read by all workers.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/name_map.h"
#include "keys/own_credential.h"
#include "names/known_names.h"
#include "session/trust_context.h"
#include "snapshot/model.h"

namespace pinlatch::tls {

class ServerNames {
 public:
  // `credentials` are the listener's, at least one; `bundles`, and what clients are told of each,
  // have the indices of Snapshot::trust.
  ServerNames(const snapshot::Listener& listener, const Credentials& credentials,
              std::span<const std::shared_ptr<const TrustBundle>> bundles,
              std::span<const AuthorityNames> announced);

  // Names are canonical (http::ParseServerName).

  // ContextOf is what holds for a name; for one without an entry of its own, and for none (""), it
  // is what the listener says.
  const TrustContext& ContextOf(std::string_view name) const;
  // CredentialsFor is what may be presented to a client that asks for a name. For a name that no
  // certificate has, and for none, it is the default: the first certificate of each kind of key.
  const Credentials& CredentialsFor(std::string_view name) const;
  const Credentials& default_credentials() const { return default_credentials_; }
  // credentials are all of them, in the order of the file.
  const Credentials& credentials() const { return all_; }
  // Refuses says that a client which asks for this name is to be turned away.
  bool Refuses(std::string_view name) const { return known_.Refuses(name); }
  // lowest_version is the lowest that any name allows.
  snapshot::TlsVersion lowest_version() const { return lowest_version_; }

 private:
  const Credentials all_;
  NameMap<TrustContext> contexts_;
  NameMap<Credentials> credentials_;
  TrustContext default_context_;
  Credentials default_credentials_;
  KnownNames known_;
  snapshot::TlsVersion lowest_version_;
};

}  // namespace pinlatch::tls
