// See javascript_thread.h.
#include "binding/javascript_thread.h"

#include <memory>
#include <utility>

namespace pinlatch::binding {
namespace {

// MayRunJavaScript is false while the environment ends, when the event loop turns once more to
// close its handles. Node-API has no question for that; calls that could run JavaScript fail with a
// status, and node-addon-api makes that fatal.
bool MayRunJavaScript(napi_env env) {
  napi_value object = nullptr;
  return napi_create_object(env, &object) == napi_ok &&
         napi_set_named_property(env, object, "probe", object) == napi_ok;
}

}  // namespace

JavaScriptThread::JavaScriptThread(Napi::Env env)
    : env_(env), queue_(Queue::New(env, "pinlatch", 0, 1)) {
  queue_.Unref(env_);
}

void JavaScriptThread::Post(Task task) {
  auto queued = std::make_unique<Task>(std::move(task));
  if (queue_.NonBlockingCall(queued.get()) == napi_ok) queued.release();
}

void JavaScriptThread::Hold() {
  if (holds_++ == 0) queue_.Ref(env_);
}

void JavaScriptThread::Release() {
  if (--holds_ == 0) queue_.Unref(env_);
}

void JavaScriptThread::Run(Napi::Env env, Napi::Function, std::nullptr_t*, Task* task) {
  const std::unique_ptr<Task> owned(task);
  // Without an environment the queue is only being emptied.
  if (static_cast<napi_env>(env) == nullptr || !MayRunJavaScript(env)) return;
  (*task)(env);
  if (!env.IsExceptionPending()) return;
  napi_fatal_exception(env, env.GetAndClearPendingException().Value());
}

}  // namespace pinlatch::binding
