// Owns the heads of HTTP/1.1 messages: strict, zero-copy parsing of requests and responses (RFC
// 9112). Pure bytes; no sockets, no allocation. What is ambiguous is refused, never repaired.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "base/result.h"

namespace pinlatch::http {

// HeadLimits bounds what a parser accepts. Bytes count the whole head with its final empty line.
struct HeadLimits {
  uint32_t max_bytes = 16 * 1024;
  uint32_t max_fields = 100;  // at most kMaxFields
  uint32_t max_target = 8 * 1024;
};

constexpr size_t kMaxFields = 256;

// Field is one header field; both views point into the parsed bytes. `value` has no surrounding
// white space.
struct Field {
  std::string_view name;
  std::string_view value;
};

// Fields is the ordered list of header fields of one head.
class Fields {
 public:
  std::span<const Field> all() const { return {fields_.data(), count_}; }
  size_t size() const { return count_; }
  void Clear() {
    count_ = 0;
    first_connection_ = kMaxFields;
  }
  bool Add(Field field);  // false when full
  // from_connection returns the fields from the first Connection field on, empty when there is
  // none: whoever asks about connection options for every field of a head need not go through the
  // head each time.
  std::span<const Field> from_connection() const {
    return first_connection_ < count_ ? all().subspan(first_connection_) : std::span<const Field>();
  }
  // Find returns the first field with this name (case-insensitive), or nullptr.
  const Field* Find(std::string_view name) const;
  // Count returns how many fields bear this name.
  size_t Count(std::string_view name) const;

 private:
  std::array<Field, kMaxFields> fields_;
  size_t count_ = 0;
  size_t first_connection_ = kMaxFields;
};

// Framing says how the length of a body is known (RFC 9112 section 6).
enum class Framing : uint8_t { kNone, kLength, kChunked, kUntilClose };

// RequestHead is a parsed request head. Every view points into the bytes that were parsed. It is
// large (about 8 KiB): keep one per worker and fill it again for each request. After an error
// nothing in it means anything.
struct RequestHead {
  std::string_view method;  // a token, e.g. "GET"
  std::string_view path;    // raw, never empty; "*" for asterisk-form
  std::string_view query;   // without '?'; empty when there is none
  bool has_query = false;
  std::string_view host;      // the Host field as sent, validated; empty only in HTTP/1.0
  uint8_t minor_version = 1;  // 0 or 1
  Framing framing = Framing::kNone;
  uint64_t content_length = 0;
  bool keep_alive = true;        // the client is willing to send another request after this one
  bool expect_continue = false;  // and a body follows: without one nobody waits for a 100
  bool wants_upgrade = false;    // Connection names upgrade and an Upgrade field is there
  // connect_protocol is what an extended CONNECT (RFC 8441) asks for; `method` is then GET, that of
  // the upgrade in HTTP/1.1 that it stands for.
  std::string_view connect_protocol;
  Fields fields;

  // Clear does not assign a fresh head: that would write the whole field list.
  void Clear();
  // SplitTarget sets path and query.
  void SplitTarget(std::string_view path_and_query);
};

// ResponseHead is a parsed response head.
struct ResponseHead {
  uint16_t status = 0;  // 100..999
  std::string_view reason;
  uint8_t minor_version = 1;
  Framing framing = Framing::kNone;
  uint64_t content_length = 0;
  // Also true for answers to HEAD and 304, where no body follows; never for 1xx and 204.
  bool has_content_length = false;
  bool keep_alive = true;
  Fields fields;

  // is_interim says that the answer is still to come (RFC 9110 section 15.2). 101 is no interim
  // response to whoever reads on: HTTP ends with it.
  bool is_interim() const { return status < 200 && status != 101; }
};

// FindHeadEnd looks for the empty line that ends a head at the start of `bytes`. It returns the
// length of the head with that line, or 0 when more bytes are needed. `scanned` remembers how far
// earlier calls got (start with 0, and keep it while only appending). Errors: kHeadTooLarge,
// kMalformedRequest (bare CR, bare LF, NUL: refused as soon as seen). Empty lines before a request
// line are not skipped, they are malformed; whoever may take one passes over it before. So is a
// first byte that starts no token (a TLS record sent to a plain port), and a line that starts with
// white space (obs-fold). For a response the caller turns these into kUpstreamMalformed.
Result<size_t> FindHeadEnd(ByteSpan bytes, size_t& scanned, const HeadLimits& limits);

// ParseRequestHead parses a complete head as FindHeadEnd delimited it. It decides framing,
// persistence, expectation and the effective host. Errors: kMalformedRequest, kAmbiguousFraming,
// kBadHost, kTargetTooLong, kHeadTooLarge (fields), kUnsupportedVersion, kUnsupportedCoding,
// kUnsupportedMethod (CONNECT), kExpectationFailed.
Status ParseRequestHead(std::string_view head, const HeadLimits& limits, RequestHead& into);

// ParseResponseHead parses a complete response head. `request_was_head` and the status decide
// whether a body follows. Every error is kUpstreamMalformed with the detail of what was wrong.
Status ParseResponseHead(std::string_view head, bool request_was_head, const HeadLimits& limits,
                         ResponseHead& into);

// SameFolded compares two texts of `size` bytes as EqualsIgnoringCase does.
bool SameFolded(const char* a, const char* b, size_t size);

// EqualsIgnoringCase compares ASCII text without regard to case. Most names are told by their
// length.
inline bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && SameFolded(a.data(), b.data(), a.size());
}

// ListHasToken says whether a comma-separated field value (RFC 9110 section 5.6.1) holds `token`,
// in any case.
bool ListHasToken(std::string_view list, std::string_view token);

}  // namespace pinlatch::http
