// See forwarded_head.h.
#include "forwarding/forwarded_head.h"

#include <utility>

#include "forwarding/identity_headers.h"
#include "forwarding/rewritten_path.h"
#include "forwarding/via.h"
#include "http/hop_by_hop.h"
#include "http/writer.h"
#include "policy/guarded_fields.h"
#include "snapshot/gateway_fields.h"

namespace pinlatch::proxy {
namespace {

// Written by the gateway itself, from what it parsed; never copied. So is the Host.
bool IsRewritten(std::string_view name) {
  return http::EqualsIgnoringCase(name, "Content-Length") ||
         http::EqualsIgnoringCase(name, "Expect");
}

bool IsMaxForwards(std::string_view name) { return http::EqualsIgnoringCase(name, "Max-Forwards"); }

// EndsHere says which of the client's fields are not copied.
bool EndsHere(std::string_view name, const ForwardedRequest& request) {
  return IsRewritten(name) || snapshot::IsGatewayField(name) ||
         request.identity_names.Contains(name) || request.edits.dropped.Contains(name) ||
         http::IsHopByHop(name, request.head.fields) ||
         (request.guarded_names.Contains(name) &&
          !policy::NamesField(request.forwarding.kept, name)) ||
         (request.max_forwards.has_value() && IsMaxForwards(name));
}

ClientLines AppendClientFields(ByteBuffer& out, const ForwardedRequest& request) {
  const size_t before = out.size();
  bool has_host = false;
  for (const http::Field& field : request.head.fields.all()) {
    if (http::EqualsIgnoringCase(field.name, "Host")) {
      has_host = true;
    } else if (EndsHere(field.name, request)) {
      request.ended.Add(field.name);
    } else {
      http::AppendGivenField(out, field.name, field.value);
    }
  }
  return {out.size() - before, has_host};
}

// The Host is the second line of every head.
size_t EndOfHost(std::string_view head) { return head.find("\r\n", head.find("\r\n") + 2) + 2; }

// What this hop says of itself (RFC 9110 section 7.6), which no route edits.
void AppendHop(ByteBuffer& out, const ForwardedRequest& request) {
  if (request.max_forwards.has_value()) {
    http::AppendField(out, "Max-Forwards", uint64_t{*request.max_forwards - 1});
  }
  if (request.via) AppendVia(out, request.record.protocol);
}

std::string_view HostFor(const ForwardedRequest& request, std::string_view asked) {
  const snapshot::Rewrite& rewrite = request.forwarding.rewrite;
  switch (rewrite.host) {
    case snapshot::HostRewrite::kPreserve:
      break;
    case snapshot::HostRewrite::kUpstream:
      return request.upstream_authority;
    case snapshot::HostRewrite::kName:
      return rewrite.host_name;
  }
  return asked;
}

// What a trusted proxy says of those before it stands in front of its own address (each line a
// list, RFC 9110 section 5.3).
void AppendForwardedFor(ByteBuffer& out, const http::Fields& fields, const Peer& peer) {
  if (!peer.is_trusted_proxy) return http::AppendField(out, "X-Forwarded-For", peer.remote_ip);
  out.Append("X-Forwarded-For: ");
  for (const http::Field& field : fields.all()) {
    if (!http::EqualsIgnoringCase(field.name, "X-Forwarded-For") || field.value.empty()) continue;
    out.Append(field.value);
    out.Append(", ");
  }
  out.Append(peer.remote_ip);
  out.Append("\r\n");
}

// How the client came to a trusted proxy, where that says so in one word; else how it came here.
std::string_view ForwardedProto(const http::Fields& fields, const Peer& peer) {
  if (!peer.is_trusted_proxy) return "https";
  std::string_view said;
  for (const http::Field& field : fields.all()) {
    if (!http::EqualsIgnoringCase(field.name, "X-Forwarded-Proto")) continue;
    if (!said.empty()) return "https";
    said = field.value;
  }
  return http::EqualsIgnoringCase(said, "http") ? "http" : "https";
}

void AppendExpectation(ByteBuffer& out, const ForwardedRequest& request) {
  if (LeavesExpectation(request.head, request.forwarding)) {
    http::AppendField(out, "Expect", "100-continue");
  }
}

void AppendFraming(ByteBuffer& out, const http::RequestHead& head) {
  if (head.framing == http::Framing::kLength)
    http::AppendField(out, "Content-Length", head.content_length);
  if (head.framing == http::Framing::kChunked)
    http::AppendField(out, "Transfer-Encoding", "chunked");
}

}  // namespace

ClientLines AppendForwardedRequest(ByteBuffer& out, const ForwardedRequest& request) {
  const http::RequestHead& head = request.head;
  const std::string_view asked = request.record.host;  // empty: the client (HTTP/1.0) named none
  const RewrittenPath path = RewritePath(request.forwarding.rewrite, request.record.path);
  http::AppendRequestLine(out, head.method, path.prefix, path.rest, head.query, head.has_query);
  http::AppendField(out, "Host",
                    HostFor(request, asked.empty() ? request.upstream_authority : asked));
  const ClientLines lines = AppendClientFields(out, request);
  AppendHop(out, request);
  out.Append(request.edits.lines);
  AppendFraming(out, head);
  AppendExpectation(out, request);
  if (!request.upgrade.empty()) {
    http::AppendField(out, "Connection", "Upgrade");
    http::AppendField(out, "Upgrade", request.upgrade);
    if (!request.websocket_key.empty())
      http::AppendField(out, "Sec-WebSocket-Key", request.websocket_key);
  }
  AppendForwardedFor(out, head.fields, request.peer);
  http::AppendField(out, "X-Forwarded-Proto", ForwardedProto(head.fields, request.peer));
  if (!asked.empty()) http::AppendField(out, "X-Forwarded-Host", asked);
  http::AppendField(out, "X-Forwarded-Port", uint64_t{request.peer.local_port});
  if (!path.stripped.empty()) http::AppendField(out, "X-Forwarded-Prefix", path.stripped);
  http::AppendField(out, "X-Request-Id", request.record.id);
  if (request.told.forwarded) AppendForwarded(out, request.peer.remote_ip, asked);
  if (request.told.fields != nullptr) out.Append(request.told.fields->readable());
  http::AppendEndOfHead(out);
  return lines;
}

std::string_view ClientLinesOf(std::string_view head, const ClientLines& lines) {
  return head.substr(EndOfHost(head), lines.size);
}

void ReplaceHost(ByteBuffer& head, std::string_view host) {
  constexpr std::string_view kName = "Host: ";
  const std::string_view text = head.text();
  const size_t begin = text.find("\r\n") + 2 + kName.size();
  const size_t end = EndOfHost(text) - 2;
  if (text.substr(begin, end - begin) == host) return;
  ByteBuffer replaced;
  replaced.Append(text.substr(0, begin));
  replaced.Append(host);
  replaced.Append(text.substr(end));
  head = std::move(replaced);
}

void SelectInterimFields(const http::ResponseHead& head, const ResponseEdits& edits,
                         std::vector<http::Field>& into) {
  into.clear();
  for (const http::Field& field : head.fields.all()) {
    if (http::EqualsIgnoringCase(field.name, "Content-Length") ||
        http::EqualsIgnoringCase(field.name, "X-Request-Id") ||
        edits.dropped.Contains(field.name) || http::IsHopByHop(field.name, head.fields)) {
      continue;
    }
    into.push_back(field);
  }
}

void SelectForwardedFields(const http::ResponseHead& head, const ResponseEdits& edits,
                           std::vector<http::Field>& into) {
  SelectInterimFields(head, edits, into);
  into.insert(into.end(), edits.added.begin(), edits.added.end());
}

}  // namespace pinlatch::proxy
