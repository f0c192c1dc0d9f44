// Owns the words for why an identity is not a client: which part failed, what was expected, what
// was presented. For operators; it decides nothing. Pure.
#pragma once

#include <string>
#include <vector>

#include "identity/peer_identity.h"
#include "snapshot/model.h"

namespace pinlatch::policy {

// Finding is one part of a client that an identity fails. Texts are for people, printable apart
// from what the certificate holds, and bounded.
struct Finding {
  std::string at;         // JSON pointer of that part of the configuration
  std::string part;       // "pins", or the field: "subject.OU"
  std::string expected;   // such as "client.api", or: none of …
  std::string presented;  // what the certificate has, "nothing" when it lacks the field

  // ToString is: subject.OU: expected "a", presented "b"
  std::string ToString() const;
};

// kMostFindings bounds what is said of one client.
inline constexpr size_t kMostFindings = 8;

// ExplainClient returns what keeps the identity from being this client at this time; nothing when
// it is this client, by the very functions that MatchClients uses. Of an "any" that fails every
// branch is listed.
std::vector<Finding> ExplainClient(const snapshot::Client& client,
                                   const identity::PeerIdentity& identity,
                                   const ClockReading& clock);

// Evidence says of an identity that a route refuses why it is none of the clients that the route
// allows, and what would help. Bounded.
struct Evidence {
  // A line for each of the first of those clients, as `client "billing": subject.OU: expected …`;
  // the last line says how many are left out.
  std::vector<std::string> findings;
  // Names of clients that the identity is, none of which the route allows.
  std::vector<std::string> known_as;
  // Names of clients that the route allows and that the identity would be with one pin more; none
  // where any client has a pin that fits: that is the client that it is meant to be.
  std::vector<std::string> lacks_pin_of;
  // Of clients with a pin that fits, which the identity is not for all that: what is in its way
  // (the pin's time, or the condition), and what to do about it.
  std::vector<std::string> remedies;
  // Of a client that the route allows, and that lacks scopes which the route wants: those, parted
  // by blanks (RFC 6750 section 3).
  std::string missing_scopes;
};

// ClientSets are indices of clients, ascending apart from `allowed`.
struct ClientSets {
  const std::vector<uint32_t>& allowed;
  const std::vector<uint32_t>& matched;     // MatchClients of the identity at this time
  const std::vector<uint32_t>& candidates;  // at least all that have a pin that fits (BlindIndex)
};

// EvidenceOf gathers it. The sets are of `all`.
Evidence EvidenceOf(const std::vector<snapshot::Client>& all, const ClientSets& sets,
                    const identity::PeerIdentity& identity, const ClockReading& clock);

}  // namespace pinlatch::policy
