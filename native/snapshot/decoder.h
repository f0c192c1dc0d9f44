// Owns the decoding of the snapshot document: the only way in, strict, and a fuzz target. yyjson
// stays behind it.
//
// The document (JSON, no unknown keys, no missing keys, no duplicates):
//   { "format": "pinlatch-snapshot/1", "workers": 0, "drainMs": 30000,
//     "tickets": { "lifetimeSeconds": 7200, "rotateSeconds": 7200 },
//     "cryptoProvider": "auto"|"host"|"portable", "accessLog": "all"|"failed"|"off",
//     "via": BOOLEAN, "guardedFields": [FIELD NAME],
//     "trust":     [{ "name", "at", "selfSigned": false,
//                     "ca": [{ "path", "sha256": [hex, …] }],
//                     "pinned": [{ "sha256": hex, "notBefore", "expires" }],
//                     "revocation": null | { "files": [path, …],
//                                            "whenStale": "reject"|"grace"|"accept",
//                                            "graceSeconds": 0, "leafOnly": false,
//                                            "acceptUnlistedIssuers": false,
//                                            "acceptUnnumbered": false },
//                     "deny": [{ "kind": "sha256"|"serial", "value": hex }],
//                     "minRsaBits": 2048, "maxDepth": 8 }],
//     "clients":   [{ "name", "at",
//                     "pins": null | [{ "kind": "sha256"|"sha1"|"spki-sha256",
//                                       "value": hex, "label": "", "notBefore", "expires" }],
//                     "when": null | condition, "scopes": [scope, …] }],
//     "applications": [{ "name", "at", "clients": [name, …], "scopes": [scope, …] }],
//     "upstreams": [{ "name", "at",
//                     "endpoints": [{ "kind": "tcp", "host", "port", "weight": 1,
//                                     "backup": false }
//                                 | { "kind": "unix", "path", "weight", "backup" }],
//                     "connectMs", "responseMs", "idleMs", "keepAliveMs", "maxIdle",
//                     "balancing": { "policy": "round-robin"|"least-connections"|"hash",
//                                    "hashHeader": null | text, "failback": true,
//                                    "slowStartMs": 0 },
//                     "health": null | { "target": null | text, "host": null | text, "intervalMs",
//                                        "timeoutMs", "healthy": 2, "unhealthy": 3,
//                                        "expectFrom": 200, "expectTo": 299 },
//                     "ejection": null | { "failures": 5, "baseMs", "mostMs",
//                                          "mostPercent": 50 },
//                     "retries": { "attempts": 3, "onConnect": true, "onReset": true,
//                                  "budgetPercent": 20 },
//                     "limits": { "connections": 0, "requests": 0, "queue": 100, "queueMs" },
//                     "resolveMs" }],
//     "listeners": [{ "name", "at", "address", "port",
//                     "front": { "mode": "http"|"tcp", "alpn": [name, …],
//                                "startTls": null | "postgresql", "proxyFrom": [network, …],
//                                "forwardedFrom": [network, …] },
//                     "certificates": [{ "at", "chain": { "path", "sha256": [hex, …] },
//                                        "key": { "secret": path }, "names": [server name, …] }],
//                     "clientAuth": "required"|"optional"|"none", "trust": name,
//                     "minVersion": "1.2"|"1.3", "announceAuthorities": false,
//                     "names": [{ "name", "at", "clientAuth", "trust", "minVersion" }],
//                     "unknownNames": "default"|"refuse", "protocols": ["h2", "http/1.1"],
//                     "tickets": true,
//                     "forwardIdentity": ["envoy"],
//                     "limits":   { each of PINLATCH_LISTENER_LIMITS (ranges.h),
//                                   "handshakesPerAddress", "handshakePeriodMs" },
//                     "timeouts": { each of PINLATCH_LISTENER_TIMEOUTS } }],
//     "routes":    [{ "name", "at", "listeners": [name, …], "host": null | text,
//                     "path": { "segments": [{ "literal": text } | { "parameter": name }],
//                               "trailingSlash": false, "prefix": false,
//                               "anySlash": null, "anyCase": null },
//                     "methods": null | ["GET", …],
//                     "allow": { "clients": [name, …] } | "any-trusted" | "anyone",
//                     "scopes": [scope, …],
//                     "action": { "kind": "proxy", "upstream": name, "rewrite", "headers",
//                                 "keepFields": [name, …], "expect": "answer"|"forward",
//                                 "upgrade": ["websocket"] }
//                             | { "kind": "respond", "status": 200,
//                                 "fields": [[name, value], …], "body": text }
//                             | { "kind": "live" }
//                             | { "kind": "ready", "upstreams": [name, …] },
//                     "bodyBytes": null | 1024, "forwardIdentity": null | ["envoy"],
//                     "refuseFields": [name, …] }],
//     "tcpRoutes": [{ "name", "at", "listeners": [name, …], "serverName": null | text, "allow",
//                     "upstream": name, "sendProxyProtocol": null | "v2" }] }
//
// "rewrite" is { "stripSegments": 1, "addPrefix": "/v2", "host": "preserve"|"upstream"|{ "name" }
// }, "headers" { "request": edits, "response": edits }, and edits are { "set": [[name, value], …],
// "add": [[name, value], …], "remove": [name, …] }.
//
// A condition is { "kind": "all"|"any", "of": [condition, …] }, { "kind": "not", "of": condition }
// or { "kind": "field", "at", "field": "subject.OU", "oneOf": [match, …] }; a match is { "kind":
// "exact", "value": text } | { "kind": "glob", "pattern": text } | { "kind": "network", "address":
// hex, "bits": 24 } | { "kind": "time", "after", "before" }. decode_condition.cc says which field
// takes which. A network is { "address": hex, "bits": 8 }. notBefore, expires, after and before are
// Unix seconds or null.
//
// Bounds: 64 MiB in all; of numbers and lists those of ranges.h, which are the configuration's, and
// 0 where a bound was left out. Names are unique among their kind,
// and no application is called as a client is. graceSeconds is 0 unless
// whenStale is "grace". With "selfSigned" the pinned certificates are the anchors, and there is
// neither a ca nor revocation; without it nothing is pinned there. A serial has at most 128 digits.
// A ticket lives no longer than rotateSeconds. Server names are lower case, the first label may be
// "*", and a listener has each of its `names` once. Lists that would name nobody or nothing when
// empty may not be empty: ca (pinned with "selfSigned"), both sha256, files, endpoints,
// certificates, a route's listeners, allow.clients, methods, a condition's of and oneOf; pins and
// deny may be. A route has at most 256 segments, in canonical form (http/target.h), and no trailing
// slash with "prefix" or behind no segment; methods are upper case, each once. A fixed response has
// a status of 200 to 599, no body with 204, 205 and 304, no field that frames or dates the
// response, and no control character in its fields. Names, paths and labels hold no control
// character either. Null pins need a condition. A rewrite strips no more segments than the route's
// pattern has, and adds canonical ones. A field is edited once a direction, at most 64 a list, and
// never one that frames a message, ends at this hop or is the gateway's own, identity headers of
// the whole document included. A condition is at most 16 deep and has at most 1024 parts and
// matches. text_rules.h has the rest.
#pragma once

#include <string_view>

#include "base/result.h"
#include "snapshot/model.h"

namespace pinlatch::snapshot {

// Decode turns the document into a Snapshot. Names of trust, clients, upstreams and listeners are
// resolved; an unknown or doubled one is an error, as is everything that the comment above does not
// allow. Error: kSnapshotInvalid, whose `at` is the JSON pointer *into the document* and whose
// detail says what was found and expected.
Result<Snapshot> Decode(std::string_view document);

}  // namespace pinlatch::snapshot
