// Owns the decoding of Front.
#include "base/encoding.h"
#include "snapshot/field_decoders.h"
#include "snapshot/parts.h"
#include "snapshot/ranges.h"

namespace pinlatch::snapshot {
namespace {

Status DecodeAddress(const Value& value, Network& into) {
  const std::string_view text = value.AsText().value_or(std::string_view());
  for (const uint8_t size : {uint8_t{4}, uint8_t{16}}) {
    into.size = size;
    if (HexDecodeInto(text, MutableByteSpan(into.bytes).first(size))) return {};
  }
  return value.Expected("the hexadecimal digits of 4 or 16 bytes");
}

Status DecodeNetwork(const Value& value, Network& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("address", into, DecodeAddress));
  PINLATCH_TRY(object.Field("bits", into.bits, Whole{0, uint64_t{8} * into.size}));
  return object.Finish();
}

}  // namespace

Status DecodeFront(const Value& value, Front& into) {
  const ListOf networks{DecodeNetwork, 0, ranges::kNetworks.most};
  ObjectReader object(value);
  PINLATCH_TRY(
      object.Field("mode", into.mode, OneOf<Mode>{{"http", Mode::kHttp}, {"tcp", Mode::kTcp}}));
  PINLATCH_TRY(object.Field("alpn", into.alpn,
                            ListOf{Text{kProtocolNameRule}, 0, ranges::kListenerAlpn.most}));
  PINLATCH_TRY(object.Field("startTls", into.start_tls,
                            NullOr{OneOf<StartTls>{{"postgresql", StartTls::kPostgresql}}}));
  PINLATCH_TRY(object.Field("proxyFrom", into.proxy_from, networks));
  PINLATCH_TRY(object.Field("forwardedFrom", into.forwarded_from, networks));
  PINLATCH_TRY(object.Finish());
  if (into.mode == Mode::kTcp) return {};
  if (into.alpn.empty() && into.start_tls == StartTls::kNone) return {};
  return value.Problem("protocols or STARTTLS of a listener for HTTP", "mode \"tcp\"");
}

}  // namespace pinlatch::snapshot
