// See to_javascript.h.
#include "binding/to_javascript.h"

#include <string>
#include <string_view>

#include "base/encoding.h"

namespace pinlatch::binding {
namespace {

Napi::String Text(Napi::Env env, std::string_view text) {
  return Napi::String::New(env, text.data(), text.size());
}

Napi::Array Texts(Napi::Env env, const std::vector<std::string>& texts) {
  Napi::Array array = Napi::Array::New(env, texts.size());
  for (uint32_t i = 0; i < texts.size(); ++i) array.Set(i, Text(env, texts[i]));
  return array;
}

void SetIssue(Napi::Object object, const Error& error) {
  const Napi::Env env = object.Env();
  object.Set("code", Text(env, StableCode(error.code)));
  object.Set("source", Text(env, SourceName(SourceOf(error.code))));
  object.Set("text", Text(env, GenericText(error.code)));
  object.Set("detail", Text(env, error.detail));
  object.Set("at", Text(env, error.at));
}

std::string_view KindName(snapshot::PinKind kind) {
  switch (kind) {
    case snapshot::PinKind::kSha256:
      return "sha256";
    case snapshot::PinKind::kSha1:
      return "sha1";
    case snapshot::PinKind::kSpkiSha256:
      return "spki-sha256";
  }
  return "";
}

Napi::Value MomentOrNull(Napi::Env env, bool is_there, UnixSeconds moment) {
  if (!is_there) return env.Null();
  return Napi::Number::New(env, static_cast<double>(moment));
}

}  // namespace

Napi::Object ToIssue(Napi::Env env, const Error& error) {
  Napi::Object issue = Napi::Object::New(env);
  SetIssue(issue, error);
  return issue;
}

Napi::Array ToIssues(Napi::Env env, const std::vector<Error>& errors) {
  Napi::Array issues = Napi::Array::New(env, errors.size());
  for (uint32_t i = 0; i < errors.size(); ++i) issues.Set(i, ToIssue(env, errors[i]));
  return issues;
}

Napi::Error ToJavaScriptError(Napi::Env env, const Error& error) {
  const std::string_view reason = error.detail.empty() ? GenericText(error.code) : error.detail;
  Napi::Error made = Napi::Error::New(env, std::string(reason));
  SetIssue(made.Value(), error);
  return made;
}

Napi::Object ToIdentity(Napi::Env env, const identity::PeerIdentity& identity) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("sha256", Text(env, HexEncode(identity.sha256)));
  object.Set("sha1", Text(env, HexEncode(identity.sha1)));
  object.Set("spkiSha256", Text(env, HexEncode(identity.spki_sha256)));
  object.Set("subject", Text(env, identity.subject));
  object.Set("issuer", Text(env, identity.issuer));
  object.Set("serial", Text(env, identity.serial));
  object.Set("notBefore", Napi::Number::New(env, static_cast<double>(identity.not_before)));
  object.Set("notAfter", Napi::Number::New(env, static_cast<double>(identity.not_after)));
  object.Set("sanDns", Texts(env, identity.san_dns));
  object.Set("sanUri", Texts(env, identity.san_uri));
  object.Set("sanEmail", Texts(env, identity.san_email));
  object.Set("sanIp", Texts(env, identity.san_ip));
  object.Set("keyAlgorithm", Text(env, identity.key_algorithm));
  object.Set("signatureAlgorithm", Text(env, identity.signature_algorithm));
  object.Set("policies", Texts(env, identity.policies));
  return object;
}

Napi::Object ToPinUse(Napi::Env env, const snapshot::Client& client, const snapshot::Pin& pin,
                      UnixSeconds last_used) {
  const size_t size = pin.kind == snapshot::PinKind::kSha1 ? 20 : 32;
  Napi::Object object = Napi::Object::New(env);
  object.Set("client", Text(env, client.name));
  object.Set("kind", Text(env, KindName(pin.kind)));
  object.Set("value", Text(env, HexEncode(ByteSpan(pin.value).first(size))));
  object.Set("label", Text(env, pin.label));
  object.Set("notBefore", MomentOrNull(env, pin.period.HasStart(), pin.period.from));
  object.Set("expires", MomentOrNull(env, pin.period.HasEnd(), pin.period.until));
  object.Set("lastUsed", MomentOrNull(env, last_used != 0, last_used));
  return object;
}

}  // namespace pinlatch::binding
