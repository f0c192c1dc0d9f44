// Owns the size of what is sent in multiples: the payload of a TLS record. Read by whoever fills or
// bounds a buffer for a client.
#pragma once

#include <cstddef>

namespace pinlatch {

// kRecordPayload is how much a record to a client carries on any version of TLS: in 1.3 mbedTLS
// counts the byte of the content type (RFC 8446 section 5.2) among the 16 KiB. What is sent in
// multiples of it leaves no runt behind.
constexpr size_t kRecordPayload = 16 * 1024 - 1;

}  // namespace pinlatch
