// See envoy_header.h.
#include "forwarding/envoy_header.h"

#include "base/encoding.h"
#include "base/pem.h"
#include "identity/field_text.h"
#include "identity/name_text.h"
#include "identity/openssl_name.h"

namespace pinlatch::proxy {
namespace {

// Quoted takes text whose escapes are RFC 4514's: \" stays, \\ becomes \5C.
std::string Quoted(std::string_view text) {
  const std::string ascii = identity::AsciiName(text);
  std::string quoted = "\"";
  for (size_t i = 0; i < ascii.size(); ++i) {
    const char c = ascii[i];
    const char next = i + 1 < ascii.size() ? ascii[i + 1] : '\0';
    if (c == '"') {
      quoted += "\\\"";
    } else if (c == '\\' && next == '"') {
      quoted += "\\\"";
      ++i;
    } else if (c == '\\' && (next == '\\' || next == '\0')) {
      quoted += "\\5C";
      ++i;
    } else {
      quoted += c;
    }
  }
  return quoted += '"';
}

std::string QuotedWhereNeeded(std::string_view text) {
  return text.find_first_of(",;=\" ") == std::string_view::npos ? identity::AsciiName(text)
                                                                : Quoted(text);
}

void AddPair(std::string& element, std::string_view key, std::string_view value) {
  if (!element.empty()) element += ';';
  element.append(key).append("=").append(value);
}

void AddEach(std::string& element, std::string_view key, std::span<const std::string> values) {
  for (const std::string& value : values) AddPair(element, key, QuotedWhereNeeded(value));
}

std::string Chain(const identity::PeerIdentity& identity) {
  std::string pem = PemEncode("CERTIFICATE", identity.leaf());
  if (identity.issuers) {
    for (const std::vector<uint8_t>& issuer : *identity.issuers)
      pem += PemEncode("CERTIFICATE", issuer);
  }
  return pem;
}

}  // namespace

std::string EnvoyElement(const identity::PeerIdentity& identity,
                         std::span<const std::string> own_names,
                         const snapshot::EnvoyElements& elements) {
  const auto certificates = [](const std::string& pem) {
    return '"' + identity::PercentEncode(pem) + '"';
  };
  std::string element;
  if (elements.by) AddEach(element, "By", own_names);
  if (elements.hash) AddPair(element, "Hash", HexEncode(identity.sha256));
  if (elements.cert)
    AddPair(element, "Cert", certificates(PemEncode("CERTIFICATE", identity.leaf())));
  if (elements.chain) AddPair(element, "Chain", certificates(Chain(identity)));
  if (elements.subject)
    AddPair(element, "Subject", Quoted(identity::OpenSslName(identity.subject)));
  if (elements.uri) AddEach(element, "URI", identity.san_uri);
  if (elements.dns) AddEach(element, "DNS", identity.san_dns);
  return element;
}

}  // namespace pinlatch::proxy
