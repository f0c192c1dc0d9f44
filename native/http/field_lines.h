// Owns the parsing of field lines, shared by requests and responses. Private to http/. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "http/head.h"

namespace pinlatch::http {

// ParseFieldLines parses the field lines of `head` from `at` up to the empty line, which must be
// the end of `head` (RFC 9112 section 5). It clears `fields` first. Errors: kMalformedRequest,
// kHeadTooLarge (more than `max_fields`).
Status ParseFieldLines(std::string_view head, size_t at, uint32_t max_fields, Fields& fields);

}  // namespace pinlatch::http
