// Owns the writing of PROXY protocol version 2 headers, by which an upstream learns who the client
// is. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/byte_buffer.h"
#include "proxy_protocol/header.h"

namespace pinlatch::proxy_protocol {

// A longer text is left out whole: half a name is another name.
inline constexpr size_t kMostTextBytes = 255;

// Tls is what is told of the client's TLS connection. Empty texts are left out.
struct Tls {
  std::string_view version;  // "TLSv1.3"
  std::string_view cipher;   // the IANA name
  std::string_view
      common_name;  // of the client's certificate; not written with a control character
  // The client presented a certificate, which was verified: on this connection, or in the session
  // that it resumes.
  bool has_certificate = false;
  bool resumed = false;
};

struct ToWrite {
  Endpoint source;
  Endpoint destination;
  std::string_view alpn;
  std::string_view authority;  // the TLS server name
  std::string_view unique_id;
  Tls tls;
};

// AppendHeader writes a header with a checksum. Two addresses of different families are written as
// IPv6; where one has no octets, both are left out (AF_UNSPEC).
void AppendHeader(ByteBuffer& out, const ToWrite& header);

}  // namespace pinlatch::proxy_protocol
