// Owns the parsing of response heads.
#include "http/chars.h"
#include "http/field_lines.h"
#include "http/framing.h"
#include "http/head.h"

namespace pinlatch::http {
namespace {

Error Malformed(const char* detail) { return Error(ErrorCode::kUpstreamMalformed, detail); }

void Reset(ResponseHead& head) {
  head.status = 0;
  head.reason = {};
  head.minor_version = 1;
  head.framing = Framing::kNone;
  head.content_length = 0;
  head.has_content_length = false;
  head.keep_alive = true;
  head.fields.Clear();
}

// ParseStatusLine reads HTTP-version SP 3DIGIT SP [reason] CRLF (RFC 9112 section 4). Servers that
// leave out the reason leave out its space too: that is taken, for nothing depends on it.
Status ParseStatusLine(std::string_view head, size_t& at, ResponseHead& into) {
  if (head.size() < 14 || head.substr(0, 7) != "HTTP/1." || !IsDigit(head[7])) {
    return Malformed("the status line does not start with HTTP/1.0 or HTTP/1.1");
  }
  into.minor_version = head[7] == '0' ? 0 : 1;  // as of requests
  if (head[8] != ' ' || head[9] < '1' || head[9] > '9' || !IsDigit(head[10]) ||
      !IsDigit(head[11])) {
    return Malformed("the status is not a three-digit number from 100 on");
  }
  into.status =
      static_cast<uint16_t>((head[9] - '0') * 100 + (head[10] - '0') * 10 + head[11] - '0');
  const size_t end = SkipText(head, 12);
  if (head.substr(end, 2) != "\r\n") return Malformed("control character in the status line");
  if (end > 12) {
    if (head[12] != ' ') return Malformed("the status is not three digits");
    into.reason = head.substr(13, end - 13);
  }
  at = end + 2;
  return {};
}

// StatesContent says that the fields promise a body. A length of zero is common and changes
// nothing.
bool StatesContent(const NotedFields& noted) {
  const bool is_zero = noted.content_length != nullptr && noted.content_length->value == "0" &&
                       !noted.content_length_repeated;
  return noted.transfer_encoding != nullptr || (noted.content_length != nullptr && !is_zero);
}

// DecideFraming follows RFC 9112 section 6.3 in its order.
Status DecideFraming(const StatedLength& stated, bool request_was_head, ResponseHead& into) {
  if (into.status < 200) {
    // RFC 9112 section 6.1, RFC 9110 section 8.6: neither field may be here. What might follow
    // would be read as the next response, and that is to come on this connection.
    if (stated.chunked || stated.length > 0)
      return Malformed("a body length on a response without a body");
    return {};
  }
  into.has_content_length = stated.has_length;
  into.content_length = stated.length;
  if (request_was_head || into.status == 304) return {};
  into.framing = stated.chunked      ? Framing::kChunked
                 : stated.has_length ? Framing::kLength
                                     : Framing::kUntilClose;
  return {};
}

Status ParseFieldsAndFraming(std::string_view head, size_t at, bool request_was_head,
                             uint32_t max_fields, ResponseHead& into) {
  PINLATCH_TRY(ParseFieldLines(head, at, max_fields, into.fields));
  NotedFields noted;
  PINLATCH_TRY(NoteFields(into.fields, noted));
  // A 204 is over with its head whatever its fields say (RFC 9112 section 6.3). Where they promise
  // a body, bytes may follow: nothing more is read from that connection.
  const bool is_204 = into.status == 204;
  if (!is_204) {
    StatedLength stated;
    PINLATCH_TRY(ReadStatedLength(noted, into.minor_version, stated));
    PINLATCH_TRY(DecideFraming(stated, request_was_head, into));
  }
  ConnectionOptions options;
  PINLATCH_TRY(ParseConnection(into.fields, /*may_name_transfer_encoding=*/true, options));
  into.keep_alive = !options.close && (into.minor_version != 0 || options.keep_alive) &&
                    into.framing != Framing::kUntilClose && !(is_204 && StatesContent(noted));
  return {};
}

}  // namespace

Status ParseResponseHead(std::string_view head, bool request_was_head, const HeadLimits& limits,
                         ResponseHead& into) {
  Reset(into);
  if (head.size() > limits.max_bytes) return Malformed("the head is too long");
  size_t at = 0;
  PINLATCH_TRY(ParseStatusLine(head, at, into));
  Status status = ParseFieldsAndFraming(head, at, request_was_head, limits.max_fields, into);
  // The parts shared with requests blame the client; here it was the service.
  if (!status.ok()) return Error(ErrorCode::kUpstreamMalformed, std::move(status).error().detail);
  return {};
}

}  // namespace pinlatch::http
