// See identity_headers.h. This file: what each preset writes, in the format of the product that it
// is named after.
#include <algorithm>
#include <array>
#include <utility>

#include "base/encoding.h"
#include "base/pem.h"
#include "forwarding/envoy_header.h"
#include "forwarding/identity_headers.h"
#include "http/writer.h"
#include "identity/field_text.h"
#include "identity/name_text.h"
#include "identity/openssl_name.h"

namespace pinlatch::proxy {
namespace {

using identity::PeerIdentity;
using snapshot::IdentityPreset;

// Fields writes the fields of one request and notes what is too long.
class Fields {
 public:
  explicit Fields(ByteBuffer& out) : out_(out) {}

  // Add leaves out a field that has no value.
  void Add(std::string_view name, std::string_view value) {
    if (value.size() > kMostIdentityBytes) return Omit(name);
    if (!value.empty()) http::AppendGivenField(out_, name, value);
  }
  void Omit(std::string_view name) { omitted_.emplace_back(name); }
  std::vector<std::string> TakeOmitted() { return std::move(omitted_); }

 private:
  ByteBuffer& out_;
  std::vector<std::string> omitted_;
};

// RFC 8941 section 3.3.5.
std::string ByteSequence(ByteSpan bytes) { return ":" + Base64Encode(bytes) + ":"; }

// RFC 9440 sections 2.2 and 2.3.
void AddRfc9440(Fields& fields, const PeerIdentity& identity) {
  fields.Add("Client-Cert", ByteSequence(identity.leaf()));
  if (!identity.issuers) return;
  std::string chain;
  for (const std::vector<uint8_t>& issuer : *identity.issuers) {
    chain.append(chain.empty() ? "" : ", ").append(ByteSequence(issuer));
  }
  fields.Add("Client-Cert-Chain", chain);
}

// HAProxy's common name is the first of the name as encoded, which is the last of RFC 4514 text.
std::string FirstCommonName(std::string_view name) {
  const std::vector<identity::NameAttribute> attributes = identity::SplitName(name);
  const auto last = std::find_if(attributes.rbegin(), attributes.rend(),
                                 [](const auto& attribute) { return attribute.type == "CN"; });
  return last == attributes.rend() ? std::string() : last->value;
}

// 0 is X509_V_OK, which is what ssl_c_verify gives.
void AddHaproxy(Fields& fields, const PeerIdentity& identity) {
  fields.Add("X-SSL-Client-Verify", "0");
  fields.Add("X-SSL-Client-DN", identity::OneLineName(identity.subject));
  fields.Add("X-SSL-Client-CN", identity::OneLineValue(FirstCommonName(identity.subject)));
  fields.Add("X-SSL-Issuer", identity::OneLineName(identity.issuer));
  fields.Add("X-SSL-Client-NotBefore", identity::Asn1Time(identity.not_before));
  fields.Add("X-SSL-Client-NotAfter", identity::Asn1Time(identity.not_after));
  fields.Add("X-SSL-Client-SHA1", identity::UpperHex(identity.sha1));
  fields.Add("X-SSL-Client-Serial", identity.serial);
}

void AddNginx(Fields& fields, const PeerIdentity& identity) {
  fields.Add("X-SSL-Client-Verify", "SUCCESS");
  fields.Add("X-SSL-Client-Fingerprint", HexEncode(identity.sha1));
  fields.Add("X-SSL-Client-S-DN", identity::OpenSslName(identity.subject));
  fields.Add("X-SSL-Client-I-DN", identity::OpenSslName(identity.issuer));
  fields.Add("X-SSL-Client-Cert",
             identity::PercentEncode(PemEncode("CERTIFICATE", identity.leaf())));
}

// Base64 of the DER without the lines of PEM, leaf first. Traefik once percent-encoded it and no
// longer does; it has no character that decoding would change but '+'.
void AddTraefik(Fields& fields, const PeerIdentity& identity) {
  const std::string leaf = Base64Encode(identity.leaf());
  std::string all = leaf;
  if (identity.issuers) {
    for (const std::vector<uint8_t>& issuer : *identity.issuers) all += "," + Base64Encode(issuer);
  }
  constexpr std::string_view kName = "X-Forwarded-Tls-Client-Cert";
  if (all.size() <= kMostIdentityBytes) return fields.Add(kName, all);
  fields.Omit("X-Forwarded-Tls-Client-Cert: issuers");
  fields.Add(kName, leaf);
}

struct ZatoKey {
  std::string_view header;
  std::string_view attribute;  // of the subject
};

// The keys that its definitions have for attributes, the short ones and those of Python's ssl
// module.
constexpr std::array<ZatoKey, 13> kZatoKeys = {{{"X-Zato-TLS-CN", "CN"},
                                                {"X-Zato-TLS-commonName", "CN"},
                                                {"X-Zato-TLS-O", "O"},
                                                {"X-Zato-TLS-organizationName", "O"},
                                                {"X-Zato-TLS-OU", "OU"},
                                                {"X-Zato-TLS-organizationalUnitName", "OU"},
                                                {"X-Zato-TLS-C", "C"},
                                                {"X-Zato-TLS-countryName", "C"},
                                                {"X-Zato-TLS-ST", "ST"},
                                                {"X-Zato-TLS-stateOrProvinceName", "ST"},
                                                {"X-Zato-TLS-L", "L"},
                                                {"X-Zato-TLS-localityName", "L"},
                                                {"X-Zato-TLS-emailAddress", "emailAddress"}}};

// Zato compares each with the KEY=value lines of its security definitions, byte by byte. It reads
// them as WSGI gives them, where a dash and an underscore are one.
void AddZato(Fields& fields, const PeerIdentity& identity) {
  using snapshot::IdentityField;
  const auto text = [&identity](IdentityField field, std::string_view attribute) {
    return identity::FieldText(identity, {field, std::string(attribute)});
  };
  const std::string subject = identity::OpenSslName(identity.subject);
  fields.Add("X-Zato-TLS-Fingerprint", identity::UpperHex(identity.sha1));
  fields.Add("X-Zato-TLS-Fingerprint-SHA256", identity::UpperHex(identity.sha256));
  fields.Add("X-Zato-TLS-Subject", subject);
  fields.Add("X-Zato-TLS-DN", subject);
  fields.Add("X-Zato-TLS-Issuer", identity::OpenSslName(identity.issuer));
  fields.Add("X-Zato-TLS-Issuer-CN", text(IdentityField::kIssuerAttribute, "CN"));
  fields.Add("X-Zato-TLS-Serial", identity.serial);
  for (const ZatoKey& key : kZatoKeys) {
    fields.Add(key.header, text(IdentityField::kSubjectAttribute, key.attribute));
  }
}

void AddAws(Fields& fields, const PeerIdentity& identity) {
  fields.Add("X-Amzn-Mtls-Clientcert-Serial-Number", identity.serial);
  fields.Add("X-Amzn-Mtls-Clientcert-Issuer", identity::OpenSslName(identity.issuer));
  fields.Add("X-Amzn-Mtls-Clientcert-Subject", identity::OpenSslName(identity.subject));
  fields.Add("X-Amzn-Mtls-Clientcert-Validity",
             "NotBefore=" + identity::Rfc3339(identity.not_before) +
                 ";NotAfter=" + identity::Rfc3339(identity.not_after));
  fields.Add("X-Amzn-Mtls-Clientcert-Leaf",
             identity::PercentEncode(PemEncode("CERTIFICATE", identity.leaf()), "+=/"));
}

// The two products that tell of a certificate's absence are those with a word for it.
void AddAbsence(Fields& fields, IdentityPreset preset) {
  if (preset == IdentityPreset::kNginx || preset == IdentityPreset::kHaproxy) {
    fields.Add("X-SSL-Client-Verify", "NONE");
  }
}

void AddEnvoy(Fields& fields, const ToldIdentity& told, snapshot::EnvoyElements elements) {
  constexpr std::string_view kName = "X-Forwarded-Client-Cert";
  std::string value = EnvoyElement(*told.identity, told.own_names, elements);
  // The certificates go first: the rest still says who it is.
  for (auto [wanted, name] : {std::pair{&elements.chain, "Chain"}, {&elements.cert, "Cert"}}) {
    if (value.size() <= kMostIdentityBytes) break;
    if (!std::exchange(*wanted, false)) continue;
    fields.Omit(std::string(kName) + ": " + name);
    value = EnvoyElement(*told.identity, told.own_names, elements);
  }
  fields.Add(kName, value);
}

void AddEntry(Fields& fields, const ToldIdentity& told, const snapshot::ForwardedIdentity& entry) {
  const PeerIdentity& identity = *told.identity;
  switch (entry.preset) {
    case IdentityPreset::kRfc9440:
      return AddRfc9440(fields, identity);
    case IdentityPreset::kEnvoy:
      return AddEnvoy(fields, told, entry.envoy);
    case IdentityPreset::kHaproxy:
      return AddHaproxy(fields, identity);
    case IdentityPreset::kNginx:
      return AddNginx(fields, identity);
    case IdentityPreset::kTraefik:
      return AddTraefik(fields, identity);
    case IdentityPreset::kZato:
      return AddZato(fields, identity);
    case IdentityPreset::kAws:
      return AddAws(fields, identity);
    case IdentityPreset::kRfc7239:  // of the request, not of the identity: AppendForwarded
      return;
    case IdentityPreset::kField:
      return fields.Add(entry.header, identity::FieldText(identity, entry.field));
  }
}

}  // namespace

std::vector<std::string> AppendIdentityFields(ByteBuffer& out, const ToldIdentity& told) {
  Fields fields(out);
  for (const snapshot::ForwardedIdentity& entry : told.entries) {
    if (told.identity == nullptr) {
      AddAbsence(fields, entry.preset);
    } else {
      AddEntry(fields, told, entry);
    }
  }
  return fields.TakeOmitted();
}

// RFC 7239 section 4: what is no token is quoted, and IPv6 addresses are in brackets.
void AppendForwarded(ByteBuffer& out, std::string_view remote_ip, std::string_view host) {
  const bool ipv6 = remote_ip.find(':') != std::string_view::npos;
  std::string value = "for=";
  value.append(ipv6 ? "\"[" : "").append(remote_ip).append(ipv6 ? "]\"" : "");
  value.append(";proto=https");
  if (!host.empty()) value.append(";host=\"").append(host).append("\"");
  http::AppendField(out, "Forwarded", value);
}

}  // namespace pinlatch::proxy
