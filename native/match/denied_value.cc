// See denied_value.h.
#include "match/denied_value.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "identity/name_attributes.h"
#include "identity/prepared_text.h"
#include "match/canonical_uri.h"
#include "match/folded_text.h"
#include "match/glob.h"
#include "match/network_match.h"
#include "names/name_match.h"

namespace pinlatch::policy {
namespace {

using snapshot::IdentityField;
using snapshot::Match;

constexpr std::string_view kAnyPolicy = "2.5.29.32.0";

bool Fits(Match::Kind kind, std::string_view wanted, std::string_view value,
          std::optional<char> separator) {
  return kind == Match::Kind::kGlob ? MatchesGlob(wanted, value, separator) : wanted == value;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), FoldCase);
  return lower;
}

// Names of all but hosts are equal by RFC 5280 section 7.1.
bool IsDeniedText(Match::Kind kind, std::string_view wanted, std::string_view value,
                  std::optional<char> separator = std::nullopt) {
  const std::optional<std::string> prepared = identity::PrepareText(value);
  if (!prepared) return true;
  const std::string denied = identity::PrepareText(wanted).value_or(std::string(wanted));
  return Fits(kind, denied, *prepared, separator);
}

// `below` is a wildcard without its "*": it stands for that behind any label.
bool WildcardReaches(Match::Kind kind, std::string_view denied, std::string_view below) {
  const size_t dot = std::min(denied.find('.'), denied.size());
  if (kind == Match::Kind::kGlob) {
    // Where "**" stands within the first label it may go on behind it.
    for (size_t at = denied.find("**"); at < dot; at = denied.find("**", at + 1)) {
      if (MatchesGlob(denied.substr(at), below, '.')) return true;
    }
  }
  return dot < denied.size() && Fits(kind, denied.substr(dot), below, '.');
}

bool IsDeniedHost(Match::Kind kind, std::string_view wanted, std::string_view value) {
  if (value.ends_with('.')) value.remove_suffix(1);
  if (!tls::IsDnsName(value)) return true;
  const std::string denied = Lower(wanted);
  const std::string name = Lower(value);
  if (Fits(kind, denied, name, '.')) return true;
  return name.starts_with("*.") && WildcardReaches(kind, denied, std::string_view(name).substr(1));
}

// A local part that is quoted, or is none at all, is read differently by different readers, and
// most take another case for the same.
bool IsDeniedMailbox(Match::Kind kind, std::string_view wanted, std::string_view value) {
  const size_t wanted_at = wanted.rfind('@');
  const size_t at = value.rfind('@');
  if (wanted_at == std::string_view::npos || at == std::string_view::npos) return true;
  const std::string_view local = value.substr(0, at);
  return (!tls::IsLocalPart(local) ||
          IsDeniedText(kind, wanted.substr(0, wanted_at), local, '@')) &&
         IsDeniedHost(kind, wanted.substr(wanted_at + 1), value.substr(at + 1));
}

// Spellings are those of a canonical URI by which a pattern may know it: whether it names its
// port or not, with and without query and fragment, and without its final slash.
std::vector<std::string> Spellings(const std::string& canonical) {
  std::vector<std::string> all = {canonical};
  const auto add = [&all](std::string one) {
    if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(std::move(one));
  };
  add(WithDefaultPort(canonical));
  for (const std::string& one : std::vector<std::string>(all))
    add(one.substr(0, one.find_first_of("?#")));
  for (const std::string& one : std::vector<std::string>(all))
    add(one.substr(0, one.size() - (one.ends_with('/') ? 1 : 0)));
  return all;
}

// A wildcard counts here wherever it reaches, also across the parts of a URI: what a denial takes
// too far admits nobody.
bool IsDeniedByPattern(std::string_view pattern, std::string_view value,
                       const std::string& canonical) {
  if (MatchesGlob(pattern, value, '/')) return true;
  const std::string plain = CanonicalPattern(pattern);
  const std::vector<std::string> spellings = Spellings(canonical);
  return std::any_of(spellings.begin(), spellings.end(), [&](const std::string& spelling) {
    return MatchesGlob(pattern, spelling, '/') || MatchesGlob(plain, spelling, '/');
  });
}

bool IsDeniedUri(Match::Kind kind, std::string_view wanted, std::string_view value) {
  const std::optional<std::string> uri = CanonicalUri(value);
  if (!uri) return true;
  if (kind == Match::Kind::kGlob) return IsDeniedByPattern(wanted, value, *uri);
  return *uri == CanonicalUri(wanted).value_or("");
}

// PreparedName is a name as its attributes, in no order: the same name is written from either end.
std::optional<std::vector<std::pair<std::string, std::string>>> PreparedName(
    std::string_view name) {
  std::vector<std::pair<std::string, std::string>> attributes;
  for (identity::DecodedAttribute& attribute : identity::DecodeName(name)) {
    std::optional<std::string> value = identity::PrepareText(attribute.value);
    if (!value) return std::nullopt;
    attributes.emplace_back(std::move(attribute.type), *std::move(value));
  }
  std::sort(attributes.begin(), attributes.end());
  return attributes;
}

bool IsDeniedName(std::string_view wanted, std::string_view value) {
  const auto name = PreparedName(value);
  return !name || name == PreparedName(wanted);
}

std::string PlainSerial(std::string_view text) {
  std::string digits = Lower(text);
  std::erase(digits, ':');
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

ByteSpan WithoutMapping(ByteSpan address) {
  constexpr uint8_t kMapped[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const bool is_mapped = address.size() == 16 && AsText(address.first(12)) == AsText(kMapped);
  return is_mapped ? address.subspan(12) : address;
}

}  // namespace

bool IsDenied(IdentityField field, const Match& match, std::string_view value) {
  switch (field) {
    case IdentityField::kSanDns:
      return IsDeniedHost(match.kind, match.text, value);
    case IdentityField::kSanEmail:
      return IsDeniedMailbox(match.kind, match.text, value);
    case IdentityField::kSanUri:
      return IsDeniedUri(match.kind, match.text, value);
    case IdentityField::kSubject:
    case IdentityField::kIssuer:
      return IsDeniedName(match.text, value);
    case IdentityField::kSerial:
      return PlainSerial(match.text) == PlainSerial(value);
    case IdentityField::kPolicies:
      return value == match.text || value == kAnyPolicy;
    default:
      return IsDeniedText(match.kind, match.text, value);
  }
}

bool IsDeniedAddress(const Match& match, ByteSpan address) {
  const ByteSpan network = ByteSpan(match.bytes).first(match.size);
  const ByteSpan plain = WithoutMapping(address);
  if (IsWithin(network, match.bits, address) || IsWithin(network, match.bits, plain)) return true;
  const ByteSpan plain_network = WithoutMapping(network);
  return plain_network.size() != network.size() && match.bits >= 96 &&
         IsWithin(plain_network, match.bits - 96U, plain);
}

}  // namespace pinlatch::policy
