// IssueCertificate of functions.h: an options object to tls::IssueRequest.
#include <optional>
#include <string>
#include <utility>

#include "binding/expect.h"
#include "binding/functions.h"
#include "binding/to_javascript.h"
#include "keys/issuer.h"

namespace pinlatch::binding {
namespace {

using Role = tls::IssueRequest::Kind;

constexpr const char* kSignature = "issueCertificate(request)";

std::optional<Role> ParseRole(const std::string& name) {
  if (name == "authority") return Role::kAuthority;
  if (name == "server") return Role::kServer;
  if (name == "client") return Role::kClient;
  return std::nullopt;
}

std::optional<Properties> ReadProperties(const Napi::Object& object) {
  return Properties::Read(object, kSignature,
                          {
                              {"kind", Kind::kText},
                              {"subject", Kind::kText},
                              {"dnsNames", Kind::kTexts, true},
                              {"ipAddresses", Kind::kTexts, true},
                              {"notBefore", Kind::kUnixSeconds},
                              {"notAfter", Kind::kUnixSeconds},
                              {"certificatePath", Kind::kText},
                              {"keyPath", Kind::kText},
                              {"issuerCertificatePath", Kind::kText, true},
                              {"issuerKeyPath", Kind::kText, true},
                          });
}

tls::IssueRequest ReadRequest(const Properties& properties, Role kind) {
  tls::IssueRequest request;
  request.kind = kind;
  request.subject = TextOf(properties["subject"]);
  request.dns_names = TextsOf(properties["dnsNames"]);
  request.ip_addresses = TextsOf(properties["ipAddresses"]);
  request.not_before = properties["notBefore"].As<Napi::Number>().Int64Value();
  request.not_after = properties["notAfter"].As<Napi::Number>().Int64Value();
  request.certificate_path = TextOf(properties["certificatePath"]);
  request.key_path = TextOf(properties["keyPath"]);
  request.issuer_certificate_path = TextOf(properties["issuerCertificatePath"]);
  request.issuer_key_path = TextOf(properties["issuerKeyPath"]);
  return request;
}

}  // namespace

Napi::Value IssueCertificate(const Napi::CallbackInfo& info) {
  if (!Expect(info, kSignature, {{"request", Kind::kObject}})) return {};
  const std::optional<Properties> properties = ReadProperties(info[0].As<Napi::Object>());
  if (!properties) return {};
  const std::optional<Role> kind = ParseRole(TextOf((*properties)["kind"]));
  if (!kind) {
    Napi::TypeError::New(info.Env(), std::string(kSignature) +
                                         ": kind must be \"authority\", \"server\" or \"client\"")
        .ThrowAsJavaScriptException();
    return {};
  }
  const Status issued = tls::Issue(ReadRequest(*properties, *kind));
  if (!issued.ok()) ToJavaScriptError(info.Env(), issued.error()).ThrowAsJavaScriptException();
  return {};
}

}  // namespace pinlatch::binding
