// Owns the parsing of request heads.
#include "http/authority.h"
#include "http/char_name.h"
#include "http/chars.h"
#include "http/field_lines.h"
#include "http/framing.h"
#include "http/head.h"

namespace pinlatch::http {
namespace {

Error Malformed(const char* detail) { return Error(ErrorCode::kMalformedRequest, detail); }
Error BadHost(const char* detail) { return Error(ErrorCode::kBadHost, detail); }

// ParseVersion reads "HTTP/" DIGIT "." DIGIT CRLF at `at` and moves behind it. A later minor
// version is read as the highest that is known (RFC 9110 section 2.5).
Status ParseVersion(std::string_view head, size_t& at, uint8_t& minor_version) {
  const std::string_view text = head.substr(at, 10);
  if (text.size() != 10 || text.substr(0, 5) != "HTTP/" || !IsDigit(text[5]) || text[6] != '.' ||
      !IsDigit(text[7]) || text.substr(8) != "\r\n") {
    return Malformed("the request line does not end with an HTTP version");
  }
  if (text[5] != '1') {
    return Error(ErrorCode::kUnsupportedVersion, "the HTTP version is not 1.0, 1.1 or a later 1.x");
  }
  minor_version = text[7] == '0' ? 0 : 1;
  at += 10;
  return {};
}

// ParseRequestLine reads exactly method SP target SP version CRLF (RFC 9112 section 3).
Status ParseRequestLine(std::string_view head, const HeadLimits& limits, size_t& at,
                        std::string_view& target, RequestHead& into) {
  const size_t method_end = SkipClass(kTokenChar, head, 0);
  if (method_end == 0 || method_end == head.size() || head[method_end] != ' ') {
    return Malformed("the request line does not start with a method and one space");
  }
  const size_t target_start = method_end + 1;
  const size_t target_end = SkipClass(kTargetChar, head, target_start);
  if (target_end - target_start > limits.max_target) {
    return Error(ErrorCode::kTargetTooLong, "the request target is too long");
  }
  const bool is_cut = target_end == head.size() || head[target_end] == '\r';
  if (!is_cut && head[target_end] != ' ') {
    return Error(ErrorCode::kMalformedRequest, NotAllowed(head[target_end], "the request target"));
  }
  if (is_cut || target_end == target_start) {
    return Malformed("the request target is empty, or not followed by an HTTP version");
  }
  into.method = head.substr(0, method_end);
  target = head.substr(target_start, target_end - target_start);
  at = target_end + 1;
  return ParseVersion(head, at, into.minor_version);
}

// ParseAbsoluteForm reads http[s]://authority[/path][?query] (RFC 9112 section 3.2.2).
Status ParseAbsoluteForm(std::string_view target, std::string_view& authority, RequestHead& into) {
  const size_t scheme_end = target.find("://");
  const std::string_view scheme = target.substr(0, scheme_end);
  if (scheme_end == std::string_view::npos ||
      (!EqualsIgnoringCase(scheme, "http") && !EqualsIgnoringCase(scheme, "https"))) {
    return Malformed("the request target has none of the supported forms");
  }
  const std::string_view rest = target.substr(scheme_end + 3);
  const size_t authority_end = rest.find_first_of("/?");
  authority = rest.substr(0, authority_end);
  if (!ScanAuthority(authority)) return BadHost("the authority of the request target is not valid");
  const bool has_more = authority_end != std::string_view::npos;
  into.SplitTarget(has_more ? rest.substr(authority_end) : std::string_view());
  if (!into.path.empty()) return {};
  // RFC 9112 section 3.2.4: OPTIONS on the bare authority asks about the server as a whole.
  into.path = into.method == "OPTIONS" && !into.has_query ? "*" : "/";
  return {};
}

// ParseTarget leaves `authority` empty unless the target is in absolute-form.
Status ParseTarget(std::string_view target, std::string_view& authority, RequestHead& into) {
  if (EqualsIgnoringCase(into.method, "CONNECT")) {
    return Error(ErrorCode::kUnsupportedMethod, "CONNECT is not supported");
  }
  if (target.front() == '/') {
    into.SplitTarget(target);
    return {};
  }
  if (target == "*") {
    if (into.method != "OPTIONS") return Malformed("the target * with a method other than OPTIONS");
    into.path = target;
    return {};
  }
  return ParseAbsoluteForm(target, authority, into);
}

// DecideHost settles the one host of the request (RFC 9112 section 3.2, RFC 9110 section 7.2).
Status DecideHost(const NotedFields& noted, std::string_view authority, RequestHead& into) {
  if (noted.host_repeated) return BadHost("the request has more than one Host field");
  if (noted.host == nullptr) {
    if (into.minor_version != 0) return BadHost("the request has no Host field");
    into.host = authority;
    return {};
  }
  into.host = noted.host->value;
  if (!ScanAuthority(into.host)) return BadHost("Host is not valid");
  if (!authority.empty() && !EqualsIgnoringCase(authority, into.host)) {
    return BadHost("Host differs from the authority of the request target");
  }
  return {};
}

Status DecideFraming(const NotedFields& noted, RequestHead& into) {
  StatedLength stated;
  PINLATCH_TRY(ReadStatedLength(noted, into.minor_version, stated));
  if (stated.chunked) into.framing = Framing::kChunked;
  if (stated.has_length) into.framing = Framing::kLength;
  into.content_length = stated.length;
  return {};
}

Status DecideConnection(const NotedFields& noted, RequestHead& into) {
  ConnectionOptions options;
  if (noted.has_connection) {
    PINLATCH_TRY(ParseConnection(into.fields, /*may_name_transfer_encoding=*/false, options));
  }
  const bool is_1_0 = into.minor_version == 0;
  into.keep_alive = !options.close && (!is_1_0 || options.keep_alive);
  // RFC 9110 section 7.8: Upgrade in HTTP/1.0 is to be ignored.
  into.wants_upgrade = !is_1_0 && options.upgrade && noted.upgrade != nullptr;
  return {};
}

// DecideExpectation reads Expect (RFC 9110 section 10.1.1), which HTTP/1.0 does not know.
Status DecideExpectation(const NotedFields& noted, RequestHead& into) {
  if (noted.expect == nullptr || into.minor_version == 0) return {};
  if (noted.expect_repeated || !EqualsIgnoringCase(noted.expect->value, "100-continue")) {
    return Error(ErrorCode::kExpectationFailed, "Expect is not exactly 100-continue");
  }
  into.expect_continue = into.framing == Framing::kChunked || into.content_length > 0;
  return {};
}

}  // namespace

void RequestHead::Clear() {
  method = path = query = host = connect_protocol = {};
  has_query = false;
  minor_version = 1;
  framing = Framing::kNone;
  content_length = 0;
  keep_alive = true;
  expect_continue = false;
  wants_upgrade = false;
  fields.Clear();
}

void RequestHead::SplitTarget(std::string_view path_and_query) {
  const size_t mark = path_and_query.find('?');
  path = path_and_query.substr(0, mark);
  has_query = mark != std::string_view::npos;
  query = has_query ? path_and_query.substr(mark + 1) : std::string_view();
}

Status ParseRequestHead(std::string_view head, const HeadLimits& limits, RequestHead& into) {
  into.Clear();
  if (head.size() > limits.max_bytes) {
    return Error(ErrorCode::kHeadTooLarge, "the head is too long");
  }
  size_t at = 0;
  std::string_view target;
  PINLATCH_TRY(ParseRequestLine(head, limits, at, target, into));
  PINLATCH_TRY(ParseFieldLines(head, at, limits.max_fields, into.fields));
  std::string_view authority;
  PINLATCH_TRY(ParseTarget(target, authority, into));
  NotedFields noted;
  PINLATCH_TRY(NoteFields(into.fields, noted));
  PINLATCH_TRY(DecideFraming(noted, into));
  PINLATCH_TRY(DecideHost(noted, authority, into));
  PINLATCH_TRY(DecideConnection(noted, into));
  return DecideExpectation(noted, into);
}

}  // namespace pinlatch::http
