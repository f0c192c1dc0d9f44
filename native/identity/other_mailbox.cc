// See other_mailbox.h.
#include "identity/other_mailbox.h"

#include <mbedtls/asn1.h>

namespace pinlatch::identity {
namespace {

// id-on-SmtpUTF8Mailbox, 1.3.6.1.5.5.7.8.9, as the element that the otherName begins with.
constexpr uint8_t kSmtpUtf8Mailbox[] = {0x06, 8, 0x2b, 6, 1, 5, 5, 7, 8, 9};
constexpr int kExplicit = MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED;

}  // namespace

std::optional<ByteSpan> ReadOtherMailbox(ByteSpan other_name) {
  constexpr size_t kType = sizeof kSmtpUtf8Mailbox;
  if (other_name.size() < kType || AsText(other_name.first(kType)) != AsText(kSmtpUtf8Mailbox))
    return std::nullopt;
  // mbedTLS takes no pointer to const, and writes nothing.
  auto* at = const_cast<unsigned char*>(other_name.data()) + kType;
  const unsigned char* const end = other_name.data() + other_name.size();
  size_t length = 0;
  const bool is_text =
      mbedtls_asn1_get_tag(&at, end, &length, kExplicit) == 0 && at + length == end &&
      mbedtls_asn1_get_tag(&at, end, &length, MBEDTLS_ASN1_UTF8_STRING) == 0 && at + length == end;
  return is_text ? ByteSpan(at, length) : ByteSpan();
}

}  // namespace pinlatch::identity
