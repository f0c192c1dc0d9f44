// Owns the rewriting of heads at this hop: what of a request goes on to the upstream and what of a
// response to the client.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/byte_buffer.h"
#include "forwarding/header_edits.h"
#include "forwarding/identity_blocks.h"
#include "http/head.h"
#include "record/field_names.h"
#include "record/peer.h"
#include "record/request_record.h"

namespace pinlatch::proxy {

// ForwardedRequest is what AppendForwardedRequest needs besides the parsed head.
struct ForwardedRequest {
  const http::RequestHead& head;
  const RequestRecord& record;  // canonical path, id
  const Peer& peer;
  const FieldNameSet& identity_names;  // never copied from the client
  const FieldNameSet& guarded_names;   // copied where the route keeps them
  const snapshot::Forwarding& forwarding;
  const RequestEdits& edits;
  std::string_view upgrade;        // to be asked for; empty: nothing
  std::string_view websocket_key;  // to be added; empty: the client has its own
  Told told;
  bool via;                              // to be added
  std::optional<uint32_t> max_forwards;  // as the client said
  // Host where the route says so, and for a request that came without one (HTTP/1.0).
  std::string_view upstream_authority;
  FieldNames& ended;  // gets the names of the fields that end here, but for Host
};

// ClientLines says what of a head that AppendForwardedRequest wrote the client had written: so many
// bytes behind the line with the Host. `has_host` says that the client's had a Host as well.
struct ClientLines {
  size_t size = 0;
  bool has_host = false;
};

// AppendForwardedRequest writes the request head that the upstream gets. Hop-by-hop fields and
// every field that belongs to the gateway are dropped before the gateway adds its own, so that no
// client can speak in its name; what the route edits comes in between.
ClientLines AppendForwardedRequest(ByteBuffer& out, const ForwardedRequest& request);

// LeavesExpectation says that the service is to answer what the client expects (RFC 9110 section
// 10.1.1), and not the gateway.
inline bool LeavesExpectation(const http::RequestHead& head,
                              const snapshot::Forwarding& forwarding) {
  return head.expect_continue && forwarding.forwards_expect;
}

// ClientLinesOf returns those lines of such a head, whatever its Host is by now.
std::string_view ClientLinesOf(std::string_view head, const ClientLines& lines);

// ReplaceHost changes the Host of a head that AppendForwardedRequest wrote. Views into it are void
// afterwards.
void ReplaceHost(ByteBuffer& head, std::string_view host);

// SelectForwardedFields collects the fields of an upstream's response that the client gets: views
// into the response and into what the edits borrow.
void SelectForwardedFields(const http::ResponseHead& head, const ResponseEdits& edits,
                           std::vector<http::Field>& into);
// SelectInterimFields does so for an interim response: what the edits add is the answer's.
void SelectInterimFields(const http::ResponseHead& head, const ResponseEdits& edits,
                         std::vector<http::Field>& into);

}  // namespace pinlatch::proxy
