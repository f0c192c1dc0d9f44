// See decide.h.
#include "policy/decide.h"

#include <algorithm>
#include <iterator>

namespace pinlatch::policy {
namespace {

using snapshot::Allow;

Decision Refuse(ErrorCode reason) { return {.admitted = false, .reason = reason, .client = {}}; }

Decision Admit(std::optional<uint32_t> client) {
  return {.admitted = true, .reason = ErrorCode::kNotPinned, .client = client};
}

std::optional<uint32_t> FirstOf(const ClientSet& clients) {
  if (clients.empty()) return std::nullopt;
  return clients.front();
}

// DecideAmong walks two ascending lists at once: of the clients in both the first is admitted that
// has what the route wants.
Decision DecideAmong(const snapshot::RouteRule& route, const ClientSet& matched,
                     const std::vector<snapshot::Client>& clients) {
  const snapshot::Client* lacking = nullptr;
  auto left = route.clients.begin();
  auto right = matched.begin();
  while (left != route.clients.end() && right != matched.end()) {
    if (*left == *right) {
      const snapshot::Client& client = clients[*left];
      if (HasScopes(client, route)) return Admit(*left);
      if (lacking == nullptr) lacking = &client;
    }
    if (*left <= *right) {
      ++left;
    } else {
      ++right;
    }
  }
  if (lacking == nullptr) return Refuse(ErrorCode::kNotPinned);
  return {.admitted = false,
          .reason = ErrorCode::kInsufficientScope,
          .client = static_cast<uint32_t>(lacking - clients.data())};
}

Decision DecideForAnonymous(const snapshot::RouteRule& route) {
  if (route.allow == Allow::kAnyone) return Admit(std::nullopt);
  return Refuse(ErrorCode::kCertificateRequired);
}

}  // namespace

Decision Decide(const snapshot::RouteRule& route, const identity::PeerIdentity* identity,
                const ClientSet& matched, const std::vector<snapshot::Client>& clients) {
  if (identity == nullptr) return DecideForAnonymous(route);
  switch (route.allow) {
    case Allow::kAnyone:
    case Allow::kAnyTrusted:
      return Admit(FirstOf(matched));
    case Allow::kClients:
      return DecideAmong(route, matched, clients);
  }
  return Refuse(ErrorCode::kNotPinned);
}

bool HasScopes(const snapshot::Client& client, const snapshot::RouteRule& route) {
  return std::includes(client.scopes.begin(), client.scopes.end(), route.scopes.begin(),
                       route.scopes.end());
}

std::vector<uint32_t> MissingScopes(const snapshot::Client& client,
                                    const snapshot::RouteRule& route) {
  std::vector<uint32_t> missing;
  std::set_difference(route.scopes.begin(), route.scopes.end(), client.scopes.begin(),
                      client.scopes.end(), std::back_inserter(missing));
  return missing;
}

}  // namespace pinlatch::policy
