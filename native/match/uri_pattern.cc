// See uri_pattern.h.
#include "match/uri_pattern.h"

#include <algorithm>
#include <optional>
#include <string>

#include "match/canonical_uri.h"
#include "match/glob.h"

namespace pinlatch::policy {
namespace {

using identity::Uri;
using identity::UriAuthority;

constexpr std::string_view kAnything = "**";

// What a pattern has of a URI. A part is text with wildcards.
struct UriPattern {
  std::string_view scheme;
  bool has_colon;
  std::optional<UriAuthority> authority;
  std::string_view path;
  bool is_open;  // it ends in "**"
};

UriPattern ReadPattern(std::string_view text) {
  UriPattern pattern;
  pattern.is_open = text.ends_with(kAnything);
  const size_t colon = std::min(text.find(':'), text.size());
  pattern.has_colon = colon < text.size();
  pattern.scheme = text.substr(0, colon);
  text.remove_prefix(std::min(colon + 1, text.size()));
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    const size_t end = std::min(text.find('/'), text.size());
    pattern.authority = identity::SplitAuthority(text.substr(0, end));
    text.remove_prefix(end);
  }
  pattern.path = text;
  return pattern;
}

// IsReadAlike says whether a path is the same to who decodes it first and to who does not.
bool IsReadAlike(std::string_view path) {
  const std::string plain = PlainCodes(path);
  if (plain.size() != path.size()) return false;  // a needless code
  for (const std::string_view code : {"%2F", "%5C", "%00"}) {
    if (plain.find(code) != std::string::npos) return false;
  }
  for (size_t begin = path.starts_with('/') ? 1 : 0; begin < path.size();) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment == "." || segment == ".." || segment.empty()) return false;
    begin = end + 1;
  }
  return true;
}

bool IsReadAlike(const Uri& uri) {
  const bool has_codes = uri.authority && uri.authority->host.find('%') != std::string_view::npos;
  return !has_codes && IsReadAlike(uri.path);
}

bool FitsWhole(std::string_view pattern, std::string_view part) {
  return MatchesGlob(pattern, part, std::nullopt);
}

bool FitsOptional(const std::optional<std::string_view>& pattern,
                  const std::optional<std::string_view>& part) {
  if (!pattern || !part) return pattern.has_value() == part.has_value();
  return MatchesGlob(*pattern, *part, ':');  // which parts a name from a password
}

bool FitsAuthority(const UriPattern& pattern, const UriAuthority& authority) {
  const bool takes_any_port = pattern.is_open && pattern.path.empty() && !pattern.authority->port;
  return FitsOptional(pattern.authority->user, authority.user) &&
         FitsWhole(pattern.authority->host, authority.host) &&
         (takes_any_port || FitsOptional(pattern.authority->port, authority.port));
}

// TakesAll says that the pattern says nothing of what is behind the scheme.
bool TakesAll(const UriPattern& pattern) {
  return pattern.is_open && !pattern.authority &&
         (pattern.path.empty() || pattern.path == kAnything);
}

bool FitsPath(const UriPattern& pattern, const Uri& uri) {
  if (!uri.tail.empty() && !pattern.is_open) return false;
  const bool ends_in_authority = pattern.authority && pattern.path.empty();
  return (ends_in_authority && pattern.is_open) || MatchesGlob(pattern.path, uri.path, '/');
}

}  // namespace

bool MatchesUriPattern(std::string_view text, const Uri& uri) {
  const UriPattern pattern = ReadPattern(text);
  if (!FitsWhole(pattern.scheme, uri.scheme)) return false;
  if (TakesAll(pattern)) return true;
  if (!IsReadAlike(uri)) return false;
  if (!pattern.has_colon || pattern.authority.has_value() != uri.authority.has_value())
    return false;
  if (pattern.authority && !FitsAuthority(pattern, *uri.authority)) return false;
  return FitsPath(pattern, uri);
}

}  // namespace pinlatch::policy
