// See text_match.h.
#include "match/text_match.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/ascii.h"
#include "identity/equal_names.h"
#include "identity/uri.h"
#include "match/glob.h"
#include "match/uri_pattern.h"
#include "names/name_match.h"

namespace pinlatch::policy {
namespace {

using snapshot::IdentityField;
using snapshot::Match;

constexpr size_t kMostDnsName = 253;
constexpr size_t kMostLabel = 63;

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), Lower);
  return lower;
}

bool IsDnsByte(char c) {
  const char lower = Lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '*';
}

// A value with an empty label, or with an octet that no DNS name has, is what somebody made to look
// like another name. The asterisk is what wildcard certificates have.
bool IsDnsName(std::string_view name) {
  if (name.empty() || name.size() > kMostDnsName) return false;
  size_t label = 0;
  for (const char c : name) {
    if (c == '.') {
      if (label == 0) return false;
      label = 0;
    } else if (!IsDnsByte(c) || ++label > kMostLabel) {
      return false;
    }
  }
  return label != 0;
}

bool Fits(Match::Kind kind, std::string_view wanted, std::string_view value,
          std::optional<char> separator) {
  return kind == Match::Kind::kGlob ? MatchesGlob(wanted, value, separator) : wanted == value;
}

bool MatchesDns(Match::Kind kind, std::string_view wanted, std::string_view value) {
  return IsDnsName(value) && Fits(kind, LowerCase(wanted), LowerCase(value), '.');
}

// A local part that has to be quoted is written in several ways: no pattern takes it.
bool MatchesEmail(Match::Kind kind, std::string_view wanted, std::string_view value) {
  const size_t wanted_at = wanted.rfind('@');
  const size_t value_at = value.rfind('@');
  if (wanted_at == std::string_view::npos || value_at == std::string_view::npos) return false;
  // ReadAlternativeNames writes an octet that no address has with a backslash.
  const std::string_view local = value.substr(0, value_at);
  if (local.empty() || local.find('\\') != std::string_view::npos) return false;
  if (kind == Match::Kind::kGlob && !tls::IsLocalPart(local)) return false;
  return Fits(kind, wanted.substr(0, wanted_at), local, '@') &&
         MatchesDns(kind, wanted.substr(wanted_at + 1), value.substr(value_at + 1));
}

// What is no URI is read differently by different readers: it is nobody's.
bool MatchesUri(Match::Kind kind, std::string_view wanted, std::string_view value) {
  const std::optional<identity::Uri> uri = identity::ReadUri(value);
  if (!uri) return false;
  return kind == Match::Kind::kGlob ? MatchesUriPattern(wanted, *uri) : wanted == value;
}

}  // namespace

bool MatchesText(IdentityField field, const Match& match, std::string_view value) {
  switch (field) {
    case IdentityField::kSanDns:
      return MatchesDns(match.kind, match.text, value);
    case IdentityField::kSanEmail:
      return MatchesEmail(match.kind, match.text, value);
    case IdentityField::kSanUri:
      return MatchesUri(match.kind, match.text, value);
    case IdentityField::kSubject:
    case IdentityField::kIssuer:
      return identity::AreEqualNames(match.text, value);
    default:
      return Fits(match.kind, match.text, value, std::nullopt);
  }
}

}  // namespace pinlatch::policy
