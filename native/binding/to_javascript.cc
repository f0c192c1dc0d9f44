// See to_javascript.h.
#include "binding/to_javascript.h"

#include <string>
#include <string_view>

#include "base/encoding.h"

namespace pinlatch::binding {
namespace {

void SetIssue(Napi::Object object, const Error& error) {
  const Napi::Env env = object.Env();
  object.Set("code", ToText(env, StableCode(error.code)));
  object.Set("source", ToText(env, SourceName(SourceOf(error.code))));
  object.Set("text", ToText(env, GenericText(error.code)));
  object.Set("detail", ToText(env, error.detail));
  object.Set("at", ToText(env, error.at));
  if (error.remedy == nullptr) return;
  Napi::Object remedy = Napi::Object::New(env);
  remedy.Set("when", ToText(env, error.remedy->when));
  remedy.Set("command", ToTexts(env, error.remedy->command));
  object.Set("remedy", remedy);
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

Napi::String ToText(Napi::Env env, std::string_view text) {
  return Napi::String::New(env, text.data(), text.size());
}

Napi::Array ToTexts(Napi::Env env, const std::vector<std::string>& texts) {
  Napi::Array array = Napi::Array::New(env, texts.size());
  for (uint32_t i = 0; i < texts.size(); ++i) array.Set(i, ToText(env, texts[i]));
  return array;
}

Napi::Object ToRefusal(Napi::Env env, const tls::Refusal& refusal) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("code", ToText(env, StableCode(refusal.code)));
  object.Set("rule", ToText(env, refusal.rule));
  object.Set("section", ToText(env, refusal.section));
  object.Set("certificate", ToText(env, refusal.certificate));
  object.Set("detail", ToText(env, refusal.detail));
  object.Set("remedy", ToText(env, refusal.remedy));
  object.Set("reason", ToText(env, refusal.ToString()));
  return object;
}

Napi::Object ToIssue(Napi::Env env, const Error& error) {
  Napi::Object issue = Napi::Object::New(env);
  SetIssue(issue, error);
  return issue;
}

Napi::Array ToIssues(Napi::Env env, const std::vector<Error>& errors,
                     const std::vector<Error>& warnings) {
  Napi::Array issues = Napi::Array::New(env);
  const auto add = [&](const std::vector<Error>& list, std::string_view severity) {
    for (const Error& error : list) {
      Napi::Object issue = ToIssue(env, error);
      issue.Set("severity", ToText(env, severity));
      issues.Set(issues.Length(), issue);
    }
  };
  add(errors, "error");
  add(warnings, "warning");
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
  object.Set("sha256", ToText(env, HexEncode(identity.sha256)));
  object.Set("sha1", ToText(env, HexEncode(identity.sha1)));
  object.Set("spkiSha256", ToText(env, HexEncode(identity.spki_sha256)));
  object.Set("subject", ToText(env, identity.subject));
  object.Set("issuer", ToText(env, identity.issuer));
  object.Set("serial", ToText(env, identity.serial));
  object.Set("notBefore", Napi::Number::New(env, static_cast<double>(identity.not_before)));
  object.Set("notAfter", Napi::Number::New(env, static_cast<double>(identity.not_after)));
  object.Set("sanDns", ToTexts(env, identity.san_dns));
  object.Set("sanUri", ToTexts(env, identity.san_uri));
  object.Set("sanEmail", ToTexts(env, identity.san_email));
  object.Set("sanIp", ToTexts(env, identity.san_ip));
  object.Set("keyAlgorithm", ToText(env, identity.key_algorithm));
  object.Set("signatureAlgorithm", ToText(env, identity.signature_algorithm));
  object.Set("policies", ToTexts(env, identity.asserted_policies));
  return object;
}

Napi::Object ToPinUse(Napi::Env env, const snapshot::Client& client, const snapshot::Pin& pin,
                      UnixSeconds last_used) {
  const size_t size = pin.kind == snapshot::PinKind::kSha1 ? 20 : 32;
  Napi::Object object = Napi::Object::New(env);
  object.Set("client", ToText(env, client.name));
  object.Set("kind", ToText(env, KindName(pin.kind)));
  object.Set("value", ToText(env, HexEncode(ByteSpan(pin.value).first(size))));
  object.Set("label", ToText(env, pin.label));
  object.Set("notBefore", MomentOrNull(env, pin.period.HasStart(), pin.period.from));
  object.Set("expires", MomentOrNull(env, pin.period.HasEnd(), pin.period.until));
  object.Set("lastUsed", MomentOrNull(env, last_used != 0, last_used));
  return object;
}

Napi::Object ToListInForce(Napi::Env env, const tls::ListInForce& list) {
  const auto seconds = [env](UnixSeconds time) {
    return Napi::Number::New(env, static_cast<double>(time));
  };
  Napi::Object object = Napi::Object::New(env);
  object.Set("trust", ToText(env, list.trust));
  object.Set("source", ToText(env, list.source));
  object.Set("issuer", ToText(env, list.issuer));
  object.Set("number", ToText(env, list.number));
  object.Set("delta", Napi::Boolean::New(env, list.is_delta));
  object.Set("thisUpdate", seconds(list.this_update));
  object.Set("nextUpdate", list.next_update ? Napi::Value(seconds(*list.next_update)) : env.Null());
  object.Set("problem", ToText(env, list.problem));
  return object;
}

Napi::Object ToEndpoint(Napi::Env env, const proxy::EndpointReport& report) {
  const auto number = [env](uint64_t value) {
    return Napi::Number::New(env, static_cast<double>(value));
  };
  Napi::Object object = Napi::Object::New(env);
  object.Set("upstream", ToText(env, report.upstream));
  object.Set("endpoint", ToText(env, report.endpoint));
  object.Set("state", ToText(env, proxy::StateName(report.state)));
  object.Set("backup", Napi::Boolean::New(env, report.backup));
  object.Set("weight", number(report.weight));
  object.Set("inFlight", number(report.in_flight));
  object.Set("requests", number(report.requests));
  object.Set("failures", number(report.failures));
  object.Set("addresses", ToTexts(env, report.addresses));
  return object;
}

}  // namespace pinlatch::binding
