// Owns the choice of cipher suites, their order and their names. Pure, but for asking the processor
// once what it can do.
#pragma once

#include <string_view>

namespace pinlatch::tls {

// CipherSuites returns the suites that servers offer, best first, ended by 0, as mbedTLS takes
// them. Static storage. Only AEAD with ephemeral ECDH. AES-128-GCM leads where the processor has
// AES instructions; ChaCha20-Poly1305 does where it has not (ARMv7 boards), being several times
// faster there and free of table look-ups that depend on the key. TLS 1.2 takes the first that the
// client has too; in TLS 1.3 mbedTLS follows the client, who knows its own processor.
const int* CipherSuites();

// CipherSuiteName returns the IANA name of one of those suites, "" for another number.
std::string_view CipherSuiteName(int id);

}  // namespace pinlatch::tls
