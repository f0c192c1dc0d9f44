// Owns what the fields of a head say about the message itself: body length, persistence, options of
// the connection (RFC 9112 sections 6 and 9). Private to http/; requests and responses share it.
// Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "http/head.h"

namespace pinlatch::http {

// NotedFields is what one pass over the fields found. The pointers are the first field of that
// name, or nullptr.
struct NotedFields {
  const Field* host = nullptr;
  const Field* content_length = nullptr;
  const Field* transfer_encoding = nullptr;
  const Field* expect = nullptr;
  const Field* upgrade = nullptr;
  bool host_repeated = false;
  bool content_length_repeated = false;
  bool transfer_encoding_repeated = false;
  bool expect_repeated = false;
  bool has_connection = false;
};

// NoteFields finds the fields that decide about the message. Error: kAmbiguousFraming for a name
// that some recipients take for a framing field ("Content_Length", "Transfer.Encoding").
Status NoteFields(const Fields& fields, NotedFields& into);

// ConnectionOptions are the connection options that this gateway knows (RFC 9110 section 7.6.1).
struct ConnectionOptions {
  bool close = false;
  bool keep_alive = false;
  bool upgrade = false;
};

// ParseConnection reads every Connection field. Errors: kMalformedRequest when one is not a list of
// tokens or names a field that is meant for all recipients; kHeadTooLarge beyond 1024 bytes of
// options. `may_name_transfer_encoding` is for responses: servers do that, and it changes nothing.
Status ParseConnection(const Fields& fields, bool may_name_transfer_encoding,
                       ConnectionOptions& into);

// StatedLength is the body length that the fields state.
struct StatedLength {
  bool chunked = false;
  bool has_length = false;
  uint64_t length = 0;
};

// ReadStatedLength reads Content-Length and Transfer-Encoding strictly (RFC 9112 section 6.3).
// Errors: kAmbiguousFraming, kUnsupportedCoding.
Status ReadStatedLength(const NotedFields& noted, uint8_t minor_version, StatedLength& into);

}  // namespace pinlatch::http
