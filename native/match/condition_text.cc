// See condition_text.h.
#include "match/condition_text.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "base/cut_text.h"
#include "base/encoding.h"

namespace pinlatch::policy {
namespace {

using snapshot::Condition;
using snapshot::IdentityField;
using snapshot::Match;

constexpr size_t kMostText = 128;
constexpr size_t kMostListed = 4;

std::string NetworkText(const Match& match) {
  std::string text;
  if (match.size == 4) {
    for (size_t i = 0; i < 4; ++i) {
      text.append(i == 0 ? "" : ".").append(std::to_string(match.bytes[i]));
    }
  } else {
    for (size_t i = 0; i < 16; i += 2) {
      text.append(i == 0 ? "" : ":").append(HexEncode(ByteSpan(match.bytes).subspan(i, 2)));
    }
  }
  return match.bits == 8 * match.size ? text : text + "/" + std::to_string(match.bits);
}

std::string TimeText(const snapshot::Period& period) {
  std::string text;
  // The decoder has moved "after", which excludes its moment, on by a second.
  if (period.HasStart()) text = "after " + MomentText(period.from - 1);
  if (period.HasStart() && period.HasEnd()) text += " and ";
  if (period.HasEnd()) text += "before " + MomentText(period.until);
  return text;
}

std::string WhichText(Match::Which which) {
  if (which == Match::Which::kAny) return {};
  return which == Match::Which::kFirst ? "first " : "only ";
}

std::string ValueText(const Match& match) {
  switch (match.kind) {
    case Match::Kind::kExact:
      return match.size == 0 ? Quoted(match.text)
                             : HexEncode(ByteSpan(match.bytes).first(match.size));
    case Match::Kind::kGlob:
      return "the pattern " + Quoted(match.text);
    case Match::Kind::kNetwork:
      return NetworkText(match);
    case Match::Kind::kTime:
      return TimeText(match.period);
  }
  return {};
}

std::string MatchText(const Match& match) { return WhichText(match.which) + ValueText(match); }

template <typename List, typename Text>
std::string Listed(const List& list, Text text) {
  std::string words;
  const size_t shown = std::min(list.size(), kMostListed);
  for (size_t i = 0; i < shown; ++i) words.append(i == 0 ? "" : ", ").append(text(list[i]));
  if (shown < list.size()) words += " and " + std::to_string(list.size() - shown) + " more";
  return words;
}

}  // namespace

std::string FieldText(const Condition& field) {
  return snapshot::FieldName(field.field, field.attribute);
}

std::string ExpectedText(const Condition& field) {
  return (field.one_of.size() > 1 ? "one of " : "") + Listed(field.one_of, MatchText);
}

std::string PresentedText(const Condition& field, const Facts& facts) {
  const identity::PeerIdentity& identity = facts.identity();
  switch (field.field) {
    case IdentityField::kSha256:
      return HexEncode(identity.sha256);
    case IdentityField::kSha1:
      return HexEncode(identity.sha1);
    case IdentityField::kSpkiSha256:
      return HexEncode(identity.spki_sha256);
    case IdentityField::kNotBefore:
      return MomentText(identity.not_before);
    case IdentityField::kNotAfter:
      return MomentText(identity.not_after);
    default: {
      const auto values = facts.Texts(field.field, field.attribute);
      auto claims = facts.Claims(field.field, field.attribute);
      std::erase_if(claims, [&](std::string_view claim) {
        return std::find(values.begin(), values.end(), claim) != values.end();
      });
      const std::string claimed = claims.empty() ? "" : "only claims of " + Listed(claims, Quoted);
      if (values.empty()) return claims.empty() ? "nothing" : claimed;
      return Listed(values, Quoted) + (claims.empty() ? "" : " and " + claimed);
    }
  }
}

std::string DeniedText(const Condition& field) {
  switch (field.field) {
    case IdentityField::kSha256:
    case IdentityField::kSha1:
      return ", the same certificate with its signature rewritten";
    case IdentityField::kSpkiSha256:
      return ", the same key with its point in another form";
    default:
      return ", which counts against the client: malformed, in another spelling, or claimed";
  }
}

std::string MomentText(UnixSeconds moment) {
  namespace chrono = std::chrono;
  const chrono::sys_seconds at{chrono::seconds(moment)};
  const auto day = chrono::floor<chrono::days>(at);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss clock(at - day);
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

std::string Quoted(std::string_view text) { return "\"" + CutText(text, kMostText) + "\""; }

}  // namespace pinlatch::policy
