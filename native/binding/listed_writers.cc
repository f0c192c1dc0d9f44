// Owns listedWriters(): what access control lists say of who may write, in JavaScript's form.
#include "binding/expect.h"
#include "binding/functions.h"
#include "binding/to_javascript.h"
#include "keys/access_list.h"

namespace pinlatch::binding {
namespace {

Napi::Array ToNumbers(Napi::Env env, const std::vector<uint32_t>& ids) {
  Napi::Array numbers = Napi::Array::New(env, ids.size());
  for (uint32_t i = 0; i < ids.size(); ++i) numbers.Set(i, Napi::Number::New(env, ids[i]));
  return numbers;
}

}  // namespace

Napi::Value ListedWriters(const Napi::CallbackInfo& info) {
  constexpr const char* kSignature = "listedWriters(path, ofNewFiles)";
  if (!Expect(info, kSignature, {{"path", Kind::kText}, {"ofNewFiles", Kind::kFlag}})) return {};
  const Napi::Env env = info.Env();
  const auto read = FlagOf(info[1]) ? tls::DefaultHoldersAt : tls::AccessHoldersAt;
  const auto holders = read(TextOf(info[0]), tls::kMayWrite);
  if (!holders.ok()) {
    ToJavaScriptError(env, holders.error()).ThrowAsJavaScriptException();
    return {};
  }
  if (!holders->has_value()) return env.Null();
  Napi::Object writers = Napi::Object::New(env);
  writers.Set("users", ToNumbers(env, (*holders)->users));
  writers.Set("groups", ToNumbers(env, (*holders)->groups));
  writers.Set("owningGroup", Napi::Boolean::New(env, (*holders)->owning_group));
  writers.Set("everybody", Napi::Boolean::New(env, (*holders)->everybody));
  return writers;
}

}  // namespace pinlatch::binding
