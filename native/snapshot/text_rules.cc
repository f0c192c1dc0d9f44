// See text_rules.h.
#include "snapshot/text_rules.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "base/ascii.h"
#include "snapshot/forward_identity.h"

namespace pinlatch::snapshot {
namespace {

using std::string_view;

bool IsLowerOrDigit(char c) { return IsLower(c) || IsDigit(c); }
bool IsAlphanumeric(char c) { return IsLetter(c) || IsDigit(c); }
bool IsOneOf(char c, string_view set) { return set.find(c) != string_view::npos; }
bool IsTokenByte(char c) { return IsAlphanumeric(c) || IsOneOf(c, "!#$%&'*+-.^_`|~"); }

template <typename Predicate>
bool All(string_view text, Predicate holds) {
  return std::all_of(text.begin(), text.end(), holds);
}

bool IsPrintable(string_view text) { return std::none_of(text.begin(), text.end(), IsControl); }
bool IsPrintableWithin(string_view text, size_t longest) {
  return !text.empty() && text.size() <= longest && IsPrintable(text);
}

bool IsScope(string_view text) {
  return !text.empty() && text.size() <= 128 &&
         All(text, [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '\\'; });
}

bool IsDigest(string_view text) {
  return text.size() == 64 &&
         All(text, [](char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); });
}

bool IsPlainSerial(string_view text) {
  if (text.empty() || text.size() > 128 || text.size() % 2 != 0) return false;
  if (text.size() > 2 && text.starts_with("00")) return false;
  return All(text, [](char c) { return IsDigit(c) || (c >= 'A' && c <= 'F'); });
}

// The names that identity/ gives to attribute types; it writes all others as dotted numbers.
constexpr std::array<string_view, 11> kAttributeTypes = {
    "CN", "L", "ST", "O", "OU", "C", "STREET", "DC", "UID", "serialNumber", "emailAddress"};

bool IsAttributeType(string_view text) {
  if (std::find(kAttributeTypes.begin(), kAttributeTypes.end(), text) != kAttributeTypes.end())
    return true;
  return text.size() <= 128 && text.size() >= 3 && text[0] >= '0' && text[0] <= '2' &&
         text[1] == '.' && text.back() != '.' && text.find("..") == string_view::npos &&
         All(text, [](char c) { return IsDigit(c) || c == '.'; });
}

bool IsListenAddress(string_view text) {
  // '%' introduces the zone of a link-local address (RFC 4007), whose name is an interface's.
  const string_view address = text.substr(0, text.find('%'));
  const string_view zone = text.substr(std::min(text.size(), address.size() + 1));
  return !address.empty() && text.size() <= 64 && text.back() != '%' &&
         All(address, [](char c) { return IsHexDigit(c) || c == '.' || c == ':'; }) &&
         All(zone, [](char c) { return IsAlphanumeric(c) || IsOneOf(c, "-._"); });
}

bool IsUpstreamHost(string_view text) {
  return !text.empty() && text.size() <= 255 &&
         All(text, [](char c) { return IsAlphanumeric(c) || IsOneOf(c, "-._:%"); });
}

bool IsRouteHost(string_view text) {
  if (text.empty() || text.size() > 255 || text.back() == '.') return false;
  if (text.front() != '[') {
    return All(text, [](char c) { return IsLowerOrDigit(c) || IsOneOf(c, "-._"); });
  }
  return text.size() > 2 && text.back() == ']' && All(text.substr(1, text.size() - 2), [](char c) {
           return IsDigit(c) || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
         });
}

bool IsServerName(string_view text) {
  if (text.starts_with("*.")) text.remove_prefix(2);
  return IsRouteHost(text) && text.front() != '[' && text.front() != '.' &&
         text.find("..") == string_view::npos;
}

bool IsUnreserved(char c) { return IsAlphanumeric(c) || IsOneOf(c, "-._~"); }
// Without ';': a path with parameters is refused (http/target.h).
bool IsPathByte(char c) { return IsUnreserved(c) || IsOneOf(c, "!$&'()*+,=:@"); }

int UpperHexValue(char c) {
  if (IsDigit(c)) return c - '0';
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// IsCanonicalEncoding says whether a canonical path may hold this byte percent-encoded (RFC 3986
// section 6.2.2): never one that should stand plain, and never one that canonicalisation refuses.
bool IsCanonicalEncoding(char high, char low) {
  const int upper = UpperHexValue(high);
  const int lower = UpperHexValue(low);
  if (upper < 0 || lower < 0) return false;
  const char byte = static_cast<char>(upper * 16 + lower);
  return !IsUnreserved(byte) && !IsControl(byte) && byte != '/' && byte != '\\';
}

// An empty or dot segment, also with encoded parameters behind it, is resolved or refused before
// routing: it could never match.
bool IsDotSegment(string_view text) {
  const string_view name = text.substr(0, text.find("%3B"));
  return name.empty() || name == "." || name == "..";
}

bool IsLiteralSegment(string_view text) {
  if (IsDotSegment(text)) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsPathByte(text[i])) continue;
    if (text[i] != '%' || text.size() - i < 3 || !IsCanonicalEncoding(text[i + 1], text[i + 2]))
      return false;
    i += 2;
  }
  return true;
}

bool IsMethod(string_view text) {
  return !text.empty() && text.size() <= 64 && text != "CONNECT" &&
         All(text, [](char c) { return IsTokenByte(c) && !IsLower(c); });
}

bool EqualIgnoringCase(string_view text, string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (IsUpper(a) ? static_cast<char>(a + 32) : a) == b;
  });
}

// The gateway frames every response and dates it: a second one of these would contradict the first.
constexpr std::array<string_view, 9> kOwnFields = {
    "content-length", "transfer-encoding", "connection", "keep-alive", "proxy-connection", "te",
    "trailer",        "upgrade",           "date"};

bool IsResponseFieldName(string_view text) {
  if (text.empty() || text.size() > 256 || !All(text, IsTokenByte)) return false;
  return std::none_of(kOwnFields.begin(), kOwnFields.end(),
                      [&](string_view own) { return EqualIgnoringCase(text, own); });
}

// What every forwarded request has from the gateway or must keep from the client as it is.
constexpr std::array<string_view, 11> kRequestFields = {"host",
                                                        "expect",
                                                        "http2-settings",
                                                        "proxy-authorization",
                                                        "x-request-id",
                                                        "x-forwarded-for",
                                                        "x-forwarded-proto",
                                                        "x-forwarded-host",
                                                        "x-forwarded-port",
                                                        "via",
                                                        "max-forwards"};

bool IsFieldToFind(string_view text) {
  return !text.empty() && text.size() <= 256 &&
         All(text, [](char c) { return IsAlphanumeric(c) || IsOneOf(c, "-_."); });
}

bool IsIdentityHeader(string_view text) {
  if (text.empty() || text.size() > 256 || !All(text, IsTokenByte)) return false;
  const std::string folded = FoldFieldName(text);
  const auto is = [&](string_view taken) { return folded == taken; };
  return std::none_of(kOwnFields.begin(), kOwnFields.end(), is) &&
         std::none_of(kRequestFields.begin(), kRequestFields.end(), is);
}

bool IsResponseFieldValue(string_view text) {
  return text.size() <= 8192 && IsPrintable(text) && !text.starts_with(' ') && !text.ends_with(' ');
}

}  // namespace

constinit const TextRule kNameRule = {[](string_view text) { return IsPrintableWithin(text, 256); },
                                      "a name of 1 to 256 bytes without control characters"};
constinit const TextRule kConfigPointerRule = {
    [](string_view text) { return IsPrintable(text) && (text.empty() || text.starts_with('/')); },
    "a JSON pointer"};
constinit const TextRule kLabelRule = {IsPrintable, "text without control characters"};
constinit const TextRule kScopeRule = {IsScope,
                                       "1 to 128 visible ASCII characters other than \" and \\"};
constinit const TextRule kFilePathRule = {
    [](string_view text) { return IsPrintableWithin(text, 4095); },
    "a path of 1 to 4095 bytes without control characters"};
constinit const TextRule kSocketPathRule = {
    [](string_view text) { return IsPrintableWithin(text, 107); },
    "a path of 1 to 107 bytes without control characters"};
constinit const TextRule kDigestRule = {IsDigest, "64 lower-case hexadecimal digits"};
constinit const TextRule kSerialRule = {
    [](string_view text) { return !text.empty() && text.size() <= 128 && All(text, IsHexDigit); },
    "1 to 128 hexadecimal digits"};
constinit const TextRule kPlainSerialRule = {
    IsPlainSerial, "2 to 128 upper-case hexadecimal digits without leading zeros"};
constinit const TextRule kAttributeTypeRule = {IsAttributeType,
                                               "the type of an attribute of a name"};
constinit const TextRule kMatchRule = {
    [](string_view text) { return IsPrintableWithin(text, 4095); },
    "text of 1 to 4095 bytes without control characters"};
constinit const TextRule kListenAddressRule = {IsListenAddress, "an IP address without brackets"};
constinit const TextRule kUpstreamHostRule = {IsUpstreamHost,
                                              "a host name or an IP address without brackets"};
constinit const TextRule kRouteHostRule = {IsRouteHost,
                                           "a host name in lower case, without port and final dot"};
constinit const TextRule kServerNameRule = {
    IsServerName, "a host name in lower case, such as \"api.local\" or \"*.example.com\""};
constinit const TextRule kLiteralSegmentRule = {IsLiteralSegment,
                                                "a path segment in canonical form"};
constinit const TextRule kProtocolNameRule = {
    [](string_view text) {
      return !text.empty() && text.size() <= 255 &&
             All(text, [](char c) { return c > ' ' && c < 0x7f; });
    },
    "a protocol name of 1 to 255 printable characters"};
constinit const TextRule kParameterNameRule = {
    [](string_view text) { return text.size() <= 256 && !text.empty() && All(text, IsTokenByte); },
    "a parameter name"};
constinit const TextRule kFieldToFindRule = {
    IsFieldToFind, "the name of a header field, of letters, digits, \"-\", \"_\" and \".\""};
constinit const TextRule kMethodRule = {
    IsMethod, "an HTTP method in upper case other than CONNECT, which no route serves"};
constinit const TextRule kResponseFieldNameRule = {
    IsResponseFieldName, "a field name that the gateway does not write itself"};
constinit const TextRule kIdentityHeaderRule = {
    IsIdentityHeader, "a field name that the gateway does not write or remove itself"};
constinit const TextRule kResponseFieldValueRule = {
    IsResponseFieldValue, "a field value without control characters and without spaces around it"};

}  // namespace pinlatch::snapshot
