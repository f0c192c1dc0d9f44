// ReviewRoutes of functions.h: a document to policy::FindPassedRoutes, and what it found back.
#include <utility>

#include "binding/expect.h"
#include "binding/functions.h"
#include "binding/to_javascript.h"
#include "policy/passed_routes.h"
#include "snapshot/decoder.h"

namespace pinlatch::binding {
namespace {

Result<Napi::Array> Review(Napi::Env env, std::string_view document) {
  PINLATCH_ASSIGN(const snapshot::Snapshot snapshot, snapshot::Decode(document));
  PINLATCH_ASSIGN(const std::vector<policy::PassedRoute> passed,
                  policy::FindPassedRoutes(snapshot));
  Napi::Array list = Napi::Array::New(env, passed.size());
  for (size_t i = 0; i < passed.size(); ++i) {
    const policy::PassedRoute& one = passed[i];
    const snapshot::Route& route = snapshot.routes[one.route];
    Napi::Object object = Napi::Object::New(env);
    object.Set("at", ToText(env, route.at));
    object.Set("route", ToText(env, route.name));
    object.Set("by", ToText(env, snapshot.routes[one.by].name));
    object.Set("differences", ToTexts(env, one.differences));
    object.Set("path", ToText(env, one.path));
    object.Set("ways", ToTexts(env, one.ways));
    object.Set("bySlash", one.by_slash);
    object.Set("byCase", one.by_case);
    list.Set(static_cast<uint32_t>(i), object);
  }
  return list;
}

}  // namespace

Napi::Value ReviewRoutes(const Napi::CallbackInfo& info) {
  if (!Expect(info, "reviewRoutes(document)", {{"document", Kind::kText}})) return {};
  auto reviewed = Review(info.Env(), TextOf(info[0]));
  if (reviewed.ok()) return *reviewed;
  ToJavaScriptError(info.Env(), reviewed.error()).ThrowAsJavaScriptException();
  return {};
}

}  // namespace pinlatch::binding
