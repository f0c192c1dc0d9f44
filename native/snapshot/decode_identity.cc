// Owns the decoding of who is trusted and who is who: trust bundles, certificate files and clients.
#include <limits>

#include "base/encoding.h"
#include "snapshot/allowed_clients.h"
#include "snapshot/bounds.h"
#include "snapshot/field_decoders.h"
#include "snapshot/parts.h"
#include "snapshot/ranges.h"

namespace pinlatch::snapshot {
namespace {

Status DecodeRevocation(const Value& value, Revocation& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("files", into.files, ListOf{Text{kFilePathRule}, 1}));
  PINLATCH_TRY(object.Field("whenStale", into.when_stale,
                            OneOf<WhenStale>{{"reject", WhenStale::kReject},
                                             {"grace", WhenStale::kGrace},
                                             {"accept", WhenStale::kAccept}}));
  const bool has_grace = into.when_stale == WhenStale::kGrace;
  const uint64_t longest = has_grace ? InSeconds(ranges::kCrlWhenStale).most : 0;
  PINLATCH_TRY(object.Field("graceSeconds", into.grace_seconds, Whole{0, longest}));
  PINLATCH_TRY(object.Field("leafOnly", into.leaf_only, Flag{}));
  PINLATCH_TRY(object.Field("acceptUnlistedIssuers", into.accept_unlisted_issuers, Flag{}));
  PINLATCH_TRY(object.Field("acceptUnnumbered", into.accept_unnumbered, Flag{}));
  return object.Finish();
}

Status DecodeSha256(const Value& value, std::array<uint8_t, 32>& into) {
  const std::optional<std::string_view> text = value.AsText();
  if (text.has_value() && HexDecodeInto(*text, into)) return {};
  return value.Expected("64 hexadecimal digits");
}

Status DecodeDeny(const Value& value, Deny& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field(
      "kind", into.kind,
      OneOf<Deny::Kind>{{"sha256", Deny::Kind::kSha256}, {"serial", Deny::Kind::kSerial}}));
  if (into.kind == Deny::Kind::kSha256) {
    PINLATCH_TRY(object.Field("value", into.sha256, DecodeSha256));
  } else {
    PINLATCH_TRY(object.Field("value", into.serial, Text{kSerialRule}));
  }
  return object.Finish();
}

Status DecodeAnchor(const Value& value, Anchor& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("sha256", into.sha256, DecodeSha256));
  PINLATCH_TRY(DecodePeriod(value, object, into.period));
  return object.Finish();
}

// DecodeAnchors takes what a chain may end at: authorities with their revocation lists, or pinned
// certificates, never a mixture: a pin narrows what a chain allows and does not replace it.
Status DecodeAnchors(ObjectReader& object, Trust& into) {
  constexpr size_t kAny = std::numeric_limits<size_t>::max();
  PINLATCH_TRY(object.Field("selfSigned", into.self_signed, Flag{}));
  const bool chained = !into.self_signed;
  PINLATCH_TRY(object.Field(
      "ca", into.ca, ListOf{DecodeCertificateFile, chained ? size_t{1} : 0, chained ? kAny : 0}));
  PINLATCH_TRY(object.Field("pinned", into.pinned,
                            ListOf{DecodeAnchor, chained ? size_t{0} : 1, chained ? 0 : kAny}));
  return object.Field("revocation", into.revocation,
                      [chained](const Value& value, auto& revocation) -> Status {
                        if (!chained && !value.IsNull())
                          return value.Expected("null, beside \"selfSigned\"");
                        return NullOr{DecodeRevocation}(value, revocation);
                      });
}

// PinValue takes the hexadecimal digits of exactly as many bytes as the kind of pin has.
struct PinValue {
  PinKind kind;
  Status operator()(const Value& value, std::array<uint8_t, 32>& into) const {
    const size_t size = kind == PinKind::kSha1 ? 20 : 32;
    const std::optional<std::string_view> text = value.AsText();
    if (text.has_value() && HexDecodeInto(*text, MutableByteSpan(into).first(size))) return {};
    return value.Expected(std::to_string(2 * size) + " hexadecimal digits");
  }
};

// Null declares that there are none; an empty list, which could be a mistake of whoever wrote it,
// matches nobody.
Status DecodePins(const Value& value, Client& into) {
  into.unpinned = value.IsNull();
  return NullOr{ListOf{DecodePin}}(value, into.pins);
}

}  // namespace

Status DecodePin(const Value& value, Pin& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("kind", into.kind,
                            OneOf<PinKind>{{"sha256", PinKind::kSha256},
                                           {"sha1", PinKind::kSha1},
                                           {"spki-sha256", PinKind::kSpkiSha256}}));
  PINLATCH_TRY(object.Field("value", into.value, PinValue{into.kind}));
  PINLATCH_TRY(object.Field("label", into.label, Text{kLabelRule}));
  PINLATCH_TRY(DecodePeriod(value, object, into.period));
  return object.Finish();
}

Status DecodePeriod(const Value& value, ObjectReader& object, Period& into) {
  const NullOr moment{Whole{0, kMostUnixSeconds}};
  PINLATCH_TRY(object.Field("notBefore", into.from, moment));
  PINLATCH_TRY(object.Field("expires", into.until, moment));
  if (into.from < into.until) return {};
  return value.Problem("\"expires\" not after \"notBefore\"", "a time that begins before it ends");
}

Status DecodeCertificateFile(const Value& value, CertificateFile& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("path", into.path, Text{kFilePathRule}));
  // A file in which nothing was found cannot be held to what was found in it.
  PINLATCH_TRY(object.Field("sha256", into.sha256, ListOf{Text{kDigestRule}, 1}));
  return object.Finish();
}

Status DecodeSecretFile(const Value& value, SecretFile& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("secret", into.path, Text{kFilePathRule}));
  return object.Finish();
}

Status DecodeTrust(const Value& value, Names& names, Trust& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("name", into.name, NewName{names.trust}));
  PINLATCH_TRY(object.Field("at", into.at, Text{kConfigPointerRule}));
  PINLATCH_TRY(DecodeAnchors(object, into));
  PINLATCH_TRY(object.Field("deny", into.deny, ListOf{DecodeDeny}));
  PINLATCH_TRY(object.Field("minRsaBits", into.min_rsa_bits, Within(ranges::kTrustMinRsaBits)));
  PINLATCH_TRY(object.Field("maxDepth", into.max_depth, Within(ranges::kTrustMaxDepth)));
  return object.Finish();
}

Status DecodeClient(const Value& value, Names& names, Client& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("name", into.name, NewName{names.clients}));
  PINLATCH_TRY(object.Field("at", into.at, Text{kConfigPointerRule}));
  PINLATCH_TRY(object.Field("pins", into, DecodePins));
  PINLATCH_TRY(object.Field("when", into.when, NullOr{DecodeCondition}));
  PINLATCH_TRY(object.Field("scopes", into.scopes, ScopeSet{names.scopes}));
  PINLATCH_TRY(object.Finish());
  if (!into.unpinned || into.when.has_value()) return {};
  return value.Problem("neither pins nor a condition", "a client that somebody can be");
}

Status DecodeApplication(const Value& value, Names& names, Application& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("name", into.name, NewName{names.applications}));
  PINLATCH_TRY(object.Field("at", into.at, Text{kConfigPointerRule}));
  PINLATCH_TRY(object.Field("clients", into.clients, NameSet{names.clients}));
  PINLATCH_TRY(object.Field("scopes", into.scopes, ScopeSet{names.scopes}));
  PINLATCH_TRY(object.Finish());
  if (!names.clients.IndexOf(into.name).has_value()) return {};
  return value.Problem("\"" + into.name + "\", as a client is called", "a name of its own");
}

}  // namespace pinlatch::snapshot
