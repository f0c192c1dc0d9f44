// RunDry of functions.h: an options object to server::RunDry, and what it says back.
#include "server/dry_run.h"

#include <optional>
#include <utility>

#include "binding/expect.h"
#include "binding/functions.h"
#include "binding/to_javascript.h"
#include "material/certificate_file.h"

namespace pinlatch::binding {
namespace {

constexpr const char* kSignature = "runDry(request)";

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
Status ReadConnection(const Properties& properties, server::DryRunRequest& request) {
  if (!properties["serverName"].IsUndefined()) {
    request.server_name = TextOf(properties["serverName"]);
  }
  if (properties["tls"].IsUndefined()) return {};
  const std::string version = TextOf(properties["tls"]);
  if (version == "1.2") request.tls_version = snapshot::TlsVersion::kTls12;
  if (version == "1.2" || version == "1.3") return {};
  return Error(ErrorCode::kSnapshotInvalid, "tls: \"1.2\" or \"1.3\" expected");
}

Result<server::DryRun> Run(const Properties& properties) {
  const std::string document = TextOf(properties["document"]);
  server::DryRunRequest request;
  request.document = document;
  request.listener = TextOf(properties["listener"]);
  request.method = TextOf(properties["method"]);
  request.host = TextOf(properties["host"]);
  request.path = TextOf(properties["path"]);
  request.now = properties["time"].As<Napi::Number>().Int64Value();
  PINLATCH_TRY(ReadConnection(properties, request));
  if (!properties["chain"].IsUndefined()) {
    auto chain = material::SplitCertificates(BytesOf(properties["chain"]));
    if (!chain.ok()) return Error(chain.error().code, "chain: " + chain.error().detail);
    request.chain = *std::move(chain);
  }
  return server::RunDry(request);
}

Napi::Value ToIssueOrNull(Napi::Env env, const std::optional<Error>& error) {
  if (!error) return env.Null();
  return ToIssue(env, *error);
}

Napi::Object ToDryRun(Napi::Env env, const server::DryRun& run) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("handshake", ToIssueOrNull(env, run.handshake));
  object.Set("chain", run.chain ? ToRefusal(env, *run.chain).As<Napi::Value>() : env.Null());
  object.Set("presented",
             run.presented ? ToIdentity(env, *run.presented).As<Napi::Value>() : env.Null());
  object.Set("request", ToIssueOrNull(env, run.request));
  object.Set("serverName", ToText(env, run.server_name));
  object.Set("path", ToText(env, run.path));
  object.Set("route", ToText(env, run.route));
  object.Set("allowedMethods", ToText(env, run.allowed_methods));
  object.Set("takesAnyMethod", run.takes_any_method);
  object.Set("matched", ToTexts(env, run.matched));
  object.Set("client", ToText(env, run.client));
  object.Set("findings", ToTexts(env, run.evidence.findings));
  object.Set("lacksPinOf", ToTexts(env, run.evidence.lacks_pin_of));
  object.Set("remedies", ToTexts(env, run.evidence.remedies));
  object.Set("routes", ToTexts(env, run.routes));
  return object;
}

}  // namespace

Napi::Value RunDry(const Napi::CallbackInfo& info) {
  if (!Expect(info, kSignature, {{"request", Kind::kObject}})) return {};
  const std::optional<Properties> properties = ReadProperties(info[0].As<Napi::Object>());
  if (!properties) return {};
  const Result<server::DryRun> run = Run(*properties);
  if (!run.ok()) {
    ToJavaScriptError(info.Env(), run.error()).ThrowAsJavaScriptException();
    return {};
  }
  return ToDryRun(info.Env(), *run);
}

}  // namespace pinlatch::binding
