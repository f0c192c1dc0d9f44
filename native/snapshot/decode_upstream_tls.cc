// Owns the decoding of TLS to upstreams.
#include "snapshot/field_decoders.h"
#include "snapshot/parts.h"
#include "snapshot/ranges.h"

namespace pinlatch::snapshot {
namespace {

// An upstream has a handful of certificates at a time; every pin is compared in every handshake.

Status DecodeOwnCertificate(const Value& value, Certificate& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("at", into.at, Text{kConfigPointerRule}));
  PINLATCH_TRY(object.Field("chain", into.chain, DecodeCertificateFile));
  PINLATCH_TRY(object.Field("key", into.key, DecodeSecretFile));
  return object.Finish();
}

}  // namespace

Status UpstreamTlsOf::operator()(const Value& value, UpstreamTls& into) const {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("trust", into.trust, NameOf{names.trust}));
  PINLATCH_TRY(object.Field("serverName", into.server_name, NullOr{Text{kUpstreamHostRule}}));
  PINLATCH_TRY(object.Field("certificate", into.certificate, NullOr{DecodeOwnCertificate}));
  PINLATCH_TRY(
      object.Field("pins", into.pins, ListOf{DecodePin, 0, ranges::kUpstreamTlsPins.most}));
  PINLATCH_TRY(
      object.Field("minVersion", into.min_version,
                   OneOf<TlsVersion>{{"1.2", TlsVersion::kTls12}, {"1.3", TlsVersion::kTls13}}));
  return object.Finish();
}

}  // namespace pinlatch::snapshot
