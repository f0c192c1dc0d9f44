// IssueCertificate of functions.h: an options object to tls::IssueRequest.
#include <optional>
#include <string>
#include <utility>

#include "binding/expect.h"
#include "binding/functions.h"
#include "binding/to_javascript.h"
#include "tls/issuer.h"

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

bool HasRightProperties(const Napi::Object& object) {
  return ExpectProperties(object, kSignature,
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

tls::IssueRequest ReadRequest(const Napi::Object& object, Role kind) {
  tls::IssueRequest request;
  request.kind = kind;
  request.subject = TextOf(object.Get("subject"));
  request.dns_names = TextsOf(object.Get("dnsNames"));
  request.ip_addresses = TextsOf(object.Get("ipAddresses"));
  request.not_before = object.Get("notBefore").As<Napi::Number>().Int64Value();
  request.not_after = object.Get("notAfter").As<Napi::Number>().Int64Value();
  request.certificate_path = TextOf(object.Get("certificatePath"));
  request.key_path = TextOf(object.Get("keyPath"));
  request.issuer_certificate_path = TextOf(object.Get("issuerCertificatePath"));
  request.issuer_key_path = TextOf(object.Get("issuerKeyPath"));
  return request;
}

}  // namespace

Napi::Value IssueCertificate(const Napi::CallbackInfo& info) {
  if (!Expect(info, kSignature, {{"request", Kind::kObject}})) return {};
  const auto object = info[0].As<Napi::Object>();
  if (!HasRightProperties(object)) return {};
  const std::optional<Role> kind = ParseRole(TextOf(object.Get("kind")));
  if (!kind) {
    Napi::TypeError::New(info.Env(), std::string(kSignature) +
                                         ": kind must be \"authority\", \"server\" or \"client\"")
        .ThrowAsJavaScriptException();
    return {};
  }
  const Status issued = tls::Issue(ReadRequest(object, *kind));
  if (!issued.ok()) ToJavaScriptError(info.Env(), issued.error()).ThrowAsJavaScriptException();
  return {};
}

}  // namespace pinlatch::binding
