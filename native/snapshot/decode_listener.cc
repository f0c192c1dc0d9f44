// Owns the decoding of listeners: address, certificates, client authentication, limits and
// timeouts.
#include "snapshot/bounds.h"
#include "snapshot/field_decoders.h"
#include "snapshot/parts.h"
#include "snapshot/ranges.h"

namespace pinlatch::snapshot {
namespace {

// Periods of the rates that a configuration can name: a second, a minute, an hour.
constexpr uint64_t kMostPeriodMs = 3600000;

#define PINLATCH_FIELD(key, member, range) \
  PINLATCH_TRY(object.Field(key, into.member, Within(range)));

Status DecodeLimits(const Value& value, Limits& into) {
  ObjectReader object(value);
  PINLATCH_LISTENER_LIMITS(PINLATCH_FIELD)
  PINLATCH_TRY(object.Field("handshakesPerAddress", into.handshakes_per_address,
                            Within(OrNone(ranges::kListenerLimitsHandshakesPerAddress))));
  PINLATCH_TRY(
      object.Field("handshakePeriodMs", into.handshake_period_ms, Whole{1, kMostPeriodMs}));
  // Where there is a rate there is a burst.
  const Range& burst = ranges::kListenerLimitsHandshakeBurst;
  const bool has_rate = into.handshakes_per_address > 0;
  PINLATCH_TRY(object.Field("handshakeBurst", into.handshake_burst,
                            Within(has_rate ? burst : OrNone(burst))));
  return object.Finish();
}

Status DecodeTimeouts(const Value& value, Timeouts& into) {
  ObjectReader object(value);
  PINLATCH_LISTENER_TIMEOUTS(PINLATCH_FIELD)
  return object.Finish();
}

#undef PINLATCH_FIELD

Status DecodeCertificate(const Value& value, Certificate& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("at", into.at, Text{kConfigPointerRule}));
  PINLATCH_TRY(object.Field("chain", into.chain, DecodeCertificateFile));
  PINLATCH_TRY(object.Field("key", into.key, DecodeSecretFile));
  PINLATCH_TRY(object.Field("names", into.names, ListOf{Text{kServerNameRule}}));
  return object.Finish();
}

Status DecodeProtocols(const Value& value, std::vector<HttpVersion>& into) {
  into.clear();
  const ListOf<OneOf<HttpVersion>> list{
      {{"h2", HttpVersion::kHttp2}, {"http/1.1", HttpVersion::kHttp1}}, 1, 2};
  PINLATCH_TRY(list(value, into));
  if (into.size() == 2 && into[0] == into[1]) return value.Expected("each protocol once");
  return {};
}

// DecodeClientRules takes what holds for clients, of a listener or of one of its server names.
template <typename T>
Status DecodeClientRules(ObjectReader& object, const Names& names, T& into) {
  PINLATCH_TRY(object.Field("clientAuth", into.client_auth,
                            OneOf<ClientAuth>{{"required", ClientAuth::kRequired},
                                              {"optional", ClientAuth::kOptional},
                                              {"none", ClientAuth::kNone}}));
  PINLATCH_TRY(object.Field("trust", into.trust, NameOf{names.trust}));
  return object.Field("minVersion", into.min_version,
                      OneOf<TlsVersion>{{"1.2", TlsVersion::kTls12}, {"1.3", TlsVersion::kTls13}});
}

// ServerNameOf takes one server name; `taken` are those that the listener has already.
struct ServerNameOf {
  const Names& names;
  NameTable& taken;

  Status operator()(const Value& value, ServerName& into) const {
    ObjectReader object(value);
    PINLATCH_TRY(object.Field("name", into.name, Text{kServerNameRule}));
    if (!taken.Add(into.name)) {
      return value.Expected("each name once; \"" + into.name + "\" is there twice");
    }
    PINLATCH_TRY(object.Field("at", into.at, Text{kConfigPointerRule}));
    PINLATCH_TRY(DecodeClientRules(object, names, into));
    return object.Finish();
  }
};

}  // namespace

Status DecodeListener(const Value& value, Names& names, Listener& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("name", into.name, NewName{names.listeners}));
  PINLATCH_TRY(object.Field("at", into.at, Text{kConfigPointerRule}));
  PINLATCH_TRY(object.Field("address", into.address, Text{kListenAddressRule}));
  PINLATCH_TRY(object.Field("port", into.port, Whole{0, kMostPort}));
  PINLATCH_TRY(object.Field("front", into.front, DecodeFront));
  PINLATCH_TRY(object.Field("certificates", into.certificates, ListOf{DecodeCertificate, 1}));
  PINLATCH_TRY(DecodeClientRules(object, names, into));
  PINLATCH_TRY(object.Field("announceAuthorities", into.announce_authorities, Flag{}));
  NameTable taken{"a server name"};
  PINLATCH_TRY(object.Field("names", into.names, ListOf{ServerNameOf{names, taken}}));
  PINLATCH_TRY(object.Field(
      "unknownNames", into.unknown_names,
      OneOf<UnknownNames>{{"default", UnknownNames::kDefault}, {"refuse", UnknownNames::kRefuse}}));
  PINLATCH_TRY(object.Field("protocols", into.protocols, DecodeProtocols));
  PINLATCH_TRY(object.Field("tickets", into.tickets, Flag{}));
  PINLATCH_TRY(object.Field("forwardIdentity", into.forward_identity, DecodeForwardIdentity));
  PINLATCH_TRY(object.Field("limits", into.limits, DecodeLimits));
  PINLATCH_TRY(object.Field("timeouts", into.timeouts, DecodeTimeouts));
  return object.Finish();
}

}  // namespace pinlatch::snapshot
