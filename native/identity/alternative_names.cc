// Owns the reading of subjectAltName (RFC 5280 section 4.2.1.6).
#include "identity/alternative_names.h"

#include <arpa/inet.h>

#include <array>

#include "base/encoding.h"
#include "identity/other_mailbox.h"

namespace pinlatch::identity {
namespace {

std::string PrintableAscii(ByteSpan bytes) {
  std::string text;
  for (const uint8_t octet : bytes) {
    if (octet >= 0x20 && octet < 0x7F && octet != '\\') {
      text += static_cast<char>(octet);
    } else {
      text += "\\" + HexEncode({&octet, 1});
    }
  }
  return text;
}

// AddressText is the RFC 5952 form; octets that are no address are #hex, which equals no address.
std::string AddressText(ByteSpan octets) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = octets.size() == 4 ? AF_INET : AF_INET6;
  if ((octets.size() != 4 && octets.size() != 16) ||
      inet_ntop(family, octets.data(), text.data(), text.size()) == nullptr) {
    return "#" + HexEncode(octets);
  }
  return text.data();
}

void AddOtherName(ByteSpan value, std::vector<std::string>& mailboxes) {
  if (const std::optional<ByteSpan> mailbox = ReadOtherMailbox(value))
    mailboxes.emplace_back(AsText(*mailbox));
}

}  // namespace

void ReadAlternativeNames(const mbedtls_x509_crt& certificate, PeerIdentity& identity) {
  const mbedtls_x509_sequence* at = &certificate.subject_alt_names;
  for (; at != nullptr; at = at->next) {
    if (at->buf.p == nullptr) continue;  // no extension: one empty element
    const ByteSpan value{at->buf.p, at->buf.len};
    switch (at->buf.tag & MBEDTLS_ASN1_TAG_VALUE_MASK) {
      case MBEDTLS_X509_SAN_DNS_NAME:
        identity.san_dns.push_back(PrintableAscii(value));
        break;
      case MBEDTLS_X509_SAN_UNIFORM_RESOURCE_IDENTIFIER:
        identity.san_uri.push_back(PrintableAscii(value));
        break;
      case MBEDTLS_X509_SAN_RFC822_NAME:
        identity.san_email.push_back(PrintableAscii(value));
        break;
      case MBEDTLS_X509_SAN_IP_ADDRESS:
        identity.san_ip.push_back(AddressText(value));
        break;
      case MBEDTLS_X509_SAN_OTHER_NAME:
        AddOtherName(value, identity.other_mailboxes);
        break;
      default:
        break;
    }
  }
}

}  // namespace pinlatch::identity
