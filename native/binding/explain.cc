// Explain of functions.h: an options object to server::Explain, and the explanation back.
#include "server/explain.h"

#include <optional>
#include <utility>

#include "binding/expect.h"
#include "binding/functions.h"
#include "binding/to_javascript.h"
#include "identity/describe.h"

namespace pinlatch::binding {
namespace {

constexpr const char* kSignature = "explain(request)";

std::optional<Properties> ReadProperties(const Napi::Object& object) {
  return Properties::Read(object, kSignature,
                          {
                              {"document", Kind::kText},
                              {"listener", Kind::kText},
                              {"chain", Kind::kBytes, true},
                              {"method", Kind::kText},
                              {"host", Kind::kText},
                              {"path", Kind::kText},
                              {"time", Kind::kUnixSeconds},
                              {"serverName", Kind::kText, true},
                              {"tls", Kind::kText, true},
                          });
}

// ReadConnection reads what the connection is made with.
Status ReadConnection(const Properties& properties, server::ExplainRequest& request) {
  if (!properties["serverName"].IsUndefined()) {
    request.server_name = TextOf(properties["serverName"]);
  }
  if (properties["tls"].IsUndefined()) return {};
  const std::string version = TextOf(properties["tls"]);
  if (version == "1.2") request.tls_version = snapshot::TlsVersion::kTls12;
  if (version == "1.2" || version == "1.3") return {};
  return Error(ErrorCode::kSnapshotInvalid, "tls: \"1.2\" or \"1.3\" expected");
}

Result<server::Explanation> Run(const Properties& properties) {
  const std::string document = TextOf(properties["document"]);
  server::ExplainRequest request;
  request.document = document;
  request.listener = TextOf(properties["listener"]);
  request.method = TextOf(properties["method"]);
  request.host = TextOf(properties["host"]);
  request.path = TextOf(properties["path"]);
  request.now = properties["time"].As<Napi::Number>().Int64Value();
  PINLATCH_TRY(ReadConnection(properties, request));
  if (!properties["chain"].IsUndefined()) {
    auto chain = identity::SplitCertificates(BytesOf(properties["chain"]));
    if (!chain.ok()) return Error(chain.error().code, "chain: " + chain.error().detail);
    if (chain->empty())
      return Error(ErrorCode::kCertificateInvalid, "chain: it holds no certificate");
    request.chain = *std::move(chain);
  }
  return server::Explain(request);
}

Napi::Value ToIssueOrNull(Napi::Env env, const std::optional<Error>& error) {
  if (!error) return env.Null();
  return ToIssue(env, *error);
}

Napi::Object ToExplanation(Napi::Env env, const server::Explanation& explanation) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("handshake", ToIssueOrNull(env, explanation.handshake));
  object.Set("chain",
             explanation.chain ? ToRefusal(env, *explanation.chain).As<Napi::Value>() : env.Null());
  object.Set("presented", explanation.presented
                              ? ToIdentity(env, *explanation.presented).As<Napi::Value>()
                              : env.Null());
  object.Set("request", ToIssueOrNull(env, explanation.request));
  object.Set("serverName", ToText(env, explanation.server_name));
  object.Set("path", ToText(env, explanation.path));
  object.Set("route", ToText(env, explanation.route));
  object.Set("allowedMethods", ToText(env, explanation.allowed_methods));
  object.Set("takesAnyMethod", explanation.takes_any_method);
  object.Set("matched", ToTexts(env, explanation.matched));
  object.Set("client", ToText(env, explanation.client));
  object.Set("findings", ToTexts(env, explanation.evidence.findings));
  object.Set("lacksPinOf", ToTexts(env, explanation.evidence.lacks_pin_of));
  object.Set("routes", ToTexts(env, explanation.routes));
  return object;
}

}  // namespace

Napi::Value Explain(const Napi::CallbackInfo& info) {
  if (!Expect(info, kSignature, {{"request", Kind::kObject}})) return {};
  const std::optional<Properties> properties = ReadProperties(info[0].As<Napi::Object>());
  if (!properties) return {};
  const Result<server::Explanation> explanation = Run(*properties);
  if (!explanation.ok()) {
    ToJavaScriptError(info.Env(), explanation.error()).ThrowAsJavaScriptException();
    return {};
  }
  return ToExplanation(info.Env(), *explanation);
}

}  // namespace pinlatch::binding
