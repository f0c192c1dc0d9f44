// Owns how a message names a character that may not stand where it does. Private to http/. Pure.
#pragma once

#include <string>
#include <string_view>

namespace pinlatch::http {

// NotAllowed says for the operator that `where` ("the path") contains `c`, which is not allowed
// there, and what would be.
std::string NotAllowed(char c, std::string_view where);

}  // namespace pinlatch::http
