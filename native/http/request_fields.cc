// See request_fields.h.
#include "http/request_fields.h"

#include "http/authority.h"
#include "http/char_name.h"
#include "http/chars.h"
#include "http/framing.h"

namespace pinlatch::http {
namespace {

Error Malformed(const char* detail) { return Error(ErrorCode::kMalformedRequest, detail); }
Error BadHost(const char* detail) { return Error(ErrorCode::kBadHost, detail); }

struct PseudoFields {
  const Field* method = nullptr;
  const Field* scheme = nullptr;
  const Field* authority = nullptr;
  const Field* path = nullptr;
  const Field* protocol = nullptr;
};

Status TakePseudo(const Field& field, PseudoFields& into) {
  const Field** slot = nullptr;
  if (field.name == ":method") slot = &into.method;
  if (field.name == ":scheme") slot = &into.scheme;
  if (field.name == ":authority") slot = &into.authority;
  if (field.name == ":path") slot = &into.path;
  if (field.name == ":protocol") slot = &into.protocol;
  if (slot == nullptr) return Malformed("a pseudo-field that does not exist in requests");
  if (*slot != nullptr) return Malformed("a pseudo-field appears twice");
  *slot = &field;
  return {};
}

// CheckField holds a field to what ParseFieldLines asks of a line, and names to lower case.
Status CheckField(const Field& field) {
  if (!All(kTokenChar, field.name)) return Malformed("a field name is not a token");
  for (const char c : field.name) {
    if (Lower(c) != c) return Malformed("a field name is not in lower case");
  }
  if (SkipText(field.value, 0) != field.value.size() || Trim(field.value) != field.value) {
    return Malformed("a field value contains a control character or is surrounded by white space");
  }
  return {};
}

// Fields that are about a connection of HTTP/1.1 (RFC 9113 section 8.2.2).
bool IsOfConnection(const Field& field) {
  for (std::string_view name :
       {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"}) {
    if (field.name == name) return true;
  }
  return field.name == "te" && !EqualsIgnoringCase(field.value, "trailers");
}

void JoinCookies(std::span<const Field> fields, std::string& cookies) {
  cookies.clear();
  for (const Field& field : fields) {
    if (field.name != "cookie") continue;
    if (!cookies.empty()) cookies.append("; ");
    cookies.append(field.value);
  }
}

// TakeFields copies what is no pseudo-field; the first Cookie field stands for all of them.
Status TakeFields(std::span<const Field> fields, const HeadLimits& limits,
                  const std::string& cookies, PseudoFields& pseudo, Fields& into) {
  bool cookies_taken = false;
  for (const Field& given : fields) {
    if (!given.name.empty() && given.name.front() == ':') {
      if (into.size() > 0 || cookies_taken) return Malformed("a pseudo-field after a field");
      PINLATCH_TRY(TakePseudo(given, pseudo));
      continue;
    }
    Field field = given;
    PINLATCH_TRY(CheckField(field));
    if (IsOfConnection(field)) return Malformed("a field that is specific to HTTP/1.1 connections");
    if (field.name == "cookie") {
      if (cookies_taken) continue;
      cookies_taken = true;
      field.value = cookies;
    }
    if (into.size() == limits.max_fields || !into.Add(field)) {
      return Error(ErrorCode::kHeadTooLarge, "too many fields");
    }
  }
  return {};
}

Status DecideConnect(const Field* protocol, RequestHead& into) {
  const bool connects = EqualsIgnoringCase(into.method, "CONNECT");
  if (protocol == nullptr) {
    return connects ? Error(ErrorCode::kUnsupportedMethod, "CONNECT is not supported") : Status();
  }
  if (!connects || into.method != "CONNECT") return Malformed(":protocol without CONNECT");
  if (!All(kTokenChar, protocol->value)) return Malformed(":protocol is not a token");
  into.connect_protocol = protocol->value;
  into.method = "GET";
  return {};
}

Status DecideTarget(const PseudoFields& pseudo, const HeadLimits& limits, RequestHead& into) {
  if (pseudo.method == nullptr || !All(kTokenChar, pseudo.method->value)) {
    return Malformed(":method is missing or not a token");
  }
  into.method = pseudo.method->value;
  PINLATCH_TRY(DecideConnect(pseudo.protocol, into));
  if (pseudo.scheme == nullptr || (!EqualsIgnoringCase(pseudo.scheme->value, "https") &&
                                   !EqualsIgnoringCase(pseudo.scheme->value, "http"))) {
    return Malformed(":scheme is missing or not supported");
  }
  if (pseudo.path == nullptr) return Malformed(":path is missing");
  const std::string_view target = pseudo.path->value;
  if (target.size() > limits.max_target) {
    return Error(ErrorCode::kTargetTooLong, "the request target is too long");
  }
  if (target.empty()) return Malformed(":path is empty");
  const size_t end = SkipClass(kTargetChar, target, 0);
  if (end < target.size()) {
    return Error(ErrorCode::kMalformedRequest, NotAllowed(target[end], ":path"));
  }
  if (target == "*" && into.method == "OPTIONS") {
    into.path = target;
    return {};
  }
  if (target.front() != '/') return Malformed(":path does not begin with a slash");
  into.SplitTarget(target);
  return {};
}

// DecideHost settles the one host: :authority, Host, or both alike (RFC 9113 section 8.3.1).
Status DecideHost(const NotedFields& noted, const Field* authority, RequestHead& into) {
  if (noted.host_repeated) return BadHost("the request has more than one Host field");
  if (authority == nullptr && noted.host == nullptr)
    return BadHost("the request has neither :authority nor Host");
  into.host = authority != nullptr ? authority->value : noted.host->value;
  if (!ScanAuthority(into.host)) return BadHost(":authority is not valid");
  if (noted.host != nullptr && !EqualsIgnoringCase(noted.host->value, into.host)) {
    return BadHost("Host differs from :authority");
  }
  return {};
}

Status DecideFraming(const NotedFields& noted, bool ended, RequestHead& into) {
  StatedLength stated;
  PINLATCH_TRY(ReadStatedLength(noted, into.minor_version, stated));
  if (!into.connect_protocol.empty()) {
    if (stated.has_length) return Malformed("an extended CONNECT with a Content-Length");
    return {};
  }
  if (stated.has_length) {
    into.framing = Framing::kLength;
    into.content_length = stated.length;
  } else if (!ended) {
    into.framing = Framing::kChunked;
  }
  if (noted.expect == nullptr) return {};
  if (noted.expect_repeated || !EqualsIgnoringCase(noted.expect->value, "100-continue")) {
    return Error(ErrorCode::kExpectationFailed, "Expect is not exactly 100-continue");
  }
  into.expect_continue = !ended;
  return {};
}

}  // namespace

Status ParseRequestFields(std::span<const Field> fields, bool ended, const HeadLimits& limits,
                          std::string& cookies, RequestHead& into) {
  into.Clear();
  JoinCookies(fields, cookies);
  PseudoFields pseudo;
  PINLATCH_TRY(TakeFields(fields, limits, cookies, pseudo, into.fields));
  PINLATCH_TRY(DecideTarget(pseudo, limits, into));
  NotedFields noted;
  PINLATCH_TRY(NoteFields(into.fields, noted));
  PINLATCH_TRY(DecideHost(noted, pseudo.authority, into));
  return DecideFraming(noted, ended, into);
}

}  // namespace pinlatch::http
