// Owns what a server's certificate is judged by, in the handshake and whenever the rules or the
// time change afterwards: trust, then its name, then whatever else its user asks. No I/O.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "identity/peer_identity.h"
#include "trust/trust_bundle.h"
#include "verdict/server_identity.h"

namespace pinlatch::tls {

// ServerCheck is what a server's certificate is held to besides trust and name. Pins are.
class ServerCheck {
 public:
  // Admits returns until when the certificate does, Unix seconds, or why it does not. Error: one of
  // the codes of an upstream's TLS.
  virtual Result<UnixSeconds> Admits(const identity::PeerIdentity& certificate,
                                     UnixSeconds now) const = 0;

 protected:
  ~ServerCheck() = default;
};

// ServerProof is what a server presented, DER, leaf first, and has proved to hold the key of: what
// it takes to judge it again. Immutable; shared by the connections to one server.
struct ServerProof {
  std::vector<std::vector<uint8_t>> chain;
  identity::Sha256 hash{};  // of the whole chain
};

// ProofOf keeps a chain. It must not be empty.
ServerProof ProofOf(std::vector<std::vector<uint8_t>> chain);

// JudgeServerChain returns the last second at which what `proof` holds is accepted by `trust`, for
// all that is known now. Error: kUpstreamUntrusted.
Result<UnixSeconds> JudgeServerChain(const ServerProof& proof, const TrustBundle& trust,
                                     UnixSeconds now);

// JudgeServerLeaf holds a server's own certificate to its name and to `check`, and returns until
// when that holds. Errors: kUpstreamUntrusted (it cannot be read), kUpstreamWrongName, those of the
// check.
Result<UnixSeconds> JudgeServerLeaf(ByteSpan leaf, const ServerIdentity& server,
                                    const ServerCheck& check, UnixSeconds now);

}  // namespace pinlatch::tls
