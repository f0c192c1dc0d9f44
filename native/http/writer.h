// Owns the writing of HTTP/1.1 heads: status lines, request lines, fields and the Date value. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/byte_buffer.h"
#include "base/clock.h"
#include "http/field_name.h"

namespace pinlatch::http {

// ReasonPhrase returns the phrase of the HTTP status code registry (RFC 9110 section 15, RFC 6585
// and others), or "" for a status that it does not name.
std::string_view ReasonPhrase(uint16_t status);
// AppendStatusLine appends the status line of an HTTP/1.1 response (RFC 9112 section 4).
void AppendStatusLine(ByteBuffer& out, uint16_t status);
// AppendRequestLine appends an HTTP/1.1 request line in origin-form (RFC 9112 section 3.2.1), or in
// asterisk-form when `path` is "*". All parts must come from the parser or from CanonicalPath. With
// a `prefix` the path is written behind it.
void AppendRequestLine(ByteBuffer& out, std::string_view method, std::string_view prefix,
                       std::string_view path, std::string_view query, bool has_query);
inline void AppendRequestLine(ByteBuffer& out, std::string_view method, std::string_view path,
                              std::string_view query, bool has_query) {
  AppendRequestLine(out, method, {}, path, query, has_query);
}
// AppendField appends one field line. A control character in `value` is written as SP, which RFC
// 9110 section 5.5 allows, so that no value can end its line whatever it was made from.
void AppendField(ByteBuffer& out, FieldName name, std::string_view value);
void AppendField(ByteBuffer& out, FieldName name, uint64_t value);
// AppendGivenField is the same for a name that a message or the configuration gives: it must be a
// token, which is looked at again.
void AppendGivenField(ByteBuffer& out, std::string_view name, std::string_view value);
// AppendEndOfHead appends the empty line.
void AppendEndOfHead(ByteBuffer& out);
// DateText returns an IMF-fixdate; it holds until the thread's next call. AppendDate appends a Date
// field with an IMF-fixdate (RFC 9110 section 5.6.7); the text is cached per thread and second.
std::string_view DateText(UnixSeconds now);
void AppendDate(ByteBuffer& out, UnixSeconds now);

}  // namespace pinlatch::http
