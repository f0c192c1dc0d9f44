// Owns the meaning of a request head that comes as fields alone, as in HTTP/2: as strict as the
// parser of HTTP/1.1 heads, and with the same result. Pure.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "http/head.h"

namespace pinlatch::http {

// ParseRequestFields reads pseudo-fields, which come first, and fields (RFC 9113
// sections 8.2, 8.3). `ended` says that no body follows. The head's views point into the fields,
// and into `cookies`, which takes the crumbs of a Cookie field together (section 8.2.3). Framing
// becomes kLength where a length is stated, else kChunked where a body follows. An extended CONNECT
// (RFC 8441) has neither: what follows is another protocol's. Errors: those of ParseRequestHead.
Status ParseRequestFields(std::span<const Field> fields, bool ended, const HeadLimits& limits,
                          std::string& cookies, RequestHead& into);

}  // namespace pinlatch::http
