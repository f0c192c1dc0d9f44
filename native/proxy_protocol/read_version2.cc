// Owns the reading of version 2: a binary head of 16 bytes, addresses, and fields.
#include <algorithm>
#include <string>

#include "proxy_protocol/crc32c.h"
#include "proxy_protocol/parts.h"
#include "proxy_protocol/tlv.h"

namespace pinlatch::proxy_protocol {
namespace {

constexpr size_t kHead = 16;
constexpr uint8_t kVersion = 2;
constexpr size_t kUnixAddresses = 216;  // two of 108 bytes
constexpr size_t kChecksum = 4;

Error Refused(std::string detail) {
  return Error(ErrorCode::kProxyHeader, "PROXY version 2: " + std::move(detail));
}

size_t Number16(ByteSpan at) { return (size_t{at[0]} << 8) | at[1]; }

AddressOctets AddressAt(ByteSpan at, uint8_t size) {
  AddressOctets address;
  address.size = size;
  std::copy_n(at.begin(), size, address.octets.begin());
  return WithoutMapping(address);
}

// ReadAddresses takes two addresses of `size` octets and two ports; it returns their bytes.
size_t ReadAddresses(ByteSpan body, uint8_t size, Header& into) {
  const ByteSpan ports = body.subspan(size_t{2} * size);
  into.kind = Header::Kind::kAddress;
  into.source = {AddressAt(body, size), static_cast<uint16_t>(Number16(ports))};
  into.destination = {AddressAt(body.subspan(size), size),
                      static_cast<uint16_t>(Number16(ports.subspan(2)))};
  return size_t{2} * size + 4;
}

// ReadProxied reads the addresses of a proxied connection; it returns their bytes. A datagram
// protocol cannot have led to this stream.
Result<size_t> ReadProxied(uint8_t family, ByteSpan body, Header& into) {
  const auto holds = [&body](size_t bytes) { return body.size() >= bytes; };
  switch (family) {
    case 0x00:  // unspecified
      return size_t{0};
    case 0x11:  // TCP over IPv4
      if (!holds(12)) break;
      return ReadAddresses(body, 4, into);
    case 0x21:  // TCP over IPv6
      if (!holds(36)) break;
      return ReadAddresses(body, 16, into);
    case 0x31:  // a unix stream socket
      if (!holds(kUnixAddresses)) break;
      into.kind = Header::Kind::kUnix;
      return kUnixAddresses;
    default:
      return Refused("the address family or protocol is not that of a stream");
  }
  return Refused("it is too short for its addresses");
}

// Computed over the whole header, the checksum itself taken as zero.
bool ChecksumHolds(ByteSpan header, ByteSpan stored) {
  static constexpr uint8_t kZeros[kChecksum] = {};
  const auto before = static_cast<size_t>(stored.data() - header.data());
  Crc32c checksum;
  checksum.Add(header.first(before));
  checksum.Add(kZeros);
  checksum.Add(header.subspan(before + kChecksum));
  const size_t value = (Number16(stored) << 16) | Number16(stored.subspan(2));
  return checksum.Value() == value;
}

Status CheckFields(ByteSpan header, ByteSpan fields) {
  bool seen = false;
  Tlv field;
  TlvReader reader(fields);
  while (reader.Next(field)) {
    if (!field.is(TlvType::kCrc32c)) continue;
    if (seen || field.value.size() != kChecksum) return Refused("the checksum is malformed");
    if (!ChecksumHolds(header, field.value)) return Refused("the checksum does not match");
    seen = true;
  }
  if (reader.broken()) return Refused("a field is truncated");
  return {};
}

}  // namespace

Result<size_t> ReadVersion2(ByteSpan bytes, Header& into) {
  constexpr size_t kCommandAt = 12;
  if (bytes.size() > kCommandAt && (bytes[kCommandAt] >> 4) != kVersion) {
    return Refused("the version is not 2");
  }
  if (bytes.size() < kHead) return size_t{0};
  const uint8_t command = bytes[kCommandAt] & 0x0F;
  if (command > 1) return Refused("the command is not known");
  const size_t size = kHead + Number16(bytes.subspan(14));
  if (size > kMostHeaderBytes) {
    return Refused("it is longer than " + std::to_string(kMostHeaderBytes) + " bytes");
  }
  if (bytes.size() < size) return size_t{0};
  const ByteSpan header = bytes.first(size);
  const ByteSpan body = header.subspan(kHead);
  into = Header();
  into.version = kVersion;
  // Of a proxy that speaks for itself nothing is used, addresses least of all.
  into.kind = Header::Kind::kLocal;
  if (command == 0) return size;
  into.kind = Header::Kind::kUnknown;
  PINLATCH_ASSIGN(const size_t addresses, ReadProxied(header[13], body, into));
  into.tlvs = body.subspan(addresses);
  PINLATCH_TRY(CheckFields(header, into.tlvs));
  return size;
}

}  // namespace pinlatch::proxy_protocol
