// Owns the reading of mbedTLS's error numbers: what the operator is told and what the client is.
// Internal to tls/. Pure.
#pragma once

#include <cstdint>

#include "base/error.h"

namespace pinlatch::tls {

// ProtocolError is a failure that mbedTLS found: the error, and the alert to send where mbedTLS did
// not send one itself.
struct ProtocolError {
  Error error;
  uint8_t alert = 0;
};

// ExplainProtocolError words `mbedtls_error`, which a handshake in state `state`
// (mbedtls_ssl_states) or a read after it ended with.
ProtocolError ExplainProtocolError(int mbedtls_error, int state);

}  // namespace pinlatch::tls
