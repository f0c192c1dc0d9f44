// Owns everything that lives as long as one JavaScript environment: the way back to its thread and
// the gateways made in it. Several environments (worker_threads) have one each and share nothing.
#pragma once

#include <napi.h>

#include <vector>

#include "binding/javascript_thread.h"

namespace pinlatch::binding {

class Gateway;

class Addon final : public Napi::Addon<Addon> {
 public:
  Addon(Napi::Env env, Napi::Object exports);

  JavaScriptThread& thread() { return thread_; }
  // Adopt has the gateway closed before the environment ends; Forget takes it off the list.
  void Adopt(Gateway& gateway) { gateways_.push_back(&gateway); }
  void Forget(Gateway& gateway);
  // ReexamineAll has every gateway judge what is open again.
  void ReexamineAll();

 private:
  // The clean-up hook. Hooks run in reverse order, so this one, added after `thread_` was made, has
  // ended every worker before the queue that they post to goes away.
  static void CloseGateways(Addon* addon);

  JavaScriptThread thread_;
  std::vector<Gateway*> gateways_;
};

}  // namespace pinlatch::binding
