// See write_header.h.
#include "proxy_protocol/write_header.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "proxy_protocol/crc32c.h"
#include "proxy_protocol/parts.h"
#include "proxy_protocol/tlv.h"

namespace pinlatch::proxy_protocol {
namespace {

constexpr size_t kLengthAt = 14;
constexpr size_t kHead = 16;
// Bits of the SSL field's client byte (specification, section 2.2.5).
constexpr uint8_t kOverTls = 0x01;
constexpr uint8_t kCertificateOnConnection = 0x02;
constexpr uint8_t kCertificateInSession = 0x04;

// Draft is the header under way. Texts are bounded, so that it fits.
class Draft {
 public:
  void Byte(uint8_t value) { bytes_[size_++] = value; }
  void Number16(size_t value) {
    Byte(static_cast<uint8_t>(value >> 8));
    Byte(static_cast<uint8_t>(value));
  }
  void Bytes(ByteSpan bytes) {
    std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += bytes.size();
  }
  void Text(TlvType type, std::string_view text) {
    if (text.empty() || text.size() > kMostTextBytes) return;
    Byte(static_cast<uint8_t>(type));
    Number16(text.size());
    Bytes(AsBytes(text));
  }
  // Patch16 writes over the two bytes at `at`.
  void Patch16(size_t at, size_t value) {
    bytes_[at] = static_cast<uint8_t>(value >> 8);
    bytes_[at + 1] = static_cast<uint8_t>(value);
  }
  size_t size() const { return size_; }
  ByteSpan span() const { return ByteSpan(bytes_).first(size_); }

 private:
  std::array<uint8_t, 2048> bytes_{};
  size_t size_ = 0;
};

// As16 is the IPv6 form of either kind of address.
std::array<uint8_t, 16> As16(const AddressOctets& address) {
  if (address.size == 16) return address.octets;
  std::array<uint8_t, 16> mapped{};
  mapped[10] = mapped[11] = 0xFF;
  std::copy_n(address.octets.begin(), 4, mapped.begin() + 12);
  return mapped;
}

void AddAddresses(Draft& draft, const Endpoint& source, const Endpoint& destination) {
  if (source.address.size == 0 || destination.address.size == 0) return;
  if (source.address.size == 4 && destination.address.size == 4) {
    draft.Bytes(source.address.span());
    draft.Bytes(destination.address.span());
  } else {
    draft.Bytes(As16(source.address));
    draft.Bytes(As16(destination.address));
  }
  draft.Number16(source.port);
  draft.Number16(destination.port);
}

uint8_t FamilyOf(const Endpoint& source, const Endpoint& destination) {
  if (source.address.size == 0 || destination.address.size == 0) return 0x00;
  return source.address.size == 4 && destination.address.size == 4 ? 0x11 : 0x21;
}

uint8_t ClientBits(const Tls& tls) {
  if (!tls.has_certificate) return kOverTls;
  return kOverTls | kCertificateInSession | (tls.resumed ? 0 : kCertificateOnConnection);
}

// A service that reads a C string would read another name than the log and the conditions have.
bool HasControls(std::string_view text) { return std::any_of(text.begin(), text.end(), IsControl); }

void AddTls(Draft& draft, const Tls& tls) {
  draft.Byte(static_cast<uint8_t>(TlvType::kSsl));
  const size_t length_at = draft.size();
  draft.Number16(0);
  draft.Byte(ClientBits(tls));
  // 0: verified. Who presented none has nothing verified.
  draft.Number16(0);
  draft.Number16(tls.has_certificate ? 0 : 1);
  draft.Text(TlvType::kSslVersion, tls.version);
  if (!HasControls(tls.common_name)) draft.Text(TlvType::kSslCn, tls.common_name);
  draft.Text(TlvType::kSslCipher, tls.cipher);
  draft.Patch16(length_at, draft.size() - length_at - 2);
}

// AddChecksum comes last: it covers everything, itself as zeros.
void AddChecksum(Draft& draft) {
  draft.Byte(static_cast<uint8_t>(TlvType::kCrc32c));
  draft.Number16(4);
  const size_t at = draft.size();
  draft.Number16(0);
  draft.Number16(0);
  draft.Patch16(kLengthAt, draft.size() - kHead);
  Crc32c checksum;
  checksum.Add(draft.span());
  draft.Patch16(at, checksum.Value() >> 16);
  draft.Patch16(at + 2, checksum.Value() & 0xFFFF);
}

}  // namespace

void AppendHeader(ByteBuffer& out, const ToWrite& header) {
  Draft draft;
  draft.Bytes(AsBytes(kVersion2Start));
  draft.Byte(0x21);  // version 2, for a client
  draft.Byte(FamilyOf(header.source, header.destination));
  draft.Number16(0);
  AddAddresses(draft, header.source, header.destination);
  draft.Text(TlvType::kAlpn, header.alpn);
  draft.Text(TlvType::kAuthority, header.authority);
  draft.Text(TlvType::kUniqueId, header.unique_id);
  AddTls(draft, header.tls);
  AddChecksum(draft);
  out.Append(draft.span());
}

}  // namespace pinlatch::proxy_protocol
