// Owns the dry run of one request: what a gateway with this snapshot would say to a client with
// this chain. It runs the code that serves (verifier, judgement), opens no key, touches
// nothing that serves. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/result.h"
#include "identity/peer_identity.h"
#include "policy/evidence.h"
#include "snapshot/model.h"
#include "trust/verifier.h"

namespace pinlatch::server {

// DryRunRequest is what a client would do. `chain` holds DER certificates, leaf first; without any
// the client presents none.
struct DryRunRequest {
  std::string_view document;
  std::string listener;
  std::vector<std::vector<uint8_t>> chain;
  std::string method;
  std::string host;  // as the Host field has it, may be empty; for Mode::kTcp the server name
  std::string path;  // as sent, perhaps with a query
  UnixSeconds now = 0;
  // What the connection is made with; nothing: the server name that `host` has.
  std::optional<std::string> server_name;
  snapshot::TlsVersion tls_version = snapshot::TlsVersion::kTls13;
};

// DryRun says what comes of it. The request is judged also when the handshake already fails:
// whoever mends the one wants to know of the other.
struct DryRun {
  std::optional<Error> handshake;     // why it is refused; nothing: it succeeds
  std::optional<tls::Refusal> chain;  // with a chain that is not accepted
  std::optional<identity::PeerIdentity> presented;
  std::string server_name;           // canonical; empty: none
  std::optional<Error> request;      // why it is refused; nothing: it is admitted
  std::string path;                  // canonical, when it has such a form
  std::string route;                 // name, empty when none matches
  std::string allowed_methods;       // of the pattern that does not take the method
  bool takes_any_method = false;     // that pattern: whatever it is called, but for TRACE and TRACK
  std::vector<std::string> matched;  // names of the clients that the identity is
  std::string client;                // the one that is admitted, may be empty
  policy::Evidence evidence;         // why it is none of those that the route allows
  // Names of the listener's routes that admit this client, whatever else it asks for; none when the
  // handshake fails.
  std::vector<std::string> routes;
};

// RunDry runs it. Errors: those of the snapshot's decoder, and of the listener's trust (with
// `at`); kSnapshotInvalid when there is no such listener.
Result<DryRun> RunDry(const DryRunRequest& request);

}  // namespace pinlatch::server
