// Owns the writing of HTTP/1.1 heads: status lines, request lines, fields and the Date value. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/byte_buffer.h"
#include "base/clock.h"

namespace pinlatch::http {

// ReasonPhrase returns the phrase of RFC 9110 section 15, or "" for a status that it does not name.
std::string_view ReasonPhrase(uint16_t status);
void AppendStatusLine(ByteBuffer& out, uint16_t status);
void AppendRequestLine(ByteBuffer& out, std::string_view method, std::string_view path, std::string_view query, bool has_query);
void AppendField(ByteBuffer& out, std::string_view name, std::string_view value);
void AppendField(ByteBuffer& out, std::string_view name, uint64_t value);
void AppendEndOfHead(ByteBuffer& out);
// AppendDate appends a Date field with an IMF-fixdate (RFC 9110 section 5.6.7); the text is cached per thread and second.
void AppendDate(ByteBuffer& out, UnixSeconds now);

}  // namespace pinlatch::http
