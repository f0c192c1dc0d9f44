// Owns the decoding of who is trusted and who is who: trust bundles, certificate files and clients.
#include "base/encoding.h"
#include "snapshot/field_decoders.h"
#include "snapshot/parts.h"

namespace pinlatch::snapshot {
namespace {

constexpr uint64_t kTenYearsOfSeconds = uint64_t{10} * 366 * 24 * 3600;

Status DecodeRevocation(const Value& value, Revocation& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("files", into.files, ListOf{Text{kFilePathRule}, 1}));
  PINLATCH_TRY(object.Field("whenStale", into.when_stale,
                            OneOf<WhenStale>{{"reject", WhenStale::kReject},
                                             {"grace", WhenStale::kGrace},
                                             {"accept", WhenStale::kAccept}}));
  const uint64_t longest_grace = into.when_stale == WhenStale::kGrace ? kTenYearsOfSeconds : 0;
  PINLATCH_TRY(object.Field("graceSeconds", into.grace_seconds, Whole{0, longest_grace}));
  PINLATCH_TRY(object.Field("leafOnly", into.leaf_only, Flag{}));
  return object.Finish();
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

Status DecodePin(const Value& value, Pin& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("kind", into.kind,
                            OneOf<PinKind>{{"sha256", PinKind::kSha256},
                                           {"sha1", PinKind::kSha1},
                                           {"spki-sha256", PinKind::kSpkiSha256}}));
  PINLATCH_TRY(object.Field("value", into.value, PinValue{into.kind}));
  PINLATCH_TRY(object.Field("label", into.label, Text{kLabelRule}));
  return object.Finish();
}

}  // namespace

Status DecodeCertificateFile(const Value& value, CertificateFile& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("path", into.path, Text{kFilePathRule}));
  // A file in which nothing was found cannot be held to what was found in it.
  PINLATCH_TRY(object.Field("sha256", into.sha256, ListOf{Text{kDigestRule}, 1}));
  return object.Finish();
}

Status DecodeTrust(const Value& value, Names& names, Trust& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("name", into.name, NewName{names.trust}));
  PINLATCH_TRY(object.Field("at", into.at, Text{kConfigPointerRule}));
  PINLATCH_TRY(object.Field("ca", into.ca, ListOf{DecodeCertificateFile, 1}));
  PINLATCH_TRY(object.Field("revocation", into.revocation, NullOr{DecodeRevocation}));
  return object.Finish();
}

Status DecodeClient(const Value& value, Names& names, Client& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("name", into.name, NewName{names.clients}));
  PINLATCH_TRY(object.Field("at", into.at, Text{kConfigPointerRule}));
  PINLATCH_TRY(object.Field("pins", into.pins, ListOf{DecodePin}));  // none: matches nobody
  return object.Finish();
}

}  // namespace pinlatch::snapshot
