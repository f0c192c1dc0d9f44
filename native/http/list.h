// Owns taking comma-separated field values apart (RFC 9110 section 5.6.1). Private to http/. Pure.
#pragma once

#include <string_view>

namespace pinlatch::http {

// TakeElement removes the first element and its comma from `list` and returns it without
// surrounding white space. It may be empty. A comma inside a quoted string separates nothing.
std::string_view TakeElement(std::string_view& list);

}  // namespace pinlatch::http
