// See decide.h.
#include "policy/decide.h"

namespace pinlatch::policy {
namespace {

using snapshot::Allow;

Decision Refuse(ErrorCode reason) { return {.admitted = false, .reason = reason, .client = {}}; }

Decision Admit(std::optional<uint32_t> client) {
  Decision decision;
  decision.admitted = true;
  decision.client = client;
  return decision;
}

std::optional<uint32_t> FirstOf(const ClientSet& clients) {
  if (clients.empty()) return std::nullopt;
  return clients.front();
}

// FirstInBoth walks two ascending lists at once.
std::optional<uint32_t> FirstInBoth(const ClientSet& a, const ClientSet& b) {
  auto left = a.begin();
  auto right = b.begin();
  while (left != a.end() && right != b.end()) {
    if (*left == *right) return *left;
    if (*left < *right) {
      ++left;
    } else {
      ++right;
    }
  }
  return std::nullopt;
}

Decision DecideForAnonymous(const snapshot::RouteRule& route) {
  if (route.allow == Allow::kAnyone) return Admit(std::nullopt);
  return Refuse(ErrorCode::kCertificateRequired);
}

}  // namespace

Decision Decide(const snapshot::RouteRule& route, const identity::PeerIdentity* identity,
                const ClientSet& matched) {
  if (identity == nullptr) return DecideForAnonymous(route);
  switch (route.allow) {
    case Allow::kAnyone:
    case Allow::kAnyTrusted:
      return Admit(FirstOf(matched));
    case Allow::kClients: {
      const std::optional<uint32_t> client = FirstInBoth(route.clients, matched);
      return client.has_value() ? Admit(client) : Refuse(ErrorCode::kNotPinned);
    }
  }
  return Refuse(ErrorCode::kNotPinned);
}

}  // namespace pinlatch::policy
