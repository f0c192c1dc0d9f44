// Owns Generation: one snapshot and everything that was built from it. Immutable, shared by all
// workers; a request in flight keeps alive the one that admitted it. Made by
// server/build_generation.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock_reading.h"
#include "forwarding/header_edits.h"
#include "forwarding/identity_headers.h"
#include "generation/pin_index.h"
#include "io/socket.h"
#include "policy/blind_index.h"
#include "policy/listener_policy.h"
#include "policy/pin_times.h"
#include "session/server_context.h"
#include "snapshot/model.h"
#include "trust/trust_bundle.h"
#include "verdict/server_identity.h"

namespace pinlatch::proxy {

class UpstreamSecurity;

// Target is one address that an upstream can be reached at.
struct Target {
  io::SocketAddress address;
  std::string name;       // "127.0.0.1:9000", "unix:/run/x.sock": what logs show
  std::string authority;  // the Host of requests that came without one
  // pool_key is the name, and with TLS the rules that connections were made under: those of other
  // rules are never used.
  std::string pool_key;
  snapshot::UpstreamProtocol protocol = snapshot::UpstreamProtocol::kHttp1;
  std::shared_ptr<const UpstreamSecurity> security;  // nullptr: no TLS
  tls::ServerIdentity server;                        // with TLS
  std::string host;                                  // of the endpoint, with TLS
};

using Targets = std::shared_ptr<const std::vector<Target>>;

// ListenerRuntime is what one listener needs to serve. `tls` outlives the generation where sessions
// still use it.
struct ListenerRuntime {
  std::shared_ptr<const tls::ServerContext> tls;
  policy::ListenerPolicy policy;       // borrows the generation's snapshot
  std::vector<std::string> own_names;  // of its certificate: the URIs, else the DNS names
};

// Generation ties it together; the vectors have the indices of the snapshot's.
struct Generation {
  uint64_t number = 0;
  // The floors of ClockReading: what is known for certain, and what everything is judged by, which
  // the gateway's own certificates may raise (base/clock_floor.h).
  UnixSeconds hard_floor = ClockReading::kNoFloor;
  UnixSeconds clock_floor = ClockReading::kNoFloor;
  snapshot::Snapshot snapshot;
  policy::BlindIndex blind_index;  // of snapshot.clients
  std::vector<std::shared_ptr<const tls::TrustBundle>> trust;
  std::vector<ListenerRuntime> listeners;
  FieldNameSet identity_names;  // of identity headers that the configuration invents
  FieldNameSet guarded_names;   // of fields that services take for orders
  // security is what TLS to each upstream takes; nullptr: none.
  std::vector<std::shared_ptr<const UpstreamSecurity>> security;
  std::vector<RouteEdits> edits;
  policy::PinTimes pin_times;
  PinIndex pins;

  // ClockAt is what a time means that its pins are judged by.
  ClockReading ClockAt(UnixSeconds now) const { return {now, clock_floor}; }

  // ListenerIndex finds a listener by name, or returns -1: connections outlive generations, indices
  // do not.
  int ListenerIndex(std::string_view name) const {
    for (size_t i = 0; i < snapshot.listeners.size(); ++i) {
      if (snapshot.listeners[i].name == name) return static_cast<int>(i);
    }
    return -1;
  }
};

using GenerationPtr = std::shared_ptr<const Generation>;

}  // namespace pinlatch::proxy
