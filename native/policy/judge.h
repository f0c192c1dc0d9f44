// Owns the judgement: what a client asks for, who it is and by what rules → a route and a client,
// or why not. The one place where the rules that admit a request or a TCP connection come together:
// asked when it comes, at every moment at which the answer may have changed, and in a dry run.
// Pure; default deny.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "identity/peer_identity.h"
#include "policy/ask.h"
#include "policy/evidence.h"
#include "policy/listener_policy.h"
#include "policy/pin_match.h"

namespace pinlatch::policy {

// Principal is who asks, and over what kind of connection.
struct Principal {
  // The verified identity; nullptr: the client presented no certificate.
  const identity::PeerIdentity* identity;
  const ClientSet& clients;      // MatchClients of it under the policy's snapshot
  std::string_view server_name;  // canonical; empty: none
  snapshot::TlsVersion tls_version = snapshot::TlsVersion::kTls13;
  // Of the policy's snapshot, for Evidence: it decides nothing. nullptr: no pin is looked up.
  const BlindIndex* index = nullptr;
};

struct Judgement {
  std::optional<Error> refusal;  // nothing: admitted
  // Index into Snapshot::routes, or tcp_routes. None: no route matches, or the request is about the
  // gateway itself (kGateway).
  std::optional<uint32_t> route;
  // Index into Snapshot::clients: the rule that admits, if any; with kInsufficientScope the one
  // that would.
  std::optional<uint32_t> client;
  // The value of the Allow field, where a pattern matches or with kGateway; a view into the policy.
  std::string_view allowed_methods;
  // Why the identity is none of the clients that the route allows, or lacks a scope; nullptr: there
  // is nothing to say. Most requests are admitted, and have none.
  std::unique_ptr<Evidence> evidence;

  bool admitted() const { return !refusal.has_value(); }
};

// Judge judges a request or a TCP connection. Allocates nothing for what is admitted. Refusals:
// kMisdirected, kNoRoute, kMethodNotAllowed, kCertificateRequired, kNotPinned,
// kInsufficientScope, kFieldRefused.
Judgement Judge(const ListenerPolicy& policy, const Ask& ask, const Principal& who,
                const ClockReading& clock);

// Held is what an exchange that was admitted before goes on by.
struct Held {
  std::string_view route;     // its name
  std::string_view upstream;  // the name of the one that it was led to; empty: none
  std::string_view upgrade;   // the protocol that it changed to, or asked to; empty: none
};

// JudgeAgain judges what is under way as if it came now, and asks that it would be led to where it
// is: by its own route, whatever that leads to by now, or by another one to the same upstream.
// Refusals: those of Judge; kNoRoute when it would be led elsewhere, or upgraded no more.
Judgement JudgeAgain(const ListenerPolicy& policy, const Ask& ask, const Held& held,
                     const Principal& who, const ClockReading& clock);

}  // namespace pinlatch::policy
