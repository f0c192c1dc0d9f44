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
  return object;
}

}  // namespace pinlatch::binding
