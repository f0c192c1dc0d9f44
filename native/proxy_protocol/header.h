// Owns the reading of a PROXY protocol header, version 1 or 2 (HAProxy's specification), by which a
// proxy in front says who its client is. Pure and strict: what the specification does not allow is
// refused, never guessed at.
#pragma once

#include <cstdint>

#include "base/address_octets.h"
#include "base/bytes.h"
#include "base/result.h"

namespace pinlatch::proxy_protocol {

// A longer header is refused. The specification allows 64 KiB in version 2; no known sender of
// addresses and certificate names comes near this.
inline constexpr size_t kMostHeaderBytes = 4096;
inline constexpr size_t kMostVersion1Bytes = 107;  // specification, section 2.1

struct Endpoint {
  AddressOctets address;  // an IPv4 address is never in its IPv6 form
  uint16_t port = 0;
};

struct Header {
  enum class Kind : uint8_t {
    kLocal,    // the proxy speaks for itself, to see whether this gateway is there
    kUnknown,  // for a client whose address it does not say: the connection's own holds
    kAddress,  // for the client at `source`, which connected to `destination`
    kUnix,     // for a client on a unix socket, which has no address
  };
  Kind kind = Kind::kUnknown;
  uint8_t version = 1;
  Endpoint source;
  Endpoint destination;
  ByteSpan tlvs;  // of version 2, whole fields only; into the bytes that were read
};

// ReadHeader reads the header at the front of `bytes` and returns its size; 0 while more bytes are
// needed to tell. A version 2 checksum is verified where there is one. Error: kProxyHeader, as soon
// as it is certain.
Result<size_t> ReadHeader(ByteSpan bytes, Header& into);

}  // namespace pinlatch::proxy_protocol
