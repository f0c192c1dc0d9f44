// Owns the decoding of what upstreams are told of the client: presets and headers of one's own.
#include <algorithm>

#include "snapshot/field_decoders.h"
#include "snapshot/parts.h"
#include "snapshot/ranges.h"

namespace pinlatch::snapshot {
namespace {

constexpr size_t kMostEntries = ranges::kForwardIdentity.most;

enum class Element : uint8_t { kBy, kHash, kCert, kChain, kSubject, kUri, kDns };

bool& MemberOf(EnvoyElements& elements, Element element) {
  switch (element) {
    case Element::kBy:
      return elements.by;
    case Element::kHash:
      return elements.hash;
    case Element::kCert:
      return elements.cert;
    case Element::kChain:
      return elements.chain;
    case Element::kSubject:
      return elements.subject;
    case Element::kUri:
      return elements.uri;
    case Element::kDns:
      break;
  }
  return elements.dns;
}

Status DecodeElements(const Value& value, EnvoyElements& into) {
  const OneOf<Element> element{{"by", Element::kBy},           {"hash", Element::kHash},
                               {"cert", Element::kCert},       {"chain", Element::kChain},
                               {"subject", Element::kSubject}, {"uri", Element::kUri},
                               {"dns", Element::kDns}};
  std::vector<Element> chosen;
  PINLATCH_TRY((ListOf{element, 1, 7}(value, chosen)));
  into = {false, false, false, false, false, false, false};
  for (const Element choice : chosen) MemberOf(into, choice) = true;
  return {};
}

Status DecodeField(const Value& value, NamedField& into) {
  const std::optional<std::string_view> name = value.AsText();
  if (name.has_value() && ParseFieldName(*name, into) && CanBeForwarded(into)) return {};
  return value.Expected("the name of an identity field, such as \"subject.CN\"");
}

Status DecodeEntry(const Value& value, ForwardedIdentity& into) {
  if (!value.IsObject()) {
    return OneOf<IdentityPreset>{
        {"rfc9440", IdentityPreset::kRfc9440}, {"envoy", IdentityPreset::kEnvoy},
        {"haproxy", IdentityPreset::kHaproxy}, {"nginx", IdentityPreset::kNginx},
        {"traefik", IdentityPreset::kTraefik}, {"zato", IdentityPreset::kZato},
        {"aws", IdentityPreset::kAws},         {"rfc7239", IdentityPreset::kRfc7239}}(value,
                                                                                      into.preset);
  }
  ObjectReader object(value);
  if (object.Has("envoy")) {
    into.preset = IdentityPreset::kEnvoy;
    PINLATCH_TRY(object.Field("envoy", into.envoy, DecodeElements));
    return object.Finish();
  }
  into.preset = IdentityPreset::kField;
  PINLATCH_TRY(object.Field("header", into.header, Text{kIdentityHeaderRule}));
  PINLATCH_TRY(object.Field("field", into.field, DecodeField));
  return object.Finish();
}

}  // namespace

// Two fields of one name would leave it to the upstream which of them it believes.
Status DecodeForwardIdentity(const Value& value, std::vector<ForwardedIdentity>& into) {
  PINLATCH_TRY((ListOf{DecodeEntry, 0, kMostEntries}(value, into)));
  std::vector<std::string> taken;
  for (const ForwardedIdentity& entry : into) {
    for (const std::string_view name : HeaderNames(entry)) {
      std::string folded = FoldFieldName(name);
      if (std::find(taken.begin(), taken.end(), folded) != taken.end()) {
        return value.Problem("the header field " + std::string(name) + " twice",
                             "each once, letter case, \"-\" and \"_\" aside");
      }
      taken.push_back(std::move(folded));
    }
  }
  return {};
}

}  // namespace pinlatch::snapshot
