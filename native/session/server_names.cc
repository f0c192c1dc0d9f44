// See server_names.h.
#include "session/server_names.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "keys/credential_impl.h"
#include "trust/trust_bundle_impl.h"

namespace pinlatch::tls {
namespace {

using Bundles = std::span<const std::shared_ptr<const TrustBundle>>;

// ContextFrom takes what a listener or one of its names says.
template <typename T>
TrustContext ContextFrom(const T& source, Bundles bundles,
                         std::span<const AuthorityNames> announced) {
  const std::shared_ptr<const TrustBundle>& bundle = bundles[source.trust];
  return {bundle->impl().settings.name, bundle, source.client_auth, source.min_version,
          announced[source.trust]};
}

bool IsRsa(const OwnCredential& credential) {
  return mbedtls_pk_get_type(&credential.own()->impl().key) == MBEDTLS_PK_RSA;
}

// SortByKind puts those with an RSA key behind the others, each kind in its order.
void SortByKind(Credentials& credentials) {
  Credentials sorted;
  sorted.reserve(credentials.size());
  std::copy_if(credentials.begin(), credentials.end(), std::back_inserter(sorted),
               std::not_fn(IsRsa));
  std::copy_if(credentials.begin(), credentials.end(), std::back_inserter(sorted), IsRsa);
  credentials = std::move(sorted);
}

Credentials FirstOfEachKind(const Credentials& credentials) {
  Credentials first = {credentials.front()};
  const auto other = std::find_if(
      credentials.begin(), credentials.end(),
      [&](const auto& credential) { return IsRsa(credential) != IsRsa(first.front()); });
  if (other != credentials.end()) first.push_back(*other);
  SortByKind(first);
  return first;
}

}  // namespace

ServerNames::ServerNames(const snapshot::Listener& listener, const Credentials& credentials,
                         Bundles bundles, std::span<const AuthorityNames> announced)
    : all_(credentials),
      default_context_(ContextFrom(listener, bundles, announced)),
      default_credentials_(FirstOfEachKind(credentials)),
      known_(listener),
      lowest_version_(listener.min_version) {
  for (const snapshot::ServerName& name : listener.names) {
    contexts_.At(name.name) = ContextFrom(name, bundles, announced);
    lowest_version_ = std::min(lowest_version_, name.min_version);
  }
  Credentials sorted = credentials;
  SortByKind(sorted);
  for (const OwnCredential& credential : sorted) {
    known_.Add(credential.own()->server_names());
    for (const std::string& name : credential.own()->server_names())
      credentials_.At(name).push_back(credential);
  }
}

const TrustContext& ServerNames::ContextOf(std::string_view name) const {
  const TrustContext* own = contexts_.Find(name);
  return own != nullptr ? *own : default_context_;
}

const Credentials& ServerNames::CredentialsFor(std::string_view name) const {
  const Credentials* own = credentials_.Find(name);
  return own != nullptr ? *own : default_credentials_;
}

}  // namespace pinlatch::tls
