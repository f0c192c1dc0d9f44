// Owns the reading of mailboxes that stand in an otherName: SmtpUTF8Mailbox (RFC 9598). Pure.
#pragma once

#include <optional>

#include "base/bytes.h"

namespace pinlatch::identity {

// ReadOtherMailbox returns the UTF-8 of the mailbox that the content of an otherName (RFC 5280
// section 4.2.1.6) is, empty when that is malformed; nothing for an otherName of another type.
std::optional<ByteSpan> ReadOtherMailbox(ByteSpan other_name);

}  // namespace pinlatch::identity
