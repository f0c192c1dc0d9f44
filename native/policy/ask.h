// Owns what a client asks for, in the one form that is judged. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/head.h"
#include "http/target.h"
#include "snapshot/model.h"

namespace pinlatch::policy {

// Ask is a request as far as it is judged, or a TCP connection, which asks for nothing but its
// server name. A reload can change the mode of a listener: what is under way stays what it is.
struct Ask {
  bool is_connection = false;
  std::string_view method{};
  std::string_view path{};  // canonical, or kGateway
  std::string_view host{};  // canonical name; empty: the request names none
  // The fields of the head, and of the trailers once they are there. Afterwards their names alone.
  std::span<const http::Field> fields{};
};

// kGateway is the path of a request about the gateway as a whole: OPTIONS * (RFC 9110 section
// 9.3.7).
inline constexpr std::string_view kGateway = "*";

// HeadLimitsOf returns how long the head of a request may be on a listener with these limits.
inline http::HeadLimits HeadLimitsOf(const snapshot::Limits& limits) {
  return {limits.head_bytes, limits.head_fields, limits.target_bytes};
}

// ReadPath writes the canonical path of a head.
inline Status ReadPath(const http::RequestHead& head, std::string& path) {
  if (head.path != kGateway) return http::CanonicalPath(head.path, path);
  path = kGateway;
  return {};
}

// ReadAsk writes the canonical path and host of a head, whose memory the caller keeps. Errors:
// kBadPath, with `path` canonical when it was the query that is invalid, else empty; kBadHost.
inline Status ReadAsk(const http::RequestHead& head, std::string& path, http::Host& host) {
  host.name.clear();
  PINLATCH_TRY(ReadPath(head, path));
  if (head.has_query && !http::ValidQuery(head.query)) {
    return Error(ErrorCode::kBadPath, "the query is not valid");
  }
  return head.host.empty() ? Status() : http::ParseHost(head.host, host);
}

}  // namespace pinlatch::policy
