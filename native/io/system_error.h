// Owns the words for errno values in operator-facing details. Private to io/.
#pragma once

#include <string>

namespace pinlatch::io {

// SystemErrorText returns a short lower-case reason, e.g. "address in use", for the errors that
// operators meet, and the C library's text for the rest.
std::string SystemErrorText(int system_error);

}  // namespace pinlatch::io
