// Owns the snapshot: the immutable configuration as plain data, names resolved to indices.
// Made by the decoder from the document that src/snapshot/encode.ts writes; read by everything
// below this folder.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "snapshot/action.h"
#include "snapshot/balancing.h"
#include "snapshot/condition.h"
#include "snapshot/forward_identity.h"
#include "snapshot/front.h"
#include "snapshot/period.h"
#include "snapshot/ranges.h"

namespace pinlatch::snapshot {

// `at` is, in every part, the JSON pointer of the configuration entry that it was compiled from
// ("/listeners/edge").

// CertificateFile is a PEM file and the SHA-256 (lower-case hex) of each certificate that was in
// it, in order, when the control plane looked.
struct CertificateFile {
  std::string path;
  std::vector<std::string> sha256;
  bool operator==(const CertificateFile&) const = default;
};

// SecretFile is a file whose content stays in the data plane: it is in no message, and the control
// plane does not open it. ReadSecretFile (keys/secret_file.h) does.
struct SecretFile {
  std::string path;
  bool operator==(const SecretFile&) const = default;
};

enum class WhenStale : uint8_t { kReject, kGrace, kAccept };

// Revocation says which lists a bundle uses and what holds when they are out of date.
struct Revocation {
  std::vector<std::string> files;  // PEM or DER; a folder means every file in it
  WhenStale when_stale = WhenStale::kReject;
  UnixSeconds grace_seconds = 0;  // with kGrace: how long past nextUpdate a list still counts
  bool leaf_only = false;
  // accept_unlisted_issuers: a certificate passes when the bundle has no list of its issuer at all.
  // A list that is there but cannot be used (stale, out of scope, badly signed) still refuses.
  bool accept_unlisted_issuers = false;
  // accept_unnumbered: lists without a CRL number, which RFC 5280 section 5.2.3 demands, still
  // count.
  bool accept_unnumbered = false;
  bool operator==(const Revocation&) const = default;
};

// Deny refuses one certificate of a bundle, without any revocation list.
struct Deny {
  enum class Kind : uint8_t { kSha256, kSerial } kind = Kind::kSha256;
  std::array<uint8_t, 32> sha256{};  // of the whole certificate, with kSha256
  std::string serial;  // hexadecimal, either case, with kSerial: every certificate but anchors
  bool operator==(const Deny&) const = default;
};

// Anchor is a certificate that a self-signed bundle accepts as it stands, and when.
struct Anchor {
  std::array<uint8_t, 32> sha256{};  // of the whole certificate
  Period period;

  bool operator==(const Anchor&) const = default;
};

struct Trust {
  std::string name;
  std::string at;
  std::vector<CertificateFile> ca;
  std::optional<Revocation> revocation;
  std::vector<Deny> deny;
  // self_signed: no CA. A client is admitted by the SHA-256 of its whole certificate, which must be
  // one of `pinned`; `ca` and `revocation` are empty.
  bool self_signed = false;
  std::vector<Anchor> pinned;
  uint32_t min_rsa_bits = ranges::kTrustMinRsaBits.usual;
  // max_depth counts certificates between leaf and anchor, neither of them.
  uint32_t max_depth = ranges::kTrustMaxDepth.usual;
  bool operator==(const Trust&) const = default;
};

enum class PinKind : uint8_t { kSha256, kSha1, kSpkiSha256 };

struct Pin {
  PinKind kind = PinKind::kSha256;
  std::array<uint8_t, 32> value{};  // 20 bytes are used for kSha1
  std::string label;
  Period period;  // outside of it the pin does not match

  bool operator==(const Pin&) const = default;
};

// Client is a named rule that identities match: any one of its pins, and its condition. Without
// pins it matches nobody, unless it is declared `unpinned`: then its condition decides alone.
struct Client {
  std::string name;
  std::string at;
  std::vector<Pin> pins;
  bool unpinned = false;          // only with a condition
  std::optional<Condition> when;  // none: the pins decide
  // Indices into Snapshot::scopes, ascending: its own, and those of its applications.
  std::vector<uint32_t> scopes;
};

// Application is several clients under one name.
struct Application {
  std::string name;
  std::string at;
  std::vector<uint32_t> clients;  // indices, ascending; never empty
  std::vector<uint32_t> scopes;   // indices into Snapshot::scopes, ascending
};

enum class TlsVersion : uint8_t { kTls12, kTls13 };

struct Certificate {
  std::string at;
  CertificateFile chain;
  SecretFile key;
  // names are those that it is for, "api.local" or "*.example.com"; none: the DNS names of its
  // subjectAltName.
  std::vector<std::string> names;
};

struct Endpoint {
  enum class Kind : uint8_t { kTcp, kTls, kUnix } kind = Kind::kTcp;
  std::string host;  // a name or an address without brackets
  uint16_t port = 0;
  std::string path;  // of a unix socket
  uint32_t weight = ranges::kEndpointWeight.usual;
  bool backup = false;  // used when no other is usable
};

// UpstreamTls is what holds for TLS to an upstream.
struct UpstreamTls {
  uint32_t trust = 0;                      // index into Snapshot::trust
  std::string server_name;                 // of every endpoint; empty: the endpoint's host
  std::optional<Certificate> certificate;  // the gateway's own
  std::vector<Pin> pins;                   // none: any certificate that trust and name admit
  TlsVersion min_version = TlsVersion::kTls12;
};

enum class UpstreamProtocol : uint8_t { kHttp1, kHttp2 };

struct Upstream {
  std::string name;
  std::string at;
  std::vector<Endpoint> endpoints;  // with `tls` all of them kTls, else none
  UpstreamProtocol protocol = UpstreamProtocol::kHttp1;
  std::optional<UpstreamTls> tls;
  Milliseconds connect_timeout{ranges::kUpstreamTimeoutsConnect.usual};
  // From the request's last byte to the response head.
  Milliseconds response_timeout{ranges::kUpstreamTimeoutsResponse.usual};
  // Between two bytes of a response, and for taking a request body.
  Milliseconds idle_timeout{ranges::kUpstreamTimeoutsIdle.usual};
  // How long an unused connection is kept, and how many are, per worker and endpoint.
  Milliseconds keep_alive{ranges::kUpstreamTimeoutsKeepAlive.usual};
  uint32_t max_idle = ranges::kUpstreamMaxIdle.usual;
  Balancing balancing;
  std::optional<HealthCheck> health;
  std::optional<Ejection> ejection;
  Retries retries;
  UpstreamLimits limits;
  // Between two look-ups of the endpoints' names.
  Milliseconds resolve_interval{ranges::kUpstreamResolveInterval.usual};
};

// With kNone no certificate is asked for, and nobody is known.
enum class ClientAuth : uint8_t { kRequired, kOptional, kNone };

// Limits bounds one listener. Counts of connections are for the whole gateway and shared out evenly
// among workers. The schema says more of each; ranges.h lists those that are decoded by themselves.
struct Limits {
  uint32_t head_bytes = ranges::kListenerLimitsHeadBytes.usual;
  uint32_t head_fields = ranges::kListenerLimitsHeadFields.usual;
  uint32_t target_bytes = ranges::kListenerLimitsTargetBytes.usual;
  uint64_t body_bytes = ranges::kListenerLimitsBodyBytes.usual;
  uint32_t connections = ranges::kListenerLimitsConnections.usual;
  uint32_t handshakes = ranges::kListenerLimitsHandshakes.usual;
  uint32_t chain_bytes = ranges::kListenerLimitsChainBytes.usual;  // of a client, in its message
  uint32_t streams = ranges::kListenerLimitsStreams.usual;  // of one HTTP/2 connection, at once
  // The slowest body that is tolerated, averaged, after the first body timeout.
  uint32_t body_bytes_per_second = ranges::kListenerLimitsBodyBytesPerSecond.usual;
  // 0: any number.
  uint32_t requests_per_connection = ranges::kListenerLimitsRequestsPerConnection.usual;
  // Of one client address, an IPv6 one by its first 64 bits; 0: no bound.
  uint32_t connections_per_address = 0;
  uint32_t handshakes_per_address = 0;  // in each period
  uint32_t handshake_period_ms = 1000;
  uint32_t handshake_burst = 0;  // after a quiet time; not 0 where there is a bound
};

struct Timeouts {
  Milliseconds first_byte{ranges::kListenerTimeoutsFirstByte.usual};  // for a client's first byte
  // For all of the handshake, with what comes before TLS.
  Milliseconds handshake{ranges::kListenerTimeoutsHandshake.usual};
  Milliseconds head{ranges::kListenerTimeoutsHead.usual};
  Milliseconds body{ranges::kListenerTimeoutsBody.usual};  // between two pieces of a request body
  // For the client to take a piece of the response.
  Milliseconds write{ranges::kListenerTimeoutsWrite.usual};
  Milliseconds idle{ranges::kListenerTimeoutsIdle.usual};  // between two requests of a connection
  // For a request in flight whose client has lost its access.
  Milliseconds eviction{ranges::kListenerTimeoutsEviction.usual};
  // Of a tunnel, without a byte either way.
  Milliseconds tunnel_idle{ranges::kListenerTimeoutsTunnelIdle.usual};
};

// ServerName says what holds for clients that ask for one server name (RFC 6066 section 3), in
// place of what the listener says.
struct ServerName {
  std::string name;  // lower case; "*.example.com" is every name with exactly one label in front
  std::string at;
  ClientAuth client_auth = ClientAuth::kRequired;
  uint32_t trust = 0;  // index into Snapshot::trust
  TlsVersion min_version = TlsVersion::kTls12;
};

// UnknownNames says what becomes of a client that asks for a name that neither a certificate nor
// `names` has.
enum class UnknownNames : uint8_t { kDefault, kRefuse };

// HttpVersion is what a listener speaks: HTTP/1.0 and 1.1, or HTTP/2.
enum class HttpVersion : uint8_t { kHttp1, kHttp2 };

struct Listener {
  std::string name;
  std::string at;
  std::string address;  // an IP address without brackets
  uint16_t port = 0;    // 0: any free port
  Front front;
  std::vector<Certificate> certificates;
  ClientAuth client_auth = ClientAuth::kRequired;
  uint32_t trust = 0;  // index into Snapshot::trust
  TlsVersion min_version = TlsVersion::kTls12;
  bool announce_authorities = false;  // clients are told the names of the trusted authorities
  std::vector<ServerName> names;
  UnknownNames unknown_names = UnknownNames::kDefault;
  std::vector<HttpVersion> protocols{HttpVersion::kHttp2, HttpVersion::kHttp1};  // ALPN, best first
  bool tickets = true;  // session tickets are given out and taken
  std::vector<ForwardedIdentity> forward_identity;
  Limits limits;
  Timeouts timeouts;
};

// PathPattern is a canonical path cut into segments. {"/api", "/{id}"} is two segments, the second
// a parameter.
struct PathSegment {
  bool is_parameter = false;
  std::string text;  // the literal, or the parameter's name
};
struct PathPattern {
  std::vector<PathSegment> segments;  // none: "/"
  bool trailing_slash = false;        // "/a/" is not "/a", unless any_slash says so
  bool is_prefix = false;             // "/a/*": "/a" itself and everything below it
  // any_slash takes both "/a" and "/a/"; any_case passes over the case of ASCII letters. Nothing:
  // the configuration does not say, which is as good as false.
  std::optional<bool> any_slash;
  std::optional<bool> any_case;

  bool TakesEitherSlash() const { return any_slash.value_or(false); }
  bool IgnoresCase() const { return any_case.value_or(false); }
};

enum class Allow : uint8_t { kClients, kAnyTrusted, kAnyone };

// RouteRule is what routes of every kind say: where they hold and whom they admit.
struct RouteRule {
  std::string name;
  std::string at;
  std::vector<uint32_t> listeners;  // indices; never empty
  Allow allow = Allow::kClients;
  std::vector<uint32_t> clients;  // indices, sorted, with kClients never empty
  // Indices into Snapshot::scopes, ascending: a client must have all of them; with others than
  // kClients none. A TCP route wants none.
  std::vector<uint32_t> scopes;
};

struct Route : RouteRule {
  std::string host;  // lower case; empty: any
  PathPattern path;
  std::vector<std::string> methods;  // upper case; empty: any
  Action action = FixedResponse{};
  std::optional<uint64_t> body_bytes;  // of a request body, in place of the listener's
  // forward_identity replaces the listener's, also with an empty list.
  std::optional<std::vector<ForwardedIdentity>> forward_identity;
  // refused_fields are names, folded (FoldFieldName): a request that carries one is refused.
  std::vector<std::string> refused_fields;
};

// TcpRoute leads connections on listeners with Mode::kTcp.
struct TcpRoute : RouteRule {
  // server_name is as ServerName::name; empty: any other, and none.
  std::string server_name;
  uint32_t upstream = 0;           // index
  bool send_proxy_header = false;  // of version 2, to the upstream
};

// Tickets says for how long clients may come back by a session ticket. A ticket lives no longer
// than a key seals, so that its key is always the current one or the one before.
struct Tickets {
  // Since the client proved that it holds its key.
  uint32_t lifetime_seconds = InSeconds(ranges::kTicketsLifetime).usual;
  uint32_t rotate_seconds = lifetime_seconds;  // for how long one key seals; at least the lifetime
};

// CryptoProvider says who computes for TLS (crypto/provider.h).
enum class CryptoProvider : uint8_t { kAuto, kHost, kPortable };

// AccessLog says which requests leave an access line. Refusals of peers always leave a security
// line.
enum class AccessLog : uint8_t { kAll, kFailed, kOff };

struct Snapshot {
  uint32_t workers = ranges::kWorkers.usual;  // 0: one per core
  Milliseconds drain_timeout{ranges::kDrainTimeout.usual};
  Tickets tickets;
  CryptoProvider crypto_provider = CryptoProvider::kAuto;
  AccessLog access_log = AccessLog::kAll;
  bool via = true;  // requests on their way to an upstream say that they came through here
  // guarded_fields are names, folded, and families of them ("x-some-*"). They end at the gateway
  // unless a route keeps them: services take them for orders.
  std::vector<std::string> guarded_fields;
  std::vector<Trust> trust;
  std::vector<std::string> scopes;  // each that clients have or routes want
  std::vector<Client> clients;
  std::vector<Application> applications;
  std::vector<Upstream> upstreams;
  std::vector<Listener> listeners;
  std::vector<Route> routes;
  std::vector<TcpRoute> tcp_routes;
};

}  // namespace pinlatch::snapshot
