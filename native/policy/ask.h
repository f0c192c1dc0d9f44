// Owns what a client asks for, in the one form that is judged. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/head.h"
#include "http/target.h"

namespace pinlatch::policy {

// Ask is a request as far as it is judged, or a TCP connection, which asks for nothing but its
// server name. A reload can change the mode of a listener: what is under way stays what it is.
struct Ask {
  bool is_connection = false;
  std::string_view method{};
  std::string_view path{};  // canonical
  std::string_view host{};  // canonical name; empty: the request names none
  // The fields of the head, and of the trailers once they are there. Afterwards their names alone.
  std::span<const http::Field> fields{};
};

// AskAsSent is the part of a request that is brought into that form.
struct AskAsSent {
  std::string_view method;
  std::string_view path;
  std::string_view query;
  bool has_query = false;
  std::string_view host;  // of Host or :authority, with its port; may be empty
};

// ReadAsk writes the canonical path and host, whose memory the caller keeps. Errors: kBadPath, with
// `path` canonical when it was the query that is invalid, else empty; kBadHost.
inline Status ReadAsk(const AskAsSent& sent, std::string& path, http::Host& host) {
  host.name.clear();
  PINLATCH_TRY(http::CanonicalPath(sent.path, path));
  if (sent.has_query && !http::ValidQuery(sent.query)) {
    return Error(ErrorCode::kBadPath, "invalid query");
  }
  return sent.host.empty() ? Status() : http::ParseHost(sent.host, host);
}

}  // namespace pinlatch::policy
