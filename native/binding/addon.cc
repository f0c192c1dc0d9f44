// See addon.h. The entry point of pinlatch.node.
#include "binding/addon.h"

#include <algorithm>
#include <utility>

#include "binding/functions.h"
#include "binding/gateway.h"
#include "binding/wall_clock.h"

namespace pinlatch::binding {

Addon::Addon(Napi::Env env, Napi::Object exports) : thread_(env) {
  env.AddCleanupHook(CloseGateways, this);
  exports.Set("Gateway", Gateway::Define(env));
  exports.Set("checkSnapshot", Napi::Function::New<CheckSnapshot>(env, "checkSnapshot"));
  exports.Set("reviewRoutes", Napi::Function::New<ReviewRoutes>(env, "reviewRoutes"));
  exports.Set("cryptoProvider", Napi::Function::New<CryptoProvider>(env, "cryptoProvider"));
  exports.Set("inspectCertificates",
              Napi::Function::New<InspectCertificates>(env, "inspectCertificates"));
  exports.Set("inspectSent", Napi::Function::New<InspectSent>(env, "inspectSent"));
  exports.Set("inspectAnchors", Napi::Function::New<InspectAnchors>(env, "inspectAnchors"));
  exports.Set("readCertificates", Napi::Function::New<ReadCertificates>(env, "readCertificates"));
  exports.Set("readCertificateFile",
              Napi::Function::New<ReadCertificateFile>(env, "readCertificateFile"));
  exports.Set("publicPartOf", Napi::Function::New<PublicPartOf>(env, "publicPartOf"));
  exports.Set("problemOfLists", Napi::Function::New<ProblemOfLists>(env, "problemOfLists"));
  exports.Set("sha256", Napi::Function::New<Sha256>(env, "sha256"));
  exports.Set("issueCertificate", Napi::Function::New<IssueCertificate>(env, "issueCertificate"));
  exports.Set("verifyChain", Napi::Function::New<VerifyChain>(env, "verifyChain"));
  exports.Set("runDry", Napi::Function::New<RunDry>(env, "runDry"));
  exports.Set("listedWriters", Napi::Function::New<ListedWriters>(env, "listedWriters"));
  exports.Set("isReaderGone", Napi::Function::New<IsReaderGone>(env, "isReaderGone"));
  exports.Set("notifyServiceManager",
              Napi::Function::New<NotifyServiceManager>(env, "notifyServiceManager"));
  exports.Set("protectMemory", Napi::Function::New<ProtectMemory>(env, "protectMemory"));
  exports.Set("trimMemory", Napi::Function::New<TrimMemory>(env, "trimMemory"));
  exports.Set("setClockAhead", Napi::Function::New<SetClockAhead>(env, "setClockAhead"));
  exports.Set("setClockConfirmed",
              Napi::Function::New<SetClockConfirmed>(env, "setClockConfirmed"));
}

void Addon::Forget(Gateway& gateway) { std::erase(gateways_, &gateway); }

void Addon::ReexamineAll() {
  for (Gateway* gateway : gateways_) gateway->Reexamine();
}

void Addon::CloseGateways(Addon* addon) {
  for (Gateway* gateway : std::exchange(addon->gateways_, {})) gateway->CloseForEnvironment();
}

}  // namespace pinlatch::binding

using pinlatch::binding::Addon;
NODE_API_ADDON(Addon)
