// See list_marks.h.
#include "binding/list_marks.h"

#include <string>
#include <utility>
#include <vector>

#include "binding/expect.h"
#include "binding/to_javascript.h"

namespace pinlatch::binding {
namespace {

std::vector<uint8_t> CopyOf(const Napi::Value& value) {
  const ByteSpan bytes = BytesOf(value);
  return {bytes.begin(), bytes.end()};
}

Napi::Buffer<uint8_t> ToBuffer(Napi::Env env, const std::vector<uint8_t>& bytes) {
  return Napi::Buffer<uint8_t>::Copy(env, bytes.data(), bytes.size());
}

}  // namespace

std::optional<tls::ListMark> ReadListMark(const Napi::Object& object, const char* signature) {
  const std::optional<Properties> properties =
      Properties::Read(object, signature,
                       {
                           {"bundle", Kind::kText},
                           {"issuer", Kind::kBytes},
                           {"scope", Kind::kBytes},
                           {"delta", Kind::kFlag},
                           {"keyId", Kind::kBytes},
                           {"key", Kind::kText},
                           {"number", Kind::kText},
                           {"thisUpdate", Kind::kUnixSeconds},
                       });
  if (!properties) return std::nullopt;
  const std::string number = TextOf((*properties)["number"]);
  tls::ListAge age{tls::ListNumber::Parse(number),
                   (*properties)["thisUpdate"].As<Napi::Number>().Int64Value()};
  if (!number.empty() && !age.number) {
    Napi::TypeError::New(object.Env(), std::string(signature) + ": number must be as in \"0x05\"")
        .ThrowAsJavaScriptException();
    return std::nullopt;
  }
  return tls::ListMark{TextOf((*properties)["bundle"]),
                       CopyOf((*properties)["issuer"]),
                       CopyOf((*properties)["scope"]),
                       FlagOf((*properties)["delta"]),
                       CopyOf((*properties)["keyId"]),
                       TextOf((*properties)["key"]),
                       std::move(age)};
}

Napi::Object ToListMark(Napi::Env env, const tls::ListMark& mark) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("bundle", ToText(env, mark.bundle));
  object.Set("issuer", ToBuffer(env, mark.issuer));
  object.Set("issuerName", ToText(env, tls::IssuerText(mark)));
  object.Set("scope", ToBuffer(env, mark.scope));
  object.Set("scopeText", ToText(env, tls::ScopeText(mark)));
  object.Set("delta", Napi::Boolean::New(env, mark.is_delta));
  object.Set("keyId", ToBuffer(env, mark.key_id));
  object.Set("key", ToText(env, mark.key));
  object.Set("number", ToText(env, mark.age.number ? mark.age.number->ToString() : std::string()));
  object.Set("thisUpdate", Napi::Number::New(env, static_cast<double>(mark.age.this_update)));
  return object;
}

}  // namespace pinlatch::binding
