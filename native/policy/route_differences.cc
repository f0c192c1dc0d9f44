// See route_differences.h.
#include "policy/route_differences.h"

#include <algorithm>
#include <string>

#include "base/overloaded.h"

namespace pinlatch::policy {
namespace {

using snapshot::Allow;
using snapshot::ForwardedIdentity;
using snapshot::Listener;
using snapshot::Route;
using Names = std::vector<std::string>;

// AdmitsMore says whether somebody may use `by` who may not use `guard`.
bool AdmitsMore(const Route& guard, const Route& by) {
  if (IsThereToRefuse(guard)) return true;
  if (by.allow != guard.allow) return by.allow > guard.allow;  // in the order of the enum
  return by.allow == Allow::kClients && !std::includes(guard.clients.begin(), guard.clients.end(),
                                                       by.clients.begin(), by.clients.end());
}

bool AreAllAmong(const Names& some, const Names& all) {
  return std::all_of(some.begin(), some.end(), [&all](const std::string& name) {
    return std::find(all.begin(), all.end(), name) != all.end();
  });
}

uint64_t BodyLimit(const Route& route, const Listener& listener) {
  return route.body_bytes.value_or(listener.limits.body_bytes);
}

const std::vector<ForwardedIdentity>& ToldBy(const Route& route, const Listener& listener) {
  return route.forward_identity.has_value() ? *route.forward_identity : listener.forward_identity;
}

bool TellsOtherwise(const Route& guard, const Route& by, const Listener& listener) {
  return ToldBy(guard, listener) != ToldBy(by, listener);
}

}  // namespace

bool IsThereToRefuse(const Route& route) {
  return std::visit(
      Overloaded{
          [](const snapshot::ProxyTo&) { return false; },
          [](const snapshot::FixedResponse& response) { return response.status >= 400; },
          [](const snapshot::Liveness&) { return false; },
          [](const snapshot::Readiness&) { return false; },
      },
      route.action);
}

Differences WhatPassingChanges(const Route& guard, const Route& by, const Listener& listener) {
  Differences found;
  const auto note = [&found](bool differs, const char* words) {
    if (differs) found.emplace_back(words);
  };
  note(AdmitsMore(guard, by), "admits more");
  note(!std::includes(by.scopes.begin(), by.scopes.end(), guard.scopes.begin(), guard.scopes.end()),
       "wants fewer scopes");
  const snapshot::ProxyTo* guarded = snapshot::ProxyOf(guard.action);
  const snapshot::ProxyTo* around = snapshot::ProxyOf(by.action);
  if (guarded == nullptr || around == nullptr) return found;
  const snapshot::Forwarding& kept = guarded->forwarding;
  const snapshot::Forwarding& other = around->forwarding;
  note(!AreAllAmong(guard.refused_fields, by.refused_fields), "refuses fewer fields");
  note(kept.request != other.request || !AreAllAmong(other.kept, kept.kept),
       "changes other header fields");
  note(BodyLimit(by, listener) > BodyLimit(guard, listener), "takes larger bodies");
  note(!AreAllAmong(other.upgrade, kept.upgrade), "upgrades to other protocols");
  note(kept.rewrite != other.rewrite, "rewrites path or host otherwise");
  note(TellsOtherwise(guard, by, listener), "tells who the client is otherwise");
  note(guarded->upstream != around->upstream, "reaches the service by another upstream");
  return found;
}

}  // namespace pinlatch::policy
