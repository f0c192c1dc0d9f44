// See test_document.h.
#include "snapshot/test_document.h"

#include <yyjson.h>

#include <cstdlib>

#include "snapshot/listener_numbers.h"

namespace pinlatch::snapshot {
namespace {

// The words in capitals stand for the numbers of a listener.
constexpr std::string_view kTemplate = R"({
  "format": "pinlatch-snapshot/1", "workers": 2, "drainMs": 15000, "cryptoProvider": "auto", "accessLog": "all",
  "via": true, "guardedFields": ["Proxy"],
  "tickets": { "lifetimeSeconds": 600, "rotateSeconds": 3600 },
  "trust": [
    { "name": "devices", "at": "/trust/devices", "selfSigned": false, "pinned": [],
      "ca": [{ "path": "/etc/ca.crt",
               "sha256": ["00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"] }],
      "revocation": { "files": ["/etc/ca.crl"], "whenStale": "grace", "graceSeconds": 3600, "leafOnly": true,
                      "acceptUnlistedIssuers": true, "acceptUnnumbered": true },
      "deny": [{ "kind": "sha256", "value": "0f112233445566778899aabbccddeeff00112233445566778899aabbccddeeff" },
               { "kind": "serial", "value": "0A1b" }],
      "minRsaBits": 3072, "maxDepth": 2 },
    { "name": "partners", "at": "/trust/partners", "selfSigned": false, "pinned": [],
      "ca": [{ "path": "p.crt",
               "sha256": ["ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100"] }],
      "revocation": null, "deny": [], "minRsaBits": 2048, "maxDepth": 8 },
    { "name": "kiosks", "at": "/trust/kiosks", "selfSigned": true, "ca": [], "revocation": null,
      "pinned": [{ "sha256": "eeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100ff", "notBefore": null, "expires": 1900000000 }],
      "deny": [], "minRsaBits": 2048, "maxDepth": 8 }],
  "clients": [
    { "name": "billing", "at": "/clients/billing",
      "pins": [{ "kind": "sha256", "value": "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20", "label": "now", "notBefore": null, "expires": null },
               { "kind": "sha1", "value": "0102030405060708090A0B0C0D0E0F1011121314", "label": "", "notBefore": 1700000000, "expires": 1800000000 },
               { "kind": "spki-sha256", "value": "ff02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20", "label": "2027 key", "notBefore": 1800000000, "expires": null }],
      "when": null, "scopes": ["customer:read"] },
    { "name": "audit", "at": "/clients/audit", "pins": [], "when": null, "scopes": [] },
    { "name": "kiosk", "at": "/clients/kiosk", "pins": null,
      "when": { "kind": "all", "of": [
        { "kind": "field", "at": "/clients/kiosk/when/subject.OU", "field": "subject.OU",
          "oneOf": [{ "kind": "exact", "value": "kiosks" }, { "kind": "glob", "pattern": "kiosk-*", "which": "first" }] },
        { "kind": "any", "of": [
          { "kind": "field", "at": "", "field": "san.ip",
            "oneOf": [{ "kind": "network", "address": "0a000000", "bits": 8 }] },
          { "kind": "field", "at": "", "field": "serial", "oneOf": [{ "kind": "exact", "value": "0A1B" }] }] },
        { "kind": "not", "of": { "kind": "field", "at": "", "field": "notAfter",
          "oneOf": [{ "kind": "time", "after": null, "before": 1700000000 }] } }] }, "scopes": [] }],
  "applications": [{ "name": "erp", "at": "/applications/erp", "clients": ["kiosk", "billing"], "scopes": ["orders:read"] }],
  "upstreams": [
    { "name": "crm", "at": "/upstreams/crm",
      "endpoints": [{ "kind": "tcp", "host": "127.0.0.1", "port": 9000, "weight": 3, "backup": false },
                    { "kind": "unix", "path": "/run/crm.sock", "weight": 1, "backup": true }],
      "protocol": "h2", "tls": null,
      "connectMs": 1, "responseMs": 2, "idleMs": 3, "keepAliveMs": 4, "maxIdle": 5,
      "balancing": { "policy": "hash", "hashHeader": "x-session", "failback": false, "slowStartMs": 6 },
      "health": { "target": "/healthz?deep=1", "host": "crm.local:80", "intervalMs": 8, "timeoutMs": 7, "healthy": 9, "unhealthy": 10, "expectFrom": 201, "expectTo": 204 },
      "ejection": { "failures": 11, "baseMs": 12, "mostMs": 13, "mostPercent": 14 },
      "retries": { "attempts": 15, "onConnect": false, "onReset": true, "budgetPercent": 16 },
      "limits": { "connections": 17, "requests": 18, "queue": 19, "queueMs": 20 }, "resolveMs": 21 },
    { "name": "secure", "at": "/upstreams/secure",
      "endpoints": [{ "kind": "tls", "host": "crm.internal", "port": 443, "weight": 1, "backup": false }],
      "protocol": "http1",
      "tls": { "trust": "partners", "serverName": "crm.example",
               "certificate": { "at": "/upstreams/secure/tls/certificate",
                                "chain": { "path": "gateway.crt", "sha256": ["aa112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"] },
                                "key": { "secret": "gateway.key" } },
               "pins": [{ "kind": "sha1", "value": "0123456789abcdef0123456789abcdef01234567", "label": "next", "notBefore": null, "expires": null }],
               "minVersion": "1.3" },
      "connectMs": 1, "responseMs": 2, "idleMs": 3, "keepAliveMs": 4, "maxIdle": 5,
      "balancing": { "policy": "round-robin", "hashHeader": null, "failback": true, "slowStartMs": 0 },
      "health": null, "ejection": null,
      "retries": { "attempts": 3, "onConnect": true, "onReset": true, "budgetPercent": 20 },
      "limits": { "connections": 0, "requests": 0, "queue": 100, "queueMs": 5000 }, "resolveMs": 30000 }],
  "listeners": [
    { "name": "edge", "at": "/listeners/edge", "address": "0.0.0.0", "port": 8443,
      "front": { "mode": "http", "alpn": [], "startTls": null, "proxyFrom": [{ "address": "0a000000", "bits": 8 }],
                 "forwardedFrom": [{ "address": "20010db8000000000000000000000000", "bits": 32 }] },
      "certificates": [{ "at": "/listeners/edge/certificates/0",
                         "chain": { "path": "server.crt", "sha256": ["aa112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"] },
                         "key": { "secret": "server.key" }, "names": ["edge.local", "*.example.com"] }],
      "clientAuth": "optional", "trust": "partners", "minVersion": "1.3", "announceAuthorities": true,
      "names": [{ "name": "api.local", "at": "/listeners/edge/names/api.local",
                  "clientAuth": "required", "trust": "devices", "minVersion": "1.2" },
                { "name": "*.open.local", "at": "/listeners/edge/names/*.open.local",
                  "clientAuth": "none", "trust": "partners", "minVersion": "1.3" }],
      "unknownNames": "refuse", "protocols": ["http/1.1"], "tickets": false, "forwardIdentity": ["envoy"],
      "limits": LIMITS OF EDGE,
      "timeouts": TIMEOUTS OF EDGE },
    { "name": "inside", "at": "/listeners/inside", "address": "::1", "port": 0,
      "front": { "mode": "http", "alpn": [], "startTls": null, "proxyFrom": [], "forwardedFrom": [] },
      "certificates": [{ "at": "/listeners/inside/certificates/0",
                         "chain": { "path": "in.crt", "sha256": ["bb112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"] },
                         "key": { "secret": "in.key" }, "names": [] }],
      "clientAuth": "required", "trust": "devices", "minVersion": "1.2", "announceAuthorities": false, "names": [],
      "unknownNames": "default", "protocols": ["h2", "http/1.1"], "tickets": true, "forwardIdentity": [],
      "limits": USUAL LIMITS,
      "timeouts": USUAL TIMEOUTS },
    { "name": "plant", "at": "/listeners/plant", "address": "127.0.0.1", "port": 8883,
      "front": { "mode": "tcp", "alpn": ["mqtt"], "startTls": "postgresql", "proxyFrom": [], "forwardedFrom": [] },
      "certificates": [{ "at": "/listeners/plant/certificates/0",
                         "chain": { "path": "in.crt", "sha256": ["bb112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"] },
                         "key": { "secret": "in.key" }, "names": [] }],
      "clientAuth": "required", "trust": "devices", "minVersion": "1.2", "announceAuthorities": false, "names": [],
      "unknownNames": "default", "protocols": ["http/1.1"], "tickets": true, "forwardIdentity": [],
      "limits": USUAL LIMITS,
      "timeouts": USUAL TIMEOUTS }],
  "routes": [
    { "name": "customer", "at": "/routes/0", "listeners": ["inside", "edge", "inside"], "host": "api.local",
      "path": { "segments": [{ "literal": "api" }, { "parameter": "id" }], "trailingSlash": true, "prefix": false,
                "anySlash": true, "anyCase": true },
      "methods": ["GET", "POST"], "allow": { "clients": ["audit", "billing", "audit"] }, "scopes": ["orders:read", "customer:read"],
      "action": { "kind": "proxy", "upstream": "crm",
        "rewrite": { "stripSegments": 1, "addPrefix": "/v2", "host": { "name": "crm.internal:8080" } },
        "headers": { "request": { "set": [["X-Version", "2"]], "add": [["X-Edge", "1"]], "remove": ["Cookie"] },
                     "response": { "set": [["Cache-Control", "no-store"]], "add": [["Vary", "Origin"]], "remove": ["Server"] } },
        "keepFields": ["X-HTTP_Method-Override"], "expect": "forward", "upgrade": ["websocket"] },
      "bodyBytes": 1048576,
      "forwardIdentity": ["rfc9440", { "envoy": ["by", "hash", "cert", "chain"] },
                          { "header": "X-Client-CN", "field": "subject.CN" }],
      "refuseFields": ["X-Forwarded_Proto"] },
    { "name": "ping", "at": "/routes/1", "listeners": ["edge"], "host": null,
      "path": { "segments": [], "trailingSlash": false, "prefix": true,
                "anySlash": null, "anyCase": null },
      "methods": null, "allow": "any-trusted", "scopes": [],
      "action": { "kind": "respond", "status": 418, "fields": [["Content-Type", "text/plain"], ["X-Empty", ""]], "body": "pong\n" },
      "bodyBytes": null,
      "forwardIdentity": [], "refuseFields": [] },
    { "name": "open", "at": "/routes/2", "listeners": ["edge"], "host": null,
      "path": { "segments": [{ "literal": "open" }], "trailingSlash": false, "prefix": false,
                "anySlash": null, "anyCase": null },
      "methods": ["GET"], "allow": "anyone", "scopes": [],
      "action": { "kind": "respond", "status": 204, "fields": [], "body": "" },
      "bodyBytes": null, "forwardIdentity": null, "refuseFields": [] },
    { "name": "live", "at": "/routes/3", "listeners": ["edge"], "host": null,
      "path": { "segments": [{ "literal": "live" }], "trailingSlash": false, "prefix": false,
                "anySlash": null, "anyCase": null },
      "methods": null, "allow": "anyone", "scopes": [], "action": { "kind": "live" }, "bodyBytes": null, "forwardIdentity": null, "refuseFields": [] },
    { "name": "ready", "at": "/routes/4", "listeners": ["edge"], "host": null,
      "path": { "segments": [{ "literal": "ready" }], "trailingSlash": false, "prefix": false,
                "anySlash": null, "anyCase": null },
      "methods": null, "allow": "anyone", "scopes": [], "action": { "kind": "ready", "upstreams": ["crm"] },
      "bodyBytes": null, "forwardIdentity": null, "refuseFields": [] }],
  "tcpRoutes": [
    { "name": "broker", "at": "/routes/5", "listeners": ["plant"], "serverName": "mqtt.local",
      "allow": { "clients": ["billing"] }, "upstream": "crm", "sendProxyProtocol": "v2" },
    { "name": "rest", "at": "/routes/6", "listeners": ["plant"], "serverName": null,
      "allow": "any-trusted", "upstream": "crm", "sendProxyProtocol": null }]
})";

void Require(bool holds) {
  if (!holds) std::abort();  // a mistake in the test itself
}

std::string Filled(std::string text, std::string_view word, const Numbers& numbers) {
  const std::string written = numbers.Text();
  size_t at = text.find(word);
  Require(at != std::string::npos);
  for (; at != std::string::npos; at = text.find(word, at)) text.replace(at, word.size(), written);
  return text;
}

Numbers LimitsOfEdge() {
  return UsualLimits()
      .Set("streams", 50)
      .Set("requestsPerConnection", 1000)
      .Set("connectionsPerAddress", 20)
      .Set("handshakesPerAddress", 30)
      .Set("handshakePeriodMs", 60000)
      .Set("handshakeBurst", 40);
}

Numbers TimeoutsOfEdge() {
  return UsualTimeouts()
      .Set("firstByteMs", 10)
      .Set("handshakeMs", 11)
      .Set("headMs", 12)
      .Set("bodyMs", 13)
      .Set("writeMs", 14)
      .Set("idleMs", 15)
      .Set("evictionMs", 16)
      .Set("tunnelIdleMs", 17);
}

std::string MakeFullDocument() {
  std::string text(kTemplate);
  text = Filled(std::move(text), "LIMITS OF EDGE", LimitsOfEdge());
  text = Filled(std::move(text), "TIMEOUTS OF EDGE", TimeoutsOfEdge());
  text = Filled(std::move(text), "USUAL LIMITS", UsualLimits());
  return Filled(std::move(text), "USUAL TIMEOUTS", UsualTimeouts());
}

const std::string& Full() {
  static const std::string document = MakeFullDocument();
  return document;
}

// Editor is a mutable copy of the full document.
class Editor {
 public:
  Editor() {
    yyjson_doc* parsed = yyjson_read(Full().data(), Full().size(), 0);
    Require(parsed != nullptr);
    doc_ = yyjson_doc_mut_copy(parsed, nullptr);
    yyjson_doc_free(parsed);
    Require(doc_ != nullptr);
  }
  Editor(const Editor&) = delete;
  Editor& operator=(const Editor&) = delete;
  ~Editor() { yyjson_mut_doc_free(doc_); }

  yyjson_mut_doc* doc() { return doc_; }

  yyjson_mut_val* Make(std::string_view json) {
    yyjson_doc* parsed = yyjson_read(json.data(), json.size(), 0);
    Require(parsed != nullptr);
    yyjson_mut_val* value = yyjson_val_mut_copy(doc_, yyjson_doc_get_root(parsed));
    yyjson_doc_free(parsed);
    return value;
  }

  std::string Write() {
    size_t size = 0;
    char* text = yyjson_mut_write(doc_, 0, &size);
    Require(text != nullptr);
    std::string result(text, size);
    std::free(text);
    return result;
  }

 private:
  yyjson_mut_doc* doc_ = nullptr;
};

void Walk(yyjson_val* value, const std::string& pointer, std::vector<Place>& places) {
  const auto visit = [&](const std::string& token, yyjson_val* child) {
    const std::string place = pointer + "/" + token;
    places.push_back(
        {place, pointer, yyjson_is_obj(child), yyjson_is_arr(child), yyjson_is_obj(value)});
    Walk(child, place, places);
  };
  size_t index = 0;
  size_t count = 0;
  yyjson_val* key = nullptr;
  yyjson_val* child = nullptr;
  if (yyjson_is_obj(value)) {
    yyjson_obj_foreach(value, index, count, key, child) visit(yyjson_get_str(key), child);
  } else if (yyjson_is_arr(value)) {
    yyjson_arr_foreach(value, index, count, child) visit(std::to_string(index), child);
  }
}

}  // namespace

std::string FullDocument() { return Full(); }

std::string Changed(std::string_view pointer, std::string_view value) {
  Editor editor;
  Require(
      yyjson_mut_doc_ptr_setn(editor.doc(), pointer.data(), pointer.size(), editor.Make(value)));
  return editor.Write();
}

std::string Removed(std::string_view pointer) {
  Editor editor;
  Require(yyjson_mut_doc_ptr_removen(editor.doc(), pointer.data(), pointer.size()) != nullptr);
  return editor.Write();
}

std::string Doubled(std::string_view pointer) {
  Editor editor;
  const size_t slash = pointer.rfind('/');
  const std::string_view key = pointer.substr(slash + 1);
  yyjson_mut_val* object = yyjson_mut_doc_ptr_getn(editor.doc(), pointer.data(), slash);
  yyjson_mut_val* member = yyjson_mut_obj_getn(object, key.data(), key.size());
  Require(member != nullptr);
  yyjson_mut_val* name = yyjson_mut_strncpy(editor.doc(), key.data(), key.size());
  Require(yyjson_mut_obj_add(object, name, yyjson_mut_val_mut_copy(editor.doc(), member)));
  return editor.Write();
}

std::vector<Place> Places() {
  yyjson_doc* parsed = yyjson_read(Full().data(), Full().size(), 0);
  Require(parsed != nullptr);
  std::vector<Place> places;
  Walk(yyjson_doc_get_root(parsed), "", places);
  yyjson_doc_free(parsed);
  return places;
}

}  // namespace pinlatch::snapshot
