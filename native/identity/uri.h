// Owns the reading of a URI (RFC 3986): which text is one, where its authority ends, and what of
// that is the host. The one place that says so: what a name constraint holds (names/name_match) and
// what a condition asks (match/uri_pattern) is the same host. Pure text.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pinlatch::identity {

// UriAuthority is what stands between "//" and the path, as views of the text. A part that is
// lacking is another thing than an empty one.
struct UriAuthority {
  std::optional<std::string_view> user;  // without the "@"
  std::string_view host;                 // an IPv6 address with its brackets; may be empty
  std::optional<std::string_view> port;  // without the ":"
};

// Uri is a URI in its parts.
struct Uri {
  std::string_view scheme;
  std::optional<UriAuthority> authority;
  std::string_view path;  // from the slash on, where there is an authority; may be empty
  std::string_view tail;  // query and fragment with what begins them; empty: neither
};

// ReadUri takes a URI apart. Nothing for what is none: no scheme, a character or a percent-encoding
// that RFC 3986 has not in that place, a port that is no number of 16 bits, an empty label in
// the host, an address in brackets that is none of IPv6, or no host where the scheme demands one.
std::optional<Uri> ReadUri(std::string_view text);

// SplitAuthority splits at the last "@" and at the ":" behind the host. It judges nothing: patterns
// of authorities are split by it too.
UriAuthority SplitAuthority(std::string_view text);

// DefaultPort is the port that a URI of the scheme means where it names none, if the scheme has
// one.
std::optional<uint16_t> DefaultPort(std::string_view scheme);

// PortNumber reads digits, leading zeros allowed; empty is 0. Nothing for what is beyond 16 bits or
// no digit.
std::optional<uint16_t> PortNumber(std::string_view text);

}  // namespace pinlatch::identity
