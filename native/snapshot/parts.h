// Owns the list of part decoders: one a kind of entry of the document, each in the file of its
// concern. Internal to this folder; decoder.h shows the document that they take.
#pragma once

#include <vector>

#include "base/result.h"
#include "snapshot/json_value.h"
#include "snapshot/model.h"
#include "snapshot/names.h"

namespace pinlatch::snapshot {

// Each Decode… fills `into` from `value`, adds its own name to `names` and resolves the names it
// refers to, which must have been added before. Error: kSnapshotInvalid at the place that is wrong.
Status DecodeTrust(const Value& value, Names& names, Trust& into);
Status DecodeClient(const Value& value, Names& names, Client& into);
Status DecodeApplication(const Value& value, Names& names, Application& into);
Status DecodeUpstream(const Value& value, Names& names, Upstream& into);
Status DecodeListener(const Value& value, Names& names, Listener& into);
Status DecodeRoute(const Value& value, Names& names, Route& into);
Status DecodeTcpRoute(const Value& value, Names& names, TcpRoute& into);

// DecodeFront reads what a listener does before TLS.
Status DecodeFront(const Value& value, Front& into);

// DecodeBalancing reads the members of an upstream about choosing among its endpoints.
Status DecodeBalancing(ObjectReader& object, Upstream& into);

// DecodeForwardIdentity reads what upstreams are told of the client.
Status DecodeForwardIdentity(const Value& value, std::vector<ForwardedIdentity>& into);

// ActionOf reads what a route does. `path` is the route's.
struct ActionOf {
  const Names& names;
  const PathPattern& path;
  Status operator()(const Value& value, Action& into) const;
};

// DecodeForwarding reads the members of an action that say what it changes on the way.
// `path` is the route's.
Status DecodeForwarding(ObjectReader& action, const PathPattern& path, Forwarding& into);

// DecodeCertificateFile reads a path and the fingerprints of what was in it.
Status DecodeCertificateFile(const Value& value, CertificateFile& into);

// DecodeSecretFile reads how the document names one: { "secret": path }.
Status DecodeSecretFile(const Value& value, SecretFile& into);

// DecodePin reads one pin.
Status DecodePin(const Value& value, Pin& into);

// UpstreamTlsOf reads the TLS settings of an upstream.
struct UpstreamTlsOf {
  const Names& names;
  Status operator()(const Value& value, UpstreamTls& into) const;
};

// DecodeCondition reads a client's `when`: bounded in depth and size.
Status DecodeCondition(const Value& value, Condition& into);

// DecodePeriod reads the members "notBefore" and "expires" of `object`, each null or Unix seconds.
// `value` is that object's, for what is wrong with both.
Status DecodePeriod(const Value& value, ObjectReader& object, Period& into);

}  // namespace pinlatch::snapshot
