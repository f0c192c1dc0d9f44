// Owns what the fields of a head say about the message itself.
#include "http/framing.h"

#include <limits>

#include "http/chars.h"
#include "http/list.h"

namespace pinlatch::http {
namespace {

// IsHopByHop asks about options once per field: without a bound a long list would cost quadratic
// time.
constexpr size_t kMaxConnectionBytes = 1024;

Error Ambiguous(const char* detail) { return Error(ErrorCode::kAmbiguousFraming, detail); }

// LooksLike says whether `name` equals the lower-case `framing` once every character that is
// neither letter nor digit counts as '-', as gateways to CGI and its descendants read it.
bool LooksLike(std::string_view name, std::string_view framing) {
  if (name.size() != framing.size()) return false;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = Lower(name[i]);
    if (c == framing[i]) continue;
    const bool is_word = IsDigit(c) || (c >= 'a' && c <= 'z');
    if (is_word || framing[i] != '-') return false;
  }
  return true;
}

void Note(const Field& field, const Field*& first, bool& repeated) {
  if (first != nullptr) repeated = true;
  if (first == nullptr) first = &field;
}

// These are meant for every recipient; a hop that removes them because Connection names them would
// change what the next one reads (RFC 9110 section 7.6.1).
bool IsForAllRecipients(std::string_view option) {
  static constexpr std::string_view kNames[] = {
      "host",          "content-length", "content-encoding", "content-type", "content-range",
      "authorization", "cookie",         "cache-control",    "forwarded",    "via",
  };
  for (std::string_view name : kNames) {
    if (LooksLike(option, name)) return true;
  }
  return false;
}

Status TakeOption(std::string_view option, bool may_name_transfer_encoding,
                  ConnectionOptions& into) {
  if (option.empty()) return {};  // RFC 9110 section 5.6.1.2: empty elements count for nothing
  if (!All(kTokenChar, option)) {
    return Error(ErrorCode::kMalformedRequest, "Connection is not a list of tokens");
  }
  if (IsForAllRecipients(option) ||
      (!may_name_transfer_encoding && LooksLike(option, "transfer-encoding"))) {
    return Error(ErrorCode::kMalformedRequest, "Connection names an end-to-end field");
  }
  if (EqualsIgnoringCase(option, "close")) into.close = true;
  if (EqualsIgnoringCase(option, "keep-alive")) into.keep_alive = true;
  if (EqualsIgnoringCase(option, "upgrade")) into.upgrade = true;
  return {};
}

// ParseLength reads 1*DIGIT. Above 2^63-1 recipients with signed lengths disagree, so that is
// refused like overflow.
bool ParseLength(std::string_view digits, uint64_t& length) {
  constexpr size_t kMaxDigits = 19;
  if (digits.empty() || digits.size() > kMaxDigits) return false;
  length = 0;
  for (char c : digits) {
    if (!IsDigit(c)) return false;
    length = length * 10 + static_cast<uint64_t>(c - '0');
  }
  return length <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
}

Status CheckCoding(std::string_view value) {
  if (EqualsIgnoringCase(value, "chunked")) return {};
  // Codings that are well-formed but not ours are told apart from attempts to hide "chunked".
  std::string_view rest = value;
  bool seen_chunked = false;
  while (!rest.empty()) {
    const std::string_view coding = TakeElement(rest);
    if (!All(kTokenChar, coding)) return Ambiguous("Transfer-Encoding is not a list of codings");
    if (seen_chunked) return Ambiguous("Transfer-Encoding applies a coding after chunked");
    seen_chunked = EqualsIgnoringCase(coding, "chunked");
  }
  if (value.empty() || value.back() == ',')
    return Ambiguous("Transfer-Encoding has an empty coding");
  return Error(ErrorCode::kUnsupportedCoding, "Transfer-Encoding is not exactly chunked");
}

}  // namespace

Status NoteFields(const Fields& fields, NotedFields& into) {
  for (const Field& field : fields.all()) {
    const std::string_view name = field.name;
    switch (name.size()) {
      case 4:
        if (EqualsIgnoringCase(name, "host")) Note(field, into.host, into.host_repeated);
        break;
      case 6:
        if (EqualsIgnoringCase(name, "expect")) Note(field, into.expect, into.expect_repeated);
        break;
      case 7:
        if (into.upgrade == nullptr && EqualsIgnoringCase(name, "upgrade")) into.upgrade = &field;
        break;
      case 10:
        if (EqualsIgnoringCase(name, "connection")) into.has_connection = true;
        break;
      case 14:
        if (!LooksLike(name, "content-length")) break;
        if (name[7] != '-') return Ambiguous("a field name looks like Content-Length");
        Note(field, into.content_length, into.content_length_repeated);
        break;
      case 17:
        if (!LooksLike(name, "transfer-encoding")) break;
        if (name[8] != '-') return Ambiguous("a field name looks like Transfer-Encoding");
        Note(field, into.transfer_encoding, into.transfer_encoding_repeated);
        break;
      default:
        break;
    }
  }
  return {};
}

Status ParseConnection(const Fields& fields, bool may_name_transfer_encoding,
                       ConnectionOptions& into) {
  size_t bytes = 0;
  for (const Field& field : fields.from_connection()) {
    if (!EqualsIgnoringCase(field.name, "connection")) continue;
    bytes += field.value.size();
    if (bytes > kMaxConnectionBytes) {
      return Error(ErrorCode::kHeadTooLarge, "Connection is too long");
    }
    std::string_view rest = field.value;
    while (!rest.empty()) {
      PINLATCH_TRY(TakeOption(TakeElement(rest), may_name_transfer_encoding, into));
    }
  }
  return {};
}

Status ReadStatedLength(const NotedFields& noted, uint8_t minor_version, StatedLength& into) {
  if (noted.content_length != nullptr && noted.transfer_encoding != nullptr) {
    return Ambiguous("both Content-Length and Transfer-Encoding");
  }
  if (noted.content_length_repeated) return Ambiguous("more than one Content-Length");
  if (noted.transfer_encoding_repeated) return Ambiguous("more than one Transfer-Encoding");
  if (noted.transfer_encoding != nullptr) {
    if (minor_version == 0) return Ambiguous("Transfer-Encoding in HTTP/1.0");
    PINLATCH_TRY(CheckCoding(noted.transfer_encoding->value));
    into.chunked = true;
  }
  if (noted.content_length != nullptr) {
    if (!ParseLength(noted.content_length->value, into.length)) {
      return Ambiguous("Content-Length is not one number of bytes");
    }
    into.has_length = true;
  }
  return {};
}

}  // namespace pinlatch::http
