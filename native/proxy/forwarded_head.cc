// See forwarded_head.h.
#include "proxy/forwarded_head.h"

#include "http/hop_by_hop.h"
#include "http/writer.h"
#include "proxy/identity_headers.h"

namespace pinlatch::proxy {
namespace {

// Written by the gateway itself, from what it parsed; never copied.
bool IsRewritten(std::string_view name) {
  return http::EqualsIgnoringCase(name, "Host") ||
         http::EqualsIgnoringCase(name, "Content-Length") ||
         http::EqualsIgnoringCase(name, "Expect");
}

void AppendClientFields(ByteBuffer& out, const http::Fields& fields,
                        const FieldNameSet& identity_names) {
  for (const http::Field& field : fields.all()) {
    if (IsRewritten(field.name) || IsGatewayField(field.name) ||
        identity_names.Contains(field.name) || http::IsHopByHop(field.name, fields))
      continue;
    http::AppendField(out, field.name, field.value);
  }
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

void AppendFraming(ByteBuffer& out, const http::RequestHead& head) {
  if (head.framing == http::Framing::kLength)
    http::AppendField(out, "Content-Length", head.content_length);
  if (head.framing == http::Framing::kChunked)
    http::AppendField(out, "Transfer-Encoding", "chunked");
}

}  // namespace

void AppendForwardedRequest(ByteBuffer& out, const ForwardedRequest& request) {
  const http::RequestHead& head = request.head;
  const std::string_view host = head.host.empty() ? request.fallback_authority : head.host;
  http::AppendRequestLine(out, head.method, request.record.path, head.query, head.has_query);
  http::AppendField(out, "Host", host);
  AppendClientFields(out, head.fields, request.identity_names);
  AppendFraming(out, head);
  AppendForwardedFor(out, head.fields, request.peer);
  http::AppendField(out, "X-Forwarded-Proto", ForwardedProto(head.fields, request.peer));
  http::AppendField(out, "X-Forwarded-Host", host);
  http::AppendField(out, "X-Forwarded-Port", uint64_t{request.peer.local_port});
  http::AppendField(out, "X-Request-Id", request.record.id);
  if (request.told.forwarded) AppendForwarded(out, request.peer.remote_ip, host);
  if (request.told.fields != nullptr) out.Append(request.told.fields->readable());
  http::AppendEndOfHead(out);
}

void SelectForwardedFields(const http::ResponseHead& head, std::vector<http::Field>& into) {
  into.clear();
  for (const http::Field& field : head.fields.all()) {
    if (http::EqualsIgnoringCase(field.name, "Content-Length") ||
        http::EqualsIgnoringCase(field.name, "X-Request-Id") ||
        http::IsHopByHop(field.name, head.fields)) {
      continue;
    }
    into.push_back(field);
  }
}

}  // namespace pinlatch::proxy
